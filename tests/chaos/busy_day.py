"""What people do while bots come and go: customers write, reps answer in Slack's own windows."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from on_the_screen import option, rich
from person import Person
from small_office import scenario
from town import Town

from sandbox.slack.model import Outcome, Refused, View

LEADS = 40
FIRMS = 12
REPS = ("ana", "ben", "cem", "lea")
_WORDS = """
invoice export login calendar import webhook seat password printer dashboard filter report currency template
mailbox signature attachment domain archive label shortcut timezone backup coupon
"""


def office(firms: int = FIRMS, leads: int = LEADS) -> dict[str, Any]:
    """The small office before anybody wrote: two people at each of some companies, and people without one."""
    made = scenario()
    kept = made["contacts"][0]
    firm = made["companies"][1]
    made["conversations"] = []
    made["companies"] = [
        {**firm, "id": f"f{n}", "company_id": f"acct-f{n}", "name": f"Firm {n}"} for n in range(firms)
    ]
    people = [
        {**kept, "id": f"q{n}", "name": f"Person {n}", "email": f"q{n}@firm.example"}
        for n in range(2 * firms)
    ]
    for n, person in enumerate(people):
        person["company_ids"] = [f"f{n // 2}"]
    nameless = {"role": "lead", "name": None, "created_at": kept["created_at"]}
    made["contacts"] = people + [
        {**nameless, "id": f"w{n}", "email": f"w{n}@nowhere.example"} for n in range(leads)
    ]
    return made


@dataclass(frozen=True)
class Said:
    """An answer that Slack confirmed to its writer: one window, one submission."""

    conversation: str
    text: str
    view: str
    note: bool = False


@dataclass(eq=False, repr=False)
class Day:
    """The load of one run, and what must have come of it.

    `ringing` are conversations that nobody answers, so that each must ring; `said` are the answers that
    reps gave; `unsure` are texts whose window ended in trouble (sent or not, but never twice).

    Customers write every so many seconds, but not while `backlog` conversations have not rung yet: these runs
    count what is lost and doubled, on machines of any speed, and how much a bot can carry is a benchmark's.
    """

    town: Town
    every: float = 0.4
    backlog: int = 400
    answered: float = 0.35
    lively: bool = False
    ringing: list[str] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    _open: deque[str] = field(default_factory=deque)
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.rng = random.Random(self.town.rng.random())

    async def customers(self) -> None:
        """Somebody new writes every now and then, and now and then somebody writes again."""
        intercom = self.town.house.intercom
        for contact in itertools.cycle(sorted(intercom.contacts, key=lambda each: each[1:])):
            while len(self.unrung()) >= self.backlog and not self._over.is_set():
                await self._over_within(0.1)
            if self._over.is_set():
                return
            words = " ".join(self.rng.sample(_WORDS.split(), 6))
            told = intercom.customer_starts(
                contact, "conversation", f"Question {next(self._numbers)}: {words}?"
            )
            if self.rng.random() < self.answered:
                self._open.append(told["id"])
            else:
                self.ringing.append(told["id"])
            await self._over_within(self.rng.uniform(0.5, 1.5) * self.every)

    async def _over_within(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    def unrung(self) -> list[str]:
        """Conversations that nobody answers and that no alert in Slack tells of."""
        rung = {key.split(":")[2] for key in self.town.posted if key.startswith("post:alert:")}
        return [conversation for conversation in self.ringing if conversation not in rung]

    async def rep(self, person: Person) -> None:
        """Answers what is to be answered, one conversation after the other."""
        while not self._over.is_set():
            if not self._open:
                await asyncio.sleep(0.05)
                continue
            conversation = self._open.popleft()
            if self.lively and self.rng.random() < 0.4:
                await self._gesture(person.types(f"/claim {conversation}"))
            note = self.lively and self.rng.random() < 0.3
            await self.answer(person, conversation, f"Answer {next(self._numbers)}.", note=note)

    async def answer(self, person: Person, conversation: str, text: str, *, note: bool = False) -> None:
        """Through the window: typed again until it opens, then submitted until Slack confirms it."""
        while (view := await self._opened(person, conversation)) is None:
            if self._over.is_set():
                return
        values: dict[str, Any] = {"text": rich(text)}
        if note:
            values["mode"] = chosen = option(view, "mode", "note")
            pressed = chosen["selected_option"]["value"]
            await self._gesture(person.presses_in(view, "mode", selected_option=pressed))
        elif self.lively and self.rng.random() < 0.5:
            values["after"] = option(view, "after", "close")
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            outcome = await self._gesture(person.submits(values, view))
            open_now = [each for each in person.views if each.id == view.id]
            if outcome is not None and outcome.ok and not open_now:
                self.said.append(Said(conversation, text, view.id, note))
                return
            if open_now and not _has_text(open_now[0]):
                # The window tells of trouble now. Whoever sends these words again does so at their own risk.
                break
            await asyncio.sleep(0.05)
        self.unsure.append(text)
        await self._close(person)

    async def _opened(self, person: Person, conversation: str) -> View | None:
        """The filled window, or None if none came."""
        await self._gesture(person.types(f"/answer {conversation}"))
        ends = time.monotonic() + 1.0
        while person.views and time.monotonic() < ends:
            if _has_text(person.view):
                return person.view
            await asyncio.sleep(0.02)
        await self._close(person)
        await asyncio.sleep(0.1)
        return None

    async def _close(self, person: Person) -> None:
        if person.views:
            await self.town.house.slack.people.close(person.id, person.view.id, everything=True)

    async def _gesture(self, doing: Any) -> Outcome | None:
        try:
            return await doing
        except Refused:
            return None


def _has_text(view: View) -> bool:
    return any(block.get("block_id") == "text" for block in view.blocks)


@contextlib.asynccontextmanager
async def busy_day(town: Town, **changes: Any) -> AsyncIterator[Day]:
    """People do what they do until the end of the block, where everybody finishes what they began."""
    day = Day(town, **changes)
    working = [asyncio.create_task(day.customers())]
    working += [asyncio.create_task(day.rep(getattr(town.house, name))) for name in REPS]
    try:
        yield day
    finally:
        day._over.set()
        await asyncio.gather(*working)


async def link_everybody(town: Town) -> None:
    """On the first day each rep links their own seat, with a bot that runs in peace."""
    for name in REPS:
        person: Person = getattr(town.house, name)
        while not person.told() or "Linked." not in person.heard:
            with contextlib.suppress(Refused, AssertionError):
                await person.types("/watchbell link")
                await person.presses(person.last, "link")
