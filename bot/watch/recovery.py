"""After a time of which the database knows nothing: what Slack has already is not posted again.

A bot that was down knows everything it did. One whose database was restored from yesterday's backup, or
lost, does not: its alerts of today are in Slack, and judging would post each of them once more. The two look
alike from inside, so after every gap the bot looks first. Messages of ours in its channels carry the key
under which they were posted; those that the tables do not know are taken over, and judging then edits them.
A channel's history leaves replies out: the threads of older messages that go on are looked through as well,
and so is what people were told directly.

After a short stop nothing is looked through. What Intercom must not have twice is looked for all the same,
each before its first attempt (`bot/outbox/delivery.py`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlmodel import Session

from bot import undone
from bot.clock import Clock, Moment, moment
from bot.office import Office
from bot.outbox import kinds
from bot.outbox.show import adopt
from bot.slack.client import Slack
from bot.slack.errors import PLACE, SlackError
from bot.slack.history import Ours, ours, patiently
from bot.slack.said import ts_of
from bot.store import clocks, intents, pulse, reps, spreads, threads
from bot.store.conversations import ask_details, get
from bot.store.engine import Store
from bot.store.posts import Post, get_post

log = structlog.get_logger("watchbell.watch")

ALIVE = "alive"
"""The source under which a running bot notes that it runs."""

ALIVE_EVERY = timedelta(seconds=30)
GAP = timedelta(minutes=2)
"""A silence of the bot's own, in business time, that is worth a look; a restart takes less."""

REACH = timedelta(days=1)
"""How far back a bot looks that remembers nothing at all."""

THREADS = 200
"""Older threads that are looked through at most, the latest first: four minutes at Slack's pace."""

PEOPLE = 100
"""People whose direct messages are looked through at most: two minutes at Slack's pace."""

