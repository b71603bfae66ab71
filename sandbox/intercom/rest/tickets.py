"""Tickets: search, one of them, filing, changing, answering and tagging one, and the types there are."""

from __future__ import annotations

from typing import Any

from starlette.routing import BaseRoute

from sandbox.intercom import happenings, render, ticket_acts
from sandbox.intercom.errors import ApiError, invalid, missing, not_found
from sandbox.intercom.happenings import admin_author
from sandbox.intercom.model import Assignment, Author, Contact, Ticket, TicketState
from sandbox.intercom.paging import by_cursor
from sandbox.intercom.render_tickets import STATES, ticket, ticket_part, ticket_type
from sandbox.intercom.rest.conversation_changes import admin_reply, attachments, contact, known_tag
from sandbox.intercom.rest.conversations import MAX_PER_PAGE, PER_PAGE, pagination
from sandbox.intercom.rest.gate import Call, Json, route, whole
from sandbox.intercom.search import compiled
from sandbox.intercom.search_fields import TICKETS
from sandbox.intercom.text import posted
from sandbox.intercom.tickets import file, move
from sandbox.intercom.world import IntercomWorld


def routes(world: IntercomWorld) -> list[BaseRoute]:
    return [
        route(world, "POST", "/tickets", _create),
        route(world, "POST", "/tickets/search", _search),
        route(world, "GET", "/tickets/{ticket_id}", lambda call: ticket(call.world.workspace, _found(call))),
        route(world, "PUT", "/tickets/{ticket_id}", _update),
        route(world, "POST", "/tickets/{ticket_id}/reply", _reply),
        route(world, "POST", "/tickets/{ticket_id}/tags", _tag),
        route(world, "DELETE", "/tickets/{ticket_id}/tags/{tag_id}", _untag),
        route(world, "GET", "/ticket_types", _types),
        route(world, "GET", "/ticket_types/{ticket_type_id}", _type),
    ]


def _found(call: Call) -> Ticket:
    found = call.world.tickets.get(call.path["ticket_id"])
    if found is None:
        raise not_found("Ticket not found", "ticket_not_found")
    return found


def _search(call: Call) -> Json:
    """No order can be asked for; the latest changed come first."""
    matches = compiled(call.body.get("query"), TICKETS)
    per_page, cursor = pagination(call.body, default=PER_PAGE, at_most=MAX_PER_PAGE)
    page = by_cursor(
        (one for one in call.world.tickets.values() if matches(one)),
        lambda one: one.updated_at,
        lambda one: one.id,
        descending=True,
        per_page=per_page,
        cursor=cursor,
    )
    return {
        "type": "ticket.list",
        "pages": page.shape,
        "total_count": page.total,
        "tickets": [ticket(call.world.workspace, one) for one in page.rows],
    }


def _create(call: Call) -> Json:
    ws = call.world.workspace
    kind = ws.ticket_types.get(call.text("ticket_type_id"))
    if kind is None:
        raise invalid("Ticket type not found", "ticket_type_id")
    made = file(ws, _whose(call), kind, _attributes(call), call.world.now())
    return ticket(ws, ticket_acts.created(call.world, made))


def _whose(call: Call) -> Contact:
    named = call.body.get("contacts")
    if not isinstance(named, list) or not named or not isinstance(named[0], dict):
        raise missing("contacts")
    for one in call.world.contacts.values():
        if any(
            named[0].get(key) == getattr(one, key)
            for key in ("id", "external_id", "email")
            if key in named[0]
        ):
            return one
    raise not_found("User Not Found")


def _attributes(call: Call) -> dict[str, Any]:
    given = call.body.get("ticket_attributes") or {}
    if not isinstance(given, dict):
        raise invalid("ticket_attributes must be an object", "ticket_attributes")
    return given


