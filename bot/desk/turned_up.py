"""Answers that nobody could confirm, and that stand in their conversation after all.

They landed late, or their author put them there by hand: either way nobody need be asked any more.
"""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from bot.clock import Moment
from bot.desk import delivery
from bot.html_text import to_text
from bot.intercom.replies import CLOCKS_APART, fingerprint
from bot.office import Office
from bot.outbox import kinds
from bot.store import intents
from bot.store.intents import Intent
from bot.store.parts import Part, parts_of

REACH = timedelta(days=7)


def settle(session: Session, office: Office, at: Moment) -> int:
    """Settle what has turned up since it was given up; the number settled."""
    since = at.machine - REACH
    open_ones = intents.given_up(session, office.workspace, since=since, state="unconfirmed")
    settled = 0
    for intent in reversed(open_ones):
        part = _part_of(session, intent)
        if part is None:
            continue
        intent.state, intent.external_id, intent.error = "done", part.id, None
        intent.finished_at = at.machine
        session.add(intent)
        session.flush()
        delivery.after_outcome(session, office, intent, "done", at)
        settled += 1
    return settled


def _part_of(session: Session, intent: Intent) -> Part | None:
    """The part that these words became: by the same teammate, not before, and not another answer's."""
    wanted = fingerprint(to_text(intent.payload.get("html") or ""))
    if not wanted:
        return None
    ours = intents.about(session, intent.workspace, intent.subject, kinds=kinds.WORDS)
    taken = {each.external_id for each in ours}
    earliest = intent.decided_at.replace(microsecond=0) - CLOCKS_APART
    note = intent.kind == kinds.INTERCOM_NOTE
    for part in parts_of(session, intent.workspace, intent.subject):
        if (
            part.author_id == intent.payload["admin_id"]
            and part.created_at >= earliest
            and part.id not in taken
            and (part.kind == "note" if note else part.public_reply)
            and fingerprint(part.text) == wanted
        ):
            return part
    return None
