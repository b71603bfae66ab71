"""An empty word on the command line, as of a variable that is not set, is told as such; nothing is done."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from command_line import watchbell

from bot.cli import main

WHOM = "Write an Intercom contact id or an e-mail address."
WHICH = "Write the id or the key of one; `watchbell outbox list` names them."


@pytest.mark.parametrize("word", ["", " \t"], ids=["empty", "blank"])
@pytest.mark.parametrize(
    ("words", "name", "mend"),
    [
        (("erase", "--yes", "--contact"), "--contact", WHOM),
        (("export", "--contact"), "--contact", WHOM),
        (("outbox", "show"), "ID|KEY", WHICH),
        (("outbox", "retry"), "ID|KEY", WHICH),
        (("outbox", "drop", "--yes"), "ID|KEY", WHICH),
        (("policies", "hours", "--name"), "--name", "Write a schedule's name or id, or leave it out."),
        (("migrate-db", "--to"), "--to", "Write postgresql://user@host/name."),
        (("run", "--host"), "--host", "Write an address of this machine, or leave it out."),
    ],
    ids=lambda words: " ".join(words[:2]) if isinstance(words, tuple) else "",
)
async def test_it_is_refused(tmp_path: Path, words: tuple[str, ...], name: str, mend: str, word: str) -> None:
    told = await watchbell(f"sqlite:///{tmp_path}/bot.db", *words, word)
    assert (told.code, told.out) == (2, "")
    assert told.err == f"watchbell: {name} is empty. Nothing was done. {mend}\n"


def test_no_option_that_takes_words_is_left_out() -> None:
    """Paths, dates, numbers and choices refuse an empty word by themselves."""
    kinds = (click.Path, click.DateTime, click.IntRange, click.Choice, click.types.BoolParamType)

    def lax(group: click.Group, before: tuple[str, ...] = ()) -> list[str]:
        found = []
        for name, command in group.commands.items():
            if isinstance(command, click.Group):
                found += lax(command, (*before, name))
                continue
            found += [
                " ".join((*before, name, str(each.name)))
                for each in command.params
                if not isinstance(each.type, kinds) and each.callback is None
            ]
        return found

    assert lax(main) == ["replay since"], "its value is a length of time, which says so itself"
