"""One account as a person asks for it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.accounts import timeline as order
from bot.accounts.thread_cards import anchor_card, anchor_key
from bot.accounts.threads import group
from bot.accounts.timeline import AuthorKind, Entry
from bot.cards import values
from bot.cards.account_view import AccountViewCard
from bot.cards.timeline import TimelineCard, TimelineEntry
from bot.clock import Moment
from bot.errors import UserError
from bot.office import Office
from bot.present import account, account_by_id, line, permalink, said, spoken, url
from bot.store import accounts, conversations, threads
from bot.store.conversations import Conversation, Part
from bot.store.posts import get_post
from bot.store.threads import Issue

_STATES = ("open", "snoozed", "closed")
_LATEST = 40


def named(session: Session, office: Office, words: str) -> tuple[values.Account, ...]:
    """Accounts that fit what was typed; one only where the name is exactly that."""
    found = accounts.find_accounts(session, office.workspace, words)
    exact = [row for row in found if row.name.casefold() == words.strip().casefold()]
    shown = [account(session, office, row) for row in (exact if len(exact) == 1 else found)]
    return tuple(each for each in shown if each is not None)


def card(session: Session, office: Office, account_id: str, at: Moment) -> AccountViewCard:
    """An account's state, open conversations and latest words. Raises UserError when it is not known."""
    rows = conversations.of_account(session, office.workspace, account_id)
    parts = conversations.parts_of_many(session, office.workspace, [row.id for row in rows])
    thread = threads.live_thread(session, office.workspace, account_id)
    if thread is not None:
        issues = threads.issues_of(session, office.workspace, account_id, thread.episode)
        post = get_post(session, office.workspace, anchor_key(account_id, thread.episode))
    else:
        grouping = group(session, office, rows, parts)
        issues = [
            _unstored(office, account_id, found.id, found.title, found.conversations, at)
            for found in grouping.groups
        ]
        post = None
    lines = [line(session, office, row, at.now) for row in rows]
    anchor = anchor_card(session, office, account_id, lines, issues, rows, at)
    if anchor is None:
        raise UserError("Watchbell does not know that account any more.")
    return AccountViewCard(
        anchor=anchor,
        conversations=tuple(lines),
        entries=_entries(session, office, account_id),
        thread_url=permalink(office, post),
    )


def timeline(session: Session, office: Office, account_id: str, now: datetime) -> TimelineCard:
    """Every conversation of an account in one order, the closed ones included, newest last."""
    company = account_by_id(session, office, account_id)
    if company is None:
        raise UserError("Watchbell does not know that account any more.")
    return TimelineCard(
        title=company.name, now=now, zone=office.zone, entries=_entries(session, office, account_id)
    )


def _entries(session: Session, office: Office, account_id: str) -> tuple[TimelineEntry, ...]:
    rows = conversations.of_account(session, office.workspace, account_id, states=_STATES)
    parts = conversations.parts_of_many(session, office.workspace, [row.id for row in rows])
    known = {(row.id, part.id): (row, part) for row in rows for part in spoken(parts[row.id])}
    merged = order.merge(_entry(row, part) for row, part in known.values())
    return tuple(
        TimelineEntry(said=said(part), channel=row.channel, url=url(office, row.id))
        for row, part in (known[(entry.conversation_id, entry.id)] for entry in order.latest(merged, _LATEST))
    )


def _entry(row: Conversation, part: Part) -> Entry:
    kinds: dict[str, AuthorKind] = {"customer": "customer", "bot": "bot", "rep": "rep", "note": "rep"}
    kind = said(part).kind
    return Entry(
        id=part.id,
        conversation_id=row.id,
        channel=row.channel,
        author_id=part.author_id or "",
        author_name=part.author_name or "",
        author_kind=kinds[kind],
        at=part.created_at,
        text=part.text,
        internal=kind == "note",
    )


def _unstored(
    office: Office, account_id: str, issue_id: str, title: str, ids: tuple[str, ...], at: Moment
) -> Issue:
    return Issue(
        workspace=office.workspace,
        account_id=account_id,
        episode=0,
        id=issue_id,
        title=title,
        conversation_ids=list(ids),
        updated_at=at.now,
    )
