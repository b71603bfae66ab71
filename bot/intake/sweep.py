"""The sweep: ask Intercom for everything that changed, whether or not webhooks arrive.

Each sweep reaches back behind the last by an overlap, because Intercom's search index lags. The first sync
is a sweep from far back; its cursor is stored after each page, so a first sync that is killed half-way goes
on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.clock import Clock, Moment, moment
from bot.intake.apply import apply_conversations
from bot.intake.paging import BEGINNING, pages
from bot.intake.people import apply_company, forget_company
from bot.intercom.client import IntercomClient
from bot.intercom.errors import IntercomError
from bot.intercom.facts import ConversationFacts
from bot.intercom.facts_people import ActivityLog, CompanyFacts
from bot.intercom.pages import Page
from bot.settings.model import AccountsConfig
from bot.store import accounts, pulse
from bot.store.engine import Store

FIRST_REACH = timedelta(days=90)
"""How far the first sync looks back: a quarter gives each account its own baseline."""

ACTIVITY_REACH = timedelta(days=14)
ACCOUNTS_EVERY = timedelta(hours=1)
_AT_ONCE = 60
_ASKED_FOR = 20
_SLICE = 50
"""Conversations that are taken in by one transaction."""

SINCE, CURSOR, STARTED, SWEPT, ACTIVITY, ACCOUNTS = (
    "sweep.since",
    "sweep.cursor",
    "sweep.started",
    pulse.SWEPT,
    pulse.ACTIVITY,
    pulse.ACCOUNTS,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep has come. `total` is Intercom's word, None when it says none."""

    done: int
    total: int | None


