"""A channel that becomes another account's, and one to which nobody listened for a while."""

from __future__ import annotations

import io
from typing import Any

import pytest
from harness import House, OpenHouse
from in_a_channel import SHARED, cards, choose, kept, known_as, says
from on_the_screen import verbs, words
from small_office import CHANNELS, scenario

from sandbox.faults import Fault

pytestmark = pytest.mark.thorough


def threads_opened(house: House, each_takes: float = 0) -> list[str]:
    """The calls by which a thread is opened from now on, each of which takes so many seconds."""
    opened: list[str] = []
    ask = house.faults.take

    def take(service: Any, call: str) -> Fault | None:
        if call == "conversations.replies":
            opened.append(call)
            house.tick(each_takes)
        return ask(service, call)

    house.faults.take = take  # type: ignore[method-assign]
    return opened


def nothing_is_told(house: House) -> None:
    """Slack sends no events any more."""
    house.slack.manifest = house.slack.manifest.__class__(
        **{**vars(house.slack.manifest), "events": frozenset()}
    )


async def test_a_channel_that_becomes_another_accounts_takes_its_messages_along(build: OpenHouse):
    data = known_as("gus@agency.example")
    brightfen = scenario("1003")
    for kind in ("companies", "contacts"):
        data[kind] += brightfen[kind]
    house = await build(data=data)
    house.slack.channels[SHARED].members.add("U0GUS")
    await choose(house)
    await says(house, "U0GUS", "The export stands still.")
    assert (await house.ana.presses(cards(house)[0], "make_conversation")).ok
    await house.settle()
    await house.later(minutes=30)
    await says(house, "U0SID", "Where is the audit log?")
    await says(house, "U0BEN", "Under Settings.")
    await house.later(minutes=30)
    await says(house, "U0SID", "And the invoices?")
    shown = [words(each.blocks) for each in cards(house)]
    assert [("Northwind Marine" in each, "Brightfen" in each) for each in shown] == [(True, False)] * 3
    assert (await choose(house, account="c2")).ok
    made, answered, waiting = cards(house)
    for each in (answered, waiting):
        assert "Brightfen" in words(each.blocks)
        assert "Northwind" not in words(each.blocks) + each.text
    assert (await house.ana.presses(waiting, "timeline_account")).ok
    assert "Growth · €300 a month" in words(house.ana.view.blocks), "Brightfen's"
    # What is a conversation in Intercom is that of whoever it was made for.
    assert "Northwind Marine" in words(made.blocks)


