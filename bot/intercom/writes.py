"""Writes to Intercom: python-intercom with our own transport, one attempt each, outcome told exactly.

`max_retries` is never passed: the SDK would repeat POSTs blindly, and the customer would read the answer
twice. All calls here were found fit for the SDK; what it makes of the answers is not used (`sdk_transport`).
What is a ticket and no conversation is written to the ticket's own way (`ticket_writes`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
from intercom import AsyncIntercom
from intercom.conversations.types import CreateConversationRequestFrom
from intercom.types import CreateContactRequestWithEmail

from bot.clock import Clock, SystemClock
from bot.durations import LONGEST
from bot.intercom.attempts import MOST_FILES, Attempts, OutgoingFile, WriteResult, encoded
from bot.intercom.client import IntercomClient
from bot.intercom.door import DEFAULT_URL, DEFAULT_VERSION, check_address, segment
from bot.intercom.errors import (
    NO_SEAT,
    NO_TICKET_TYPE,
    NO_TICKETS,
    SEAT_OR_ASSIGNEE,
    SEAT_OR_TAG,
    IntercomError,
)
from bot.intercom.facts import ConversationFacts, PartFacts
from bot.intercom.reader import read_conversation, read_ticket, to_text
from bot.intercom.replies import CLOCKS_APART, find_part, fingerprint
from bot.intercom.sdk_transport import watched
from bot.intercom.ticket_writes import TicketWrites
from bot.intercom.values import as_id
from bot.passing import Passing, unseen


class IntercomWrites:
    """Each method makes one attempt of at most `timeout` seconds, longer with files, and raises
    `IntercomError`.

    `admin_id` is always the acting teammate. Kind `unknown` means it may have been done: for a reply or a
    note use `find_reply` or `find_note` before anything is sent again; the others can be repeated.
    """

    def __init__(
        self,
        sdk: AsyncIntercom,
        http: httpx.AsyncClient,
        reads: IntercomClient,
        clock: Clock,
        timeout: float,
        passing: Passing = unseen,
    ) -> None:
        self._attempts = Attempts(sdk, reads.gauge, clock, timeout, passing)
        self._tickets = TicketWrites(self._attempts, reads)
        self._http = http
        self._reads = reads

    async def aclose(self) -> None:
        await self._http.aclose()

    async def warm(self) -> None:
        """Do the SDK's slow lazy imports (half a second) in a thread, before the first rep waits for them."""
        await asyncio.to_thread(_rehearse)

    async def reply(
        self, conversation_id: str, admin_id: str, html: str, attachments: Sequence[OutgoingFile] = ()
    ) -> WriteResult:
        """Send a reply to the customer."""
        return await self._say("comment", conversation_id, admin_id, html, attachments)

    async def note(
        self, conversation_id: str, admin_id: str, html: str, attachments: Sequence[OutgoingFile] = ()
    ) -> WriteResult:
        """Leave a note that only teammates see."""
        return await self._say("note", conversation_id, admin_id, html, attachments)

    async def assign(
        self, conversation_id: str, admin_id: str, assignee_id: str, *, team: bool = False
    ) -> WriteResult:
        """Assign to a teammate, or to a team."""
        request = {
            "message_type": "assignment",
            "type": "team" if team else "admin",
            "admin_id": admin_id,
            "assignee_id": assignee_id,
        }
        return await self._manage(conversation_id, admin_id, request, {"assignee_id": assignee_id})

    async def unassign(self, conversation_id: str, admin_id: str, *, team: bool = False) -> WriteResult:
        return await self.assign(conversation_id, admin_id, "0", team=team)

    async def snooze(self, conversation_id: str, admin_id: str, until: datetime) -> WriteResult:
        """Snooze until an aware instant (whole seconds)."""
        then = {"snoozed_until": int(until.timestamp())}
        request = {"message_type": "snoozed", "admin_id": admin_id, **then}
        return await self._manage(conversation_id, admin_id, request, then)

    async def close(self, conversation_id: str, admin_id: str) -> WriteResult:
        request = {"message_type": "close", "type": "admin", "admin_id": admin_id}
        return await self._manage(conversation_id, admin_id, request, {"open": False})

    async def open(self, conversation_id: str, admin_id: str) -> WriteResult:
        """Open what is closed or snoozed."""
        request = {"message_type": "open", "admin_id": admin_id}
        return await self._manage(conversation_id, admin_id, request, {"open": True})

    async def tag(self, conversation_id: str, admin_id: str, tag_id: str) -> WriteResult:
        where = segment(conversation_id)

        async def it() -> WriteResult:
            await self._attempts.once(
                "tag", lambda sdk: sdk.tags.tag_conversation(where, tag_id=tag_id, admin_id=admin_id)
            )
            return WriteResult()

        return await self._tickets.either(
            conversation_id,
            it,
            lambda: self._tickets.tag(conversation_id, admin_id, tag_id),
            lost=SEAT_OR_TAG,
        )

    async def untag(self, conversation_id: str, admin_id: str, tag_id: str) -> WriteResult:
        where, which = segment(conversation_id), segment(tag_id)

        async def it() -> WriteResult:
            await self._attempts.once(
                "untag", lambda sdk: sdk.tags.untag_conversation(where, which, admin_id=admin_id)
            )
            return WriteResult()

        return await self._tickets.either(
            conversation_id,
            it,
            lambda: self._tickets.untag(conversation_id, admin_id, tag_id),
            lost=SEAT_OR_TAG,
        )

    async def start(self, contact_id: str, words: str) -> WriteResult:
        """Open a conversation as if this contact had written `words` (plain text) in the Messenger."""
        who = CreateConversationRequestFrom(type="contact", id=contact_id)
        answer = await self._attempts.once(
            "start", lambda sdk: sdk.conversations.create(from_=who, body=words)
        )
        made = as_id(answer.get("conversation_id"))
        facts = None
        if made is not None:
            try:
                async with asyncio.timeout(self._attempts.timeout):
                    facts = await self._reads.conversation(made)
            except (IntercomError, TimeoutError):
                # It is there. What it became is read like every other conversation.
                facts = None
        return WriteResult(conversation_id=made, conversation=facts)

    async def find_started(
        self,
        contact_id: str | None,
        address: str | None,
        words: str,
        since: datetime,
        others: Collection[str] = (),
    ) -> ConversationFacts | None:
        """The conversation that `start` opened, if it arrived; `since` when (business time).

        Who has no id yet is looked for by their mail address. What is among `others` is another one. What was
        made a few minutes ago may not be found yet.
        """
        if contact_id is None:
            known = await self._reads.contact_with(address) if address else None
            if known is None:
                return None
            contact_id = known.id
        earliest = since.replace(microsecond=0) - CLOCKS_APART
        wanted = fingerprint(words)
        for conversation in await self._reads.conversations_of(contact_id, earliest):
            if conversation.id in others or conversation.source is None:
                continue
            if fingerprint(conversation.source.text) == wanted:
                return conversation
        return None

    async def make_contact(self, address: str, name: str, company_id: str) -> WriteResult:
        """Have a person with this address, of a company; one that Intercom knows is used."""
        known = await self._reads.contact_with(address)
        contact_id = known.id if known is not None else await self._made_contact(address, name)
        if contact_id is not None and (known is None or company_id not in known.company_ids):
            where = segment(contact_id)
            await self._attempts.once(
                "company", lambda sdk: sdk.companies.attach_contact(where, company_id=company_id)
            )
        return WriteResult(contact_id=contact_id)

    async def _made_contact(self, address: str, name: str) -> str | None:
        request = CreateContactRequestWithEmail(email=address, name=name)
        try:
            answer = await self._attempts.once("contact", lambda sdk: sdk.contacts.create(request=request))
        except IntercomError as error:
            if error.there is None:
                raise
            # Made a moment ago, by an attempt whose answer was lost say: the search does not find them yet.
            return error.there
        return as_id(answer.get("id"))

    async def convert_to_ticket(
        self, conversation_id: str, ticket_type_id: str, attributes: Mapping[str, Any] | None = None
    ) -> WriteResult:
        """Make a ticket of the conversation; Intercom takes no acting teammate here."""

        async def it() -> WriteResult:
            answer = await self._attempts.once(
                "convert",
                lambda sdk: sdk.conversations.convert_to_ticket(
                    segment(conversation_id),  # only written into the path
                    ticket_type_id=ticket_type_id,
                    attributes=dict(attributes or {}),
                ),
            )
            return WriteResult(ticket=read_ticket(answer, complete=True) if answer else None)

        return await self._tickets.either(conversation_id, it, self._tickets.convert, lost=NO_TICKET_TYPE)

    async def find_ticket(self, conversation_id: str) -> str | None:
        """The id of a ticket that was made of this conversation, or that has its id, if there is one."""
        try:
            conversation = await self._reads.conversation(conversation_id)
            if conversation.ticket_ids:
                return conversation.ticket_ids[-1]
        except IntercomError as error:
            if error.kind != "not_found":
                raise
        try:
            return (await self._reads.ticket(conversation_id)).id or None
        except IntercomError as error:
            if error.kind in NO_TICKETS:
                return None
            raise

    async def find_reply(
        self, conversation_id: str, admin_id: str, body: str, since: datetime, known: Collection[str] = ()
    ) -> str | None:
        """The id of the reply if it arrived: `body` as sent, `since` when (business time).

        `known` are ids of parts that were there before. None means not found now; it may still land later.
        """
        return find_part(await self._told(conversation_id), admin_id, body, since, known=known)

    async def find_note(
        self, conversation_id: str, admin_id: str, body: str, since: datetime, known: Collection[str] = ()
    ) -> str | None:
        """The same for a note."""
        return find_part(await self._told(conversation_id), admin_id, body, since, note=True, known=known)

    async def _told(self, conversation_id: str) -> Sequence[PartFacts]:
        """What stands in a conversation or, where none has that id, in the ticket that has it."""
        try:
            return (await self._reads.conversation(conversation_id)).all_parts
        except IntercomError as gone:
            if gone.kind != "not_found":
                raise
            return (await self._tickets.known(conversation_id, gone)).parts

    async def _say(
        self,
        message_type: str,
        conversation_id: str,
        admin_id: str,
        html: str,
        attachments: Sequence[OutgoingFile],
    ) -> WriteResult:
        if not to_text(html) and not attachments:
            raise IntercomError("refused", "There is nothing to send: the text is empty.")
        if len(attachments) > MOST_FILES:
            raise IntercomError(
                "refused", f"Intercom takes at most {MOST_FILES} files at once; these are {len(attachments)}."
            )
        request: dict[str, Any] = {
            "message_type": message_type,
            "type": "admin",
            "admin_id": admin_id,
            "body": html,
        }

        async def it() -> WriteResult:
            kept = [encoded(file) for file in attachments]
            files = {"attachment_files": kept} if kept else {}
            answer = await self._attempts.once(
                message_type,
                lambda sdk: sdk.conversations.reply(segment(conversation_id), request={**request, **files}),
                size=sum(len(each["data"]) for each in kept),
            )
            return _said(answer, admin_id, html, note=message_type == "note")

        return await self._tickets.either(
            conversation_id, it, lambda: self._tickets.say(conversation_id, request, attachments)
        )

    async def _manage(
        self, conversation_id: str, admin_id: str, request: dict[str, Any], changes: dict[str, Any]
    ) -> WriteResult:
        """`changes` is what the same is for a ticket."""
        what = str(request["message_type"])

        async def it() -> WriteResult:
            answer = await self._attempts.once(
                what, lambda sdk: sdk.conversations.manage(segment(conversation_id), request=request)
            )
            conversation = _conversation(answer)
            if conversation is None:
                return WriteResult()
            own = [part.id for part in conversation.parts if part.author_id == admin_id]
            return WriteResult(part_id=own[-1] if own else None, conversation=conversation)

        return await self._tickets.either(
            conversation_id,
            it,
            lambda: self._tickets.change(conversation_id, what, admin_id, changes),
            lost=SEAT_OR_ASSIGNEE if what == "assignment" else NO_SEAT,
        )


