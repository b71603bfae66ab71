"""Intents for Intercom: what a rep decided, to be carried out as that rep."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.clock import Moment
from bot.desk.rep import Rep
from bot.office import Office
from bot.outbox import kinds
from bot.store import intents


def say(
    session: Session,
    office: Office,
    rep: Rep,
    conversation_id: str,
    *,
    html: str,
    plain: str,
    note: bool,
    occurrence: str,
    at: Moment,
    after: timedelta = timedelta(0),
    quiet: bool = False,
    batch: dict[str, Any] | None = None,
) -> bool:
    """Reply to the customer or note, once per `occurrence`. False when that occurrence was written before.

    `quiet`: who wrote it is told only if it fails. `batch`: what it was written together with.
    """
    return _write(
        session,
        office,
        kinds.INTERCOM_NOTE if note else kinds.INTERCOM_REPLY,
        conversation_id,
        f"{'note' if note else 'reply'}:{occurrence}",
        {
            "admin_id": rep.admin_id,
            "html": html,
            "plain": plain,
            "by": rep.slack_user_id,
            "quiet": quiet,
            **({"batch": batch} if batch else {}),
        },
        at,
        after,
    )


def assign(
    session: Session, office: Office, rep: Rep, conversation_id: str, assignee_id: str | None, at: Moment
) -> bool:
    """Assign the conversation in Intercom, or to nobody."""
    return _write(
        session,
        office,
        kinds.INTERCOM_ASSIGN,
        conversation_id,
        f"assign:{conversation_id}:{assignee_id or 'nobody'}:{_stamp(at)}",
        {"admin_id": rep.admin_id, "assignee_id": assignee_id},
        at,
    )


def snooze(
    session: Session, office: Office, rep: Rep, conversation_id: str, until: datetime, at: Moment
) -> bool:
    """Snooze the conversation in Intercom until `until`."""
    return _write(
        session,
        office,
        kinds.INTERCOM_SNOOZE,
        conversation_id,
        f"snooze:{conversation_id}:{_stamp(at)}",
        {"admin_id": rep.admin_id, "until": until.isoformat()},
        at,
    )


def close(session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment) -> bool:
    """Close the conversation in Intercom."""
    return _write(
        session,
        office,
        kinds.INTERCOM_CLOSE,
        conversation_id,
        f"close:{conversation_id}:{_stamp(at)}",
        {"admin_id": rep.admin_id},
        at,
    )


def _write(
    session: Session,
    office: Office,
    kind: str,
    conversation_id: str,
    key: str,
    payload: dict[str, Any],
    at: Moment,
    after: timedelta = timedelta(0),
) -> bool:
    # One lane a conversation: what a rep does to it reaches Intercom in the order it was done.
    return intents.add(
        session,
        office.workspace,
        key=key,
        kind=kind,
        lane=f"intercom:{conversation_id}",
        subject=conversation_id,
        payload={"conversation_id": conversation_id, **payload},
        now=at.now,
        due=at.machine + after,
    )


def _stamp(at: Moment) -> str:
    return at.machine.isoformat()
