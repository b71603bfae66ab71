"""A call about a conversation needs the scope of its kind, as in Slack."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from slack_bench import ALERTS, BOT, JONAS, MARA, SECRET, client, error_of
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import AppManifest, SlackWorld
from sandbox.slack.model import Channel

OURS = "C0OURS"
"""A private channel in which the bot is."""

READS: dict[str, Callable[[AsyncWebClient, str], Coroutine[Any, Any, Any]]] = {
    "read": lambda web, channel: web.conversations_info(channel=channel),
    "history": lambda web, channel: web.conversations_history(channel=channel),
}


@pytest.mark.parametrize("what", READS)
@pytest.mark.parametrize("kind", ["channels", "groups", "im"])
async def test_each_kind_of_conversation_needs_the_scope_of_its_own(
    world: SlackWorld, what: str, kind: str
) -> None:
    world.add_channel(Channel(OURS, "leads", {MARA, BOT}, is_private=True))
    places = {"channels": ALERTS, "groups": OURS, "im": world.im_with(MARA).id}
    every = {f"{each}:{what}" for each in (*places, "mpim")}
    web, mine = client(world), f"{kind}:{what}"
    world.manifest = AppManifest(scopes=frozenset(every - {mine}))
    for each, channel in places.items():
        if each != kind:
            await READS[what](web, channel)
    with pytest.raises(SlackApiError) as failed:
        await READS[what](web, places[kind])
    answer = failed.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", mine)
    assert answer["provided"] == ",".join(sorted(every - {mine}))
    world.manifest = AppManifest(scopes=frozenset({mine}))
    await READS[what](web, places[kind])


async def test_a_list_needs_the_scope_of_each_kind_that_it_is_to_hold(world: SlackWorld) -> None:
    world.manifest = AppManifest(scopes=frozenset({"channels:read", "im:read"}))
    web = client(world)
    await web.conversations_list(types="public_channel,im")
    with pytest.raises(SlackApiError) as failed:
        await web.conversations_list(types="public_channel,private_channel")
    assert failed.value.response["needed"] == "channels:read,groups:read"


async def test_to_open_a_conversation_with_one_person_or_several_is_not_the_same_scope(
    world: SlackWorld,
) -> None:
    world.manifest = AppManifest(scopes=frozenset({"im:write"}))
    web = client(world)
    await web.conversations_open(users=[MARA])
    with pytest.raises(SlackApiError) as failed:
        await web.conversations_open(users=[MARA, JONAS])
    assert (failed.value.response["error"], failed.value.response["needed"]) == (
        "missing_scope",
        "mpim:write",
    )


async def test_what_the_app_does_not_see_it_is_not_told_the_kind_of(world: SlackWorld) -> None:
    world.manifest = AppManifest(scopes=frozenset({"channels:read", "channels:history"}))
    web = client(world)
    assert await error_of(web.conversations_info(channel=SECRET)) == "channel_not_found"
    assert await error_of(web.conversations_history(channel="C0NOWHERE")) == "channel_not_found"
