"""Claiming: one winner, the most urgent first, Intercom follows, and what Intercom decides wins."""

from __future__ import annotations

import asyncio
from typing import Any

from harness import House, OpenHouse, link
from on_the_screen import kept, option, words
from person import Person
from small_office import ADMINS, scenario

from bot.store import conversations, reps
from sandbox.slack.model import User


def holder(house: House, conversation_id: str) -> str | None:
    """Who has it in Intercom."""
    found = house.intercom.conversation(conversation_id)["admin_assignee_id"]
    return str(found) if found else None


async def claimed_by(house: House, conversation_id: str) -> str | None:
    row = await house.read(conversations.get, conversation_id)
    return row.claimed_by if row is not None else None


def crowd(number: int) -> tuple[list[User], list[dict[str, Any]]]:
    """So many reps with a seat each."""
    people = [User(f"U0R{n}", f"rep{n}", f"Rep {n}", f"rep{n}@small.example") for n in range(number)]
    seats = [
        {"id": str(9000 + n), "name": f"Rep {n}", "email": f"rep{n}@small.example"} for n in range(number)
    ]
    return people, seats


async def test_when_twenty_reps_claim_at_once_one_wins_and_the_others_are_told_who(build: OpenHouse):
    people, seats = crowd(20)
    office = scenario("1001")
    office["admins"].extend(seats)
    house = await build(data=office, linked=())
    for person, seat in zip(people, seats, strict=True):
        house.slack.add_user(person)
        house.slack.channels[house.ana.channel].members.add(person.id)
        made = await house.bot.store.write(
            reps.make_link, house.workspace, person.id, seat["id"], by=person.id, now=house.clock.now()
        )
        assert made is not None
    await house.at("09:05")
    alert = house.alert("1001")
    racers = [Person(house, person.id) for person in people]
    outcomes = await asyncio.gather(*(racer.presses(alert, "claim", seen=alert) for racer in racers))
    assert all(outcome.ok for outcome in outcomes)
    winners = [racer for racer in racers if "*Yours now*" in racer.heard]
    assert len(winners) == 1
    name = house.slack.users[winners[0].id].real_name
    for racer in racers:
        assert racer is winners[0] or f"*{name} was first*" in racer.heard
    await house.settle()
    seat = next(each["id"] for each in seats if each["name"] == name)
    assert holder(house, "1001") == seat
    assert [part["part_type"] for part in house.parts("1001")] == ["assignment"]
    assert f"claimed by {name}" in words(house.alert("1001").blocks)


async def test_claim_next_takes_the_nearest_deadline_then_the_next_then_says_when_there_is_none(
    house: House,
):
    order = []
    for person in (house.ana, house.ben, house.ana, house.ben):
        assert (await person.types("/claim next")).ok
        assert "*Yours now*" in person.heard
        order.append(person.heard)
        await house.settle()
    people = ["Dana Reyes", "Omar Haddad", "somebody@nowhere.example", "Pia Holm"]
    assert [who in said for who, said in zip(people, order, strict=True)] == [True] * 4
    await house.ana.types("/claim next")
    assert "There is nothing to claim. Nothing is due before" in house.ana.heard
    # The button that names nothing (on the App Home) takes the next one as well: here, none.
    await house.ben.types("/claim")
    assert "There is nothing to claim." in house.ben.heard
    assert [holder(house, each) for each in ("1001", "1002", "1008", "1004")] == ["8801", "8802"] * 2


async def test_a_conversation_is_claimed_by_number_link_and_account_and_twice_is_no_fault(house: House):
    ana = house.ana
    await ana.types("/claim #1004")
    assert "*Yours now*" in ana.heard
    await ana.types("/claim https://app.intercom.com/a/inbox/smal1app/inbox/admin/1/conversation/1004")
    assert "*Already yours*" in ana.heard
    await ana.types("/claim northwind")
    assert "You have claimed 2 conversations" in ana.heard
    await house.ben.types("/claim Northwind Marine")
    assert "Nothing was claimed for Northwind Marine. 2 are already taken (Ana Ruiz)." in house.ben.heard
    for line, expected in (
        ("/claim 99999", "does not know conversation 99999"),
        ("/claim nobody gmbh", "No account is named like “nobody gmbh”"),
        ("/claim e", "More than one account fits “e”"),
        ("/claim <!channel>", "No account is named like"),
        ("/claim " + "x" * 3000, "No account is named like"),
    ):
        assert (await ana.types(line)).ok, line
        assert expected in ana.heard, line
        assert "<!channel>" not in ana.heard


