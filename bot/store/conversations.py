"""Conversations, as last seen in Intercom, plus who claimed them in Slack."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Index, Text, Update, bindparam, case, cast, or_, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.store.driver import Question, run
from bot.store.insert import table_of
from bot.store.rows import like, row_of, rows_of, whole


class Conversation(SQLModel, table=True):
    """One Intercom conversation. `updated_at` is Intercom's and decides what is newer.

    `claimed_by` is the Intercom admin who took it (in Slack or by assignment), set by compare-and-set only.
    `details_due` (machine time) is set while parts or people are known to lack: fetch them from then on.
    `details_absent`: how often Intercom has said since it last told of it that there is no such conversation.
    `other_contacts`: who else reads it, by Intercom's ids; an empty one stands for somebody who was erased.
    `cleared_at`: since when it holds nobody's words any more (`bot/store/retention.py`).
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_state", "workspace", "state", "claimed_by", "waiting_since"),
        Index("ix_conversation_account", "workspace", "account_id", "state"),
        Index("ix_conversation_details", "workspace", "details_due"),
        Index("ix_conversation_created", "workspace", "created_at"),
        Index("ix_conversation_begun", "workspace", "started_by", "channel", "created_at"),
    )

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    title: str | None = None
    channel: str
    delivered_as: str | None = None
    started_by: str
    state: str
    priority: str = "none"
    contact_id: str | None = Field(default=None, index=True)
    contact_name: str | None = None
    other_contacts: list[str] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"}
    )
    account_id: str | None = None
    admin_assignee_id: str | None = None
    team_assignee_id: str | None = None
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    attributes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime
    updated_at: datetime
    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    first_admin_reply_at: datetime | None = None
    time_to_admin_reply: int | None = None
    last_admin_reply_at: datetime | None = None
    last_contact_reply_at: datetime | None = None
    last_close_at: datetime | None = None
    reopens: int = 0
    rating: int | None = None
    rating_remark: str | None = Field(default=None, sa_type=Text)
    rating_at: datetime | None = None
    sla_name: str | None = None
    sla_status: str | None = None
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    details_due: datetime | None = None
    details_tries: int = 0
    details_absent: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    cleared_at: datetime | None = None


def get(session: Session, workspace: str, conversation_id: str) -> Conversation | None:
    return row_of(session, Conversation, workspace, conversation_id)


def get_many(session: Session, workspace: str, conversation_ids: Sequence[str]) -> dict[str, Conversation]:
    """Those of a page's worth of conversations that are known, by id."""
    named = {"in_workspace": workspace, "which": list(conversation_ids)}
    return {row.id: row for row in rows_of(session, Conversation, _many(), named)}


@cache
def _many() -> Question:
    return whole(Conversation).where(
        col(Conversation.workspace) == bindparam("in_workspace"),
        col(Conversation.id).in_(bindparam("which", expanding=True)),
    )


def open_conversations(session: Session, workspace: str) -> list[Conversation]:
    """Everything in state open, longest waiting first, those waiting on the customer last."""
    query = (
        select(Conversation)
        .where(Conversation.workspace == workspace, Conversation.state == "open")
        .order_by(
            case((col(Conversation.waiting_since).is_(None), 1), else_=0),
            col(Conversation.waiting_since),
            col(Conversation.id),
        )
    )
    return list(session.exec(query))


def snoozed_among(session: Session, workspace: str, conversation_ids: Sequence[str]) -> list[Conversation]:
    """Those of many conversations that are snoozed."""
    return [
        row
        for start in range(0, len(conversation_ids), 500)
        for row in get_many(session, workspace, conversation_ids[start : start + 500]).values()
        if row.state == "snoozed"
    ]


def of_account(
    session: Session, workspace: str, account_id: str, *, states: tuple[str, ...] = ("open", "snoozed")
) -> list[Conversation]:
    """An account's conversations in the given states, oldest first."""
    named = {"in_workspace": workspace, "whose": account_id, "states": list(states)}
    # Put in order here: asked to, SQLite goes through everybody's in the order in which they began.
    found = rows_of(session, Conversation, _of_account(), named)
    return sorted(found, key=lambda row: (row.created_at, row.id))


@cache
def _of_account() -> Question:
    return whole(Conversation).where(
        col(Conversation.workspace) == bindparam("in_workspace"),
        col(Conversation.account_id) == bindparam("whose"),
        col(Conversation.state).in_(bindparam("states", expanding=True)),
    )


def lacking_details(session: Session, workspace: str, machine_now: datetime, *, limit: int) -> list[str]:
    """Conversations whose parts or people are to be fetched by `machine_now`, longest wanted first."""
    query = (
        select(Conversation.id)
        .where(Conversation.workspace == workspace, col(Conversation.details_due) <= machine_now)
        .order_by(col(Conversation.details_due))
        .limit(limit)
    )
    return list(session.exec(query))


