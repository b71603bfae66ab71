"""Whether the mailbox outside Intercom is read, and what came of it: nothing where none is set up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot import freshness
from bot.cards import unread as unread_card
from bot.cards.message import Message
from bot.cards.status import Problem
from bot.cards.unread import UnreadCard
from bot.clock import Moment
from bot.durations import ago, human, plural
from bot.office import Office
from bot.store import mailbox, pulse
from bot.store.mailbox import MailboxFolder
from bot.watch import readings
from bot.watch.told_once import Trouble

_LATE_AFTER = 3
"""Readings that may be missed: a mail server is restarted now and then."""

_MAILBOX = "The mailbox"
_MEANS = "What customers write there is not known here."
_UNKNOWN = "The log says why (mailbox_not_read)."


def problems(session: Session, office: Office, at: Moment) -> list[Problem]:
    """Each fault of a folder that has lasted, once, and a mailbox of which nothing is heard at all."""
    if not office.mailbox:
        return []
    found: dict[tuple[str, str], timedelta] = {}
    for row, since in _faulty(session, office, at):
        key = (row.fault or "", row.mend or "")
        found[key] = max(at.now - since, found.get(key, timedelta()))
    told = [
        Problem(f"Mails have not been read for {human(lasted.total_seconds())}. {fault}", mend)
        for (fault, mend), lasted in found.items()
    ]
    last = pulse.last_beat(session, office.workspace, pulse.MAILBOX)
    if not told and last is not None and at.now - last.at > _patience(office):
        silence = human((at.now - last.at).total_seconds())
        told.append(Problem(f"Mails have not been read for {silence}.", _UNKNOWN))
    return told


def trouble(session: Session, office: Office, started: datetime, at: Moment) -> Trouble:
    """How the mailbox stands. It does not count as failing before the bot, which runs since `started`, has
    tried for a while."""
    last = pulse.last_beat(session, office.workspace, pulse.MAILBOX)
    read = last.at if last is not None else None
    since = min((begun for _, begun in _faulty(session, office, at)), default=read)
    is_wrong = bool(problems(session, office, at))
    patience = max(freshness.PATIENCE, _patience(office))
    is_long = is_wrong and since is not None and at.now - max(since, started) > patience
    is_read = not is_wrong and read is not None and at.now - read <= _patience(office)
    return Trouble(
        readings.UNREAD,
        pulse.MAILBOX,
        since if is_long else None,
        is_read or not office.mailbox,
        partial(_wrong, session, office, at),
        partial(_well, office, at, read),
    )


def _wrong(session: Session, office: Office, at: Moment) -> Message:
    faulty = [row for row, _ in _faulty(session, office, at)]
    said = dict.fromkeys(f"{row.fault} {row.mend or ''}".strip() for row in faulty)
    last = pulse.last_beat(session, office.workspace, pulse.MAILBOX)
    read = last.at if last is not None else None
    what = _MAILBOX
    if faulty and len(faulty) < len(office.config.mailbox.folders):
        what = "A part of the mailbox"
        read = min((row.looked_at for row in faulty if row.looked_at is not None), default=None)
    mend = " ".join(said) or _UNKNOWN
    return unread_card.render(UnreadCard(what, at.now, office.zone, read, _MEANS, mend))


def _well(office: Office, at: Moment, read: datetime | None, before: datetime) -> Message:
    again, gone = read or at.now, not office.mailbox
    return unread_card.render(UnreadCard(_MAILBOX, at.now, office.zone, before, again=again, given_up=gone))


def _faulty(session: Session, office: Office, at: Moment) -> Iterator[tuple[MailboxFolder, datetime]]:
    """The folders whose fault has lasted, each with since when nothing of it is read."""
    for row in mailbox.folders(session, office.workspace):
        since = row.looked_at or row.faulty_since
        if row.fault is not None and since is not None and at.now - since > _patience(office):
            yield row, since


def _patience(office: Office) -> timedelta:
    return timedelta(seconds=office.config.mailbox.every) * _LATE_AFTER + timedelta(minutes=1)


def facts(session: Session, office: Office, at: Moment) -> tuple[str, ...]:
    """When it was read, and how many mails were kept and why others were not."""
    if not office.mailbox:
        return ()
    last = pulse.last_beat(session, office.workspace, pulse.MAILBOX)
    if last is None:
        return ("The mailbox has not been read yet",)
    rows = mailbox.folders(session, office.workspace)
    kept, nobodys = sum(row.kept for row in rows), sum(row.nobodys for row in rows)
    left = {"automatic": sum(row.automatic for row in rows), "not readable": sum(row.unread for row in rows)}
    more = "".join(f", {count} {name}" for name, count in left.items() if count)
    when = ago((at.now - last.at).total_seconds())
    return (f"Mailbox read {when}: {plural(kept, 'mail')} kept, {nobodys} of nobody's{more}",)
