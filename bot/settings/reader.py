"""Reading a checked value out of watchbell.toml, and noting every fault with its line, its key and the mend.

A fault does not stop the reading: a stand-in value is handed on, so that one start finds all faults.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.durations import FORMS, PLAIN_FORMS, Duration, human, parse, plain_seconds
from bot.errors import ConfigError
from bot.settings import examples
from bot.settings.locate import Path
from bot.settings.values import (
    CITY,
    NO_SUMMER,
    header_of,
    nearest,
    one_bracket,
    read_date,
    read_time,
    shown,
    spelled,
    zone_like,
)

Word = TypeVar("Word", bound=StrEnum)
Item = TypeVar("Item")

CHANNEL = re.compile(r"#[^\s#A-Z.,]{1,80}|[CG][A-Z0-9]{6,20}")
PERSON = re.compile(r"[^\s@<>]+@[^\s@<>]+|[UW][A-Z0-9]{6,20}")
GROUP = re.compile(r"@[a-z0-9][a-z0-9._-]{0,80}|S[A-Z0-9]{6,20}")
"""How watchbell.toml names a channel, a person and a user group of Slack."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of the file. `line` is None where a whole section is missing."""

    line: int | None
    key: str
    problem: str
    mend: str

    def sentence(self, file: str) -> str:
        """The fault with its place and its mend."""
        return f"{self.where(file)}: {self.problem} {self.mend}"

    def where(self, file: str) -> str:
        place = f"{file} line {self.line}" if self.line else file
        return f"{place}, {self.key}" if self.key else place


class FaultyFile(ConfigError):
    """The file cannot be used. The message is its first fault; `problems` has all, in order of line."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        # What is missing has no line, and is often only what a slip in another line took away.
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or sys.maxsize))
        first = self.problems[0]
        super().__init__(first.where(file), first.problem, first.mend)


class Report:
    """The faults found so far, and the lines to name them by."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self.lines = lines
        self.problems: list[Problem] = []

    def fault(self, path: Path, problem: str, mend: str) -> None:
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        self.problems.append(Problem(self.lines.get(known), spelled(path), problem, mend))


HALF_AN_HOUR = 1800


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "a table"
        case datetime() | date() | time():
            return "a date or time"
        case _:
            return "something else"


