"""Much happens at once: what is known already is not judged and drawn again for each thing that comes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from harness import QUICK, House, OpenHouse
from many_firms import OUTAGE, firms, spreads, tells
from on_the_screen import words
from small_office import CHANNELS, scenario
from sqlmodel import Session, select

from bot.store.posts import get_post
from bot.store.rechecks import CONVERSATION, Recheck
from jobs import accounts, details, judge, receipts

pytestmark = pytest.mark.thorough

SAME = "Our single sign-on has stopped working, nobody can log in since this morning. Error SSO-4012."
OTHER = "Please send us the invoices of October as a spreadsheet."


def asked_for(session: Session, workspace: str) -> set[str]:
    query = select(Recheck.subject_id).where(Recheck.workspace == workspace, Recheck.kind == CONVERSATION)
    return set(session.exec(query))


async def begin(house: House, text: str) -> str:
    """The customer of 1001 begins another conversation, and it is all over Slack."""
    contact = str(house.intercom.conversation("1001")["contacts"]["contacts"][0]["id"])
    house.tick()
    number = str(house.intercom.customer_starts(contact, "conversation", text)["id"])
    await house.later(minutes=16)
    return number


async def judged_by_hand(house: House, text: str) -> set[str]:
    """One more conversation, and which are to be judged again once its account was."""
    contact = str(house.intercom.conversation("1001")["contacts"]["contacts"][0]["id"])
    house.tick()
    house.intercom.customer_starts(contact, "conversation", text)
    await house.intercom.webhooks.settle()
    works = house.bot.works
    for job in (receipts, details):
        while await job.tick(works):
            pass
    while await judge.tick(works):
        pass
    await accounts.tick(works)
    found: set[str] = await house.read(asked_for)
    return found


async def test_only_alerts_that_say_something_else_are_judged_when_an_account_was(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    house.webhooks_on()
    same = [await begin(house, SAME) for _ in range(2)]
    other = [await begin(house, OTHER) for _ in range(3)]
    grown = await judged_by_hand(house, OTHER)
    assert set(other) <= grown, "the control: these have one more on their issue"
    assert not grown & {"1001", *same}


async def test_beyond_ten_an_alert_tells_the_extent_and_is_left_alone(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    house.webhooks_on()
    numbers = [await begin(house, SAME) for _ in range(9)]
    first = numbers[0]
    others = len(numbers) - (1 if "1001" in str(house.post("accounts", "post:issue:").blocks) else 0)
    assert "more open conversations on this issue" in words(house.alert(first).blocks), others
    while "10+ more open conversations on this issue" not in words(house.alert(first).blocks):
        assert len(numbers) < 14
        numbers.append(await begin(house, SAME))
    assert len(numbers) in (10, 11)
    again = await judged_by_hand(house, SAME)
    assert not again & set(numbers), "who knows of ten or more need not be told of one more"


async def test_an_alert_leads_to_the_thread_once_its_anchor_stands(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    await house.at("09:05")
    assert house.posts("accounts", "post:account:c1:") == []
    # The anchor comes late, when the alert has said already that there is one more.
    house.fault("slack", "chat.postMessage", "rate_limit", seconds=1)
    await begin(house, SAME)
    assert "1 more open conversation" in words(house.alert("1001").blocks)

    def leads_there() -> bool:
        anchors = house.posts("accounts", "post:account:c1:")
        place = f"/archives/{CHANNELS['accounts']}/p{anchors[0].ts.replace('.', '')}" if anchors else ""
        return bool(place) and place in words(house.alert("1001").blocks)

    await house.until(leads_there)


async def test_the_card_of_a_large_spreading_issue_is_drawn_every_few_seconds_at_most(build: OpenHouse):
    house = await build(data=firms(), linked=())
    house.webhooks_on()

    async def drawings() -> int:
        post = await house.read(get_post, "spread:1")
        return int(post.version)

    for number in range(24):
        await tells(house, number % 12, OUTAGE[number % len(OUTAGE)], minutes=0.5)
    before = await drawings()
    await tells(house, 0, OUTAGE[0], minutes=0.05)
    assert await drawings() == before + 1, "the control: a smaller one is drawn at once"
    for number in range(4):
        await tells(house, number, OUTAGE[number % len(OUTAGE)], minutes=0.5)
    before = await drawings()
    for number in range(4, 10):
        await tells(house, number, OUTAGE[number % len(OUTAGE)], minutes=0.02)
    assert await drawings() <= before + 1
    await house.later(seconds=11)
    (message,) = spreads(house)
    assert "35 conversations" in words(message.blocks)


def many(count: int) -> dict[str, Any]:
    """So many customers who wait since the same minute."""
    office = scenario("1001")
    (contact,), (conversation,) = office["contacts"][:1], office["conversations"]
    for number in range(1, count):
        who = f"y{number}"
        parts = [{**part, "who": who} for part in conversation["parts"]]
        office["contacts"].append({**contact, "id": who, "email": f"{who}@northwind.example"})
        office["conversations"].append(
            {**conversation, "id": f"50{number:02}", "contact_id": who, "parts": parts}
        )
    return office


async def test_a_slack_that_hangs_on_edits_holds_up_no_answer(build: OpenHouse):
    house = await build(data=many(20), timings=replace(QUICK, attempt=30.0))
    await house.at("09:06")
    assert len(house.posts("alerts", "post:alert:")) == 20
    hangs = house.fault("slack", "chat.update", "hang", times=-1, seconds=20)
    house.clock.jump_to(house.clock.now() + timedelta(minutes=5))
    await house.bot.pump.run()
    await house.hit(hangs)
    began = time.monotonic()
    await house.ana.answers("1001", "It is repaired.")
    await house.bot.pump.run()
    while not house.sent() and time.monotonic() - began < 15:
        await asyncio.sleep(0.1)
        await house.bot.pump.run()
    assert hangs.hits >= 12, "the edits left room: the test proves nothing"
    assert house.sent() == [("1001", house.ana.admin, "It is repaired.")]
    house.faults.clear()
