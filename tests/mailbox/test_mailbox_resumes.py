"""Reading goes on where it stopped, whatever happens in between: nothing is lost, nothing stands twice."""

from __future__ import annotations

import asyncio
import contextlib
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from databases import DEFAULT_SERVER, chosen_server, postgres_database
from harness import TUESDAY, House, OpenHouse
from on_the_screen import words
from post_office import PASSWORD, Box, PostOffice, mail
from reading import EVERY, read_again, status, stored
from small_office import TOML

from bot.intake import mailbox as intake
from bot.mail import door
from bot.mail.door import Mailbox, Patience
from bot.mail.errors import MailError
from bot.store import mailbox
from bot.store.mailbox import MailboxFolder

pytestmark = pytest.mark.thorough


async def folders(house: House) -> dict[str, MailboxFolder]:
    return {row.folder: row for row in await house.read(mailbox.folders)}


async def test_only_what_is_new_is_fetched(build: OpenHouse, box: Box):
    box.put(mail("The first."))
    house = await build(mailbox=box.secrets())
    before = (await folders(house))["INBOX"]
    box.put(mail("The second."))
    await read_again(house)
    after = (await folders(house))["INBOX"]
    assert [row.text for row in await stored(house)] == ["The first.", "The second."]
    assert (before.last_uid, after.last_uid) == (1, 2)
    assert after.kept == 2
    assert after.looked_at == house.clock.now()


async def test_a_folder_that_is_numbered_anew_is_read_again_without_doubles(build: OpenHouse, box: Box):
    for number in range(7):
        box.put(mail(f"Number {number}."))
    box.put(b"From: dana@customer.example\r\nSubject: no id\r\n\r\nWithout an id.\r\n")
    house = await build(mailbox=box.secrets())
    before, after = box.renumber()
    assert before != after
    box.put(mail("One more."))
    await read_again(house)
    assert len(await stored(house)) == 9
    assert (await folders(house))["INBOX"].uidvalidity == after
    assert (await folders(house))["INBOX"].kept == 9


async def test_a_restart_goes_on_from_there(build: OpenHouse, box: Box):
    box.put(mail("Before."))
    house = await build(mailbox=box.secrets())
    await house.stop_bot()
    box.put(mail("Meanwhile."))
    await house.start_bot()
    await read_again(house)
    assert [row.text for row in await stored(house)] == ["Before.", "Meanwhile."]


async def test_another_mailbox_is_read_from_its_beginning_however_it_is_numbered(
    build: OpenHouse, box: Box, office: PostOffice
):
    for number in range(3):
        box.put(mail(f"Of the first {number}."))
    other = office.box()
    other.put(mail("Of the second."))
    other.renumber(box.validity())
    assert other.validity() == box.validity()
    house = await build(mailbox=box.secrets())
    await house.stop_bot()
    await house.start_bot(mailbox=other.secrets())
    await read_again(house)
    assert len(await stored(house)) == 4
    assert (await folders(house))["INBOX"].last_uid == 1


async def test_more_than_a_look_takes_is_read_to_the_end_and_what_is_older_is_left(
    build: OpenHouse, box: Box
):
    old = TUESDAY - timedelta(days=40)
    box.put(mail("Too long ago.", at=old), at=old)
    many = {f"Number {number}." for number in range(intake.MOST + door.BATCH + 7)}
    with box.owner() as client:
        for number, text in enumerate(sorted(many)):
            told = mail(text, id_=f"many-{number}@customer.example")
            client.append("INBOX", told.as_bytes(), msg_time=TUESDAY)
    house = await build(mailbox=box.secrets(), toml=TOML + '\n[mailbox]\nsince = "30d"\n')
    assert {row.text for row in await stored(house)} == many


async def test_an_answer_finds_its_thread_across_folders_and_batches(build: OpenHouse, box: Box):
    for number in range(2 * door.BATCH):
        at = TUESDAY - timedelta(minutes=300 - number)
        sent = mail(
            f"From us {number}.",
            by=box.user,
            to="dana@customer.example",
            at=at,
            id_=f"ours-{number}@small.example",
        )
        box.put(sent, "Sent", at=at)
    late = mail(
        "From my other address.",
        by="dana@private.example",
        at=TUESDAY,
        after=f"ours-{2 * door.BATCH - 1}@small.example",
    )
    box.put(late, at=TUESDAY)
    house = await build(mailbox=box.secrets())
    rows = {row.text: row for row in await stored(house)}
    assert len(rows) == 2 * door.BATCH + 1
    assert rows["From my other address."].account_id == "c1"
    assert rows["From my other address."].thread == f"ours-{2 * door.BATCH - 1}@small.example"


