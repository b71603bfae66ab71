"""Which channel a name means. Slack finds channels by id alone: for a name all of them are gone through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

from bot.durations import human
from bot.slack.answers import Raw
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.slack.memory import Memory

AT_START = 180.0
"""Seconds that a look may take while somebody waits for the start or for the doctor."""

WHILE_RUNNING = 20.0
"""And while the bot works: an edit of watchbell.toml is taken over by a tick, which is late after 30."""

TOO_MANY = "too_many_channels"
"""The code of a look that was given up: there are more channels than it had time for."""

Looking = Callable[[int, float], None]
"""Told how many channels a look has gone through when it goes on, and for how many seconds it waits first."""


def unsaid(read: int, wait: float) -> None:
    """Nobody waits for it."""


class ChannelNames:
    """Ids of channels by name. A look is for all names that are expected, and waits as Slack asks.

    `patience` is how many seconds it may take. One that was given up is not begun again for `negative_ttl`.
    """

    def __init__(
        self,
        slack: Slack,
        *,
        ttl: float,
        negative_ttl: float,
        patience: float,
        looking: Looking = unsaid,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.patience = patience
        self._slack = slack
        self._negative_ttl = negative_ttl
        self._looking = looking
        self._monotonic = monotonic
        self._sleep = sleep
        self._known: Memory[str] = Memory(ttl, negative_ttl, monotonic)
        self._expected: frozenset[str] = frozenset()
        self._gave_up: tuple[float, SlackError] | None = None

    def expect(self, names: Iterable[str]) -> None:
        """These will be asked for: one look finds them all."""
        self._expected = frozenset(names)

    async def id_of(self, name: str) -> str | None:
        """The channel's id; None where the bot sees none of this name. Raises SlackError."""
        known, channel_id = self._known.get(name)
        if not known:
            await self._look(name)
            known, channel_id = self._known.get(name)
        return channel_id

    def forget(self) -> None:
        self._known.clear()
        self._gave_up = None

    async def _look(self, name: str) -> None:
        """Go through all pages, unless all is found before: names change, so no others are kept."""
        began = self._monotonic()
        if self._gave_up is not None and began - self._gave_up[0] < self._negative_ttl:
            raise self._gave_up[1]
        missing = {name, *(each for each in self._expected if not self._known.get(each)[0])}
        read, cursor = 0, None
        while True:
            page, cursor = await self._page(cursor, read, began)
            read += len(page)
            for raw in page:
                called = str(raw.get("name", ""))
                if called in missing:
                    missing.discard(called)
                    self._known.put(called, str(raw["id"]))
            if not missing or cursor is None:
                break
            if self._monotonic() - began >= self.patience:
                took = human(self.patience)
                raise self._given_up(f"Slack told of {read:,} channels in {took}, and there are more")
            self._looking(read, 0.0)
        for each in missing:
            self._known.put(each, None)

    async def _page(self, cursor: str | None, read: int, began: float) -> tuple[Sequence[Raw], str | None]:
        while True:
            try:
                return await self._slack.channels_page(cursor)
            except SlackError as error:
                if error.kind != "rate_limited" or error.retry_after is None:
                    raise
                wait = error.retry_after
                if self._monotonic() - began + wait > self.patience:
                    what = f"more than {read:,} channels" if read else "any channel"
                    told = f"Slack asks to wait {wait:.0f} s before it tells of {what}"
                    raise self._given_up(told) from error
            self._looking(read, wait)
            await self._sleep(wait)

    def _given_up(self, told: str) -> SlackError:
        error = SlackError("not_sent", TOO_MANY, told, method="conversations.list")
        self._gave_up = (self._monotonic(), error)
        return error
