"""Reading the compact scenario form into a workspace.

A conversation is told by its parts; state, waiting time, statistics and assignees follow from replaying them
through the same functions that live calls use.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.intercom import happenings, life
from sandbox.intercom.model import (
    ActivityLog,
    Admin,
    AppliedTag,
    Article,
    Assignment,
    Author,
    Company,
    Contact,
    Conversation,
    Segment,
    Tag,
    Team,
    TicketType,
    Workspace,
)
from sandbox.intercom.text import posted, typed

Json = dict[str, Any]


def unix(instant: str) -> int:
    """Unix seconds of an ISO-8601 instant with its offset. ValueError without one."""
    parsed = datetime.fromisoformat(instant)
    if parsed.tzinfo is None:
        raise ValueError(f"{instant!r} has no offset from UTC")
    return int(parsed.timestamp())


def load(ws: Workspace, data: Json) -> None:
    """Add everything in `data`; what has a known id is replaced. ValueError says what makes no sense."""
    app = data.get("app", {})
    ws.name, ws.timezone = app.get("name", ws.name), app.get("timezone", ws.timezone)
    ws.region = app.get("region", ws.region)
    _people(ws, data)
    _customers(ws, data)
    ws.office_hours = [dict(raw) for raw in data.get("office_hours", [])]
    ws.macros = [dict(raw) for raw in data.get("macros", [])]
    for raw in data.get("articles", []):
        _article(ws, raw)
    for raw in data.get("ticket_types", [{"id": "2840155", "name": "Requests", "description": ""}]):
        ws.ticket_types[str(raw["id"])] = TicketType(
            str(raw["id"]),
            raw["name"],
            raw.get("description", ""),
            ws.created_at,
            raw.get("category", "Customer"),
        )
    for raw in data.get("conversations", []):
        try:
            conversation = _conversation(ws, raw)
        except (KeyError, IndexError) as error:
            raise ValueError(f"conversation {raw.get('id')}: {error} is missing or unknown") from error
        except ValueError as error:
            raise ValueError(f"conversation {raw.get('id')}: {error}") from error
        ws.conversations[conversation.id] = conversation
    for raw in data.get("activity_logs", []):
        ws.activity_logs.append(
            ActivityLog(
                id=str(raw["id"]),
                at=unix(raw["at"]),
                admin_id=str(raw["admin_id"]),
                activity_type=raw["activity_type"],
                metadata=raw.get("metadata", {}),
                description=raw.get("description", ""),
            )
        )
    ws.activity_logs.sort(key=lambda log: log.at)


def free_conversation_id(ws: Workspace) -> str:
    """An id for a new conversation or ticket."""
    id_ = ws.new_id()
    while ws.story(id_) is not None:
        id_ = ws.new_id()
    return id_


def _optional(raw: Json, key: str) -> int | None:
    return unix(raw[key]) if raw.get(key) else None


def _people(ws: Workspace, data: Json) -> None:
    for raw in data.get("teams", []):
        ws.teams[str(raw["id"])] = Team(
            str(raw["id"]), raw["name"], tuple(map(str, raw.get("admin_ids", [])))
        )
    for raw in data.get("admins", []):
        id_ = str(raw["id"])
        in_teams = [team.id for team in ws.teams.values() if id_ in team.admin_ids]
        ws.admins[id_] = Admin(
            id=id_,
            name=raw["name"],
            email=raw["email"],
            job_title=raw.get("job_title", ""),
            away=raw.get("away", False),
            team_ids=[str(team) for team in raw.get("team_ids") or in_teams],
            avatar=raw.get("avatar"),
        )
    for raw in data.get("tags", []):
        ws.tags[str(raw["id"])] = Tag(str(raw["id"]), raw["name"])


def _customers(ws: Workspace, data: Json) -> None:
    for raw in data.get("segments", []):
        ws.segments[str(raw["id"])] = Segment(
            str(raw["id"]), raw["name"], _optional(raw, "created_at") or 0, raw.get("person_type", "contact")
        )
    for raw in data.get("companies", []):
        created = _optional(raw, "created_at") or 0
        company = Company(
            id=str(raw["id"]),
            company_id=str(raw.get("company_id", raw["id"])),
            name=raw["name"],
            plan=raw.get("plan"),
            monthly_spend=raw.get("monthly_spend", 0),
            user_count=raw.get("user_count", 0),
            session_count=raw.get("session_count", 0),
            last_request_at=_optional(raw, "last_request_at"),
            created_at=created,
            updated_at=_optional(raw, "last_request_at") or created,
            size=raw.get("size"),
            website=raw.get("website"),
            industry=raw.get("industry"),
            custom_attributes=dict(raw.get("custom_attributes", {})),
            segment_ids=[str(id_) for id_ in raw.get("segment_ids", [])],
            tag_ids=[str(id_) for id_ in raw.get("tag_ids", [])],
        )
        ws.companies[company.id] = company
    for raw in data.get("contacts", []):
        created = _optional(raw, "created_at") or 0
        contact = Contact(
            id=str(raw["id"]),
            external_id=raw.get("external_id"),
            role=raw.get("role", "user"),
            name=raw.get("name"),
            email=raw.get("email") or "",
            phone=raw.get("phone"),
            company_ids=[str(id_) for id_ in raw.get("company_ids", [])],
            created_at=created,
            updated_at=_optional(raw, "last_seen_at") or created,
            signed_up_at=_optional(raw, "signed_up_at"),
            last_seen_at=_optional(raw, "last_seen_at"),
            session_count=raw.get("session_count", 0),
            custom_attributes=dict(raw.get("custom_attributes", {})),
        )
        ws.contacts[contact.id] = contact


def _article(ws: Workspace, raw: Json) -> None:
    ws.articles[str(raw["id"])] = Article(
        id=str(raw["id"]),
        title=raw["title"],
        body=posted(raw["body"]),
        author_id=str(raw.get("author_id", next(iter(ws.admins), "0"))),
        created_at=_optional(raw, "created_at") or ws.created_at,
        description=raw.get("description"),
        state=raw.get("state", "published"),
    )


def _conversation(ws: Workspace, raw: Json) -> Conversation:
    opening, *rest = raw["parts"]
    contact_ids = [str(id_) for id_ in raw.get("contact_ids") or [raw["contact_id"]]]
    opener = _source_author(ws, opening)
    by_default = {"admin": "admin_initiated", "bot": "automated"}.get(opener.type, "customer_initiated")
    channel = raw.get("channel", "conversation")
    conversation = Conversation(
        id=str(raw["id"]),
        created_at=unix(opening["at"]),
        channel=channel,
        delivered_as=raw.get("delivered_as", by_default),
        source_id=str(raw.get("source_id") or ws.new_id()),
        body=_words(opening) or "",
        author=opener,
        contact_ids=contact_ids,
        subject=raw.get("subject") or "",
        url=raw.get("url", "https://app.example.com/" if channel == "conversation" else None),
        title=raw.get("title"),
        company_id=str(raw["company_id"]) if raw.get("company_id") else None,
        custom_attributes=dict(raw.get("custom_attributes", {})),
        sla_applied=raw.get("sla_applied"),
    )
    for id_ in contact_ids:
        if id_ not in ws.contacts:
            raise ValueError(f"contact {id_} is unknown")
    life.begin(conversation)
    _given_at_the_start(ws, conversation, raw, rest)
    for part in sorted(rest, key=lambda one: unix(one["at"])):
        _replay(ws, conversation, raw, part)
    _as_described(ws, conversation, raw)
    return conversation


def _given_at_the_start(ws: Workspace, conversation: Conversation, raw: Json, rest: list[Json]) -> None:
    """An owner that no part explains was given by a rule when the conversation came in."""
    explicit = {_target(ws, part)[0] for part in rest if part.get("kind") == "assignment" and "to" in part}
    if raw.get("team_id") and "team" not in explicit:
        team: Assignment = ("team", str(raw["team_id"]))
        happenings.assigns(ws, conversation, ws.fin, team, conversation.created_at)
    repliers = [
        part["who"] for part in rest if part["by"] == "admin" and part.get("kind", "comment") == "comment"
    ]
    owner = raw.get("assignee_id")
    if owner and "admin" not in explicit and str(owner) not in map(str, repliers[:1]):
        admin: Assignment = ("admin", str(owner))
        happenings.assigns(ws, conversation, ws.fin, admin, conversation.created_at)


def _replay(ws: Workspace, conversation: Conversation, raw: Json, part: Json) -> None:
    at, kind, body = unix(part["at"]), part.get("kind", "comment"), _words(part)
    match part["by"], kind:
        case "contact", "comment":
            happenings.contact_writes(ws, conversation, ws.contacts[str(part["who"])], body or "", at)
        case "admin", "comment":
            nobody = "assignee_id" in raw and raw["assignee_id"] is None
            admin = ws.admins[str(part["who"])]
            happenings.admin_replies(ws, conversation, admin, body or "", at, self_assign=not nobody)
        case "admin", "note":
            happenings.admin_notes(ws, conversation, ws.admins[str(part["who"])], body or "", at)
        case _, "assignment":
            happenings.assigns(ws, conversation, _author(ws, part), _target(ws, part), at, body)
        case "admin", "snoozed":
            until = _optional(part, "until") or _optional(raw, "snoozed_until")
            if until is None:
                raise ValueError("a snoozed part needs `until`, or the conversation `snoozed_until`")
            happenings.snoozes(ws, conversation, ws.admins[str(part["who"])], until, at)
        case _, "close":
            happenings.closes(ws, conversation, _author(ws, part), at, body)
        case _, "open":
            happenings.opens(ws, conversation, _author(ws, part), at)
        case "bot" | "fin", _:
            ai = part["by"] == "fin"
            happenings.bot_replies(ws, conversation, body, at, ai=ai, part_type=kind)
        case _:
            happenings.other(ws, conversation, kind, _author(ws, part), at, body)


def _as_described(ws: Workspace, conversation: Conversation, raw: Json) -> None:
    """Add the last steps that the described end needs and the parts leave out."""
    last = conversation.updated_at
    owner = conversation.admin_assignee_id or next(iter(ws.admins), None)
    wanted = raw.get("assignee_id", conversation.admin_assignee_id)
    wanted = str(wanted) if wanted else None
    if wanted != conversation.admin_assignee_id:
        happenings.assigns(ws, conversation, ws.fin, ("admin", wanted), last)
    state = raw.get("state", conversation.state)
    if state != conversation.state and owner is not None:
        admin = ws.admins[owner]
        if state == "snoozed":
            happenings.snoozes(ws, conversation, admin, unix(raw["snoozed_until"]), last)
        elif state == "closed":
            happenings.closes(ws, conversation, happenings.admin_author(admin), last)
        else:
            happenings.opens(ws, conversation, happenings.admin_author(admin), last)
    for tag in raw.get("tags", []):
        id_ = str(tag)
        conversation.tags[id_] = AppliedTag(ws.tags[id_], conversation.created_at, owner)
    if raw.get("priority"):
        conversation.priority = "priority"
    if rating := raw.get("rating"):
        contact = ws.contacts[conversation.contact_ids[0]]
        at = unix(rating["at"])
        happenings.rates(ws, conversation, contact, rating["score"], rating.get("remark") or "", at)
    if "read" in raw:
        conversation.read = bool(raw["read"])


def _words(part: Json) -> str | None:
    if "html" in part:
        return str(part["html"])
    return typed(part["text"]) if part.get("text") is not None else None


def _target(ws: Workspace, part: Json) -> Assignment:
    to = part.get("to")
    if to is None:
        return ("admin", None)
    return ("team" if str(to) in ws.teams else "admin", str(to))


def _author(ws: Workspace, part: Json) -> Author:
    match part["by"]:
        case "admin":
            return happenings.admin_author(ws.admins[str(part["who"])])
        case "contact":
            return happenings.contact_author(ws.contacts[str(part["who"])])
        case _:
            return ws.fin


def _source_author(ws: Workspace, opening: Json) -> Author:
    if opening["by"] == "contact":
        contact: Contact = ws.contacts[str(opening["who"])]
        return Author(contact.role, contact.id, contact.name, contact.email)
    return _author(ws, opening)
