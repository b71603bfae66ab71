"""From stored parts to the events that promises are computed from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.sla.history import ConversationHistory, Event, EventKind, StartedBy
from bot.sla.policy import PolicyFacts
from bot.store.accounts import Account
from bot.store.conversations import Conversation
from bot.store.merges import PRIMARY, SAME_MOMENT, SECONDARY
from bot.store.parts import NO_ANSWER_NEEDED, Part
from bot.store.reps import Team

_STARTED_BY = {
    "contact": StartedBy.CUSTOMER,
    "admin": StartedBy.TEAMMATE,
    "automated": StartedBy.AUTOMATION,
}
_STATES = {
    "close": EventKind.CLOSED,
    "assignment": EventKind.ASSIGNED,
}
_OPENING = (EventKind.CUSTOMER_MESSAGE, EventKind.OPENED, EventKind.SNOOZED)


def history(row: Conversation, parts: Iterable[Part]) -> ConversationHistory:
    """A conversation's events. Where parts lack, the conversation's own fields stand in.

    The present snooze's end is known from the conversation only; earlier snoozes were ended by a part.
    """
    told = list(parts)
    events: list[Event] = []
    for part in told:
        events.extend(_events(part, row))
    events.extend(_missing(row, events))
    events = list(_with_waits(events))
    events[:0] = _merged_away(row, told)
    return ConversationHistory(
        created_at=row.created_at, started_by=_STARTED_BY[row.started_by], events=tuple(events)
    )


def _events(part: Part, row: Conversation) -> Iterable[Event]:
    at = part.created_at
    # Before its own words: a note that opens a conversation is one in an open conversation.
    # A customer's own words open it too, and begin a wait of their own.
    if part.reopens and not part.customer_message:
        yield Event(at, EventKind.OPENED)
    elif part.wakes:
        yield Event(at, EventKind.UNSNOOZED)
    if part.customer_message:
        yield Event(at, EventKind.CUSTOMER_MESSAGE)
    elif part.automatic and part.text:
        yield Event(at, EventKind.FIN_REPLY if part.by_ai else EventKind.BOT_REPLY)
    elif part.public_reply:
        yield Event(at, EventKind.TEAMMATE_REPLY)
    elif part.kind == "note":
        yield Event(at, EventKind.NOTE)
    if part.raw_kind == PRIMARY:
        yield Event(at, EventKind.MERGED_IN, waiting_since=part.waiting_since)
    if part.kind == "snoozed":
        yield Event(at, EventKind.SNOOZED, until=row.snoozed_until)
    elif part.kind == NO_ANSWER_NEEDED:
        yield Event(at, EventKind.NO_ANSWER_NEEDED, waiting_since=part.waiting_since)
    elif part.kind in _STATES:
        yield Event(at, _STATES[part.kind])


def _merged_away(row: Conversation, parts: list[Part]) -> Iterable[Event]:
    """Intercom closes what is merged away: the merge comes first, so that the close is none of a person.

    One that went on afterwards is a conversation of its own again, however it came to that.
    """
    merged_at = max((part.created_at for part in parts if part.raw_kind == SECONDARY), default=None)
    if merged_at is None or row.state != "closed":
        return
    after = (part for part in parts if part.created_at > merged_at + SAME_MOMENT)
    if any(part.customer_message or part.public_reply or part.reopens for part in after):
        return
    closes = [part.created_at for part in parts if part.kind == "close"]
    closes += [row.last_close_at] if row.last_close_at is not None else []
    near = [at for at in closes if abs(at - merged_at) <= SAME_MOMENT]
    yield Event(min([merged_at, *near]), EventKind.MERGED_AWAY)


def _missing(row: Conversation, events: list[Event]) -> Iterable[Event]:
    """What the conversation's fields say and no known part tells."""

    def has(kind: EventKind, at: datetime) -> bool:
        return any(event.kind is kind and event.at >= at for event in events)

    for kind, at in (
        (EventKind.TEAMMATE_REPLY, row.first_admin_reply_at),
        (EventKind.TEAMMATE_REPLY, row.last_admin_reply_at),
        (EventKind.CUSTOMER_MESSAGE, row.waiting_since),
    ):
        if at is not None and not has(kind, at):
            yield Event(at, kind)
    if row.state == "closed":
        closed_at = row.last_close_at or row.updated_at
        if row.waiting_since is None:
            # The close that is known may be an earlier one, after which it was opened again.
            opened = (event.at for event in events if event.kind in _OPENING)
            closed_at = max([closed_at, *opened])
        if not has(EventKind.CLOSED, closed_at):
            yield Event(closed_at, EventKind.CLOSED)
    if row.state == "snoozed" and not any(event.kind is EventKind.SNOOZED for event in events):
        yield Event(row.updated_at, EventKind.SNOOZED, until=row.snoozed_until)
    if row.state == "open":
        yield from _opened(row, events)


def _opened(row: Conversation, events: list[Event]) -> Iterable[Event]:
    """The end of a snooze or a close that no known part tells, of a conversation that is open all the same.

    A snooze without an end would stop its promises for ever.
    """
    closed = snoozed = False
    for event in sorted(events, key=lambda each: each.at):
        match event.kind:
            case EventKind.CLOSED:
                closed, snoozed = True, False
            case EventKind.SNOOZED:
                closed, snoozed = False, True
            case EventKind.UNSNOOZED:
                snoozed = False
            case EventKind.OPENED | EventKind.CUSTOMER_MESSAGE:
                closed = snoozed = False
            case EventKind.MERGED_IN if event.waiting_since is not None:
                closed = False
    if closed:
        yield Event(row.updated_at, EventKind.OPENED)
    elif snoozed:
        yield Event(row.updated_at, EventKind.UNSNOOZED)


def _with_waits(events: list[Event]) -> Iterable[Event]:
    """The same in order. A teammate's answer leaves it to the customer to write next, unless it is closed."""
    closed = False
    for event in sorted(events, key=lambda each: each.at):
        yield event
        match event.kind:
            case EventKind.CLOSED:
                closed = True
            case EventKind.CUSTOMER_MESSAGE | EventKind.OPENED | EventKind.SNOOZED:
                closed = False
            case EventKind.TEAMMATE_REPLY if not closed:
                yield Event(event.at, EventKind.WAITING_ON_CUSTOMER)


def policy_facts(
    row: Conversation, account: Account | None, team: Team | None, now: datetime, zone: str
) -> PolicyFacts:
    """What policies may match on. A trial's end is a day of the workspace's `zone`."""
    attributes = dict(row.attributes)
    channel = row.channel if row.channel in _CHANNELS else _CHANNEL_GROUPS.get(row.channel, "other")
    facts = PolicyFacts(
        channel=channel,
        priority=row.priority,
        tags=tuple(row.tags),
        team=team.name if team else row.team_assignee_id,
        attributes=attributes,
    )
    if account is None:
        return facts
    days_left = None
    if account.trial_ends_on:
        today = now.astimezone(ZoneInfo(zone)).date()
        days_left = (date.fromisoformat(account.trial_ends_on) - today).days
    return PolicyFacts(
        channel=facts.channel,
        priority=facts.priority,
        tags=facts.tags,
        team=facts.team,
        plan=account.plan,
        segment=account.segment,
        accounts=(account.name, account.id),
        attributes={**account.attributes, **attributes},
        spend=account.monthly_spend,
        trial_days_left=days_left,
    )


_CHANNELS = ("chat", "email", "whatsapp", "sms", "phone")
_CHANNEL_GROUPS = {"facebook": "social", "instagram": "social", "twitter": "social"}
