"""What a person reads after claiming: theirs now, somebody else's already, or nothing to claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.cards import kit, rows, words
from bot.cards.message import Block, Message
from bot.cards.values import ConversationLine
from bot.durations import plural
from bot.slack import rich, text


class ClaimOutcome(StrEnum):
    CLAIMED = "claimed"
    YOURS = "yours"
    TAKEN = "taken"
    SETTLED = "settled"
    RELEASED = "released"
    FULL = "full"


@dataclass(frozen=True)
class ClaimCard:
    """`line` is the conversation as it is now; `taken_by` and `taken_at` tell who was first.

    `limit` is how many waiting conversations one person may hold, where that was reached.
    """

    outcome: ClaimOutcome
    line: ConversationLine
    now: datetime
    zone: str
    taken_by: str | None = None
    taken_at: datetime | None = None
    limit: int = 0


@dataclass(frozen=True)
class ClaimedMany:
    """Several at once. `what` names them ("Northwind", "the SSO issue"); `taken_by` owns the ones left.

    `over_limit`: how many were left because one person may not hold more. `already` were the claimer's.
    """

    what: str
    claimed: tuple[ConversationLine, ...]
    now: datetime
    zone: str
    already: tuple[ConversationLine, ...] = ()
    taken: int = 0
    taken_by: tuple[str, ...] = ()
    over_limit: int = 0


@dataclass(frozen=True)
class NothingToClaim:
    """`filtered` are the words of a filter that was left on; `unclaimed` counts what is there without it."""

    now: datetime
    zone: str
    waiting_on_customers: int = 0
    next_due_at: datetime | None = None
    filtered: tuple[str, ...] = ()
    unclaimed: int = 0


def render(card: ClaimCard) -> Message:
    blocks: list[Block] = [kit.section(_first_line(card))]
    if card.outcome in {ClaimOutcome.CLAIMED, ClaimOutcome.YOURS}:
        if card.line.words:
            blocks.append(rich.block(rich.customer_words(card.line.words, more="more under ⋯ Timeline")))
        blocks.append(rows.ones_own(card.line.id))
    elif card.outcome is ClaimOutcome.TAKEN and card.taken_by:
        blocks.append(
            kit.actions(
                kit.button("Take over…", "take_over", card.line.id),
                kit.button("Timeline", "timeline", card.line.id),
            )
        )
    return Message(_fallback(card), blocks)


def render_many(card: ClaimedMany) -> Message:
    left = ""
    if card.taken:
        owners = (
            f" ({words.joined([text.inline(name, 60) for name in card.taken_by[:3]])})"
            if card.taken_by
            else ""
        )
        left = f" {plural(card.taken, 'is', 'are')} already taken{owners}."
    if card.over_limit:
        left += f" {plural(card.over_limit, 'is', 'are')} left: you hold as many as one person may."
    name = text.inline(card.what)
    if card.already:
        left = f" {plural(len(card.already), 'was', 'were')} yours already.{left}"
    count = plural(len(card.claimed), "conversation")
    said = f"You have claimed {count} of {name}.{left}" if card.claimed else ""
    said = said or f"Nothing was claimed for {name}.{left}"
    head = f"*You have claimed {count}* · {name}.{left}" if card.claimed else said
    mine = (*card.claimed, *card.already)
    blocks: list[Block] = [kit.section(head)]
    blocks.extend(rows.conversations(mine, card.now, card.zone, "answer", 10, ": `/inbox`"))
    return Message(said, blocks)


def render_nothing(card: NothingToClaim) -> Message:
    if card.filtered and card.unclaimed:
        parts = ", ".join(card.filtered)
        said = f"Nothing was claimed: nothing unclaimed passes the filter of your Home ({parts})."
        left = f"{plural(card.unclaimed, 'is', 'are')} unclaimed without it: `/claim next` takes the first."
        return Message(said, [kit.section(f"{said} {left}")])
    empty = rows.nothing_due(card.waiting_on_customers, card.next_due_at, card.now, card.zone)
    return Message("There is nothing to claim.", [kit.section(f"There is nothing to claim. {empty}")])


def _first_line(card: ClaimCard) -> str:
    about = words.dotted(
        text.inline(card.line.account, 60) if card.line.account else None,
        f"{text.inline(card.line.contact, 60)}, {words.channel_name(card.line.channel)}",
    )
    state = rows.state(card.line, card.now, card.zone)
    owner = text.inline(card.taken_by, 60) if card.taken_by else "somebody else"
    match card.outcome:
        case ClaimOutcome.CLAIMED:
            return f"*Yours now*: {words.lower_first(state)} · {about}"
        case ClaimOutcome.YOURS:
            return f"*Already yours*: {words.lower_first(state)} · {about}"
        case ClaimOutcome.TAKEN:
            at = f" at {words.when(card.taken_at, card.now, card.zone)}" if card.taken_at else ""
            return f"*{owner} was first*{at}. Nothing was changed. {state} · {about}"
        case ClaimOutcome.RELEASED:
            return f"*Released.* Anybody can claim it: {words.lower_first(state)} · {about}"
        case ClaimOutcome.FULL:
            held = plural(card.limit, "conversation that waits", "conversations that wait")
            return (
                f"*You hold {held}, which is the limit.* Nothing was claimed. "
                f"Answer or release one first. {state} · {about}"
            )
        case ClaimOutcome.SETTLED:
            return f"*No reply is due any more.* Nothing was claimed. {state} · {about}"


def _fallback(card: ClaimCard) -> str:
    whose = text.inline(card.line.account or card.line.contact, 60)
    match card.outcome:
        case ClaimOutcome.CLAIMED:
            return f"{whose} is yours now."
        case ClaimOutcome.YOURS:
            return f"{whose} is already yours."
        case ClaimOutcome.TAKEN:
            return f"{text.inline(card.taken_by, 60) if card.taken_by else 'Somebody else'} has {whose}."
        case ClaimOutcome.RELEASED:
            return f"{whose} is released."
        case ClaimOutcome.FULL:
            return "Nothing was claimed: you hold as many as one person may."
        case ClaimOutcome.SETTLED:
            return f"{whose}: no reply is due any more."
