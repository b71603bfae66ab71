"""A tag changes a promise at once, and what a notification does not tell of stays as it is known."""

from __future__ import annotations

from typing import Any

from harness import House, OpenHouse
from small_office import APP, TOML, scenario

from bot.store import clocks, conversations
from bot.store.conversations import Conversation
from sandbox.intercom import webhook_shapes

BY_TAG = """
[[policies]]
name = "vip"
match = { tag = "vip" }
first_response = "10m"
warn = ["5m"]
calendar = "berlin"

"""


def an_office() -> dict[str, Any]:
    return {**scenario("1001"), "tags": [{"id": "7", "name": "vip"}]}


async def opened(build: OpenHouse) -> House:
    toml = TOML.replace("[[policies]]", BY_TAG.lstrip() + "[[policies]]", 1)
    house = await build(data=an_office(), toml=toml)
    house.webhooks_on()
    return house


async def policies(house: House, conversation_id: str) -> set[str]:
    return {each.policy for each in await house.read(clocks.clocks_of, conversation_id)}


async def known(house: House, conversation_id: str) -> Conversation:
    row: Conversation = await house.read(conversations.get, conversation_id)
    return row


async def test_a_tag_changes_the_promise_as_soon_as_it_is_told(build: OpenHouse):
    house = await opened(build)
    assert await policies(house, "1001") == {"enterprise"}
    before = await known(house, "1001")
    house.intercom.admin_tags("1001", "8801", "7")
    await house.settle()
    row = await known(house, "1001")
    assert (row.tags, row.updated_at) == (["vip"], before.updated_at)
    assert await policies(house, "1001") == {"vip"}


async def test_what_a_notification_is_silent_on_stays_known(build: OpenHouse):
    house = await opened(build)
    ws = house.intercom.workspace
    ws.conversations["1001"].custom_attributes["tier"] = "gold"
    house.intercom.admin_tags("1001", "8801", "7")
    await house.settle()

    def sla(session: Any, workspace: str) -> None:
        row = conversations.get(session, workspace, "1001")
        assert row is not None
        row.sla_name, row.sla_status = "Gold", "active"
        session.add(row)

    await house.bot.store.write(sla, house.workspace)
    house.fault("intercom", "GET /conversations/1001", "error", times=-1, status=500)
    item = dict(house.intercom.conversation("1001"))
    item["tags"] = {"type": "tag.list"}
    for name in ("sla_applied", "custom_attributes"):
        item.pop(name, None)
    sent_at = int(house.clock.now().timestamp())
    told = webhook_shapes.envelope(APP, "conversation.admin.noted", item, sent_at)
    assert (await house.notify(told)).status_code == 200
    await house.settle()
    row = await known(house, "1001")
    assert (row.tags, row.attributes["tier"]) == (["vip"], "gold")
    assert (row.sla_name, row.sla_status) == ("Gold", "active")
