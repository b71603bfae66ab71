"""Nothing that a customer writes or a server answers makes the bot call somebody else."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from harness import OpenHouse
from planted_server import listening
from signing import INTERCOM_TOKEN, SEED
from small_office import scenario

from bot.clock import SystemClock
from bot.intercom import client as intercom_client
from bot.intercom.errors import IntercomError
from bot.intercom.writes import build_writes
from bot.slack import client as slack_client
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from sandbox.slack import payloads

pytestmark = pytest.mark.thorough

REDIRECTS = (301, 302, 303, 307, 308)
WORDS = "Dana Reyes waits since 08:50"


def with_addresses(url: str) -> dict[str, Any]:
    """The small office, with a planted address wherever somebody outside can put one."""
    office = scenario("1001", "1002", "1004")
    for each in office["conversations"]:
        each["parts"][0]["text"] = (
            f"See {url}/in-text and <{url}/in-slack-link|here> ![x]({url}/markdown.png) "
            f'<img src="{url}/image.png"> <a href="{url}/anchor">here</a> {url}/file.pdf'
        )
    for each in office["companies"]:
        each["website"] = f"{url}/website"
        each["custom_attributes"]["logo"] = f"{url}/logo.png"
    for each in office["contacts"]:
        each["avatar"] = {"type": "avatar", "image_url": f"{url}/avatar.png"}
    return office


async def test_no_address_that_a_customer_wrote_is_ever_asked(build: OpenHouse) -> None:
    async with listening() as planted:
        house = await build(data=with_addresses(planted.url))
        item = house.intercom.conversation("1001")
        part = item["source"]
        part["attachments"] = [{"type": "upload", "name": "f.png", "url": f"{planted.url}/attached.png"}]
        await house.notify(
            {
                "type": "notification_event", "id": "notif_files", "topic": "conversation.user.created",
                "app_id": "smal1app", "created_at": item["updated_at"],
                "data": {"type": "notification_event_data", "item": item},
            }
        )  # fmt: skip
        await house.at("09:05")
        await house.at("09:30")
        assert planted.url in str(house.alert("1001").blocks), "it is shown, as words"
        await house.ana.opens_answer("1001")
        await house.ana.answers("1001", f"Look at {planted.url}/in-answer")
        await house.ana.types("/account north")
        await house.ana.types("/inbox")
        await house.settle()
        assert planted.hits == []
        async with aiohttp.ClientSession() as anybody, anybody.get(f"{planted.url}/control"):
            assert len(planted.hits) == 1


@pytest.mark.parametrize("status", REDIRECTS)
async def test_no_call_to_slack_follows_a_redirect(status: int) -> None:
    async with (
        listening() as elsewhere,
        listening(elsewhere.url, status) as slack_itself,
        slack_client.connections() as session,
    ):
        slack = Slack(slack_client.build(SEED.bot_token, f"{slack_itself.url}/api/", session))
        for call in (slack.post("C0ALERTS", WORDS, []), slack.me(), slack.try_socket(SEED.app_token)):
            with pytest.raises(SlackError) as refused:
                await call
            assert refused.value.kind == "unknown"
        assert len(slack_itself.hits) == 3
        assert elsewhere.hits == []


async def test_control_the_session_of_aiohttp_would_take_the_words_along() -> None:
    async with (
        listening() as elsewhere,
        listening(elsewhere.url) as slack_itself,
        aiohttp.ClientSession() as session,
    ):
        slack = Slack(slack_client.build(SEED.bot_token, f"{slack_itself.url}/api/", session))
        await slack.post("C0ALERTS", WORDS, [])
        (hit,) = elsewhere.hits
        assert WORDS in hit


@pytest.mark.parametrize("status", REDIRECTS)
async def test_no_call_to_intercom_follows_a_redirect(status: int) -> None:
    async with listening() as elsewhere, listening(elsewhere.url, status) as intercom_itself:
        clock = SystemClock()
        reads = intercom_client.build(
            token=INTERCOM_TOKEN, base_url=intercom_itself.url, clock=clock, attempts=1
        )
        writes = build_writes(reads, token=INTERCOM_TOKEN, base_url=intercom_itself.url, clock=clock)
        try:
            for call in (reads.me(), reads.conversation("1001"), writes.reply("1001", "8801", WORDS)):
                with pytest.raises(IntercomError):
                    await call
        finally:
            await reads.aclose()
            await writes.aclose()
        assert len(intercom_itself.hits) == 3
        assert elsewhere.hits == []


async def test_response_urls_are_never_asked(build: OpenHouse) -> None:
    """Slack hands one out with every click and command; a forged payload can have any address in it."""
    async with listening() as planted:
        house = await build(data=scenario("1001"))
        await house.at("09:05")
        channel = house.slack.channels[house.ana.channel]
        typed = payloads.slash_form(house.slack, house.ana.id, channel, "/claim", "1001")
        await house.slack.delivery.request(
            "slash_commands", {**typed, "response_url": f"{planted.url}/slash"}
        )
        alert = house.alert("1001")
        buttons = [
            each for block in alert.blocks for each in block.get("elements", []) if "action_id" in each
        ]
        action = payloads.action(house.slack, alert.blocks[-1], buttons[0], {"type": "button"})
        click = payloads.message_actions(house.slack, house.ana.id, alert, {}, action)
        await house.slack.delivery.request("interactive", {**click, "response_url": f"{planted.url}/click"})
        await house.settle()
        assert planted.hits == []
