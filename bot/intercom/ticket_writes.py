"""Writes to what is a ticket and no conversation: these have paths of their own.

Only Intercom's word that it has no such conversation leads here, for then nothing was done yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from bot.intercom.attempts import Attempts, OutgoingFile, WriteResult
from bot.intercom.client import IntercomClient
from bot.intercom.door import segment
from bot.intercom.errors import NO_SEAT, NO_TICKETS, IntercomError
from bot.intercom.facts_people import TicketFacts
from bot.intercom.reader import read_ticket
from bot.intercom.values import as_id

_T = TypeVar("_T")
_Write = Callable[[], Awaitable[WriteResult]]


class TicketWrites:
    """Each method makes one attempt and raises `IntercomError`, as those for conversations do."""

    def __init__(self, attempts: Attempts, reads: IntercomClient) -> None:
        self._attempts = attempts
        self._reads = reads

    async def either(
        self, id_: str, conversation: _Write, ticket: _Write, *, lost: str = NO_SEAT
    ) -> WriteResult:
        """Write to the conversation with this id or, where none has it, to the ticket that has it.

        Raises `refused` with the sentence `lost` where Intercom has the conversation all the same, so that
        what it does not know is something that the write names.
        """
        try:
            return await conversation()
        except IntercomError as error:
            if error.kind != "not_found":
                raise
            gone = error
        if await self._has_conversation(id_):
            raise IntercomError("refused", lost, status=gone.status, code=gone.code) from gone
        await self.known(id_, gone)
        return await ticket()

    async def _has_conversation(self, id_: str) -> bool:
        """Raises `not_sent` where it cannot be told now."""
        try:
            await self._asked(self._reads.conversation(id_))
        except IntercomError as error:
            if error.kind != "not_found":
                raise _not_now(error) from error
            return False
        return True

    async def known(self, ticket_id: str, gone: IntercomError) -> TicketFacts:
        """The ticket. Raises `gone` where there is none, and `not_sent` where it cannot be told now."""
        try:
            return await self._asked(self._reads.ticket(ticket_id))
        except IntercomError as error:
            if error.kind in NO_TICKETS:
                raise gone from None
            raise _not_now(error) from error

    async def _asked(self, read: Awaitable[_T]) -> _T:
        try:
            async with asyncio.timeout(self._attempts.timeout):
                return await read
        except TimeoutError:
            raise IntercomError("not_sent", "Intercom did not answer in time.") from None

    async def say(
        self, ticket_id: str, request: Mapping[str, Any], attachments: Sequence[OutgoingFile]
    ) -> WriteResult:
        """A reply or a note. Intercom confirms it with the part that it made."""
        if attachments:
            raise IntercomError(
                "refused", "This is a ticket, and Intercom takes no files there. Nothing was sent."
            )
        answer = await self._attempts.once(
            str(request["message_type"]),
            lambda sdk: sdk.tickets.reply(segment(ticket_id), request=dict(request)),
        )
        return WriteResult(part_id=as_id(answer.get("id")))

    async def change(
        self, ticket_id: str, what: str, admin_id: str, changes: Mapping[str, Any]
    ) -> WriteResult:
        """Assign, snooze, close or open it. Here the acting teammate is a number.

        Raises `refused` where Intercom was asked to open it and left it snoozed: whether opening ends a
        ticket's snooze is written nowhere.
        """
        who = {"admin_id": int(admin_id)} if admin_id.isdigit() else {}
        answer = await self._attempts.once(
            what, lambda sdk: sdk.tickets.update(segment(ticket_id), **who, **changes)
        )
        ticket = read_ticket(answer, complete=True) if answer else None
        if changes.get("open") is True and ticket is not None and ticket.snoozed_until is not None:
            raise IntercomError("refused", "Intercom left the ticket snoozed. Open it there.")
        return WriteResult(ticket=ticket)

    async def tag(self, ticket_id: str, admin_id: str, tag_id: str) -> WriteResult:
        where = segment(ticket_id)
        await self._attempts.once(
            "tag", lambda sdk: sdk.tags.tag_ticket(where, tag_id=tag_id, admin_id=admin_id)
        )
        return WriteResult()

    async def untag(self, ticket_id: str, admin_id: str, tag_id: str) -> WriteResult:
        where, which = segment(ticket_id), segment(tag_id)
        await self._attempts.once("untag", lambda sdk: sdk.tags.untag_ticket(where, which, admin_id=admin_id))
        return WriteResult()

    async def convert(self) -> WriteResult:
        raise IntercomError("refused", "It is a ticket already.")


def _not_now(error: IntercomError) -> IntercomError:
    return IntercomError("not_sent", error.message_for_people, retry_after=error.retry_after)
