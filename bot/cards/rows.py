"""Rows that lists share: a conversation with its promise, an account at risk with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from bot.cards import kit, words
from bot.cards.message import Block
from bot.cards.values import AtRisk, ConversationLine
from bot.durations import plural
from bot.slack import text

REASONS = 3
_REASON_LIMIT = 110

Action = Literal["answer", "claim"]


def conversation(line: ConversationLine, now: datetime, zone: str, action: Action | None = None) -> Block:
    """Who, where, and by when; the button answers or claims."""
    button = None
    if action is not None:
        button = kit.button("Answer" if action == "answer" else "Claim", action, line.id)
    return kit.section(conversation_text(line, now, zone), button)


def resting(line: ConversationLine, now: datetime, zone: str) -> Block:
    """One of a person's own in which nobody waits, with all that can be done to it."""
    more = kit.overflow(
        kit.Item("Answer", "answer", line.id),
        kit.Item("Release", "release", line.id),
        kit.Item("Snooze…", "snooze", line.id),
        kit.Item("Timeline", "timeline", line.id),
        kit.Item("More…", "more_done", line.id),
    )
    return kit.section(conversation_text(line, now, zone), more)


def conversation_text(line: ConversationLine, now: datetime, zone: str) -> str:
    name = text.link(line.url, line.contact) if line.url else text.inline(line.contact, 60)
    account = text.inline(line.account, 60) if line.account else None
    return words.dotted(state(line, now, zone), account, f"{name}, {words.channel_name(line.channel)}")


def claimed(line: ConversationLine) -> str:
    """Who holds it."""
    owner = (line.owner,) if line.owner else ()
    return words.owners(owner, owner if line.owner_away else (), 0)


def state(line: ConversationLine, now: datetime, zone: str) -> str:
    """What is asked of the team, starting with a capital letter."""
    if line.state == "closed":
        return "Closed"
    if line.state == "snoozed":
        until = line.snoozed_until
        return f"Snoozed until {words.when(until, now, zone)}" if until else "Snoozed"
    if line.due is not None:
        return f"{words.due_phrase(line.due, now)}, {words.due_instant(line.due, now, zone)}"
    if line.waiting_since is not None:
        return f"Waiting {words.waited(line.waiting_since, now)}"
    return "Waiting on the customer"


def conversations(
    lines: Sequence[ConversationLine],
    now: datetime,
    zone: str,
    action: Action | None,
    limit: int,
    rest: str,
    *,
    total: int | None = None,
) -> Iterator[Block]:
    """At most `limit` rows; `rest` names where the others are, as in "and 4 more: `/inbox`".

    `total` counts them all where `lines` holds only the first.
    """
    for line in lines[:limit]:
        yield conversation(line, now, zone, action)
    hidden = max(total or 0, len(lines)) - min(limit, len(lines))
    if hidden > 0:
        yield kit.context(f"and {hidden} more{rest}")


def at_risk(place: int, entry: AtRisk, today: datetime, zone: str) -> list[Block]:
    """An account with its score, up to three reasons and what can be done about it."""
    day = today.astimezone(words.zone_of(zone)).date()
    head = words.dotted(
        f"{place}. *{text.inline(entry.account.name, 60)}*",
        words.risk_phrase(entry.risk),
        words.renewal(entry.account, day),
        words.spend(entry.account),
    )
    reasons = "\n".join(f"• {text.inline(reason, _REASON_LIMIT)}" for reason in entry.reasons[:REASONS])
    claim = None
    if entry.unclaimed:
        label = "Claim all" if entry.unclaimed > 1 else "Claim"
        claim = kit.button(label, "claim_account", entry.account.id)
    buttons = kit.actions(
        kit.button("Open account", "account", entry.account.id),
        claim,
        kit.overflow(kit.Item("Why?", "why_risk", entry.account.id)),
    )
    return [kit.section(f"{head}\n{reasons}" if reasons else head), buttons]


def ones_own(conversation_id: str) -> Block:
    """What one can do with a conversation that is one's own by now."""
    return kit.actions(
        kit.button("Answer", "answer", conversation_id, style="primary"),
        kit.button("Release", "release", conversation_id),
        kit.overflow(
            kit.Item("Timeline", "timeline", conversation_id),
            kit.Item("Hand over…", "assign", conversation_id),
            kit.Item("Snooze…", "snooze", conversation_id),
            kit.Item("Why?", "why", conversation_id),
            kit.Item("More…", "more_done", conversation_id),
        ),
    )


def nothing_due(waiting_on_customers: int, next_due_at: datetime | None, now: datetime, zone: str) -> str:
    """The empty state: what will appear, and when. What is late by now is elsewhere, or somebody has it."""
    if waiting_on_customers == 1:
        waiting = "1 conversation is waiting on its customer."
    else:
        waiting = f"{plural(waiting_on_customers, 'conversation')} are waiting on customers."
    if next_due_at is None:
        return f"Nothing is due. {waiting} A reply becomes due here when a customer writes."
    if next_due_at <= now:
        return f"Nothing is due here. {waiting}"
    return f"Nothing is due before {words.when(next_due_at, now, zone)}. {waiting}"


def nobody_at_risk(judged: int) -> str:
    """That no account is at risk, or that nobody can know."""
    if judged == 0:
        return "Risk is not known: no account has been read from Intercom yet."
    return (
        f"No account is at risk, of {plural(judged, 'account')} judged. "
        "One appears here when its risk reaches medium."
    )
