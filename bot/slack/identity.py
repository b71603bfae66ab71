"""Who somebody is in Slack, which channel a name means, and whether a person may act at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.slack.channel_names import AT_START, WHILE_RUNNING, ChannelNames, Looking, unsaid
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.slack.memory import Memory
from bot.slack.text import is_channel_id

T = TypeVar("T")

TTL = 600.0
NEGATIVE_TTL = 120.0
EXTERNAL_TTL = 10.0
"""Who reads a channel is asked so often while something is sent there; a burst asks once.

Slack's event for a channel that was shared may be lost, or reach another replica.
"""
_GONE = frozenset({"user_not_found", "users_not_found", "user_not_visible", "channel_not_found"})


@dataclass(frozen=True)
class Person:
    """A Slack user. `name` is how colleagues see them; `zone` an IANA name or empty."""

    id: str
    team_id: str
    name: str
    email: str
    zone: str
    is_deleted: bool = False
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False


@dataclass(frozen=True)
class Channel:
    """`is_external`: people of another company read it (Slack Connect, or about to)."""

    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    is_member: bool = False
    is_external: bool = False


class Identity:
    """Lookups in one workspace, remembered for ten minutes, a miss for two. Failures raise SlackError.

    Who reads a channel is remembered for ten seconds.
    """

    def __init__(
        self,
        slack: Slack,
        team_id: str,
        *,
        ttl: float = TTL,
        negative_ttl: float = NEGATIVE_TTL,
        looking: Looking = unsaid,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._slack = slack
        self._team_id = team_id
        self._people: Memory[Person] = Memory(ttl, negative_ttl, monotonic)
        self._by_email: Memory[Person] = Memory(ttl, negative_ttl, monotonic)
        self._channels: Memory[Channel] = Memory(ttl, negative_ttl, monotonic)
        self._names = ChannelNames(
            slack,
            ttl=ttl,
            negative_ttl=negative_ttl,
            patience=AT_START,
            looking=looking,
            monotonic=monotonic,
            sleep=sleep,
        )
        self._asking: dict[str, asyncio.Task[Channel | None]] = {}
        self._patience = AT_START
        self._monotonic = monotonic
        self._sleep = sleep

    async def person(self, user_id: str) -> Person | None:
        """The person with this id; None if Slack does not know them."""
        known, person = self._people.get(user_id)
        if known:
            return person
        try:
            person = _person(await self._asked(lambda: self._slack.user_info(user_id)))
        except SlackError as error:
            if error.code not in _GONE:
                raise
            person = None
        self._people.put(user_id, person)
        return person

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """What people are called, by their ids; somebody whom Slack does not know is "somebody"."""
        found = {each: await self.person(each) for each in user_ids}
        return {each: person.name if person is not None else "somebody" for each, person in found.items()}

    async def person_by_email(self, email: str) -> Person | None:
        """The active person with this address; None for nobody, a former colleague, or an external one."""
        address = email.strip().casefold()
        known, person = self._by_email.get(address)
        if known:
            return person
        try:
            person = _person(await self._asked(lambda: self._slack.user_by_email(address)))
        except SlackError as error:
            if error.code not in _GONE:
                raise
            person = None
        self._by_email.put(address, person)
        return person

    def expect(self, channels: Iterable[str]) -> None:
        """These channels will be asked for, by name or id: all names are looked for at once."""
        plain = (each.strip().removeprefix("#") for each in channels)
        self._names.expect(each for each in plain if not is_channel_id(each))

    def started(self) -> None:
        """Nobody waits for the start any more, and the bot's ticks do not wait long for a name."""
        self._names.patience = WHILE_RUNNING
        self._patience = 0.0

    async def channel(self, name_or_id: str) -> Channel | None:
        """A channel by its id or its name (with or without #); None where the bot sees none."""
        wanted = name_or_id.strip().removeprefix("#")
        if is_channel_id(wanted):
            return await self._channel_by_id(wanted)
        channel_id = await self._names.id_of(wanted)
        return await self._channel_by_id(channel_id) if channel_id else None

    async def group(self, handle_or_id: str) -> str | None:
        """The id of a user group by its id or its handle (with or without @); None for none in use."""
        wanted = handle_or_id.strip().removeprefix("@")
        for raw in await self._asked(self._slack.user_groups):
            if wanted in (raw.get("handle"), raw.get("id")) and not raw.get("date_delete"):
                return str(raw["id"])
        return None

    async def is_external(self, channel_id: str) -> bool:
        """Whether people of another company read the channel, or did seconds ago.

        One that is not visible counts as such.
        """
        channel = await self._channel_by_id(channel_id, within=EXTERNAL_TTL)
        return channel is None or channel.is_external

    async def may_act(self, user_id: str, team_id: str | None) -> str | None:
        """None when the person may use the bot, otherwise the sentence that tells them why not.

        `team_id` is the one that came with the click or command: it is looked at before anything else.
        """
        if team_id != self._team_id:
            return "This workspace is not the one Watchbell serves. Nothing was done."
        person = await self.person(user_id)
        if person is None:
            return "Slack does not know who you are here. Nothing was done. Ask a workspace admin."
        if person.team_id != self._team_id or person.is_stranger:
            return "You belong to another workspace; Watchbell serves the members of this one."
        if person.is_deleted:
            return "This Slack account is deactivated. Nothing was done."
        if person.is_bot:
            return "Watchbell takes no orders from bots. Nothing was done."
        if person.is_guest:
            return "Guests cannot use Watchbell. Nothing was done. Ask a full member to do it."
        return None

    def forget(self, *, user_id: str | None = None, channel_id: str | None = None) -> None:
        """Look again next time: the person or channel is said to have changed."""
        if user_id is not None:
            self._people.drop(user_id)
            self._by_email.clear()
        if channel_id is not None:
            self._channels.drop(channel_id)
            self._names.forget()

    async def _asked(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What Slack answers. A start waits as Slack asks: one that ends is a bot that is not there."""
        until = self._monotonic() + self._patience
        while True:
            try:
                return await ask()
            except SlackError as error:
                wait = error.retry_after
                if error.kind != "rate_limited" or wait is None or self._monotonic() + wait > until:
                    raise
            await self._sleep(wait)

    async def _channel_by_id(self, channel_id: str, *, within: float | None = None) -> Channel | None:
        known, channel = self._channels.get(channel_id, within)
        if known:
            return channel
        # Many threads of one channel are written to side by side: one of them asks, and what it is told, a
        # failure too, is told to all. Asking one after the other, the last would wait longer than it may.
        asking = self._asking.get(channel_id)
        if asking is None:
            asking = self._asking[channel_id] = asyncio.create_task(self._ask(channel_id))
            asking.add_done_callback(lambda _: self._asking.pop(channel_id))
        return await asyncio.shield(asking)

    async def _ask(self, channel_id: str) -> Channel | None:
        try:
            channel = _channel(await self._asked(lambda: self._slack.channel_info(channel_id)))
        except SlackError as error:
            if error.code not in _GONE:
                raise
            channel = None
        self._channels.put(channel_id, channel)
        return channel


def _person(raw: Mapping[str, Any]) -> Person:
    profile = raw.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or raw.get("real_name") or raw.get("name")
    user_id = str(raw["id"])
    return Person(
        id=user_id,
        team_id=str(raw.get("team_id") or ""),
        name=str(name or user_id),
        email=str(profile.get("email") or ""),
        zone=str(raw.get("tz") or ""),
        is_deleted=bool(raw.get("deleted")),
        # Slackbot is not marked as a bot.
        is_bot=bool(raw.get("is_bot")) or user_id == "USLACKBOT",
        is_guest=bool(raw.get("is_restricted") or raw.get("is_ultra_restricted")),
        is_stranger=bool(raw.get("is_stranger")),
    )


def _channel(raw: Mapping[str, Any]) -> Channel:
    return Channel(
        id=str(raw["id"]),
        name=str(raw.get("name") or ""),
        is_private=bool(raw.get("is_private")),
        is_archived=bool(raw.get("is_archived")),
        is_member=bool(raw.get("is_member")),
        is_external=bool(raw.get("is_ext_shared") or raw.get("is_pending_ext_shared")),
    )
