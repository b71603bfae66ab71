"""The shapes of the REST API, version 2.14.

A field that the published description does not let be null is left out when there is nothing to say; what
webhooks say differently is in webhook_shapes.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.intercom.model import (
    ActivityLog,
    Admin,
    AppliedTag,
    Author,
    Conversation,
    Part,
    Statistics,
    Tag,
    Team,
    Workspace,
)
from sandbox.intercom.text import plain

MAX_PARTS = 500  # a conversation is retrieved with at most this many parts, the most recent ones

Json = dict[str, Any]


def stated(shape: Json) -> Json:
    """`shape` without the fields that have nothing to say."""
    return {key: value for key, value in shape.items() if value is not None}


def number(id_: str | None) -> int | None:
    """Assignees are numbers in conversations, strings elsewhere."""
    return int(id_) if id_ is not None and id_.isdigit() else None


def numbers(ids: Iterable[str]) -> list[int]:
    return [int(id_) for id_ in ids if id_.isdigit()]


def admin(one: Admin) -> Json:
    shape: Json = {
        "type": "admin",
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "job_title": one.job_title,
        "away_mode_enabled": one.away,
        "away_mode_reassign": one.away_reassign,
        "away_status_reason_id": one.away_status_reason_id,
        "has_inbox_seat": one.has_inbox_seat,
        "team_ids": numbers(one.team_ids),
    }
    if one.avatar is not None:
        shape["avatar"] = one.avatar
    return shape


def me(ws: Workspace, one: Admin) -> Json:
    shape = admin(one)
    del shape["away_status_reason_id"]
    return {
        **shape,
        "avatar": {"type": "avatar", "image_url": one.avatar},
        "email_verified": True,
        "app": {
            "type": "app",
            "id_code": ws.app_id,
            "name": ws.name,
            "region": ws.region,
            "timezone": ws.timezone,
            "created_at": ws.created_at,
            "identity_verification": False,
        },
    }


def team(one: Team) -> Json:
    return {"type": "team", "id": one.id, "name": one.name, "admin_ids": numbers(one.admin_ids)}


def activity_log(ws: Workspace, one: ActivityLog) -> Json:
    by = ws.admins.get(one.admin_id)
    return {
        "id": one.id,
        "performed_by": {
            "type": "admin",
            "id": one.admin_id,
            "email": by.email if by else "",
            "ip": "127.0.0.1",
        },
        "metadata": one.metadata,
        "created_at": one.at,
        "activity_type": one.activity_type,
        "activity_description": one.description,
    }


def author(one: Author, *, with_ai: bool = True) -> Json:
    shape: Json = {"type": one.type, "id": one.id, "name": one.name, "email": one.email}
    if with_ai:
        shape |= {"from_ai_agent": one.from_ai_agent, "is_ai_answer": one.is_ai_answer}
    return shape


def tag(one: Tag) -> Json:
    return {"type": "tag", "id": one.id, "name": one.name}


def applied_tag(one: AppliedTag) -> Json:
    by = {"type": "admin", "id": one.admin_id} if one.admin_id else None
    return {**tag(one.tag), "applied_at": one.at, "applied_by": by}


def assignment(part: Part) -> Json | None:
    if part.assigned_to is None:
        return None
    kind, assignee = part.assigned_to
    return {"type": kind if assignee is not None else "nobody_admin", "id": assignee}


def part(one: Part, *, plaintext: bool = False) -> Json:
    body = plain(one.body) if plaintext and one.body is not None else one.body
    shape: Json = {
        "type": "conversation_part",
        "id": one.id,
        "part_type": one.part_type,
        "body": body,
        "created_at": one.at,
        "updated_at": one.at,
        "notified_at": one.at,
        "author": author(one.author),
        "attachments": one.attachments,
        "external_id": None,
        "redacted": one.redacted,
        "metadata": one.metadata,
        "state": one.state,
        "tags": [tag(each) for each in one.tags],
        "event_details": one.event_details,
        "app_package_code": None,
    }
    if one.assigned_to is not None:
        shape["assigned_to"] = assignment(one)
    return shape


def parts(listed: list[Part], *, plaintext: bool = False) -> Json:
    return {
        "type": "conversation_part.list",
        "conversation_parts": [part(one, plaintext=plaintext) for one in listed],
        "total_count": len(listed),
    }


def statistics(ws: Workspace, one: Statistics) -> Json:
    return {
        "type": "conversation_statistics",
        "time_to_assignment": one.time_to_assignment,
        "time_to_admin_reply": one.time_to_admin_reply,
        "time_to_first_close": one.time_to_first_close,
        "time_to_last_close": one.time_to_last_close,
        "median_time_to_reply": one.median_time_to_reply,
        "first_contact_reply_at": one.first_contact_reply_at,
        "first_assignment_at": one.first_assignment_at,
        "first_admin_reply_at": one.first_admin_reply_at,
        "first_close_at": one.first_close_at,
        "last_assignment_at": one.last_assignment_at,
        "last_assignment_admin_reply_at": one.last_assignment_admin_reply_at,
        "last_contact_reply_at": one.last_contact_reply_at,
        "last_admin_reply_at": one.last_admin_reply_at,
        "last_close_at": one.last_close_at,
        "last_closed_by_id": one.last_closed_by_id,
        "count_reopens": one.count_reopens,
        "count_assignments": one.count_assignments,
        "count_conversation_parts": one.count_conversation_parts,
        "assigned_team_first_response_time": [
            {"team_id": number(id_), "team_name": ws.teams[id_].name, "response_time": seconds}
            for id_, seconds in one.team_first_response
            if id_ in ws.teams
        ],
        "assigned_team_first_response_time_in_office_hours": [],
        "handling_time": one.handling_time,
    }


def source(one: Conversation, *, plaintext: bool = False) -> Json:
    return {
        "type": one.channel,
        "id": one.source_id,
        "delivered_as": one.delivered_as,
        "subject": one.subject,
        "body": plain(one.body) if plaintext else one.body,
        "author": author(one.author, with_ai=False),
        "attachments": one.attachments,
        "url": one.url,
        "redacted": one.source_redacted,
    }


def rating(ws: Workspace, one: Conversation) -> Json | None:
    given = one.rating
    if given is None:
        return None
    shape: Json = {
        "rating": given.score,
        "remark": given.remark,
        "created_at": given.requested_at,
        "updated_at": given.at,
        "contact": contact_reference(ws, given.contact_id),
    }
    if given.admin_id is not None:
        shape["teammate"] = {"type": "admin", "id": given.admin_id}
    return shape


def contact_reference(ws: Workspace, contact_id: str) -> Json:
    known = ws.contacts.get(contact_id)
    return {"type": "contact", "id": contact_id, "external_id": known.external_id if known else None}


def contact_list(ws: Workspace, contact_ids: list[str]) -> Json:
    return {"type": "contact.list", "contacts": [contact_reference(ws, id_) for id_ in contact_ids]}


def first_contact_reply(one: Conversation) -> Json | None:
    at = one.statistics.first_contact_reply_at
    return None if at is None else {"created_at": at, "type": one.channel, "url": one.url}


def linked_objects(ws: Workspace, one: Conversation) -> Json:
    linked = [
        {"type": "ticket", "id": id_, "category": ws.tickets[id_].type.category}
        for id_ in one.ticket_ids
        if id_ != one.id and id_ in ws.tickets
    ]
    return {"type": "list", "data": linked, "total_count": len(linked), "has_more": False}


def own_ticket(ws: Workspace, one: Conversation) -> Json | None:
    """The ticket that a conversation has become under its own id."""
    made = ws.tickets.get(one.id)
    return None if made is None else {"type": "ticket", "id": made.id, "ticket_id": made.number}


def conversation_row(ws: Workspace, one: Conversation, *, plaintext: bool = False) -> Json:
    """A conversation as lists and searches give it: without its parts."""
    shape: Json = {
        "type": "conversation",
        "id": one.id,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "waiting_since": one.waiting_since,
        "snoozed_until": one.snoozed_until,
        "source": source(one, plaintext=plaintext),
        "contacts": contact_list(ws, one.contact_ids),
        "first_contact_reply": first_contact_reply(one),
        "admin_assignee_id": number(one.admin_assignee_id),
        "team_assignee_id": number(one.team_assignee_id),
        "open": one.open,
        "state": one.state,
        "read": one.read,
        "tags": {"type": "tag.list", "tags": [applied_tag(each) for each in one.tags.values()]},
        "priority": one.priority,
        "sla_applied": one.sla_applied,
        "statistics": stated(statistics(ws, one.statistics)),
        "conversation_rating": rating(ws, one),
        "teammates": {
            "type": "admin.list",
            "admins": [{"type": "admin", "id": id_} for id_ in one.teammate_ids],
        },
        "title": one.title,
        "custom_attributes": one.custom_attributes,
        "topics": {},
        "ticket": own_ticket(ws, one),
        "linked_objects": linked_objects(ws, one),
        "ai_agent_participated": one.ai_agent_participated,
    }
    if one.ai_agent is not None:
        shape["ai_agent"] = one.ai_agent
    if one.company_id is not None:
        shape["company_id"] = one.company_id
    return shape


def conversation(ws: Workspace, one: Conversation, *, plaintext: bool = False) -> Json:
    """A conversation as it is retrieved: with its most recent parts, at most 500."""
    shape = conversation_row(ws, one, plaintext=plaintext)
    shape["conversation_parts"] = {
        **parts(one.parts[-MAX_PARTS:], plaintext=plaintext),
        "total_count": len(one.parts),
    }
    return shape
