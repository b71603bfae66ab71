"""Hears which new problems spread: keeps what was begun of late in memory, and asks what is ordinary.

Nothing here is written down and nothing is needed after a restart: the window is read again from the tables,
a few conversations at a time, so that no look takes long however much there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from sqlmodel import Session

from bot.accounts.background import Background
from bot.accounts.clusters import Rules
from bot.accounts.lexical import Lexical
from bot.accounts.ordinary import BEFORE, Past, is_new
from bot.accounts.same_issue import IssueMessage, told
from bot.accounts.spreading import Begun, Recent, Spread
from bot.office import Office
from bot.store import beginnings, spreads, threads
from bot.store.beginnings import Beginning
from bot.store.parts import Part, parts_of_many

MOST = 2_000
"""Conversations of the window that are compared; of more, the newest."""

AT_ONCE = 10
AT_ONCE_SLOWLY = 2
"""Conversations that one look takes in, with an engine that takes a hundredth of a second for each."""

SAMPLE = 1_500
"""Conversations of the past that are asked what is ordinary; of more, a fixed part."""

ENOUGH = 300
"""Of the past so many, or all, are known before anything is announced."""

QUIET = timedelta(days=3)
"""A problem is announced anew after so long without another conversation."""

TAKEN_BACK = timedelta(days=14)
"""What a rep has taken back is not announced again for so long."""

SPEAKING = 20
"""Of a problem that was announced so many conversations, the newest, are what others are compared with."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Conversations that tell a problem which was announced."""

    number: int
    conversations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a look has found. `done` conversations were taken in, `more` wait for the next look."""

    new: tuple[Spread, ...] = ()
    joined: tuple[Joined, ...] = ()
    done: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What the past has of a conversation's text; `of` so many conversations of the past, and each stands for
    so many of all."""

    text: str
    past: Past
    of: int
    each_for: float


@dataclass
class Listening:
    """What was heard so far. `stirred`: something was judged since the last look.

    `past` are gists by conversation, of `of` conversations in all; `unread` are still to be read. `drawn`
    says when each open spreading issue was drawn last, by its number.
    """

    stirred: bool = True
    recent: Recent | None = None
    seen: dict[str, Beginning] = field(default_factory=dict)
    past: dict[str, Any] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    of: int = 0
    listed_at: datetime | None = None
    asked: dict[str, Asked] = field(default_factory=dict)
    drawn: dict[int, datetime] = field(default_factory=dict)


def look(session: Session, office: Office, listening: Listening, now: datetime) -> Heard:
    """Take in a few conversations that are new, and say what spreads now. Writes nothing."""
    engine = office.engine or Lexical(Background.of())
    if listening.recent is None or (office.engine is not None and listening.recent.engine is not engine):
        listening.recent, listening.seen, listening.past = Recent(engine), {}, {}
        listening.listed_at = None
    recent = listening.recent
    since = now - timedelta(seconds=office.config.spreading.within)
    announced = [
        each for each in spreads.alive(session, office.workspace, now - TAKEN_BACK) if _lives(each, now)
    ]
    members = {each.number: spreads.members(session, office.workspace, each.number) for each in announced}
    room = AT_ONCE_SLOWLY if engine.slow else AT_ONCE
    speaking = [row.conversation_id for rows in members.values() for row in rows[-SPEAKING:]]
    new, more = _take_in(session, office, listening, recent, since, speaking, room)
    done = len(new)
    done += _learn(session, office, listening, recent, since, max(room - done, AT_ONCE_SLOWLY))
    if not new:
        return Heard(done=done, more=more or bool(listening.unread))
    rules = Rules(
        (each.a, each.b, each.same) for each in spreads.words_since(session, office.workspace, now - BEFORE)
    )
    near = recent.around(new)
    taken = spreads.members_among(session, office.workspace, near)
    issues = threads.issues_now(session, office.workspace, {recent[each].account for each in near})
    old = _begun_before(session, office, issues, recent, since)

    def free(each: str) -> bool:
        return each not in taken and recent[each].at >= since and issues.get(each) not in old

    joined = tuple(
        Joined(each.number, theirs)
        for each in announced
        if (
            theirs := recent.joining(
                (row.conversation_id for row in members[each.number]), free=free, rules=rules
            )
        )
    )
    gone = {each for found in joined for each in found.conversations}
    known = {number: {row.conversation_id for row in rows} for number, rows in members.items()}
    goes_on: list[Joined] = []
    fresh: list[Spread] = []

    def holds(spread: Spread) -> bool:
        number = _goes_on(recent, spread, known)
        if number is not None:
            goes_on.append(Joined(number, spread.members))
        elif _is_news(session, office, listening, recent, spread):
            fresh.append(spread)
        else:
            return False
        return True

    recent.spreads(
        office.config.spreading.accounts,
        free=lambda each: each not in gone and free(each),
        rules=rules,
        issues=issues,
        among=new,
        holds=holds,
    )
    return Heard(tuple(fresh), (*joined, *goes_on), done, more or bool(listening.unread))


def _lives(spread: spreads.Spread, now: datetime) -> bool:
    """Whether what is like it belongs to it, and is not announced anew."""
    if spread.state == spreads.CLOSED:
        return spread.grown_at >= now - QUIET
    return True


