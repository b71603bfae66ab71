"""A customer's person whose mails were kept is told of them, and erased with them for good."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from harness import OpenHouse
from mail_people import EMAIL, NAME, command, everything, with_odalys
from post_office import Box, mail
from reading import read_again, stored

pytestmark = pytest.mark.thorough

WROTE = "The cinnabar lighthouse is dark"
ANSWERED = "We lit the vermilion lighthouse"
OMARS = "Omar writes of something else"


def filled(box: Box) -> None:
    box.put(mail(WROTE, by=f"{NAME} <{EMAIL}>", subject="Cinnabar"))
    answer = mail(ANSWERED, by=box.user, to=f"{NAME} <{EMAIL}>", subject="Re: Cinnabar")
    box.put(answer, "Sent")
    box.put(mail(OMARS, by="omar@customer.example"))


async def test_an_export_holds_their_mails_and_nobody_elses(build: OpenHouse, box: Box, tmp_path: Path):
    filled(box)
    house = await build(data=with_odalys(), mailbox=box.secrets())
    file = tmp_path / "odalys.json"
    done = await command(house, "export", "--contact", EMAIL, "--out", str(file))
    assert done.exit_code == 0, done.output
    text = json.dumps(json.loads(file.read_text("utf-8")), ensure_ascii=False)
    assert WROTE in text
    assert ANSWERED in text
    assert OMARS not in text


async def test_erasing_leaves_no_trace_and_the_mailbox_does_not_bring_them_back(
    build: OpenHouse, box: Box, diary: io.StringIO
):
    filled(box)
    house = await build(data=with_odalys(), mailbox=box.secrets())
    before = await everything(house)
    needles = (WROTE, ANSWERED, NAME, EMAIL, "Cinnabar")
    assert [each for each in needles if each not in before] == [], "the control: all of it is there"
    done = await command(house, "erase", "--contact", EMAIL, "--yes")
    assert done.exit_code == 0, done.output
    after = await everything(house)
    assert [each for each in needles if each in after] == []
    assert OMARS in after
    # The mails are still in the mailbox: new ones, and all of them again.
    box.put(mail(f"{WROTE} once more", by=f"{NAME} <{EMAIL}>"))
    box.renumber()
    await read_again(house)
    assert {row.text for row in await stored(house)} == {OMARS}
    last = await everything(house)
    assert [each for each in needles if each in last] == []
    assert [each for each in needles if each in diary.getvalue()] == []


async def test_no_password_and_no_words_are_in_the_log_or_the_database(
    build: OpenHouse, box: Box, diary: io.StringIO
):
    filled(box)
    house = await build(data=with_odalys(), mailbox=box.secrets())
    await house.stop_bot()
    await house.start_bot(mailbox=box.secrets(password="PLANTED other pässword"))
    await read_again(house)
    secrets = ("PLANTED", "pass wörd", "pässword")
    kept = await everything(house)
    assert [each for each in secrets if each in kept or each in diary.getvalue()] == []
    assert [each for each in secrets if each in repr(house.bot.secrets)] == []
    assert WROTE not in diary.getvalue()
