"""Mails of a mailbox outside Intercom become messages in the timelines of the accounts they belong to.

Each folder is read from where the last reading stopped (UIDVALIDITY and UID, RFC 3501). Mails and the place
behind them are stored in one transaction, a mail under its Message-ID: a crash loses nothing, and a folder
that is numbered anew is read again without anything standing twice. Sent mails are read first, so that an
answer to one of them finds its thread.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlmodel import Session

from bot.clock import Clock
from bot.intake.mail_belonging import Belonging, Known, Ours, belonging
from bot.intake.mail_known import known_of, the_team
from bot.mail.door import Letter, Mailbox, Opened
from bot.mail.errors import MailError
from bot.mail.message import Mail
from bot.settings.mailbox import MailboxConfig
from bot.store import erased, mailbox, outside, pulse
from bot.store.engine import Store

log = structlog.get_logger("watchbell.intake")

MOST = 1_000
"""Mails of one look; the next goes on from there at once."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read by whom: settings of the mailbox, `public` mail domains beside the known ones."""

    workspace: str
    config: MailboxConfig
    public: tuple[str, ...]
    clock: Clock
    closing: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Looked:
    """How many mails a look went through, whether it came to the end of every folder that can be read, and
    whether all of them could be."""

    mails: int
    ended: bool
    whole: bool = True


async def look(store: Store, box: Mailbox, reading: Reading) -> Looked:
    """Read what is new in every folder. Raises MailError when the mailbox cannot be read at all.

    What was taken in until then stays, and the next look goes on from there. A folder that cannot be read is
    noted and keeps no other from being read.
    """
    config, workspace = reading.config, reading.workspace
    try:
        async with box.opened() as opened:
            sent = await _sent_folders(opened, config)
            done, ended, whole = 0, True, True
            for folder in dict.fromkeys((*sent, *config.folders)):
                try:
                    seen = await _read(store, box, opened, reading, folder, sent=folder in sent)
                except MailError as error:
                    if error.kind != "folder":
                        raise
                    whole = False
                    await _note(store, reading, [folder], error)
                    continue
                done, ended = done + seen.mails, ended and seen.ended
            await store.write(mailbox.forgive_others, workspace, [*sent, *config.folders])
    except MailError as error:
        await _note(store, reading, config.folders or config.sent or (), error)
        raise
    if ended and whole:
        await store.write(pulse.beat, workspace, pulse.MAILBOX, now=reading.clock.now())
    return Looked(done, ended, whole)


async def _sent_folders(opened: Opened, config: MailboxConfig) -> tuple[str, ...]:
    if config.sent is not None:
        return config.sent
    found = await opened.sent_folder()
    return (found,) if found is not None else ()


async def _note(store: Store, reading: Reading, folders: Sequence[str], error: MailError) -> None:
    now = reading.clock.now()
    await store.write(mailbox.note_fault, reading.workspace, folders, error.what, error.mend, now=now)


async def _read(
    store: Store, box: Mailbox, opened: Opened, reading: Reading, folder: str, *, sent: bool
) -> Looked:
    workspace = reading.workspace
    validity = await opened.examine(folder)
    before = await store.read(mailbox.place, workspace, folder)
    if before[0] != validity:
        # A folder that is new, or numbered anew: from the beginning.
        before = (validity, 0)
        await store.write(_begin, workspace, folder, validity)
    # A day further back, for servers take the day in their own zone.
    since = (reading.clock.now() - timedelta(seconds=reading.config.since) - timedelta(days=1)).date()
    numbers = await opened.numbers(before[1], since)
    done = 0
    while numbers and done < MOST and not reading.closing():
        letters = await opened.letters(numbers)
        mails = [each.mail for each in letters if each.mail is not None]
        ours = await store.read(the_team, workspace, reading.config, reading.public, box.secrets.user)
        known = await store.read(known_of, workspace, mails, ours, reading.public)
        await store.write(_take, workspace, folder, before, letters, known, ours, _place_of(box), sent)
        before = (validity, letters[-1].uid)
        numbers, done = numbers[len(letters) :], done + len(letters)
    if not numbers:
        await store.write(mailbox.note_read, workspace, folder, now=reading.clock.now())
    return Looked(done, not numbers)


