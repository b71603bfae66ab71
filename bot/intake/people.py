"""Turn what Intercom tells about accounts, customers and teammates into facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from bot.clock import Moment
from bot.intake.belonging import account_of, domain_of
from bot.intake.colleagues import account_by_colleagues, settle_colleagues
from bot.intake.erased import is_erased
from bot.intake.merged_people import follow_merge
from bot.intercom.facts_people import AdminFacts, CompanyFacts, ContactFacts, TeamFacts
from bot.settings.model import AccountsConfig
from bot.store import rechecks
from bot.store.accounts import Account, Contact, deleted_among
from bot.store.belongs import follow
from bot.store.conversations import Conversation, held_by, of_account
from bot.store.reps import Admin, Team
from bot.store.rows import row_of


def apply_company(
    session: Session,
    workspace: str,
    facts: CompanyFacts,
    names: AccountsConfig,
    at: Moment,
    *,
    notified: bool = False,
) -> None:
    """An account's present facts. Dates stand in custom attributes that the team names in watchbell.toml.

    `notified`: by a webhook, which may come late; what was read is newer than anything told before.
    """
    row = row_of(session, Account, workspace, facts.id) or Account(
        workspace=workspace, id=facts.id, name="", fetched_at=at.now
    )
    if notified and _is_older(facts, row):
        return
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
    row.updated_at, row.fetched_at = facts.updated_at or row.updated_at, at.now
    row.deleted_at = None
    session.add(row)
    session.flush()
    rechecks.ask(session, workspace, rechecks.ACCOUNT, row.id, now=at.machine)
    for conversation in of_account(session, workspace, row.id):
        rechecks.ask(session, workspace, rechecks.CONVERSATION, conversation.id, now=at.machine)


def apply_contact(
    session: Session,
    workspace: str,
    facts: ContactFacts,
    at: Moment,
    names: AccountsConfig | None = None,
    *,
    notified: bool = False,
) -> None:
    """A customer's person, and the account they belong to. Not one who was erased.

    Their conversations go with them, and so do colleagues of whom only the e-mail domain tells where they
    belong. Whoever Intercom has merged into them is them from now on. `notified` as for a company.
    """
    if is_erased(session, workspace, facts.id):
        return
    row = row_of(session, Contact, workspace, facts.id) or Contact(
        workspace=workspace, id=facts.id, fetched_at=at.now
    )
    if row.merged_into is not None:
        # Told late: by now they are somebody else.
        return
    if notified and _is_older(facts, row):
        return
    deleted = deleted_among(session, workspace, facts.company_ids)
    companies = [each for each in facts.company_ids if each not in deleted]
    row.name, row.email, row.role = facts.name, facts.email, facts.role
    row.domain = domain_of(facts.email, names.public_domains if names is not None else ())
    before = row.account_id
    if facts.more_companies and row.named and before is not None and before not in companies:
        # They may be of it still, behind the ten that were told: it stays until Intercom is asked for all.
        companies.append(before)
        rechecks.ask_anew(session, workspace, rechecks.CONTACT, row.id, now=at.machine)
    row.named = bool(companies)
    if row.named:
        row.chosen = None
    row.signed_up_at, row.last_seen_at = facts.signed_up_at, facts.last_seen_at
    row.updated_at, row.fetched_at = facts.updated_at or row.updated_at, at.now
    session.add(row)
    session.flush()
    by_colleagues = None if row.named else account_by_colleagues(session, row)
    row.account_id = row.chosen or (account_of(companies, before, ()) if row.named else by_colleagues)
    session.add(row)
    session.flush()
    mine = (col(Conversation.workspace) == workspace, col(Conversation.contact_id) == row.id)
    # What retention has cleared names nobody any more.
    wordy = (*mine, col(Conversation.cleared_at).is_(None))
    session.execute(update(Conversation).where(*wordy).values(contact_name=row.name or row.email))
    follow(session, row, before, now=at.machine)
    if row.named:
        settle_colleagues(session, workspace, row.domain, at.machine)
    for each in facts.merged:
        follow_merge(session, workspace, each, row.id, at)


def _is_older(facts: CompanyFacts | ContactFacts, row: Account | Contact) -> bool:
    """Whether something newer is known, as far as both say how old they are."""
    told, kept = facts.updated_at, row.updated_at
    return told is not None and kept is not None and told < kept


def forget_company(session: Session, workspace: str, company_id: str, at: Moment) -> None:
    """Intercom has an account no more: nobody is its any longer, and what is open is judged without it.

    What stood there and is over stays, and follows its people to where they belong next. Intercom is asked
    where those belong who have something open.
    """
    row = row_of(session, Account, workspace, company_id)
    if row is None or row.deleted_at is not None:
        return
    row.deleted_at = at.now
    session.add(row)
    session.flush()
    theirs = (col(Contact.workspace) == workspace, col(Contact.account_id) == company_id)
    session.execute(update(Contact).where(*theirs).values(account_id=None, chosen=None, named=False))
    alive = of_account(session, workspace, company_id)
    rechecks.ask_about(session, *alive, now=at.machine)
    for conversation in alive:
        conversation.account_id = None
        session.add(conversation)
    for contact_id in sorted({each.contact_id for each in alive if each.contact_id is not None}):
        rechecks.ask_anew(session, workspace, rechecks.CONTACT, contact_id, now=at.machine)


def apply_admin(session: Session, workspace: str, facts: AdminFacts, at: Moment) -> None:
    row = row_of(session, Admin, workspace, facts.id) or Admin(
        workspace=workspace, id=facts.id, name="", fetched_at=at.now
    )
    if row.away != facts.away:
        # What they hold is on offer from now on, or no more: every card that shows it says so.
        held = held_by(session, workspace, facts.id)
        rechecks.ask_about(session, *held, now=at.machine)
    row.name = facts.name or facts.email or f"Admin {facts.id}"
    row.email, row.away = facts.email, facts.away
    row.team_ids, row.fetched_at = list(facts.team_ids), at.now
    session.add(row)


def apply_team(session: Session, workspace: str, facts: TeamFacts) -> None:
    row = row_of(session, Team, workspace, facts.id) or Team(workspace=workspace, id=facts.id, name="")
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
