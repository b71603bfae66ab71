"""The check finds nothing where a bot does what the truth says, and each thing that is otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from monday_worlds import Played

from sandbox.monday.compare import compare
from sandbox.monday.loader import HERE, read_truth
from sandbox.monday.report import SECTIONS, Difference

TRUTH = json.loads((HERE / "truth.json").read_text(encoding="utf-8"))

Path = tuple[str | int, ...]


def differences(played: Played, truth: Any) -> list[Difference]:
    """What the same morning would have been said to lack by another truth file."""
    evidence = played.check.evidence
    other = replace(evidence, monday=replace(evidence.monday, truth=read_truth(truth)))
    return list(compare(other).report(evidence.monday.start, evidence.monday.end, 0.0).differences)


def changed(path: Path, value: Any) -> Any:
    """The truth with one thing replaced."""
    copy = json.loads(json.dumps(TRUTH))
    place = copy
    for key in path[:-1]:
        place = place[key]
    assert place[path[-1]] != value
    place[path[-1]] = value
    return copy


def test_a_morning_as_the_truth_says_has_no_difference(truthful: Played) -> None:
    assert truthful.report.differences == ()
    assert truthful.report.same
    assert list(truthful.report.sections) == list(SECTIONS)
    assert min(truthful.report.sections.values()) > 0


def test_progress_goes_through_the_morning_once(truthful: Played) -> None:
    assert truthful.steps == sorted(truthful.steps)
    assert truthful.steps[-1] == 1.0
    assert len(truthful.steps) == 211


def test_the_report_can_be_printed_for_machines(truthful: Played, careless: Played) -> None:
    fine = json.loads(json.dumps(truthful.report.as_dict()))
    assert fine["same"] is True
    assert fine["differences"] == []
    wrong = json.loads(json.dumps(careless.report.as_dict()))
    assert wrong["same"] is False
    assert wrong["sections"]["harmless"]["different"] == 3
    assert {"section", "subject", "expected", "found"} == wrong["differences"][0].keys()


@pytest.mark.parametrize(
    ("path", "value", "section", "subject"),
    [
        (("clocks", 0, "due"), "2026-11-23T08:45:00+01:00", "promised", "sso-mail: due"),
        (("clocks", 5, "state"), "running", "promised", "vantry-export: state"),
        (("alerts", 2, "levels", 1, "at"), "2026-11-23T08:34:00+01:00", "alerted", "sso-chat: shown as late"),
        (("alerts", 8, "policy"), "growth", "alerted", "vantry-export: policy"),
        (("alerts", 0, "ends", "at"), "2026-11-23T09:28:00+01:00", "alerted", "sso-mail, alert 1: ended at"),
        (("alerts", 25, "ends", "admin"), "7104201", "alerted", "marigold-refund: ended by"),
        (("threads", 0, "from"), "2026-11-23T08:35:00+01:00", "threaded", "Halvorsen Freight: since"),
        (
            ("threads", 0, "issues"),
            [["215470003627", "215470003960", "215470003997"], ["215470003331"]],
            "threaded",
            "Halvorsen Freight: issues",
        ),
        (("claims", 0, "as"), "U07LGPRIYA", "claimed", "e04, Priya Raman: on the alert"),
        (("claims", 3, "any_of"), ["215470003627"], "claimed", "e10, Priya Raman"),
        (("refusals", 1, "why"), "taken", "refused", "e14, quillon-2fa"),
        (("sent", 0, "text"), "Good morning.", "answered", "e07, sso-mail: words"),
        (("sent", 1, "via"), "slack", "answered", "vantry-webhook: “Sent” in Slack"),
        (("notes", 0, "admin"), "7104201", "noted", "e28, brightwell-double: as"),
        (("snoozes", 0, "until"), "2026-11-23T10:35:00+01:00", "snoozed", "oakhurst-client: until"),
        (("monday", "open"), 33, "summarised", "open"),
        (("monday", "silent", 0, "paused_by"), "7104201", "summarised", "“Trial day 3”: paused by"),
        (("monday", "handle_first", "limit"), 3, "summarised", "accounts to handle first"),
        (("at_end", "late"), [], "at the end", "alerts: late"),
    ],
)
def test_control_one_changed_fact_is_exactly_one_difference(
    truthful: Played, path: Path, value: Any, section: str, subject: str
) -> None:
    (found,) = differences(truthful, changed(path, value))
    assert (found.section, found.subject) == (section, subject)
    assert found.expected != found.found


def test_a_minute_or_two_is_within_the_tolerance_and_three_are_not(truthful: Played) -> None:
    path: Path = ("threads", 0, "from")
    assert differences(truthful, changed(path, "2026-11-23T08:27:00+01:00")) == []
    assert len(differences(truthful, changed(path, "2026-11-23T08:28:00+01:00"))) == 1


def leaves(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every fact of the truth: single values, and lists of them."""
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(node, list) and node and isinstance(node[0], dict | list):
        for place, inner in enumerate(node):
            yield from leaves(inner, (*path, place))
    else:
        yield path, node


