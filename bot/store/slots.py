"""Slots: one row per periodic occurrence, which exactly one caller inserts; it is kept for ever.

The row is inserted in the transaction that does the work. Work of several transactions has it inserted at its
end (`bot/store/turns.py`).
"""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, select

from bot.store.insert import insert_new
from bot.store.rows import row_of


class Slot(SQLModel, table=True):
    """Job `job` has been done for the local period `period` (such as 2026-11-23)."""

    __tablename__ = "slot"

    workspace: str = Field(primary_key=True)
    job: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    done_at: datetime


def take_slot(session: Session, workspace: str, job: str, period: str, *, now: datetime) -> bool:
    """True for exactly one caller ever."""
    return insert_new(session, Slot, workspace=workspace, job=job, period=period, done_at=now)


def slot_taken(session: Session, workspace: str, job: str, period: str) -> bool:
    return row_of(session, Slot, workspace, job, period) is not None


def any_taken(session: Session, workspace: str, job: str) -> bool:
    """Whether the job has ever been done."""
    query = select(Slot.period).where(Slot.workspace == workspace, Slot.job == job).limit(1)
    return session.exec(query).first() is not None
