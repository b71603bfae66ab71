"""What the tables hold of the conversations that facts are about, in a few questions for all of them.

A page of a sweep has 150 conversations; asking for each of them, its people and its parts by itself takes
several times as long as everything else that is done with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col

from bot.intercom.facts import ConversationFacts
from bot.outbox.kinds import INTERCOM_ASSIGN, INTERCOM_REPLY
from bot.store import accounts, conversations, dismissals, intents
from bot.store.accounts import Contact
from bot.store.conversations import Conversation
from bot.store.insert import add_all
from bot.store.intents import Act
from bot.store.parts import Part, part_texts

_ASSIGNING = (INTERCOM_ASSIGN, INTERCOM_REPLY)
"""A reply to a conversation that nobody has assigns as well."""

PartKey = tuple[str, str]
"""Conversation and part."""


@dataclass
class Known:
    """Rows by id, as they were before and with what is added on the way. Parts by their texts only.

    `contacts` has who was merged into another one under their old id too. `acts`: what reps of ours did that
    assigns, oldest first. `deleted`: accounts that Intercom has no more. `replaced`: people who are known and
    took another one's place in a conversation. `settled`: until when what waited needs no answer, a rep says.
    Parts that are new or say something else now are written by `write_parts`, which takes those away that are
    dropped.
    """

    workspace: str
    conversations: dict[str, Conversation]
    contacts: dict[str, Contact]
    acts: dict[str, list[Act]]
    texts: dict[PartKey, str]
    deleted: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    settled: dict[str, datetime] = field(default_factory=dict)
    _new: dict[PartKey, dict[str, Any]] = field(default_factory=dict)
    _edited: dict[PartKey, str] = field(default_factory=dict)
    _dropped: set[PartKey] = field(default_factory=set)

    def now(self, contact_id: str | None) -> str | None:
        """Who somebody is by now: Intercom may have merged them into another one."""
        row = self.contacts.get(contact_id or "")
        return contact_id if row is None else row.merged_into or row.id

    def waits(self, facts: ConversationFacts) -> datetime | None:
        """Since when somebody waits there, apart from what a rep said needs no answer."""
        since, until = facts.waiting_since, self.settled.get(facts.id)
        if since is None or until is None or since > until:
            return since
        later = [each.created_at for each in facts.all_parts if each.is_customer_message]
        return min((when for when in later if when > until), default=None)

    def add_part(self, values: dict[str, Any]) -> None:
        key = (values["conversation_id"], values["id"])
        self._new[key] = {"workspace": self.workspace, **values}
        self.texts[key] = values["text"]

    def edit_part(self, key: PartKey, text: str) -> None:
        self.texts[key] = text
        if key in self._new:
            self._new[key]["text"] = text
        else:
            self._edited[key] = text

    def drop_part(self, key: PartKey) -> None:
        """Leave out a part that the conversation itself does not have."""
        self._new.pop(key, None)
        self._dropped.add(key)

    def write_parts(self, session: Session) -> None:
        """Plain rows in one statement: nobody here goes on working with them as objects."""
        if self._new:
            add_all(session, Part, list(self._new.values()))
        for conversation_id, part_id in self._dropped:
            session.execute(
                delete(Part).where(
                    col(Part.workspace) == self.workspace,
                    col(Part.conversation_id) == conversation_id,
                    col(Part.id) == part_id,
                )
            )
        for (conversation_id, part_id), text in self._edited.items():
            session.execute(
                update(Part)
                .where(
                    col(Part.workspace) == self.workspace,
                    col(Part.conversation_id) == conversation_id,
                    col(Part.id) == part_id,
                )
                .values(text=text)
            )


def known(session: Session, workspace: str, several: Sequence[ConversationFacts]) -> Known:
    """What is known of these conversations, their openers and the parts that are told now."""
    ids = list(dict.fromkeys(facts.id for facts in several))
    rows = conversations.get_many(session, workspace, ids)
    people = {row.contact_id for row in rows.values() if row.contact_id}
    people |= {each for row in rows.values() for each in row.other_contacts}
    people |= {each for facts in several for each in facts.contact_ids}
    contacts = accounts.get_contacts(session, workspace, sorted(people))
    told = list(dict.fromkeys(part.id for facts in several for part in facts.all_parts))
    return Known(
        workspace,
        rows,
        contacts | {row.id: row for row in contacts.values()},
        intents.acts_about(session, workspace, ids, kinds=_ASSIGNING),
        part_texts(session, workspace, ids, told),
        accounts.deleted_among(
            session, workspace, {facts.company_id for facts in several if facts.company_id}
        ),
        settled=dismissals.settled_until(session, workspace, _waiting_anew(rows, several)),
    )


def _waiting_anew(rows: dict[str, Conversation], several: Sequence[ConversationFacts]) -> set[str]:
    """Those told to wait, and not as they wait already: of the others a rep's word changes nothing."""
    return {
        facts.id
        for facts in several
        if facts.waiting_since is not None
        and facts.id in rows
        and rows[facts.id].waiting_since != facts.waiting_since
    }
