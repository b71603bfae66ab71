"""manifest.yml asks for what the code uses: no scope, event, command or shortcut more, and none less."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from shared_files import ROOT, shared

from bot import app
from bot.slack.scopes import SCOPES

MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
CLIENT = ROOT / "bot" / "slack" / "client.py"

METHODS: dict[str, Any] = json.loads((ROOT / "sandbox" / "slack" / "methods.json").read_text("utf-8"))
"""By method its scope; where there are several, one for each kind of conversation."""

BY_KIND = {
    # Looked at before posting and at start: DMs need no look, they have one reader.
    "conversations.info": {"channels", "groups"},
    "conversations.list": {"channels", "groups"},
    # Where the bot posts, it must be able to find its posts again.
    "conversations.history": {"channels", "groups", "im"},
    "conversations.replies": {"channels", "groups", "im"},
    "conversations.open": {"im"},
}
"""Of methods with a scope for each kind of conversation: the kinds that the bot uses them for."""

EVENTS_NEED: dict[str, set[str]] = {
    "app_home_opened": set(),
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "link_shared": {"links:read"},
    "message": {"channels:history", "groups:history"},
}
SUBSCRIBED = {"message": {"message.channels", "message.groups"}}
"""What a manifest calls an event that comes under another name."""

APP_LEVEL = {"connections:write"}
"""Scopes of the app-level token; a manifest cannot ask for them."""


def methods_called(source: Path = CLIENT) -> set[str]:
    """The Slack methods that the only door to Slack calls, by the name it gives to `_call`."""
    return {
        call.args[0].value
        for call in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "_call"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def events_wanted(handled: Iterable[str]) -> set[str]:
    return {name for event in handled for name in SUBSCRIBED.get(event, {event})}


def scopes_needed() -> set[str]:
    routes = app.routes()
    needed = {"commands"} if routes.commands or routes.shortcuts else set()
    for event in routes.events:
        needed |= EVENTS_NEED[event]
    for method in methods_called():
        scopes = set(METHODS[method]["scopes"])
        if method in BY_KIND:
            scopes = {scope for scope in scopes if scope.partition(":")[0] in BY_KIND[method]}
        elif len(scopes) > 1:
            raise AssertionError(f"{method} has alternatives; say in BY_KIND which are used")
        needed |= scopes
    return needed - APP_LEVEL


def differences(manifest: dict[str, Any]) -> list[str]:
    """What the manifest has too much or too little, in words."""
    routes = app.routes()
    features, settings = manifest["features"], manifest["settings"]
    pairs = {
        "command": (set(routes.commands), {each["command"] for each in features["slash_commands"]}),
        "shortcut": (set(routes.shortcuts), {each["callback_id"] for each in features.get("shortcuts", [])}),
        "event": (events_wanted(routes.events), set(settings["event_subscriptions"]["bot_events"])),
        "scope": (scopes_needed(), set(manifest["oauth_config"]["scopes"]["bot"])),
    }
    return [
        f"{what} {name} is {'missing' if name in used else 'not used'}"
        for what, (used, named) in pairs.items()
        for name in sorted(used ^ named)
    ]


def test_the_manifest_is_valid_for_slack() -> None:
    schema = json.loads(shared("facts/slack_manifest.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(MANIFEST)


def test_a_manifest_that_slack_would_refuse_is_refused() -> None:
    schema = json.loads(shared("facts/slack_manifest.schema.json").read_text(encoding="utf-8"))
    broken = copy.deepcopy(MANIFEST)
    broken["features"]["slash_commands"][0]["command"] = "claim"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(broken)


def test_the_manifest_names_exactly_what_the_code_uses() -> None:
    assert differences(MANIFEST) == []


def _without_scope(manifest: dict[str, Any]) -> None:
    manifest["oauth_config"]["scopes"]["bot"].remove("im:write")


def _more_scope(manifest: dict[str, Any]) -> None:
    manifest["oauth_config"]["scopes"]["bot"].append("pins:write")


def _without_command(manifest: dict[str, Any]) -> None:
    manifest["features"]["slash_commands"].pop()


def _more_command(manifest: dict[str, Any]) -> None:
    manifest["features"]["slash_commands"].append({"command": "/bell", "description": "Ring"})


def _without_event(manifest: dict[str, Any]) -> None:
    manifest["settings"]["event_subscriptions"]["bot_events"].remove("link_shared")


def _more_event(manifest: dict[str, Any]) -> None:
    manifest["settings"]["event_subscriptions"]["bot_events"].append("message.im")


def _other_shortcut(manifest: dict[str, Any]) -> None:
    known = manifest["features"].setdefault("shortcuts", [])
    known.append({"name": "Ring", "type": "global", "callback_id": "ring", "description": "Ring"})


def _without_shortcut(manifest: dict[str, Any]) -> None:
    if not manifest["features"].get("shortcuts"):
        pytest.skip("the app has no shortcuts")
    manifest["features"]["shortcuts"].pop()


@pytest.mark.parametrize(
    "change",
    [
        _without_scope,
        _more_scope,
        _without_command,
        _more_command,
        _without_event,
        _more_event,
        _other_shortcut,
        _without_shortcut,
    ],
)
def test_one_too_many_or_too_few_is_found(change: Callable[[dict[str, Any]], None]) -> None:
    changed = copy.deepcopy(MANIFEST)
    change(changed)
    assert len(differences(changed)) == 1


def test_the_list_that_the_doctor_compares_with_is_the_same() -> None:
    assert set(SCOPES) == set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_the_methods_are_really_read_from_the_code() -> None:
    assert {"chat.postMessage", "views.open", "conversations.history"} <= methods_called()


def test_buttons_modals_and_the_home_tab_are_turned_on() -> None:
    routes = app.routes()
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is bool(routes.verbs or routes.views)
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is ("app_home_opened" in routes.events)


def test_commands_escape_the_people_and_channels_in_their_words() -> None:
    """`/watchbell link @person` reads `<@U…>`, which Slack sends only with should_escape."""
    for command in MANIFEST["features"]["slash_commands"]:
        assert command["should_escape"] is True, command["command"]


def test_the_hint_of_watchbell_names_every_word_it_knows() -> None:
    """What stands in brackets is what may follow; what a word takes ("why number") is not a word."""
    (hint,) = (
        each["usage_hint"]
        for each in MANIFEST["features"]["slash_commands"]
        if each["command"] == "/watchbell"
    )
    named = {each.strip().removesuffix(" number") for each in hint.strip("[]").split("|")}
    assert named == set(app.routes().words)
