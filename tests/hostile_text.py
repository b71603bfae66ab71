"""Texts that somebody writes to make a pattern slow, made out of the pattern itself.

For each repeat in a pattern there is a beginning that leads up to it, and what it repeats. Told many times
over, with something behind it that fits nothing, every way of reading it is tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as codes
from re import _parser as parser
from types import ModuleType
from typing import Any

_SAMPLES = {
    codes.CATEGORY_WORD: "aA",
    codes.CATEGORY_NOT_WORD: "- ",
    codes.CATEGORY_SPACE: " \n",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_DIGIT: "1",
    codes.CATEGORY_NOT_DIGIT: "a",
}
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_ALTERNATIVES = 6


def patterns_of(module: ModuleType) -> list[re.Pattern[str]]:
    """The patterns that a module has compiled for texts."""
    found = [each for each in vars(module).values() if isinstance(each, re.Pattern)]
    return [each for each in found if isinstance(each.pattern, str)]


def attacks(pattern: re.Pattern[str]) -> set[tuple[str, str]]:
    """Beginnings, and what is to be repeated behind each."""
    return set(_attacks(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE), ""))


def text_of(beginning: str, piece: str, length: int) -> str:
    return beginning + piece * ((length - len(beginning)) // len(piece)) + "#"


def _attacks(parsed: Any, beginning: str) -> Iterator[tuple[str, str]]:
    for code, value in parsed:
        if code in _REPEATS:
            _, most, inner = value
            if most > 1:
                pieces = {_example(inner, which) for which in range(_ALTERNATIVES)}
                yield from ((beginning, piece) for piece in pieces if piece)
            yield from _attacks(inner, beginning)
        elif code is codes.BRANCH:
            for each in value[1]:
                yield from _attacks(each, beginning)
        elif code is codes.SUBPATTERN:
            yield from _attacks(value[3], beginning)
        elif code is codes.ATOMIC_GROUP:
            yield from _attacks(value, beginning)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _attacks(value[1], beginning)
        beginning += _part(code, value, 0)


def _example(parsed: Any, which: int) -> str:
    """Something that fits; `which` of its alternatives is taken."""
    return "".join(_part(code, value, which) for code, value in parsed)


def _part(code: Any, value: Any, which: int) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.NOT_LITERAL:
        return "b" if value == ord("a") else "a"
    if code is codes.ANY:
        return "a"
    if code is codes.IN:
        fitting = _fitting(value)
        return fitting[which % len(fitting)]
    if code is codes.BRANCH:
        return _example(value[1][which % len(value[1])], which)
    if code is codes.SUBPATTERN:
        return _example(value[3], which)
    if code is codes.ATOMIC_GROUP:
        return _example(value, which)
    if code in _REPEATS:
        least, _, inner = value
        return _example(inner, which) * least
    return ""


def _fitting(members: Any) -> str:
    """Characters of a class."""
    told = ""
    for code, value in members:
        if code is codes.LITERAL:
            told += chr(value)
        elif code is codes.RANGE:
            told += chr(value[0])
        elif code is codes.CATEGORY:
            told += _SAMPLES[value]
    if members[0][0] is codes.NEGATE:
        return "".join(each for each in "a 1-" if each not in told) or "a"
    return told
