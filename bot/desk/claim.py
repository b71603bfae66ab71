"""Claim and release: one compare-and-set decides, and Intercom's assignment follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from bot.cards.inbox import Look, Show
from bot.cards.values import ConversationLine
from bot.clock import Moment
from bot.desk import holding, queue, writes
from bot.desk.find import find
from bot.desk.rep import Rep, note_down, rep_for
from bot.errors import UserError
from bot.office import Office
from bot.present import lines, running_clock
from bot.store import conversations, holds, rechecks, reps, threads, waiting
from bot.store.conversations import Conversation

_TRIED = 20

Outcome = Literal["claimed", "yours", "held", "closed", "full"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What came of claiming one conversation. `holder` is who has it now; `full`: the limit is reached."""

    outcome: Outcome
    conversation: Conversation
    holder: str | None


def claim(session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment) -> Claimed:
    """Claim a conversation. Raises UserError for one that Watchbell does not know."""
    row = must_know(session, office, conversation_id)
    result = _try(session, office, rep, row, at)
    note_down(session, office, rep, "claim", result.outcome, at, conversation_id=row.id)
    return result


@dataclass(frozen=True, slots=True)
class Named:
    """What came of claiming what somebody's words named, and each conversation as cards show it.

    `account` is its name where an account was named, which is all of its open conversations.
    """

    account: str | None
    results: tuple[Claimed, ...]
    lines: tuple[ConversationLine, ...]


def claim_named(
    session: Session, office: Office, slack_user_id: str, source: str, words: str, at: Moment
) -> Named:
    """Claim what a number, a link or an account's name stands for, all in one turn of the line of writes.

    Raises UserError when the person is not linked, and when the words name nothing or too much.
    """
    rep = rep_for(session, office, slack_user_id, source)
    found = find(session, office, words)
    name: str | None = None
    results: tuple[Claimed, ...] = ()
    if found.conversation is not None:
        results = (claim(session, office, rep, found.conversation.id, at),)
    elif found.account is not None:
        name = found.account.name
        results = claim_account(session, office, rep, found.account.id, at)
    running = [running_clock(session, office, each.conversation.id) for each in results]
    entries = list(zip((each.conversation for each in results), running, strict=True))
    known = {rep.admin_id: reps.Holder(rep.name, rep.away)}
    return Named(name, results, lines(session, office, entries, at.now, holders=known))


def claim_next(
    session: Session, office: Office, rep: Rep, at: Moment, *, look: Look | None = None
) -> Claimed | None:
    """Claim the most urgent conversation that may be taken; None when nothing waits.

    With a `look` only what is in the list that it shows. Nobody else writes meanwhile; what cannot be taken
    all the same is left for the next one.
    """
    if is_away(session, office, rep.admin_id):
        raise UserError(
            "Nothing was claimed: you are away in Intercom, and who is away is offered no work. "
            "Switch it off there, or name a conversation: `/claim 215470002591`."
        )
    look = look or Look()
    due_by = at.now if look.show is Show.LATE else None
    offered = queue.offered(session, office, rep.admin_id, limit=_TRIED, team=look.team, due_by=due_by)
    for row, _ in offered:
        result = _try(session, office, rep, row, at)
        if result.outcome in ("claimed", "full"):
            note_down(session, office, rep, "claim_next", result.outcome, at, conversation_id=row.id)
            return result
    note_down(session, office, rep, "claim_next", "nothing", at)
    return None


def claim_account(
    session: Session, office: Office, rep: Rep, account_id: str, at: Moment
) -> tuple[Claimed, ...]:
    """Claim whatever is open and free in an account."""
    rows = conversations.of_account(session, office.workspace, account_id, states=("open",))
    return claim_all(session, office, rep, rows, at, "claim_account")


def claim_issue(
    session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment
) -> tuple[Claimed, ...]:
    """Claim every open conversation of the issue that this conversation belongs to."""
    row = must_know(session, office, conversation_id)
    issue = None
    if row.account_id is not None:
        issue = threads.issue_of_conversation(session, office.workspace, row.account_id, row.id)
    ids = issue.conversation_ids if issue is not None else [row.id]
    rows = [conversations.get(session, office.workspace, each) for each in ids]
    opened = [each for each in rows if each is not None and each.state == "open"]
    return claim_all(session, office, rep, opened, at, "claim_issue")


