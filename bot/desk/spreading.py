"""What reps do with a spreading issue: claim all of it, take an account out, take it back.

A rep's word is kept: conversations that were said to be different are not announced together again, and what
is like a problem that was taken back is not announced for two weeks.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.spreading import Apart, NotTheSame, NotTheSameCard
from bot.clock import Moment
from bot.desk.claim import Claimed, claim_all
from bot.desk.rep import Rep, note_down
from bot.durations import plural
from bot.errors import UserError
from bot.office import Office
from bot.present import contact_name
from bot.store import accounts, conversations, rechecks, spreads, threads
from bot.store.conversations import Conversation
from bot.store.spreads import Spread

GONE = "Nothing was done: this is settled, or was taken back. Look at the message again."
_CHANGED = "Nothing was changed: what was ticked is not part of this any more. Open the window again."

FEWEST = 2
"""Accounts below which nothing spreads."""

_AGAINST = 50
"""Conversations that a word is kept against, the newest."""


def rows_of(session: Session, office: Office, number: int) -> tuple[Spread, list[Conversation]]:
    """An open spreading issue and its conversations: those that wait first, then the oldest.

    Raises UserError when it is over.
    """
    spread = spreads.get(session, office.workspace, number)
    if spread is None or spread.state != spreads.OPEN:
        raise UserError(GONE)
    ids = [each.conversation_id for each in spreads.members(session, office.workspace, number)]
    rows = conversations.get_many(session, office.workspace, ids)
    return spread, sorted(rows.values(), key=lambda row: (row.waiting_since is None, row.created_at, row.id))


def claim_spread(session: Session, office: Office, rep: Rep, number: int, at: Moment) -> tuple[Claimed, ...]:
    """Claim whatever is open and free of it. Raises UserError when it is over."""
    _, rows = rows_of(session, office, number)
    opened = [row for row in rows if row.state == "open"]
    return claim_all(session, office, rep, opened, at, "claim_spread")


def card(session: Session, office: Office, number: int) -> NotTheSameCard:
    """The accounts of it, to tick those that tell something else. Raises UserError when it is over."""
    spread, rows = rows_of(session, office, number)
    names = accounts.get_names(session, office.workspace, {row.account_id for row in rows if row.account_id})
    grouped = _grouped(rows)
    return NotTheSameCard(
        number,
        spread.title,
        tuple(
            Apart(theirs[0].id, names.get(theirs[0].account_id or "") or contact_name(theirs[0]), len(theirs))
            for theirs in grouped.values()
        ),
    )


def not_the_same(session: Session, office: Office, rep: Rep, wanted: NotTheSame, at: Moment) -> None:
    """Take accounts out of it, or take it back as a whole. Raises UserError, with nothing changed."""
    spread, rows = rows_of(session, office, wanted.number)
    grouped = _grouped(rows)
    of = {row.id: theirs for theirs in grouped.values() for row in theirs}
    if any(each not in of for each in wanted.chosen):
        raise UserError(_CHANGED)
    out = {row.id: row for each in wanted.chosen for row in of[each]}
    left = [row for row in rows if row.id not in out]
    known = {row.account_id for row in left if row.account_id is not None}
    if wanted.everything or len(known) < FEWEST:
        spread.state, spread.ended_at, spread.ended_by = spreads.TAKEN_BACK, at.now, rep.slack_user_id
        note_down(session, office, rep, "not_spreading", "taken_back", at, detail=str(spread.number))
    else:
        _keep_apart(session, office, rep, list(out.values()), left, at)
        spreads.take_out(session, office.workspace, list(out))
        note_down(
            session,
            office,
            rep,
            "not_spreading",
            "taken_out",
            at,
            conversation_id=wanted.chosen[0],
            detail=f"{spread.number}: {' '.join(sorted(out))}"[:500],
        )
        told = f"{plural(len(wanted.chosen), 'account')} taken out by {rep.name}"
        spread.changed = {"at": at.now.isoformat(), "new": [], "changed": [], "words": [told]}
    spread.look_at = at.now
    session.add(spread)
    rechecks.ask_about(session, *rows, now=at.machine)


def _keep_apart(
    session: Session, office: Office, rep: Rep, out: list[Conversation], left: list[Conversation], at: Moment
) -> None:
    newest = sorted(left, key=lambda row: (row.created_at, row.id))[-_AGAINST:]
    for one in out:
        for other in newest:
            threads.correct(
                session, office.workspace, one.id, other.id, same=False, by=rep.slack_user_id, now=at.now
            )


def _grouped(rows: list[Conversation]) -> dict[str, list[Conversation]]:
    """By account, and by person where none is known."""
    grouped: dict[str, list[Conversation]] = {}
    for row in sorted(rows, key=lambda row: (row.created_at, row.id)):
        grouped.setdefault(row.account_id or f"person:{row.contact_id or row.id}", []).append(row)
    return grouped
