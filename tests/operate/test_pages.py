"""The pages name every command of the command line, and none that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
from shared_files import ROOT

from bot.cli import main

README = (ROOT / "README.md").read_text(encoding="utf-8")
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")


def commands(group: click.Group, before: str = "watchbell") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
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


def test_what_the_pages_have_people_type_exists() -> None:
    typed = re.findall(r"(?<![/\w.-])watchbell ((?:outbox |policies )?[a-z-]+[^`\n|]*)", RUNNING)
    found = [f"watchbell {each}" for each in typed if each.split()[0] in main.commands]
    assert len(found) >= 10
    assert {line: unknown for line in found if (unknown := options(line))} == {}


def test_control_an_option_that_does_not_exist_would_be_found() -> None:
    assert options("watchbell outbox list --state dead --loud") == {"--loud"}
    assert options("watchbell migrate-db --to postgresql://x") == set()
