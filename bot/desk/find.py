"""What a person meant by the words after a command: a number, a link, an account, "next"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlmodel import Session

from bot.desk import queue
from bot.errors import UserError
from bot.office import Office
from bot.slack.markup import unescaped
from bot.store import accounts, conversations, merges
from bot.store.accounts import Account
from bot.store.conversations import Conversation

_LINK = re.compile(r"/(?:conversations?|inbox/[^\s/]+(?:/[^\s/]+)*/conversation)/(\d{1,40})")
_URL = re.compile(r"\(https?://[^\s)]+\)|https?://[^\s)]+")
_NUMBER = re.compile(r"#?(\d{1,40})")


@dataclass(frozen=True, slots=True)
class Found:
    """One of both is set, none where nothing was named."""

    conversation: Conversation | None = None
    account: Account | None = None


def find(session: Session, office: Office, words: str) -> Found:
    """The conversation or account that `words` name; of a conversation that was merged, where it goes on.

    Raises UserError, with what to type instead, when nothing or more than one account fits.
    """
    said = words.strip().strip("<>").split("|")[0].strip()
    number = _LINK.search(said) or _NUMBER.fullmatch(said)
    if number is not None:
        row = going_on(session, office, number[1])
        if row is None:
            raise UserError(
                f"Watchbell does not know conversation {number[1]}. Check the number or the link; "
                "a new conversation appears here within a minute."
            )
        return Found(conversation=row)
    return Found(account=find_account(session, office, said))


def going_on(session: Session, office: Office, conversation_id: str) -> Conversation | None:
    """That conversation, or the one in which it goes on where it was merged away; None for an unknown one."""
    row = conversations.get(session, office.workspace, conversation_id)
    return merges.goes_on_in(session, row) if row is not None else None


def linked(said: str) -> str | None:
    """The number in a link to a conversation, None without one."""
    found = _LINK.search(said)
    return found[1] if found is not None else None


def without_links(said: str) -> str:
    """Words without the links to conversations in them, which lead nobody outside the team anywhere."""
    kept = _URL.sub(lambda url: "" if linked(url[0]) is not None else url[0], said)
    lines = (" ".join(line.split()) for line in kept.splitlines())
    return "\n".join(lines).strip()


def number(words: str) -> str:
    """The number in a number or a link, known or not. Raises UserError for anything else."""
    said = words.strip().strip("<>").split("|")[0].strip()
    named = _LINK.search(said) or _NUMBER.fullmatch(said)
    if named is None:
        raise UserError("Name a person (`@name`), a conversation's number or its link, or nothing for all.")
    return str(named[1])


def find_account(session: Session, office: Office, words: str) -> Account:
    """The one account whose name contains `words`. Raises UserError otherwise."""
    shown = unescaped(words).strip()[:60]
    found = accounts.find_accounts(session, office.workspace, shown, limit=6) if shown else []
    exact = [each for each in found if each.name.casefold() == shown.casefold()]
    if len(exact) == 1:
        return exact[0]
    if not found:
        raise UserError(f"No account is named like “{shown}”. Type a part of its name.")
    if len(found) > 1:
        names = ", ".join(each.name[:60] for each in found[:5])
        more = ", and more" if len(found) > 5 else ""
        raise UserError(f"More than one account fits “{shown}”: {names}{more}. Type more of the name.")
    return found[0]


def to_answer(session: Session, office: Office, found: Found) -> str:
    """The conversation to answer: the one found, or the most urgent open one of the account."""
    if found.conversation is not None:
        return found.conversation.id
    account = found.account
    if account is not None:
        for row, _ in queue.of_account(session, office, account.id):
            return row.id
    name = account.name if account is not None else "That account"
    raise UserError(f"{name[:60]} waits for no answer. Type `/account {name[:60]}` to see what is open.")


def mine_first(session: Session, office: Office, admin_id: str) -> str:
    """The most urgent conversation this rep holds. Raises UserError when there is none."""
    for held in queue.of_rep(session, office, admin_id):
        return held.id
    raise UserError("Nothing of yours waits for an answer. Type `/claim next` to take the next one.")
