"""Tell a rep what became of what they decided, where nothing else would show it."""

from __future__ import annotations

from sqlmodel import Session

from bot import undone
from bot.cards import outcome as outcome_card
from bot.cards.outcome import OutcomeCard
from bot.clock import Moment
from bot.desk import handover
from bot.intercom.errors import MENDED
from bot.office import Office
from bot.outbox import kinds
from bot.outbox.show import show
from bot.present import contact_name, url
from bot.slack.text import is_user_id
from bot.store import audit, holds, intents, rechecks
from bot.store.conversations import Conversation, get, move_claim
from bot.store.intents import Intent


def after_outcome(session: Session, office: Office, intent: Intent, state: str, at: Moment) -> None:
    """A direct message when it was refused for good or overtaken, and when a ticket was made; and to whoever
    holds what a colleague closed, snoozed or gave to a team.

    A claim of which Intercom could not be told ends: there it is nobody's.
    """
    if intent.kind in kinds.WORDS or state not in ("done", "dead", "dropped"):
        return
    row = get(session, office.workspace, intent.subject)
    if row is None:
        return
    if state != "done":
        _undone(session, office, row, intent, state, at)
    elif intent.kind == kinds.INTERCOM_TICKET:
        _ticket_made(session, office, row, intent, at)
    else:
        handover.tell_holder(session, office, row, intent, at)


def _undone(
    session: Session, office: Office, row: Conversation, intent: Intent, state: str, at: Moment
) -> None:
    assigning = intent.kind == kinds.INTERCOM_ASSIGN
    if assigning and _overtaken(session, row, intent):
        return
    freed = assigning and _free(session, row, intent, at)
    mend = "Read it, then do it again." if state == "dropped" else None
    problem = intents.reason(session, intent)
    if problem in MENDED:
        mend = ""
    undone.tell(session, office, row, intent, at, problem=problem, mend=mend, freed=freed)


def _ticket_made(session: Session, office: Office, row: Conversation, intent: Intent, at: Moment) -> None:
    by = str(intent.payload.get("by") or "")
    if not is_user_id(by):
        return
    card = OutcomeCard(what="Ticket made", contact=contact_name(row), done=True, url=url(office, row.id))
    key = f"outcome:{intent.key}"
    show(session, office.workspace, key=key, channel=by, content=outcome_card.render(card), at=at)


def _overtaken(session: Session, row: Conversation, intent: Intent) -> bool:
    """Whether somebody else has it by now, it was assigned once more, or Intercom says the same already."""
    holder = intent.payload.get("assignee_id")
    if row.claimed_by != holder or row.admin_assignee_id == holder:
        return True
    every = intents.about(session, row.workspace, row.id, kinds=(kinds.INTERCOM_ASSIGN,))
    later = [each for each in every if (each.id or 0) > (intent.id or 0)]
    return any(each.state in (*intents.OPEN, "done") for each in later)


def _free(session: Session, row: Conversation, intent: Intent, at: Moment) -> bool:
    holder = intent.payload.get("assignee_id")
    if holder is None:
        return False
    if not move_claim(session, row.workspace, row.id, held_by=holder, to=None, now=at.now):
        return False
    holds.end(session, row.workspace, row.id)
    rechecks.ask_about(session, row, now=at.machine)
    audit.record(
        session,
        row.workspace,
        at=at.now,
        slack_user_id="watchbell",
        admin_id=holder,
        action="free_claim",
        source="intercom",
        outcome="done",
        conversation_id=row.id,
        detail=f"of {holder}, as Intercom was not told",
    )
    return True
