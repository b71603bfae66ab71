"""A claim obliges: reminded once in working time, given back once, never after an answer."""

from __future__ import annotations

import pytest
from harness import House, OpenHouse, utc
from intercom_faults import PATIENT
from on_the_screen import option, words
from person import Person
from small_office import TOML, scenario

from bot.store import audit, conversations
from sandbox.slack.model import Message

pytestmark = pytest.mark.thorough

QUICK = '[claims]\nremind_after = "30m"\nfree_after = "1h"\n'


def direct(house: House, person: Person) -> list[Message]:
    """What the bot wrote this person in their direct conversation."""
    return house.posts(house.slack.im_with(person.id).id)


async def holder(house: House, conversation_id: str = "1004") -> str | None:
    row = await house.read(conversations.get, conversation_id)
    return row.claimed_by if row is not None else None


async def test_a_claim_without_an_answer_reminds_once_and_then_goes_back(build: OpenHouse):
    house = await build(data=scenario("1004"), toml=TOML + QUICK)
    await house.ana.types("/claim 1004")
    await house.at("09:29")
    assert direct(house, house.ana) == []
    await house.at("09:31")
    (told,) = direct(house, house.ana)
    assert "Claimed, not answered for 31 min of working time" in words(told.blocks)
    assert "goes back to the team" in words(told.blocks)
    await house.restart()
    await house.at("09:50")
    assert len(direct(house, house.ana)) == 1
    await house.at("10:02")
    (told,) = direct(house, house.ana)
    assert "*Back with the team*" in words(told.blocks)
    assert await holder(house) is None
    assert house.intercom.conversation("1004")["admin_assignee_id"] is None
    entry = (await house.read(audit.latest))[0]
    assert (entry.action, entry.slack_user_id, entry.source) == ("free_claim", "watchbell", "clock")
    await house.at("12:00")
    assert len(direct(house, house.ana)) == 1, "nothing of it comes twice"
    await house.ana.presses(told, "claim")
    assert await holder(house) == house.ana.admin


async def test_who_asks_again_puts_no_reminder_off(build: OpenHouse):
    house = await build(data=scenario("1004"), toml=TOML + QUICK)
    await house.ana.types("/claim 1004")
    await house.at("09:10")
    house.intercom.customer_writes("1004", "Anybody there?")
    await house.at("09:25")
    house.intercom.customer_writes("1004", "Hello?")
    await house.at("09:31")
    (told,) = direct(house, house.ana)
    assert "Claimed, not answered for 31 min of working time" in words(told.blocks)
    await house.at("09:55")
    house.intercom.customer_writes("1004", "I am still here.")
    await house.at("10:02")
    assert await holder(house) is None


