"""Conversations change hands: handed to a colleague, or taken over from one, always with who and why."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from bot.cards import handover as handover_card
from bot.cards.assign import Assigned
from bot.cards.handover import HandoverCard, What
from bot.cards.takeover import TakeoverCard
from bot.clock import Moment
from bot.desk import holding, writes
from bot.desk.claim import Claimed, Outcome, full, holder_name, is_away, must_know
from bot.desk.rep import Rep, note_down
from bot.errors import UserError
from bot.office import Office
from bot.outbox import kinds
from bot.outbox.show import show
from bot.present import line
from bot.store import conversations, rechecks, reps
from bot.store.conversations import Conversation
from bot.store.intents import Intent

_DONE_TO_HELD: dict[str, What] = {
    kinds.INTERCOM_CLOSE: "closed",
    kinds.INTERCOM_SNOOZE: "snoozed",
    kinds.INTERCOM_TEAM: "moved",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it; `told`: whom it was given to, or taken from, hears of it in Slack."""

    claimed: Claimed
    told: bool = False


def hand_over(
    session: Session,
    office: Office,
    rep: Rep,
    chosen: Assigned,
    at: Moment,
) -> Moved:
    """Give a conversation to a colleague: one's own, a free one, or, for a lead, anybody's.

    What somebody took since the window was opened stays theirs. The context reaches the colleague in Slack
    and stays in Intercom as a note; whom Slack does not reach finds a note without it too. Raises UserError.
    """
    row, context = must_know(session, office, chosen.conversation_id), chosen.context
    colleague = reps.get_admin(session, office.workspace, chosen.colleague_id)
    if colleague is None or colleague.gone_at is not None:
        raise UserError("Nothing was changed: Intercom no longer has that teammate. Choose another one.")
    left = partial(_left, session, office, rep, row, "hand_over", at)
    if row.state == "closed":
        return left("closed")
    holder = row.claimed_by
    mine = holder in (None, rep.admin_id) or is_away(session, office, holder)
    took_since = holder not in (None, rep.admin_id, chosen.holder_id)
    if took_since or not (mine or rep.slack_user_id in office.leads):
        return left("held")
    if rep.slack_user_id not in office.leads and full(session, office, colleague.id):
        raise UserError(
            f"Nothing was changed: {colleague.name} holds {office.config.claims.at_most} conversations that "
            "wait, which is the limit. Choose somebody else, or ask a lead."
        )
    if not conversations.move_claim(
        session, office.workspace, row.id, held_by=holder, to=colleague.id, now=at.now
    ):
        session.refresh(row)
        return left("held")
    _moved(session, office, rep, row, colleague.id, at)
    note_down(
        session, office, rep, "hand_over", "done", at, conversation_id=row.id, detail=f"to {colleague.id}"
    )
    given = True
    if colleague.id != rep.admin_id:
        given = _tell(session, office, rep.name, row, colleague.id, "given", context, at)
    told = given
    if holder not in (None, rep.admin_id, colleague.id):
        told = _tell(session, office, rep.name, row, str(holder), "taken", context, at) and told
    if context or not told:
        said = f"Handed over to {colleague.name}{f': {context}' if context else '.'}"
        _note(session, office, rep, row, said, at)
    return Moved(Claimed("claimed", row, colleague.name), given)


def takeover_card(
    session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment
) -> TakeoverCard:
    """What the modal shows. Raises UserError when there is nobody to take it over from."""
    row = must_know(session, office, conversation_id)
    holder = reps.get_admin(session, office.workspace, row.claimed_by)
    if holder is None or holder.id == rep.admin_id:
        said = "it is yours already" if holder is not None else "nobody holds it. Press Claim instead"
        raise UserError(f"Nothing was changed: {said}.")
    shown = line(session, office, row, at.now)
    linked = reps.slack_user_of(session, office.workspace, holder.id) is not None
    return TakeoverCard(shown, holder.name, holder.id, at.now, office.zone, linked)


