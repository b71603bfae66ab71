"""R20: yesterday's backup is put back, or the database is lost. Nothing that was said is said again."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from escalating import URGENT, calls, direct
from harness import QUICK, House, OpenHouse
from in_a_channel import SHARED, cards, choose, known_as, made, says
from on_the_screen import key_of, option, rich, words
from small_office import CHANNELS, TOML, scenario

from bot.store import intents

# Restores the file; what is tested is what the bot does then.
pytestmark = [pytest.mark.thorough, pytest.mark.sqlite]

DATABASE = "watchbell.db"


def said(house: House) -> Counter[str]:
    """How often each message of ours stands in the three channels, by key."""
    return Counter(
        key_of(message)
        for name in ("alerts", "accounts", "monday")
        for message in house.slack.messages(CHANNELS[name])
        if message.ephemeral_to is None and key_of(message)
    )


async def put_back(house: House, backup: Path | None) -> None:
    """The bot is down, its file is replaced, and it begins again."""
    file = house.folder / DATABASE
    await house.stop_bot()
    for tail in ("-wal", "-shm"):
        file.with_name(file.name + tail).unlink(missing_ok=True)
    if backup is None:
        file.unlink()
    else:
        shutil.copy(backup, file)
    await house.start_bot()


async def replies(house: House, conversation_id: str) -> list[str]:
    """Where each answer to a conversation stands."""
    found = await house.read(intents.about, conversation_id, kinds=("intercom.reply",))
    return [each.state for each in found]


async def backed_up(house: House) -> Path:
    """Yesterday's file: the bot is stopped for the copy and goes on."""
    await house.stop_bot()
    backup = house.folder / "backup.db"
    shutil.copy(house.folder / DATABASE, backup)
    await house.start_bot()
    return backup


async def a_day_after_the_backup(house: House) -> Path:
    """A backup at nine; then alerts, threads and answers; a day later the disk breaks."""
    backup = await backed_up(house)
    await house.at("09:11")
    await house.at("09:26")
    await house.ana.types("/claim 1001")
    await house.ana.answers("1001", "The new certificate is in place.")
    await house.settle()
    house.intercom.customer_starts("p6", "email", "Our seats are wrong since this morning.")
    await house.later(minutes=2)
    await house.at("12:30")
    await house.at("17:55")
    return backup


async def test_after_yesterdays_backup_nothing_is_said_twice(build: OpenHouse):
    house = await build()
    backup = await a_day_after_the_backup(house)
    before, answers = said(house), house.sent()
    assert sum(before.values()) >= 8
    assert set(before.values()) == {1}
    await put_back(house, backup)
    await house.settle()
    await house.later(minutes=6)
    after = said(house)
    assert {key: count for key, count in after.items() if count != 1} == {}
    assert before.keys() <= after.keys()
    assert house.sent() == answers
    # And the messages that were taken over are kept up to date.
    house.intercom.closes("1002", "8802")
    await house.later(minutes=2)
    assert "Closed by Ben Okoro" in words(house.alert("1002").blocks)
    assert set(said(house).values()) == {1}


async def test_after_the_database_is_lost_nothing_is_said_twice(build: OpenHouse):
    house = await build(linked=())
    await house.at("09:11")
    await house.at("09:26")
    before = said(house)
    assert sum(before.values()) >= 4
    await put_back(house, None)
    await house.settle()
    await house.later(minutes=6)
    assert set(said(house).values()) == {1}
    assert before.keys() <= said(house).keys()


async def test_control_a_bot_that_does_not_look_first_says_it_all_again(build: OpenHouse):
    house = await build()
    backup = await a_day_after_the_backup(house)
    await put_back(house, backup)
    house.bot.works.recovered = True
    await house.settle()
    assert max(said(house).values()) == 2


async def test_an_answer_that_waited_in_the_backup_is_looked_for_and_not_sent_again(
    build: OpenHouse,
):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.ana.opens_answer("1001")
    await house.ana.submits({"text": rich("It is mended.")})
    backup = await backed_up(house)
    assert house.sent() == []
    house.clock.machine_ahead = timedelta(seconds=31)
    await house.settle()
    (sent,) = house.sent()
    house.tick(3600)
    await put_back(house, backup)
    await house.rest(1.0)
    assert house.sent() == [sent]
    assert [each.state for each in await house.read(intents.about, "1001", kinds=("intercom.reply",))] == [
        "done"
    ]


