"""Everything that may be wrong with the bot for so long that the alerts channel is told (`told_once.py`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlmodel import Session

from bot.clock import Moment
from bot.office import Office
from bot.store import pulse
from bot.watch import mailbox, readings, ticks
from bot.watch.told_once import Trouble, is_news
from bot.watch.told_once import tell as tell_one


def is_to_be_told(
    session: Session, office: Office, started: datetime, fine: Collection[str], at: Moment
) -> bool:
    """Whether there is something that the alerts channel should learn now. For who only reads."""
    pulse.know_all(session, office.workspace)
    return any(is_news(session, office, each) for each in _all(session, office, started, fine, at))


def tell(session: Session, office: Office, started: datetime, fine: Collection[str], at: Moment) -> int:
    """Tell the alerts channel of each trouble, once, and when it is over. How many it were.

    `started` is since when the bot runs: what is read is not told of before it has tried for a while. `fine`
    names its ticks that have ended well.
    """
    news = [each for each in _all(session, office, started, fine, at) if is_news(session, office, each)]
    for each in news:
        tell_one(session, office, each, at)
    return len(news)


def _all(
    session: Session, office: Office, started: datetime, fine: Collection[str], at: Moment
) -> Iterator[Trouble]:
    yield from readings.troubles(session, office, started, at)
    yield mailbox.trouble(session, office, started, at)
    yield from ticks.troubles(session, office, fine, at)
