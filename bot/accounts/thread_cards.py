"""What a thread shows: the anchor, and one reply for each issue, both edited in place.

A new message makes people look; an edit does not. So everything there is stands in the anchor at once, the
first two issues get their replies with it, and after that the thread gets a new message at most every
`accounts.new_message_every`, however much happens. Only a rep who takes an issue apart sees it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.accounts import changes
from bot.accounts.changes import Standing
from bot.accounts.same_issue import Grouping
from bot.cards import account as account_card
from bot.cards import issue as issue_card
from bot.cards.message import Message
from bot.cards.values import ConversationLine, Due
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import back_at, show
from bot.present import REPLY_CLOCKS, account_by_id, contact_name, permalink, risk_of
from bot.present import lines as in_lines
from bot.store import clocks, spreads, threads
from bot.store.conversations import Conversation
from bot.store.parts import Part, parts_of_many
from bot.store.posts import get_post
from bot.store.rows import bring, row_of
from bot.store.threads import AccountThread, Issue

Place = Callable[[Session, Sequence[Conversation]], str]
"""Names the channel in which the thread of an account with these open conversations is to stand."""

AT_FIRST = 2
"""Issues whose replies come with the anchor: three posts tell a whole Monday."""


def anchor_card(
    session: Session,
    office: Office,
    account_id: str,
    lines: list[ConversationLine],
    issues: list[Issue],
    rows: list[Conversation],
    at: Moment,
    thread: AccountThread | None = None,
) -> account_card.AccountCard | None:
    """The state of an account; None when Watchbell does not know it.

    With its thread also what changed when it was drawn last, and where its last episode stands.
    """
    company = account_by_id(session, office, account_id)
    if company is None:
        return None
    opened = [each for each in lines if each.state == "open"]
    urgent = _most_urgent(opened)
    of_away = [each.owner for each in opened if each.owner and each.owner_away]
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
        claimed_by=tuple(dict.fromkeys(each.owner for each in opened if each.owner)),
        away=tuple(dict.fromkeys(of_away)),
        of_away=len(of_away),
        risk=risk_of(session, office, account_id),
        changed=_changed(thread) if thread is not None else None,
        earlier=_earlier(session, office, thread) if thread is not None else None,
        spreading=_spreading(session, office, account_id),
    )


def draw(
    session: Session,
    office: Office,
    thread: AccountThread,
    rows: list[Conversation],
    compared: Collection[str],
    issues: list[Issue],
    grouping: Grouping,
    place: Place,
    at: Moment,
) -> None:
    """Have Slack show an account's thread as it stands.

    `place` is asked once, when the anchor is first said: a message cannot move, nor can what stands under it.
    `compared` are those that are not closed, or not for long. Of the others, which may be thousands, only as
    many are looked at closely as the messages show: whoever writes waits for this.
    """
    by_row = {row.id: row for row in rows}
    near = {*compared, *changes.alive(thread.seen)}
    wanted = near | _older_shown(issues, near, by_row)
    told = [row for row in rows if row.id in wanted]
    running = clocks.running_of(session, office.workspace, [row.id for row in told], REPLY_CLOCKS)
    lines = list(in_lines(session, office, [(row, running.get(row.id)) for row in told], at.now))
    by_line = {each.id: each for each in lines}
    anchor = thread.post
    _mark_changes(session, office, thread, [each for each in lines if each.id in near], by_row, at)
    content = _anchor(session, office, thread, lines, issues, rows, at)
    if content is None:
        return
    said = get_post(session, office.workspace, anchor)
    opened = [row for row in rows if row.state == "open"] if said is None else []
    channel = said.channel if said is not None else place(session, opened)
    goes_on = thread.closed_at is None
    shown = [
        show(
            session,
            office.workspace,
            key=anchor,
            channel=channel,
            content=content,
            comes_back=goes_on,
            at=at,
        )
    ]
    speaks_at = _let_speak(session, office, thread, issues, by_line, at)
    asked = _question(grouping, [each for each in issues if _is_open(each, by_row)])
    for issue in issues:
        if issue.shown_at is None:
            continue
        everybody = [by_row[each] for each in issue.conversation_ids if each in by_row]
        members = [by_line[each] for each in issue.conversation_ids if each in by_line]
        members.sort(key=_by_urgency)
        card = issue_card.IssueCard(
            id=issue.id,
            title=issue.title,
            account=_account_name(session, office, thread.account_id),
            conversations=tuple(members),
            more=len(everybody) - len(members),
            people=len({row.contact_id for row in everybody}),
            since=min((row.created_at for row in everybody), default=thread.opened_at),
            now=at.now,
            zone=office.zone,
            due=_urgent_due(members),
            claimed_by=tuple(
                dict.fromkeys(each.owner for each in members if each.owner and each.state == "open")
            ),
            new=frozenset(thread.changed.get("new", ())),
            changed=frozenset(thread.changed.get("changed", ())),
            changed_at=_instant(thread.changed.get("at")),
            question=asked[1] if asked is not None and asked[0] is issue else None,
        )
        shown.append(
            show(
                session,
                office.workspace,
                key=f"issue:{thread.account_id}:{thread.episode}:{issue.id}",
                channel=channel,
                content=issue_card.render(card),
                parent=anchor,
                comes_back=goes_on,
                at=at,
            )
        )
    back = [back_at(session, post) for post in shown] if goes_on else []
    bring(thread, look_at=min(filter(None, (speaks_at, *back)), default=None))
    session.add(thread)


def _older_shown(issues: Sequence[Issue], near: Set[str], rows: dict[str, Conversation]) -> set[str]:
    """Those closed long ago for which there may be room in the issues' own messages."""
    shown = [each.conversation_ids for each in issues if each.shown_at is not None or _is_open(each, rows)]
    return {each for ids in shown for each in sorted(set(ids) - near)[: issue_card.SHOWN]}


