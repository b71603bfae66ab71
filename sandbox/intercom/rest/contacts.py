"""Contacts: one, by the app's own id, the list, the search, their companies."""

from __future__ import annotations

from typing import Literal

from starlette.routing import BaseRoute

from sandbox.intercom import contact_merges, render_customers, search_fields
from sandbox.intercom.errors import ApiError, missing, not_found
from sandbox.intercom.model import Contact
from sandbox.intercom.paging import Page, by_cursor, by_number
from sandbox.intercom.rest.conversations import pagination
from sandbox.intercom.rest.gate import Call, Json, route
from sandbox.intercom.search import compiled, sort_order
from sandbox.intercom.world import IntercomWorld

PER_PAGE = 50
MAX_PER_PAGE = 150


def routes(world: IntercomWorld) -> list[BaseRoute]:
    return [
        route(world, "GET", "/contacts", _list),
        route(world, "POST", "/contacts", _create),
        route(world, "POST", "/contacts/search", _search),
        route(world, "POST", "/contacts/merge", _merge),
        route(world, "GET", "/contacts/find_by_external_id/{external_id}", _by_external_id),
        route(world, "GET", "/contacts/{contact_id}", lambda call: _shape(call, _known(call))),
        route(world, "GET", "/contacts/{contact_id}/companies", _companies),
        route(world, "POST", "/contacts/{contact_id}/companies", _attach),
        route(world, "GET", "/contacts/{contact_id}/segments", _segments),
        route(world, "GET", "/contacts/{contact_id}/tags", _tags),
    ]


def _known(call: Call) -> Contact:
    contact = call.world.contacts.get(call.path["contact_id"])
    if contact is None:
        moved = contact_merges.gone(call.world.workspace, call.path["contact_id"])
        raise moved if moved is not None and _tells_of_merges(call) else not_found("User Not Found")
    return contact


def _tells_of_merges(call: Call) -> bool:
    return call.version == "2.16"


def _shape(call: Call, contact: Contact) -> Json:
    """A contact on its own has one field more than in lists, and the merges that were asked for."""
    ws = call.world.workspace
    shape = {**render_customers.contact(ws, contact), "enabled_push_messaging": None}
    wanted = call.query.get("include_merge_history") == "true"
    if wanted and _tells_of_merges(call) and contact.role == "user":
        shape["merge_history"] = [
            {
                "type": "merge_history",
                "source_contact_id": each.id,
                "source_contact_role": each.role,
                "merged_at": each.at,
            }
            for each in contact_merges.merged_into(ws, contact.id)
        ]
    return shape


def _merge(call: Call) -> Json:
    return _shape(call, call.world.merges_contacts(call.text("from"), into=call.text("into")))


def _create(call: Call) -> Json:
    """A user or a lead. A user's address is taken once."""
    email = call.optional_text("email") or ""
    role: Literal["user", "lead"] = "lead" if call.optional_text("role") == "lead" else "user"
    if not email and not call.optional_text("external_id") and call.body.get("role") is None:
        raise missing("email")
    for known in call.world.contacts.values():
        if role == "user" and known.role == "user" and email and known.email.lower() == email.lower():
            told = f"A contact matching those details already exists with id={known.id}"
            raise ApiError(409, "conflict", told)
    at = call.world.now()
    contact = Contact(
        id=call.world.workspace.new_contact_id(),
        external_id=call.optional_text("external_id"),
        role=role,
        name=call.optional_text("name"),
        email=email,
        created_at=at,
        updated_at=at,
    )
    call.world.contacts[contact.id] = contact
    return _shape(call, contact)


def _attach(call: Call) -> Json:
    """Have a contact belong to a company, by Intercom's own id for it."""
    contact, company = _known(call), call.world.companies.get(call.text("id"))
    if company is None:
        raise not_found("Company Not Found")
    if company.id not in contact.company_ids:
        contact.company_ids.append(company.id)
    contact.updated_at = call.world.now()
    return render_customers.company(call.world.workspace, company)


def _by_external_id(call: Call) -> Json:
    for contact in call.world.contacts.values():
        if contact.external_id == call.path["external_id"]:
            return _shape(call, contact)
    raise not_found("User Not Found")


def _page(call: Call, page: Page[Contact]) -> Json:
    return {
        "type": "list",
        "data": [render_customers.contact(call.world.workspace, one) for one in page.rows],
        "total_count": page.total,
        "pages": page.shape,
    }


def _list(call: Call) -> Json:
    per_page = call.number("per_page", PER_PAGE, at_most=MAX_PER_PAGE)
    cursor = call.query.get("starting_after")
    rows = call.world.contacts.values()
    return _page(
        call,
        by_cursor(
            rows,
            lambda one: one.created_at,
            lambda one: one.id,
            descending=True,
            per_page=per_page,
            cursor=cursor,
        ),
    )


def _search(call: Call) -> Json:
    searchable = search_fields.contacts(call.world.workspace)
    matches = compiled(call.body.get("query"), searchable)
    dates = {name: field for name, field in searchable.fields.items() if field.kind == "day"}
    key, descending = sort_order(call.body.get("sort"), dates, "created_at")
    per_page, cursor = pagination(call.body, default=PER_PAGE, at_most=MAX_PER_PAGE)
    # As with conversations, what was made a moment ago is not in the index yet.
    known = call.world.now() - call.world.workspace.search_lag
    page = by_cursor(
        (one for one in call.world.contacts.values() if one.created_at <= known and matches(one)),
        key,
        lambda one: one.id,
        descending=descending,
        per_page=per_page,
        cursor=cursor,
    )
    return _page(call, page)


def _companies(call: Call) -> Json:
    world = call.world
    ids = [id_ for id_ in _known(call).company_ids if id_ in world.companies]
    page = by_number(ids, call.number("page", 1), call.number("per_page", PER_PAGE, at_most=MAX_PER_PAGE))
    companies = [render_customers.company(world.workspace, world.companies[id_]) for id_ in page.rows]
    return {
        "type": "list",
        "data": companies,
        "companies": companies,
        "total_count": page.total,
        "pages": page.shape,
    }


def _segments(call: Call) -> Json:
    _known(call)
    return {"type": "list", "data": []}


def _tags(call: Call) -> Json:
    _known(call)
    return {"type": "list", "data": []}
