"""The shapes of contacts, companies, segments and articles, REST API version 2.14."""

from __future__ import annotations

from sandbox.intercom.model import Article, Company, Contact, Segment, Workspace
from sandbox.intercom.render import Json, number, stated, tag


def contact(ws: Workspace, one: Contact) -> Json:
    path = f"/contacts/{one.id}"
    companies = [
        {"type": "company", "id": id_, "url": f"/companies/{id_}"}
        for id_ in one.company_ids
        if id_ in ws.companies
    ]
    return {
        "type": "contact",
        "id": one.id,
        "workspace_id": ws.app_id,
        "external_id": one.external_id,
        "role": one.role,
        "email": one.email,
        "email_domain": one.email.partition("@")[2],
        "phone": one.phone,
        "name": one.name,
        "avatar": {"type": "avatar", "image_url": one.avatar} if one.avatar else None,
        "owner_id": None,
        "social_profiles": {"type": "list", "data": []},
        "has_hard_bounced": False,
        "marked_email_as_spam": False,
        "unsubscribed_from_emails": False,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "signed_up_at": one.signed_up_at,
        "last_seen_at": one.last_seen_at,
        "last_replied_at": one.last_replied_at,
        "last_contacted_at": one.last_contacted_at,
        "last_email_opened_at": None,
        "last_email_clicked_at": None,
        "language_override": None,
        "browser": None,
        "browser_version": None,
        "browser_language": None,
        "os": None,
        "location": {"type": "location", "country": None, "region": None, "city": None},
        "android_app_name": None,
        "android_app_version": None,
        "android_device": None,
        "android_os_version": None,
        "android_sdk_version": None,
        "android_last_seen_at": None,
        "ios_app_name": None,
        "ios_app_version": None,
        "ios_device": None,
        "ios_os_version": None,
        "ios_sdk_version": None,
        "ios_last_seen_at": None,
        "custom_attributes": one.custom_attributes,
        "tags": _sublist([], f"{path}/tags"),
        "notes": _sublist([], f"{path}/notes"),
        "companies": _sublist(companies, f"{path}/companies"),
    }


def _sublist(data: list[Json], url: str) -> Json:
    """The first ten of a contact's things; the rest is behind `url`."""
    return {
        "type": "list",
        "data": data[:10],
        "url": url,
        "total_count": len(data),
        "has_more": len(data) > 10,
    }


def company(ws: Workspace, one: Company) -> Json:
    plan = {"type": "plan", "id": one.plan.lower().replace(" ", "-"), "name": one.plan} if one.plan else {}
    optional = {
        "last_request_at": one.last_request_at,
        "size": one.size,
        "website": one.website,
        "industry": one.industry,
    }
    return {
        "type": "company",
        "id": one.id,
        "company_id": one.company_id,
        "app_id": ws.app_id,
        "name": one.name,
        "remote_created_at": one.created_at,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "monthly_spend": one.monthly_spend,
        "session_count": one.session_count,
        "user_count": one.user_count,
        "plan": plan,
        "custom_attributes": one.custom_attributes,
        "tags": {"type": "tag.list", "tags": [tag(ws.tags[id_]) for id_ in one.tag_ids if id_ in ws.tags]},
        "segments": {
            "type": "segment.list",
            "segments": [segment(ws.segments[id_]) for id_ in one.segment_ids if id_ in ws.segments],
        },
        **stated(optional),
    }


def segment(one: Segment, count: int | None = None) -> Json:
    shape: Json = {
        "type": "segment",
        "id": one.id,
        "name": one.name,
        "created_at": one.created_at,
        "updated_at": one.created_at,
        "person_type": one.person_type,
    }
    if count is not None:
        shape["count"] = count
    return shape


def article(ws: Workspace, one: Article) -> Json:
    return {
        "type": "article",
        "id": one.id,
        "workspace_id": ws.app_id,
        "title": one.title,
        "description": one.description,
        "body": one.body,
        "author_id": number(one.author_id) or 0,
        "state": one.state,
        "created_at": one.created_at,
        "updated_at": one.created_at,
        "url": f"https://help.example.com/articles/{one.id}" if one.state == "published" else None,
        "parent_id": None,
        "parent_ids": [],
        "parent_type": None,
        "default_locale": "en",
        "tags": {"type": "tag.list", "tags": []},
    }
