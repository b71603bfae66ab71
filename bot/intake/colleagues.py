"""Where people belong of whom Intercom names no company: with those who share their e-mail domain."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.intake.belonging import account_of
from bot.store import merged_contacts
from bot.store.accounts import Contact, named_at, unnamed_at
from bot.store.belongs import follow


def account_by_colleagues(session: Session, row: Contact) -> str | None:
    """The one account of everybody at the domains of a person, the addresses they once had included."""
    known = {
        account
        for domain in merged_contacts.domains(session, row)
        for account in named_at(session, row.workspace, domain)
    }
    return account_of((), None, known)


def settle_colleagues(session: Session, workspace: str, domain: str | None, now: datetime) -> None:
    """What has become known of one person may settle, or unsettle, where their colleagues belong.

    `now` is machine time.
    """
    if domain is None:
        return
    known = account_of((), None, named_at(session, workspace, domain))
    there = {each.id: each for each in unnamed_at(session, workspace, domain)}
    several = {each.id: each for each in merged_contacts.unnamed_of_several(session, workspace, domain)}
    for colleague in (there | several).values():
        before = colleague.account_id
        by_colleagues = account_by_colleagues(session, colleague) if colleague.id in several else known
        colleague.account_id = colleague.chosen or by_colleagues
        session.add(colleague)
        follow(session, colleague, before, now=now)
