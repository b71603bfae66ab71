"""An index answers what retention asks of each old contact, however much there is of all others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from databases import sqlite_file
from sqlalchemy import Engine, event
from sqlmodel import Session

from bot.clock import Moment
from bot.settings.model import RetentionConfig
from bot.store import retention
from bot.store.engine import open_store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def plan(engine: Engine) -> str:
    """How SQLite looks for contacts that may go."""
    asked: list[tuple[str, object]] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    (rule,) = [
        each for each in retention.rules(RetentionConfig(), Moment(NOW, NOW)) if each.what == "contacts"
    ]
    event.listen(engine, "before_cursor_execute", note)
    with Session(engine) as session:
        rule.find(session, "T1", None, 50)
    event.remove(engine, "before_cursor_execute", note)
    ((statement, parameters),) = asked
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(str(row[-1]) for row in rows)


def test_conversations_and_mails_of_a_contact_are_found_by_who_it_is(tmp_path: Path) -> None:
    store = open_store(sqlite_file(tmp_path))
    try:
        found = plan(store.engine)
        assert "ix_outside_message_contact_id (contact_id=?)" in found, found
        assert "ix_conversation_contact_id (contact_id=?)" in found, found
    finally:
        store.close()
