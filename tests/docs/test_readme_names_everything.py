"""The README names every command, variable and key that the code knows, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from shared_files import ROOT

from bot.settings.file import parse_config
from bot.settings.reader import FaultyFile
from bot.settings.secrets import load_secrets
from bot.slack.scopes import SCOPES

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))

PAGES = ("architecture.md", "decisions.md", "security.md", "running.md")
SLACKS_OWN = {"/invite"}
ADDRESSES = {"/chat", "/healthz", "/readyz", "/servable", "/metrics", "/slack", "/intercom", "/apps"}
"""What looks like a command and is a part of an address."""

IN_ONE_ROW = ("hours", "pause_on")
"""Tables of watchbell.toml whose keys (days, clocks) the README tells in their own row."""


class Asked(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, **values: str) -> None:
        self._values = values
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return self._values.get(key, default)

    def __getitem__(self, key: str) -> str:
        self.names.add(key)
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def variables_of_the_code() -> set[str]:
    environ = Asked(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", INTERCOM_TOKEN="x")
    load_secrets(environ)
    return {name for name in environ.names if not name.endswith("_FILE")}


NOT_A_KEY = "zzqqxxzz"
WITH_A_STRANGER = f"""
{NOT_A_KEY} = 1
[workspace]
{NOT_A_KEY} = 1
[channels]
{NOT_A_KEY} = 1
[people]
{NOT_A_KEY} = 1
[calendars.any]
{NOT_A_KEY} = 1
hours = {{ {NOT_A_KEY} = 1 }}
holidays = {{ {NOT_A_KEY} = 1 }}
[[policies]]
{NOT_A_KEY} = 1
match = {{ {NOT_A_KEY} = 1 }}
pause_on = {{ {NOT_A_KEY} = [] }}
[accounts]
{NOT_A_KEY} = 1
[monday]
{NOT_A_KEY} = 1
[risk]
{NOT_A_KEY} = 1
[claims]
{NOT_A_KEY} = 1
[spreading]
{NOT_A_KEY} = 1
[sweep]
{NOT_A_KEY} = 1
[mailbox]
{NOT_A_KEY} = 1
[retention]
{NOT_A_KEY} = 1
[alerts]
{NOT_A_KEY} = 1
[[routes]]
{NOT_A_KEY} = 1
[[escalations]]
{NOT_A_KEY} = 1
steps = [{{ {NOT_A_KEY} = 1 }}]
[[digests]]
{NOT_A_KEY} = 1
"""
"""A file with one unknown key in each table: every fault then lists what is known there."""


def keys_of_the_code() -> set[str]:
    with pytest.raises(FaultyFile) as refused:
        parse_config(WITH_A_STRANGER)
    known: dict[str, set[str]] = {}
    for problem in refused.value.problems:
        table, _, last = problem.key.rpartition(".")
        if NOT_A_KEY in (last, problem.key) and problem.mend.startswith("Known here: "):
            words = problem.mend.removeprefix("Known here: ").rstrip(".")
            known[table.replace("calendars.any", "calendars.<name>").replace("[1]", "")] = set(
                words.split(", ")
            )
    tables = set(known)
    found: set[str] = set()
    for table, keys in known.items():
        if table.rpartition(".")[2] in IN_ONE_ROW:
            continue
        for key in keys:
            path = f"{table}.{key}" if table else key
            inner = path in tables and key not in IN_ONE_ROW
            if not inner or path == "policies.match":
                found.add(path)
    return found - {"calendars", "policies", "escalations.steps"}


def cells(heading: str) -> set[str]:
    """The code names in the first column of the tables below a heading."""
    _, _, rest = README.partition(f"\n### {heading}\n")
    section = re.split(r"\n##+ ", rest)[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def commands_in(text: str) -> set[str]:
    found = re.findall(r"`(/[a-z]+)\b(?! *\.)[^`]*`", text)
    return set(found) - ADDRESSES


def test_the_readme_names_every_command_and_no_other() -> None:
    named = {each["command"] for each in MANIFEST["features"]["slash_commands"]}
    assert commands_in(README) - SLACKS_OWN == named


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert commands_in("Type `/bell now` or `/claim`.") == {"/bell", "/claim"}


def test_the_readme_names_every_variable_and_no_other() -> None:
    assert cells("Environment") == variables_of_the_code()


def test_the_example_has_every_variable_and_no_value() -> None:
    lines = [line for line in EXAMPLE.splitlines() if re.match(r"#?[A-Z_]+=", line)]
    assert {line.lstrip("#").partition("=")[0] for line in lines} == variables_of_the_code()
    assert all(line.endswith("=") for line in lines), "no value, not even an invented one"


def test_the_code_is_really_asked_for_its_variables() -> None:
    assert {"SLACK_BOT_TOKEN", "INTERCOM_CLIENT_SECRET", "DATABASE_URL"} <= variables_of_the_code()


def test_the_readme_names_every_key_and_no_other() -> None:
    assert cells("watchbell.toml") == keys_of_the_code()


def test_the_code_is_really_asked_for_its_keys() -> None:
    keys = keys_of_the_code()
    assert {"workspace.name", "policies.match.risk_from", "calendars.<name>.holidays.country"} <= keys
    assert NOT_A_KEY not in " ".join(keys)
    assert len(keys) > 50


@pytest.mark.parametrize("name", ["README.md", *PAGES])
def test_links_lead_somewhere_and_the_tone_is_kept(name: str) -> None:
    path = ROOT / name if name == "README.md" else ROOT / "docs" / name
    text = path.read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.S)
    for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)#]+)\)", prose):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target
    assert "!" not in prose.replace("![", "["), "no exclamation marks"


@pytest.mark.parametrize("name", PAGES)
def test_files_that_the_documents_speak_of_are_there(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|handlers|jobs|sandbox|tests)/[a-z_/]*(?:\.[a-z]+)?)`", text)
    assert named or name == "running.md", "operators are told of no modules"
    for path in named:
        assert (ROOT / path).exists(), path


def test_the_security_page_lists_the_scopes_of_the_manifest() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z:.]+)` \|", text, flags=re.M))
    assert listed == set(SCOPES)


def test_the_running_page_names_every_metric_and_every_event_of_the_log() -> None:
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    metrics = "".join((ROOT / "bot" / name).read_text("utf-8") for name in ("metrics.py", "meters.py"))
    assert set(re.findall(r"^\| `(watchbell_[a-z_]+)` \|", text, flags=re.M)) == set(
        re.findall(r'"(watchbell_[a-z_]+)"', metrics)
    )
    events = {
        event
        for room in ("bot", "handlers", "jobs")
        for path in (ROOT / room).rglob("*.py")
        for event in re.findall(
            r'log\.(?:info|warning|error|exception)\(\s*"([a-z_]+)"', path.read_text("utf-8")
        )
    }
    assert "delivery" in events
    assert {event for event in events if f"`{event}`" not in text} == set()