async def test_a_reply_of_long_ago_that_was_taken_away_while_the_bot_was_away_goes_too(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    asked = await says(house, "U0SID", "How do we sign in?")
    reply = await says(house, "U0SID", "My password is swordfish", thread=asked.ts)
    stays = await says(house, "U0SID", "And my name is Sid", thread=asked.ts)
    for _ in range(15):
        await house.later(minutes=2)
    await house.stop_bot()
    house.slack.remove(reply)
    house.tick(60)
    house.slack.edit(stays, text="And my name is Sid Vance")
    await house.slack.settled()
    house.tick(15 * 60)
    await house.start_bot()
    await house.settle()
    await house.later(minutes=3)
    assert {each.text for each in await kept(house)} == {"How do we sign in?", "And my name is Sid Vance"}
    (shown,) = cards(house)
    assert "swordfish" not in words(shown.blocks)


async def test_threads_are_opened_once_behind_a_gap_however_long_that_takes(build: OpenHouse):
    house = await build(data=scenario("1001"))
    for channel in (SHARED, CHANNELS["lobby"]):
        await choose(house, channel=channel)
        asked = await says(house, "U0BEN", "Do they sign in again?", channel=channel)
        await says(house, "U0ANA", "Since noon", thread=asked.ts, channel=channel)
    await house.later(hours=20)
    await house.stop_bot()
    opened = threads_opened(house, each_takes=180)
    house.tick(15 * 60)
    await house.start_bot()
    await house.settle()
    assert len(opened) == 2
    for _ in range(3):
        await house.later(minutes=2)
    assert len(opened) == 2
    # The control: a thread with a new reply is opened.
    await says(house, "U0BEN", "And today?", thread=asked.ts, channel=CHANNELS["lobby"])
    await house.later(minutes=2)
    assert len(opened) == 3


async def test_a_reply_goes_too_that_was_taken_away_while_its_channel_could_not_be_read(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    asked = await says(house, "U0SID", "How do we sign in?")
    reply = await says(house, "U0SID", "My password is swordfish", thread=asked.ts)
    for _ in range(10):
        await house.later(minutes=2)
    nothing_is_told(house)
    house.fault("slack", "conversations.history", "error", times=-1)
    house.slack.remove(reply)
    for _ in range(3):
        await house.later(minutes=2)
    assert len(await kept(house)) == 2
    house.faults.clear()
    await house.later(minutes=2)
    assert [each.text for each in await kept(house)] == ["How do we sign in?"]


async def test_where_slack_asks_to_wait_behind_a_gap_the_look_waits(build: OpenHouse, diary: io.StringIO):
    house = await build(data=scenario("1001"))
    await choose(house)
    asked = await says(house, "U0SID", "How do we sign in?")
    reply = await says(house, "U0SID", "My password is swordfish", thread=asked.ts)
    await says(house, "U0SID", "And my name is Sid", thread=asked.ts)
    await house.stop_bot()
    house.slack.remove(reply)
    await house.slack.settled()
    house.tick(15 * 60)
    limit = house.fault("slack", "conversations.replies", "rate_limit", seconds=1)
    await house.start_bot()
    await house.settle()
    assert limit.hits == 1
    assert {each.text for each in await kept(house)} == {"How do we sign in?", "And my name is Sid"}
    assert "channel_not_read" not in diary.getvalue()


async def test_what_was_shown_of_a_channel_that_is_read_no_more_offers_nothing(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    await says(house, "U0SID", "Where is the audit log?")
    await says(house, "U0BEN", "Under Settings.")
    await house.later(minutes=30)
    await says(house, "U0SID", "The export stands still since this morning.")
    (first, _) = cards(house)
    assert "make_conversation" in verbs(first.blocks)
    assert (await house.ana.types(f"/watchbell unmap <#{SHARED}|shared>")).ok
    await house.settle()
    answered, waiting = cards(house)
    assert "Answered in Slack by ben" in words(answered.blocks)
    said = words(waiting.blocks)
    assert "Watchbell does not read this channel any more." in said
    assert "Northwind Marine" in said
    assert "aiting" not in said
    assert verbs(answered.blocks) == verbs(waiting.blocks) == []
    # Nothing new is shown of it, and what is mapped again waits as before.
    await says(house, "U0SID", "Anybody?")
    assert len(cards(house)) == 2
    await choose(house)
    assert "Waiting in Slack" in words(cards(house)[1].blocks)
    assert "make_conversation" in verbs(cards(house)[1].blocks)


async def test_what_is_being_made_is_shown_to_the_end_though_the_channel_is_read_no_more(build: OpenHouse):
    house = await build(data=known_as("gus@agency.example"))
    house.slack.channels[SHARED].members.add("U0GUS")
    await choose(house)
    await says(house, "U0GUS", "The export stands still.")
    house.fault("intercom", "POST /conversations", "rate_limit", times=2, seconds=0.05)
    (card,) = cards(house)
    assert (await house.ana.presses(card, "make_conversation")).ok
    assert (await house.ana.types(f"/watchbell unmap <#{SHARED}|shared>")).ok
    await house.until(lambda: "A conversation in Intercom now" in words(cards(house)[0].blocks))
    assert "answer" in verbs(cards(house)[0].blocks)