async def test_an_answer_ends_it_wherever_it_was_given(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"), toml=TOML + QUICK)
    await house.ana.types("/claim 1001")
    await house.ana.types("/claim 1004")
    await house.at("09:10")
    await house.ana.answers("1001", "We are on it.")
    await house.at("09:31")
    assert len(direct(house, house.ana)) == 1, "of the one that nobody answered"
    house.intercom.admin_replies("1004", house.ben.admin, "Here is how.")
    await house.at("09:35")
    await house.at("09:37")
    assert ":white_check_mark: *Answered*" in words(direct(house, house.ana)[0].blocks)
    await house.at("15:00")
    assert await holder(house, "1001") == house.ana.admin
    assert await holder(house) == house.ana.admin


async def test_an_answer_that_was_never_confirmed_excuses_no_later_claim(build: OpenHouse):
    house = await build(data=scenario("1004"), toml=TOML + QUICK, timings=PATIENT)
    house.fault("intercom", "POST /conversations/*/reply", "drop_before")
    await house.ana.answers("1004", "It is repaired.")
    await house.until(
        lambda: any("*Not confirmed*" in words(each.blocks) for each in direct(house, house.ana))
    )
    house.tick(60)
    house.intercom.admin_replies("1004", house.ana.admin, "It works again.")
    await house.later(seconds=61)
    house.intercom.admin_assigns("1004", house.ana.admin, None)
    await house.later(seconds=61)
    house.intercom.customer_writes("1004", "It is broken again.")
    await house.later(seconds=61)
    await house.ben.types("/claim 1004")
    assert await holder(house) == house.ben.admin
    for _ in range(5):
        await house.later(minutes=31)
    assert await holder(house) is None
    (told,) = direct(house, house.ben)
    assert "*Back with the team*" in words(told.blocks)


async def test_nights_do_not_count_and_a_snooze_begins_anew(build: OpenHouse):
    house = await build(data=scenario("1004"), toml=TOML + QUICK)
    await house.at("17:45")
    await house.ana.types("/claim 1004")
    await house.later(hours=14)
    assert await holder(house) == house.ana.admin
    assert direct(house, house.ana) == []
    await house.later(minutes=32)
    assert "Claimed, not answered" in words(direct(house, house.ana)[0].blocks)
    await house.ana.presses(direct(house, house.ana)[0], "snooze")
    await house.ana.submits()
    await house.later(minutes=50)
    assert await holder(house) == house.ana.admin, "it sleeps"


async def snoozes_until_tomorrow(house: House, message: Message) -> None:
    await house.ana.presses(message, "snooze")
    tomorrow = str(int(utc("2026-11-25T09:00").timestamp()))
    await house.ana.submits({"until": option(house.ana.view, "until", tomorrow)})
    await house.settle()
    assert house.intercom.conversation("1004")["state"] == "snoozed"


async def test_a_snooze_that_the_customer_ends_early_excuses_nobody_longer(build: OpenHouse):
    house = await build(data=scenario("1004"), toml=TOML + QUICK)
    await house.ana.types("/claim 1004")
    await snoozes_until_tomorrow(house, house.ana.last)
    await house.at("09:31")
    await house.at("09:40")
    house.intercom.customer_writes("1004", "It cannot wait until tomorrow.")
    for moment in ("09:42", "10:02", "10:09"):
        await house.at(moment)
        assert direct(house, house.ana) == []
    await house.at("10:11")
    (told,) = direct(house, house.ana)
    assert "Claimed, not answered for 31 min of working time" in words(told.blocks)
    await house.at("10:42")
    assert await holder(house) is None


async def test_a_reminder_follows_what_happens_after_a_snooze_that_ended_early(build: OpenHouse):
    house = await build(data=scenario("1004"), toml=TOML + QUICK)
    await house.ana.types("/claim 1004")
    await house.at("09:31")
    await snoozes_until_tomorrow(house, direct(house, house.ana)[0])
    await house.at("09:40")
    house.intercom.customer_writes("1004", "It cannot wait until tomorrow.")
    await house.at("09:45")
    house.intercom.admin_replies("1004", house.ana.admin, "Under Import.")
    for moment in ("09:47", "09:49"):
        await house.at(moment)
    (told,) = direct(house, house.ana)
    assert ":white_check_mark: *Answered*" in words(told.blocks)


async def test_with_expire_off_nothing_ever_happens(build: OpenHouse):
    house = await build(data=scenario("1004"), toml=TOML + "[claims]\nexpire = false\n")
    await house.ana.types("/claim 1004")
    await house.at("17:00")
    assert direct(house, house.ana) == []
    assert await holder(house) == house.ana.admin


async def test_who_holds_the_limit_is_told_so_and_next_and_all_stop_there(build: OpenHouse):
    house = await build(toml=TOML + "[claims]\nat_most = 2\n", linked=("ana", "ben", "lea"))
    # One that she answered yesterday is hers already.
    await house.ana.types("/claim next")
    assert "*Yours now*" in house.ana.heard
    for line in ("/claim next", "/claim 1004"):
        await house.ana.types(line)
        assert "*You hold 2 conversations that wait, which is the limit.*" in house.ana.heard
    await house.ana.types("/claim 1001")
    assert "*Already yours*" in house.ana.heard
    await house.ben.types("/claim Northwind Marine")
    assert "You have claimed 1 conversation" in house.ben.heard or "already taken" in house.ben.heard
    await house.ben.types("/claim 1002")
    await house.at("09:10")
    await house.ben.presses(house.alert("1002"), "assign")
    await house.ben.submits({"colleague": option(house.ben.view, "colleague", house.ana.admin)})
    assert "Ana Ruiz holds 2 conversations" in house.ben.view.errors["colleague"]
    await house.lea.presses(house.alert("1002"), "assign")
    await house.lea.submits({"colleague": option(house.lea.view, "colleague", house.ana.admin)})
    assert await holder(house, "1002") == house.ana.admin, "a lead decides"


async def test_next_passes_over_what_belongs_to_another_team_and_prefers_the_account_at_risk(
    build: OpenHouse,
):
    office = scenario("1001", "1002", "1004")
    office["teams"].append({"id": "78", "name": "Billing", "admin_ids": ["8802"]})
    office["teams"][0]["admin_ids"] = ["8801", "8803"]
    for each in office["conversations"]:
        if each["id"] == "1001":
            each["team_id"] = "78"
    house = await build(data=office)
    await house.ana.types("/inbox")
    assert "2 unclaimed" in house.ana.heard
    await house.ana.types("/claim next")
    assert "Omar Haddad" in house.ana.heard
    await house.ben.types("/claim next")
    assert "Dana Reyes" in house.ben.heard
    await house.ana.types("/claim 1001")
    assert "*Ben Okoro was first*" in house.ana.heard


async def test_who_is_away_is_offered_nothing(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "cem"))
    house.intercom.admin_away(house.cem.admin, away=True)
    await house.later(seconds=61)
    await house.cem.types("/claim next")
    assert "you are away in Intercom" in house.cem.heard
    assert await holder(house, "1001") is None
    await house.cem.types("/claim 1001")
    assert await holder(house, "1001") == house.cem.admin, "what one names one may take"


