"""A version is rolled back: the database of before is put back, at once or after a while."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from escalating import direct
from harness import OpenHouse
from on_the_screen import words
from small_office import scenario
from test_bot_rest_of_the_day import chooses, office, picked
from test_bot_restored import DATABASE, backed_up, put_back, replies

# Restores the file; what is tested is what the bot does then.
pytestmark = [pytest.mark.thorough, pytest.mark.sqlite]


@pytest.mark.parametrize("sent_between", [True, False])
async def test_a_backup_that_is_put_back_at_once_sends_no_answer_twice_and_none_too_few(
    build: OpenHouse, sent_between: bool
):
    """An upgrade that is rolled back within two minutes: from inside it is a restart."""
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.ana.answers("1001", "It is mended.")
    await house.stop_bot()
    backup = house.folder / "backup.db"
    shutil.copy(house.folder / DATABASE, backup)
    house.tick(20)
    house.clock.machine_ahead = timedelta(seconds=31)
    if sent_between:
        await house.start_bot()
        await house.settle()
        assert len(house.sent()) == 1
        house.tick(20)
    await put_back(house, backup)
    await house.rest(0.5)
    assert [text for _, _, text in house.sent()] == ["It is mended."]
    assert await replies(house, "1001") == ["done"]


@pytest.mark.parametrize("stopped", [20, 600])
async def test_a_ticket_that_waited_in_the_backup_and_was_made_is_told_as_made(
    build: OpenHouse, stopped: float
):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await chooses(house, house.ana, "ticket")
    title = {"type": "plain_text_input", "value": "SSO sends everyone back"}
    assert (await house.ana.submits({"type": picked(house.ana.view, "type", "Bug"), "title": title})).ok
    backup = await backed_up(house)
    await house.settle()
    (made_ticket,) = house.intercom.workspace.tickets
    house.tick(stopped)
    await put_back(house, backup)
    await house.rest(0.5)
    assert list(house.intercom.workspace.tickets) == [made_ticket]
    told = [words(each.blocks) for each in house.posts(direct(house, house.ana.id), "post:outcome:")]
    assert told
    assert all("Ticket made" in each for each in told)


async def test_a_team_that_waited_in_the_backup_is_not_chosen_again_over_a_newer_one(build: OpenHouse):
    data = office("1001")
    data["teams"].append({"id": "79", "name": "Onboarding", "admin_ids": ["8802"]})
    house = await build(data=data)
    await house.at("09:05")
    await chooses(house, house.ana, "team")
    await house.settle()
    await house.ana.submits({"team": picked(house.ana.view, "team", "Billing")})
    backup = await backed_up(house)
    await house.settle()
    assert str(house.intercom.conversation("1001")["team_assignee_id"]) == "78"
    house.tick(600)
    house.intercom.admin_assigns("1001", house.ben.admin, "79")
    # What changed meanwhile is not swept yet: the conversation itself is read.
    house.fault("intercom", "POST /conversations/search", "error", times=-1, status=503)
    await put_back(house, backup)
    await house.settle()
    house.clock.machine_ahead = timedelta(minutes=2)
    await house.rest(0.5)
    assert str(house.intercom.conversation("1001")["team_assignee_id"]) == "79"
