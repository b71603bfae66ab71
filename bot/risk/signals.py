"""The signals of the risk score: each reads one fact and says how many points it is worth, and why, in
numbers.

The points are a hand-made card of what support work can see and change, in the order that the published
evidence gives (effort and repetition before speed, what customers say before what they do less of, missing
usage before low spend); no public study isolates one of them, so the card is to be checked against a
workspace's own renewals. Named combination rules stand for what only matters together. Every signal grows
with its fact, never the other way; nothing takes points away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.durations import human, plural
from bot.risk.cues import LABELS, Cue, cues
from bot.risk.facts import AccountFacts, Rating

USAGE_STALE = timedelta(days=3)
"""Usage data that is silent for so long is not known any more; told of too (`bot/watch/usage.py`)."""

BASELINE = timedelta(days=90)
"""What an account usually does is known of one that has existed for so long."""

WAIT_LONG = timedelta(hours=24)
WAIT_VERY_LONG = timedelta(hours=72)

_LEAVING = ("leaving", "cancel", "competitor", "export", "payment")
_ESCALATING = ("manager", "legal", "public", "anger", "repeat")
_TROUBLE = ("security", "data loss", "outage", "deadline")


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal with its points and its reason; `quotes` are the customer's words behind it, for "Why?"."""

    name: str
    points: int
    reason: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something the score could not know, from which source, and since when (None: it was never known)."""

    what: str
    source: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """From where a fact counts. A team sets them under [risk] in watchbell.toml."""

    renewal_near: timedelta = timedelta(days=30)
    trial_near: timedelta = timedelta(days=3)
    unseen: timedelta = timedelta(days=14)
    rating_at_most: int = 3
    rating_counts: timedelta = timedelta(days=60)
    reopens_from: int = 1


DEFAULTS = Limits()


def signals(
    facts: AccountFacts, now: datetime, *, zone: tzinfo = UTC, limits: Limits = DEFAULTS
) -> tuple[Signal, ...]:
    """Every signal that gives points, most first. `zone` is for dates in reasons and for what today is."""
    single = [
        *_support(facts, now, zone, limits),
        *_words(facts),
        *_volume(facts, now),
        *_usage(facts, now, limits),
        *_contract(facts, now, zone, limits),
    ]
    found = [*single, *_together(facts, now, zone, limits, {signal.name for signal in single})]
    return tuple(sorted(found, key=lambda signal: (-signal.points, signal.name)))


def unknowns(facts: AccountFacts, now: datetime, *, zone: tzinfo = UTC) -> tuple[Unknown, ...]:
    """What is not known about the account. "usage data" is first where it is missing. `zone` is for what
    today is: of a date that is past nobody knows what followed."""
    found: list[Unknown] = []
    if not usage_known(facts, now):
        found.append(Unknown("usage data", facts.usage_source, facts.usage_seen_at))
    elif facts.session_count is None:
        found.append(Unknown("number of logins", facts.usage_source, facts.usage_seen_at))
    ends = _unknown_end(facts, now, zone)
    missing = (
        (ends or "", "Intercom", ends is not None),
        ("ratings", "Intercom", facts.ratings is None),
        ("usual number of messages", "Intercom", facts.messages_30d is None or facts.messages_90d is None),
        ("usual number of messages of an account younger than 90 days", "Intercom", _is_young(facts, now)),
        ("late replies", "Watchbell", facts.sla_misses_30d is None),
        ("reopened conversations", "Intercom", facts.reopens_30d is None),
        ("unanswered outreach", "Intercom", facts.unanswered_outreach is None),
    )
    return (*found, *(Unknown(what, source) for what, source, absent in missing if absent))


def _unknown_end(facts: AccountFacts, now: datetime, zone: tzinfo) -> str | None:
    """What of the contract's end is not known; None while a date lies ahead."""
    dates = [day for day in (facts.renewal_on, facts.trial_ends_on) if day is not None]
    if not dates:
        return "renewal or trial date"
    last = max(dates)
    return f"renewal date after {last:%-d %b %Y}" if last < now.astimezone(zone).date() else None


def usage_known(facts: AccountFacts, now: datetime) -> bool:
    """Whether usage can be judged: somebody was seen once, and the source has not gone silent itself."""
    if facts.last_seen_at is None:
        return False
    return facts.usage_seen_at is None or now - facts.usage_seen_at <= USAGE_STALE


def _not_told_of(facts: AccountFacts, now: datetime) -> timedelta:
    """For how long since the account was last seen nothing would have told of it if it had been seen."""
    if facts.last_seen_at is None or facts.usage_gap is None:
        return timedelta()
    begin, end = facts.usage_gap
    return max(min(end, now) - max(begin, facts.last_seen_at), timedelta())


