"""What the checks look at: the settings, both doors, and what Slack, Intercom and the database say of
themselves.

What several checks need is asked for once. A question that failed is kept as its ConfigError, so that the
check it belongs to can tell it and the others can go on without it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from bot import checks
from bot.clock import Clock
from bot.errors import ConfigError
from bot.intercom import client as intercom_client
from bot.intercom import facts_people
from bot.intercom.client import IntercomClient
from bot.settings.file import load_config
from bot.settings.model import Config
from bot.settings.places import all_channels
from bot.settings.secrets import Secrets
from bot.slack import client as slack_client
from bot.slack.answers import Me
from bot.slack.channel_names import Looking, unsaid
from bot.slack.client import Slack
from bot.slack.identity import Identity
from bot.store import look

T = TypeVar("T")

ATTEMPTS = 2
"""Times that Intercom is asked: somebody waits at the terminal."""


@dataclass(frozen=True)
class Patient:
    """Everything that checks look at.

    `engine` can only read; None before the first start on SQLite, or where `shut` says why this user may not
    look. `runs` says who holds the SQLite file. `looking` is told of a look through many channels.
    """

    secrets: Secrets
    config: Config | ConfigError
    clock: Clock
    slack: Slack
    slack_me: Me | ConfigError
    intercom: IntercomClient
    intercom_me: facts_people.Me | ConfigError
    engine: Engine | None
    shut: ConfigError | None
    runs: str | None

    looking: Looking = unsaid

    @cached_property
    def identity(self) -> Identity | None:
        """Look-ups in the token's workspace; None while Slack does not say which that is."""
        if isinstance(self.slack_me, ConfigError):
            return None
        made = Identity(self.slack, self.slack_me.team_id, looking=self.looking)
        if not isinstance(self.config, ConfigError):
            made.expect(all_channels(self.config))
        return made


def read_config(path: Path) -> Config | ConfigError:
    """watchbell.toml, or what is wrong with it."""
    try:
        return load_config(path)
    except ConfigError as error:
        return error


@asynccontextmanager
async def admitted(secrets: Secrets, clock: Clock, looking: Looking = unsaid) -> AsyncIterator[Patient]:
    """Build both doors as the bot does, ask both who we are, and close everything afterwards."""
    engine, runs, shut = None, None, None
    try:
        engine, runs = _database(secrets.database_url)
    except ConfigError as error:
        shut = error
    async with slack_client.connections() as session:
        slack = Slack(slack_client.build(secrets.slack_bot_token, secrets.slack_api_url, session))
        intercom = intercom_client.build(
            token=secrets.intercom_token,
            base_url=secrets.intercom_api_url,
            clock=clock,
            attempts=ATTEMPTS,
        )
        try:
            yield Patient(
                secrets=secrets,
                config=read_config(secrets.config),
                clock=clock,
                slack=slack,
                slack_me=await _attempt(checks.slack_me(slack)),
                intercom=intercom,
                intercom_me=await _attempt(checks.intercom_me(intercom)),
                engine=engine,
                shut=shut,
                runs=runs,
                looking=looking,
            )
        finally:
            await intercom.aclose()
            if engine is not None:
                engine.dispose()


def _database(url: str) -> tuple[Engine | None, str | None]:
    """An engine that reads, if there is anything to read, and who runs on it. Raises ConfigError."""
    file = look.sqlite_file(url)
    if file is None:
        return look.open_for_reading(url), None
    there = look.is_there(file)
    return (look.open_for_reading(url) if there else None), look.held_by(file)


async def _attempt(question: Awaitable[T]) -> T | ConfigError:
    try:
        return await question
    except ConfigError as error:
        return error
