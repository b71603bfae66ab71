"""From facts to what cards show: one place where stored rows become the cards' plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from sqlmodel import Session

from bot.cards import values
from bot.clean_text import own_words
from bot.intercom.facts import conversation_url
from bot.mail.history import without_quotes
from bot.office import Office
from bot.store import accounts, clocks, reps, risk
from bot.store.accounts import Account
from bot.store.clocks import Running, SlaClock
from bot.store.conversations import Conversation
from bot.store.parts import Part, last_said
from bot.store.posts import Post
from bot.store.rows import kept_row_of

REPLY_CLOCKS = {
    "first_response": values.Clock.FIRST_REPLY,
    "next_response": values.Clock.NEXT_REPLY,
}

ALERT_CLOCKS = {
    **REPLY_CLOCKS,
    "resolution": values.Clock.RESOLUTION,
    "total_resolution": values.Clock.TOTAL_RESOLUTION,
    "periodic_update": values.Clock.UPDATE,
}
"""Every promise that rings. Whoever waits in a queue waits for a reply."""

RISK_LEVELS = {
    "low": values.RiskLevel.LOW,
    "medium": values.RiskLevel.MEDIUM,
    "high": values.RiskLevel.HIGH,
}

NOBODY = "(no name)"

_AT_LEAST = 3


def account(session: Session, office: Office, row: Account | None) -> values.Account | None:
    """An account as cards show it, its owner by name."""
    if row is None:
        return None
    owner = reps.get_admin(session, office.workspace, row.owner_admin_id)
    return values.Account(
        id=row.id,
        name=row.name,
        plan=row.plan,
        monthly_spend=row.monthly_spend,
        currency=office.config.workspace.currency,
        renews_on=day(row.renewal_on),
        trial_ends_on=day(row.trial_ends_on),
        owner=owner.name if owner else None,
        users=row.user_count,
        sessions=row.session_count,
        last_seen=row.last_seen_at,
    )


def account_by_id(session: Session, office: Office, account_id: str | None) -> values.Account | None:
    return account(session, office, accounts.get_account(session, office.workspace, account_id))


def due(office: Office, clock: SlaClock | Running | None, now: datetime) -> values.Due | None:
    """What a running or stopped clock promises, measured at `now` or at its stop."""
    if clock is None or clock.due_at is None or clock.clock not in ALERT_CLOCKS:
        return None
    hours = office.hours[clock.calendar]
    at = clock.stopped_at or now
    left = hours.business_between(at, clock.due_at)
    late = clock.stopped_at is None and clock.state == "breached"
    # At the very second a promise is late, unless the answer came in that second.
    if at > clock.due_at or (at == clock.due_at and clock.stopped_at is None):
        # A pause after the deadline is no lateness.
        more = hours.business_between(clock.late_from, at) if late and clock.late_from is not None else 0
        counted = clock.late_seconds + more
        if clock.stopped_at is None and not late:
            # It was judged last before it was due.
            counted = hours.business_between(clock.due_at, at)
        left = -max(1, counted)
    return values.Due(
        clock=ALERT_CLOCKS[clock.clock],
        at=clock.due_at,
        seconds_left=left,
        working_time=True,
        paused=late and (clock.late_from is None or clock.late_from > at),
    )


def running_clock(session: Session, office: Office, conversation_id: str) -> Running | None:
    """The conversation's running reply clock, if one runs; there is at most one."""
    running = clocks.running_clocks_of(session, office.workspace, conversation_id)
    return next((clock for clock in running if clock.clock in REPLY_CLOCKS), None)


def line(
    session: Session, office: Office, row: Conversation, now: datetime, *, clock: SlaClock | None = None
) -> values.ConversationLine:
    """A conversation in one line. `clock` saves looking up the running one."""
    running = clock or running_clock(session, office, row.id)
    return lines(session, office, [(row, running)], now)[0]


def lines(
    session: Session,
    office: Office,
    entries: Sequence[tuple[Conversation, SlaClock | Running | None]],
    now: datetime,
    *,
    holders: Mapping[str, reps.Holder] = MappingProxyType({}),
) -> tuple[values.ConversationLine, ...]:
    """Conversations and the promises that run for them, in one line each, with a few questions for all.

    `holders` are seats that are known already, by id.
    """
    workspace = office.workspace
    rows = [row for row, _ in entries]
    companies = accounts.get_names(session, workspace, {row.account_id for row in rows if row.account_id})
    asked = {row.claimed_by for row in rows if row.claimed_by and row.claimed_by not in holders}
    owners = {**holders, **reps.holders(session, workspace, asked)}
    said = last_said(session, workspace, [row.id for row in rows])

    def one(row: Conversation, clock: SlaClock | Running | None) -> values.ConversationLine:
        last = said.get(row.id)
        owner = owners.get(row.claimed_by) if row.claimed_by else None
        return values.ConversationLine(
            id=row.id,
            contact=contact_name(row),
            channel=row.channel,
            account=companies.get(row.account_id) if row.account_id else None,
            due=due(office, clock, now) if row.state != "closed" else None,
            waiting_since=waits_since(row, clock),
            owner=owner.name if owner is not None else None,
            owner_away=owner is not None and owner.away,
            words=_words(last.text, last.attachments) if last is not None else "",
            state=row.state,
            snoozed_until=row.snoozed_until,
            url=url(office, row.id),
        )

    return tuple(one(row, clock) for row, clock in entries)


