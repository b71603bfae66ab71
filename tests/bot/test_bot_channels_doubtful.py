"""Intercom's answer is lost when words in Slack are made a conversation: it is made once all the same."""

from __future__ import annotations

import pytest
from harness import House, OpenHouse
from in_a_channel import SHARED, by_mail, cards, choose, known_as, made, says
from on_the_screen import words
from small_office import CHANNELS, scenario

pytestmark = pytest.mark.thorough

AN_HOUR = 3600
"""Seconds by which Intercom's search is behind: longer than anybody looks."""


async def asked(build: OpenHouse, *, who: str = "U0GUS", **settings: object) -> House:
    """Gus, whom Intercom knows, has written in Northwind's channel; or Sid, whom it does not know."""
    house = await build(data=known_as("gus@agency.example"), **settings)
    house.slack.channels[SHARED].members.add("U0GUS")
    await choose(house)
    await says(house, who, "Hello")
    return house


async def press(house: House) -> None:
    assert (await house.ana.presses(cards(house)[0], "make_conversation")).ok


def shown(house: House) -> str:
    return words(cards(house)[0].blocks)


@pytest.mark.parametrize("fault", ["drop_after", "late"])
@pytest.mark.parametrize("told", [False, True])
async def test_what_was_made_is_found_by_the_search_or_by_intercoms_notification(
    build: OpenHouse, fault: str, told: bool
):
    house = await asked(build, http=told)
    if told:
        house.webhooks_on()
        house.intercom.workspace.search_lag = AN_HOUR
    house.fault("intercom", "POST /conversations", fault, seconds=0.02)
    await press(house)
    await house.until(lambda: "A conversation in Intercom now" in shown(house))
    await house.rest(0.3)
    assert len(made(house)) == 1


async def test_a_search_that_is_far_behind_makes_no_second_one_and_the_team_is_asked(build: OpenHouse):
    house = await asked(build)
    house.intercom.workspace.search_lag = AN_HOUR
    house.fault("intercom", "POST /conversations", "drop_after")
    await press(house)
    await house.until(lambda: "*Not known whether it is a conversation in Intercom*" in shown(house))
    await house.rest(0.5)
    assert len(made(house)) == 1
    assert "Intercom did not confirm it, and does not show it. Look there before you press" in shown(house)
    assert "Nothing was made" not in shown(house)
    (lost,) = house.posts("alerts", "post:dead_letters:")
    assert "does not show it" in words(lost.blocks)
    # The search has caught up: pressed again it is found, and not made.
    house.intercom.workspace.search_lag = 0
    await press(house)
    await house.until(lambda: "A conversation in Intercom now" in shown(house))
    assert len(made(house)) == 1


async def test_what_never_arrived_is_made_when_somebody_presses_again(build: OpenHouse):
    house = await asked(build)
    house.fault("intercom", "POST /conversations", "drop_before")
    await press(house)
    await house.until(lambda: "*Not known whether it is a conversation in Intercom*" in shown(house))
    assert made(house) == []
    await press(house)
    await house.until(lambda: "A conversation in Intercom now" in shown(house))
    assert len(made(house)) == 1


async def test_the_same_words_in_two_channels_are_two_conversations(build: OpenHouse):
    house = await asked(build)
    await choose(house, CHANNELS["lobby"])
    await press(house)
    await house.settle()
    await says(house, "U0GUS", "Hello", channel=CHANNELS["lobby"])
    house.fault("intercom", "POST /conversations", "late", seconds=0.02)
    (waits,) = [each for each in cards(house) if "Waiting in Slack" in words(each.blocks)]
    assert (await house.ana.presses(waits, "make_conversation")).ok
    await house.until(lambda: all("A conversation in Intercom" in words(c.blocks) for c in cards(house)))
    assert len(made(house)) == 2
    assert all(any(each.id in words(card.blocks) for card in cards(house)) for each in made(house))


async def somebody_new(build: OpenHouse, call: str, kind: str, lag: int) -> House:
    """Ana names Sid's address, whom Intercom does not know; one call on the way meets a fault."""
    house = await build(data=scenario("1001"))
    await choose(house)
    await says(house, "U0SID", "The export stands still since this morning.")
    house.intercom.workspace.search_lag = lag
    fault = house.fault("intercom", call, kind, status=503)
    await house.ana.presses(cards(house)[0], "make_conversation")
    await house.ana.submits({"address": by_mail("sid@northwind.example")})
    await house.until(lambda: fault.hits)
    return house


NEW = "sid@northwind.example"
ON_THE_WAY = {
    "made, not told": ("POST /contacts", "drop_after"),
    "not of the company yet": ("POST /contacts/*/companies", "error"),
    "made, busy then": ("POST /conversations", "rate_limit"),
}


@pytest.mark.parametrize("lag", [0, AN_HOUR])
@pytest.mark.parametrize("case", ON_THE_WAY)
async def test_somebody_who_was_just_made_is_used_though_no_search_finds_them(
    build: OpenHouse, case: str, lag: int
):
    house = await somebody_new(build, *ON_THE_WAY[case], lag)
    await house.until(lambda: "A conversation in Intercom now" in shown(house))
    assert len(made(house)) == 1
    assert [each.email for each in house.intercom.contacts.values()].count(NEW) == 1


async def test_a_doubtful_conversation_of_somebody_new_is_told_by_intercoms_notification(build: OpenHouse):
    house = await build(data=scenario("1001"), http=True)
    await choose(house)
    await says(house, "U0SID", "The export stands still since this morning.")
    house.webhooks_on()
    house.intercom.workspace.search_lag = AN_HOUR
    house.fault("intercom", "POST /conversations", "drop_after")
    await house.ana.presses(cards(house)[0], "make_conversation")
    await house.ana.submits({"address": by_mail(NEW)})
    await house.until(lambda: "A conversation in Intercom now" in shown(house))
    assert len(made(house)) == 1
