"""From stored facts to what the risk of one account is judged on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.clean_text import clean, own_words
from bot.intercom.facts import TICKET
from bot.office import Office
from bot.present import REPLY_CLOCKS, day, waits_since
from bot.risk.facts import AccountFacts, OpenConversation, Rating
from bot.store import clocks, conversations, pulse, reps, threads
from bot.store.accounts import Account
from bot.store.clocks import SlaClock
from bot.store.conversations import Conversation
from bot.store.merges import SECONDARY
from bot.store.parts import NO_ANSWER_NEEDED, Part, parts_of_many

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)
_STATES = ("open", "snoozed", "closed")


def gather(session: Session, office: Office, account: Account, now: datetime) -> AccountFacts:
    """Everything the score looks at. What Intercom never told stays None, which is not zero."""
    workspace = office.workspace
    rows = conversations.of_account(session, workspace, account.id, states=_STATES)
    month, quarter = now - MONTH, now - QUARTER
    parts = _parts(session, workspace, rows, quarter)
    wrote = [part for row in rows for part in parts[row.id] if part.customer_message]
    alive = [row for row in rows if row.state != "closed"]
    owner = reps.get_admin(session, workspace, account.owner_admin_id)
    promises = _promises(session, workspace, rows)
    running = {each.conversation_id: each for each in promises if each.stopped_at is None}
    # By this workspace's own clocks: Intercom's verdict is left aside.
    late = [each for each in promises if each.state == "breached"]
    reopened = {row.id: _reopens(row, parts[row.id], month) for row in rows}
    counted = [each for each in reopened.values() if each is not None]
    people, since = _same_issue(session, office, account.id, alive)
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
        open_conversations=tuple(
            _open(row, parts[row.id], running.get(row.id), month, reopened[row.id] or 0) for row in alive
        ),
        messages_30d=sum(part.created_at >= month for part in wrote),
        messages_90d=sum(part.created_at >= quarter for part in wrote),
        sla_misses_30d=sum(_late_until(each) >= month for each in late),
        late_for_longer=sum(_late_until(each) < month for each in late if each.stopped_at is None),
        reopens_30d=sum(counted) if len(counted) == len(rows) else None,
        ratings=tuple(
            Rating(row.rating, row.rating_at)
            for row in rows
            if row.rating is not None and row.rating_at is not None
        ),
        people_same_issue=people,
        same_issue_since=since,
        bot_only_answered=sum(_bot_only(parts[row.id]) for row in alive if row.waiting_since),
        unanswered_outreach=_unanswered_outreach(rows, parts, quarter),
        recent_texts=tuple(
            text for row in rows if row.state == "closed" for text in _own_texts(parts[row.id], month)
        ),
        owner=owner.name if owner else None,
        usage_seen_at=usage_seen(session, workspace) or account.fetched_at,
        usage_gap=pulse.usage_gap(session, workspace),
    )


def usage_seen(session: Session, workspace: str) -> datetime | None:
    """When Intercom last told that anybody uses anything: when an account was last seen. Of too few accounts
    nobody can tell, there it is when they were last read; None when that was never done to the end."""
    used = pulse.used_last(session, workspace)
    if used is not None:
        return used[0]
    read = pulse.get_mark(session, workspace, pulse.ACCOUNTS)
    return datetime.fromisoformat(read) if read is not None else None


def _parts(
    session: Session, workspace: str, rows: list[Conversation], since: datetime
) -> dict[str, list[Part]]:
    """The parts of what is open and of what went on since then; no others are looked at."""
    near = [row.id for row in rows if row.state != "closed" or row.updated_at >= since]
    return {row.id: [] for row in rows} | parts_of_many(session, workspace, near)


def _open(
    row: Conversation, parts: list[Part], promise: SlaClock | None, since: datetime, reopens: int
) -> OpenConversation:
    return OpenConversation(
        id=row.id,
        waiting_since=waits_since(row, promise) if promise is not None else _unpromised_since(row, parts),
        texts=_own_texts(parts, since),
        bot_only=_bot_only(parts),
        reopens=reopens,
    )


def _own_texts(parts: list[Part], since: datetime) -> tuple[str, ...]:
    """What the customer wrote since then, oldest first, without the mails quoted below it: those are somebody
    else's words, or were counted when they came."""
    wrote = (part.text for part in parts if part.customer_message and part.created_at >= since)
    # Of a mail that is nothing but a quote own_words keeps the whole: a reader must see something.
    return tuple(own_words(text) for text in wrote if clean(text))


