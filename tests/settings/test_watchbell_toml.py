"""watchbell.toml: what the example says, and how each fault is named: line, key, problem, mend."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from bot.durations import Duration
from bot.errors import ConfigError
from bot.settings import ClockName, Closing, FaultyFile, PauseState, Span, load_config, parse_config, version
from bot.settings.locate import lines_of

EXAMPLE = Path(__file__).resolve().parents[2] / "watchbell.toml"
VALID = """\
[workspace]
name = "Ledgerline"
timezone = "Europe/Berlin"
intercom_app = "lg4r7x2k"

[channels]
alerts = "#support-alerts"
accounts = "C07ABCDEF12"
monday = "#support"

[calendars.berlin]
hours.mon = ["08:00-12:00", "13:00-18:00"]
hours.tue = ["08:00-18:00"]
holidays = { country = "DE", subdivision = "BE" }
extra_holidays = ["2026-12-24"]
annual_holidays = ["12-31"]
overrides = { "2026-11-28" = ["10:00-12:00"] }
breaks = { "2026-11-24" = ["12:00-13:00"] }
due_at_closing = "at_close"

[calendars.round]
always = true

[[policies]]
name = "vip"
match = { plan = ["Enterprise"], tag = "vip", attribute = { tier = ["gold"] }, trial_ends_within = "3d" }
first_response = "30m"
next_response = "2 working days"
warn = ["5m", "15m"]
calendar = "berlin"
pause_on = ["snoozed"]

