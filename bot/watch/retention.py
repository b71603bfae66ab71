"""Letting go of what is no longer needed: once a day, a few rows at a time, with counts in the log.

The day is a slot, so of several replicas one does it (`bot/store/turns.py`). What a stop or a fault leaves
undone is found by whoever comes next: a rule looks at rows, not at what was done before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import Session

from bot.clock import Clock, Moment, moment
from bot.office import Office
from bot.store import slots
from bot.store.engine import Store
from bot.store.retention import BATCH, Rule, rules
from bot.watch.paused import told_by
from bot.watch.rhythm import REACH

log = structlog.get_logger("watchbell.watch")

JOB = "retention"
FROM = time(3, 0)
"""Local time at which the day's turn comes: when least is written."""


def period(office: Office, now: datetime) -> str | None:
    """The local date whose turn has come at `now`; None before its time."""
    local = now.astimezone(ZoneInfo(office.zone))
    return local.date().isoformat() if local.time() >= FROM else None


def due(session: Session, office: Office, now: datetime) -> str | None:
    """The day whose turn has come and is not done; None where there is none."""
    day = period(office, now)
    return None if day is None or slots.slot_taken(session, office.workspace, JOB, day) else day


def done(session: Session, office: Office, day: str, at: Moment) -> bool:
    """All of the day's turn is done. True for exactly one caller."""
    return slots.take_slot(session, office.workspace, JOB, day, now=at.now)


async def let_go(
    store: Store, office: Office, clock: Clock, closing: Callable[[], bool] = lambda: False
) -> int:
    """Clear everything that may go; the number of rows. Stops between two transactions when `closing`."""
    at = moment(clock)
    kept = await store.read(told_by, office.workspace, at.now - REACH)
    cleared = {
        rule.what: await _apply(store, office.workspace, rule, at.now, closing)
        for rule in rules(office.config.retention, at, kept)
    }
    log.info("retention", **cleared)
    return sum(cleared.values())


async def _apply(store: Store, workspace: str, rule: Rule, now: datetime, closing: Callable[[], bool]) -> int:
    cleared, after = 0, None
    while not closing():
        keys = await store.read(rule.find, workspace, after, BATCH)
        if not keys:
            break
        done = await store.write(rule.clear, workspace, keys, now)
        cleared += done
        if done:
            after = keys[done - 1]
    return cleared
