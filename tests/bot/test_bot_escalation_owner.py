"""A step of an escalation that names an account's owner: who is called where no call reaches them."""

from __future__ import annotations

import pytest
from escalating import calls, direct, told_to
from harness import OpenHouse
from on_the_screen import words
from small_office import CHANNELS, scenario

pytestmark = pytest.mark.thorough

SEATS = {"ben": "8802", "cem": "8803"}


@pytest.mark.parametrize(
    ("tell", "owner", "state", "called", "said"),
    [
        ('["owner"]', "ben", "", ["U0BEN"], "told Ben Okoro"),
        ('["owner"]', "ben", "away", ["U0LEA"], "told Lea Brandt; the account's owner was away in Intercom"),
        (
            '["owner"]',
            "ben",
            "gone",
            ["U0LEA"],
            "told Lea Brandt; the account's owner was no teammate in Intercom any more",
        ),
        ('["owner"]', "cem", "", ["U0LEA"], "told Lea Brandt; the account's owner was not known in Slack"),
        (
            '["owner", "#lobby"]',
            "ben",
            "away",
            [CHANNELS["lobby"]],
            "told 1 place; the account's owner was away in Intercom",
        ),
        (
            '["owner", "assignee"]',
            "ben",
            "away",
            ["U0LEA"],
            "told Lea Brandt; the account's owner was away in Intercom; whoever held it was away in Intercom",
        ),
        ('["owner"]', None, "", [], "there was nobody to tell"),
    ],
    ids=["there", "away", "gone", "not linked", "away, and another named", "away, and holds it", "none"],
)
async def test_an_accounts_owner_is_called_where_a_call_reaches_them_and_why_says_so(
    build: OpenHouse, tell: str, owner: str | None, state: str, called: list[str], said: str
):
    data = scenario("1001")
    attributes = data["companies"][0]["custom_attributes"]
    del attributes["owner"]
    if owner is not None:
        attributes["owner"] = SEATS[owner]
    house = await build(data=data, toml=told_to(tell), linked=("ana", "ben", "lea"))
    if "assignee" in tell:
        house.intercom.admin_assigns("1001", house.ben.admin, house.ben.admin)
    if state == "gone":
        del house.intercom.admins[house.ben.admin]
        await house.later(seconds=61)
    elif state == "away":
        house.intercom.admin_away(house.ben.admin, away=True)
    for moment in ("09:05", "09:20", "09:30"):
        await house.at(moment)
    places = [each if each.startswith("C") else direct(house, each) for each in called]
    assert [message.channel for message in calls(house)] == places
    await house.ana.presses(house.alert("1001"), "why")
    assert f"step 1 of the escalation: {said} ·" in words(house.ana.view.blocks)