async def test_what_is_handed_over_comes_with_a_line_to_the_colleague_and_a_note(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "assign")
    await house.ana.submits(
        {
            "colleague": option(house.ana.view, "colleague", house.ben.admin),
            "context": {"type": "plain_text_input", "value": "Okta <!channel> is down & she knows."},
        }
    )
    await house.settle()
    assert await holder(house, "1001") == house.ben.admin
    (told,) = direct(house, house.ben)
    assert "*Ana Ruiz hands this to you*" in words(told.blocks)
    assert "Okta <!channel> is down & she knows." in words(told.blocks[1:2])
    assert told.blocks[1]["type"] == "rich_text", "where nothing rings anybody"
    note = house.parts("1001")[-1]
    assert note["part_type"] == "note"
    assert "Handed over to Ben Okoro: Okta &lt;!channel&gt; is down &amp; she knows." in note["body"]
    assert house.sent() == []
    assert direct(house, house.ana) == [], "who acts is not told"


async def test_a_line_for_a_colleague_that_waits_for_intercom_is_told_to_nobody(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    house.fault("intercom", "POST /conversations/1001/reply", "rate_limit", seconds=1, times=3)
    await house.ana.presses(house.alert("1001"), "assign")
    context = {"type": "plain_text_input", "value": "Okta is down."}
    await house.ana.submits(
        {"colleague": option(house.ana.view, "colleague", house.ben.admin), "context": context}
    )
    await house.until(lambda: "Okta is down." in str(house.parts("1001")))
    await house.settle()
    said = [message for each in ("alerts", "accounts") for message in house.posts(each)]
    assert "yet*" not in str([each.blocks for each in said]), "it would stand there for ever"
    assert direct(house, house.ana) == []


async def test_a_takeover_needs_a_reason_and_tells_who_had_it(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "ben", "cem"))
    await house.ana.types("/claim 1001")
    await house.ben.types("/claim 1001")
    await house.ben.presses(house.ben.last, "take_over")
    await house.ben.submits({"reason": {"type": "plain_text_input", "value": "  "}})
    assert "needs a reason" in house.ben.view.errors["reason"]
    assert await holder(house, "1001") == house.ana.admin
    await house.ben.submits({"reason": {"type": "plain_text_input", "value": "Ana is at the dentist."}})
    assert "Yours now." in words(house.ben.view.blocks)
    await house.settle()
    assert await holder(house, "1001") == house.ben.admin
    assert house.intercom.conversation("1001")["admin_assignee_id"] == int(house.ben.admin)
    (told,) = direct(house, house.ana)
    assert "*Ben Okoro took this over from you*" in words(told.blocks)
    assert "Ana is at the dentist." in words(told.blocks)
    entries = [each for each in await house.read(audit.latest) if each.action == "take_over"]
    assert [each.detail for each in entries] == [f"from {house.ana.admin}: Ana is at the dentist."]


