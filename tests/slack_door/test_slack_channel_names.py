"""A channel's name in a workspace of thousands of channels, where Slack asks to wait."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from aiohttp import web
from made_up_time import Time
from slack_stub import SlackStub

from bot.slack.channel_names import AT_START, TOO_MANY, WHILE_RUNNING
from bot.slack.client import Slack, build
from bot.slack.errors import SlackError
from bot.slack.identity import Identity
from bot.slack.pacing import Pacing

PAGES = 10
A_PAGE = 999


class Crowd:
    """A workspace of `pages` full pages; each call of `busy` is answered 429 with so many seconds."""

    def __init__(self, stub: SlackStub, pages: int = PAGES) -> None:
        self.pages = pages
        self.busy: list[int] = []
        stub.replies["conversations.list"] = self.listing
        stub.replies["conversations.info"] = self.info

    async def listing(self, request: web.Request, arguments: dict[str, Any]) -> web.StreamResponse:
        if self.busy:
            wait = {"Retry-After": str(self.busy.pop(0))}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=wait)
        number, many = int(arguments.get("cursor") or 0), int(arguments["limit"])
        end = min((number + 1) * many, self.pages * A_PAGE)
        page = [{"id": f"C0{each:06}", "name": f"room-{each}"} for each in range(number * many, end)]
        more = str(number + 1) if end < self.pages * A_PAGE else ""
        return web.json_response({"ok": True, "channels": page, "response_metadata": {"next_cursor": more}})

    async def info(self, request: web.Request, arguments: dict[str, Any]) -> web.StreamResponse:
        name = f"room-{int(arguments['channel'][2:])}"
        return web.json_response({"ok": True, "channel": {"id": arguments["channel"], "name": name}})


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def said() -> list[tuple[int, float]]:
    return []


@pytest.fixture
def identity(
    stub: SlackStub, session: aiohttp.ClientSession, time: Time, said: list[tuple[int, float]]
) -> Identity:
    pacing = Pacing(monotonic=time, sleep=time.sleep)
    return Identity(
        Slack(build("xoxb-test", stub.url, session), pacing),
        "T1",
        looking=lambda read, wait: said.append((read, wait)),
        monotonic=time,
        sleep=time.sleep,
    )


def room(number: int) -> str:
    return f"#room-{number}"


async def test_all_expected_names_are_found_in_one_look(stub: SlackStub, identity: Identity) -> None:
    Crowd(stub)
    wanted = [room(9_985), room(3), room(5_400), "C0000007"]
    identity.expect(wanted)
    for name in wanted:
        found = await identity.channel(name)
        assert found is not None
    assert stub.count("conversations.list") == PAGES


async def test_a_look_ends_with_the_last_name_that_it_is_for(stub: SlackStub, identity: Identity) -> None:
    Crowd(stub)
    identity.expect([room(3), room(1_500)])
    assert await identity.channel(room(3))
    assert await identity.channel(room(1_500))
    assert stub.count("conversations.list") == 2


async def test_it_waits_as_long_as_slack_asks_and_says_so(
    stub: SlackStub, identity: Identity, time: Time, said: list[tuple[int, float]]
) -> None:
    crowd = Crowd(stub, pages=3)
    crowd.busy = [30, 20]
    found = await identity.channel(room(2_990))
    assert found is not None
    assert found.id == "C0002990"
    assert time.slept[:2] == [30, 20]
    assert said == [(0, 30.0), (0, 20.0), (999, 0.0), (1998, 0.0)]


@pytest.mark.parametrize(("started", "patience"), [(False, AT_START), (True, WHILE_RUNNING)])
async def test_a_wait_beyond_its_patience_is_given_up_at_once_and_not_begun_again(
    stub: SlackStub, identity: Identity, time: Time, started: bool, patience: float
) -> None:
    crowd = Crowd(stub)
    if started:
        identity.started()
    crowd.busy = [int(patience) + 1]
    with pytest.raises(SlackError) as told:
        await identity.channel(room(5))
    assert told.value.code == TOO_MANY
    assert told.value.message == f"Slack asks to wait {patience + 1:.0f} s before it tells of any channel"
    with pytest.raises(SlackError) as again:
        await identity.channel(room(6))
    assert again.value is told.value
    assert stub.count("conversations.list") == 1
    assert time.slept == []
    time.at += 600
    assert await identity.channel(room(6))


async def test_channels_without_end_are_given_up_after_three_minutes(
    stub: SlackStub, identity: Identity, time: Time
) -> None:
    Crowd(stub, pages=1_000)
    with pytest.raises(SlackError) as told:
        await identity.channel("#nowhere")
    assert told.value.code == TOO_MANY
    assert "channels in 3 min, and there are more" in told.value.message
    assert AT_START <= time.at < AT_START + 10
