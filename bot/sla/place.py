"""Where a new alert stands: the channel of the first route that matches, alone or in a burst's message; and
where a new thread of an account does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session

from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import withdraw
from bot.sla.policy import PolicyFacts, describe, holds
from bot.sla.promises import Promises
from bot.store import clocks
from bot.store.clocks import Alert
from bot.store.conversations import Conversation

MOST_IN_ONE = 36
"""Alerts that share a message: as many as it can show with a line each."""


def place(session: Session, office: Office, alert: Alert, facts: PolicyFacts, at: Moment) -> None:
    """Choose the alert's channel, and whether it joins others there. Decided once, when it is first said."""
    if alert.channel is not None:
        return
    alert.channel = office.channels.alerts
    for route, channel in office.routes:
        if holds(route.match, facts):
            alert.channel, alert.route = channel, route.name
            break
    _gather(session, office, alert, alert.channel, at)


def shared_channel(
    session: Session, office: Office, promises: Promises, rows: Sequence[Conversation], at: Moment
) -> str:
    """Where the alerts of all these conversations stand; channels.alerts where they stand in several."""
    found = set()
    for row in rows:
        facts = promises.facts(session, office.workspace, row, at.now)
        routed = (channel for route, channel in office.routes if holds(route.match, facts))
        found.add(next(routed, office.channels.alerts))
    return found.pop() if len(found) == 1 else office.channels.alerts


def thread_channel(
    session: Session, office: Office, promises: Promises, rows: Sequence[Conversation], at: Moment
) -> str:
    """Where a new thread of an account stands that has these open conversations: the channel of the first
    route for threads that matches any of them.
    """
    if not office.account_routes:
        return office.channels.accounts
    known = [promises.facts(session, office.workspace, row, at.now) for row in rows]
    for route, channel in office.account_routes:
        if any(holds(route.match, facts) for facts in known):
            return channel
    return office.channels.accounts


def why_here(office: Office, alert: Alert) -> str:
    """Which rule chose the channel, as a rep reads it."""
    for route, _ in office.routes:
        if route.name == alert.route:
            return f"route “{route.name}”: {describe(route.match)}"
    if alert.route is not None:
        return f"route “{alert.route}”, which watchbell.toml no longer has"
    return "no route matches it" if office.routes else "all alerts stand there"


def _gather(session: Session, office: Office, alert: Alert, channel: str, at: Moment) -> None:
    """More alerts at once than people read one by one share one message.

    Those of the same minute that Slack does not have yet are taken into it; what stands in Slack stays. One
    message has room for `MOST_IN_ONE`: behind them another one begins.
    """
    most = office.config.alerts.burst
    if not most:
        return
    since = at.now - timedelta(seconds=office.config.alerts.burst_within)
    recent = clocks.rung_since(session, office.workspace, channel, since, limit=max(most, MOST_IN_ONE) + 1)
    recent = [each for each in recent if each is not alert]
    if len(recent) < most:
        return
    burst = next((each.burst for each in reversed(recent) if each.burst is not None), None)
    if burst is not None and clocks.count_burst(session, office.workspace, burst) >= MOST_IN_ONE:
        burst = None
    alert.burst = burst or f"burst:{channel}:{at.now:%Y%m%dT%H%M%S}:{alert.conversation_id}"
    for each in recent:
        if each.burst is None and withdraw(session, office.workspace, each.own_post):
            each.burst = alert.burst
            session.add(each)
