"""The shortcuts know which conversation each message of ours is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from escalating import opened_at
from harness import House, OpenHouse
from in_a_channel import kept, says
from on_the_screen import key_of, option, rich, words
from person import Person
from small_office import CHANNELS, TOML, scenario

from bot.store import conversations
from sandbox.slack.model import Message

CALLED = TOML.replace('name = "enterprise"\n', 'name = "enterprise"\nescalation = "urgent"\n') + (
    '[[escalations]]\nname = "urgent"\nsteps = [{ after = "10m", tell = ["#lobby", "ben@small.example"] }]\n'
)


async def uses(house: House, person: Person, name: str, message: Message) -> None:
    assert (await house.slack.people.shortcut(person.id, name, message.channel, message.ts)).ok
    await house.bot.front.finish()


def direct(house: House, person: Person) -> Message:
    """What the bot wrote to somebody last, in their direct conversation."""
    return house.slack.messages(house.slack.im_with(person.id).id)[-1]


async def test_a_call_of_an_escalation_is_about_its_conversation(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=CALLED)
    for moment in ("09:05", "09:20", "09:30"):
        await house.at(moment)
    await uses(house, house.ben, "answer_message", direct(house, house.ben))
    assert "To *Dana Reyes*" in words(house.ben.view.blocks)
    await uses(house, house.ana, "claim_message", house.post(CHANNELS["lobby"], "post:call:1001:"))
    assert (await house.read(conversations.get, "1001")).claimed_by == house.ana.admin


async def test_each_ring_under_a_burst_is_about_its_own(build: OpenHouse):
    data: dict[str, Any] = scenario("1001")
    first = data["conversations"][0]
    data["conversations"] = [{**first, "id": f"{2000 + number}"} for number in range(5)]
    house = await build(data=data, toml=TOML.replace("burst = 0", "burst = 4"))
    await house.at("09:05")
    await house.at("09:21")
    for ring in house.posts("alerts", "post:ring:2003:"):
        await uses(house, house.ana, "claim_message", ring)
    claimed = [
        each for each in range(2000, 2005) if (await house.read(conversations.get, str(each))).claimed_by
    ]
    assert claimed == [2003]


async def test_a_message_for_several_calls_is_about_the_conversation_of_the_only_one_in_it(build: OpenHouse):
    data = opened_at("08:50:00", "08:50:10", "08:50:20", "08:50:30")
    house = await build(data=data, toml=CALLED.replace("burst = 0", "burst = 12"))
    for moment in ("09:05", "09:06", "09:20", "09:21", "09:30", "09:30:10", "09:30:20"):
        await house.at(moment)
    shared = house.post(CHANNELS["lobby"], "post:calls:")
    await uses(house, house.ben, "answer_message", shared)
    assert "To *Dana Reyes*" in words(house.ben.view.blocks)
    await uses(house, house.ana, "claim_message", shared)
    assert (await house.read(conversations.get, "2002")).claimed_by == house.ana.admin
    await says(house, "U0BEN", "I know what that is", thread=shared.ts, channel=CHANNELS["lobby"])
    assert [(each.text, each.account_id) for each in await kept(house)] == [("I know what that is", "c1")]
    await house.at("09:30:30")
    await uses(house, house.ben, "claim_message", house.post(CHANNELS["lobby"], "post:calls:"))
    assert "about no conversation" in house.ben.heard
    await says(house, "U0BEN", "And that", thread=shared.ts, channel=CHANNELS["lobby"])
    assert len(await kept(house)) == 1


async def test_a_burst_is_about_the_conversation_of_the_only_alert_in_it(build: OpenHouse):
    data = opened_at("08:50:00", "08:50:30", "08:50:50")
    house = await build(data=data, toml=TOML.replace("burst = 0", "burst = 1"))
    await house.at("09:05")
    await house.at("09:05:30")
    burst = house.post("alerts", "post:burst:")
    await uses(house, house.ana, "claim_message", burst)
    assert (await house.read(conversations.get, "2001")).claimed_by == house.ana.admin
    await says(house, "U0BEN", "I know what that is", thread=burst.ts, channel=CHANNELS["alerts"])
    assert [(each.text, each.account_id) for each in await kept(house)] == [("I know what that is", "c1")]
    await house.at("09:05:50")
    await uses(house, house.ana, "claim_message", house.post("alerts", "post:burst:"))
    assert "about no conversation" in house.ana.heard


async def test_what_became_of_an_answer_is_about_its_conversation(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(0))
    for mode in ("reply", "note"):
        await house.ana.opens_answer("1001")
        await house.ana.chooses(mode)
        await house.ana.submits({"text": rich(f"A {mode}.")})
        await house.settle()
        told = direct(house, house.ana)
        assert key_of(told).startswith("post:delivery:")
        await uses(house, house.ana, "more_message", told)
        assert "Dana Reyes" in words(house.ana.view.blocks)
        house.slack.views.clear(house.ana.id)


async def test_what_became_of_an_answer_is_so_where_it_is_told_directly_as_well(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    house.slack.change_channel(CHANNELS["alerts"], is_archived=True)
    await house.slack.settled()
    house.fault("intercom", "POST /conversations/*/reply", "error", status=422)
    await house.ana.submits({"text": rich("It is repaired.")})
    await house.until(lambda: house.posts(house.slack.im_with(house.ana.id).id, "post:delivery:"))
    told = direct(house, house.ana)
    assert key_of(told).endswith(":direct")
    await uses(house, house.ana, "more_message", told)
    assert "Dana Reyes" in words(house.ana.view.blocks)


async def test_what_intercom_refused_is_about_its_conversation(build: OpenHouse):
    house = await build(data=scenario("1001"))
    ana = house.ana
    await ana.types("/claim 1001")
    await ana.presses(ana.last, "more_done")
    await ana.submits({"what": option(ana.view, "what", "close")})
    await house.bot.front.finish()
    house.fault("intercom", "POST /conversations/1001/parts", "error", times=9, status=404)
    await ana.submits()
    await house.until(lambda: house.posts(house.slack.im_with(ana.id).id))
    told = direct(house, ana)
    assert key_of(told).startswith("post:outcome:")
    house.slack.views.clear(ana.id)
    await uses(house, ana, "more_message", told)
    assert "Dana Reyes" in words(ana.view.blocks)


async def test_what_is_done_on_an_anchor_is_answered_in_the_channel_and_in_its_thread_there(
    build: OpenHouse,
):
    house = await build(data=scenario("1001", "1002"))
    anchor, issue = (house.post("accounts", f"post:{each}:c1:") for each in ("account", "issue"))
    assert (anchor.thread_ts, issue.thread_ts) == (anchor.ts, anchor.ts), "Slack names an anchor's own thread"
    await house.ana.presses(issue, "claim_issue")
    assert house.ana.last.thread_ts == anchor.ts
    await house.ben.presses(anchor, "claim_account")
    assert "Ana Ruiz" in house.ben.heard
    assert house.ben.last.thread_ts is None
    await uses(house, house.ben, "claim_message", issue)
    assert house.ben.last.thread_ts == anchor.ts
    await uses(house, house.ben, "claim_message", anchor)
    assert house.ben.last.thread_ts is None
