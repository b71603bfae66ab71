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
from sqlalchemy import Engine, event
from sqlmodel import Session

from bot.store.accounts import Account, get_account
from bot.store.engine import Store
from bot.store.insert import put
from bot.store.migrate import migrate
from bot.store.rows import row_of

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


def test_tables_that_are_up_to_date_are_not_made_again(store: Store):
    with heard(store.engine, "") as asked:
        migrate(store.engine)
    told = [each for each in asked if "alembic_version" in each and each.lower().startswith("select")]
    assert told
    assert not [each for each in asked if each.lower().startswith(("create", "alter", "update", "insert"))]
    assert len(told) == 1
