"""R9: the weekly summary comes once, in twenty zones, on the days on which their clocks change.

At 02:30 a clock that goes forward shows no 02:30, and one that goes back shows it twice. Two replicas ask
every ten minutes from the evening before until the next morning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from databases import sqlite_file
from harness import open_house
from sqlmodel import Session, select

from bot.clock import Moment
from bot.office import Office
from bot.risk import monday
from bot.store import pulse
from bot.store.engine import Store, open_store
from bot.store.intents import Intent
from bot.store.slots import Slot

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Athens",
    "Europe/Dublin",
    "Europe/Chisinau",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
)
TIMES = (time(0, 30), time(1, 30), time(2, 30), time(3, 30))
STEP = timedelta(minutes=10)


def change_days(zone: str) -> list[date]:
    """The local dates of 2026 on which a zone's clock changes."""
    info, found = ZoneInfo(zone), []
    for number in range(365 * 24):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
        if at.astimezone(info).utcoffset() != (at + timedelta(hours=1)).astimezone(info).utcoffset():
            found.append((at + timedelta(hours=1)).astimezone(info).date())
    return found


@pytest.fixture
async def office(tmp_path: Path) -> Office:
    folder = tmp_path / "office"
    folder.mkdir()
    async with open_house(folder, linked=(), settled=False) as house:
        return house.bot.office


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite_file(tmp_path))
    yield opened
    opened.close()


def office_at(office: Office, zone: str, day: date, at: time) -> Office:
    """The office in that zone, with its summary on that weekday at that time. A team of its own each."""
    config = office.config
    return replace(
        office,
        workspace=f"{zone} {day} {at}",
        config=replace(
            config,
            workspace=replace(config.workspace, timezone=zone),
            monday=replace(config.monday, weekday=day.weekday(), at=at),
        ),
    )


def live_through(session: Session, office: Office, day: date) -> list[datetime]:
    """When a summary was posted from the evening before until the next morning, by two who both ask."""
    now = datetime.combine(day - timedelta(days=1), time(18), ZoneInfo(office.zone)).astimezone(UTC)
    began, posted = now, list[datetime]()
    for _ in range(int(timedelta(hours=38) / STEP)):
        now += STEP
        pulse.beat(session, office.workspace, pulse.SWEEP, now=now)
        for each in (pulse.TICKETS, pulse.ACCOUNTS, pulse.ACTIVITY):
            pulse.set_mark(session, office.workspace, each, now.isoformat())
        for _replica in range(2):
            if monday.is_due(session, office, now, started=began):
                told = monday.card(session, office, [], (), now)
                posted.extend([now] * monday.post(session, office, [], told, Moment(now, now)))
    return posted


async def test_in_every_zone_and_at_every_hour_it_comes_once_and_not_before_its_time(
    office: Office, store: Store
):
    tried = 0
    for zone in ZONES:
        days = change_days(zone)
        assert len(days) >= 2, zone
        for day in days:
            for at in TIMES:
                local = office_at(office, zone, day, at)
                posted = await store.write(live_through, local, day)
                assert len(posted) == 1, (zone, day, at, posted)
                (when,) = posted
                shown = when.astimezone(ZoneInfo(zone))
                assert shown.date() == day
                assert shown.time() >= at
                assert await store.write(_told, local.workspace) == (1, 1)
                tried += 1
    assert tried >= 160


def _told(session: Session, workspace: str) -> tuple[int, int]:
    """Slots taken and messages on their way; the messages go, for their names are those of one workspace."""
    slots = session.exec(select(Slot).where(Slot.workspace == workspace)).all()
    posts = session.exec(select(Intent).where(Intent.workspace == workspace)).all()
    for each in posts:
        session.delete(each)
    return len(slots), len(posts)


def test_control_a_time_of_the_clock_that_is_no_date_comes_twice():
    """Whoever asks "is it 02:30 now?" is told so twice in the night in which the clock goes back."""
    zone, night = ZoneInfo("Europe/Berlin"), datetime(2026, 10, 24, 22, tzinfo=UTC)
    instants = [night + timedelta(minutes=number) for number in range(360)]
    assert sum(at.astimezone(zone).time() == time(2, 30) for at in instants) == 2
