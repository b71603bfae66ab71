"""What a person is told about themselves: everything that is stored of them, and of nobody else."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

from harness import OpenHouse
from planted_person import (
    ANSWER,
    BY_MAIL,
    ELSEWHERE,
    EMAIL,
    ID,
    IN_SLACK,
    LATER,
    NAME,
    NOTE,
    REMARK,
    TOLD_BY_MAIL,
    WROTE,
    command,
    everything_stored,
    live,
    planted,
)

ME_TOO = "The same befell my lighthouse"
OTHERS = ("Dana Reyes", "Omar Haddad", "Pia Holm", "customer.example", "Single sign-on", "import my list")


async def test_everything_of_the_person_and_nothing_of_others(build: OpenHouse, tmp_path: Path) -> None:
    house = await build(data=planted())
    await live(house)
    house.tick()
    house.intercom.customer_writes("2001", ME_TOO, contact_id="p1")
    await house.later(seconds=61)
    assert ME_TOO in str([each.blocks for each in house.alerts("2001")])
    before = everything_stored(house.database)
    for other in OTHERS:
        assert other in before, "it is there to be left out"
    file = tmp_path / "zelda.json"
    done = await asyncio.to_thread(command, house, "export", "--contact", EMAIL, "--out", str(file))
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{file}: 2 conversations, and everything else stored about {EMAIL}.\n"
    text = file.read_text("utf-8")
    for needle in (ID, NAME, EMAIL, WROTE, LATER, REMARK, NOTE, ANSWER, ELSEWHERE):
        assert needle in text, needle
    for other in (*OTHERS, ME_TOO):
        assert other not in text, other
    (told,) = json.loads(text)["stored"]
    assert [each["id"] for each in told["conversations"]] == ["2001", "2002"]
    messages = told["conversations"][0]["messages"]
    assert [sorted(each) for each in messages if each["by"] == "another customer"] == [["at", "by"]]
    assert told["contact"][0]["account"] == "Northwind Marine"
    assert [each["words"] for each in told["sent_to_intercom"] if each["what"] == "reply"] == [ANSWER]
    posted = "\n".join(word for each in told["posted_to_slack"] for word in each["words"])
    assert LATER in posted
    assert "another customer" in posted
    assert {each["action"] for each in told["audit_log"]} >= {"reply"}
    assert [each["text"] for each in told["outside_intercom"]] == [IN_SLACK, BY_MAIL, TOLD_BY_MAIL]
    assert [each["topic"] for each in told["webhooks"]] == ["conversation.user.replied"]
    assert told["took_part_in"][0]["conversation"] == "1004"
    assert told["conversations"][0]["promises"]


async def test_the_file_is_its_owners_and_overwrites_nothing(build: OpenHouse, tmp_path: Path) -> None:
    house = await build(data=planted())
    file = tmp_path / "zelda.json"
    first = await asyncio.to_thread(command, house, "export", "--contact", ID, "--out", str(file))
    assert first.exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    again = await asyncio.to_thread(command, house, "export", "--contact", ID, "--out", str(file))
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    assert file.read_bytes() == content
    nowhere = await asyncio.to_thread(
        command, house, "export", "--contact", ID, "--out", str(tmp_path / "no" / "such" / "folder")
    )
    assert (nowhere.exit_code, "cannot be written" in nowhere.stderr) == (2, True)


async def test_after_an_erasure_there_is_nothing_to_write(build: OpenHouse, tmp_path: Path) -> None:
    house = await build(data=planted())
    await house.stop_bot()
    await asyncio.to_thread(command, house, "erase", "--contact", ID, "--yes")
    file = tmp_path / "zelda.json"
    done = await asyncio.to_thread(command, house, "export", "--contact", ID, "--out", str(file))
    assert (done.exit_code, done.stdout) == (1, f"Nothing is stored about {ID}.\n")
    assert not file.exists()
