"""Words that were used before: suggestions from the team's answers, saved replies, and Intercom's macros."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import rich, targets, verbs, words
from small_office import refunds, refunds_for_two

from bot.store import conversations, saved_replies
from bot.store.parts import parts_of

pytestmark = pytest.mark.thorough


@pytest.fixture
async def shop(build: OpenHouse) -> House:
    return await build(data=refunds())


def typed(house: House) -> str:
    """What stands in the input for the answer now."""
    (block,) = [each for each in house.ana.view.blocks if str(each.get("block_id")).startswith("text")]
    return words([block["element"].get("initial_value") or {}])


async def test_an_answer_given_twice_is_offered_for_this_reader_and_sent_only_by_the_rep(shop: House):
    view = await shop.ana.opens_answer("1004")
    shown = words(view.blocks)
    assert "Suggested: " in shown
    assert "Hi Pia, the refund of [number] reaches your bank within 5 working days. Ana Ruiz" in shown
    assert "used 2 times, last by Ben Okoro on 11 Nov" in shown
    for other in ("Dana", "Noor", "88113", "90417"):
        assert other not in shown
    assert (await shop.ana.presses_in(view, "use")).ok
    assert "Hi Pia,\nthe refund of [number]" in typed(shop)
    assert (await shop.ana.submits()).error == "validation"
    assert shop.ana.view.errors == {"text1": "Nothing was sent. Fill in [number] first."}
    await shop.settle()
    assert shop.sent() == []
    block = next(each for each in shop.ana.view.blocks if each.get("block_id") == "text1")
    filled = block["element"]["initial_value"]
    filled["elements"][0]["elements"][0]["text"] = typed(shop).replace("[number]", "4711")
    value = {"type": "rich_text_input", "rich_text_value": filled}
    assert (await shop.ana.submits({"text1": value})).ok
    await shop.settle()
    assert [text for _, _, text in shop.sent()] == [
        "Hi Pia,\nthe refund of 4711 reaches your bank within 5 working days.\nAna Ruiz"
    ]


async def test_a_name_that_is_a_word_leaves_the_word_where_it_stands(build: OpenHouse):
    data = refunds()
    (dana,) = [each for each in data["contacts"] if each["id"] == "p1"]
    dana["name"] = "Dana Price"
    (before,) = [each for each in data["conversations"] if each["id"] == "900"]
    before["parts"][1]["text"] = "Hi Dana,\nthe price of the refund is nothing, it takes five days.\nBen"
    house = await build(data=data)
    shown = words((await house.ana.opens_answer("1004")).blocks)
    assert "Hi Pia, the price of the refund is nothing, it takes five days. Ana Ruiz" in shown


async def test_what_was_forgotten_or_is_unlike_is_not_offered(shop: House):
    await shop.ana.opens_answer("1004")

    def forget(session: Any, workspace: str) -> None:
        for part in parts_of(session, workspace, "901"):
            part.text = ""
            session.add(part)

    stale = targets(shop.ana.view.blocks, "use")
    await shop.bot.store.write(forget, shop.workspace)
    await shop.slack.people.close(shop.ana.id, shop.ana.view.id)
    view = await shop.ana.opens_answer("1004")
    assert stale == ["901/" + stale[0].partition("/")[2]]
    assert targets(view.blocks, "use") == []
    await shop.slack.people.close(shop.ana.id, view.id)
    assert targets((await shop.ana.opens_answer("1001")).blocks, "use") == []


async def test_a_saved_reply_is_written_found_put_in_edited_and_deleted(shop: House):
    ana = shop.ana
    assert (await ana.types("/watchbell replies")).ok
    assert "No saved replies yet." in words(ana.view.blocks)
    assert (await ana.presses_in(ana.view, "reply_new")).ok
    assert (await ana.submits({})).error == "validation"
    form = {
        "title": {"type": "plain_text_input", "value": "Refund, how long"},
        "words": {"type": "plain_text_input", "value": "Hi {name}, five days for {account}."},
    }
    assert (await ana.submits(form)).ok
    await shop.bot.front.finish()
    assert "Refund, how long" in words(ana.view.blocks)
    assert (await ana.presses_in(ana.view, "reply_edit")).ok
    form["words"] = {"type": "plain_text_input", "value": "Hi {name}, six days for {account}."}
    assert (await ana.submits(form)).ok
    await shop.slack.people.close(ana.id, ana.view.id)
    view = await ana.opens_answer("1004")
    offered = await shop.slack.people.options(ana.id, view.id, "wb:saved", "refund")
    assert [each["text"]["text"] for each in offered] == ["Refund, how long", "Refund policy"]
    assert await shop.slack.people.options(ana.id, view.id, "wb:saved", "six days") == offered[:1]
    assert await shop.slack.people.options(ana.id, view.id, "wb:saved", "zebra") == []
    assert (await ana.presses_in(view, "saved", selected_option=offered[0]["value"])).ok
    assert typed(shop) == "Hi Pia, six days for Cobalt Rail."
    offered = await shop.slack.people.options(ana.id, ana.view.id, "wb:saved", "policy")
    assert (await ana.presses_in(ana.view, "saved", selected_option=offered[0]["value"])).ok
    assert "Hi Pia, six days for Cobalt Rail." in typed(shop)
    assert "Dear Pia," in typed(shop)
    (row,) = await shop.read(saved_replies.every)
    assert (row.used, row.used_by) == (1, ana.id)
    await shop.slack.people.close(ana.id, ana.view.id)
    assert (await ana.types("/watchbell replies")).ok
    assert "used 1 time" in words(ana.view.blocks)
    assert (await ana.presses_in(ana.view, "reply_delete")).ok
    assert "No saved replies yet." in words(ana.view.blocks)
    assert await shop.read(saved_replies.every) == []


async def test_without_macros_from_intercom_the_teams_own_are_offered(shop: House):
    shop.fault("intercom", "GET /macros", "error", status=403, times=-1)
    view = await shop.ana.opens_answer("1004")
    assert await shop.slack.people.options(shop.ana.id, view.id, "wb:saved", "") == []
    assert view.blocks


async def test_who_may_not_act_is_offered_nothing(shop: House):
    view = await shop.ana.opens_answer("1004")
    await shop.ana.types("/watchbell unlink")
    assert await shop.slack.people.options(shop.ana.id, view.id, "wb:saved", "refund") == []
    assert (await shop.ana.types("/watchbell replies")).ok
    assert "not linked" in shop.ana.heard


async def both(build: OpenHouse, **saved: str) -> House:
    """The window in which Ana answers Pia and Ole at once; what she saved before, by title."""
    house = await build(data=refunds_for_two())
    for title, said in saved.items():
        await save(house, title, said)
    (issue,) = [each for each in house.slack.messages("C0ACCOUNTS") if "answer_issue" in verbs(each.blocks)]
    assert (await house.ana.presses(issue, "answer_issue")).ok
    await house.bot.front.finish()
    return house


def everybody(house: House) -> dict[str, Any]:
    (boxes,) = [each["element"] for each in house.ana.view.blocks if each.get("block_id") == "who0"]
    return {"who0": {"type": "checkboxes", "selected_options": boxes["options"]}}


async def save(house: House, title: str, said: str) -> None:
    """A saved reply of the team's own."""
    ana = house.ana
    assert (await ana.types("/watchbell replies")).ok
    assert (await ana.presses_in(ana.view, "reply_new")).ok
    form = {
        "title": {"type": "plain_text_input", "value": title},
        "words": {"type": "plain_text_input", "value": said},
    }
    assert (await ana.submits(form)).ok
    await house.bot.front.finish()
    await house.slack.people.close(ana.id, ana.view.id)


