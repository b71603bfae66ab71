"""The state of the local Slack and the one place where it changes.

`SlackWorld` holds people, channels, messages, views and files, tells its listeners about every change, and
hands the app the events that Slack would. What persons do is in `people`, what the app asks for in `methods`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from sandbox.clock import SandboxClock
from sandbox.faults import FaultBoard
from sandbox.slack.background import Background
from sandbox.slack.delivery import Delivery, Switches
from sandbox.slack.elements import complete_ids
from sandbox.slack.events import EventFeed
from sandbox.slack.ids import Ids
from sandbox.slack.limits import RateLimits
from sandbox.slack.model import (
    AppManifest,
    Channel,
    Json,
    Message,
    Refused,
    SlackError,
    SlackFile,
    SlackSeed,
    Timing,
    User,
    UserGroup,
)
from sandbox.slack.passes import ResponseUrls, Triggers
from sandbox.slack.people import People
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.views import ViewDesk

ChangeListener = Callable[[str, dict[str, Any]], None]


class SlackWorld:
    """One workspace with one app installed.

    `base_url` is the address under which `routes(world)` is mounted, `http://127.0.0.1:8710/slack`; it may
    be set later, before the app connects. Business time (message ts) comes from `clock`; deadlines are real.
    `tells_time` is the Date of its answers, real unless somebody sets another one.
    """

    def __init__(
        self,
        clock: SandboxClock,
        faults: FaultBoard,
        *,
        base_url: str,
        seed: SlackSeed,
        timing: Timing | None = None,
        manifest: AppManifest | None = None,
    ) -> None:
        self.clock = clock
        self.tells_time: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.faults = faults
        self.base_url = base_url.rstrip("/")
        self.seed = seed
        self.timing = timing or Timing()
        self.manifest = manifest or AppManifest()
        self.ids = Ids()
        self.background = Background()
        self.switches = Switches()
        self.limits = RateLimits()
        self.triggers = Triggers(self.timing)
        self.response_urls = ResponseUrls(self.timing)
        self.sockets = Sockets(self)
        self.delivery = Delivery(self)
        self.events = EventFeed(self)
        self.views = ViewDesk(self)
        self.people = People(self)
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.files: dict[str, SlackFile] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._last_micros: dict[str, int] = {}
        self._read: dict[tuple[str, str], str] = {}
        self._listeners: list[ChangeListener] = []
        self.add_user(User(seed.bot_user_id, seed.bot_name, seed.bot_real_name, is_bot=True, tz="UTC"))

    def remembered(self) -> dict[str, Any]:
        """What must outlive the process, as plain values; `recall` takes it back into a new world."""
        return {
            "users": self.users,
            "channels": self.channels,
            "usergroups": self.usergroups,
            "files": self.files,
            "messages": self._messages,
            "micros": self._last_micros,
            "read": self._read,
            "ids": self.ids.given,
        }

    def recall(self, told: dict[str, Any]) -> None:
        self.users, self.channels, self.usergroups = told["users"], told["channels"], told["usergroups"]
        self.files, self._messages = told["files"], told["messages"]
        self._last_micros, self._read = told["micros"], told["read"]
        self.ids.given = told["ids"]

    # -- who and where -------------------------------------------------------------------------------------

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def add_channel(self, channel: Channel) -> Channel:
        """Add a channel as it is, without telling the app. `members` may hold the bot's user id."""
        channel.created = channel.created or int(self.clock.now().timestamp())
        self.channels[channel.id] = channel
        self._messages.setdefault(channel.id, {})
        self.tell("channel", {"channel": channel.id})
        return channel

    def add_usergroup(self, group: UserGroup) -> UserGroup:
        self.usergroups[group.id] = group
        return group

    def change_channel(self, channel_id: str, **changes: Any) -> Channel:
        """Change flags of a channel (is_archived, is_ext_shared, name, …) and send the app Slack's event."""
        before = self.channels[channel_id]
        after = dataclasses.replace(before, **changes)
        self.channels[channel_id] = after
        self.events.channel_changed(before, after)
        self.tell("channel", {"channel": channel_id})
        return after

    def join(self, user_id: str, channel_id: str) -> None:
        """Make the user a member; the app hears of it. Joining twice does nothing."""
        channel = self.channels[channel_id]
        if user_id not in channel.members:
            channel.members.add(user_id)
            self.events.member_joined(channel, user_id)
            self.tell("channel", {"channel": channel_id})

    def im_with(self, user_id: str) -> Channel:
        """The direct conversation of this user with the bot; made on first use."""
        for channel in self.channels.values():
            if channel.is_im and channel.user == user_id:
                return channel
        bot = self.seed.bot_user_id
        return self.add_channel(
            Channel(self.ids.next("D"), "", {user_id, bot}, is_private=True, is_im=True, user=user_id)
        )

    def im_between(self, one: str, other: str) -> Channel:
        """A new direct conversation of two people, in which the app is not."""
        return self.add_channel(Channel(self.ids.next("D"), "", {one, other}, is_private=True, is_im=True))

    # -- messages ------------------------------------------------------------------------------------------

    def messages(self, channel_id: str, *, include_deleted: bool = False) -> list[Message]:
        """Everything in the channel in ts order: threads' replies and ephemeral messages included.

        A deleted message is left out unless replies hang on it: it stays as a tombstone with `deleted` set.
        """
        found = sorted(self._messages[channel_id].values(), key=lambda m: m.ts)
        return [m for m in found if include_deleted or not m.deleted or m.reply_count]

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The message that lives there now; None for an unknown or deleted one."""
        found = self._messages.get(channel_id, {}).get(ts)
        return None if found is None or found.deleted else found

    def next_ts(self, channel_id: str, at: datetime | None = None) -> str:
        """Slack's message id: business seconds with micros, greater than any earlier one of the channel."""
        micros = round((at or self.clock.now()).timestamp() * 1_000_000)
        if at is None:
            micros = max(micros, self._last_micros.get(channel_id, 0) + 1)
        else:
            while f"{micros // 1_000_000}.{micros % 1_000_000:06d}" in self._messages[channel_id]:
                micros += 1
        self._last_micros[channel_id] = max(micros, self._last_micros.get(channel_id, 0))
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def post(
        self,
        channel_id: str,
        *,
        user: str | None,
        text: str = "",
        blocks: list[Json] | None = None,
        thread_ts: str | None = None,
        at: datetime | None = None,
        silent: bool = False,
        **fields: Any,
    ) -> Message:
        """Put a message into a channel; checks are the caller's. `fields` are further `Message` fields.

        `at` back-dates it (scenario loading), `silent` keeps it from the app. Raises SlackError
        `thread_not_found` or `cannot_reply_to_message` for a wrong `thread_ts`.
        """
        parent = self._parent(channel_id, thread_ts) if thread_ts else None
        message = Message(
            ts=self.next_ts(channel_id, at),
            channel=channel_id,
            user=user,
            text=text,
            blocks=complete_ids(blocks or [], self.ids),
            thread_ts=thread_ts,
            **fields,
        )
        self._messages[channel_id][message.ts] = message
        if message.ephemeral_to is not None:
            self.tell("ephemeral", {"channel": channel_id, "ts": message.ts, "user": message.ephemeral_to})
            return message
        if parent is not None:
            parent.thread_ts = parent.ts
            parent.reply_count += 1
            parent.latest_reply = message.ts
            if user and user not in parent.reply_users:
                parent.reply_users.append(user)
        for file in message.files:
            file.shares.append((channel_id, message.ts))
        if user is not None:
            self.mark_read(user, channel_id)
        self.tell("message", {"channel": channel_id, "ts": message.ts, "thread_ts": message.thread_ts})
        if not silent:
            self.events.message(message)
        return message

    def edit(self, message: Message, **changes: Any) -> Message:
        """Change fields of a message in place and mark it edited."""
        before = dataclasses.replace(message)
        if changes.get("blocks") is not None:
            changes["blocks"] = complete_ids(changes["blocks"], self.ids)
        for name, value in changes.items():
            setattr(message, name, value)
        if message.ephemeral_to is not None:
            detail = {"channel": message.channel, "ts": message.ts, "user": message.ephemeral_to}
            self.tell("ephemeral", detail)
            return message
        message.edited = {"user": message.user, "ts": self.next_ts(message.channel)}
        self.touch(message)
        self.events.message_changed(message, before)
        return message

    def touch(self, message: Message) -> None:
        """Tell listeners that a message looks different (reaction, unfurl)."""
        self.tell("message_changed", {"channel": message.channel, "ts": message.ts})

    def remove(self, message: Message) -> None:
        """Delete a message. A parent with replies stays as a tombstone."""
        before = dataclasses.replace(message)
        message.deleted = True
        if message.is_reply and message.ephemeral_to is None and message.thread_ts:
            parent = self._messages[message.channel].get(message.thread_ts)
            if parent is not None:
                replies = [m for m in self.messages(message.channel) if m.is_reply]
                left = [m for m in replies if m.thread_ts == parent.ts and m.ephemeral_to is None]
                parent.reply_count = len(left)
                parent.latest_reply = left[-1].ts if left else None
                parent.reply_users = list(dict.fromkeys(m.user for m in left if m.user))
        self.tell("message_deleted", {"channel": message.channel, "ts": message.ts})
        if message.ephemeral_to is None:
            self.events.message_deleted(message, before)

    def _parent(self, channel_id: str, thread_ts: str) -> Message:
        parent = self._messages[channel_id].get(thread_ts)
        if parent is None or (parent.deleted and not parent.reply_count):
            raise SlackError("thread_not_found")
        if parent.is_reply or parent.ephemeral_to is not None:
            raise SlackError("cannot_reply_to_message")
        return parent

    # -- reading -------------------------------------------------------------------------------------------

    def unread(self, user_id: str, channel_id: str) -> int:
        """How many messages of others, outside threads, came after the person last looked."""
        seen = self._read.get((user_id, channel_id), "0")
        return sum(
            1
            for m in self.messages(channel_id)
            if m.ts > seen and m.user != user_id and not m.deleted
            if m.ephemeral_to is None and (not m.is_reply or m.subtype == "thread_broadcast")
        )

    def mark_read(self, user_id: str, channel_id: str) -> None:
        found = self.messages(channel_id)
        if found:
            self._read[user_id, channel_id] = found[-1].ts

    def seen_by(self, user_id: str, channel_id: str) -> list[Message]:
        """What this person sees in a channel: all but other people's ephemeral messages.

        Raises Refused for a private channel they are not in.
        """
        channel = self.channels[channel_id]
        if channel.is_private and user_id not in channel.members:
            raise Refused("You are not in this channel.")
        return [m for m in self.messages(channel_id) if m.ephemeral_to in (None, user_id)]

    # -- the outside ---------------------------------------------------------------------------------------

    def on_change(self, listener: ChangeListener) -> None:
        """`listener(kind, detail)` after each change.

        Kinds and the keys of detail: message, message_changed, message_deleted, ephemeral {channel, ts, …};
        view_opened, view_updated, view_closed {user, view}; home_published {user, view}; toast {user, text};
        channel {channel}.
        """
        self._listeners.append(listener)

    def tell(self, kind: str, detail: dict[str, Any]) -> None:
        for listener in self._listeners:
            listener(kind, detail)

    def deliver_http(self, events_url: str | None, client: httpx.AsyncClient | None = None) -> None:
        """Deliver everything as signed HTTP to `events_url`; None goes back to Socket Mode."""
        self.delivery.use_http(events_url, client)

    async def settled(self, timeout: float = 10.0) -> None:
        """Wait until no event, retry or late work is under way. Raises TimeoutError."""
        await self.background.settled(timeout)

    async def close(self) -> None:
        """Disconnect sockets and drop what is under way."""
        await self.sockets.close()
        await self.background.close()