_OVERLAP = timedelta(minutes=2)
_LET_REFRESH = timedelta(seconds=60)
_OVERTAKEN = (kinds.INTERCOM_SNOOZE, kinds.INTERCOM_CLOSE)
_STOPPED, _IF_STILL_WANTED = "Watchbell was stopped meanwhile.", "Do it again if it is still wanted."
_LOOKED_FOR = (kinds.SLACK_POST, *kinds.NEVER_TWICE)
_READ_FIRST = (kinds.INTERCOM_ASSIGN, kinds.INTERCOM_TEAM)
_POST = "post:"


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours in Slack. `parent` is the key of the message in whose thread it stands."""

    channel: str
    key: str
    ts: str
    parent: str | None = None


async def recover(store: Store, office: Office, slack: Slack, clock: Clock) -> int:
    """Look for what was done in a gap, if there was one; the number of messages taken over.

    Raises SlackError when Slack cannot be asked now: nothing may be delivered before it was.
    """
    last = await store.read(pulse.last_beat, office.workspace, ALIVE)
    now = clock.now()
    if last is not None and now - last.at < GAP:
        await store.write(note_put_off, office.workspace, None, moment(clock))
        return 0
    since = (last.at if last is not None else now - REACH) - _OVERLAP
    found = [each for channel in office.all_channels for each in await _in_channel(slack, channel, since)]
    for parent in await store.read(_going_on, office.workspace, since) if last is not None else ():
        found += await _under(slack, parent, since)
    for person in await store.read(_people, office):
        found += await _told(slack, person, since)
    gap_began = last.at if last is not None else None
    taken = await store.write(_take_over, office, found, gap_began, moment(clock))
    log.info("recovered", since=since.isoformat(), seen=len(found), taken_over=taken)
    return taken


def alive_is_due(session: Session, workspace: str, now: datetime) -> bool:
    """Whether it is time for `note_alive` again."""
    last = pulse.last_beat(session, workspace, ALIVE)
    return last is None or now - last.at >= ALIVE_EVERY


def note_alive(session: Session, workspace: str, at: Moment) -> None:
    """Say that the bot runs, so that a later gap can be seen."""
    pulse.beat(session, workspace, ALIVE, now=at.now)


def note_put_off(session: Session, workspace: str, code: str | None, at: Moment) -> None:
    """Note since when Slack cannot be looked through, and why; None: it was looked through."""
    known = pulse.last_beat(session, workspace, pulse.PUT_OFF)
    if bool(known is not None and known.detail) != bool(code):
        pulse.beat(session, workspace, pulse.PUT_OFF, now=at.now, detail=code)


async def _in_channel(slack: Slack, channel: str, since: datetime) -> list[Found]:
    try:
        return [each async for each in _seen(slack, channel, since)]
    except SlackError as error:
        if error.code not in PLACE:
            raise
        # The bot was removed from it: nothing can be posted there either, and what is due in the
        # other channels must not wait until somebody puts that right.
        log.warning("channel_not_seen", channel=channel, code=error.code)
        return []


async def _seen(slack: Slack, channel: str, since: datetime) -> AsyncIterator[Found]:
    parents: list[Ours] = []
    async for message in ours(slack, channel, since, to_the_end=True):
        yield Found(channel, message.key, message.ts)
        if message.has_thread:
            parents.append(message)
    for parent in parents:
        async for message in ours(slack, channel, since, parent.ts, to_the_end=True):
            if message.ts != parent.ts:
                yield Found(channel, message.key, message.ts, parent.key)


def _going_on(session: Session, workspace: str, since: datetime) -> list[Post]:
    """Messages of before `since` in whose threads something may have been said after it."""
    told = [each.post for each in threads.all_live(session, workspace)]
    told += [each.post for each in clocks.alerts_going_on(session, workspace)]
    told += [each.post for each in spreads.opened(session, workspace)]
    found = [get_post(session, workspace, key) for key in dict.fromkeys(told)]
    older = ts_of(since)
    standing = [
        each for each in found if each is not None and each.state == "posted" and (each.ts or older) < older
    ]
    standing.sort(key=lambda each: each.wanted_at, reverse=True)
    if standing[THREADS:]:
        log.warning("recovery_left_out", threads=len(standing) - THREADS)
    return standing[:THREADS]


async def _under(slack: Slack, parent: Post, since: datetime) -> list[Found]:
    if parent.ts is None:
        return []
    try:
        looked = ours(slack, parent.channel, since, parent.ts, to_the_end=True)
        replies = [each async for each in looked]
    except SlackError as error:
        if error.kind != "permanent":
            raise
        # Somebody has deleted it, or its channel: nothing of ours can be said there either.
        log.warning("thread_not_seen", key=parent.key, code=error.code)
        return []
    return [
        Found(parent.channel, each.key, each.ts, _POST + parent.key)
        for each in replies
        if each.ts != parent.ts
    ]


def _people(session: Session, office: Office) -> list[str]:
    """Slack ids of whom the bot tells something directly by itself: those that it calls first, then reps."""
    called = [each for each in office.targets.values() if each.startswith(("U", "W"))]
    linked = [each.slack_user_id for each in reps.all_links(session, office.workspace)]
    people = list(dict.fromkeys((*office.leads, *called, *linked)))
    if people[PEOPLE:]:
        log.warning("recovery_left_out", people=len(people) - PEOPLE)
    return people[:PEOPLE]


async def _told(slack: Slack, person: str, since: datetime) -> list[Found]:
    try:
        channel = await patiently(partial(slack.open_dm, person))
        return [each async for each in _seen(slack, channel, since)]
    except SlackError as error:
        if error.kind != "permanent":
            raise
        # Who has left cannot be told anything either; one person must not keep the bot from all others.
        log.warning("person_not_seen", person=person, code=error.code)
        return []


def _take_over(
    session: Session, office: Office, found: Iterable[Found], gap_began: datetime | None, at: Moment
) -> int:
    workspace, taken = office.workspace, 0
    for message in found:
        if message.key.startswith(_POST) and _take_post(session, workspace, message, at):
            taken += 1
    if gap_began is not None and not _looked_already(session, workspace, gap_began):
        doubt(session, office, gap_began, at)
    note_put_off(session, workspace, None, at)
    note_alive(session, workspace, at)
    return taken


def _looked_already(session: Session, workspace: str, gap_began: datetime) -> bool:
    """Whether another replica ended the gap meanwhile: what waits now waits for that one."""
    last = pulse.last_beat(session, workspace, ALIVE)
    return last is not None and last.at > gap_began


def _take_post(session: Session, workspace: str, message: Found, at: Moment) -> bool:
    parent = message.parent.removeprefix(_POST) if message.parent else None
    return adopt(
        session,
        workspace,
        key=message.key.removeprefix(_POST),
        channel=message.channel,
        ts=message.ts,
        parent=parent,
        at=at,
    )


def doubt(session: Session, office: Office, gap_began: datetime, at: Moment) -> None:
    """Take every intent that waits for one whose outcome is unknown: it may have been done in the gap.

    What was decided after the gap, while Slack was looked through, was never tried by anybody.

    Posts, words, tickets and conversations begun from words in Slack are looked for before anything is sent;
    a customer's answer that is not found is left to a person. An assignment waits until its conversation was
    read again: it is dropped if somebody else, or another team, has it by now. A snooze or close that is so
    old is not done any more, and whoever wanted it is told; what was to be opened is, for somebody waits
    there.
    """
    workspace = office.workspace
    for intent in intents.open_ones(session, workspace):
        if intent.attempts == 0 and intent.decided_at - gap_began >= GAP:
            continue
        if intent.kind in _LOOKED_FOR:
            intent.state, intent.due, intent.token, intent.lease_until = "uncertain", at.machine, None, None
        elif intent.kind in _READ_FIRST:
            intent.due = at.machine + _LET_REFRESH
        elif intent.kind in _OVERTAKEN:
            intent.state, intent.error, intent.finished_at = "dropped", _STOPPED, at.machine
            row = get(session, workspace, intent.subject)
            if row is not None:
                undone.tell(session, office, row, intent, at, problem=_STOPPED, mend=_IF_STILL_WANTED)
        session.add(intent)
        if intent.kind.startswith("intercom."):
            ask_details(session, workspace, intent.subject, at.machine)
