"""Who reads, where and when: what rendering needs to know beside the blocks themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

JSON = Mapping[str, Any]


class Directory(Protocol):
    """Names of what Slack's tokens point at."""

    def user_name(self, user_id: str) -> str | None: ...

    def channel_name(self, channel_id: str) -> str | None: ...

    def usergroup_handle(self, usergroup_id: str) -> str | None: ...

    def people(self) -> Sequence[tuple[str, str]]:
        """(id, name) of everybody who can be chosen in a people select."""
        ...

    def channels(self) -> Sequence[tuple[str, str]]:
        """(id, name) of every channel the reader can choose."""
        ...

    def image_address(self, block: JSON) -> str | None:
        """A same-origin address for an image block or element, None where the page may not load it."""
        ...


@dataclass(frozen=True)
class Reader:
    """`now` is the sandbox's time, aware; `scope` prefixes element ids, for a message may be drawn twice."""

    directory: Directory
    viewer: str
    zone: ZoneInfo
    now: datetime
    surface: Literal["message", "modal", "home"] = "message"
    scope: str = "x"

    @property
    def local_now(self) -> datetime:
        return self.now.astimezone(self.zone)
