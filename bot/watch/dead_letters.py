"""Dead letters: what was refused for good, or tried too often, is told to the team, not only to the log."""

from __future__ import annotations

from datetime import timedelta
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
from bot.store.posts import get_post

REACH = timedelta(days=1)
_KEY = "dead_letters:"


def tell(session: Session, office: Office, at: Moment) -> None:
    """Show the dead letters of the last day, one message a day, edited as they come and go.

    In the alerts channel; leads are told directly where that channel itself takes nothing. A message of this
    kind that dies is not told of: it would be told the same way.
    """
    lost = recent(session, office.workspace, at)
    day = at.now.astimezone(ZoneInfo(office.zone)).date().isoformat()
    key = f"{_KEY}{day}"
    known = get_post(session, office.workspace, key)
    if not lost and known is None:
        return
    content = card.render(DeadLettersCard(tuple(_letter(each) for each in lost)))
    show(session, office.workspace, key=key, channel=office.channels.alerts, content=content, at=at)
    if any(_channel(each) == office.channels.alerts for each in lost):
        for lead in office.leads:
            show(session, office.workspace, key=f"{key}:{lead}", channel=lead, content=content, at=at)


def recent(session: Session, workspace: str, at: Moment) -> list[Intent]:
    """What was given up within a day, newest first, but for messages that told of it."""
    lost = intents.given_up(session, workspace, since=at.machine - REACH)
    return [each for each in lost if not each.subject.startswith(_KEY)]


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
