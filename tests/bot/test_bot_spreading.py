"""A new problem that several accounts tell is announced once, and its message is edited from then on."""

from __future__ import annotations

import asyncio

import pytest
from harness import House, OpenHouse
from many_firms import (
    FIRMS,
    HOW,
    LOCKED_OUT,
    ORDINARY,
    OUTAGE,
    firms,
    outage,
    spreads,
    tells,
    told,
    with_a_past,
)
from on_the_screen import words
from small_office import CHANNELS, HOSTILE, TOML
from sqlmodel import Session, select

from bot.store.intents import Intent
from bot.store.spreads import Spread, SpreadMember

pytestmark = pytest.mark.thorough


@pytest.fixture
async def house(build: OpenHouse) -> House:
    return await build(data=firms())


async def test_three_accounts_make_one_announcement_and_a_fourth_edits_it(house: House):
    await outage(house, 2)
    assert spreads(house) == [], "two accounts are no spreading issue"
    await tells(house, 2, OUTAGE[2], "whatsapp")
    (first,) = spreads(house)
    assert "*3 accounts tell one new problem* · 3 conversations, all waiting" in words(first.blocks)
    assert "502" in words(first.blocks)
    assert all(firm.replace("&", "&") in words(first.blocks) for firm in FIRMS[:3])
    assert "Changed" not in words(first.blocks)
    await tells(house, 3, OUTAGE[3])
    (same,) = spreads(house)
    assert same.ts == first.ts
    assert "*4 accounts tell one new problem*" in words(same.blocks)
    assert "1 new conversation" in words(same.blocks)
    assert FIRMS[3] in words(same.blocks)


async def test_several_of_one_account_are_one_account(house: House):
    for text in OUTAGE:
        await tells(house, 0, text)
    await tells(house, 1, OUTAGE[1])
    assert spreads(house) == []
    await tells(house, 2, OUTAGE[2])
    assert "*3 accounts tell one new problem* · 8 conversations" in told(house)
    assert "6 of 6 waiting" in told(house)


async def test_different_questions_are_no_problem_of_all(house: House):
    for number, text in enumerate(ORDINARY):
        await tells(house, number, text)
    assert spreads(house) == []


async def test_what_is_asked_every_day_is_no_news(build: OpenHouse):
    usual = await build(data=with_a_past(HOW, 36))
    for number, text in enumerate(HOW[:3]):
        await tells(usual, number, text)
    assert spreads(usual) == []
    # What has never been asked is news there too.
    for number, text in enumerate(LOCKED_OUT, start=3):
        await tells(usual, number, text)
    assert "login page" in told(usual)


async def test_control_the_same_question_is_news_where_nobody_has_asked_it(house: House):
    for number, text in enumerate(HOW[:3]):
        await tells(house, number, text)
    assert "*3 accounts tell one new problem*" in told(house)


async def test_what_is_told_over_two_days_is_not_spreading(house: House):
    for number in range(3):
        await tells(house, number, OUTAGE[number], minutes=60 * 5)
    assert spreads(house) == []


async def test_a_thread_of_an_account_names_it_with_a_link(house: House):
    await outage(house, 3)
    await tells(house, 0, OUTAGE[3])
    (message,) = spreads(house)
    anchor = words(house.post("accounts", "post:account:f0:").blocks)
    assert "Other accounts tell this too" in anchor
    blocks = str(house.post("accounts", "post:account:f0:").blocks)
    assert f"archives/{message.channel}/p{message.ts.replace('.', '')}" in blocks


async def test_it_shows_who_has_it_and_ends_when_all_is_settled(house: House):
    ids = await outage(house, 3)
    (message,) = spreads(house)
    assert (await house.ana.presses(message, "claim_spread")).ok
    assert "You have claimed 3 conversations" in house.ana.heard
    await house.settle()
    assert told(house).count(" · Ana Ruiz") == 3
    assert "Claim all" not in told(house)
    for each in ids:
        house.intercom.admin_replies(each, house.ana.admin, "It works again.")
        house.intercom.closes(each, house.ana.admin)
    await house.later(minutes=5)
    (closed,) = spreads(house)
    assert closed.ts == message.ts
    assert "*Settled: 3 accounts told one problem*" in words(closed.blocks)
    assert "answered by Ana Ruiz" in words(closed.blocks)
    assert not [block for block in closed.blocks if block["type"] == "actions"]


async def test_it_is_announced_anew_only_after_days_of_quiet(house: House):
    for each in await outage(house, 3):
        house.intercom.closes(each, house.ana.admin)
    await house.later(minutes=5)
    assert "Settled" in told(house)
    await house.later(days=1)
    again = [await tells(house, number, OUTAGE[number]) for number in (3, 4, 5)]
    assert "*6 accounts tell one new problem*" in told(house), "it goes on in the same message"
    for each in again:
        house.intercom.closes(each, house.ana.admin)
    await house.later(days=4)
    for number in (6, 7, 8):
        await tells(house, number, OUTAGE[number - 6])
    assert len(spreads(house)) == 2


async def test_two_hundred_events_cost_few_posts(house: House):
    ids = await outage(house, 3)
    before = len(house.slack.messages(CHANNELS["alerts"]))
    for number in range(200):
        match number % 4:
            case 0:
                house.intercom.customer_writes(ids[number % 3], f"Still the error 502, {number}.")
            case 1:
                house.intercom.customer_starts(f"q{number // 4 % 12}", "email", OUTAGE[number % len(OUTAGE)])
            case 2:
                house.intercom.admin_notes(ids[number % 3], house.ana.admin, "Looking.")
            case _:
                house.intercom.admin_assigns(ids[number % 3], house.ana.admin, house.ben.admin)
    await house.later(minutes=2)
    (message,) = spreads(house)
    assert "*12 accounts tell one new problem*" in words(message.blocks)
    assert "and 2 more accounts" in words(message.blocks)
    assert len(house.slack.messages(CHANNELS["alerts"])) == before, "everything else is edits"
    edits = await house.read(_edits)
    assert edits <= 60, "what happened at once is shown at once"


