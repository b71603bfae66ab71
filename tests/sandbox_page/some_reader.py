"""A reader for tests of the renderer: Maya in Berlin, on the Monday at 08:25."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.page.reader import Reader


class Names:
    def user_name(self, user_id: str) -> str | None:
        return {"U1": "Maya Lindqvist", "U2": "Jonas Weber"}.get(user_id)

    def channel_name(self, channel_id: str) -> str | None:
        return {"C1": "support-alerts"}.get(channel_id)

    def usergroup_handle(self, usergroup_id: str) -> str | None:
        return {"S1": "support"}.get(usergroup_id)

    def people(self) -> Sequence[tuple[str, str]]:
        return [("U1", "Maya Lindqvist"), ("U2", "Jonas <b>Weber</b>")]

    def channels(self) -> Sequence[tuple[str, str]]:
        return [("C1", "support-alerts")]

    def image_address(self, block: Mapping[str, Any]) -> str | None:
        return "/page/files/F1" if block.get("slack_file") else None


def reader() -> Reader:
    return Reader(Names(), "U1", ZoneInfo("Europe/Berlin"), datetime(2026, 11, 23, 7, 25, tzinfo=UTC))
