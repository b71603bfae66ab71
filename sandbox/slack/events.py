"""The Events API: what happens in the workspace, told to the app in Slack's envelopes."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sandbox.slack.model import Channel, Json, Message, View
from sandbox.slack.objects import epoch, message_object, view_object

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

_LINK = re.compile(r"<?(https?://[^\s|>]+)")


class EventFeed:
    """Makes events of changes. The app gets those of channels it is in, if it subscribed to them.

    Of links to its domains it gets those of every channel.
    """

    def __init__(self, world: SlackWorld) -> None:
        self._world = world

    def message(self, message: Message) -> None:
        """A new message: message.*, and app_mention and link_shared where they apply."""
        channel = self._world.channels[message.channel]
        shown = message_object(self._world, message)
        by_bot = message.bot_id is not None
        if not by_bot:
            shown |= {"client_msg_id": str(uuid.uuid4()), "user_team": shown.get("team")}
            shown["source_team"] = shown.get("team")
        if message.files:
            shown |= {"subtype": "file_share", "upload": False}
        place = {"channel": channel.id, "event_ts": message.ts}
        self._send(channel, _message_kind(channel), shown | place | {"channel_type": _channel_type(channel)})
        if by_bot:
            return
        if f"<@{self._world.seed.bot_user_id}>" in message.text and not channel.is_im:
            self._send(channel, "app_mention", shown | place | {"type": "app_mention"})
        self._links(channel, message)

    def message_changed(self, message: Message, before: Message) -> None:
        self._hidden(
            message,
            {
                "subtype": "message_changed",
                "message": message_object(self._world, message),
                "previous_message": message_object(self._world, before),
            },
        )

    def message_deleted(self, message: Message, before: Message) -> None:
        """Of a parent with replies Slack says that it has become a tombstone, and not that it is deleted."""
        if message.reply_count:
            self.message_changed(message, before)
            return
        detail = {"deleted_ts": message.ts, "previous_message": message_object(self._world, before)}
        self._hidden(message, {"subtype": "message_deleted", **detail})

    def reaction(self, kind: str, message: Message, user_id: str, name: str) -> None:
        """`kind` is reaction_added or reaction_removed."""
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"type": kind, "user": user_id, "reaction": name, "item": item, "item_user": message.user}
        self._send(
            self._world.channels[message.channel], kind, event | {"event_ts": self._now(message.channel)}
        )

    def member_joined(self, channel: Channel, user_id: str) -> None:
        kind = "member_joined_channel"
        event = {"type": kind, "user": user_id, "channel": channel.id, "team": self._world.seed.team_id}
        self._send(channel, kind, event | {"event_ts": self._now(channel.id), "channel_type": "C"})

    def channel_changed(self, before: Channel, after: Channel) -> None:
        """Archiving, sharing and renaming, each as Slack's own event."""
        base: Json = {"channel": after.id, "event_ts": self._now(after.id)}
        if before.is_archived != after.is_archived:
            kind = "channel_archive" if after.is_archived else "channel_unarchive"
            by = next(iter(sorted(after.members - {self._world.seed.bot_user_id})), "")
            self._send(after, kind, {"type": kind, "user": by, **base})
        if before.is_ext_shared != after.is_ext_shared:
            kind = "channel_shared" if after.is_ext_shared else "channel_unshared"
            self._send(after, kind, {"type": kind, **base})
        if before.name != after.name:
            renamed = {"id": after.id, "name": after.name, "created": after.created}
            self._send(after, "channel_rename", {"type": "channel_rename", **base, "channel": renamed})

    def home_opened(self, user_id: str, channel: Channel, tab: str, view: View | None) -> Json | None:
        """The envelope for app_home_opened; None if the app did not subscribe."""
        event: Json = {"type": "app_home_opened", "user": user_id, "channel": channel.id, "tab": tab}
        event["event_ts"] = self._now(channel.id)
        if view is not None:
            event["view"] = view_object(self._world, view)
        return self.envelope(channel, event) if self._subscribed("app_home_opened") else None

    def envelope(self, channel: Channel | None, event: Json) -> Json:
        seed = self._world.seed
        return {
            "token": "sandbox-verification-token",
            "team_id": seed.team_id,
            "context_team_id": seed.team_id,
            "context_enterprise_id": None,
            "api_app_id": seed.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self._world.ids.next("Ev"),
            "event_time": epoch(self._world.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": seed.team_id,
                    "user_id": seed.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
            "event_context": uuid.uuid4().hex,
        }

    def _links(self, channel: Channel, message: Message) -> None:
        links = [
            {"url": url, "domain": domain}
            for url in _LINK.findall(message.text)
            for domain in self._world.manifest.unfurl_domains
            if _hosted_at(url, domain)
        ]
        if links:
            event = {
                "type": "link_shared",
                "channel": channel.id,
                "user": message.user,
                "message_ts": message.ts,
                "links": links,
                "is_bot_user_member": self._world.seed.bot_user_id in channel.members,
                "source": "conversations_history",
                "unfurl_id": f"{channel.id}-{message.ts}",
                "event_ts": message.ts,
            }
            if message.is_reply:
                event["thread_ts"] = message.thread_ts
            if self._subscribed("link_shared"):
                self._world.delivery.event(self.envelope(channel, event))

    def _hidden(self, message: Message, detail: Json) -> None:
        channel = self._world.channels[message.channel]
        ts = self._now(channel.id)
        event = {"type": "message", "hidden": True, "channel": channel.id, "ts": ts, "event_ts": ts}
        event |= {"channel_type": _channel_type(channel)}
        self._send(channel, _message_kind(channel), event | detail)

    def _send(self, channel: Channel, kind: str, event: Json) -> None:
        if self._world.seed.bot_user_id in channel.members and self._subscribed(kind):
            self._world.delivery.event(self.envelope(channel, event))

    def _subscribed(self, kind: str) -> bool:
        wanted = self._world.manifest.events
        return wanted is None or kind in wanted

    def _now(self, channel_id: str) -> str:
        return self._world.next_ts(channel_id)


def _message_kind(channel: Channel) -> str:
    if channel.is_im:
        return "message.im"
    return "message.groups" if channel.is_private else "message.channels"


def _channel_type(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "group" if channel.is_private else "channel"


def _hosted_at(url: str, domain: str) -> bool:
    host = (urlsplit(url).hostname or "").lower()
    return host == domain or host.endswith(f".{domain}")