def take_over(
    session: Session,
    office: Office,
    rep: Rep,
    conversation_id: str,
    from_admin_id: str,
    reason: str,
    at: Moment,
) -> Moved:
    """Take a conversation from whom one saw holding it: compared and set, so never from somebody else."""
    row = must_know(session, office, conversation_id)
    if not reason:
        raise UserError("Nothing was changed: a take-over needs a reason. Press Take over again.")
    left = partial(_left, session, office, rep, row, "take_over", at)
    if row.state == "closed":
        return left("closed")
    if row.claimed_by == rep.admin_id:
        return left("yours")
    if full(session, office, rep.admin_id):
        return left("full")
    if not conversations.move_claim(
        session, office.workspace, row.id, held_by=from_admin_id, to=rep.admin_id, now=at.now
    ):
        session.refresh(row)
        return left("held")
    _moved(session, office, rep, row, rep.admin_id, at)
    detail = f"from {from_admin_id}: {reason}"
    note_down(session, office, rep, "take_over", "done", at, conversation_id=row.id, detail=detail)
    previous = reps.get_admin(session, office.workspace, from_admin_id)
    name = previous.name if previous is not None else "a colleague"
    _note(session, office, rep, row, f"Taken over from {name}: {reason}", at)
    told = _tell(session, office, rep.name, row, from_admin_id, "taken", reason, at)
    return Moved(Claimed("claimed", row, rep.name), told)


def tell_holder(session: Session, office: Office, row: Conversation, intent: Intent, at: Moment) -> None:
    """Tell a colleague what was done in Intercom to the conversation that they hold, if it is theirs.

    Once it is done, and not when it was decided: it may be refused, or left undone as the customer wrote.
    """
    what = _DONE_TO_HELD.get(intent.kind)
    admin_id = str(intent.payload.get("admin_id") or "")
    if what is None or row.claimed_by in (None, admin_id):
        return
    admin = reps.get_admin(session, office.workspace, admin_id)
    team = reps.get_team(session, office.workspace, intent.payload.get("team_id"))
    _tell(
        session,
        office,
        admin.name if admin is not None else "A colleague",
        row,
        str(row.claimed_by),
        what,
        "",
        at,
        team.name if team is not None else "another team",
    )


def _left(
    session: Session, office: Office, rep: Rep, row: Conversation, action: str, at: Moment, outcome: Outcome
) -> Moved:
    """Nothing changed hands: that is in the audit log as well."""
    note_down(session, office, rep, action, outcome, at, conversation_id=row.id)
    return Moved(Claimed(outcome, row, holder_name(session, office, row)))


def _moved(session: Session, office: Office, rep: Rep, row: Conversation, to: str, at: Moment) -> None:
    writes.assign(session, office, rep, row.id, to, at)
    holding.begin(session, office, row, to, at)
    rechecks.ask_about(session, row, now=at.machine)
    session.refresh(row)


def _note(session: Session, office: Office, rep: Rep, row: Conversation, said: str, at: Moment) -> None:
    writes.say(
        session,
        office,
        rep,
        row.id,
        html=f"<p>{html.escape(said, quote=False)}</p>",
        plain=said,
        note=True,
        occurrence=f"handover:{row.id}:{at.machine.isoformat()}",
        at=at,
        quiet=True,
    )


def _tell(
    session: Session,
    office: Office,
    by: str,
    row: Conversation,
    admin_id: str,
    what: What,
    said: str,
    at: Moment,
    team: str = "",
) -> bool:
    """A direct message to whom it concerns. False for who has no linked Slack account."""
    person = reps.slack_user_of(session, office.workspace, admin_id)
    if person is None:
        return False
    card = HandoverCard(what, by, said, line(session, office, row, at.now), at.now, office.zone, team)
    key = f"handover:{row.id}:{admin_id}:{at.machine.isoformat()}"
    show(session, office.workspace, key=key, channel=person, content=handover_card.render(card), at=at)
    return True