async def test_what_is_released_is_free_again_and_unassigned_in_intercom(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.types("/claim 1001")
    await house.settle()
    assert holder(house, "1001") == house.ana.admin
    await house.ana.presses(house.ana.last, "release")
    assert "*Released.*" in house.ana.heard
    await house.settle()
    assert holder(house, "1001") is None
    (mine,) = [each for each in house.ana.told() if "Yours now" in words(each.blocks)]
    await house.ana.presses(mine, "release")
    assert "was first" not in house.ana.heard, "pressed once more, and nobody has it"
    assert "*Released.*" in house.ana.heard
    await house.ben.types("/claim next")
    await house.settle()
    assert holder(house, "1001") == house.ben.admin
    # Ana's old card still has the button: it releases nothing of Ben's.
    (mine,) = [each for each in house.ana.told() if "Yours now" in words(each.blocks)]
    await house.ana.presses(mine, "release")
    assert "*Ben Okoro was first*" in house.ana.heard
    assert await claimed_by(house, "1001") == house.ben.admin


async def test_claims_that_follow_one_another_faster_than_intercom_keep_the_last_word(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=("ana", "ben", "lea"))
    await house.ana.types("/claim 1001")
    await house.ana.presses(house.ana.last, "release")
    await house.ben.types("/claim 1001")
    assert "*Yours now*" in house.ben.heard
    await house.ana.answers("1002", "One moment.")
    await house.at("09:10")
    assert await claimed_by(house, "1001") == house.ben.admin == holder(house, "1001")
    assert await claimed_by(house, "1002") == house.ana.admin == holder(house, "1002")


async def test_an_answer_and_a_handover_right_behind_it_end_at_the_colleague(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.answers("1001", "Ben will look into it.")
    await house.ana.presses(house.alert("1001"), "assign")
    await house.ana.submits({"colleague": option(house.ana.view, "colleague", house.ben.admin)})
    await house.at("09:07")
    assert house.sent() == [("1001", house.ana.admin, "Ben will look into it.")]
    assert await claimed_by(house, "1001") == house.ben.admin == holder(house, "1001")


async def test_a_colleagues_conversation_is_handed_over_by_its_holder_or_a_lead_only(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "ben", "lea"))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "claim")
    await house.settle()
    await house.ben.presses(house.alert("1001"), "assign")
    await house.ben.submits({"colleague": option(house.ben.view, "colleague", house.ben.admin)})
    await house.settle()
    assert await claimed_by(house, "1001") == house.ana.admin
    await house.lea.presses(house.alert("1001"), "assign")
    assert "claimed by Ana Ruiz" in words(house.lea.view.blocks)
    await house.lea.submits({"colleague": option(house.lea.view, "colleague", house.ben.admin)})
    await house.settle()
    assert await claimed_by(house, "1001") == house.ben.admin == holder(house, "1001")
    assert "claimed by Ben Okoro" in words(house.alert("1001").blocks)


async def test_a_lead_hands_over_only_what_is_held_as_the_window_said(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "ben", "cem", "lea"))
    await house.at("09:05")
    await house.ana.types("/claim 1001")
    await house.settle()
    await house.lea.presses(house.alert("1001"), "assign")
    assert "claimed by Ana Ruiz" in words(house.lea.view.blocks)
    await house.ana.presses(house.ana.last, "release")
    await house.cem.types("/claim 1001")
    await house.lea.submits({"colleague": option(house.lea.view, "colleague", house.ben.admin)})
    assert "Cem Aydin" in words(house.lea.view.blocks)
    await house.settle()
    assert await claimed_by(house, "1001") == house.cem.admin


async def test_what_is_free_is_handed_to_nobody_who_hands_it_over(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "assign")
    offered = words(house.ana.view.blocks)
    assert "Ben Okoro" in offered
    assert "Ana Ruiz" not in offered
    house.slack.views.clear(house.ana.id)
    # Taken from a colleague who has let it go meanwhile it is one's own, and nobody was told.
    await house.ben.presses(house.alert("1001"), "claim")
    await house.settle()
    await house.ana.presses(house.alert("1001"), "assign")
    choice = option(house.ana.view, "colleague", house.ana.admin)
    await house.ben.presses(house.ben.last, "release")
    await house.ana.submits({"colleague": choice})
    said = words(house.ana.view.blocks)
    assert "*Yours now*" in said
    assert "told" not in said
    assert await claimed_by(house, "1001") == house.ana.admin


async def test_somebody_who_loses_the_handover_is_told_in_the_modal(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "assign")
    choice = option(house.ana.view, "colleague", ADMINS["U0CEM"])
    await house.ben.presses(house.alert("1001"), "claim")
    outcome = await house.ana.submits({"colleague": choice})
    assert outcome.ok
    assert house.ana.views, "Ana is told that Ben was first"
    assert "Ben Okoro" in words(house.ana.view.blocks)
    assert await claimed_by(house, "1001") == house.ben.admin


async def test_an_assignment_made_in_intercom_wins_and_shows(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "cem"))
    house.webhooks_on()
    await house.at("09:05")
    old = kept(house.alert("1001"))
    house.intercom.admin_assigns("1001", "8804", house.cem.admin)
    await house.settle()
    assert "claimed by Cem Aydin" in words(house.alert("1001").blocks)
    await house.ana.presses(old, "claim", seen=old)
    assert "*Cem Aydin was first*" in house.ana.heard
    # Also while a claim made in Slack is still on its way there.
    house.tick()
    house.intercom.admin_assigns("1001", "8804", None)
    await house.settle()
    house.fault("intercom", "POST /conversations/1001/parts", "rate_limit")
    await house.ana.types("/claim 1001")
    house.tick()
    house.intercom.admin_assigns("1001", "8804", house.cem.admin)
    await house.rest(1.3)
    assert holder(house, "1001") == house.cem.admin == await claimed_by(house, "1001")
    assert "claimed by Cem Aydin" in words(house.alert("1001").blocks)


