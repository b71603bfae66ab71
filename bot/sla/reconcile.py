"""The daily audit against Intercom: what it says of last week's conversations beside what we say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.clock import Moment
from bot.durations import human
from bot.office import Office
from bot.sla.compare import Happening, Ours, Theirs, compare
from bot.sla.promises import Promises
from bot.store import comparisons, slots
from bot.store.clocks import UNCOVERED, SlaClock
from bot.store.comparisons import Comparison
from bot.store.conversations import Conversation
from bot.store.parts import NO_ANSWER_NEEDED, Part, parts_of_many

JOB = "reconcile"
AT_ONCE = 200


def due(session: Session, office: Office, now: datetime) -> str | None:
    """The day (the team's date) whose audit is still to be made; None once it is."""
    day = now.astimezone(ZoneInfo(office.zone)).date().isoformat()
    return None if slots.slot_taken(session, office.workspace, JOB, day) else day


def done(session: Session, office: Office, day: str, at: Moment) -> bool:
    """All of the day's audit is made. True for exactly one caller."""
    return slots.take_slot(session, office.workspace, JOB, day, now=at.now)


def some(
    session: Session, office: Office, promises: Promises, at: Moment, behind: str = ""
) -> tuple[list[Comparison], str | None]:
    """Compare the next conversations; what was found, and the id to go on behind, None at the end."""
    query = (
        select(Conversation)
        .where(
            Conversation.workspace == office.workspace,
            col(Conversation.updated_at) >= at.now - comparisons.REACH,
            col(Conversation.id) > behind,
        )
        .order_by(col(Conversation.id))
        .limit(AT_ONCE)
    )
    rows = list(session.exec(query))
    ids = [row.id for row in rows]
    parts = parts_of_many(session, office.workspace, ids)
    clocks = select(SlaClock).where(
        SlaClock.workspace == office.workspace, col(SlaClock.conversation_id).in_(ids)
    )
    kept: dict[str, list[SlaClock]] = {}
    for clock in session.exec(clocks):
        kept.setdefault(clock.conversation_id, []).append(clock)
    found = [_one(office, promises, row, parts[row.id], kept.get(row.id, []), at) for row in rows]
    return found, ids[-1] if len(rows) == AT_ONCE else None


def keep(session: Session, found: list[Comparison]) -> None:
    for each in found:
        comparisons.keep(session, each)


def _one(
    office: Office,
    promises: Promises,
    row: Conversation,
    parts: list[Part],
    clocks: list[SlaClock],
    at: Moment,
) -> Comparison:
    happened = list(_happenings(parts))
    promised = [each for each in clocks if each.ending != UNCOVERED]
    ours, theirs = _ours(promises, row, promised, happened), _theirs(row)
    finding = compare(ours, theirs, happened)
    return Comparison(
        workspace=office.workspace,
        conversation_id=row.id,
        verdict=finding.verdict.value,
        what=finding.what,
        cause=finding.cause.value if finding.cause is not None else None,
        ours=_told(office, finding.what, ours.first_answer_at, ours.working_seconds, _kept(ours.missed)),
        theirs=_told(
            office, finding.what, theirs.first_answer_at, theirs.first_answer_seconds, theirs.sla_status
        ),
        compared_at=at.now,
    )


def _happenings(parts: Iterable[Part]) -> Iterable[Happening]:
    for part in parts:
        if part.reopens:
            yield Happening(part.created_at, "open")
        if part.customer_message:
            kind = "customer"
        elif part.automatic and part.text:
            kind = "bot"
        elif part.public_reply:
            kind = "reply"
        else:
            kind = {
                "note": "note",
                "merge": "merge",
                "snoozed": "snooze",
                NO_ANSWER_NEEDED: "no_answer_needed",
            }.get(part.kind, "other")
        yield Happening(part.created_at, kind)


def _ours(promises: Promises, row: Conversation, clocks: list[SlaClock], happened: list[Happening]) -> Ours:
    first = min((each for each in clocks if each.clock == "first_response"), key=_started, default=None)
    reply_clocks = [each for each in clocks if each.clock in ("first_response", "next_response")]
    started = first.started_at if first is not None else row.created_at
    answered = first.stopped_at if first is not None and first.ending == "answered" else None
    if first is None:
        answered = next((each.at for each in happened if each.kind == "reply"), None)
    working = plain = None
    if answered is not None:
        plain = int((answered - started).total_seconds())
        if first is not None:
            working = promises.calendars[first.calendar].business_between(started, answered)
    return Ours(
        started_at=started,
        first_answer_at=answered,
        working_seconds=working,
        plain_seconds=plain,
        missed=any(each.state == "breached" for each in reply_clocks) if reply_clocks else None,
        versions=len({each.policy_version for each in reply_clocks}) or 1,
    )


def _theirs(row: Conversation) -> Theirs:
    return Theirs(row.first_admin_reply_at, row.time_to_admin_reply, row.sla_status)


def _started(clock: SlaClock) -> datetime:
    return clock.started_at


def _kept(missed: bool | None) -> str | None:
    return None if missed is None else "missed" if missed else "hit"


def _told(
    office: Office, what: str, answered: datetime | None, seconds: int | None, status: str | None
) -> str:
    """One side of a difference in a few words."""
    match what:
        case "first answer":
            return (
                f"{answered.astimezone(ZoneInfo(office.zone)):%a %d %b %H:%M}"
                if answered is not None
                else "none"
            )
        case "time to first answer":
            return human(seconds) if seconds is not None else "not known"
        case "promise":
            return status or "not known"
    return ""