def _anchor(
    session: Session,
    office: Office,
    thread: AccountThread,
    lines: list[ConversationLine],
    issues: list[Issue],
    rows: list[Conversation],
    at: Moment,
) -> Message | None:
    card = anchor_card(session, office, thread.account_id, lines, issues, rows, at, thread)
    if card is None:
        return None
    if thread.closed_at is None:
        return account_card.render(card)
    parts = parts_of_many(session, office.workspace, [row.id for row in rows])
    return account_card.render_closed(
        account_card.AccountClosed(
            account=card.account,
            now=at.now,
            zone=office.zone,
            conversations=len(rows),
            issues=sum(1 for issue in issues if issue.conversation_ids),
            first_reply_seconds=_first_reply(rows),
            answered_by=_answered_by(rows, parts, thread.opened_at),
        )
    )


def _question(grouping: Grouping, issues: Sequence[Issue]) -> tuple[Issue, issue_card.Question] | None:
    """What a rep is asked about the thread: whether the two likeliest issues are one. One question at a time.

    It stands at the newer issue, once that has a message of its own.
    """
    of = {each: issue for issue in issues for each in issue.conversation_ids}
    for proposal in grouping.proposals:
        older, newer = of.get(proposal.a), of.get(proposal.b)
        if older is None or newer is None or older is newer or newer.shown_at is None:
            continue
        reason = grouping.why(proposal.a, proposal.b).sentence
        return newer, issue_card.Question(proposal.b, proposal.a, older.title, reason)
    return None


def _let_speak(
    session: Session,
    office: Office,
    thread: AccountThread,
    issues: list[Issue],
    lines: Mapping[str, ConversationLine],
    at: Moment,
) -> datetime | None:
    """Give the most urgent issue its own message when the thread may get one; when it may again, or None."""
    every = timedelta(seconds=office.config.accounts.new_message_every)
    unshown = [issue for issue in issues if issue.shown_at is None and issue.conversation_ids]
    if thread.closed_at is not None or not unshown:
        return None
    split = _just_split(session, office, issues, at.now - every)
    # What was solved while it stood in line is no news any more; a rep who took it apart looks for it.
    waiting = [
        issue for issue in unshown if _is_open(issue, lines) or split.intersection(issue.conversation_ids)
    ]
    waiting.sort(key=lambda issue: _most_pressing(issue, lines))
    for issue in waiting:
        if split.intersection(issue.conversation_ids):
            issue.shown_at = at.now
            session.add(issue)
            continue
        shown = [each.shown_at for each in issues if each.shown_at is not None]
        free_at = max(shown) + every if len(shown) >= AT_FIRST else at.now
        if free_at > at.now:
            return free_at
        issue.shown_at = at.now
        session.add(issue)
    return None


def _just_split(session: Session, office: Office, issues: list[Issue], since: datetime) -> set[str]:
    """Conversations that a rep has taken apart since then."""
    ids = [each for issue in issues for each in issue.conversation_ids]
    said = threads.corrections_among(session, office.workspace, ids)
    return {each for word in said if not word.same and word.at >= since for each in (word.a, word.b)}


