"""A teammate's address is no customer's: what they wrote to everybody stays where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import OpenHouse
from mail_people import EMAIL, NAME, command, with_contact, with_odalys
from post_office import Box, mail
from reading import read_again, stored

ANA = "ana@small.example"
TO_OMAR = "We answer Omar"
UNVERIFIED = "Somebody writes under Ana's name"


def filled(box: Box) -> None:
    box.put(mail("Odalys asks", by=f"{NAME} <{EMAIL}>"))
    box.put(mail("We answer Odalys", by=f"Ana Ruiz <{ANA}>", to=EMAIL), "Sent")
    box.put(mail(TO_OMAR, by=f"Ana Ruiz <{ANA}>", to="omar@customer.example"), "Sent")
    box.put(mail(UNVERIFIED, by=f"Ana Ruiz <{ANA}>", to="omar@customer.example"))


@pytest.mark.parametrize("whose", ["teammate", "mailbox"])
@pytest.mark.parametrize("what", ["erase", "export"])
async def test_the_teams_own_address_is_refused(
    build: OpenHouse, box: Box, tmp_path: Path, what: str, whose: str
):
    filled(box)
    house = await build(data=with_odalys(), mailbox=box.secrets())
    before = await stored(house)
    assert len(before) == 4
    more = ("--yes",) if what == "erase" else ("--out", str(tmp_path / "export.json"))
    address = ANA.upper() if whose == "teammate" else box.user
    done = await command(house, what, "--contact", address, *more)
    assert done.exit_code == 2, done.output
    assert f"{address} is an address of the team's own" in done.stderr
    assert await stored(house) == before
    assert not (tmp_path / "export.json").exists()


async def test_a_teammate_who_is_a_contact_too_is_erased_as_a_contact_only(build: OpenHouse, box: Box):
    filled(box)
    data = with_contact(with_odalys(), "p78ana", "Ana tries it", ANA, "1078")
    house = await build(data=data, mailbox=box.secrets())
    done = await command(house, "erase", "--contact", "p78ana", "--yes")
    assert done.exit_code == 0, done.output
    assert "Erased 1 conversation with 1 message, 0 messages from outside Intercom" in done.stdout
    assert {TO_OMAR, UNVERIFIED} <= {row.text for row in await stored(house)}
    # Nor is the teammate shut out of the mailbox from now on.
    box.put(mail("We go on", by=f"Ana Ruiz <{ANA}>", to="omar@customer.example"), "Sent")
    await read_again(house)
    assert "We go on" in {row.text for row in await stored(house)}


async def test_the_question_counts_what_stands_outside_intercom(build: OpenHouse, box: Box):
    filled(box)
    house = await build(data=with_odalys(), mailbox=box.secrets())
    done = await command(house, "erase", "--contact", EMAIL, typed="n\n")
    assert done.exit_code == 1
    assert "1 conversation with 1 message, 2 messages from outside Intercom, and everything" in done.stdout
    done = await command(house, "erase", "--contact", EMAIL, "--yes")
    assert "Erased 1 conversation with 1 message, 2 messages from outside Intercom" in done.stdout
    assert {row.text for row in await stored(house)} == {TO_OMAR, UNVERIFIED}
