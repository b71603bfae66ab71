"""The pages name every command of the command line, and none that does not exist."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner
from shared_files import ROOT

from bot.cli import main

README = (ROOT / "README.md").read_text(encoding="utf-8")
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")


def commands(group: click.Group, before: str = "watchbell") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        elif not command.hidden:
            yield f"{before} {name}"


def options(line: str) -> set[str]:
    """The options in a command line that its command does not know."""
    command: click.Command = main
    words = line.split()[1:]
    while words and isinstance(command, click.Group) and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    known = {option for each in command.params for option in each.opts}
    return {word for word in words if word.startswith("--")} - known


def test_the_readme_lists_every_command_and_no_other() -> None:
    section = README.partition("\n## On the command line\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(watchbell [a-z -]+)` \|", section, flags=re.M)
    assert set(listed) == set(commands(main))
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("words", [[], ["outbox"], ["policies"], ["model"]])
def test_every_line_of_the_help_is_whole(words: list[str]) -> None:
    told = CliRunner().invoke(main, [*words, "-h"]).output
    listed = told.partition("\nCommands:\n")[2].splitlines()
    assert len(listed) >= 2
    assert [line for line in listed if line.endswith("...")] == []
    groups = {each: command for each, command in main.commands.items() if isinstance(command, click.Group)}
    assert set(groups) == {"outbox", "policies", "model"}, "a group is not looked at"
    for command in groups[words[0]].commands.values() if words else main.commands.values():
        assert command.hidden or len(command.get_short_help_str(200)) <= 45


def test_a_word_of_slacks_is_answered_here_too() -> None:
    told = CliRunner().invoke(main, ["status"])
    assert told.exit_code == 2
    assert "That is `/watchbell status` in Slack; here `watchbell doctor`" in told.output
    assert "status" not in CliRunner().invoke(main, ["-h"]).output


def test_the_demo_says_at_once_where_it_will_be() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = CliRunner().invoke(main, ["demo", "--port", str(port)])
    assert told.output.splitlines()[0] == f"Starting the Monday on http://127.0.0.1:{port} …"
    assert told.exit_code == 2


def test_what_the_pages_have_people_type_exists() -> None:
    typed = re.findall(r"(?<![/\w.-])watchbell ((?:outbox |policies )?[a-z-]+[^`\n|]*)", RUNNING)
    found = [f"watchbell {each}" for each in typed if each.split()[0] in main.commands]
    assert len(found) >= 10
    assert {line: unknown for line in found if (unknown := options(line))} == {}


def test_control_an_option_that_does_not_exist_would_be_found() -> None:
    assert options("watchbell outbox list --state dead --loud") == {"--loud"}
    assert options("watchbell migrate-db --to postgresql://x") == set()
