"""Reading conversations: the list, the search, one with its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from starlette.routing import BaseRoute

from sandbox.intercom import render
from sandbox.intercom.errors import invalid, missing, not_found
from sandbox.intercom.model import Conversation
from sandbox.intercom.paging import Page, by_cursor
from sandbox.intercom.rest.gate import Call, Json, route, whole
from sandbox.intercom.search import compiled, sort_order
from sandbox.intercom.search_fields import CONVERSATIONS
from sandbox.intercom.world import IntercomWorld

PER_PAGE = 20
MAX_PER_PAGE = 150
SORTABLE = {
    name: CONVERSATIONS.fields[name]
    for name in ("created_at", "updated_at", "waiting_since", "snoozed_until")
}


def routes(world: IntercomWorld) -> list[BaseRoute]:
    return [
        route(world, "GET", "/conversations", _list),
        route(world, "POST", "/conversations", _create),
        route(world, "POST", "/conversations/search", _search),
        route(world, "GET", "/conversations/{conversation_id}", _retrieve),
    ]


def plaintext(call: Call) -> bool:
    """Whether the caller wants words instead of HTML."""
    wanted = call.query.get("display_as")
    if wanted not in (None, "plaintext", "html"):
        raise invalid("display_as must be plaintext or html", "display_as")
    return wanted == "plaintext"


def pagination(body: Json, *, default: int, at_most: int) -> tuple[int, str | None]:
    """(rows a page, cursor) of a search body."""
    paging = body.get("pagination") or {}
    if not isinstance(paging, dict):
        raise invalid("pagination must be an object", "pagination")
    per_page = whole("per_page", paging.get("per_page", default), 1, at_most)
    cursor = paging.get("starting_after")
    if cursor is not None and not isinstance(cursor, str):
        raise invalid("starting_after must be a string", "starting_after")
    return per_page, cursor


def _list(call: Call) -> Json:
    page = by_cursor(
        call.world.workspace.conversations.values(),
        lambda one: one.updated_at,
        lambda one: one.id,
        descending=True,
        per_page=call.number("per_page", PER_PAGE, at_most=MAX_PER_PAGE),
        cursor=call.query.get("starting_after"),
    )
    return _page(call, page)


def _create(call: Call) -> Json:
    """A conversation that a contact began in the Messenger. Answers with the message alone."""
    sender = call.body.get("from")
    if not isinstance(sender, dict):
        raise missing("from")
    if sender.get("type") not in ("user", "lead", "contact"):
        raise invalid("from type must be user, lead or contact", "from")
    contact = call.world.contacts.get(str(sender.get("id")))
    if contact is None:
        raise not_found("User Not Found")
    body = call.text("body")
    if not body.strip():
        raise missing("body")
    made = call.world.customer_starts(contact.id, "conversation", body)
    return {
        "type": "user_message",
        "id": made["source"]["id"],
        "created_at": made["created_at"],
        "body": body,
        "message_type": "inapp",
        "conversation_id": made["id"],
    }


def _search(call: Call) -> Json:
    matches = compiled(call.body.get("query"), CONVERSATIONS)
    key, descending = sort_order(call.body.get("sort"), SORTABLE, "updated_at")
    per_page, cursor = pagination(call.body, default=PER_PAGE, at_most=MAX_PER_PAGE)
    page = by_cursor(
        (one for one in _indexed(call) if matches(one)),
        key,
        lambda one: one.id,
        descending=descending,
        per_page=per_page,
        cursor=cursor,
    )
    return _page(call, page)


def _indexed(call: Call) -> Iterator[Conversation]:
    """Conversations as a search finds them: dated as of before what its index does not know yet."""
    ws = call.world.workspace
    known = call.world.now() - ws.search_lag
    for one in ws.conversations.values():
        if not ws.search_lag or one.updated_at <= known:
            yield one
        elif one.created_at <= known:
            told = [part.at for part in one.parts if part.at <= known]
            yield replace(one, updated_at=max(told, default=one.created_at))


def _page(call: Call, page: Page[Conversation]) -> Json:
    return {
        "type": "conversation.list",
        "pages": page.shape,
        "total_count": page.total,
        "conversations": [render.conversation_row(call.world.workspace, one) for one in page.rows],
    }


def _retrieve(call: Call) -> Json:
    return render.conversation(call.world.workspace, call.conversation(), plaintext=plaintext(call))
