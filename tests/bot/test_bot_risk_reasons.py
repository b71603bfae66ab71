"""The numbers in the reasons of a risk are of what they say, and of the days they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from harness import BERLIN, House, OpenHouse
from on_the_screen import words
from small_office import TOML, scenario

from bot.risk import atrisk

BRIGHTFEN = "p3"
"""Noor Visser of Brightfen, of whose account only what a test writes is known."""


def told(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The small office with one conversation of Brightfen's, of these parts."""
    data = scenario("1003")
    data["tags"] = [{"id": "5", "name": "billing"}]
    data["conversations"] = [
        {"id": "2001", "contact_id": BRIGHTFEN, "channel": "email", "parts": list(parts)} | more
    ]
    return data


def wrote(day: str, text: str = "Can I add a second office?") -> dict[str, Any]:
    return {"by": "contact", "who": BRIGHTFEN, "at": f"{day}T09:00:00+01:00", "text": text}


def did(kind: str, day: str, **more: Any) -> dict[str, Any]:
    return {"by": "admin", "who": "8801", "at": f"{day}T10:00:00+01:00", "kind": kind, **more}


def answered(day: str) -> dict[str, Any]:
    return did("comment", day, text="Yes, under Settings.")


async def why(house: House, name: str = "brightfen") -> str:
    await house.ana.types(f"/account {name}")
    assert (await house.ana.presses(house.ana.last, "why_risk")).ok
    return words(house.ana.view.blocks)


async def test_reopenings_of_months_ago_are_none_of_the_last_30_days(build: OpenHouse):
    house = await build(
        data=told(
            wrote("2026-05-04"),
            did("close", "2026-05-05"),
            wrote("2026-05-06"),
            did("close", "2026-05-07"),
            wrote("2026-05-08"),
            answered("2026-05-09"),
            did("close", "2026-05-11"),
        )
    )
    await house.at("09:10")
    # A tag is enough for Intercom to call it changed.
    house.intercom.admin_tags("2001", "8801", "5")
    await house.later(minutes=5)
    assert "reopen" not in await why(house)
    # The control: one of today counts, and it alone.
    house.intercom.customer_writes("2001", "It says my role may not.")
    await house.later(minutes=5)
    assert house.intercom.conversation("2001")["statistics"]["count_reopens"] == 3
    assert "1 reopen in 30 days" in await why(house)


async def test_waking_one_that_was_snoozed_is_no_reopening(build: OpenHouse):
    house = await build(
        data=told(
            wrote("2026-09-01"),
            did("close", "2026-09-02"),
            wrote("2026-09-03"),
            did("snoozed", "2026-11-20", until="2026-12-20T09:00:00+01:00"),
        )
    )
    house.intercom.opens("2001", "8801")
    await house.later(minutes=5)
    assert "reopen" not in await why(house)
    house.intercom.closes("2001", "8801")
    house.intercom.opens("2001", "8801")
    await house.later(minutes=5)
    assert "1 reopen in 30 days" in await why(house)


@pytest.mark.parametrize("status", [400, 500], ids=["refused", "failed"])
async def test_reopenings_of_which_nobody_can_tell_when_are_not_known(build: OpenHouse, status: int):
    data = told(wrote("2026-11-02"), did("close", "2026-11-03"), wrote("2026-11-20"), company_id="c2")
    house = await build(data=data, settled=False)
    house.fault("intercom", "GET /conversations/2001", "error", times=-1, status=status)
    await house.settle()
    shown = await why(house)
    assert "Not known: reopened conversations (Intercom" in shown
    assert "reopen in 30 days" not in shown
    house.faults.clear()
    house.clock.machine_ahead += timedelta(hours=3)
    house.intercom.admin_notes("2001", "8801", "Ask Kim.")
    await house.later(minutes=5)
    shown = await why(house)
    assert "1 reopen in 30 days" in shown
    assert "reopened conversations" not in shown


async def test_words_of_months_ago_are_none_of_the_last_30_days(build: OpenHouse):
    snoozed = {"state": "snoozed", "snoozed_until": "2026-12-20T09:00:00+01:00", "assignee_id": "8802"}
    house = await build(
        data=told(wrote("2026-06-22", "We want to cancel our contract."), answered("2026-06-23"), **snoozed)
    )
    assert "message in 30 days" not in await why(house)
    house.intercom.customer_writes("2001", "We want to cancel, please.")
    await house.later(minutes=5)
    assert "1 message in 30 days (usual 0)" in await why(house)


