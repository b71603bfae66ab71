"""Crossings: every threshold of a promise that was crossed, when, and what was said of it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Index, Text, bindparam
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.driver import Question, ask
from bot.store.insert import insert_new
from bot.store.rows import row_of


class Crossing(SQLModel, table=True):
    """A warning, the deadline or a step of the escalation was reached.

    `deadline` is the one that was promised then: a deadline that moves has thresholds of its own. `threshold`
    is "warning 900" (seconds of working time before the deadline), "deadline" or "step 2.1". `crossed_at` is
    when it was reached in business time, `noted_at` when the bot saw it. `outcome` says what came of it, and
    whom no call reached (`without`), `told` whom one did.
    """

    __tablename__ = "crossing"
    __table_args__ = (Index("ix_crossing_at", "workspace", "crossed_at"),)

    workspace: str = Field(primary_key=True)
    conversation_id: str = Field(primary_key=True)
    clock: str = Field(primary_key=True)
    episode: str = Field(primary_key=True)
    deadline: str = Field(primary_key=True)
    threshold: str = Field(primary_key=True)
    crossed_at: datetime
    noted_at: datetime
    outcome: str
    told: str = Field(default="", sa_type=Text)


TOLD = "told"
SHOWN = "shown"
JOINED = "told with the other promise of the same reply"
PASSED_OVER = "passed over"
QUIET = "outside the hours of alerts"
SNOOZED = "snoozed"
CLAIMED = "claimed"
ANSWERED = "over before it could be told"
NOBODY = "nobody to tell"

AWAY, GONE, UNLINKED = "away", "gone", "unlinked"
"""Why no call reaches somebody: away in Intercom, no teammate there any more, not known in Slack."""

_WITHOUT = " without "


def without(outcome: str, missed: Sequence[str]) -> str:
    """An outcome that also says whom no call reached, and why: "told without owner away"."""
    return f"{outcome}{_WITHOUT}{', '.join(missed)}" if missed else outcome


def missed_in(outcome: str) -> tuple[str, list[tuple[str, str]]]:
    """The outcome itself, and who in it no call reached, each with the reason."""
    said, _, missed = outcome.partition(_WITHOUT)
    pairs = (each.partition(" ") for each in missed.split(", ") if each)
    return said, [(who, reason) for who, _, reason in pairs]


def note(session: Session, **values: object) -> bool:
    """Write a crossing down, once. True when this call did."""
    return insert_new(session, Crossing, **values)


def crossings_of(session: Session, workspace: str, conversation_id: str) -> list[Crossing]:
    """All of a conversation's, oldest first."""
    query = select(Crossing).where(
        Crossing.workspace == workspace, Crossing.conversation_id == conversation_id
    )
    return list(session.exec(query.order_by(col(Crossing.crossed_at), col(Crossing.threshold))))


def told_of(
    session: Session,
    workspace: str,
    conversation_id: str,
    clock: str,
    episode: str,
    deadline: str,
    threshold: str,
) -> tuple[str, ...]:
    """Whom one crossing reached; none where it reached nobody, or is not written down."""
    row = row_of(session, Crossing, workspace, conversation_id, clock, episode, deadline, threshold)
    return tuple(row.told.split()) if row is not None else ()


def thresholds_of(
    session: Session, workspace: str, conversation_id: str, clock: str, episode: str, deadline: str
) -> set[str]:
    """The thresholds of one deadline that were written down already."""
    named = {
        "in_workspace": workspace,
        "which": conversation_id,
        "of_clock": clock,
        "in_episode": episode,
        "promised": deadline,
    }
    return {each for (each,) in ask(session, _thresholds(), named)}


@cache
def _thresholds() -> Question:
    return columns(col(Crossing.threshold)).where(
        col(Crossing.workspace) == bindparam("in_workspace"),
        col(Crossing.conversation_id) == bindparam("which"),
        col(Crossing.clock) == bindparam("of_clock"),
        col(Crossing.episode) == bindparam("in_episode"),
        col(Crossing.deadline) == bindparam("promised"),
    )
