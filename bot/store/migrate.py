"""Bring the tables to the shape this code needs, by Alembic, at each start."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def config(engine: Engine | None = None) -> Config:
    """Alembic's settings without an ini file; `engine` may be None for `alembic heads` and the like."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["engine"] = engine
    return settings


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; a no-op when the tables are up to date."""
    command.upgrade(config(engine), "head")
