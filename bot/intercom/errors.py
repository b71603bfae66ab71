"""What can go wrong at Intercom's door, sorted by what the caller may do next."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from email.utils import parsedate_to_datetime
from typing import Literal

import httpx
import msgspec

from bot.intercom.values import as_dict, as_line, as_list

ErrorKind = Literal["not_sent", "unknown", "refused", "rate_limited", "not_found", "unauthorized"]
"""How a call failed.

- `not_sent`: nothing left this machine; safe to try again later
- `rate_limited`: Intercom did not do it; safe to try again after `retry_after`
- `unknown`: it may or may not have been done; look before doing it again
- `refused`, `not_found`, `unauthorized`: not done, and trying again changes nothing
"""

NO_TICKETS: Collection[ErrorKind] = ("refused", "unauthorized", "not_found")
"""How a call about tickets fails in a workspace, or with a token, that has none."""

GONE = "Intercom does not know this any more. It may have been deleted or merged."
NO_SEAT = "Intercom no longer has the seat that this is done with. Get one, then type `/watchbell link`."
NO_ASSIGNEE = "Intercom no longer has the teammate or team it was to be given to. Choose another one."
NO_TAG = "Intercom no longer has this tag. Choose another one."
SEAT_OR_ASSIGNEE = (
    "Intercom no longer has the seat that this is done with, or the teammate or team it was to be given to. "
    "Look in Intercom who is there, and choose another one."
)
SEAT_OR_TAG = (
    "Intercom no longer has the seat that this is done with, or this tag. Look there, and choose another one."
)
NO_TICKET_TYPE = "Intercom no longer has this type of ticket. Choose another one."

MENDED = frozenset({NO_SEAT, NO_ASSIGNEE, NO_TAG, SEAT_OR_ASSIGNEE, SEAT_OR_TAG, NO_TICKET_TYPE})
"""Sentences that say what to do."""

_LOST = {"admin_not_found": NO_SEAT, "assignee_not_found": NO_ASSIGNEE, "tag_not_found": NO_TAG}
"""What is gone where it is not what was asked for, by Intercom's codes."""

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


class IntercomError(Exception):
    """A failed call. `message_for_people` is a sentence without the customer's words or any secret.

    `status` is the HTTP status (None if there was no answer), `code` Intercom's error code, `retry_after`
    seconds of machine time before another try makes sense. `instead`: the id of the contact into which the
    one that was asked for has been merged, `there` that of the one there is already, where Intercom says so.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message_for_people: str,
        *,
        status: int | None = None,
        code: str | None = None,
        retry_after: float | None = None,
        request_id: str | None = None,
        instead: str | None = None,
        there: str | None = None,
    ) -> None:
        super().__init__(message_for_people)
        self.kind: ErrorKind = kind
        self.message_for_people = message_for_people
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.request_id = request_id
        self.instead = instead
        self.there = there

    def __repr__(self) -> str:
        return f"IntercomError({self.kind!r}, status={self.status}, code={self.code!r})"


def from_answer(status: int, headers: Mapping[str, str], body: bytes) -> IntercomError:
    """The error that an answer outside 200-299 stands for."""
    code, reason, request_id = _details(body)
    wait = retry_after(headers)

    def error(kind: ErrorKind, sentence: str) -> IntercomError:
        return IntercomError(
            kind, sentence, status=status, code=code, retry_after=wait, request_id=request_id
        )

    if status == 401:
        return error(
            "unauthorized",
            "Intercom does not accept the access token. Put a valid one into INTERCOM_TOKEN.",
        )
    if status == 403:
        return error("unauthorized", f"Intercom does not allow this with the present token{reason}.")
    if code in _LOST:
        return error("refused", _LOST[code])
    if status in (404, 410):
        gone = error("not_found", GONE)
        gone.instead = _merged_into(headers) if status == 410 else None
        return gone
    if status == 429:
        pause = f" for {wait:.0f} s" if wait else " right now"
        return error("rate_limited", f"Intercom takes no more calls{pause}.")
    if status == 408 or status >= 500:
        return error("unknown", f"Intercom had a fault of its own (status {status}).")
    refused = error("refused", f"Intercom refused this (status {status}){reason}.")
    refused.there = _there(reason) if status == 409 else None
    return refused


def from_transport(error: Exception, *, left: bool) -> IntercomError:
    """The error for a call without an answer; `left` tells whether any byte of the request went out."""
    if not left:
        return IntercomError(
            "not_sent", "Intercom cannot be reached. Check the network and INTERCOM_API_URL."
        )
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return IntercomError("unknown", "Intercom did not answer in time.")
    return IntercomError("unknown", "The connection to Intercom broke before its answer came.")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as the server says them: Retry-After, else X-RateLimit-Reset against the Date header.

    Measured against the server's own clock, so a wrong local clock does no harm. None where neither is sent
    or readable. Intercom documents X-RateLimit-Reset (unix seconds) only.
    """
    plain = _number(headers.get("retry-after"))
    if plain is not None:
        return max(plain, 0.0)
    reset, now = _number(headers.get("x-ratelimit-reset")), server_time(headers)
    if reset is None or now is None:
        return None
    return max(reset - now, 0.0)


_CANONICAL = re.compile(r'</contacts/([A-Za-z0-9_-]{1,64})>\s*;\s*rel="?canonical"?')


def _merged_into(headers: Mapping[str, str]) -> str | None:
    """The contact that a `Link` header points to: an id alone, for its address is not followed."""
    found = _CANONICAL.search(headers.get("link", ""))
    return found[1] if found is not None else None


_EXISTS = re.compile(r"already exists with id=([A-Za-z0-9_-]{1,64})")


def _there(reason: str) -> str | None:
    found = _EXISTS.search(reason)
    return found[1] if found is not None else None


def server_time(headers: Mapping[str, str]) -> float | None:
    """The Date header as unix seconds."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if 0 <= number < 1e11 else None


def _details(body: bytes) -> tuple[str | None, str, str | None]:
    """(code, ": reason" or "", request id) of an `error.list` body, as far as there is one."""
    try:
        answer = as_dict(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, "", None
    first = as_dict(next(iter(as_list(answer.get("errors"))), None))
    message = (as_line(first.get("message")) or "")[:200].rstrip(". ")
    return as_line(first.get("code")), f": {message}" if message else "", as_line(answer.get("request_id"))
