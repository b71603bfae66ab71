"""What the last audit against Intercom found, as the window and the command line show it."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.comparisons import PAGE, ComparisonsCard, Differs
from bot.clock import Moment
from bot.office import Office
from bot.present import contact_name, url
from bot.store import comparisons, conversations


def card(session: Session, office: Office, at: Moment, offset: int = 0) -> ComparisonsCard:
    """Counts, and a page of what differs."""
    counts = comparisons.counts(session, office.workspace)
    rows = comparisons.that_differ(session, office.workspace, offset=offset, limit=PAGE)
    known = conversations.get_many(session, office.workspace, [row.conversation_id for row in rows])
    return ComparisonsCard(
        now=at.now,
        zone=office.zone,
        compared_at=comparisons.last_compared(session, office.workspace),
        agree=counts.get("agrees", 0),
        explained=counts.get("explained", 0),
        unexplained=counts.get("unexplained", 0),
        not_comparable=counts.get("not comparable", 0),
        differs=tuple(
            Differs(
                conversation_id=row.conversation_id,
                contact=contact_name(known[row.conversation_id]) if row.conversation_id in known else "",
                what=row.what,
                ours=row.ours,
                theirs=row.theirs,
                cause=row.cause,
                url=url(office, row.conversation_id),
            )
            for row in rows
        ),
        offset=offset,
    )