REP_SAID = (
    "\n\nOn Tue, 10 Nov 2026 at 10:00, Ana Ruiz <ana@small.example> wrote:\n"
    "> Another customer asked the same before:\n"
    "> We will cancel our contract unless you fix it, and our lawyer will write to you."
)
NOOR_SAID = (
    "\n\nOn Tue, 10 Nov 2026 at 09:00, Noor Visser <noor@customer.example> wrote:\n"
    "> We want to cancel our contract."
)


@pytest.mark.parametrize("state", ["open", "closed"])
async def test_words_of_ours_that_a_mail_quotes_are_not_the_customers(build: OpenHouse, state: str):
    mails = (wrote("2026-11-11", f"Great, that works, thank you!{REP_SAID}"), wrote("2026-11-12", REP_SAID))
    house = await build(data=told(*mails, answered("2026-11-13"), state=state))
    shown = await why(house)
    assert "wants to cancel" not in shown
    assert "legal steps" not in shown
    # The control: words of their own above a quote count.
    house.intercom.customer_writes("2001", f"Our lawyer will be in touch.{REP_SAID}")
    await house.later(minutes=5)
    shown = await why(house)
    assert "1 message in 30 days (usual 0): the customer names legal steps" in shown
    assert "wants to cancel" not in shown


async def test_one_sentence_counts_once_however_many_mails_quote_it(build: OpenHouse):
    friendly = ("Thanks, we stay after all.", "Where is the invoice?", "Got it.", "Have a nice weekend.")
    later = (wrote(f"2026-11-{11 + day}", f"{text}{NOOR_SAID}") for day, text in enumerate(friendly))
    house = await build(data=told(wrote("2026-11-10", "We want to cancel our contract."), *later))
    assert "1 message in 30 days (usual 0): the customer wants to cancel" in await why(house)


def sent(day: str, number: int) -> dict[str, Any]:
    """A conversation that we began with Noor, and in which nobody answered."""
    first = {"by": "admin", "who": "8801", "at": f"{day}T09:00:00+01:00", "text": "See our webinar."}
    return {
        "id": f"30{number:02}",
        "contact_id": BRIGHTFEN,
        "channel": "email",
        "state": "closed",
        "parts": [first, did("close", day)],
    }


async def test_who_writes_to_us_by_themselves_leaves_nothing_unanswered(build: OpenHouse):
    data = told(wrote("2026-11-02"), answered("2026-11-03"), did("close", "2026-11-03"), state="closed")
    data["conversations"] += [sent(day, int(day[-2:])) for day in ("2026-10-27", "2026-10-28", "2026-10-29")]
    house = await build(data=data)
    assert "unanswered" not in await why(house)
    # The control: what was sent after they wrote last, and it alone.
    data["conversations"] += [sent(day, int(day[-2:])) for day in ("2026-11-04", "2026-11-05")]
    house = await build(data=data)
    assert "2 of our messages in a row unanswered in 90 days (counts from 2)" in await why(house)
    house.intercom.customer_starts(BRIGHTFEN, "email", "Can I add a third office?")
    await house.later(minutes=5)
    assert "unanswered" not in await why(house)


async def test_messages_of_ours_of_long_ago_are_none_that_wait_for_an_answer(build: OpenHouse):
    data = told(wrote("2026-06-02"), did("close", "2026-06-03"), state="closed")
    data["conversations"] += [sent(f"2026-08-{day}", day) for day in (21, 22, 24)]
    data["conversations"] += [sent(f"2026-11-{day}", day) for day in (11, 12)]
    house = await build(data=data)
    assert "2 of our messages in a row unanswered in 90 days" in await why(house)


async def test_a_late_resolution_is_no_late_reply(build: OpenHouse):
    default = 'first_response = "4h"\nnext_response = "8h"\nwarn = ["30m"]'
    assert default in TOML
    toml = TOML.replace(default, 'first_response = "4h"\nresolution = "5h"\nwarn = ["30m"]')
    house = await build(data=told(wrote("2026-11-23"), answered("2026-11-23")), toml=toml)
    await house.at("12:00")
    rung = [words(each.blocks) for each in house.posts("alerts")]
    assert any("Resolution" in each for each in rung), "the control: it is late"
    assert "late in 30 days" not in await why(house)
    house = await build(data=told(wrote("2026-11-23")))
    await house.at("12:00")
    assert "1 reply was late in 30 days" in await why(house), "the control: a reply is counted"


