"""Account threads: one anchor per account with more than one open conversation, one reply per issue.

Everything is computed anew from the facts each time something about the account changed, and shown under
the same names, so Slack sees edits in place; a burst of changes is judged once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.accounts import same_issue, thread_cards
from bot.accounts.background import Background
from bot.accounts.lexical import Lexical
from bot.accounts.same_issue import Grouping, IssueMessage
from bot.cards.words import told_count
from bot.clock import Moment
from bot.office import Office
from bot.outbox.kinds import SLACK_EDIT, SLACK_POST
from bot.outbox.show import refusal
from bot.store import clocks, conversations, intents, rechecks, threads
from bot.store.conversations import Conversation
from bot.store.parts import Part, parts_of_many
from bot.store.posts import get_post
from bot.store.rows import bring, row_of
from bot.store.threads import ANCHOR, AccountThread, Issue

_AT_ONCE = 500

OPENS_AT = 2
"""Open conversations from which an account gets a thread."""

GOES_ON_WITHIN = timedelta(days=3)
"""What opens again so soon after all was closed goes on in the same thread.

By the wall clock, and longer than a weekend: nobody was silent between Friday evening and Monday morning.
"""

COMPARED_WITHIN = timedelta(days=14)
MOST_COMPARED = 100
"""Of the closed conversations of an episode those are compared that were closed so lately, at most so many.

An account that always has something open keeps its episode for months, and each is compared with each. The
older ones stay in the issues they were in.
"""


def judge_account(
    session: Session,
    office: Office,
    account_id: str,
    at: Moment,
    *,
    place: thread_cards.Place,
    before_drawing: Callable[[], object] = lambda: None,
) -> None:
    """Open, redraw or close the thread of one account; a new one stands where `place` says.

    `before_drawing` is called once its issues are written down, and also where there is no thread to draw:
    the place for what is judged by the issues and shown in the anchor.
    """
    alive = conversations.of_account(session, office.workspace, account_id)
    opened = [row for row in alive if row.state == "open"]
    thread = threads.live_thread(session, office.workspace, account_id)
    replaced = thread is not None and _is_to_be_replaced(session, thread, opened)
    if thread is not None and replaced:
        thread.closed_at = at.now
        session.add(thread)
        session.flush()
        thread = None
    goes_on = thread is not None
    if thread is None:
        thread = None if replaced else _to_go_on(session, office, account_id, opened, at.now)
        if thread is None and len(opened) < OPENS_AT and not replaced:
            before_drawing()
            return
        thread = thread or AccountThread(
            workspace=office.workspace,
            account_id=account_id,
            episode=threads.next_episode(session, office.workspace, account_id),
            opened_at=at.now,
        )
        thread.closed_at = None
        session.add(thread)
        session.flush()
    known = threads.issues_of(session, office.workspace, account_id, thread.episode)
    members = _members(session, office, account_id, alive, known)
    if not alive:
        thread.closed_at = at.now
        session.add(thread)
    parts, grouping = _grouped(session, office, members, at.now)
    # The alerts were drawn while there was no thread.
    before = _counts_told(known) if goes_on else {}
    issues = _keep_issues(session, office, thread, known, members, grouping, at)
    before_drawing()
    thread_cards.draw(session, office, thread, members, parts.keys(), issues, grouping, place, at)
    after = _counts_told(issues)
    different = [row.id for row in opened if after.get(row.id) != before.get(row.id)]
    _draw_alerts(session, office, different, at)


def _is_to_be_replaced(session: Session, thread: AccountThread, opened: list[Conversation]) -> bool:
    """Whether a customer has written since the anchor was drawn last, and it is gone: it shows nowhere.

    Once only: who deletes the next one too does not want it. What its channel refused comes back by itself.
    """
    anchor = get_post(session, thread.workspace, thread.post)
    if anchor is None or anchor.state != "gone" or refusal(session, anchor) is not None:
        return False
    drawn = intents.about(session, thread.workspace, thread.post, kinds=(SLACK_POST, SLACK_EDIT))
    since = max((each.decided_at for each in drawn if each.state == "done"), default=anchor.wanted_at)
    if not any(max(row.created_at, row.last_contact_reply_at or row.created_at) > since for row in opened):
        return False
    before = row_of(session, AccountThread, thread.workspace, thread.account_id, thread.episode - 1)
    return before is None or before.closed_at != thread.opened_at


def _to_go_on(
    session: Session, office: Office, account_id: str, opened: list[Conversation], now: datetime
) -> AccountThread | None:
    """The thread that was closed a short while ago, if something of its own is open again, or as much is open
    as would begin another. None where its anchor is not in Slack any more."""
    last = threads.last_thread(session, office.workspace, account_id) if opened else None
    if last is None or last.closed_at is None or now - last.closed_at >= GOES_ON_WITHIN:
        return None
    if len(opened) < OPENS_AT:
        issues = threads.issues_of(session, office.workspace, account_id, last.episode)
        own = {each for issue in issues for each in issue.conversation_ids}
        if not own & {row.id for row in opened}:
            return None
    anchor = get_post(session, office.workspace, last.post)
    return last if anchor is not None and anchor.state != "gone" else None


def posted(session: Session, office: Office, post_key: str, at: Moment) -> None:
    """An anchor is in Slack: the alerts of conversations that share an issue can lead to it from now on."""
    account_id, _, episode = post_key.removeprefix(ANCHOR).rpartition(":")
    issues = threads.issues_of(session, office.workspace, account_id, int(episode))
    _draw_alerts(session, office, list(_counts_told(issues)), at)


def _counts_told(issues: Iterable[Issue]) -> dict[str, tuple[int, bool]]:
    """What the alert of each conversation tells of how many others on its issue are open, where any are."""
    return {
        conversation_id: told_count(others)
        for issue in issues
        for conversation_id in issue.conversation_ids
        if (others := issue.others_open(conversation_id))
    }


def _draw_alerts(session: Session, office: Office, ids: list[str], at: Moment) -> None:
    """Only those that say something else now: an account with many open ones would be judged for ever."""
    rung = sorted(clocks.with_alert(session, office.workspace, ids)) if ids else []
    rechecks.ask_all(session, office.workspace, rechecks.CONVERSATION, rung, now=at.machine)


def rehearse(session: Session, office: Office, account_id: str, now: datetime) -> None:
    """Compare an account's texts beside the writers: what an engine remembers of them costs nothing then."""
    alive = conversations.of_account(session, office.workspace, account_id)
    opened = [row for row in alive if row.state == "open"]
    thread = threads.live_thread(session, office.workspace, account_id)
    thread = thread or _to_go_on(session, office, account_id, opened, now)
    known = threads.issues_of(session, office.workspace, account_id, thread.episode) if thread else []
    if thread is None and len(opened) < OPENS_AT:
        return
    _grouped(session, office, _members(session, office, account_id, alive, known), now)


