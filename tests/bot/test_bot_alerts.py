"""Alerts: at the right minute, one message an episode, edited through its life, one ring when it is late."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from harness import House, OpenHouse, link
from on_the_screen import key_of, verbs, words
from small_office import CHANNELS, TOML, scenario

from sandbox.slack.model import Message


def shown(house: House, conversation_id: str = "1001") -> str:
    return words(house.alert(conversation_id).blocks)


def rings(house: House) -> list[Message]:
    return house.posts("alerts", "post:ring:")


async def test_the_warning_comes_at_its_minute_and_turns_into_the_alert_at_its_deadline(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:04:59")
    assert house.posts("alerts") == []
    await house.at("09:05")
    warning = house.alert("1001")
    assert warning.text == "Northwind Marine: first reply due in 15 min, nobody has claimed it."
    first = warning.ts
    await house.at("09:19:59")
    assert "First reply due" in shown(house)
    assert rings(house) == []
    await house.at("09:20:01")
    assert ":rotating_light: *First reply is late*" in shown(house)
    assert house.alert("1001").ts == first
    (ring,) = rings(house)
    assert ring.thread_ts == first
    assert "<@U0LEA>" in words(ring.blocks)
    assert "Nobody has claimed it" in words(ring.blocks)


async def test_who_holds_a_late_conversation_is_called_and_nobody_else(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "claim")
    await house.at("09:20")
    await house.at("09:21")
    (ring,) = rings(house)
    assert "<@U0ANA>" in words(ring.blocks)
    assert "<@U0LEA>" not in words(ring.blocks)


async def test_a_lead_is_called_where_the_holder_is_away(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await link(house.lea)
    house.intercom.admin_assigns("1001", house.ben.admin, house.ben.admin)
    house.intercom.admin_away(house.ben.admin, True)
    await house.at("09:05")
    assert "claimed by Ben Okoro, who is away" in shown(house)
    assert "<@U0BEN>" not in shown(house), "the warning calls nobody who is not there"
    await house.at("09:21")
    (ring,) = rings(house)
    assert words(ring.blocks) == (
        "<@U0LEA> First reply is 1 min late for Northwind Marine. Claimed by Ben Okoro, who is away."
    )
    assert "claimed by Ben Okoro, who is away · told Lea Brandt" in shown(house)


async def test_a_lead_is_called_where_the_holder_is_not_known_in_slack(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await link(house.lea)
    house.intercom.admin_assigns("1001", house.cem.admin, house.cem.admin)
    await house.at("09:05")
    await house.at("09:21")
    (ring,) = rings(house)
    assert words(ring.blocks) == (
        "<@U0LEA> First reply is 1 min late for Northwind Marine. Claimed by Cem Aydin."
    )
    assert "claimed by Cem Aydin · told Lea Brandt" in shown(house)


async def test_no_lead_is_said_to_be_told_when_whoever_was_called_goes_away(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await link(house.lea)
    house.intercom.admin_assigns("1001", house.ben.admin, house.ben.admin)
    await house.at("09:05")
    await house.at("09:21")
    (ring,) = rings(house)
    assert words(ring.blocks) == "<@U0BEN> First reply is 1 min late for Northwind Marine. It is yours."
    house.intercom.admin_away(house.ben.admin, True)
    await house.at("09:40")
    assert "claimed by Ben Okoro, who is away" in shown(house)
    assert "told" not in shown(house)
    assert rings(house) == [ring]


async def test_a_whole_day_makes_one_message_and_one_ring(build: OpenHouse):
    house = await build(data=scenario("1001"))
    for hour in range(9, 18):
        for minute in (5, 20, 35, 50):
            await house.at(f"{hour:02}:{minute:02}")
            if (hour, minute) == (10, 5):
                house.intercom.customer_writes("1001", "Is anybody there?")
    assert len(house.alerts("1001")) == 1
    assert len(rings(house)) == 1
    assert "*First reply is 8 h late*" in shown(house)
    await house.ana.answers("1001", "Sorry for the wait.")
    await house.settle()
    assert "Answered by Ana Ruiz" in shown(house)
    assert verbs(house.alert("1001").blocks) == []


async def test_what_the_customer_writes_after_an_answer_is_a_promise_and_a_message_of_its_own(
    build: OpenHouse,
):
    house = await build(data=scenario("1001"))
    house.webhooks_on()
    await house.at("09:05")
    await house.ana.answers("1001", "Try again, please.")
    await house.at("09:10")
    house.intercom.customer_writes("1001", "No.")
    await house.at("09:54")
    assert len(house.alerts("1001")) == 1
    await house.at("09:55")
    answered, second = house.alerts("1001")
    assert "Answered by Ana Ruiz" in words(answered.blocks)
    assert "Next reply due in 15 min" in words(second.blocks)
    assert "<@U0ANA>" in words(second.blocks), "who holds it is called"


async def test_a_bot_that_was_down_over_warning_and_deadline_posts_one_message(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await link(house.lea)
    await house.stop_bot()
    house.tick(45 * 60)
    await house.start_bot()
    await house.settle()
    assert ":rotating_light: *First reply is 25 min late*" in shown(house)
    # Nobody is said to have been told who was not.
    assert ("told Lea Brandt" in shown(house)) == bool(rings(house))
    await house.later(minutes=30)
    assert len(house.alerts("1001")) == 1
    assert ("told Lea Brandt" in shown(house)) == bool(rings(house))


async def test_what_was_answered_in_intercom_before_the_warning_rings_nobody(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:04")
    house.intercom.admin_replies("1001", house.ben.admin, "Looking.")
    for moment in ("09:05", "09:20", "09:40"):
        await house.at(moment)
    assert house.posts("alerts") == []


async def test_what_was_answered_while_slack_took_nothing_is_not_posted_any_more(build: OpenHouse):
    house = await build(data=scenario("1001"))
    limit = house.fault("slack", "chat.postMessage", "rate_limit", seconds=1, times=1)
    await house.at("09:05")
    assert limit.hits == 1
    house.intercom.admin_replies("1001", house.ben.admin, "Looking.")
    await house.later(seconds=61)
    await house.rest(1.2)
    assert house.posts("alerts") == []


async def test_a_message_that_waited_is_posted_with_what_is_true_by_then(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.fault("slack", "chat.postMessage", "rate_limit", seconds=1)
    posted: list[str] = []
    house.slack.on_change(lambda kind, detail: posted.append(kind))
    await house.at("09:05")
    await house.at("09:17")
    await house.until(lambda: house.alerts("1001"))
    assert "First reply due in 3 min" in shown(house)
    assert posted.count("message_changed") == 0


async def test_a_deadline_that_moves_takes_its_message_along(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    first = house.alert("1001").ts
    await house.at("09:10")
    house.intercom.snoozes("1001", house.ben.admin, house.clock.now() + timedelta(hours=1))
    await house.at("09:12")
    await house.at("09:21")
    assert rings(house) == []
    await house.at("10:10")
    await house.at("10:12")
    assert "by <!date^" in shown(house)
    assert rings(house) == []
    await house.at("10:19")
    assert rings(house) == []
    await house.at("10:21")
    assert "1 min late" in shown(house)
    assert house.alert("1001").ts == first
    assert len(rings(house)) == 1


async def test_a_card_set_aside_is_quiet_until_it_wakes_and_then_calls_whom_it_must(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "snooze30")
    await house.settle()
    assert "*Snoozed until 09:35* by Ana Ruiz, reply due <!date^" in shown(house)
    await house.at("09:21")
    assert "Snoozed until 09:35" in shown(house)
    assert rings(house) == []
    await house.at("09:36")
    assert "First reply is 16 min late" in shown(house)
    assert len(rings(house)) == 1
    assert len(house.alerts("1001")) == 1


async def test_a_new_start_repeats_nothing(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    for moment in ("09:10", "09:20", "09:26"):
        await house.at(moment)
    before = [(each.ts, each.text) for each in house.slack.messages(CHANNELS["alerts"])]
    assert len(rings(house)) == 2
    await house.restart()
    await house.settle()
    assert [(each.ts, each.text) for each in house.slack.messages(CHANNELS["alerts"])] == before


async def test_a_card_that_somebody_deleted_is_not_posted_again_and_the_bot_says_so(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    house.slack.remove(house.alert("1001"))
    await house.at("09:20")
    await house.at("09:30")
    assert house.alerts("1001") == []
    await house.ana.types("/watchbell status")
    assert "could not be delivered" in house.ana.heard


async def test_several_promises_have_a_message_each(house: House):
    await house.at("12:15")
    keys = [key_of(each) for each in house.posts("alerts", "post:alert:")]
    assert len(keys) == len(set(keys))
    assert {key.split(":")[2] for key in keys} == {"1001", "1002", "1004", "1008"}


@pytest.mark.parametrize(
    ("zone", "when", "policy"),
    [
        ("America/Los_Angeles", "2026-11-26T15:30", "Trial"),
        ("America/Los_Angeles", "2026-11-26T16:30", "Trial"),
        ("America/Los_Angeles", "2026-11-27T00:30", "Default"),
        ("Australia/Sydney", "2026-11-26T23:30", "Trial"),
        ("Australia/Sydney", "2026-11-27T08:30", "Default"),
    ],
)
async def test_the_day_on_which_a_trial_ends_is_the_teams_own(
    build: OpenHouse, zone: str, when: str, policy: str
):
    toml = TOML.replace('timezone = "Europe/Berlin"', f'timezone = "{zone}"').replace(
        '[[policies]]\nname = "enterprise"',
        '[[policies]]\nname = "trial"\nmatch = { trial_ends_within = "3d" }\nfirst_response = "30m"\n'
        'calendar = "berlin"\n\n[[policies]]\nname = "enterprise"',
    )
    start = datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(zone))
    house = await build(data=scenario("1004"), start=start, toml=toml)
    await house.ana.presses(house.alert("1004"), "why")
    assert f"Promise “{policy}”" in words(house.ana.view.blocks)


async def test_without_a_warning_the_deadline_itself_calls(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML.replace('warn = ["15m"]\n', ""))
    await house.at("09:19:59")
    assert house.posts("alerts") == []
    # No clock wakes the bot in the very instant.
    house.tick(1.4)
    await house.settle()
    assert "First reply is late" in shown(house)
    (ring,) = rings(house)
    assert "<@U0LEA>" in words(ring.blocks)
    await house.at("09:30")
    assert rings(house) == [ring]


async def test_a_promise_that_gets_shorter_and_is_late_by_that_calls(build: OpenHouse):
    toml = TOML.replace(
        '[[policies]]\nname = "enterprise"',
        '[[policies]]\nname = "urgent"\nmatch = { priority = ["urgent", "high"] }\nfirst_response = "30m"\n'
        'warn = ["15m"]\ncalendar = "berlin"\n\n[[policies]]\nname = "enterprise"',
    ).replace('first_response = "30m"\nnext_response', 'first_response = "1h"\nnext_response')
    house = await build(data=scenario("1001"), toml=toml)
    await house.at("09:35")
    assert "First reply due in 15 min" in shown(house)
    house.intercom.prioritises("1001", house.ben.admin)
    await house.at("09:36")
    assert "First reply is 16 min late" in shown(house)
    assert len(rings(house)) == 1
    await house.at("09:51")
    assert len(rings(house)) == 1


TWO_WARNINGS = TOML.replace('warn = ["15m"]', 'warn = ["20m", "10m"]')


async def test_a_second_warning_calls_the_leads_or_whoever_holds_it_once(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=TWO_WARNINGS)
    await house.at("09:05")
    await house.ben.presses(house.alert("1002"), "claim")
    for moment in ("09:08", "09:09:59"):
        await house.at(moment)
    assert house.posts("alerts", "post:ring:") == [], "the first warning is the alert itself"
    for moment in ("09:10", "09:12", "09:15", "09:18"):
        await house.at(moment)
    first, second = house.posts("alerts", "post:ring:")
    assert first.thread_ts == house.alert("1001").ts
    assert words(first.blocks).startswith("<@U0LEA> First reply due in 10 min for Northwind Marine. Nobody")
    assert second.thread_ts == house.alert("1002").ts
    assert words(second.blocks).startswith("<@U0BEN> First reply due in 10 min")
    await house.at("09:20")
    assert "late" in words(house.posts("alerts", "post:ring:")[-1].blocks)
    assert len(house.posts("alerts", "post:ring:")) == 3
