"""From stored facts to what the risk of one account is judged on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.office import Office
from bot.present import day
from bot.risk.facts import AccountFacts, OpenConversation, Rating
from bot.store import clocks, conversations, pulse, reps, threads
from bot.store.accounts import Account
from bot.store.conversations import Conversation, Part

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)
_STATES = ("open", "snoozed", "closed")


def gather(session: Session, office: Office, account: Account, now: datetime) -> AccountFacts:
    """Everything the score looks at. What Intercom never told stays None, which is not zero."""
    workspace = office.workspace
    rows = conversations.of_account(session, workspace, account.id, states=_STATES)
    parts = conversations.parts_of_many(session, workspace, [row.id for row in rows])
    month, quarter = now - MONTH, now - QUARTER
    wrote = [part for row in rows for part in parts[row.id] if part.customer_message]
    alive = [row for row in rows if row.state != "closed"]
    owner = reps.get_admin(session, workspace, account.owner_admin_id)
    people, since = _same_issue(session, office, account.id, alive)
    swept = pulse.last_beat(session, workspace, "sweep")
    return AccountFacts(
        account_id=account.id,
        name=account.name,
        plan=account.plan,
        spend=account.monthly_spend,
        currency=office.config.workspace.currency,
        renewal_on=day(account.renewal_on),
        trial_ends_on=day(account.trial_ends_on),
        signed_up_at=account.created_at,
        user_count=account.user_count,
        session_count=account.session_count,
        last_seen_at=account.last_seen_at,
        open_conversations=tuple(_open(row, parts[row.id]) for row in alive),
        messages_30d=sum(part.created_at >= month for part in wrote),
        messages_90d=sum(part.created_at >= quarter for part in wrote),
        sla_misses_30d=_misses(session, office, rows, month),
        reopens_30d=sum(row.reopens for row in rows if row.updated_at >= month),
        ratings=tuple(
            Rating(row.rating, row.rating_at)
            for row in rows
            if row.rating is not None and row.rating_at is not None
        ),
        people_same_issue=people,
        same_issue_since=since,
        bot_only_answered=sum(_bot_only(parts[row.id]) for row in alive if row.waiting_since),
        unanswered_outreach=_unanswered_outreach(rows, parts),
        recent_texts=tuple(
            part.text
            for row in rows
            if row.state == "closed"
            for part in parts[row.id]
            if part.customer_message and part.created_at >= month
        ),
        owner=owner.name if owner else None,
        usage_seen_at=swept.at if swept else None,
    )


def _open(row: Conversation, parts: list[Part]) -> OpenConversation:
    return OpenConversation(
        id=row.id,
        waiting_since=row.waiting_since,
        texts=tuple(part.text for part in parts if part.customer_message and part.text),
        bot_only=_bot_only(parts),
        reopens=row.reopens,
    )


def _bot_only(parts: list[Part]) -> bool:
    answered = any(part.public_reply for part in parts)
    return not answered and any(part.automatic and part.text for part in parts)


def _misses(session: Session, office: Office, rows: list[Conversation], since: datetime) -> int:
    """Late replies by this workspace's own clocks, Intercom's verdict left aside."""
    ids = [row.id for row in rows]
    return sum(
        clock.state == "breached" and (clock.stopped_at or clock.due_at or since) >= since
        for start in range(0, len(ids), 500)
        for clock in clocks.of_many(session, office.workspace, ids[start : start + 500])
    )


def _same_issue(
    session: Session, office: Office, account_id: str, alive: list[Conversation]
) -> tuple[int, datetime | None]:
    """The most people of the account who report one open issue, and since when."""
    thread = threads.live_thread(session, office.workspace, account_id)
    if thread is None:
        return 0, None
    by_id = {row.id: row for row in alive}
    best: tuple[int, datetime | None] = (0, None)
    for issue in threads.issues_of(session, office.workspace, account_id, thread.episode):
        members = [by_id[each] for each in issue.conversation_ids if each in by_id]
        people = len({row.contact_id for row in members})
        if people > best[0]:
            best = (people, min(row.created_at for row in members))
    return best


def _unanswered_outreach(rows: list[Conversation], parts: dict[str, list[Part]]) -> int:
    """How many of our own latest conversations in a row nobody there answered."""
    ours = [row for row in rows if row.started_by != "contact"]
    count = 0
    for row in sorted(ours, key=lambda row: row.created_at, reverse=True):
        if any(part.customer_message for part in parts[row.id]):
            break
        count += 1
    return count