class Table:
    """One table of the file. Every key that is read is known; `done` faults the rest."""

    def __init__(self, report: Report, path: Path, data: Mapping[str, object]) -> None:
        self.report = report
        self.path = path
        self.data = data
        self.known: list[str] = []
        self.needed: dict[str, str] = {}

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def fault(self, key: str | None, problem: str, mend: str) -> None:
        self.report.fault((*self.path, key) if key else self.path, problem, mend)

    def done(self) -> None:
        """Fault every key that nobody asked for."""
        for key in self.data:
            if key not in self.known:
                meant = nearest(key, self.known)
                mend = (
                    f'Did you mean "{meant}"?' if meant else f"Known here: {', '.join(sorted(self.known))}."
                )
                self.fault(key, "is not a setting.", mend)

    def need(self, key: str, mend: str) -> bool:
        """Whether a required key is there; a fault that shows how to write it if not."""
        if key not in self.known:
            self.known.append(key)
        self.needed[key] = mend
        if key in self.data:
            return True
        self.fault(key, "is missing.", mend)
        return False

    def _value(
        self, key: str, kind: type | tuple[type, ...], wanted: str, example: str | None = None
    ) -> object:
        """The value if it is of the kind, None if absent or faulted. `example`: one that fits here best."""
        if key not in self.known:
            self.known.append(key)
        if key not in self.data:
            return None
        value = self.data[key]
        if isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool):
            return value
        self.fault(key, f"is {_kind(value)}, but {wanted} belongs here.", self._mend(key, wanted, example))
        return None

    def _mend(self, key: str, wanted: str, example: str | None) -> str:
        if key in self.needed:
            return self.needed[key]
        example = example or examples.example(key, wanted)
        if example is None:
            header = f"[{header_of(self.path, key)}]"
            header = f"[{header}]" if wanted == examples.TABLES else header
            return f"Write {header} on a line of its own, and its settings below."
        return f"Write {spelled((key,))} = {example}."

    def text(self, key: str, default: str = "", *, example: str | None = None) -> str:
        value = self._value(key, str, examples.TEXT, example or (f'"{default}"' if default else None))
        if not isinstance(value, str):
            return default
        if not value.strip():
            out = "" if key in self.needed else ", or take the line out"
            self.fault(key, "is empty.", f"Write a value between the quotes{out}.")
        return value.strip()

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._value(key, bool, examples.TRUTH)
        return value if isinstance(value, bool) else default

    def integer(self, key: str, default: int, least: int, most: int) -> int:
        value = self._value(key, int, examples.WHOLE)
        if not isinstance(value, int):
            return default
        if least <= value <= most:
            return value
        self.fault(key, f"is {value}.", f"Write a whole number from {least} to {most}.")
        return default

    def amount(self, key: str) -> float | None:
        value = self._value(key, (int, float), examples.NUMBER)
        if not isinstance(value, int | float):
            return None
        if not 0 <= value < float("inf"):
            self.fault(key, f"is {value}.", "Write a number of 0 or more, such as 1000.")
            return None
        return float(value)

    def texts(self, key: str, *, one_too: bool = False) -> tuple[str, ...]:
        """A list of texts; with `one_too` a single text stands for a list of one."""
        if one_too and isinstance(self.data.get(key), str):
            return (self.text(key),)
        value = self._value(key, list, examples.LIST)
        if not isinstance(value, list):
            return ()
        return tuple(text for _, text in self._elements(key, value))

    def _elements(self, key: str, value: list[object], mend: str | None = None) -> Iterator[tuple[int, str]]:
        for number, item in enumerate(value):
            if isinstance(item, str) and item.strip():
                yield number, item.strip()
            elif isinstance(item, date) and not isinstance(item, datetime):
                yield number, item.isoformat()
            else:
                problem = (
                    "is empty." if isinstance(item, str) else f"is {_kind(item)}, but text belongs here."
                )
                mend = mend or f"Write it as text, such as {examples.one_of(key)}."
                self.report.fault((*self.path, key, number), problem, mend)

    def each(self, key: str, read: Callable[[str], Item], mend: str) -> list[Item]:
        """A list of texts, each read by a function that raises ValueError with a sentence."""
        value = self._value(key, list, examples.LIST)
        items = []
        for number, text in self._elements(key, value if isinstance(value, list) else [], mend):
            try:
                items.append(read(text))
            except ValueError as error:
                self.report.fault((*self.path, key, number), str(error), mend)
        return items

    def word(self, key: str, words: type[Word], default: Word) -> Word:
        text = self.text(key, example=f'"{default.value}"')
        if not text:
            return default
        return self.known_word((*self.path, key), text, words) or default

    def known_word(self, path: Path, text: str, words: type[Word]) -> Word | None:
        try:
            return words(text.lower())
        except ValueError:
            self.unknown(path, text, [word.value for word in words])
            return None

    def unknown(self, path: Path, text: str, words: Iterable[str]) -> None:
        """Fault a word that is none of a fixed few."""
        words = list(words)
        meant = nearest(text, words)
        mend = f'Did you mean "{meant}"?' if meant else f"Write {_or(words)}."
        self.report.fault(path, f"{shown(text)} is not known here.", mend)

    def unknown_name(self, key: str, name: str, known: Sequence[str], kind: str) -> None:
        """Fault a name that nothing of this kind in the file bears."""
        meant = nearest(name, known)
        mend = f'Did you mean "{meant}"?' if meant else f"There is {', '.join(known) or 'none yet'}."
        self.fault(key, f"{shown(name)} is not {kind} of this file.", mend)

    def duration(self, key: str) -> Duration | None:
        text = self.text(key, example='"30m"')
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.fault(key, str(error), FORMS)
            return None

    def seconds(self, key: str, default: int, least: int | None = None, most: int | None = None) -> int:
        """A duration of plain time, in seconds."""
        usual = examples.written(default or max(least or 0, HALF_AN_HOUR))
        text = self.text(key, example=usual)
        if not text:
            return default
        try:
            found = plain_seconds(text)
        except ValueError as error:
            self.fault(key, str(error), PLAIN_FORMS)
            return default
        if (least and found < least) or (most and found > most):
            span = f"from {human(least or 0)} to {human(most)}" if most else f"of {human(least or 0)} or more"
            self.fault(key, f"is {shown(text)}.", f"Write a time {span}, such as {usual}.")
            return default
        return found

    def clock_time(self, key: str, default: time) -> time:
        usual = f'"{default:%H:%M}"'
        text = self.text(key, example=usual)
        if not text:
            return default
        try:
            return read_time(text)
        except ValueError as error:
            self.fault(key, str(error), f"Write {key} = {usual}.")
            return default

    def zone(self, key: str, default: str) -> str:
        text = self.text(key, example='"Europe/Berlin"')
        if not text:
            return default
        if text in NO_SUMMER:
            self.fault(key, f"{shown(text)} has no summer time.", CITY)
            return default
        try:
            return ZoneInfo(text).key
        except (KeyError, ValueError, OSError):
            meant = zone_like(text)
            mend = f'Did you mean "{meant}"?' if meant else CITY
            self.fault(key, f"{shown(text)} is not a time zone.", mend)
            return default

    def dates(self, key: str) -> tuple[date, ...]:
        return tuple(
            sorted(set(self.each(key, read_date, 'Write dates as YYYY-MM-DD, such as "2026-12-24".')))
        )

    def table(self, key: str) -> Table:
        """A table inside this one; an empty one stands in for a missing one."""
        value = self.data.get(key)
        if isinstance(value, list) and any(isinstance(each, dict) for each in value):
            self.known.append(key)
            problem = "is written as one of several."
            self.fault(key, problem, f"Write [{header_of(self.path, key)}] with one bracket, once.")
        else:
            value = self._value(key, dict, examples.TABLE)
        return Table(self.report, (*self.path, key), value if isinstance(value, dict) else {})

    def tables(self, key: str) -> list[Table]:
        """The [[key]] tables."""
        header = header_of(self.path, key)
        if isinstance(self.data.get(key), dict):
            self.known.append(key)
            self.fault(key, *one_bracket(header))
            return []
        value = self._value(key, list, examples.TABLES)
        if not isinstance(value, list):
            return []
        found, mend = [], f"Write [[{header}]] on a line of its own, and its settings below."
        for number, item in enumerate(value):
            if isinstance(item, dict):
                found.append(Table(self.report, (*self.path, key, number), item))
            else:
                path = (*self.path, key, number)
                self.report.fault(path, f"is {_kind(item)}, but a table belongs here.", mend)
        return found


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
