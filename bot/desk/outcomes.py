"""Tell a rep what became of what they decided, where nothing else would show it."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards import outcome as outcome_card
from bot.cards.outcome import OutcomeCard
from bot.clock import Moment
from bot.office import Office
from bot.outbox import kinds
from bot.outbox.show import show
from bot.present import contact_name, url
from bot.slack.text import is_user_id
from bot.store import intents
from bot.store.conversations import get
from bot.store.intents import Intent


def after_outcome(session: Session, office: Office, intent: Intent, state: str, at: Moment) -> None:
    """A direct message when Intercom refused for good, and when a ticket was made."""
    by = str(intent.payload.get("by") or "")
    done = state == "done" and intent.kind == kinds.INTERCOM_TICKET
    if intent.kind in kinds.WORDS or not is_user_id(by) or not (done or state == "dead"):
        return
    row = get(session, office.workspace, intent.subject)
    if row is None:
        return
    what = kinds.NAMES.get(intent.kind, "a change").removeprefix("a ").removeprefix("an ")
    card = OutcomeCard(
        what="Ticket made" if done else what,
        contact=contact_name(row),
        done=done,
        problem=None if done else intents.reason(session, intent),
        url=url(office, row.id),
    )
    key = f"outcome:{intent.key}"
    show(session, office.workspace, key=key, channel=by, content=outcome_card.render(card), at=at)
