"""Mails of a mailbox outside Intercom become messages in the timelines of the accounts they belong to.

Each folder is read from where the last reading stopped (UIDVALIDITY and UID, RFC 3501). Mails and the place
behind them are stored in one transaction, a mail under its Message-ID: a crash loses nothing, and a folder
that is numbered anew is read again without anything standing twice. The mails of all folders are taken in in
the order in which they came, so that an answer finds its thread.
"""

from __future__ import annotations

import hashlib
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.clock import Clock
from bot.intake.mail_belonging import Belonging, Known, Ours, belonging
from bot.intake.mail_known import known_of, the_team
from bot.mail.door import BATCH, Letter, Mailbox, Opened
from bot.mail.errors import HungUp, MailError
from bot.mail.message import EPOCH, Mail
from bot.settings.mailbox import MailboxConfig
from bot.store import erased, mailbox, outside, pulse
from bot.store.engine import Store

log = structlog.get_logger("watchbell.intake")

MOST = 1_000
"""Mails of one look; the next goes on from there at once."""

HUNG_UP_OFTEN = 3
"""So many looks the server may end over one mail just after it handed out another; then that is left out."""

HUNG_UP_ALONE = 5
"""So many in a row it may end over one mail alone, where no other was there to be handed out before."""


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


@dataclass
class _Folder:
    """A folder on the way: everything up to `last` is taken in, `held` was fetched, `numbers` was not yet.

    Mails up to `alone_to` are fetched one by one, for the server hung up as they were asked for. That one of
    them is to blame, and not the server, is known only as soon as it `hands_out` another one.
    """

    name: str
    sent: bool
    validity: int
    last: int
    numbers: list[int]
    held: list[Letter] = field(default_factory=list)
    alone_to: int = 0
    hands_out: bool = False

    @property
    def ended(self) -> bool:
        return not self.numbers and not self.held


@dataclass(frozen=True, slots=True)
class _Taken:
    """Mails of one folder that are taken in together, behind the place `before`."""

    folder: str
    sent: bool
    before: tuple[int, int]
    letters: tuple[Letter, ...]


async def look(store: Store, box: Mailbox, reading: Reading) -> Looked:
    """Read what is new in every folder. Raises MailError when the mailbox cannot be read at all.

    What was taken in until then stays, and the next look goes on from there. A folder that cannot be read is
    noted and keeps no other from being read.
    """
    workspace = reading.workspace
    await store.write(mailbox.is_this, workspace, _mark(box))
    try:
        async with box.opened() as opened:
            names = await _names(opened, reading.config)
            perhaps = [await _open(store, opened, reading, name, sent) for name, sent in names.items()]
            folders = [each for each in perhaps if each is not None]
            await store.write(mailbox.forgive_others, workspace, list(names))
            done = await _go_through(store, box, opened, reading, folders)
    except MailError as error:
        await _note(store, reading, reading.config.folders or reading.config.sent or (), error)
        raise
    ended, whole = all(each.ended for each in folders), len(folders) == len(names)
    now = reading.clock.now()
    for each in folders:
        if each.ended:
            await store.write(mailbox.note_read, workspace, each.name, now=now)
    if ended and whole:
        await store.write(pulse.beat, workspace, pulse.MAILBOX, now=now)
    return Looked(done, ended, whole)


def _mark(box: Mailbox) -> str:
    """Tells two mailboxes apart, and neither's name."""
    return hashlib.sha256(f"{box.secrets.host}\n{box.secrets.user}".encode()).hexdigest()[:16]


async def _names(opened: Opened, config: MailboxConfig) -> dict[str, bool]:
    """The folders to be read, and whether each holds sent mails."""
    sent = config.sent
    if sent is None:
        marked = await opened.sent_folder()
        sent = (marked,) if marked is not None else ()
    return {**dict.fromkeys(config.folders, False), **dict.fromkeys(sent, True)}