def _support(facts: AccountFacts, now: datetime, zone: tzinfo, limits: Limits) -> Iterator[Signal]:
    waited = _longest_wait(facts, now)
    if waited >= WAIT_LONG:
        points = 10 if waited >= WAIT_VERY_LONG else 6
        yield Signal(
            "waiting",
            points,
            f"The longest wait for an answer is {human(waited.total_seconds())} (counts from 24 h)",
        )
    late = _late(facts)
    if late:
        yield Signal("late replies", (0, 6, 10, 14)[min(late, 3)], f"{_lateness(facts)} (promised: 0)")
    reopened = _reopened(facts)
    if reopened >= limits.reopens_from:
        points = (0, 3, 6, 8)[min(reopened, 3)]
        yield Signal("reopens", points, f"{plural(reopened, 'reopen', 'reopens')} in 30 days (usual 0)")
    if facts.people_same_issue >= 2:
        points = 12 if facts.people_same_issue >= 3 else 6
        since = f" since {_when(facts.same_issue_since, now, zone)}" if facts.same_issue_since else ""
        reason = f"{facts.people_same_issue} people report one issue{since} (usual 1)"
        yield Signal("same issue", points, reason)
    low = _low_rating(facts, now, limits)
    if low is not None:
        points = 10 if low.score <= 2 else 4
        yield Signal(
            "low rating",
            points,
            f"CSAT {low.score} of 5 on {_day(low.at, zone)} (counts up to {limits.rating_at_most})",
        )
    if facts.bot_only_answered:
        count = facts.bot_only_answered
        yield Signal(
            "bot only",
            5 if count >= 2 else 3,
            f"{plural(count, 'conversation', 'conversations')} only a bot has answered (usual 0)",
        )
    if facts.unanswered_outreach is not None and facts.unanswered_outreach >= 2:
        count = facts.unanswered_outreach
        yield Signal(
            "unanswered outreach",
            8 if count >= 3 else 5,
            f"{count} of our messages in a row unanswered in 90 days (counts from 2)",
        )


def _words(facts: AccountFacts) -> Iterator[Signal]:
    texts = [text for conversation in facts.open_conversations for text in conversation.texts]
    given = [cues(text) for text in dict.fromkeys([*texts, *facts.recent_texts])]
    for name, kinds, points in (
        ("leaving words", _LEAVING, 18),
        ("escalating words", _ESCALATING, 10),
        ("serious trouble", _TROUBLE, 8),
    ):
        hits: list[Cue] = [cue for message in given for cue in message if cue.kind in kinds]
        count = sum(any(cue.kind in kinds for cue in message) for message in given)
        if hits:
            said = list(dict.fromkeys(LABELS[cue.kind] for cue in hits))
            messages = plural(count, "message", "messages")
            reason = f"{messages} in 30 days (usual 0): the customer {_listed(said[:3])}"
            yield Signal(name, points, reason, tuple(dict.fromkeys(cue.quote[:120] for cue in hits))[:5])


def _volume(facts: AccountFacts, now: datetime) -> Iterator[Signal]:
    usual = _usual_messages(facts, now)
    if usual is None or facts.messages_30d is None:
        return
    if facts.messages_30d >= 6 and facts.messages_30d >= 2 * max(usual, 1.0):
        yield Signal("more messages", 6, f"{facts.messages_30d} messages in 30 days (usual {_number(usual)})")
    if _went_quiet(facts, now):
        yield Signal(
            "went quiet",
            8,
            f"{plural(facts.messages_30d, 'message', 'messages')} in 30 days (usual {_number(usual)})",
        )


def _usage(facts: AccountFacts, now: datetime, limits: Limits) -> Iterator[Signal]:
    if not usage_known(facts, now):
        return
    left_out = _not_told_of(facts, now)
    unseen = now - facts.last_seen_at - left_out if facts.last_seen_at else timedelta()
    if unseen >= limits.unseen:
        without = f", {plural(left_out.days, 'day')} without usage data left out" if left_out.days else ""
        who = f"None of {facts.user_count} users" if facts.user_count and facts.user_count > 1 else "Nobody"
        yield Signal(
            "not seen",
            12 if unseen >= max(limits.unseen, timedelta(days=30)) else 6,
            f"{who} was seen for {plural(unseen.days, 'day')} (counts from {limits.unseen.days}{without})",
        )
    if _hardly_used(facts, now):
        age = (now - facts.signed_up_at).days if facts.signed_up_at else 0
        logins = facts.session_count or 0
        yield Signal(
            "hardly used",
            10,
            f"{plural(logins, 'login', 'logins')} in {plural(age, 'day')} since signing up (counts up to 1)",
        )


def _contract(facts: AccountFacts, now: datetime, zone: tzinfo, limits: Limits) -> Iterator[Signal]:
    renews = _days_to(facts.renewal_on, now, zone)
    if renews is not None and 0 <= renews <= 90:
        yield Signal(
            "renewal",
            6 if renews <= limits.renewal_near.days else 3,
            f"Renews {_in_days(renews)} (counts from 90 days)",
        )
    trial = _days_to(facts.trial_ends_on, now, zone)
    if trial is not None and 0 <= trial <= limits.trial_near.days:
        yield Signal("trial", 6, f"The trial ends {_in_days(trial)} (counts from {_days(limits.trial_near)})")
    if facts.owner is None and facts.spend:
        yield Signal(
            "no owner",
            2,
            f"Nobody owns this account of {facts.spend:,.0f} {facts.currency} a month (usual: one person)",
        )


