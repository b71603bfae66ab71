"""The escalation patterns, by language and kind; `bot.risk.cues` knows how to read them.

One alternative a line. Fragments in capitals stand for groups of words. A line that starts with "?" also
counts in a how-to question, one with "!" also after a negation (it holds its own). Gaps (`~`) are at most
five words of the same sentence, so that a pattern costs linear time. A backslash at the end joins two lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from bot.risk.cue_english import ENGLISH, FRAGMENTS
from bot.risk.cue_languages import GERMAN, SPANISH

CueKind = Literal[
    "leaving", "cancel", "competitor", "export", "payment", "manager", "legal", "public", "repeat", "outage",
    "deadline", "security", "data loss", "anger",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CuePattern:
    """One alternative. `asking`: counts in a how-to question; `negated`: counts after a negation."""

    kind: CueKind
    language: str
    words: re.Pattern[str]
    asking: bool
    negated: bool


_CONTINUED = re.compile(r"\\\n\s*")


@cache
def patterns() -> tuple[CuePattern, ...]:
    """Every pattern, compiled once."""
    return tuple(
        _pattern(kind, language, line)
        for language, table in (("en", ENGLISH), ("de", GERMAN), ("es", SPANISH))
        for kind, lines in table.items()
        for line in map(str.strip, _CONTINUED.sub("", lines).strip().splitlines())
        if line
    )


def _pattern(kind: str, language: str, line: str) -> CuePattern:
    given = line[: len(line) - len(line.lstrip("?!"))]
    words = line[len(given) :].replace("~", r"(?:[\w'-]+[ ,;:]{1,2}){0,5}?")
    for _ in range(2):
        for name, fragment in FRAGMENTS.items():
            named = re.compile(rf"(?<![A-Za-z]){name}(?![A-Za-z])")
            words = fragment.join(named.split(words))
    compiled = re.compile(rf"(?<![\w'])(?:{words})(?![\w])", re.IGNORECASE)
    return CuePattern(cast("CueKind", kind), language, compiled, "?" in given, "!" in given)
