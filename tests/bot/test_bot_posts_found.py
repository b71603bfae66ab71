"""Messages are found by how their names begin, without going through those of everything else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from both_engines import ENGINES, made_on
from on_the_wire import heard
from sqlmodel import Session

from bot.store.engine import Store
from bot.store.insert import put
from bot.store.posts import Post, posts_under

TEAM = "T0TEAM"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from made_on(request, tmp_path)


def plant(session: Session, *names: str) -> None:
    for workspace in (TEAM, "T0OTHER"):
        for name in names:
            put(
                session,
                Post,
                workspace=workspace,
                key=name,
                channel="C1",
                wanted="",
                version=1,
                state="wanted",
                wanted_at=NOW,
            )


def found(session: Session, prefix: str) -> list[str]:
    rows = posts_under(session, TEAM, prefix)
    assert {row.workspace for row in rows} <= {TEAM}
    return [row.key for row in rows]


async def test_what_begins_so_is_found_and_nothing_else(store: Store):
    await store.write(
        plant, "ring:1:warning:", "ring:1:warning:é", "ring:1:warning", "ring:1:warning;", "ring:1:WARNING:2"
    )
    assert set(await store.read(found, "ring:1:warning:")) == {"ring:1:warning:", "ring:1:warning:é"}
    await store.write(plant, "a%b_c:1", "a%b_c:2", "aXbYc:1", "a%b_c")
    assert await store.read(found, "a%b_c:") == ["a%b_c:1", "a%b_c:2"]
    assert await store.read(found, "monday:") == []


def _plan(session: Session) -> str:
    with heard(session) as asked:
        posts_under(session, TEAM, "ring:1:")
    return str(session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}").all())


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
async def test_sqlite_looks_for_it_in_its_index(store: Store):
    plan = await store.read(_plan)
    assert "workspace=? AND key>? AND key<?" in plan, plan
