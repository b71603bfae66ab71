"""Asking Slack now and then, though nothing is to be said: what time it is, and whether the token is taken.

In a quiet hour nobody calls Slack. A machine that slept would go on in the past until somebody did, and a
token that was withdrawn would be known only when something is to be said.
"""

from __future__ import annotations

import structlog
from sqlmodel import Session

from bot.clock import Clock, SteadyClock, moment
from bot.outbox.outcome import NotSent, Outcome, Sent
from bot.outbox.slack_sender import note_shut_out
from bot.slack.client import Slack
from bot.slack.errors import TOKEN, SlackError
from bot.store import pulse
from bot.store.engine import Store

log = structlog.get_logger("watchbell.watch")


async def ask(store: Store, workspace: str, slack: Slack, clock: Clock) -> bool:
    """Ask Slack if it is time to; whether it was. The clock hears each of Slack's answers by itself."""
    if not isinstance(clock, SteadyClock) or not clock.wants_to_hear():
        return False
    outcome: Outcome = Sent()
    try:
        await slack.me()
    except SlackError as error:
        log.warning("slack_not_heard", code=error.code)
        if error.code not in TOKEN:
            return True
        outcome = NotSent(error.message, shut_out=True)
    if await store.read(_is_news, workspace, outcome):
        await store.write(note_shut_out, workspace, outcome, moment(clock).now)
    return True


def _is_news(session: Session, workspace: str, outcome: Outcome) -> bool:
    """A scope that is missing is not put right by a token that is taken."""
    known = pulse.last_beat(session, workspace, pulse.SHUT_OUT)
    said = known.detail if known is not None else None
    if isinstance(outcome, Sent):
        return said is not None and any(code in said for code in TOKEN)
    return said is None