async def test_the_server_goes_away_and_comes_back(build: OpenHouse, own_office: PostOffice):
    box = own_office.box()
    box.put(mail("Before."))
    house = await build(mailbox=box.secrets())
    own_office.stop()
    await read_again(house)
    assert "All well." in await status(house), "a mail server may be restarted"
    for _ in range(3):
        await elapse(house)
    told = await status(house)
    assert "Mails have not been read for" in told
    assert f"Nobody listens at 127.0.0.1:{own_office.tls_port}." in told
    assert PASSWORD not in told
    own_office.start()
    box.put(mail("After."))
    await elapse(house)
    assert "All well." in await status(house)
    assert [row.text for row in await stored(house)] == ["Before.", "After."]
    assert (await folders(house))["INBOX"].fault is None


def unread(house: House) -> list[str]:
    return [words(each.blocks) for each in house.posts("alerts", "post:unread:mailbox:")]


async def test_the_team_is_told_once_when_the_mailbox_is_not_read_and_when_it_is_again(
    build: OpenHouse, own_office: PostOffice
):
    box = own_office.box()
    house = await build(mailbox=box.secrets())
    own_office.stop()
    for _ in range(4):
        await elapse(house)
    assert unread(house) == [], "a mail server may be restarted"
    for _ in range(3):
        await elapse(house)
    (message,) = unread(house)
    assert "*The mailbox is not read any more*, last <!date^" in message
    assert "What customers write there is not known here." in message
    assert f"Nobody listens at 127.0.0.1:{own_office.tls_port}." in message
    for _ in range(3):
        await elapse(house)
    assert unread(house) == [message], "it is said once"
    own_office.start()
    await elapse(house)
    (message,) = unread(house)
    assert "*The mailbox is read again* since" in message
    assert "All well." in await status(house)


async def test_a_mailbox_that_is_taken_out_is_not_missed(build: OpenHouse, box: Box):
    house = await build(mailbox=box.secrets(password="wrong"))
    for _ in range(8):
        await elapse(house)
    (message,) = unread(house)
    assert "*The mailbox cannot be read*, and was never read so far" in message
    house.mailbox = None
    await house.restart()
    await elapse(house)
    (message,) = unread(house)
    assert "*The mailbox is not to be read any more*" in message


async def test_a_folder_that_cannot_be_read_is_told_as_a_part(build: OpenHouse, box: Box):
    folders = '\n[mailbox]\nfolders = ["INBOX", "Orders"]\n'
    house = await build(mailbox=box.secrets(), toml=TOML + folders)
    for _ in range(8):
        await elapse(house)
    (message,) = unread(house)
    assert "*A part of the mailbox cannot be read*" in message
    assert "The mailbox has no folder “Orders”" in message


async def elapse(house: House, seconds: float = EVERY) -> None:
    """Business and machine time go on, and whatever is due is done: retries wait in machine time."""
    house.clock.machine_ahead += timedelta(seconds=seconds)
    await house.later(seconds=seconds)


async def test_a_refused_password_is_told_and_not_tried_every_minute(
    build: OpenHouse, box: Box, diary: io.StringIO
):
    house = await build(mailbox=box.secrets(password="PLANTED-wrong"))
    for _ in range(4):
        await elapse(house)
    told = await status(house)
    assert "The mail server refuses user and password. Set MAILBOX_USER and MAILBOX_PASSWORD anew" in told
    assert diary.getvalue().count('"mailbox_not_read"') == 1
    assert "PLANTED" not in diary.getvalue() + told
    await elapse(house, 15 * 60)
    assert diary.getvalue().count('"mailbox_not_read"') == 2
    # Set right, it is tried at once.
    await house.stop_bot()
    box.put(mail("Read at last."))
    await house.start_bot(mailbox=box.secrets())
    await elapse(house)
    assert [row.text for row in await stored(house)] == ["Read at last."]
    assert "All well." in await status(house)


async def test_a_folder_that_is_not_there_is_told_and_the_others_are_read(build: OpenHouse, box: Box):
    box.put(mail("In the inbox."))
    folders = '\n[mailbox]\nfolders = ["INBOX", "Büro <!channel>"]\n'
    house = await build(mailbox=box.secrets(), toml=TOML + folders)
    assert [row.text for row in await stored(house)] == ["In the inbox."]
    for _ in range(5):
        await elapse(house)
    told = await status(house)
    assert "The mailbox has no folder “Büro &lt;!channel&gt;”" in told
    house.edits(TOML + '\n[mailbox]\nfolders = ["INBOX"]\n')
    await elapse(house)
    await elapse(house)
    assert "All well." in await status(house)


