"""Digests: what is open, told at set times to a channel or to each rep, once for each time and never empty.

A digest goes through everything that is open, of which there may be 50,000 conversations: it reads columns
in a few questions, and only the accounts that are named are looked at closely.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from bot import freshness
from bot.accounts import digest_times
from bot.accounts.digest_times import JOB
from bot.cards import digest as digest_card
from bot.cards.digest import DigestCard, DigestLine
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import show
from bot.present import ALERT_CLOCKS, REPLY_CLOCKS, due, permalink, risk_of
from bot.settings.model import Digest
from bot.store import accounts, clocks, conversations, reps, slots, threads
from bot.store.accounts import Account
from bot.store.clocks import SlaClock
from bot.store.conversations import Conversation
from bot.store.posts import get_post

STALE = timedelta(hours=2)
"""A digest that could not come for so long is left out: what it tells has passed."""
SOON = timedelta(hours=2)
_AT_ONCE = 1_000
_RESOLUTIONS = ("resolution", "total_resolution")
_UPDATES = ("periodic_update",)

Wanted = Callable[[Conversation], bool]


@dataclass(frozen=True, slots=True)
class Due:
    """A digest whose time has come; `period` names the occurrence, in local time."""

    digest: Digest
    channel: str | None
    period: str


def occurrence(digest: Digest, now: datetime) -> tuple[str, datetime] | None:
    """The latest time of a digest that `now` still belongs to, by name and instant; None when none does."""
    zone = ZoneInfo(digest.zone)
    today = now.astimezone(zone).date()
    found: tuple[str, datetime] | None = None
    for day in (today - timedelta(days=1), today):
        if day.weekday() not in digest.weekdays:
            continue
        for at in digest.at:
            begins = datetime.combine(day, at, zone)
            if begins.timestamp() <= now.timestamp() < (begins + STALE).timestamp():
                found = f"{digest.name} {day.isoformat()}T{at:%H:%M}", begins
    return found


def due_now(session: Session, office: Office, now: datetime, *, started: datetime) -> list[Due]:
    """Digests that are due and that nobody has taken yet. `started`: since when this bot runs."""
    found = []
    for digest, channel in office.digests:
        when = occurrence(digest, now)
        if when is None or slots.slot_taken(session, office.workspace, JOB, when[0]):
            continue
        if not digest_times.stood(session, office, digest, when[1]):
            continue
        if freshness.should_wait(session, office, when[1], started, now):
            continue
        found.append(Due(digest, channel, when[0]))
    return found


def cards(
    session: Session, office: Office, asked: Due, wanted: Wanted, now: datetime
) -> dict[str, DigestCard]:
    """What is to be said, by the channel or person it goes to; what would be empty is left out."""
    open_now = _open(session, office, wanted, now)
    if asked.channel is not None:
        card = _card(session, office, asked.digest, open_now, now, rep=None)
        return {asked.channel: card} if card is not None else {}
    found: dict[str, DigestCard] = {}
    owners = _owners(session, office)
    for link in reps.all_links(session, office.workspace):
        admin = reps.get_admin(session, office.workspace, link.admin_id)
        if admin is None or admin.absent:
            continue
        mine = [each for each in open_now if _is_theirs(each, admin.id, owners)]
        card = _card(session, office, asked.digest, mine, now, rep=admin.name)
        if card is not None:
            found[link.slack_user_id] = card
    return found


def post(session: Session, office: Office, asked: Due, told: Mapping[str, DigestCard], at: Moment) -> int:
    """Take the slot and have the digest posted; the number of messages, 0 when somebody else did it."""
    if not slots.take_slot(session, office.workspace, JOB, asked.period, now=at.now):
        return 0
    for target, card in told.items():
        show(
            session,
            office.workspace,
            key=f"digest:{asked.period}:{target}",
            channel=target,
            content=digest_card.render(card),
            at=at,
        )
    return len(told)


@dataclass(slots=True)
class _Open:
    """What is needed of an open conversation."""

    id: str
    account_id: str | None
    claimed_by: str | None
    """Who has it and is there; what somebody away holds is on offer."""
    away: str | None
    """Who has it and is not there."""
    waits: bool
    snoozed: bool
    clock: str | None
    """Which promise runs: of several a late reply, else the nearest."""
    due_at: datetime | None

    def is_late(self, now: datetime, kinds: Collection[str] = REPLY_CLOCKS) -> bool:
        return self.clock in kinds and self.due_at is not None and self.due_at <= now

    @property
    def free(self) -> bool:
        """A customer waits in the queue, and nobody who is there has it."""
        return self.waits and self.claimed_by is None


@dataclass(slots=True)
class _Sum:
    """What is open in an account."""

    account_id: str | None
    rows: list[_Open] = field(default_factory=list)

    def late(self, now: datetime) -> int:
        return sum(each.is_late(now) for each in self.rows)

    @property
    def open_conversations(self) -> int:
        return sum(not each.snoozed for each in self.rows)

    def urgency(self) -> tuple[bool, float, int, str]:
        first = min((each.due_at for each in self.rows if each.due_at is not None), default=None)
        return first is None, first.timestamp() if first else 0.0, -len(self.rows), self.account_id or ""


def _open(session: Session, office: Office, wanted: Wanted, now: datetime) -> list[_Open]:
    """What is open, and what is snoozed while a promise of it that is due by then runs on."""
    promised = _promised(session, office, now)
    away = set(reps.away_admins(session, office.workspace))
    return [
        _Open(
            row.id,
            row.account_id,
            claimed_by=row.claimed_by if row.claimed_by not in away else None,
            away=row.claimed_by if row.claimed_by in away else None,
            waits=row.waiting_since is not None and row.state == "open",
            snoozed=row.state == "snoozed",
            clock=promised.get(row.id, (None, None))[0],
            due_at=promised.get(row.id, (None, None))[1],
        )
        for row in _rows(session, office.workspace, promised, now + SOON)
        if wanted(row)
    ]


def _promised(session: Session, office: Office, now: datetime) -> dict[str, tuple[str, datetime]]:
    """The promise of each conversation: its kind and its deadline."""
    running = columns(col(SlaClock.conversation_id), col(SlaClock.clock), col(SlaClock.due_at)).where(
        col(SlaClock.workspace) == office.workspace,
        col(SlaClock.stopped_at).is_(None),
        col(SlaClock.due_at).is_not(None),
        col(SlaClock.clock).in_(ALERT_CLOCKS),
    )
    found: dict[str, tuple[str, datetime]] = {}
    for conversation_id, clock, due_at in session.execute(running.execution_options(yield_per=_AT_ONCE)):
        before = found.get(conversation_id)
        if before is None or _rank(clock, due_at, now) < _rank(*before, now):
            found[conversation_id] = clock, due_at
    return found


def _rank(clock: str, due_at: datetime, now: datetime) -> tuple[bool, datetime]:
    return not (clock in REPLY_CLOCKS and due_at <= now), due_at


def _rows(
    session: Session, workspace: str, promised: Mapping[str, tuple[str, datetime]], due_by: datetime
) -> Iterator[Conversation]:
    """Everything open, a thousand rows in memory at a time, then what is snoozed and due by then."""
    query = select(Conversation).where(Conversation.workspace == workspace, Conversation.state == "open")
    yield from session.exec(query.execution_options(yield_per=_AT_ONCE))
    due_ids = [each for each, (_, due_at) in promised.items() if due_at <= due_by]
    yield from conversations.snoozed_among(session, workspace, due_ids)


def _owners(session: Session, office: Office) -> dict[str, str]:
    query = select(Account.id, Account.owner_admin_id).where(
        Account.workspace == office.workspace, col(Account.owner_admin_id).is_not(None)
    )
    return {account_id: owner for account_id, owner in session.exec(query) if owner is not None}


def _is_theirs(row: _Open, admin_id: str, owners: Mapping[str, str]) -> bool:
    """They hold it, or it is of an account of theirs and nobody else who is there holds it."""
    if row.claimed_by is not None:
        return row.claimed_by == admin_id
    return row.account_id is not None and owners.get(row.account_id) == admin_id


def _card(
    session: Session, office: Office, digest: Digest, rows: list[_Open], now: datetime, *, rep: str | None
) -> DigestCard | None:
    if not rows:
        return None
    sums: dict[str | None, _Sum] = {}
    for row in rows:
        sums.setdefault(row.account_id, _Sum(row.account_id)).rows.append(row)
    ordered = sorted(sums.values(), key=_Sum.urgency)
    soon = now + SOON
    return DigestCard(
        name=digest.name,
        now=now,
        zone=digest.zone,
        open_conversations=sum(each.open_conversations for each in ordered),
        late=sum(each.late(now) for each in ordered),
        late_resolutions=sum(row.is_late(now, _RESOLUTIONS) for row in rows),
        late_updates=sum(row.is_late(now, _UPDATES) for row in rows),
        due_soon=sum(row.due_at is not None and now < row.due_at <= soon for row in rows),
        due_by=soon,
        unclaimed=sum(row.free for row in rows),
        accounts=len(ordered),
        lines=tuple(_line(session, office, each, now) for each in ordered[: digest.limit]),
        rep=rep,
        last_read=freshness.last_read(session, office, now),
    )


def _line(session: Session, office: Office, found: _Sum, now: datetime) -> DigestLine:
    workspace, account_id = office.workspace, found.account_id
    urgent = min((each for each in found.rows if each.due_at is not None), key=_deadline, default=None)
    clock = None
    if urgent is not None and urgent.clock is not None:
        clock = clocks.running_of(session, workspace, [urgent.id], [urgent.clock]).get(urgent.id)
    holders = [reps.get_admin(session, workspace, each.claimed_by or each.away) for each in found.rows]
    url = None
    if account_id is not None:
        thread = threads.live_thread(session, workspace, account_id)
        if thread is not None:
            url = permalink(office, get_post(session, workspace, thread.post))
    company = accounts.get_account(session, workspace, account_id)
    return DigestLine(
        name=company.name if company is not None else account_id,
        open_conversations=found.open_conversations,
        snoozed=len(found.rows) - found.open_conversations,
        late=found.late(now),
        due=due(office, clock, now),
        claimed_by=tuple(dict.fromkeys(each.name for each in holders if each is not None)),
        away=tuple(dict.fromkeys(each.name for each in holders if each is not None and each.absent)),
        unclaimed=sum(each.free for each in found.rows),
        nobodys=sum(each.free and each.away is None for each in found.rows),
        risk=risk_of(session, office, account_id) if account_id is not None else None,
        url=url,
    )


def _deadline(row: _Open) -> float:
    return row.due_at.timestamp() if row.due_at is not None else 0.0
