"""The direct message about a claim without an answer: reminded, given back, or settled meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.cards import kit, rows, words
from bot.cards.message import Block, Message
from bot.cards.values import ConversationLine
from bot.slack import text


class HoldState(StrEnum):
    WAITING = "waiting"
    GIVEN_BACK = "given_back"
    ANSWERED = "answered"
    CLOSED = "closed"
    NOT_YOURS = "not_yours"


@dataclass(frozen=True)
class HoldCard:
    """`waited`: working seconds until the reminder. `back_at`: when the claim goes back to the team."""

    state: HoldState
    line: ConversationLine
    now: datetime
    zone: str
    waited: int = 0
    back_at: datetime | None = None


def render(card: HoldCard) -> Message:
    blocks: list[Block] = [kit.section(_first_line(card))]
    if card.state is HoldState.WAITING:
        if card.back_at is not None:
            when = words.when(card.back_at, card.now, card.zone)
            blocks.append(kit.context(f"Without an answer it goes back to the team: {when}."))
        blocks.append(
            kit.actions(
                kit.button("Answer", "answer", card.line.id, style="primary"),
                kit.button("Release", "release", card.line.id),
                kit.overflow(
                    kit.Item("Hand over…", "assign", card.line.id),
                    kit.Item("Snooze…", "snooze", card.line.id),
                    kit.Item("Timeline", "timeline", card.line.id),
                    kit.Item("Why?", "why", card.line.id),
                    kit.Item("More…", "more_done", card.line.id),
                ),
            )
        )
    elif card.state is HoldState.GIVEN_BACK:
        blocks.append(kit.actions(kit.button("Claim", "claim", card.line.id)))
    return Message(_fallback(card), blocks)


def _first_line(card: HoldCard) -> str:
    about = words.dotted(
        text.inline(card.line.account, 60) if card.line.account else None,
        f"{text.inline(card.line.contact, 60)}, {words.channel_name(card.line.channel)}",
    )
    match card.state:
        case HoldState.WAITING:
            waited = words.amount(card.waited, working=True)
            state = words.lower_first(rows.state(card.line, card.now, card.zone))
            return f":hourglass_flowing_sand: *Claimed, not answered for {waited}*: {state} · {about}"
        case HoldState.GIVEN_BACK:
            return f"*Back with the team*: your claim had no answer. Anybody can claim it · {about}"
        case HoldState.ANSWERED:
            return f":white_check_mark: *Answered* · {about}"
        case HoldState.CLOSED:
            return f":white_check_mark: *Closed* · {about}"
        case HoldState.NOT_YOURS:
            owner = text.inline(card.line.owner, 60) if card.line.owner else "nobody"
            return f"*No longer yours*: {owner} has it · {about}"


def _fallback(card: HoldCard) -> str:
    whose = text.inline(card.line.account or card.line.contact, 60)
    match card.state:
        case HoldState.WAITING:
            return f"{whose} is yours and has no answer for {words.amount(card.waited, working=True)}."
        case HoldState.GIVEN_BACK:
            return f"{whose} went back to the team: your claim had no answer."
        case HoldState.ANSWERED:
            return f"{whose} is answered."
        case HoldState.CLOSED:
            return f"{whose} is closed."
        case HoldState.NOT_YOURS:
            return f"{whose} is no longer yours."
