"""[[routes]] of watchbell.toml: one for alerts, for threads of accounts, or both; faults with their mend."""

from __future__ import annotations

import pytest
from small_office import TOML

from bot.settings.file import parse_config
from bot.settings.reader import FaultyFile

ROUTE = '\n[[routes]]\nname = "{}"\nmatch = {{ {} }}\n{}\n'
ENTERPRISE = ROUTE.format("enterprise", 'plan = ["Enterprise"]', 'accounts = "#lobby"')
ALL = ROUTE.format("all", "", 'accounts = "#lobby"').replace("match = {  }\n", "")


def narrower(where: str) -> str:
    return ROUTE.format("big", 'plan = ["Enterprise"], spend_from = 9', where)


@pytest.mark.parametrize(
    ("routes", "key", "said", "mend"),
    [
        (
            ENTERPRISE.replace('accounts = "#lobby"', ""),
            "routes[1].channel",
            "is missing.",
            'Write channel = "#billing-alerts", or accounts = "#billing-accounts".',
        ),
        (
            ENTERPRISE.replace("#lobby", "lobby"),
            "routes[1].accounts",
            '"lobby" is not a channel.',
            'Write "#billing-accounts" or a channel id',
        ),
        (ENTERPRISE.replace("#lobby", ""), "routes[1].accounts", "is empty.", "take the line out"),
        (
            ALL,
            "routes[1].match",
            "holds for every conversation: that is what channels.accounts is for.",
            "change channels.accounts.",
        ),
        (
            ALL + 'channel = "#lobby"\n',
            "routes[1].match",
            "holds for every conversation: that is what channels.alerts and channels.accounts are for.",
            "change channels.alerts and channels.accounts.",
        ),
        (
            ENTERPRISE + narrower('accounts = "#support"'),
            "routes[2]",
            'is never reached: "enterprise" before it takes everything it would.',
            'Move it above "enterprise"',
        ),
        (
            ENTERPRISE + narrower('accounts = "#support"\nchannel = "#support"'),
            "routes[2].accounts",
            'is never used: "enterprise" before it takes everything it would.',
            "take this line out.",
        ),
    ],
)
def test_a_faulty_route_is_named_with_its_mend(routes: str, key: str, said: str, mend: str):
    with pytest.raises(FaultyFile) as refused:
        parse_config(TOML + routes)
    (problem,) = refused.value.problems
    assert problem.key == key
    assert problem.problem == said
    assert mend in problem.mend


def test_routes_for_alerts_and_routes_for_threads_do_not_stand_in_each_others_way():
    config = parse_config(TOML + ENTERPRISE + narrower('channel = "#support"'))
    assert [(each.channel, each.accounts) for each in config.routes] == [("", "#lobby"), ("#support", "")]
