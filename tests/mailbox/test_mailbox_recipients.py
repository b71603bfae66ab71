"""What the team wrote to somebody is theirs, also where Intercom does not know them, or to several."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic
from harness import House, OpenHouse
from mail_people import EMAIL, NAME, command, everything, with_contact, with_odalys
from post_office import Box, mail
from reading import read_again, stored
from sqlalchemy import text

from bot.store.engine import open_store
from bot.store.migrate import config

ANA = "Ana Ruiz <ana@small.example>"
STRANGER = "Quill.O_ne%x@quarry.example"
OTHER = "quilloXne-x@quarry.example"
OMAR = "omar@customer.example"
TO_STRANGER = "We send you the basalt papers"
TO_BOTH = "We write to both of you"
TO_OTHER = "This is for somebody else at the quarry"


def filled(box: Box) -> None:
    """Odalys writes; the team answers her with a stranger, then the stranger alone, and others."""
    box.put(mail("Odalys asks", by=f"{NAME} <{EMAIL}>", id_="asks@x"))
    box.put(mail(TO_STRANGER, by=ANA, to=f"Quill <{STRANGER}>", after="asks@x"), "Sent")
    box.put(mail(TO_OTHER, by=ANA, to=OTHER, after="asks@x"), "Sent")
    box.put(mail(TO_BOTH, by=ANA, to=f"{EMAIL}, {OMAR}"), "Sent")


def with_two() -> dict[str, Any]:
    return with_contact(with_odalys(), "p79omar", "Omar Haddad", OMAR, "1079")


async def exported(house: House, who: str, file: Path) -> str:
    done = await command(house, "export", "--contact", who, "--out", str(file))
    assert done.exit_code == 0, done.output
    return await asyncio.to_thread(file.read_text, "utf-8")


async def run(house: House, statement: str) -> None:
    """Make the tables what they were before something was kept."""

    def change(session: Any) -> None:
        session.execute(text(statement))

    await house.bot.store.write(change)


async def texts(house: House) -> set[str]:
    return {row.text for row in await stored(house)}


async def test_what_a_stranger_was_written_is_exported_and_erased(build: OpenHouse, box: Box, tmp_path: Path):
    filled(box)
    house = await build(data=with_two(), mailbox=box.secrets())
    told = await exported(house, STRANGER, tmp_path / "stranger.json")
    assert TO_STRANGER in told
    assert TO_OTHER not in told
    done = await command(house, "erase", "--contact", STRANGER, "--yes")
    assert done.exit_code == 0, done.output
    assert await texts(house) == {"Odalys asks", TO_OTHER, TO_BOTH}
    box.renumber()
    await read_again(house)
    left = await everything(house)
    assert [each for each in (TO_STRANGER, STRANGER, STRANGER.lower()) if each in left] == []
    assert TO_OTHER in left


async def test_whom_intercom_does_not_know_is_told_and_asked_about(
    build: OpenHouse, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    filled(box)
    house = await build(data=with_two(), mailbox=box.secrets())
    monkeypatch.chdir(tmp_path)
    done = await command(house, "export", "--contact", STRANGER)
    assert done.exit_code == 0, done.output
    written = tmp_path / "watchbell-export-Quill-O-ne-x-quarry-example.json"
    assert TO_STRANGER in await asyncio.to_thread(written.read_text, "utf-8")
    done = await command(house, "erase", "--contact", STRANGER, typed="n\n")
    assert done.exit_code == 1
    assert f"{STRANGER} (no contact of Intercom's): 0 conversations with 0 messages, 1 message" in done.stdout


async def test_a_mail_to_two_customers_goes_with_either_and_stays_away(
    build: OpenHouse, box: Box, tmp_path: Path
):
    filled(box)
    house = await build(data=with_two(), mailbox=box.secrets())
    assert TO_BOTH in await exported(house, OMAR, tmp_path / "omar.json")
    done = await command(house, "erase", "--contact", EMAIL, "--yes")
    assert done.exit_code == 0, done.output
    box.renumber()
    await read_again(house)
    assert TO_BOTH not in await texts(house)
    # What the team writes to Omar from now on is Omar's, and does not bring her address back.
    # (Commands go by the machine's clock.)
    now = datetime.now(UTC) + timedelta(minutes=1)
    box.put(mail("A new word to both", by=ANA, to=f"{EMAIL}, {OMAR}", at=now), "Sent", at=now)
    await read_again(house)
    assert "A new word to both" in await texts(house)
    assert EMAIL not in await everything(house)


async def test_of_mails_from_before_recipients_were_kept_the_thread_tells(
    build: OpenHouse, box: Box, tmp_path: Path
):
    filled(box)
    box.put(mail("Omar joins in", by=OMAR, after="asks@x"))
    box.put(mail("Odalys asks again", by=f"{NAME} <{EMAIL}>", id_="again@x"))
    box.put(mail("We tell somebody at the quarry", by=ANA, to=OTHER, after="again@x"), "Sent")
    house = await build(data=with_two(), mailbox=box.secrets())
    await run(house, "UPDATE outside_message SET recipients = NULL")
    told = await exported(house, EMAIL, tmp_path / "odalys.json")
    assert "We tell somebody at the quarry" in told
    # Where Omar wrote too it may have been told to him alone.
    assert TO_STRANGER not in told
    done = await command(house, "erase", "--contact", EMAIL, "--yes")
    assert done.exit_code == 0, done.output
    assert await texts(house) == {"Omar joins in", TO_BOTH}


async def test_the_upgrade_has_the_mailbox_tell_to_whom_older_mails_went(build: OpenHouse, box: Box):
    filled(box)
    house = await build(data=with_two(), mailbox=box.secrets())
    before = [(row.id, row.text, row.recipients) for row in await stored(house)]
    assert any(each for *_, each in before)
    await house.stop_bot()
    at_an_older_revision(house.database)
    await house.start_bot(mailbox=box.secrets())
    await read_again(house)
    assert [(row.id, row.text, row.recipients) for row in await stored(house)] == before


def at_an_older_revision(database: str) -> None:
    store = open_store(database)
    try:
        # Whichever comes before the one that keeps recipients.
        alembic.downgrade(config(store.engine), "0025-1")
    finally:
        store.close()
