"""What was said in a conversation behind the back of an answer that is still on its way."""

from __future__ import annotations

from sqlmodel import Session

from bot.outbox.kinds import INTERCOM_REPLY
from bot.store import intents
from bot.store.intents import Intent
from bot.store.parts import Part
from bot.store.unread import behind

OVER = "over"
"""In the payload of an answer that an operator sent once more: the newest part that was known then. Whatever
stands up to it they were told of, and sent it all the same.
"""


def said_since(session: Session, words: Intent) -> Part | None:
    """The newest message of the customer or of the team, a note aside, that the author of these words had not
    seen. What earlier answers of theirs became is their own and no news, nor is what became of a colleague's
    that they were told of and answered over.
    """
    seen = words.payload.get(OVER) or words.payload.get("seen")
    parts = behind(session, words.workspace, words.subject, seen, words.decided_at)
    said = [part for part in reversed(parts) if part.customer_message or part.public_reply]
    known = _known(session, words) if said else set()
    return next((part for part in said if part.id not in known), None)


def _known(session: Session, words: Intent) -> set[str | None]:
    answers = intents.about(session, words.workspace, words.subject, kinds=(INTERCOM_REPLY,))
    author, told = words.payload.get("admin_id"), str(words.payload.get("confirmed") or "").split()
    return {
        each.external_id
        for each in answers
        if as_confirmed(each) in told
        or ((each.id or 0) < (words.id or 0) and each.payload.get("admin_id") == author)
    }


def as_confirmed(words: Intent) -> str:
    """An answer on its way, as a window brings back that its rep was told of it."""
    return f"way:{words.id}"


def landed(session: Session, workspace: str, conversation_id: str, confirmed: str) -> set[str]:
    """Parts that answers became of which a rep was told while they were on their way."""
    told = confirmed.split()
    answers = intents.about(session, workspace, conversation_id, kinds=(INTERCOM_REPLY,))
    return {each.external_id for each in answers if each.external_id and as_confirmed(each) in told}
