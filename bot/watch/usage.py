"""Usage data that stops coming: risk cannot be judged by it then, and nobody would see why.

Intercom tells of each account when somebody of it was last seen, and goes on telling so when whatever reports
that to it (the Messenger, Segment, the app's own server) is silent. Where many accounts were seen each week
and none is seen any more, it is that which is silent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.quiet import Source
from bot.office import Office
from bot.store import pulse
from bot.watch.rhythm import Span, without

USAGE = "usage"

SOURCE = Source(
    "No usage data has come from Intercom",
    "Usage data comes from Intercom",
    "Look whether your app still tells Intercom who uses it (Messenger, Segment or your own server). Until "
    "then usage says nothing of any account's risk.",
)


def heard(session: Session, workspace: str) -> datetime | None:
    """When any account was last seen, few as they may be; None: never."""
    beat = pulse.last_beat(session, workspace, pulse.USAGE)
    return beat.at if beat is not None else None


def silence(
    session: Session, office: Office, now: datetime, free: Iterable[Span]
) -> tuple[datetime, str] | None:
    """Since when usage data is silent, and a sentence on what would be usual; None while it is not. Days that
    are `free` (holidays) count as no silence."""
    used = pulse.used_last(session, office.workspace)
    if used is None:
        return None
    since, many = used
    if sum((end - begin for begin, end in without(since, now, free)), timedelta()) <= pulse.USAGE_PATIENCE:
        return None
    return since, f"In the week before {many} accounts were seen, and none since."
