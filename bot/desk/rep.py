"""Who is acting: a Slack person with the Intercom seat they were linked to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from bot.clock import Moment
from bot.errors import NotAllowed
from bot.office import Office
from bot.store import audit, reps

NOT_LINKED = (
    "You can read here, not act: your Slack account is not linked to an Intercom seat yet. "
    "Type `/watchbell link`, or ask your lead to link you."
)
SEAT_GONE = (
    "You can read here, not act: Intercom no longer has your seat. "
    "Once you have one again, type `/watchbell link`."
)


@dataclass(frozen=True, slots=True)
class Rep:
    """A linked person. `source` says where they act from: slash, button, modal, shortcut, home. `away`: as
    Intercom said last.
    """

    slack_user_id: str
    admin_id: str
    name: str
    source: str
    away: bool = False


def rep_for(session: Session, office: Office, slack_user_id: str, source: str) -> Rep:
    """The rep this person acts as. Raises NotAllowed when they are not linked to a seat that is there."""
    seat = reps.seat_of(session, office.workspace, slack_user_id)
    if seat is None:
        raise NotAllowed(_why_not(session, office, slack_user_id))
    return Rep(slack_user_id, seat.admin_id, seat.name, source, seat.away)


def why_not(session: Session, office: Office, slack_user_id: str) -> str | None:
    """Why this person cannot act, as a sentence for them; None where they can."""
    if reps.seat_of(session, office.workspace, slack_user_id) is not None:
        return None
    return _why_not(session, office, slack_user_id)


def _why_not(session: Session, office: Office, slack_user_id: str) -> str:
    was = reps.ever_linked(session, office.workspace, slack_user_id)
    return NOT_LINKED if was is None else SEAT_GONE


def note_down(
    session: Session,
    office: Office,
    rep: Rep,
    action: str,
    outcome: str,
    at: Moment,
    *,
    conversation_id: str | None = None,
    detail: str | None = None,
) -> None:
    """Write an action into the audit log. `detail` holds no customer text."""
    audit.record(
        session,
        office.workspace,
        at=at.now,
        slack_user_id=rep.slack_user_id,
        admin_id=rep.admin_id,
        action=action,
        source=rep.source,
        outcome=outcome,
        conversation_id=conversation_id,
        detail=detail,
    )
