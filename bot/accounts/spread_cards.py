"""What the announcement of a spreading issue shows: the accounts that tell it, edited in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.accounts import changes, listening
from bot.accounts.changes import Standing
from bot.cards import spreading as card
from bot.cards.message import Message
from bot.cards.spreading import AccountLine, SpreadCard, SpreadClosed, SpreadTakenBack
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import show
from bot.present import REPLY_CLOCKS, contact_name, due, url
from bot.store import accounts, beginnings, clocks, conversations, rechecks, reps, spreads
from bot.store.clocks import SlaClock
from bot.store.conversations import Conversation
from bot.store.parts import parts_of_many
from bot.store.posts import get_post
from bot.store.reps import Holder
from bot.store.spreads import Spread
from bot.store.waiting import is_free


def draw(
    session: Session, office: Office, spread: Spread, at: Moment, *, quiet_until: datetime | None = None
) -> bool:
    """Have Slack show a spreading issue as it stands; whether anything was different about it."""
    rows = _rows(session, office, spread)
    if not rows:
        # Everything of it was erased, and so was its message.
        spread.state, spread.ended_at, spread.look_at, spread.title = spreads.CLOSED, at.now, None, ""
        session.add(spread)
        return False
    opened = [row for row in rows if row.state != "closed"]
    state = spreads.TAKEN_BACK if spread.state == spreads.TAKEN_BACK else spreads.CLOSED
    state = spreads.OPEN if opened and state != spreads.TAKEN_BACK else state
    if state == spread.state == spreads.CLOSED and spread.title:
        return False
    _move(session, office, spread, rows, state, at)
    if not spread.title:
        spread.title = _title(session, office, rows)
    running = clocks.running_of(session, office.workspace, [row.id for row in opened], REPLY_CLOCKS)
    different = _mark(session, office, spread, rows, running, at)
    post = get_post(session, office.workspace, spread.post)
    deadlines = [clock.due_at for clock in running.values() if clock.due_at and clock.due_at > at.now]
    spread.look_at = min(deadlines, default=None) if state == spreads.OPEN else None
    session.add(spread)
    if post is None and quiet_until is not None and quiet_until > at.now:
        spread.look_at = quiet_until
        return different
    if post is None and state != spreads.OPEN:
        # Settled, or taken back, before anybody was told.
        return different
    content = _content(session, office, spread, rows, running, at)
    show(session, office.workspace, key=spread.post, channel=spread.channel, content=content, at=at)
    return different


def _rows(session: Session, office: Office, spread: Spread) -> list[Conversation]:
    """Its conversations as they stand, oldest first; their accounts are written down as they are now."""
    members = spreads.members(session, office.workspace, spread.number)
    ids = [each.conversation_id for each in members]
    found: dict[str, Conversation] = {}
    for start in range(0, len(ids), 500):
        found |= conversations.get_many(session, office.workspace, ids[start : start + 500])
    for member in members:
        row = found.get(member.conversation_id)
        if row is not None and row.account_id != member.account_id:
            member.account_id = row.account_id
            session.add(member)
    return sorted(found.values(), key=lambda row: (row.created_at, row.id))


def _move(
    session: Session, office: Office, spread: Spread, rows: Sequence[Conversation], state: str, at: Moment
) -> None:
    if state == spread.state:
        return
    spread.state = state
    spread.ended_at = at.now if state == spreads.CLOSED else None
    if spread.linked:
        for account_id in sorted({row.account_id for row in rows if row.account_id is not None}):
            rechecks.ask(session, office.workspace, rechecks.ACCOUNT, account_id, now=at.machine)


def _title(session: Session, office: Office, rows: Sequence[Conversation]) -> str:
    """The title of the oldest conversation that says anything: the one before was erased."""
    few = [row.id for row in rows[:10]]
    begun = beginnings.of(session, office.workspace, few)
    parts = parts_of_many(session, office.workspace, few)
    titles = (listening.begun(begun[each], parts[each]).title for each in few if each in begun)
    return next((title for title in titles if title), "A problem without words")


def _mark(
    session: Session,
    office: Office,
    spread: Spread,
    rows: Sequence[Conversation],
    running: Mapping[str, SlaClock],
    at: Moment,
) -> bool:
    """Keep what this drawing shows, and what is different about it."""
    names = {each: owner.name for each, owner in _owners(session, office, rows).items()}
    late = any(clock.due_at is not None and clock.due_at <= at.now for clock in running.values())
    now = changes.seen(
        {
            row.id: Standing(row.state, names.get(row.claimed_by or ""), row.waiting_since is not None)
            for row in rows
        },
        late=late,
        risk=None,
    )
    found = changes.changes(spread.seen, now)
    different = now != spread.seen
    if found:
        spread.changed = changes.marked(spread.changed, found, at.now)
    if different:
        spread.seen = now
    return different


def _owners(session: Session, office: Office, rows: Sequence[Conversation]) -> dict[str, Holder]:
    ids = {row.claimed_by for row in rows if row.claimed_by is not None}
    return reps.holders(session, office.workspace, ids)


def _content(
    session: Session,
    office: Office,
    spread: Spread,
    rows: Sequence[Conversation],
    running: Mapping[str, SlaClock],
    at: Moment,
) -> Message:
    of = len({row.account_id for row in rows if row.account_id is not None})
    if spread.state == spreads.TAKEN_BACK:
        rep = reps.ever_linked(session, office.workspace, spread.ended_by or "")
        return card.render_taken_back(
            SpreadTakenBack(spread.title, of, len(rows), rep.name if rep is not None else None)
        )
    if spread.state == spreads.CLOSED:
        return card.render_closed(_closed(session, office, spread, rows, of, at))
    return card.render(_open_card(session, office, spread, rows, running, of, at))


def _open_card(
    session: Session,
    office: Office,
    spread: Spread,
    rows: Sequence[Conversation],
    running: Mapping[str, SlaClock],
    of: int,
    at: Moment,
) -> SpreadCard:
    lines = _lines(session, office, spread, rows, running, at)
    opened = [row for row in rows if row.state != "closed"]
    away = reps.away_admins(session, office.workspace)
    first = min((each.due for each in lines if each.due is not None), key=lambda each: each.at, default=None)
    told = spread.changed.get("words", ())
    return SpreadCard(
        number=spread.number,
        title=spread.title,
        accounts=of,
        conversations=len(rows),
        waiting=sum(row.state == "open" and row.waiting_since is not None for row in opened),
        unclaimed=sum(row.state == "open" and is_free(row, away) for row in opened),
        since=spread.started_at,
        now=at.now,
        zone=office.zone,
        lines=lines[: card.MOST],
        hidden=max(0, len(lines) - card.MOST),
        due=first,
        changed=tuple(told),
        changed_at=_instant(spread.changed.get("at")),
    )


def _lines(
    session: Session,
    office: Office,
    spread: Spread,
    rows: Sequence[Conversation],
    running: Mapping[str, SlaClock],
    at: Moment,
) -> tuple[AccountLine, ...]:
    """A line for each account, the most urgent first; who is of none known has a line of their own."""
    owners = _owners(session, office, rows)
    names = accounts.get_names(session, office.workspace, {row.account_id for row in rows if row.account_id})
    new = set(spread.changed.get("new", ()))
    grouped: dict[str, list[Conversation]] = {}
    for row in rows:
        grouped.setdefault(row.account_id or f"person:{row.contact_id or row.id}", []).append(row)

    def line(theirs: list[Conversation]) -> AccountLine:
        opened = [row for row in theirs if row.state == "open"]
        urgent = min(
            (running[row.id] for row in opened if row.id in running),
            key=lambda clock: (clock.due_at is None, clock.due_at or at.now),
            default=None,
        )
        first = theirs[0]
        held = [owners[row.claimed_by] for row in opened if row.claimed_by in owners]
        shown = next(
            (row for row in opened if urgent is not None and row.id == urgent.conversation_id), first
        )
        return AccountLine(
            name=names.get(first.account_id or "") or contact_name(first),
            known=first.account_id is not None,
            conversations=len(theirs),
            waiting=sum(row.waiting_since is not None for row in opened),
            snoozed=sum(row.state == "snoozed" for row in theirs),
            closed=all(row.state == "closed" for row in theirs),
            owners=tuple(dict.fromkeys(each.name for each in held)),
            away=tuple(dict.fromkeys(each.name for each in held if each.away)),
            unclaimed=sum(row.claimed_by is None for row in opened),
            due=due(office, urgent, at.now),
            url=url(office, shown.id),
            new=all(row.id in new for row in theirs),
        )

    lines = [line(theirs) for theirs in grouped.values()]
    return tuple(
        sorted(lines, key=lambda each: (each.closed, each.due is None, _at(each), each.waiting == 0))
    )


def _at(line: AccountLine) -> float:
    return line.due.at.timestamp() if line.due is not None else 0.0


def _closed(
    session: Session, office: Office, spread: Spread, rows: Sequence[Conversation], of: int, at: Moment
) -> SpreadClosed:
    parts = parts_of_many(session, office.workspace, [row.id for row in rows[:100]])
    answered = sorted(
        (part.created_at, part.author_name)
        for told in parts.values()
        for part in told
        if part.public_reply and part.author_name and part.author_type == "admin"
    )
    return SpreadClosed(
        title=spread.title,
        accounts=of,
        conversations=len(rows),
        since=spread.started_at,
        until=spread.ended_at or at.now,
        now=at.now,
        zone=office.zone,
        answered_by=tuple(dict.fromkeys(name for _, name in answered)),
        first_answer=answered[0][0] if answered else None,
    )


def _instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
