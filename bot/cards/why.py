"""The story of one clock: which promise, when it started, what paused it, where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, modal, words
from bot.cards.message import Block, View
from bot.cards.values import Clock, Due
from bot.slack import rich, text

CALLBACK = "wb:why"
_SHOWN = 20


@dataclass(frozen=True)
class WhyStep:
    """Something that moved the clock, in words of ours; `counted_seconds` is what it had counted by then."""

    at: datetime
    what: str
    counted_seconds: int | None = None


@dataclass(frozen=True)
class WhyCard:
    """`policy` is the name of the rule that fitted and `rule` why it did; `calendar` names the working hours.
    `gone` names those it was made under, where watchbell.toml has them no more.

    `steps` come oldest first. `intercom_says` is Intercom's own verdict, shown for comparison only.
    `place` says, as markup, where the alert stands and why there.
    `due` None means that nothing is due by `clock`: then `ended` says why in a sentence.
    """

    contact: str
    account: str | None
    now: datetime
    zone: str
    policy: str
    clock: Clock
    target_seconds: int
    due: Due | None = None
    ended: str | None = None
    rule: str | None = None
    working_time: bool = False
    calendar: str | None = None
    gone: str | None = None
    steps: tuple[WhyStep, ...] = ()
    place: str | None = None
    intercom_says: str | None = None
    url: str | None = None


def render(card: WhyCard) -> View:
    blocks: list[Block] = [kit.section(_first_line(card)), kit.section(_policy(card))]
    hidden = len(card.steps) - _SHOWN
    if hidden > 0:
        blocks.append(kit.context(f"The {hidden} oldest steps are left out."))
    if card.steps:
        blocks.append(rich.block(rich.listing([_step(step, card) for step in card.steps[-_SHOWN:]])))
    compared = f"Intercom says: {text.inline(card.intercom_says)}" if card.intercom_says else None
    if card.place:
        blocks.append(kit.context(f"The alert stands in {card.place}."))
    footer = words.dotted(compared, kit.open_in_intercom(card.url))
    if footer:
        blocks.append(kit.context(footer))
    return modal.view(CALLBACK, "Why this deadline?", blocks)


def _first_line(card: WhyCard) -> str:
    who = words.dotted(text.inline(card.contact, 60), text.inline(card.account, 60) if card.account else None)
    if card.due is None:
        owed = "reply" if card.clock.is_reply else words.lower_first(words.promise(card.clock))
        return f"*No {owed} is due* · {who}\n{kit.sentence(card.ended) if card.ended else ''}".rstrip()
    phrase = words.due_phrase(card.due, card.now)
    return f"*{phrase}*, {words.due_instant(card.due, card.now, card.zone)} · {who}"


def _policy(card: WhyCard) -> str:
    target = words.amount(card.target_seconds, working=card.working_time)
    hours = f", counted by “{text.inline(card.calendar, 60)}”" if card.calendar else ""
    if card.gone:
        hours += f" (it was made by “{text.inline(card.gone, 60)}”, which is gone from watchbell.toml)"
    rule = f"\nIt fits because {text.inline(card.rule, 200)}." if card.rule else ""
    return f"Promise “{text.inline(card.policy, 60)}”: {target}{hours}.{rule}"


def _step(step: WhyStep, card: WhyCard) -> rich.Element:
    counted = ""
    if step.counted_seconds is not None:
        amount = words.amount(step.counted_seconds, working=card.working_time)
        counted = f" · {amount if step.counted_seconds else 'nothing'} counted"
    at = kit.rich_when(step.at, card.now, card.zone)
    return rich.section(at, rich.text(f"  {text.plain(step.what, 200)}{counted}"))
