"""Take tickets in: of some the conversation is known, the others are all there is.

A customer's ticket that was made of a conversation is that conversation, told a second time. As far as can be
seen it keeps the conversation's id; where it does not, it names it. Either way the conversation is asked for,
which tells more than the ticket does. Every other ticket is taken in as a conversation of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from bot.clock import Moment
from bot.intake.apply import apply_conversations, forget_conversation
from bot.intake.tickets import as_conversation, of_customers
from bot.intercom.facts import TICKET, ConversationFacts
from bot.intercom.facts_people import TicketFacts
from bot.store import conversations
from bot.store.conversations import Conversation, ask_details


def hear_tickets(
    session: Session, workspace: str, several: Sequence[TicketFacts], at: Moment, *, listed: bool = False
) -> None:
    """What a notification says of tickets, or a search (`listed`): a hint, after which they are asked for.

    A search lists the same tickets again and again, so a conversation that was read since is not asked for.
    """
    known = _known(session, workspace, several)
    own: list[ConversationFacts] = []
    for ticket in several:
        row = known.get(ticket.id)
        told_by = _told_by(ticket, row)
        if not told_by:
            own.append(replace(as_conversation(ticket), parts_complete=False))
        elif told_by != [ticket.id]:
            _stand_aside(session, workspace, row, at)
        for conversation_id in told_by:
            found = known.get(conversation_id)
            if found is None:
                own.append(_unread(ticket, conversation_id))
            elif not listed or ticket.updated_at > found.updated_at:
                ask_details(session, workspace, conversation_id, at.machine)
    apply_conversations(session, workspace, own, at)


def apply_read_tickets(
    session: Session, workspace: str, several: Sequence[TicketFacts], at: Moment
) -> list[Conversation | None]:
    """Take in tickets that were asked for by their ids because no conversation answers to these.

    A row for each, in their order; None where another conversation tells of it, or an erased person.
    """
    known = _known(session, workspace, several)
    read: list[ConversationFacts] = []
    for ticket in several:
        row, facts = known.get(ticket.id), as_conversation(ticket)
        if _told_by(ticket, row) == [ticket.id]:
            # The conversation does not answer by itself any more. Its opening message is known.
            read.append(replace(facts, source=None))
        elif not _told_by(ticket, row):
            read.append(facts)
    rows = {
        facts.id: row
        for facts, row in zip(read, apply_conversations(session, workspace, read, at), strict=True)
    }
    hear_tickets(session, workspace, [each for each in several if each.id not in rows], at)
    return [rows.get(ticket.id) for ticket in several]


def _known(session: Session, workspace: str, several: Sequence[TicketFacts]) -> dict[str, Conversation]:
    ids = {each for ticket in several for each in (ticket.id, *ticket.conversation_ids)}
    return conversations.get_many(session, workspace, sorted(ids))


def _told_by(ticket: TicketFacts, row: Conversation | None) -> list[str]:
    """The conversations that tell of what a ticket tells. None for one that stands for itself."""
    if row is not None and row.channel != TICKET:
        return [ticket.id]
    return [] if not of_customers(ticket) else [each for each in ticket.conversation_ids if each != ticket.id]


def stands_alone(ticket: TicketFacts) -> bool:
    """Whether a search for conversations may not list what this ticket tells."""
    return not _told_by(ticket, None)


def _unread(ticket: TicketFacts, conversation_id: str) -> ConversationFacts:
    """A conversation of which only a ticket tells: it is there, and what was said in it is asked for."""
    facts = as_conversation(ticket)
    return replace(facts, id=conversation_id, source=None, parts=(), parts_complete=False)


def _stand_aside(session: Session, workspace: str, row: Conversation | None, at: Moment) -> None:
    """A ticket that was taken for a conversation of its own is over as such."""
    if row is not None and row.state != "closed":
        forget_conversation(session, workspace, row.id, at)
