"""Where the card about an answer stands: in a thread, or with its author where that place takes nothing.

A card that Slack refused, or that went with the message it stood under, is gone for good. What became of the
answer is told all the same, under a second name, to its author alone.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.message import Message
from bot.clock import Moment
from bot.office import Office
from bot.outbox import kinds
from bot.outbox.show import Content, show
from bot.store.answers import author_of
from bot.store.intents import Intent
from bot.store.posts import DIRECT, get_post

_CARD = "delivery:"


def show_card(
    session: Session,
    office: Office,
    occurrence: str,
    content: Content,
    at: Moment,
    *,
    author: str,
    channel: str | None = None,
    parent: str | None = None,
) -> None:
    """Show the card of an answer in `parent`'s thread, or to its author where there is no `parent`."""
    key = f"{_CARD}{occurrence}"
    post = get_post(session, office.workspace, key)
    if post is not None and post.state == "gone":
        key, parent = f"{key}{DIRECT}", None
    show(
        session,
        office.workspace,
        key=key,
        channel=(channel if parent else None) or author,
        content=content,
        parent=parent,
        at=at,
    )


def after_outcome(session: Session, office: Office, intent: Intent, at: Moment) -> None:
    """What was given up may be a card: its author is told what it was to say."""
    if intent.kind not in (kinds.SLACK_POST, kinds.SLACK_EDIT):
        return
    key = intent.subject
    post = get_post(session, office.workspace, key)
    if not key.startswith(_CARD) or key.endswith(DIRECT) or post is None or post.state != "gone":
        return
    occurrence = key.removeprefix(_CARD)
    author = author_of(session, occurrence)
    if author is not None:
        said = Message(intent.payload["text"], intent.payload["blocks"])
        show_card(session, office, occurrence, said, at, author=author)
