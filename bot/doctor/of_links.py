"""Links: which Intercom seats nobody in Slack acts with yet, and links to seats that are gone."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.doctor.finding import Finding, fails, not_checked, ok
from bot.doctor.patient import Patient
from bot.durations import plural
from bot.errors import ConfigError
from bot.intercom.errors import IntercomError
from bot.intercom.facts_people import AdminFacts
from bot.slack.errors import SlackError
from bot.slack.identity import Identity
from bot.store import reps
from bot.store.reps import Link

LOOKED_UP = 10
"""Seats without a link that are looked for in Slack: Slack allows few look-ups by e-mail a minute."""


async def links(patient: Patient) -> list[Finding]:
    identity, me = patient.identity, patient.slack_me
    if identity is None or isinstance(me, ConfigError):
        return [not_checked("Links", "Slack does not say which workspace it is.")]
    try:
        seats = [seat for seat in await patient.intercom.admins() if not seat.is_bot]
    except IntercomError as error:
        return [not_checked("Links", error.message_for_people)]
    try:
        if patient.shut is not None:
            raise patient.shut
        made = _made(patient, me.team_id)
    except (SQLAlchemyError, ConfigError):
        return [not_checked("Links", "the database cannot be read.")]
    linked = {link.admin_id for link in made}
    free = [seat for seat in seats if seat.id not in linked]
    gone = [link for link in made if link.admin_id not in {seat.id for seat in seats}]
    return [
        *[_gone(link) for link in gone],
        ok("Links", f"{len(made) - len(gone)} of {plural(len(seats), 'Intercom seat')} linked"),
        *[await _without(identity, seat) for seat in free[:LOOKED_UP]],
        *([ok("Links", f"and {len(free) - LOOKED_UP} more without a link")] if len(free) > LOOKED_UP else []),
    ]


def _made(patient: Patient, workspace: str) -> list[Link]:
    if patient.engine is None:
        return []
    with Session(patient.engine) as session:
        return reps.all_links(session, workspace)


def _gone(link: Link) -> Finding:
    return fails(
        "Link",
        f"Intercom no longer has the seat {link.admin_id}, so that person cannot act.",
        "They type /watchbell unlink, then /watchbell link.",
        about=link.slack_user_id,
    )


async def _without(identity: Identity, seat: AdminFacts) -> Finding:
    """A seat that nobody in Slack acts with: not a failure, for not everybody answers customers."""
    check, name = "Seat", seat.name or seat.id
    if not seat.email:
        told = "not linked; Intercom tells no e-mail address, so a lead cannot link it either"
        return ok(check, told, about=name)
    try:
        person = await identity.person_by_email(seat.email)
    except SlackError as error:
        return not_checked(check, f"not linked; Slack cannot be asked: {error.message}.", about=name)
    if person is None:
        return ok(check, f"not linked; nobody in Slack has the address {seat.email}", about=name)
    return ok(check, f"not linked yet; @{person.name} can type /watchbell link", about=name)
