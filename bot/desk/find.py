"""What a person meant by the words after a command: a number, a link, an account, "next"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlmodel import Session

from bot.cards.which_account import Verb, WhichAccountCard
from bot.desk import queue
from bot.errors import UserError
from bot.office import Office
from bot.present import account_by_id
from bot.slack.markup import unescaped
from bot.store import accounts, conversations, merges
from bot.store.accounts import Account
from bot.store.conversations import Conversation

OFFERED = 10
"""Accounts that are offered where several fit."""

_LINK = re.compile(r"/(?:conversations?|inbox/[^\s/]+(?:/[^\s/]+)*/conversation)/(\d{1,40})")
_URL = re.compile(r"\(https?://[^\s)]+\)|https?://[^\s)]+")
_NUMBER = re.compile(r"#?(\d{1,40})")


@dataclass(frozen=True, slots=True)
class Found:
    """One of both is set, none where nothing was named."""

    conversation: Conversation | None = None
    account: Account | None = None


class SeveralFit(UserError):
    """More than one account has such a name. Where buttons can stand these are offered."""

    def __init__(self, message: str, query: str, account_ids: tuple[str, ...]) -> None:
        super().__init__(message)
        self.query = query
        self.account_ids = account_ids


def find(session: Session, office: Office, words: str) -> Found:
    """The conversation or account that `words` name; of a conversation that was merged, where it goes on.

    Raises UserError, with what to type instead, when nothing fits, and SeveralFit for more than one account.
    """
    said = _meant(words)
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


def _meant(words: str) -> str:
    """Words without Slack's marks around a link; elsewhere "|" is a letter like any other."""
    said = words.strip()
    if said.startswith("<") and said.endswith(">"):
        return said[1:-1].partition("|")[0].strip()
    return said


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
    said = _meant(words)
    named = _LINK.search(said) or _NUMBER.fullmatch(said)
    if named is None:
        raise UserError("Name a person (`@name`), a conversation's number or its link, or nothing for all.")
    return str(named[1])


def find_account(session: Session, office: Office, words: str) -> Account:
    """The one account whose name contains `words`. Raises UserError otherwise, SeveralFit for several."""
    shown = unescaped(words).strip()[:60]
    found = accounts.find_accounts(session, office.workspace, shown, limit=OFFERED + 1) if shown else []
    exact = [each for each in found if each.name.casefold() == shown.casefold()]
    if len(exact) == 1:
        return exact[0]
    if not found:
        raise UserError(f"No account is named like “{shown}”. Type a part of its name.")
    if len(exact) > 1:
        told = f"More than one account is called “{shown}”. Name the conversation by its number or link."
        raise SeveralFit(told, shown, tuple(each.id for each in exact))
    if len(found) > 1:
        names = ", ".join(each.name[:60] for each in found[:5])
        more = ", and more" if len(found) > 5 else ""
        told = f"More than one account fits “{shown}”: {names}{more}. Type more of the name."
        raise SeveralFit(told, shown, tuple(each.id for each in found))
    return found[0]


def which_account(session: Session, office: Office, several: SeveralFit, verb: Verb) -> WhichAccountCard:
    """The accounts that fit, as they are offered with the button of a command."""
    offered = []
    for account_id in several.account_ids[:OFFERED]:
        shown = account_by_id(session, office, account_id)
        if shown is not None:
            opened = conversations.of_account(session, office.workspace, account_id, states=("open",))
            offered.append((shown, len(opened)))
    more = len(several.account_ids) > OFFERED
    return WhichAccountCard(several.query, verb, tuple(offered), more)


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
