"""What the answer window says is what its button does, and what stands in it outlives everything late."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator
from typing import Any

import pytest
from harness import House, OpenHouse
from model_server import Model, serving, with_model
from on_the_screen import rich, words
from small_office import refunds, scenario

pytestmark = pytest.mark.thorough


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    async with serving() as made:
        yield made


def button(house: House) -> str:
    submit = house.ana.view.submit
    assert submit is not None
    return str(submit["text"])


def stands(house: House, text_round: int) -> str:
    """What the input of that round holds, as Slack keeps it."""
    name = f"text{text_round or ''}"
    return words([house.ana.view.state[name][f"wb:{name}"]["rich_text_value"] or {}])


async def waits_for_a_draft(build: OpenHouse, model: Model, data: dict[str, Any]) -> House:
    house = await with_model(build, model, data)
    model.hold.clear()
    await house.ana.opens_answer("1004")
    assert (await house.ana.presses_in(house.ana.view, "draft")).ok
    assert "is writing a draft" in words(house.ana.view.blocks)
    return house


async def comes(house: House, model: Model) -> None:
    model.hold.set()
    await house.bot.front.finish()


async def test_a_draft_that_comes_late_leaves_what_was_put_in_and_typed_meanwhile(
    build: OpenHouse, model: Model
):
    house = await waits_for_a_draft(build, model, refunds())
    assert (await house.ana.presses_in(house.ana.view, "use")).ok
    house.ana.view.state["text1"]["wb:text1"] = rich("Hi Pia, five days. Typed since.")
    await comes(house, model)
    assert "checked by nobody" in words(house.ana.view.blocks)
    assert stands(house, 1) == "Hi Pia, five days. Typed since."
    assert (await house.ana.submits()).ok
    await house.settle()
    assert [said for _, _, said in house.sent()] == ["Hi Pia, five days. Typed since."]


async def test_a_draft_that_comes_late_leaves_a_note_a_note(build: OpenHouse, model: Model):
    house = await waits_for_a_draft(build, model, scenario("1004"))
    await house.ana.chooses("note")
    await comes(house, model)
    assert "*Note.* Only your team sees this." in words(house.ana.view.blocks)
    assert button(house) == "Save note"
    await house.ana.chooses("reply")
    assert "checked by nobody" in words(house.ana.view.blocks), "the draft is there for the reply"


async def test_a_draft_that_comes_late_leaves_what_happened_meanwhile_on_show(build: OpenHouse, model: Model):
    house = await waits_for_a_draft(build, model, scenario("1004"))
    house.tick(60)
    house.intercom.customer_writes("1004", "Found it.")
    house.tick(60)
    await house.ana.submits({"text": rich("Under Import.")})
    assert button(house) == "Send anyway"
    await comes(house, model)
    assert "Nothing was sent." in words(house.ana.view.blocks)
    assert button(house) == "Send anyway"
    assert (await house.ana.submits()).ok
    await house.settle()
    assert [said for _, _, said in house.sent()] == ["Under Import."]


async def test_a_draft_gives_way_where_another_bot_drew_the_window_meanwhile(build: OpenHouse, model: Model):
    house = await waits_for_a_draft(build, model, scenario("1004"))
    view = house.ana.view
    drawn = {name: getattr(view, name) for name in ("type", "title", "submit", "close", "callback_id")}
    blocks = copy.deepcopy(view.blocks)
    for block in blocks:
        if block.get("block_id") == "text":
            block["block_id"], block["element"]["action_id"] = "text1", "wb:text1"
    # As a replica that answered the next click: this bot knows nothing of it.
    house.slack.views.update(view, {**drawn, "blocks": blocks, "private_metadata": view.private_metadata})
    view.state["text1"]["wb:text1"] = rich("Typed there.")
    await comes(house, model)
    assert stands(house, 1) == "Typed there."


async def test_of_two_clicks_in_a_row_the_newer_one_is_shown(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.opens_answer("1001")
    # The second is pressed before the first one's labels are there, and its own come after them.
    for seconds in (0.3, 0.6):
        house.fault("slack", "views.update", "slow", seconds=seconds)
    note = asyncio.create_task(house.ana.chooses("note"))
    await asyncio.sleep(0.1)
    await asyncio.gather(note, house.ana.chooses("reply"))
    assert button(house) == "Send to Dana Reyes"
    assert "*Note.*" not in words(house.ana.view.blocks)


@pytest.mark.parametrize(
    ("says", "chosen", "then"),
    [("note", "reply", "Send to Dana Reyes"), ("reply", "note", "Save note")],
)
async def test_a_button_that_says_something_else_than_was_chosen_does_nothing(
    build: OpenHouse, says: str, chosen: str, then: str
):
    house = await build(data=scenario("1001"))
    await house.ana.opens_answer("1001")
    await house.ana.chooses(says)
    house.fault("slack", "views.update", "error")
    await house.ana.chooses(chosen)
    assert button(house) != then, "the labels did not follow"
    await house.ana.submits({"text": rich("They are behind with the invoice.")})
    await house.settle()
    assert (house.sent(), house.parts("1001")) == ([], [])
    assert "Nothing was sent or saved" in words(house.ana.view.blocks)
    assert button(house) == then
    assert stands(house, 0) == "They are behind with the invoice."
    assert (await house.ana.submits()).ok
    await house.settle()
    assert bool(house.sent()) is (chosen == "reply")
    assert len([each for each in house.parts("1001") if each["body"]]) == 1


@pytest.mark.parametrize("mode", ["", '"mode":"note",', '"mode":["reply"],', '"mode":{},"drawn":"x",'])
async def test_a_window_that_does_not_tell_what_it_says_asks_again(build: OpenHouse, mode: str):
    house = await build(data=scenario("1001"))
    view = await house.ana.opens_answer("1001")
    view.private_metadata = view.private_metadata.replace('"mode":"reply",', mode)
    await house.ana.submits({"text": rich("Hello.")})
    await house.settle()
    assert house.sent() == []
    assert button(house) == "Send to Dana Reyes"
    assert (await house.ana.submits()).ok
    await house.settle()
    assert [said for _, _, said in house.sent()] == ["Hello."]


async def test_what_is_put_in_by_two_clicks_in_a_row_stands_there_both(build: OpenHouse):
    house = await build(data=refunds())
    view = await house.ana.opens_answer("1004")
    offered = await house.slack.people.options(house.ana.id, view.id, "wb:saved", "policy")
    typed = {"text": {"wb:text": rich("Typed first.")}}
    await asyncio.gather(
        house.ana.presses_in(view, "saved", selected_option=offered[0]["value"], values=typed),
        house.ana.presses_in(view, "use"),
    )
    there = stands(house, 2)
    assert there.startswith("Typed first.")
    assert "Dear Pia," in there
    assert "the refund of [number]" in there


async def test_words_that_slack_did_not_take_come_over_nothing_typed_since(build: OpenHouse):
    house = await build(data=refunds())
    view = await house.ana.opens_answer("1004")
    house.fault("slack", "views.update", "error")
    await house.ana.presses_in(view, "use")
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    view.state["text"]["wb:text"] = rich("Typed since.")
    await house.ana.chooses("note")
    assert stands(house, 0) == "Typed since."
