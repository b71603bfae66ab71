"""Outbound messages that somebody paused: told when it is seen, each once, until they are live again.

A pause counts until the activity log says that it is over, however old it is; the lines that tell of open
ones are kept for that, and of those that are over as long as what is usual is learned from their weeks
(`bot/watch/retention.py`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards import paused as card
from bot.cards.paused import FirstPausesCard, PausedCard
from bot.cards.values import Silent
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import show, withdraw
from bot.store import pulse, reps, rhythms
from bot.store.posts import get_post
from bot.watch.pauses import KINDS, ActivityLog, Pause, every_pause

_FIRST = "pauses:first"
_ID = re.compile(r"\w{1,64}", re.ASCII)


def pauses(session: Session, workspace: str) -> tuple[Pause, ...]:
    """Every pause that is known, over or not."""
    return every_pause(
        ActivityLog(
            id=entry.id,
            at=entry.at,
            activity_type=entry.kind,
            by=entry.by or "somebody",
            metadata=entry.detail,
            description=entry.description or "",
        )
        for entry in pulse.activity_of(session, workspace, KINDS)
    )


def silent(session: Session, office: Office) -> tuple[Silent, ...]:
    """What is paused now, as cards show it, the latest first, with what each message usually sent a day."""
    return _lasting(session, office, pauses(session, office.workspace))


def _lasting(session: Session, office: Office, known: Sequence[Pause]) -> tuple[Silent, ...]:
    # A card has room for a few: what somebody has just paused is what nobody has seen yet.
    return tuple(_shown(session, office, each) for each in reversed(known) if each.ended_at is None)


def told_by(session: Session, workspace: str, since: datetime) -> frozenset[str]:
    """The lines of the log by which pauses are known that last, or ended since then."""
    known = pauses(session, workspace)
    kept = (pause for pause in known if pause.ended_at is None or pause.ended_at >= since)
    return frozenset(line for pause in kept for line in (pause.log_id, pause.end_id) if line)


def tell(session: Session, office: Office, at: Moment) -> None:
    """Show each pause in the alerts channel; what was paused before the first look, in one message."""
    workspace = office.workspace
    mark = pulse.get_mark(session, workspace, pulse.PAUSES_TOLD)
    if mark is None:
        mark = at.now.isoformat()
        pulse.set_mark(session, workspace, pulse.PAUSES_TOLD, mark)
    begun, known = datetime.fromisoformat(mark), pauses(session, workspace)
    _tell_first(session, office, [each for each in known if each.at <= begun], at)
    for pause in known:
        if pause.at > begun:
            _tell_one(session, office, pause, at)


def _tell_one(session: Session, office: Office, pause: Pause, at: Moment) -> None:
    key = _key(pause)
    if pause.ended_at is not None:
        post = get_post(session, office.workspace, key)
        # One that was over before anybody could be told is told to nobody.
        if post is None or post.state == "gone" or withdraw(session, office.workspace, key):
            return
    content = card.render(
        PausedCard(
            _shown(session, office, pause),
            pause.kind,
            at.now,
            office.zone,
            ended_at=pause.ended_at,
            ended_by=_name(session, office, pause.ended_by) if pause.ended_by else None,
            gone=pause.gone,
        )
    )
    show(session, office.workspace, key=key, channel=office.channels.alerts, content=content, at=at)


def _tell_first(session: Session, office: Office, known: list[Pause], at: Moment) -> None:
    lasting = _lasting(session, office, known)
    post = get_post(session, office.workspace, _FIRST)
    if post is None and not lasting:
        return
    if post is not None and not lasting and withdraw(session, office.workspace, _FIRST):
        return
    content = card.render_first(FirstPausesCard(lasting, at.now, office.zone))
    show(session, office.workspace, key=_FIRST, channel=office.channels.alerts, content=content, at=at)


def _key(pause: Pause) -> str:
    # What has no id is known by its name, which is anybody's words.
    named = pause.id if _ID.fullmatch(pause.id) else hashlib.sha256(pause.id.encode()).hexdigest()[:16]
    return f"pause:{pause.kind}:{named}:{pause.at:%Y%m%dT%H%M%S}"


def _shown(session: Session, office: Office, pause: Pause) -> Silent:
    sent = rhythms.sent_by(session, office.workspace, pause.name, before=pause.at)
    span = max(timedelta(days=1), pause.at - min(sent, default=pause.at))
    return Silent(
        name=pause.name,
        last_sent=max(sent, default=None),
        usual_a_day=len(sent) / (span / timedelta(days=1)) if sent else None,
        paused_at=pause.at,
        paused_by=_name(session, office, pause.by),
    )


def _name(session: Session, office: Office, admin_id: str) -> str:
    """The performer's name; the log itself names ids and addresses only."""
    admin = reps.get_admin(session, office.workspace, admin_id)
    return admin.name if admin is not None else admin_id