[[policies]]
name = "rest"
first_response = "4h"
resolution = "1d"
calendar = "round"
pause_on = { resolution = ["snoozed", "closed"] }
note_counts = true
"""


def problem(text: str) -> FaultyFile:
    with pytest.raises(FaultyFile) as refused:
        parse_config(text)
    return refused.value


def test_the_example_file_is_accepted() -> None:
    config = load_config(EXAMPLE)
    assert config.policies
    assert config.workspace.zone.key == config.workspace.timezone


def test_what_is_written_is_what_is_meant() -> None:
    config = parse_config(VALID)
    berlin, always = config.calendars
    assert berlin.weekly[0] == (Span(480, 720), Span(780, 1080))
    assert berlin.weekly[2] == ()
    assert (berlin.zone, berlin.country, berlin.subdivision) == ("Europe/Berlin", "DE", "BE")
    assert (berlin.extra_holidays, berlin.annual_holidays) == ((date(2026, 12, 24),), ((12, 31),))
    assert berlin.overrides == ((date(2026, 11, 28), (Span(600, 720),)),)
    assert berlin.due_at_closing is Closing.AT_CLOSE
    assert (berlin.title, always.title) == ("Berlin hours", "round the clock")
    vip, rest = config.policies
    assert vip.match.attributes == (("tier", ("gold",)),)
    assert (vip.match.tag, vip.match.trial_ends_within) == (("vip",), 3 * 86400)
    assert vip.warn == (Duration(900), Duration(300))
    assert vip.target(ClockName.NEXT_RESPONSE) == Duration(working_days=2)
    assert vip.pauses(ClockName.FIRST_RESPONSE) == (PauseState.SNOOZED,)
    assert rest.pauses(ClockName.RESOLUTION) == (PauseState.SNOOZED, PauseState.CLOSED)
    assert rest.pauses(ClockName.FIRST_RESPONSE) == ()
    assert rest.note_counts
    assert (config.monday.weekday, config.monday.at, config.sweep.every) == (0, time(8, 30), 60)


def replaced(old: str, new: str) -> str:
    assert VALID.count(old) == 1, old
    return VALID.replace(old, new)


FAULTS = [
    ('next_response = "2 working days"', 'next_response = "30 minuts"',
     28, "policies[1].next_response", '"30 minuts" is not a duration.', "1d or 2 working days."),
    ('first_response = "4h"', 'frist_response = "4h"',
     35, "policies[2].frist_response", "is not a setting.", 'Did you mean "first_response"?'),
    ("[calendars.round]", "[calenders.round]",
     21, "calenders", "is not a setting.", 'Did you mean "calendars"?'),
    ('timezone = "Europe/Berlin"', 'timezone = "Europe/Berln"',
     3, "workspace.timezone", '"Europe/Berln" is not a time zone.', 'Did you mean "Europe/Berlin"?'),
    ('timezone = "Europe/Berlin"', 'timezone = "../etc/passwd"',
     3, "workspace.timezone", "is not a time zone.", "IANA"),
    ('name = "Ledgerline"', 'name = ""',
     2, "workspace.name", "is empty.", "Write a value between the quotes."),
    ('name = "Ledgerline"', "name = 5",
     2, "workspace.name", "is a number, but text belongs here.", 'Write name = "Your company".'),
    ('intercom_app = "lg4r7x2k"\n', "",
     1, "workspace.intercom_app", "is missing.", "/apps/"),
    ('alerts = "#support-alerts"', 'alerts = "support alerts"',
     7, "channels.alerts", "is not a channel.", "#support-alerts"),
    ('monday = "#support"\n', "",
     6, "channels.monday", "is missing.", 'monday = "#support"'),
    ('["08:00-18:00"]', '["18:00-08:00"]',
     13, "calendars.berlin.hours.tue[1]", "ends before it starts", "08:00-18:00"),
    ('["08:00-18:00"]', '["8-18"]',
     13, "calendars.berlin.hours.tue[1]", "is not a span of hours.", "08:00-18:00"),
    ('["08:00-18:00"]', '["08:00-25:00"]',
     13, "calendars.berlin.hours.tue[1]", "24:00", "08:00-18:00"),
    ('"13:00-18:00"', '"11:30-18:00"',
     12, "calendars.berlin.hours.mon", "08:00-12:00 and 11:30-18:00 overlap.", "later"),
    ("hours.tue", "hours.tues",
     13, "calendars.berlin.hours.tues", "is not a setting.", 'Did you mean "tue"?'),
    ("always = true", "hours = {}",
     22, "calendars.round.hours", "are never open.", "at least one day"),
    ("always = true", 'always = true\nhours.mon = ["08:00-18:00"]',
     23, "calendars.round.hours", "no effect", "Take one"),
    ("always = true", 'zone = "UTC"',
     21, "calendars.round.hours", "is missing.", "always = true"),
    ('country = "DE"', 'country = "XX"',
     14, "calendars.berlin.holidays.country", '"XX" is not a country', "ISO 3166"),
    ('subdivision = "BE"', 'subdivision = "ZZ"',
     14, "calendars.berlin.holidays.subdivision", "not a part of DE", "BB"),
    ('["2026-12-24"]', '["2026-13-24"]',
     15, "calendars.berlin.extra_holidays[1]", "is not a date.", "YYYY-MM-DD"),
    ('["12-31"]', '["12-32"]',
     16, "calendars.berlin.annual_holidays[1]", "is not a day of the year.", "12-24"),
    ('"at_close"', '"at_closing"',
     19, "calendars.berlin.due_at_closing", '"at_closing" is not known here.', "at_close"),
    ('calendar = "berlin"', 'calendar = "berln"',
     30, "policies[1].calendar", "is not a calendar of this file.", "berlin"),
    ('name = "rest"', 'name = "VIP"',
     34, "policies[2].name", "is the name of an earlier policy.", "another name"),
    ('"15m"]', '"30m"]',
     29, "policies[1].warn[2]", "is not before the deadline", "Write 30m, 4h"),
    ('"15m"]', '"1 working day"]',
     29, "policies[1].warn[2]", "cannot be a warning", "Write 30m, 4h"),
    ('pause_on = ["snoozed"]', 'pause_on = ["snozed"]',
     31, "policies[1].pause_on[1]", "is not known", '"snoozed"'),
    ('resolution = ["snoozed", "closed"]', 'resolutoin = ["closed"]',
     38, "policies[2].pause_on.resolutoin", "is not a setting.", 'Did you mean "resolution"?'),
    ("note_counts = true", 'note_counts = "yes"',
     39, "policies[2].note_counts", "is text, but true or false", "note_counts ="),
    ('tag = "vip"', 'tagg = "vip"',
     26, "policies[1].match.tagg", "is not a setting.", 'Did you mean "tag"?'),
    ('tag = "vip"', 'channel = ["fax"]',
     26, "policies[1].match.channel[1]", '"fax" is not known here.', "chat, email"),
    ('trial_ends_within = "3d"', "risk_from = 101",
     26, "policies[1].match.risk_from", "is 101.", "0 to 100"),
    ('first_response = "4h"\nresolution = "1d"\n', "",
     33, "policies[2]", "promises nothing.", "first_response"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "key", "what", "mend"), FAULTS)
def test_a_fault_is_named_by_line_and_key_with_its_mend(
    old: str, new: str, line: int, key: str, what: str, mend: str
) -> None:
    error = problem(replaced(old, new))
    first = error.problems[0]
    assert (first.line, first.key) == (line, key)
    assert what in first.problem
    assert mend in first.mend
    assert str(error) == f"watchbell.toml line {line}, {key}: {first.problem} {first.mend}"


@pytest.mark.parametrize(
    ("section", "key", "mend"),
    [
        ('[monday]\nat = "8.30"', "monday.at", "08:30"),
        ('[monday]\nweekday = "monday"', "monday.weekday", "mon"),
        ("[monday]\nlimit = 11", "monday.limit", "1 to 10"),
        ('[risk]\nquiet_after = "2 working days"', "risk.quiet_after", "45s"),
        ('[risk]\ntrial_ends_within = "12h"', "risk.trial_ends_within", "1 day or more"),
        ('[risk]\nrenewal_within = "23h"', "risk.renewal_within", "1 day or more"),
        ("[risk]\ncsat_at_most = true", "risk.csat_at_most", "csat_at_most = 5"),
        ('[sweep]\nevery = "5s"', "sweep.every", "15 s to 1 h"),
        ('[mailbox]\nevery = "5s"', "mailbox.every", "30 s to 1 h"),
        ('[mailbox]\nsince = "2h"', "mailbox.since", "1 day"),
        ('[mailbox]\nours = ["everybody"]', "mailbox.ours[1]", "help@example.com"),
        ('[mailbox]\nvouched_by = "mx small"', "mailbox.vouched_by", "mx.example.com"),
        ("[mailbox]\nfolders = []\nsent = []", "mailbox.folders", "Name one"),
        ('[retention]\nreceipts = "8d"', "retention.receipts", "9 days to 366 days"),
        ('[retention]\nactivity = "14d"', "retention.activity", "15 days to 366 days"),
        ('[retention]\nmessages = "1 working day"', "retention.messages", "45s"),
        ('[retention]\naudit = "5d"', "retention.audit", "30 days to 366 days"),
        ("[retention]\naudit = false", "retention.audit", "audit ="),
        ('[retention]\nconversations = "2 years"', "retention.conversations", "1d"),
        ('[retention]\nwebhook = "7d"', "retention.webhook", 'Did you mean "webhooks"?'),
        ('[retention]\nwebhooks = "31d"', "retention.webhooks", "a longer one for receipts"),
        ('[people]\nleads = ["mara"]', "people.leads[1]", "mara@example.com"),
        ('[people]\nleads = "mara@example.com"', "people.leads", "["),
        ("people = 5", "people", "{"),
    ],
)
def test_the_smaller_sections_are_checked_too(section: str, key: str, mend: str) -> None:
    text = f"{section}\n{VALID}" if "[" not in section.splitlines()[0] else f"{VALID}\n{section}\n"
    (first,) = problem(text).problems
    assert first.key == key
    assert mend in first.mend
    assert first.line is not None
    assert text.splitlines()[first.line - 1].startswith(key.rpartition(".")[2].partition("[")[0])


def test_retention_is_what_is_written_and_the_defaults_are_those_of_the_example() -> None:
    assert parse_config(VALID).retention == load_config(EXAMPLE).retention
    assert parse_config(VALID).retention.audit is None
    written = parse_config(f'{VALID}\n[retention]\nwebhooks = "1h"\nrisk = "90d"\naudit = "365d"\n').retention
    assert (written.webhooks, written.risk, written.audit) == (3600, 90 * 86400, 365 * 86400)
    assert written.receipts >= 9 * 86400, "a replay is told by the receipt's id for eight days"


def test_a_warning_comes_before_a_promise_of_working_days_too() -> None:
    def promised(warn: str) -> str:
        text = VALID.replace('first_response = "30m"\n', "")
        return text.replace('"2 working days"', '"1 working day"').replace('["5m", "15m"]', f'["{warn}"]')

    (fault,) = problem(promised("12h")).problems
    assert (fault.line, fault.key) == (28, "policies[1].warn[1]")
    assert "is not before the deadline" in fault.problem
    assert parse_config(promised("9h")).policies[0].warn == (Duration(9 * 3600),)


def test_a_syntax_fault_has_its_line() -> None:
    error = problem(replaced('name = "vip"', 'name = "vip'))
    assert error.problems[0].line == 25
    assert str(error).startswith("watchbell.toml line 25: is not valid TOML: the line ends inside a text")


def test_a_calendar_named_twice_is_a_fault_of_its_line() -> None:
    assert problem(VALID + "\n[calendars.round]\nalways = true\n").problems[0].line == 41


def test_an_empty_file_says_what_is_missing() -> None:
    keys = [found.key for found in problem("").problems]
    assert keys[:3] == ["workspace.name", "workspace.timezone", "workspace.intercom_app"]
    assert {"channels.alerts", "calendars", "policies"} <= set(keys)


def test_no_policies_at_all_is_a_fault() -> None:
    error = problem(VALID.partition("[[policies]]")[0])
    assert [(found.key, found.problem) for found in error.problems] == [
        ("policies", "has no promise at all.")
    ]


def test_a_promise_that_the_calendar_can_never_reach_is_refused() -> None:
    text = replaced('hours.mon = ["08:00-12:00", "13:00-18:00"]\n', "").replace("08:00-18:00", "08:00-08:10")
    error = problem(text.replace('first_response = "30m"', 'first_response = "60h"'))
    assert error.problems[0].key == "policies[1].first_response"
    assert "is out of reach" in error.problems[0].problem


def test_every_fault_of_a_file_is_found_at_once_in_order_of_line() -> None:
    text = replaced('timezone = "Europe/Berlin"', 'timezone = "Mars"').replace('"#support"', '"support"')
    text = text.replace('first_response = "4h"', 'first_response = "soon"')
    assert [found.line for found in problem(text).problems] == [3, 9, 35]


def test_hostile_values_are_quoted_in_one_short_line() -> None:
    hostile = "x\\u202e\\n\\u0007" + "x" * 500
    text = str(problem(replaced('calendar = "berlin"', f'calendar = "{hostile}"')))
    assert text.isprintable()
    assert len(text) < 250


def test_a_token_pasted_into_the_file_is_not_repeated() -> None:
    text = str(problem(replaced('"#support"', '"xoxb-1111-PLANTED"')))
    assert "PLANTED" not in text
    assert "channels.monday" in text


def test_a_file_that_is_not_there_or_no_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"WATCHBELL_CONFIG .*absent\.toml: is not there\."):
        load_config(tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)
    (tmp_path / "binary.toml").write_bytes(b'[workspace]\nname = "\xff"\n')
    with pytest.raises(FaultyFile, match=r"binary\.toml line 2: is not UTF-8"):
        load_config(tmp_path / "binary.toml")


def test_the_version_names_the_policies_and_calendars_only() -> None:
    base = version(parse_config(VALID))
    assert base == version(parse_config("# a comment\n" + VALID))
    assert base == version(parse_config(replaced('"#support"', '"#monday"')))
    assert base != version(parse_config(replaced('first_response = "30m"', 'first_response = "31m"')))
    assert base != version(parse_config(replaced('["12-31"]', '["12-30"]')))


TRICKY = '''\
# [not.a.table]
a = "x # no comment" # a comment
"b c".'d' = """
many = 1
lines""""
list = [ # first
  "one", { in = 1, also = [2,
  3] },
]
[[t]]
k = 'C:\\'
[[t.u]]
z = 1
[[t]]
[t.v]
w = 2026-11-24 08:00:00
[[t.u]]
[[t.u]]
q = 'a'
'''


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from paths(item, (*path, number))


@pytest.mark.parametrize("text", [TRICKY, VALID, EXAMPLE.read_text(), TRICKY.replace("\n", "\r\n")])
def test_every_key_and_element_has_a_line(text: str) -> None:
    lines = lines_of(text)
    assert set(lines) == set(paths(tomllib.loads(text)))
    told = text.splitlines()
    for path, line in lines.items():
        name = next(part for part in reversed(path) if isinstance(part, str))
        if isinstance(path[-1], str) and name != "lines":
            assert name in told[line - 1], (path, line)


def test_the_lines_of_the_tricky_text_are_the_right_ones() -> None:
    lines = lines_of(TRICKY)
    assert lines[("b c", "d")] == 3
    assert lines[("list", 1, "also", 1)] == 8
    assert (lines[("t", 0, "u", 0, "z")], lines[("t", 1, "v", "w")], lines[("t", 1, "u", 1, "q")]) == (
        13,
        16,
        19,
    )


def test_what_was_written_is_quoted_as_it_was_and_only_what_may_lack_is_said_to_be_taken_out() -> None:
    found = problem(f'{VALID}\n[monday]\nweekday = "Mondey"\n').problems[0]
    assert found.problem == '"Mondey" is not known here.'
    found = problem(replaced('"#support-alerts"', '""')).problems[0]
    assert "take the line out" not in found.mend
    found = problem(f'{VALID}\n[monday]\nweekday = ""\n').problems[0]
    assert found.mend == "Write a value between the quotes, or take the line out."
