"""A long weekend: Good Friday to Easter Monday 2027 in Berlin, the clock set forward in its Sunday night.

Five conversations with a promise each, a bot that is down for two hours on the Tuesday after, and a truth
that was worked out by hand. The days are played minute by minute around every instant of it, and every three
hours between, so an alert that comes at a wrong minute, twice, or not at all is seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from harness import BERLIN, House, OpenHouse
from on_the_screen import key_of, words
from small_office import TOML

pytestmark = pytest.mark.thorough

THURSDAY = datetime(2027, 3, 25, 14, 0, tzinfo=BERLIN)
END = datetime(2027, 3, 30, 17, 0, tzinfo=BERLIN)
DOWN, UP = datetime(2027, 3, 30, 10, 20, tzinfo=BERLIN), datetime(2027, 3, 30, 12, 20, tzinfo=BERLIN)
MINUTE = timedelta(minutes=1)

HOLIDAYS = """
holidays = { country = "DE", subdivision = "BE" }

[calendars.round]
always = true
"""
FRIDAYS = 'hours.fri = ["08:00-18:00"]\n'
PROMISES = TOML.replace(FRIDAYS, FRIDAYS + HOLIDAYS.lstrip()).replace(
    'first_response = "30m"\nnext_response = "1h"\nwarn = ["15m"]\ncalendar = "berlin"',
    'first_response = "12h"\nwarn = ["1h"]\ncalendar = "round"',
)

TRUTH: dict[str, tuple[str, str]] = {
    # Written Sat 20:00 winter time; twelve real hours end at nine in the summer morning.
    "round the clock": ("Sun 08:00", "Sun 09:00"),
    # Thu 16:30: an hour and a half on Thursday, the rest on Tuesday, for Friday and Monday are holidays.
    "over the holidays": ("Tue 10:00", "Tue 12:20"),
    # Thu 17:00: what the bot answered at once is no answer. Due Tue 11:00, in the outage.
    "a bot answered": ("Tue 12:20", "Tue 12:20"),
    # Thu 15:00, snoozed from 17:00 to Tue 09:00: two hours are left. Due Tue 11:00, in the outage.
    "snoozed": ("Tue 12:20", "Tue 12:20"),
    # Answered and closed on Thursday, written again on Sat 12:00: eight hours of Tuesday.
    "reopened": ("Tue 15:30", "Tue 16:00"),
}
"""By conversation, the minutes at which its one message first stands there, and first tells of being late."""

HAPPENS = ("Thu 15:00", "Thu 16:30", "Thu 17:00", "Sat 12:00", "Sat 20:00")
REOPENED = "3000"


def office() -> dict[str, Any]:
    def said(who: str, at: str, words: str = "Please help.") -> dict[str, Any]:
        return {"by": "contact", "who": who, "at": f"2027-03-25T{at}:00+01:00", "text": words}

    return {
        "app": {"name": "Small", "timezone": "Europe/Berlin"},
        "admins": [{"id": "8801", "name": "Ana Ruiz", "email": "ana@small.example"}],
        "companies": [
            {"id": "c1", "company_id": "a1", "name": "Northwind Marine", "plan": "Enterprise"},
            {"id": "c2", "company_id": "a2", "name": "Brightfen", "plan": "Growth"},
        ],
        "contacts": [
            {"id": "p1", "role": "user", "name": "Dana Reyes", "email": "d@n.example", "company_ids": ["c1"]},
            {
                "id": "p2",
                "role": "user",
                "name": "Noor Visser",
                "email": "n@b.example",
                "company_ids": ["c2"],
            },
        ],
        "conversations": [
            {
                "id": REOPENED,
                "contact_id": "p2",
                "channel": "email",
                "parts": [
                    said("p2", "12:00"),
                    {"by": "admin", "who": "8801", "at": "2027-03-25T12:30:00+01:00", "text": "Done."},
                    {"by": "admin", "who": "8801", "at": "2027-03-25T12:31:00+01:00", "kind": "close"},
                ],
            },
        ],
    }


def local(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%a %H:%M}"


def instant(text: str) -> datetime:
    day = {"Thu": 25, "Fri": 26, "Sat": 27, "Sun": 28, "Mon": 29, "Tue": 30}[text[:3]]
    return datetime(2027, 3, day, int(text[4:6]), int(text[7:]), tzinfo=BERLIN)


def moments() -> list[datetime]:
    """Every three hours, and the minutes around whatever should happen."""
    wanted = {THURSDAY + MINUTE * n for n in range(0, 5 * 24 * 60, 180)} | {instant(each) for each in HAPPENS}
    for each in (*(instant(text) for pair in TRUTH.values() for text in pair), DOWN, UP):
        wanted |= {each + MINUTE * n for n in range(-1, 2)}
    return sorted((each for each in wanted if each <= END), key=lambda each: each.timestamp())


class Weekend:
    """What happens, and what stood in Slack when: each message's first minute, its being late, the rings."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ids = {"reopened": REOPENED}
        self.posted: dict[str, dict[str, str]] = {}
        self.late: dict[str, str] = {}
        deeds: tuple[Callable[[], object], ...] = (
            partial(self.begins, "snoozed", "p2"),
            partial(self.begins, "over the holidays", "p2"),
            self.thursday_evening,
            partial(house.intercom.customer_writes, REOPENED, "It is broken again."),
            partial(self.begins, "round the clock", "p1"),
        )
        self.events = dict(zip(HAPPENS, deeds, strict=True))

    def begins(self, name: str, who: str) -> None:
        """A customer begins a conversation, which is known by its name from now on."""
        self.ids[name] = str(self.house.intercom.customer_starts(who, "email", "Please help.")["id"])

    def thursday_evening(self) -> None:
        self.begins("a bot answered", "p2")
        self.house.intercom.bot_replies(self.ids["a bot answered"], "Thank you. We will get back to you.")
        self.house.intercom.snoozes(self.ids["snoozed"], "8801", instant("Tue 09:00"))

    async def play(self) -> None:
        down = False
        for moment in moments():
            self.house.clock.jump_to(moment)
            if moment == DOWN:
                await self.house.stop_bot()
                down = True
            if moment == UP:
                await self.house.start_bot()
                down = False
            self.events.pop(local(moment), lambda: None)()
            if not down:
                await self.house.settle()
            self.look()
        assert self.events == {}

    def look(self) -> None:
        now = local(self.house.clock.now())
        for message in self.house.posts("alerts", "post:alert:"):
            conversation = key_of(message).split(":")[2]
            self.posted.setdefault(conversation, {}).setdefault(message.ts, now)
            if "late" in words(message.blocks[:1]):
                self.late.setdefault(conversation, now)

    def rung(self) -> Counter[str]:
        """How often somebody was called about each conversation."""
        names = {conversation: name for name, conversation in self.ids.items()}
        return Counter(names[key_of(each).split(":")[2]] for each in self.house.posts("alerts", "post:ring:"))

    def differences(self, truth: Mapping[str, tuple[str, str]]) -> list[str]:
        """What was seen otherwise than the truth says, a line each."""
        found = []
        for name, (posted, late) in truth.items():
            times = list(self.posted.get(self.ids[name], {}).values())
            if times != [posted]:
                found.append(f"{name}: posted {times}, not {posted}")
            if self.late.get(self.ids[name]) != late:
                found.append(f"{name}: late {self.late.get(self.ids[name])}, not {late}")
        strangers = set(self.posted) - {self.ids[name] for name in truth}
        return found + [f"nobody expected an alert about {each}" for each in sorted(strangers)]


def shifted(text: str) -> str:
    return local(instant(text) + MINUTE)


async def test_each_alert_comes_once_and_at_its_minute(build: OpenHouse):
    weekend = Weekend(await build(start=THURSDAY, data=office(), toml=PROMISES, linked=("ana",)))
    await weekend.play()
    assert weekend.differences(TRUTH) == []
    # Whoever was told in time was called at the deadline; what was late when it was first said was not.
    assert weekend.rung() == {"round the clock": 1, "over the holidays": 1, "reopened": 1}
    # Control: the same evidence against a truth that is a minute off, value by value.
    for name, (posted, late) in TRUTH.items():
        assert len(weekend.differences({**TRUTH, name: (shifted(posted), late)})) == 1
        assert len(weekend.differences({**TRUTH, name: (posted, shifted(late))})) == 1
