"""Rows that are asked for again and again in one transaction are read once, and never stale."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from both_engines import ENGINES, made_on
from sqlalchemy import Engine, bindparam, event
from sqlmodel import Session, col, select

from bot.store.accounts import Account, get_account
from bot.store.engine import Store
from bot.store.insert import put
from bot.store.migrate import migrate
from bot.store.rows import row_of, rows_of, whole

pytestmark = pytest.mark.thorough

TEAM = "T0TEAM"
FIRM: dict[str, Any] = {
    "workspace": TEAM,
    "id": "acct-1",
    "attributes": {},
    "fetched_at": datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
}


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from made_on(request, tmp_path)


@contextmanager
def heard(engine: Engine, word: str) -> Iterator[list[str]]:
    """The statements with this word that the database is asked meanwhile."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if word in statement.lower():
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def name_of(session: Session) -> str:
    account = get_account(session, TEAM, "acct-1")
    assert account is not None
    return account.name


async def test_an_account_is_read_once_in_a_transaction_and_anew_in_the_next(store: Store):
    await store.write(put, Account, **FIRM, name="Quillon Ltd")

    def kept(session: Session, get: Callable[[Session], Account | None]) -> bool:
        """Whether the session still has the row when nobody refers to it any more."""
        first = ref(get(session))
        gc.collect()
        return first() is not None and first() is get(session)

    assert await store.write(kept, lambda session: get_account(session, TEAM, "acct-1"))
    # The control: a row that is not kept is forgotten, and read once more.
    assert not await store.write(kept, lambda session: row_of(session, Account, TEAM, "acct-1"))
    await store.write_beside(put, Account, **FIRM, name="Quillon SE")
    assert await store.write(name_of) == "Quillon SE"


@pytest.mark.parametrize("how", ["put", "object"])
async def test_what_was_written_since_is_what_is_read(store: Store, how: str):
    await store.write(put, Account, **FIRM, name="Quillon Ltd")

    def by_object(session: Session) -> None:
        account = get_account(session, TEAM, "acct-1")
        assert account is not None
        account.name = "Quillon SE"
        session.add(account)

    def by_put(session: Session) -> None:
        put(session, Account, **FIRM, name="Quillon SE")

    write: Callable[[Session], None] = by_put if how == "put" else by_object

    def between(session: Session) -> tuple[str, str]:
        before = name_of(session)
        write(session)
        return before, name_of(session)

    assert await store.write(between) == ("Quillon Ltd", "Quillon SE")
    assert await store.read(name_of) == "Quillon SE"


async def test_whole_rows_are_the_sessions_own(store: Store):
    """Read by the driver they are what SQLAlchemy reads, are there once, and changed are written."""
    told = {**FIRM, "attributes": {"tier": "Gold", "seats": 12}, "plan": None}
    await store.write(put, Account, **told, name="Quillon Ltd")
    question = whole(Account).where(col(Account.workspace) == bindparam("of"))

    def same(session: Session) -> None:
        (read,) = rows_of(session, Account, question, {"of": TEAM})
        found = {name: getattr(read, name) for name in Account.model_fields}
        assert read in session
        assert not session.dirty
        assert read is session.exec(select(Account)).one()
        session.expunge_all()
        loaded = session.exec(select(Account)).one()
        assert found == {name: getattr(loaded, name) for name in Account.model_fields}
        assert [loaded] == rows_of(session, Account, question, {"of": TEAM})

    await store.read(same)

    def change(session: Session) -> None:
        (read,) = rows_of(session, Account, question, {"of": TEAM})
        read.name, read.attributes = "Quillon SE", {"tier": "Silver"}
        # What was changed and is not written yet stands as it was changed.
        (again,) = rows_of(session, Account, question, {"of": TEAM})
        assert again is read
        assert again.name == "Quillon SE"

    await store.write(change)
    assert await store.read(name_of) == "Quillon SE"
    (row,) = await store.read(rows_of, Account, question, {"of": TEAM})
    assert row.attributes == {"tier": "Silver"}
    assert await store.read(rows_of, Account, question, {"of": "T0OTHER"}) == []


def test_tables_that_are_up_to_date_are_not_made_again(store: Store):
    with heard(store.engine, "") as asked:
        migrate(store.engine)
    told = [each for each in asked if "alembic_version" in each and each.lower().startswith("select")]
    assert told
    assert not [each for each in asked if each.lower().startswith(("create", "alter", "update", "insert"))]
    assert len(told) == 1
