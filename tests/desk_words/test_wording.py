"""Nothing of the person an answer was written for is left when it is offered for another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import wording
from bot.desk.greeting import first_name, greeting
from bot.desk.similar import Index
from bot.desk.wording import Reader

DANA = Reader("Dana Reyes", "Northwind Marine", "dana@northwind.example", "Priya Nair")
OMAR = Reader("Omar Haddad", "Brightfen", "omar@brightfen.example", "Ben Ito")


@pytest.mark.parametrize(
    ("said", "template"),
    [
        ("Hi Dana,\nit works again.\nPriya", "Hi {name},\nit works again.\n{rep}"),
        ("Dear Mr Reyes, thank you.", "Dear Mr {name}, thank you."),
        ("Hello Jo Lind! Try now.", "Hello {name}! Try now."),
        ("Hi all, it works.", "Hi all, it works."),
        ("Northwind Marine has 30 days.", "{account} has 30 days."),
        ("We wrote to dana@northwind.example and it@other.example.", "We wrote to {email} and [e-mail]."),
        ("Order A-99321 and invoice 2026-0044.", "Order [number] and invoice [number]."),
        ("You were charged €90.", "You were charged [number]."),
        ("Call +49 30 1234567 today.", "Call [number] today."),
        ("See https://app.example/t/9?u=dana now.", "See [link] now."),
        ("Omar may try it too, in 24h.", "[name] may try it too, in 24h."),
        ("{name} is a trap", "(name) is a trap"),
    ],
)
def test_what_belongs_to_one_reader_becomes_a_placeholder(said: str, template: str):
    assert wording.scrub(said, DANA, others=["Omar Haddad"]) == template


@pytest.mark.parametrize(
    ("reader", "rep", "said", "template"),
    [
        (
            "Dana Price",
            "Ana Ruiz",
            "Hi Dana,\nthe price is 20 per seat. Thanks Dana!\nAna",
            "Hi {name},\nthe price is 20 per seat. Thanks {name}!\n{rep}",
        ),
        (
            "Omar Ali",
            "Emily Best",
            "Open the page.\nBest regards,\nEmily",
            "Open the page.\nBest regards,\n{rep}",
        ),
        ("Omar Ali", "Ken Long", "It takes as long as a day. Ken", "It takes as long as a day. {rep}"),
        ("Mark Young", "Ann Page", "Open the Settings Page.\nAnn Page", "Open the Settings Page.\n{rep}"),
        ("Dana Reyes", "Ben Ito", "Ask dana or REYES.", "Ask {name} or {name}."),
        ("Maria de la Cruz", "Ben Ito", "Maria, de la page.", "{name}, de la page."),
        ("Tara Widget", "Ben Ito", "The widget is new.", "The widget is new."),
    ],
)
def test_names_that_are_words_are_names_where_somebody_is_addressed(
    reader: str, rep: str, said: str, template: str
):
    assert wording.scrub(said, Reader(reader, "Northwind", None, rep), ordinary={"widget"}) == template


@pytest.mark.parametrize(
    ("name", "account", "said"),
    [
        ("Dana Price", "Northwind", "Price changes come in May."),
        ("Will Reyes", "Northwind", "Will it work?"),
        ("Tara Widget", "Northwind", "We asked Widget."),
        ("Dana Reyes", "Open", "The Open plan has it."),
    ],
)
def test_where_nobody_can_say_whether_it_is_the_name_nothing_is_offered(name: str, account: str, said: str):
    assert wording.scrub(said, Reader(name, account, None, "Ben Ito"), ordinary={"widget"}) is None


def test_a_link_that_several_customers_were_given_stays():
    said = "See https://help.example/sso, then https://app.example/t/9."
    assert wording.scrub(said, DANA, kept={"https://help.example/sso"}) == (
        "See https://help.example/sso, then [link]."
    )


def test_the_next_reader_is_put_in_and_gaps_stay_open():
    template = wording.scrub("Hi Dana, {x} Northwind Marine: order 99321.\nBest, Priya Nair", DANA)
    assert wording.fill(template, OMAR) == "Hi Omar, (x) Brightfen: order [number].\nBest, Ben Ito"
    assert wording.gaps(wording.fill(template, OMAR)) == ["[number]"]
    assert wording.fill("Hi {name}, {account}", Reader(name="x@y.example")) == "Hi there, your company"


def test_a_reader_whose_name_is_a_placeholder_is_not_filled_twice():
    assert wording.fill("{account}", Reader(account="{email}", email="a@b.example")) == "{email}"


letters = st.text(st.characters(whitelist_categories=("Lu", "Ll")), min_size=3, max_size=12)
names = st.tuples(letters, letters).map(" ".join).filter(lambda name: name.isascii())
around = st.text(alphabet="abc xyz.,\n", max_size=30)


@given(names, around, around, st.integers(1000, 10**12))
def test_no_name_address_or_number_survives(name: str, before: str, after: str, number: int):
    reader = Reader(name, f"{name} Ltd", f"{name.split()[0]}@c.example", "Priya Nair")
    common = {part for part in name.split() if part.lower() in wording._COMMON}
    said = f"{before} {name} {reader.email} {number} {name.upper()} {after}"
    template = wording.scrub(said, reader)
    assert template is not None
    for part in set(name.split()) - common:
        assert part.lower() not in template.replace("{name}", "").lower().split()
    assert str(number) not in template
    assert "@" not in template


@given(st.text(max_size=300))
def test_any_text_is_taken_and_scrubbing_twice_adds_nothing_of_the_reader(said: str):
    template = wording.scrub(said, DANA)
    assert template is not None
    assert "dana" not in template.lower().split()
    assert "\x00" not in template


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Dana Reyes", "Hi Dana,"),
        ("Reyes, Dana", "Hi Dana,"),
        ("Dr. Dana Reyes", "Hi Dana,"),
        ("Jean-Luc Moreau", "Hi Jean-Luc,"),
        ("dana@customer.example", "Hello,"),
        ("(no name)", "Hello,"),
        ("+49 30 1234", "Hello,"),
        ("", "Hello,"),
        (None, "Hello,"),
        ("李 明", "Hello,"),
    ],
)
def test_people_are_greeted_by_their_first_name_or_not_by_name(name: str | None, called: str):
    assert greeting(name) == called


def test_a_first_name_holds_no_markup():
    assert first_name("<b>Dana</b> Reyes") is None


def test_the_most_similar_question_comes_first_and_a_stranger_finds_nothing():
    index = Index(
        [
            "How do I reset my password?",
            "The invoice shows the wrong amount of VAT.",
            "Single sign-on sends us back to the login page.",
        ]
    )
    assert index.nearest("sso login page comes back again", 1)[0][0] == 2
    assert index.nearest("wrong VAT on our invoice", 3)[0][0] == 1
    assert index.nearest("qqq", 3) == []
    assert Index([]).nearest("anything", 3) == []


def test_what_is_put_in_stands_in_both_forms_alike_and_code_stays():
    reader = Reader("Noor <b>", "R&D", "n@b.example", "Cem")
    html = '<p>Hi {Name}, <code>{name}</code> <a href="https://x.example/{name}">{ACCOUNT}</a></p>'
    filled = wording.fill_typed(
        f"{html}<pre>{{rep}}</pre>{{rep}}", "Hi {Name}, {name} {ACCOUNT}\n{rep}{rep}", reader
    )
    assert filled == (
        '<p>Hi Noor, <code>{name}</code> <a href="https://x.example/{name}">R&amp;D</a></p><pre>{rep}</pre>Cem',
        "Hi Noor, {name} R&D\n{rep}Cem",
    )


@pytest.mark.parametrize("said", ["a {b", "{}", "{ 1 }", "{name} {{Rep}}", ":-} {-:", "{{ email }}"])
def test_these_are_no_unknown_placeholders(said: str):
    assert wording.unknown(said) is None


@pytest.mark.parametrize(
    "said", ["{first_name}", "{{user.name | fallback: 'you'}}", "{Vorname}", "{ company }"]
)
def test_these_are(said: str):
    assert wording.unknown(said) is not None
