"""How a conversation stands to the rep who answers it: closed, a colleague's, free, or their own.

Asked before an answer is taken for the first time, and before it is sent once more.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.desk.claim import holder_name
from bot.desk.rep import Rep
from bot.office import Office
from bot.store.conversations import Conversation


def standing(row: Conversation, rep: Rep) -> str:
    """What a rep should know before answering that no message tells: it is closed, or somebody has it.

    Whoever saw it and sends anyway need not be told again; of what came later they must be.
    """
    if row.state == "closed":
        return "closed"
    return f"held:{row.claimed_by}" if row.claimed_by not in (None, rep.admin_id) else ""


def in_the_way(session: Session, office: Office, row: Conversation, rep: Rep, confirmed: str) -> str | None:
    """That as half a sentence; None where nothing stands in the way, or only what was `confirmed`."""
    if standing(row, rep) in ("", confirmed):
        return None
    if row.state == "closed":
        return "this conversation was closed"
    holder = holder_name(session, office, row)
    return f"{holder} has claimed this conversation" if holder is not None else None