async def test_folders_with_other_letters_are_read(build: OpenHouse, box: Box):
    box.put(mail("In the office."), "Büro & Ablage")
    box.put(mail("Not asked for."))
    named = '\n[mailbox]\nfolders = ["Büro & Ablage"]\nsent = []\n'
    house = await build(mailbox=box.secrets(), toml=TOML + named)
    assert [row.text for row in await stored(house)] == ["In the office."]


async def test_without_a_mailbox_nothing_is_said_of_one(build: OpenHouse):
    house = await build()
    assert "ailbox" not in await status(house)
    async with house.client() as client:
        assert "mailbox_age" not in (await client.get("/metrics")).text


async def test_metrics_tell_how_long_ago_it_was_read(build: OpenHouse, box: Box):
    house = await build(mailbox=box.secrets())
    house.tick(40)
    async with house.client() as client:
        assert "watchbell_mailbox_age_seconds 40.0" in (await client.get("/metrics")).text


async def test_nothing_is_read_before_intercom_told_who_the_customers_are(build: OpenHouse, box: Box):
    box.put(mail("Whose is this?"))
    house = await build(mailbox=box.secrets(), settled=False, linked=())
    assert await house.read(mailbox.folders) == []
    await house.settle()
    assert [row.account_id for row in await stored(house)] == ["c1"]


async def test_a_mail_that_cannot_be_read_keeps_no_other_away(build: OpenHouse, box: Box):
    box.put(b"\r\n")
    box.put(b"\x00\xff\xfe nothing that is a mail")
    box.put(b"From: =?utf-8?b?!!!?= <dana@customer.example>\r\nContent-Type: multipart/mixed\r\n\r\nno bound")
    box.put(b"From: dana@customer.example\r\nContent-Type: text/plain; charset=x-none\r\n\r\n\xe9t\xe9 \xff")
    box.put(mail("An ordinary one."))
    house = await build(mailbox=box.secrets())
    told = {row.text for row in await stored(house)}
    assert {"An ordinary one.", "été ÿ"} <= told
    assert (await folders(house))["INBOX"].last_uid == 5


async def test_of_an_enormous_mail_the_words_are_read_and_not_the_rest(build: OpenHouse, box: Box):
    large = mail("See the file.")
    large.add_attachment(b"x" * 3_000_000, maintype="application", subtype="pdf", filename="plans.pdf")
    box.put(large)
    box.put(mail("y" * 2_000_000))
    house = await build(mailbox=box.secrets())
    texts = [row.text for row in await stored(house)]
    assert "See the file.\n[attachment: plans.pdf]" in texts
    assert max(map(len, texts)) < 25_000


async def test_a_server_that_falls_silent_holds_up_nobody(build: OpenHouse, box: Box):
    """It takes the connection, greets, and never says anything more."""
    heard = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        heard.set()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    silent = Mailbox(
        replace(box.secrets(), port=port, security="none"), Patience(connect=5, read=30, call=0.3)
    )
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    beating = asyncio.create_task(beat())
    with pytest.raises(MailError, match="does not answer"):
        async with silent.opened():
            pass
    beating.cancel()
    server.close()
    assert heard.is_set()
    assert beats > 5, "the loop went on meanwhile"


async def test_who_was_erased_does_not_come_back(build: OpenHouse, box: Box, diary: io.StringIO):
    from bot.store import erased

    box.put(mail("Forget the mandrake.", by="Omar Haddad <omar@customer.example>"))
    box.put(mail("To Omar alone.", by=box.user, to="omar@customer.example"), "Sent")
    box.put(mail("Dana stays."))
    house = await build(settled=False, linked=(), mailbox=box.secrets())

    def mark(session: Any, workspace: str) -> None:
        erased.mark_address(session, workspace, "omar@customer.example", now=house.clock.now())

    await house.bot.store.write(mark, house.workspace)
    await house.settle()
    assert [row.text for row in await stored(house)] == ["Dana stays."]
    assert '"erased_person_ignored"' in diary.getvalue()


@pytest.mark.postgres
async def test_of_several_replicas_one_reads_and_nothing_stands_twice(build: OpenHouse, box: Box):
    for number in range(30):
        box.put(mail(f"Number {number}."))
    with postgres_database(chosen_server() or DEFAULT_SERVER) as address:
        house = await build(mailbox=box.secrets(), database=address, settled=False, linked=())
        await house.start_bot()
        first, second = house.bots
        await asyncio.gather(first.settle(), second.settle())
        for _ in range(3):
            box.put(mail("And one more."))
            house.clock.jump_to(house.clock.now() + timedelta(seconds=EVERY))
            await asyncio.gather(first.settle(), second.settle())
        texts = [row.text for row in await stored(house)]
        assert sorted(texts) == sorted([f"Number {each}." for each in range(30)] + ["And one more."] * 3)
        assert (await folders(house))["INBOX"].kept == 33
        await house.stop_all()
