"""Hold what is open here against what is open in Intercom, for what no webhook and no sweep told.

Searches tell of what changed, and what was deleted is in none of them. So once an hour each conversation and
ticket that is open here only is asked for by name, and so is what is over here only. What is not known then
either is over (`bot/intake/details.py`); what is over here by mistake, because Intercom did not know it for a
while, is open again. What the list shows and nobody knows here, or shows anew, is taken in from it: it came
into Intercom's search after the sweeps had passed by.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlmodel import Session, col, select

from bot.clock import Clock, Moment, moment
from bot.intake.apply import apply_conversations
from bot.intake.apply_tickets import hear_tickets, stands_alone
from bot.intake.paging import BEGINNING, pages
from bot.intercom.client import IntercomClient
from bot.intercom.errors import NO_TICKETS, IntercomError
from bot.intercom.facts import ConversationFacts
from bot.intercom.facts_people import TicketFacts
from bot.store import conversations, pulse
from bot.store.conversations import Conversation, ask_details
from bot.store.engine import Store

T = TypeVar("T", ConversationFacts, TicketFacts)

EVERY = timedelta(hours=1)
LOOKED = pulse.DELETED

_SETTLED = timedelta(minutes=15)
"""What changed later than that may not be in Intercom's search yet."""
_SLICE = 500
_AT_ONCE = 50
"""Taken in by one transaction."""
_MOST = 100
"""Asked for by name after one look: Intercom tells of what changes as well."""


async def look(store: Store, workspace: str, intercom: IntercomClient, clock: Clock) -> int:
    """Ask for every conversation that is open here or in Intercom, and not in both, and take in what Intercom
    lists and is not known so here; how many they are.

    Does nothing, and returns 0, while the last look is younger than an hour, and at the very first time: all
    that is open was read just then. Raises IntercomError.
    """
    at = moment(clock)
    last = await store.read(pulse.get_mark, workspace, LOOKED)
    if last is None:
        await store.write(pulse.set_mark, workspace, LOOKED, at.now.isoformat())
    if last is None or at.now - datetime.fromisoformat(last) < EVERY:
        return 0
    taken, listed = 0, set[str]()
    fetch = partial(intercom.search_conversations, BEGINNING, states=("open", "snoozed"))
    async with aclosing(pages(fetch)) as found:
        async for page in found:
            listed.update(facts.id for facts in page.items)
            taken += await _take_in(store, workspace, page.items, apply_conversations, clock)
    tickets, more = await _open_tickets(store, workspace, intercom, clock)
    return taken + more + await store.write(_ask, workspace, listed | tickets, at)


async def _open_tickets(
    store: Store, workspace: str, intercom: IntercomClient, clock: Clock
) -> tuple[set[str], int]:
    """Those that are open, and how many were taken in. None where tickets cannot be read: then each that is
    known is asked for by name.
    """
    taken, listed = 0, set[str]()
    try:
        async with aclosing(pages(partial(intercom.search_tickets, BEGINNING, only_open=True))) as found:
            async for page in found:
                alone = [each for each in page.items if stands_alone(each)]
                listed.update(each.id for each in alone)
                taken += await _take_in(store, workspace, alone, partial(hear_tickets, listed=True), clock)
    except IntercomError as error:
        if error.kind not in NO_TICKETS:
            raise
    return listed, taken


async def _take_in(
    store: Store,
    workspace: str,
    told: Sequence[T],
    take: Callable[[Session, str, Sequence[T], Moment], object],
    clock: Clock,
) -> int:
    """Take in what is listed and not known here, or known as it was before; how many these are."""
    behind = await store.read(_behind, workspace, told)
    for start in range(0, len(behind), _AT_ONCE):
        await store.write(take, workspace, behind[start : start + _AT_ONCE], moment(clock))
    return len(behind)


def _behind(session: Session, workspace: str, told: Sequence[T]) -> list[T]:
    rows = conversations.get_many(session, workspace, [each.id for each in told])
    return [each for each in told if (row := rows.get(each.id)) is None or row.updated_at < each.updated_at]


def _ask(session: Session, workspace: str, listed: Collection[str], at: Moment) -> int:
    query = select(Conversation.id).where(
        Conversation.workspace == workspace,
        Conversation.state != "closed",
        Conversation.updated_at < at.now - _SETTLED,
        col(Conversation.details_due).is_(None),
    )
    missing = sorted(each for each in session.exec(query) if each not in listed)
    missing += _closed_among(session, workspace, sorted(listed))
    if len(missing) > _MOST:
        # Of many, each has its turn in some hour.
        missing = random.Random(int(at.now.timestamp())).sample(missing, _MOST)
    for conversation_id in missing:
        ask_details(session, workspace, conversation_id, at.machine)
    pulse.set_mark(session, workspace, LOOKED, at.now.isoformat())
    return len(missing)


def _closed_among(session: Session, workspace: str, listed: Sequence[str]) -> list[str]:
    """Those of the conversations listed as open that count as over here."""
    found: list[str] = []
    for start in range(0, len(listed), _SLICE):
        query = select(Conversation.id).where(
            Conversation.workspace == workspace,
            Conversation.state == "closed",
            col(Conversation.id).in_(listed[start : start + _SLICE]),
        )
        found += session.exec(query)
    return sorted(found)
