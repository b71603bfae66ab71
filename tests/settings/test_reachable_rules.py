"""A rule behind one that takes everything it would is a promise nobody keeps: the file says so at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.file import parse_config
from bot.settings.model import Match
from bot.settings.reachable import implies
from bot.settings.reader import FaultyFile
from bot.sla.policy import PolicyFacts, holds

HEAD = """
[workspace]
name = "Small"
timezone = "Europe/Berlin"
intercom_app = "a1"
[channels]
alerts = "#a"
accounts = "#b"
monday = "#c"
[calendars.always]
always = true
"""


def file(*matches: str) -> str:
    return HEAD + "".join(
        f'[[policies]]\nname = "p{number}"\ncalendar = "always"\nfirst_response = "1h"\nmatch = {match}\n'
        for number, match in enumerate(matches)
    )


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("{}", '{ plan = ["Trial"] }'),
        ('{ plan = ["Growth", "Trial"] }', '{ plan = ["trial"] }'),
        ("{ spend_from = 100 }", "{ spend_from = 500 }"),
        ('{ trial_ends_within = "3d" }', '{ trial_ends_within = "1d", plan = ["Trial"] }'),
        ('{ attribute = { region = ["EU", "UK"] } }', '{ attribute = { region = ["EU"], tier = ["1"] } }'),
    ],
)
def test_an_unreachable_rule_is_named_with_its_line_and_the_mend(earlier: str, later: str) -> None:
    text = file(earlier, later)
    with pytest.raises(FaultyFile) as caught:
        parse_config(text)
    (problem,) = caught.value.problems
    assert text.splitlines()[(problem.line or 0) - 1] == "[[policies]]"
    assert (problem.line or 0) > text.splitlines().index("[[policies]]") + 1
    assert problem.problem == 'is never reached: "p0" before it takes everything it would.'
    assert 'Move it above "p0"' in problem.mend


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ('{ plan = ["Trial"] }', "{}"),
        ('{ plan = ["Trial"] }', '{ plan = ["Trial", "Growth"] }'),
        ("{ spend_from = 500 }", "{ spend_from = 100 }"),
        ('{ trial_ends_within = "1d" }', '{ trial_ends_within = "3d" }'),
        ('{ tag = ["vip"], channel = ["chat"] }', '{ tag = ["vip"] }'),
    ],
)
def test_a_rule_that_is_left_something_is_fine(earlier: str, later: str) -> None:
    assert len(parse_config(file(earlier, later)).policies) == 2


WORDS = st.lists(st.sampled_from(["a", "A ", "b", "c"]), max_size=2).map(tuple)
MATCHES: Any = st.builds(
    Match,
    plan=WORDS,
    tag=WORDS,
    attributes=st.lists(st.tuples(st.just("x"), WORDS), max_size=1).map(tuple),
    spend_from=st.none() | st.sampled_from([0.0, 10.0, 20.0]),
    trial_ends_within=st.none() | st.sampled_from([86400, 3 * 86400]),
)
FACTS = st.builds(
    PolicyFacts,
    plan=st.none() | st.sampled_from(["a", "b", "c"]),
    tags=WORDS,
    attributes=st.dictionaries(st.just("x"), st.sampled_from(["a", "b"]), max_size=1),
    spend=st.none() | st.sampled_from([0.0, 15.0, 30.0]),
    trial_days_left=st.none() | st.sampled_from([-1, 1, 2, 5]),
)


@given(MATCHES, MATCHES, FACTS)
def test_what_is_called_unreachable_never_matches_alone(
    narrow: Match, wide: Match, facts: PolicyFacts
) -> None:
    if implies(narrow, wide) and holds(narrow, facts):
        assert holds(wide, facts)
