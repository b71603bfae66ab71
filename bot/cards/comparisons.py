"""Where Intercom and Watchbell differ on last week's promises: counts, then each conversation and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, modal, words
from bot.cards.message import Block, View
from bot.durations import plural
from bot.slack import text

CALLBACK = "wb:comparisons"
PAGE = 10

CAUSES: Mapping[str, str] = {
    "bot": "a bot answered first; the policy does not count it",
    "note": "an internal note came first",
    "begun by team": "our team wrote first",
    "office hours": "Intercom counts other office hours than the policy",
    "snooze": "it was snoozed meanwhile",
    "reopened": "it was opened again; every wait has a promise of its own here",
    "merged": "it was merged; Intercom counts each of the two by itself",
    "no answer needed": "a rep said that no answer was needed",
    "policy changed": "the policies were edited while it was open",
    "not counted yet": "Intercom has not counted the answer yet",
}
_WHAT = {
    "first answer": "First answer",
    "time to first answer": "Time to first answer",
    "promise": "Promise",
}


@dataclass(frozen=True)
class Differs:
    """`ours` and `theirs` are what each says; `cause` is a key of CAUSES, None when nothing explains it."""

    conversation_id: str
    contact: str
    what: str
    ours: str
    theirs: str
    cause: str | None
    url: str | None = None


@dataclass(frozen=True)
class ComparisonsCard:
    """Counts over what the last audit compared; `differs` is one page of what differs, from `offset` on."""

    now: datetime
    zone: str
    compared_at: datetime | None
    agree: int = 0
    explained: int = 0
    unexplained: int = 0
    not_comparable: int = 0
    differs: tuple[Differs, ...] = ()
    offset: int = 0


def render(card: ComparisonsCard) -> View:
    if card.compared_at is None:
        said = "Not compared yet. The first comparison with Intercom comes within a day."
        return modal.view(CALLBACK, "Intercom says, we say", [kit.section(said)])
    compared = card.agree + card.explained + card.unexplained
    head = f"*{plural(compared, 'conversation')} compared* with Intercom"
    blocks: list[Block] = [
        kit.section(
            words.dotted(
                head,
                plural(card.agree, "agrees", "agree"),
                f"{plural(card.explained, 'differs', 'differ')} for a known reason",
                f"{plural(card.unexplained, 'differs', 'differ')} without one",
            )
        ),
        kit.context(
            words.dotted(
                f"{card.not_comparable:,} more that Intercom tells nothing about"
                if card.not_comparable
                else None,
                f"compared {words.when(card.compared_at, card.now, card.zone)}",
                "what changed in the seven days before",
            )
        ),
    ]
    blocks.extend(kit.section(_one(each)) for each in card.differs)
    if not card.differs:
        blocks.append(kit.section("Nothing differs."))
    total = card.explained + card.unexplained
    buttons = [
        kit.button("Earlier", "comparisons_back", str(max(0, card.offset - PAGE))) if card.offset else None,
        kit.button("Later", "comparisons", str(card.offset + PAGE)) if card.offset + PAGE < total else None,
    ]
    if any(buttons):
        blocks.append(kit.actions(*buttons))
    return modal.view(CALLBACK, "Intercom says, we say", blocks)


def _one(each: Differs) -> str:
    name = each.contact or each.conversation_id
    who = text.link(each.url, name) if each.url else text.inline(name, 60)
    cause = CAUSES.get(each.cause, each.cause) if each.cause is not None else "no event explains it"
    theirs, ours = text.inline(each.theirs, 60), text.inline(each.ours, 60)
    said = f"{_WHAT.get(each.what, each.what)}: Intercom {theirs}, Watchbell {ours}"
    return f"{words.dotted(who, said)}\n{cause}"


def offset(pressed: str) -> int:
    """The page that a button's value asks for; the first for anything that is no number."""
    return int(pressed) if pressed.isdecimal() and len(pressed) < 7 else 0
