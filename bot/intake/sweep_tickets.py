"""Tickets as a sweep reads them: one that never was a conversation is in no search for these.

They are read by themselves, from where their own last reading began: conversations do not wait for them. Few
customers file tickets, and reading their pages twice costs little: no place in them is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlmodel import Session

from bot.clock import Clock, Moment, moment
from bot.intake.apply_tickets import hear_tickets
from bot.intake.paging import BEGINNING, Fetch, pages
from bot.intake.sweep import FIRST_REACH
from bot.intercom.client import IntercomClient
from bot.intercom.errors import NO_TICKETS, IntercomError
from bot.intercom.facts_people import TicketFacts
from bot.intercom.pages import Page
from bot.store import pulse
from bot.store.engine import Store

log = structlog.get_logger("watchbell.intake")

OPENED = "sweep.open_tickets"
"""When all open tickets were read: at the first sweep that may read tickets."""
SWEPT = "sweep.tickets"
"""The instant up to which every ticket that changed is known."""
_SLICE = 50


async def sweep_tickets(
    store: Store, workspace: str, intercom: IntercomClient, overlap: timedelta, clock: Clock
) -> int:
    """Take in every ticket that changed since this was last done, at first every open one too; how many rows
    were seen.

    Where there are no tickets, or the token may not read them, that is logged and nothing else: as soon as
    it may, nothing is missing. Raises IntercomError when Intercom cannot be asked now.
    """
    seen, began = 0, clock.now()
    swept = await store.read(pulse.get_mark, workspace, SWEPT)
    since = datetime.fromisoformat(swept) - overlap if swept is not None else began - FIRST_REACH
    try:
        if await store.read(pulse.get_mark, workspace, OPENED) is None:
            still_open = partial(intercom.search_tickets, BEGINNING, only_open=True)
            seen += await _take_all(store, workspace, still_open, clock)
            await store.write(pulse.set_mark, workspace, OPENED, clock.now().isoformat())
        seen += await _take_all(store, workspace, partial(intercom.search_tickets, since), clock)
        await store.write(_note_swept, workspace, since, began)
    except IntercomError as error:
        if error.kind not in NO_TICKETS:
            raise
        log.warning("tickets_not_read", kind=error.kind, status=error.status)
    await store.write(pulse.set_mark, workspace, pulse.TICKETS, began.isoformat())
    return seen


def _note_swept(session: Session, workspace: str, since: datetime, began: datetime) -> None:
    pulse.set_mark(session, workspace, SWEPT, began.isoformat())
    if pulse.tickets_reached(session, workspace) is None:
        pulse.set_mark(session, workspace, pulse.TICKETS_REACHED, since.isoformat())


async def _take_all(store: Store, workspace: str, fetch: Fetch[TicketFacts], clock: Clock) -> int:
    seen = 0
    async with aclosing(pages(partial(_page, fetch))) as found:
        async for page in found:
            for start in range(0, len(page.items), _SLICE):
                await store.write(_take, workspace, page.items[start : start + _SLICE], moment(clock))
            seen += len(page.items)
    return seen


async def _page(fetch: Fetch[TicketFacts], cursor: str | None) -> Page[TicketFacts]:
    try:
        return await fetch(cursor)
    except IntercomError as error:
        if cursor is None or error.kind not in NO_TICKETS:
            raise
        # A page was read a moment ago, so nothing is forbidden: the rest is not given up, but read anew.
        raise IntercomError("unknown", error.message_for_people, status=error.status) from error


def _take(session: Session, workspace: str, several: Sequence[TicketFacts], at: Moment) -> None:
    hear_tickets(session, workspace, several, at, listed=True)
