"""Parts: what was said and done in a conversation, one row each."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Text, bindparam, false
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col

from bot.store.driver import Question, ask
from bot.store.rows import rows_of, whole

NO_ANSWER_NEEDED = "no_answer_needed"
"""The kind of a part of our own: a rep said that the waiting message needs no answer."""


class Part(SQLModel, table=True):
    """One part of a conversation: a message, a note, or something done to it. `text` is plain.

    `merged_with` is the other conversation of a merge (`bot/store/merges.py`), `waiting_since` how long the
    customer of the one that was merged into this one had waited. Of NO_ANSWER_NEEDED it is the newest message
    that was known when it was said.
    """

    __tablename__ = "part"

    workspace: str = Field(primary_key=True)
    conversation_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    raw_kind: str
    author_type: str
    author_id: str | None = None
    author_name: str | None = None
    automatic: bool = False
    by_ai: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    public_reply: bool = False
    customer_message: bool = False
    text: str = Field(default="", sa_type=Text)
    attachments: int = 0
    created_at: datetime
    merged_with: str | None = None
    waiting_since: datetime | None = None

    @property
    def reopens(self) -> bool:
        """Whether it opened the conversation, by itself or along with a note or an assignment."""
        return self.kind == "open" or self.raw_kind.endswith("_and_reopen")

    @property
    def wakes(self) -> bool:
        """Whether it ended a snooze, by itself or along with a note or an assignment."""
        return self.kind == "unsnoozed" or self.raw_kind.endswith("_and_unsnooze")


def parts_of(session: Session, workspace: str, conversation_id: str) -> list[Part]:
    """Every part that is known, oldest first."""
    return parts_of_many(session, workspace, [conversation_id])[conversation_id]


class Said(NamedTuple):
    """What is needed of a part to put it in order and to show what was said in it."""

    created_at: datetime
    raw_kind: str
    id: str
    text: str
    attachments: int


def last_said(session: Session, workspace: str, conversation_ids: Sequence[str]) -> dict[str, Said]:
    """What the customer said last in each of a few conversations; those in which they said nothing lack."""
    named = {"in_workspace": workspace, "which": list(conversation_ids)}
    found: dict[str, Said] = {}
    for conversation_id, *part in ask(session, _said(), named):
        said = Said(*part)
        before = found.get(conversation_id)
        if before is None or part_order(before) < part_order(said):
            found[conversation_id] = said
    return found


@cache
def _said() -> Question:
    """Built once: it is asked at every click."""
    told = (col(Part.created_at), col(Part.raw_kind), col(Part.id), col(Part.text), col(Part.attachments))
    return columns(col(Part.conversation_id), *told).where(
        col(Part.workspace) == bindparam("in_workspace"),
        col(Part.conversation_id).in_(bindparam("which", expanding=True)),
        col(Part.customer_message).is_(True),
    )


def part_order(part: Part | Said) -> tuple[datetime, bool, int, str]:
    """Time first; the source before parts of the same second; then Intercom's growing ids."""
    number = int(part.id) if part.id.isdigit() else 0
    return part.created_at, part.raw_kind != "source", number, part.id


def parts_of_many(session: Session, workspace: str, conversation_ids: list[str]) -> dict[str, list[Part]]:
    """Parts of several conversations by conversation, oldest first."""
    found: dict[str, list[Part]] = {conversation_id: [] for conversation_id in conversation_ids}
    for start in range(0, len(conversation_ids), 500):
        chunk = conversation_ids[start : start + 500]
        for part in rows_of(session, Part, _parts(), {"in_workspace": workspace, "which": chunk}):
            found[part.conversation_id].append(part)
    for parts in found.values():
        parts.sort(key=part_order)
    return found


@cache
def _parts() -> Question:
    return whole(Part).where(
        col(Part.workspace) == bindparam("in_workspace"),
        col(Part.conversation_id).in_(bindparam("which", expanding=True)),
    )


def part_texts(
    session: Session, workspace: str, conversation_ids: Sequence[str], part_ids: Sequence[str]
) -> dict[tuple[str, str], str]:
    """The texts of those parts of a few conversations that are known, by conversation and part."""
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(part_ids), 500):
        chunk = {
            "in_workspace": workspace,
            "which": list(conversation_ids),
            "parts": list(part_ids[start : start + 500]),
        }
        for conversation_id, part_id, text in ask(session, _texts(), chunk):
            found[conversation_id, part_id] = text
    return found


@cache
def _texts() -> Question:
    return columns(col(Part.conversation_id), col(Part.id), col(Part.text)).where(
        col(Part.workspace) == bindparam("in_workspace"),
        col(Part.conversation_id).in_(bindparam("which", expanding=True)),
        col(Part.id).in_(bindparam("parts", expanding=True)),
    )
