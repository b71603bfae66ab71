"""Listening in Slack: who said it and where is asked of Slack, then it is kept (`bot/intake/channels.py`)."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.clock import Clock, moment
from bot.intake import channels
from bot.intake.channels import Place, Speaker
from bot.office import Office
from bot.slack import markup, said
from bot.slack.answers import Raw
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.slack.identity import Identity
from bot.slack.said import Deleted, Heard
from bot.store import mapped, outside
from bot.store.engine import Store
from bot.store.mapped import MappedChannel

log = structlog.get_logger("watchbell.intake")

EVERY = timedelta(minutes=2)
"""How often an account's channel is looked through for what no event told (business time)."""

OVERLAP = timedelta(minutes=10)
THREADS_BACK = timedelta(days=3)
"""Threads begun so long ago are looked at for new replies. Of replies to older ones only events tell."""

_PAGES = 100


async def take_in(
    store: Store, office: Office, identity: Identity, heard: Heard | Deleted, clock: Clock
) -> bool:
    """Keep what was said, was changed or was taken away. True when anything changed.

    Raises SlackError, with nothing kept, when Slack cannot be asked who it was.
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
    return await store.write(channels.hear, office, heard, speaker, place, names, moment(clock))


async def _speaker(identity: Identity, office: Office, heard: Heard) -> Speaker:
    person = await identity.person(heard.user)
    if person is None:
        # Somebody whom Slack does not show: never taken for one of the team.
        return Speaker(outside.SOMEBODY, None, ours=False)
    ours = person.team_id == office.workspace and not person.is_guest and not person.is_stranger
    return Speaker(person.name, person.email or None, ours=ours)


async def catch_up(
    store: Store, office: Office, identity: Identity, slack: Slack, row: MappedChannel, clock: Clock
) -> int:
    """Look through a channel for what no event told; how many messages were new or changed.

    A channel that cannot be read is noted, and read from the same place on the next time.
    """
    began = clock.now()
    kept = 0
    try:
        for heard in await _unread(slack, row, began):
            kept += await take_in(store, office, identity, heard, clock)
    except SlackError as error:
        log.warning("channel_not_read", channel=row.channel_id, code=error.code)
        await store.write(mapped.was_read, office.workspace, row.channel_id, to=None, problem=error.message)
        return kept
    await store.write(mapped.was_read, office.workspace, row.channel_id, to=said.ts_of(began), problem=None)
    return kept


async def _unread(slack: Slack, row: MappedChannel, now: datetime) -> list[Heard | Deleted]:
    """What was said since the channel was read last, in its threads too, oldest first.

    What was taken away from the head of a thread does not say when, so it is told each time.
    """
    since = said.instant(row.read_to) - OVERLAP
    found: list[Heard | Deleted] = []
    for raw in await _pages(slack, row.channel_id, min(since, now - THREADS_BACK)):
        heard = said.read_history(row.channel_id, raw)
        if isinstance(heard, Deleted) or (heard is not None and (heard.edited_at or heard.at) >= since):
            found.append(heard)
        latest = str(raw.get("latest_reply") or "")
        if said.is_ts(latest) and said.instant(latest) >= since:
            thread = await _pages(slack, row.channel_id, since, str(raw["ts"]))
            replies = (said.read_message(row.channel_id, each) for each in thread)
            found.extend(each for each in replies if each is not None and each.ts != raw["ts"])
    return sorted(found, key=lambda each: float(each.ts))


async def _pages(slack: Slack, channel: str, oldest: datetime, thread_ts: str | None = None) -> list[Raw]:
    """Raises SlackError of kind not_sent when there is more than anybody says in a week."""
    rows: list[Raw] = []
    cursor: str | None = None
    for _ in range(_PAGES):
        page, cursor = await slack.history_page(channel, oldest, thread_ts, cursor)
        rows.extend(page)
        if cursor is None:
            return rows
    raise SlackError("not_sent", "look_incomplete", "There is more to read than Watchbell can")