def waits_since(row: Conversation, clock: SlaClock | Running | None) -> datetime | None:
    """Since when somebody waits there: Intercom tells of their latest message, the promise of the first."""
    if row.waiting_since is None or clock is None or clock.clock not in REPLY_CLOCKS:
        return row.waiting_since
    return min(row.waiting_since, clock.started_at)


def contact_name(row: Conversation) -> str:
    return row.contact_name or NOBODY


def url(office: Office, conversation_id: str) -> str:
    return conversation_url(office.intercom_app, conversation_id)


def last_words(parts: Iterable[Part]) -> str:
    """What the customer said last; their title or file stands in where there are no words."""
    said = [part for part in parts if part.customer_message]
    return _words(said[-1].text, said[-1].attachments) if said else ""


def _words(text: str, attachments: int) -> str:
    return own_words(text) or ("(a file)" if attachments else "")


def waiting_words(parts: Iterable[Part]) -> str:
    """What the customer has said since the last answer, oldest first; else what they said last."""
    waiting: list[str] = []
    everything = list(parts)
    for part in everything:
        if part.public_reply:
            waiting = []
        elif part.customer_message and part.text:
            waiting.append(own_words(part.text))
    return "\n".join(waiting) or last_words(everything)


def author_name(row: Conversation, part: Part) -> str:
    """Who wrote a part; a ticket's own words have no name with them."""
    theirs = part.customer_message and part.author_id == row.contact_id
    return part.author_name or (row.contact_name if theirs else None) or ""


def said(row: Conversation, part: Part) -> values.Said:
    """One message as a modal or timeline shows it."""
    kind = "customer"
    if part.kind == "call":
        kind = "phone"
    elif part.automatic or part.author_type == "bot":
        kind = "bot"
    elif part.author_type == "admin":
        kind = "rep" if part.public_reply else "note"
    words = part.text or ("(a file)" if part.attachments else "")
    return values.Said(by=author_name(row, part) or NOBODY, words=words, at=part.created_at, kind=kind)


def to_read(row: Conversation, parts: Sequence[Part]) -> tuple[values.Said, ...]:
    """What somebody must have read before they write, oldest first: all that came since the last answer, the
    customer's part of it without the mails that it quotes; and `_AT_LEAST` messages.

    `parts` are those spoken. Of a longer story the earliest are left out.
    """
    answered = [place for place, part in enumerate(parts) if part.public_reply]
    begins = answered[-1] + 1 if answered else 0
    shown: list[values.Said] = []
    for place in range(min(begins, max(0, len(parts) - _AT_LEAST)), len(parts)):
        one = said(row, parts[place])
        if place >= begins and one.kind in ("customer", "phone"):
            own = without_quotes(one.words)
            one = replace(one, words=own, waiting=True, quoted=own != one.words)
        shown.append(one)
    return tuple(shown)


def spoken(parts: Iterable[Part]) -> list[Part]:
    """The parts that hold words or files: messages, replies, notes, and what was said on the phone."""
    return [
        part
        for part in parts
        if (part.text or part.attachments)
        and (part.customer_message or part.public_reply or part.kind in ("note", "comment", "call"))
    ]


def risk_of(session: Session, office: Office, account_id: str) -> values.Risk | None:
    """An account's risk as last judged; None when that is not known, which is not the same as low."""
    row = kept_row_of(session, risk.RiskNow, office.workspace, account_id)
    if row is None or row.level not in RISK_LEVELS:
        return None
    return values.Risk(RISK_LEVELS[row.level], row.total, row.change)


def permalink(office: Office, post: Post | None) -> str | None:
    """Where our post stands in Slack, once it stands there."""
    if post is None or post.ts is None:
        return None
    return standing(office, post.channel, post.ts)


def standing(office: Office, channel: str, ts: str) -> str:
    """Where a message stands in Slack."""
    return f"{office.slack_url}archives/{channel}/p{ts.replace('.', '')}"


def day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