async def _open(store: Store, opened: Opened, reading: Reading, name: str, sent: bool) -> _Folder | None:
    workspace = reading.workspace
    try:
        validity = await opened.examine(name)
    except MailError as error:
        if error.kind != "folder":
            raise
        await _note(store, reading, [name], error)
        return None
    known, last = await store.read(mailbox.place, workspace, name)
    if known != validity:
        # A folder that is new, or numbered anew: from the beginning.
        last = 0
        await store.write(_begin, workspace, name, validity)
    # A day further back, for servers take the day in their own zone.
    since = (reading.clock.now() - timedelta(seconds=reading.config.since) - timedelta(days=1)).date()
    folder = _Folder(name, sent, validity, last, await opened.numbers(last, since))
    stuck = await store.read(mailbox.stuck, workspace, name)
    if stuck.uid and folder.numbers:
        folder.alone_to = folder.numbers[:BATCH][-1]
        # One that was not asked for alone yet is: mostly the line was cut by chance.
        if folder.numbers[0] == stuck.uid and stuck.alone:
            await _judge(store, opened, reading, folder, stuck, await opened.numbers(0, since))
    return folder


async def _judge(
    store: Store,
    opened: Opened,
    reading: Reading,
    folder: _Folder,
    stuck: mailbox.Stuck,
    numbers: Sequence[int],
) -> None:
    """Leave out the next mail, over which the server hung up alone, if it did so often enough. If not, find
    out whether the server hands out any other.

    If it hangs up over that as well, that one may be broken too: the look after this one begins with the next
    mail alone again, and the one behind that tries another one.
    """
    others = [each for each in numbers if each != stuck.uid and each not in stuck.left_out]
    if stuck.times >= HUNG_UP_OFTEN or stuck.alone >= HUNG_UP_ALONE:
        log.warning("mail_not_read", mailbox=folder.name)
        folder.held, folder.numbers = [Letter(stuck.uid, None)], folder.numbers[1:]
    elif others:
        (letter,) = await _letters(store, opened, reading, folder, [random.choice(others)])
        folder.hands_out = letter.mail is not None


async def _letters(
    store: Store, opened: Opened, reading: Reading, folder: _Folder, numbers: Sequence[int]
) -> list[Letter]:
    """Fetch the first of these mails; where the server hangs up meanwhile, that is noted."""
    next_one = folder.numbers[0]
    try:
        return await opened.letters(numbers)
    except HungUp:
        await store.write(
            mailbox.note_hung_up,
            reading.workspace,
            folder.name,
            next_one,
            alone=list(numbers) == [next_one],
            hands_out=folder.hands_out,
        )
        raise


async def _note(store: Store, reading: Reading, folders: Sequence[str], error: MailError) -> None:
    now = reading.clock.now()
    await store.write(mailbox.note_fault, reading.workspace, folders, error.what, error.mend, now=now)


async def _go_through(
    store: Store, box: Mailbox, opened: Opened, reading: Reading, folders: Sequence[_Folder]
) -> int:
    """Take mails in until none is left, `MOST` are, or the bot stops; how many."""
    done, place = 0, outside.place_of_mailbox(box.secrets.user)
    while done < MOST and not reading.closing():
        for each in folders:
            if each.numbers and not each.held:
                await _fetch(store, opened, reading, each)
        taken = _next(folders)
        if not taken:
            break
        mails = [each.mail for some in taken for each in some.letters if each.mail is not None]
        ours = await store.read(the_team, reading.workspace, reading.config, reading.public, box.secrets.user)
        known = await store.read(known_of, reading.workspace, mails, ours, reading.public)
        await store.write(_take_mails, reading.workspace, taken, known, ours, place)
        done += sum(len(each.letters) for each in taken)
    return done


async def _fetch(store: Store, opened: Opened, reading: Reading, folder: _Folder) -> None:
    if await opened.examine(folder.name) != folder.validity:
        raise MailError("protocol", f"“{folder.name}” was numbered anew just now.", "Watchbell goes on.")
    alone = folder.numbers[0] <= folder.alone_to
    asked = folder.numbers[:1] if alone else folder.numbers
    folder.held = await _letters(store, opened, reading, folder, asked)
    folder.hands_out |= any(each.mail is not None for each in folder.held)
    folder.numbers = folder.numbers[len(folder.held) :]


