"""A customer's person: where they are in the tables, and taking them out of them.

Every function that writes does a small piece, so that erasing somebody who wrote for years holds up nobody
who works meanwhile. What was posted about them to Slack is `bot/outbox/removal.py`'s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, or_, true
from sqlmodel import Session, SQLModel, col, func, select

from bot.store import audit, merged_contacts, outside, rechecks
from bot.store.accounts import Contact
from bot.store.audit import AuditEntry
from bot.store.clocks import Alert, SlaClock, alerts_of, of_burst
from bot.store.comparisons import Comparison
from bot.store.conversations import Conversation, Part
from bot.store.crossings import Crossing
from bot.store.intents import Intent
from bot.store.pulse import ActivityEntry, Heartbeat
from bot.store.receipts import Receipt
from bot.store.rechecks import Recheck
from bot.store.risk import RiskSnapshot
from bot.store.rows import row_of
from bot.store.threads import AccountThread, Correction, Issue

ERASED = "(erased)"
_STARTS = "intercom.start"
_SHORTEST_NAME = 3
"""Shorter names are words of too many sentences to look for."""

_MOST_FORMS = 60
"""More words than this are not asked for one by one: reading everything is quicker."""


@dataclass(frozen=True)
class Person:
    """Somebody among the customers, as the tables know them.

    `contact_ids` are more than one where one address wrote as lead and as user, or where Intercom merged
    several into one. `conversations` are theirs;
    in those `elsewhere`, which are other people's, they took part.
    """

    workspace: str
    contact_ids: tuple[str, ...]
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """What tells them in a text: ids, addresses and names."""
        names = (name for name in self.names if len(name) >= _SHORTEST_NAME)
        return tuple(dict.fromkeys((*self.contact_ids, *self.emails, *names)))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        spelled = {form for mark in self.marks for form in _spelled(mark)}
        words = "|".join(sorted((re.escape(form) for form in spelled), key=len, reverse=True))
        # A conversation's number stands in addresses, on buttons, and in quotes in what Intercom tells.
        numbers = "|".join(re.escape(each) for each in self.conversations) or r"(?!)"
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)|[\"/:](?:{numbers})(?!\w)", re.IGNORECASE)

    def is_in(self, text: str | None) -> bool:
        """Whether a text, or a value written as JSON, tells of them."""
        return bool(text) and self._pattern.search(text or "") is not None

    def may_be_in(self, column: Any) -> ColumnElement[bool]:
        """A coarse question for the database; `is_in` answers it exactly."""
        forms = {form for mark in self.marks for form in _spelled(mark)} | set(self.conversations)
        if len(forms) > _MOST_FORMS:
            return true()
        text = cast(column, Text)
        found: ColumnElement[bool] = or_(*(text.ilike(_like(form), escape="\\") for form in sorted(forms)))
        return found


def _spelled(mark: str) -> set[str]:
    """A word as it stands in plain text, in Slack's markup and in JSON."""
    escaped = mark.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {form for each in (mark, escaped) for form in (each, json.dumps(each)[1:-1])}


def _like(form: str) -> str:
    return "%" + form.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"


def workspaces(session: Session) -> list[str]:
    """The workspaces that this database holds anything of."""
    found = {*session.exec(select(Conversation.workspace).distinct())}
    found |= {*session.exec(select(Contact.workspace).distinct())}
    found |= {*session.exec(select(Heartbeat.workspace).distinct())}
    return sorted(found)


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
    beside = outside.of_person(session, workspace, ids, known | addresses)
    if not (rows or theirs or said or beside):
        return None
    names = {row.name for row in rows} | {row.contact_name for row in theirs} | {name for _, name in said}
    names |= {row.author_name for row in beside if row.author_kind == "customer"}
    emails = {row.email for row in rows} | {name for name in names if name and "@" in name}
    accounts = {row.account_id for several in (rows, theirs, beside) for row in several}
    mine = {row.id for row in theirs}
    return Person(
        workspace=workspace,
        contact_ids=tuple(sorted(ids)),
        names=_told(name for name in names if name and "@" not in name),
        emails=_told(emails),
        conversations=tuple(sorted(mine)),
        elsewhere=tuple(sorted({conversation_id for conversation_id, _ in said} - mine)),
        accounts=_told(accounts),
    )


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