def _mark_changes(
    session: Session,
    office: Office,
    thread: AccountThread,
    lines: Sequence[ConversationLine],
    rows: Mapping[str, Conversation],
    at: Moment,
) -> None:
    """Keep what this drawing shows, and what is different about it. What was closed long ago is not kept."""
    urgent = _most_urgent([each for each in lines if each.state == "open"])
    risk = risk_of(session, office, thread.account_id)
    now = changes.seen(
        {each.id: Standing(each.state, each.owner, each.waiting_since is not None) for each in lines},
        late=urgent is not None and urgent.due is not None and urgent.due.seconds_left < 0,
        risk=risk.level if risk is not None else None,
    )
    closed_once = [
        each.id for each in lines if each.state == "closed" or rows[each.id].last_close_at is not None
    ]
    found = changes.changes(changes.completed(thread.seen, now, closed_once), now)
    if found:
        thread.changed = changes.marked(thread.changed, found, at.now)
    if now != thread.seen:
        thread.seen = now
        session.add(thread)


def _changed(thread: AccountThread) -> account_card.Changed | None:
    at = _instant(thread.changed.get("at"))
    return account_card.Changed(at, tuple(thread.changed["words"])) if at is not None else None


def _spreading(session: Session, office: Office, account_id: str) -> tuple[account_card.Spreading, ...]:
    """Problems of this account that are announced as spreading, where the announcement stands in Slack."""
    found = []
    for spread in spreads.of_account(session, office.workspace, account_id):
        link = permalink(office, get_post(session, office.workspace, spread.post))
        if link is not None:
            found.append(account_card.Spreading(spread.title, link))
    return tuple(found)


def _instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _earlier(session: Session, office: Office, thread: AccountThread) -> account_card.Earlier | None:
    """The episode before this one, as long as it stands in Slack."""
    before = row_of(session, AccountThread, office.workspace, thread.account_id, thread.episode - 1)
    post = get_post(session, office.workspace, threads.anchor_key(thread.account_id, thread.episode - 1))
    link = permalink(office, post) if post is not None and post.state != "gone" else None
    if before is None or before.closed_at is None or link is None:
        return None
    issues = threads.issues_of(session, office.workspace, thread.account_id, before.episode)
    return account_card.Earlier(
        closed_on=before.closed_at.astimezone(ZoneInfo(office.zone)).date(),
        conversations=sum(len(issue.conversation_ids) for issue in issues),
        url=link,
    )


def _first_reply(rows: Sequence[Conversation]) -> int | None:
    """Seconds from the oldest conversation's beginning to its first answer by a teammate."""
    oldest = min(rows, key=lambda row: (row.created_at, row.id), default=None)
    if oldest is None or oldest.first_admin_reply_at is None:
        return None
    return max(0, int((oldest.first_admin_reply_at - oldest.created_at).total_seconds()))


def _answered_by(
    rows: Sequence[Conversation], parts: Mapping[str, Sequence[Part]], since: datetime
) -> tuple[str, ...]:
    """Who answered during this episode, in the order of their first answers."""
    told = sorted(
        (part.created_at, part.author_name)
        for row in rows
        for part in parts.get(row.id, ())
        if part.public_reply and part.author_name and part.created_at >= since
    )
    return tuple(dict.fromkeys(name for _, name in told))


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


def _is_open(issue: Issue, rows: Mapping[str, Conversation] | Mapping[str, ConversationLine]) -> bool:
    return any(each in rows and rows[each].state == "open" for each in issue.conversation_ids)


def _account_name(session: Session, office: Office, account_id: str) -> str:
    company = account_by_id(session, office, account_id)
    return company.name if company else account_id


def _by_urgency(each: ConversationLine) -> tuple[bool, bool, str, str]:
    due = each.due.at.isoformat() if each.due else ""
    return each.state != "open", each.due is None, due, each.id


def _most_pressing(issue: Issue, lines: Mapping[str, ConversationLine]) -> tuple[bool, bool, str, str]:
    """Where an issue stands in the order of urgency: where its most urgent conversation does."""
    found = (_by_urgency(lines[each]) for each in issue.conversation_ids if each in lines)
    return min(found, default=(True, True, "", issue.id))


def _most_urgent(lines: list[ConversationLine]) -> ConversationLine | None:
    waiting = [each for each in lines if each.due is not None]
    return min(waiting, key=_by_urgency, default=None)


def _urgent_due(lines: list[ConversationLine]) -> Due | None:
    urgent = _most_urgent([each for each in lines if each.state == "open"])
    return urgent.due if urgent else None