def _place_of(box: Mailbox) -> str:
    user = box.secrets.user
    return f"in {user}" if "@" in user else "in the mailbox"


def _begin(session: Session, workspace: str, folder: str, validity: int) -> None:
    row = mailbox.folder_of(session, workspace, folder)
    row.uidvalidity, row.last_uid = validity, 0
    row.nobodys = row.automatic = row.unread = 0
    session.add(row)


def _take(
    session: Session,
    workspace: str,
    folder: str,
    before: tuple[int, int],
    letters: Sequence[Letter],
    known: Known,
    ours: Ours,
    place: str,
    sent: bool,
) -> None:
    """Store what belongs to somebody and move the place behind all of it, unless it was moved meanwhile."""
    row = mailbox.folder_of(session, workspace, folder)
    if (row.uidvalidity, row.last_uid) != before:
        return
    mails = [each.mail for each in letters if each.mail is not None]
    gone = erased.addresses_among(
        session, workspace, {each.address for mail in mails for each in mail.people}
    )
    # A mail's thread may have begun with another one of these.
    threads = dict(known.threads)
    known = Known(known.people, known.domains, threads)
    for letter in letters:
        if letter.mail is None:
            row.unread += not letter.gone
            continue
        belongs = belonging(letter.mail, known, ours, sent=sent)
        match belongs:
            case "nobodys":
                row.nobodys += 1
            case "automatic":
                row.automatic += 1
            case Belonging() if _is_erased(letter.mail, belongs, gone, ours):
                log.warning("erased_person_ignored", mailbox=folder)
            case Belonging():
                threads[letter.mail.id] = (belongs.account_id, belongs.thread)
                row.kept += _keep(session, workspace, letter.mail, belongs, place)
    row.last_uid = letters[-1].uid
    session.add(row)


def _keep(session: Session, workspace: str, mail: Mail, belongs: Belonging, place: str) -> bool:
    """Store a mail under its id. False when it is known."""
    told = {
        "account_id": belongs.account_id,
        "contact_id": belongs.contact_id,
        "author_name": belongs.author_name[:200],
        "author_kind": belongs.author_kind,
        "internal": belongs.internal,
        "title": mail.subject or None,
        "thread": belongs.thread,
        "text": mail.text,
        "at": mail.at,
    }
    author, id_ = belongs.author.address, mail.id
    stored = outside.get(session, workspace, outside.MAILBOX, id_)
    if stored is not None and stored.author_id == author:
        if stored.author_kind == "other" and belongs.author_kind == "rep":
            # What came in under a teammate's name turns out to be in the folder of sent mails too.
            for name, value in told.items():
                setattr(stored, name, value)
            session.add(stored)
        return False
    if stored is not None:
        # Two mails under one id: a careless program's, or one that is to hide behind the other.
        apart = f"{author}\n{mail.subject}\n{mail.text}"
        id_ = f"{id_}#{hashlib.sha256(apart.encode('utf-8', 'replace')).hexdigest()[:12]}"
    return outside.keep(
        session,
        workspace=workspace,
        source=outside.MAILBOX,
        id=id_,
        channel="email",
        place=place,
        author_id=author,
        address=author,
        **told,
    )


def _is_erased(mail: Mail, belongs: Belonging, gone: frozenset[str], ours: Ours) -> bool:
    """Whether it is an erased person's: by them, or of the team's to them alone."""
    if belongs.author.address in gone:
        return True
    others = [each.address for each in mail.recipients if not ours.has(each)]
    return ours.has(belongs.author) and bool(others) and all(each in gone for each in others)