async def sweep(
    store: Store,
    workspace: str,
    intercom: IntercomClient,
    overlap: timedelta,
    clock: Clock,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> int:
    """Take in every conversation that changed since the last sweep; the number of rows seen.

    Raises IntercomError when Intercom cannot be asked now; what was taken in until then stays, and the next
    call goes on from there.
    """
    if await store.read(pulse.get_mark, workspace, SWEPT) is None:
        await _whatever_is_open(store, workspace, intercom, clock)
    since, cursor = await store.write(_begin, workspace, overlap, clock.now())
    seen = 0
    async with aclosing(pages(partial(_fetch, intercom, since), cursor)) as found:
        async for page in found:
            await _write(store, workspace, page, clock, since=since)
            seen += len(page.items)
            if progress is not None:
                progress(Progress(seen, page.total))
    await store.write(_finish, workspace, since, clock.now(), seen)
    return seen


async def _whatever_is_open(store: Store, workspace: str, intercom: IntercomClient, clock: Clock) -> None:
    """Before history: everything open or snoozed, however old. It is what rings first."""
    fetch = partial(intercom.search_conversations, BEGINNING, states=("open", "snoozed"))
    async with aclosing(pages(fetch, None)) as found:
        async for page in found:
            await _write(store, workspace, page, clock)


async def _fetch(intercom: IntercomClient, since: datetime, cursor: str | None) -> Page[ConversationFacts]:
    try:
        return await intercom.search_conversations(since, cursor)
    except IntercomError as error:
        if cursor is None or error.kind != "refused":
            raise
        # A cursor kept over a restart can have expired: begin this sweep again, which costs time only.
        return await intercom.search_conversations(since, None)


async def _write(
    store: Store,
    workspace: str,
    page: Page[ConversationFacts],
    clock: Clock,
    *,
    since: datetime | None = None,
) -> None:
    """Take a page in, a slice at a time: whoever waits behind one in the line of writes has not long to wait.

    Of the sweep that began at `since` the end of the page is kept as well, to go on from there.
    """
    for start in range(0, len(page.items), _SLICE):
        await store.write(_take, workspace, page.items[start : start + _SLICE], moment(clock))
    if since is not None:
        await store.write(_keep_cursor, workspace, since, page.next_cursor)


def _begin(
    session: Session, workspace: str, overlap: timedelta, now: datetime
) -> tuple[datetime, str | None]:
    """Where this sweep starts: at an interrupted one's cursor, else behind the last one's start."""
    interrupted = pulse.get_mark(session, workspace, SINCE)
    if interrupted is not None:
        return datetime.fromisoformat(interrupted), pulse.get_mark(session, workspace, CURSOR)
    swept = pulse.get_mark(session, workspace, SWEPT)
    since = datetime.fromisoformat(swept) - overlap if swept else now - FIRST_REACH
    pulse.set_mark(session, workspace, SINCE, since.isoformat())
    pulse.set_mark(session, workspace, STARTED, now.isoformat())
    return since, None


def _take(session: Session, workspace: str, several: Sequence[ConversationFacts], at: Moment) -> None:
    apply_conversations(session, workspace, several, at)


def _keep_cursor(session: Session, workspace: str, since: datetime, cursor: str | None) -> None:
    if _is_current(session, workspace, since):
        pulse.set_mark(session, workspace, CURSOR, cursor)


def _is_current(session: Session, workspace: str, since: datetime) -> bool:
    """Whether the sweep that began at `since` is still the one under way, or another replica has ended it."""
    return pulse.get_mark(session, workspace, SINCE) == since.isoformat()


def _finish(session: Session, workspace: str, since: datetime, now: datetime, seen: int) -> None:
    if not _is_current(session, workspace, since):
        return
    started = pulse.get_mark(session, workspace, STARTED) or now.isoformat()
    if pulse.get_mark(session, workspace, pulse.REACHED) is None:
        # A database that was swept before this was kept says so of its latest sweep only: the rest is
        # looked through again when somebody asks for it.
        pulse.set_mark(session, workspace, pulse.REACHED, since.isoformat())
    pulse.set_mark(session, workspace, SWEPT, started)
    for name in (SINCE, CURSOR, STARTED):
        pulse.set_mark(session, workspace, name, None)
    pulse.beat(session, workspace, "sweep", now=now, detail=f"{seen} rows")


async def read_accounts(
    store: Store, workspace: str, intercom: IntercomClient, names: AccountsConfig, clock: Clock
) -> int:
    """Take in every account, for the at-risk list also covers those that have nothing open. The number read.

    Does nothing, and returns 0, while the last reading is younger than an hour. Intercom does not list those
    without people, so a few of those that were not listed are asked for by name: one that it knows no more
    was deleted.
    """
    last = await store.read(pulse.get_mark, workspace, ACCOUNTS)
    if last is not None and clock.now() - datetime.fromisoformat(last) < ACCOUNTS_EVERY:
        return 0
    companies = [company async for company in intercom.companies()]
    for start in range(0, len(companies), _AT_ONCE):
        batch = companies[start : start + _AT_ONCE]
        await store.write(_take_accounts, workspace, batch, names, moment(clock))
    unlisted = await store.read(_unlisted, workspace, {each.id for each in companies})
    for company_id in unlisted:
        try:
            company = await intercom.company(company_id)
            await store.write(_take_accounts, workspace, [company], names, moment(clock))
        except IntercomError as error:
            if error.kind == "not_found":
                await store.write(forget_company, workspace, company_id, moment(clock))
            elif error.kind != "refused":
                raise
    await store.write(_note_accounts, workspace, clock.now())
    return len(companies)


def _note_accounts(session: Session, workspace: str, now: datetime) -> None:
    """The list was read to its end: when it was, and when anybody in it was seen last."""
    pulse.set_mark(session, workspace, ACCOUNTS, now.isoformat())
    seen = accounts.seen_last(session, workspace, now)
    if seen is not None:
        last, many = seen
        before = pulse.used_last(session, workspace)
        again = accounts.seen_first(session, workspace, before[0]) if before is not None else None
        if before is not None and again is not None and again - before[0] > pulse.USAGE_PATIENCE:
            gap = f"{before[0].isoformat()}/{again.isoformat()}"
            pulse.set_mark(session, workspace, pulse.USAGE_GAP, gap)
        pulse.beat(session, workspace, pulse.USAGE, now=last, detail=str(many))


def _unlisted(session: Session, workspace: str, listed: Collection[str]) -> list[str]:
    """Accounts that Intercom did not list, those first that were not asked for for the longest time."""
    known = [row for row in accounts.all_accounts(session, workspace) if row.id not in listed]
    return [row.id for row in sorted(known, key=lambda row: (row.fetched_at, row.id))[:_ASKED_FOR]]


def _take_accounts(
    session: Session, workspace: str, companies: list[CompanyFacts], names: AccountsConfig, at: Moment
) -> None:
    for company in companies:
        apply_company(session, workspace, company, names, at)


async def read_activity(store: Store, workspace: str, intercom: IntercomClient, clock: Clock) -> int:
    """Take in what teammates did to outbound messages and webhooks since last time; the number read."""
    last = await store.read(pulse.get_mark, workspace, ACTIVITY)
    now = clock.now()
    since = datetime.fromisoformat(last) - timedelta(minutes=5) if last else now - ACTIVITY_REACH
    entries = await intercom.activity_logs(since)
    await store.write(_take_activity, workspace, tuple(entries), now)
    return len(entries)


def _take_activity(session: Session, workspace: str, entries: tuple[ActivityLog, ...], now: datetime) -> None:
    for entry in entries:
        session.merge(
            pulse.ActivityEntry(
                workspace=workspace,
                id=entry.id,
                at=entry.at,
                kind=entry.activity_type,
                by=entry.admin_id or entry.admin_name,
                description=entry.description,
                detail=dict(entry.metadata),
            )
        )
    pulse.set_mark(session, workspace, ACTIVITY, now.isoformat())
