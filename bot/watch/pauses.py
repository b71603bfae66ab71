"""Which outbound messages somebody paused and nobody put live again.

Intercom has no list of paused messages; the workspace's activity log is the only trace. Its lines carry a
state before and after in `metadata`, and the message's own id and title under the kind's name (`{"message":
{"id": 123, "title": "…"}, "before": "live", "after": "paused"}`). Whatever is missing or odd is taken as
unknown, never raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_KINDS = {
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
    """An outbound message that was live until `at`, when `by` changed its state. `restarted`: live again."""

    name: str
    kind: str
    at: datetime
    by: str
    restarted: bool = False


def paused(logs: Iterable[ActivityLog], *, include_restarted: bool = False) -> tuple[Pause, ...]:
    """Outbound messages whose last known state is not live, oldest pause first.

    A message paused twice in a row stands with the first pause: since then nothing went out. One that was
    deleted is left out, for nobody can put it live again. With `include_restarted`, those live again are
    listed too.
    """
    pauses: dict[tuple[str, str], Pause] = {}
    for log in sorted(logs, key=lambda line: (line.at, len(line.id), line.id)):
        kind = _KINDS.get(log.activity_type)
        if kind is None:
            continue
        identity, name = _names(log, kind)
        key = (kind, identity)
        if log.activity_type.endswith("_deletion"):
            pauses.pop(key, None)
            continue
        before, after = _states(log)
        known = pauses.get(key)
        if after in _LIVE:
            if known is not None:
                pauses[key] = Pause(known.name, kind, known.at, known.by, restarted=True)
        elif after in _NOT_LIVE and before not in _NOT_LIVE and (known is None or known.restarted):
            pauses[key] = Pause(name, kind, log.at, log.by)
    found = (pause for pause in pauses.values() if include_restarted or not pause.restarted)
    return tuple(sorted(found, key=lambda pause: (pause.at, pause.kind, pause.name)))


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
