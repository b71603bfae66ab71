"""Account threads: one anchor per account with more than one open conversation, one reply per issue.

Everything is computed anew from the facts each time something about the account changed, and shown under
the same names, so Slack sees edits in place; a burst of changes is judged once.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.accounts import same_issue
from bot.accounts.background import Background
from bot.accounts.lexical import Lexical
from bot.accounts.same_issue import Grouping, IssueMessage
from bot.cards import account as account_card
from bot.cards import issue as issue_card
from bot.cards.message import Message
from bot.cards.values import ConversationLine, Due
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import show
from bot.present import REPLY_CLOCKS, account_by_id, contact_name, risk_of
from bot.present import lines as in_lines
from bot.store import clocks, conversations, rechecks, threads
from bot.store.conversations import Conversation, Part
from bot.store.threads import AccountThread, Issue

OPENS_AT = 2
"""Open conversations from which an account gets a thread."""


def judge_account(session: Session, office: Office, account_id: str, at: Moment) -> None:
    """Open, redraw or close the thread of one account."""
    alive = conversations.of_account(session, office.workspace, account_id)
    opened = [row for row in alive if row.state == "open"]
    thread = threads.live_thread(session, office.workspace, account_id)
    if thread is None:
        if len(opened) < OPENS_AT:
            return
        thread = AccountThread(
            workspace=office.workspace,
            account_id=account_id,
            episode=threads.next_episode(session, office.workspace, account_id),
            opened_at=at.now,
        )
        session.add(thread)
        session.flush()
    known = threads.issues_of(session, office.workspace, account_id, thread.episode)
    members = _members(session, office, alive, known)
    if not alive:
        thread.closed_at = at.now
        session.add(thread)
    parts = conversations.parts_of_many(session, office.workspace, [row.id for row in members])
    grouping = group(session, office, members, parts)
    issues = _keep_issues(session, office, thread, known, grouping, at)
    _draw(session, office, thread, members, issues, at)
    for conversation_id in sorted(clocks.with_alert(session, office.workspace, [row.id for row in opened])):
        # Alert cards tell how many more conversations there are on the issue.
        rechecks.ask(session, office.workspace, rechecks.CONVERSATION, conversation_id, now=at.machine)


def group(
    session: Session, office: Office, rows: list[Conversation], parts: dict[str, list[Part]]
) -> Grouping:
    """Group an account's conversations by problem, as the words and the reps' corrections have it."""
    ids = [row.id for row in rows]
    said = [
        IssueMessage(
            conversation_id=row.id,
            person_id=row.contact_id or row.id,
            channel=row.channel,
            text=part.text,
            at=part.created_at,
            title=row.title or "",
        )
        for row in rows
        for part in _telling(row, parts.get(row.id, []))
    ]
    corrections = [
        same_issue.Correction(word.a, word.b, word.same)
        for word in sorted(
            threads.corrections_among(session, office.workspace, ids), key=lambda word: word.at
        )
    ]
    return same_issue.group(said, engine=Lexical(Background.of()), corrections=corrections)


def anchor_key(account_id: str, episode: int) -> str:
    """The name under which an account's anchor is posted and edited."""
    return f"account:{account_id}:{episode}"


def anchor_card(
    session: Session,
    office: Office,
    account_id: str,
    lines: list[ConversationLine],
    issues: list[Issue],
    rows: list[Conversation],
    at: Moment,
) -> account_card.AccountCard | None:
    """The state of an account; None when Watchbell does not know it."""
    company = account_by_id(session, office, account_id)
    if company is None:
        return None
    opened = [each for each in lines if each.state == "open"]
    urgent = _most_urgent(opened)
    owners = tuple(dict.fromkeys(each.owner for each in opened if each.owner))
    by_id = {row.id: row for row in rows}
    return account_card.AccountCard(
        account=company,
        now=at.now,
        zone=office.zone,
        open_conversations=len(opened),
        issues=tuple(_issue_line(each, by_id) for each in issues if _is_open(each, by_id)),
        due=urgent.due if urgent else None,
        answer_id=urgent.id if urgent else (opened[0].id if opened else None),
        unclaimed=sum(1 for each in opened if each.owner is None),
        claimed_by=owners,
        risk=risk_of(session, office, account_id),
    )


def _members(
    session: Session, office: Office, alive: list[Conversation], known: list[Issue]
) -> list[Conversation]:
    """The open and snoozed conversations, and those that this episode saw and that were closed since."""
    rows = {row.id: row for row in alive}
    for issue in known:
        for conversation_id in issue.conversation_ids:
            if conversation_id not in rows:
                row = conversations.get(session, office.workspace, conversation_id)
                if row is not None:
                    rows[row.id] = row
    return sorted(rows.values(), key=lambda row: (row.created_at, row.id))


def _telling(row: Conversation, parts: list[Part]) -> list[Part]:
    """What the customer wrote; for a conversation of ours nobody answered yet, what we wrote."""
    wrote = [part for part in parts if part.customer_message]
    return wrote or [part for part in parts if part.raw_kind == "source"]


