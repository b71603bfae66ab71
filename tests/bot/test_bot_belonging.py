"""Which account people belong to: several companies, a mail domain, a move, a lead merged into a user."""

from __future__ import annotations

from typing import Any

import pytest
from harness import House, OpenHouse
from hypothesis import given
from hypothesis import strategies as st
from on_the_screen import option, words
from small_office import TOML, scenario

from bot.intake.belonging import PUBLIC_DOMAINS, account_of, domain_of
from bot.store import audit, outside
from bot.store.accounts import get_contact
from sandbox.slack.model import View

pytestmark = pytest.mark.thorough


def people(*more: tuple[str, str, list[str]], said_by: str = "n1") -> dict[str, Any]:
    """Northwind's Dana at northwind.example, and others: id, address, companies. One of them writes."""
    data = scenario("1001", "1003")
    for each in data["contacts"]:
        if each["id"] == "p1":
            each["email"] = "dana@northwind.example"
        else:
            each["email"] = "noor@brightfen.example"
    for number, (id_, email, companies) in enumerate(more):
        data["contacts"].append(
            {
                "id": id_,
                "role": "user",
                "name": f"New {number}",
                "email": email,
                "company_ids": companies,
                "created_at": "2026-11-01T09:00:00+01:00",
            }
        )
    (first,) = [each for each in data["conversations"] if each["id"] == "1001"]
    part = {**first["parts"][0], "who": said_by, "text": "Where do we see our usage?"}
    data["conversations"].append({**first, "id": "1020", "contact_id": said_by, "parts": [part]})
    return data


async def account(house: House, conversation_id: str = "1020") -> str | None:
    found: str | None = (await house.facts())["conversations"][conversation_id]["account_id"]
    return found


async def test_a_colleague_is_known_by_the_companys_domain(build: OpenHouse):
    house = await build(data=people(("n1", "kim@northwind.example", [])))
    assert await account(house) == "c1"
    contact = await house.read(get_contact, "n1")
    assert (contact.account_id, contact.named) == ("c1", False)


@pytest.mark.parametrize("email", ["kim@gmail.com", "kim@mail.northwind.example", "kim", ""])
async def test_a_public_or_another_domain_tells_nothing(build: OpenHouse, email: str):
    house = await build(data=people(("n1", email, [])))
    assert await account(house) is None


async def test_watchbell_toml_adds_public_domains(build: OpenHouse):
    toml = TOML + '\n[accounts]\npublic_domains = ["northwind.example"]\n'
    house = await build(data=people(("n1", "kim@northwind.example", [])), toml=toml)
    assert await account(house) is None


async def test_a_domain_of_two_companies_makes_nobody_anybodys(build: OpenHouse):
    others = (("n2", "max@northwind.example", ["c2"]), ("n1", "kim@northwind.example", []))
    data = people(*others)
    (first,) = [each for each in data["conversations"] if each["id"] == "1001"]
    part = {**first["parts"][0], "who": "n2"}
    data["conversations"].append({**first, "id": "1019", "contact_id": "n2", "parts": [part]})
    house = await build(data=data)
    # Whoever came first: once both companies are known at that domain, it tells nothing any more.
    assert (await house.read(get_contact, "n1")).account_id is None
    assert await account(house, "1019") == "c2"


async def test_who_comes_before_the_colleague_is_found_afterwards(build: OpenHouse):
    data = people(("n1", "kim@newfirm.example", []), ("n2", "max@newfirm.example", ["c2"]))
    house = await build(data=data)
    assert await account(house) is None
    house.intercom.customer_starts("n2", "email", "I am Max.")
    await house.later(minutes=2)
    assert await account(house) == "c2"


async def test_who_moves_to_another_company_takes_their_conversations_along(build: OpenHouse):
    house = await build(data=people(("n1", "kim@northwind.example", ["c1"])))
    assert await account(house) == "c1"
    house.intercom.contacts["n1"].company_ids = ["c2"]
    await house.later(hours=7)
    house.intercom.customer_writes("1020", "I have changed sides.")
    await house.later(minutes=2)
    assert await account(house) == "c2"


async def test_of_several_companies_the_one_they_were_of_stays(build: OpenHouse):
    house = await build(data=people(("n1", "kim@agency.example", ["c1", "c2"])))
    assert await account(house) == "c1"
    house.intercom.contacts["n1"].company_ids = ["c2", "c1"]
    await house.later(hours=7)
    house.intercom.customer_writes("1020", "Still me.")
    await house.later(minutes=2)
    assert await account(house) == "c1"


