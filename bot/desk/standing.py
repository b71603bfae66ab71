"""How a conversation stands to the rep who acts on it: closed, a colleague's, free, or their own, and whether
its customer wrote what they have not seen.

Asked before an answer is taken for the first time, before it is sent once more, and before it is put away.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.writing import Conflict, Seen
from bot.clock import Moment
from bot.desk.claim import holder_name
from bot.desk.rep import Rep, note_down
from bot.durations import ago
from bot.office import Office
from bot.present import contact_name, said, spoken
from bot.store.conversations import Conversation, take_claim
from bot.store.parts import Part, parts_of


def standing(row: Conversation, rep: Rep) -> str:
    """What a rep should know before acting that no message tells: it is closed, or somebody has it.

    Whoever saw it and goes on anyway need not be told again; of what came later they must be.
    """
    shown = shows(row)
    return "" if shown == f"held:{rep.admin_id}" else shown


def shows(row: Conversation) -> str:
    """That, as a window shows it to whoever opens it."""
    if row.state == "closed":
        return "closed"
    return f"held:{row.claimed_by}" if row.claimed_by is not None else ""


def in_the_way(session: Session, office: Office, row: Conversation, rep: Rep, confirmed: str) -> str | None:
    """That as half a sentence; None where nothing stands in the way, or only what was `confirmed`, in words
    of `standing`."""
    if standing(row, rep) in ("", *confirmed.split()):
        return None
    if row.state == "closed":
        return "this conversation was closed"
    holder = holder_name(session, office, row)
    return f"{holder} has claimed this conversation" if holder is not None else None


def hold(session: Session, office: Office, rep: Rep, row: Conversation, at: Moment) -> None:
    """Who answers a free conversation holds it; Intercom assigns by itself with the first reply."""
    if take_claim(session, row, rep.admin_id, now=at.now):
        note_down(session, office, rep, "claim", "claimed", at, conversation_id=row.id, detail="by answering")


def newest(session: Session, row: Conversation) -> str:
    """The newest part that a window shows of it; empty where there is none."""
    parts = spoken(parts_of(session, row.workspace, row.id))
    return parts[-1].id if parts else ""


def newer(parts: list[Part], last_part: str) -> list[Part]:
    """What came after the newest part that a window showed; all where that one is not known."""
    ids = [part.id for part in parts]
    return parts[ids.index(last_part) + 1 :] if last_part in ids else parts


def seen(session: Session, row: Conversation) -> Seen:
    """What a window about it shows, to be compared when it is submitted."""
    return Seen(newest(session, row), shows(row))


def changed(
    session: Session, office: Office, row: Conversation, rep: Rep, before: Seen, at: Moment
) -> Conflict | None:
    """The customer's newest message after what a window showed, or who has it since."""
    found = newer(spoken(parts_of(session, row.workspace, row.id)), before.last_part)
    part = next((each for each in reversed(found) if each.customer_message), None)
    if part is not None:
        return wrote(row, part, at)
    return taken(session, office, row, rep, before)


def taken(session: Session, office: Office, row: Conversation, rep: Rep, before: Seen) -> Conflict | None:
    """Who has it, or that it was closed, where a window did not show that."""
    stands = in_the_way(session, office, row, rep, before.standing)
    return Conflict(f"{stands[0].upper()}{stands[1:]}.") if stands is not None else None


def wrote(row: Conversation, part: Part, at: Moment) -> Conflict:
    """That the customer wrote this, and when."""
    return Conflict(f"{part.author_name or contact_name(row)} wrote {since(part, at)}.", said(row, part))


def since(part: Part, at: Moment) -> str:
    return ago(max(0.0, (at.now - part.created_at).total_seconds()))
