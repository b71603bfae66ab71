"""What reps do with a spreading issue: one answer to everybody, and a word on what is not the same."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
from harness import House, OpenHouse
from many_firms import FIRMS, OUTAGE, boxes, firms, outage, spreads, tells, told
from on_the_screen import rich, targets, verbs, words
from sqlmodel import Session, select

from bot.store.audit import AuditEntry
from bot.store.spreads import Spread
from sandbox.slack.model import View

pytestmark = pytest.mark.thorough


@pytest.fixture
async def house(build: OpenHouse) -> House:
    return await build(data=firms())


async def window(house: House) -> View:
    (message,) = spreads(house)
    assert (await house.ana.presses(message, "answer_spread")).ok
    await house.bot.front.finish()
    return house.ana.view


async def not_the_same(house: House) -> View:
    (message,) = spreads(house)
    assert (await house.ana.presses(message, "not_spreading")).ok
    return house.ana.view


async def test_everybody_ticked_is_answered_once_by_their_own_name_and_account(house: House):
    ids = await outage(house, 4)
    view = await window(house)
    assert "One answer to several people of several accounts." in words(view.blocks)
    assert "Ida Marsh, Alder Freight, e-mail" in words(view.blocks)
    ticked = boxes(view, block="who0", starts=("Ida Marsh", "Jon Beck", "Kay Osei"))
    text = rich("The export of {account} works again.")
    assert (await house.ana.submits({**ticked, "text": text})).ack == {"response_action": "clear"}
    await house.settle()
    assert sorted(house.sent()) == sorted(
        (number, house.ana.admin, f"Hi {first},\nThe export of {firm} works again.")
        for number, first, firm in zip(ids, ("Ida", "Jon", "Kay"), FIRMS, strict=False)
    )
    await house.later(minutes=5)
    assert len(house.sent()) == 3
    (outcome,) = house.posts("alerts", "post:delivery:")
    assert "*Answer to 3 people: 3 sent*" in words(outcome.blocks)
    assert outcome.thread_ts == spreads(house)[0].ts
    assert "4 conversations, 1 waiting" in told(house)


async def test_what_a_colleague_answered_meanwhile_holds_all_back(house: House):
    ids = await outage(house, 3)
    view = await window(house)
    house.tick(60)
    house.intercom.admin_replies(ids[1], house.ben.admin, "We are looking.")
    house.tick(60)
    ticked = boxes(view, block="who0", starts=("Ida Marsh", "Jon Beck", "Kay Osei"))
    await house.ana.submits({**ticked, "text": rich("It works again.")})
    shown = words(house.ana.view.blocks)
    assert "Nothing was sent: 1 conversation changed meanwhile." in shown
    assert "Jon Beck: Ben Okoro answered" in shown
    await house.settle()
    assert [each for each in house.sent() if each[1] == house.ana.admin] == []
    again = boxes(house.ana.view, block="who0", starts=("Ida Marsh", "Kay Osei"))
    assert (await house.ana.submits(again)).ok
    await house.settle()
    sent = sorted(number for number, admin, _ in house.sent() if admin == house.ana.admin)
    assert sent == sorted((ids[0], ids[2]))


async def test_an_account_that_tells_something_else_is_taken_out_and_stays_out(house: House):
    ids = await outage(house, 5)
    view = await not_the_same(house)
    assert (await house.ana.submits(boxes(view, block="which0", starts=("Birch & Sons",)))).ok
    await house.settle()
    assert "*4 accounts tell one new problem*" in told(house)
    assert "1 account taken out by Ana Ruiz" in told(house)
    assert "Birch" not in told(house)
    house.intercom.customer_writes(ids[1], OUTAGE[0])
    await house.later(minutes=5)
    await tells(house, 5, OUTAGE[5])
    assert "*5 accounts tell one new problem*" in told(house)
    assert "Birch" not in told(house)
    assert len(spreads(house)) == 1
    assert ("not_spreading", "taken_out", "U0ANA") in await house.read(audited)


async def test_taken_back_it_says_so_and_the_like_is_not_announced_again(house: House):
    await outage(house, 3)
    view = await not_the_same(house)
    assert (await house.ana.submits(boxes(view, block="whole", starts=("None of this",)))).ok
    await house.settle()
    assert "*Not one problem, says Ana Ruiz*" in told(house)
    (message,) = spreads(house)
    assert verbs(message.blocks) == []
    await house.later(days=5)
    for number in range(3, 6):
        await tells(house, number, OUTAGE[number])
    assert len(spreads(house)) == 1
    assert "Not one problem" in told(house)
    assert ("not_spreading", "taken_back", "U0ANA") in await house.read(audited)


async def test_so_many_taken_out_that_nothing_spreads_take_it_back(house: House):
    await outage(house, 3)
    view = await not_the_same(house)
    assert (await house.ana.submits(boxes(view, block="which0", starts=("Birch", "Cinder")))).ok
    await house.settle()
    assert "Not one problem, says Ana Ruiz" in told(house)


async def test_saving_without_a_tick_changes_nothing(house: House):
    await outage(house, 3)
    await not_the_same(house)
    assert (await house.ana.submits({})).error == "validation"
    assert house.ana.view.errors == {"which0": "Nothing was changed. Tick what tells something else."}
    assert "*3 accounts" in told(house)


async def test_windows_of_what_is_over_say_so_and_send_nothing(house: House):
    ids = await outage(house, 3)
    view = await window(house)
    ticked = boxes(view, block="who0", starts=("Ida Marsh",))
    for each in ids:
        house.intercom.closes(each, house.ben.admin)
    await house.later(minutes=5)
    await house.ana.submits({**ticked, "text": rich("It works again.")})
    assert house.sent() == []
    assert "this is settled, or was taken back" in house.ana.view.errors["who0"]


@pytest.mark.parametrize("verb", ["answer_spread", "claim_spread", "not_spreading"])
async def test_only_linked_reps_may_open_anything(house: House, verb: str):
    await outage(house, 3)
    (message,) = spreads(house)
    for person in (house.uma, house.gus, house.sid):
        await person.presses(message, verb, seen=message)
        # Who is in the channel is told there, who is not in a window that holds nothing else.
        told = words(person.view.blocks) if person.views else person.heard
        assert "Nothing was done" in told or "your Slack account is not linked" in told, told
        assert [block["type"] for view in person.views for block in view.blocks] in ([], ["section"])
        assert (verb, "refused", person.id) in await house.read(audited)
    assert "your Slack account is not linked" in house.uma.heard
    assert (await house.read(numbers)) == [("open", 1)]


@pytest.mark.parametrize("pressed", ["99", "-1", "1 OR 1", "", "9" * 40])
async def test_a_forged_number_does_nothing(house: House, pressed: str):
    await outage(house, 3)
    (message,) = spreads(house)
    for verb in ("answer_spread", "claim_spread", "not_spreading"):
        forged = deepcopy(message)
        text = json.dumps(forged.blocks).replace(f'"{verb}:1"', json.dumps(f"{verb}:{pressed}"))
        forged.blocks = json.loads(text)
        for block in forged.blocks:
            for element in block.get("elements", ()):
                if element.get("action_id") == f"wb:{verb}":
                    element["value"] = pressed
        await house.ana.presses(forged, verb, seen=forged)
        await house.bot.front.finish()
    assert (await house.read(numbers)) == [("open", 1)]
    assert house.sent() == []


def audited(session: Session, workspace: str) -> set[tuple[str, str, str | None]]:
    rows = session.exec(select(AuditEntry).where(AuditEntry.workspace == workspace))
    return {(each.action, each.outcome, each.slack_user_id) for each in rows}


def numbers(session: Session, workspace: str) -> list[tuple[str, int]]:
    return [(each.state, each.number) for each in session.exec(select(Spread)) if each.workspace == workspace]


async def test_the_buttons_carry_a_number_and_nothing_else(house: House):
    await outage(house, 3)
    (message,) = spreads(house)
    assert targets(message.blocks, "answer_spread") == ["1"]
