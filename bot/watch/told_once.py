"""What is wrong with the bot is told once, in the alerts channel, and the message is edited when all is well.

Who looks (`bot/watch/troubles.py`) says how each thing stands; here it is known what was told of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.cards.message import Message
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import show, withdraw
from bot.store import pulse
from bot.store.posts import get_post

_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Trouble:
    """How one thing stands, named by `kind` and `subject`: neither has a colon.

    `since` is aware: since when it is wrong, where that is so for long enough that the team should know;
    None where it is not. `is_well`: whether it is known to be well. A thing may be neither. `wrong` is what
    is said then, and `well` what becomes of it, given since when it was wrong.
    """

    kind: str
    subject: str
    since: datetime | None
    is_well: bool
    wrong: Callable[[], Message]
    well: Callable[[datetime], Message]

    @property
    def mark(self) -> str:
        return pulse.told_of(self.kind, self.subject)


def is_news(session: Session, office: Office, trouble: Trouble) -> bool:
    """Whether the alerts channel should learn something of it now."""
    told = pulse.get_mark(session, office.workspace, trouble.mark)
    if trouble.since is None:
        return told is not None and trouble.is_well
    post = get_post(session, office.workspace, told) if told is not None else None
    # One that was to be shown anew shows nothing for now (`bot/watch/auditor.py`).
    return post is None or (not post.wanted and post.state != "gone")


def tell(session: Session, office: Office, trouble: Trouble, at: Moment) -> None:
    """Say that it is wrong, or that what was told is over. For what `is_news`."""
    told = pulse.get_mark(session, office.workspace, trouble.mark)
    if trouble.since is not None:
        key = told or f"{trouble.kind}:{trouble.subject}:{trouble.since:{_STAMP}}"
        pulse.set_mark(session, office.workspace, trouble.mark, key)
        _show(session, office, key, trouble.wrong(), at)
        return
    pulse.set_mark(session, office.workspace, trouble.mark, None)
    if told is not None and not withdraw(session, office.workspace, told):
        before = datetime.strptime(f"{told.rpartition(':')[2]}+0000", f"{_STAMP}%z")
        _show(session, office, told, trouble.well(before), at)


def _show(session: Session, office: Office, key: str, content: Message, at: Moment) -> None:
    show(session, office.workspace, key=key, channel=office.channels.alerts, content=content, at=at)