def _grouped(
    session: Session, office: Office, members: list[Conversation], now: datetime
) -> tuple[dict[str, list[Part]], Grouping]:
    """Those of an episode that are compared, by problem, and what was said in them."""
    rows = _compared(members, now)
    parts = parts_of_many(session, office.workspace, [row.id for row in rows])
    return parts, group(session, office, rows, parts)


def _compared(members: list[Conversation], now: datetime) -> list[Conversation]:
    """All that is open or snoozed, and what was closed lately."""

    def closed_at(row: Conversation) -> datetime:
        return row.last_close_at or row.updated_at

    lately = [row for row in members if row.state == "closed" and now - closed_at(row) <= COMPARED_WITHIN]
    newest = sorted(lately, key=lambda row: (closed_at(row), row.id))[-MOST_COMPARED:]
    kept = {row.id for row in newest}
    return [row for row in members if row.state != "closed" or row.id in kept]


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
    engine = office.engine or Lexical(Background.of())
    return same_issue.group(said, engine=engine, corrections=corrections)


def _members(
    session: Session, office: Office, account_id: str, alive: list[Conversation], known: list[Issue]
) -> list[Conversation]:
    """The open and snoozed conversations, and those that this episode saw and that were closed since.

    One that is another account's by now stands in that one's thread.
    """
    rows = {row.id: row for row in alive}
    seen = list(dict.fromkeys(each for issue in known for each in issue.conversation_ids if each not in rows))
    for start in range(0, len(seen), _AT_ONCE):
        found = conversations.get_many(session, office.workspace, seen[start : start + _AT_ONCE])
        rows |= {row.id: row for row in found.values() if row.account_id == account_id}
    return sorted(rows.values(), key=lambda row: (row.created_at, row.id))


def _telling(row: Conversation, parts: list[Part]) -> list[Part]:
    """What the customer wrote or said on the phone; for one of ours nobody answered yet, what we wrote."""
    wrote = [part for part in parts if part.customer_message or (part.kind == "call" and part.text)]
    return wrote or [part for part in parts if part.raw_kind == "source"]


def _keep_issues(
    session: Session,
    office: Office,
    thread: AccountThread,
    known: list[Issue],
    members: list[Conversation],
    grouping: Grouping,
    at: Moment,
) -> list[Issue]:
    """Write the issues down. An issue keeps its id, and its message, while any conversation of it stays; what
    was not compared stays in it.
    """
    left = {issue.id: issue for issue in known}
    everything = {each for found in grouping.groups for each in found.conversations}
    older = {row.id for row in members} - everything
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
        mine = {*found.conversations, *(each for each in issue.conversation_ids if each in older)}
        told = [row for row in members if row.id in mine]
        bring(
            issue,
            title=found.title,
            conversation_ids=[row.id for row in told],
            open_ids=[row.id for row in told if row.state == "open"],
            updated_at=at.now,
        )
        session.add(issue)
        kept.append(issue)
    for alone in left.values():
        alone.conversation_ids = [each for each in alone.conversation_ids if each in older]
        alone.open_ids = []
        session.add(alone)
        kept.append(alone)
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
