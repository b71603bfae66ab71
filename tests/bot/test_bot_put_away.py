"""What is closed, snoozed or moved from a window is what somebody looked at, and who holds it hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import option, rich, words
from test_bot_rest_of_the_day import LINK, chooses, office, picked, says, shortcut

LATER = "It got worse, all forty of us are locked out."


def entered(house: House, deed: str) -> dict[str, Any]:
    """What a window of this kind needs to be submitted."""
    view = house.ana.view
    if deed == "team":
        return {"team": picked(view, "team", "Billing")}
    return {"until": option(view, "until", "")} if deed == "snooze" else {}


async def opens(house: House, deed: str) -> None:
    """Ana opens the window from a message, whoever has the conversation."""
    post = await says(house, house.ana, f"see {LINK}")
    await shortcut(house, house.ana, "more_message", post)
    await house.ana.submits({"what": option(house.ana.view, "what", deed)})


def told_directly(house: House) -> list[str]:
    return [words(each.blocks) for each in house.posts(house.slack.im_with(house.ben.id).id)]


def state(house: House) -> str:
    return str(house.intercom.conversation("1001")["state"])


@pytest.mark.parametrize(("deed", "done"), [("close", "closed"), ("snooze", "snoozed")])
async def test_what_the_customer_wrote_unseen_is_shown_before_it_is_put_away(
    build: OpenHouse, deed: str, done: str
):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await chooses(house, house.ana, deed)
    house.tick(5)
    house.intercom.customer_writes("1001", LATER)
    house.tick(5)
    await house.ana.submits(entered(house, deed))
    shown = words(house.ana.view.blocks)
    assert f"Dana Reyes wrote just now. Nothing was {done}." in shown
    assert LATER in shown
    await house.settle()
    assert state(house) == "open"
    assert (house.ana.view.submit or {})["text"] == f"{deed.capitalize()} anyway"
    await house.ana.submits(entered(house, deed))
    await house.settle()
    assert state(house) == done


DEEDS = {
    "close": ("closed", "*Ana Ruiz closed this, which you held*"),
    "snooze": ("snoozed", "*Ana Ruiz snoozed this, which you hold*"),
    "team": ("changed", "*Ana Ruiz gave this to Billing, you go on holding it*"),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_whose_it_is_is_shown_and_they_are_told(build: OpenHouse, deed: str):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await house.ben.types("/claim 1001")
    await house.settle()
    await opens(house, deed)
    assert "claimed by Ben Okoro" in words(house.ana.view.blocks)
    await house.ana.submits(entered(house, deed))
    await house.settle()
    (told,) = told_directly(house)
    assert told.startswith(DEEDS[deed][1])
    assert ("There is nothing left to do for you." in told) == (deed == "close")
    assert (str(house.intercom.conversation("1001")["team_assignee_id"]) == "78") == (deed == "team")


@pytest.mark.parametrize("deed", DEEDS)
async def test_who_took_it_since_is_shown_before_it_is_done(build: OpenHouse, deed: str):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await opens(house, deed)
    assert "claimed by nobody" in words(house.ana.view.blocks)
    await house.ben.types("/claim 1001")
    await house.ana.submits(entered(house, deed))
    shown = words(house.ana.view.blocks)
    assert f"Ben Okoro has claimed this conversation. Nothing was {DEEDS[deed][0]}." in shown
    await house.settle()
    assert told_directly(house) == []
    assert state(house) == "open"
    await house.ana.submits(entered(house, deed))
    await house.settle()
    assert len(told_directly(house)) == 1


@pytest.mark.parametrize(("after", "done"), [("close", "closed"), ("snooze", "snoozed")])
async def test_a_note_puts_nothing_of_a_colleague_s_away_unasked_and_they_are_told(
    build: OpenHouse, after: str, done: str
):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    await house.ben.types("/claim 1001")
    await house.settle()
    await house.ana.chooses("note")
    chosen = {"text": rich("Known since Monday."), "after": option(house.ana.view, "after", after)}
    await house.ana.submits(chosen)
    shown = words(house.ana.view.blocks)
    assert "Ben Okoro has claimed this conversation. Nothing was saved. Your text is kept below." in shown
    assert (house.ana.view.submit or {})["text"] == "Save anyway"
    await house.settle()
    assert (state(house), told_directly(house)) == ("open", [])
    await house.ana.submits(chosen)
    await house.settle()
    assert state(house) == done
    assert "note" in [each["part_type"] for each in house.parts("1001")]
    (told,) = told_directly(house)
    assert told.startswith(f"*Ana Ruiz {done} this, which you h")


async def test_a_note_alone_is_in_nobody_s_way(build: OpenHouse):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    await house.ben.types("/claim 1001")
    await house.ana.chooses("note")
    await house.ana.submits({"text": rich("Known since Monday.")})
    await house.settle()
    assert house.ana.views == []
    assert told_directly(house) == []
    assert house.parts("1001")[-1]["part_type"] == "note"


async def test_who_holds_it_hears_of_a_close_after_an_answer_sent_anyway(build: OpenHouse):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    await house.ben.types("/claim 1001")
    await house.settle()
    chosen = {"text": rich("It is repaired."), "after": option(house.ana.view, "after", "close")}
    for _ in range(2):
        await house.ana.submits(chosen)
    await house.settle()
    assert state(house) == "closed"
    assert len(house.sent()) == 1
    (told,) = told_directly(house)
    assert told.startswith("*Ana Ruiz closed this, which you held*")


async def test_who_holds_it_hears_nothing_of_what_intercom_refused(build: OpenHouse):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await house.ben.types("/claim 1001")
    await house.settle()
    await opens(house, "close")
    house.fault("intercom", "POST /conversations/1001/parts", "error", status=422)
    await house.ana.submits()
    await house.until(lambda: house.posts(house.slack.im_with(house.ana.id).id))
    await house.settle()
    (told,) = house.posts(house.slack.im_with(house.ana.id).id)
    assert "*Not done: close*, Dana Reyes." in words(told.blocks)
    assert told_directly(house) == []
    assert state(house) == "open"


async def test_who_holds_it_hears_nothing_of_what_the_customer_overtook(build: OpenHouse):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await house.ben.types("/claim 1001")
    await house.settle()
    await opens(house, "close")
    down = house.fault("intercom", "POST /conversations/1001/parts", "rate_limit", seconds=60, times=-1)
    await house.ana.submits()
    await house.until(lambda: down.hits)
    assert told_directly(house) == [], "it is not closed yet"
    house.intercom.customer_writes("1001", LATER)
    await house.later(seconds=61)
    house.faults.clear()
    house.clock.machine_ahead = timedelta(minutes=2)
    await house.until(lambda: house.posts(house.slack.im_with(house.ana.id).id))
    assert told_directly(house) == []
    assert state(house) == "open"


async def test_nobody_is_told_of_what_they_do_to_their_own(build: OpenHouse):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await chooses(house, house.ana, "close")
    assert "claimed by Ana Ruiz" in words(house.ana.view.blocks)
    await house.ana.submits()
    await house.settle()
    assert state(house) == "closed"
    assert house.posts(house.slack.im_with(house.ana.id).id) == []
