"""Mails of a real mail server in the account's timeline: whose they are, by whom, in order, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import TUESDAY, House, OpenHouse
from on_the_screen import words
from post_office import Box, mail
from reading import read_again, status, stored, timeline
from small_office import HOSTILE, TOML, scenario

pytestmark = pytest.mark.thorough

LAST_WEEK = TUESDAY - timedelta(days=5)


async def test_mails_stand_among_intercoms_messages_in_one_order(build: OpenHouse, box: Box):
    box.put(mail("May we pay by transfer?", at=LAST_WEEK, id_="first@customer.example"), at=LAST_WEEK)
    box.put(
        mail(
            "Yes, you may.\n\nOn Thu, 19 Nov 2026 Dana Reyes wrote:\n> May we pay by transfer?\n",
            by="Ana Ruiz <ana@small.example>",
            to="dana@customer.example",
            subject="Re: A question",
            at=LAST_WEEK + timedelta(hours=1),
            after="first@customer.example",
        ),
        "Sent",
        at=LAST_WEEK + timedelta(hours=1),
    )
    box.put(mail("And today?", at=TUESDAY), at=TUESDAY)
    house = await build(mailbox=box.secrets())
    shown = await timeline(house)
    places = [
        shown.index(each)
        for each in (
            "A question\nMay we pay by transfer?",
            "Yes, you may.",
            "Single sign-on sends everyone",
            "And today?",
        )
    ]
    assert places == sorted(places)
    assert f"Dana Reyes\n (e-mail in {box.user})" in shown
    assert f"Ana Ruiz\n (e-mail in {box.user})" in shown
    assert shown.count("May we pay by transfer?") == 1, "quoted history stands there already"
    assert {row.author_kind for row in await stored(house)} == {"customer", "rep"}
    assert {row.contact_id for row in await stored(house)} == {"p1"}


async def test_reading_leaves_no_trace_in_the_mailbox(build: OpenHouse, box: Box):
    box.put(mail("Seen by nobody yet."))
    box.put(mail("Sent by us.", by=box.user, to="dana@customer.example"), "Sent")
    house = await build(mailbox=box.secrets())
    assert len(await stored(house)) == 2
    assert box.flags() == [{b"\\Recent"}]
    assert b"\\Seen" not in box.flags("Sent")[0]
    # The control: an ordinary mail program leaves its mark.
    with box.owner("INBOX") as client:
        client.fetch(client.search(), ["RFC822"])
    assert b"\\Seen" in box.flags()[0]


async def test_what_belongs_to_nobody_is_not_stored_and_counted(build: OpenHouse, box: Box):
    box.put(mail("Buy our quokka-shaped cushions.", by="sales@elsewhere.example"))
    box.put(mail("I am out of the opalescent office.", Auto_Submitted="auto-replied"))
    away = {"X_Auto_Response_Suppress": "All", "subject": "Abwesenheitsnotiz: A question"}
    box.put(mail("Zurück im vermilion Büro am Montag.", **away))
    accepted = mail("", subject="Angenommen: Demo")
    accepted.add_alternative("SUMMARY:cerulean", subtype="calendar", params={"method": "REPLY"})
    box.put(accepted)
    box.put(mail("Our zirconium newsletter.", List_Id="<news.customer.example>"))
    box.put(mail("Everybody gets this juniper mail.", Precedence="bulk"))
    box.put(mail("From us to a stranger.", by=box.user, to="x@elsewhere.example"), "Sent")
    box.put(mail("A real one."))
    house = await build(mailbox=box.secrets())
    assert [row.text for row in await stored(house)] == ["A real one."]
    assert "Mailbox read just now: 1 mail kept, 2 of nobody's, 5 automatic" in await status(house)
    everything = await everything_kept(house)
    for word in (
        "quokka",
        "opalescent",
        "vermilion",
        "cerulean",
        "Angenommen",
        "zirconium",
        "juniper",
        "elsewhere.example",
    ):
        assert word not in everything


async def everything_kept(house: House) -> str:
    from bot.store.tables import metadata

    def rows(session: Any, _: str) -> str:
        return str([session.execute(table.select()).all() for table in metadata.sorted_tables])

    return str(await house.read(rows))


async def test_an_account_is_known_by_its_own_domain_and_a_thread_goes_on(build: OpenHouse, box: Box):
    office = scenario()
    for contact in office["contacts"]:
        if contact["id"] in ("p1", "p2"):
            contact["email"] = contact["email"].replace("customer.example", "northwind.example")
    box.put(mail("I am new here.", by="Nia <nia@northwind.example>", id_="nia@northwind.example"))
    box.put(
        mail(
            "I take this over.",
            by="Kit Lund <kit@freelancer.example>",
            subject="Re: A question",
            after="nia@northwind.example",
        )
    )
    box.put(mail("A public domain tells nothing.", by="someone@gmail.com"))
    house = await build(data=office, mailbox=box.secrets())
    told = {row.text: (row.account_id, row.contact_id, row.author_kind) for row in await stored(house)}
    assert told == {"I am new here.": ("c1", None, "customer"), "I take this over.": ("c1", None, "other")}
    assert "Kit Lund, kit@freelancer.example" in await timeline(house)


async def test_a_forged_sender_is_not_shown_as_one_of_us(build: OpenHouse, box: Box):
    forged = mail("Wire the money to me.", by="Ana Ruiz <ana@small.example>", to="dana@customer.example")
    box.put(forged)
    house = await build(mailbox=box.secrets())
    (row,) = await stored(house)
    assert (row.author_kind, row.author_name) == ("other", "ana@small.example, not verified")
    shown = await timeline(house)
    assert f"ana@small.example, not verified\n (e-mail in {box.user})" in shown


async def test_the_mailboxs_own_server_can_vouch_for_one_of_us(build: OpenHouse, box: Box):
    def by_ana(text: str, vouched: str) -> Any:
        return mail(
            text,
            by="Ana Ruiz <ana@small.example>",
            to="dana@customer.example",
            Authentication_Results=vouched,
        )

    box.put(by_ana("Vouched for.", "mx.small.example; dkim=pass header.d=small.example; dmarc=none"))
    box.put(by_ana("By a stranger's server.", "mx.evil.example; dmarc=pass header.from=small.example"))
    box.put(by_ana("For a stranger's domain.", "mx.small.example; dmarc=pass header.from=evil.example"))
    house = await build(mailbox=box.secrets(), toml=TOML + '\n[mailbox]\nvouched_by = "mx.small.example"\n')
    kinds = {row.text: row.author_kind for row in await stored(house)}
    assert kinds == {
        "Vouched for.": "rep",
        "By a stranger's server.": "other",
        "For a stranger's domain.": "other",
    }


async def test_a_copy_in_sent_mails_shows_who_really_wrote(build: OpenHouse, box: Box):
    copy = mail("I answered by mail.", by="Ben Okoro <ben@small.example>", to="dana@customer.example")
    box.put(copy)
    house = await build(mailbox=box.secrets())
    assert [row.author_kind for row in await stored(house)] == ["other"]
    box.put(copy, "Sent")
    await read_again(house)
    (row,) = await stored(house)
    assert (row.author_kind, row.author_name) == ("rep", "Ben Okoro")


async def test_two_mails_under_one_id_both_stand_there(build: OpenHouse, box: Box):
    box.put(mail("The first of the two.", id_="same@customer.example"))
    box.put(mail("It must not hide this.", by="omar@customer.example", id_="same@customer.example"))
    house = await build(mailbox=box.secrets())
    assert sorted(row.text for row in await stored(house)) == [
        "It must not hide this.",
        "The first of the two.",
    ]
    box.renumber()
    await read_again(house)
    assert len(await stored(house)) == 2


async def test_hostile_words_ring_nobody_and_are_shown_as_they_are(build: OpenHouse, box: Box):
    hostile = HOSTILE.replace("\x07", "").replace("\x1b", "")
    box.put(mail(hostile, subject="<!channel> <@U0LEA> *now*"))
    house = await build(mailbox=box.secrets())
    await timeline(house)
    blocks = house.ana.view.blocks
    assert "<!channel>" in words(blocks)
    assert "<!channel>" not in str([each for each in blocks if each["type"] != "rich_text"])
    await house.ana.types("/account northwind marine")
    assert "<!channel>" not in str([each for each in house.ana.last.blocks if each["type"] != "rich_text"])
    assert "<!channel>" not in house.ana.last.text
    assert "\u202e" not in words(blocks)


async def test_what_intercom_has_too_stands_there_once(build: OpenHouse, box: Box):
    at = TUESDAY - timedelta(minutes=10)
    told = "Single sign-on sends everyone back to the login page."
    box.put(mail(f"Hello,\n\n{told}\n\nBest regards\nDana Reyes", at=at), at=at)
    box.put(mail("Nobody told this in Intercom.", at=at), at=at)
    house = await build(mailbox=box.secrets())
    assert len(await stored(house)) == 2
    shown = await timeline(house)
    assert shown.count(told) == 1
    assert "Nobody told this in Intercom." in shown


async def test_mails_of_intercom_itself_are_left_out(build: OpenHouse, box: Box):
    box.put(mail("You have a new reply.", by="Small <notify@small.intercom-mail.com>"))
    box.put(mail("You have a new reply.", by="Small <notify@intercom-mail.com>"))
    house = await build(mailbox=box.secrets())
    assert await stored(house) == []


async def test_a_form_and_a_group_of_ones_own_name_the_customer_behind(build: OpenHouse, box: Box):
    box.put(
        mail(
            "Through the group.",
            by=f"'Dana Reyes' via Support <{box.user}>",
            Reply_To="Dana Reyes <dana@customer.example>",
            List_Id="<support.small.example>",
            Precedence="list",
        )
    )
    house = await build(mailbox=box.secrets())
    (row,) = await stored(house)
    assert (row.author_id, row.author_kind, row.contact_id) == ("dana@customer.example", "customer", "p1")


async def test_what_only_the_team_reads_is_marked_internal(build: OpenHouse, box: Box):
    box.put(mail("Please have a look.", id_="ask@customer.example"))
    box.put(
        mail(
            "Who takes Dana?",
            by="Ana Ruiz <ana@small.example>",
            to="ben@small.example",
            subject="Fwd: A question",
            after="ask@customer.example",
        ),
        "Sent",
    )
    house = await build(mailbox=box.secrets())
    kinds = {row.text: row.internal for row in await stored(house)}
    assert kinds == {"Please have a look.": False, "Who takes Dana?": True}
    assert f"Ana Ruiz\n (internal, e-mail in {box.user})" in await timeline(house)


async def test_mails_go_with_a_person_to_another_company(build: OpenHouse, box: Box):
    box.put(mail("Before I moved."))
    box.put(mail("From Omar, who stays.", by="omar@customer.example"))
    house = await build(mailbox=box.secrets())
    assert {row.account_id for row in await stored(house)} == {"c1"}
    house.intercom.contacts["p1"].company_ids = ["c2"]
    await house.later(hours=7)
    house.intercom.customer_writes("1001", "I have changed sides.")
    await house.later(minutes=2)
    told = {row.text: row.account_id for row in await stored(house)}
    assert told == {"Before I moved.": "c2", "From Omar, who stays.": "c1"}


@pytest.mark.parametrize("looks", [1, 3])
async def test_whoever_begins_a_thread_says_whose_it_is(build: OpenHouse, box: Box, looks: int):
    """Somebody of another account comes into it, and then a stranger."""
    mails = [
        mail("It is broken.", id_="root@customer.example", at=LAST_WEEK),
        mail("With us too.", by="noor@brightfen.example", after="root@customer.example", id_="n@b.example"),
        mail("I know why.", by="who@elsewhere.example", after="root@customer.example"),
    ]
    data = scenario("1001", "1003")
    for each in data["contacts"]:
        if each["company_ids"] == ["c2"]:
            each["email"] = "noor@brightfen.example"
    if looks == 1:
        for each in mails:
            box.put(each)
    house = await build(data=data, mailbox=box.secrets())
    if looks == 3:
        for each in mails:
            box.put(each)
            await read_again(house)
    told = {row.text: row.account_id for row in await stored(house)}
    assert told == {"It is broken.": "c1", "With us too.": "c2", "I know why.": "c1"}


async def test_a_lead_who_is_a_user_too_says_it_once(build: OpenHouse, box: Box):
    """Intercom has the message under one of their two ids, and the mail is known by the other."""
    at = TUESDAY - timedelta(minutes=10)
    told = "Single sign-on sends everyone back to the login page."
    data = scenario("1001")
    (dana,) = data["contacts"]
    data["contacts"].append({**dana, "id": "a0lead", "role": "lead"})
    asked = {**data["conversations"][0], "id": "1031", "contact_id": "a0lead"}
    asked["parts"] = [{**asked["parts"][0], "who": "a0lead", "text": "Is the price the same?"}]
    data["conversations"].append(asked)
    box.put(mail(f"Hello,\n\n{told}\n\nBest regards\nDana Reyes", at=at), at=at)
    house = await build(data=data, mailbox=box.secrets())
    assert {row.contact_id for row in await stored(house)} == {"a0lead"}
    assert (await timeline(house)).count(told) == 1