def release(session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment) -> Claimed:
    """Give a claim back to the team."""
    row = must_know(session, office, conversation_id)
    if row.claimed_by != rep.admin_id or not conversations.move_claim(
        session, office.workspace, row.id, held_by=rep.admin_id, to=None, now=at.now
    ):
        session.refresh(row)
        # Pressed twice, or it went back by itself meanwhile: nobody holds it, as was asked for.
        outcome: Outcome = "held" if row.claimed_by else "claimed"
        told = "held" if row.claimed_by else "nothing"
        note_down(session, office, rep, "release", told, at, conversation_id=row.id)
        return Claimed(outcome, row, holder_name(session, office, row))
    holds.end(session, office.workspace, row.id)
    writes.assign(session, office, rep, row.id, None, at)
    _changed(session, row, at)
    note_down(session, office, rep, "release", "released", at, conversation_id=row.id)
    return Claimed("claimed", row, None)


def must_know(session: Session, office: Office, conversation_id: str) -> Conversation:
    row = conversations.get(session, office.workspace, conversation_id)
    if row is None:
        raise UserError(
            f"Watchbell does not know conversation {conversation_id[:40]}. Check the number or the link; "
            "a new conversation appears here within a minute."
        )
    return row


def holder_name(session: Session, office: Office, row: Conversation) -> str | None:
    holder = reps.get_admin(session, office.workspace, row.claimed_by)
    return holder.name if holder is not None else None


def _try(session: Session, office: Office, rep: Rep, row: Conversation, at: Moment) -> Claimed:
    if full(session, office, rep.admin_id):
        return _full(session, office, rep, row)
    won = conversations.take_claim(session, row, rep.admin_id, now=at.now)
    if not won and row.state != "closed" and is_away(session, office, row.claimed_by):
        # What a rep who is away holds is on offer; it too is taken by a compare-and-set.
        won = conversations.move_claim(
            session, office.workspace, row.id, held_by=row.claimed_by, to=rep.admin_id, now=at.now
        )
    if won:
        holding.begin(session, office, row, rep.admin_id, at)
        writes.assign(session, office, rep, row.id, rep.admin_id, at)
        _changed(session, row, at)
        return Claimed("claimed", row, rep.name)
    session.refresh(row)
    if row.state == "closed":
        return Claimed("closed", row, holder_name(session, office, row))
    if row.claimed_by == rep.admin_id:
        return Claimed("yours", row, rep.name)
    return Claimed("held", row, holder_name(session, office, row))


def claim_all(
    session: Session, office: Office, rep: Rep, rows: list[Conversation], at: Moment, action: str
) -> tuple[Claimed, ...]:
    """Claim whatever is free of these. `action` is what the audit log calls it."""
    results = tuple(_try(session, office, rep, row, at) for row in rows)
    for result in results:
        note_down(session, office, rep, action, result.outcome, at, conversation_id=result.conversation.id)
    return results


def full(session: Session, office: Office, admin_id: str) -> bool:
    """Whether somebody holds as much as watchbell.toml lets one person hold."""
    most = office.config.claims.at_most
    if most is None:
        return False
    return waiting.held(session, office.workspace, admin_id) >= most


def _full(session: Session, office: Office, rep: Rep, row: Conversation) -> Claimed:
    if row.state == "closed":
        return Claimed("closed", row, holder_name(session, office, row))
    if row.claimed_by == rep.admin_id:
        return Claimed("yours", row, rep.name)
    if row.claimed_by is not None and not is_away(session, office, row.claimed_by):
        return Claimed("held", row, holder_name(session, office, row))
    return Claimed("full", row, None)


def is_away(session: Session, office: Office, admin_id: str | None) -> bool:
    """Whether the holder of something is away in Intercom, or has no seat there (any more): a bot, say."""
    if admin_id is None:
        return False
    admin = reps.get_admin(session, office.workspace, admin_id)
    return admin is None or admin.absent


def _changed(session: Session, row: Conversation, at: Moment) -> None:
    # Whoever acted looks at the card: it goes before what merely changed.
    rechecks.ask_first_about(session, row, now=at.machine)
