"""What watchbell.toml's faults tell to write: a real value each time, and brackets as TOML wants them."""

from __future__ import annotations

import re
import tomllib

import pytest

from bot.settings import FaultyFile, parse_config

STRANGER = "zzqqxxzz"
TABLES = {
    "workspace": "[workspace]\n{}",
    "channels": "[channels]\n{}",
    "people": "[people]\n{}",
    "calendars.any": "[calendars.any]\n{}",
    "calendars.any.hours": "[calendars.any.hours]\n{}",
    "calendars.any.holidays": "[calendars.any.holidays]\n{}",
    "policies[1]": "[[policies]]\n{}",
    "policies[1].match": "[[policies]]\n[policies.match]\n{}",
    "policies[1].pause_on": "[[policies]]\n[policies.pause_on]\n{}",
    "accounts": "[accounts]\n{}",
    "monday": "[monday]\n{}",
    "risk": "[risk]\n{}",
    "claims": "[claims]\n{}",
    "spreading": "[spreading]\n{}",
    "sweep": "[sweep]\n{}",
    "mailbox": "[mailbox]\n{}",
    "retention": "[retention]\n{}",
    "alerts": "[alerts]\n{}",
    "routes[1]": "[[routes]]\n{}",
    "escalations[1]": "[[escalations]]\n{}",
    "escalations[1].steps[1]": "[[escalations]]\n[[escalations.steps]]\n{}",
    "digests[1]": "[[digests]]\n{}",
}


def faults(text: str) -> dict[str, tuple[str, str]]:
    with pytest.raises(FaultyFile) as refused:
        parse_config(text)
    found: dict[str, tuple[str, str]] = {}
    for each in refused.value.problems:
        found.setdefault(each.key, (each.problem, each.mend))
    return found


def known_in(table: str, header: str) -> list[str]:
    _, mend = faults(header.format(f"{STRANGER} = 1"))[f"{table}.{STRANGER}"]
    return mend.removeprefix("Known here: ").rstrip(".").split(", ")


@pytest.mark.parametrize(("table", "header"), TABLES.items(), ids=list(TABLES))
def test_a_value_of_another_kind_is_told_with_one_that_can_stand_there(table: str, header: str) -> None:
    keys = known_in(table, header)
    told = faults(header.format("\n".join(f"{key} = 2026-11-24" for key in keys)))
    written = []
    for key in keys:
        what, mend = told[f"{table}.{key}"]
        assert "is a date or time, but" in what
        assert "…" not in mend
        found = re.search(rf"(?:Write|Add) ({key} = .+?)(?:, or .*|: so long .*)?\.$", mend)
        if found and not found[1].endswith("true or false"):
            assert tomllib.loads(found[1]), "what is told to be written can be written"
            written.append(found[1])
        else:
            assert key in (*NAMED_ELSEWHERE, *SWITCHES) or mend.startswith(("Write [", "Write [["))
    if written:
        again = faults(header.format("\n".join(written)))
        assert not [key for key, (what, _) in again.items() if "belongs here" in what and table in key]


NAMED_ELSEWHERE = ("calendar", "intercom_app")
"""What is told of them is where to find the value."""
SWITCHES = (
    "always", "bot_counts", "close_counts", "credit_pauses", "enabled", "expire", "fin_counts", "in_hours",
    "next_response_from_start", "note_counts",
)  # fmt: skip


@pytest.mark.parametrize("name", ["policies", "routes", "escalations", "digests"])
@pytest.mark.parametrize(
    "text",
    ['[{0}]\nname = "a"', '[{0}]\nname = "a"\n[{0}]\nname = "b"', '[[{0}]]\nname = "a"\n[{0}]\nname = "b"'],
    ids=["one", "two", "mixed"],
)
def test_one_bracket_where_there_may_be_several_is_told_with_two(name: str, text: str) -> None:
    told = faults(text.format(name))
    assert told[name] == (
        "is written as the only one.",
        f"Write [[{name}]] with two brackets, for each of them.",
    )


def test_one_bracket_is_told_with_its_line_and_only_once() -> None:
    with pytest.raises(FaultyFile) as refused:
        parse_config('[[policies]]\nname = "a"\n\n[policies]\nname = "b"')
    assert [(each.line, each.key) for each in refused.value.problems] == [(4, "policies")]


def test_a_step_with_one_bracket_is_told_with_its_whole_name() -> None:
    told = faults('[[escalations]]\nname = "urgent"\n[escalations.steps]\nafter = "15m"')
    assert (
        told["escalations[1].steps"][1] == "Write [[escalations.steps]] with two brackets, for each of them."
    )


def test_two_brackets_where_there_is_one_are_told_with_one() -> None:
    told = faults('[[monday]]\nat = "08:30"')
    assert told["monday"][1] == "Write [monday] with one bracket, once."


@pytest.mark.parametrize(
    ("text", "key", "what", "mend"),
    [
        ('[[digests]]\nat = "9:00"', "digests[1].at", "a list of texts belongs", 'Write at = ["09:00"].'),
        ('[[digests]]\nat = ["9"]', "digests[1].at[1]", '"9" is not a time of day.', 'Write at = ["09:00"].'),
        ('[[digests]]\nat = ["²:30"]', "digests[1].at[1]", 'is not a time of day.', 'Write at = ["09:00"].'),
        ("[[digests]]\nat = [9]", "digests[1].at[1]", "text belongs here.", 'Write at = ["09:00"].'),
        ('[monday]\nat = "8.30"', "monday.at", '"8.30" is not a time of day.', 'Write at = "08:30".'),
        ('[sweep]\nevery = "5s"', "sweep.every", 'is "5s".', 'Write a time from 15 s to 1 h, such as "1m".'),
        ("[sweep]\nevery = 60", "sweep.every", "text belongs here.", 'Write every = "1m".'),
        ('[claims]\nremind_after = "1m"', "claims.remind_after", 'is "1m".', 'such as "1h".'),
        ('[people]\nleads = [5]', "people.leads[1]", "text belongs here.", 'Write "mara@example.com" or'),
        ('[mailbox]\nsent = [5]', "mailbox.sent[1]", "text belongs here.", 'as text, such as "Sent".'),
    ],
)  # fmt: skip
def test_lengths_and_times_have_an_example(text: str, key: str, what: str, mend: str) -> None:
    problem, told = faults(text)[key]
    assert what in problem
    assert mend in told
