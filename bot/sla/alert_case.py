"""An alert as it is judged: what is known of its conversation and its promise, handed on as one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from bot.clock import Moment
from bot.office import Office
from bot.store.clocks import Alert, SlaClock
from bot.store.conversations import Conversation
from bot.store.parts import Part


@dataclass(frozen=True, slots=True)
class AlertCase:
    """One alert with its conversation `row` and the `clock` it tells of, at an instant.

    `parts` None: they are read where they are needed.
    """

    session: Session
    office: Office
    row: Conversation
    parts: list[Part] | None
    alert: Alert
    clock: SlaClock
    at: Moment

    @property
    def workspace(self) -> str:
        return self.office.workspace

    @property
    def channel(self) -> str:
        """Where the alert stands, or is to stand."""
        return self.alert.channel or self.office.channels.alerts