def _next(folders: Sequence[_Folder]) -> list[_Taken]:
    """What is taken in next: of every folder the mails that came before anything that is not fetched yet.

    So an answer is never judged before the mail it answers, whichever folders they are in. In a folder the
    numbers go first: a mail that was moved there came later than it says.
    """
    bounds = [max(each.received for each in one.held) for one in folders if one.numbers and one.held]
    found = []
    for one in folders:
        count, latest = 0, EPOCH
        for letter in one.held:
            latest = max(latest, letter.received)
            if bounds and latest > min(bounds):
                break
            count += 1
        if count:
            letters, one.held = tuple(one.held[:count]), one.held[count:]
            found.append(_Taken(one.name, one.sent, (one.validity, one.last), letters))
            one.last = letters[-1].uid
    return found


def _begin(session: Session, workspace: str, folder: str, validity: int) -> None:
    row = mailbox.folder_of(session, workspace, folder)
    row.uidvalidity, row.last_uid = validity, 0
    row.stuck_uid = row.stuck_alone = row.stuck_times = 0
    row.left_out = []
    row.nobodys = row.automatic = row.unread = 0
    session.add(row)


def _take_mails(
    session: Session, workspace: str, taken: Sequence[_Taken], known: Known, ours: Ours, place: str
) -> None:
    """Store what belongs to somebody, and move the places behind all of it unless they were moved already."""
    rows = {each.folder: mailbox.folder_of(session, workspace, each.folder) for each in taken}
    taken = [
        each for each in taken if (rows[each.folder].uidvalidity, rows[each.folder].last_uid) == each.before
    ]
    every = sorted(
        ((letter, each) for each in taken for letter in each.letters), key=lambda pair: pair[0].received
    )
    people = {each.address for letter, _ in every if letter.mail is not None for each in letter.mail.people}
    gone = erased.addresses_since(session, workspace, people)
    # A mail's thread may have begun with another one of these, perhaps of the same second.
    threads = dict(known.threads)
    known = Known(known.people, known.domains, threads)
    waiting = deque((*pair, True) for pair in every)
    while waiting:
        letter, where, first = waiting.popleft()
        row, mail = rows[where.folder], letter.mail
        if mail is None:
            if not letter.gone:
                mailbox.leave_out(row, letter.uid)
            continue
        belongs = belonging(mail, known, ours, sent=where.sent)
        match belongs:
            case "nobodys" if first and mail.references:
                waiting.append((letter, where, False))
            case "automatic":
                row.automatic += 1
            case "nobodys":
                row.nobodys += 1
            case Belonging() if _is_erased(mail, belongs, gone):
                log.warning("erased_person_ignored", mailbox=where.folder)
            case Belonging():
                threads[mail.id] = (belongs.account_id, belongs.thread)
                # Whoever begins a thread says whose it is; somebody of another account may come into it.
                threads.setdefault(belongs.thread, threads[mail.id])
                readers = tuple(each for each in belongs.recipients if each not in gone)
                row.kept += _keep(session, workspace, mail, replace(belongs, recipients=readers), place)
    for each in taken:
        mailbox.move(rows[each.folder], each.letters[-1].uid)
        session.add(rows[each.folder])


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
        "recipients": outside.listed(belongs.recipients),
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
        elif stored.recipients is None:
            stored.recipients = outside.listed(belongs.recipients)
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


def _is_erased(mail: Mail, belongs: Belonging, gone: Mapping[str, datetime]) -> bool:
    """Whether it is an erased person's: by them, of the team's to them alone, or to them and others and
    erased with them.
    """
    if belongs.author.address in gone:
        return True
    theirs = [gone[each] for each in belongs.recipients if each in gone]
    return bool(theirs) and (len(theirs) == len(belongs.recipients) or mail.at <= max(theirs))
