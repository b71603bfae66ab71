"""A new problem that several accounts tell is announced once, and its message is edited from then on."""

from __future__ import annotations

from harness import House, OpenHouse, verbs, words
from many_firms import OUTAGE, firms

TOML_CHANNEL = "alerts"


def spreads(house: House) -> list:
    return house.posts("alerts", "post:spread:")


async def test_three_accounts_make_one_announcement_and_a_fourth_edits_it(build: OpenHouse):
    house = await build(data=firms())
    house.intercom.customer_starts("q0", "email", OUTAGE[0])
    await house.later(minutes=10)
    house.intercom.customer_starts("q1", "email", OUTAGE[1])
    await house.later(minutes=10)
    assert spreads(house) == [], "two accounts are no spreading issue"
    house.intercom.customer_starts("q2", "whatsapp", OUTAGE[2])
    await house.later(minutes=10)
    (first,) = spreads(house)
    assert "*3 accounts tell one new problem*" in words(first.blocks)
    assert "error 502" in words(first.blocks)
    house.intercom.customer_starts("q3", "email", OUTAGE[3])
    await house.later(minutes=10)
    (same,) = spreads(house)
    assert same.ts == first.ts
    assert "*4 accounts tell one new problem*" in words(same.blocks)
    print(words(same.blocks), verbs(same.blocks))
