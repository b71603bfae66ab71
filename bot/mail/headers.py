"""The head of a mail as it came: names, decoded words, addresses, ids.

Read by hand, because a head that is broken must still say who wrote: the library's strict reader raises on
what some mailers send, and its lenient one forgets letters that stand there unencoded.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses

from bot.html_text import clean
from bot.mail.charsets import decoded

MOST_BYTES = 128 * 1024
MOST_ADDRESSES = 200
_LONGEST = 16_384
"""Characters of one field that are read: a list of recipients is long, a subject is not."""

_FOLD = re.compile(rb"\r?\n[ \t]+")
_END = re.compile(rb"\r?\n\r?\n")
_ID = re.compile(r"<([^<>\s]{1,250})>")
_ADDRESS = re.compile(r"[^\s@<>\"(),;:]{1,64}@[^\s@<>\"(),;:]{1,255}")


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody on a mail: the name as it was written, and the address in small letters."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class Head:
    """The fields of a mail's head, by name."""

    def __init__(self, raw: bytes) -> None:
        head = _END.split(raw[:MOST_BYTES], maxsplit=1)[0]
        self._fields: dict[str, list[str]] = {}
        for line in _FOLD.sub(b" ", head).splitlines():
            name, colon, value = line.partition(b":")
            if colon and name.strip().isascii():
                key = name.strip().decode("ascii").lower()
                self._fields.setdefault(key, []).append(decoded(value, None).strip()[:_LONGEST])

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def raw(self, name: str) -> str:
        """The first field of this name as it stands there; "" for none."""
        return next(iter(self._fields.get(name, ())), "")

    def every(self, name: str) -> tuple[str, ...]:
        """All fields of this name, the topmost first."""
        return tuple(self._fields.get(name, ()))

    def line(self, name: str) -> str:
        """The first field of this name for people: decoded, on one line."""
        return one_line(words(self.raw(name)))

    def addresses(self, *names: str) -> tuple[Address, ...]:
        """Everybody in these fields, each address once."""
        found: dict[str, Address] = {}
        fields = [value for name in names for value in self.every(name)]
        for name, address in _pairs(fields):
            if len(found) < MOST_ADDRESSES and _ADDRESS.fullmatch(address):
                found.setdefault(address.lower(), Address(one_line(words(name))[:200], address.lower()))
        return tuple(found.values())

    def ids(self, *names: str) -> tuple[str, ...]:
        """The message ids in these fields without their brackets, in order, each once."""
        return tuple(
            dict.fromkeys(each for name in names for each in _ID.findall(" ".join(self.every(name))))
        )


def words(value: str) -> str:
    """A field with its encoded words (RFC 2047) decoded; what cannot be decoded stays as it is."""
    if "=?" not in value:
        return value
    try:
        chunks = decode_header(value)
    except (HeaderParseError, ValueError, binascii.Error):
        return value
    return "".join(_chunk(raw, charset) for raw, charset in chunks) or value


def one_line(text: str) -> str:
    """A text without control characters and with single spaces."""
    return " ".join(clean(text).split())


def _chunk(raw: bytes | str, charset: str | None) -> str:
    if isinstance(raw, str):
        return raw
    # What stood between encoded words comes back in this encoding of Python's own.
    return raw.decode("raw_unicode_escape", "replace") if charset is None else decoded(raw, charset)


def _pairs(fields: Sequence[str]) -> Iterable[tuple[str, str]]:
    try:
        return getaddresses(list(fields))
    except (ValueError, IndexError, AttributeError, TypeError, RecursionError):
        # Nobody can tell whose name is whose: the addresses alone are still worth having.
        return [("", each) for each in _ADDRESS.findall(" ".join(fields))]
