"""What all customers of a workspace write makes two of them no more alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.background import COHORT, FEWEST_TEXTS, Background
from bot.accounts.crowd import Crowd, crowded
from bot.accounts.lexical import Lexical

vectors = st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 1), max_size=6)
CARDS = [f"I have a question about my card, how do I {what} it?" for what in ("order", "block", "return")]
BANK = [
    f"I have a question about my card number {number}, how do I use it {where}?"
    for number in range(FEWEST_TEXTS // 2)
    for where in ("abroad", "online")
]


@given(st.lists(vectors, max_size=60), vectors)
def test_it_is_as_crowded_as_the_nearest_twentieth_is_like(sample: list[dict[str, float]], text):
    names = [f"t{number}" for number in range(len(sample))]
    each = [sum(value * other.get(feature, 0) for feature, value in text.items()) for other in sample]
    nearest = sorted(each, reverse=True)[: max(2, round(len(sample) / 20))]
    expected = sum(nearest) / len(nearest) if nearest else 0.0
    assert Crowd(names, sample).around("another", text) == pytest.approx(expected)


def test_a_text_is_no_neighbour_of_its_own():
    crowd = Crowd(["one", "one", "two"], [{"a": 1.0}, {"a": 1.0}, {"a": 0.6, "b": 0.8}])
    assert crowd.around("one", {"a": 1.0}) == pytest.approx(0.3)
    assert crowd.around("three", {"a": 1.0}) == pytest.approx(1.0)
    assert crowded([], 0) == 0.0


def test_what_everybody_writes_there_makes_two_no_more_alike():
    def odds(engine: Lexical) -> float:
        return engine.log_odds(engine.profile(CARDS[0]), engine.profile(CARDS[1]))

    here, elsewhere = Lexical(Background.of(BANK)), Lexical(Background.of())
    assert odds(here) < odds(elsewhere) - 1
    same = here.log_odds(here.profile(CARDS[0]), here.profile("how do I order a card?"))
    assert same > odds(here)


def test_a_few_messages_are_no_sample():
    neutral = Background.of()
    assert Background.of(BANK[: FEWEST_TEXTS - 1]) == neutral
    told = Background.of(BANK[:FEWEST_TEXTS])
    assert len(told.cohort) == len(neutral.cohort) + FEWEST_TEXTS
    assert len(Background.of(f"{text} {n}" for n in range(10) for text in BANK).cohort) == (
        len(neutral.cohort) + COHORT
    )
    assert Background.of(["any news??"] * FEWEST_TEXTS) == neutral