async def test_what_a_rep_who_is_away_holds_is_offered_to_the_others(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "cem"))
    await house.cem.types("/claim 1001")
    await house.settle()
    await house.ana.types("/claim next")
    assert "There is nothing to claim." in house.ana.heard
    house.intercom.admin_away(house.cem.admin, away=True)
    await house.later(seconds=61)
    await house.ana.types("/inbox")
    assert "1 unclaimed" in house.ana.heard
    await house.ana.types("/claim next")
    assert "*Yours now*" in house.ana.heard
    await house.settle()
    assert holder(house, "1001") == house.ana.admin


async def test_a_stale_button_answers_with_the_present_state(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    old = kept(house.alert("1001"))
    await house.ana.presses(old, "snooze30")
    await house.settle()
    await house.ben.presses(old, "snooze30", seen=old)
    assert "Nothing was done: this changed" in house.ben.heard
    house.tick()
    house.intercom.closes("1001", house.ben.admin)
    await house.later(seconds=61)
    for verb in ("snooze30", "dismiss"):
        await house.ana.presses(old, verb, seen=old)
        assert "Nothing was done: this changed" in house.ana.heard
        assert "Closed" in house.ana.heard
    await house.ana.presses(old, "claim", seen=old)
    assert "*No reply is due any more.*" in house.ana.heard
    assert await claimed_by(house, "1001") is None


async def test_the_home_shows_mine_and_next_and_follows_what_is_done_on_it(house: House):
    ana = house.ana
    await house.slack.people.open_home(ana.id)
    assert "Mine: 1" in words(ana.home.blocks)
    assert "Next: 4 unclaimed" in words(ana.home.blocks)
    await ana.presses_in(ana.home, "claim_next")
    await house.settle()
    assert "Mine: 2" in words(ana.home.blocks)
    assert "Next: 3 unclaimed" in words(ana.home.blocks)
    await house.slack.people.open_home(house.uma.id)
    assert "not linked to an Intercom seat" in words(house.uma.home.blocks)
    await house.slack.people.open_home(house.gus.id)
    assert "Guests cannot use Watchbell." in words(house.gus.home.blocks)
    for name in ("Dana", "Northwind", "Pia"):
        assert name not in words(house.gus.home.blocks)


async def test_a_seat_belongs_to_one_person_and_can_be_given_back(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana",))
    await house.uma.types("/watchbell link")
    assert "No Intercom seat has your e-mail address" in house.uma.heard
    assert "uma@small.example" in house.uma.heard
    await house.ana.types("/watchbell unlink")
    assert "Unlinked." in house.ana.heard
    await house.ana.types("/claim next")
    assert "You can read here, not act" in house.ana.heard
    await house.ana.types("/watchbell unlink")
    assert "you are not linked" in house.ana.heard
    await link(house.ana)
    await house.ana.types("/watchbell nonsense")
    assert "has no “nonsense”" in house.ana.heard


async def test_an_account_is_found_by_a_part_of_its_name_or_chosen_from_several(house: House):
    ana = house.ana
    for line, expected in (
        ("/account", "Which account? Type a part of its name."),
        ("/account nothing like it", "nothing like it"),
        ("/account everly", "Everly Labs"),
        ("/account <!channel>", "channel"),
    ):
        assert (await ana.types(line)).ok
        assert expected in ana.heard, line
        assert "<!channel>" not in ana.heard
    await ana.types("/account e")
    assert "Dunmore Books" in str(ana.last.blocks)
    select = next(each for block in ana.last.blocks for each in _menus(block))
    value = next(each["value"] for each in select["options"] if each["text"]["text"] == "Dunmore Books")
    await house.slack.people.click(
        ana.id, ana.last.channel, ana.last.ts, select["action_id"], selected_option=value
    )
    assert "Dunmore Books" in ana.heard
    assert "Brightfen" not in ana.heard


def _menus(block: dict[str, Any]) -> list[dict[str, Any]]:
    candidates = [*block.get("elements", []), block.get("accessory") or {}]
    return [each for each in candidates if "options" in each]


async def test_who_has_the_seat_that_one_would_link_is_mentioned(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana",))
    # The address that was Ana's in Slack is Uma's now.
    house.slack.users["U0UMA"].email = "ana@small.example"
    await house.uma.types("/watchbell link")
    assert house.uma.heard == (
        "The seat Ana Ruiz is linked to <@U0ANA>. Nothing was changed. Ask them to unlink it first."
    )
    assert house.uma.last.text == "The seat Ana Ruiz is linked to somebody else. Nothing was changed."
