"""Contacts, companies, teammates, teams, tags and the audit log out of raw JSON.

Every function raises `ReadError` only if `raw` is no JSON object; a missing id becomes "".
"""

from __future__ import annotations

from datetime import datetime

from bot.intercom.facts_people import (
    ActivityLog,
    AdminFacts,
    CompanyFacts,
    ContactFacts,
    Me,
    Tag,
    TeamFacts,
    TicketType,
)
from bot.intercom.reader_parts import is_operator, tag_names
from bot.intercom.values import (
    EPOCH,
    as_attributes,
    as_count,
    as_dict,
    as_flag,
    as_id,
    as_ids,
    as_instant,
    as_line,
    as_number,
    as_object,
    as_objects,
)


def read_contact(raw: object) -> ContactFacts:
    """A contact (2.x) or user or lead (1.x)."""
    item = as_object(raw)
    companies = as_objects(item.get("companies"), "data", "companies")
    embedded = as_dict(item.get("companies"))
    kind = as_line(item.get("type"))
    history = as_objects(item.get("merge_history"), "data")
    return ContactFacts(
        id=as_id(item.get("id")) or as_id(item.get("contact_id")) or "",
        external_id=as_id(item.get("external_id")) or as_id(item.get("user_id")),
        role=as_line(item.get("role")) or (kind if kind in ("user", "lead", "visitor") else None),
        name=as_line(item.get("name")),
        email=as_line(item.get("email")),
        phone=as_line(item.get("phone")),
        company_ids=tuple(dict.fromkeys(i for company in companies if (i := as_id(company.get("id"))))),
        owner_id=as_id(item.get("owner_id")),
        created_at=as_instant(item.get("created_at")),
        updated_at=as_instant(item.get("updated_at")),
        signed_up_at=as_instant(item.get("signed_up_at")),
        last_seen_at=as_instant(item.get("last_seen_at")) or as_instant(item.get("last_request_at")),
        custom_attributes=as_attributes(item.get("custom_attributes")),
        archived=as_flag(item.get("archived")),
        deleted=as_flag(item.get("deleted")),
        merged=tuple(dict.fromkeys(i for one in history if (i := as_id(one.get("source_contact_id"))))),
        more_companies=as_flag(embedded.get("has_more")),
    )


def read_company(raw: object) -> CompanyFacts:
    """A company; webhooks give ISO times and `tag_ids` without names where REST gives seconds and tags."""
    item = as_object(raw)
    plan = item.get("plan")
    segments = (as_line(one.get("name")) for one in as_objects(item.get("segments"), "segments", "data"))
    return CompanyFacts(
        id=as_id(item.get("id")) or "",
        company_id=as_id(item.get("company_id")),
        name=as_line(item.get("name")),
        plan=as_line(as_dict(plan).get("name")) or as_line(plan),
        monthly_spend=as_number(item.get("monthly_spend")),
        user_count=as_count(item.get("user_count")),
        session_count=as_count(item.get("session_count")),
        last_request_at=as_instant(item.get("last_request_at")),
        created_at=as_instant(item.get("created_at")),
        updated_at=as_instant(item.get("updated_at")),
        custom_attributes=as_attributes(item.get("custom_attributes")),
        tags=tag_names(item.get("tags")),
        segments=tuple(name for name in segments if name),
    )


def read_admin(raw: object) -> AdminFacts:
    item = as_object(raw)
    email = as_line(item.get("email"))
    seat = item.get("has_inbox_seat")
    return AdminFacts(
        id=as_id(item.get("id")) or "",
        name=as_line(item.get("name")),
        email=email,
        away=as_flag(item.get("away_mode_enabled")),
        away_reassign=as_flag(item.get("away_mode_reassign")),
        team_ids=as_ids(item.get("team_ids")),
        has_inbox_seat=seat if isinstance(seat, bool) else None,
        is_bot=item.get("type") in ("bot", "operator") or is_operator(email),
    )


def read_me(raw: object, *, api_version: str | None = None, told_at: datetime | None = None) -> Me:
    """The answer of GET /me."""
    item = as_object(raw)
    app = as_dict(item.get("app"))
    return Me(
        admin=read_admin(item),
        app_id=as_id(app.get("id_code")),
        app_name=as_line(app.get("name")),
        region=as_line(app.get("region")),
        timezone=as_line(app.get("timezone")),
        api_version=as_line(api_version),
        told_at=told_at,
    )


def read_team(raw: object) -> TeamFacts:
    item = as_object(raw)
    return TeamFacts(
        id=as_id(item.get("id")) or "",
        name=as_line(item.get("name")),
        admin_ids=as_ids(item.get("admin_ids")),
    )


def read_tag(raw: object) -> Tag:
    item = as_object(raw)
    return Tag(id=as_id(item.get("id")) or "", name=as_line(item.get("name")) or "")


def read_ticket_type(raw: object) -> TicketType:
    item = as_object(raw)
    return TicketType(
        id=as_id(item.get("id")) or "",
        name=as_line(item.get("name")) or "",
        category=as_line(item.get("category")),
        archived=as_flag(item.get("archived")),
    )


def read_activity_log(raw: object) -> ActivityLog:
    item = as_object(raw)
    by = as_dict(item.get("performed_by"))
    return ActivityLog(
        id=as_id(item.get("id")) or "",
        at=as_instant(item.get("created_at")) or EPOCH,
        activity_type=as_line(item.get("activity_type")) or "",
        description=as_line(item.get("activity_description")),
        admin_id=as_id(by.get("id")),
        admin_name=as_line(by.get("name")) or as_line(by.get("email")),
        metadata=as_attributes(item.get("metadata")),
    )
