"""Which account a mail belongs to, and who wrote it. Pure.

By the person with that address, else by their company's own domain, else by the thread it continues. A mail
of the team's belongs where its readers do. What belongs to nobody, or to several, is nobody's and not stored.

Everybody can write a teammate's address into From. So only what lies in the folder of sent mails, or what the
mailbox's own server vouches for, is shown as the team's words; the rest bears its address and "not verified".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.mail.headers import Address
from bot.mail.message import Mail
from bot.mail.verdict import vouched

LeftOut = Literal["nobodys", "automatic"]

INTERCOMS = "intercom-mail.com"
"""Where Intercom's own mails come from: what they say stands in Intercom."""


@dataclass(frozen=True, slots=True)
class Who:
    """A customer's person with an address. `account_id` is None where nobody knows whose they are."""

    contact_id: str
    name: str | None
    account_id: str | None


@dataclass(frozen=True, slots=True)
class Ours:
    """The team: addresses, domains without their @, and teammates' names by address.

    `vouched_by` is the server whose word on a sender counts, "" for none's.
    """

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    vouched_by: str = ""

    def has(self, someone: Address) -> bool:
        return someone.address in self.addresses or someone.domain in self.domains

    def is_own_list(self, list_id: str) -> bool:
        """A mailing list of one's own is how a shared address often works: what comes over it is no bulk."""
        return any(list_id == each or list_id.endswith(f".{each}") for each in self.domains)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about those on some mails: people by address, the one account of each company's domain,
    and account and thread of earlier mails by their ids."""

    people: Mapping[str, tuple[Who, ...]] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    threads: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where a mail stands and how its author is shown. `internal`: nobody but the team is on it. `recipients`
    are the addresses outside the team to which a mail of the team's went.
    """

    account_id: str
    contact_id: str | None
    author: Address
    author_name: str
    author_kind: Literal["customer", "rep", "other"]
    internal: bool
    thread: str
    recipients: tuple[str, ...] = ()


def belonging(mail: Mail, known: Known, ours: Ours, *, sent: bool) -> Belonging | LeftOut:
    """Where a mail belongs; `sent` says that it lies in a folder of sent mails. Else why it is left out."""
    if mail.sender is None:
        return "nobodys"
    if (
        mail.automatic
        or mail.bulk
        or not all(map(ours.is_own_list, mail.lists))
        or _is_intercoms(mail.sender)
    ):
        return "automatic"
    thread = next((known.threads[each] for each in mail.references if each in known.threads), None)
    begun = thread[1] if thread is not None else next(iter(mail.references), mail.id)
    author = mail.sender if sent else _author(mail.sender, mail, known, ours)
    if ours.has(author):
        return _teams(mail, author, known, ours, thread, begun, sent=sent)
    own = account_at(author, known, ours)
    account_id = own or (thread[0] if thread is not None else None)
    if account_id is None:
        return "nobodys"
    person = _person(author, account_id, known)
    name = (person.name if person is not None else None) or author.name or author.address
    return Belonging(
        account_id=account_id,
        contact_id=person.contact_id if person is not None else None,
        author=author,
        # A stranger in a thread may call themselves anything.
        author_name=name if own or name == author.address else f"{name}, {author.address}",
        author_kind="customer" if own else "other",
        internal=False,
        thread=begun,
    )


def account_at(someone: Address, known: Known, ours: Ours) -> str | None:
    """The account of somebody outside the team, None where nobody or several could be meant."""
    if ours.has(someone):
        return None
    accounts = {who.account_id for who in known.people.get(someone.address, ()) if who.account_id is not None}
    if accounts:
        return accounts.pop() if len(accounts) == 1 else None
    return known.domains.get(someone.domain)


def _author(sender: Address, mail: Mail, known: Known, ours: Ours) -> Address:
    """Who wrote. A form or a group of one's own writes under its own address and names the customer too."""
    if ours.has(sender) and len(mail.reply_to) == 1 and account_at(mail.reply_to[0], known, ours) is not None:
        return mail.reply_to[0]
    return sender


def _teams(
    mail: Mail,
    author: Address,
    known: Known,
    ours: Ours,
    thread: tuple[str, str] | None,
    begun: str,
    *,
    sent: bool,
) -> Belonging | LeftOut:
    others = [each for each in mail.recipients if not ours.has(each)]
    account_id = _one(account_at(each, known, ours) for each in others)
    if account_id is None and thread is not None:
        account_id = thread[0]
    if account_id is None:
        return "nobodys"
    readers = [person for each in others if (person := _person(each, account_id, known)) is not None]
    verified = sent or vouched(mail.vouchers, ours.vouched_by, author.domain)
    return Belonging(
        account_id=account_id,
        contact_id=readers[0].contact_id if len(readers) == 1 else None,
        author=author,
        author_name=ours.names.get(author.address) or author.name or author.address
        if verified
        else f"{author.address}, not verified",
        author_kind="rep" if verified else "other",
        internal=not others,
        thread=begun,
        recipients=tuple(each.address for each in others),
    )


def _person(someone: Address, account_id: str, known: Known) -> Who | None:
    """The person at this account; of one address that wrote as lead and as user, the first."""
    fitting = (who for who in known.people.get(someone.address, ()) if who.account_id in (account_id, None))
    return next(fitting, None)


def _one(accounts: Iterable[str | None]) -> str | None:
    found = {each for each in accounts if each is not None}
    return found.pop() if len(found) == 1 else None


def _is_intercoms(sender: Address) -> bool:
    return sender.domain == INTERCOMS or sender.domain.endswith(f".{INTERCOMS}")