def _edits(session: Session, workspace: str) -> int:
    query = select(Intent).where(Intent.workspace == workspace, Intent.kind == "slack.edit")
    return sum(each.subject.startswith("spread:") for each in session.exec(query))


async def test_a_restart_announces_nothing_twice_and_goes_on(house: House):
    await outage(house, 3)
    (first,) = spreads(house)
    await house.restart()
    await house.settle()
    await tells(house, 3, OUTAGE[3])
    (same,) = spreads(house)
    assert same.ts == first.ts
    assert "*4 accounts tell one new problem*" in words(same.blocks)


async def test_a_restart_between_the_second_and_the_third_forgets_nobody(house: House):
    await outage(house, 2)
    await house.restart()
    await house.settle()
    await tells(house, 2, OUTAGE[2])
    assert "*3 accounts tell one new problem*" in told(house)


@pytest.mark.postgres
async def test_two_bots_announce_it_once(build: OpenHouse, postgres: str):
    house = await build(data=firms(), database=postgres)
    await house.start_bot()
    for number in range(6):
        house.intercom.customer_starts(f"q{number}", "email", OUTAGE[number])
        house.tick(120)
        await asyncio.gather(*(bot.settle() for bot in house.bots))
    house.intercom.customer_starts("q0", "email", OUTAGE[1])
    for _ in range(3):
        house.tick(30)
        await asyncio.gather(*(bot.settle() for bot in house.bots))
    assert "*6 accounts tell one new problem*" in told(house)
    kept = await house.read(_kept)
    assert kept == (1, 7)
    assert "Other accounts tell this too" in words(house.post("accounts", "post:account:f0:").blocks)


def _kept(session: Session, workspace: str) -> tuple[int, int]:
    count = [len(list(session.exec(select(table).where(table.workspace == workspace))))
             for table in (Spread, SpreadMember)]  # fmt: skip
    return count[0], count[1]


async def test_nothing_is_said_in_a_channel_that_another_company_reads(build: OpenHouse):
    toml = f'{TOML}\n[spreading]\nchannel = "#support"\n'
    house = await build(data=firms(), toml=toml)
    await outage(house, 2)
    house.slack.change_channel(CHANNELS["monday"], is_ext_shared=True)
    await house.slack.settled()
    await tells(house, 2, OUTAGE[2])
    await house.rest(0.3)
    assert spreads(house, "monday") == []
    assert all("502" not in str(each.blocks) for each in house.slack.messages(CHANNELS["monday"]))


async def test_control_the_same_channel_of_our_own_is_used(build: OpenHouse):
    toml = f'{TOML}\n[spreading]\nchannel = "#support"\n'
    house = await build(data=firms(), toml=toml)
    await outage(house, 3)
    assert len(spreads(house, "monday")) == 1
    assert spreads(house) == []


async def test_it_stands_where_the_routes_put_its_alerts(build: OpenHouse):
    toml = f'{TOML}\n[[routes]]\nname = "growth"\nchannel = "#support"\nmatch = {{ plan = ["Growth"] }}\n'
    house = await build(data=firms(), toml=toml)
    await outage(house, 3)
    assert len(spreads(house, "monday")) == 1


async def test_settings_say_how_many_accounts_and_whether_at_all(build: OpenHouse):
    many = await build(data=firms(), toml=f"{TOML}\n[spreading]\naccounts = 5\n")
    await outage(many, 4)
    assert spreads(many) == []
    await tells(many, 4, OUTAGE[4])
    assert "*5 accounts tell one new problem*" in told(many)
    off = await build(data=firms(), toml=f"{TOML}\n[spreading]\nenabled = false\n")
    await outage(off, 5)
    assert spreads(off) == []


async def test_outside_the_hours_of_alerts_it_waits_for_the_morning(build: OpenHouse):
    toml = TOML.replace("burst = 0", 'burst = 0\nhours = "berlin"')
    house = await build(data=firms(), toml=toml)
    await house.at("19:00")
    await outage(house, 3)
    assert spreads(house) == []
    await house.later(hours=13)
    assert "*3 accounts tell one new problem*" in told(house)


async def test_hostile_words_in_a_title_are_words(house: House):
    for number in range(3):
        await tells(house, number, f"Export *502* <!channel> <@U0LEA> fails\n{HOSTILE} error 502 on export.")
    (message,) = spreads(house)
    assert "502" in words(message.blocks)
    for block in message.blocks:
        if block["type"] in ("section", "context"):
            assert "<!channel>" not in str(block)
            assert "<@U0LEA>" not in str(block)
            assert "evil.example" not in str(block)
    assert not [each for each in _elements(message.blocks) if each.get("type") == "broadcast"]
    assert "<!channel>" not in message.text


def _elements(value: object) -> list[dict[str, object]]:
    if isinstance(value, list):
        return [found for each in value for found in _elements(each)]
    if isinstance(value, dict):
        return [value, *(found for each in value.values() for found in _elements(each))]
    return []


async def test_who_has_no_account_is_told_with_the_others_and_does_not_count(house: House):
    await outage(house, 2)
    house.intercom.customer_starts("p7", "email", OUTAGE[2])
    await house.later(minutes=5)
    assert spreads(house) == []
    await tells(house, 3, OUTAGE[3])
    assert "*3 accounts tell one new problem* · 4 conversations" in told(house)
    assert "somebody@nowhere.example" in told(house)
    assert "(no account known)" in told(house)
