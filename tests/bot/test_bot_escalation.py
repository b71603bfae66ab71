"""After the deadline: who is called, step by step, where alerts stand, and when they keep silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from escalating import URGENT, calls, crowd, direct, named, speaking_until, told_to
from harness import House, OpenHouse, link
from in_a_channel import kept, says
from on_the_screen import key_of, verbs, words
from small_office import CHANNELS, TOML, scenario

from bot.store import crossings
from sandbox.slack.model import Message, UserGroup

pytestmark = pytest.mark.thorough


async def outcomes(house: House, conversation_id: str = "1001") -> list[tuple[str, str]]:
    rows = await house.read(crossings.crossings_of, conversation_id)
    return [(row.threshold, row.outcome) for row in rows]


async def test_a_chain_goes_to_its_end_each_call_once_and_all_of_them_say_how_it_ended(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    for moment in ("09:05", "09:20", "09:29:59"):
        await house.at(moment)
    assert calls(house) == []
    for moment in ("09:30", "09:31", "09:50", "10:05", "10:20", "10:40", "11:30"):
        await house.at(moment)
    made = calls(house)
    lea, cem = direct(house, "U0LEA"), direct(house, "U0CEM")
    assert [message.channel for message in made[:2]] == [lea, lea]
    assert {message.channel for message in made[2:]} == {CHANNELS["lobby"], cem}
    assert len(made) == 4
    assert "*First reply is 10 min late*" in words(made[0].blocks)
    assert "Step 1 of 2 of the escalation “urgent”, for the 1st time of 2." in words(made[0].blocks)
    assert verbs(made[0].blocks)[:2] == ["claim", "answer"]
    await house.ana.answers("1001", "Sorry for the wait.")
    await house.settle()
    assert all("Answered by Ana Ruiz" in words(message.blocks) for message in calls(house))
    assert all(verbs(message.blocks) == [] for message in calls(house))
    assert await outcomes(house) == [
        ("warning 900", "told"),
        ("deadline", "told"),
        ("step 1.1", "told"),
        ("step 1.2", "told"),
        ("step 2.1", "told"),
    ]


async def test_what_the_team_says_under_a_call_stands_in_the_accounts_timeline(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    for moment in ("09:05", "09:20", "10:20"):
        await house.at(moment)
    (call,) = [each for each in calls(house) if each.channel == CHANNELS["lobby"]]
    await says(house, "U0BEN", "I ring them now", thread=call.ts, channel=CHANNELS["lobby"])
    assert [(each.text, each.internal) for each in await kept(house)] == [("I ring them now", True)]


@pytest.mark.parametrize(
    ("act", "outcome"), [("claim", "claimed"), ("snooze30", "snoozed"), ("answer", None)]
)
async def test_a_claim_a_snooze_or_an_answer_ends_it(build: OpenHouse, act: str, outcome: str | None):
    house = await build(data=scenario("1001"), toml=URGENT)
    for moment in ("09:05", "09:20", "09:25"):
        await house.at(moment)
    if act == "answer":
        await house.ana.answers("1001", "Here we are.")
    else:
        await house.ana.presses(house.alert("1001"), act)
    await house.settle()
    for moment in ("09:30", "09:50"):
        await house.at(moment)
    assert calls(house) == []
    told = dict(await outcomes(house))
    assert told.get("step 1.1") == outcome


async def test_what_is_released_again_goes_on_where_the_chain_stands_by_then(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    for moment in ("09:05", "09:20", "09:25"):
        await house.at(moment)
    await house.ana.presses(house.alert("1001"), "claim")
    await house.at("09:31")
    await house.ana.presses(house.alert("1001"), "release")
    await house.at("09:50")
    assert [message.channel for message in calls(house)] == [direct(house, "U0LEA")]
    assert dict(await outcomes(house))["step 1.1"] == "claimed"


async def test_a_bot_that_was_down_calls_the_nearest_and_writes_the_others_down(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    await house.at("09:05")
    await house.stop_bot()
    house.tick(50 * 60)
    await house.start_bot()
    await house.settle()
    assert len(calls(house)) == 1
    told = await outcomes(house)
    assert told == [
        ("warning 900", "told"),
        ("deadline", "told"),
        ("step 1.1", "passed over"),
        ("step 1.2", "told"),
    ]
    await house.restart()
    await house.settle()
    assert len(calls(house)) == 1
    assert await outcomes(house) == told


async def test_a_deadline_that_moves_and_is_past_all_the_same_repeats_no_step(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    for moment in ("09:05", "09:20", "09:31"):
        await house.at(moment)
    (call,) = calls(house)
    house.edits(URGENT.replace('first_response = "30m"', 'first_response = "25m"'))
    await house.at("09:33")
    assert "First reply is 18 min late" in words(house.alert("1001").blocks)
    await house.at("09:34")
    assert calls(house) == [call]
    # One that lies ahead again is another promise to break.
    house.edits(URGENT.replace('first_response = "30m"', 'first_response = "1h"'))
    for moment in ("09:36", "09:50", "09:59"):
        await house.at(moment)
    assert calls(house) == [call]
    await house.at("10:00")
    assert len(calls(house)) == 2
    assert len(house.posts("alerts", "post:ring:")) == 2


async def test_a_group_is_called_in_the_thread_of_the_alert(build: OpenHouse):
    toml = URGENT.replace('tell = ["leads"], times = 2, every = "20m"', 'tell = ["@oncall"]')
    groups = (UserGroup("S0ONCALL1", "oncall", "On call", ("U0BEN",)),)
    house = await build(data=scenario("1001"), toml=toml, groups=groups)
    for moment in ("09:05", "09:20", "09:30"):
        await house.at(moment)
    (call,) = calls(house)
    assert call.thread_ts == house.alert("1001").ts
    assert "<!subteam^S0ONCALL1>" in words(call.blocks)


ASSIGNED = told_to('["assignee"]')


@pytest.mark.parametrize(
    ("toml", "holder", "away", "called"),
    [
        (ASSIGNED, "ben", False, "U0BEN"),
        (ASSIGNED, "ben", True, "U0LEA"),
        (ASSIGNED, "cem", False, "U0LEA"),
        (URGENT, "cem", False, "U0LEA"),
    ],
    ids=[
        "an assignee who has it",
        "an assignee who is away",
        "an assignee who is not linked",
        "a claim by whom no call reaches ends nothing",
    ],
)
async def test_a_step_goes_to_whoever_a_call_reaches(
    build: OpenHouse, toml: str, holder: str, away: bool, called: str
):
    house = await build(data=scenario("1001"), toml=toml)
    seat = getattr(house, holder).admin
    house.intercom.admin_assigns("1001", seat, seat)
    house.intercom.admin_away(seat, away)
    for moment in ("09:05", "09:20", "09:30"):
        await house.at(moment)
    assert [message.channel for message in calls(house)] == [direct(house, called)]


ROUTED = (
    TOML
    + """