async def put_in(house: House, query: str) -> None:
    (offered,) = await house.slack.people.options(house.ana.id, house.ana.view.id, "wb:saved_all", query)
    pressed = await house.ana.presses_in(house.ana.view, "saved_all", selected_option=offered["value"])
    assert pressed.ok


async def test_a_saved_reply_to_several_stays_open_in_the_window_and_is_filled_in_for_each(build: OpenHouse):
    house = await both(build, Lasting="Hi {name}, five days for {account}. {rep}")
    await put_in(house, "lasting")
    assert typed(house) == "Hi {name}, five days for {account}. Ana Ruiz"
    assert (await house.ana.submits(everybody(house))).ok
    await house.settle()
    assert sorted((where, said) for where, _, said in house.sent()) == [
        ("1004", "Hi Pia, five days for Cobalt Rail. Ana Ruiz"),
        ("1021", "Hi Ole, five days for Cobalt Rail. Ana Ruiz"),
    ], "each by name, and nobody greeted twice"


async def test_what_is_not_known_of_one_of_several_holds_all_back_and_says_of_whom(build: OpenHouse):
    house = await both(build, Address="We write to {email}.")
    await put_in(house, "address")
    assert (await house.ana.submits(everybody(house))).error == "validation"
    told = "Nothing was sent. The e-mail address of Ole Berg is not known: write it without {email}."
    assert house.ana.view.errors == {"text1": told}
    await house.settle()
    assert house.sent() == []


