"""The weights and thresholds of the two engines that find what is the same problem, fitted anew.

    python -m benchmarks.same_issue_fit [--data FOLDER] [--model FOLDER]

Prints what stands in `bot/accounts/lexical.py` and, with a model, in `bot/accounts/semantic.py`.

A logistic regression on every two messages of the sets' accounts, each public set counting the same (one that
is only another wrapping of the same messages counts half), with a little ridge. `saas_issues.jsonl` is in no
fit. `propose` is the probability at which the mean F1 of the fitted sets is best, `link` some steps of `GRID`
above the lowest from which on the links of every fitted set are `PRECISE` right: as many as carry over to
messages of another trade (`MARGIN`), for every workspace is one. A set of which fewer than `ENOUGH` of the
right pairs are linked has no say in that: a handful of pairs, drawn again and again.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.same_issue_score import score
from benchmarks.same_issue_sets import SAAS, SEEN, Group, folder, measured, seen
from bot.accounts import lexical, semantic
from bot.accounts.background import Background
from bot.accounts.lexical import Lexical, probability, weighed
from bot.accounts.semantic import Semantic
from bot.clean_text import clean
from bot.semantic import encoder, files

PRECISE = 0.975
"""A little more than is promised."""
ENOUGH = 0.05
MARGIN = {"lexical": 3, "semantic": 1}
"""Steps of `GRID`, by engine. Letters carry over less well than meaning."""
GRID = (*(step / 25 for step in range(2, 25)), 0.97, 0.98, 0.985, 0.99, 0.9925, 0.995, 0.9975)
_RIDGE = 0.1
_OURS = 1.5
"""Messages to a software company, which is what the product reads, count like so many other sets."""
Encode = Callable[[str], Any]


@dataclass(frozen=True)
class Fit:
    """Weights of an engine's signals, and the probabilities at which it links and proposes."""

    base: float
    weights: tuple[float, ...]
    link: float
    propose: float


class Signalled:
    """A set, and what each two messages of one of its accounts have in common for an engine."""

    def __init__(
        self, group: Group, encode: Encode | None, *, own: bool = True, vocabulary: bool = True
    ) -> None:
        """`own`: whether the background holds the set's own messages; `vocabulary`: whether it is read."""
        self.group = group
        messages = group.messages
        letters = Lexical(Background.of([text for text, _ in messages] if own else ()))
        self.engine: Lexical | Semantic = letters if encode is None else Semantic(encode, letters)
        self._vocabulary = vocabulary
        self._profiles: dict[str, Any] = {text: self.engine.profile(clean(text)) for text, _ in messages}
        self._known: dict[tuple[str, str], tuple[float, ...]] = {}

    def __call__(self, a: str, b: str) -> tuple[float, ...]:
        key = (a, b) if a <= b else (b, a)
        if key not in self._known:
            found = self.engine.signals(self._profiles[key[0]], self._profiles[key[1]])
            self._known[key] = found if self._vocabulary else found._replace(concepts=0.0, other_subject=0.0)
        return self._known[key]

    def likeness(self, found: Fit) -> Callable[[str, str], float]:
        """How likely two messages tell one problem, by these weights."""
        return lambda a, b: probability(weighed(found.base, found.weights, self(a, b)))

    def pairs(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The signals of every two messages of an account, and whether they tell one problem."""
        signals, same = [], []
        for account in self.group.accounts:
            for position, (text, issue) in enumerate(account):
                for other, of in account[:position]:
                    signals.append(self(text, other))
                    same.append(float(issue == of))
        return np.array(signals), np.array(same)


def shipped(engine: Lexical | Semantic) -> Fit:
    """What the bot has."""
    room = lexical if isinstance(engine, Lexical) else semantic
    return Fit(room.BASE, room.WEIGHTS, engine.link, engine.propose)


def vectors(model: Path) -> Encode:
    """The model in a folder; each text is encoded once. Ends the program where the model is not whole."""
    wrong = files.fault(model)
    if wrong is not None:
        raise SystemExit(f"{wrong}: run `watchbell model install`.")
    return lru_cache(maxsize=None)(encoder.load(model / files.WEIGHTS, model / files.VOCABULARY).vector)


def fit(sets: Sequence[Signalled]) -> Fit:
    """What these sets say. At least one must hold pairs of both kinds."""
    families = Counter(each.group.family for each in sets)
    shares = [(_OURS if each.group.name == SEEN else 1) / families[each.group.family] for each in sets]
    signals, same, counts = [], [], []
    for each, share in zip(sets, shares, strict=True):
        found, answers = each.pairs()
        signals.append(found)
        same.append(answers)
        counts.append(np.full(len(answers), share / len(answers)))
    base, weights = _regression(np.concatenate(signals), np.concatenate(same), np.concatenate(counts))
    curves = [
        (
            1 / families[each.group.family],
            [score(each.group.accounts, each.likeness(Fit(base, weights, 1.0, 1.0)), at) for at in GRID],
        )
        for each in sets
    ]
    means = [sum(share * curve[at].f1 for share, curve in curves) for at in range(len(GRID))]
    wrong = [
        at
        for at in range(len(GRID))
        if any(curve[at].precision < PRECISE and curve[at].recall >= ENOUGH for _, curve in curves)
    ]
    link = min(max(wrong, default=-1) + 1 + MARGIN[sets[0].engine.name], len(GRID) - 1)
    return Fit(base, weights, GRID[link], GRID[max(range(len(GRID)), key=means.__getitem__)])


def _regression(
    signals: NDArray[np.float64], same: NDArray[np.float64], counts: NDArray[np.float64]
) -> tuple[float, tuple[float, ...]]:
    """Logistic regression by Newton's method; `counts` says how much each row counts."""
    rows = np.hstack([np.ones((len(signals), 1)), signals])
    counts = counts * len(counts) / counts.sum()
    ridge = np.diag([0.0] + [_RIDGE] * signals.shape[1])
    found = np.zeros(rows.shape[1])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-(rows @ found)))
        slope = rows.T @ (counts * (likely - same)) + ridge @ found
        bend = (rows * (counts * likely * (1 - likely))[:, None]).T @ rows + ridge
        step = np.linalg.solve(bend, slope)
        found = found - step
        if float(np.abs(step).max()) < 1e-9:
            break
    return float(found[0]), tuple(float(each) for each in found[1:])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=folder())
    parser.add_argument("--model", type=Path, help="The semantic model's folder: fit that engine too.")
    options = parser.parse_args()
    groups = [group for group in [*measured(options.data), seen()] if group.name != SAAS]
    for encode in (None, *([vectors(options.model)] if options.model else [])):
        sets = [Signalled(group, encode) for group in groups]
        found = fit(sets)
        names = (lexical if encode is None else semantic).Signals._fields
        print(f"{sets[0].engine.name}: BASE = {found.base:.2f}")
        for name, weight in zip(names, found.weights, strict=True):
            print(f"    {name} {weight:.2f}")
        print(f"    link = {found.link}, propose = {found.propose}")


if __name__ == "__main__":
    main()
