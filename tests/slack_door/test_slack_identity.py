"""Who may act: members of this workspace, and nobody else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from slack_stub import SlackStub

from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.slack.identity import Channel, Identity

MEMBER = {
    "id": "U1",
    "team_id": "T1",
    "name": "priya",
    "tz": "Europe/Berlin",
    "profile": {"display_name": "Priya Nair", "email": "priya@watch.example"},
}


class Time:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def identity(slack: Slack, time: Time) -> Identity:
    return Identity(slack, "T1", monotonic=time)


def knows(stub: SlackStub, **changes: Any) -> None:
    stub.replies["users.info"] = {"ok": True, "user": {**MEMBER, **changes}}


async def test_a_member_may_act(stub: SlackStub, identity: Identity) -> None:
    knows(stub)
    assert await identity.may_act("U1", "T1") is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"deleted": True}, "deactivated"),
        ({"is_bot": True}, "bots"),
        ({"id": "USLACKBOT"}, "bots"),
        ({"is_restricted": True}, "Guests"),
        ({"is_ultra_restricted": True}, "Guests"),
        ({"is_stranger": True}, "another workspace"),
        ({"team_id": "T2"}, "another workspace"),
        ({"team_id": "T2", "deleted": True}, "another workspace"),
    ],
)
async def test_others_read_why_not(stub: SlackStub, identity: Identity, changes: dict, why: str) -> None:
    knows(stub, **changes)
    refusal = await identity.may_act("U1", "T1")
    assert refusal is not None
    assert why in refusal


@pytest.mark.parametrize("team", ["T2", "", None])
async def test_the_workspace_is_looked_at_before_anything_else(
    stub: SlackStub, identity: Identity, team: str | None
) -> None:
    knows(stub)
    assert "workspace is not the one" in str(await identity.may_act("U1", team))
    assert stub.calls == []


async def test_somebody_unknown_may_not_act(stub: SlackStub, identity: Identity) -> None:
    stub.replies["users.info"] = {"ok": False, "error": "user_not_found"}
    assert "does not know who you are" in str(await identity.may_act("U1", "T1"))


async def test_when_slack_cannot_say_nobody_is_let_in(stub: SlackStub, identity: Identity) -> None:
    stub.replies["users.info"] = {"ok": False, "error": "internal_error"}
    with pytest.raises(SlackError):
        await identity.may_act("U1", "T1")


async def test_a_person_is_asked_for_once_and_again_when_it_is_old(
    stub: SlackStub, identity: Identity, time: Time
) -> None:
    knows(stub)
    for _ in range(3):
        person = await identity.person("U1")
    assert person is not None
    assert (person.name, person.email, person.zone) == ("Priya Nair", "priya@watch.example", "Europe/Berlin")
    assert stub.count("users.info") == 1
    time.at += 601
    await identity.person("U1")
    assert stub.count("users.info") == 2


async def test_a_change_is_seen_at_once_when_slack_tells(stub: SlackStub, identity: Identity) -> None:
    knows(stub)
    assert await identity.may_act("U1", "T1") is None
    knows(stub, deleted=True)
    identity.forget(user_id="U1")
    assert await identity.may_act("U1", "T1") is not None


async def test_a_missing_address_is_remembered_for_a_shorter_time(
    stub: SlackStub, identity: Identity, time: Time
) -> None:
    stub.replies["users.lookupByEmail"] = {"ok": False, "error": "users_not_found"}
    assert await identity.person_by_email("Priya@watch.example") is None
    assert await identity.person_by_email("priya@watch.example ") is None
    assert stub.count("users.lookupByEmail") == 1
    time.at += 121
    stub.replies["users.lookupByEmail"] = {"ok": True, "user": MEMBER}
    found = await identity.person_by_email("priya@watch.example")
    assert found is not None
    assert found.id == "U1"


def channels(stub: SlackStub) -> None:
    pages = {
        None: ([{"id": "C1", "name": "general"}, {"id": "C2", "name": "support-alerts"}], "two"),
        "two": ([{"id": "G3", "name": "support-accounts", "is_private": True}], ""),
    }

    async def listing(request: web.Request, arguments: dict[str, Any]) -> web.StreamResponse:
        found, cursor = pages[arguments.get("cursor")]
        return web.json_response(
            {"ok": True, "channels": found, "response_metadata": {"next_cursor": cursor}}
        )

    async def info(request: web.Request, arguments: dict[str, Any]) -> web.StreamResponse:
        for found, _ in pages.values():
            for each in found:
                if each["id"] == arguments["channel"]:
                    return web.json_response({"ok": True, "channel": {**each, "is_member": True}})
        return web.json_response({"ok": False, "error": "channel_not_found"})

    stub.replies["conversations.list"] = listing
    stub.replies["conversations.info"] = info


async def test_a_channel_is_found_by_name_on_any_page_and_by_id(stub: SlackStub, identity: Identity) -> None:
    channels(stub)
    wanted = Channel("G3", "support-accounts", is_private=True, is_member=True)
    assert await identity.channel("#support-accounts") == wanted
    assert await identity.channel("support-accounts") == wanted
    assert await identity.channel("G3") == wanted
    assert stub.count("conversations.list") == 2
    asked = stub.last("conversations.list")
    assert asked["types"] == "public_channel,private_channel"


async def test_a_channel_that_is_not_there_is_none(stub: SlackStub, identity: Identity) -> None:
    channels(stub)
    assert await identity.channel("#nowhere") is None
    assert await identity.channel("C404") is None


@pytest.mark.parametrize("flag", ["is_ext_shared", "is_pending_ext_shared"])
async def test_a_shared_channel_is_external_and_a_hidden_one_counts_as_such(
    stub: SlackStub, identity: Identity, flag: str
) -> None:
    channels(stub)
    assert not await identity.is_external("C1")
    assert await identity.is_external("C404")
    stub.replies["conversations.info"] = {"ok": True, "channel": {"id": "C1", "name": "general", flag: True}}
    identity.forget(channel_id="C1")
    assert await identity.is_external("C1")


async def test_a_burst_that_slack_does_not_answer_waits_once(stub: SlackStub, identity: Identity) -> None:
    stub.replies["conversations.info"] = {"ok": False, "error": "internal_error"}
    asked = (identity.is_external("C1") for _ in range(20))
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in told] == [SlackError] * 20
    assert stub.count("conversations.info") == 1
    stub.replies["conversations.info"] = {"ok": True, "channel": {"id": "C1", "name": "alerts"}}
    assert await identity.is_external("C1") is False


async def test_who_reads_a_channel_is_asked_again_after_seconds_and_once_in_a_burst(
    stub: SlackStub, identity: Identity, time: Time
) -> None:
    channels(stub)
    assert await asyncio.gather(*(identity.is_external("C1") for _ in range(20))) == [False] * 20
    assert stub.count("conversations.info") == 1
    stub.replies["conversations.info"] = {
        "ok": True,
        "channel": {"id": "C1", "name": "general", "is_ext_shared": True},
    }
    time.at += 9
    assert not await identity.is_external("C1"), "the control: a burst does not ask again and again"
    time.at += 2
    assert await identity.is_external("C1")
    assert stub.count("conversations.info") == 2
    time.at += 300
    assert await identity.channel("C1") is not None
    assert stub.count("conversations.info") == 2, "what else is known of it stays for ten minutes"
