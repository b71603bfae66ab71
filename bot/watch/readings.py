"""What is read from Intercom, and what is said when it is not read any more.

Cards say how old they are by themselves (`bot/freshness.py`); beside that the team is told
(`bot/watch/troubles.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot import freshness
from bot.cards import unread as unread_card
from bot.cards.message import Message
from bot.cards.status import Problem
from bot.cards.unread import UnreadCard
from bot.clock import Moment
from bot.durations import human
from bot.office import Office
from bot.store import clocks, pulse, rechecks
from bot.watch.told_once import Trouble

UNREAD = "unread"
"""How the name of a message about it begins."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`source` notes each success; `what` is read, as people call it, and what it `means` if it is not."""

    source: str
    what: str
    means: str


READINGS = (
    Reading(pulse.SWEEP, "Intercom", "Alerts, summaries and the Home tell what was known by then."),
    Reading(
        pulse.TICKETS,
        "Intercom's list of tickets",
        "Tickets that never were conversations ring late or not at all where no webhook tells of them.",
    ),
    Reading(
        pulse.TEAMMATES,
        "Intercom's list of teammates",
        "Who is away, who has left and who is in which team counts as it was.",
    ),
    Reading(
        pulse.ACCOUNTS,
        "Intercom's list of accounts",
        "Plans, renewals, usage and risk stay as they were; an account without a conversation is not known.",
    ),
    Reading(
        pulse.DELETED,
        "Intercom's list of open conversations",
        "What was deleted there may go on ringing.",
    ),
    Reading(
        pulse.ACTIVITY, "Intercom's activity log", "Whether somebody paused an outbound message is not known."
    ),
)

_TRIES = "Watchbell goes on trying."
_MEND = "Check INTERCOM_TOKEN, what it may read, and Intercom's status page."


def is_noted(session: Session, workspace: str, source: str, fault: str | None) -> bool:
    """Whether it is known that a reading ended so. `fault` is why it failed, None that it did not."""
    known = pulse.last_beat(session, workspace, pulse.unread(source))
    return (known.detail if known is not None else None) == fault


def note(session: Session, workspace: str, source: str, fault: str | None, at: Moment) -> None:
    """Note how a reading ended, and since when it fails."""
    known = pulse.last_beat(session, workspace, pulse.unread(source))
    since = known.at if known is not None and known.detail and fault else at.now
    pulse.beat(session, workspace, pulse.unread(source), now=since, detail=fault)


def draw_again(session: Session, office: Office, at: Moment) -> None:
    """Have alerts judged that say how old they are: they are not any more."""
    pulse.set_mark(session, office.workspace, pulse.SAID_OLD, None)
    told = [each.conversation_id for each in clocks.alerts_going_on(session, office.workspace)]
    rechecks.ask_all(
        session, office.workspace, rechecks.CONVERSATION, list(dict.fromkeys(told)), now=at.machine
    )


def problems(session: Session, office: Office, at: Moment) -> list[Problem]:
    """Each reading that is late, with its mend."""
    found = []
    for each in READINGS:
        since = _failing_since(session, office, each)
        if since is not None and at.now - since > _late_after(session, office, each):
            length = human((at.now - since).total_seconds())
            found.append(
                Problem(f"{each.what} has not been read for {length}.", _mend(session, office, each))
            )
    return found


def noted(session: Session, workspace: str) -> list[tuple[str, str]]:
    """What could not be read when it was last tried, each with why."""
    known = [(each.what, pulse.last_beat(session, workspace, pulse.unread(each.source))) for each in READINGS]
    return [(what, beat.detail) for what, beat in known if beat is not None and beat.detail]


def troubles(session: Session, office: Office, started: datetime, at: Moment) -> Iterator[Trouble]:
    """How each reading stands. None counts as failing before the bot, which runs since `started`, has tried
    for a while."""
    for each in READINGS:
        yield Trouble(
            UNREAD,
            each.source,
            _failing_since(session, office, each) if _fails(session, office, each, started, at) else None,
            _is_well(session, office, each, at),
            partial(_wrong, session, office, each, at),
            partial(_well, session, office, each, at),
        )


def _fails(session: Session, office: Office, reading: Reading, started: datetime, at: Moment) -> bool:
    since = _failing_since(session, office, reading)
    if since is None:
        return False
    patience = max(freshness.PATIENCE, _late_after(session, office, reading))
    return at.now - max(since, started) > patience


def _is_well(session: Session, office: Office, reading: Reading, at: Moment) -> bool:
    """Whether it was read lately. A bot that has just started may know neither that, nor that it fails."""
    return not freshness.is_old(session, office, reading.source, at.now)


def _late_after(session: Session, office: Office, reading: Reading) -> timedelta:
    if freshness.read_at(session, office.workspace, reading.source) is None:
        return freshness.lately(office)
    return freshness.late_after(office, reading.source)


def _failing_since(session: Session, office: Office, reading: Reading) -> datetime | None:
    """The last success, where there was one; else the first failure. None: neither.

    What follows the sweep fails only if it was tried: while the sweep fails, that is told, and once.
    """
    failed = pulse.last_beat(session, office.workspace, pulse.unread(reading.source))
    read = freshness.read_at(session, office.workspace, reading.source)
    if failed is None or not failed.detail:
        return read if reading.source == pulse.SWEEP else None
    return read if read is not None else failed.at


def _mend(session: Session, office: Office, reading: Reading) -> str:
    failed = pulse.last_beat(session, office.workspace, pulse.unread(reading.source))
    why = failed.detail if failed is not None and failed.detail else ""
    # What is wrong with the token says by itself what to do.
    return " ".join(filter(None, (why, _TRIES, "" if "INTERCOM_TOKEN" in why else _MEND)))


def _wrong(session: Session, office: Office, reading: Reading, at: Moment) -> Message:
    last, mend = freshness.read_at(session, office.workspace, reading.source), _mend(session, office, reading)
    return unread_card.render(UnreadCard(reading.what, at.now, office.zone, last, reading.means, mend))


def _well(session: Session, office: Office, reading: Reading, at: Moment, before: datetime) -> Message:
    read = freshness.read_at(session, office.workspace, reading.source)
    return unread_card.render(UnreadCard(reading.what, at.now, office.zone, before, again=read or at.now))
