"""Answers that the team gave to similar questions, made fit for the person who asks now.

The index holds question, template and source of the latest answered conversations that are closed; it is
built on a thread when the first window needs it and again when it is old. What is shown is read from the
store once more, so that words which were erased or forgotten meanwhile are not offered.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.cards.writing import Suggested
from bot.clean_text import own_words, words
from bot.clock import Moment
from bot.desk import wording
from bot.desk.similar import Index
from bot.desk.wording import Reader
from bot.office import Office
from bot.present import url, waiting_words
from bot.store import accounts, conversations
from bot.store.conversations import Conversation
from bot.store.engine import Store
from bot.store.parts import Part, part_texts, parts_of, parts_of_many

_READ = 2_000
"""Conversations that are looked through, the latest."""
_OF_EACH = 3
"""Exchanges of one conversation."""
_OLD = timedelta(minutes=15)
_SHORTEST = 5
"""Words; below that neither a question nor an answer says enough."""
_LOOKED_AT = 40
_LIKE_ENOUGH = 0.2
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a customer asked and what a rep answered, as a template for the next one."""

    conversation_id: str
    part_id: str
    question: str
    template: str
    by: str
    at: datetime


@dataclass(frozen=True)
class _Shelf:
    exchanges: Sequence[Exchange]
    index: Index
    uses: dict[str, list[int]]
    built: datetime


