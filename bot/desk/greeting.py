"""How an answer begins when it is written once for several people. Pure."""

from __future__ import annotations

import re

from bot.slack.text import one_line

_NAME = re.compile(r"(?:[^\W\d_]|['’.-])+")
_TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "mx", "herr", "frau"})


def first_name(name: str | None) -> str | None:
    """What a person is called; None where the name is an address, a number or nothing that can be said."""
    told = one_line(name or "")
    if not told or "@" in told or told.startswith("("):
        return None
    if "," in told:
        # "Reyes, Dana"
        told = told.partition(",")[2].strip() or told
    for word in told.split():
        if word.rstrip(".").lower() in _TITLES:
            continue
        return word.rstrip(".") if _NAME.fullmatch(word) and len(word.rstrip(".")) > 1 else None
    return None


def greeting(name: str | None) -> str:
    """`Hi Dana,`, or `Hello,` for somebody whose first name is not known."""
    called = first_name(name)
    return f"Hi {called}," if called else "Hello,"
