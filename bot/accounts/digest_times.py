"""Since when each time of a digest stands in watchbell.toml.

Edited, renamed or added, a digest comes from its next time on: what it tells was told a moment ago, or nobody
asked for it then. A bot that was down at a time which stood there before makes up for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from bot.office import Office
from bot.settings.model import Digest
from bot.store import pulse, slots

JOB = "digest"

_MARK = "digests.since"
_ALWAYS = ""
"""In place of an instant: it stood there before that was noted."""


def is_noted(session: Session, office: Office) -> bool:
    """Whether it is known since when each of the office's times stands there."""
    known = _known(session, office)
    return known is not None and set(known) == set(_times(office))


def note(session: Session, office: Office, now: datetime) -> None:
    """Times that are new stand there since now (aware); those that are gone do no longer."""
    known = _known(session, office)
    new = now.isoformat()
    if known is None:
        # Digests that came while nobody noted this are not new.
        known, new = {}, _ALWAYS if slots.any_taken(session, office.workspace, JOB) else new
    kept = {each: known.get(each, new) for each in _times(office)}
    pulse.set_mark(session, office.workspace, _MARK, json.dumps(kept))


def stood(session: Session, office: Office, digest: Digest, begins: datetime) -> bool:
    """Whether the time at which an occurrence `begins` (in the digest's zone) stood there by then."""
    since = (_known(session, office) or {}).get(_name(digest, begins.weekday(), f"{begins:%H:%M}"), _ALWAYS)
    return since == _ALWAYS or datetime.fromisoformat(since).timestamp() <= begins.timestamp()


def _known(session: Session, office: Office) -> dict[str, str] | None:
    mark = pulse.get_mark(session, office.workspace, _MARK)
    if mark is None:
        return None
    found: dict[str, str] = json.loads(mark)
    return found


def _times(office: Office) -> Iterator[str]:
    for digest, _ in office.digests:
        for weekday in digest.weekdays:
            for at in digest.at:
                yield _name(digest, weekday, f"{at:%H:%M}")


def _name(digest: Digest, weekday: int, at: str) -> str:
    return f"{digest.name} {digest.zone} {weekday} {at}"
