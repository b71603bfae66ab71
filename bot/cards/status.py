"""How the bot itself is: "All well", or what is wrong and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, silence, words
from bot.cards.message import Message
from bot.cards.values import Silent
from bot.durations import ago, plural
from bot.slack import text

_SHOWN = 8
_COMMAND = re.compile(r"/?watchbell [a-z ]{1,40}")
_PAUSED_SHOWN = 40


@dataclass(frozen=True)
class Problem:
    """`what` happened and since when, and the `mend`: a sentence each."""

    what: str
    mend: str


@dataclass(frozen=True)
class Health:
    """`last_sweep` is the last time Intercom was read to the end, None when never.

    No problems and no sweep is "not known", never "well".
    """

    last_sweep: datetime | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class StatusCard:
    """Numbers of the moment. `facts` are finished phrases such as "Outbox: 0 waiting"; `silent` is paused."""

    now: datetime
    zone: str
    health: Health
    facts: tuple[str, ...] = ()
    silent: tuple[Silent, ...] = ()


def render(card: StatusCard) -> Message:
    blocks = [kit.section(line(card.health, card.now, card.zone))]
    paused = [silence.silent(each, card.now, card.zone) for each in card.silent[:_PAUSED_SHOWN]]
    if len(card.silent) > _PAUSED_SHOWN:
        paused.append(f"and {len(card.silent) - _PAUSED_SHOWN} more that are paused")
    # A section has room for so many.
    blocks += [kit.section("\n".join(paused[at : at + 8])) for at in range(0, len(paused), 8)]
    if card.facts:
        shown = [_fact(fact) for fact in card.facts[:20]]
        blocks.append(kit.context(words.dotted(*shown)))
    return Message(_fallback(card.health), blocks)


def _fact(fact: str) -> str:
    """One phrase; a command in it stays one that can be copied."""
    around = fact.split("`")
    if len(around) == 3 and _COMMAND.fullmatch(around[1]):
        before, after = (text.inline(each, 120, empty="") for each in around[::2])
        return f"{before} `{around[1]}` {after}".strip()
    return text.inline(fact, 120)


def line(health: Health, now: datetime, zone: str) -> str:
    """One line when all is well; otherwise each problem with its mend."""
    if health.problems:
        head = f":warning: *{plural(len(health.problems), 'thing needs', 'things need')} a person*"
        shown = [
            f"• {text.escape(text.shorten(problem.what, 200))} {text.escape(text.shorten(problem.mend, 200))}"
            for problem in health.problems[:_SHOWN]
        ]
        hidden = len(health.problems) - _SHOWN
        return "\n".join([head, *shown, *([f"and {hidden} more: `watchbell doctor`"] if hidden > 0 else [])])
    if health.last_sweep is None:
        return f"Whether all is well is {words.NOT_KNOWN}: Intercom has not been read yet."
    return f"All well. Last sweep {ago((now - health.last_sweep).total_seconds())}."


def _fallback(health: Health) -> str:
    if health.problems:
        return f"Watchbell: {plural(len(health.problems), 'thing needs', 'things need')} a person."
    return "Watchbell: all well." if health.last_sweep else "Watchbell: not known whether all is well."
