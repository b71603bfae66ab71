"""What is ordinary for a workspace: how often the like of a problem was told on its last days. Pure.

What is told now and what was told before are counted at the same likeness, whatever it is: an engine that
misses half of a question today has missed half of it before, and where all customers write of the same few
things only what is very like counts, on both sides. The past gets the benefit of the doubt: it is asked with
several conversations of the problem, and with a likeness a little lower, for those of the problem were chosen
as the most alike and those of the past were not.

Conversations in the very same words are another matter. How like they are tells of a form or a template, not
of how near customers' words come to each other; such a problem is judged by what was ordinarily alike.

Of outages found, by the lexical engine in 100 days with one for each half of a set (benchmarks/spreading.py),
beside counting the past from one fixed likeness (`ordinary` of the engines), as before:

    outages of                amid        recall       precision
    the same bank, a half     Banking77   .14 -> .24   .88 -> .93
    the same firms, a half    NatCS       .30 -> .38   .94 -> .93
    the same, few wordings    CLINC       .36 -> .47   .77 -> .79
    a software company        Banking77   .38 -> .57   1.0 -> .99
    a software company        NatCS       .60 -> .73   .99 -> .99
    a software company        CLINC       .30 -> .63   .81 -> .89

Something is announced on 17 of 800 ordinary days without CLINC, as before, and with CLINC, whose few wordings
make copies, on 43 of 400 where it was 36. The first 40 days were in view when `DOUBT` was chosen, the other
60 were not. On those 40 the semantic engine found .46 (.14 before), .59 (.40), .78 (.62) and .70 (.56)
outside CLINC, and announced nothing on 320 ordinary days, as before.

At no doubt recall on the 40 days is .20 higher, and twice as many announcements are wrong. What stops recall
is the past, not that too few are alike: asked with the middle of a problem alone it lets .80 of all outages
through, and ordinary things on three days of ten.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from bot.accounts.entities import Entity, entities
from bot.likeness import Engine

ASKED = 48
"""Of the past, so many that are nearest to a conversation are compared with it in earnest."""

ASKING = 8
"""Conversations of a problem that the past is asked with."""
DOUBT = 1.0
"""In log-odds: the past counts from this much below the likeness at which the problem was found."""

_FAR = 1.0
"""In log-odds: what is less like is no problem's like, at whatever level."""

BEFORE = timedelta(days=14)
"""How far back the days reach that say what is ordinary."""

_PEAK = 4.0
"""Working hours are busier than the mean of nights and weekends, by about so much."""
_UNSEEN = 0.5
"""What may have been told before without being seen."""
_CHANCE = 0.0005
"""So improbable must the number of accounts be at the ordinary rate."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The past by its nearness to a conversation, the nearest first: how near, a conversation, and how many
    are told in the same words."""

    found: tuple[tuple[float, str, int], ...]

    @property
    def names(self) -> list[str]:
        """Those whose texts are asked for."""
        return [name for _, name, _ in self.found[:ASKED]]


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation of the past beside one of today: in log-odds how like, how many are told in its words,
    how many are as near or nearer, and the errors that it names."""

    name: str
    likeness: float
    count: int
    within: int
    errors: frozenset[Entity]


Past = tuple[Told, ...]
"""What the past has of a conversation, the nearest first."""


def told_before(pasts: Sequence[Past], at: float, errors: frozenset[Entity]) -> int:
    """How many conversations of the past are as like as the log-odds `at` to one of those with these pasts.

    A known thing that fails with an error which nobody has named before is a new problem: with `errors`, only
    what names one of them counts. Where most of what was compared is alike there are more behind it: these
    are counted by their nearness.
    """
    heard: dict[str, int] = {}
    behind = 0
    for past in pasts:
        like = [each for each in past if each.likeness >= at and (not errors or errors & each.errors)]
        heard |= {each.name: each.count for each in like}
        if 2 * len(like) >= ASKED:
            behind = max(behind, 2 * like[len(like) // 2].within)
    return max(behind, sum(heard.values()))


def counts_from(level: float, ordinary: float, *, copied: bool, doubt: float = DOUBT) -> float:
    """The log-odds from which the past counts, for a problem found at the likeness `level`.

    `ordinary` is from where an engine takes something for the like of what was told on other days. `copied`:
    too many of the problem are in the same words.
    """
    at = log_odds(level) - doubt
    return min(at, log_odds(ordinary)) if copied else at


def nearest(engine: Engine, asking: Any, past: Mapping[str, Any]) -> Nearest:
    """The past, as gists by conversation, by its nearness to a gist."""
    far = sorted((-round(engine.near(asking, gist), 6), name) for name, gist in past.items())
    # What was said in the same words, such as a form's, is as near, and is asked once.
    found = [(-how_far, [name for _, name in same]) for how_far, same in groupby(far, itemgetter(0))]
    return Nearest(tuple((near, names[0], len(names)) for near, names in found if near > 0))


def asked(engine: Engine, asking: Any, near: Nearest, texts: Mapping[str, str]) -> Past:
    """The nearest of the past, compared with a profile. `texts` are their cleaned texts; what has none does
    not count."""
    told, within = [], 0
    for _, name, count in near.found[:ASKED]:
        within += count
        likeness = engine.log_odds(asking, engine.profile(texts[name])) if texts.get(name) else _FAR
        if likeness > _FAR:
            told.append(Told(name, likeness, count, within, errors_in(texts[name])))
    return tuple(told)


def errors_in(text: str) -> frozenset[Entity]:
    """The errors that a text names."""
    return frozenset(each for each in entities(text) if each.kind == "error")


def is_new(accounts: int, before: float, within: timedelta) -> bool:
    """Whether so many accounts within a while are more than the workspace's ordinary days explain.

    `before` is how often the like was told in the days of `BEFORE`; where only a part of them was read,
    scaled up to all. A Poisson tail: the chance of as many at the rate of the busy hours.
    """
    rate = _PEAK * (before + _UNSEEN) * (within / BEFORE)
    below = math.fsum(math.exp(-rate) * rate**count / math.factorial(count) for count in range(accounts))
    return 1.0 - below < _CHANCE


def log_odds(probability: float) -> float:
    """The log-odds of a probability between 0 and 1."""
    return math.log(probability / (1 - probability))