class Suggestions:
    """Up to three answers for a window; `at` is when it is asked (machine time decides what is old)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shelf: _Shelf | None = None
        self._building = asyncio.Lock()

    async def for_conversation(
        self, office: Office, conversation_id: str, rep_name: str, at: Moment, *, several: bool = False
    ) -> tuple[Suggested, ...]:
        """The answers that fit what this customer is waiting to hear, best first.

        For `several` readers what differs between them stays open.
        """
        shelf = await self._fresh(office, at)
        if not shelf.exchanges:
            return ()
        question, reader = await self._store.read(_asked, office, conversation_id, rep_name)
        if len(words(question)) < 2:
            return ()
        found = await asyncio.to_thread(_best, shelf, question, conversation_id)
        return await self._store.read(_shown, office, found, shelf, _filling(reader, several=several))

    async def words_of(
        self,
        office: Office,
        conversation_id: str,
        rep_name: str,
        chosen: str,
        at: Moment,
        *,
        several: bool = False,
    ) -> str | None:
        """The words of one suggestion for this reader; None when it is not known any more."""
        shelf = await self._fresh(office, at)
        exchange = next((each for each in shelf.exchanges if _name(each) == chosen), None)
        if exchange is None or not await self._store.read(_still_there, office, exchange):
            return None
        _, reader = await self._store.read(_asked, office, conversation_id, rep_name)
        return _filling(reader, several=several)(exchange.template)

    async def _fresh(self, office: Office, at: Moment) -> _Shelf:
        async with self._building:
            shelf = self._shelf
            if shelf is None or at.machine - shelf.built > _OLD or at.machine < shelf.built:
                exchanges = await self._store.read(exchanges_of, office)
                shelf = await asyncio.to_thread(_built, exchanges, at.machine)
                self._shelf = shelf
            return shelf


def exchanges_of(session: Session, office: Office) -> list[Exchange]:
    """Questions and answers of the latest closed conversations, as templates, oldest first."""
    workspace = office.workspace
    rows = conversations.lately_closed(session, workspace, _READ)
    parts = parts_of_many(session, workspace, [row.id for row in rows])
    people = accounts.get_contacts(session, workspace, [row.contact_id for row in rows if row.contact_id])
    names = accounts.get_names(session, workspace, {row.account_id for row in rows if row.account_id})
    of_account: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.account_id and row.contact_name:
            of_account[row.account_id].add(row.contact_name)
    pairs = [(row, *pair) for row in rows for pair in _pairs(parts[row.id])]
    readers: dict[str, set[str]] = defaultdict(set)
    for row, _, answer in pairs:
        for link in wording.links_in(answer.text):
            readers[link].add(row.account_id or row.contact_id or row.id)
    shared = {link for link, who in readers.items() if len(who) > 1}
    ordinary = _ordinary(pairs, of_account)
    found = []
    for row, question, answer in pairs:
        contact = people.get(row.contact_id or "")
        reader = Reader(
            name=row.contact_name,
            account=names.get(row.account_id or ""),
            email=contact.email if contact else None,
            rep=answer.author_name,
        )
        others = of_account.get(row.account_id or "", set()) - {row.contact_name or ""}
        template = wording.scrub(answer.text, reader, others=sorted(others), kept=shared, ordinary=ordinary)
        if template is None:
            continue
        by = answer.author_name or "a colleague"
        found.append(Exchange(row.id, answer.id, question, template, by, answer.created_at))
    return sorted(found, key=lambda each: (each.at, each.conversation_id, each.part_id))


def _ordinary(
    pairs: Sequence[tuple[Conversation, str, Part]], of_account: Mapping[str, set[str]]
) -> frozenset[str]:
    """Words that several answers hold in small letters whose readers do not bear them as a name."""
    seen: Counter[str] = Counter()
    for row, _, answer in pairs:
        names = {row.contact_name or "", *of_account.get(row.account_id or "", ())}
        theirs = {part.lower() for name in names for part in name.split()}
        seen.update(wording.small_words(answer.text) - theirs)
    return frozenset(word for word, count in seen.items() if count > 1)


def _pairs(parts: Sequence[Part]) -> list[tuple[str, Part]]:
    found: list[tuple[str, Part]] = []
    asked: list[str] = []
    for part in parts:
        if part.customer_message:
            asked.append(own_words(part.text))
        elif part.public_reply:
            question = "\n".join(each for each in asked if each)
            human = part.author_type == "admin" and not part.automatic
            if human and len(words(question)) >= _SHORTEST and len(words(part.text)) >= _SHORTEST:
                found.append((question, part))
            asked = []
    return found[:_OF_EACH]


def _built(exchanges: list[Exchange], machine_now: datetime) -> _Shelf:
    uses: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(exchanges):
        uses[wording.alike(each.template)].append(place)
    return _Shelf(exchanges, Index([each.question for each in exchanges]), dict(uses), machine_now)


def _best(shelf: _Shelf, question: str, conversation_id: str) -> list[int]:
    """One place for each way of answering, the best first: how like the question is, summed over its uses."""
    scores: dict[str, float] = defaultdict(float)
    for place, likeness in shelf.index.nearest(question, _LOOKED_AT):
        each = shelf.exchanges[place]
        if likeness >= _LIKE_ENOUGH and each.conversation_id != conversation_id:
            # Squared: one question that is nearly the same outweighs several that are a little like it.
            scores[wording.alike(each.template)] += likeness**2
    best = heapq.nlargest(_SHOWN, scores, key=lambda way: scores[way])
    return [
        max(place for place in shelf.uses[way] if shelf.exchanges[place].conversation_id != conversation_id)
        for way in best
    ]


def _asked(session: Session, office: Office, conversation_id: str, rep_name: str) -> tuple[str, Reader]:
    row = conversations.get(session, office.workspace, conversation_id)
    if row is None:
        return "", Reader(rep=rep_name)
    parts = parts_of(session, office.workspace, row.id)
    return waiting_words(parts), reader_of(session, office, row, rep_name)


def reader_of(session: Session, office: Office, row: Conversation, rep_name: str) -> Reader:
    """The person of a conversation, and who writes to them."""
    contact = accounts.get_contact(session, office.workspace, row.contact_id)
    account = accounts.get_account(session, office.workspace, row.account_id)
    return Reader(
        name=row.contact_name,
        account=account.name if account else None,
        email=contact.email if contact else None,
        rep=rep_name,
    )


def _filling(reader: Reader, *, several: bool) -> Callable[[str], str]:
    if several:
        return partial(wording.for_several, rep=reader.rep or "")
    return partial(wording.fill, reader=reader)


def _shown(
    session: Session, office: Office, places: list[int], shelf: _Shelf, filled: Callable[[str], str]
) -> tuple[Suggested, ...]:
    shown = []
    for place in places:
        each = shelf.exchanges[place]
        row = conversations.get(session, office.workspace, each.conversation_id)
        if row is None or not _still_there(session, office, each):
            continue
        shown.append(
            Suggested(
                id=_name(each),
                words=filled(each.template),
                used=len(shelf.uses[wording.alike(each.template)]),
                last_by=each.by,
                last_at=each.at,
                url=url(office, each.conversation_id),
            )
        )
    return tuple(shown)


def _still_there(session: Session, office: Office, exchange: Exchange) -> bool:
    texts = part_texts(session, office.workspace, [exchange.conversation_id], [exchange.part_id])
    return bool(texts.get((exchange.conversation_id, exchange.part_id)))


def _name(exchange: Exchange) -> str:
    return f"{exchange.conversation_id}/{exchange.part_id}"
