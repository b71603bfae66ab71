"""What became of an answer that was written once for several: one message that shows each outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from bot.cards import deliveries as deliveries_card
from bot.cards.deliveries import DeliveriesCard, OneOfMany
from bot.cards.delivery import DeliveryState
from bot.clock import Moment
from bot.desk import readers, writes
from bot.desk.directly import show_card
from bot.intercom.errors import GONE, NO_SEAT
from bot.office import Office
from bot.outbox import kinds, settle
from bot.outbox.overtaken import said_since
from bot.present import contact_name, url
from bot.store import conversations, intents, lanes, posts, threads
from bot.store.intents import Intent

TOLD_FROM = 2
"""Attempts that came to nothing, from which an answer is told to wait for Intercom."""

IN_VAIN = {
    NO_SEAT: "Then press Answer… to write it again from its words.",
    GONE: "Press Answer… to copy its words.",
}
"""Reasons that do not pass, however often the same is sent again, and what its author can do instead."""

_STATES = {
    "done": DeliveryState.SENT,
    "dead": DeliveryState.FAILED,
    "unconfirmed": DeliveryState.UNCONFIRMED,
    "dropped": DeliveryState.UNDONE,
    "uncertain": DeliveryState.LOOKED_FOR,
}


def batch_of(view_id: str, conversation_ids: Sequence[str], under: str | None = None) -> dict[str, Any]:
    """What each answer of a batch carries: its name, whose conversations the others are in, and the message
    in whose thread the outcomes are told, where that is not the account's."""
    batch: dict[str, Any] = {"name": view_id, "of": list(conversation_ids)}
    return batch if under is None else {**batch, "under": under}


def occurrence(view_id: str, conversation_id: str) -> str:
    return f"{view_id}:{conversation_id}"


def answers_of(session: Session, batch: dict[str, Any]) -> list[Intent]:
    """The batch's answers in the order in which they were ticked."""
    keys = [f"reply:{occurrence(batch['name'], each)}" for each in batch["of"]]
    found = [intents.by_key(session, key) for key in keys]
    return [each for each in found if each is not None]


def held_up(first: Intent) -> str:
    """Why an answer waits that stands behind something else, a sentence."""
    what = kinds.NAMES.get(first.kind, "a change")
    return f"{what[:1].upper()}{what[1:]} that was decided before it is not in Intercom yet."


def tell(session: Session, office: Office, batch: dict[str, Any], slack_user: str, at: Moment) -> None:
    """Show where each answer stands: in the thread of the account, or of what was answered, if there is one,
    else in a direct message."""
    answers = answers_of(session, batch)
    rows = conversations.get_many(session, office.workspace, list(batch["of"]))
    shown = tuple(_one(session, office, each, rows) for each in answers if each.subject in rows)
    if not shown:
        return
    card = DeliveriesCard(shown[0].id, shown, at.now, office.zone, round(office.undo.total_seconds()))
    anchor = batch.get("under") or _anchor(session, office, rows[answers[0].subject].account_id)
    post = posts.get_post(session, office.workspace, anchor) if anchor else None
    parent = anchor if post is not None and post.state != "gone" else None
    show_card(
        session,
        office,
        batch["name"],
        deliveries_card.render(card),
        at,
        author=slack_user,
        channel=post.channel if post is not None else None,
        parent=parent,
    )


def _anchor(session: Session, office: Office, account_id: str | None) -> str | None:
    thread = threads.live_thread(session, office.workspace, account_id) if account_id else None
    return thread.post if thread else None


def _one(
    session: Session, office: Office, intent: Intent, rows: dict[str, conversations.Conversation]
) -> OneOfMany:
    session.refresh(intent)
    row = rows[intent.subject]
    again = bool(intent.payload.get(settle.AGAIN))
    state = _STATES.get(intent.state, DeliveryState.AGAIN if again else DeliveryState.QUEUED)
    problem = intent.error if state is DeliveryState.FAILED else None
    first = lanes.held_up_by(session, intent, kinds.OVERTAKING) if intent.state == "pending" else None
    if first is not None or (intent.state == "pending" and intent.attempts >= TOLD_FROM):
        state, problem = DeliveryState.WAITING, held_up(first) if first is not None else intent.error
    return OneOfMany(
        id=intent.key,
        contact=contact_name(row),
        also=readers.also_reading(session, office, row),
        channel=row.channel,
        state=state,
        problem=problem,
        url=url(office, row.id),
        left_open=writes.left_open(session, intent) if state is DeliveryState.SENT else None,
        words_kept=bool(intent.payload.get("plain")),
        undoable=intent.state == "pending" and not again,
        in_vain=state is DeliveryState.FAILED
        and (problem in IN_VAIN or said_since(session, intent) is not None),
    )
