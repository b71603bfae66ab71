"""Risk as it is now, and as it stood on each Monday, frozen: what was said can be compared with what came."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.rows import row_of


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
    differs = row is None or (row.total, row.level, row.change) != (total, level, change)
    if row is None:
        row = RiskNow(workspace=workspace, account_id=account_id, total=total, level=level, judged_at=now)
    row.total, row.level, row.change, row.judged_at = total, level, change, now
    session.add(row)
    return differs


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
    query = (
        select(RiskSnapshot)
        .where(
            RiskSnapshot.workspace == workspace,
            RiskSnapshot.account_id == account_id,
            RiskSnapshot.period < period,
        )
        .order_by(col(RiskSnapshot.period).desc())
    )
    return session.exec(query).first()
