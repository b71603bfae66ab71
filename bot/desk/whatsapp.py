"""WhatsApp's own rule: free text within 24 hours of the customer's last message, after that templates only.

Templates are sent from Intercom's inbox, for its API has no call that answers with one; whoever writes again
opens the next 24 hours. What the API says to a reply that comes too late is not published, so nothing is
refused here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.cards.writing import Conflict
from bot.clock import Moment
from bot.desk.standing import since
from bot.present import contact_name
from bot.store.conversations import Conversation
from bot.store.parts import Part

_FREE_TEXT = timedelta(hours=24)


def template_only(row: Conversation, parts: Iterable[Part], at: Moment) -> str | None:
    """Who wrote last and when, if that is too long ago for a reply to arrive; else None.

    `parts` are in order of time.
    """
    if row.channel != "whatsapp":
        return None
    wrote = [part for part in parts if part.customer_message]
    if not wrote:
        return f"{contact_name(row)} has not written yet."
    if at.now - wrote[-1].created_at < _FREE_TEXT:
        return None
    return f"{wrote[-1].author_name or contact_name(row)} last wrote {since(wrote[-1], at)}."


def changed(row: Conversation, parts: Iterable[Part], told: bool, at: Moment) -> Conflict | None:
    """That it is too late by now, where a window was not `told`."""
    late = None if told else template_only(row, parts, at)
    return Conflict(f"{late} By now WhatsApp delivers a template only.") if late else None