def _unpromised_since(row: Conversation, parts: list[Part]) -> datetime | None:
    """Since when somebody waits to whom nothing is promised: who asks again waits on, though Intercom tells
    of the latest."""
    if row.waiting_since is None:
        return None
    settled = max(
        (part.waiting_since or part.created_at for part in parts if part.kind == NO_ANSWER_NEEDED),
        default=None,
    )
    first = row.waiting_since
    for part in reversed(parts):
        if part.public_reply or part.kind == "close":
            break
        if part.customer_message and (settled is None or part.created_at > settled):
            first = min(first, part.created_at)
    return first


def _reopens(row: Conversation, parts: list[Part], since: datetime) -> int | None:
    """How often it was opened again since then; None while its parts, which alone tell when, lack.

    Intercom's own number is of all time: never more than that.
    """
    if not row.reopens or row.updated_at < since:
        return 0
    ever, found, state = 0, 0, ""
    for part in parts:
        if part.kind == "close" or part.raw_kind == SECONDARY:
            state = "closed"
        elif part.kind == "snoozed":
            state = "snoozed"
        elif part.reopens or part.wakes or part.customer_message:
            # Waking one that was snoozed is no reopening, nor is a word more in one that was open.
            if state == "closed" or (part.reopens and not state):
                ever, found = ever + 1, found + (part.created_at >= since)
            state = "open"
    if ever < row.reopens and (row.details_due is not None or not ever):
        return None
    return min(found, row.reopens)


def _bot_only(parts: list[Part]) -> bool:
    answered = any(part.public_reply for part in parts)
    return not answered and any(part.automatic and part.text for part in parts)


def _promises(session: Session, workspace: str, rows: list[Conversation]) -> list[SlaClock]:
    """Every reply that was promised in these conversations, given or not.

    One that was promised twice from the same message on (`next_response_from_start`) is one reply: it counts
    as late if either promise was broken.
    """
    ids = [row.id for row in rows]
    promised = [
        clock
        for start in range(0, len(ids), 500)
        for clock in clocks.of_many(session, workspace, ids[start : start + 500])
        if clock.clock in REPLY_CLOCKS
    ]
    promised.sort(key=lambda each: (each.state != "breached", each.due_at or each.started_at))
    replies: dict[tuple[str, datetime, datetime | None], SlaClock] = {}
    for clock in promised:
        replies.setdefault((clock.conversation_id, clock.started_at, clock.stopped_at), clock)
    return list(replies.values())


def _late_until(promise: SlaClock) -> datetime:
    """When it was late last: at the reply, else at its deadline."""
    return promise.stopped_at or promise.due_at or promise.started_at


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


def _unanswered_outreach(rows: list[Conversation], parts: dict[str, list[Part]], since: datetime) -> int:
    """How many of our own latest conversations since then have had nothing from the account after them.

    Whatever somebody there writes, in whatever conversation, says that they are in touch. A ticket that only
    teammates see counts as begun by one of them, and was sent to nobody. Whom a call of ours reached has
    spoken with us, and mostly writes nothing.
    """
    heard = [
        part.created_at
        for row in rows
        for part in parts[row.id]
        if part.customer_message or (part.kind == "call" and part.text)
    ]
    last = max([since, *heard])
    return sum(
        row.started_by != "contact" and row.channel != TICKET and row.created_at > last for row in rows
    )
