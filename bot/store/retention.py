"""What may go by now, table by table, and letting it go a few rows at a time.

A rule names rows on a reader's thread, behind those of the last time, and lets go of them in the line of
writes, where it looks again whether they may: a conversation can have been opened in between. No transaction
touches more than `BATCH` rows, so nobody waits long behind one.

What is still needed never goes: conversations that are open or snoozed and everything of them, intents that
are on their way or that nobody has confirmed, threads that live, each account's newest snapshot. Names of
messages in Slack (`post`), slots, claims and clocks stay: they hold ids and times, no words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, tuple_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, select

from bot.clock import Moment
from bot.settings.model import RetentionConfig
from bot.store import audit
from bot.store.accounts import Contact
from bot.store.audit import AuditEntry
from bot.store.conversations import Conversation
from bot.store.intents import Intent
from bot.store.outside import OutsideMessage
from bot.store.parts import Part
from bot.store.pulse import ActivityEntry
from bot.store.receipts import Receipt
from bot.store.risk import RiskSnapshot
from bot.store.spreads import OPEN as OPEN_SPREAD
from bot.store.spreads import Spread
from bot.store.threads import AccountThread, Issue

BATCH = 500
"""Most rows that one transaction changes."""

OVER = ("done", "dropped", "dead")
"""States of an intent in which nobody needs its words: unconfirmed ones are not among them."""

IDS = ("conversation_id", "admin_id", "assignee_id", "by", "channel", "parent", "until")
"""What is left of an intent's payload: ids and places."""

