"""Notice that Intercom has a conversation no more, though no webhook said so.

Searches tell of what changed, and what was deleted is in none of them. So once an hour the conversations and
tickets that are open here are held against those that are open in Intercom, and each that stands in one list
only is asked for by name. What is not known then either is over (`bot/intake/details.py`); what is over here
by mistake, because Intercom did not know it for a while, is open again.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session, col, select

from bot.clock import Clock, Moment, moment
from bot.intake.apply_tickets import stands_alone
from bot.intake.paging import BEGINNING, pages
from bot.intercom.client import IntercomClient
from bot.intercom.errors import NO_TICKETS, IntercomError
from bot.store import pulse
from bot.store.conversations import Conversation, ask_details
from bot.store.engine import Store

EVERY = timedelta(hours=1)
LOOKED = pulse.DELETED

_SETTLED = timedelta(minutes=15)
"""What changed later than that may not be in Intercom's search yet."""
_SLICE = 500
_MOST = 100
"""Asked for by name after one look: Intercom tells of what changes as well."""


async def look(store: Store, workspace: str, intercom: IntercomClient, clock: Clock) -> int:
    """Ask for every conversation that is open here or in Intercom, and not in both; how many they are.

    Does nothing, and returns 0, while the last look is younger than an hour, and at the very first time: all
    that is open was read just then. Raises IntercomError.
    """
    at = moment(clock)
    last = await store.read(pulse.get_mark, workspace, LOOKED)
    if last is None:
        await store.write(pulse.set_mark, workspace, LOOKED, at.now.isoformat())
    if last is None or at.now - datetime.fromisoformat(last) < EVERY:
        return 0
    listed: set[str] = set()
    fetch = partial(intercom.search_conversations, BEGINNING, states=("open", "snoozed"))
    async with aclosing(pages(fetch)) as found:
        async for page in found:
            listed.update(facts.id for facts in page.items)
    listed |= await _open_tickets(intercom)
    return await store.write(_ask, workspace, listed, at)


async def _open_tickets(intercom: IntercomClient) -> set[str]:
    """None where tickets cannot be read: then each that is known is asked for by name."""
    listed: set[str] = set()
    try:
        async with aclosing(pages(partial(intercom.search_tickets, BEGINNING, only_open=True))) as found:
            async for page in found:
                listed.update(each.id for each in page.items if stands_alone(each))
    except IntercomError as error:
        if error.kind not in NO_TICKETS:
            raise
    return listed


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