def erase_conversation(session: Session, workspace: str, conversation_id: str, machine: datetime) -> int:
    """Take a conversation out, with everything that hangs on it; the number of messages it had.

    Its account is to be judged anew. What was posted about it must be gone before: this forgets where it is.
    """
    row = row_of(session, Conversation, workspace, conversation_id)
    if row is not None and row.account_id is not None:
        rechecks.ask(session, workspace, rechecks.ACCOUNT, row.account_id, now=machine)
    for alert in alerts_of(session, workspace, conversation_id):
        if alert.burst is not None:
            for other in of_burst(session, workspace, alert.burst):
                _judge_anew(session, workspace, other.conversation_id, machine)
    messages = session.exec(
        select(func.count())
        .select_from(Part)
        .where(Part.workspace == workspace, Part.conversation_id == conversation_id)
    ).one()
    for table, column in (
        (Part, col(Part.conversation_id)),
        (SlaClock, col(SlaClock.conversation_id)),
        (Alert, col(Alert.conversation_id)),
        (Crossing, col(Crossing.conversation_id)),
        (Comparison, col(Comparison.conversation_id)),
        (Correction, col(Correction.a)),
        (Correction, col(Correction.b)),
        (Conversation, col(Conversation.id)),
    ):
        _delete(session, table, workspace, column == conversation_id)
    _delete(
        session,
        Recheck,
        workspace,
        (col(Recheck.kind) == rechecks.CONVERSATION) & (col(Recheck.subject_id) == conversation_id),
    )
    _delete(session, Intent, workspace, col(Intent.subject) == conversation_id)
    return int(messages)


def _judge_anew(session: Session, workspace: str, conversation_id: str, machine: datetime) -> None:
    rechecks.ask(session, workspace, rechecks.CONVERSATION, conversation_id, now=machine)


def words_elsewhere(session: Session, person: Person, conversation_id: str) -> list[Part]:
    """What they said in somebody else's conversation."""
    query = select(Part).where(
        Part.workspace == person.workspace,
        Part.conversation_id == conversation_id,
        col(Part.author_id).in_(person.contact_ids),
        Part.author_type == "contact",
    )
    return list(session.exec(query))


def erase_words_elsewhere(session: Session, person: Person, conversation_id: str, machine: datetime) -> int:
    """Take what they said out of somebody else's conversation; the number of messages."""
    row = row_of(session, Conversation, person.workspace, conversation_id)
    parts = words_elsewhere(session, person, conversation_id)
    for part in parts:
        session.delete(part)
    if row is not None:
        if person.is_in(row.contact_name):
            row.contact_name = None
            session.add(row)
        rechecks.ask_about(session, row, now=machine)
    return len(parts)


def accounts_told(session: Session, person: Person) -> set[str]:
    """The accounts whose threads may quote them: their own, and those of conversations that they joined."""
    query = select(Conversation.account_id).where(
        Conversation.workspace == person.workspace, col(Conversation.id).in_(person.elsewhere)
    )
    return {*person.accounts, *(each for each in session.exec(query) if each is not None)}


def issues_of(session: Session, person: Person, ids: Iterable[str]) -> list[tuple[AccountThread, Issue]]:
    """The problems that any of these conversations told, with the threads they stand in.

    One whose conversations have all gone over to others is among them: its title is left from anybody.
    """
    query = select(Issue).where(
        Issue.workspace == person.workspace, col(Issue.account_id).in_(accounts_told(session, person))
    )
    wanted = set(ids)
    found: list[tuple[AccountThread, Issue]] = []
    for issue in session.exec(query):
        thread = row_of(session, AccountThread, issue.workspace, issue.account_id, issue.episode)
        told = {*issue.conversation_ids, issue.id} & wanted or person.is_in(issue.title)
        if thread is not None and (told or not issue.conversation_ids):
            found.append((thread, issue))
    return found


def erase_from_issue(session: Session, person: Person, issue: Issue) -> bool:
    """Take their conversations and words out of a problem. True when nothing is left of it."""
    left = [each for each in issue.conversation_ids if each not in person.conversations]
    if not left:
        session.delete(issue)
        return True
    # The title is a customer's words, perhaps theirs. A thread that lives is given another one.
    issue.conversation_ids, issue.title = left, ERASED
    session.add(issue)
    return False


