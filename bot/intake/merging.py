"""Find which two conversations were merged, and hand the oldest wait of the one on to the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.clock import Moment
from bot.store import merges, rechecks
from bot.store.conversations import Conversation, get
from bot.store.parts import NO_ANSWER_NEEDED, Part, parts_of


def pair_merged(session: Session, several: Iterable[Conversation], at: Moment) -> None:
    """Tie the ends of each merge of these conversations together, as far as both are known.

    Where more than one conversation could be the other end, none is taken: a customer's wait on the wrong
    conversation is worse than Intercom's own word for it. The conversation that takes a wait over is judged
    anew.
    """
    for row in several:
        for part in merges.merges_of(session, row.workspace, row.id):
            found = _other_end(session, row, part)
            back = _other_end(session, found[1], found[0]) if found is not None else None
            if found is None or back is None or back[1] is not row:
                # What was tied when less was known may have been a guess.
                for each in (part, *(found[:1] if found is not None else ())):
                    _untie(session, each, at)
                continue
            theirs, other = found
            if part.raw_kind == merges.SECONDARY:
                _tie(session, row, part, other, theirs, at)
            else:
                _tie(session, other, theirs, row, part, at)


def _other_end(session: Session, row: Conversation, part: Part) -> tuple[Part, Conversation] | None:
    """The one of the same person, else of the same account; None where there are several."""
    found = merges.counterparts(session, row, part)
    theirs = [each for each in found if row.contact_id is not None and each[1].contact_id == row.contact_id]
    fits = theirs or found
    return fits[0] if len(fits) == 1 else None


def _tie(
    session: Session, away: Conversation, left: Part, into: Conversation, took: Part, at: Moment
) -> None:
    waiting = waiting_since(parts_of(session, away.workspace, away.id), left.created_at)
    if (left.merged_with, took.merged_with, took.waiting_since) == (into.id, away.id, waiting):
        return
    left.merged_with, took.merged_with, took.waiting_since = into.id, away.id, waiting
    session.add_all((left, took))
    rechecks.ask_about(session, into, now=at.machine)
    pair_merged(session, (into,), at)


def _untie(session: Session, part: Part, at: Moment) -> None:
    if part.merged_with is None:
        return
    for each in (part, *merges.merges_of(session, part.workspace, part.merged_with)):
        if each is part or each.merged_with == part.conversation_id:
            each.merged_with = each.waiting_since = None
            session.add(each)
            row = get(session, each.workspace, each.conversation_id)
            if row is not None:
                rechecks.ask_about(session, row, now=at.machine)


def waiting_since(parts: Iterable[Part], merged_at: datetime) -> datetime | None:
    """The oldest message that nobody had answered when the conversation was merged away; None without one.

    The close that comes with the merge ends no wait. `parts` are in order of time.
    """
    oldest: datetime | None = None
    wrote: list[datetime] = []
    for part in parts:
        if part.created_at > merged_at + merges.SAME_MOMENT:
            break
        if part.public_reply or (part.kind == "close" and part.created_at < merged_at - merges.SAME_MOMENT):
            oldest, wrote = None, []
        elif part.kind == NO_ANSWER_NEEDED:
            known_to = part.waiting_since or part.created_at
            wrote = [each for each in wrote if each > known_to]
            oldest = min(wrote, default=None)
        elif part.customer_message:
            wrote.append(part.created_at)
            oldest = oldest or part.created_at
        elif part.waiting_since is not None:
            # What was merged into this one before is handed on as well.
            oldest = min(oldest or part.waiting_since, part.waiting_since)
    return oldest
