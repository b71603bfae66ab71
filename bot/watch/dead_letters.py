"""Dead letters: what was refused for good, or tried too often, is told to the team, not only to the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.cards import dead_letters as card
from bot.cards.dead_letters import DeadLetter, DeadLettersCard
from bot.clock import Moment
from bot.office import Office
from bot.outbox import kinds
from bot.outbox.show import show
from bot.slack.text import is_channel_id
from bot.store import intents
from bot.store.intents import Intent
from bot.store.posts import get_post, posts_under

REACH = timedelta(days=1)
_KEPT_TRUE = 7
"""Days for which a message is edited as what it tells of is settled."""
_KEY = "dead_letters:"


def tell(session: Session, office: Office, at: Moment) -> None:
    """Show what was given up, a message for each day on which something was, edited as it is settled.

    In the alerts channel; leads are told directly where that channel itself takes nothing. A message of this
    kind that dies is not told of: it would be told the same way.
    """
    today = _day(office, at.now)
    lost: dict[date, list[Intent]] = {}
    # A day more than is told of, so that the first one is whole.
    for each in _given_up(session, office.workspace, at.machine - timedelta(days=_KEPT_TRUE + 2)):
        lost.setdefault(_died_on(office, each, at), []).append(each)
    told = {post.key for post in posts_under(session, office.workspace, _KEY)}
    for ago in range(_KEPT_TRUE, -1, -1):
        day = today - timedelta(days=ago)
        if f"{_KEY}{day}" in told or (ago <= REACH.days and day in lost):
            _show(session, office, day, lost, told, at)


def _show(
    session: Session, office: Office, day: date, lost: dict[date, list[Intent]], told: set[str], at: Moment
) -> None:
    letters = lost.get(day, [])
    if not letters and any(_tried_again_since(office, day, lost)):
        return
    key, alerts = f"{_KEY}{day}", office.channels.alerts
    content = card.render(DeadLettersCard(tuple(_letter(each) for each in letters)))
    refused = any(_channel(each) == alerts for each in letters)
    places = {key: (alerts, bool(letters))}
    for lead in office.leads:
        own = f"{key}:{lead}"
        if refused or own in told:
            places[own] = lead, refused
    for name, (place, again) in places.items():
        # What is settled by now is no news where it was never told.
        if letters or not _forgotten(session, office.workspace, name):
            show(session, office.workspace, key=name, channel=place, content=content, comes_back=again, at=at)


def _forgotten(session: Session, workspace: str, key: str) -> bool:
    """Whether a message was refused before anybody read it; it is forgotten, for nothing is left in it."""
    post, last = get_post(session, workspace, key), intents.by_key(session, f"post:{key}")
    if post is None or post.ts is not None or last is None or last.state != "dead":
        return False
    session.delete(last)
    session.delete(post)
    session.flush()
    return True


def _tried_again_since(office: Office, day: date, lost: dict[date, list[Intent]]) -> Iterator[bool]:
    """Whether what was given up later may be of that day: tried again, and refused again."""
    for later, letters in lost.items():
        if later > day:
            yield from (_day(office, each.decided_at) <= day for each in letters)


def recent(session: Session, workspace: str, at: Moment) -> list[Intent]:
    """What was given up within a day, newest first, but for messages that told of it."""
    return _given_up(session, workspace, at.machine - REACH)


def _given_up(session: Session, workspace: str, since: datetime) -> list[Intent]:
    lost = intents.given_up(session, workspace, since=since)
    return [each for each in lost if not each.subject.startswith(_KEY)]


def _died_on(office: Office, intent: Intent, at: Moment) -> date:
    """The local day on which it was given up, which is kept in machine time."""
    return _day(office, at.now - (at.machine - (intent.finished_at or at.machine)))


def _day(office: Office, instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(office.zone)).date()


def _letter(intent: Intent) -> DeadLetter:
    return DeadLetter(
        number=intent.id or 0,
        what=kinds.NAMES.get(intent.kind, intent.kind),
        where=_channel(intent),
        reason=intent.error or "",
    )


def _channel(intent: Intent) -> str | None:
    channel = intent.payload.get("channel")
    return channel if isinstance(channel, str) and is_channel_id(channel) else None
