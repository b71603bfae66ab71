"""On Slack's bad days each alert stands in the channel exactly once."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from harness import QUICK, House, OpenHouse
from on_the_screen import key_of, verbs, words
from small_office import CHANNELS, scenario

from bot.errors import ConfigError
from bot.outbox import settle
from bot.slack.client import keyed
from bot.slack.errors import SlackError
from bot.store import clocks, crossings, intents, lanes
from bot.store.clocks import Alert
from bot.store.posts import get_post
from bot.watch import dead_letters
from jobs import details, judge, sweep
from sandbox.faults import Fault

pytestmark = pytest.mark.thorough

PATIENT = replace(QUICK, attempt=1.5, settle=0.35)
HANGS = 2.2
"""An attempt is short enough for a hang; a doubtful post is looked for after what is late has landed."""

POST = "chat.postMessage"
FAULTS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "too many calls": [("rate_limit", {"seconds": 1})],
    "a fault of Slack's own": [("error", {"error": "internal_error", "status": 500})],
    "a code nobody knows": [("error", {"error": "team_added_to_org"})],
    "cut before the work": [("drop_before", {})],
    "cut after the work": [("drop_after", {})],
    "cut, and done a moment later": [("late", {"seconds": 0.15})],
    "no answer in time": [("hang", {"seconds": HANGS})],
    "one after the other": [("drop_after", {}), ("drop_before", {}), ("error", {}), ("drop_after", {})],
}


def in_the_channel(house: House) -> Counter[str]:
    """How often each of our messages stands there, by its key."""
    return Counter(key_of(message) for message in house.posts("alerts"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.replace(" ", "-"))
async def test_each_alert_is_posted_exactly_once(build: OpenHouse, fault: str):
    house = await build(data=scenario("1001", "1002"), timings=PATIENT, linked=())
    for kind, more in FAULTS[fault]:
        house.fault("slack", POST, kind, **more)
    await house.at("09:12")
    await house.until(lambda: len(house.posts("alerts", "post:alert:")) == 2)
    await house.rest(0.5)
    found = in_the_channel(house)
    assert [count for key, count in found.items() if key.startswith("post:alert:")] == [1, 1], found
    # What is late goes on in the same messages.
    await house.at("09:30")
    await house.until(lambda: "late" in words(house.alert("1001").blocks))
    await house.until(lambda: "late" in words(house.alert("1002").blocks))
    assert set(in_the_channel(house).values()) == {1}


async def test_a_client_that_simply_tries_again_would_post_twice(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    house.fault("slack", POST, "drop_after")
    slack = house.bot.front.slack
    key = keyed("post:alert:1001:naive")
    with pytest.raises(SlackError) as failure:
        await slack.post(CHANNELS["alerts"], "Due", [], metadata=key)
    assert failure.value.kind == "unknown"
    await slack.post(CHANNELS["alerts"], "Due", [], metadata=key)
    assert in_the_channel(house)["post:alert:1001:naive"] == 2


async def test_while_slack_cannot_be_asked_a_doubtful_post_is_not_repeated(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT, linked=())
    house.fault("slack", POST, "drop_after")
    look = house.fault("slack", "conversations.history", "error", times=-1, error="internal_error")
    await house.at("09:05")
    await house.rest(0.9)
    assert look.hits >= 1
    assert len(house.alerts("1001")) == 1
    house.faults.clear()
    # Only a message whose place is known can be edited.
    await house.at("09:21")
    await house.until(lambda: "late" in words(house.alert("1001").blocks))


async def test_a_doubtful_post_that_nobody_may_look_for_is_told_and_holds_up_nothing(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT, linked=())
    house.fault("slack", POST, "drop_before")
    house.fault("slack", "conversations.history", "error", times=-1, error="missing_scope")
    await house.at("09:06")
    await house.until(lambda: house.faults.faults[-1].hits)
    for _ in range(4):
        house.clock.machine_ahead += timedelta(minutes=3)
        await house.settle()
    told = words(house.post("alerts", "post:dead_letters:").blocks)
    assert "whether it arrived could not be looked up: Slack answered missing_scope" in told
    assert await house.bot.store.read(intents.open_ones, house.workspace) == []
    # On a person's word it is looked for before it is posted.
    house.faults.clear()
    (lost,) = await house.bot.store.read(dead_letters.recent, house.workspace, house.bot.works.at())
    await house.bot.store.write(settle.retry, lost, house.bot.works.at(), by="U0ANA", source="test")
    await house.until(lambda: house.alerts("1001"))
    assert set(in_the_channel(house).values()) == {1}


async def test_a_token_that_is_mended_loses_nothing_and_is_told_meanwhile(build: OpenHouse):
    house = await build(data=scenario("1001"), http=True)
    house.fault("slack", "chat.*", "error", times=-1, error="token_revoked")
    for when in ("09:06", "09:15", "09:21"):
        await house.at(when)
        house.clock.machine_ahead += timedelta(minutes=2)
        await house.settle()
    await house.ana.types("/watchbell status", CHANNELS["accounts"])
    assert "Slack has taken nothing for 15 min: Slack answered token_revoked." in house.ana.heard
    async with house.client() as client:
        assert "Slack answered token_revoked" in (await client.get("/readyz")).json()["missing"]
    states = await house.read(intents.depth)
    assert "dead" not in states
    house.faults.clear()
    house.clock.machine_ahead += timedelta(minutes=2)
    await house.settle()
    assert "1 min late" in words(house.alert("1001").blocks)
    assert set(in_the_channel(house).values()) == {1}
    assert len(house.posts("alerts", "post:ring:")) == 1
    await house.ana.types("/watchbell status", CHANNELS["accounts"])
    assert "Slack has taken nothing" not in house.ana.heard


@pytest.mark.parametrize(
    "change", [{"is_archived": True}, {"is_ext_shared": True}], ids=["archived", "shared"]
)
async def test_what_a_channel_refused_comes_back_when_that_is_put_right(
    build: OpenHouse, change: dict[str, bool]
):
    house = await build(data=scenario("1001", "1002"))
    house.slack.change_channel(CHANNELS["alerts"], **change)
    await house.slack.settled()
    await house.at("09:06")
    assert house.posts("alerts") == []
    house.slack.change_channel(CHANNELS["alerts"], **dict.fromkeys(change, False))
    await house.slack.settled()
    await house.at("09:08")
    assert house.alerts("1001") == [], "whoever archives a channel is not worked against by the minute"
    for minute in range(9, 40):
        await house.at(f"09:{minute:02}")
    assert "late" in words(house.alert("1001").blocks)
    assert len(house.posts("alerts", "post:ring:1001:")) == 1
    assert set(in_the_channel(house).values()) == {1}
    await house.ana.types("/watchbell status", CHANNELS["accounts"])
    assert "could not be delivered" not in house.ana.heard


async def test_of_a_deadline_that_nobody_could_be_told_it_is_not_said_that_somebody_was(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.slack.change_channel(CHANNELS["alerts"], is_archived=True)
    await house.at("09:06")
    await house.at("09:21")
    assert "deadline" not in await crossed(house)
    house.slack.change_channel(CHANNELS["alerts"], is_archived=False)
    for minute in range(25, 60, 5):
        await house.at(f"09:{minute}")
    assert len(house.posts("alerts", "post:ring:1001:")) == 1
    assert (await crossed(house))["deadline"] == crossings.TOLD


async def crossed(house: House) -> dict[str, str]:
    """What came of each threshold of 1001."""
    return {each.threshold: each.outcome for each in await house.read(crossings.crossings_of, "1001")}


async def test_a_call_that_was_refused_is_made_when_the_channel_takes_it(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:06")
    house.slack.change_channel(CHANNELS["alerts"], is_archived=True)
    await house.at("09:21")
    house.slack.change_channel(CHANNELS["alerts"], is_archived=False)
    for minute in range(22, 32):
        await house.at(f"09:{minute}")
    assert len(house.posts("alerts", "post:ring:1001:")) == 1
    assert "late" in words(house.alert("1001").blocks)


async def test_an_edit_that_a_channel_refused_is_made_up_for(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:06")
    house.fault("slack", "chat.update", "error", error="channel_not_found", times=-1)
    await house.at("09:16")
    house.faults.clear()
    for minute in range(17, 30):
        await house.at(f"09:{minute}")
    assert "late" in words(house.alert("1001").blocks)


async def test_the_last_edit_of_an_answered_alert_is_made_up_for(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:21")
    house.slack.change_channel(CHANNELS["alerts"], is_archived=True)
    house.intercom.admin_replies("1001", house.ana.admin, "Looking.")
    await house.at("09:23")
    assert "late" in house.alert("1001").text
    for _ in range(3):
        await house.later(minutes=10)
    house.slack.change_channel(CHANNELS["alerts"], is_archived=False)
    for _ in range(6):
        await house.later(minutes=10)
    assert "Answered by Ana Ruiz" in words(house.alert("1001").blocks)
    assert verbs(house.alert("1001").blocks) == []
    await house.ana.types("/watchbell status", CHANNELS["accounts"])
    assert "could not be delivered" not in house.ana.heard


async def test_a_channel_that_stays_archived_is_not_tried_for_ever(build: OpenHouse):
    house = await build(data=scenario("1001"))
    posts = house.fault("slack", POST, "error", error="is_archived", times=-1)
    for _ in range(60):
        await house.later(minutes=20)
    tried = await house.bot.store.read(intents.by_key, f"post:{(await first_alert(house)).own_post}")
    assert tried.state == "dead"
    assert 5 < tried.attempts < 20
    before = posts.hits
    await house.later(minutes=90)
    assert posts.hits - before <= 2
    house.faults.clear()


async def first_alert(house: House) -> Alert:
    found: list[Alert] = await house.read(clocks.alerts_of, "1001")
    return found[0]


async def test_an_alert_that_somebody_deleted_stays_away(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:06")
    house.slack.remove(house.alert("1001"))
    for minute in range(7, 50, 3):
        await house.at(f"09:{minute:02}")
    assert house.alerts("1001") == []


async def test_an_anchor_that_its_channel_refused_comes_back_with_its_thread(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), settled=False, linked=())
    house.slack.change_channel(CHANNELS["accounts"], is_archived=True)
    await house.settle()
    assert house.posts("accounts") == []
    house.slack.change_channel(CHANNELS["accounts"], is_archived=False)
    for _ in range(20):
        await house.later(minutes=1)
    anchor = house.post("accounts", "post:account:c1:")
    issues = house.posts("accounts", "post:issue:c1:")
    assert issues
    assert {each.thread_ts for each in issues} == {anchor.ts}


async def test_a_post_in_the_hands_of_a_process_that_died_is_looked_for_first(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), timings=PATIENT, linked=())
    await house.stop_bot()
    house.tick(11 * 60)
    bot = await house.start_bot()
    # Judge without delivering: the intents are there, and another process takes them and dies.
    await sweep.tick(bot.works)
    await details.tick(bot.works)
    await judge.tick(bot.works)
    machine = house.clock.machine()
    taken = await bot.store.write(
        lanes.claim_due,
        house.workspace,
        machine,
        queue=CHANNELS["alerts"],
        token="dead",
        lease_until=machine + timedelta(seconds=0.2),
        limit=10,
    )
    assert len(taken) == 2
    # Of one it had posted the message before it died.
    done = taken[0]
    await bot.front.slack.post(
        CHANNELS["alerts"], done.payload["text"], done.payload["blocks"], metadata=keyed(done.key)
    )
    await house.until(lambda: len(house.posts("alerts", "post:alert:")) == 2)
    await house.rest(0.5)
    assert set(in_the_channel(house).values()) == {1}


async def test_an_older_edit_does_not_come_after_the_newer_content_of_a_post(build: OpenHouse):
    house = await build(data=scenario("1001"))
    works = house.bot.works
    house.bot.front.identity.forget(channel_id=CHANNELS["alerts"])
    asked = house.fault("slack", "conversations.info", "slow", seconds=2)
    house.fault("slack", POST, "rate_limit", seconds=3)
    house.tick(6 * 60)
    await judge.tick(works)
    await works.delivery.start()
    async with asyncio.timeout(20):
        await asked_for(asked)
    # While the post is in somebody's hands an edit is put behind it; the post is then to wait.
    await house.ana.types("/claim 1001")
    await judge.tick(works)
    await works.delivery.finish()
    house.tick(9 * 60)
    await judge.tick(works)
    # Nothing is judged meanwhile, which would draw it once more.
    for _ in range(20):
        house.clock.machine_ahead += timedelta(seconds=60)
        await works.delivery.drain()
    assert "due in 5 min" in words(house.alert("1001").blocks)
    post = await house.read(get_post, (await first_alert(house)).own_post)
    assert post.shown == post.wanted


async def asked_for(fault: Fault) -> None:
    """Somebody has met with it."""
    while not fault.hits:  # noqa: ASYNC110 - the sandbox only counts
        await asyncio.sleep(0.02)


async def test_a_question_about_the_channel_that_is_not_answered_is_no_doubtful_post(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=replace(QUICK, settle=60.0))
    house.bot.front.identity.forget(channel_id=CHANNELS["alerts"])
    asked = house.fault("slack", "conversations.info", "error", status=500)
    await house.at("09:06")
    await house.until(lambda: house.alerts("1001"))
    assert asked.hits == 1
    post = await house.read(intents.about, (await first_alert(house)).own_post, kinds=("slack.post",))
    assert [each.looks for each in post] == [0]


async def test_an_edit_that_fails_is_made_up_for_by_what_is_true_then(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT, linked=())
    await house.at("09:05")
    for kind in ("error", "drop_before", "drop_after", "hang"):
        house.fault("slack", "chat.update", kind, seconds=HANGS)
    await house.at("09:16")
    await house.at("09:21")
    await house.until(lambda: "1 min late" in words(house.alert("1001").blocks))
    assert len(house.alerts("1001")) == 1


async def test_a_channel_that_was_archived_holds_up_nothing_else_and_is_told(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    house.slack.change_channel(CHANNELS["alerts"], is_archived=True)
    await house.at("09:12")
    assert house.posts("alerts") == []
    assert "first reply due in 8 min" in house.post("accounts", "post:account:c1:").text
    await house.ana.types("/watchbell status", CHANNELS["accounts"])
    assert "2 messages could not be delivered" in house.ana.heard


async def test_a_channel_that_another_company_reads_is_refused_at_the_start_and_never_written_to(
    build: OpenHouse,
):
    house = await build(data=scenario("1001", "1002"), linked=())
    await house.stop_bot()
    house.slack.change_channel(CHANNELS["accounts"], is_ext_shared=True)
    with pytest.raises(ConfigError, match="is read by another company too"):
        await house.start_bot()
    house.slack.change_channel(CHANNELS["accounts"], is_ext_shared=False)
    await house.start_bot()
    before = len(house.slack.messages(CHANNELS["accounts"]))
    # It is shared while the bot runs and remembers who read it a moment ago.
    house.slack.change_channel(CHANNELS["accounts"], is_ext_shared=True)
    await house.slack.settled()
    house.tick(61)
    house.intercom.closes("1001", "8801")
    house.intercom.closes("1002", "8801")
    house.tick()
    house.intercom.customer_starts("p1", "email", "Next: the invoice of May is wrong.")
    house.intercom.customer_starts("p2", "email", "Where do I find my seat number?")
    await house.later(seconds=61)
    assert len(house.slack.messages(CHANNELS["accounts"])) == before
    assert house.slack.messages(CHANNELS["shared"]) == []
