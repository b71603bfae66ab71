"""An exported timeline is a copy of customers' words: erasing one of them takes it out of Slack as well."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from planted_person import ELSEWHERE, ID, WROTE, command, erase, everything_in_slack, hits, live, planted
from small_office import scenario
from sqlmodel import select

from bot.store.exports import ExportedFile

pytestmark = pytest.mark.thorough

OTHER = "c2"


async def exported(house: House, account: str) -> None:
    """Ana has the timeline of an account written into a file."""
    await house.ana.types(f"/account {account}")
    assert (await house.ana.presses(house.ana.last, "timeline_account")).ok
    assert (await house.ana.presses_in(house.ana.view, "export_account")).ok
    await house.bot.front.finish()
    assert "is in your direct conversation" in words(house.ana.view.blocks)


async def noted(house: House) -> list[str]:
    def ask(session: Any) -> list[str]:
        return [row.account_id for row in session.exec(select(ExportedFile))]

    return await house.bot.store.read(ask)


async def three_files(build: OpenHouse) -> House:
    """Zelda's account, one in whose conversation she joined, and one that she has nothing to do with."""
    office, beside = planted(), scenario("1003")
    for kind in ("companies", "contacts", "conversations"):
        known = {each["id"] for each in office[kind]}
        office[kind] += [each for each in beside[kind] if each["id"] not in known]
    house = await build(data=office)
    await live(house)
    for account_id in ("c1", "c3", OTHER):
        await exported(house, house.intercom.companies[account_id].name)
    assert sorted(await noted(house)) == ["c1", OTHER, "c3"]
    assert len(house.slack.files) == 3
    assert {WROTE, ELSEWHERE} <= set(hits(everything_in_slack(house)))
    return house


async def test_the_files_with_their_words_go_and_the_other_stays(build: OpenHouse):
    house = await three_files(build)
    done = await erase(house)
    assert done.exit_code == 0, done.output
    assert "2 exported files deleted" in done.output
    assert hits(everything_in_slack(house)) == []
    assert await noted(house) == [OTHER]
    (left,) = house.slack.files.values()
    assert "second office" in left.content.decode()


async def test_without_a_bot_the_command_deletes_it_itself(build: OpenHouse):
    house = await three_files(build)
    await house.stop_bot()
    done = await asyncio.to_thread(command, house, "erase", "--contact", ID, "--yes")
    assert done.exit_code == 0, done.output
    # What the account's own message quotes is drawn anew by the bot when it starts.
    (left,) = house.slack.files.values()
    assert hits(left.content.decode()) == []


@pytest.mark.parametrize("kind", ["error", "drop_after"])
async def test_a_deletion_that_went_wrong_is_done_again(build: OpenHouse, kind: Any):
    house = await three_files(build)
    house.fault("slack", "files.delete", kind, times=2, status=500, error="internal_error")
    assert (await erase(house)).exit_code == 0
    await house.until(lambda: len(house.slack.files) == 1)
    assert hits(everything_in_slack(house)) == []


async def test_a_file_that_somebody_deleted_by_hand_is_no_trouble(build: OpenHouse):
    house = await three_files(build)
    house.slack.files.clear()
    for channel in house.slack.channels:
        for message in house.slack.messages(channel):
            message.files = []
    done = await erase(house)
    assert done.exit_code == 0, done.output
    assert hits(everything_in_slack(house)) == []
    await house.lea.types("/watchbell status")
    assert "could not be delivered" not in house.lea.heard
