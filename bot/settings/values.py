"""Single values of watchbell.toml: how they are read, quoted in a fault, and told from what was meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import date, time
from zoneinfo import available_timezones

from bot.settings.locate import Path


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


def header_of(path: Path, key: str) -> str:
    """A table's name between its brackets."""
    return spelled(tuple(part for part in (*path, key) if isinstance(part, str)))


def one_bracket(header: str) -> tuple[str, str]:
    """What is wrong with [routes], and the mend."""
    return "is written as the only one.", f"Write [[{header}]] with two brackets, for each of them."


def read_time(text: str) -> time:
    """Read HH:MM. Raises ValueError with a sentence."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip(), re.ASCII)
    if not found:
        raise ValueError(f"{shown(text)} is not a time of day.")
    return time(int(found[1]), int(found[2]))


def read_date(text: str) -> date:
    """Read YYYY-MM-DD. Raises ValueError with a sentence."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"{shown(text)} is not a date.")


CITY = 'Write the IANA name of a zone by its city, such as "Europe/Berlin" or "America/New_York".'
NO_SUMMER = ("EST", "MST", "HST")
"""Zones of this name are an hour off for half of the year, where anybody means a city's."""


def zone_like(text: str) -> str | None:
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
