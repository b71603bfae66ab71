"""Saved replies: the team's own and Intercom's macros, found by their title or words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.cards.replies import WORDS, RepliesCard, SavedLine, WrittenReply
from bot.clock import Moment
from bot.desk import wording
from bot.desk.claim import must_know
from bot.desk.rep import Rep, note_down
from bot.desk.suggestions import reader_of
from bot.errors import UserError
from bot.intercom.errors import IntercomError
from bot.intercom.macros import Macro
from bot.office import Office
from bot.store import reps, saved_replies

log = structlog.get_logger("watchbell.saved")

_OLD = timedelta(minutes=10)
_AGAIN = timedelta(minutes=1)
_OFFERED = 50


class Macros:
    """Intercom's macros, read when they are first wanted and again when they are old."""

    def __init__(self, fetch: Callable[[], Awaitable[Sequence[Macro]]]) -> None:
        self._fetch = fetch
        self._known: Sequence[Macro] = ()
        self._next: datetime | None = None
        self._reading = asyncio.Lock()

    async def known(self, machine_now: datetime) -> Sequence[Macro]:
        """Those that are known; while Intercom cannot say, the ones from before."""
        async with self._reading:
            if self._next is None or machine_now >= self._next:
                try:
                    self._known = await self._fetch()
                    self._next = machine_now + _OLD
                except IntercomError as error:
                    log.info("macros_not_read", kind=error.kind)
                    self._next = machine_now + _AGAIN
        return self._known


@dataclass(frozen=True, slots=True)
class Offer:
    """One saved reply in the search. `id` is `own:…` or `macro:…`."""

    id: str
    title: str


def search(
    session: Session, office: Office, admin_id: str, macros: Sequence[Macro], query: str
) -> list[Offer]:
    """What fits the words of a search, title first; the team's own before Intercom's."""
    wanted = query.casefold().split()
    admin = reps.get_admin(session, office.workspace, admin_id)
    teams = set(admin.team_ids) if admin is not None else set()
    own = [(f"own:{row.id}", row.title, row.words) for row in saved_replies.every(session, office.workspace)]
    theirs = [
        (f"macro:{each.id}", each.name, each.words)
        for each in sorted(macros, key=lambda each: each.name.casefold())
        if each.teams is None or each.teams & teams
    ]
    found: list[tuple[int, Offer]] = []
    for name, title, words in [*own, *theirs]:
        in_title = all(each in title.casefold() for each in wanted)
        if in_title or all(each in f"{title} {words}".casefold() for each in wanted):
            found.append((0 if in_title else 1, Offer(name, title)))
    return [offer for _, offer in sorted(found, key=lambda each: each[0])][:_OFFERED]


def use(
    session: Session,
    office: Office,
    rep: Rep,
    conversation_id: str,
    macros: Sequence[Macro],
    chosen: str,
    at: Moment,
) -> str:
    """The words of a saved reply for this conversation's reader. Raises UserError when it is gone."""
    conversation = must_know(session, office, conversation_id)
    return wording.fill(
        _words_of(session, office, rep, macros, chosen, at),
        reader_of(session, office, conversation, rep.name),
    )


def use_for_several(
    session: Session, office: Office, rep: Rep, macros: Sequence[Macro], chosen: str, at: Moment
) -> str:
    """The same for several readers: what differs between them stays open."""
    return wording.for_several(_words_of(session, office, rep, macros, chosen, at), rep.name)


def _words_of(
    session: Session, office: Office, rep: Rep, macros: Sequence[Macro], chosen: str, at: Moment
) -> str:
    kind, _, reply_id = chosen.partition(":")
    words: str | None = None
    if kind == "own":
        row = saved_replies.get(session, office.workspace, reply_id)
        if row is not None:
            saved_replies.count_use(session, office.workspace, reply_id, by=rep.slack_user_id, now=at.now)
            words = row.words
    else:
        words = next((each.words for each in macros if each.id == reply_id), None)
    if words is None:
        raise UserError("Nothing was put in: that saved reply is not there any more.")
    return words


def card(session: Session, office: Office, macros: int) -> RepliesCard:
    """All of the team's own."""
    rows = saved_replies.every(session, office.workspace)
    lines = tuple(SavedLine(row.id, row.title, row.words, row.used) for row in rows)
    return RepliesCard(lines, macros)


def line(session: Session, office: Office, reply_id: str) -> SavedLine:
    """One of the team's own. Raises UserError when it is gone."""
    row = saved_replies.get(session, office.workspace, reply_id)
    if row is None:
        raise UserError("That saved reply is not there any more. Type `/watchbell replies` to see what is.")
    return SavedLine(row.id, row.title, row.words, row.used)


def unknown(written: WrittenReply) -> dict[str, str] | None:
    """The validation error of words that ask for what nobody fills in."""
    told = wording.unknown(written.words)
    return {WORDS: f"Nothing was saved. {told}"} if told else None


def save(session: Session, office: Office, rep: Rep, written: WrittenReply, at: Moment) -> None:
    """Save a reply. Raises UserError when the one that was edited is gone."""
    row = saved_replies.save(
        session,
        office.workspace,
        written.id,
        title=written.title,
        words=written.words,
        by=rep.slack_user_id,
        now=at.now,
    )
    if row is None:
        raise UserError("Nothing was saved: a colleague deleted that reply meanwhile.")
    note_down(session, office, rep, "save_reply", "saved", at, detail=row.id)


def delete(session: Session, office: Office, rep: Rep, reply_id: str, at: Moment) -> None:
    """Delete one of the team's own; one that is gone already stays so."""
    if saved_replies.delete(session, office.workspace, reply_id):
        note_down(session, office, rep, "delete_reply", "deleted", at, detail=reply_id)
