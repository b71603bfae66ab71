"""Everything that is stored about one customer's person, as plain values to be written out for them.

Nobody else's: what another customer said in a conversation with them is left out, colleagues of ours are
named only where they wrote to the person or noted something about them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from bot.store import calls, clocks, conversations, intents, outside, spreads
from bot.store.accounts import Contact, get_account
from bot.store.audit import AuditEntry
from bot.store.conversations import Conversation
from bot.store.intents import Intent
from bot.store.parts import Part, parts_of
from bot.store.person import Person
from bot.store.posts import DIRECT, Post, get_post, posts_under
from bot.store.privacy import receipts_about
from bot.store.receipts import Receipt

ANOTHER = "another customer"
_ROWS = 200
_TELLING = 40
"""Characters by which a line is known again where it was shortened."""

_CONVERSATION = (
    "id", "title", "channel", "state", "priority", "tags", "attributes", "created_at", "updated_at",
    "waiting_since", "snoozed_until", "last_close_at", "reopens", "rating", "rating_remark", "rating_at",
)  # fmt: skip
_CONTACT = (
    "id", "name", "email", "role", "signed_up_at", "last_seen_at", "updated_at", "fetched_at", "merged_into",
)  # fmt: skip
_OUTSIDE = ("channel", "place", "author_name", "author_kind", "at", "title", "text", "conversation_id")
_CLOCK = ("clock", "policy", "target_seconds", "started_at", "due_at", "stopped_at", "state", "late_seconds")


def gather(session: Session, person: Person) -> dict[str, Any]:
    """The person's data by kind. Instants are ISO 8601 in UTC."""
    ids = [*person.conversations]
    rows = [row for each in ids if (row := conversations.get(session, person.workspace, each)) is not None]
    return {
        "contact": [
            _picked(row, _CONTACT) | {"account": _account(session, person.workspace, row.account_id)}
            for row in _contacts(session, person)
        ],
        "conversations": [_conversation(session, person, row) for row in rows],
        "took_part_in": [
            {"conversation": each, "messages": [_message(part) for part in _own(session, person, each)]}
            for each in person.elsewhere
        ],
        "outside_intercom": [
            _picked(row, _OUTSIDE)
            for row in outside.of_person(
                session, person.workspace, person.contact_ids, person.emails, alone=True
            )
        ],
        "posted_to_slack": [post for each in ids for post in _posts(session, person, each)],
        "sent_to_intercom": [each for id_ in ids for each in _answers(session, person.workspace, id_)],
        "webhooks": _webhooks(session, person),
        "audit_log": [each for id_ in ids for each in _audit(session, person.workspace, id_)],
    }


