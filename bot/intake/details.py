"""Fetch what webhooks and search rows leave out: all parts, the people, their account."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.clock import Clock, Moment, moment
from bot.intake.apply import apply_conversations
from bot.intake.people import apply_company, apply_contact
from bot.intercom.client import IntercomClient
from bot.intercom.errors import IntercomError
from bot.intercom.facts import ConversationFacts
from bot.intercom.facts_people import CompanyFacts, ContactFacts
from bot.settings.model import AccountsConfig
from bot.store import conversations, rechecks
from bot.store.accounts import get_account, get_contact
from bot.store.engine import Store

log = structlog.get_logger("watchbell.intake")

FRESH = timedelta(hours=6)
"""People and accounts younger than this (business time) are not asked for again."""

BATCH = 8
TURN = 4
"""Taken in by one transaction, behind which others wait."""
AT_ONCE = 8
LONGEST_WAIT = 300.0
FETCHED_WITHIN = timedelta(seconds=20)
"""A batch that a replica took and has not brought by then is fetched by another one (machine time)."""


@dataclass
class _Found:
    """What a batch brought together."""

    conversations: list[ConversationFacts] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    contacts: list[ContactFacts] = field(default_factory=list)
    companies: list[CompanyFacts] = field(default_factory=list)


async def fetch_details(
    store: Store, workspace: str, intercom: IntercomClient, names: AccountsConfig, clock: Clock
) -> int:
    """Fetch one batch of conversations that lack details, and apply it. The number that was wanting.

    A conversation that cannot be fetched now is tried again later, ever less often; one that Intercom no
    longer knows keeps what was told of it.
    """
    machine = clock.machine()
    if not await store.read(conversations.lacking_details, workspace, machine, limit=1):
        return 0
    # Alone on a database nobody else would fetch them, and a restart need not wait.
    until = machine + FETCHED_WITHIN if store.shared else machine
    wanted = await store.write(conversations.take_lacking, workspace, machine, until=until, limit=BATCH)
    found = _Found()
    gate = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(_conversation(intercom, each, found, gate) for each in wanted))
    await _people(store, workspace, intercom, found, gate, clock)
    await _take_in(store, workspace, found, wanted, names, clock)
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


def _take_told(session: Session, workspace: str, several: Sequence[ConversationFacts], at: Moment) -> None:
    apply_conversations(session, workspace, several, at)


async def _conversation(
    intercom: IntercomClient, conversation_id: str, found: _Found, gate: asyncio.Semaphore
) -> None:
    async with gate:
        try:
            found.conversations.append(await intercom.conversation(conversation_id))
        except IntercomError as error:
            (found.gone if error.kind in ("not_found", "refused") else found.failed).append(conversation_id)
            log.warning("details_not_fetched", conversation=conversation_id, kind=error.kind)


async def _people(
    store: Store,
    workspace: str,
    intercom: IntercomClient,
    found: _Found,
    gate: asyncio.Semaphore,
    clock: Clock,
) -> None:
    now = clock.now()
    contact_ids = {each.contact_ids[0] for each in found.conversations if each.contact_ids}
    missing = await store.read(_stale_contacts, workspace, contact_ids, now - FRESH)

    async def contact(contact_id: str) -> None:
        async with gate:
            try:
                found.contacts.append(await intercom.contact(contact_id))
            except IntercomError as error:
                log.warning("contact_not_fetched", contact=contact_id, kind=error.kind)

    await asyncio.gather(*(contact(each) for each in sorted(missing)))
    company_ids = {each.company_id for each in found.conversations if each.company_id}
    company_ids |= {each.company_ids[0] for each in found.contacts if each.company_ids}
    lacking = await store.read(_stale_accounts, workspace, company_ids, now - FRESH)

    async def company(company_id: str) -> None:
        async with gate:
            try:
                found.companies.append(await intercom.company(company_id))
            except IntercomError as error:
                log.warning("company_not_fetched", company=company_id, kind=error.kind)

    await asyncio.gather(*(company(each) for each in sorted(lacking)))


def _stale_contacts(session: Session, workspace: str, ids: set[str], oldest: datetime) -> set[str]:
    known = {each: get_contact(session, workspace, each) for each in ids}
    return {each for each, row in known.items() if row is None or row.fetched_at < oldest}


def _stale_accounts(session: Session, workspace: str, ids: set[str], oldest: datetime) -> set[str]:
    known = {each: get_account(session, workspace, each) for each in ids}
    return {each for each, row in known.items() if row is None or row.fetched_at < oldest}


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
    several = found.conversations
    yield replace(found, conversations=several[:TURN])
    for start in range(TURN, len(several), TURN):
        yield _Found(several[start : start + TURN])


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
    for contact in found.contacts:
        apply_contact(session, workspace, contact, at, names)
    stored = conversations.get_many(session, workspace, [facts.id for facts in found.conversations])
    wishes = {each.id: each.details_due for each in stored.values()}
    for row in apply_conversations(session, workspace, found.conversations, at):
        if row is None:
            continue
        wish = wishes.get(row.id)
        if wish is None or wish == wanted.get(row.id):
            # Asked for and answered: what is still missing (a person Intercom has lost) stays missing.
            row.details_due, row.details_tries = None, 1
        else:
            # Something happened while this was being fetched, perhaps after Intercom had answered.
            row.details_due, row.details_tries = wish, 0
        session.add(row)
    for conversation_id in found.gone:
        _settle(session, workspace, conversation_id, at, again=False)
    for conversation_id in found.failed:
        _settle(session, workspace, conversation_id, at, again=True)


def _settle(session: Session, workspace: str, conversation_id: str, at: Moment, *, again: bool) -> None:
    row = conversations.get(session, workspace, conversation_id)
    if row is None:
        return
    row.details_tries += 1
    wait = min(2.0**row.details_tries, LONGEST_WAIT)
    row.details_due = at.machine + timedelta(seconds=wait) if again else None
    session.add(row)
    rechecks.ask_about(session, row, now=at.machine)
