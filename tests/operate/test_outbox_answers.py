"""`watchbell outbox retry` of an answer that may have arrived."""

from __future__ import annotations

from dataclasses import replace

import pytest
from command_line import watchbell
from harness import QUICK, House, OpenHouse
from on_the_screen import verbs, words
from small_office import scenario

from bot.store import intents
from sandbox.slack.model import Message

pytestmark = pytest.mark.thorough


def card(house: House) -> Message:
    """The message that tells what became of the answer."""
    return house.post(house.slack.im_with(house.ana.id).id, "post:delivery:")


async def test_what_an_operator_sends_again_cannot_be_taken_back_as_if_nothing_was_sent(
    build: OpenHouse, database: str
):
    house = await build(database=database, data=scenario("1004"))
    house.fault("intercom", "POST /conversations/*/reply", "drop_before")
    await house.ana.answers("1004", "It is mended.")
    await house.until(lambda: "*Not confirmed*" in words(card(house).blocks))
    (reply,) = await house.read(intents.about, "1004", kinds=("intercom.reply",))
    house.fault("intercom", "POST /conversations/*/reply", "rate_limit", seconds=3600, times=-1)
    assert (await watchbell(database, "outbox", "retry", str(reply.id), "--yes")).code == 0
    await house.until(lambda: "*Not sent yet*" in words(card(house).blocks))
    assert verbs(card(house).blocks) == []


async def test_what_was_sent_again_in_vain_is_looked_for_before_an_operator_sends_it(
    build: OpenHouse, database: str
):
    blind = replace(QUICK, attempts=3, blind=0.2, failed_looks=2)
    house = await build(database=database, data=scenario("1004"), timings=blind)
    # It lands, and nobody can look whether it did.
    house.fault("intercom", "POST /conversations/*/reply", "drop_after")
    house.fault("intercom", "GET /conversations/*", "error", status=500, times=-1)
    await house.ana.answers("1004", "It is mended.")
    await house.until(lambda: "resend" in verbs(card(house).blocks))
    await house.ana.presses(card(house), "resend")
    assert house.ana.heard == "Sending it again."
    await house.until(lambda: "retry" in verbs(card(house).blocks))
    house.faults.clear()
    assert len(house.sent()) == 1
    (reply,) = await house.read(intents.about, "1004", kinds=("intercom.reply",))
    asked = await watchbell(database, "outbox", "retry", str(reply.id), typed="n\n")
    assert "It was sent again before, and an earlier attempt may have arrived." in asked.out
    assert (await watchbell(database, "outbox", "retry", str(reply.id), "--yes")).code == 0
    await house.until(lambda: "*Sent" in words(card(house).blocks))
    assert house.sent() == [("1004", house.ana.admin, "It is mended.")]


async def test_what_an_operator_sends_over_the_customer_goes_out(build: OpenHouse, database: str):
    house = await build(database=database, data=scenario("1004"))
    house.fault("intercom", "POST /conversations/*/reply", "error", status=422)
    await house.ana.answers("1004", "It is mended.")
    await house.until(lambda: "*Not sent*" in words(card(house).blocks))
    house.tick(30)
    house.intercom.customer_writes("1004", "Hello?")
    await house.later(minutes=2)
    (reply,) = await house.read(intents.about, "1004", kinds=("intercom.reply",))
    asked = await watchbell(database, "outbox", "retry", str(reply.id), typed="n\n")
    assert "The customer has written since." in asked.out
    assert (await watchbell(database, "outbox", "retry", str(reply.id), "--yes")).code == 0
    await house.until(house.sent)
    assert house.sent() == [("1004", house.ana.admin, "It is mended.")]
