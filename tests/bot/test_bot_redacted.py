"""Words that were redacted in Intercom do not come back, however late an old notification comes."""

from __future__ import annotations

import json
from typing import Any

import httpx
from harness import House, OpenHouse
from on_the_screen import words
from signing import INTERCOM_TOKEN
from small_office import scenario
from sqlmodel import Session, select

from bot.store.parts import Part
from bot.store.receipts import Receipt

NUMBER = "4929 1234 5678 9012"
SAID = f"My card is {NUMBER}, why does it fail?"


async def redacts(house: House, conversation_id: str) -> None:
    """Somebody redacts the opening message in Intercom."""
    shown = house.intercom.conversation(conversation_id)
    body = {"type": "source", "conversation_id": conversation_id, "source_id": shown["source"]["id"]}
    headers = {"Authorization": f"Bearer {INTERCOM_TOKEN}", "Intercom-Version": "2.14"}
    async with httpx.AsyncClient(base_url=f"{house.server.url}/intercom", headers=headers) as http:
        (await http.post("/conversations/redact", json=body)).raise_for_status()


async def notified(house: House, topic: str) -> dict[str, Any]:
    """The latest notification of a topic, as it came."""

    def bodies(session: Session) -> list[str]:
        query = select(Receipt.body).where(Receipt.topic == topic).order_by(Receipt.received_at)
        return list(session.exec(query))

    found: dict[str, Any] = json.loads((await house.bot.store.read(bodies))[-1])
    return found


async def said(house: House) -> str:
    """All words of customers that are known."""

    def texts(session: Session) -> list[str]:
        return list(session.exec(select(Part.text)))

    return "\n".join(await house.bot.store.read(texts))


def in_slack(house: House) -> str:
    every = [each for channel in ("alerts", "accounts") for each in house.posts(channel)]
    return "\n".join(words(each.blocks) + each.text for each in every)


async def one_that_rings(build: OpenHouse) -> tuple[House, str]:
    """A conversation with a card number in it, and the alert that quotes it."""
    house = await build(data=scenario("1001"))
    house.webhooks_on()
    conversation: str = house.intercom.customer_starts("p1", "conversation", SAID)["id"]
    await house.settle()
    await house.at("09:25")
    assert NUMBER in await said(house)
    assert NUMBER in in_slack(house)
    return house, conversation


async def test_a_late_notification_brings_no_redacted_words_back(build: OpenHouse):
    house, conversation = await one_that_rings(build)
    late = await notified(house, "conversation.user.created")
    house.tick(30)
    await redacts(house, conversation)
    await house.settle()
    assert NUMBER not in await said(house)
    assert NUMBER not in in_slack(house)
    assert (await house.notify(late | {"id": "notif_late"})).status_code == 200
    await house.later(seconds=5)
    assert NUMBER not in await said(house)
    assert NUMBER not in in_slack(house)


async def test_of_two_that_were_told_in_one_second_intercom_is_asked(build: OpenHouse):
    house, conversation = await one_that_rings(build)
    late = await notified(house, "conversation.user.created")
    house.tick(30)
    await redacts(house, conversation)
    await house.settle()
    # The old words, dated to the second in which they were redacted.
    late["data"]["item"]["updated_at"] = int(house.clock.now().timestamp())
    assert (await house.notify(late | {"id": "notif_late"})).status_code == 200
    await house.settle()
    assert NUMBER not in await said(house)
    assert NUMBER not in in_slack(house)


async def test_an_edit_that_a_notification_tells_of_is_shown_at_once(build: OpenHouse):
    house, conversation = await one_that_rings(build)
    told = await notified(house, "conversation.user.created")
    house.fault("intercom", f"GET /conversations/{conversation}", "error", times=-1, status=500)
    house.tick(30)
    told["data"]["item"]["updated_at"] = int(house.clock.now().timestamp())
    told["data"]["item"]["source"]["body"] = "<p>This message was deleted</p>"
    assert (await house.notify(told | {"id": "notif_new"})).status_code == 200
    await house.settle()
    assert NUMBER not in await said(house)