def receipts_about(session: Session, person: Person, after: int, limit: int) -> tuple[list[int], int | None]:
    """Numbers of webhooks with a word of them, behind a number, and where to go on; None at the end."""
    query = (
        select(Receipt.id, Receipt.body)
        .where(
            Receipt.workspace == person.workspace,
            col(Receipt.id) > after,
            Receipt.body != "",
            person.may_be_in(Receipt.body),
        )
        .order_by(col(Receipt.id))
        .limit(limit)
    )
    rows = list(session.execute(query))
    told = [number for number, body in rows if person.is_in(body)]
    return told, rows[-1][0] if len(rows) == limit else None


def erase_receipts(session: Session, workspace: str, numbers: list[int], now: datetime) -> int:
    """Empty webhooks; one that was not applied yet never will be. The number emptied."""
    query = select(Receipt).where(Receipt.workspace == workspace, col(Receipt.id).in_(numbers))
    rows = session.exec(query).all()
    for row in rows:
        row.body = ""
        if row.state == "new":
            row.state, row.applied_at, row.error = "failed", now, "erased"
        session.add(row)
    return len(rows)


def erase_rest(session: Session, person: Person) -> None:
    """Everything that is one row here and there, the contact last: until then they can be found again."""
    workspace = person.workspace
    for entry in session.exec(
        select(ActivityEntry).where(
            ActivityEntry.workspace == workspace,
            or_(person.may_be_in(ActivityEntry.detail), person.may_be_in(ActivityEntry.description)),
        )
    ):
        if person.is_in(json.dumps([entry.detail, entry.description], default=str)):
            session.delete(entry)
    for beat in session.exec(select(Heartbeat).where(Heartbeat.workspace == workspace)):
        if person.is_in(beat.detail):
            beat.detail = None
            session.add(beat)
    with audit.opened(session, workspace):
        for audited in session.exec(
            select(AuditEntry).where(AuditEntry.workspace == workspace, person.may_be_in(AuditEntry.detail))
        ):
            if person.is_in(audited.detail):
                audited.detail = ERASED
                session.add(audited)
    for snapshot in session.exec(
        select(RiskSnapshot).where(RiskSnapshot.workspace == workspace, person.may_be_in(RiskSnapshot.points))
    ):
        snapshot.points = [
            {**point, "reason": ERASED} if person.is_in(json.dumps(point)) else point
            for point in snapshot.points
        ]
        session.add(snapshot)
    for row in session.exec(
        select(Conversation).where(
            Conversation.workspace == workspace, col(Conversation.contact_name).in_(person.emails)
        )
    ):
        row.contact_name = None
        session.add(row)
    # What became of their words in Slack is a conversation by now, or never will be.
    for intent in session.exec(
        select(Intent).where(
            Intent.workspace == workspace, Intent.kind == _STARTS, person.may_be_in(Intent.payload)
        )
    ):
        if person.is_in(json.dumps(intent.payload)):
            session.delete(intent)
    outside.erase_person(session, workspace, person.contact_ids, person.emails)
    _delete(session, Contact, workspace, col(Contact.id).in_(person.contact_ids))
    asked = (col(Recheck.kind) == rechecks.CONTACT) & col(Recheck.subject_id).in_(person.contact_ids)
    _delete(session, Recheck, workspace, asked)


def mentioned_in(session: Session, person: Person) -> list[str]:
    """Other people's conversations in which somebody wrote of them. These are not theirs to erase."""
    if not person.marks:
        return []
    bare = replace(person, conversations=())
    query = select(Part.conversation_id, Part.text).where(
        Part.workspace == person.workspace,
        col(Part.conversation_id).not_in(person.conversations),
        bare.may_be_in(Part.text),
    )
    return sorted({found for found, text in session.execute(query) if bare.is_in(text)})


def _delete(session: Session, table: type[SQLModel], workspace: str, wanted: ColumnElement[bool]) -> None:
    column = table.__table__.c.workspace  # type: ignore[attr-defined]
    session.execute(
        delete(table).where(column == workspace, wanted), execution_options={"synchronize_session": False}
    )
