"""Files of an answer: fetched from Slack with the bot's token, sent with the words or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from harness import QUICK, House, OpenHouse
from on_the_screen import rich, verbs, words
from small_office import scenario

from bot.slack.client import connections
from bot.slack.files import LARGEST, ChosenFile, FileNotRead, FileRefused, SlackFiles, trouble
from sandbox.slack.objects import file_object

pytestmark = pytest.mark.thorough

LATE = 0.3
PATIENT = replace(QUICK, looks=(0.05, 2 * LATE))
"""The last look comes after what is late has landed, as in the bot's own timings."""
PDF = b"%PDF-1.7 " + bytes(range(256)) * 40


@pytest.fixture
async def desk(build: OpenHouse) -> House:
    return await build(data=scenario("1001"))


def picked(house: House, *files: tuple[str, bytes, str], **forged: Any) -> dict[str, Any]:
    """The files in the window, as Slack hands them over."""
    kept = [house.slack.people.upload(house.ana.id, *each) for each in files]
    shown = [{**file_object(house.slack, each), **forged} for each in kept]
    return {"files": {"type": "file_input", "files": shown}}


def card(house: House) -> Any:
    (found,) = [each for channel in house.slack.channels for each in house.posts(channel, "post:delivery:")]
    return found


async def test_a_file_reaches_the_customer_with_the_words(desk: House):
    await desk.ana.opens_answer("1001")
    files = picked(desk, ("guide.pdf", PDF, "application/pdf"), ("s.png", b"\x89PNG1", "image/png"))
    assert (await desk.ana.submits({"text": rich("Here it is."), **files})).ok
    await desk.settle()
    (part,) = [each for each in desk.parts("1001") if each["body"]]
    assert [(each["name"], each["content_type"], each["filesize"] // 4) for each in part["attachments"]] == [
        ("guide.pdf", "application/pdf", (len(PDF) + 2) // 4),
        ("s.png", "image/png", 1),
    ]
    assert "answer to Dana Reyes with 2 files" in words(card(desk).blocks)


async def test_files_that_cannot_be_sent_are_named_in_the_window(desk: House):
    await desk.ana.opens_answer("1001")
    for name, forged, why in (
        ("run.exe", {}, "of a kind that is not sent"),
        ("big.pdf", {"size": LARGEST + 1}, "the limit is 10 MB"),
        ("none.txt", {"size": 0}, "is empty"),
    ):
        files = picked(desk, (name, b"words", "application/octet-stream"), **forged)
        assert (await desk.ana.submits({"text": rich("Here."), **files})).error == "validation"
        assert why in desk.ana.view.errors["files"]
        assert desk.ana.view.errors["files"].startswith("Nothing was sent.")
    await desk.settle()
    assert desk.sent() == []


async def test_an_address_that_is_not_slacks_is_not_asked_and_nothing_is_sent(desk: House):
    await desk.ana.opens_answer("1001")
    foreign = "https://files.slack.com.evil.example/x"
    files = picked(desk, ("a.pdf", PDF, "application/pdf"), url_private_download=foreign)
    assert (await desk.ana.submits({"text": rich("Here."), **files})).ok
    await desk.until(lambda: "retry" in verbs(card(desk).blocks))
    assert "a.pdf is not at Slack's own address." in words(card(desk).blocks)
    assert desk.sent() == []


async def test_what_intercom_refuses_says_so_and_sends_nothing(desk: House):
    desk.fault("intercom", "POST /conversations/1001/reply", "error", status=413)
    await desk.ana.opens_answer("1001")
    files = picked(desk, ("a.pdf", PDF, "application/pdf"))
    await desk.ana.submits({"text": rich("Here."), **files})
    await desk.until(lambda: "*Not sent*" in words(card(desk).blocks))
    assert desk.sent() == []


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "late", "rate_limit", "hang"])
async def test_with_files_too_the_customer_gets_it_once_or_the_rep_is_asked(build: OpenHouse, kind: str):
    desk = await build(data=scenario("1001"), timings=PATIENT)
    desk.fault("intercom", "POST /conversations/1001/reply", kind, seconds=LATE)
    await desk.ana.opens_answer("1001")
    await desk.ana.submits({"text": rich("Here."), **picked(desk, ("a.pdf", PDF, "application/pdf"))})
    await desk.until(lambda: "*Sent" in words(card(desk).blocks) or "resend" in verbs(card(desk).blocks))
    asked = "resend" in verbs(card(desk).blocks)
    assert asked == (kind in {"drop_before", "hang"}), (
        "a person is asked only where nothing is there after all looks"
    )
    if asked:
        assert (await desk.ana.presses(card(desk), "resend")).ok
        await desk.until(lambda: "*Sent" in words(card(desk).blocks))
    await desk.rest(LATE)
    assert len(desk.sent()) == 1
    (part,) = [each for each in desk.parts("1001") if each["body"]]
    assert [each["name"] for each in part["attachments"]] == ["a.pdf"]


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/x",
        "https://files.slack.com:8443/x",
        "https://user@files.slack.com/x",
        "https://files.slack.com@evil.example/x",
        "https://slack.com/x",
        "https://evil.example/files.slack.com",
        "http://127.0.0.1:1/x",
        "file:///etc/passwd",
        "https://[broken/x",
        "",
    ],
)
async def test_the_token_goes_to_slacks_file_host_only(url: str):
    async with connections() as session:
        door = SlackFiles(session, "xoxb-1", "https://slack.com/api/", 5)
        with pytest.raises(FileRefused):
            await door.fetch(ChosenFile("F1", "a.pdf", "application/pdf", 3, url))


async def test_a_redirect_a_sign_in_page_and_half_a_file_are_no_file():
    from aiohttp import web

    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        match request.path:
            case "/away":
                raise web.HTTPFound("/elsewhere")
            case "/sign-in":
                return web.Response(text="<html>Sign in</html>", content_type="text/html")
            case "/busy":
                return web.Response(status=503)
            case "/huge":
                return web.Response(body=b"x" * (LARGEST + 1), content_type="application/pdf")
        return web.Response(body=b"ab", content_type="application/pdf")

    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    root = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as session:
            door = SlackFiles(session, "xoxb-1", f"{root}/api/", 5)

            async def fetch(path: str, size: int = 2) -> bytes:
                return await door.fetch(ChosenFile("F1", "a.pdf", "application/pdf", size, f"{root}/{path}"))

            assert await fetch("whole") == b"ab"
            for path in ("away", "sign-in", "huge"):
                with pytest.raises(FileRefused):
                    await fetch(path)
            for path, size in (("busy", 2), ("whole", 3)):
                with pytest.raises(FileNotRead):
                    await fetch(path, size)
    finally:
        await runner.cleanup()
    assert "/elsewhere" not in asked


def test_too_many_or_too_much_is_refused_together():
    one = ChosenFile("F1", "a.pdf", "application/pdf", LARGEST, "https://files.slack.com/x")
    assert trouble([one, one]) is None
    assert "Together" in (trouble([one, one, one]) or "")
    assert "at most 10" in (trouble([one] * 11) or "")
