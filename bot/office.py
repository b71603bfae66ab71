"""The office: what stays the same while the bot runs, and every part needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.likeness import Engine
from bot.settings.model import Config, Digest, Escalation, Route


class WorkingTime(Protocol):
    """Measures working time between two instants."""

    def business_between(self, start: datetime, end: datetime) -> int:
        """Working seconds from `start` to `end`; 0 when `end` is not later."""
        ...

    def add_business(self, start: datetime, seconds: int) -> datetime:
        """The instant at which `seconds` of working time have passed since `start`."""
        ...

    def holidays(self, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """The local days from that of `start` to that of `end` that are closed by their date, in order, each
        from midnight to midnight.
        """
        ...


@dataclass(frozen=True)
class Channels:
    """Slack channel ids."""

    alerts: str
    accounts: str
    monday: str
    spreading: str | None = None
    """Where a spreading issue is announced; None: where its alerts stand."""


@dataclass(frozen=True)
class Office:
    """One workspace: its id, settings, channels, leads and working hours.

    `workspace` is the Slack team id and stands on every row. `leads` are Slack user ids. `hours` is by
    calendar name, as the policies name them. `version` names the policy set that is running. `slack_url` is
    the workspace's address with a slash at its end. `undo` (machine time) is how long an answer can be taken
    back before it goes out.
    """

    workspace: str
    config: Config
    version: str
    channels: Channels
    leads: tuple[str, ...]
    hours: Mapping[str, WorkingTime]
    intercom_app: str
    slack_url: str
    undo: timedelta = timedelta(seconds=10)
    routes: tuple[tuple[Route, str], ...] = ()
    """The rules for alerts in their order, each with the id of its channel."""
    account_routes: tuple[tuple[Route, str], ...] = ()
    """The rules for threads of accounts in their order, each with the id of its channel."""
    digests: tuple[tuple[Digest, str | None], ...] = ()
    """The digests in their order, each with the id of its channel; None for one that goes to every rep."""
    engine: Engine | None = None
    """What compares texts of customers; None: the lexical one, as it comes."""
    engine_why: str = "lexical"
    """Which engine that is, and why, for people."""
    mailbox: bool = False
    """Whether a mailbox is to be read, which the environment says."""
    targets: Mapping[str, str] = field(default_factory=dict)
    """Slack ids (channel, user group, user) of whom the escalations name, by the name in watchbell.toml."""

    @property
    def zone(self) -> str:
        """The workspace's IANA zone."""
        return self.config.workspace.timezone

    def escalation_of(self, policy_name: str) -> Escalation | None:
        """Who is told, step by step, when this policy's promises stay broken."""
        policy = next((each for each in self.config.policies if each.name == policy_name), None)
        named = policy.escalation if policy is not None else None
        return next((each for each in self.config.escalations if each.name == named), None)

    @property
    def all_channels(self) -> tuple[str, ...]:
        """Every channel that the bot may post to by itself, each once."""
        named = self.channels
        routed = (channel for _, channel in (*self.routes, *self.account_routes))
        called = (each for each in self.targets.values() if each.startswith(("C", "G")))
        told = (channel for _, channel in self.digests if channel is not None)
        spreading = (named.spreading,) if named.spreading is not None else ()
        return tuple(
            dict.fromkeys((named.alerts, named.accounts, named.monday, *spreading, *routed, *called, *told))
        )