def _keep_issues(
    session: Session,
    office: Office,
    thread: AccountThread,
    known: list[Issue],
    grouping: Grouping,
    at: Moment,
) -> list[Issue]:
    """Write the issues down. An issue keeps its id, and its message, while any conversation of it stays."""
    left = {issue.id: issue for issue in known}
    everything = {each for found in grouping.groups for each in found.conversations}
    kept: list[Issue] = []
    for found in grouping.groups:
        old = _successor(left, found, everything - set(found.conversations))
        issue = old or Issue(
            workspace=office.workspace,
            account_id=thread.account_id,
            episode=thread.episode,
            id=found.id,
            title=found.title,
            updated_at=at.now,
        )
        left.pop(issue.id, None)
        issue.title, issue.conversation_ids = found.title, list(found.conversations)
        issue.updated_at = at.now
        session.add(issue)
        kept.append(issue)
    for gone in left.values():
        gone.conversation_ids = []
        session.add(gone)
        kept.append(gone)
    session.flush()
    return kept


def _successor(left: dict[str, Issue], group: same_issue.Issue, others: set[str]) -> Issue | None:
    """The old issue that goes on as this group: its namesake, else the one that shares most conversations.

    `others` are the conversations of all other groups: an issue whose namesake went there goes on there, so
    two groups never claim one id.
    """
    mine = set(group.conversations)
    for conversation_id in group.conversations:
        if conversation_id in left:
            return left[conversation_id]
    free = [issue for issue in left.values() if issue.id not in others and mine & set(issue.conversation_ids)]
    return max(free, key=lambda issue: (len(mine & set(issue.conversation_ids)), issue.id), default=None)


def _draw(
    session: Session,
    office: Office,
    thread: AccountThread,
    rows: list[Conversation],
    issues: list[Issue],
    at: Moment,
) -> None:
    running = clocks.running_of(session, office.workspace, [row.id for row in rows], REPLY_CLOCKS)
    lines = list(in_lines(session, office, [(row, running.get(row.id)) for row in rows], at.now))
    by_line = {each.id: each for each in lines}
    by_row = {row.id: row for row in rows}
    anchor = anchor_key(thread.account_id, thread.episode)
    content = _anchor(session, office, thread, lines, issues, rows, at)
    if content is None:
        return
    channel = office.channels.accounts
    show(session, office.workspace, key=anchor, channel=channel, content=content, at=at)
    for issue in issues:
        members = [by_line[each] for each in issue.conversation_ids if each in by_line]
        members.sort(key=_by_urgency)
        card = issue_card.IssueCard(
            id=issue.id,
            title=issue.title,
            account=_account_name(session, office, thread.account_id),
            conversations=tuple(members),
            people=len({by_row[each.id].contact_id for each in members}),
            since=min((by_row[each.id].created_at for each in members), default=thread.opened_at),
            now=at.now,
            zone=office.zone,
            due=_urgent_due(members),
            claimed_by=tuple(
                dict.fromkeys(each.owner for each in members if each.owner and each.state == "open")
            ),
        )
        show(
            session,
            office.workspace,
            key=f"issue:{thread.account_id}:{thread.episode}:{issue.id}",
            channel=channel,
            content=issue_card.render(card),
            parent=anchor,
            at=at,
        )


def _anchor(
    session: Session,
    office: Office,
    thread: AccountThread,
    lines: list[ConversationLine],
    issues: list[Issue],
    rows: list[Conversation],
    at: Moment,
) -> Message | None:
    card = anchor_card(session, office, thread.account_id, lines, issues, rows, at)
    if card is None:
        return None
    if thread.closed_at is None:
        return account_card.render(card)
    return account_card.render_closed(
        account_card.AccountClosed(
            account=card.account,
            now=at.now,
            zone=office.zone,
            conversations=len(rows),
            issues=sum(1 for issue in issues if issue.conversation_ids),
        )
    )


def _issue_line(issue: Issue, rows: dict[str, Conversation]) -> account_card.AccountIssue:
    members = [rows[each] for each in issue.conversation_ids if each in rows]
    return account_card.AccountIssue(
        id=issue.id,
        title=issue.title,
        people=len({contact_name(row) if row.contact_id is None else row.contact_id for row in members}),
        conversations=len(members),
        channels=tuple(dict.fromkeys(row.channel for row in members)),
        since=min(row.created_at for row in members),
    )


def _is_open(issue: Issue, rows: dict[str, Conversation]) -> bool:
    return any(each in rows and rows[each].state == "open" for each in issue.conversation_ids)


def _account_name(session: Session, office: Office, account_id: str) -> str:
    company = account_by_id(session, office, account_id)
    return company.name if company else account_id


def _by_urgency(each: ConversationLine) -> tuple[bool, bool, str, str]:
    due = each.due.at.isoformat() if each.due else ""
    return each.state != "open", each.due is None, due, each.id


def _most_urgent(lines: list[ConversationLine]) -> ConversationLine | None:
    waiting = [each for each in lines if each.due is not None]
    return min(waiting, key=_by_urgency, default=None)


def _urgent_due(lines: list[ConversationLine]) -> Due | None:
    urgent = _most_urgent([each for each in lines if each.state == "open"])
    return urgent.due if urgent else None
