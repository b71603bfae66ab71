"""Which outbound messages somebody paused and nobody put live again.

Intercom has no list of paused messages; the workspace's activity log is the only trace. Its lines carry a
state before and after in `metadata`, and the message's own id and title under the kind's name (`{"message":
{"id": 123, "title": "…"}, "before": "live", "after": "paused"}`). Whatever is missing or odd is taken as
unknown, never raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

KINDS = {
    "message_state_change": "message",
    "campaign_state_change": "campaign",
    "series_status_change": "series",
    "message_deletion": "message",
    "campaign_deletion": "campaign",
    "series_deletion": "series",
}
_STATES = re.compile(r"\bfrom\s+[\"“]?(\w+)[\"”]?\s+to\s+[\"“]?(\w+)", re.IGNORECASE)
_LIVE = frozenset({"live", "active", "running", "on", "started", "published", "sending", "enabled"})
_NOT_LIVE = frozenset(
    {"paused", "stopped", "draft", "off", "inactive", "disabled", "ended", "unpublished", "archived"}
)


@dataclass(frozen=True, slots=True)
class ActivityLog:
    """One line of the workspace's activity log. `by` is the performer's name, mail or id; `at` is aware
    UTC."""

    id: str
    at: datetime
    activity_type: str
    by: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """An outbound message that was live until `at`, when `by` changed its state; `id` names it in its kind.

    `ended_at` is when `ended_by` put it live again or, with `deleted`, deleted it; None while it is paused.
    `log_id` is the line of the log that tells of the pause.
    """

    name: str
    kind: str
    at: datetime
    by: str
    id: str = ""
    log_id: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    deleted: bool = False


def every_pause(logs: Iterable[ActivityLog]) -> tuple[Pause, ...]:
    """Every time that an outbound message was paused, over or not, the oldest first.

    A message paused twice in a row stands with the first pause: since then nothing went out.
    """
    lasting: dict[tuple[str, str], Pause] = {}
    over: list[Pause] = []
    for log in sorted(logs, key=lambda line: (line.at, len(line.id), line.id)):
        kind = KINDS.get(log.activity_type)
        if kind is None:
            continue
        identity, name = _names(log, kind)
        key = (kind, identity)
        deleted = log.activity_type.endswith("_deletion")
        before, after = _states(log)
        if deleted or after in _LIVE:
            known = lasting.pop(key, None)
            if known is not None:
                over.append(replace(known, ended_at=log.at, ended_by=log.by, deleted=deleted))
        elif after in _NOT_LIVE and before not in _NOT_LIVE and key not in lasting:
            lasting[key] = Pause(name, kind, log.at, log.by, identity, log.id)
    return tuple(sorted((*over, *lasting.values()), key=lambda pause: (pause.at, pause.kind, pause.name)))


def _names(log: ActivityLog, kind: str) -> tuple[str, str]:
    """The thing's id and its name; one stands in for the other when it is missing."""
    thing = log.metadata.get(kind)
    if not isinstance(thing, Mapping):
        thing = log.metadata
    identity, name = thing.get("id"), thing.get("title") or thing.get("name")
    shown = (
        str(name) if name else f"{kind} {identity}" if identity is not None else f"a {kind} without a name"
    )
    return (str(identity) if identity is not None else shown), shown


def _states(log: ActivityLog) -> tuple[str, str]:
    before, after = log.metadata.get("before"), log.metadata.get("after")
    if not isinstance(after, str) and (match := _STATES.search(log.description[:500])):
        before, after = match.group(1), match.group(2)
    return str(before or "").strip().casefold(), str(after or "").strip().casefold()
