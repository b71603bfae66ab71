"""What every operator command stands on: the database's address, a console, a question with a yes or no."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

from bot.settings.secrets import load_config_path, load_database_url

CLI = "cli"
"""The source under which the audit log keeps what was done on the command line."""


def database_url() -> str:
    """DATABASE_URL from the environment or .env; no token is needed. Raises ConfigError."""
    return load_database_url(os.environ, Path(".env"))


def config_path() -> Path:
    """The watchbell.toml that is in force, named by WATCHBELL_CONFIG as for the bot. Raises ConfigError."""
    return load_config_path(os.environ, Path(".env"))


def operator() -> str:
    """Who is at the command line, for the audit log: the name of the machine's user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container the user may have a number only.
        return f"uid {os.getuid()}"


def say(words: str, style: str = "") -> None:
    """A sentence on standard output; nothing in it is markup, and it is never wrapped."""
    Console().print(words, style=style, highlight=False, markup=False, emoji=False, soft_wrap=True)


def refuse(words: str) -> NoReturn:
    """Nothing could be done, and this is why, a line a reason: on standard error, exit code 2."""
    console = Console(stderr=True)
    for line in words.splitlines():
        console.print(
            f"watchbell: {line}", style="red", highlight=False, markup=False, emoji=False, soft_wrap=True
        )
    raise click.exceptions.Exit(2)


def filled(mend: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """For an option or argument of which an empty one means nothing: often it is a variable that is not set.
    `mend` says what to write.
    """

    def look(context: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
        if given is not None and not given.strip():
            option = isinstance(parameter, click.Option)
            name = parameter.opts[0] if option else parameter.make_metavar(context)
            refuse(f"{name} is empty. Nothing was done. {mend}")
        return given

    return look


def agreed(question: str, *, yes: bool) -> bool:
    """Whether to go on: `yes` is the answer of scripts. Nobody there to answer is a no."""
    try:
        return yes or click.confirm(question, default=False)
    except click.Abort:
        click.echo()
        return False
