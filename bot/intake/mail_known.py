"""What the tables know of those who stand on some mails: the team, customers, companies' domains, threads."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, func, select

from bot.intake.belonging import account_of, domain_of
from bot.intake.mail_belonging import Known, Ours, Who
from bot.mail.message import Mail
from bot.settings.mailbox import MailboxConfig
from bot.store import outside, reps
from bot.store.accounts import Contact, get_contact, named_at
from bot.store.outside import OutsideMessage

_AT_ONCE = 500
"""Values in one question: databases take no list without end."""


def the_team(
    session: Session, workspace: str, config: MailboxConfig, public: Collection[str], user: str
) -> Ours:
    """Who counts as ours: Intercom's teammates, the mailbox itself, what [mailbox] names, and their domains.

    `user` is the mailbox's login, an address with most servers.
    """
    names = {each.email.lower(): each.name for each in reps.all_admins(session, workspace) if each.email}
    addresses = {*names, *(each for each in config.ours if not each.startswith("@"))}
    if "@" in user:
        addresses.add(user.lower())
    domains = {domain for each in addresses if (domain := domain_of(each, public)) is not None}
    return Ours(
        addresses=frozenset(addresses),
        domains=frozenset(domains | {each[1:] for each in config.ours if each.startswith("@")}),
        names=names,
        vouched_by=config.vouched_by,
    )


def known_of(
    session: Session, workspace: str, mails: Sequence[Mail], ours: Ours, public: Collection[str]
) -> Known:
    """Everything about the people on these mails, and about the mails before them."""
    people = {each.address for mail in mails for each in mail.people if not ours.has(each)}
    domains: dict[str, str] = {}
    for domain in {each for one in people if (each := domain_of(one, public)) is not None}:
        account_id = account_of((), None, named_at(session, workspace, domain))
        if account_id is not None:
            domains[domain] = account_id
    references = {each for mail in mails for each in mail.references}
    return Known(
        _people(session, workspace, sorted(people)), domains, _threads(session, workspace, sorted(references))
    )


def _people(session: Session, workspace: str, addresses: Sequence[str]) -> dict[str, tuple[Who, ...]]:
    found: dict[str, tuple[Who, ...]] = {}
    for start in range(0, len(addresses), _AT_ONCE):
        chunk = addresses[start : start + _AT_ONCE]
        query = select(Contact).where(
            Contact.workspace == workspace, func.lower(col(Contact.email)).in_(chunk)
        )
        for row in session.exec(query.order_by(col(Contact.id))):
            key, now = (row.email or "").lower(), get_contact(session, workspace, row.id) or row
            who = Who(now.id, now.name, now.account_id)
            if who not in found.get(key, ()):
                found[key] = (*found.get(key, ()), who)
    return found


def _threads(session: Session, workspace: str, references: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Account and thread by the ids of mails that are stored, or that begin the thread of one that is."""
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(references), _AT_ONCE):
        chunk = references[start : start + _AT_ONCE]
        for column in (col(OutsideMessage.thread), col(OutsideMessage.id)):
            query = select(column, OutsideMessage.account_id, OutsideMessage.thread).where(
                OutsideMessage.workspace == workspace,
                OutsideMessage.source == outside.MAILBOX,
                column.in_(chunk),
                col(OutsideMessage.account_id).is_not(None),
            )
            # Of a beginning that is not stored the first mail behind it says whose it is.
            rows = session.execute(query.order_by(col(OutsideMessage.at).desc(), col(OutsideMessage.id)))
            found |= {id_: (str(account), thread) for id_, account, thread in rows}
    return found
