"""A page of the audit log, for leads."""

from __future__ import annotations

import re

from sqlmodel import Session

from bot.cards.audit_log import PAGE, AuditLogCard, Entry, Wanted
from bot.clock import Moment
from bot.errors import NotAllowed
from bot.office import Office
from bot.present import url
from bot.store import audit, reps
from bot.store.audit import AuditEntry

LEADS_ONLY = (
    "Not shown: the audit log is for leads. Leads are named in watchbell.toml. "
    "What was done to one conversation stands in its thread and in Intercom."
)


_SEAT = re.compile(r"^(to|from|of) (\d+)")


def page(session: Session, office: Office, slack_user_id: str, wanted: Wanted, at: Moment) -> AuditLogCard:
    """What the modal shows. Raises NotAllowed for anybody but a lead."""
    if slack_user_id not in office.leads:
        raise NotAllowed(LEADS_ONLY)
    found = audit.page(
        session,
        office.workspace,
        slack_user_id=wanted.person or None,
        conversation_id=wanted.conversation or None,
        before=wanted.before or None,
        after=wanted.after or None,
        limit=PAGE + 1,
    )
    more = len(found) > PAGE
    # One more than a page was asked for, on the far side, to know whether there is more.
    shown = found[-PAGE:] if wanted.after else found[:PAGE]
    first, last = (shown[0].id, shown[-1].id) if shown else (None, None)
    names = {admin.id: admin.name for admin in reps.all_admins(session, office.workspace)}
    return AuditLogCard(
        wanted=wanted,
        entries=tuple(_entry(each, office, names) for each in shown),
        now=at.now,
        zone=office.zone,
        older=last if more or wanted.after else None,
        newer=first if wanted.before or (wanted.after and more) else None,
    )


def _entry(row: AuditEntry, office: Office, names: dict[str, str]) -> Entry:
    return Entry(
        at=row.at,
        by=row.slack_user_id,
        seat=names.get(row.admin_id) if row.admin_id else None,
        action=row.action,
        source=row.source,
        outcome=row.outcome,
        conversation_id=row.conversation_id,
        detail=_named(row.detail, names),
        url=url(office, row.conversation_id) if row.conversation_id else None,
    )


def _named(detail: str | None, names: dict[str, str]) -> str | None:
    """Seats by their names: the log itself keeps ids, for names change."""
    if detail is None:
        return None
    return _SEAT.sub(lambda found: f"{found[1]} {names.get(found[2], found[2])}", detail)
