"""The measuring of groups is right by itself, and tunes on other problems than those it measures."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.same_issue_fit import _regression
from benchmarks.same_issue_score import score, tuned

Likeness = dict[frozenset[str], float]


def by(table: Likeness):
    return lambda a, b: table.get(frozenset((a, b)), 0.0)


ONE = [("a1", "A"), ("a2", "A"), ("b1", "B")]
OTHER = [("c1", "C"), ("c2", "C"), ("d1", "D")]


def test_pairs_messages_and_whole_accounts_are_counted():
    found = score([ONE], by({frozenset(("a1", "a2")): 0.9, frozenset(("a1", "b1")): 0.1}), 0.5)
    assert (found.f1, found.precision, found.recall, found.b_cubed, found.exact) == (1, 1, 1, 1, 1)
    wrong = score([ONE], by({frozenset(("a1", "b1")): 0.9}), 0.5)
    assert (wrong.f1, wrong.precision, wrong.recall, wrong.exact) == (0, 0, 0, 0)
    assert wrong.b_cubed == pytest.approx(2 / 3)
    nothing = score([ONE], by({}), 0.5)
    assert (nothing.f1, nothing.precision, nothing.recall) == (0, 1, 0)
    assert nothing.b_cubed == pytest.approx(2 * 1 * (2 / 3) / (1 + 2 / 3))


def test_an_account_is_measured_at_the_threshold_of_the_others():
    """Each account is best at a threshold at which the other is not: tuned on itself both would be whole."""
    alike = by(
        {
            frozenset(("a1", "a2")): 0.3,
            frozenset(("c1", "c2")): 0.9,
            frozenset(("c1", "d1")): 0.5,
            frozenset(("c2", "d1")): 0.5,
        }
    )
    grid = (0.2, 0.7)
    assert score([ONE], alike, 0.2).exact == 1
    assert score([OTHER], alike, 0.7).exact == 1
    assert tuned([ONE, OTHER], alike, grid).exact == 0
    third = [("e1", "A"), ("e2", "A"), ("f1", "F")]
    sees = by({frozenset(("a1", "a2")): 0.3, frozenset(("e1", "e2")): 0.9, frozenset(("c1", "c2")): 0.3})
    assert tuned([ONE, third, OTHER], sees, grid).exact == 1, "none needs what shares its problem"


def test_the_fit_finds_the_weights_that_made_the_answers():
    chance = np.random.default_rng(4)
    signals = chance.random((20_000, 2))
    likely = 1 / (1 + np.exp(-(-2 + 5 * signals[:, 0] - 1 * signals[:, 1])))
    same = (chance.random(20_000) < likely).astype(float)
    base, weights = _regression(signals, same, np.ones(20_000))
    assert base == pytest.approx(-2, abs=0.15)
    assert weights == pytest.approx((5, -1), abs=0.2)
