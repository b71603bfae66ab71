"""Turn what Intercom tells about accounts, customers and teammates into facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from bot.clock import Moment
from bot.intake.erased import is_erased
from bot.intercom.facts_people import AdminFacts, CompanyFacts, ContactFacts, TeamFacts
from bot.settings.model import AccountsConfig
from bot.store import rechecks
from bot.store.accounts import Account, Contact
from bot.store.conversations import Conversation, of_account
from bot.store.reps import Admin, Team


def apply_company(
    session: Session, workspace: str, facts: CompanyFacts, names: AccountsConfig, at: Moment
) -> None:
    """An account's present facts. Dates stand in custom attributes that the team names in watchbell.toml."""
    row = session.get(Account, (workspace, facts.id)) or Account(
        workspace=workspace, id=facts.id, name="", fetched_at=at.now
    )
    attributes = facts.custom_attributes
    row.name = facts.name or facts.company_id or row.name or f"Company {facts.id}"
    row.plan = facts.plan
    row.monthly_spend = facts.monthly_spend
    row.user_count, row.session_count = facts.user_count, facts.session_count
    row.last_seen_at, row.created_at = facts.last_request_at, facts.created_at
    row.renewal_on = _day(attributes.get(names.renewal_attribute))
    row.trial_ends_on = _day(attributes.get(names.trial_ends_attribute))
    row.segment = _word(attributes.get(names.segment_attribute))
    row.owner_admin_id = _word(attributes.get(names.owner_attribute))
    row.attributes = dict(attributes)
    row.updated_at, row.fetched_at = facts.updated_at, at.now
    session.add(row)
    session.flush()
    rechecks.ask(session, workspace, rechecks.ACCOUNT, row.id, now=at.machine)
    for conversation in of_account(session, workspace, row.id):
        rechecks.ask(session, workspace, rechecks.CONVERSATION, conversation.id, now=at.machine)


def apply_contact(session: Session, workspace: str, facts: ContactFacts, at: Moment) -> None:
    """A customer's person; their conversations without an account join theirs. Not one who was erased."""
    if is_erased(session, workspace, facts.id):
        return
    row = session.get(Contact, (workspace, facts.id)) or Contact(
        workspace=workspace, id=facts.id, fetched_at=at.now
    )
    row.name, row.email, row.role = facts.name, facts.email, facts.role
    row.account_id = facts.company_ids[0] if facts.company_ids else None
    row.signed_up_at, row.last_seen_at = facts.signed_up_at, facts.last_seen_at
    row.fetched_at = at.now
    session.add(row)
    session.flush()
    mine = (col(Conversation.workspace) == workspace, col(Conversation.contact_id) == row.id)
    session.execute(update(Conversation).where(*mine).values(contact_name=row.name or row.email))
    if row.account_id is not None:
        session.execute(
            update(Conversation)
            .where(*mine, col(Conversation.account_id).is_(None))
            .values(account_id=row.account_id)
        )


def apply_admin(session: Session, workspace: str, facts: AdminFacts, at: Moment) -> None:
    row = session.get(Admin, (workspace, facts.id)) or Admin(
        workspace=workspace, id=facts.id, name="", fetched_at=at.now
    )
    row.name = facts.name or facts.email or f"Admin {facts.id}"
    row.email, row.away = facts.email, facts.away
    row.team_ids, row.fetched_at = list(facts.team_ids), at.now
    session.add(row)


def apply_team(session: Session, workspace: str, facts: TeamFacts) -> None:
    row = session.get(Team, (workspace, facts.id)) or Team(workspace=workspace, id=facts.id, name="")
    row.name = facts.name or f"Team {facts.id}"
    row.admin_ids = list(facts.admin_ids)
    session.add(row)


def _word(value: Any) -> str | None:
    text = str(value).strip() if value is not None and not isinstance(value, (dict, list, bool)) else ""
    return text or None


def _day(value: Any) -> str | None:
    """YYYY-MM-DD out of a date text or unix seconds; None for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 32_503_680_000:
        return datetime.fromtimestamp(value, UTC).date().isoformat()
    try:
        return date.fromisoformat(str(value).strip()[:10]).isoformat()
    except ValueError:
        return None
