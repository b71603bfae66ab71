"""Reads from Intercom: httpx and our own readers, pages by hand.

The SDK is not used here: its search pagers never leave page one, it blocks the event loop for 140 ms on a
page of 50 conversations, and its retries miss broken connections.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import httpx

from bot.clock import Clock
from bot.intercom import macros, office_hours
from bot.intercom.door import DEFAULT_URL, DEFAULT_VERSION, Door, Sleep, segment
from bot.intercom.errors import IntercomError, server_time
from bot.intercom.facts import ConversationFacts, State
from bot.intercom.facts_people import (
    ActivityLog,
    AdminFacts,
    CompanyFacts,
    ContactFacts,
    Me,
    Tag,
    TeamFacts,
    TicketFacts,
    TicketType,
)
from bot.intercom.macros import Macro
from bot.intercom.office_hours import Schedule
from bot.intercom.pages import Page, conversation_query, next_params, read_page, ticket_query
from bot.intercom.rate_limit import RateGauge
from bot.intercom.reader import (
    read_activity_log,
    read_admin,
    read_company,
    read_contact,
    read_conversation,
    read_me,
    read_tag,
    read_team,
    read_ticket,
    read_ticket_type,
)
from bot.intercom.values import as_count, as_dict, as_line, as_objects

T = TypeVar("T")

LARGEST_PAGE = 150
"""Conversations a search page holds at most."""
MOST_LISTED_COMPANIES = 10_000
"""POST /companies/list shows no more; beyond, the scroll is needed."""
_COMPANIES_PER_PAGE = 60
_MOST_COMPANY_PAGES = 20
"""A contact is of a thousand companies at most; should Intercom give pages of fifty, that is all of them."""
_MOST_LOG_PAGES = 100
_SCROLL_STARTS = 3
_MOST_MACRO_PAGES = 8
_TELLS_OF_MERGES, _NO_SUCH_VERSION = "2.16", "intercom_version_invalid"


class IntercomClient:
    """Reads, each raising `IntercomError`. Deleted or merged things raise kind `not_found`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    @property
    def gauge(self) -> RateGauge:
        return self._door.gauge

    async def aclose(self) -> None:
        await self._door.aclose()

    async def search_conversations(
        self,
        updated_after: datetime,
        cursor: str | None = None,
        *,
        per_page: int = LARGEST_PAGE,
        states: Collection[State] = (),
        updated_before: datetime | None = None,
    ) -> Page[ConversationFacts]:
        """Conversations updated at or after `updated_after` (whole seconds), in `states` if any are given.

        With `updated_before` only those last updated until then, its own second included.

        Rows have no parts. Oldest first is asked for; the order is undocumented, so rely on the instants. A
        conversation that changes during the search may be seen twice or, without an overlap, not at all.
        """
        pagination: dict[str, object] = {"per_page": min(per_page, LARGEST_PAGE)}
        if cursor:
            pagination["starting_after"] = cursor
        body = {
            "query": conversation_query(updated_after, states, updated_before),
            "pagination": pagination,
            "sort": {"field": "updated_at", "order": "ascending"},
        }
        answer, _ = await self._door.read("POST", "conversations/search", body=body)
        rows = as_objects(answer, "conversations", "data")
        return read_page(answer, (read_conversation(row) for row in rows), cursor)

    async def search_tickets(
        self,
        updated_after: datetime,
        cursor: str | None = None,
        *,
        per_page: int = LARGEST_PAGE,
        only_open: bool = False,
    ) -> Page[TicketFacts]:
        """Tickets updated at or after `updated_after` (whole seconds), those made of conversations too.

        In no order that is documented. What a row lacks of a ticket's parts is not told: read the ticket.
        """
        pagination: dict[str, object] = {"per_page": min(per_page, LARGEST_PAGE)}
        if cursor:
            pagination["starting_after"] = cursor
        body = {"query": ticket_query(updated_after, only_open=only_open), "pagination": pagination}
        answer, _ = await self._door.read("POST", "tickets/search", body=body)
        rows = as_objects(answer, "tickets", "data")
        return read_page(answer, (read_ticket(row) for row in rows), cursor)

    async def conversation(self, conversation_id: str) -> ConversationFacts:
        """A conversation with its parts, at most the newest 500."""
        answer, _ = await self._door.read("GET", f"conversations/{segment(conversation_id)}")
        return read_conversation(answer, complete=True)

    async def ticket(self, ticket_id: str) -> TicketFacts:
        """A ticket with its parts, by the API's id (not the number people see)."""
        answer, _ = await self._door.read("GET", f"tickets/{segment(ticket_id)}")
        return read_ticket(answer, complete=True)

    async def contact(self, contact_id: str) -> ContactFacts:
        """A contact, with those who were merged into them, and with all of their companies.

        Only version 2.16 tells of merges; where Intercom has it not, the contact is read without them. Raises
        IntercomError; of one who was merged away themselves it names who they are now (`instead`).
        """
        path = f"contacts/{segment(contact_id)}"
        told: dict[str, str | int] = {"include_merge_history": "true"}
        try:
            answer, _ = await self._door.read("GET", path, params=told, version=_TELLS_OF_MERGES)
        except IntercomError as error:
            if error.code != _NO_SUCH_VERSION:
                raise
            answer, _ = await self._door.read("GET", path)
        found = read_contact(answer)
        if not found.more_companies:
            return found
        every = dict.fromkeys((*found.company_ids, *await self._company_ids_of(path)))
        return replace(found, company_ids=tuple(every), more_companies=False)

    async def _company_ids_of(self, path: str) -> list[str]:
        """The ids of all companies of the contact at `path`, page by page."""
        found: list[str] = []
        for number in range(1, _MOST_COMPANY_PAGES + 1):
            params: dict[str, str | int] = {"page": number, "per_page": _COMPANIES_PER_PAGE}
            answer, _ = await self._door.read("GET", f"{path}/companies", params=params)
            rows = [read_company(row).id for row in as_objects(answer, "data", "companies")]
            found += [each for each in rows if each]
            if not rows or number >= (as_count(as_dict(answer.get("pages")).get("total_pages")) or 0):
                break
        return found

    async def contact_with(self, address: str) -> ContactFacts | None:
        """The contact with this mail address; of several the user rather than a lead. None for nobody.

        What was made a moment ago may not be found yet.
        """
        query = {"field": "email", "operator": "=", "value": address}
        answer, _ = await self._door.read("POST", "contacts/search", body={"query": query})
        found = [read_contact(row) for row in as_objects(answer, "data", "contacts")]
        found.sort(key=lambda each: (each.role != "user", each.id))
        return found[0] if found else None

    async def conversations_of(self, contact_id: str, since: datetime) -> tuple[ConversationFacts, ...]:
        """A contact's conversations that began at or after `since` (whole seconds), a page at most.

        Rows have no parts but their opening message. What began a moment ago may not be found yet.
        """
        body = {
            "query": {
                "operator": "AND",
                "value": [
                    {"field": "contact_ids", "operator": "=", "value": contact_id},
                    {"field": "created_at", "operator": ">", "value": int(since.timestamp()) - 1},
                ],
            },
            "pagination": {"per_page": LARGEST_PAGE},
        }
        answer, _ = await self._door.read("POST", "conversations/search", body=body)
        return tuple(read_conversation(row) for row in as_objects(answer, "conversations", "data"))

    async def company(self, company_id: str) -> CompanyFacts:
        """A company by Intercom's own id."""
        answer, _ = await self._door.read("GET", f"companies/{segment(company_id)}")
        return read_company(answer)

    async def companies_page(self, cursor: str | None = None) -> Page[CompanyFacts]:
        """A page of the company list, newest first; the cursor is a page number. Ends at 10,000 rows."""
        number = int(cursor or 1)
        params: dict[str, str | int] = {"page": number, "per_page": _COMPANIES_PER_PAGE, "order": "desc"}
        answer, _ = await self._door.read("POST", "companies/list", params=params)
        items = tuple(read_company(row) for row in as_objects(answer, "data", "companies"))
        last = as_count(as_dict(answer.get("pages")).get("total_pages")) or 0
        more = bool(items) and number < last
        return Page(items, str(number + 1) if more else None, as_count(answer.get("total_count")))

    async def companies(self) -> AsyncIterator[CompanyFacts]:
        """All companies that have users, each once."""
        page = await self.companies_page()
        if (page.total or 0) > MOST_LISTED_COMPANIES:
            async for company in self._scroll():
                yield company
            return
        seen: set[str] = set()
        while True:
            for company in page.items:
                if company.id not in seen:
                    seen.add(company.id)
                    yield company
            if page.next_cursor is None:
                return
            page = await self.companies_page(page.next_cursor)

    async def _scroll(self) -> AsyncIterator[CompanyFacts]:
        """The scroll ends with an empty page or a 404. One scroll per app; a lost one starts again."""
        seen: set[str] = set()
        param: str | None = None
        starts = 1
        while True:
            try:
                params: dict[str, str | int] = {"scroll_param": param} if param else {}
                answer, _ = await self._door.read("GET", "companies/scroll", params=params)
            except IntercomError as error:
                if param is None or starts >= _SCROLL_STARTS:
                    raise
                if error.kind == "not_found":
                    return
                param, starts = None, starts + 1
                continue
            rows = [read_company(row) for row in as_objects(answer, "data")]
            param = as_line(answer.get("scroll_param"))
            for company in rows:
                if company.id not in seen:
                    seen.add(company.id)
                    yield company
            if not rows or param is None:
                return

    async def admins(self) -> tuple[AdminFacts, ...]:
        return await self._all("admins", read_admin, "admins", "data")

    async def teams(self) -> tuple[TeamFacts, ...]:
        return await self._all("teams", read_team, "teams", "data")

    async def tags(self) -> tuple[Tag, ...]:
        return await self._all("tags", read_tag, "data", "tags")

    async def ticket_types(self) -> tuple[TicketType, ...]:
        return await self._all("ticket_types", read_ticket_type, "data", "ticket_types")

    async def office_hours(self) -> tuple[Schedule, ...]:
        """Every office hours schedule with its exceptions."""
        answer, _ = await self._door.read("GET", "office_hours_schedules", version=office_hours.VERSION)
        found = []
        for schedule in (office_hours.read_schedule(row) for row in as_objects(answer, "data")):
            path = f"office_hours_schedules/{segment(schedule.id)}/office_hours_exceptions"
            told, _ = await self._door.read("GET", path, version=office_hours.VERSION)
            exceptions = (office_hours.read_exception(row) for row in as_objects(told, "data"))
            found.append(replace(schedule, exceptions=tuple(each for each in exceptions if each is not None)))
        return tuple(found)

    async def macros(self) -> tuple[Macro, ...]:
        """Intercom's saved replies, the newest thousand or so, lately changed ones first."""
        found: list[Macro] = []
        cursor: str | None = None
        for _ in range(_MOST_MACRO_PAGES):
            params: dict[str, str | int] = {"per_page": 150}
            if cursor:
                params["starting_after"] = cursor
            answer, _headers = await self._door.read("GET", "macros", params=params, version=macros.VERSION)
            told = (macros.read_macro(row) for row in as_objects(answer, "data"))
            found.extend(each for each in told if each is not None)
            following = as_dict(as_dict(answer.get("pages")).get("next"))
            cursor = as_line(following.get("starting_after"))
            if cursor is None:
                break
        return tuple({each.id: each for each in found}.values())

    async def me(self) -> Me:
        """Whose token this is, the app, its region, and the API version the answer says it has."""
        answer, headers = await self._door.read("GET", "me")
        told = server_time(headers)
        return read_me(
            answer,
            api_version=headers.get("intercom-version"),
            told_at=datetime.fromtimestamp(told, UTC) if told is not None else None,
        )

    async def activity_logs(self, after: datetime, before: datetime | None = None) -> tuple[ActivityLog, ...]:
        """The audit log from `after` (whole seconds) on, oldest first."""
        params: dict[str, str | int] = {"created_at_after": int(after.timestamp())}
        if before is not None:
            params["created_at_before"] = int(before.timestamp())
        found: dict[str, ActivityLog] = {}
        for _ in range(_MOST_LOG_PAGES):
            answer, _ = await self._door.read("GET", "admins/activity_logs", params=params)
            entries = [read_activity_log(row) for row in as_objects(answer, "activity_logs", "data")]
            fresh = {entry.id: entry for entry in entries if entry.id not in found}
            found |= fresh
            following = next_params(as_dict(answer.get("pages")).get("next"))
            if not fresh or not following:
                break
            params = {**params, **following}
        return tuple(sorted(found.values(), key=lambda entry: (entry.at, entry.id)))

    async def _all(self, path: str, read: Callable[[object], T], *keys: str) -> tuple[T, ...]:
        answer, _ = await self._door.read("GET", path)
        return tuple(read(row) for row in as_objects(answer, *keys))


def build(
    *,
    token: str,
    base_url: str = DEFAULT_URL,
    version: str = DEFAULT_VERSION,
    http: httpx.AsyncClient | None = None,
    clock: Clock | None = None,
    sleep: Sleep = asyncio.sleep,
    attempts: int = 4,
    patience: float = 20.0,
    timeout: float = 20.0,
    rng: random.Random | None = None,
    waited: Callable[[str, float], None] | None = None,
) -> IntercomClient:
    """A client over `http`, or over one of its own with `timeout` seconds for each step of a call.

    `waited` is told how long a call of which method stood back for the rate limit. Raises `ConfigError` for a
    bad address or an empty token.
    """
    if http is None:
        http = httpx.AsyncClient(timeout=timeout, limits=httpx.Limits(max_connections=10))
    return IntercomClient(
        Door(
            http,
            token=token,
            base_url=base_url,
            version=version,
            clock=clock,
            sleep=sleep,
            attempts=attempts,
            patience=patience,
            rng=rng,
            waited=waited,
        )
    )
