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
_NOT_LIVE = frozenset({"paused", "stopped", "draft", "off", "inactive", "disabled", "unpublished"})
_OVER = frozenset({"archived", "ended"})
"""Nobody means to go on with it: that is no pause."""


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

    `ended_at` is when `ended_by` put it live again; None while it is paused. Where it will not go on any more
    `gone` says why: "deleted", "archived" or "ended"; of what was live until then both instants are the same.
    `log_id` is the line of the log that tells of the pause, `end_id` that which tells of its end.
    """

    name: str
    kind: str
    at: datetime
    by: str
    id: str = ""
    log_id: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    gone: str = ""
    end_id: str = ""


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
        before, after = _states(log)
        deleted, stopped = log.activity_type.endswith("_deletion"), before in _NOT_LIVE | _OVER
        gone = "deleted" if deleted else after if after in _OVER else ""
        pause = Pause(name, kind, log.at, log.by, identity, log.id)
        if gone or after in _LIVE:
            known = lasting.pop(key, None if stopped or after not in _OVER else pause)
            if known is not None:
                over.append(replace(known, ended_at=log.at, ended_by=log.by, gone=gone, end_id=log.id))
        elif after in _NOT_LIVE and not stopped and key not in lasting:
            lasting[key] = pause
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
