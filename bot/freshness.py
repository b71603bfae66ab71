"""How old is what is known of Intercom: what waits until it is newer, and what says that it is not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.values import LastRead
from bot.office import Office
from bot.store import conversations, pulse, rechecks

PATIENCE = timedelta(minutes=10)
"""How long anything waits for newer facts: a customer must not wait for Intercom to come back."""

_MISSED = 3
"""Sweeps that may be missed before what is known counts as old."""

_FOLLOWING = (pulse.TICKETS, pulse.ACCOUNTS, pulse.ACTIVITY)
"""What is read after a sweep and a summary tells of."""


def lately(office: Office) -> timedelta:
    """What was read within that is not old."""
    return timedelta(seconds=office.config.sweep.every) * _MISSED + timedelta(minutes=1)


def read_at(session: Session, workspace: str, source: str) -> datetime | None:
    """When one of the things that are read from Intercom was last read to its end; None: never."""
    if source == pulse.SWEEP:
        beat = pulse.last_beat(session, workspace, source)
        return beat.at if beat is not None else None
    mark = pulse.get_mark(session, workspace, source)
    return datetime.fromisoformat(mark) if mark is not None else None


def late_after(office: Office, source: str) -> timedelta:
    """How old it may be: what is read each hour may be missed as often as a sweep."""
    hourly = source in (pulse.ACCOUNTS, pulse.DELETED)
    return timedelta(hours=_MISSED) if hourly else lately(office)


def is_old(session: Session, office: Office, source: str, now: datetime) -> bool:
    """Whether what it tells is older than usual."""
    read = read_at(session, office.workspace, source)
    return read is None or now - read > late_after(office, source)


def last_read(session: Session, office: Office, now: datetime) -> LastRead | None:
    """When Intercom was last read to the end, where that is so long ago that it must be said; else None."""
    swept = pulse.last_beat(session, office.workspace, pulse.SWEEP)
    if swept is None:
        return LastRead(None)
    return LastRead(swept.at) if now - swept.at > lately(office) else None


def is_behind(session: Session, office: Office, started: datetime, now: datetime) -> bool:
    """Whether this bot, which started at `started`, knows only what was so before a longer stop.

    Never for longer than `PATIENCE`, and not where nothing is known: what is read for the first time is new.
    """
    if now - started > PATIENCE:
        return False
    marks = [pulse.get_mark(session, office.workspace, pulse.SWEPT)]
    if not _fails(session, office, pulse.TICKETS):
        marks.append(pulse.get_mark(session, office.workspace, pulse.TICKETS))
    before = started - lately(office)
    return any(mark is not None and datetime.fromisoformat(mark) < before for mark in marks)


def should_wait(session: Session, office: Office, due: datetime, started: datetime, now: datetime) -> bool:
    """Whether a summary that was due at `due` waits: for Intercom to be read, and all of it to be judged."""
    if now - max(due, started) > PATIENCE:
        return False
    workspace = office.workspace
    return (
        last_read(session, office, now) is not None
        or is_behind(session, office, started, now)
        or any(_is_coming(session, office, each, now) for each in _FOLLOWING)
        or conversations.any_unfetched(session, workspace)
        or rechecks.any_asked(session, workspace)
    )


def _is_coming(session: Session, office: Office, source: str, now: datetime) -> bool:
    """Whether it is old and nothing is known to stand in the way of reading it: it follows the sweep."""
    return is_old(session, office, source, now) and not _fails(session, office, source)


def _fails(session: Session, office: Office, source: str) -> bool:
    """Whether it could not be read when that was last tried."""
    failing = pulse.last_beat(session, office.workspace, pulse.unread(source))
    return failing is not None and bool(failing.detail)
