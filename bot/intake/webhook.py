"""Intercom's webhooks: verified, stored as a receipt, acknowledged, and applied afterwards.

A notification is a hint. Its own words are applied at once, so that nothing is lost, and the conversation is
fetched whole soon after, for notifications come late, twice, in any order and with one part only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot.clock import Moment
from bot.intake.apply import apply_conversation, forget_conversation
from bot.intake.apply_tickets import hear_tickets
from bot.intake.deleted_people import DELETED, PUT_AWAY, follow_deletion, look_after
from bot.intake.erased import is_erased, tells_of_them
from bot.intake.people import apply_admin, apply_company, apply_contact, forget_company
from bot.intercom.facts import ConversationFacts
from bot.intercom.facts_people import AdminFacts, CompanyFacts, ContactFacts, Notification, TicketFacts
from bot.intercom.values import ReadError, decode
from bot.intercom.webhook import read_envelope, read_notification
from bot.settings.model import AccountsConfig
from bot.store import pulse, receipts, rechecks
from bot.store.accounts import deleted_among
from bot.store.conversations import ask_details
from bot.store.erased import any_at_all
from bot.store.receipts import Receipt
from bot.store.trouble import in_trouble

log = structlog.get_logger("watchbell.intake")

SOURCE = "intercom"
MERGED = "contact.merged"
"""The topic that names who is left of two contacts, and not who was merged into them."""
OLDEST = timedelta(days=8)
"""Intercom gives up after seven days; an older notification is a replay of something long applied."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A verified notification on its way into the tables. Pings have no `id` of their own."""

    id: str
    topic: str
    raw: bytes
    told: dict[str, Any]
    at: Moment


def arrived(raw: bytes, at: Moment) -> Arrived:
    """What a body's receipt needs. Raises ReadError when it is not a JSON object.

    Pings carry no id and are never stored twice as the same event; their receipt is named by their bytes and
    the time. The rest is read when the receipt is applied: Intercom waits for this.
    """
    told = decode(raw)
    id_, topic = read_envelope(told)
    return Arrived(id_ or _name(raw, at), topic, raw, told, at)


def keep_notifications(session: Session, workspace: str, several: Sequence[Arrived]) -> None:
    """Store the receipts of notifications. What was here before stays as it is.

    Of what is told of an erased person only that it came is kept.
    """
    guarded = any_at_all(session, workspace)
    rows = []
    for each in several:
        unwanted = guarded and tells_of_them(session, workspace, read_notification(each.told))
        rows.append(
            receipts.row(
                workspace,
                SOURCE,
                each.id,
                topic=each.topic,
                body="" if unwanted else each.raw.decode("utf-8", errors="replace"),
                now=each.at.now,
                state="done" if unwanted else "new",
            )
        )
    receipts.keep_all(session, rows)
    last = several[-1]
    pulse.beat(session, workspace, pulse.WEBHOOK, now=last.at.now, detail=last.topic)
    of_talk = [each for each in several if pulse.is_of_talk(each.topic)]
    if of_talk:
        talk = of_talk[-1]
        pulse.beat(session, workspace, pulse.WEBHOOK_OF_TALK, now=talk.at.now, detail=talk.topic)


def apply_receipts(
    session: Session,
    workspace: str,
    app_id: str | None,
    names: AccountsConfig,
    at: Moment,
    *,
    limit: int = 2,
) -> int:
    """Apply up to `limit` stored notifications, oldest first; the number applied.

    A receipt that cannot be applied is kept as failed with the reason and never holds up the others.
    """
    waiting = receipts.waiting(session, workspace, limit=limit)
    for receipt in waiting:
        if receipt.id is None:
            continue
        error: str | None = None
        try:
            with session.begin_nested():
                error = _apply(session, workspace, app_id, names, receipt, at)
        except Exception as failure:
            if in_trouble(failure):
                # Not the receipt's fault: it stays new and is applied when the database works again.
                raise
            error = f"{type(failure).__name__} while applying"
            log.error("receipt_failed", receipt=receipt.id, topic=receipt.topic, error=type(failure).__name__)
        receipts.settle(session, receipt.id, now=at.now, error=error)
    return len(waiting)


def _apply(
    session: Session, workspace: str, app_id: str | None, names: AccountsConfig, receipt: Receipt, at: Moment
) -> str | None:
    try:
        notification = read_notification(decode(receipt.body))
    except ReadError:
        return "the body is not a JSON object"
    if app_id and notification.app_id and notification.app_id != app_id:
        return f"meant for the Intercom workspace {notification.app_id}"
    if notification.created_at is not None and notification.created_at < at.now - OLDEST:
        return "older than eight days"
    _take_in(session, workspace, names, notification, at)
    if tells_of_them(session, workspace, notification):
        receipt.body = ""
        session.add(receipt)
    return None


def _take_in(
    session: Session, workspace: str, names: AccountsConfig, notification: Notification, at: Moment
) -> None:
    if notification.deleted_conversation_id is not None:
        forget_conversation(session, workspace, notification.deleted_conversation_id, at)
        return
    if notification.item_type == "company" and notification.deleted_id is not None:
        forget_company(session, workspace, notification.deleted_id, at)
        return
    if notification.contact_id is not None and notification.topic in DELETED:
        follow_deletion(session, workspace, notification.contact_id, at)
        return
    if notification.contact_id is not None and notification.topic in PUT_AWAY:
        look_after(session, workspace, notification.contact_id, at)
    if notification.conversation_id is not None and not isinstance(notification.item, ConversationFacts):
        # Some name a conversation without showing it: a person joined, a call ended.
        ask_details(session, workspace, notification.conversation_id, at.machine)
    match notification.item:
        case ConversationFacts() as facts:
            apply_conversation(session, workspace, facts, at)
        case TicketFacts() as ticket:
            hear_tickets(session, workspace, [ticket], at)
        case ContactFacts() as contact:
            apply_contact(session, workspace, contact, at, names, notified=True)
            if notification.topic == MERGED and not is_erased(session, workspace, contact.id):
                rechecks.ask_anew(session, workspace, rechecks.CONTACT, contact.id, now=at.machine)
        case CompanyFacts() as company if not deleted_among(session, workspace, [company.id]):
            apply_company(session, workspace, company, names, at, notified=True)
        case AdminFacts() as admin:
            apply_admin(session, workspace, admin, at)
        case _:
            log.info("notification_without_use", topic=notification.topic)


def _name(raw: bytes, at: Moment) -> str:
    return hashlib.sha256(raw + at.machine.isoformat().encode()).hexdigest()
