"""`watchbell outbox` beside a running bot: what was given up is listed, comes back once, or is forgotten."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import watchbell, watchbell_process
from databases import sqlite_file
from given_up import dead, states, the_dead, unconfirmed_answer
from harness import QUICK, House, OpenHouse
from on_the_screen import key_of, words
from small_office import CHANNELS, scenario
from sqlalchemy import update
from sqlmodel import Session, col

from bot.clock import SystemClock, moment
from bot.outbox import settle
from bot.store import audit, beside, intents
from bot.store.intents import Intent
from bot.store.parts import parts_of
from bot.store.posts import get_post

pytestmark = pytest.mark.thorough

ALERT = "post:alert:1001:"


async def dead_alert(build: OpenHouse, database: str) -> House:
    """The alert about 1001 was refused by Slack for good; the bot goes on."""
    house = await build(database=database, data=scenario("1001"))
    house.fault("slack", "chat.postMessage", "error", error="msg_too_long")
    await house.at("09:06")
    assert house.alerts("1001") == []
    return house


async def test_what_was_given_up_is_listed_with_its_reason_and_no_words(build: OpenHouse, database: str):
    house = await dead_alert(build, database)
    lost = await the_dead(house, ALERT)
    told = await watchbell(database, "outbox", "list")
    assert told.code == 1, "something was found"
    assert str(lost.id) in told.out
    assert "msg_too_long" in told.out
    assert "alert, conversation 1001" in told.out
    (listed,) = (await watchbell(database, "outbox", "list", "--json")).json["intents"]
    assert listed["key"] == lost.key
    assert listed["state"] == "dead"
    shown = await watchbell(database, "outbox", "show", str(lost.id))
    customers = conversations_words(await house.read(words_of, "1001"))
    assert shown.code == 0
    assert lost.key in shown.out
    assert not any(each in shown.out + told.out for each in customers)
    with_words = await watchbell(database, "outbox", "show", lost.key, "--words")
    assert any(each in with_words.out for each in customers), "the control: the words are there to be shown"


def words_of(session: Session, workspace: str, conversation_id: str) -> list[str]:
    parts = parts_of(session, workspace, conversation_id)
    return [part.text for part in parts if part.customer_message]


def conversations_words(texts: list[str]) -> list[str]:
    return [text[:30] for text in texts if text]


async def test_a_retried_message_arrives_once_with_what_is_true_by_then(build: OpenHouse, database: str):
    house = await dead_alert(build, database)
    lost = await the_dead(house, ALERT)
    await house.at("09:15")
    assert house.alerts("1001") == [], "the bot itself does not bring it back"
    told = await watchbell(database, "outbox", "retry", str(lost.id))
    assert told.code == 0, told
    await house.settle()
    assert len(house.alerts("1001")) == 1
    assert "due in 5 min" in words(house.alert("1001").blocks)
    again = await watchbell(database, "outbox", "retry", str(lost.id))
    assert again.code == 1
    assert "Nothing was changed. It was delivered." in again.out
    await house.at("09:26")
    assert len(house.alerts("1001")) == 1
    assert "late" in words(house.alert("1001").blocks), "and it is kept up to date from then on"


async def test_retrying_is_written_into_the_audit_log(build: OpenHouse, database: str):
    house = await dead_alert(build, database)
    lost = await the_dead(house, ALERT)
    await watchbell(database, "outbox", "retry", lost.key)
    entry = (await house.read(audit.latest))[0]
    assert (entry.action, entry.source, entry.outcome) == ("retry", "cli", "pending")
    assert entry.slack_user_id
    assert entry.detail == f"{lost.key}, dead before"


async def test_what_died_in_its_thread_comes_back_with_it_in_order(build: OpenHouse, database: str):
    house = await build(
        database=database, data=scenario("1001"), timings=replace(QUICK, backoff=1.0, backoff_cap=1.0)
    )
    # Whose channel it is cannot be asked: the alert waits, the call behind it, and it dies with it.
    house.bot.front.identity.forget(channel_id=CHANNELS["alerts"])
    house.fault("slack", "conversations.info", "error", status=500, times=-1)
    await house.at("09:06")
    await house.at("09:21")
    house.faults.clear()
    house.fault("slack", "chat.postMessage", "error", error="msg_too_long", times=-1)
    await house.rest(2.5)
    house.faults.clear()
    lost, ring = await the_dead(house, ALERT), await the_dead(house, "post:ring:1001:")
    alone = await watchbell(database, "outbox", "retry", str(ring.id))
    assert alone.code == 1
    assert f"message {lost.id}, which was not delivered either" in alone.out
    told = await watchbell(database, "outbox", "retry", str(lost.id))
    assert told.code == 0, told
    assert "1 message in its thread goes with it." in told.out
    await house.settle()
    alert = house.alert("1001")
    assert house.post("alerts", "post:ring:1001:").thread_ts == alert.ts


async def test_an_alert_that_is_over_is_brought_back_only_on_a_yes(build: OpenHouse, database: str):
    house = await dead_alert(build, database)
    lost = await the_dead(house, ALERT)
    house.intercom.closes("1001", "8802")
    await house.later(minutes=2)
    refused = await watchbell(database, "outbox", "retry", str(lost.id), typed="n\n")
    assert refused.code == 1
    assert "That promise is over by now" in refused.out
    await house.settle()
    assert house.alerts("1001") == []
    assert (await watchbell(database, "outbox", "retry", str(lost.id), "--yes")).code == 0
    await house.settle()
    assert len(house.alerts("1001")) == 1


async def test_an_edit_that_died_with_its_channel_comes_back_and_the_message_lives_again(
    build: OpenHouse, database: str
):
    house = await build(database=database, data=scenario("1001"))
    await house.at("09:06")
    house.fault("slack", "chat.update", "error", error="channel_not_found", times=-1)
    await house.at("09:16")
    house.faults.clear()
    lost = await the_dead(house, "edit:alert:1001:")
    post = await house.read(get_post, lost.subject)
    assert post.state == "gone"
    assert (await watchbell(database, "outbox", "retry", str(lost.id))).code == 0
    await house.at("09:17")
    await house.at("09:26")
    assert len(house.alerts("1001")) == 1
    assert "late" in words(house.alert("1001").blocks)


async def test_what_was_dropped_never_comes(build: OpenHouse, database: str):
    house = await dead_alert(build, database)
    lost = await the_dead(house, ALERT)
    asked = await watchbell(database, "outbox", "drop", str(lost.id), typed="n\n")
    assert asked.code == 1
    assert "Forget a message (alert, conversation 1001)?" in asked.out
    assert await the_dead(house, ALERT)
    assert (await watchbell(database, "outbox", "drop", str(lost.id), "--yes")).code == 0
    told = await watchbell(database, "outbox", "list")
    assert told.out.strip() == "Nothing waits for a person, and nothing is late."
    assert told.code == 0
    await house.later(minutes=6)
    assert house.alerts("1001") == []
    entry = (await house.read(audit.latest))[0]
    assert (entry.action, entry.source, entry.outcome) == ("drop", "cli", "dropped")


# -- answers


async def reply_id(house: House) -> str:
    (reply,) = await house.read(intents.about, "1001", kinds=("intercom.reply",))
    return str(reply.id)


async def test_an_unconfirmed_answer_asks_looks_again_and_is_sent_once(build: OpenHouse, database: str):
    house = await unconfirmed_answer(build, database)
    number = await reply_id(house)
    asked = await watchbell(database, "outbox", "retry", number, typed="")
    assert asked.code == 1
    assert "Look in Intercom before you say yes" in asked.out
    await house.settle()
    assert house.sent() == []
    assert (await watchbell(database, "outbox", "retry", number, typed="y\n")).code == 0
    await house.settle()
    assert house.sent() == [("1001", house.ana.admin, "It is mended.")]
    assert await states(house) == ["done"]


async def test_an_unconfirmed_answer_that_arrived_late_is_found_and_not_sent_again(
    build: OpenHouse, database: str
):
    house = await unconfirmed_answer(build, database)
    house.intercom.admin_replies("1001", house.ana.admin, "It is mended.")
    before = house.sent()
    assert len(before) == 1
    assert (await watchbell(database, "outbox", "retry", await reply_id(house), "--yes")).code == 0
    await house.settle()
    assert house.sent() == before
    assert await states(house) == ["done"]


async def test_a_refused_answer_is_sent_after_all_but_not_over_somebody_elses(
    build: OpenHouse, database: str
):
    house = await build(database=database, data=scenario("1001"))
    house.fault("intercom", "POST /conversations/*/reply", "error", status=422)
    await house.ana.answers("1001", "It is mended.")
    await house.settle()
    assert await states(house) == ["dead"]
    number = await reply_id(house)
    house.tick(60)
    house.intercom.admin_replies("1001", house.ben.admin, "Ben here: done.")
    await house.later(minutes=2)
    asked = await watchbell(database, "outbox", "retry", number, typed="n\n")
    assert asked.code == 1
    assert "The team has answered in that conversation since." in asked.out
    assert (await watchbell(database, "outbox", "retry", number, "--yes")).code == 0
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["Ben here: done.", "It is mended."]


# -- where it stands


async def test_what_waits_too_long_is_listed_and_what_is_on_its_way_is_left_alone(
    build: OpenHouse, database: str
):
    house = await build(database=database, data=scenario("1001"), undo=timedelta(hours=1))
    await house.ana.answers("1001", "It is mended.")
    number = await reply_id(house)
    assert number not in [
        str(each["id"]) for each in (await watchbell(database, "outbox", "list", "--json")).json["intents"]
    ]
    told = await watchbell(database, "outbox", "retry", number)
    assert told.code == 1
    assert "on its way already" in told.out

    def overdue(session: Session) -> None:
        late = house.clock.machine() - timedelta(minutes=6)
        session.execute(update(Intent).where(col(Intent.id) == int(number)).values(due=late))

    await house.bot.store.write(overdue)
    (listed,) = (await watchbell(database, "outbox", "list", "--json")).json["intents"]
    assert str(listed["id"]) == number
    pending = await watchbell(database, "outbox", "list", "--state", "pending")
    assert pending.code == 0
    assert number in pending.out


def retried(database: str, number: int | None) -> bool:
    """What `watchbell outbox retry` does once it may; True when this was the one that did it."""
    with beside.changing(database) as session:
        intent = intents.by_id(session, number or 0)
        assert intent is not None
        at = moment(SystemClock())
        refused = settle.may_retry(session, intent, at).refused is not None
        return not refused and bool(settle.retry(session, intent, at, by="root", source="cli"))


async def test_many_retries_beside_a_writing_bot_are_neither_lost_nor_doubled(
    build: OpenHouse, database: str
):
    house = await build(database=database, data=scenario("1001", "1002"))
    house.fault("slack", "chat.postMessage", "error", error="msg_too_long", times=4)
    await house.at("09:11")
    house.faults.clear()
    lost = await house.read(dead)
    assert len(lost) == 4

    async def busy(writer: int) -> None:
        for number in range(50):
            await house.bot.store.write(
                audit.record,
                house.workspace,
                at=house.clock.now(),
                slack_user_id="U0ANA",
                admin_id=None,
                action="test",
                source="test",
                outcome=f"{writer}-{number}",
            )

    writers = [busy(writer) for writer in range(4)]
    operators = [asyncio.to_thread(retried, database, each.id) for each in lost for _ in range(5)]
    done = (await asyncio.gather(*operators, *writers))[: len(operators)]
    assert sum(map(bool, done)) == 4, "each was brought back by one of its five"
    entries = await house.read(audit.latest, limit=500)
    assert sum(each.action == "retry" for each in entries) == 4
    assert sum(each.action == "test" for each in entries) == 200
    await house.settle()
    assert await house.read(dead) == []
    for channel in CHANNELS.values():
        keys = [key_of(each) for each in house.slack.messages(channel) if key_of(each)]
        assert len(keys) == len(set(keys)), keys
    assert len(house.alerts("1001")) == 1


async def test_in_a_process_of_its_own_it_is_delivered_by_the_bot_that_ticks(build: OpenHouse, database: str):
    """The control of all the others: a second process, and nobody but the bot's own ticks."""
    house = await dead_alert(build, database)
    lost = await the_dead(house, ALERT)
    await house.stop_bot()
    await house.start_bot(ticking=True)
    told = await watchbell_process(database, "outbox", "retry", str(lost.id))
    assert told.code == 0, told
    give_up = time.monotonic() + 20
    while not house.alerts("1001"):
        assert time.monotonic() < give_up, "the ticking bot never sent it"
        await asyncio.sleep(0.05)
    await asyncio.sleep(1.5)
    assert len(house.alerts("1001")) == 1