def any_unfetched(session: Session, workspace: str) -> bool:
    """Whether something has happened in a conversation that nobody has asked Intercom about yet."""
    query = select(Conversation.id).where(
        Conversation.workspace == workspace,
        col(Conversation.details_due).is_not(None),
        Conversation.details_tries == 0,
    )
    return session.exec(query.limit(1)).first() is not None


def take_lacking(
    session: Session, workspace: str, machine_now: datetime, *, until: datetime, limit: int
) -> dict[str, datetime]:
    """Put off what lacks details until `until`, so that no other replica fetches it too.

    Each conversation with the wish as it stands from now on: one that differs later was made meanwhile.
    """
    taken: dict[str, datetime] = {}
    wanted = lacking_details(session, workspace, machine_now, limit=limit)
    rows = get_many(session, workspace, wanted)
    for row in (rows[each] for each in wanted if each in rows):
        row.details_due = taken[row.id] = until
        session.add(row)
    return taken


def give_back_lacking(
    session: Session, workspace: str, taken: Mapping[str, datetime], machine_now: datetime
) -> None:
    """Have fetched now, by whoever comes next, what was put off by `take_lacking` and not taken in since."""
    for row in get_many(session, workspace, list(taken)).values():
        if row.details_due == taken[row.id]:
            row.details_due = machine_now
            session.add(row)


def ask_details(session: Session, workspace: str, conversation_id: str, machine_now: datetime) -> None:
    """Have a conversation fetched whole: something happened to it that was not shown."""
    row = get(session, workspace, conversation_id)
    if row is not None:
        row.details_due, row.details_tries, row.details_absent = machine_now, 0, 0
        session.add(row)


def read_by(session: Session, workspace: str, contact_ids: Collection[str]) -> list[Conversation]:
    """Those that one of these people reads besides the person whose it is. Goes through all of them."""
    ids = sorted(each for each in contact_ids if each)
    if not ids:
        return []
    told = cast(col(Conversation.other_contacts), Text)
    query = select(Conversation).where(
        Conversation.workspace == workspace, or_(*(told.like(like(f'"{each}"'), escape="\\") for each in ids))
    )
    return [row for row in session.exec(query) if not set(ids).isdisjoint(row.other_contacts)]


def held_by(session: Session, workspace: str, admin_id: str) -> list[Conversation]:
    """Everything that a seat holds and that is not closed."""
    query = select(Conversation).where(
        Conversation.workspace == workspace,
        col(Conversation.state).in_(("open", "snoozed")),
        Conversation.claimed_by == admin_id,
    )
    return list(session.exec(query))


def count_by_state(session: Session, workspace: str) -> dict[str, int]:
    query = (
        select(Conversation.state, func.count())
        .where(Conversation.workspace == workspace)
        .group_by(Conversation.state)
    )
    return {str(state): int(count) for state, count in session.execute(query)}


def take_claim(session: Session, row: Conversation, admin_id: str, *, now: datetime) -> bool:
    """Claim an unclaimed, not closed conversation: one compare-and-set. True when this call won.

    The row, which is the session's, says then what the table says.
    """
    named = {"in_workspace": row.workspace, "which": row.id, "admin_id": admin_id, "now": now}
    if run(session, _taking(), named) != 1:
        return False
    set_committed_value(row, "claimed_by", admin_id)
    set_committed_value(row, "claimed_at", now)
    return True


@cache
def _taking() -> Update:
    """Built once: building a statement costs more than running it."""
    return (
        update(table_of(Conversation))
        .where(
            col(Conversation.workspace) == bindparam("in_workspace"),
            col(Conversation.id) == bindparam("which"),
            col(Conversation.claimed_by).is_(None),
            col(Conversation.state) != "closed",
        )
        .values(claimed_by=bindparam("admin_id"), claimed_at=bindparam("now"))
    )


def move_claim(
    session: Session,
    workspace: str,
    conversation_id: str,
    *,
    held_by: str | None,
    to: str | None,
    now: datetime,
) -> bool:
    """Hand a claim over (or release it with `to=None`) if `held_by` still holds it. True when it moved."""
    holder = col(Conversation.claimed_by)
    result = session.execute(
        update(Conversation)
        .where(
            col(Conversation.workspace) == workspace,
            col(Conversation.id) == conversation_id,
            holder.is_(None) if held_by is None else holder == held_by,
        )
        .values(claimed_by=to, claimed_at=now if to else None)
        .execution_options(synchronize_session="fetch")
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def lately_closed(session: Session, workspace: str, most: int) -> list[Conversation]:
    """Closed conversations that a teammate answered, the latest first."""
    query = (
        select(Conversation)
        .where(
            Conversation.workspace == workspace,
            Conversation.state == "closed",
            col(Conversation.first_admin_reply_at).is_not(None),
            col(Conversation.cleared_at).is_(None),
        )
        .order_by(col(Conversation.updated_at).desc(), col(Conversation.id))
        .limit(most)
    )
    return list(session.exec(query))
