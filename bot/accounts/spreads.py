"""Spreading issues: announced once, edited as they grow, ended when all is settled.

A look (`bot/accounts/listening.py`) says what spreads; here it is written down and shown, in one transaction
that looks again at what is announced already: whichever replica comes first announces, the others join.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.accounts import spread_cards
from bot.accounts.listening import QUIET, Heard, Listening
from bot.accounts.spreading import Spread as Found
from bot.clock import Moment
from bot.office import Office
from bot.store import conversations, rechecks, spreads
from bot.store.conversations import Conversation
from bot.store.spreads import Spread, SpreadMember

Place = Callable[[Session, Sequence[Conversation]], str]
"""The channel that the rules choose for these conversations."""

POST = "spread:"
"""How the names of the messages begin."""

MANY = 25
"""A card of more conversations costs so much that it is not drawn anew for each thing that happens."""
DRAWN_EVERY = timedelta(seconds=10)
"""How often the card of many is drawn at most (business time)."""


def to_do(session: Session, office: Office, heard: Heard, now: datetime) -> bool:
    """Whether anything is to be written: something spreads, or a card may have changed."""
    if heard.new or heard.joined or spreads.opened(session, office.workspace):
        return True
    if spreads.any_due(session, office.workspace, now):
        return True
    return any(_any_open(session, each) for each in _settled(session, office, now))


def carry_out(
    session: Session,
    office: Office,
    listening: Listening,
    heard: Heard,
    place: Place,
    at: Moment,
    *,
    quiet_until: datetime | None,
) -> int:
    """Write down what was heard, and have every open spreading issue shown as it stands; how many changed.

    `quiet_until`: before then nothing new is posted; what stands is edited. One of many conversations that
    was drawn just now is drawn later, and `listening` is stirred again for it.
    """
    touched: set[int] = set()
    for joined in heard.joined:
        if _join(session, office, joined.number, joined.conversations, at):
            touched.add(joined.number)
    for found in heard.new:
        number = _announce(session, office, found, place, at)
        if number is not None:
            touched.add(number)
    session.flush()
    due = {each.number: each for each in spreads.due(session, office.workspace, at.now)}
    drawn = {each.number: each for each in spreads.opened(session, office.workspace)}
    drawn |= {each.number: each for each in _settled(session, office, at.now)} | due
    changed = 0
    for number, spread in drawn.items():
        last = listening.drawn.get(number)
        lately = last is not None and timedelta(0) <= at.now - last < DRAWN_EVERY
        if lately and number not in due and len(spread.seen.get("conversations", ())) > MANY:
            listening.stirred = True
            continue
        changed += spread_cards.draw(session, office, spread, at, quiet_until=quiet_until)
        listening.drawn[number] = at.now
    for number in listening.drawn.keys() - drawn.keys():
        del listening.drawn[number]
    return max(changed, len(touched))


def posted(session: Session, office: Office, post_key: str, at: Moment) -> None:
    """A message is in Slack: the accounts' threads can name it from now on."""
    number = post_key.removeprefix(POST)
    spread = spreads.get(session, office.workspace, int(number)) if number.isdigit() else None
    if spread is None or spread.linked:
        return
    spread.linked = True
    session.add(spread)
    rows = spreads.members(session, office.workspace, spread.number)
    ask_accounts(session, office, (row.account_id for row in rows), at)


def ask_accounts(session: Session, office: Office, account_ids: Iterable[str | None], at: Moment) -> None:
    """Have accounts' threads drawn anew: what they say of a spreading issue has changed."""
    for account_id in sorted({each for each in account_ids if each is not None}):
        rechecks.ask(session, office.workspace, rechecks.ACCOUNT, account_id, now=at.machine)


def _announce(session: Session, office: Office, found: Found, place: Place, at: Moment) -> int | None:
    rows = _free(session, office, found.members)
    accounts = {row.account_id for row in rows if row.account_id is not None}
    if len(accounts) < office.config.spreading.accounts:
        # Another replica has announced it meanwhile; what is left joins at the next look.
        return None
    spread = Spread(
        workspace=office.workspace,
        number=spreads.next_number(session, office.workspace),
        title=found.title,
        channel=office.channels.spreading or place(session, rows),
        started_at=found.since,
        announced_at=at.now,
        grown_at=at.now,
    )
    session.add(spread)
    session.flush()
    _add(session, spread, rows, at)
    return spread.number


def _join(session: Session, office: Office, number: int, ids: Sequence[str], at: Moment) -> int:
    spread = spreads.get(session, office.workspace, number)
    rows = _free(session, office, ids)
    if spread is None or not rows:
        return 0
    _add(session, spread, rows, at)
    spread.grown_at = at.now
    session.add(spread)
    if spread.state != spreads.TAKEN_BACK and spread.linked:
        ask_accounts(session, office, (row.account_id for row in rows), at)
    return len(rows)


def _free(session: Session, office: Office, ids: Sequence[str]) -> list[Conversation]:
    taken = spreads.members_among(session, office.workspace, ids)
    rows = conversations.get_many(session, office.workspace, [each for each in ids if each not in taken])
    return sorted(rows.values(), key=lambda row: (row.created_at, row.id))


def _add(session: Session, spread: Spread, rows: Sequence[Conversation], at: Moment) -> None:
    for row in rows:
        session.add(
            SpreadMember(
                workspace=spread.workspace,
                conversation_id=row.id,
                number=spread.number,
                account_id=row.account_id,
                joined_at=at.now,
            )
        )
    session.flush()


def _settled(session: Session, office: Office, now: datetime) -> list[Spread]:
    """Those that ended lately, which go on when somebody comes back."""
    lately = spreads.alive(session, office.workspace, now - QUIET)
    return [each for each in lately if each.state == spreads.CLOSED]


def _any_open(session: Session, spread: Spread) -> bool:
    query = (
        select(SpreadMember.conversation_id)
        .join(
            Conversation,
            (col(Conversation.workspace) == col(SpreadMember.workspace))
            & (col(Conversation.id) == col(SpreadMember.conversation_id)),
        )
        .where(
            SpreadMember.workspace == spread.workspace,
            SpreadMember.number == spread.number,
            Conversation.state != "closed",
        )
    )
    return session.exec(query.limit(1)).first() is not None
