"""Companies: one, the list by pages, the scroll, their contacts; segments."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass

from starlette.routing import BaseRoute

from sandbox.intercom import render_customers
from sandbox.intercom.errors import ApiError, invalid, not_found
from sandbox.intercom.model import Company
from sandbox.intercom.paging import Page, by_number
from sandbox.intercom.rest.gate import Call, Json, route
from sandbox.intercom.world import IntercomWorld

PER_PAGE = 15
MAX_PER_PAGE = 60
MAX_ROWS = 10_000  # the list goes no further; beyond it is the scroll
SCROLL_PAGE = 100
SCROLL_IDLE = 60.0  # real seconds after which an unused scroll is forgotten


@dataclass
class Scroll:
    """The one scroll an app may have at a time."""

    param: str
    at: int
    used: float


class Scrolls:
    """Walks through all companies, one at a time, each forgotten after a minute unused."""

    def __init__(self) -> None:
        self._open: Scroll | None = None

    def next_page(self, call: Call) -> Json:
        wanted, now = call.query.get("scroll_param"), time.monotonic()
        scroll = self._open
        if scroll is not None and now - scroll.used > SCROLL_IDLE:
            scroll = self._open = None
        if wanted is None:
            if scroll is not None:
                raise ApiError(400, "scroll_exists", "scroll already exists for this workspace")
            scroll = self._open = Scroll(str(uuid.uuid4()), 0, now)
        elif scroll is None or scroll.param != wanted:
            raise not_found("scroll parameter not found", "scroll_not_found")
        rows = _listed(call)[scroll.at : scroll.at + SCROLL_PAGE]
        scroll.at, scroll.used = scroll.at + len(rows), now
        if not rows:
            self._open = None
        return {
            "type": "list",
            "data": [render_customers.company(call.world.workspace, one) for one in rows],
            "pages": None,
            "total_count": None,
            "scroll_param": scroll.param,
        }


def routes(world: IntercomWorld) -> list[BaseRoute]:
    return [
        route(world, "GET", "/companies", _retrieve),
        route(world, "POST", "/companies/list", lambda call: _page(call, _numbered(call, _listed(call)))),
        route(world, "GET", "/companies/scroll", Scrolls().next_page),
        route(world, "GET", "/companies/{company_id}", lambda call: _shape(call, _known(call))),
        route(world, "DELETE", "/companies/{company_id}", _delete),
        route(world, "GET", "/companies/{company_id}/contacts", _contacts),
        route(world, "GET", "/companies/{company_id}/segments", _segments_of),
        route(world, "GET", "/segments", _segments),
        route(world, "GET", "/segments/{segment_id}", _segment),
    ]


def _shape(call: Call, company: Company) -> Json:
    return render_customers.company(call.world.workspace, company)


def _known(call: Call) -> Company:
    company = call.world.companies.get(call.path["company_id"])
    if company is None:
        raise not_found("Company Not Found", "company_not_found")
    return company


def _delete(call: Call) -> Json:
    company = _known(call)
    call.world.deletes_company(company.id)
    return {"id": company.id, "object": "company", "deleted": True}


def _listed(call: Call) -> list[Company]:
    """Lists leave out companies without users."""
    used = {id_ for contact in call.world.contacts.values() for id_ in contact.company_ids}
    return [one for one in call.world.companies.values() if one.id in used or one.user_count]


def _numbered(call: Call, rows: list[Company]) -> Page[Company]:
    order = call.query.get("order", "desc")
    if order not in ("asc", "desc"):
        raise invalid("order must be asc or desc", "order")
    ordered = sorted(rows, key=lambda one: (one.created_at, one.id), reverse=order == "desc")[:MAX_ROWS]
    return by_number(ordered, call.number("page", 1), call.number("per_page", PER_PAGE, at_most=MAX_PER_PAGE))


def _page(call: Call, page: Page[Company]) -> Json:
    return {
        "type": "list",
        "data": [_shape(call, one) for one in page.rows],
        "pages": page.shape,
        "total_count": page.total,
    }


def _retrieve(call: Call) -> Json:
    """By `name` or `company_id` one company; by tag, segment or nothing a list."""
    for key in ("company_id", "name"):
        if key in call.query:
            for company in call.world.companies.values():
                if getattr(company, key) == call.query[key]:
                    return _shape(call, company)
            raise not_found("Company Not Found", "company_not_found")
    rows = _listed(call)
    if "tag_id" in call.query:
        rows = [one for one in rows if call.query["tag_id"] in one.tag_ids]
    if "segment_id" in call.query:
        rows = [one for one in rows if call.query["segment_id"] in one.segment_ids]
    return _page(call, _numbered(call, rows))


def _contacts(call: Call) -> Json:
    company, world = _known(call), call.world
    rows = [one for one in world.contacts.values() if company.id in one.company_ids]
    page = by_number(rows, call.number("page", 1), call.number("per_page", 50, at_most=MAX_PER_PAGE))
    return {
        "type": "list",
        "data": [render_customers.contact(world.workspace, one) for one in page.rows],
        "pages": page.shape,
        "total_count": page.total,
    }


def _segments_of(call: Call) -> Json:
    known = call.world.workspace.segments
    shapes = [render_customers.segment(known[id_]) for id_ in _known(call).segment_ids if id_ in known]
    return {"type": "list", "data": shapes}


def _segments(call: Call) -> Json:
    counted = call.query.get("include_count") == "true"
    companies = call.world.companies.values()
    shapes = [
        render_customers.segment(
            one, sum(one.id in company.segment_ids for company in companies) if counted else None
        )
        for one in call.world.workspace.segments.values()
    ]
    return {"type": "segment.list", "segments": shapes}


def _segment(call: Call) -> Json:
    segment = call.world.workspace.segments.get(call.path["segment_id"])
    if segment is None:
        raise not_found("Resource Not Found")
    return render_customers.segment(segment)
