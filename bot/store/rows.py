"""Rows as objects of the session, at a quarter of what SQLAlchemy's own loading of them costs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import instance_state
from sqlmodel import Session, SQLModel

from bot.store.driver import Question, ask
from bot.store.held import hold, known_whole, mapper_of

T = TypeVar("T", bound=SQLModel)


def like(words: str) -> str:
    """A pattern for LIKE, with a backslash as its ESCAPE, of what holds these words."""
    return "%" + words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"


def row_of(session: Session, table: type[T], *key: Any) -> T | None:
    """The row with this primary key, as `Session.get` returns it: changed, it is written with the session."""
    held = session.identity_map.get(mapper_of(table).identity_key_from_primary_key(key))
    if held is not None:
        found: T = held
        return found
    if table in known_whole(session):
        return None
    question, places = _one(table)
    rows = rows_of(session, table, question, dict(zip(places, key, strict=True)))
    return rows[0] if rows else None


def kept_row_of(session: Session, table: type[T], *key: Any) -> T | None:
    """The same for what is asked for again and again in one transaction, and written as an object only."""
    found = row_of(session, table, *key)
    if found is not None:
        hold(session, table, [found])
    return found


def rows_of(session: Session, table: type[T], question: Question, values: Mapping[str, Any]) -> list[T]:
    """The rows that answer a question for whole ones (`whole`), as `Session.scalars` returns them.

    One that the session has already is that one, as it stands there.
    """
    mapper = mapper_of(table)
    names, key = _attributes(table)
    known, found = session.identity_map, []
    for told in ask(session, question, values):
        identity = mapper.identity_key_from_primary_key(tuple([told[place] for place in key]))
        row = known.get(identity)
        found.append(_of_session(session, mapper, identity, names, told) if row is None else row)
    return found


def bring(row: SQLModel, **values: Any) -> None:
    """Set what of this is different. Setting a field costs many times what comparing it does, and a row of
    which one was set is looked through when the session is written.
    """
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _of_session(
    session: Session, mapper: Mapper[Any], identity: Any, names: tuple[str, ...], told: tuple[Any, ...]
) -> Any:
    """A row that was read, as the session's own loading leaves one: `Session.add` takes five times that."""
    row = mapper.class_manager.new_instance()
    row.__dict__.update(zip(names, told, strict=True))
    state = instance_state(row)
    state.key = identity
    state.session_id = session.hash_key
    session.identity_map.add(state)
    return row


def whole(table: type[SQLModel]) -> Question:
    """What asks for whole rows of a table, all of them until it is told which."""
    return columns(*mapper_of(table).local_table.columns)


@lru_cache(maxsize=100)
def _attributes(table: type[SQLModel]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """A table's attributes in the order of such an answer, and where in it the primary key stands."""
    mapper = mapper_of(table)
    names = tuple(mapper.get_property_by_column(column).key for column in mapper.local_table.columns)
    key = (mapper.get_property_by_column(column).key for column in mapper.primary_key)
    return names, tuple(names.index(name) for name in key)


@lru_cache(maxsize=100)
def _one(table: type[SQLModel]) -> tuple[Question, tuple[str, ...]]:
    """What asks for one row, and what its key is called there."""
    key = mapper_of(table).primary_key
    places = tuple(f"key_{place}" for place, _ in enumerate(key))
    question = whole(table).where(
        *(column == bindparam(place) for column, place in zip(key, places, strict=True))
    )
    return question, places
