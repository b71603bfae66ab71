"""What was made of two texts is kept, and forgotten by halves."""

from __future__ import annotations

from typing import Any

from issue_messages import said

from bot.accounts.background import Background
from bot.accounts.lexical import Lexical
from bot.accounts.pairs import COMPARED, MOST_COMPARED, Pairs
from bot.accounts.same_issue import group


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


def test_all_that_is_compared_at_once_is_known_the_next_time() -> None:
    pairs = Pairs()
    pairs.expect(400)
    names = [f"text {number}" for number in range(400 * 399 // 2)]
    assert len(names) > COMPARED
    assert asked(pairs, names) == len(names)
    assert asked(pairs, [*names, "one more"]) == 1
    # Less that is compared later takes nothing away.
    pairs.expect(10)
    assert asked(pairs, names) == 0


def test_there_is_an_end_to_what_is_kept() -> None:
    pairs = Pairs()
    pairs.expect(1_000_000)
    assert asked(pairs, [str(number) for number in range(MOST_COMPARED + 1)]) == MOST_COMPARED + 1
    assert asked(pairs, [str(number) for number in range(0, MOST_COMPARED, 2)]) > 0


class Counting(Lexical):
    """The bot's own engine, with a count of what it had to compare."""

    made = 0

    def _compare(self, a: Any, b: Any) -> float:
        self.made += 1
        return -20.0


def test_a_message_more_in_a_large_account_is_compared_alone() -> None:
    engine = Counting(Background.of())
    messages = [said(f"{number:03}", f"The widget {number} is late", hours=number) for number in range(340)]
    group(messages, engine=engine)
    before = engine.made
    assert before == 340 * 339 // 2
    group([*messages, said("999", "The gadget is late", hours=341)], engine=engine)
    assert engine.made - before == 340
