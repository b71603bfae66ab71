"""The scenario in the two worlds, and the world's part of the script."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from monday_worlds import Worlds


def at(worlds: Worlds, clock: str) -> None:
    hour, minute = clock.split(":")
    local = worlds.monday.start.astimezone(worlds.monday.zone)
    worlds.clock.jump_to(local.replace(hour=int(hour), minute=int(minute)))


def labels(worlds: Worlds) -> list[str]:
    return [label for _, label in worlds.player.next_events()]


def last_words(worlds: Worlds, conversation: str) -> str:
    parts = worlds.intercom.conversation(conversation)["conversation_parts"]["conversation_parts"]
    return str(parts[-1]["body"]) if parts else ""


def test_both_services_hold_the_scenario(worlds: Worlds) -> None:
    slack, intercom = worlds.slack, worlds.intercom
    assert slack.users["U07LGDILAN"].is_restricted
    assert slack.users["U08NWNADIA"].is_stranger
    assert slack.channels["C07LGOLDMG"].is_archived
    assert slack.channels["C07LGNORDW"].shared_team_ids == ("T07LEDGER1", "T08NORDWFT")
    assert slack.usergroups["S07LGSUPRT"].members[0] == "U07LGMARA1"
    said = slack.messages("C07LGSUPRT")
    assert [message.user for message in said] == ["U07LGINES1", "U07LGMARA1", "U07LGLENA1"]
    assert said[-1].ts < f"{worlds.monday.start.timestamp():.6f}"
    assert sum(row["state"] == "open" for row in intercom.conversations()) == 34


def test_the_next_events_begin_with_the_summary_and_hold_only_the_worlds(worlds: Worlds) -> None:
    events = worlds.player.next_events()
    assert events == sorted(events, key=lambda event: event[0])
    assert events[0] == (worlds.monday.truth.monday.at, "The Monday summary")
    assert events[1][1] == "Camille asks again"
    assert not any("claims" in label for _, label in events)


def test_what_has_happened_is_no_longer_to_come(worlds: Worlds) -> None:
    at(worlds, "08:31")
    happened = worlds.player.play_due()
    assert [event.id for event in happened] == ["e11"]
    assert worlds.player.play_due() == []
    assert labels(worlds)[0] == "Priya answers Devon in Intercom itself"


def test_an_event_waits_for_what_it_answers_to(worlds: Worlds) -> None:
    follow_up = "Ingrid: the depots still cannot sign in"
    assert follow_up not in labels(worlds)
    worlds.intercom.admin_replies("215470003627", "7104202", "On it.")
    assert follow_up in labels(worlds)


def test_a_customer_who_was_answered_does_not_ask_again(worlds: Worlds) -> None:
    worlds.intercom.admin_replies("215470003997", "7104202", "On it.")
    assert "Camille asks again" not in labels(worlds)
    at(worlds, "08:31")
    assert worlds.player.play_due() == []


def test_control_without_an_answer_she_asks_again(worlds: Worlds) -> None:
    at(worlds, "08:31")
    worlds.player.play_due()
    assert "Any news?" in last_words(worlds, "215470003997")


def test_a_conversation_that_begins_gets_its_name(worlds: Worlds) -> None:
    assert worlds.player.id_of("@sso-fourth") is None
    at(worlds, "08:52")
    worlds.player.play_due()
    begun = worlds.intercom.conversation(worlds.player.id_of("@sso-fourth") or "")
    assert "Bergen depot" in begun["source"]["body"]
    assert worlds.player.id_of("215470003627") == "215470003627"


def test_everything_of_the_world_happens_once_by_the_end(worlds: Worlds) -> None:
    at(worlds, "11:55")
    happened = worlds.player.play_due()
    # Nobody answered Ingrid and Ruth, so they have nothing to add.
    left_out = {"e33", "e66"}
    assert {event.id for event in happened} == {
        event.id for event in worlds.monday.script.of_the_world()
    } - left_out
    assert worlds.player.next_events() == []
    assert worlds.intercom.conversation("215470003812")["state"] == "closed"
    assert worlds.intercom.conversation("215470002591")["admin_assignee_id"] == 7104203


@contextlib.asynccontextmanager
async def running(worlds: Worlds) -> AsyncIterator[None]:
    task = asyncio.create_task(worlds.player.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_beside_the_page_events_happen_as_soon_as_the_clock_is_moved(worlds: Worlds) -> None:
    async with running(worlds):
        at(worlds, "08:34")
        await asyncio.sleep(0.05)
        assert worlds.intercom.sent_to_customers()[0][:2] == ("215470003183", "7104203")


async def test_beside_the_page_events_happen_while_time_runs(worlds: Worlds) -> None:
    worlds.clock.jump_to(worlds.monday.start + timedelta(minutes=5, seconds=58))
    async with running(worlds):
        await asyncio.sleep(0.05)
        assert "Any news?" not in last_words(worlds, "215470003997")
        happened = asyncio.Event()
        worlds.intercom.on_change(lambda kind, conversation: happened.set())
        worlds.clock.set_speed(60)
        async with asyncio.timeout(5):
            await happened.wait()
        assert "Any news?" in last_words(worlds, "215470003997")


async def test_the_player_ends_with_the_script(worlds: Worlds) -> None:
    at(worlds, "11:55")
    async with asyncio.timeout(2):
        await worlds.player.run()
