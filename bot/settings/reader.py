"""Reading a checked value out of watchbell.toml, and noting every fault with its line, its key and the mend.

A fault does not stop the reading: a stand-in value is handed on, so that one start finds all faults.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from bot.durations import FORMS, PLAIN_FORMS, Duration, human, parse, plain_seconds
from bot.errors import ConfigError
from bot.settings.locate import Path

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


def spelled(path: Path) -> str:
    """A path as people count: policies[2].warn is the second policy's."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            shown = part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"'
            text += f".{shown}" if text else shown
    return text


def shown(value: object) -> str:
    """A value as it may be quoted in a message: one printable line, not too long, never a token."""
    text = " ".join("".join(mark if mark.isprintable() else " " for mark in str(value)).split())
    if re.match(r"xox|xapp-", text):
        return "a token, which does not belong here,"
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word that was probably meant: the most alike of those that are, on a scale from 0 to 1."""
    found = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=likeness)
    return found[0] if found else None


_CITY = 'Write the IANA name of a zone by its city, such as "Europe/Berlin" or "America/New_York".'
_NO_SUMMER = ("EST", "MST", "HST")
"""Zones of this name are an hour off for half of the year, where anybody means a city's."""


def _zone_like(text: str) -> str | None:
    """The zone that was probably meant. Of three letters many zones are near, and all of them wrong."""
    names = {name.lower(): name for name in available_timezones()}
    if text.lower() in names or text.isupper():
        return names.get(text.lower())
    cities = {name.rpartition("/")[2]: zone for name, zone in sorted(names.items()) if "/" in name}
    said = text.strip().replace(" ", "_")
    city = nearest(said, cities, 0.8)
    return (
        cities[city] if city else names.get(nearest(said, (name for name in names if "/" in name), 0.7) or "")
    )


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
        self.needed: set[str] = set()

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
        self.needed.add(key)
        if key in self.data:
            return True
        self.fault(key, "is missing.", mend)
        return False

    def _value(self, key: str, kind: type | tuple[type, ...], wanted: str) -> object:
        """The value if it is of the kind, None if absent or faulted."""
        if key not in self.known:
            self.known.append(key)
        if key not in self.data:
            return None
        value = self.data[key]
        if isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool):
            return value
        self.fault(
            key, f"is {_kind(value)}, but {wanted} belongs here.", f"Write {key} = {EXAMPLES[wanted]}."
        )
        return None

    def text(self, key: str, default: str = "") -> str:
        value = self._value(key, str, "text")
        if not isinstance(value, str):
            return default
        if not value.strip():
            out = "" if key in self.needed else ", or take the line out"
            self.fault(key, "is empty.", f"Write a value between the quotes{out}.")
        return value.strip()

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._value(key, bool, "true or false")
        return value if isinstance(value, bool) else default

    def integer(self, key: str, default: int, least: int, most: int) -> int:
        value = self._value(key, int, "a whole number")
        if not isinstance(value, int):
            return default
        if least <= value <= most:
            return value
        self.fault(key, f"is {value}.", f"Write a whole number from {least} to {most}.")
        return default

    def amount(self, key: str) -> float | None:
        value = self._value(key, (int, float), "a number")
        if not isinstance(value, int | float):
            return None
        if not 0 <= value < float("inf"):
            self.fault(key, f"is {value}.", "Write a number of 0 or more.")
            return None
        return float(value)

    def texts(self, key: str, *, one_too: bool = False) -> tuple[str, ...]:
        """A list of texts; with `one_too` a single text stands for a list of one."""
        if one_too and isinstance(self.data.get(key), str):
            return (self.text(key),)
        value = self._value(key, list, "a list of texts")
        if not isinstance(value, list):
            return ()
        return tuple(text for _, text in self._elements(key, value))

    def _elements(self, key: str, value: list[object]) -> Iterator[tuple[int, str]]:
        for number, item in enumerate(value):
            if isinstance(item, str) and item.strip():
                yield number, item.strip()
            elif isinstance(item, date) and not isinstance(item, datetime):
                yield number, item.isoformat()
            else:
                problem = (
                    "is empty." if isinstance(item, str) else f"is {_kind(item)}, but text belongs here."
                )
                self.report.fault((*self.path, key, number), problem, 'Write it as text: "…".')

    def each(self, key: str, read: Callable[[str], Item], mend: str) -> list[Item]:
        """A list of texts, each read by a function that raises ValueError with a sentence."""
        value = self._value(key, list, "a list of texts")
        items = []
        for number, text in self._elements(key, value if isinstance(value, list) else []):
            try:
                items.append(read(text))
            except ValueError as error:
                self.report.fault((*self.path, key, number), str(error), mend)
        return items

    def word(self, key: str, words: type[Word], default: Word) -> Word:
        text = self.text(key)
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
        text = self.text(key)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.fault(key, str(error), FORMS)
            return None

    def seconds(self, key: str, default: int, least: int | None = None, most: int | None = None) -> int:
        """A duration of plain time, in seconds."""
        text = self.text(key)
        if not text:
            return default
        try:
            found = plain_seconds(text)
        except ValueError as error:
            self.fault(key, str(error), PLAIN_FORMS)
            return default
        if (least and found < least) or (most and found > most):
            span = f"from {human(least or 0)} to {human(most)}" if most else f"of {human(least or 0)} or more"
            self.fault(key, f"is {shown(text)}.", f"Write a time {span}.")
            return default
        return found

    def clock_time(self, key: str, default: time) -> time:
        text = self.text(key)
        found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text, re.ASCII)
        if found:
            return time(int(found[1]), int(found[2]))
        if text:
            self.fault(key, f"{shown(text)} is not a time of day.", "Write it like 08:30.")
        return default

    def zone(self, key: str, default: str) -> str:
        text = self.text(key)
        if not text:
            return default
        if text in _NO_SUMMER:
            self.fault(key, f"{shown(text)} has no summer time.", _CITY)
            return default
        try:
            return ZoneInfo(text).key
        except (KeyError, ValueError, OSError):
            meant = _zone_like(text)
            mend = f'Did you mean "{meant}"?' if meant else _CITY
            self.fault(key, f"{shown(text)} is not a time zone.", mend)
            return default

    def dates(self, key: str) -> tuple[date, ...]:
        return tuple(sorted(set(self.each(key, read_date, "Write dates as YYYY-MM-DD."))))

    def table(self, key: str) -> Table:
        """A table inside this one; an empty one stands in for a missing one."""
        value = self._value(key, dict, "a table")
        return Table(self.report, (*self.path, key), value if isinstance(value, dict) else {})

    def tables(self, key: str) -> list[Table]:
        """The [[key]] tables."""
        value = self._value(key, list, "a list of tables")
        if not isinstance(value, list):
            return []
        found = []
        for number, item in enumerate(value):
            if isinstance(item, dict):
                found.append(Table(self.report, (*self.path, key, number), item))
            else:
                path = (*self.path, key, number)
                self.report.fault(path, f"is {_kind(item)}, but a table belongs here.", f"Write [[{key}]].")
        return found


EXAMPLES = {
    "text": '"…"',
    "true or false": "true or false",
    "a whole number": "5",
    "a number": "1000",
    "a list of texts": '["…", "…"]',
    "a table": "{ … }",
    "a list of tables": "[ … ]",
}


def read_date(text: str) -> date:
    """Read YYYY-MM-DD. Raises ValueError with a sentence."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"{shown(text)} is not a date.")


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
