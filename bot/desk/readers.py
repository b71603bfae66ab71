"""Who reads a conversation besides the person whose it is: Intercom sends an answer to all of them."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards import readers as readers_card
from bot.cards.readers import ERASED, UNKNOWN, Also, digest
from bot.cards.writing import Conflict
from bot.office import Office
from bot.present import contact_name
from bot.store import accounts
from bot.store.conversations import Conversation


def also_reading(session: Session, office: Office, row: Conversation) -> tuple[Also, ...]:
    """Everybody else in it, each once: somebody whom Intercom merged into another one is that one."""
    if not row.other_contacts:
        return ()
    people = accounts.get_contacts(session, office.workspace, [each for each in row.other_contacts if each])
    at = {each.account_id for each in people.values() if each.account_id}
    names = accounts.get_names(session, office.workspace, at)
    found: list[Also] = []
    for contact_id in row.other_contacts:
        person = people.get(contact_id)
        if person is None:
            found.append(Also(contact_id, UNKNOWN if contact_id else ERASED, "account not known"))
        elif person.id != row.contact_id and all(each.id != person.id for each in found):
            elsewhere = person.account_id != row.account_id
            of = names.get(person.account_id or "", "no account") if elsewhere else None
            found.append(Also(person.id, person.name or person.email or UNKNOWN, of))
    return tuple(found)


def changed(session: Session, office: Office, row: Conversation, shown: str) -> Conflict | None:
    """Who reads it by now, where a window (which keeps the `digest`) did not say so."""
    also = also_reading(session, office, row)
    if digest(also) == shown:
        return None
    return Conflict(
        f"Who reads this has changed: now it is {readers_card.briefly(contact_name(row), also, 60)}."
    )