Key = Any
Wanted = ColumnElement[bool]
Clear = Callable[[Session, "Rule", str, Sequence[Key], datetime], int]


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes from one table, and what that is called in the log.

    `before` is how old a row must be, in both times; `old` says which rows are, and may go; `clear_rows` lets
    go of some of them.
    """

    what: str
    before: Moment
    table: type[SQLModel]
    key: tuple[Any, ...]
    old: Callable[[str, Moment], Wanted]
    clear_rows: Clear

    def find(self, session: Session, workspace: str, after: Key | None, limit: int) -> list[Key]:
        """Keys of rows that may go, in order, behind the key `after`."""
        query = select(*self.key).where(self.old(workspace, self.before)).order_by(*self.key).limit(limit)
        if after is not None:
            query = query.where(self.key[0] > after[0] if self._is_simple else tuple_(*self.key) > after)
        return [tuple(row) for row in session.execute(query)]

    def clear(self, session: Session, workspace: str, keys: Sequence[Key], now: datetime) -> int:
        """Let go of these rows. How many of the keys, from the first on, it is done with."""
        return self.clear_rows(session, self, workspace, keys, now)

    def among(self, workspace: str, keys: Sequence[Key]) -> Wanted:
        """Rows with one of these keys that may still go."""
        if self._is_simple:
            named = self.key[0].in_([number for (number,) in keys])
        else:
            named = tuple_(*self.key).in_(keys)
        return and_(named, self.old(workspace, self.before))

    @property
    def _is_simple(self) -> bool:
        # SQLite looks a plain column up in its index, and goes through the table for a row of one.
        return len(self.key) == 1


def rules(config: RetentionConfig, at: Moment, pauses: frozenset[str] = frozenset()) -> tuple[Rule, ...]:
    """Every rule of a configuration, as of an instant. `pauses` are the lines of the activity log by
    which pauses are known: they stay."""

    def ago(seconds: int) -> Moment:
        age = timedelta(seconds=seconds)
        return Moment(at.now - age, at.machine - age)

    closed = ago(config.conversations)
    conversation = (col(Conversation.workspace), col(Conversation.id))
    issue = (col(Issue.account_id), col(Issue.episode), col(Issue.id))
    snapshot = (col(RiskSnapshot.account_id), col(RiskSnapshot.period))
    spread = (col(Spread.workspace), col(Spread.number))
    contact = (col(Contact.workspace), col(Contact.id))
    activity = (col(ActivityEntry.workspace), col(ActivityEntry.id))
    receipt = (col(Receipt.id),)
    outside = (col(OutsideMessage.workspace), col(OutsideMessage.source), col(OutsideMessage.id))
    found = (
        Rule("webhook_bodies", ago(config.webhooks), Receipt, receipt, _bodies, _with(body="")),
        Rule("receipts", ago(config.receipts), Receipt, receipt, _receipts, _delete),
        Rule("messages", ago(config.messages), Intent, (col(Intent.id),), _intents, _empty_intents),
        Rule("conversations", closed, Conversation, conversation, _conversations, _clear_conversations),
        Rule("issues", closed, Issue, issue, _issues, _with(title="")),
        Rule("spreads", closed, Spread, spread, _spreads, _with(title="")),
        Rule("contacts", closed, Contact, contact, _contacts, _delete),
        Rule("outside_messages", closed, OutsideMessage, outside, _outside, _delete),
        Rule("activity", ago(config.activity), ActivityEntry, activity, partial(_activity, pauses), _delete),
        Rule("risk_snapshots", ago(config.risk), RiskSnapshot, snapshot, _snapshots, _delete),
    )
    if config.audit is None:
        return found
    entry = (col(AuditEntry.id),)
    return (*found, Rule("audit_entries", ago(config.audit), AuditEntry, entry, _audit, _delete_audited))


def empty(intent: Intent, now: datetime) -> None:
    """Take the words out of an intent that is over. Its key, which is what stops a second one, stays."""
    intent.payload = {name: intent.payload[name] for name in IDS if name in intent.payload}
    intent.cleared_at = now


def _delete(session: Session, rule: Rule, workspace: str, keys: Sequence[Key], _: datetime) -> int:
    session.execute(delete(rule.table).where(rule.among(workspace, keys)), execution_options=_QUIET)
    return len(keys)


def _delete_audited(session: Session, rule: Rule, workspace: str, keys: Sequence[Key], now: datetime) -> int:
    with audit.opened(session, workspace):
        return _delete(session, rule, workspace, keys, now)


def _with(**values: Any) -> Clear:
    def clear(session: Session, rule: Rule, workspace: str, keys: Sequence[Key], _: datetime) -> int:
        wanted = rule.among(workspace, keys)
        session.execute(update(rule.table).where(wanted).values(**values), execution_options=_QUIET)
        return len(keys)

    return clear


_QUIET = {"synchronize_session": False}


def _of(column: Any, workspace: str) -> Wanted:
    """The workspace's rows of a table that is walked along its number.

    Asked in a way that no index answers: SQLite would take the one on the workspace and sort everything anew
    for each few rows.
    """
    return func.coalesce(column, "") == workspace


def _bodies(workspace: str, before: Moment) -> Wanted:
    return and_(
        _of(Receipt.workspace, workspace),
        col(Receipt.state) != "new",
        col(Receipt.applied_at) < before.now,
        col(Receipt.body) != "",
    )


def _receipts(workspace: str, before: Moment) -> Wanted:
    return and_(
        _of(Receipt.workspace, workspace),
        col(Receipt.state) != "new",
        col(Receipt.received_at) < before.now,
    )


def _intents(workspace: str, before: Moment) -> Wanted:
    """Over for long enough. What was dropped never finished; it counts from its decision."""
    return and_(
        _of(Intent.workspace, workspace),
        col(Intent.state).in_(OVER),
        col(Intent.cleared_at).is_(None),
        or_(
            col(Intent.finished_at) < before.machine,
            and_(col(Intent.finished_at).is_(None), col(Intent.decided_at) < before.now),
        ),
    )


def _empty_intents(session: Session, rule: Rule, workspace: str, keys: Sequence[Key], now: datetime) -> int:
    for intent in session.exec(select(Intent).where(rule.among(workspace, keys))):
        empty(intent, now)
        session.add(intent)
    return len(keys)


def _conversations(workspace: str, before: Moment) -> Wanted:
    return and_(
        col(Conversation.workspace) == workspace,
        col(Conversation.state) == "closed",
        col(Conversation.updated_at) < before.now,
        or_(
            col(Conversation.cleared_at).is_(None),
            # Told once more and not as anything new, it has words again.
            col(Conversation.title).is_not(None),
            col(Conversation.contact_name).is_not(None),
            col(Conversation.rating_remark).is_not(None),
        ),
    )


def _clear_conversations(
    session: Session, rule: Rule, workspace: str, keys: Sequence[Key], now: datetime
) -> int:
    """Words and names go, of a long conversation in several turns; times stay, for clocks hang on them."""
    room = BATCH
    still = set(session.exec(select(Conversation.id).where(rule.among(workspace, keys))))
    for number, (_, conversation_id) in enumerate(keys):
        if conversation_id not in still:
            continue
        room -= _clear_parts(session, workspace, conversation_id, room)
        if room <= 0:
            return number
        row = session.get_one(Conversation, (workspace, conversation_id))
        row.title = row.contact_name = row.rating_remark = None
        row.attributes, row.cleared_at = {}, now
        session.add(row)
        room -= 1
    return len(keys)


def _clear_parts(session: Session, workspace: str, conversation_id: str, room: int) -> int:
    theirs = and_(col(Part.author_name).is_not(None), col(Part.author_type) != "admin")
    query = select(Part).where(
        Part.workspace == workspace,
        Part.conversation_id == conversation_id,
        or_(col(Part.text) != "", theirs),
    )
    parts = list(session.exec(query.limit(room)))
    for part in parts:
        part.text = ""
        part.author_name = part.author_name if part.author_type == "admin" else None
        session.add(part)
    return len(parts)


def _issues(workspace: str, before: Moment) -> Wanted:
    """A title is the customer's own words; the thread it stood in was closed long ago."""
    closed = exists().where(
        col(AccountThread.workspace) == col(Issue.workspace),
        col(AccountThread.account_id) == col(Issue.account_id),
        col(AccountThread.episode) == col(Issue.episode),
        col(AccountThread.closed_at) < before.now,
    )
    return and_(col(Issue.workspace) == workspace, col(Issue.title) != "", closed)