async def test_a_takeover_from_somebody_who_no_longer_has_it_takes_nothing(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "ben", "cem"))
    await house.ana.types("/claim 1001")
    await house.ben.types("/claim 1001")
    await house.ben.presses(house.ben.last, "take_over")
    await house.ana.presses(house.ana.last, "release")
    await house.cem.types("/claim 1001")
    await house.ben.submits({"reason": {"type": "plain_text_input", "value": "She is away."}})
    assert "*Cem Aydin was first*" in words(house.ben.view.blocks)
    await house.settle()
    assert await holder(house, "1001") == house.cem.admin


async def test_who_is_not_in_slack_is_marked_and_finds_a_note_in_intercom(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "ben"))
    await house.ana.types("/claim 1001")
    await house.ana.presses(house.ana.last, "assign")
    offered = words(house.ana.view.blocks)
    assert "Cem Aydin (not in Slack)" in offered
    assert "Ben Okoro\n" in offered
    assert "Who is not in Slack finds it in Intercom, assigned to them and with a note." in offered
    await house.ana.submits({"colleague": option(house.ana.view, "colleague", house.cem.admin)})
    await house.settle()
    assert await holder(house, "1001") == house.cem.admin
    (note,) = [each for each in house.parts("1001") if each["part_type"] == "note"]
    assert "Handed over to Cem Aydin." in note["body"]
    assert direct(house, house.cem) == []
    await house.ben.types("/claim 1001")
    await house.ben.presses(house.ben.last, "take_over")
    assert (
        "Cem Aydin has it, and is not in Slack. A note in Intercom says that you took it over, and why."
        in words(house.ben.view.blocks)
    )
    await house.ben.submits({"reason": {"type": "plain_text_input", "value": "Cem is ill."}})
    assert words(house.ben.view.blocks) == (
        "Yours now. Your colleague is not in Slack: a note in Intercom says why."
    )
    await house.settle()
    assert "Taken over from Cem Aydin: Cem is ill." in str(house.parts("1001"))


async def test_whom_slack_reaches_needs_no_note_without_a_line(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.types("/claim 1001")
    await house.ana.presses(house.ana.last, "assign")
    await house.ana.submits({"colleague": option(house.ana.view, "colleague", house.ben.admin)})
    await house.settle()
    assert "note" not in [each["part_type"] for each in house.parts("1001")]
    await house.ana.types("/claim 1001")
    await house.ana.presses(house.ana.last, "take_over")
    assert "They are told that you took it over, and why." in words(house.ana.view.blocks)
    await house.ana.submits({"reason": {"type": "plain_text_input", "value": "Ben is ill."}})
    assert words(house.ana.view.blocks) == "Yours now. Your colleague is told why."


async def test_where_intercom_has_no_other_teammate_the_window_says_so(build: OpenHouse):
    data = scenario("1001")
    data["admins"] = [each for each in data["admins"] if each["id"] == "8801"]
    data["teams"][0]["admin_ids"] = ["8801"]
    for each in data["companies"]:
        each["custom_attributes"].pop("owner", None)
    house = await build(data=data, linked=("ana",))
    await house.ana.types("/claim 1001")
    await house.ana.presses(house.ana.last, "assign")
    said = words(house.ana.view.blocks)
    assert "There is nobody to hand it to: Intercom has no other teammate." in said
    assert "told in Slack" not in said
