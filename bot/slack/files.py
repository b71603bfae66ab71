"""Files that a person put into a window: what may be sent on, and how its bytes are fetched.

The bot's token goes to Slack's own file hosts only, and follows no redirect: an address that a payload names
is not trusted for coming in one. For a wrong token Slack answers with a page to sign in and status 200, so
what comes back is compared with what was announced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.durations import transfer
from bot.slack.text import plain

MOST = 10
"""Files that Intercom takes with one reply."""
LARGEST = 10_000_000
"""Bytes of one file."""
LARGEST_TOGETHER = 20_000_000

_HOSTS = frozenset({"files.slack.com"})
_REFUSED = frozenset(
    {"app", "bat", "cmd", "com", "cpl", "dll", "dmg", "exe", "hta", "htm", "html", "jar", "js", "jse", "lnk"}
    | {"msi", "ps1", "reg", "scr", "sh", "svg", "vb", "vbs", "wsf", "xhtml"}
)
"""Endings of files that run or that open as a page: mail systems drop them, and so would the reply."""
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file of Slack's; `size` in bytes as Slack announced it."""

    id: str
    name: str
    content_type: str
    size: int
    url: str

    def stored(self) -> dict[str, Any]:
        """As an intent keeps it."""
        return {
            "id": self.id,
            "name": self.name,
            "content_type": self.content_type,
            "size": self.size,
            "url": self.url,
        }


class FileRefused(Exception):
    """It cannot be sent on; `str()` is a sentence for people."""


class FileNotRead(Exception):
    """Slack did not hand it over now; it may later. `str()` is a sentence for people."""


def chosen(state: Mapping[str, Any]) -> tuple[ChosenFile, ...]:
    """The files in a file input's state."""
    listed = state.get("files")
    files = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, Sequence) else []
    return tuple(
        ChosenFile(
            id=str(each.get("id") or ""),
            name=plain(str(each.get("name") or "file"), 200),
            content_type=str(each.get("mimetype") or "application/octet-stream")[:200],
            size=each["size"] if isinstance(each.get("size"), int) else 0,
            url=str(each.get("url_private_download") or each.get("url_private") or ""),
        )
        for each in files
    )


def trouble(files: Sequence[ChosenFile]) -> str | None:
    """Why these cannot be sent on, a sentence; None when they can."""
    if len(files) > MOST:
        return f"Intercom takes at most {MOST} files at once; these are {len(files)}."
    for file in files:
        ending = file.name.rpartition(".")[2].lower() if "." in file.name else ""
        name = plain(file.name, 60)
        if ending in _REFUSED or file.content_type.startswith("text/html"):
            return f"{name} is of a kind that is not sent to customers. Remove it, or put it into a zip."
        if file.size > LARGEST:
            return f"{name} has {_megabytes(file.size)}, the limit is {_megabytes(LARGEST)}. Remove it."
        if file.size <= 0:
            return f"{name} is empty. Remove it."
    together = sum(file.size for file in files)
    if together > LARGEST_TOGETHER:
        return f"Together they have {_megabytes(together)}, the limit is {_megabytes(LARGEST_TOGETHER)}."
    return None


class SlackFiles:
    """Fetches files with the bot's token."""

    def __init__(self, session: aiohttp.ClientSession, token: str, api_url: str, timeout: float) -> None:
        self._session = session
        self._token = token
        self._own = urlsplit(api_url)
        self._timeout = timeout

    async def fetch(self, file: ChosenFile) -> bytes:
        """The bytes of a file. Raises FileRefused or FileNotRead."""
        name = plain(file.name, 60)
        if not self._is_slacks(file.url):
            raise FileRefused(f"{name} is not at Slack's own address.")
        headers = {"Authorization": f"Bearer {self._token}"}
        timeout = aiohttp.ClientTimeout(total=transfer(self._timeout, file.size))
        try:
            async with self._session.get(
                file.url, headers=headers, allow_redirects=False, timeout=timeout
            ) as answer:
                if answer.status == 429 or answer.status >= 500:
                    raise FileNotRead(f"Slack did not hand over {name}.")
                if answer.status != 200 or answer.content_type == "text/html":
                    raise FileRefused(f"Slack has no {name} for Watchbell: deleted, or files:read lacks.")
                read = bytearray()
                async for piece in answer.content.iter_chunked(_PIECE):
                    read += piece
                    if len(read) > LARGEST:
                        raise FileRefused(f"{name} is larger than {_megabytes(LARGEST)}.")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FileNotRead(f"Slack did not hand over {name}.") from error
        if len(read) != file.size:
            raise FileNotRead(f"{name} did not arrive whole from Slack.")
        return bytes(read)

    def _is_slacks(self, url: str) -> bool:
        try:
            asked = urlsplit(url)
            port = asked.port
        except ValueError:
            return False
        if asked.username is not None or asked.password is not None:
            return False
        if asked.scheme == "https" and asked.hostname in _HOSTS and port in (None, 443):
            return True
        # A local Slack keeps its files beside its API; the real API's host has none.
        local = self._own.hostname in ("127.0.0.1", "localhost", "::1")
        return local and (asked.scheme, asked.netloc) == (self._own.scheme, self._own.netloc)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".removesuffix(".0") + " MB"
