"""Triggers, modals, their stack, state and hashes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_bench import (
    ALERTS,
    JONAS,
    MARA,
    STRANGER,
    actions,
    bolt_app,
    button,
    by_http,
    client,
    error_of,
    modal,
    section,
    text_input,
)

from sandbox.slack import Refused, SlackWorld

DATE = {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-23"}


async def test_a_trigger_opens_one_view_within_its_time(world: SlackWorld) -> None:
    web = client(world)
    world.timing.trigger_ttl_s = 0.15
    first, second = world.triggers.mint(MARA), world.triggers.mint(MARA)
    await web.views_open(trigger_id=first, view=modal(section("x")))
    assert (
        await error_of(web.views_open(trigger_id=first, view=modal(section("x")))) == "exchanged_trigger_id"
    )
    forged = web.views_open(trigger_id="12345.98765.abcd2358fdea", view=modal(section("x")))
    assert await error_of(forged) == "invalid_trigger_id"
    await asyncio.sleep(0.2)
    assert await error_of(web.views_open(trigger_id=second, view=modal(section("x")))) == "expired_trigger_id"
    assert len(world.people.open_views(MARA)) == 1


async def test_three_seconds_is_the_life_of_a_trigger_and_can_be_cut_short(world: SlackWorld) -> None:
    assert world.timing.trigger_ttl_s == 3.0
    trigger = world.triggers.mint(MARA)
    world.triggers.expire_all()
    late = client(world).views_open(trigger_id=trigger, view=modal(section("x")))
    assert await error_of(late) == "expired_trigger_id"


async def test_the_fourth_view_does_not_fit(world: SlackWorld) -> None:
    web = client(world)
    nothing_open = web.views_push(trigger_id=world.triggers.mint(MARA), view=modal(section("x")))
    assert await error_of(nothing_open) == "not_found"
    await web.views_open(trigger_id=world.triggers.mint(MARA), view=modal(section("1")))
    for _ in range(2):
        await web.views_push(trigger_id=world.triggers.mint(MARA), view=modal(section("x")))
    fourth = web.views_push(trigger_id=world.triggers.mint(MARA), view=modal(section("4")))
    assert await error_of(fourth) == "push_limit_reached"
    root, middle, top = world.people.open_views(MARA)
    assert (top.previous_view_id, top.root_view_id) == (middle.id, root.id)
    assert world.people.open_views(JONAS) == []


async def test_a_stale_hash_is_a_conflict(world: SlackWorld) -> None:
    web = client(world)
    opened = (await web.views_open(trigger_id=world.triggers.mint(MARA), view=modal(section("1"))))["view"]
    fresh = (await web.views_update(view_id=opened["id"], hash=opened["hash"], view=modal(section("2"))))[
        "view"
    ]
    assert fresh["hash"] != opened["hash"]
    stale = web.views_update(view_id=opened["id"], hash=opened["hash"], view=modal(section("3")))
    assert await error_of(stale) == "hash_conflict"
    world.switches.hash_conflicts = 1
    forced = web.views_update(view_id=opened["id"], hash=fresh["hash"], view=modal(section("3")))
    assert await error_of(forced) == "hash_conflict"
    await web.views_update(view_id=opened["id"], hash=fresh["hash"], view=modal(section("3")))
    assert await error_of(web.views_update(view_id="V0NONE", view=modal(section("x")))) == "not_found"


async def test_the_home_is_published_per_person_and_guarded_by_its_hash(world: SlackWorld) -> None:
    web = client(world)
    home: dict[str, Any] = {"type": "home", "blocks": [section("1")]}
    first = (await web.views_publish(user_id=MARA, view=home))["view"]
    await web.views_publish(user_id=MARA, hash=first["hash"], view={**home, "blocks": [section("2")]})
    assert await error_of(web.views_publish(user_id=MARA, hash=first["hash"], view=home)) == "hash_conflict"
    assert await error_of(web.views_publish(user_id=MARA, view=modal(section("x")))) == "invalid_arguments"
    assert await error_of(web.views_publish(user_id=STRANGER, view=home)) == "invalid_arguments"
    shown = world.people.home(MARA)
    assert shown is not None
    assert shown.blocks[0]["text"]["text"] == "2"
    assert world.people.home(JONAS) is None


async def test_typed_words_survive_an_update_of_the_same_fields(world: SlackWorld) -> None:
    web = client(world)
    view = world.views.open(MARA, modal(text_input("reply"), text_input("note")))
    await world.people.click_view(
        MARA, view.id, "text", block_id="note", value="n", values={"reply": {"text": {"value": "draft"}}}
    )
    await web.views_update(
        view_id=view.id, view=modal(section("new"), text_input("reply"), text_input("other"))
    )
    assert view.state["reply"]["text"]["value"] == "draft"
    assert view.state["other"]["text"]["value"] is None
    assert "note" not in view.state


async def test_a_required_field_left_empty_never_reaches_the_app(world: SlackWorld) -> None:
    view = world.views.open(MARA, modal(text_input("reply"), text_input("note", optional=True)))
    outcome = await world.people.submit(MARA, view.id, {"reply": {"text": {"value": ""}}})
    assert (outcome.ok, outcome.error) == (False, "validation")
    assert view.errors == {"reply": "Please complete this required field."}
    assert not world.delivery.log


async def test_slack_checks_lengths_numbers_and_addresses_itself(world: SlackWorld) -> None:
    def field(name: str, **element: Any) -> dict[str, Any]:
        return {**text_input(name), "element": {"action_id": "x", **element}}

    view = world.views.open(
        MARA,
        modal(
            field("short", type="plain_text_input", min_length=5),
            field("long", type="plain_text_input", max_length=2),
            field("whole", type="number_input", is_decimal_allowed=False),
            field("big", type="number_input", is_decimal_allowed=True, max_value="10"),
            field("mail", type="email_text_input"),
            field("site", type="url_text_input"),
            field("fine", type="number_input", is_decimal_allowed=True),
        ),
    )
    typed = {"short": "abc", "long": "abc", "whole": "1.5", "big": "11", "mail": "a@b", "site": "x.example"}
    values = {block: {"x": {"value": text}} for block, text in {**typed, "fine": "0.5"}.items()}
    await world.people.submit(MARA, view.id, values)
    assert view.errors.keys() == typed.keys()


async def test_untouched_fields_are_sent_with_their_initial_value(world: SlackWorld) -> None:
    app, got = bolt_app(world), []

    @app.view("answer")
    async def answer(ack: Any, view: dict[str, Any]) -> None:
        await ack()
        got.append(view["state"]["values"])

    option = {"text": {"type": "plain_text", "text": "Close"}, "value": "close"}
    boxes = {"type": "checkboxes", "action_id": "after", "options": [option]}
    view = world.views.open(
        MARA,
        modal(
            text_input("reply", initial_value="Dear Ines"),
            actions(DATE, block_id="when"),
            {**text_input("opts", optional=True), "element": boxes},
            text_input("empty", optional=True),
        ),
    )
    async with by_http(world, app):
        assert (await world.people.submit(MARA, view.id)).ok
    assert got == [
        {
            "reply": {"text": {"type": "plain_text_input", "value": "Dear Ines"}},
            "when": {"day": {"type": "datepicker", "selected_date": "2026-11-23"}},
            "opts": {"after": {"type": "checkboxes", "selected_options": []}},
            "empty": {"text": {"type": "plain_text_input", "value": None}},
        }
    ]


@pytest.mark.parametrize(
    ("answer", "left"), [({}, 1), ({"response_action": "clear"}, 0), ({"response_action": "push"}, 3)]
)
async def test_the_answer_to_a_submission_moves_the_stack(
    world: SlackWorld, answer: dict[str, Any], left: int
) -> None:
    app = bolt_app(world)

    @app.view("answer")
    async def submitted(ack: Any) -> None:
        more = {"view": modal(section("next"))} if answer.get("response_action") == "push" else {}
        await ack(**answer, **more)

    world.views.open(MARA, modal(section("1")))
    top = world.views.push(MARA, modal(section("2")))
    async with by_http(world, app):
        assert (await world.people.submit(MARA, top.id)).ok
    assert len(world.people.open_views(MARA)) == left


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": modal(section(""))},
        {"response_action": "shrug"},
    ],
)
async def test_an_answer_slack_cannot_use_is_trouble_for_the_person(
    world: SlackWorld, answer: dict[str, Any]
) -> None:
    import httpx

    async with httpx.AsyncClient(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    ) as http:
        world.deliver_http("http://bot", http)
        view = world.views.open(MARA, modal(text_input("reply", optional=True)))
        assert not (await world.people.submit(MARA, view.id)).ok
    assert world.people.toasts(MARA) == ["We had some trouble connecting. Try again?"]
    assert world.people.open_views(MARA) == [view]


async def test_closing_tells_the_app_only_where_it_asked(world: SlackWorld) -> None:
    app, closed = bolt_app(world), []

    @app.view_closed("answer")
    async def gone(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        closed.append((body["view"]["private_metadata"], body["is_cleared"]))

    async with by_http(world, app):
        world.views.open(MARA, modal(section("1"), notify_on_close=True, private_metadata="root"))
        top = world.views.push(MARA, modal(section("2"), notify_on_close=True, private_metadata="top"))
        assert (await world.people.close(MARA, top.id)).ok
        quiet = world.views.push(MARA, modal(section("3"), private_metadata="quiet"))
        assert (await world.people.close(MARA, quiet.id, everything=True)).ok
    assert closed == [("top", False), ("root", True)]
    assert world.people.open_views(MARA) == []


async def test_an_input_speaks_up_only_with_dispatch_action(world: SlackWorld) -> None:
    app, heard = bolt_app(world), []

    @app.action("text")
    async def typed(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        state = body["view"]["state"]["values"]
        heard.append((body["actions"][0]["value"], state["quiet"]["text"]["value"]))

    async with by_http(world, app):
        view = world.views.open(MARA, modal(text_input("loud", dispatch_action=True), text_input("quiet")))
        await world.people.click_view(MARA, view.id, "text", block_id="quiet", value="not yet")
        await world.people.click_view(MARA, view.id, "text", block_id="loud", value="now")
    assert heard == [("now", "not yet")]


async def test_nobody_can_use_somebody_elses_modal(world: SlackWorld) -> None:
    view = world.views.open(MARA, modal(text_input("reply"), actions(button("go"))))
    assert (await world.people.submit(JONAS, view.id)).error == "view_not_found"
    assert (await world.people.click_view(JONAS, view.id, "go")).error == "view_not_found"
    assert (await world.people.close(JONAS, view.id)).error == "view_not_found"
    with pytest.raises(Refused, match="no field"):
        await world.people.submit(MARA, view.id, {"reply": {"nothing": {"value": "x"}}})
    assert world.people.open_views(MARA) == [view]


async def test_what_was_picked_in_a_message_is_there_at_the_next_click(world: SlackWorld) -> None:
    app, states = bolt_app(world), []

    @app.action("day")
    @app.action("go")
    async def acted(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        states.append(body["state"]["values"]["acts"]["day"]["selected_date"])

    message = world.post(ALERTS, user="U0WATCHBELL", blocks=[actions(DATE, button("go"))], silent=True)
    async with by_http(world, app):
        await world.people.click(JONAS, ALERTS, message.ts, "go")
        await world.people.click(JONAS, ALERTS, message.ts, "day", value="2026-12-01")
        await world.people.click(JONAS, ALERTS, message.ts, "go")
    assert states == ["2026-11-23", "2026-12-01", "2026-12-01"]
