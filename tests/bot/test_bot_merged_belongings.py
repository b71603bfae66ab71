"""What comes along when Intercom merges a lead into a user: words elsewhere, accounts, threads, intents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from signing import SEED
from small_office import CHANNELS
from sqlmodel import Session, select
from two_contacts import ASKED, LEAD, LEADS_ADDRESS, USER, lead_and_user, whose

from bot.store import outside
from bot.store.accounts import Contact, by_address, get_contact
from bot.store.outside import OutsideMessage
from sandbox.slack.model import Message

pytestmark = pytest.mark.thorough


def said_by_the_lead(session: Session) -> None:
    told: list[dict[str, Any]] = [
        {
            "source": "slack:C0CUST",
            "author_id": "U0KIM",
            "account_id": "c2",
            "text": "In a channel of Brightfen",
        },
        {"source": outside.MAILBOX, "author_id": LEADS_ADDRESS, "address": LEADS_ADDRESS, "text": "By mail"},
        {"source": outside.MAILBOX, "author_id": "ana@small.example", "author_kind": "rep", "text": "To Kim"},
    ]
    for number, each in enumerate(told):
        outside.keep(
            session,
            **{
                "workspace": SEED.team_id,
                "id": f"m{number}",
                "thread": f"m{number}",
                "account_id": "c2",
                "contact_id": LEAD,
                "channel": "email",
                "author_name": "Kim",
                "author_kind": "customer",
                "at": datetime(2026, 11, 24, 7, number, tzinfo=UTC),
            }
            | each,
        )
    row = session.get_one(Contact, (SEED.team_id, LEAD))
    row.chosen = row.account_id = "c2"
    session.add(row)


async def beside(house: House) -> dict[str, tuple[str | None, str | None]]:
    def ask(session: Session) -> dict[str, tuple[str | None, str | None]]:
        return {row.id: (row.contact_id, row.account_id) for row in session.exec(select(OutsideMessage))}

    return await house.bot.store.read(ask)


async def test_words_outside_intercom_and_the_old_address_are_theirs(build: OpenHouse):
    house = await build(data=lead_and_user())
    house.webhooks_on()
    await house.bot.store.write(said_by_the_lead)
    house.intercom.merges_contacts(LEAD, into=USER)
    await house.settle()
    # Mails go with the person; what was said in a channel stays where it was said.
    assert await beside(house) == {"m0": (USER, "c2"), "m1": (USER, "c1"), "m2": (USER, "c1")}
    assert (await house.read(by_address, LEADS_ADDRESS.upper(), "c1")).id == USER
    assert await house.read(outside.person_of, "U0KIM") == USER


async def test_what_a_rep_said_of_the_lead_holds_where_intercom_names_no_company(build: OpenHouse):
    data = lead_and_user(companies=())
    data["contacts"][-1]["email"] = "kim@hotmail.com"
    house = await build(data=data)
    house.webhooks_on()
    await house.bot.store.write(said_by_the_lead)
    house.intercom.merges_contacts(LEAD, into=USER)
    await house.settle()
    assert (await whose(house))[::2] == (USER, "c2")
    found = await house.read(get_contact, USER)
    assert (found.account_id, found.chosen, found.named) == ("c2", "c2", False)


async def test_the_leads_domain_still_tells_where_they_belong(build: OpenHouse):
    data = lead_and_user(companies=())
    for each in data["contacts"]:
        each["email"] = {
            "p1": "dana@northwind.example", LEAD: "kim@northwind.example", USER: "kim@hotmail.com"
        }.get(each["id"], each["email"])  # fmt: skip
    house = await build(data=data)
    house.webhooks_on()
    assert (await whose(house))[2] == "c1"
    house.intercom.merges_contacts(LEAD, into=USER)
    await house.settle()
    assert await whose(house) == (USER, "Kim Lindqvist", "c1")
    house.intercom.customer_starts(USER, "email", "One more question.")
    await house.later(hours=7)
    assert (await house.read(get_contact, USER)).account_id == "c1"


async def test_a_thread_loses_what_is_another_accounts_now(build: OpenHouse):
    data = lead_and_user()
    (lead,) = [each for each in data["contacts"] if each["id"] == LEAD]
    lead["email"] = "kim@brightfen.example"
    (noor,) = [each for each in data["contacts"] if each["id"] == "p3"]
    noor["email"] = "noor@brightfen.example"
    house = await build(data=data)
    house.webhooks_on()
    assert ASKED in words(house.post("accounts", "post:account:c2:").blocks)
    house.intercom.merges_contacts(LEAD, into=USER)
    await house.settle()
    left = house.post("accounts", "post:account:c2:")
    assert ASKED not in words(left.blocks)
    assert "1 open conversation" in left.text
    assert ASKED in words(house.post("accounts", "post:account:c1:").blocks)


async def test_words_in_slack_become_a_conversation_of_who_is_left(build: OpenHouse):
    data = lead_and_user()
    (lead,) = [each for each in data["contacts"] if each["id"] == LEAD]
    lead["email"] = "gus@agency.example"
    house = await build(data=data)
    house.webhooks_on()
    house.slack.channels[CHANNELS["shared"]].members.add("U0GUS")
    await house.ana.types(f"/watchbell map <#{CHANNELS['shared']}|there>")
    chosen = {"text": {"type": "plain_text", "text": "c1"}, "value": "c1"}
    await house.ana.submits({"account": {"type": "external_select", "selected_option": chosen}})
    await house.settle()
    house.tick()
    await house.slack.people.say("U0GUS", CHANNELS["shared"], "Is there a limit?")
    await house.slack.settled()
    await house.settle()
    shown: Message = house.posts("accounts", "post:inslack:")[0]
    house.fault("intercom", "POST /conversations", "rate_limit", times=-1, seconds=1)
    known = set(house.intercom.workspace.conversations)
    assert (await house.ana.presses(shown, "make_conversation")).ok
    await house.settle()
    house.intercom.merges_contacts(LEAD, into=USER)
    await house.settle()
    house.faults.clear()
    await house.until(lambda: set(house.intercom.workspace.conversations) - known)
    (made,) = set(house.intercom.workspace.conversations) - known
    assert house.intercom.workspace.conversations[made].contact_ids == [USER]
