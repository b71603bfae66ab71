"""Slack asks to wait: a start does, for as long as anybody would, and a bot that runs does not."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from aiohttp import web
from made_up_time import Time
from slack_stub import Reply, SlackStub

from bot.slack.channel_names import AT_START
from bot.slack.client import Slack, build
from bot.slack.errors import SlackError
from bot.slack.identity import Identity
from bot.slack.pacing import Pacing

PRIYA = {"id": "U0000001", "team_id": "T1", "name": "priya", "profile": {"email": "priya@watch.example"}}
ROOM = {"id": "C0000001", "name": "support", "is_member": True}


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def identity(stub: SlackStub, session: aiohttp.ClientSession, time: Time) -> Identity:
    slack = Slack(build("xoxb-test", stub.url, session), Pacing(monotonic=time, sleep=time.sleep))
    return Identity(slack, "T1", monotonic=time, sleep=time.sleep)


def busy(answer: dict[str, Any], *waits: int) -> Reply:
    """Asks to wait so many seconds once each, and answers then."""
    left = list(waits)

    async def reply(request: web.Request, arguments: dict[str, Any]) -> web.StreamResponse:
        if not left:
            return web.json_response({"ok": True, **answer})
        wait = {"Retry-After": str(left.pop(0))}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=wait)

    return reply


def knows(stub: SlackStub, *waits: int) -> None:
    stub.replies["users.info"] = busy({"user": PRIYA}, *waits)
    stub.replies["users.lookupByEmail"] = busy({"user": PRIYA}, *waits)
    stub.replies["conversations.info"] = busy({"channel": ROOM}, *waits)
    stub.replies["usergroups.list"] = busy({"usergroups": [{"id": "S1", "handle": "oncall"}]}, *waits)


async def found(identity: Identity, what: str) -> str | None:
    """The id of whom or what a start asks for."""
    match what:
        case "person":
            person = await identity.person(PRIYA["id"])
            return person.id if person is not None else None
        case "address":
            person = await identity.person_by_email("priya@watch.example")
            return person.id if person is not None else None
        case "channel":
            channel = await identity.channel(ROOM["id"])
            return channel.id if channel is not None else None
    return await identity.group("@oncall")


ASKED = {"person": "U0000001", "address": "U0000001", "channel": "C0000001", "group": "S1"}


@pytest.mark.parametrize("what", ASKED)
async def test_a_start_waits_as_slack_asks(stub: SlackStub, identity: Identity, time: Time, what: str):
    knows(stub, 30, 20)
    assert await found(identity, what) == ASKED[what]
    assert 50 <= time.at < 60


@pytest.mark.parametrize("what", ASKED)
async def test_a_bot_that_runs_does_not(stub: SlackStub, identity: Identity, time: Time, what: str):
    knows(stub, 30)
    identity.started()
    with pytest.raises(SlackError) as told:
        await found(identity, what)
    assert told.value.kind == "rate_limited"
    assert time.at < 30


@pytest.mark.parametrize("what", ASKED)
async def test_nobody_waits_for_ever(stub: SlackStub, identity: Identity, time: Time, what: str):
    knows(stub, *[60] * 20)
    with pytest.raises(SlackError):
        await found(identity, what)
    assert AT_START - 60 <= time.at <= AT_START
