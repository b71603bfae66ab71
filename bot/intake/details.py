"""Fetch what webhooks and search rows leave out: all parts, the people, their account."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.clock import Clock, Moment, moment
from bot.intake.apply import apply_conversations, forget_conversation
from bot.intake.apply_tickets import apply_read_tickets
from bot.intake.merged_people import follow_merge
from bot.intake.people import apply_company, apply_contact, forget_company
from bot.intake.tickets import as_conversation
from bot.intercom.client import IntercomClient
from bot.intercom.errors import NO_TICKETS, IntercomError
from bot.intercom.facts import ConversationFacts
from bot.intercom.facts_people import CompanyFacts, ContactFacts, TicketFacts
from bot.settings.model import AccountsConfig
from bot.store import conversations, rechecks
from bot.store.accounts import Account, get_account, get_contact
from bot.store.engine import Store

log = structlog.get_logger("watchbell.intake")

FRESH = timedelta(hours=6)
"""People and accounts younger than this (business time) are not asked for again."""

READERS = 20
"""People of one conversation who are asked about; an answer goes to all of them."""
BATCH = 8
TURN = 4
"""Taken in by one transaction, behind which others wait."""
AT_ONCE = 8
LONGEST_WAIT = 300.0
ABSENT_AFTER = 3
"""So often Intercom is asked before a conversation that it does not know counts as deleted."""
ASKED_AGAIN = timedelta(seconds=60)
"""A person whom Intercom could not tell about is asked about again after that (machine time)."""
FETCHED_WITHIN = timedelta(seconds=20)
"""A batch that a replica took and has not brought by then is fetched by another one (machine time)."""


class _NoTickets(Exception):
    """No conversation has that id, and whether a ticket has it may not be asked."""


@dataclass
class _Found:
    """What a batch brought together."""

    conversations: list[ConversationFacts] = field(default_factory=list)
    tickets: list[TicketFacts] = field(default_factory=list)
    """What no conversation has the id of."""
    absent: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    """Not known as conversations, and the token may not read tickets."""
    refused: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    contacts: list[ContactFacts] = field(default_factory=list)
    companies: list[CompanyFacts] = field(default_factory=list)
    merged: list[tuple[str, str]] = field(default_factory=list)
    """Who was merged away, and who they are now."""
    deleted: list[str] = field(default_factory=list)
    """Companies that Intercom has no more."""

    @property
    def all(self) -> list[ConversationFacts]:
        """The tickets seen as conversations among them."""
        return [*self.conversations, *(as_conversation(each) for each in self.tickets)]


async def fetch_details(
    store: Store, workspace: str, intercom: IntercomClient, names: AccountsConfig, clock: Clock
) -> int:
    """Fetch one batch of conversations that lack details, and apply it. The number that was wanting.

    A conversation that cannot be fetched now is tried again later, ever less often; one that Intercom does
    not know, asked several times, was deleted there.
    """
    machine = clock.machine()
    if not await store.read(conversations.lacking_details, workspace, machine, limit=1):
        return 0
    # Alone on a database nobody else would fetch them, and a restart need not wait.
    until = machine + FETCHED_WITHIN if store.shared else machine
    wanted = await store.write(conversations.take_lacking, workspace, machine, until=until, limit=BATCH)
    found = _Found()
    gate = asyncio.Semaphore(AT_ONCE)
    try:
        await asyncio.gather(*(_conversation(intercom, each, found, gate) for each in wanted))
        await _people(store, workspace, intercom, found, gate, clock)
        await _take_in(store, workspace, found, wanted, names, clock)
    except asyncio.CancelledError:
        # This bot stops: another one need not wait until its time is up.
        await store.write(conversations.give_back_lacking, workspace, wanted, clock.machine())
        raise
    return len(wanted)


async def fetch_people(
    store: Store, workspace: str, intercom: IntercomClient, names: AccountsConfig, clock: Clock
) -> int:
    """Ask Intercom about a few people of whom it knows more than it has told, and apply it; how many it were.

    Who cannot be asked about now is asked about again in a while, and who is not known there is not.
    """
    machine = clock.machine()
    wanted = await store.read(rechecks.due, workspace, rechecks.CONTACT, machine, limit=BATCH)
    if wanted and store.shared:
        until = machine + FETCHED_WITHIN
        wanted = await store.write(rechecks.put_off, workspace, rechecks.CONTACT, wanted, until)
    if not wanted:
        return 0
    found, gate = _Found(), asyncio.Semaphore(AT_ONCE)
    failed = await _contacts(intercom, wanted, found, gate)
    await _companies(store, workspace, intercom, found, gate, clock)
    await _take_in(store, workspace, found, {}, names, clock)
    done = {each: asked_at for each, asked_at in wanted.items() if each not in failed}
    await store.write(rechecks.settle, workspace, rechecks.CONTACT, done)
    later = {each: wanted[each] for each in failed}
    await store.write(rechecks.put_off, workspace, rechecks.CONTACT, later, machine + ASKED_AGAIN)
    return len(wanted)


async def fetch_whole(
    store: Store,
    workspace: str,
    intercom: IntercomClient,
    names: AccountsConfig,
    clock: Clock,
    told: Sequence[ConversationFacts],
) -> None:
    """Take in a few conversations that a search told of, with all their parts and people.

    One that cannot be fetched now is taken in as it was told, and its details are tried for again later.
    """
    found = _Found()
    gate = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(_conversation(intercom, facts.id, found, gate) for facts in told))
    await _people(store, workspace, intercom, found, gate, clock)
    failed = [facts for facts in told if facts.id in found.failed]
    await _take_in(store, workspace, found, {}, names, clock)
    if failed:
        await store.write(_take_told, workspace, failed, moment(clock))


async def refresh(
    store: Store, workspace: str, intercom: IntercomClient, clock: Clock, conversation_id: str
) -> bool:
    """Bring one conversation or ticket up to date, for somebody waits; where that fails it stays as known.

    False where Intercom does not know it: then it is asked for again, and is over if it was deleted.
    """
    try:
        whole = await _whole(intercom, conversation_id)
    except IntercomError as error:
        log.info("refresh_failed", conversation=conversation_id, kind=error.kind)
        if error.kind != "not_found":
            return True
        await store.write(conversations.ask_details, workspace, conversation_id, clock.machine())
        return False
    except _NoTickets:
        log.info("refresh_failed", conversation=conversation_id, kind="not_found")
        await store.write(conversations.ask_details, workspace, conversation_id, clock.machine())
        row = await store.read(conversations.get, workspace, conversation_id)
        # Of a ticket it only failed to tell.
        return row is not None and row.channel == "ticket"
    if isinstance(whole, TicketFacts):
        await store.write(apply_read_tickets, workspace, [whole], moment(clock))
    else:
        await store.write(apply_conversations, workspace, [whole], moment(clock))
    return True


def _take_told(session: Session, workspace: str, several: Sequence[ConversationFacts], at: Moment) -> None:
    apply_conversations(session, workspace, several, at)


async def _conversation(
    intercom: IntercomClient, conversation_id: str, found: _Found, gate: asyncio.Semaphore
) -> None:
    async with gate:
        try:
            whole = await _whole(intercom, conversation_id)
            if isinstance(whole, TicketFacts):
                found.tickets.append(whole)
            else:
                found.conversations.append(whole)
        except IntercomError as error:
            match error.kind:
                case "not_found":
                    found.absent.append(conversation_id)
                case "refused":
                    found.refused.append(conversation_id)
                case _:
                    found.failed.append(conversation_id)
            log.warning("details_not_fetched", conversation=conversation_id, kind=error.kind)
        except _NoTickets:
            found.unseen.append(conversation_id)
            log.warning("details_not_fetched", conversation=conversation_id, kind="not_found")


async def _whole(intercom: IntercomClient, conversation_id: str) -> ConversationFacts | TicketFacts:
    """A conversation or, where none has that id, the ticket that has it. Raises IntercomError."""
    try:
        return await intercom.conversation(conversation_id)
    except IntercomError as error:
        if error.kind != "not_found":
            raise
        absent = error
    try:
        return await intercom.ticket(conversation_id)
    except IntercomError as error:
        if error.kind in NO_TICKETS and error.kind != "not_found":
            raise _NoTickets from absent
        raise


async def _people(
    store: Store,
    workspace: str,
    intercom: IntercomClient,
    found: _Found,
    gate: asyncio.Semaphore,
    clock: Clock,
) -> None:
    contact_ids = {contact_id for each in found.all for contact_id in each.contact_ids[:READERS]}
    missing = await store.read(_stale_contacts, workspace, contact_ids, clock.now() - FRESH)
    await _contacts(intercom, missing, found, gate)
    await _companies(store, workspace, intercom, found, gate, clock)


async def _contacts(
    intercom: IntercomClient, ids: Collection[str], found: _Found, gate: asyncio.Semaphore
) -> set[str]:
    """Fetch people, and whoever those are now who were merged away. The ids that are to be asked again."""
    failed: set[str] = set()

    async def contact(contact_id: str) -> str | None:
        """Fetch one; who they are now where they were merged away."""
        async with gate:
            try:
                found.contacts.append(await intercom.contact(contact_id))
            except IntercomError as error:
                log.warning("contact_not_fetched", contact=contact_id, kind=error.kind)
                if error.kind in ("not_sent", "unknown", "rate_limited"):
                    failed.add(contact_id)
                return error.instead
        return None

    wanted = sorted(ids)
    now = await asyncio.gather(*(contact(each) for each in wanted))
    found.merged += [(each, into) for each, into in zip(wanted, now, strict=True) if into is not None]
    await asyncio.gather(*(contact(each) for each in sorted({into for _, into in found.merged})))
    return failed & set(ids)


async def _companies(
    store: Store,
    workspace: str,
    intercom: IntercomClient,
    found: _Found,
    gate: asyncio.Semaphore,
    clock: Clock,
) -> None:
    """Fetch the companies of what was found, as far as they are not known or grown old."""
    company_ids = {each.company_id for each in found.all if each.company_id}
    company_ids |= {each.company_ids[0] for each in found.contacts if each.company_ids}
    lacking = await store.read(_stale_accounts, workspace, company_ids, clock.now() - FRESH)

    async def company(company_id: str) -> None:
        async with gate:
            try:
                found.companies.append(await intercom.company(company_id))
            except IntercomError as error:
                log.warning("company_not_fetched", company=company_id, kind=error.kind)
                if error.kind == "not_found":
                    found.deleted.append(company_id)

    await asyncio.gather(*(company(each) for each in sorted(lacking)))


def _stale_contacts(session: Session, workspace: str, ids: set[str], oldest: datetime) -> set[str]:
    known = {each: get_contact(session, workspace, each) for each in ids}
    lacking = {each for each, row in known.items() if row is None}
    for row in known.values():
        if row is not None and row.merged_into is not None:
            lacking.add(row.merged_into)
        elif row is not None and row.fetched_at < oldest:
            lacking.add(row.id)
    return lacking


def _stale_accounts(session: Session, workspace: str, ids: set[str], oldest: datetime) -> set[str]:
    known = {each: get_account(session, workspace, each) for each in ids}
    return {each for each, row in known.items() if row is None or _is_stale(row, oldest)}


def _is_stale(row: Account, oldest: datetime) -> bool:
    # One that was deleted is not asked for again: Intercom may still show what it has put away.
    return row.deleted_at is None and row.fetched_at < oldest


async def _take_in(
    store: Store,
    workspace: str,
    found: _Found,
    wanted: Mapping[str, datetime],
    names: AccountsConfig,
    clock: Clock,
) -> None:
    """In several turns of the line of writes. What is not taken in by a bot that dies is fetched again."""
    for turn in _turns(found):
        await store.write(_apply, workspace, turn, wanted, names, moment(clock))


def _turns(found: _Found) -> Iterator[_Found]:
    """People first: their conversations are taken in with their names."""
    several, tickets = found.conversations, found.tickets
    yield replace(found, conversations=several[:TURN], tickets=[])
    for start in range(TURN, len(several), TURN):
        yield _Found(several[start : start + TURN])
    for start in range(0, len(tickets), TURN):
        yield _Found(tickets=tickets[start : start + TURN])


def _apply(
    session: Session,
    workspace: str,
    found: _Found,
    wanted: Mapping[str, datetime],
    names: AccountsConfig,
    at: Moment,
) -> None:
    for company in found.companies:
        apply_company(session, workspace, company, names, at)
    for company_id in found.deleted:
        forget_company(session, workspace, company_id, at)
    for contact in found.contacts:
        apply_contact(session, workspace, contact, at, names)
    for contact_id, into in found.merged:
        follow_merge(session, workspace, contact_id, into, at)
    stored = conversations.get_many(session, workspace, [facts.id for facts in found.all])
    wishes = {each.id: each.details_due for each in stored.values()}
    rows = apply_conversations(session, workspace, found.conversations, at)
    for row in [*rows, *apply_read_tickets(session, workspace, found.tickets, at)]:
        if row is None:
            continue
        wish = wishes.get(row.id)
        if wish is None or wish == wanted.get(row.id):
            # Asked for and answered: what is still missing (a person Intercom has lost) stays missing.
            row.details_due, row.details_tries = None, 1
        else:
            # Something happened while this was being fetched, perhaps after Intercom had answered.
            row.details_due, row.details_tries = wish, 0
        row.details_absent = 0
        session.add(row)
    for conversation_id in found.absent:
        _miss(session, workspace, conversation_id, at)
    for conversation_id in found.unseen:
        _miss(session, workspace, conversation_id, at, unless="ticket")
    for conversation_id in found.refused:
        _settle(session, workspace, conversation_id, at, again=False)
    for conversation_id in found.failed:
        _settle(session, workspace, conversation_id, at, again=True)


def _miss(
    session: Session, workspace: str, conversation_id: str, at: Moment, *, unless: str | None = None
) -> None:
    """Intercom does not know a conversation. A new one may not be everywhere yet, so it is asked again.

    Of the channel `unless` it only failed to tell.
    """
    row = conversations.get(session, workspace, conversation_id)
    if row is None:
        return
    if row.channel != unless:
        row.details_absent += 1
    sure = row.details_absent >= ABSENT_AFTER
    _settle(session, workspace, conversation_id, at, again=not sure)
    if sure:
        forget_conversation(session, workspace, conversation_id, at)


def _settle(session: Session, workspace: str, conversation_id: str, at: Moment, *, again: bool) -> None:
    row = conversations.get(session, workspace, conversation_id)
    if row is None:
        return
    row.details_tries += 1
    wait = min(2.0**row.details_tries, LONGEST_WAIT)
    row.details_due = at.machine + timedelta(seconds=wait) if again else None
    session.add(row)
    rechecks.ask_about(session, row, now=at.machine)
