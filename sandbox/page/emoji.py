"""Emoji names as Slack writes them, for those a support bot or its readers are likely to use."""

from __future__ import annotations

import re
from importlib.resources import files

from markupsafe import Markup

from sandbox.page.html import el

NAME = re.compile(r":([a-z0-9_+\-']{1,64}):(?::skin-tone-[2-6]:)?")


def _read_table() -> dict[str, str]:
    # A line of the table: every name of an emoji, then the emoji.
    table: dict[str, str] = {}
    lines = files(__package__).joinpath("emoji.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        *names, character = line.split()
        for name in names:
            table[name] = character
    return table


EMOJI = _read_table()


def picture(name: str) -> Markup | None:
    """The emoji of that name, titled with it, or None where it is not known (Slack then shows `:name:`)."""
    character = EMOJI.get(name.partition("::")[0])
    if character is None:
        return None
    return el(
        "span", character, class_="emoji", role="img", aria_label=name.replace("_", " "), title=f":{name}:"
    )