async def test_a_reply_that_is_still_late_counts_however_long_ago_it_was_due(build: OpenHouse):
    house = await build(data=told(wrote("2026-11-23")))
    for days, reason in ((29, "1 reply was late in 30 days"), (31, "1 reply has been late for more than 30")):
        await house.at(datetime(2026, 11, 23, 13, 30, tzinfo=BERLIN) + timedelta(days=days))
        assert reason in await why(house), f"{days} days after it was due"
    # The control: once it is answered, it counts for 30 days from then on.
    house.intercom.admin_replies("2001", house.ana.admin, "Yes, under Settings.")
    await house.later(days=29)
    assert "1 reply was late in 30 days" in await why(house)
    await house.later(days=2)
    assert "late in 30 days" not in await why(house)


async def test_what_needed_no_answer_is_no_wait_of_who_writes_again(build: OpenHouse):
    default = 'first_response = "4h"\nnext_response = "8h"\nwarn = ["30m"]'
    toml = TOML.replace(default, 'first_response = "4h"\nwarn = ["30m"]')
    assert toml != TOML
    house = await build(data=told(wrote("2026-11-23")), toml=toml)
    await house.at("12:00")
    await house.ana.presses(house.alert("2001"), "dismiss")
    await house.later(days=9)
    house.intercom.customer_writes("2001", "Thank you, that is all.")
    await house.later(minutes=5)
    assert "longest wait" not in await why(house)


async def test_one_message_is_not_called_messages(build: OpenHouse):
    months = (f"2026-{month:02}-{day:02}" for month in (9, 10) for day in range(1, 21, 2))
    rated = {"rating": {"score": 1, "remark": "", "at": "2026-11-20T12:00:00+01:00"}}
    house = await build(
        data=told(*(wrote(day) for day in months), wrote("2026-11-10"), answered("2026-11-11"), **rated)
    )
    shown = await why(house)
    assert "1 message in 30 days (usual 10) after late replies and low rating" in shown


@pytest.mark.parametrize("signed_up", ["2026-10-05", "2026-08-01"])
async def test_an_onboarding_that_calms_down_is_no_customer_who_went_quiet(build: OpenHouse, signed_up: str):
    days = (f"2026-10-{day:02}" for day in range(6, 20))
    data = told(*(wrote(day) for day in days), answered("2026-10-20"), did("close", "2026-10-20"))
    (firm,) = (each for each in data["companies"] if each["id"] == "c2")
    firm["created_at"] = f"{signed_up}T09:00:00+02:00"
    shown = await why(await build(data=data))
    young = signed_up == "2026-10-05"
    assert ("(usual 7)" in shown) != young
    assert ("Not known: usual number of messages of an account younger than 90 days" in shown) == young


async def test_the_list_of_those_at_risk_is_what_judging_every_account_would_give(build: OpenHouse):
    house = await build()
    now = house.bot.works.clock.now
    for _ in range(8):
        kept = await house.bot.store.read(atrisk.card, house.bot.office, now())
        every = await house.bot.store.read(atrisk.judge, house.bot.office, now())
        assert kept.accounts == await house.bot.store.read(atrisk.listed, house.bot.office, every)
        assert kept.not_known == atrisk.not_known(every)
        assert kept.judged == len(every) > 1
        await house.later(hours=7)
    assert kept.accounts


async def test_why_tells_of_the_account_that_was_asked_about(build: OpenHouse):
    house = await build()
    assert "*Brightfen*: risk" in await why(house)
    assert "*Northwind Marine*: risk" in await why(house, "northwind marine")


FRAGILE = TOML.replace(
    '[[policies]]\nname = "enterprise"',
    """[[policies]]
name = "fragile"
match = { risk_from = 20 }
first_response = "30m"
next_response = "30m"
calendar = "berlin"

[[policies]]
name = "enterprise\"""",
)


async def test_the_promise_to_an_account_at_risk_holds_from_the_words_that_put_it_there(build: OpenHouse):
    house = await build(data=told(wrote("2026-11-24")), toml=FRAGILE)
    await house.ana.types("/inbox")
    assert "13:00" in house.ana.heard
    house.tick(5)
    house.intercom.customer_writes("2001", "Nothing works here. We will cancel our contract.")
    await house.later(seconds=61)
    await house.ana.types("/inbox")
    assert "09:30" in house.ana.heard, "half an hour, from when they first wrote"
    assert "13:00" not in house.ana.heard
