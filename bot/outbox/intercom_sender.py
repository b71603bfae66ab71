"""Delivers what reps decided to Intercom: replies, notes, assignments, snoozes, closes.

Words (a reply, a note) are sent at most once by the bot itself: an unknown outcome is looked for in the
conversation, and if it is not found a person decides. What may be done twice is retried.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.intercom.attempts import OutgoingFile, WriteResult
from bot.intercom.errors import IntercomError
from bot.intercom.writes import IntercomWrites
from bot.outbox import started
from bot.outbox.deadline import TooLate, before_writing
from bot.outbox.kinds import INTERCOM_NOTE, INTERCOM_REPLY, WORDS
from bot.outbox.outcome import Barred, Look, NotFound, NotSent, Outcome, Overtaken, Refused, Sent, Unknown
from bot.outbox.overtaken import said_since
from bot.outbox.still_wanted import why_not
from bot.slack.files import ChosenFile, FileNotRead, FileRefused, SlackFiles
from bot.store import intents
from bot.store.engine import Store
from bot.store.intents import Intent
from bot.store.parts import Part

_LOOK_BACK = timedelta(seconds=60)

_HELD_UP = timedelta(seconds=30)
"""What is begun so much later than it was due (machine time) was held up."""

Refresh = Callable[[str], Awaitable[object]]
"""Bring one conversation up to date from Intercom; whatever goes wrong, what is known stays."""


class IntercomWords:
    """Replies and notes. A reply that does not leave at once stops at what was said there meanwhile."""

    repeatable = False
    resend = False

    def __init__(self, store: Store, writes: IntercomWrites, files: SlackFiles, refresh: Refresh) -> None:
        self._store = store
        self._writes = writes
        self._files = files
        self._refresh = refresh

    async def send(self, intent: Intent) -> Outcome:
        said = intent.payload
        say = self._writes.note if intent.kind == INTERCOM_NOTE else self._writes.reply
        try:
            async with before_writing():
                if intent.attempts > 1:
                    # Before words go out again they are looked for: an earlier attempt may have landed late.
                    found = await self.look(intent)
                    if not isinstance(found, NotFound):
                        return _unsent(found)
                if intent.kind == INTERCOM_REPLY and _is_late(intent):
                    await self._refresh(said["conversation_id"])
                    part = await self._store.read(said_since, intent)
                    if part is not None:
                        return Refused(_said_meanwhile(part, said["admin_id"]))
                # Before anything is said: words without their file are not what the rep wrote.
                files = [await self._fetched(each) for each in said.get("files", ())]
        except FileRefused as error:
            return Refused(str(error))
        except (FileNotRead, TooLate) as error:
            return NotSent(str(error))
        return await _judged(lambda: say(said["conversation_id"], said["admin_id"], said["html"], files))

    async def _fetched(self, kept: dict[str, Any]) -> OutgoingFile:
        file = ChosenFile(**kept)
        return OutgoingFile(file.name, file.content_type, await self._files.fetch(file))

    async def look(self, intent: Intent) -> Look:
        said = intent.payload
        find = self._writes.find_note if intent.kind == INTERCOM_NOTE else self._writes.find_reply
        since = intent.decided_at - _LOOK_BACK
        known = await self._store.read(_sent_before, intent)
        try:
            part_id = await find(said["conversation_id"], said["admin_id"], said["html"], since, known)
        except IntercomError as error:
            return _unseen(error)
        return Sent(part_id) if part_id is not None else NotFound()


class IntercomActs:
    """What can be done twice without harm: assign, snooze, close, open, tag."""

    repeatable = True
    resend = True

    def __init__(self, store: Store, writes: IntercomWrites) -> None:
        self._store = store
        self._writes = writes

    async def send(self, intent: Intent) -> Outcome:
        overtaken = await self._store.read(why_not, intent)
        if overtaken is not None:
            return Overtaken(overtaken)
        return await _judged(lambda: self._act(intent))

    async def look(self, intent: Intent) -> Look:
        return NotFound()

    async def _act(self, intent: Intent) -> WriteResult:
        told = intent.payload
        conversation_id, admin_id = told["conversation_id"], told["admin_id"]
        match intent.kind.removeprefix("intercom."):
            case "assign" if told["assignee_id"] is None:
                return await self._writes.unassign(conversation_id, admin_id)
            case "assign":
                return await self._writes.assign(conversation_id, admin_id, told["assignee_id"])
            case "snooze":
                until = datetime.fromisoformat(told["until"])
                return await self._writes.snooze(conversation_id, admin_id, until)
            case "close":
                return await self._writes.close(conversation_id, admin_id)
            case "open":
                return await self._writes.open(conversation_id, admin_id)
            case "tag":
                return await self._writes.tag(conversation_id, admin_id, told["tag_id"])
            case "untag":
                return await self._untag(conversation_id, admin_id, told["tag_id"])
            case "team":
                return await self._writes.assign(conversation_id, admin_id, told["team_id"], team=True)
        raise IntercomError("refused", f"Watchbell cannot do {intent.kind}.")

    async def _untag(self, conversation_id: str, admin_id: str, tag_id: str) -> WriteResult:
        try:
            return await self._writes.untag(conversation_id, admin_id, tag_id)
        except IntercomError as error:
            if error.code == "tag_not_found":
                # It is gone already, perhaps by an attempt whose answer was lost.
                return WriteResult()
            raise


class IntercomTickets:
    """Conversations become tickets: never twice, so what is not confirmed is looked for first."""

    repeatable = False
    resend = True

    def __init__(self, writes: IntercomWrites) -> None:
        self._writes = writes

    async def send(self, intent: Intent) -> Outcome:
        told = intent.payload
        try:
            async with before_writing():
                found = await self.look(intent)
        except TooLate as error:
            return NotSent(str(error))
        if isinstance(found, Sent):
            # The first attempt found one that was there before; a later one may find its own.
            return found if intent.attempts > 1 else Refused("It is a ticket already.")
        if not isinstance(found, NotFound):
            return _unsent(found)
        attributes = {"_default_title_": told["title"]}
        return await _judged(
            lambda: self._writes.convert_to_ticket(told["conversation_id"], told["type_id"], attributes)
        )

    async def look(self, intent: Intent) -> Look:
        try:
            ticket_id = await self._writes.find_ticket(intent.payload["conversation_id"])
        except IntercomError as error:
            return _unseen(error)
        return Sent(ticket_id) if ticket_id is not None else NotFound()


class IntercomStarts:
    """Words of a customer's in Slack become a conversation: never two, so each attempt but the first looks
    before. An unknown outcome is looked for several times, for the search knows of it only later; then a
    person decides. The customer is sent nothing.
    """

    repeatable = False
    resend = False

    def __init__(self, store: Store, writes: IntercomWrites) -> None:
        self._store = store
        self._writes = writes

    async def send(self, intent: Intent) -> Outcome:
        told = intent.payload
        try:
            async with before_writing():
                contact_id = await self._contact(intent)
        except TooLate as error:
            return NotSent(str(error))
        if not isinstance(contact_id, str):
            return contact_id
        made = await _tried(lambda: self._writes.start(contact_id, told["plain"]))
        if not isinstance(made, WriteResult):
            return made
        if made.conversation_id is None:
            return Unknown("Intercom did not say which conversation it made")
        return Sent(made.conversation_id, facts=made.conversation)

    async def _contact(self, intent: Intent) -> str | Sent | NotSent | Refused:
        """Whose conversation it will be, or what comes of the attempt without one."""
        told = intent.payload
        if intent.attempts > 1:
            found = await self.look(intent)
            if not isinstance(found, NotFound):
                return _unsent(found)
        if told["contact_id"] is not None:
            return str(told["contact_id"])
        made = await _tried(
            lambda: self._writes.make_contact(told["address"], told["name"], told["account_id"])
        )
        if not isinstance(made, WriteResult):
            # A person there twice is what Intercom itself prevents.
            return NotSent(made.reason) if isinstance(made, Unknown) else made
        if made.contact_id is None:
            return NotSent("Intercom did not say who was made")
        # From now on nobody need be found by an address: the search knows a new person only later.
        await self._store.write(started.is_of, intent, made.contact_id)
        return made.contact_id

    async def look(self, intent: Intent) -> Look:
        told = intent.payload
        since = intent.decided_at - _LOOK_BACK
        stored, others = await self._store.read(started.known, intent, since)
        if stored is not None:
            return Sent(stored)
        try:
            found = await self._writes.find_started(
                told["contact_id"], told.get("address"), told["plain"], since, others
            )
        except IntercomError as error:
            return _unseen(error)
        return Sent(found.id, facts=found) if found is not None else NotFound()


def _is_late(intent: Intent) -> bool:
    """Whether this is not the first attempt, or that one was held up."""
    begun = intent.last_sent_at
    return intent.attempts > 1 or (begun is not None and begun - intent.due > _HELD_UP)


def _said_meanwhile(part: Part, admin_id: str) -> str:
    if part.author_id == admin_id:
        return "You answered there yourself meanwhile."
    who = "The customer" if part.customer_message else "A colleague"
    return f"{part.author_name or who} wrote meanwhile."


def _unseen(error: IntercomError) -> NotSent | Barred:
    """A look that failed. What Intercom does not know is gone; a token that it does not take is mended."""
    if error.kind in ("not_found", "refused"):
        return Barred(error.message_for_people)
    return NotSent(error.message_for_people, error.retry_after)


def _unsent(found: Sent | NotSent | Barred) -> Sent | NotSent:
    """What a look before sending makes of the attempt."""
    return NotSent(found.reason) if isinstance(found, Barred) else found


def _sent_before(session: Session, intent: Intent) -> set[str]:
    """Parts that other answers of ours became: the same words said twice are two messages."""
    ours = intents.about(session, intent.workspace, intent.subject, kinds=WORDS)
    return {each.external_id for each in ours if each.external_id is not None and each.id != intent.id}


async def _judged(attempt: Callable[[], Awaitable[WriteResult]]) -> Outcome:
    result = await _tried(attempt)
    if not isinstance(result, WriteResult):
        return result
    return Sent(result.part_id, facts=result.conversation)


async def _tried(
    attempt: Callable[[], Awaitable[WriteResult]],
) -> WriteResult | NotSent | Refused | Unknown:
    try:
        return await attempt()
    except IntercomError as error:
        match error.kind:
            case "unknown":
                return Unknown(error.message_for_people)
            case "not_sent" | "rate_limited":
                return NotSent(error.message_for_people, error.retry_after)
            case _:
                return Refused(error.message_for_people)
