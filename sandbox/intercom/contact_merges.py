"""Merging a lead into a user: the user goes on with what both had, the lead is gone.

A conversation's contacts are told anew from then on; who wrote a message stays as it was when it was written,
and no conversation counts as updated. Intercom documents neither, so this is the harder case for a reader.
"""

from __future__ import annotations

from sandbox.intercom.errors import ApiError, invalid, not_found
from sandbox.intercom.model import Contact, MergedContact, Workspace

_FEW = 3
"""Merges in a row over which Intercom still says who a merged contact is now."""


def merge(ws: Workspace, from_id: str, into_id: str, at: int) -> Contact:
    """Merge one contact into another; the one that goes on. ApiError where Intercom would refuse."""
    lead, user = ws.contacts.get(from_id), ws.contacts.get(into_id)
    if lead is None or user is None:
        raise not_found("User Not Found")
    if lead.role != "lead" or user.role != "user":
        raise invalid(
            "A lead can be merged into a user, and nobody else", "from" if lead.role != "lead" else "into"
        )
    user.email, user.phone = user.email or lead.email, user.phone or lead.phone
    user.name = user.name or lead.name
    user.company_ids += [each for each in lead.company_ids if each not in user.company_ids]
    user.last_seen_at = max(user.last_seen_at or 0, lead.last_seen_at or 0) or None
    user.last_replied_at = max(user.last_replied_at or 0, lead.last_replied_at or 0) or None
    user.updated_at = at
    for conversation in ws.conversations.values():
        conversation.contact_ids = _told_anew(conversation.contact_ids, from_id, into_id)
    for ticket in ws.tickets.values():
        ticket.story.contact_ids = _told_anew(ticket.story.contact_ids, from_id, into_id)
    del ws.contacts[from_id]
    ws.merged[from_id] = MergedContact(from_id, lead.role, into_id, at)
    return user


def merged_into(ws: Workspace, contact_id: str) -> list[MergedContact]:
    """Who was merged into a contact, the latest first."""
    found = [each for each in ws.merged.values() if each.into == contact_id]
    return sorted(found, key=lambda each: each.at, reverse=True)


def gone(ws: Workspace, contact_id: str) -> ApiError | None:
    """How API 2.16 refuses to show a contact that was merged away: with the address of who they are now."""
    now = contact_id
    for _ in range(_FEW):
        if now not in ws.merged:
            break
        now = ws.merged[now].into
    if now == contact_id:
        return None
    told = "This contact has been merged. See the 'Link' header for the canonical contact."
    return ApiError(410, "contact_merged", told, headers={"Link": f'</contacts/{now}>; rel="canonical"'})


def _told_anew(ids: list[str], from_id: str, into_id: str) -> list[str]:
    return list(dict.fromkeys(into_id if each == from_id else each for each in ids))
