"""Which policy is whose, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.settings.model import Match, Policy
from bot.sla.policy import PolicyFacts, match

DAY = 86400
ENTERPRISE = PolicyFacts(
    channel="email",
    priority="high",
    tags=("VIP", "billing"),
    team="Tier 2",
    plan="Enterprise",
    segment="strategic",
    accounts=("Harrow & Lowe", "acc-1"),
    attributes={"tier": ["Gold", "eu"], "beta": True, "seats": 40.0},
    spend=4200.0,
    risk=62,
    trial_days_left=2,
)


def policy(name: str, conditions: Match) -> Policy:
    return Policy(name=name, calendar="office", match=conditions)


CONDITIONS = [
    (Match(plan=("enterprise",)), "plan is enterprise"),
    (Match(segment=("Strategic", "key")), "segment is Strategic or key"),
    (Match(tag=("vip",)), "tag is vip"),
    (Match(channel=("email", "chat")), "channel is email or chat"),
    (Match(team=("tier  2",)), "team is tier  2"),
    (Match(priority=("high",)), "priority is high"),
    (Match(account=("ACC-1",)), "account is ACC-1"),
    (Match(attributes=(("tier", ("gold",)),)), "tier is gold"),
    (Match(attributes=(("beta", ("true",)),)), "beta is true"),
    (Match(attributes=(("seats", ("40",)),)), "seats is 40"),
    (Match(spend_from=4200), "monthly spend is 4,200 or more"),
    (Match(risk_from=60), "risk is 60 or more"),
    (Match(trial_ends_within=3 * DAY), "trial ends within 3 days"),
    (Match(), "every conversation"),
]


@pytest.mark.parametrize(("conditions", "rule"), CONDITIONS)
def test_each_condition_matches_what_it_names_and_says_so(conditions: Match, rule: str) -> None:
    found = match(ENTERPRISE, [policy("one", conditions)])
    assert found is not None
    assert found.rule == rule


@pytest.mark.parametrize("conditions", [conditions for conditions, _ in CONDITIONS[:-1]])
def test_what_is_not_known_matches_no_condition(conditions: Match) -> None:
    assert match(PolicyFacts(), [policy("one", conditions)]) is None


def test_the_first_match_wins_and_order_decides() -> None:
    vip, everyone = policy("vip", Match(tag=("vip",))), policy("everyone", Match())
    for first, second in ((vip, everyone), (everyone, vip)):
        found = match(ENTERPRISE, [first, second])
        assert found is not None
        assert found.policy is first


def test_all_conditions_must_hold() -> None:
    both = policy("both", Match(plan=("Enterprise",), channel=("phone",)))
    assert match(ENTERPRISE, [both]) is None
    found = match(replace(ENTERPRISE, channel="phone"), [both])
    assert found is not None
    assert found.rule == "plan is Enterprise and channel is phone"


def test_a_trial_that_is_over_ends_within_nothing() -> None:
    trial = policy("trial", Match(trial_ends_within=3 * DAY))
    assert match(replace(ENTERPRISE, trial_days_left=-1), [trial]) is None
    assert match(replace(ENTERPRISE, trial_days_left=4), [trial]) is None
    assert match(replace(ENTERPRISE, trial_days_left=0), [trial]) is not None


def test_no_match_is_no_policy() -> None:
    assert match(ENTERPRISE, []) is None
