"""Calls of escalations to one place that come at once: from the third on they share one message.

After a first start on a backlog, or after an outage, the same person would be called about each conversation
by itself. What is called here names them all, and is edited until the last is settled. An edit rings nobody,
so a message takes calls in for `alerts.burst_within` from its first one; a second one about a promise only
as long as Slack does not have it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from bot.cards import burst as burst_card
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import refusal, show, withdraw
from bot.sla import alert_message
from bot.sla.place import MOST_IN_ONE
from bot.store import calls, clocks, intents
from bot.store.calls import Called, Shared
from bot.store.posts import get_post

ALONE = 2
"""Calls to one place within `alerts.burst_within` that stand by themselves: so many are read one by one."""

_SHARED = "watchbell_calls"
"""Where a session keeps the shared messages that are to be drawn."""


def joins(session: Session, office: Office, call: Called, at: Moment) -> bool:
    """Write a call down; whether it is told in a message with others, which `draw_calls` draws then.

    Those of the same minute that Slack does not have yet are taken into it; what stands in Slack stays.
    """
    known = calls.get(session, call.workspace, call.own)
    if known is not None:
        return known.shared
    alerts = office.config.alerts
    if alerts.burst:
        since = at.now - timedelta(seconds=alerts.burst_within)
        alone = calls.alone_since(session, call.workspace, call.target, call.channel, since, limit=ALONE)
        shared = calls.shared_since(session, call, since)
        shared = [each for each in shared if not _lost(session, call.workspace, each.post)]
        if calls.is_repeated(session, call, since):
            shared = [each for each in shared if _will_ring(session, call.workspace, each.post)]
        if shared or len(alone) >= ALONE:
            _share(session, call, alone, shared, at)
    session.add(call)
    session.flush()
    if call.shared:
        _draw_later(session, call.post)
    return call.shared


def _lost(session: Session, workspace: str, key: str) -> bool:
    """Whether nobody reads that message: it was taken back, deleted, or refused for good."""
    post = get_post(session, workspace, key)
    return post is not None and post.state == "gone" and refusal(session, post) is None


def _will_ring(session: Session, workspace: str, key: str) -> bool:
    """Whether that message is certainly not in Slack yet: whoever is called in it is rung when it is."""
    if get_post(session, workspace, key) is None:
        return True
    first = intents.by_key(session, f"post:{key}")
    return first is not None and first.state == "pending"


def _share(session: Session, call: Called, alone: list[Called], shared: list[Shared], at: Moment) -> None:
    room = (each.post for each in shared if each.calls < MOST_IN_ONE)
    new = f"calls:{call.target}:{at.now:%Y%m%dT%H%M%S}:{call.conversation_id}"
    call.post = next(room, new)
    for each in alone:
        if withdraw(session, call.workspace, each.own):
            each.post = call.post
            session.add(each)


def judged(session: Session, office: Office, conversation_id: str) -> None:
    """A conversation was judged: what tells of it together with others is drawn by `draw_calls`."""
    for post in calls.shared_posts(session, office.workspace, conversation_id):
        _draw_later(session, post)


def _draw_later(session: Session, post: str) -> None:
    session.info.setdefault(_SHARED, {})[post] = None


def draw_calls(session: Session, office: Office, at: Moment) -> None:
    """Draw each shared message of which something changed. Whoever judges calls it at the end."""
    for post in session.info.pop(_SHARED, {}):
        _draw(session, office, post, at)


def _draw(session: Session, office: Office, post: str, at: Moment) -> None:
    made = calls.in_post(session, office.workspace, post)
    wanted = {(each.conversation_id, each.clock, each.episode): None for each in made}
    found = {
        (alert.conversation_id, alert.clock, alert.episode): alert
        for alert in clocks.alerts_of_many(session, office.workspace, [each for each, _, _ in wanted])
    }
    alerts = [found[each] for each in wanted if each in found]
    cards = alert_message.cards_of(session, office, alerts, at)
    if not cards:
        return
    target = made[0].target
    card = burst_card.BurstCard(
        tuple(cards),
        at.now,
        office.zone,
        escalations=tuple(dict.fromkeys(each.escalation for each in made)),
        group=target if target.startswith("S") else None,
        alert_url=alert_message.where(office, session, alerts[0]) if len(alerts) == 1 else None,
    )
    live = any(each.state != "over" for each in alerts)
    if not live and withdraw(session, office.workspace, post):
        # All of it was over before anybody could be called.
        return
    show(
        session,
        office.workspace,
        key=post,
        channel=made[0].channel,
        content=burst_card.render(card),
        comes_back=live,
        at=at,
    )