async def test_a_conversation_that_waited_in_the_backup_and_was_made_is_not_made_again(build: OpenHouse):
    house = await build(data=known_as("gus@agency.example"))
    house.slack.channels[SHARED].members.add("U0GUS")
    await choose(house)
    await says(house, "U0GUS", "Hello")
    assert (await house.ana.presses(cards(house)[0], "make_conversation")).ok
    backup = await backed_up(house)
    assert made(house) == []
    await house.settle()
    (first,) = made(house)
    house.tick(3600)
    await put_back(house, backup)
    await house.rest(0.5)
    assert [each.id for each in made(house)] == [first.id]
    assert "A conversation in Intercom now" in words(cards(house)[0].blocks)


async def test_an_answer_of_long_ago_that_never_went_out_is_left_to_its_author(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(hours=1))
    await house.ana.opens_answer("1001")
    await house.ana.submits({"text": rich("It is mended.")})
    await house.stop_bot()
    house.tick(3600)
    house.clock.machine_ahead = timedelta(hours=1, seconds=5)
    await house.start_bot()
    await house.rest(1.0)
    assert house.sent() == []
    assert await replies(house, "1001") == ["unconfirmed"]


@pytest.mark.parametrize("deed", ["close", "reopen"])
async def test_a_close_that_waited_over_a_stop_is_told_and_a_reopening_is_done(build: OpenHouse, deed: str):
    house = await build(data=scenario("1001"))
    ana = house.ana
    await ana.types("/claim 1001")
    await house.settle()
    if deed == "reopen":
        house.intercom.closes("1001", ana.admin)
        await house.later(minutes=2)
    away = house.fault("intercom", "POST /conversations/1001/parts", "rate_limit", seconds=3600, times=-1)
    await ana.presses(ana.last, "more_done")
    assert (await ana.submits({"what": option(ana.view, "what", deed)})).ok
    if deed == "close":
        assert (await ana.submits()).ok
    await house.settle()
    assert away.hits == 1
    await house.stop_bot()
    house.faults.clear()
    house.tick(600)
    house.clock.machine_ahead = timedelta(hours=2)
    await house.start_bot()
    await house.settle()
    assert house.intercom.conversation("1001")["state"] == "open"
    told = [words(each.blocks) for each in house.posts(direct(house, ana.id), "post:outcome:")]
    if deed == "close":
        (said,) = told
        assert "*Not done: close*, Dana Reyes. Watchbell was stopped meanwhile." in said
    else:
        assert told == []


async def test_what_is_decided_while_slack_is_looked_through_is_done_like_anything(build: OpenHouse):
    house = await build(
        data=scenario("1001"), undo=timedelta(seconds=30), timings=replace(QUICK, attempt=30.0)
    )
    await house.stop_bot()
    house.tick(600)
    await house.start_bot()
    held = house.fault("slack", "conversations.history", "slow", seconds=4)
    looking = asyncio.create_task(house.settle())
    await house.hit(held)
    await house.ana.answers("1001", "It is mended.")
    assert not looking.done(), "it was answered too late: the test proves nothing"
    await looking
    house.clock.machine_ahead = timedelta(seconds=31)
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["It is mended."]
    assert await replies(house, "1001") == ["done"]


