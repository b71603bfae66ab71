"""Connect a Slack person with an Intercom seat: proposed by e-mail, made only on their or a lead's word."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.link import LinkCard, Seat
from bot.clock import Moment
from bot.errors import NotAllowed, UserError
from bot.office import Office
from bot.store import audit, reps
from bot.store.reps import Admin, Link
from bot.store.rows import row_of


def propose(session: Session, office: Office, slack_user_id: str, email: str) -> LinkCard:
    """The seat with the person's own e-mail, unless somebody else holds it.

    Raises UserError while no seat is known at all, which is not the same as there being none.
    """
    if not reps.all_admins(session, office.workspace):
        raise UserError("Watchbell has not read Intercom's teammates yet. Try again in a minute.")
    linked = reps.linked_admin(session, office.workspace, slack_user_id)
    proposed = reps.admin_by_email(session, office.workspace, email) if email else None
    holder = reps.slack_user_of(session, office.workspace, proposed.id) if proposed else None
    return LinkCard(
        email=email,
        proposed=_seat(proposed) if proposed is not None else None,
        linked=_seat(linked) if linked is not None else None,
        taken_by=holder if holder not in (None, slack_user_id) else None,
    )


def link(
    session: Session, office: Office, slack_user_id: str, email: str, admin_id: str, at: Moment
) -> Admin:
    """Link a person to the seat that has their e-mail.

    The e-mail is Slack's word about a member of this workspace, read again at this moment; a seat id that
    does not fit it is refused, wherever it came from. Raises UserError.
    """
    admin = reps.get_admin(session, office.workspace, admin_id)
    if admin is not None and admin.gone_at is not None:
        raise UserError("Not linked: Intercom no longer has that seat. Type `/watchbell link` to see yours.")
    if admin is None or not email or (admin.email or "").casefold() != email.casefold():
        raise UserError(
            "Not linked: that Intercom seat has another e-mail address. Ask your lead to link you with "
            "`/watchbell link @you`."
        )
    return _make(session, office, slack_user_id, admin, slack_user_id, at)


def link_other(
    session: Session, office: Office, lead_id: str, slack_user_id: str, email: str, at: Moment
) -> Admin:
    """A lead links somebody else, by that person's e-mail. Raises UserError."""
    if lead_id not in office.leads:
        raise NotAllowed("Not linked: only a lead can link other people. Leads are named in watchbell.toml.")
    admin = reps.admin_by_email(session, office.workspace, email) if email else None
    if admin is None:
        raise UserError(f"Not linked: no Intercom seat has the address {email or '(not known)'}.")
    return _make(session, office, slack_user_id, admin, lead_id, at)


def unlink(session: Session, office: Office, slack_user_id: str, at: Moment) -> None:
    """End a person's link."""
    row = row_of(session, Link, office.workspace, slack_user_id)
    if row is None:
        raise UserError("Nothing was changed: you are not linked.")
    session.delete(row)
    _log(session, office, slack_user_id, row.admin_id, "unlink", at)


def _make(session: Session, office: Office, slack_user_id: str, admin: Admin, by: str, at: Moment) -> Admin:
    if reps.make_link(session, office.workspace, slack_user_id, admin.id, by=by, now=at.now) is None:
        raise UserError(
            f"Not linked: somebody else acts as {admin.name} already. They can type `/watchbell unlink`."
        )
    _log(session, office, by, admin.id, "link", at, detail=f"for {slack_user_id}")
    return admin


def _log(
    session: Session,
    office: Office,
    who: str,
    admin_id: str,
    action: str,
    at: Moment,
    detail: str | None = None,
) -> None:
    audit.record(
        session,
        office.workspace,
        at=at.now,
        slack_user_id=who,
        admin_id=admin_id,
        action=action,
        source="slack",
        outcome="done",
        detail=detail,
    )


def _seat(admin: Admin) -> Seat:
    return Seat(id=admin.id, name=admin.name, email=admin.email or "")
