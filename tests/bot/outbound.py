"""What teammates do to outbound messages, as Intercom's activity log has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from harness import House

from sandbox.intercom.model import ActivityLog


def changes(
    house: House,
    before: str,
    after: str,
    *,
    title: str = "Trial day 3",
    thing: int = 7,
    at: datetime | None = None,
    by: str = "8803",
) -> None:
    """A teammate pauses an outbound message, or puts it live again; Intercom's log has it."""
    message = {"id": thing, "title": title}
    _log(house, "message_state_change", {"message": message, "before": before, "after": after}, at, by)


def deletes(house: House, *, title: str = "Trial day 3", thing: int = 7, by: str = "8803") -> None:
    """A teammate deletes an outbound message."""
    _log(house, "message_deletion", {"message": {"id": thing, "title": title}}, None, by)


def _log(house: House, kind: str, metadata: dict[str, Any], at: datetime | None, by: str) -> None:
    made = house.intercom.workspace
    made.activity_logs.append(
        ActivityLog(
            id=made.new_id(),
            at=int((at or house.clock.now()).timestamp()),
            admin_id=by,
            activity_type=kind,
            metadata=metadata,
        )
    )
    made.activity_logs.sort(key=lambda log: log.at)
