"""Files over a slow line: an answer that carries much may take longer, and nothing else may."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from aiohttp import web
from harness import QUICK, House, OpenHouse
from on_the_screen import rich, verbs, words
from small_office import scenario
from test_bot_files import card, picked

from bot.durations import transfer
from bot.outbox.timings import Timings
from bot.slack.client import connections
from bot.slack.files import LARGEST_TOGETHER, ChosenFile, FileNotRead, SlackFiles

pytestmark = pytest.mark.thorough

BIG = b"%PDF-1.7 " + bytes(300_000)


async def desk(build: OpenHouse) -> House:
    """An office whose Intercom needs longer for an answer than one without files may take."""
    house = await build(data=scenario("1001"), timings=replace(QUICK, attempt=2.0))
    house.fault("intercom", "POST /conversations/1001/reply", "slow", seconds=3)
    return house


async def test_an_answer_with_a_large_file_arrives_once_and_says_sent(build: OpenHouse):
    house = await desk(build)
    await house.ana.opens_answer("1001")
    files = picked(house, ("big.pdf", BIG, "application/pdf"))
    assert (await house.ana.submits({"text": rich("Here it is."), **files})).ok
    await house.until(lambda: "*Sent" in words(card(house).blocks) or "resend" in verbs(card(house).blocks))
    assert "resend" not in verbs(card(house).blocks)
    assert [text for _, _, text in house.sent()] == ["Here it is."]
    (part,) = [each for each in house.parts("1001") if each["body"]]
    assert [each["name"] for each in part["attachments"]] == ["big.pdf"]


async def test_an_answer_without_files_is_not_waited_for_any_longer(build: OpenHouse):
    house = await desk(build)
    await house.ana.answers("1001", "Here it is.")
    await house.until(lambda: "*Sent" in words(card(house).blocks) or "resend" in verbs(card(house).blocks))
    assert "resend" in verbs(card(house).blocks)


async def test_a_large_file_may_come_slowly_from_slack_and_a_small_one_may_not():
    async def answer(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.6)
        return web.Response(body=bytes(100_000), content_type="application/pdf")

    app = web.Application()
    app.router.add_get("/file", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with connections() as session:
            door = SlackFiles(session, "xoxb-1", f"{url}/api/", 0.3)
            large = ChosenFile("F1", "a.pdf", "application/pdf", 100_000, f"{url}/file")
            assert len(await door.fetch(large)) == 100_000
            with pytest.raises(FileNotRead):
                await door.fetch(replace(large, size=100))
    finally:
        await runner.cleanup()


def test_the_longest_call_ends_before_anybody_else_may_take_the_intent():
    timings = Timings()
    assert transfer(timings.attempt, LARGEST_TOGETHER * 4 // 3) <= timings.lease / 2
    assert transfer(timings.attempt, 0) == timings.attempt
