"""How well accounts are taken apart by problem: pairs, messages and whole accounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.accounts.clusters import Linkage, Rules, cluster

Account = Sequence[tuple[str, str]]
"""Messages, each with its problem."""
Likeness = Callable[[str, str], float]
"""How likely two messages tell one problem."""


@dataclass(frozen=True)
class Figures:
    """Pairwise F1, precision and recall, B-cubed F1, share of accounts partitioned exactly."""

    f1: float
    precision: float
    recall: float
    b_cubed: float
    exact: float


@dataclass(frozen=True)
class _Tally:
    """What one account adds up to."""

    hit: int
    wrong: int
    missed: int
    exact: bool
    messages: int
    b_precision: float
    b_recall: float


def score(accounts: Sequence[Account], compared: Likeness, threshold: float) -> Figures:
    """Pairs over all accounts (micro), B-cubed over all messages, exact partitions over accounts."""
    return _summed([_tally(account, compared, threshold) for account in accounts])


def best(accounts: Sequence[Account], compared: Likeness, grid: Sequence[float]) -> float:
    """The threshold of `grid` with the best pairwise F1."""
    return max(grid, key=lambda threshold: score(accounts, compared, threshold).f1)


def tuned(accounts: Sequence[Account], compared: Likeness, grid: Sequence[float]) -> Figures:
    """The same, each account at the threshold of `grid` that is best for those that share no problem with it.

    An account that shares one with every other is measured at the threshold that is best for all others.
    """
    at = [[_tally(account, compared, threshold) for account in accounts] for threshold in grid]
    counts = np.array([[(each.hit, each.wrong + each.missed) for each in tallies] for tallies in at])
    issues = [{issue for _, issue in account} for account in accounts]
    found = []
    for number, own in enumerate(issues):
        others = [other for other in range(len(accounts)) if other != number]
        apart = [other for other in others if not own & issues[other]] or others
        hit, off = np.moveaxis(counts[:, apart].sum(axis=1), -1, 0)
        found.append(at[int(np.argmax(2 * hit / np.maximum(1, 2 * hit + off)))][number])
    return _summed(found)


def _tally(account: Account, compared: Likeness, threshold: float) -> _Tally:
    labels = _labels([text for text, _ in account], compared, threshold)
    truth = [issue for _, issue in account]
    size = range(len(account))
    together = [(labels[i] == labels[j], truth[i] == truth[j]) for i in size for j in range(i)]
    found = [{j for j in size if labels[j] == labels[i]} for i in size]
    true = [{j for j in size if truth[j] == truth[i]} for i in size]
    return _Tally(
        hit=sum(one and other for one, other in together),
        wrong=sum(one and not other for one, other in together),
        missed=sum(other and not one for one, other in together),
        exact=all(one == other for one, other in together),
        messages=len(account),
        b_precision=sum(len(found[i] & true[i]) / len(found[i]) for i in size),
        b_recall=sum(len(found[i] & true[i]) / len(true[i]) for i in size),
    )


def _summed(tallies: Sequence[_Tally]) -> Figures:
    hit, wrong = sum(each.hit for each in tallies), sum(each.wrong for each in tallies)
    missed, messages = sum(each.missed for each in tallies), sum(each.messages for each in tallies)
    precision = hit / (hit + wrong) if hit + wrong else 1.0
    recall = hit / (hit + missed) if hit + missed else 1.0
    b_precision = sum(each.b_precision for each in tallies) / messages
    b_recall = sum(each.b_recall for each in tallies) / messages
    return Figures(
        _harmonic(precision, recall),
        precision,
        recall,
        _harmonic(b_precision, b_recall),
        sum(each.exact for each in tallies) / len(tallies),
    )


def _labels(texts: list[str], compared: Likeness, threshold: float) -> list[int]:
    names = [f"{number:02}" for number in range(len(texts))]
    scores = {
        (names[i], names[j]): compared(texts[i], texts[j])
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
    }
    groups = cluster(Linkage([(name,) for name in names], scores), Rules(()), threshold)
    labels = [0] * len(texts)
    for label, members in enumerate(groups):
        for member in members:
            labels[member] = label
    return labels


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0
