"""What a rep decided and Intercom has not taken yet undoes nothing that a colleague did there since."""

from __future__ import annotations

from harness import House, OpenHouse
from on_the_screen import words
from small_office import scenario
from test_bot_rest_of_the_day import chooses, office, picked

from bot.store import conversations
from sandbox.faults import Fault

ASSIGNS = "POST /conversations/1001/parts"


def holder(house: House) -> str | None:
    found = house.intercom.conversation("1001")["admin_assignee_id"]
    return str(found) if found else None


async def claimed_by(house: House) -> str | None:
    row = await house.read(conversations.get, "1001")
    assert row is not None
    return row.claimed_by


def busy(house: House) -> Fault:
    """Intercom puts the next assignment off for a moment."""
    return house.fault("intercom", ASSIGNS, "rate_limit", seconds=1)


async def put_off(house: House, fault: Fault) -> None:
    await house.settle()
    assert fault.hits == 1, "the first attempt was made, and came to nothing"
    house.tick(5)


async def test_a_claim_that_was_put_off_leaves_a_conversation_to_who_took_it_in_intercom(build: OpenHouse):
    house = await build(data=scenario("1001"), http=True)
    house.webhooks_on()
    await house.at("09:05")
    fault = busy(house)
    await house.ana.types("/claim 1001")
    await put_off(house, fault)
    house.intercom.admin_assigns("1001", house.ben.admin, house.ben.admin)
    await house.rest(1.5)
    assert holder(house) == house.ben.admin == await claimed_by(house)
    assert "claimed by Ben Okoro" in words(house.alert("1001").blocks)


async def test_a_release_that_was_put_off_takes_nothing_from_who_took_it_in_intercom(build: OpenHouse):
    house = await build(data=scenario("1001"), http=True)
    house.webhooks_on()
    await house.at("09:05")
    await house.ana.types("/claim 1001")
    await house.settle()
    assert holder(house) == house.ana.admin
    fault = busy(house)
    await house.ana.presses(house.ana.last, "release")
    await put_off(house, fault)
    house.intercom.admin_assigns("1001", house.ben.admin, house.ben.admin)
    await house.rest(1.5)
    assert holder(house) == house.ben.admin == await claimed_by(house)
    # Nobody took it: then it is released, however late.
    await house.ben.types("/claim 1001")
    fault = busy(house)
    await house.ben.presses(house.ben.last, "release")
    await put_off(house, fault)
    await house.until(lambda: holder(house) is None)


async def test_a_team_that_was_chosen_before_somebody_chose_another_in_intercom_is_not_given_it(
    build: OpenHouse,
):
    data = office("1001")
    data["teams"].append({"id": "79", "name": "Onboarding", "admin_ids": ["8802"]})
    house = await build(data=data, http=True)
    house.webhooks_on()
    await house.at("09:05")
    await chooses(house, house.ana, "team")
    fault = busy(house)
    await house.ana.submits({"team": picked(house.ana.view, "team", "Billing")})
    await put_off(house, fault)
    house.intercom.admin_assigns("1001", house.ben.admin, "79")
    await house.rest(1.5)
    assert house.intercom.conversation("1001")["team_assignee_id"] in (79, "79")
    (told,) = [words(each.blocks) for each in house.posts(house.slack.im_with(house.ana.id).id)]
    assert "It was given to another team meanwhile: it stays there." in told


async def test_two_teams_chosen_one_after_the_other_end_at_the_second(build: OpenHouse):
    data = office("1001")
    data["teams"].append({"id": "79", "name": "Onboarding", "admin_ids": ["8802"]})
    house = await build(data=data)
    await house.at("09:05")
    fault = busy(house)
    for name in ("Billing", "Onboarding"):
        await chooses(house, house.ana, "team")
        await house.ana.submits({"team": picked(house.ana.view, "team", name)})
    await put_off(house, fault)
    await house.until(lambda: str(house.intercom.conversation("1001")["team_assignee_id"]) == "79")
