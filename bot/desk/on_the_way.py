"""Answers of colleagues that the customer has not got yet: no conversation shows them, and whoever answers
there meanwhile should know of them.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.values import Said
from bot.cards.writing import Conflict
from bot.desk.rep import Rep
from bot.desk.standing import standing
from bot.outbox.kinds import INTERCOM_REPLY
from bot.outbox.overtaken import as_confirmed
from bot.store import intents, reps
from bot.store.conversations import Conversation
from bot.store.intents import Intent
from bot.store.unread import behind


def on_the_way(session: Session, row: Conversation, rep: Rep, confirmed: str = "") -> list[Conflict]:
    """Each with its words, the newest first, but those that were `confirmed` before."""
    before = confirmed.split()
    found = [each for each in _by_others(session, row, rep) if as_confirmed(each) not in before]
    return [_told(session, each) for each in reversed(found)]


def seen(session: Session, row: Conversation, rep: Rep) -> str:
    """How a conversation stands to a rep (`bot/desk/standing.py`) and what is on its way there, as a window
    brings it back that has shown both.
    """
    return " ".join(
        each
        for each in (standing(row, rep), *(as_confirmed(each) for each in _by_others(session, row, rep)))
        if each
    )


def _by_others(session: Session, row: Conversation, rep: Rep) -> list[Intent]:
    return [
        each
        for each in intents.about(session, row.workspace, row.id, kinds=(INTERCOM_REPLY,))
        if each.payload.get("admin_id") != rep.admin_id and _may_still_come(session, each)
    ]


def _may_still_come(session: Session, words: Intent) -> bool:
    if words.state != "unconfirmed":
        return words.state in intents.OPEN
    # Whatever was said after it, nobody waits any more for what it says.
    since = behind(session, words.workspace, words.subject, None, words.decided_at)
    return not any(part.customer_message or part.public_reply for part in since)


def _told(session: Session, words: Intent) -> Conflict:
    admin = reps.get_admin(session, words.workspace, words.payload.get("admin_id"))
    name = admin.name if admin is not None else "A colleague"
    plain = str(words.payload.get("plain") or "")
    how = "is on its way"
    if words.state == "unconfirmed":
        how = "may be there already: Intercom did not confirm it"
    said = Said(name, plain, words.decided_at, "rep") if plain else None
    return Conflict(f"{name}'s answer {how}.", said)