def other_value(path: Path, value: Any) -> Any:
    """Another value of the same kind."""
    match path[-1]:
        case "admin" | "paused_by":
            return "7104205" if value != "7104205" else "7104201"
        case "as":
            return "U07LGOSKAR" if value != "U07LGOSKAR" else "U07LGMARA1"
        case "conversation":
            return "215470003849" if value != "215470003849" else "215470003886"
        case "account":
            return "6a1f00c00000000000000010" if value != "6a1f00c00000000000000010" else None
        case "clock":
            return "next_response" if value == "first_response" else "first_response"
        case "level":
            return "late" if value == "warn" else "warn"
        case "limit":
            return 2
    if isinstance(value, list):
        return value[1:]
    if isinstance(value, int):
        return value + 1
    if str(value).startswith("2026-"):
        return (datetime.fromisoformat(value) + timedelta(hours=1)).isoformat()
    return f"{value} indeed"


# What bounds rather than states, what names things for people, and what the check is told to do.
NOT_SEEN = {
    ("start",),
    ("end",),
    ("tolerance_minutes",),
    ("never_alerted",),
    *((place, "story") for place in ("clocks", "alerts")),
    *(("monday", "handle_first", "may_include", key) for key in ("account", "name")),
    *(("monday", "handle_first", "never", key) for key in ("account", "name")),
    ("monday", "handle_first", "must_include", "because"),
    ("monday", "usage_not_known", "name"),
    *(("hostile", key) for key in TRUTH["hostile"]),
}


def test_every_fact_of_the_truth_is_looked_at(truthful: Played) -> None:
    kinds: dict[Path, Path] = {}
    for path, value in leaves(TRUTH):
        kind = tuple(key for key in path if isinstance(key, str))
        if value is not None and value != []:
            kinds.setdefault(kind, path)
    assert kinds.keys() >= NOT_SEEN
    unseen = set()
    for kind, path in kinds.items():
        value = TRUTH
        for key in path:
            value = value[key]
        # An event's id is how a fact is found in the script.
        if kind[-1] != "event" and not differences(truthful, changed(path, other_value(path, value))):
            unseen.add(kind)
    assert unseen == NOT_SEEN


def test_each_mistake_of_a_careless_bot_is_told(careless: Played) -> None:
    told = {(one.section, one.subject): one.found for one in careless.report.differences}
    assert told["alerted", "sso-chat: shown as late"] == "never"
    assert told["refused", "e08, feldkamp-zugferd"] == "*Yours now*"
    assert told["refused", "e08, feldkamp-zugferd: holder"] == "held by Mara Lindqvist"
    assert told["claimed", "e17, Priya Raman: in Intercom"] == "Mara Lindqvist"
    assert told["answered", "sso-mail: once more"].startswith("Jonas Weidner: Good morning Ingrid")
    assert told["answered", "brightwell-double: once more"].startswith("Oskar Brandt: The partners meet")
    assert told["noted", "e28, brightwell-double"] == "nothing was written"
    assert told["summarised", "the summary"] == "posted 2 times"
    assert "<!channel> rings many" in told["harmless", "what was shown"]
    assert "a live link to evil.example" in told["harmless", "what was shown"]
    assert told["harmless", "posts in #ext-nordwerft"] == "1"
    assert told["harmless", "each message once"] == "Monday"
    assert {section for section, _ in told} == {
        "alerted",
        "refused",
        "claimed",
        "answered",
        "noted",
        "summarised",
        "harmless",
    }
