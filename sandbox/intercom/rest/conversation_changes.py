"""Changing conversations: reply, note, assign, snooze, close, open, tag, redact, convert, merge, delete."""

from __future__ import annotations

from typing import Any

from starlette.routing import BaseRoute

from sandbox.intercom import happenings, render, ticket_acts, tickets
from sandbox.intercom.errors import ApiError, invalid, missing, not_found
from sandbox.intercom.happenings import Happening, admin_author
from sandbox.intercom.model import Assignment, Contact, Conversation, Part, Tag
from sandbox.intercom.render_tickets import ticket
from sandbox.intercom.rest.conversations import plaintext
from sandbox.intercom.rest.gate import Call, Json, route, whole
from sandbox.intercom.text import posted
from sandbox.intercom.world import IntercomWorld

MAX_ATTACHMENTS = 10
REDACTED = "<p><i>This message was deleted</i></p>"


def routes(world: IntercomWorld) -> list[BaseRoute]:
    return [
        route(world, "POST", "/conversations/redact", _redact),
        route(world, "PUT", "/conversations/{conversation_id}", _update),
        route(world, "DELETE", "/conversations/{conversation_id}", _delete),
        route(world, "POST", "/conversations/{conversation_id}/reply", _reply),
        route(world, "POST", "/conversations/{conversation_id}/parts", _manage),
        route(world, "POST", "/conversations/{conversation_id}/tags", _tag),
        route(world, "DELETE", "/conversations/{conversation_id}/tags/{tag_id}", _untag),
        route(world, "POST", "/conversations/{conversation_id}/convert", _convert),
        route(world, "POST", "/conversations/{conversation_id}/merge", _merge),
    ]


def _told(call: Call, happening: Happening) -> Json:
    """Writes answer with the whole conversation."""
    call.world.tell(happening)
    return render.conversation(call.world.workspace, happening.conversation)


def _reply(call: Call) -> Json:
    conversation, ws = call.conversation(), call.world.workspace
    kind, author = call.text("message_type"), call.text("type")
    files = attachments(call)
    at = call.world.now()
    if "created_at" in call.body:
        at = whole("created_at", call.body["created_at"], 1, at)
    if author == "user":
        if kind != "comment":
            raise invalid("message_type must be comment for a reply of a user", "message_type")
        happening = happenings.contact_writes(ws, conversation, contact(call), posted(call.text("body")), at)
    elif author == "admin":
        happening = admin_reply(call, conversation, kind, bool(files), at)
    else:
        raise invalid("type must be admin or user", "type")
    happening.part.attachments = files
    return _told(call, happening)


def admin_reply(call: Call, conversation: Conversation, kind: str, has_files: bool, at: int) -> Happening:
    admin, ws = call.acting_admin(), call.world.workspace
    body = call.optional_text("body") or ""
    options = call.body.get("reply_options") or []
    if kind == "quick_reply":
        if not isinstance(options, list) or not options:
            raise missing("reply_options")
        words = posted(body) if body.strip() else ""
        return happenings.admin_replies(
            ws,
            conversation,
            admin,
            words,
            at,
            part_type="quick_reply",
            metadata={"quick_reply_options": options},
            self_assign=False,
        )
    if kind not in ("comment", "note"):
        raise invalid("message_type must be comment, note or quick_reply", "message_type")
    if not body.strip() and not has_files:
        raise missing("body")
    if kind == "note":
        return happenings.admin_notes(ws, conversation, admin, posted(body), at)
    return happenings.admin_replies(ws, conversation, admin, posted(body), at)


def contact(call: Call) -> Contact:
    """The contact a reply is written for: by Intercom's id, the app's own, or the e-mail address."""
    for key, field in (("intercom_user_id", "id"), ("user_id", "external_id"), ("email", "email")):
        if key in call.body:
            wanted = call.text(key)
            for contact in call.world.contacts.values():
                if getattr(contact, field) == wanted:
                    return contact
            raise not_found("User Not Found")
    raise missing("intercom_user_id")


def attachments(call: Call) -> list[dict[str, Any]]:
    urls, files = call.body.get("attachment_urls") or [], call.body.get("attachment_files") or []
    if not isinstance(urls, list) or not isinstance(files, list):
        raise invalid("attachments must be lists", "attachment_urls")
    for name, given in (("attachment_urls", urls), ("attachment_files", files)):
        if len(given) > MAX_ATTACHMENTS:
            raise invalid(f"at most {MAX_ATTACHMENTS} attachments are allowed", name)
    if not all(isinstance(url, str) for url in urls) or not all(isinstance(file, dict) for file in files):
        raise invalid("an attachment is not valid", "attachment_files")
    named = [(str(url).rsplit("/", 1)[-1], str(url), "application/octet-stream", 0) for url in urls]
    for file in files:
        name = str(file.get("name", "file"))
        size = len(str(file.get("data", ""))) * 3 // 4
        named.append((name, f"https://files.example.com/{name}", str(file.get("content_type", "")), size))
    return [
        {"type": "upload", "name": name, "url": url, "content_type": content_type, "filesize": size}
        for name, url, content_type, size in named
    ]


