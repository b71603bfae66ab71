"""How fast promises are computed, and how fast an edit of a calendar reaches a hundred thousand of them.

    python -m benchmarks.promises [--quick]

* Deadlines: `Calendar.add_business` on one core, over starts and lengths spread over a year, for a calendar
  with a lunch break, public holidays and both changes of the clock. The floor beside it walks the open spans
  day by day with zoneinfo, which is the plain way to the same instants; both must agree.
* Edit: 100,000 open conversations with a running promise each, in a SQLite file; an hour is taken off one
  weekday. Timed is everything between the edited calendar and the last commit (`bot/sla/edit.py`). The floor
  is what the plain way costs at least: every row read and written back, nothing computed. An edit may come
  out below it, for it writes one by one only the rows whose deadline moved.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from benchmarks.figures import Figure, paired, say
from benchmarks.filling import fill, prepare
from benchmarks.stage import TOML
from bot.clock import Moment
from bot.settings.file import parse_config, version
from bot.settings.model import CalendarConfig, Span
from bot.sla import edit
from bot.sla.calendar import Calendar
from bot.sla.promises import Promises
from bot.store.clocks import SlaClock
from bot.store.engine import open_store

SUBJECT = "Promises"
DEADLINES = 500_000
EDIT_SECONDS = 3.0
WORKSPACE = "T0WATCHBELL"
_DAY = (Span(8 * 60, 12 * 60), Span(13 * 60, 18 * 60))
_BERLIN = CalendarConfig("berlin", "Europe/Berlin", (*[_DAY] * 5, (), ()), country="DE", subdivision="BE")
_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def deadlines(*, quick: bool) -> None:
    say("promises: deadlines")
    rng = random.Random(7)
    count = 50_000 if quick else 300_000
    asked = [
        (_YEAR + timedelta(seconds=rng.randrange(365 * 86_400)), rng.randrange(60, 3 * 86_400))
        for _ in range(count)
    ]
    calendar = Calendar(_BERLIN)
    calendar.add_business(_YEAR, 60)
    walked = asked[: count // 150]
    assert all(calendar.add_business(*each) == _walk(*each) for each in walked[:500])
    fast, slow = [], []
    for _ in range(5):
        began = time.perf_counter()
        for start, seconds in asked:
            calendar.add_business(start, seconds)
        fast.append(count / (time.perf_counter() - began))
        began = time.perf_counter()
        for start, seconds in walked:
            _walk(start, seconds)
        slow.append(len(walked) / (time.perf_counter() - began))
    figure, floor = paired(fast, slow)
    Figure(SUBJECT, "deadlines, one core", figure, "/s", goal=DEADLINES, sense="at least").tell()
    Figure(
        SUBJECT, "the same beside a walk over the days", figure, "/s", floor=floor, sense="at least"
    ).tell()


def _walk(start: datetime, seconds: int) -> datetime:
    """The deadline by walking from span to span, as one would write it without thinking of speed."""
    zone = ZoneInfo(_BERLIN.zone)
    day, left = start.astimezone(zone).date(), seconds
    while True:
        for opens, closes in _spans(day, zone):
            begin = max(opens, start)
            if begin < closes:
                length = int((closes - begin).total_seconds())
                if left < length:
                    return begin + timedelta(seconds=left)
                left -= length
        day += timedelta(days=1)


_FREE = holidays.country_holidays("DE", "BE", years=(2025, 2026, 2027))


def _spans(day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    if day in _FREE:
        return []

    def at(minute: int) -> datetime:
        return datetime.combine(day, time_of_day(minute // 60, minute % 60), zone).astimezone(UTC)

    return [(at(span.opens), at(span.closes)) for span in _BERLIN.weekly[day.weekday()]]


def calendar_edit(*, quick: bool) -> None:
    count = 20_000 if quick else 100_000
    say(f"promises: a calendar edit over {count:,} conversations")
    now = datetime.now(UTC)
    before = parse_config(TOML)
    (hours,) = before.calendars
    week = tuple((Span(8 * 60, 17 * 60),) if day == 2 else spans for day, spans in enumerate(hours.weekly))
    after = replace(before, calendars=(replace(hours, weekly=week),))
    old, new = Promises(before), Promises(after)
    with TemporaryDirectory(prefix="watchbell-bench-") as name:
        database = Path(name) / "bench.db"
        prepare(database)
        fill(database, WORKSPACE, count, now, clocks_only=True)
        store = open_store(f"sqlite:///{database}")
        try:
            with Session(store.engine) as session:
                _settle_on(session, old)
                session.commit()
            at = Moment(now, now)
            taken, floors = [], []
            for one, other in ((old, new), (new, old), (old, new)):
                began = time.perf_counter()
                behind: edit.Key | None = edit.BEGIN
                while behind is not None:
                    with Session(store.engine) as session:
                        behind = edit.take_over(session, WORKSPACE, one, other, version(after), at, behind)
                        session.commit()
                taken.append(time.perf_counter() - began)
                began = time.perf_counter()
                with Session(store.engine) as session:
                    _read_and_write(session)
                    session.commit()
                floors.append(time.perf_counter() - began)
        finally:
            store.close()
    figure, floor = paired(taken, floors)
    what = f"calendar edit, {count:,} open conversations"
    Figure(SUBJECT, what, figure, "s", goal=EDIT_SECONDS).tell()
    Figure(SUBJECT, "the same beside reading and writing the rows", figure, "s", floor=floor).tell()


_CLOCKS = SlaClock.__table__  # type: ignore[attr-defined]
_WRITE = (
    update(_CLOCKS)
    .where(
        _CLOCKS.c.workspace == WORKSPACE,
        _CLOCKS.c.conversation_id == bindparam("b_conversation"),
        _CLOCKS.c.clock == "first_response",
        _CLOCKS.c.episode == "1",
    )
    .values(due_at=bindparam("b_due"), next_change_at=bindparam("b_next"))
)


def _settle_on(session: Session, promises: Promises) -> None:
    """Give every promise the deadline that its start and length have under a calendar."""
    calendar = promises.calendars["lisbon"]
    rows = session.connection().execute(
        select(_CLOCKS.c.conversation_id, _CLOCKS.c.started_at, _CLOCKS.c.target_seconds)
    )
    changed = []
    for row in rows:
        due = calendar.add_business(row.started_at, row.target_seconds)
        changed.append({"b_conversation": row.conversation_id, "b_due": due, "b_next": due})
    session.connection().execute(_WRITE, changed)


def _read_and_write(session: Session) -> None:
    rows = list(session.connection().execute(select(_CLOCKS)))
    kept = [
        {"b_conversation": row.conversation_id, "b_due": row.due_at, "b_next": row.next_change_at}
        for row in rows
    ]
    session.connection().execute(_WRITE, kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="A fifth of it.")
    quick = parser.parse_args().quick
    deadlines(quick=quick)
    calendar_edit(quick=quick)


if __name__ == "__main__":
    main()
