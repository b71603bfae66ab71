"""SQL that was compiled for one house is there for the next.

SQLAlchemy keeps compiled statements per engine, and a bot has one engine for years. A test has one for half a
second, and would spend a sixth of it compiling what a thousand tests before it compiled. The dialects here
are the bot's own but for that: they count as equal, and their engines share one cache.
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.util import LRUCache

from bot.store import sqlite

_compiled: LRUCache[object, object] = LRUCache(5_000)


class _Shares:
    """For a dialect: what is compiled for one of its kind is good for all."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_compiled)


class Sqlite(_Shares, sqlite.Dialect):
    supports_statement_cache = True


class Psycopg(_Shares, PGDialect_psycopg):
    supports_statement_cache = True


def share() -> None:
    """From now on every new engine of this process shares what it compiles."""
    registry.register(f"sqlite.{sqlite.Dialect.driver}", __name__, Sqlite.__name__)
    registry.register("postgresql.psycopg", __name__, Psycopg.__name__)
