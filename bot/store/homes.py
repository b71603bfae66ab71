"""How each person left their App Home and inbox: filters, pages, and what was drawn for them last."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.rows import row_of


class HomeLook(SQLModel, table=True):
    """`show`: all, mine, free or late. `team`: an Intercom team's id, `none` for no team, empty for all.

    `opened_at` and `drawn_at` are machine time; `drawn` tells one content from another.
    """

    __tablename__ = "home_look"
    __table_args__ = (Index("ix_home_look_opened", "workspace", "opened_at"),)

    workspace: str = Field(primary_key=True)
    slack_user_id: str = Field(primary_key=True)
    show: str = "all"
    team: str = ""
    mine_page: int = 0
    next_page: int = 0
    opened_at: datetime | None = None
    drawn: str = ""
    drawn_at: datetime | None = None


def look_of(session: Session, workspace: str, slack_user_id: str) -> HomeLook:
    """How this person left it; as it comes the first time. Not stored by asking."""
    found = row_of(session, HomeLook, workspace, slack_user_id)
    return found or HomeLook(workspace=workspace, slack_user_id=slack_user_id)


def keep(session: Session, look: HomeLook) -> None:
    session.add(look)


def note_drawn(
    session: Session, workspace: str, slack_user_id: str, drawn: str, *, now: datetime, opened: bool
) -> None:
    """What was drawn; `opened`: because the person is looking at it."""
    look = look_of(session, workspace, slack_user_id)
    look.drawn, look.drawn_at = drawn, now
    if opened:
        look.opened_at = now
    session.add(look)


def opened_since(session: Session, workspace: str, since: datetime, *, limit: int) -> Sequence[HomeLook]:
    """Who has looked at it since then, those whose view is the oldest first."""
    query = (
        select(HomeLook)
        .where(HomeLook.workspace == workspace, col(HomeLook.opened_at) >= since)
        .order_by(col(HomeLook.drawn_at))
        .limit(limit)
    )
    return session.exec(query).all()
