"""Erasing a person: nowhere a trace of them, everything of others as it was, and they do not come back."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from typing import Any

import pytest
from harness import BERLIN, House, OpenHouse
from known_facts import differences
from on_the_screen import words
from planted_person import (
    ANSWER,
    BY_MAIL,
    ELSEWHERE,
    EMAIL,
    FILE,
    ID,
    LATER,
    NAME,
    NEEDLES,
    NOTE,
    REMARK,
    WROTE,
    command,
    contact_notification,
    erase,
    everything_in_slack,
    everything_stored,
    hits,
    live,
    notification,
    planted,
    said_outside,
)
from signing import SEED
from small_office import scenario
from sqlmodel import select

from bot.store import erased
from bot.store.audit import AuditEntry
from bot.store.intents import Intent
from bot.store.receipts import Receipt

pytestmark = pytest.mark.thorough


async def places(house: House, diary: io.StringIO) -> dict[str, str]:
    async with house.client() as client:
        metrics = (await client.get("/metrics")).text
    return {
        "database": everything_stored(house.database),
        "Slack": everything_in_slack(house),
        "log": diary.getvalue(),
        "metrics": metrics,
    }


@pytest.mark.parametrize("who", [ID, EMAIL.upper()])
async def test_no_trace_of_an_erased_person_is_left_anywhere(
    build: OpenHouse, diary: io.StringIO, who: str
) -> None:
    house = await build(data=planted())
    await live(house)
    before = await places(house, diary)
    # The control: every word is where it is looked for, and only the log and the metrics never had any.
    assert set(hits(before["database"])) == set(NEEDLES)
    assert {NAME, WROTE, LATER} <= set(hits(before["Slack"]))

    done = await erase(house, who)
    assert done.exit_code == 0, done.output
    assert "Erased 2 conversations" in done.stdout

    after = await places(house, diary)
    assert {where: hits(text) for where, text in after.items()} == {where: [] for where in after}
    # The others are where they were.
    assert "Dana Reyes" in after["database"]
    assert "Dana Reyes" in after["Slack"]
    assert "Single sign-on" in after["Slack"]


async def test_somebody_known_by_mail_alone_is_found_erased_and_stays_away(
    build: OpenHouse, diary: io.StringIO
) -> None:
    house = await build(data=scenario("1001"))
    await house.bot.store.write(said_outside)
    address = "omar@other.example"
    assert "Omar's own mail" in everything_stored(house.database)
    done = await erase(house, address)
    assert done.exit_code == 0, done.output
    found = await places(house, diary)
    assert {where: hits(text, ("Omar's own mail", address)) for where, text in found.items()} == {
        where: [] for where in found
    }
    assert BY_MAIL in found["database"]
    known = await house.bot.store.read(
        erased.addresses_among, SEED.team_id, [address.upper(), "somebody.else@other.example"]
    )
    assert known == {address}


async def test_who_is_known_by_their_slack_user_alone_stays_away_too(build: OpenHouse) -> None:
    house = await build(data=planted())
    await live(house)
    users = ["U0ZELDA", "U0SOMEBODY"]
    assert await house.bot.store.read(erased.addresses_among, SEED.team_id, users) == frozenset()
    assert (await erase(house)).exit_code == 0
    assert await house.bot.store.read(erased.addresses_among, SEED.team_id, users) == {"u0zelda"}


async def test_an_erased_person_does_not_come_back(build: OpenHouse, diary: io.StringIO) -> None:
    house = await build(data=planted())
    await live(house)
    raw = notification(house, "notif_again")
    assert hits(str(raw)) != []
    await erase(house)
    house.tick()
    house.intercom.customer_writes("2001", LATER)
    assert (await house.notify(raw)).status_code == 200
    assert (await house.notify(contact_notification(house))).status_code == 200
    assert (await house.notify(notification(house, "notif_third"))).status_code == 200
    await house.later(seconds=120)
    await house.at("11:30")
    # A first sync, which reads everything there is.
    await house.bot.store.write(_forget_the_sweeps)
    await house.later(seconds=120)
    found = await places(house, diary)
    assert {where: hits(text) for where, text in found.items()} == {where: [] for where in found}
    assert '"erased_person_ignored"' in found["log"]
    bodies = await house.bot.store.read(lambda session: {r.body for r in session.exec(select(Receipt))})
    assert bodies == {""}


def _forget_the_sweeps(session: Any) -> None:
    from bot.store.pulse import Watermark

    for row in session.exec(select(Watermark)):
        session.delete(row)


async def test_control_without_the_marks_the_next_sweep_brings_them_back(
    build: OpenHouse, diary: io.StringIO
) -> None:
    house = await build(data=planted())
    await live(house)
    await erase(house)

    def forget(session: Any) -> None:
        from bot.store.erased import Erased

        for row in session.exec(select(Erased)):
            session.delete(row)

    await house.bot.store.write(forget)
    await house.bot.store.write(_forget_the_sweeps)
    await house.later(seconds=120)
    assert {NAME, EMAIL, WROTE} <= set(hits(everything_stored(house.database)))


async def test_what_others_wrote_and_what_is_said_of_them_stays(build: OpenHouse) -> None:
    house = await build(data=planted())
    await live(house)
    before = await house.facts()
    await erase(house)
    after = await house.facts()
    gone = differences(before, after)
    assert {line.split()[1].split("/")[0].rstrip(":") for line in gone} == {"1004", "2001", "2002"}
    texts = [row["text"] for key, row in after["parts"].items() if key.startswith("1004/")]
    assert "How do I import my list?" in texts
    assert ELSEWHERE not in texts
    assert len(house.alerts("1001")) == 1
    assert house.alerts("2001") == []
    # The account's thread tells of the two that are left, and goes on to be drawn.
    anchor = house.post("accounts", "post:account:c1:1")
    assert "2 open" in words(anchor.blocks), words(anchor.blocks)
    house.tick()
    house.intercom.customer_writes("1002", "Any news?")
    await house.later(seconds=61)
    assert "Any news?" in everything_in_slack(house)


async def test_the_audit_log_tells_that_somebody_was_erased_and_not_who(build: OpenHouse) -> None:
    house = await build(data=planted())
    await live(house)
    await erase(house)
    entries = await house.bot.store.read(
        lambda session: [row.model_dump() for row in session.exec(select(AuditEntry))]
    )
    (told,) = [entry for entry in entries if entry["action"] == "erase"]
    assert (told["outcome"], told["source"]) == ("erased", "cli")
    assert told["detail"].startswith("2 conversations")
    assert hits(str(entries)) == []
    # That Ana answered is still known, with the number of the conversation.
    assert any(entry["action"] == "reply" and entry["conversation_id"] == "2001" for entry in entries)


async def test_without_a_bot_the_command_itself_deletes_what_stands_in_slack(
    build: OpenHouse, diary: io.StringIO
) -> None:
    house = await build(data=planted())
    await live(house)
    await house.stop_bot()
    assert hits(everything_in_slack(house)) != []
    done = await asyncio.to_thread(command, house, "erase", "--contact", ID, "--yes")
    assert done.exit_code == 0, done.output
    assert house.alerts("2001") == []
    assert hits(everything_stored(house.database)) == []
    # What the account's messages show of them the bot draws anew when it starts, as the command says.
    assert "are drawn anew by the bot" in done.stdout
    await house.start_bot()
    await house.settle()
    assert hits(everything_in_slack(house)) == []


async def test_slack_out_of_reach_leaves_the_deletions_to_the_bot(build: OpenHouse) -> None:
    house = await build(data=planted())
    await live(house)
    await house.stop_bot()
    fault = house.fault("slack", "auth.test", "error", times=-1, error="invalid_auth")
    done = await asyncio.to_thread(command, house, "erase", "--contact", ID, "--yes")
    assert done.exit_code == 0, done.output
    assert "wait: the bot sees to them" in done.stdout
    assert fault.hits
    assert hits(everything_stored(house.database)) == []
    assert house.alerts("2001") != []
    house.faults.clear()
    await house.start_bot()
    await house.settle()
    assert house.alerts("2001") == []
    assert hits(everything_in_slack(house)) == []


async def test_a_deletion_whose_connection_breaks_is_done_again(build: OpenHouse) -> None:
    house = await build(data=planted())
    await live(house)
    for kind in ("drop_before", "drop_after", "rate_limit", "error"):
        house.fault("slack", "chat.delete", kind)
    done = await erase(house)
    assert done.exit_code == 0
    await house.until(lambda: hits(everything_in_slack(house)) == [])
    states = await house.bot.store.read(
        lambda session: {r.state for r in session.exec(select(Intent).where(Intent.kind == "slack.delete"))}
    )
    assert states == {"done"}


async def test_an_answer_that_waits_to_be_sent_to_them_is_not_sent(build: OpenHouse) -> None:
    from datetime import timedelta

    house = await build(data=planted(), undo=timedelta(hours=1))
    await house.at("09:05")
    await house.ana.answers("2001", ANSWER)
    done = await erase(house)
    assert "1 answer to them will not be sent." in done.stdout
    house.clock.machine_ahead = timedelta(hours=2)
    await house.settle()
    assert house.sent() == []
    assert hits(everything_in_slack(house)) == []


async def test_a_summary_that_names_somebody_without_an_account_loses_that_line_only(
    build: OpenHouse,
) -> None:
    monday = datetime(2026, 11, 30, 8, 0, tzinfo=BERLIN)
    data = planted(account=False)
    for each in data["conversations"]:
        if each["id"] == "2001":
            each["parts"][0]["at"] = "2026-11-27T15:00:00+01:00"
    house = await build(data=data, start=monday)
    await house.at("08:31")
    summary = house.post("monday", "post:monday:2026-11-30")
    assert NAME in words(summary.blocks)
    first_line = words(summary.blocks).splitlines()[0]
    done = await erase(house)
    assert "1 edited" in done.stdout
    summary = house.post("monday", "post:monday:2026-11-30")
    assert NAME not in words(summary.blocks)
    assert words(summary.blocks).splitlines()[0] == first_line
    assert "Northwind Marine" in words(summary.blocks)


async def test_somebody_nobody_knows_is_one_sentence_and_changes_nothing(build: OpenHouse) -> None:
    house = await build(data=planted())
    before = await house.facts()
    done = await asyncio.to_thread(command, house, "erase", "--contact", "nobody@nowhere.example", "--yes")
    assert (done.exit_code, done.stdout) == (1, "Nothing is stored about nobody@nowhere.example.\n")
    assert await house.facts() == before


async def test_without_a_yes_nothing_is_erased(build: OpenHouse) -> None:
    house = await build(data=planted())
    before = await house.facts()
    done = await asyncio.to_thread(command, house, "erase", "--contact", ID)
    assert done.exit_code == 1
    assert NAME in done.stdout
    assert "2 conversations" in done.stdout
    assert await house.facts() == before


def test_the_needles_are_told_apart_from_everybody_elses_words() -> None:
    assert hits(str(planted())) != []
    others = planted()
    others["contacts"] = [each for each in others["contacts"] if each["id"] != ID]
    others["conversations"] = [each for each in others["conversations"] if each["id"] in ("1001", "1002")]
    assert hits(str(others)) == []
    assert {REMARK, NOTE, FILE} <= set(NEEDLES)
