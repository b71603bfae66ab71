"""What can happen to a conversation, and which webhook topics tell of it.

Each function makes the part that Intercom makes, appends it (life.py) and answers with the happening. The
page, the REST routes and the scenario loader all use these, so they cannot disagree.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

from sandbox.intercom import life
from sandbox.intercom.model import (
    Admin,
    AppliedTag,
    Assignment,
    Author,
    Contact,
    Conversation,
    Part,
    Rating,
    Tag,
    Workspace,
)


@dataclass(frozen=True)
class Happening:
    """A change of one conversation: the parts it made or touched, and its topics, the chief one first."""

    conversation: Conversation
    topics: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def part(self) -> Part:
        return self.parts[0]


def admin_author(admin: Admin) -> Author:
    return Author("admin", admin.id, admin.name, admin.email)


def contact_author(contact: Contact) -> Author:
    """In parts everybody is a `user`, leads too (captures); only the opening message says `lead`."""
    return Author("user", contact.id, contact.name, contact.email)


def contact_writes(
    ws: Workspace, conversation: Conversation, contact: Contact, body: str, at: int
) -> Happening:
    """A customer's message. It reopens a closed conversation (then the part is an `open` with a body) and
    wakes a snoozed one."""
    kind = "open" if conversation.state == "closed" else "comment"
    part = _append(ws, conversation, kind, contact_author(contact), at, body)
    contact.last_replied_at = contact.last_seen_at = at
    contact.updated_at = max(contact.updated_at, at)
    if contact.id not in conversation.contact_ids:
        conversation.contact_ids.append(contact.id)
    return Happening(conversation, ("conversation.user.replied",), (part,))


def admin_replies(
    ws: Workspace,
    conversation: Conversation,
    admin: Admin,
    body: str,
    at: int,
    *,
    part_type: str = "comment",
    metadata: dict[str, Any] | None = None,
    self_assign: bool = True,
) -> Happening:
    """A public reply. On a conversation that nobody has, it assigns: one part of type `assignment` with the
    reply as its body, told under the topics of both."""
    topics: tuple[str, ...] = ("conversation.admin.replied",)
    assigned: Assignment | None = None
    if self_assign and conversation.admin_assignee_id is None:
        part_type, assigned = "assignment", ("admin", admin.id)
        topics += _assigned_topics(conversation)
    part = _append(
        ws, conversation, part_type, admin_author(admin), at, body, assigned=assigned, metadata=metadata
    )
    for contact_id in conversation.contact_ids:
        if contact_id in ws.contacts:
            ws.contacts[contact_id].last_contacted_at = at
    return Happening(conversation, topics, (part,))


def admin_notes(ws: Workspace, conversation: Conversation, admin: Admin, body: str, at: int) -> Happening:
    part = _append(ws, conversation, "note", admin_author(admin), at, body)
    return Happening(conversation, ("conversation.admin.noted",), (part,))


def bot_replies(
    ws: Workspace,
    conversation: Conversation,
    body: str | None,
    at: int,
    *,
    ai: bool,
    part_type: str = "comment",
) -> Happening:
    """An automatic answer; `ai` when Fin's agent wrote it. Either way the customer keeps waiting."""
    fin = ws.fin
    author = Author("bot", fin.id, fin.name, fin.email, from_ai_agent=ai, is_ai_answer=ai)
    part = _append(ws, conversation, part_type, author, at, body)
    if ai:
        conversation.ai_agent_participated = True
        conversation.ai_agent = conversation.ai_agent or {
            "source_type": "profile",
            "source_title": None,
            "last_answer_type": "ai_answer",
            "resolution_state": None,
            "rating": None,
            "rating_remark": None,
            "created_at": at,
            "content_sources": {"type": "content_source.list", "total_count": 0, "content_sources": []},
        }
        conversation.ai_agent["updated_at"] = at
    return Happening(conversation, ("conversation.operator.replied",), (part,))


def assigns(
    ws: Workspace, conversation: Conversation, by: Author, to: Assignment, at: int, body: str | None = None
) -> Happening:
    """An assignment; a body is sent to the customer. A closed conversation is opened by it."""
    was = conversation.state
    kind = {"closed": "assign_and_reopen", "snoozed": "assign_and_unsnooze"}.get(was, "assignment")
    part = _append(ws, conversation, kind, by, at, body, assigned=to)
    topics = _assigned_topics(conversation)
    if was == "closed":
        topics += ("conversation.admin.opened",)
    if was == "snoozed":
        topics += ("conversation.admin.unsnoozed",)
    if body is not None:
        topics += ("conversation.admin.replied",)
    return Happening(conversation, topics, (part,))


def snoozes(ws: Workspace, conversation: Conversation, admin: Admin, until: int, at: int) -> Happening:
    part = _append(ws, conversation, "snoozed", admin_author(admin), at, until=until)
    heapq.heappush(ws.snoozes, (until, conversation.id))
    return Happening(conversation, ("conversation.admin.snoozed",), (part,))


def closes(
    ws: Workspace, conversation: Conversation, by: Author, at: int, body: str | None = None
) -> Happening:
    part = _append(ws, conversation, "close", by, at, body)
    topics: tuple[str, ...] = ("conversation.admin.closed",)
    if body is not None:
        topics += ("conversation.admin.replied",)
    return Happening(conversation, topics, (part,))


