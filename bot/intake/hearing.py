"""Listening in Slack: who said it and where is asked of Slack, then it is kept (`bot/intake/channels.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlmodel import Session

from bot.clock import Clock, moment
from bot.intake import channels
from bot.intake.channels import Place, Speaker
from bot.office import Office
from bot.slack import markup, said
from bot.slack.answers import Raw
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.slack.history import patiently
from bot.slack.identity import Identity
from bot.slack.said import Deleted, Heard
from bot.store import mapped, outside
from bot.store.engine import Store
from bot.store.mapped import MappedChannel
from bot.store.outside import OutsideMessage

log = structlog.get_logger("watchbell.intake")

EVERY = timedelta(minutes=2)
"""How often an account's channel is looked through for what no event told (business time)."""

GAP = 2 * EVERY
"""After so long without a look nobody may have listened either: threads are read as far back as the channel.

A look that takes longer than that is no such gap: each would open every thread again for the one before.
"""

OVERLAP = timedelta(minutes=10)
THREADS_BACK = timedelta(days=3)
"""Threads begun so long ago are looked at for new replies. Of replies to older ones only events tell."""

FRESH = timedelta(minutes=1)
"""What was said so lately may not stand in a channel's history yet: the next look tells if it is gone."""

_PAGES = 100


@dataclass(frozen=True, slots=True)
class _Read:
    """What a look found: of the channel everything from `channel_from` on, of its threads from `threads_from`
    on.

    `there` are all messages that stand there, those of bots too.
    """

    channel_from: datetime
    threads_from: datetime
    found: tuple[Heard | Deleted, ...]
    there: frozenset[str]


async def take_in(
    store: Store,
    office: Office,
    identity: Identity,
    heard: Heard | Deleted,
    clock: Clock,
    *,
    known: bool = False,
) -> bool:
    """Keep what was said, was changed or was taken away. True when anything changed.

    `known`: it was kept when somebody began to read it, so it is only changed, and not kept again if it was
    taken away since. Raises SlackError, with nothing kept, when Slack cannot be asked who it was.
    """
    if not await store.read(channels.listens, office, heard):
        return False
    if isinstance(heard, Deleted):
        return await store.write(channels.forget, office, heard, moment(clock))
    speaker = await _speaker(identity, office, heard)
    channel = await identity.channel(heard.channel)
    # A channel that the bot cannot see any more counts as one that others read.
    place = Place(channel.name if channel else heard.channel, channel is None or channel.is_external)
    names = await identity.names(markup.mentioned(heard.text))
    return await store.write(
        channels.hear, office, heard, speaker, place, names, moment(clock), only_change=known
    )


async def _speaker(identity: Identity, office: Office, heard: Heard) -> Speaker:
    person = await identity.person(heard.user)
    if person is None:
        # Somebody whom Slack does not show: never taken for one of the team.
        return Speaker(outside.SOMEBODY, None, ours=False)
    ours = person.team_id == office.workspace and not person.is_guest and not person.is_stranger
    return Speaker(person.name, person.email or None, ours=ours)


async def catch_up(
    store: Store,
    office: Office,
    identity: Identity,
    slack: Slack,
    row: MappedChannel,
    clock: Clock,
    *,
    away: bool,
) -> int:
    """Look through a channel for what no event told; how many messages were new, changed or gone.

    `away`: whether no channel was looked at for a `GAP`. A channel that cannot be read is noted, and read
    from the same place on the next time.
    """
    began = clock.now()
    kept = 0
    try:
        before = await store.read(_kept_before, office, row, _channel_from(row, began), began)
        read = await _unread(slack, row, began, away)
        gone = [Deleted(row.channel_id, each) for each in sorted(_gone(before, read))]
        for heard in (*read.found, *gone):
            kept += await take_in(store, office, identity, heard, clock, known=heard.ts in before)
    except SlackError as error:
        log.warning("channel_not_read", channel=row.channel_id, code=error.code)
        await store.write(mapped.was_read, office.workspace, row.channel_id, to=None, problem=error.message)
        return kept
    await store.write(mapped.was_read, office.workspace, row.channel_id, to=said.ts_of(began), problem=None)
    return kept


def _since(row: MappedChannel) -> datetime:
    return said.instant(row.read_to) - OVERLAP


def _channel_from(row: MappedChannel, now: datetime) -> datetime:
    return min(_since(row), now - THREADS_BACK)


def _threads_from(row: MappedChannel, now: datetime, away: bool) -> datetime:
    """A reply that was taken away is missed only where it is looked for; mostly an event has told of it.

    A channel that could not be read the last time has a gap of its own.
    """
    unheard = (away or row.problem is not None) and now - said.instant(row.read_to) > GAP
    return _channel_from(row, now) if unheard else _since(row)


def _kept_before(
    session: Session, office: Office, row: MappedChannel, since: datetime, now: datetime
) -> dict[str, OutsideMessage]:
    """What is kept of a channel before it is looked through, by ts."""
    source = outside.slack_source(row.channel_id)
    rows = outside.said_since(session, office.workspace, source, since)
    return {each.id: each for each in rows if each.at <= now - FRESH}


def _gone(before: Mapping[str, OutsideMessage], read: _Read) -> set[str]:
    """What is kept and does not stand there any more, as far as was read. Of a thread that began before what
    was read of the channel nobody knows."""

    def was_read(row: OutsideMessage) -> bool:
        if not row.in_thread:
            return True
        begun = said.is_ts(row.thread) and said.instant(row.thread) >= read.channel_from
        return begun and row.at >= read.threads_from

    return {ts for ts, row in before.items() if ts not in read.there and was_read(row)}


async def _unread(slack: Slack, row: MappedChannel, now: datetime, away: bool) -> _Read:
    """What was said since the channel was read last, in its threads too, oldest first.

    What was taken away from the head of a thread does not say when, so it is told each time.
    """
    since, channel_from, threads_from = _since(row), _channel_from(row, now), _threads_from(row, now, away)
    found: list[Heard | Deleted] = []
    there: set[str] = set()
    for raw in await _pages(slack, row.channel_id, channel_from):
        there.add(str(raw.get("ts") or ""))
        heard = said.read_history(row.channel_id, raw)
        if isinstance(heard, Deleted) or (heard is not None and _is_new(heard, since)):
            found.append(heard)
        latest = str(raw.get("latest_reply") or "")
        if said.is_ts(latest) and said.instant(latest) >= threads_from:
            thread = await _pages(slack, row.channel_id, threads_from, str(raw["ts"]))
            there |= {str(each.get("ts") or "") for each in thread}
            replies = (said.read_message(row.channel_id, each) for each in thread)
            found += [each for each in replies if each and each.ts != raw["ts"] and _is_new(each, since)]
    ordered = sorted(found, key=lambda each: float(each.ts))
    return _Read(channel_from, threads_from, tuple(ordered), frozenset(there))


def _is_new(heard: Heard, since: datetime) -> bool:
    return (heard.edited_at or heard.at) >= since


async def _pages(slack: Slack, channel: str, oldest: datetime, thread_ts: str | None = None) -> list[Raw]:
    """Waits where Slack asks to: a long look that began anew after each such wait might never end.

    Raises SlackError of kind not_sent when there is more than anybody says in a week.
    """
    rows: list[Raw] = []
    cursor: str | None = None
    for _ in range(_PAGES):
        page, cursor = await patiently(partial(slack.history_page, channel, oldest, thread_ts, cursor))
        rows.extend(page)
        if cursor is None:
            return rows
    raise SlackError("not_sent", "look_incomplete", "There is more to read than Watchbell can")
