"""Who a customer's person is: everything by which the tables know them, found by one id or address."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, or_, true
from sqlmodel import Session, col, func, select

from bot.store import conversations, merged_contacts, outside, reps
from bot.store.accounts import Contact
from bot.store.conversations import Conversation
from bot.store.parts import Part
from bot.store.pulse import Heartbeat
from bot.store.rows import like

_SHORTEST_NAME = 3
"""Shorter names are words of too many sentences to look for."""

_NO_MATCH = r"(?!)"

_MOST_FORMS = 60
"""More words than this are not asked for one by one: reading everything is quicker."""


@dataclass(frozen=True)
class Person:
    """Somebody among the customers, as the tables know them.

    `contact_ids` are more than one where one address wrote as lead and as user, or where Intercom merged
    several into one. `conversations` are theirs; in those `elsewhere`, which are other people's, they took
    part, be it as readers. Of the names, `shared` are those that a teammate or another customer bears too.
    `as_teammate` are those of the teammate that they are themselves: what stands under these was done as one,
    and is not theirs to erase.
    """

    workspace: str
    contact_ids: tuple[str, ...]
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    as_teammate: tuple[str, ...] = ()

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """What tells them in a text: ids, addresses and names."""
        theirs = (name for name in self.names if name not in self.as_teammate)
        names = (name for name in theirs if len(name) >= _SHORTEST_NAME)
        return tuple(dict.fromkeys((*self.contact_ids, *self.emails, *names)))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words = _any_of(mark for mark in self.marks if mark not in self._perhaps)
        numbers = _numbers(self.conversations)
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)|{numbers}", re.IGNORECASE)

    @cached_property
    def _perhaps(self) -> tuple[str, ...]:
        """Names that may mean others, or nobody: shared ones, and those of one word, as Bill, Mark, Test."""
        others = {*self.contact_ids, *self.emails}
        names = (mark for mark in self.marks if mark not in others)
        return tuple(name for name in names if name in self.shared or len(name.split()) < 2)

    @cached_property
    def _perhaps_them(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{_any_of(self._perhaps)})(?!\w)")

    @cached_property
    def _account(self) -> re.Pattern[str]:
        return re.compile(_numbers(self.accounts))

    def is_in(self, text: str | None) -> bool:
        """Whether a text, or a value written as JSON, tells of them.

        A name that may mean others does only beside one of their accounts, and as it is written.
        """
        return self._is_told(text) or (self.is_in_own(text) and self._account.search(text or "") is not None)

    def is_in_own(self, text: str | None) -> bool:
        """The same of a piece of something that is known to be about them, or their account."""
        return self._is_told(text) or (bool(text) and self._perhaps_them.search(text or "") is not None)

    def telling(self, whole: str) -> Callable[[str | None], bool]:
        """How to tell whether a piece of something is about them, by the `whole` of it."""
        near = self._is_told(whole) or self._account.search(whole) is not None
        return self.is_in_own if near else self._is_told

    def _is_told(self, text: str | None) -> bool:
        return bool(text) and self._pattern.search(text or "") is not None

    def may_be_in(self, column: Any) -> ColumnElement[bool]:
        """A coarse question for the database; `is_in` answers it exactly."""
        forms = {form for mark in self.marks for form in _spelled(mark)} | set(self.conversations)
        if len(forms) > _MOST_FORMS:
            return true()
        text = cast(column, Text)
        found: ColumnElement[bool] = or_(*(text.ilike(like(form), escape="\\") for form in sorted(forms)))
        return found


def _spelled(mark: str) -> set[str]:
    """A word as it stands in plain text, in Slack's markup and in JSON."""
    escaped = mark.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {form for each in (mark, escaped) for form in (each, json.dumps(each)[1:-1])}


def _any_of(marks: Iterable[str]) -> str:
    spelled = {form for mark in marks for form in _spelled(mark)}
    return "|".join(sorted((re.escape(form) for form in spelled), key=len, reverse=True)) or _NO_MATCH


def _numbers(ids: Iterable[str]) -> str:
    """A number as it stands in addresses, on buttons, in names of ours, and in quotes in Intercom's words."""
    return rf"[\"/:](?:{'|'.join(re.escape(each) for each in ids) or _NO_MATCH})(?!\w)"


def workspaces(session: Session) -> list[str]:
    """The workspaces that this database holds anything of."""
    found = {*session.exec(select(Conversation.workspace).distinct())}
    found |= {*session.exec(select(Contact.workspace).distinct())}
    found |= {*session.exec(select(Heartbeat.workspace).distinct())}
    return sorted(found)


def is_ours(session: Session, workspace: str, address: str) -> bool:
    """Whether an address is a teammate's, or that of the mailbox which is read: no customer's."""
    return reps.admin_by_email(session, workspace, address) is not None or outside.is_mailbox(
        session, workspace, address
    )


def find(session: Session, workspace: str, who: str) -> Person | None:
    """The person with this Intercom contact id or e-mail address; None if nothing of them is stored."""
    who = who.strip()
    found = _gather(session, workspace, _contact_ids(session, workspace, who), {who} if "@" in who else set())
    if found is not None and "@" in who:
        return replace(found, emails=_told((*found.emails, who)))
    return found


