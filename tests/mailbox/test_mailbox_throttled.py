"""A server that answers nothing for a while takes no mail away, whatever words it has for that."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from harness import House, OpenHouse
from moody_server import HANGS_UP, Mood, MoodyServer, moody, uids
from post_office import mail
from reading import EVERY, status, stored
from small_office import TOML, scenario

from bot.store import mailbox

pytestmark = pytest.mark.thorough

INBOX = TOML + "\n[mailbox]\nsent = []\n"
MANY = 7
THROTTLED = "BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds"


def several() -> list[bytes]:
    return [mail(f"Number {each}.", id_=f"n{each}@customer.example").as_bytes() for each in range(MANY)]


async def place(house: House) -> tuple[int, int]:
    """How far the inbox was read, and how many of its mails could not be."""
    row = next(row for row in await house.read(mailbox.folders) if row.folder == "INBOX")
    return row.last_uid, row.unread


async def read_later(house: House, looks: int = 5) -> None:
    for _ in range(looks):
        house.clock.machine_ahead += timedelta(seconds=EVERY)
        await house.later(seconds=EVERY)


def fetches(answer: str) -> Mood:
    return lambda command: answer if command.startswith("UID FETCH") else None


def after_three(server: MoodyServer, answer: str) -> Mood:
    """The first refusal is of all together; then a few are handed out one by one, and then nothing."""

    def mood(command: str) -> str | None:
        bodies = [each for each in server.heard if "BODY.PEEK" in each]
        if not bodies or not command.startswith("UID FETCH"):
            return None
        asked_alone = "BODY.PEEK" in command and len(uids(command)) == 1 and len(bodies) <= 4
        return None if asked_alone else answer

    return mood


@pytest.mark.parametrize(
    ("answer", "midway"),
    [(THROTTLED, False), ("NO [OVERQUOTA] Too much", True), ("NO nothing today", False), ("BAD no", True)],
)
async def test_mails_that_a_throttled_server_withheld_are_read_later(
    build: OpenHouse, answer: str, midway: bool
):
    async with moody(several()) as server:
        server.mood = after_three(server, answer) if midway else fetches(answer)
        house = await build(mailbox=server.secrets(), toml=INBOX, data=scenario("1001"))
        assert await stored(house) == []
        assert await place(house) == (0, 0)
        await read_later(house)
        assert "answers no requests for now. Watchbell goes on trying." in await status(house)
        server.mood = lambda command: None
        await read_later(house)
        assert len(await stored(house)) == MANY
        assert await place(house) == (MANY, 0)
        assert "All well." in await status(house)
        await house.stop_all()


@pytest.mark.parametrize("call", ["EXAMINE", "UID SEARCH", "LOGIN"])
async def test_a_throttled_server_is_no_wrong_folder(build: OpenHouse, call: str):
    async with moody(several()) as server:
        server.mood = lambda command: THROTTLED if command.startswith(call) else None
        house = await build(mailbox=server.secrets(), toml=INBOX, data=scenario("1001"))
        await read_later(house)
        told = await status(house)
        assert "Watchbell goes on trying." in told
        assert "Correct its name" not in told
        assert "password" not in told
        server.mood = lambda command: None
        await read_later(house)
        assert len(await stored(house)) == MANY
        await house.stop_all()


async def test_one_mail_over_which_the_server_stumbles_takes_no_other_along(build: OpenHouse):
    async with moody(several()) as server:
        server.mood = lambda command: "NO broken" if "BODY.PEEK" in command and 3 in uids(command) else None
        house = await build(mailbox=server.secrets(), toml=INBOX, data=scenario("1001"))
        assert len(await stored(house)) == MANY - 1
        assert await place(house) == (MANY, 1)
        await house.stop_all()


def over(*broken: int) -> Mood:
    """It hangs up as soon as one of these is asked for."""
    return lambda command: HANGS_UP if "BODY.PEEK" in command and {*broken} & {*uids(command)} else None


@pytest.mark.parametrize("broken", [(3,), (1,), (MANY,), (1, 2), (3, 4, 6)])
async def test_mails_over_which_the_server_hangs_up_are_left_out_alone(
    build: OpenHouse, diary: io.StringIO, broken: tuple[int, ...]
):
    async with moody(several()) as server:
        server.mood = over(*broken)
        house = await build(mailbox=server.secrets(), toml=INBOX, data=scenario("1001"))
        assert await stored(house) == []
        # By chance a broken one may be asked for beside another; that look tells nothing.
        for _ in range(12):
            await read_later(house)
            if await place(house) == (MANY, len(broken)):
                break
        assert len(await stored(house)) == MANY - len(broken)
        assert await place(house) == (MANY, len(broken))
        assert "All well." in await status(house)
        assert diary.getvalue().count('"mail_not_read"') == len(broken)
        # What comes then is read as ever, together.
        server.heard.clear()
        server.mails += several()[:2]
        await read_later(house)
        assert await place(house) == (MANY + 2, len(broken))
        assert [uids(each) for each in server.heard if "BODY.PEEK" in each] == [[MANY + 1, MANY + 2]]
        await house.stop_all()


async def test_a_server_that_hangs_up_over_every_mail_takes_none_away(build: OpenHouse):
    async with moody(several()) as server:
        server.mood = over(*range(1, MANY + 1))
        house = await build(mailbox=server.secrets(), toml=INBOX, data=scenario("1001"))
        for _ in range(4):
            await read_later(house)
        assert await place(house) == (0, 0)
        assert "hung up. Check the server and the network." in await status(house)
        server.mood = lambda command: None
        await read_later(house)
        assert len(await stored(house)) == MANY
        assert await place(house) == (MANY, 0)
        await house.stop_all()


async def test_the_only_mail_of_a_folder_keeps_the_mailbox_no_longer_either(build: OpenHouse):
    async with moody(several()[:1]) as server:
        server.mood = over(1)
        house = await build(mailbox=server.secrets(), toml=INBOX, data=scenario("1001"))
        await read_later(house)
        assert await place(house) == (1, 1)
        assert "All well." in await status(house)
        await house.stop_all()


async def test_a_mail_that_was_left_out_is_not_asked_for_again(build: OpenHouse):
    async with moody(several()) as server:
        server.mood = over(1)
        house = await build(mailbox=server.secrets(), toml=INBOX, data=scenario("1001"))
        await read_later(house)
        assert await place(house) == (MANY, 1)
        # What was handled was moved elsewhere, the broken one could not be. Then a line is cut by chance.
        server.gone = {*range(2, MANY + 1)}
        server.mails.append(several()[1])
        server.mood = over(*range(1, MANY + 2))
        await read_later(house, looks=1)
        assert await place(house) == (MANY, 1)
        server.mood = over(1)
        await read_later(house, looks=2)
        assert await place(house) == (MANY + 1, 1)
        assert "All well." in await status(house)
        await house.stop_all()


async def test_a_mail_that_broke_after_it_was_read_keeps_no_other_from_being_read(build: OpenHouse):
    async with moody(several()[:1]) as server:
        house = await build(mailbox=server.secrets(), toml=INBOX, data=scenario("1001"))
        server.mails.append(several()[1])
        for _ in range(3):
            server.mood = over(1, 2)
            await read_later(house, looks=1)
        server.mood = over(1)
        await read_later(house, looks=2)
        assert await place(house) == (2, 0)
        assert len(await stored(house)) == 2
        await house.stop_all()


async def test_a_server_in_trouble_for_a_few_looks_takes_the_only_mail_not_away(build: OpenHouse):
    async with moody(several()[:1]) as server:
        server.mood = over(1)
        house = await build(mailbox=server.secrets(), toml=INBOX, data=scenario("1001"))
        await read_later(house, looks=3)
        server.mood = lambda command: None
        await read_later(house, looks=1)
        assert await place(house) == (1, 0)
        assert len(await stored(house)) == 1
        await house.stop_all()
