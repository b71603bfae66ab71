"""Drafts by a language model: off without a key, asked for by a click, marked, never sent by themselves."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from harness import OpenHouse
from model_server import DRAFT, KEY, Model, drafted, serving, with_model
from on_the_screen import rich, verbs, words
from small_office import HOSTILE, scenario
from sqlalchemy import text
from sqlmodel import Session

from bot.errors import ConfigError
from bot.settings.secrets import load_secrets

pytestmark = pytest.mark.thorough


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    async with serving() as made:
        yield made


async def test_without_a_key_nothing_is_offered(build: OpenHouse):
    house = await build(data=scenario("1001"))
    view = await house.ana.opens_answer("1001")
    assert "draft" not in verbs(view.blocks)


async def test_a_draft_is_shown_as_one_put_in_by_a_click_and_sent_by_the_rep(build: OpenHouse, model: Model):
    house = await with_model(build, model)
    view = await drafted(house)
    shown = words(view.blocks)
    assert "Draft by plain-7b, checked by nobody." in shown
    assert "we are looking into the login page" in shown
    # Nothing stands in the input until the rep puts it there.
    assert not any("initial_value" in block.get("element", {}) for block in view.blocks)
    await house.ana.submits({"text": rich("My own words.")})
    await house.settle()
    assert [said for _, _, said in house.sent()] == ["My own words."]


async def test_what_was_typed_stays_in_front_of_the_draft_and_a_gap_holds_it_back(
    build: OpenHouse, model: Model
):
    house = await with_model(build, model)
    view = await drafted(house)
    view.state = {"text": {"wb:text": {"type": "rich_text_input", **rich("First of all, sorry.")}}}
    assert (await house.ana.presses_in(view, "use_draft")).ok
    put_in = json.dumps(house.ana.view.blocks)
    assert "First of all, sorry." in put_in
    assert "we are looking into the login page" in put_in.split("First of all, sorry.")[1]
    outcome = await house.ana.submits({"text1": rich(DRAFT)})
    assert "Fill in [number] first" in json.dumps(outcome.ack)
    assert house.sent() == []


async def test_the_model_hears_the_conversation_and_nothing_else(build: OpenHouse, model: Model):
    house = await with_model(build, model)
    house.intercom.admin_replies("1001", house.ben.admin, "Which browser is it?")
    house.intercom.admin_notes("1001", house.ben.admin, "They are behind with the invoice.")
    house.intercom.customer_writes("1001", "Firefox.")
    await house.later(minutes=2)
    await drafted(house)
    (asked,) = model.asked
    assert model.keys == [f"Bearer {KEY}"]
    assert asked["model"] == "plain-7b"
    told = [(each["role"], each["content"]) for each in asked["messages"][1:]]
    assert told == [
        ("user", "Single sign-on sends everyone back to the login page."),
        ("assistant", "Which browser is it?"),
        ("user", "Firefox."),
    ]
    everything = json.dumps(asked)
    for secret in ("invoice", "Northwind", "Reyes", "@", "Enterprise"):
        assert secret not in everything.replace(asked["messages"][0]["content"][:400], "")


@pytest.mark.parametrize(
    ("name", "first", "kept_back"),
    [
        ("Reyes, Dana", "Dana", "Reyes"),
        ("Dr. Dana Reyes", "Dana", "Dr."),
        ("+49 170 1234567", None, "+49"),
        ("dana@northwind.example", None, "northwind"),
    ],
)
async def test_of_the_customers_name_the_model_hears_the_first_one_or_none(
    build: OpenHouse, model: Model, name: str, first: str | None, kept_back: str
):
    data = scenario("1001")
    for contact in data["contacts"]:
        contact["name"] = name
    house = await with_model(build, model, data)
    await drafted(house)
    (asked,) = model.asked
    task = asked["messages"][0]["content"]
    assert task.partition("The customer's first name is ")[2] == (f"{first}." if first else "")
    assert kept_back not in task


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"status": 401}, "refused the key (LLM_KEY)"),
        ({"status": 429}, "asked too often"),
        ({"status": 500}, "answered with status 500"),
        ({"status": 307}, "answered with status 307"),
        ({"says": {"error": "x"}}, "in a form that is not OpenAI's"),
        ({"says": "  "}, "had nothing to say"),
    ],
)
async def test_no_draft_is_one_sentence_and_the_window_goes_on(
    build: OpenHouse, model: Model, spoilt: dict[str, Any], said: str
):
    house = await with_model(build, model)
    for name, value in spoilt.items():
        setattr(model, name, value)
    view = await drafted(house)
    assert said in words(view.blocks)
    assert KEY not in json.dumps(view.blocks)
    assert "draft" in verbs(view.blocks), "it can be asked for again"
    await house.ana.submits({"text": rich("My own words.")})
    await house.settle()
    assert len(house.sent()) == 1


async def test_a_second_click_while_one_is_written_asks_nobody(build: OpenHouse, model: Model):
    house = await with_model(build, model)
    model.hold.clear()
    view = await house.ana.opens_answer("1001")
    await house.ana.presses_in(view, "draft")
    assert "plain-7b is writing a draft" in words(house.ana.view.blocks)
    assert "draft" not in verbs(house.ana.view.blocks)
    model.hold.set()
    await house.bot.front.finish()
    assert len(model.asked) == 1


async def test_a_draft_is_a_strangers_text(build: OpenHouse, model: Model):
    house = await with_model(build, model)
    model.says = HOSTILE
    view = await drafted(house)
    shown = json.dumps(view.blocks)
    assert '"type": "link"' not in shown
    assert "\u202e" not in shown
    assert "mrkdwn" not in json.dumps([each for each in view.blocks if "evil.example" in json.dumps(each)])


async def test_who_is_not_linked_asks_no_model(build: OpenHouse, model: Model):
    house = await with_model(build, model)
    view = await house.ana.opens_answer("1001")
    await house.ana.types("/watchbell unlink")
    await house.ana.presses_in(view, "draft")
    await house.bot.front.finish()
    assert model.asked == []


async def test_the_key_is_in_no_log_and_the_words_neither(build: OpenHouse, model: Model, diary: io.StringIO):
    house = await with_model(build, model)
    model.status = 500
    await drafted(house)
    assert KEY not in diary.getvalue()
    assert "login page" not in diary.getvalue()
    assert KEY not in repr(house.bot.secrets)


BARE = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "INTERCOM_TOKEN": "x"}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"LLM_KEY": "k"}, "LLM_URL"),
        ({"LLM_KEY": "k", "LLM_URL": "https://models.example/v1"}, "LLM_MODEL"),
        ({"LLM_KEY": "k", "LLM_URL": "models", "LLM_MODEL": "m"}, "LLM_URL"),
    ],
)
def test_half_a_model_is_named_at_the_start(given: dict[str, str], names: str):
    with pytest.raises(ConfigError) as refused:
        load_secrets(BARE | given, Path("nowhere"))
    assert refused.value.setting == names


def test_without_the_key_the_rest_means_nothing():
    assert load_secrets(BARE | {"LLM_URL": "https://models.example/v1"}, None).llm_url is None


@pytest.mark.sqlite
async def test_a_draft_that_could_not_be_noted_down_can_be_asked_for_again(build: OpenHouse, model: Model):
    house = await with_model(build, model)
    view = await house.ana.opens_answer("1001")

    def plant(session: Session) -> None:
        refuse = "BEGIN SELECT RAISE(ABORT, 'planted'); END"
        session.execute(text(f"CREATE TRIGGER planted BEFORE INSERT ON audit_entry {refuse}"))

    def mend(session: Session) -> None:
        session.execute(text("DROP TRIGGER planted"))

    await house.bot.store.write(plant)
    await house.ana.presses_in(view, "draft")
    assert "met a fault of its own" in words(house.ana.view.blocks)
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.bot.store.write(mend)
    await house.ana.presses_in(view, "draft")
    await house.bot.front.finish()
    assert "Draft by plain-7b, checked by nobody." in words(house.ana.view.blocks)
