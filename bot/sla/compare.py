"""What Intercom says of a conversation beside what we say, and the event that explains a difference. Pure.

Intercom's `statistics` name the instant of the first answer and how long it took, with its own office hours
taken out; `sla_applied` says hit or missed once a teammate has replied. Neither names a deadline, so what is
compared is what both know: when the first answer came, how long that took, and whether a promise was missed.
A difference without an event that explains it is the one that a lead must look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SAME = timedelta(seconds=60)
"""Both record whole seconds, and Intercom writes some a moment after the part."""


class Verdict(StrEnum):
    AGREES = "agrees"
    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"
    NOT_COMPARABLE = "not comparable"


class Cause(StrEnum):
    """The event that explains a difference."""

    BOT = "bot"
    NOTE = "note"
    BEGUN_BY_TEAM = "begun by team"
    OFFICE_HOURS = "office hours"
    SNOOZE = "snooze"
    REOPENED = "reopened"
    NO_ANSWER_NEEDED = "no answer needed"
    MERGED = "merged"
    POLICY_CHANGED = "policy changed"
    NOT_COUNTED_YET = "not counted yet"


@dataclass(frozen=True, slots=True)
class Happening:
    """A part of the conversation, as far as it can explain something.

    `kind`: customer, reply, bot, note, snooze, open, merge, no_answer_needed or other.
    """

    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Theirs:
    """Intercom's view. Seconds leave out its office hours; the status is hit, missed, cancelled or active."""

    first_answer_at: datetime | None
    first_answer_seconds: int | None
    sla_status: str | None


@dataclass(frozen=True, slots=True)
class Ours:
    """Our view of the same: working seconds under the policy's calendar, and plain seconds.

    `missed` is whether any promise to reply was broken, None without a policy. `versions` are the policy sets
    that its clocks ran under.
    """

    started_at: datetime
    first_answer_at: datetime | None
    working_seconds: int | None
    plain_seconds: int | None
    missed: bool | None
    versions: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` differs, a word of ours; `cause` explains it, None when nothing does."""

    verdict: Verdict
    what: str = ""
    cause: Cause | None = None


def compare(ours: Ours, theirs: Theirs, happened: Sequence[Happening]) -> Finding:
    """The first difference that matters, in the order instant, duration, promise."""
    compared = False
    if theirs.first_answer_at is not None or (
        ours.first_answer_at is not None and theirs.sla_status is not None
    ):
        compared = True
        if not _same(ours.first_answer_at, theirs.first_answer_at):
            return _found("first answer", _why_instant(ours, theirs, happened))
    if theirs.first_answer_seconds is not None and ours.working_seconds is not None:
        compared = True
        if not _close(ours.working_seconds, theirs.first_answer_seconds):
            return _found("time to first answer", _why_length(ours, theirs, happened))
    if theirs.sla_status in ("hit", "missed") and ours.missed is not None:
        compared = True
        if ours.missed != (theirs.sla_status == "missed"):
            return _found("promise", _why_promise(ours, happened))
    return Finding(Verdict.AGREES if compared else Verdict.NOT_COMPARABLE)


def _found(what: str, cause: Cause | None) -> Finding:
    return Finding(Verdict.EXPLAINED if cause is not None else Verdict.UNEXPLAINED, what, cause)


def _why_instant(ours: Ours, theirs: Theirs, happened: Sequence[Happening]) -> Cause | None:
    first, counted = ours.first_answer_at, theirs.first_answer_at
    if counted is not None and (first is None or counted < first):
        # Intercom counted something that we did not.
        at = {each.kind for each in happened if _same(each.at, counted)}
        if "bot" in at:
            return Cause.BOT
        if "note" in at:
            return Cause.NOTE
        before = [each for each in happened if each.kind == "customer" and each.at <= counted]
        if "reply" in at and not before:
            return Cause.BEGUN_BY_TEAM
        if any(each.kind == "no_answer_needed" and each.at <= counted for each in happened):
            return Cause.NO_ANSWER_NEEDED
        return _merged(happened)
    at = {each.kind for each in happened if first is not None and _same(each.at, first)}
    if "bot" in at:
        return Cause.BOT
    if "note" in at:
        return Cause.NOTE
    return Cause.NOT_COUNTED_YET if counted is None else _merged(happened)


def _merged(happened: Sequence[Happening]) -> Cause | None:
    """A merge moves a wait from one conversation to another, and Intercom counts each by itself."""
    return Cause.MERGED if any(each.kind == "merge" for each in happened) else None


def _why_length(ours: Ours, theirs: Theirs, happened: Sequence[Happening]) -> Cause | None:
    told = theirs.first_answer_seconds or 0
    answered = ours.first_answer_at
    snoozed = any(
        each.kind == "snooze" and ours.started_at <= each.at and (answered is None or each.at <= answered)
        for each in happened
    )
    if snoozed:
        return Cause.SNOOZE
    if ours.plain_seconds is not None and told <= ours.plain_seconds + SAME.total_seconds():
        # Its office hours are not the policy's: what it counted is possible between the two instants.
        return Cause.OFFICE_HOURS
    return _merged(happened)


def _why_promise(ours: Ours, happened: Sequence[Happening]) -> Cause | None:
    kinds = {each.kind for each in happened}
    if ours.versions > 1:
        return Cause.POLICY_CHANGED
    for kind, cause in (
        ("no_answer_needed", Cause.NO_ANSWER_NEEDED),
        ("merge", Cause.MERGED),
        ("bot", Cause.BOT),
        ("snooze", Cause.SNOOZE),
        ("open", Cause.REOPENED),
    ):
        if kind in kinds:
            return cause
    return None


def _same(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SAME


def _close(one: int, other: int) -> bool:
    return abs(one - other) <= SAME.total_seconds()
