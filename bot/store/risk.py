"""Risk as it is now, and as it stood on each Monday, frozen: what was said can be compared with what came."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, and_, bindparam
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.store.accounts import Account
from bot.store.driver import Question
from bot.store.insert import put
from bot.store.rows import row_of, rows_of, whole


class RiskNow(SQLModel, table=True):
    """An account's present score. `change` is against its last snapshot, None without one."""

    __tablename__ = "risk_now"

    workspace: str = Field(primary_key=True)
    account_id: str = Field(primary_key=True)
    total: int
    level: str
    change: int | None = None
    judged_at: datetime


def keep_now(
    session: Session,
    workspace: str,
    account_id: str,
    total: int,
    level: str,
    change: int | None,
    *,
    now: datetime,
) -> bool:
    """Write a present score down. True when it differs from what stood there."""
    row = row_of(session, RiskNow, workspace, account_id)
    before = (row.total, row.level, row.change) if row is not None else None
    put(
        session,
        RiskNow,
        workspace=workspace,
        account_id=account_id,
        total=total,
        level=level,
        change=change,
        judged_at=now,
    )
    return before != (total, level, change)


def at_least(session: Session, workspace: str, total: int) -> list[str]:
    """Accounts whose present score is `total` or more."""
    query = select(RiskNow.account_id).where(RiskNow.workspace == workspace, RiskNow.total >= total)
    return list(session.exec(query))


def count_judged(session: Session, workspace: str) -> tuple[int, int]:
    """How many accounts that Intercom has are judged, and in how many of these nobody was ever seen."""
    query = (
        select(func.count(), func.count(col(Account.last_seen_at)))
        .select_from(RiskNow)
        .join(
            Account,
            and_(col(Account.workspace) == RiskNow.workspace, col(Account.id) == RiskNow.account_id),
        )
        .where(RiskNow.workspace == workspace, col(Account.deleted_at).is_(None))
    )
    judged, seen = session.exec(query).one()
    return judged, judged - seen


def total_now(session: Session, workspace: str, account_id: str) -> int | None:
    """An account's score as last judged; None when it was not yet."""
    row = row_of(session, RiskNow, workspace, account_id)
    return row.total if row is not None else None


class RiskSnapshot(SQLModel, table=True):
    """An account's score on a local date, with the points it is the sum of."""

    __tablename__ = "risk_snapshot"

    workspace: str = Field(primary_key=True)
    account_id: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    total: int
    level: str
    points: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    unknown: list[str] = Field(default_factory=list, sa_type=JSON)
    taken_at: datetime


def latest_before(session: Session, workspace: str, account_id: str, period: str) -> RiskSnapshot | None:
    """The account's newest snapshot of an earlier period."""
    named = {"in_workspace": workspace, "whose": account_id, "before": period}
    found = rows_of(session, RiskSnapshot, _latest_before(), named)
    return found[0] if found else None


@cache
def _latest_before() -> Question:
    return (
        whole(RiskSnapshot)
        .where(
            col(RiskSnapshot.workspace) == bindparam("in_workspace"),
            col(RiskSnapshot.account_id) == bindparam("whose"),
            col(RiskSnapshot.period) < bindparam("before"),
        )
        .order_by(col(RiskSnapshot.period).desc())
        .limit(1)
    )