async def test_until_slack_can_be_asked_nothing_is_said(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    await house.stop_bot()
    house.tick(300)
    fault = house.fault("slack", "conversations.history", "error", times=-1, status=500)
    await house.start_bot()
    await house.at("09:12")
    assert house.alerts("1001") == []
    assert fault.hits > 0
    house.faults.clear()
    await house.settle()
    assert len(house.alerts("1001")) == 1


async def test_a_short_stop_asks_slack_nothing(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    fault = house.fault("slack", "conversations.history", "error", times=-1, status=500)
    await house.stop_bot()
    house.tick(45)
    await house.start_bot()
    await house.settle()
    await house.at("09:12")
    assert len(house.alerts("1001")) == 1
    assert fault.hits == 0


async def test_what_was_said_in_the_thread_of_an_older_message_is_not_said_again(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())
    anchor = house.post("accounts", "post:account:c1:")
    await house.at("09:04")
    backup = await backed_up(house)
    asked = house.intercom.customer_starts("p2", "email", "Please send the invoice of October as a PDF.")
    await house.at("09:06")
    before = said(house)
    replies = house.posts("accounts", "post:issue:")
    assert [each.thread_ts for each in replies] == [anchor.ts] * 2
    # Slack is looked through before Intercom could be read, as when there is much to read.
    house.fault("intercom", "POST /conversations/search", "error", times=-1, status=500)
    await put_back(house, backup)
    await house.settle()
    house.faults.clear()
    await house.later(minutes=6)
    assert set(said(house).values()) == {1}
    assert before.keys() <= said(house).keys()
    # And it is the bot's own again: what happens now is told in it.
    house.intercom.closes(asked["id"], "8802")
    await house.later(minutes=2)
    (shown,) = house.posts("accounts", f"post:issue:c1:1:{asked['id']}")
    assert "Nothing open on this issue" in words(shown.blocks)
    assert set(said(house).values()) == {1}


@pytest.mark.parametrize(("burst", "messages"), [(0, 2), (1, 1)])
async def test_who_was_called_in_the_thread_of_an_older_alert_is_not_called_again(
    build: OpenHouse, burst: int, messages: int
):
    house = await build(
        data=scenario("1001", "1002"), linked=(), toml=TOML.replace("burst = 0", f"burst = {burst}")
    )
    await house.at("09:11")
    await house.at("09:15")
    backup = await backed_up(house)
    await house.at("09:21")
    await house.at("09:26")
    rings = house.posts("alerts", "post:ring:")
    assert (len(rings), len({each.thread_ts for each in rings})) == (2, messages)
    await put_back(house, backup)
    await house.settle()
    await house.later(minutes=1)
    assert set(said(house).values()) == {1}


async def test_an_older_message_that_somebody_deleted_stops_nothing(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())
    await house.at("09:11")
    await house.at("09:15")
    alert = house.alert("1001")
    backup = await backed_up(house)
    house.slack.remove(alert)
    await put_back(house, backup)
    await house.at("09:26")
    assert len(house.posts("alerts", "post:ring:1002")) == 1


async def test_however_much_was_said_in_a_channel_it_is_looked_through_to_its_end(
    build: OpenHouse, diary: io.StringIO
):
    house = await build(data=scenario("1001", "1002"), linked=())
    backup = await backed_up(house)
    await house.at("09:06")
    before = said(house)
    for number in range(1_050):
        house.slack.post(CHANNELS["alerts"], user="U0BEN", text=f"Talk {number}", silent=True)
    house.tick(300)
    # Where Slack asks to wait, the look waits; it does not begin anew.
    asked = house.fault("slack", "conversations.history", "rate_limit", seconds=1)
    await put_back(house, backup)
    await house.settle()
    await house.later(minutes=1)
    assert before.keys() <= said(house).keys()
    assert set(said(house).values()) == {1}
    assert len(house.alerts("1002")) == 1
    assert asked.hits == 1
    assert "recovery_put_off" not in diary.getvalue()


@pytest.mark.parametrize("lost", [False, True])
async def test_who_was_told_directly_is_not_told_again(build: OpenHouse, lost: bool):
    house = await build(data=scenario("1001"), toml=URGENT)
    await house.at("09:11")
    await house.at("09:15")
    backup = await backed_up(house)
    await house.at("09:30")
    (call,) = calls(house)
    assert call.channel == direct(house, "U0LEA")
    house.tick(180)
    # Slack is looked through before Intercom could be read, as when there is much to read.
    house.fault("intercom", "POST /conversations/search", "error", times=-1, status=500)
    await put_back(house, None if lost else backup)
    await house.settle()
    house.faults.clear()
    await house.later(minutes=3)
    assert calls(house) == [call]
    # And it says how it ended, as if nothing had been.
    house.intercom.admin_replies("1001", "8802", "Sorry for the wait.")
    await house.later(minutes=2)
    (call,) = calls(house)
    assert "Answered by Ben Okoro" in words(call.blocks)


async def test_somebody_who_cannot_be_asked_about_stops_nothing(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    await house.stop_bot()
    house.tick(300)
    fault = house.fault("slack", "conversations.open", "error", times=-1, error="user_disabled")
    await house.start_bot()
    await house.at("09:12")
    assert fault.hits == 1
    assert len(house.alerts("1001")) == 1