async def test_an_answer_of_before_is_offered_to_several_and_its_gap_must_be_filled(build: OpenHouse):
    house = await both(build)
    shown = words(house.ana.view.blocks)
    assert "Hi {name}, the refund of [number] reaches your bank" in shown
    for other in ("Dana", "Noor", "88113", "90417"):
        assert other not in shown
    assert (await house.ana.presses_in(house.ana.view, "use_all")).ok
    assert "Hi {name},\nthe refund of [number]" in typed(house)
    assert (await house.ana.submits(everybody(house))).error == "validation"
    assert house.ana.view.errors == {"text1": "Nothing was sent. Fill in [number] first."}
    assert house.sent() == []


async def test_several_are_snoozed_each_after_the_answer(build: OpenHouse):
    house = await both(build)
    (after,) = [each["element"] for each in house.ana.view.blocks if each.get("block_id") == "after"]
    (tomorrow,) = [each for each in after["options"] if "tomorrow" in each["text"]["text"]]
    assert tomorrow["text"]["text"] == "Snooze each until tomorrow 09:00"
    chosen = {"after": {"type": "radio_buttons", "selected_option": tomorrow}}
    assert (await house.ana.submits({**everybody(house), **chosen, "text": rich("On it.")})).ok
    await house.settle()
    assert len(house.sent()) == 2
    for each in ("1004", "1021"):
        assert house.intercom.conversation(each)["state"] == "snoozed"
        assert (await house.read(conversations.get, each)).state == "snoozed"


async def test_words_that_are_put_in_leave_ticks_and_what_was_typed(build: OpenHouse):
    house = await both(build)
    view = house.ana.view
    typing = {**everybody(house), "text": rich("First my own words.")}
    values = {block: {f"wb:{block}": value} for block, value in typing.items()}
    assert (await house.ana.presses_in(view, "use_all", values=values)).ok
    assert typed(house).startswith("First my own words.\n\nHi {name},")
    assert house.ana.view.state["who0"] == values["who0"], "who was ticked is ticked still"


async def test_what_is_put_in_for_several_by_two_clicks_in_a_row_stands_there_both(build: OpenHouse):
    house = await both(build, Lasting="It takes five days.")
    view = house.ana.view
    (offered,) = await house.slack.people.options(house.ana.id, view.id, "wb:saved_all", "lasting")
    typing = {"text": {"wb:text": rich("Typed first.")}}
    await asyncio.gather(
        house.ana.presses_in(view, "saved_all", selected_option=offered["value"], values=typing),
        house.ana.presses_in(view, "use_all", values=typing),
    )
    there = typed(house)
    assert there.startswith("Typed first.")
    assert "It takes five days." in there
    assert "Hi {name}," in there
