"""What goes to the driver as SQLAlchemy worded it is answered, and refused, as SQLAlchemy would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from both_engines import ENGINES, made_on
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, create_engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col

from bot.store.accounts import Account
from bot.store.driver import Question, ask
from bot.store.engine import Store, open_store
from bot.store.insert import add, insert_new, put
from bot.store.migrate import migrate
from bot.store.reps import Admin
from bot.store.rows import row_of
from bot.store.trouble import lost_connection

TEAM = "T0TEAM"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ADMINS: Question = (
    select(col(Admin.id), col(Admin.name), col(Admin.away), col(Admin.team_ids), col(Admin.fetched_at))
    .where(col(Admin.workspace) == bindparam("team"), col(Admin.id).in_(bindparam("which", expanding=True)))
    .order_by(col(Admin.id))
)
"""Words, a yes or no, a list and an instant."""


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from made_on(request, tmp_path)


def seat(number: int, *, at: datetime = NOON, **more: object) -> dict[str, object]:
    return {
        "workspace": TEAM,
        "id": f"{number:03}",
        "name": f"Ana O'Neil {number} %(team)s ? :which ✓",
        "away": bool(number % 2),
        "team_ids": ["7", str(number)],
        "fetched_at": at,
        **more,
    }


@pytest.mark.parametrize("count", [0, 1, 2, 4, 6, 21, 501, 700])
async def test_a_list_of_any_length_is_answered_as_sqlalchemy_answers_it(store: Store, count: int):
    def both(session: Session) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        for number in range(0, count, 2):
            add(session, Admin, **seat(number, at=NOON.astimezone(timezone(timedelta(hours=number % 9)))))
        named = {"team": TEAM, "which": [f"{number:03}" for number in range(count)]}
        return ask(session, ADMINS, named), [tuple(row) for row in session.execute(ADMINS, named)]

    ours, theirs = await store.write(both)
    assert ours == theirs
    assert len(ours) == len(range(0, count, 2))
    assert all(row[-1] == NOON and row[-1].tzinfo is UTC for row in ours)  # type: ignore[attr-defined]


async def test_what_the_session_holds_back_is_seen_and_what_is_written_past_it_too(store: Store):
    def work(session: Session) -> tuple[list[str], str]:
        session.add(Admin(**seat(1)))
        before = [str(row[0]) for row in ask(session, ADMINS, {"team": TEAM, "which": ["001"]})]
        row = row_of(session, Admin, TEAM, "001")
        assert row is not None
        row.name = "Ana Ruiz"
        session.add(row)
        put(session, Admin, **seat(2, name="Ben Okoro"))
        other = row_of(session, Admin, TEAM, "002")
        assert other is not None
        other.name = "Ben Adeyemi"
        session.add(other)
        return before, other.name

    before, renamed = await store.write(work)
    assert (before, renamed) == (["001"], "Ben Adeyemi")
    kept = await store.read(ask, ADMINS, {"team": TEAM, "which": ["001", "002"]})
    assert [row[1] for row in kept] == ["Ana Ruiz", "Ben Adeyemi"]


async def test_a_row_by_its_key_is_the_row_of_the_session(store: Store):
    """As `Session.get` gives it: one object for each row, unchanged until somebody changes it."""

    def work(session: Session) -> None:
        put(
            session,
            Account,
            workspace=TEAM,
            id="c1",
            name="Quillon",
            attributes={"a": [1, None]},
            monthly_spend=12.5,
            fetched_at=NOON,
        )
        mine = row_of(session, Account, TEAM, "c1")
        assert mine is not None
        assert not session.is_modified(mine)
        assert mine is session.get(Account, (TEAM, "c1"))
        assert (mine.attributes, mine.monthly_spend, mine.fetched_at) == ({"a": [1, None]}, 12.5, NOON)
        session.refresh(mine)
        assert mine.name == "Quillon"
        assert row_of(session, Account, TEAM, "c2") is None

    await store.write(work)

    def theirs(session: Session) -> Account | None:
        return session.get(Account, (TEAM, "c1"))

    one, other = await store.read(theirs), await store.read(row_of, Account, TEAM, "c1")
    assert one is not None
    assert other is not None
    assert one.model_dump() == other.model_dump()


async def test_what_the_database_refuses_is_told_without_anybodys_words(store: Store):
    def twice(session: Session) -> None:
        for _ in range(2):
            add(session, Admin, **seat(1, name="a secret"))

    with pytest.raises(IntegrityError) as refused:
        await store.write(twice)
    assert "secret" not in str(refused.value)
    assert isinstance(refused.value, DBAPIError)
    assert not lost_connection(refused.value)
    # The line goes on, and nothing of it was kept.
    assert await store.write(insert_new, Admin, **seat(1))


async def test_an_instant_without_a_zone_is_never_kept(store: Store):
    with pytest.raises(ValueError, match="timezone"):
        await store.write(add, Admin, **seat(1, at=NOON.replace(tzinfo=None)))


@pytest.mark.postgres
async def test_a_server_that_ended_our_connections_is_noticed_and_asked_anew(postgres: str):
    store = open_store(postgres)
    migrate(store.engine)
    try:

        def ended(session: Session) -> None:
            ask(session, ADMINS, {"team": TEAM, "which": []})
            others = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            )
            with store.engine.connect() as another:
                another.execute(text(f"{others} AND pid <> pg_backend_pid()"))
            ask(session, ADMINS, {"team": TEAM, "which": ["001"]})

        with Session(store.engine) as session, pytest.raises(DBAPIError) as lost:
            ended(session)
        assert lost_connection(lost.value)
        # Every connection that was open is gone with it; whoever asks next notices nothing.
        assert await store.read(ask, ADMINS, {"team": TEAM, "which": ["001"]}) == []
        await store.write(add, Admin, **seat(1))
    finally:
        store.close()


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40), max_size=8
    )
)
def test_whatever_people_are_called_comes_back_as_it_was(words: list[str]):
    engine = create_engine("sqlite://")
    Admin.__table__.create(engine)  # type: ignore[attr-defined]
    with Session(engine) as session:
        for number, name in enumerate(words):
            add(session, Admin, **seat(number, name=name))
        named = {"team": TEAM, "which": [f"{number:03}" for number in range(len(words))]}
        assert [row[1] for row in ask(session, ADMINS, named)] == words
    engine.dispose()