# -- what is refused


async def test_a_number_that_is_not_there_is_said_and_nothing_else_happens(tmp_path: Path):
    database = sqlite_file(tmp_path)
    for command in (["show", "7"], ["retry", "post:no"], ["drop", "7", "--yes"]):
        told = await watchbell(database, "outbox", *command)
        assert told.code == 2
        assert "in the outbox" in told.err


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path):
    told = await watchbell(f"sqlite:///{tmp_path / 'no.db'}", "outbox", "list")
    assert told.code == 2
    assert "DATABASE_URL: there is no database at" in told.err
    assert not (tmp_path / "no.db").exists()


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path):
    file = tmp_path / "letter.db"
    file.write_text("this is a letter\n" * 300)
    told = await watchbell(f"sqlite:///{file}", "outbox", "retry", "7")
    assert told.code == 2
    assert "not a database that can be read" in told.err
    assert file.read_text().startswith("this is a letter")


async def test_tables_of_another_version_are_not_touched(tmp_path: Path):
    database = sqlite_file(tmp_path)
    with sqlite3.connect(tmp_path / "watchbell.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    told = await watchbell(database, "outbox", "list")
    assert told.code == 2
    assert "revision 9999, which this version does not know" in told.err


@pytest.mark.postgres
async def test_a_server_that_is_not_there_is_named_without_its_password():
    told = await watchbell("postgresql://bot:very-secret@127.0.0.1:9/none", "outbox", "list")
    assert told.code == 2
    assert "PostgreSQL cannot be reached" in told.err
    assert "very-secret" not in told.err + told.out


async def test_control_without_the_look_a_late_answer_would_be_sent_twice(build: OpenHouse):
    """An intent whose attempts are forgotten is sent without a look: what `begin_again` must not do."""
    house = await build(data=scenario("1001"))
    house.fault("intercom", "POST /conversations/*/reply", "drop_before")
    await house.ana.answers("1001", "It is mended.")
    await house.rest(0.6)
    house.intercom.admin_replies("1001", house.ana.admin, "It is mended.")
    number = int(await reply_id(house))

    def blindly(session: Session) -> bool:
        return intents.begin_again(
            session, number, was="unconfirmed", attempts=0, due=moment(house.clock).machine
        )

    assert await house.bot.store.write(blindly)
    await house.settle()
    assert len(house.sent()) == 2


def test_what_a_post_is_about_is_read_from_its_key():
    assert settle.subject_of("alert:1001:2026-11-24T08:00:00+00:00") == ("alert", "1001")