def _update(call: Call) -> Json:
    one, world, at = _found(call), call.world, call.world.now()
    by = _acting(call)
    one.attributes |= _attributes(call)
    one.changed_at = at
    if "assignee_id" in call.body:
        world.tell(happenings.assigns(world.workspace, one.story, by, _assignee(call), at))
    stays = world.workspace.tickets_stay_snoozed and one.story.state == "snoozed" and call.body.get("open")
    if "open" in call.body and not stays:
        change = happenings.opens if call.flag("open") else happenings.closes
        world.tell(change(world.workspace, one.story, by, at))
    if call.body.get("snoozed_until") is not None:
        until = whole("snoozed_until", call.body["snoozed_until"], 0, 10**11)
        if until <= at:
            raise invalid("snoozed_until must be in the future", "snoozed_until")
        if by.id not in world.admins:
            raise missing("admin_id")
        world.tell(happenings.snoozes(world.workspace, one.story, world.admins[by.id], until, at))
    if "ticket_state_id" in call.body:
        states: dict[str, TicketState] = {str(4390617 + place): state for place, state in enumerate(STATES)}
        if call.text("ticket_state_id") not in states:
            raise invalid("Ticket state id is not valid", "ticket_state_id")
        move(world.workspace, one, states[call.text("ticket_state_id")], by, at)
    return ticket(world.workspace, one)


def _acting(call: Call) -> Author:
    """Here the acting admin is a number, and may be nobody."""
    id_ = call.body.get("admin_id")
    if id_ is None:
        return call.world.workspace.fin
    if isinstance(id_, bool) or not isinstance(id_, int):
        raise invalid("admin_id must be a number", "admin_id")
    admin = call.world.admins.get(str(id_))
    if admin is None:
        raise not_found("Admin not found", "admin_not_found")
    return admin_author(admin)


def _assignee(call: Call) -> Assignment:
    """One field for both kinds of assignee; nobody takes it from both, of which the admin is told."""
    assignee = call.text("assignee_id")
    if assignee in call.world.teams:
        return ("team", assignee)
    if assignee != "0" and assignee not in call.world.admins:
        raise not_found("Assignee not found", "assignee_not_found")
    return ("admin", None if assignee == "0" else assignee)


def _reply(call: Call) -> Json:
    """Answers with the part that was made."""
    one, ws, at = _found(call), call.world.workspace, call.world.now()
    if "attachment_files" in call.body:
        raise invalid("attachment_files is not valid here", "attachment_files")
    files = attachments(call)
    kind = call.text("message_type")
    if call.text("type") == "user":
        if one.type.category != "Customer":
            raise ApiError(400, "parameter_mismatch", "User replies are not allowed on Backoffice tickets")
        words = posted(call.text("body"))
        happening = happenings.contact_writes(ws, one.story, contact(call), words, at)
    else:
        happening = admin_reply(call, one.story, kind, bool(files), at)
    happening.part.attachments = files
    call.world.tell(happening)
    # A reply that assigns is shown as the reply it is.
    return ticket_part(happening.part) | {"part_type": kind}


def _tag(call: Call) -> Json:
    one, admin = _found(call), call.acting_admin()
    tag = known_tag(call, call.text("id"))
    if tag.id not in one.story.tags:
        call.world.tell(happenings.tags(call.world.workspace, one.story, tag, admin, call.world.now()))
    return render.applied_tag(one.story.tags[tag.id])


def _untag(call: Call) -> Json:
    one = _found(call)
    call.acting_admin()
    tag = known_tag(call, call.path["tag_id"])
    if tag.id not in one.story.tags:
        raise not_found("Tag not found", "tag_not_found")
    call.world.tell(happenings.untags(one.story, tag))
    return render.tag(tag)


def _types(call: Call) -> Json:
    ws = call.world.workspace
    return {"type": "list", "data": [ticket_type(ws, one) for one in ws.ticket_types.values()]}


def _type(call: Call) -> Json:
    ws = call.world.workspace
    found = ws.ticket_types.get(call.path["ticket_type_id"])
    if found is None:
        raise not_found("Resource Not Found")
    return ticket_type(ws, found)
