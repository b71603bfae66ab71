"""Bring the tables to the shape this code needs, by Alembic, at each start."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

from bot.errors import ConfigError

MIGRATIONS = Path(__file__).parent / "migrations"


def config(engine: Engine | None = None) -> Config:
    """Alembic's settings without an ini file; `engine` may be None for `alembic heads` and the like."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["engine"] = engine
    return settings


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; one question when the tables are up to date.

    Raises ConfigError when a newer Watchbell has been here: what this one writes would lack something.
    """
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    if found == (_newest(),):
        return
    try:
        command.upgrade(config(engine), "head")
    except CommandError as error:
        raise ConfigError(
            "DATABASE_URL",
            "the tables were made by a newer Watchbell.",
            "Start that version, or restore the backup from before the upgrade.",
        ) from error


@cache
def _newest() -> str | None:
    """The newest revision. It takes every migration to be read, which is worth it once."""
    return ScriptDirectory.from_config(config()).get_current_head()
