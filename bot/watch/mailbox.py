"""Whether the mailbox outside Intercom is read, and what came of it: nothing where none is set up."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from bot.cards.status import Problem
from bot.clock import Moment
from bot.durations import ago, human, plural
from bot.office import Office
from bot.store import mailbox, pulse

_LATE_AFTER = 3
"""Readings that may be missed: a mail server is restarted now and then."""


def problems(session: Session, office: Office, at: Moment) -> list[Problem]:
    """Each fault of a folder that has lasted, once, and a mailbox of which nothing is heard at all."""
    if not office.mailbox:
        return []
    patience = timedelta(seconds=office.config.mailbox.every) * _LATE_AFTER + timedelta(minutes=1)
    found: dict[tuple[str, str], timedelta] = {}
    for row in mailbox.folders(session, office.workspace):
        if row.fault is not None and row.faulty_since is not None:
            lasted = at.now - (row.looked_at or row.faulty_since)
            if lasted > patience:
                key = (row.fault, row.mend or "")
                found[key] = max(lasted, found.get(key, lasted))
    told = [
        Problem(f"Mails have not been read for {human(lasted.total_seconds())}. {fault}", mend)
        for (fault, mend), lasted in found.items()
    ]
    last = pulse.last_beat(session, office.workspace, pulse.MAILBOX)
    if not told and last is not None and at.now - last.at > patience:
        silence = human((at.now - last.at).total_seconds())
        told.append(
            Problem(f"Mails have not been read for {silence}.", "The log says why (mailbox_not_read).")
        )
    return told


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