def _picked(row: SQLModel, names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _contacts(session: Session, person: Person) -> list[Contact]:
    query = select(Contact).where(
        Contact.workspace == person.workspace, col(Contact.id).in_(person.contact_ids)
    )
    return list(session.exec(query))


def _account(session: Session, workspace: str, account_id: str | None) -> str | None:
    row = get_account(session, workspace, account_id)
    return row.name if row is not None else None


def _conversation(session: Session, person: Person, row: Conversation) -> dict[str, Any]:
    told = _picked(row, _CONVERSATION)
    told["messages"] = [
        _message(part) if _may_be_told(person, part) else {"by": ANOTHER, "at": _plain(part.created_at)}
        for part in parts_of(session, row.workspace, row.id)
    ]
    told["promises"] = [_picked(clock, _CLOCK) for clock in clocks.clocks_of(session, row.workspace, row.id)]
    told["spreading_issue"] = _spread(session, row)
    return told


def _spread(session: Session, row: Conversation) -> dict[str, Any] | None:
    """Since when it counts in one. The title is left out: it may be another customer's words."""
    member = spreads.members_among(session, row.workspace, [row.id]).get(row.id)
    return None if member is None else {"number": member.number, "since": _plain(member.joined_at)}


def _may_be_told(person: Person, part: Part) -> bool:
    return part.author_type != "contact" or part.author_id in person.contact_ids


def _message(part: Part) -> dict[str, Any]:
    return {
        "id": part.id,
        "at": _plain(part.created_at),
        "by": part.author_name,
        "as": part.author_type,
        "kind": part.kind,
        "text": part.text,
        "attachments": part.attachments,
    }


def _own(session: Session, person: Person, conversation_id: str) -> list[Part]:
    parts = parts_of(session, person.workspace, conversation_id)
    return [part for part in parts if part.author_type == "contact" and _may_be_told(person, part)]


def posts_about(session: Session, workspace: str, conversation_id: str) -> list[Post]:
    """Messages about a conversation: alerts, calls, what its holders were told, what came of deeds."""
    found = [
        post
        for kind in ("alert", "ring", "call", "hold", "handover")
        for post in posts_under(session, workspace, f"{kind}:{conversation_id}:")
    ]
    for alert in clocks.alerts_of(session, workspace, conversation_id):
        # A burst that tells of others too is drawn anew without this one (`erase_conversation`).
        shared = get_post(session, workspace, alert.burst)
        if shared is not None and len(clocks.of_burst(session, workspace, shared.key)) == 1:
            found.append(shared)
    for name in calls.shared_posts(session, workspace, conversation_id):
        shared = get_post(session, workspace, name)
        of = {each.conversation_id for each in calls.in_post(session, workspace, name)}
        if shared is not None and of == {conversation_id}:
            found.append(shared)
    for kind, key in _acts(session, workspace, conversation_id):
        names = [f"outcome:{key}", *(_cards(key.partition(":")[2]) if kind in _SAID else ())]
        posts = [get_post(session, workspace, name) for name in names]
        found.extend(post for post in posts if post is not None)
    return found


def batches_about(session: Session, workspace: str, conversation_id: str) -> list[Post]:
    """Messages on what became of answers that went to others too.

    They are found by the answer's key, which is left when its words are not.
    """
    ending = f":{conversation_id}"
    names = [
        name
        for kind, key in _acts(session, workspace, conversation_id)
        if kind in _SAID and key.endswith(ending)
        for name in _cards(key.partition(":")[2].removesuffix(ending))
    ]
    posts = [get_post(session, workspace, name) for name in names]
    return [post for post in posts if post is not None]


def _cards(occurrence: str) -> tuple[str, str]:
    """The names under which what became of an answer is told."""
    return f"delivery:{occurrence}", f"delivery:{occurrence}{DIRECT}"


def _acts(session: Session, workspace: str, conversation_id: str) -> list[tuple[str, str]]:
    """Kind and key of everything that was to be done to a conversation in Intercom."""
    query = select(Intent.kind, Intent.key).where(
        Intent.workspace == workspace,
        Intent.subject == conversation_id,
        col(Intent.kind).startswith("intercom."),
    )
    return list(session.exec(query.order_by(col(Intent.id))))


_SAID = ("intercom.reply", "intercom.note")


def _posts(session: Session, person: Person, conversation_id: str) -> list[dict[str, Any]]:
    others = [
        line.strip()[:_TELLING]
        for part in parts_of(session, person.workspace, conversation_id)
        if not _may_be_told(person, part)
        for line in part.text.splitlines()
        if line.strip()
    ]

    def own(text: str) -> str:
        # A message quotes whoever wrote last, and may quote two persons in one text.
        lines = text.split("\n")
        return "\n".join(ANOTHER if any(each in line for each in others) else line for line in lines)

    return [
        {
            "conversation": conversation_id,
            "channel": post.channel,
            "ts": post.ts,
            "state": post.state,
            "words": [own(text) for text in _words(_newest(session, post))],
        }
        for post in posts_about(session, person.workspace, conversation_id)
    ]


def _newest(session: Session, post: Post) -> Any:
    every = intents.about(session, post.workspace, post.key, kinds=("slack.post", "slack.edit"))
    wordy = [each.payload["blocks"] for each in every if "blocks" in each.payload]
    return wordy[-1] if wordy else []


def _words(value: Any) -> list[str]:
    """Every text in a message's blocks, in reading order."""
    if isinstance(value, list):
        return [text for each in value for text in _words(each)]
    if not isinstance(value, dict):
        return []
    text = value.get("text")
    own = [text] if isinstance(text, str) else []
    return own + [found for key, each in value.items() if key != "text" or not own for found in _words(each)]


def _answers(session: Session, workspace: str, conversation_id: str) -> list[dict[str, Any]]:
    query = (
        select(Intent)
        .where(
            Intent.workspace == workspace,
            Intent.subject == conversation_id,
            col(Intent.kind).startswith("intercom."),
        )
        .order_by(col(Intent.id))
    )
    return [
        {
            "conversation": conversation_id,
            "what": intent.kind.removeprefix("intercom."),
            "decided_at": _plain(intent.decided_at),
            "state": intent.state,
            "words": intent.payload.get("plain"),
        }
        for intent in session.exec(query)
    ]


def _webhooks(session: Session, person: Person) -> list[dict[str, Any]]:
    """That Intercom told something, and when: what it told is in the conversations."""
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        numbers, after = receipts_about(session, person, after, _ROWS)
        rows = session.exec(select(Receipt).where(col(Receipt.id).in_(numbers)).order_by(col(Receipt.id)))
        found.extend(_picked(row, ("topic", "received_at", "applied_at")) for row in rows)
    return found


def _audit(session: Session, workspace: str, conversation_id: str) -> list[dict[str, Any]]:
    query = (
        select(AuditEntry)
        .where(AuditEntry.workspace == workspace, AuditEntry.conversation_id == conversation_id)
        .order_by(col(AuditEntry.id))
    )
    return [
        {"conversation": conversation_id, **_picked(row, ("at", "action", "source", "outcome"))}
        for row in session.exec(query)
    ]