def build_writes(
    reads: IntercomClient,
    *,
    token: str,
    base_url: str = DEFAULT_URL,
    version: str = DEFAULT_VERSION,
    clock: Clock | None = None,
    timeout: float = 10.0,
    passing: Passing = unseen,
) -> IntercomWrites:
    """Writes with a connection of their own, sharing the rate gauge of `reads`.

    Raises `ConfigError` for a bad address or an empty token.
    """
    base_url = check_address(base_url, token)
    # How long a call may take is for `Attempts` to say: nothing below is to cut it before.
    most = LONGEST * timeout
    http = httpx.AsyncClient(transport=watched(base_url), timeout=most)
    sdk = AsyncIntercom(
        token=token.strip(),
        base_url=base_url,
        headers={"Intercom-Version": version},
        timeout=most,
        httpx_client=http,
    )
    return IntercomWrites(sdk, http, reads, clock or SystemClock(), timeout, passing)


def _said(answer: dict[str, Any], admin_id: str, html: str, *, note: bool) -> WriteResult:
    conversation = _conversation(answer)
    if conversation is None:
        return WriteResult()
    part_id = find_part(conversation.all_parts, admin_id, html, None, note=note)
    return WriteResult(part_id=part_id, conversation=conversation)


def _conversation(answer: dict[str, Any]) -> ConversationFacts | None:
    """The conversation in an answer; whole only if Intercom's own count says so, for answers to writes are
    not documented to show all parts."""
    facts = read_conversation(answer, complete=True)
    if not facts.id:
        return None
    counted = facts.part_count is not None and len(facts.parts) + 1 >= facts.part_count
    return facts if counted else replace(facts, parts_complete=False)


def _rehearse() -> None:
    """Every kind of call once, against nothing, in an event loop of this thread's own."""

    async def rehearse() -> None:
        nowhere = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
        async with httpx.AsyncClient(transport=nowhere) as http:
            sdk = AsyncIntercom(token="rehearsal", base_url="http://127.0.0.1", httpx_client=http)  # noqa: S106
            request: Any = {"message_type": "comment", "type": "admin", "admin_id": "1", "body": "-"}
            await sdk.conversations.reply("1", request=request)
            await sdk.conversations.manage("1", request={**request, "message_type": "close"})
            await sdk.conversations.convert_to_ticket(1, ticket_type_id="1", attributes={})
            await sdk.tags.tag_conversation("1", tag_id="1", admin_id="1")
            await sdk.tags.untag_conversation("1", "1", admin_id="1")
            await sdk.tickets.reply("1", request=request)
            await sdk.tickets.update("1", open=True, admin_id=1)
            await sdk.tags.tag_ticket("1", tag_id="1", admin_id="1")
            await sdk.tags.untag_ticket("1", "1", admin_id="1")
            who = CreateConversationRequestFrom(type="contact", id="1")
            await sdk.conversations.create(from_=who, body="-")

    asyncio.run(rehearse())