[[routes]]
name = "trials"
match = { plan = ["Trial"] }
channel = "#lobby"
"""
)


async def test_a_route_decides_the_channel_and_why_says_so(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"), toml=ROUTED)
    await house.at("11:45")
    assert [key_of(each).split(":")[2] for each in house.posts("alerts", "post:alert:")] == ["1001"]
    routed = house.post(CHANNELS["lobby"], "post:alert:1004:")
    await house.ana.presses(routed, "why")
    assert f"<#{CHANNELS['lobby']}>: route “trials”: plan is Trial" in words(house.ana.view.blocks)
    await house.ana.presses(house.alert("1001"), "why")
    assert "no route matches it" in words(house.ana.view.blocks)


QUIET = (
    TOML.replace("[[policies]]", "[calendars.round]\nalways = true\n\n[[policies]]", 1)
    .replace('warn = ["15m"]\ncalendar = "berlin"', 'warn = ["15m"]\ncalendar = "round"')
    .replace("burst = 0", 'hours = "berlin"')
)


async def test_quiet_hours_delay_the_message_and_not_the_record(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=QUIET)
    await house.at("09:05")
    await house.ana.answers("1001", "Is it better now?")
    await house.settle()
    await house.at("19:00")
    house.intercom.customer_writes("1001", "No, it is not.")
    for moment in ("19:46", "20:05", "23:00"):
        await house.at(moment)
    assert len(house.alerts("1001")) == 1, "nothing was said at night"
    written = [row for row in await outcomes(house) if row[1] == crossings.QUIET]
    assert written == [("warning 900", crossings.QUIET), ("deadline", crossings.QUIET)]
    morning = house.clock.now() + timedelta(hours=9)
    await house.at(morning - timedelta(seconds=1))
    assert len(house.alerts("1001")) == 1
    await house.at(morning)
    late = house.alerts("1001")[-1]
    assert "*Next reply is 12 h late*" in words(late.blocks)
    assert house.posts("alerts", "post:ring:") == []


async def test_what_was_answered_in_quiet_hours_is_never_told(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=QUIET)
    await house.at("09:05")
    await house.ana.answers("1001", "Is it better now?")
    await house.at("19:00")
    house.intercom.customer_writes("1001", "No.")
    await house.at("20:30")
    house.intercom.admin_replies("1001", house.ben.admin, "I am looking.")
    await house.at("21:00")
    await house.at(house.clock.now() + timedelta(hours=12))
    assert len(house.alerts("1001")) == 1


async def test_a_deadline_outside_the_hours_of_alerts_calls_when_they_begin(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=speaking_until("09:10"))
    await house.at("09:05")
    for moment in ("09:20", "09:21", "12:00", "23:00"):
        await house.at(moment)
    assert "First reply is" in words(house.alert("1001").blocks), "the message tells how things are"
    assert house.posts("alerts", "post:ring:") == []
    assert dict(await outcomes(house))["deadline"] == crossings.QUIET
    morning = house.clock.now() + timedelta(hours=9)
    await house.at(morning - timedelta(seconds=1))
    assert house.posts("alerts", "post:ring:") == []
    await house.at(morning)
    assert "<@U0LEA>" in words(house.post("alerts", "post:ring:").blocks)
    await house.at(morning + timedelta(hours=1))
    assert len(house.posts("alerts", "post:ring:")) == 1


async def test_a_step_that_a_stop_made_late_waits_for_the_hours_of_alerts(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=speaking_until("09:35", URGENT))
    for moment in ("09:05", "09:20", "09:25"):
        await house.at(moment)
    await house.stop_bot()
    house.tick(15 * 60)
    await house.start_bot()
    await house.settle()
    await house.at("23:00")
    assert calls(house) == []
    await house.at(house.clock.now() + timedelta(hours=9))
    assert calls(house), "at the opening"


def bursts(house: House) -> list[Message]:
    return house.posts("alerts", "post:burst:")


async def test_more_at_once_than_people_read_is_one_message_with_a_line_for_each(build: OpenHouse):
    house = await build(data=crowd(9), toml=TOML.replace("burst = 0", "burst = 4"))
    await house.at("09:05")
    assert house.posts("alerts", "post:alert:") == []
    (burst,) = bursts(house)
    assert "*9 promises in danger at once* · 9 due soon · 9 unclaimed" in words(burst.blocks)
    assert verbs(burst.blocks)[-1] == "claim_next"
    await house.ana.presses(burst, "claim_next")
    await house.settle()
    (burst,) = bursts(house)
    assert "8 unclaimed" in words(burst.blocks)
    assert "claimed by Ana Ruiz" in words(burst.blocks)
    mine = next(row["id"] for row in house.intercom.conversations() if row.get("admin_assignee_id"))
    await house.ana.answers(str(mine), "On it.")
    await house.settle()
    (burst,) = bursts(house)
    assert "*8 promises in danger at once*" in words(burst.blocks)
    assert "Answered by Ana Ruiz" in words(burst.blocks)
    await house.at("09:21")
    assert house.posts("alerts", "post:alert:") == [], "never singly as well"
    assert "8 late" in words(bursts(house)[0].blocks)


async def test_as_many_as_are_allowed_stand_singly(build: OpenHouse):
    house = await build(data=crowd(4), toml=TOML.replace("burst = 0", "burst = 4"))
    await house.at("09:05")
    assert len(house.posts("alerts", "post:alert:")) == 4
    assert bursts(house) == []


async def test_a_lead_who_claims_is_not_called_for_what_they_did(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    await link(house.lea)
    for moment in ("09:05", "09:20"):
        await house.at(moment)
    before = [message.ts for message in house.posts("alerts")]
    await house.lea.presses(house.alert("1001"), "claim")
    for moment in ("09:30", "09:50", "10:30"):
        await house.at(moment)
    assert calls(house) == []
    assert [message.ts for message in house.posts("alerts")] == before


async def test_a_very_large_burst_is_several_messages_that_show_everything(build: OpenHouse):
    house = await build(data=crowd(80), toml=TOML.replace("burst = 0", "burst = 5"), linked=())
    await house.at("09:05")
    shown = [words(each.blocks) for each in bursts(house)]
    counts = [int(each.split(" promises in danger at once")[0].rpartition("*")[2]) for each in shown]
    assert max(counts) == 36
    alone = house.posts("alerts", "post:alert:")
    assert sum(counts) + len(alone) == 80
    assert all("more: `/inbox`" not in each for each in shown)
    # What is answered is drawn in the one it stands in.
    house.intercom.admin_replies("2040", "8801", "Mended.")
    await house.at("09:08")
    assert sum("1 settled" in words(each.blocks) for each in bursts(house)) == 1


async def test_every_promise_of_a_monday_is_named(build: OpenHouse):
    house = await build(data=crowd(34), toml=TOML.replace("burst = 0", "burst = 5"), linked=())
    everybody = {f"{2000 + n}" for n in range(34)}
    await house.at("09:05")
    (burst,) = bursts(house)
    assert "*34 promises in danger at once*" in words(burst.blocks)
    assert named(burst) == everybody
    for conversation in everybody:
        house.intercom.admin_replies(conversation, "8801", "Mended.")
    await house.at("09:08")
    (burst,) = bursts(house)
    assert "*All 34 alerts of this minute are settled*" in words(burst.blocks)
    assert named(burst) == everybody


async def test_what_is_settled_beside_the_rest_is_named_or_counted(build: OpenHouse):
    house = await build(data=crowd(34), toml=TOML.replace("burst = 0", "burst = 5"), linked=())
    await house.at("09:05")
    for number in range(12):
        house.intercom.admin_replies(f"{2000 + number}", "8801", "Mended.")
    await house.at("09:08")
    (burst,) = bursts(house)
    assert {f"{2012 + n}" for n in range(22)} < named(burst)
    assert len(named(burst)) == 30
    assert "and 4 more settled" in words(burst.blocks)