def opens(ws: Workspace, conversation: Conversation, by: Author, at: int) -> Happening:
    woken = conversation.state == "snoozed"
    part = _append(ws, conversation, "open", by, at)
    topic = "conversation.admin.unsnoozed" if woken else "conversation.admin.opened"
    return Happening(conversation, (topic,), (part,))


def wakes(ws: Workspace, conversation: Conversation, at: int) -> Happening:
    """The end of a snooze that nobody cut short."""
    part = _append(ws, conversation, "timer_unsnooze", ws.fin, at)
    return Happening(conversation, ("conversation.admin.unsnoozed",), (part,))


def rates(
    ws: Workspace, conversation: Conversation, contact: Contact, score: int, remark: str, at: int
) -> Happening:
    """The customer's verdict, 1 to 5, on the admin who answered last."""
    answered = [part.author.id for part in conversation.parts if part.by_admin and part.is_public]
    part = _append(ws, conversation, "conversation_rating_changed", contact_author(contact), at)
    teammate = answered[-1] if answered else conversation.admin_assignee_id
    asked = conversation.statistics.last_close_at or at
    conversation.rating = Rating(score, remark, asked, at, contact.id, teammate)
    return Happening(conversation, ("conversation.rating.added",), (part,))


def prioritises(ws: Workspace, conversation: Conversation, by: Author, priority: bool, at: int) -> Happening:
    conversation.priority = "priority" if priority else "not_priority"
    part = _append(ws, conversation, "priority_changed", by, at)
    return Happening(conversation, ("conversation.priority.updated",), (part,))


def tags(ws: Workspace, conversation: Conversation, tag: Tag, admin: Admin, at: int) -> Happening:
    """A tag is put on the conversation's latest words (the opening message when there are no others).

    The conversation does not count as updated by it: what Intercom sent of one was dated minutes before.
    """
    conversation.tags[tag.id] = AppliedTag(tag, at, admin.id)
    worded = [part for part in conversation.parts if part.body is not None]
    for part in worded[-1:]:
        if tag not in part.tags:
            part.tags.append(tag)
    return Happening(conversation, ("conversation_part.tag.created",), tuple(worded[-1:]))


def untags(conversation: Conversation, tag: Tag) -> Happening:
    """No topic tells of it, and the conversation does not count as updated."""
    del conversation.tags[tag.id]
    for part in conversation.parts:
        if tag in part.tags:
            part.tags.remove(tag)
    return Happening(conversation, (), ())


def changes_attributes(
    ws: Workspace, conversation: Conversation, changes: dict[str, Any], at: int
) -> Happening:
    """Custom attributes over the API: a part by the bot for each (published example), told by no topic."""
    parts = []
    for name, value in changes.items():
        conversation.custom_attributes[name] = value
        part = _append(ws, conversation, "conversation_attribute_updated_by_admin", ws.fin, at)
        part.event_details = {"attribute": {"name": name}, "value": {"name": str(value)}}
        parts.append(part)
    return Happening(conversation, (), tuple(parts))


def merges(
    ws: Workspace, secondary: Conversation, primary: Conversation, at: int
) -> tuple[Happening, Happening]:
    """One conversation is merged into another: the first is closed for good, the second goes on.

    Both get a part that does not name the other, and the secondary an attribute of that name (seen in the
    field); no topic tells of it (2.16). A wait of the secondary counts in the primary from now on (example
    of the reference).
    """
    waited = secondary.waiting_since is not None
    left = _append(ws, secondary, "merged_secondary_conversation", ws.fin, at)
    secondary.waiting_since = secondary.waiting_from = None
    secondary.custom_attributes["Merged"] = True
    took = _append(ws, primary, "merged_primary_conversation", ws.fin, at)
    if waited:
        primary.waiting_since = took.at
        primary.waiting_from = primary.waiting_from or took.at
        if primary.state == "closed":
            opens(ws, primary, ws.fin, at)
    return Happening(secondary, (), (left,)), Happening(primary, (), (took,))


def other(
    ws: Workspace, conversation: Conversation, part_type: str, author: Author, at: int, body: str | None
) -> Happening:
    """Any other part type: kept in the story, changes nothing else."""
    return Happening(conversation, (), (_append(ws, conversation, part_type, author, at, body),))


def _assigned_topics(conversation: Conversation) -> tuple[str, ...]:
    if conversation.state == "open":
        return ("conversation.admin.assigned", "conversation.admin.open.assigned")
    return ("conversation.admin.assigned",)


def _append(
    ws: Workspace,
    conversation: Conversation,
    part_type: str,
    author: Author,
    at: int,
    body: str | None = None,
    *,
    assigned: Assignment | None = None,
    until: int | None = None,
    metadata: dict[str, Any] | None = None,
) -> Part:
    # A second event in the same moment, or one dated back, still comes after what is already there.
    at = max(at, conversation.parts[-1].at if conversation.parts else conversation.created_at)
    part = Part(
        id=ws.new_id(),
        part_type=part_type,
        author=author,
        at=at,
        body=body,
        assigned_to=assigned,
        snoozed_until=until,
        metadata=metadata or {},
    )
    life.append(conversation, part)
    return part