def _together(
    facts: AccountFacts, now: datetime, zone: tzinfo, limits: Limits, seen: set[str]
) -> Iterator[Signal]:
    """The named combination rules."""
    renews = _days_to(facts.renewal_on, now, zone)
    near = renews is not None and 0 <= renews <= limits.renewal_near.days
    if near and "late replies" in seen:
        yield Signal(
            "renewal near, replies late",
            10,
            f"Renews {_in_days(renews or 0)}, and {_lateness(facts)} (promised: 0)",
        )
    if near and seen & {"same issue", "leaving words", "low rating", "serious trouble"}:
        which = _listed(sorted(seen & {"same issue", "leaving words", "low rating", "serious trouble"}))
        yield Signal(
            "renewal near, trouble open",
            10,
            f"Renews {_in_days(renews or 0)} (counts up to {_days(limits.renewal_near)}) with {which}",
        )
    if {"trial", "hardly used"} <= seen:
        left = _days_to(facts.trial_ends_on, now, zone) or 0
        logins = plural(facts.session_count or 0, "login", "logins")
        reason = f"The trial ends {_in_days(left)} after {logins} (counts up to 1)"
        yield Signal("trial ends unused", 15, reason)
    if "went quiet" in seen and seen & {"late replies", "low rating", "reopens"}:
        usual = _number(_usual_messages(facts, now) or 0.0)
        after = _listed(sorted(seen & {"late replies", "low rating", "reopens"}))
        yield Signal(
            "quiet after trouble",
            10,
            f"{plural(facts.messages_30d or 0, 'message')} in 30 days (usual {usual}) after {after}",
        )
    if "same issue" in seen and "waiting" in seen:
        waited = human(_longest_wait(facts, now).total_seconds())
        yield Signal(
            "one issue, nobody answers",
            8,
            f"{facts.people_same_issue} people report one issue and wait up to {waited} (counts from 24 h)",
        )


def _longest_wait(facts: AccountFacts, now: datetime) -> timedelta:
    waits = [now - c.waiting_since for c in facts.open_conversations if c.waiting_since is not None]
    return max([*waits, timedelta()])


def _late(facts: AccountFacts) -> int:
    return (facts.sla_misses_30d or 0) + facts.late_for_longer


def _lateness(facts: AccountFacts) -> str:
    """How many replies were late, as a clause; at least one was."""
    lately, longer = facts.sla_misses_30d or 0, facts.late_for_longer
    if not lately:
        return f"{plural(longer, 'reply has', 'replies have')} been late for more than 30 days"
    told = f"{plural(lately, 'reply was', 'replies were')} late in 30 days"
    return f"{told}, {longer} more {'has' if longer == 1 else 'have'} been for longer" if longer else told


def _reopened(facts: AccountFacts) -> int:
    return max(facts.reopens_30d or 0, sum(c.reopens for c in facts.open_conversations))


def _low_rating(facts: AccountFacts, now: datetime, limits: Limits) -> Rating | None:
    """The latest rating when it is low enough and not too old to count."""
    recent = [rating for rating in facts.ratings or () if now - limits.rating_counts <= rating.at <= now]
    latest = max(recent, key=lambda rating: (rating.at, -rating.score), default=None)
    return latest if latest is not None and latest.score <= limits.rating_at_most else None


def _usual_messages(facts: AccountFacts, now: datetime) -> float | None:
    """Messages in 30 days as they were in the 60 days before; None where these are not known, or were not
    ordinary: who has just begun asks much at first and is calm when all is set up."""
    if facts.messages_30d is None or facts.messages_90d is None or _is_young(facts, now):
        return None
    return max(0, facts.messages_90d - facts.messages_30d) / 2


def _is_young(facts: AccountFacts, now: datetime) -> bool:
    return facts.signed_up_at is not None and now - facts.signed_up_at < BASELINE


def _went_quiet(facts: AccountFacts, now: datetime) -> bool:
    usual = _usual_messages(facts, now)
    return usual is not None and usual >= 4 and (facts.messages_30d or 0) <= usual / 5


def _hardly_used(facts: AccountFacts, now: datetime) -> bool:
    if facts.signed_up_at is None or facts.session_count is None:
        return False
    return facts.session_count <= 1 and now - facts.signed_up_at >= timedelta(days=7)


def _days_to(day: date | None, now: datetime, zone: tzinfo) -> int | None:
    return None if day is None else (day - now.astimezone(zone).date()).days


def _when(at: datetime, now: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a %H:%M}" if now - at < timedelta(days=6) else _day(at, zone)


def _day(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%b}"


def _days(limit: timedelta) -> str:
    return plural(limit.days, "day")


def _in_days(days: int) -> str:
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
