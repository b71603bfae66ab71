"""What changed about an account, in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.changes import Standing, changes, completed, seen

BEFORE = {"1": Standing("open", None, True), "2": Standing("open", "Ana Ruiz", True)}


def drawn(standing: dict[str, Standing], **more: Any) -> dict[str, Any]:
    return seen(standing, late=more.get("late", False), risk=more.get("risk", "low"))


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (BEFORE, ()),
        (BEFORE | {"3": Standing("open", None, True)}, ("1 new conversation",)),
        (BEFORE | {"3": Standing("open", None, True), "4": Standing("open", None, True)},
         ("2 new conversations",)),
        (BEFORE | {"1": Standing("closed", None, False)}, ("1 closed",)),
        (BEFORE | {"1": Standing("snoozed", None, True)}, ("1 snoozed",)),
        (BEFORE | {"1": Standing("open", "Ben Okoro", True)}, ("claimed by Ben Okoro",)),
        (BEFORE | {"2": Standing("open", None, True)}, ("1 given back",)),
        (BEFORE | {"1": Standing("open", None, False)}, ("1 answered",)),
    ],
)  # fmt: skip
def test_each_change_has_its_words(after: dict[str, Standing], said: tuple[str, ...]):
    assert changes(drawn(BEFORE), drawn(after)).words == said


def test_the_first_drawing_marks_nothing_and_a_return_is_told():
    assert not changes({}, drawn(BEFORE))
    quiet = {each: Standing("closed", None, False) for each in BEFORE}
    back = {each: Standing("open", None, True) for each in BEFORE}
    assert changes(drawn(quiet), drawn(back)).words == ("2 opened again", "2 customers wrote again")


def test_what_was_closed_too_long_ago_to_be_kept_is_not_new_when_it_returns():
    back = drawn(BEFORE | {"0": Standing("open", None, True), "3": Standing("open", None, True)})
    found = changes(completed(drawn(BEFORE), back, ["0", "1"]), back)
    assert found.words == ("1 new conversation", "1 opened again", "the customer wrote again")
    assert (found.new, found.changed) == (("3",), ("0",))
    assert not changes(completed({}, back, ["0"]), back)


def test_what_was_kept_no_more_and_is_closed_still_is_no_change():
    there = drawn(BEFORE | {"0": Standing("closed", "Ana Ruiz", False)})
    assert not changes(completed(drawn(BEFORE), there, ["0", "1"]), there)


def test_lateness_and_risk_are_told_when_they_rise_and_not_when_they_were_unknown():
    assert changes(drawn(BEFORE), drawn(BEFORE, late=True)).words == ("a reply is late",)
    assert changes(drawn(BEFORE), drawn(BEFORE, risk="high")).words == ("risk now high",)
    assert not changes(drawn(BEFORE, risk=None), drawn(BEFORE, risk="high"))


STANDINGS = st.dictionaries(
    st.sampled_from("123456"),
    st.builds(
        Standing,
        st.sampled_from(["open", "snoozed", "closed"]),
        st.none() | st.sampled_from(["Ana Ruiz", "Ben Okoro", "Cem Aydin"]),
        st.booleans(),
    ),
)


@given(STANDINGS, STANDINGS)
def test_what_is_marked_is_what_differs(before: dict[str, Standing], after: dict[str, Standing]):
    found = changes(drawn(before), drawn(after))
    assert set(found.new) == after.keys() - before.keys()
    both = after.keys() & before.keys()
    assert set(found.changed) == {each for each in both if after[each] != before[each]}
    assert len(found.words) <= 4