def _goes_on(recent: Recent, found: Spread, known: dict[int, set[str]]) -> int | None:
    """The announced problem that most of these are like."""
    for number, members in sorted(known.items()):
        if 2 * len(recent.touching(members, found.level).intersection(found.members)) >= len(found.members):
            return number
    return None


def _take_in(
    session: Session,
    office: Office,
    listening: Listening,
    recent: Recent,
    since: datetime,
    speaking: Iterable[str],
    room: int,
) -> tuple[list[str], bool]:
    """Bring the window up to date, at most `room` conversations at once; these, and whether more wait."""
    rows = beginnings.since(session, office.workspace, since, limit=MOST)
    rows |= beginnings.of(session, office.workspace, [each for each in speaking if each not in rows])
    for each in [each for each in recent.ids() if each not in rows]:
        gist = recent.drop(each)
        before = listening.seen.pop(each, None)
        if before is not None and before.created_at < since and len(listening.past) < SAMPLE:
            listening.past[each] = gist
    changed = [row for row in rows.values() if listening.seen.get(row.id) != row]
    changed.sort(key=lambda row: (row.created_at, row.id))
    now = changed[:room]
    recent.put_all(_begun(session, office, now))
    listening.seen |= {row.id: row for row in now}
    return [row.id for row in now], len(changed) > len(now)


def _begun(session: Session, office: Office, rows: Sequence[Beginning]) -> list[Begun]:
    parts = parts_of_many(session, office.workspace, [row.id for row in rows])
    return [begun(row, parts[row.id]) for row in rows]


def begun(row: Beginning, parts: Sequence[Part]) -> Begun:
    """A conversation as it is compared: what its customers said in it."""
    said = [
        IssueMessage(
            row.id, row.contact_id or row.id, row.channel, part.text, part.created_at, row.title or ""
        )
        for part in parts
        if part.customer_message
    ]
    found = told(said) if said else None
    if found is None:
        return Begun(row.id, row.account_id, row.created_at, "", "")
    return Begun(row.id, row.account_id, row.created_at, found.text, found.title)


def _learn(
    session: Session, office: Office, listening: Listening, recent: Recent, since: datetime, room: int
) -> int:
    """Read some more of the past, once for each day; how many conversations."""
    workspace = office.workspace
    if listening.listed_at is None or since - listening.listed_at >= timedelta(days=1):
        every = beginnings.ids_between(session, workspace, since - BEFORE, since)
        sample = sorted(every, key=lambda each: (crc32(each.encode()), each))[:SAMPLE]
        listening.of, listening.listed_at = len(every), since
        listening.past = {each: listening.past[each] for each in sample if each in listening.past}
        listening.unread = [each for each in sample if each not in listening.past]
        listening.asked.clear()
    now, listening.unread = listening.unread[:room], listening.unread[room:]
    rows = beginnings.of(session, workspace, now)
    for each in _begun(session, office, list(rows.values())):
        listening.past[each.id] = recent.engine.gist(recent.engine.profile(each.text))
    # What is still being fetched comes last.
    listening.unread += [each for each in now if each not in rows]
    return len(rows)


def _begun_before(
    session: Session, office: Office, issues: dict[str, str], recent: Recent, since: datetime
) -> set[str]:
    """Accounts' problems that began before the window: a word more on them is no news."""
    unknown = {issue for issue in issues.values() if issue not in recent}
    rows = beginnings.of(session, office.workspace, sorted(unknown))
    began = {each: row.created_at for each, row in rows.items()}
    began |= {issue: recent[issue].at for issue in issues.values() if issue in recent}
    return {issue for issue, at in began.items() if at < since}


def _is_news(session: Session, office: Office, listening: Listening, recent: Recent, found: Spread) -> bool:
    """Whether the last days do not explain that so many tell it. Waits until enough of them are known."""
    if listening.unread and len(listening.past) < ENOUGH:
        # Not forgotten: it is found again once these are looked at anew.
        for each in found.members:
            listening.seen.pop(each, None)
        return False
    config = office.config.spreading
    within, pasts = timedelta(seconds=config.within), []
    for each in found.speakers:
        asked = _asked(session, office, listening, recent, each)
        pasts.append(asked.past)
        before = recent.told_before(found, pasts, config.accounts) * asked.each_for
        # What is asked every day is mostly explained by the first that the past is asked with.
        if not is_new(len(found.accounts), before, within):
            return False
    return True


def _asked(
    session: Session, office: Office, listening: Listening, recent: Recent, conversation_id: str
) -> Asked:
    """What the past has of a conversation, asked once, and again when a tenth more of the past is known."""
    known, text = listening.asked.get(conversation_id), recent[conversation_id].text
    read = len(listening.past)
    if known is not None and known.text == text and 10 * read <= 11 * known.of:
        return known
    workspace = office.workspace
    near = recent.nearest(conversation_id, listening.past)
    announced = spreads.announced_among(session, workspace, near.names)
    rows = beginnings.of(session, workspace, [each for each in near.names if each not in announced])
    texts = {each.id: each.text for each in _begun(session, office, list(rows.values()))}
    past = recent.asked(conversation_id, near, texts)
    asked = Asked(text, past, read, max(1.0, listening.of / max(1, read)))
    if len(listening.asked) >= MOST:
        listening.asked.clear()
    listening.asked[conversation_id] = asked
    return asked
