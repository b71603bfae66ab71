"""Whoever has no seat in Intercom any more holds nothing here, and a claim that Intercom refuses is none."""

from __future__ import annotations

import asyncio

import pytest
from answers_told import delivery
from harness import House, OpenHouse, link
from on_the_screen import kept, option, rich, verbs, words
from small_office import scenario
from test_bot_rest_of_the_day import picked

from bot.store import conversations, reps
from sandbox.intercom.model import Admin


def removed(house: House, admin_id: str) -> Admin:
    """An Intercom admin deletes a teammate: what they had is nobody's."""
    workspace = house.intercom.workspace
    for each in workspace.conversations.values():
        if each.admin_assignee_id == admin_id:
            each.admin_assignee_id = None
    return workspace.admins.pop(admin_id)


async def claimed_by(house: House, id_: str = "1001") -> str | None:
    found: str | None = (await house.read(conversations.get, id_)).claimed_by
    return found


async def test_what_they_held_is_offered_again(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ben.types("/claim 1001")
    await house.settle()
    assert await claimed_by(house) == house.ben.admin
    removed(house, house.ben.admin)
    await house.later(minutes=2)
    assert await claimed_by(house) is None
    await house.at("09:31")
    assert "claimed by nobody" in words(house.alert("1001").blocks)
    await house.ana.types("/claim next")
    await house.settle()
    assert await claimed_by(house) == house.ana.admin


async def held_by_a_bot(build: OpenHouse) -> House:
    house = await build(data=scenario("1001"))
    house.intercom.workspace.conversations["1001"].admin_assignee_id = "8412071"
    house.tick(30)
    house.intercom.customer_writes("1001", "Hello?")
    return house


async def test_what_a_bot_holds_may_be_taken(build: OpenHouse):
    house = await held_by_a_bot(build)
    house.fault("intercom", "GET /admins", "error", times=-1, status=500, error="server_error")
    await house.later(minutes=2)
    assert await claimed_by(house) == "8412071", "who has seats is not read again yet"
    await house.ben.types("/claim 1001")
    await house.settle()
    assert await claimed_by(house) == house.ben.admin


async def test_what_a_bot_holds_is_offered(build: OpenHouse):
    house = await held_by_a_bot(build)
    await house.later(minutes=2)
    await house.ana.types("/claim next")
    await house.settle()
    assert await claimed_by(house) == house.ana.admin


async def test_a_team_that_is_gone_keeps_nothing_to_itself(build: OpenHouse):
    office = scenario("1001")
    office["teams"].append({"id": "78", "name": "Billing", "admin_ids": ["8802"]})
    house = await build(data=office)
    house.intercom.workspace.conversations["1001"].team_assignee_id = "78"
    house.tick(30)
    house.intercom.customer_writes("1001", "Hello?")
    await house.later(minutes=2)
    await house.ana.types("/claim next")
    assert await claimed_by(house) is None, "it is another team's"
    del house.intercom.workspace.teams["78"]
    await house.later(minutes=2)
    assert [team.name for team in await house.read(reps.all_teams)] == ["Support"]
    await house.ana.types("/claim next")
    await house.settle()
    assert await claimed_by(house) == house.ana.admin


async def test_no_answer_about_teammates_takes_no_team_away(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.intercom.workspace.admins.clear()
    house.intercom.workspace.teams.clear()
    await house.later(minutes=2)
    assert [team.name for team in await house.read(reps.all_teams)] == ["Support"]


async def test_they_read_why_they_cannot_act(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    removed(house, house.ben.admin)
    await house.later(minutes=2)
    await house.ben.types("/claim 1001")
    assert "Intercom no longer has your seat" in house.ben.heard
    assert await claimed_by(house) is None
    await house.slack.people.open_home(house.ben.id)
    await house.settle()
    assert "Intercom no longer has your seat" in words(house.ben.home.blocks)
    await house.ben.types("/watchbell link")
    assert "No Intercom seat has your e-mail address" in house.ben.heard


async def test_nobody_can_give_them_anything(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "assign")
    assert "Ben Okoro" in str(house.ana.view.blocks)
    stale = house.ana.view
    removed(house, house.ben.admin)
    await house.later(minutes=2)
    chosen = {"type": "static_select", "selected_option": {"value": house.ben.admin}}
    await house.ana.submits({"colleague": chosen}, view=stale)
    await house.settle()
    assert await claimed_by(house) is None
    await house.ana.presses(house.alert("1001"), "assign")
    assert "Ben Okoro" not in str(house.ana.view.blocks)
    assert "Cem Aydin" in str(house.ana.view.blocks)


async def test_a_seat_that_is_listed_again_is_theirs_again(build: OpenHouse):
    house = await build(data=scenario("1001"))
    ben = removed(house, house.ben.admin)
    await house.later(minutes=2)
    assert (await house.read(reps.get_admin, house.ben.admin)).gone_at is not None
    house.intercom.workspace.admins[ben.id] = ben
    await house.later(minutes=2)
    await house.ben.types("/claim 1001")
    assert "*Yours now*" in house.ben.heard


async def test_a_list_of_nobody_sends_nobody_away(build: OpenHouse):
    """A workspace has at least whoever the token belongs to: such an answer is a fault."""
    house = await build(data=scenario("1001"))
    everybody = dict(house.intercom.workspace.admins)
    house.intercom.workspace.admins.clear()
    await house.later(minutes=2)
    assert (await house.read(reps.get_admin, house.ben.admin)).gone_at is None
    house.intercom.workspace.admins.update(everybody)


async def test_a_claim_that_intercom_refuses_is_given_back_and_told(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    # Before any sweep can have told of it.
    removed(house, house.ben.admin)
    await house.ben.types("/claim 1001")
    assert "*Yours now*" in house.ben.heard
    await house.settle()
    assert await claimed_by(house) is None
    told = [
        words(each.blocks)
        for each in house.posts(house.slack.im_with(house.ben.id).id, "post:outcome:assign:1001")
    ]
    assert len(told) == 1
    assert "Not done: assignment" in told[0]
    assert "It is free again." in told[0]
    await house.ana.types("/claim 1001")
    assert "*Yours now*" in house.ana.heard


async def test_a_refusal_that_comes_late_takes_nothing_from_whoever_has_it_by_then(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    removed(house, house.ben.admin)
    slow = house.fault("intercom", "POST /conversations/1001/parts", "slow", seconds=0.5)
    await house.ben.types("/claim 1001")
    refusing = asyncio.create_task(house.settle())
    await house.hit(slow)
    await house.ben.presses(house.ben.last, "release")
    await house.ana.types("/claim 1001")
    await refusing
    await house.settle()
    assert await claimed_by(house) == house.ana.admin
    assert house.posts(house.slack.im_with(house.ben.id).id, "post:outcome:assign:1001") == []


async def answers_without_a_seat(build: OpenHouse, code: str) -> str:
    """What Ana reads of an answer that Intercom does not take, for her seat is gone."""
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    house.fault("intercom", "POST /conversations/1001/reply", "error", status=404, error=code, times=-1)
    await house.ana.answers("1001", "We are on it.")
    await house.until(lambda: "*Not sent*" in words(delivery(house).blocks))
    assert verbs(delivery(house).blocks) == ["rewrite"]
    return words(delivery(house).blocks)


@pytest.mark.parametrize("code", ["admin_not_found", "not_found"])
async def test_an_answer_by_a_seat_that_is_gone_says_so_and_offers_no_retry(build: OpenHouse, code: str):
    said = await answers_without_a_seat(build, code)
    assert "Intercom no longer has the seat that this is done with. Get one, then type" in said
    assert "Then press Answer… to write it again from its words." in said
    assert "deleted" not in said


async def test_with_another_seat_the_words_can_be_written_again(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    removed(house, house.ana.admin)
    await house.ana.answers("1001", "We are on it.")
    await house.until(lambda: "*Not sent*" in words(delivery(house).blocks))
    house.intercom.workspace.admins["8804"] = Admin("8804", "Ana Ruiz", "ana@small.example")
    await house.later(minutes=2)
    await link(house.ana)
    await house.ana.presses(delivery(house), "rewrite")
    await house.settle()
    assert "We are on it." in str(house.ana.view.blocks)
    await house.ana.submits({"text1": rich("We are on it.")})
    await house.until(house.sent)
    assert house.sent() == [("1001", "8804", "We are on it.")]


async def test_a_teammate_who_is_gone_is_named_as_what_is_missing(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.types("/claim 1001")
    await house.settle()
    await house.ana.presses(house.ana.last, "assign")
    removed(house, "8803")
    chosen = {"type": "static_select", "selected_option": {"value": "8803"}}
    await house.ana.submits({"colleague": chosen})
    await house.settle()
    told = words(house.posts(house.slack.im_with(house.ana.id).id, "post:outcome:assign:1001")[-1].blocks)
    assert "Intercom no longer has the teammate or team it was to be given to." in told


async def test_a_tag_that_is_still_there_is_not_told_as_taken_off(build: OpenHouse):
    office = scenario("1001")
    office["tags"] = [{"id": "501", "name": "sso"}]
    house = await build(data=office)
    await house.ana.types("/claim 1001")
    card = kept(house.ana.last)
    for ticked in (["sso"], []):
        await house.ana.presses(card, "more_done", seen=card)
        await house.ana.submits({"what": option(house.ana.view, "what", "tag")})
        await house.bot.front.finish()
        if not ticked:
            removed(house, house.ana.admin)
        await house.ana.submits({"tags": picked(house.ana.view, "tags", *ticked)})
        await house.settle()
        assert "501" in house.intercom.workspace.conversations["1001"].tags
    told = words(house.posts(house.slack.im_with(house.ana.id).id, "post:outcome:untag:1001")[-1].blocks)
    assert "*Not done: tag to take away*" in told
    assert "Intercom no longer has the seat that this is done with." in told
