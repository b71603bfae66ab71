"""The running policies with their calendars: what is promised to one stored conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.settings.model import Config
from bot.sla import story
from bot.sla.calendar import Calendar, compile_calendars
from bot.sla.clock import ClockState, clocks
from bot.sla.policy import Matched, PolicyFacts, match
from bot.store import reps
from bot.store.accounts import get_account
from bot.store.conversations import Conversation
from bot.store.parts import Part
from bot.store.risk import RiskNow
from bot.store.rows import row_of


class Promises:
    """Policies and calendars of one config, compiled once."""

    def __init__(self, config: Config) -> None:
        self.policies = config.policies
        self.zone = config.workspace.timezone
        self.calendars: Mapping[str, Calendar] = compile_calendars(config)

    def speaking(self, config: Config) -> Calendar | None:
        """The hours in which alerts may speak; None: at any time."""
        return self.calendars[config.alerts.hours] if config.alerts.hours else None

    def silent_until(self, config: Config, now: datetime) -> datetime | None:
        """When alerts may speak again; None: they may now."""
        speaking = self.speaking(config)
        return speaking.next_open(now) if speaking is not None and not speaking.is_open(now) else None

    def facts(self, session: Session, workspace: str, row: Conversation, now: datetime) -> PolicyFacts:
        """What policies and routes may ask of a stored conversation."""
        account = get_account(session, workspace, row.account_id)
        team = reps.get_team(session, workspace, row.team_assignee_id)
        judged = row_of(session, RiskNow, workspace, row.account_id) if row.account_id else None
        return replace(
            story.policy_facts(row, account, team, now, self.zone),
            risk=judged.total if judged is not None else None,
        )

    def matched(self, session: Session, workspace: str, row: Conversation, now: datetime) -> Matched | None:
        """The policy of a stored conversation, or None."""
        return match(self.facts(session, workspace, row, now), self.policies)

    def states(
        self, matched: Matched | None, row: Conversation, parts: Iterable[Part], now: datetime
    ) -> tuple[ClockState, ...]:
        """Every clock of a stored conversation as of `now`."""
        if matched is None:
            return ()
        return clocks(story.history(row, parts), matched, self.calendars[matched.policy.calendar], now)
