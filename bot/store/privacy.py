"""Taking a customer's person (`bot/store/person.py`) out of the tables.

Every function that writes does a small piece, so that erasing somebody who wrote for years holds up nobody
who works meanwhile. What was posted about them to Slack is `bot/outbox/removal.py`'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import Session, SQLModel, col, func, select

from bot.store import audit, outside, rechecks
from bot.store.accounts import Contact
from bot.store.audit import AuditEntry
from bot.store.calls import Called, in_post, shared_posts
from bot.store.clocks import Alert, SlaClock, alerts_of, of_burst
from bot.store.comparisons import Comparison
from bot.store.conversations import Conversation
from bot.store.crossings import Crossing
from bot.store.intents import Intent
from bot.store.parts import Part
from bot.store.person import Person
from bot.store.pulse import ActivityEntry, Heartbeat
from bot.store.receipts import Receipt
from bot.store.rechecks import Recheck
from bot.store.risk import RiskSnapshot
from bot.store.rows import row_of
from bot.store.threads import AccountThread, Correction, Issue

ERASED = "(erased)"
_STARTS = "intercom.start"


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
    for post in shared_posts(session, workspace, conversation_id):
        for call in in_post(session, workspace, post):
            _judge_anew(session, workspace, call.conversation_id, machine)
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
        (Called, col(Called.conversation_id)),
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
        if person.is_in_own(row.contact_name):
            row.contact_name = None
        row.other_contacts = ["" if each in person.contact_ids else each for each in row.other_contacts]
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
        told = {*issue.conversation_ids, issue.id} & wanted or person.is_in_own(issue.title)
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
    issue.open_ids = [each for each in issue.open_ids if each in left]
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


def erase_rest(session: Session, person: Person) -> int:
    """Everything that is one row here and there, the contact last: until then they can be found again. The
    number of messages from outside Intercom.
    """
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
            if person.telling(f":{audited.conversation_id}")(audited.detail):
                audited.detail = ERASED
                session.add(audited)
    for snapshot in session.exec(
        select(RiskSnapshot).where(RiskSnapshot.workspace == workspace, person.may_be_in(RiskSnapshot.points))
    ):
        tells = person.telling(f":{snapshot.account_id}")
        snapshot.points = [
            {**point, "reason": ERASED} if tells(json.dumps(point)) else point for point in snapshot.points
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
    beside = outside.erase_person(session, workspace, person.contact_ids, person.emails)
    _delete(session, Contact, workspace, col(Contact.id).in_(person.contact_ids))
    asked = (col(Recheck.kind) == rechecks.CONTACT) & col(Recheck.subject_id).in_(person.contact_ids)
    _delete(session, Recheck, workspace, asked)
    return beside


def _delete(session: Session, table: type[SQLModel], workspace: str, wanted: ColumnElement[bool]) -> None:
    column = table.__table__.c.workspace  # type: ignore[attr-defined]
    session.execute(
        delete(table).where(column == workspace, wanted), execution_options={"synchronize_session": False}
    )
