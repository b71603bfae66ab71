"""One account as a person asks for it."""

from __future__ import annotations

from collections import Counter

from sqlmodel import Session

from bot import talk
from bot.accounts.thread_cards import anchor_card
from bot.accounts.threads import group
from bot.cards import values
from bot.cards.account_view import SAID_SHOWN, AccountViewCard
from bot.clock import Moment
from bot.errors import UserError
from bot.office import Office
from bot.present import account, line, permalink
from bot.store import accounts, conversations, threads
from bot.store.accounts import Account
from bot.store.parts import parts_of_many
from bot.store.posts import get_post
from bot.store.threads import Issue

_OFFERED = 50


def named(session: Session, office: Office, words: str) -> tuple[values.Account, ...]:
    """Accounts that fit what was typed; one only where the name is exactly that."""
    found = accounts.find_accounts(session, office.workspace, words)
    exact = [row for row in found if row.name.casefold() == words.strip().casefold()]
    shown = [account(session, office, row) for row in (exact if len(exact) == 1 else found)]
    return tuple(each for each in shown if each is not None)


def offered(session: Session, office: Office, query: str) -> list[tuple[str, str]]:
    """What a search field offers for what was typed so far: a label and the id. Namesakes are told apart."""
    found = accounts.find_accounts(session, office.workspace, query, limit=_OFFERED)
    names = Counter(row.name.casefold() for row in found)
    return [(row.name if names[row.name.casefold()] == 1 else _told_apart(row), row.id) for row in found]


def _told_apart(row: Account) -> str:
    return f"{row.name[:40]} ({row.plan or 'no plan'}, {row.id[:20]})"


def card(session: Session, office: Office, account_id: str, at: Moment) -> AccountViewCard:
    """An account's state, open conversations and latest words. Raises UserError when it is not known."""
    rows = conversations.of_account(session, office.workspace, account_id)
    parts = parts_of_many(session, office.workspace, [row.id for row in rows])
    thread = threads.live_thread(session, office.workspace, account_id)
    if thread is not None:
        issues = threads.issues_of(session, office.workspace, account_id, thread.episode)
        post = get_post(session, office.workspace, thread.post)
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
        conversations=tuple(sorted(lines, key=_urgency)),
        entries=talk.latest_of_account(session, office, account_id, SAID_SHOWN),
        thread_url=permalink(office, post),
    )


def _urgency(line: values.ConversationLine) -> tuple[int, float]:
    """What is due first, then what waits, then what waits on the customer, then what is snoozed."""
    if line.state == "snoozed":
        return 3, line.snoozed_until.timestamp() if line.snoozed_until else 0.0
    if line.due is not None:
        return 0, line.due.at.timestamp()
    return (1, line.waiting_since.timestamp()) if line.waiting_since is not None else (2, 0.0)


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
