"""What was made of two texts is kept, and forgotten by halves."""

from __future__ import annotations

from bot.accounts.pairs import COMPARED, Pairs


def asked(pairs: Pairs, names: list[str]) -> int:
    """How many of these pairs had to be made."""
    made = 0

    def make() -> float:
        nonlocal made
        made += 1
        return 0.5

    for name in names:
        assert pairs.get(name, "the other", make) == 0.5
    return made


def test_a_pair_is_made_once_and_the_two_ways_round_are_two() -> None:
    pairs = Pairs()
    assert pairs.get("a", "b", lambda: 0.25) == 0.25
    assert pairs.get("a", "b", lambda: 0.75) == 0.25
    assert pairs.get("b", "a", lambda: 0.75) == 0.75


def test_a_full_house_forgets_every_other_one() -> None:
    pairs = Pairs()
    names = [f"text {number}" for number in range(COMPARED)]
    assert asked(pairs, names) == COMPARED
    assert asked(pairs, names) == 0
    assert asked(pairs, ["one too many"]) == 1
    assert asked(pairs, names[: COMPARED // 2]) == COMPARED // 4