def _manage(call: Call) -> Json:
    conversation, ws, at = call.conversation(), call.world.workspace, call.world.now()
    kind = call.text("message_type")
    admin = call.acting_admin()
    author = admin_author(admin)
    body = call.optional_text("body")
    words = posted(body) if body and body.strip() else None
    match kind:
        case "assignment":
            happening = happenings.assigns(ws, conversation, author, _assignee(call), at, words)
        case "snoozed":
            if "snoozed_until" not in call.body:
                raise missing("snoozed_until")
            until = whole("snoozed_until", call.body["snoozed_until"], 0, 10**11)
            if until <= at:
                raise invalid("snoozed_until must be in the future", "snoozed_until")
            happening = happenings.snoozes(ws, conversation, admin, until, at)
        case "close":
            _must_be_admin(call)
            happening = happenings.closes(ws, conversation, author, at, words)
        case "open":
            happening = happenings.opens(ws, conversation, author, at)
        case _:
            raise invalid("message_type must be assignment, snoozed, close or open", "message_type")
    return _told(call, happening)


def _must_be_admin(call: Call) -> None:
    if call.text("type") != "admin":
        raise invalid("type must be admin", "type")


def _assignee(call: Call) -> Assignment:
    kind, assignee = call.text("type"), call.text("assignee_id")
    if kind not in ("admin", "team"):
        raise invalid("type must be admin or team", "type")
    if assignee == "0":
        return ("team", None) if kind == "team" else ("admin", None)
    known = call.world.teams if kind == "team" else call.world.admins
    if assignee not in known:
        raise not_found("Assignee not found", "assignee_not_found")
    return ("team", assignee) if kind == "team" else ("admin", assignee)


def _update(call: Call) -> Json:
    conversation, world = call.conversation(), call.world
    as_text = plaintext(call)
    at = world.now()
    changes = call.body.get("custom_attributes") or {}
    if not isinstance(changes, dict):
        raise invalid("custom_attributes must be an object", "custom_attributes")
    title, company = call.optional_text("title"), call.optional_text("company_id")
    if company is not None and company not in world.companies:
        raise not_found("Company Not Found", "company_not_found")
    read = call.flag("read") if "read" in call.body else None
    conversation.title = title if title is not None else conversation.title
    conversation.company_id = company if company is not None else conversation.company_id
    conversation.updated_at = max(conversation.updated_at, at)
    if read is not None:
        conversation.read = read
        if read:
            world.tell(Happening(conversation, ("conversation.read",), ()))
    world.tell(happenings.changes_attributes(world.workspace, conversation, changes, at))
    return render.conversation(world.workspace, conversation, plaintext=as_text)


def _delete(call: Call) -> Json:
    conversation = call.conversation()
    call.world.deletes(conversation.id)
    return {"id": conversation.id, "object": "conversation", "deleted": True}


def known_tag(call: Call, tag_id: str) -> Tag:
    tag = call.world.tags.get(tag_id)
    if tag is None:
        raise not_found("Tag not found", "tag_not_found")
    return tag


def _tag(call: Call) -> Json:
    conversation, admin = call.conversation(), call.acting_admin()
    tag = known_tag(call, call.text("id"))
    ws, at = call.world.workspace, call.world.now()
    if tag.id not in conversation.tags:
        call.world.tell(happenings.tags(ws, conversation, tag, admin, at))
    return render.applied_tag(conversation.tags[tag.id])


def _untag(call: Call) -> Json:
    conversation = call.conversation()
    call.acting_admin()
    tag = known_tag(call, call.path["tag_id"])
    if tag.id not in conversation.tags:
        raise not_found("Tag not found", "tag_not_found")
    call.world.tell(happenings.untags(conversation, tag))
    return render.tag(tag)


def _redact(call: Call) -> Json:
    conversation = call.found(call.text("conversation_id"))
    kind = call.text("type")
    shown: tuple[Part, ...] = ()
    if kind == "source" and call.text("source_id") == conversation.source_id:
        conversation.body, conversation.source_redacted, conversation.attachments = REDACTED, True, []
    else:
        wanted = call.text("conversation_part_id") if kind == "conversation_part" else None
        shown = tuple(part for part in conversation.parts if part.id == wanted)
        if not shown:
            raise not_found(
                "Conversation part or message not found", "conversation_part_or_message_not_found"
            )
    for part in shown:
        part.body, part.redacted, part.attachments = REDACTED, True, []
    conversation.updated_at = max(conversation.updated_at, call.world.now())
    return _told(call, Happening(conversation, ("conversation_part.redacted",), shown))


def _convert(call: Call) -> Json:
    conversation, world = call.conversation(), call.world
    type_ = world.workspace.ticket_types.get(call.text("ticket_type_id"))
    if type_ is None:
        raise invalid("Ticket type not found", "ticket_type_id")
    if type_.category != "Customer":
        raise invalid("Ticket type is not a customer ticket type", "ticket_type_id")
    attributes = call.body.get("attributes") or {}
    if not isinstance(attributes, dict):
        raise invalid("attributes must be an object", "attributes")
    if conversation.id in world.tickets:
        raise invalid("The conversation is a ticket already", "id")
    made = tickets.convert(world.workspace, conversation, type_, attributes, world.now())
    return ticket(world.workspace, ticket_acts.created(world, made))


def _merge(call: Call) -> Json:
    """Answers with the primary conversation."""
    secondary, world = call.conversation(), call.world
    wanted = call.body.get("merge_into_conversation_id")
    if not str(wanted).isdigit():
        raise invalid("merge_into_conversation_id must be a valid integer conversation ID")
    primary = world.workspace.conversations.get(str(wanted))
    if primary is None:
        raise ApiError(422, "merge_failed", "Primary conversation not found")
    if primary is secondary:
        raise ApiError(422, "merge_failed", "Cannot merge a conversation into itself")
    if any(part.part_type == "merged_secondary_conversation" for part in secondary.parts):
        raise ApiError(422, "merge_failed", "Secondary conversation has already been merged")
    left, took = happenings.merges(world.workspace, secondary, primary, world.now())
    world.tell(left)
    return _told(call, took)
