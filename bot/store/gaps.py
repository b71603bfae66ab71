"""Gaps: what should have happened by now and has not. Read by the auditor, which trusts nobody's memory.

Every function looks at rows that an index finds or that are few, for an audit that grows with the house is
an audit that somebody switches off.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, exists, literal
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.store.clocks import Alert, SlaClock
from bot.store.conversations import Conversation
from bot.store.intents import OPEN, Intent
from bot.store.posts import Post
from bot.store.receipts import Receipt
from bot.store.rechecks import Recheck

MOST = 500
"""Gaps of a kind that one audit takes up; the next takes the rest."""


def unjudged(session: Session, workspace: str, before: datetime) -> list[str]:
    """Conversations with a promise whose state should have changed by itself before an instant (business)."""
    query = (
        select(SlaClock.conversation_id)
        .where(SlaClock.workspace == workspace, col(SlaClock.next_change_at) < before)
        .distinct()
        .limit(MOST)
    )
    return list(session.exec(query))


def unwatched(session: Session, workspace: str, kinds: tuple[str, ...]) -> list[str]:
    """Conversations with a running promise that nothing will look at again, though it is not broken yet."""
    query = (
        select(SlaClock.conversation_id)
        .where(
            SlaClock.workspace == workspace,
            col(SlaClock.clock).in_(kinds),
            col(SlaClock.stopped_at).is_(None),
            col(SlaClock.due_at).is_not(None),
            col(SlaClock.next_change_at).is_(None),
            SlaClock.state != "breached",
        )
        .distinct()
        .limit(MOST)
    )
    return list(session.exec(query))


def unrung(session: Session, workspace: str, kinds: tuple[str, ...], replies: tuple[str, ...]) -> list[str]:
    """Conversations whose running promise is near or broken, without an alert: both are written at once.

    Of two promises of one reply (of the clocks in `replies`, from the same instant on) one speaks for both.
    """
    alert = exists().where(
        col(Alert.workspace) == col(SlaClock.workspace),
        col(Alert.conversation_id) == col(SlaClock.conversation_id),
        col(Alert.clock) == col(SlaClock.clock),
        col(Alert.episode) == col(SlaClock.episode),
    )
    other = aliased(SlaClock)
    joined = exists().where(
        col(SlaClock.clock).in_(replies),
        col(other.workspace) == col(SlaClock.workspace),
        col(other.conversation_id) == col(SlaClock.conversation_id),
        col(other.clock).in_(replies),
        col(other.started_at) == col(SlaClock.started_at),
        col(other.stopped_at).is_(None),
        col(Alert.workspace) == col(other.workspace),
        col(Alert.conversation_id) == col(other.conversation_id),
        col(Alert.clock) == col(other.clock),
        col(Alert.episode) == col(other.episode),
        col(Alert.state) != "over",
    )
    query = (
        select(SlaClock.conversation_id)
        .where(
            SlaClock.workspace == workspace,
            col(SlaClock.clock).in_(kinds),
            col(SlaClock.stopped_at).is_(None),
            col(SlaClock.due_at).is_not(None),
            col(SlaClock.state).in_(("warning", "breached")),
            ~alert,
            ~joined,
        )
        .distinct()
        .limit(MOST)
    )
    return list(session.exec(query))


def unposted(session: Session, workspace: str, before: datetime) -> list[str]:
    """Conversations with a live alert, rung before an instant, for which no message exists."""
    own = literal("alert:") + col(Alert.conversation_id) + literal(":") + col(Alert.episode)
    key = func.coalesce(col(Alert.burst), own)
    post = exists().where(col(Post.workspace) == col(Alert.workspace), col(Post.key) == key)
    query = (
        select(Alert.conversation_id)
        .where(Alert.workspace == workspace, Alert.state == "live", col(Alert.rang_at) < before, ~post)
        .distinct()
        .limit(MOST)
    )
    return list(session.exec(query))


def stranded(session: Session, workspace: str, since: datetime, before: datetime) -> list[Post]:
    """Messages wanted between two instants that Slack does not show so, with nothing on its way to it.

    What was given up is not among them: it is tried again with pauses (`given_up`), or waits for a person.
    """
    way = exists().where(
        col(Intent.workspace) == col(Post.workspace),
        col(Intent.subject) == col(Post.key),
        or_(col(Intent.state).in_(OPEN), _newest_was_given_up()),
    )
    not_there = and_(col(Post.ts).is_(None), col(Post.state) == "wanted")
    other = and_(col(Post.state) == "posted", _shows_other())
    query = _wanted(workspace, since, before).where(or_(not_there, other), ~way)
    return list(session.exec(query))


def given_up(
    session: Session, workspace: str, since: datetime, before: datetime, *, once: tuple[str, ...]
) -> list[Post]:
    """Messages wanted between two instants that show something older in Slack, as their edit was given up;
    and those that are not there at all, of the kinds that nobody says a second time (`once`).
    """
    dead = exists().where(
        col(Intent.workspace) == col(Post.workspace),
        col(Intent.subject) == col(Post.key),
        _newest_was_given_up(),
    )
    older = and_(col(Post.ts).is_not(None), _shows_other())
    missing = and_(
        col(Post.ts).is_(None), or_(*(col(Post.key).startswith(f"{kind}:", autoescape=True) for kind in once))
    )
    return list(session.exec(_wanted(workspace, since, before).where(or_(older, missing), dead)))


def _wanted(workspace: str, since: datetime, before: datetime) -> SelectOfScalar[Post]:
    return (
        select(Post)
        .where(
            Post.workspace == workspace,
            col(Post.wanted_at) >= since,
            col(Post.wanted_at) < before,
        )
        .limit(MOST)
    )


def _shows_other() -> ColumnElement[bool]:
    return or_(col(Post.shown).is_(None), col(Post.shown) != col(Post.wanted))


def _newest_was_given_up() -> ColumnElement[bool]:
    edit = literal("edit:") + col(Post.key) + literal(":") + cast(Post.version, String)
    newest = or_(
        and_(col(Post.ts).is_(None), col(Intent.key) == literal("post:") + col(Post.key)),
        and_(col(Post.ts).is_not(None), col(Intent.key) == edit),
    )
    return and_(col(Intent.state) == "dead", newest)


def doubtful(session: Session, workspace: str, kind: str, since: datetime) -> list[Intent]:
    """Posts that were delivered since an instant (machine) after an attempt whose outcome was unknown."""
    query = (
        select(Intent)
        .where(
            Intent.workspace == workspace,
            Intent.kind == kind,
            Intent.state == "done",
            col(Intent.finished_at) >= since,
            col(Intent.looks) > 0,
        )
        .order_by(col(Intent.id))
        .limit(MOST)
    )
    return list(session.exec(query))


def waits_since(intent: Intent) -> datetime:
    """Since when (machine time) an open intent waits: its first attempt, or before that when it was due.

    Each attempt that comes to nothing moves `due` ahead.
    """
    return intent.first_sent_at or intent.due


def longest_waiting(session: Session, workspace: str) -> Intent | None:
    """The open intent that has waited longest; None when everything is settled."""
    query = (
        select(Intent)
        .where(Intent.workspace == workspace, col(Intent.state).in_(OPEN))
        .order_by(_SINCE, col(Intent.id))
        .limit(1)
    )
    return session.exec(query).first()


def was_done(session: Session, workspace: str, kind: str, since: datetime, before: datetime) -> bool:
    """Whether an intent of a kind that came due since an instant was delivered before another (machine)."""
    query = (
        select(Intent.id)
        .where(Intent.workspace == workspace, Intent.state == "done", col(Intent.due) >= since)
        .where(Intent.kind == kind, col(Intent.finished_at) < before)
        .limit(1)
    )
    return session.exec(query).first() is not None


_SINCE = func.coalesce(col(Intent.first_sent_at), col(Intent.due))


def waiting(session: Session, workspace: str, *, machine: datetime, business: datetime) -> dict[str, int]:
    """How much of each kind of work has waited since before an instant, which is given in both times."""
    counts = {
        "intents": select(func.count())
        .select_from(Intent)
        .where(
            Intent.workspace == workspace,
            col(Intent.state).in_(OPEN),
            machine > _SINCE,
        ),
        "rechecks": select(func.count())
        .select_from(Recheck)
        .where(Recheck.workspace == workspace, col(Recheck.asked_at) < machine),
        "details": select(func.count())
        .select_from(Conversation)
        .where(Conversation.workspace == workspace, col(Conversation.details_due) < machine),
        "receipts": select(func.count())
        .select_from(Receipt)
        .where(Receipt.workspace == workspace, Receipt.state == "new", col(Receipt.received_at) < business),
    }
    found = {name: int(session.exec(query).one()) for name, query in counts.items()}
    return {name: count for name, count in found.items() if count}
