"""Where the card about an answer cannot stand, its author hears of it in a direct message."""

from __future__ import annotations

import pytest
from harness import House, OpenHouse
from intercom_faults import PATIENT
from on_the_screen import rich, verbs, words
from small_office import CHANNELS, scenario

from sandbox.slack.model import Message

pytestmark = pytest.mark.thorough

REPLY = "POST /conversations/*/reply"


def directly(house: House) -> list[Message]:
    """Cards about answers that stand in direct messages."""
    return [
        each
        for channel in house.slack.channels
        if channel.startswith("D")
        for each in house.posts(channel, "post:delivery:")
    ]


@pytest.mark.parametrize("change", [{"is_archived": True}, {"is_ext_shared": True}, None])
async def test_where_the_card_cannot_stand_its_author_is_asked_directly(
    build: OpenHouse, change: dict[str, bool] | None
):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    if change is not None:
        house.slack.change_channel(CHANNELS["alerts"], **change)
        await house.slack.settled()
    else:
        house.slack.remove(house.alert("1001"))
        house.fault("slack", "chat.postMessage", "error", error="thread_not_found")
    house.fault("intercom", REPLY, "drop_before")
    await house.ana.submits({"text": rich("It is repaired.")})
    await house.until(lambda: any("*Not confirmed*" in words(each.blocks) for each in directly(house)))
    assert house.posts("alerts", "post:delivery:") == []
    (asked,) = directly(house)
    await house.ana.types("/watchbell status", CHANNELS["accounts"])
    assert "1 answer is not confirmed." in house.ana.heard
    await house.ana.presses(asked, "resend")
    await house.until(lambda: "*Sent " in words(directly(house)[0].blocks))
    assert len(house.sent()) == 1
    await house.ana.types("/watchbell status", CHANNELS["accounts"])
    assert "not confirmed" not in house.ana.heard


async def test_a_card_that_is_refused_after_all_was_over_is_told_directly_too(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    busy = house.fault("slack", "chat.postMessage", "rate_limit", seconds=1, times=-1)
    refused = house.fault("intercom", REPLY, "error", status=422)
    await house.ana.submits({"text": rich("It is repaired.")})
    await house.until(lambda: refused.hits and busy.hits)
    house.slack.change_channel(CHANNELS["alerts"], is_archived=True)
    house.faults.clear()
    await house.until(lambda: directly(house))
    assert "*Not sent*" in words(directly(house)[0].blocks)
    assert verbs(directly(house)[0].blocks) == ["retry", "rewrite"]
