"""Who wanted something done in Intercom is told that it was not."""

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
from bot.store.conversations import Conversation
from bot.store.intents import Intent


def tell(
    session: Session,
    office: Office,
    row: Conversation,
    intent: Intent,
    at: Moment,
    *,
    problem: str | None,
    mend: str | None = None,
    freed: bool = False,
) -> None:
    """A direct message, once for each intent; `problem`, `mend` and `freed` as in `OutcomeCard`."""
    by = str(intent.payload.get("by") or "")
    if not is_user_id(by):
        return
    what = kinds.NAMES.get(intent.kind, "a change").removeprefix("a ").removeprefix("an ")
    card = OutcomeCard(
        what=what,
        contact=contact_name(row),
        done=False,
        problem=problem,
        mend=mend,
        url=url(office, row.id),
        freed=freed,
    )
    key = f"outcome:{intent.key}"
    show(session, office.workspace, key=key, channel=by, content=outcome_card.render(card), at=at)
