"""Which ticks fail, whichever replica they fail in: for the Home, the alerts channel and the doctor.

Each process notes its own in the store. A note is renewed as long as it is true, so that one of a process
which is gone counts no longer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.cards import failing as card
from bot.cards.failing import MEND, FailingCard
from bot.cards.message import Message
from bot.cards.status import Problem
from bot.clock import Moment
from bot.durations import human
from bot.office import Office
from bot.store import pulse
from bot.store.pulse import Heartbeat
from bot.watch.told_once import Trouble

KIND = "failing"
"""How such a message's name begins."""

NAMES: Mapping[str, str] = {
    "receipts": "Taking in webhooks",
    "details": "Fetching conversations from Intercom",
    "judge": "Judging promises",
    "accounts": "Judging accounts",
    "in_slack": "Looking after what customers say in Slack",
    "deliver": "Delivering messages",
    "clock": "Comparing the clock with Slack's",
    "sweep": "Reading Intercom",
    "failing": "Noting what fails",
    "troubles": "Telling the team what is wrong",
    "quiet": "Looking for what has gone quiet",
    "claims": "Reminding of claims",
    "spreading": "Looking for spreading issues",
    "monday": "Making the Monday summary",
    "digests": "Making digests",
    "audit": "Checking Watchbell's own messages",
    "heartbeat": "Telling the watcher outside that all is well",
    "retention": "Deleting what is old",
    "homes": "Drawing open Homes anew",
    "reconcile": "Comparing promises with Intercom's own",
    "history": "Reading older history",
    "channels": "Looking through the accounts' Slack channels",
    "mailbox": "Reading the mailbox",
    "settings": "Taking over changes of watchbell.toml",
    "engine": "Learning what customers ordinarily write",
}
"""What each tick does, as a sentence about it begins."""

_SHOWN_AFTER = timedelta(minutes=1)
"""Business time: what fails once, as when the database is started again, is well a second later."""

_TOLD_AFTER = timedelta(minutes=5)
"""Business time."""

_RENEWED, _FORGOTTEN = timedelta(minutes=1), timedelta(minutes=3)
"""Machine time: how old a note grows, and after which one counts no longer."""


def is_noted(
    session: Session, workspace: str, failing: Collection[str], mine: Collection[str], at: Moment
) -> bool:
    """Whether it is known which ticks fail in this process; `mine` are those that it has noted."""
    return not _changes(session, workspace, failing, mine, at)


def note(
    session: Session, workspace: str, failing: Collection[str], mine: Collection[str], at: Moment
) -> int:
    """Note which ticks fail in this process; how many notes that changed."""
    changes = _changes(session, workspace, failing, mine, at)
    for name, since in changes.items():
        source, renewed = pulse.failing(name), at.machine.isoformat() if since is not None else None
        pulse.beat(session, workspace, source, now=since or at.now, detail=renewed)
    return len(changes)


def _changes(
    session: Session, workspace: str, failing: Collection[str], mine: Collection[str], at: Moment
) -> dict[str, datetime | None]:
    """By tick since when it is to be noted as failing; None: that it does no longer."""
    notes = {each.source: each for each in pulse.failing_noted(session, workspace)}
    changes: dict[str, datetime | None] = {}
    for name in NAMES:
        known = notes.get(pulse.failing(name))
        lasts = known is not None and _lasts(known, at)
        if name in failing:
            if known is None or not lasts:
                changes[name] = at.now
            elif at.machine - _renewed(known) >= _RENEWED:
                changes[name] = known.at
        elif known is not None and (name in mine or not lasts):
            # Another process's note is that one's to take back, as long as it lives.
            changes[name] = None
    return changes


def _lasts(note: Heartbeat, at: Moment) -> bool:
    return at.machine - _renewed(note) < _FORGOTTEN


def _renewed(note: Heartbeat) -> datetime:
    return datetime.fromisoformat(note.detail or "")


def failing_since(session: Session, workspace: str, at: Moment) -> dict[str, datetime]:
    """The ticks that fail, each with since when (business time)."""
    notes = {each.source: each for each in pulse.failing_noted(session, workspace) if _lasts(each, at)}
    found = ((name, notes.get(pulse.failing(name))) for name in NAMES)
    return {name: each.at for name, each in found if each is not None}


def problems(session: Session, office: Office, at: Moment) -> list[Problem]:
    """Each tick that fails for a while, with what to do."""
    found = failing_since(session, office.workspace, at)
    return [
        Problem(f"{NAMES[name]} has failed for {human((at.now - since).total_seconds())}.", MEND)
        for name, since in found.items()
        if at.now - since >= _SHOWN_AFTER
    ]


def troubles(session: Session, office: Office, fine: Collection[str], at: Moment) -> Iterator[Trouble]:
    """How each tick stands; `fine`: those that have ended well in this process."""
    found = failing_since(session, office.workspace, at)
    for name, what in NAMES.items():
        since = found.get(name)
        is_long = since is not None and at.now - since >= _TOLD_AFTER
        yield Trouble(
            KIND,
            name,
            since if is_long else None,
            since is None and name in fine,
            partial(_wrong, office, what, since or at.now, at),
            partial(_well, office, what, at),
        )


def _wrong(office: Office, what: str, since: datetime, at: Moment) -> Message:
    return card.render(FailingCard(what, since, at.now, office.zone))


def _well(office: Office, what: str, at: Moment, since: datetime) -> Message:
    return card.render(FailingCard(what, since, at.now, office.zone, over=at.now))
