"""Numbers for Prometheus, read from the store when they are asked for. No customer text, no names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlmodel import Session

from bot.clock import Moment
from bot.store import conversations, gaps, intents, pulse


def exposition(session: Session, workspace: str, ticked: Mapping[str, datetime], at: Moment) -> bytes:
    """The text that /metrics answers with."""
    registry = CollectorRegistry()
    told = "Messages and changes on their way, by state"
    outbox = Gauge("watchbell_outbox", told, ["state"], registry=registry)
    depth = intents.depth(session, workspace)
    for state in intents.STATES:
        # A state that is not there cannot be watched: the first one that dies would be no change.
        outbox.labels(state).set(depth.get(state, 0))
    oldest = gaps.longest_waiting(session, workspace)
    since = gaps.waits_since(oldest) if oldest is not None else at.machine
    waiting = max(0.0, (at.machine - since).total_seconds())
    told = "How long the oldest due intent waits, since it was due or first tried"
    _gauge("watchbell_outbox_oldest_due_seconds", told, waiting, registry)
    swept = pulse.last_beat(session, workspace, pulse.SWEEP)
    if swept is not None:
        age = (at.now - swept.at).total_seconds()
        _gauge("watchbell_sweep_age_seconds", "Since Intercom was last read to the end", age, registry)
    read = pulse.last_beat(session, workspace, pulse.MAILBOX)
    if read is not None:
        age = (at.now - read.at).total_seconds()
        _gauge("watchbell_mailbox_age_seconds", "Since the mailbox was last read to the end", age, registry)
    shown = Gauge("watchbell_conversations", "Conversations by state", ["state"], registry=registry)
    for state, count in conversations.count_by_state(session, workspace).items():
        shown.labels(state).set(count)
    ticks = Gauge("watchbell_tick_age_seconds", "Since each tick last ended", ["tick"], registry=registry)
    for name, ended in ticked.items():
        ticks.labels(name).set((at.machine - ended).total_seconds())
    return generate_latest(registry)


def _gauge(name: str, help_text: str, value: float, registry: CollectorRegistry) -> None:
    Gauge(name, help_text, registry=registry).set(value)