async def test_a_lead_who_became_a_user_is_that_user(build: OpenHouse):
    data = people(("n1", "kim@gmail.com", []), ("n9", "kim@northwind.example", ["c1"]))
    house = await build(data=data)
    assert await account(house) is None
    conversation = house.intercom.workspace.conversations["1020"]
    conversation.contact_ids = ["n9"]
    house.intercom.admin_notes("1020", house.ana.admin, "Merged with their login.")
    await house.later(minutes=2)
    known = (await house.facts())["conversations"]["1020"]
    assert (known["contact_id"], known["account_id"], known["contact_name"]) == ("n9", "c1", "New 1")


async def companies(house: House, who: str, ids: list[str]) -> None:
    """Intercom says where somebody belongs, and the bot reads it."""
    house.intercom.contacts[who].company_ids = ids
    await house.later(hours=7)
    house.intercom.customer_writes("1020", "Here I am.")
    await house.later(minutes=2)


async def test_who_is_nobodys_in_between_takes_what_is_open_along(build: OpenHouse):
    house = await build(data=people(("n1", "kim@gmail.com", ["c1"])))
    mail = {"source": outside.MAILBOX, "id": "m1", "thread": "m1", "channel": "email", "author_id": "n1"}
    mail |= {"author_name": "Kim", "author_kind": "customer", "contact_id": "n1", "account_id": "c1"}
    await house.bot.store.write(
        lambda session: outside.keep(session, workspace=house.workspace, at=house.clock.now(), **mail)
    )
    assert await account(house) == "c1"
    assert "2 open" in house.post("accounts", "post:account:c1:").text
    await companies(house, "n1", [])
    assert await account(house) is None
    assert (await house.read(outside.get, outside.MAILBOX, "m1")).account_id is None
    assert "1 open" in house.post("accounts", "post:account:c1:").text
    await companies(house, "n1", ["c2"])
    assert await account(house) == "c2"
    assert (await house.read(outside.get, outside.MAILBOX, "m1")).account_id == "c2"


async def test_a_guess_that_is_unsettled_is_taken_back(build: OpenHouse):
    data = people(("n1", "kim@northwind.example", []), ("n2", "max@northwind.example", ["c2"]))
    house = await build(data=data)
    assert await account(house) == "c1"
    # Max is of another company: their domain tells nothing any more.
    house.intercom.customer_starts("n2", "email", "I am Max.")
    await house.later(minutes=2)
    assert (await house.read(get_contact, "n1")).account_id is None
    assert await account(house) is None
    await companies(house, "n1", ["c2"])
    assert await account(house) == "c2"


async def test_a_reps_choice_takes_all_of_their_conversations_along(build: OpenHouse):
    data = people(("n1", "kim@northwind.example", []), ("n2", "max@northwind.example", ["c2"]))
    (open_one,) = [each for each in data["conversations"] if each["id"] == "1020"]
    over = {"by": "admin", "who": "8802", "at": "2026-11-24T08:50:00+01:00", "kind": "close"}
    parts = [*open_one["parts"], over]
    data["conversations"].append({**open_one, "id": "1021", "state": "closed", "parts": parts})
    house = await build(data=data)
    assert (await account(house), await account(house, "1021")) == ("c1", "c1")
    house.intercom.customer_starts("n2", "email", "I am Max.")
    await house.later(minutes=2)
    # What is over stays where it was until somebody says where they belong.
    assert (await account(house), await account(house, "1021")) == (None, "c1")
    await choose(house, "c2")
    assert "with all of their conversations" in words(house.ana.view.blocks)
    assert (await account(house), await account(house, "1021")) == ("c2", "c2")


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("Dana@Northwind.Example ", "northwind.example"),
        ("a@b@northwind.example", "northwind.example"),
        ("dana@localhost", None),
        ("@northwind.example", "northwind.example"),
        (None, None),
        ("dana@GMAIL.com", None),
    ],
)
def test_the_domain_of_an_address(email: str | None, domain: str | None):
    assert domain_of(email) == domain


PUBLIC = (
    "gmail.com", "gmx.net", "gmx.fr", "hotmail.es", "hotmail.com.br", "outlook.it", "live.co.uk", "aol.de",
    "yahoo.com.mx", "yahoo.de", "yandex.ru", "tuta.io", "ya.ru", "arcor.de", "privaterelay.appleid.com",
)  # fmt: skip


