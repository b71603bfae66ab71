"""Block Kit limits at n and n + 1, through the front door."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shared_files import shared
from slack_bench import ALERTS, MARA, actions, button, client, modal, section, text_input
from slack_sdk.errors import SlackApiError

from sandbox.slack import SlackWorld
from sandbox.slack.model import SlackError
from sandbox.slack.rules import check_message, check_view, message_problems, view_problems
from sandbox.slack.shapes import LIMITS, limit

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str = "One", value: str = "1", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(f"o{number}", str(number)) for number in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": options(2), **more}


def confirm(**more: Any) -> Json:
    parts = {"title": plain("Sure"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}
    return {**parts, **more}


def rich(text: str) -> Json:
    part = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [part]}


def table(rows: int, cells: int = 1) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells for _ in range(rows)]}


EXACT: list[tuple[str, int, Callable[[int], list[Json]]]] = [
    ("blocks in a message", 50, lambda n: [{"type": "divider"}] * n),
    ("button text", 75, lambda n: [actions(button("a", "x" * n))]),
    ("button value", 2000, lambda n: [actions(button("a", value="x" * n))]),
    ("button url", 3000, lambda n: [actions(button("a", url="x" * n))]),
    ("button accessibility_label", 75, lambda n: [actions(button("a", accessibility_label="x" * n))]),
    ("action_id", 255, lambda n: [actions(button("x" * n))]),
    ("block_id", 255, lambda n: [{"type": "divider", "block_id": "x" * n}]),
    ("section text", 3000, lambda n: [section("x" * n)]),
    ("section field", 2000, lambda n: [{"type": "section", "fields": [plain("x" * n)]}]),
    ("section fields", 10, lambda n: [{"type": "section", "fields": [plain("x")] * n}]),
    ("header", 150, lambda n: [{"type": "header", "text": plain("x" * n)}]),
    ("context elements", 10, lambda n: [{"type": "context", "elements": [plain("x")] * n}]),
    ("actions elements", 25, lambda n: [actions(*(button(str(i)) for i in range(n)))]),
    ("overflow options", 5, lambda n: [actions({"type": "overflow", "options": options(n)})]),
    ("select options", 100, lambda n: [actions(select(options=options(n)))]),
    ("radio options", 10, lambda n: [actions({"type": "radio_buttons", "options": options(n)})]),
    ("checkbox options", 10, lambda n: [actions({"type": "checkboxes", "options": options(n)})]),
    ("option text", 75, lambda n: [actions(select(options=[option("x" * n)]))]),
    ("option value", 150, lambda n: [actions(select(options=[option(value="x" * n)]))]),
    ("option description", 75, lambda n: [actions(select(options=[option(description=plain("x" * n))]))]),
    ("placeholder", 150, lambda n: [actions(select(placeholder=plain("x" * n)))]),
    ("confirm title", 100, lambda n: [actions(button("a", confirm=confirm(title=plain("x" * n))))]),
    ("confirm text", 300, lambda n: [actions(button("a", confirm=confirm(text=plain("x" * n))))]),
    ("confirm button", 30, lambda n: [actions(button("a", confirm=confirm(confirm=plain("x" * n))))]),
    (
        "image alt_text",
        2000,
        lambda n: [{"type": "image", "image_url": "https://x.example", "alt_text": "x" * n}],
    ),
    ("markdown", 12000, lambda n: [{"type": "markdown", "text": "x" * n}]),
    ("table rows", 100, lambda n: [table(n)]),
    ("table cells", 20, lambda n: [table(1, n)]),
    ("card title", 150, lambda n: [{"type": "card", "title": plain("x" * n)}]),
    ("card body", 200, lambda n: [{"type": "card", "body": plain("x" * n)}]),
    (
        "carousel cards",
        10,
        lambda n: [{"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * n}],
    ),
]


@pytest.mark.parametrize(("most", "build"), [row[1:] for row in EXACT], ids=[row[0] for row in EXACT])
def test_a_message_may_have_exactly_as_much(most: int, build: Callable[[int], list[Json]]) -> None:
    assert message_problems(build(most)) == []
    assert message_problems(build(most + 1)) != []


VIEWS: list[tuple[str, int, Callable[[int], Json]]] = [
    ("blocks", 100, lambda n: modal(*[{"type": "divider"}] * n)),
    ("title", 24, lambda n: modal(section("x"), title=plain("x" * n))),
    ("submit", 24, lambda n: modal(section("x"), submit=plain("x" * n))),
    ("close", 24, lambda n: modal(section("x"), close=plain("x" * n))),
    ("private_metadata", 3000, lambda n: modal(section("x"), private_metadata="x" * n)),
    ("callback_id", 255, lambda n: modal(section("x"), callback_id="x" * n)),
    ("external_id", 255, lambda n: modal(section("x"), external_id="x" * n)),
    ("input label", 2000, lambda n: modal({**text_input("b"), "label": plain("x" * n)})),
    ("input hint", 2000, lambda n: modal({**text_input("b"), "hint": plain("x" * n)})),
    ("initial_value", 3000, lambda n: modal(text_input("b", initial_value="x" * n))),
    ("max_length", 3000, lambda n: modal(text_input("b", max_length=n))),
]


@pytest.mark.parametrize(("most", "build"), [row[1:] for row in VIEWS], ids=[row[0] for row in VIEWS])
def test_a_modal_may_have_exactly_as_much(most: int, build: Callable[[int], Json]) -> None:
    assert view_problems(build(most)) == []
    assert view_problems(build(most + 1)) != []


WRONG: dict[str, list[Any]] = {
    "empty text": [section("")],
    "neither text nor fields": [{"type": "section"}],
    "unknown block": [{"type": "sparkle"}],
    "no type": [{}],
    "not an object": ["divider"],
    "unknown field": [{**section("x"), "colour": "red"}],
    "unknown element field": [actions(button("a", tooltip="x"))],
    "mrkdwn in a header": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "mrkdwn on a button": [actions({**button("a"), "text": {"type": "mrkdwn", "text": "x"}})],
    "bad style": [actions(button("a", style="warning"))],
    "same block_id": [{"type": "divider", "block_id": "d"}, {"type": "divider", "block_id": "d"}],
    "same action_id in one block": [actions(button("a"), button("a"))],
    "both options and groups": [
        actions(select(option_groups=[{"label": plain("x"), "options": options(1)}]))
    ],
    "initial option not offered": [actions(select(initial_option=option("z", "z")))],
    "text input among actions": [actions({"type": "plain_text_input", "action_id": "t"})],
    "datetimepicker as accessory": [{**section("x"), "accessory": {"type": "datetimepicker"}}],
    "bad date": [actions({"type": "datepicker", "initial_date": "2026-13-01"})],
    "url in a select's option": [actions(select(options=[option(url="https://x.example")]))],
    "alert in a message": [{"type": "alert", "text": plain("x")}],
    "file": [{"type": "file", "external_id": "x"}],
    "header level": [{"type": "header", "text": plain("x"), "level": 2}],
    "empty rich text element": [rich("")],
    "rich text of the wrong kind": [{"type": "rich_text", "elements": [{"type": "rich_text_poem"}]}],
    "picture without a source": [{"type": "image", "alt_text": "x"}],
    "file input in a message": [{"type": "input", "label": plain("x"), "element": {"type": "file_input"}}],
    "three charts": [{"type": "data_visualization", "title": "x"}] * 3,
    "two markdown blocks of 6,001": [{"type": "markdown", "text": "x" * 6001}] * 2,
}


@pytest.mark.parametrize("blocks", WRONG.values(), ids=WRONG)
def test_what_slack_would_refuse_is_refused(blocks: list[Any]) -> None:
    assert message_problems(blocks) != []


RIGHT: dict[str, list[Any]] = {
    "same action_id in two blocks": [actions(button("a"), block_id="1"), actions(button("a"), block_id="2")],
    "overflow option with a url": [
        actions({"type": "overflow", "options": [option(url="https://x.example")]})
    ],
    "initial option offered": [actions(select(initial_option=options(1)[0]))],
    "mrkdwn in a radio option": [
        actions(
            {"type": "radio_buttons", "options": [{**option(), "text": {"type": "mrkdwn", "text": "*x*"}}]}
        )
    ],
    "url in rich text": [
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_quote", "elements": [{"type": "link", "url": "https://x.example"}]},
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}
                    ],
                },
            ],
        }
    ],
    "table with settings": [
        {**table(2, 3), "column_settings": [{"align": "right"}, None, {"is_wrapped": True}]}
    ],
    "null optional fields": [{**section("x"), "accessory": None}],
}


@pytest.mark.parametrize("blocks", RIGHT.values(), ids=RIGHT)
def test_what_slack_takes_is_taken(blocks: list[Any]) -> None:
    assert message_problems(blocks) == []


def test_a_modal_with_an_input_needs_submit() -> None:
    form = modal(text_input("reply"))
    assert view_problems(form) == []
    del form["submit"]
    assert [problem.code for problem in view_problems(form)] == ["submit_required"]
    assert view_problems({**modal(section("x")), "submit": None}) == []


def test_surfaces_differ() -> None:
    markdown = {"type": "markdown", "text": "x"}
    home = {"type": "home", "blocks": [section("x")]}
    assert message_problems([markdown]) == []
    assert view_problems(modal(markdown))
    assert view_problems(home) == []
    assert view_problems({**home, "submit": plain("Send")})
    assert view_problems(modal(table(1)))
    assert (
        view_problems(modal({"type": "input", "label": plain("x"), "element": {"type": "file_input"}})) == []
    )


def test_a_second_table_a_long_message_and_a_heavy_view_have_codes_of_their_own() -> None:
    check_message([table(2)])
    with pytest.raises(SlackError, match="only_one_table_allowed"):
        check_message([table(2), table(2)])
    check_message([section("x" * 3000)] * 4)
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message([section("x" * 3000)] * 5)
    check_view(modal(*[section("x" * 2400)] * 100))
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*[section("x" * 2600)] * 100))


async def test_the_refusal_points_at_what_is_wrong(world: SlackWorld) -> None:
    blocks = [section("x"), actions(button("a", "x" * 76))]
    with pytest.raises(SlackApiError) as failed:
        await client(world).chat_postMessage(channel=ALERTS, text="x", blocks=blocks)
    answer = failed.value.response
    assert answer["error"] == "invalid_blocks"
    where = "[json-pointer:/blocks/1/elements/0/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] must be less than 76 characters {where}"]
    assert world.messages(ALERTS) == []


async def test_a_bad_view_costs_no_trigger(world: SlackWorld) -> None:
    trigger = world.triggers.mint(MARA)
    web = client(world)
    with pytest.raises(SlackApiError) as failed:
        await web.views_open(trigger_id=trigger, view=modal(section("x"), title=plain("x" * 25)))
    assert failed.value.response["error"] == "invalid_arguments"
    assert "/view/title/text" in failed.value.response["response_metadata"]["messages"][0]
    assert (await web.views_open(trigger_id=trigger, view=modal(section("x"))))["ok"]


async def test_blocks_validate_checks_without_sending(world: SlackWorld) -> None:
    web = client(world)
    assert (await web.api_call("blocks.validate", json={"blocks": [section("x")]}))["ok"]
    for wrong, code in (
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"message": {"blocks": [section("")]}}, "invalid_message"),
        ({"view": modal(text_input("x"), submit=None)}, "invalid_view"),
    ):
        with pytest.raises(SlackApiError) as failed:
            await web.api_call("blocks.validate", json=wrong)
        assert failed.value.response["error"] == code
        assert failed.value.response["errors"][0]["pointer"].startswith("/")


def test_our_numbers_are_the_collected_ones() -> None:
    """Every max and min of the collected facts that names one of our fields is the one we use."""
    facts = json.loads(shared("facts/block_kit_limits.json").read_text("utf-8"))
    compared = 0
    for name, fields in {**facts["blocks"], **facts["elements"], **facts["composition"]}.items():
        shape = LIMITS["shapes"].get(name, {}).get("fields", {})
        for field, fact in fields.items():
            most = fact.get("max_length") or fact.get("max_items") if isinstance(fact, dict) else None
            if most is None or field not in shape or "any" in shape[field] or "one" in shape[field]:
                continue
            low, high = limit(name, field)
            assert (fact.get("min_length", fact.get("min_items", low)), most) == (low, high), (name, field)
            compared += 1
    assert compared > 40
    for surface, fact in facts["surfaces"].items():
        if isinstance(fact, dict):
            assert LIMITS["surfaces"][surface]["max_blocks"] == fact["max_blocks"]
            assert set(fact["forbidden_blocks"]) <= set(LIMITS["surfaces"][surface]["forbidden"])


KEYS = [
    *("type", "text", "elements", "fields", "options", "option_groups", "initial_option", "initial_options"),
    *("element", "accessory", "blocks", "rows", "min_value", "min_length", "block_id", "action_id", "label"),
]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
TYPED = st.builds(
    lambda kind, rest: {**rest, "type": kind},
    st.sampled_from(sorted(LIMITS["shapes"])),
    st.dictionaries(st.sampled_from(KEYS), JSON_VALUES, max_size=5),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(TYPED | JSON_VALUES | TYPED.map(lambda element: actions(element)), max_size=4))
@example([actions(select(options=7, initial_option=option()))])
@example([actions({"type": "button", "text": {"type": []}})])
@example([actions(select(options=None, option_groups=[3, {"options": 4}], initial_option=option()))])
def test_no_input_however_odd_breaks_the_check(blocks: list[Any]) -> None:
    for problem in message_problems(blocks):
        assert problem.pointer.startswith("/blocks")
    assert isinstance(view_problems({"type": "modal", "blocks": blocks}), list)
