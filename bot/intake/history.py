"""Reach further back than the first reading did, when somebody asks for it: each stretch is fetched once.

A replay over last year needs last year's conversations with all their parts. What is asked for is a mark;
the bot goes back to it a page at a time, behind everything that is going on now, and keeps what it read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from bot.clock import Clock
from bot.intake.details import BATCH, fetch_whole
from bot.intercom.client import IntercomClient
from bot.intercom.errors import IntercomError
from bot.intercom.facts import ConversationFacts
from bot.intercom.pages import Page
from bot.settings.model import AccountsConfig
from bot.store import conversations, pulse
from bot.store.engine import Store

WANTED, CURSOR, DONE = "history.wanted", "history.cursor", "history.done"

OLDEST = datetime(2011, 1, 1, tzinfo=UTC)
"""Before that there was no Intercom to ask."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch that is being fetched: how many conversations of how many, None where Intercom says none."""

    since: datetime
    done: int
    total: int | None


def want(session: Session, workspace: str, since: datetime) -> bool:
    """Ask for everything that changed since then. False when it is known already."""
    reached = pulse.reached(session, workspace)
    if reached is None or since >= reached:
        return False
    since = max(since.replace(microsecond=0), OLDEST)
    wanted = pulse.get_mark(session, workspace, WANTED)
    if wanted is None or since < datetime.fromisoformat(wanted):
        pulse.set_mark(session, workspace, WANTED, since.isoformat())
        # A cursor belongs to the question it came with.
        for name in (CURSOR, DONE):
            pulse.set_mark(session, workspace, name, None)
    return True


def reading(session: Session, workspace: str) -> Reading | None:
    """How far the fetching is, None when there is nothing to fetch."""
    wanted = pulse.get_mark(session, workspace, WANTED)
    if wanted is None:
        return None
    done, _, total = (pulse.get_mark(session, workspace, DONE) or "0").partition("/")
    return Reading(datetime.fromisoformat(wanted), int(done), int(total) if total else None)


async def fetch_page(
    store: Store, workspace: str, intercom: IntercomClient, names: AccountsConfig, clock: Clock
) -> int:
    """Fetch one page of what was asked for, whole conversations with their people; the number taken in.

    Raises IntercomError when Intercom cannot be asked now: the next call goes on from the same page.
    """
    marks = await store.read(_marks, workspace)
    if marks is None:
        return 0
    since, before, cursor = marks
    page = await _page(intercom, since, before, cursor)
    lacking = await store.read(_lacking, workspace, page.items)
    for start in range(0, len(lacking), BATCH):
        await fetch_whole(store, workspace, intercom, names, clock, lacking[start : start + BATCH])
        await store.write(_tell, workspace, since, min(BATCH, len(lacking) - start), page.total)
    await store.write(_move, workspace, since, page, len(page.items) - len(lacking))
    # A page without anything new moves on too: there is more to do as long as there is a next one.
    return max(1, len(lacking))


async def _page(
    intercom: IntercomClient, since: datetime, before: datetime, cursor: str | None
) -> Page[ConversationFacts]:
    try:
        return await intercom.search_conversations(since, cursor, updated_before=before)
    except IntercomError as error:
        if cursor is None or error.kind != "refused":
            raise
        # A cursor kept over a restart can have expired: what is known already is not fetched again.
        return await intercom.search_conversations(since, None, updated_before=before)


def _marks(session: Session, workspace: str) -> tuple[datetime, datetime, str | None] | None:
    wanted = pulse.get_mark(session, workspace, WANTED)
    before = pulse.reached(session, workspace)
    if wanted is None or before is None:
        return None
    return datetime.fromisoformat(wanted), before, pulse.get_mark(session, workspace, CURSOR)


def _lacking(session: Session, workspace: str, told: Sequence[ConversationFacts]) -> list[ConversationFacts]:
    known = conversations.get_many(session, workspace, [facts.id for facts in told])
    return [facts for facts in told if not _is_known(known.get(facts.id), facts)]


def _is_known(row: conversations.Conversation | None, facts: ConversationFacts) -> bool:
    return row is not None and row.updated_at >= facts.updated_at


def _tell(session: Session, workspace: str, since: datetime, more: int, total: int | None) -> None:
    """Count what has come, for whoever watches. A page that is begun anew is counted on from where it was."""
    now = reading(session, workspace)
    if now is not None and now.since == since:
        done = now.done + more
        told = f"{min(done, total)}/{total}" if total is not None else f"{done}"
        pulse.set_mark(session, workspace, DONE, told)


def _move(
    session: Session, workspace: str, since: datetime, page: Page[ConversationFacts], known: int
) -> None:
    """Go on to the next page; `known` of this one needed no fetching."""
    now = reading(session, workspace)
    if now is None or now.since != since:
        # Somebody has asked for more meanwhile: that begins anew, over what is known by now.
        return
    if page.next_cursor is None:
        pulse.set_mark(session, workspace, pulse.REACHED, since.isoformat())
        for name in (WANTED, CURSOR, DONE):
            pulse.set_mark(session, workspace, name, None)
        return
    pulse.set_mark(session, workspace, CURSOR, page.next_cursor)
    _tell(session, workspace, since, known, page.total)