def _spreads(workspace: str, before: Moment) -> Wanted:
    """The same of a spreading issue: it ended, and nobody has told it since."""
    return and_(
        col(Spread.workspace) == workspace,
        col(Spread.title) != "",
        col(Spread.state) != OPEN_SPREAD,
        col(Spread.grown_at) < before.now,
    )


def _contacts(workspace: str, before: Moment) -> Wanted:
    """Nothing of theirs is left but cleared conversations, and nobody told anything new of them: neither
    Intercom, nor a mail or words in Slack. By their row alone the next mail is known to be theirs.

    Who was merged into another one is needed as long as that one is here, to be known again.
    """
    other = aliased(Contact)
    lives_on = exists().where(
        col(other.workspace) == col(Contact.workspace), col(other.id) == col(Contact.merged_into)
    )
    # Asked for every old contact: by the index on who it is, not by that on the workspace (see `_of`).
    needed = exists().where(
        func.coalesce(col(Conversation.workspace), "") == col(Contact.workspace),
        col(Conversation.contact_id) == col(Contact.id),
        or_(col(Conversation.state) != "closed", col(Conversation.cleared_at).is_(None)),
    )
    heard = exists().where(
        func.coalesce(col(OutsideMessage.workspace), "") == col(Contact.workspace),
        col(OutsideMessage.contact_id) == col(Contact.id),
        col(OutsideMessage.at) >= before.now,
    )
    unheard = and_(col(Contact.fetched_at) < before.now, ~needed, ~heard)
    return and_(col(Contact.workspace) == workspace, unheard, ~lives_on)


def _outside(workspace: str, before: Moment) -> Wanted:
    return and_(col(OutsideMessage.workspace) == workspace, col(OutsideMessage.at) < before.now)


def _activity(pauses: frozenset[str], workspace: str, before: Moment) -> Wanted:
    return and_(
        col(ActivityEntry.workspace) == workspace,
        col(ActivityEntry.at) < before.now,
        col(ActivityEntry.id).not_in(pauses),
    )


def _snapshots(workspace: str, before: Moment) -> Wanted:
    """Older than that, and not the account's newest: "4 points more than last time" needs a last time."""
    other = aliased(RiskSnapshot)
    newest = (
        select(func.max(other.period))
        .where(
            col(other.workspace) == col(RiskSnapshot.workspace),
            col(other.account_id) == col(RiskSnapshot.account_id),
        )
        .correlate(RiskSnapshot)
        .scalar_subquery()
    )
    return and_(
        col(RiskSnapshot.workspace) == workspace,
        col(RiskSnapshot.taken_at) < before.now,
        col(RiskSnapshot.period) < newest,
    )


def _audit(workspace: str, before: Moment) -> Wanted:
    return and_(_of(AuditEntry.workspace, workspace), col(AuditEntry.at) < before.now)