@pytest.mark.parametrize("domain", PUBLIC)
def test_at_a_mail_service_of_any_country_everybody_has_a_mailbox(domain: str):
    assert domain_of(f"kim@{domain}") is None


@pytest.mark.parametrize("domain", ["live.nation.example", "yahoo-inc.com", "outlook.acme.com", "mygmx.de"])
def test_a_company_that_is_called_alike_has_a_domain_of_its_own(domain: str):
    assert domain_of(f"kim@{domain}") == domain


IDS = st.sampled_from(["c1", "c2", "c3"])


@given(st.lists(IDS, unique=True), st.none() | IDS, st.sets(IDS))
def test_nobody_is_put_where_nothing_points(companies: list[str], before: str | None, colleagues: set[str]):
    found = account_of(companies, before, colleagues)
    if companies:
        assert found in companies
        assert found == before or before not in companies
    else:
        assert found is None or colleagues == {found}


def test_the_public_domains_are_domains():
    assert all(each == each.lower() and "." in each and "@" not in each for each in PUBLIC_DOMAINS)


async def choose(house: House, account_id: str | None = "c1") -> View:
    """Ana says in the window which account the person of 1020 is of; None: she only looks."""
    ana = house.ana
    await ana.types("/claim 1020")
    assert (await ana.presses(ana.last, "more_done")).ok
    deed = option(ana.view, "what", "account")
    assert (await ana.submits({"what": deed})).ok
    if account_id is not None:
        offered = await house.slack.people.options(ana.id, ana.view.id, "wb:account", "")
        (wanted,) = [each for each in offered if each["value"] == account_id]
        chosen = {"type": "external_select", "selected_option": wanted}
        assert (await ana.submits({"account": chosen})).ok
        await house.settle()
    return ana.view


async def test_a_rep_says_whose_a_person_is_and_it_stays_so(build: OpenHouse):
    house = await build(data=people(("n1", "kim@gmail.com", [])))
    assert await account(house) is None
    await choose(house)
    assert "belongs to Northwind Marine now" in words(house.ana.view.blocks)
    assert await account(house) == "c1"
    assert "Where do we see our usage?" in words(house.post("accounts", "post:account:c1:").blocks)
    # Whatever is told of them again, and whatever they write next.
    house.intercom.customer_starts("n1", "email", "And one more thing.")
    house.intercom.contacts["n1"].name = "Kim Other"
    await house.later(hours=7)
    found = (await house.facts())["conversations"]
    assert {each["account_id"] for each in found.values() if each["contact_id"] == "n1"} == {"c1"}
    assert ("choose_account", "chosen", "c1") in [
        (each.action, each.outcome, each.detail)
        for each in await house.bot.store.read(lambda session: audit.page(session, house.workspace, limit=9))
    ]


async def test_what_intercom_says_of_their_company_wins_over_a_reps_word(build: OpenHouse):
    house = await build(data=people(("n1", "kim@gmail.com", [])))
    await choose(house)
    house.intercom.contacts["n1"].company_ids = ["c2"]
    house.intercom.customer_writes("1020", "We are of Brightfen.")
    await house.later(hours=7)
    assert await account(house) == "c2"
    assert (await house.read(get_contact, "n1")).chosen is None


async def test_of_whom_intercom_names_a_company_nothing_is_chosen(build: OpenHouse):
    house = await build(data=people(("n1", "kim@northwind.example", ["c1"])))
    await house.ana.types("/claim 1020")
    assert (await house.ana.presses(house.ana.last, "more_done")).ok
    (what,) = [each["element"] for each in house.ana.view.blocks if each.get("block_id") == "what"]
    assert "account" not in {each["value"] for each in what["options"]}


async def test_a_choice_that_came_too_late_or_was_forged_changes_nothing(build: OpenHouse):
    house = await build(data=people(("n1", "kim@gmail.com", [])))
    view = await choose(house, None)
    forged = {"text": {"type": "plain_text", "text": "x", "emoji": False}, "value": "c404"}
    await house.ana.submits({"account": {"type": "external_select", "selected_option": forged}})
    assert "does not know that account" in house.ana.view.errors["account"]
    assert view.id == house.ana.view.id
    assert await account(house) is None