def again(session: Session, person: Person) -> Person:
    """The same person as they stand now: more can have come in since they were found."""
    now = _gather(session, person.workspace, set(person.contact_ids), set(person.emails))
    if now is None:
        return person
    return replace(
        now,
        names=_told((*now.names, *person.names)),
        emails=_told((*now.emails, *person.emails)),
        conversations=_told((*now.conversations, *person.conversations)),
        elsewhere=_told((*now.elsewhere, *person.elsewhere)),
        accounts=_told((*now.accounts, *person.accounts)),
        shared=_told((*now.shared, *person.shared)),
        as_teammate=_told((*now.as_teammate, *person.as_teammate)),
    )


def _gather(session: Session, workspace: str, known_by: set[str], addresses: set[str]) -> Person | None:
    # Whoever was merged into them, or they into, is the same person.
    ids = merged_contacts.identities(session, workspace, known_by)
    rows = list(session.exec(select(Contact).where(Contact.workspace == workspace, col(Contact.id).in_(ids))))
    theirs = list(
        session.exec(
            select(Conversation).where(
                Conversation.workspace == workspace, col(Conversation.contact_id).in_(ids)
            )
        )
    )
    said = list(
        session.execute(
            select(Part.conversation_id, Part.author_name)
            .where(Part.workspace == workspace, col(Part.author_id).in_(ids), Part.author_type == "contact")
            .distinct()
        )
    )
    known = {row.email for row in rows if row.email}
    # A teammate who tried the Messenger is a contact too, and writes to customers from the same address.
    ours = {each for each in known | addresses if is_ours(session, workspace, each)}
    beside = outside.of_person(session, workspace, ids, (known | addresses) - ours)
    read = {row.id for row in conversations.read_by(session, workspace, ids)}
    if not (rows or theirs or said or beside or read):
        return None
    called = {row.name for row in rows} | {row.contact_name for row in theirs} | {name for _, name in said}
    called |= {row.author_name for row in beside if row.author_kind == "customer"}
    called.discard(outside.SOMEBODY)
    emails = {row.email for row in rows} | {name for name in called if name and "@" in name}
    names = {name for name in called if name and "@" not in name}
    teammates = _of_teammates(session, workspace, names)
    accounts = {row.account_id for several in (rows, theirs, beside) for row in several}
    mine = {row.id for row in theirs}
    return Person(
        workspace=workspace,
        contact_ids=tuple(sorted(ids)),
        names=_told(names),
        emails=_told(emails - ours),
        conversations=tuple(sorted(mine)),
        elsewhere=tuple(sorted(({conversation_id for conversation_id, _ in said} | read) - mine)),
        accounts=_told(accounts),
        shared=_told(teammates | _of_others(session, workspace, names, ids)),
        as_teammate=_told(teammates if ours else ()),
    )


def _of_teammates(session: Session, workspace: str, names: Collection[str]) -> set[str]:
    """Those of a person's names that a teammate bears, or one whose seat is gone."""
    borne = {admin.name.casefold() for admin in reps.all_admins(session, workspace)}
    return {name for name in names if name.casefold() in borne}


def _of_others(session: Session, workspace: str, names: Collection[str], ids: Collection[str]) -> set[str]:
    """Those of a person's names that another customer bears."""
    small = func.lower(col(Contact.name)).in_([name.lower() for name in names])
    query = select(Contact.name).where(
        Contact.workspace == workspace,
        col(Contact.id).not_in(ids),
        # SQLite knows small letters of ASCII only.
        or_(col(Contact.name).in_(names), small),
    )
    borne = {name.casefold() for name in session.exec(query.distinct()) if name}
    return {name for name in names if name.casefold() in borne}


def _told(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _contact_ids(session: Session, workspace: str, who: str) -> set[str]:
    if "@" not in who:
        return {who}
    wanted = who.lower()
    ids = set(
        session.exec(
            select(Contact.id).where(Contact.workspace == workspace, func.lower(col(Contact.email)) == wanted)
        )
    )
    # Somebody whose contact was never fetched is known by what stood on their messages.
    authors = session.exec(
        select(Part.author_id).where(
            Part.workspace == workspace,
            Part.author_type == "contact",
            func.lower(col(Part.author_name)) == wanted,
        )
    )
    return ids | {each for each in authors if each}


def mentioned_in(session: Session, person: Person) -> list[str]:
    """Other people's conversations in which somebody wrote of them. These are not theirs to erase."""
    if not person.marks:
        return []
    bare = replace(person, conversations=())
    query = (
        select(Part.conversation_id, Part.text, Conversation.account_id)
        .join(
            Conversation,
            (col(Conversation.workspace) == Part.workspace) & (col(Conversation.id) == Part.conversation_id),
        )
        .where(
            Part.workspace == person.workspace,
            col(Part.conversation_id).not_in(person.conversations),
            bare.may_be_in(Part.text),
        )
    )
    return sorted(
        {found for found, text, account in session.execute(query) if bare.telling(f":{account}")(text)}
    )
