"""Turn what Intercom tells about a conversation into facts. Newer wins; nothing known is forgotten.

This is the one function behind webhooks, the sweep, fetched details and the answers to our own writes, so
losing every webhook costs minutes, not truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.clock import Moment
from bot.intake.erased import admit
from bot.intake.known import Known, known
from bot.intake.merging import pair_merged
from bot.intake.tickets import described
from bot.intercom.facts import TICKET, ConversationFacts, PartFacts
from bot.outbox.kinds import INTERCOM_ASSIGN
from bot.store import intents, rechecks
from bot.store.conversations import Conversation, get
from bot.store.intents import Act
from bot.store.rows import bring

_OF_A_TICKET = ("state", "updated_at", "snoozed_until", "team_assignee_id")


def apply_conversation(
    session: Session, workspace: str, facts: ConversationFacts, at: Moment
) -> Conversation | None:
    """Bring the tables up to `facts` and ask for everything that depends on them to be judged anew.

    Facts older than what is stored only add parts that were missing. Facts without all parts (webhooks,
    search rows) leave a wish for details behind unless they bring nothing new. None for a person's who was
    erased.
    """
    return apply_conversations(session, workspace, (facts,), at)[0]


def apply_conversations(
    session: Session, workspace: str, several: Sequence[ConversationFacts], at: Moment
) -> list[Conversation | None]:
    """The same for several, in their order; a row for each. The tables are asked once for all of them."""
    admitted = admit(session, workspace, several)
    before = known(session, workspace, [facts for facts in admitted if facts is not None])
    changed: dict[str, Conversation] = {}
    rows: list[Conversation | None] = []
    for facts in admitted:
        if facts is None:
            rows.append(None)
            continue
        row = _take_row(session, before, facts, at)
        added = _take_parts(before, facts, row, at)
        if row.differs or added or facts.parts_complete:
            row.stored.cleared_at = None
            changed[facts.id] = row.stored
        rows.append(row.stored)
    session.flush()
    before.write_parts(session)
    merged = {facts.id for facts in several if any(part.kind == "merge" for part in facts.parts)}
    pair_merged(session, (row for row in rows if row is not None and row.id in merged), at)
    rechecks.ask_about(session, *changed.values(), now=at.machine)
    for contact_id in sorted(before.replaced):
        # Perhaps the other one was merged into them, and left more behind than this conversation.
        rechecks.ask_anew(session, workspace, rechecks.CONTACT, contact_id, now=at.machine)
    return rows


class _Row(NamedTuple):
    """A conversation that facts were brought to, and whether that changed anything that matters.

    `newer`: the facts are not older than what was known, `later`: they are of a later second.
    """

    stored: Conversation
    differs: bool
    newer: bool
    later: bool


def _take_row(session: Session, known: Known, facts: ConversationFacts, at: Moment) -> _Row:
    stored = known.conversations.get(facts.id)
    turned = stored is not None and stored.channel == TICKET != facts.channel
    later = stored is None or turned or facts.updated_at > stored.updated_at
    newer = later or (stored is not None and facts.updated_at == stored.updated_at)
    before = _gist(stored) if stored is not None else None
    if stored is None:
        stored = Conversation(workspace=known.workspace, id=facts.id, **_fields(known, facts))
        known.conversations[facts.id] = stored
        session.add(stored)
    elif newer:
        if turned:
            # A ticket turned out to be a conversation, which tells by itself what its customer said.
            known.drop_part((facts.id, described(facts.id)))
        bring(stored, **_told(stored, _fields(known, facts)))
    if newer:
        _take_assignee(session, known, stored, facts)
    changed = newer and _gist(stored) != before
    if newer and facts.parts_complete:
        stored.details_due, stored.details_tries, stored.details_absent = None, 0, 0
    elif changed:
        _ask_details(stored, at)
    _take_people(known, stored, facts, at, newer=newer)
    return _Row(stored, changed, newer, later)


def _ask_details(stored: Conversation, at: Moment) -> None:
    stored.details_due, stored.details_tries, stored.details_absent = at.machine, 0, 0


def _told(stored: Conversation, fields: dict[str, Any]) -> dict[str, Any]:
    """What of these fields is set. A ticket that is a conversation knows little of what that is known for."""
    if fields["channel"] == TICKET != stored.channel:
        return {name: fields[name] for name in _OF_A_TICKET}
    return fields


def _gist(row: Conversation) -> tuple[object, ...]:
    """What promises and cards hang on. `updated_at` alone has whole seconds, more can happen in one, and tags
    do not move it.
    """
    return (
        row.updated_at,
        row.state,
        row.waiting_since,
        row.snoozed_until,
        row.priority,
        row.admin_assignee_id,
        row.team_assignee_id,
        row.rating,
        frozenset(row.tags),
        row.attributes,
    )


def forget_conversation(session: Session, workspace: str, conversation_id: str, at: Moment) -> None:
    """A conversation was deleted in Intercom: it is over, its clocks stop, its words stay for the story."""
    row = get(session, workspace, conversation_id)
    if row is None:
        return
    if row.state != "closed":
        # A close before is another one: what was said since is over only now.
        row.state, row.last_close_at = "closed", at.now
    row.waiting_since, row.snoozed_until, row.details_due = None, None, None
    session.add(row)
    rechecks.ask_about(session, row, now=at.machine)


def _fields(known: Known, facts: ConversationFacts) -> dict[str, Any]:
    """What the facts say of the columns of the same name. What they do not tell stays as it is in the row."""
    stats = facts.statistics
    told: dict[str, Any] = {
        "channel": facts.channel,
        "started_by": facts.started_by,
        "state": facts.state,
        "priority": facts.priority,
        "created_at": facts.created_at,
        "updated_at": facts.updated_at,
        "waiting_since": known.waits(facts),
        "snoozed_until": facts.snoozed_until,
        "team_assignee_id": facts.team_assignee_id,
    }
    if facts.tags is not None:
        told["tags"] = list(facts.tags)
    if facts.custom_attributes is not None:
        told["attributes"] = dict(facts.custom_attributes)
    if facts.sla is not None:
        told["sla_name"], told["sla_status"] = facts.sla.name, facts.sla.status
    if facts.rating is not None:
        told["rating"], told["rating_remark"] = facts.rating.score, facts.rating.remark
        told["rating_at"] = facts.rating.at
    if stats.count_reopens is not None:
        told["reopens"] = stats.count_reopens
    perhaps = {
        "title": facts.title,
        "delivered_as": facts.delivered_as,
        "account_id": _account(known, facts),
        "first_admin_reply_at": stats.first_admin_reply_at,
        "last_admin_reply_at": stats.last_admin_reply_at,
        "last_contact_reply_at": stats.last_contact_reply_at,
        "last_close_at": stats.last_close_at,
    }
    if stats.time_to_admin_reply is not None:
        told["time_to_admin_reply"] = stats.time_to_admin_reply
    return told | {name: value for name, value in perhaps.items() if value}


def _account(known: Known, facts: ConversationFacts) -> str | None:
    return None if facts.company_id in known.deleted else facts.company_id


def _take_assignee(session: Session, known: Known, row: Conversation, facts: ConversationFacts) -> None:
    ours = known.acts.get(row.id, [])
    if facts.admin_assignee_id != row.admin_assignee_id:
        row.admin_assignee_id = facts.admin_assignee_id
        if not _overtaken(ours, facts.admin_assignee_id):
            # An assignment made in Intercom wins over a claim that is still on its way there.
            _take_assignment(row, facts)
            if ours:
                intents.drop_pending(session, row.workspace, row.id, kinds=(INTERCOM_ASSIGN,))
    elif facts.admin_assignee_id is not None and facts.admin_assignee_id == row.claimed_by:
        _take_assignment_time(ours, row, facts)


def _take_assignment(row: Conversation, facts: ConversationFacts) -> None:
    if row.claimed_by != facts.admin_assignee_id:
        row.claimed_by = facts.admin_assignee_id
        since = facts.statistics.last_assignment_at or facts.updated_at
        row.claimed_at = since if facts.admin_assignee_id else None


def _take_assignment_time(ours: list[Act], row: Conversation, facts: ConversationFacts) -> None:
    """It went to somebody else and back, of which we saw only the end. A claim of ours keeps its own time."""
    since = facts.statistics.last_assignment_at
    if since is None or since == row.claimed_at:
        return
    if not any(_assignee(each) == row.claimed_by for each in ours):
        row.claimed_at = since


def _overtaken(ours: list[Act], admin_id: str | None) -> bool:
    """Whether this assignment is our own that has only now arrived, with a later one of ours behind it."""
    begun = max((place for place, act in enumerate(ours) if act.attempts), default=None)
    if begun is None or _assignee(ours[begun]) != admin_id:
        return False
    return any(each.kind == INTERCOM_ASSIGN and each.state in intents.OPEN for each in ours[begun + 1 :])


def _assignee(act: Act) -> str | None:
    name = "assignee_id" if act.kind == INTERCOM_ASSIGN else "admin_id"
    found: str | None = act.payload.get(name)
    return found


def _take_people(
    known: Known, row: Conversation, facts: ConversationFacts, at: Moment, *, newer: bool
) -> None:
    people = [known.now(each) or "" for each in facts.contact_ids]
    gone = newer and row.contact_id is not None and row.contact_id not in people
    if people and (row.contact_id is None or gone):
        # A lead who was merged into a user is that user from now on, wherever they belong.
        row.contact_id = people[0]
        if gone:
            row.contact_name, row.account_id, row.details_tries = None, _account(known, facts), 0
            if row.contact_id in known.contacts:
                known.replaced.add(row.contact_id)
    if people and newer and (facts.channel != TICKET or row.channel == TICKET):
        others = [each for each in people if each != row.contact_id]
        if others != row.other_contacts:
            row.other_contacts = others
    opener = facts.opener
    if row.contact_name is None and opener is not None and opener.type == "contact":
        row.contact_name = opener.name or opener.email
    unknown = (each for each in (row.contact_id, *row.other_contacts) if each and each not in known.contacts)
    if any(unknown) and row.details_due is None and row.details_tries == 0:
        row.details_due = at.machine
    contact = known.contacts.get(row.contact_id) if row.contact_id else None
    if contact is None:
        return
    name = contact.name or contact.email or row.contact_name
    if name != row.contact_name:
        row.contact_name = name
    if row.account_id is None:
        row.account_id = contact.account_id


def _take_parts(known: Known, facts: ConversationFacts, row: _Row, at: Moment) -> int:
    """Add parts that were missing, and put in what known ones say now: the number of both.

    Redacted or edited in Intercom: what Intercom says now is what may be shown. A hint that comes late still
    has what was redacted, and of two of one second nobody knows which is the later: then Intercom is asked.
    """
    added = 0
    source_id = facts.source.id if facts.source is not None else None
    for part in facts.all_parts:
        text = known.texts.get((facts.id, part.id))
        if text is None:
            raw_kind = "source" if part.id == source_id else part.raw_kind
            known.add_part(_part(known, facts.id, part, raw_kind))
            added += 1
        elif text == part.text or not row.newer:
            continue
        elif facts.parts_complete or (part.text and row.later):
            known.edit_part((facts.id, part.id), part.text)
            added += 1
        elif part.text or part.redacted:
            _ask_details(row.stored, at)
    return added


def _part(known: Known, conversation_id: str, part: PartFacts, raw_kind: str) -> dict[str, Any]:
    """The columns of a part's row, the workspace aside."""
    return {
        "conversation_id": conversation_id,
        "id": part.id,
        "kind": part.kind,
        "raw_kind": raw_kind,
        "author_type": part.author_type,
        "author_id": known.now(part.author_id) if part.author_type == "contact" else part.author_id,
        "author_name": part.author_name or part.author_email,
        "automatic": part.automatic,
        "by_ai": part.by_ai,
        "public_reply": part.is_public_reply,
        "customer_message": part.is_customer_message,
        "text": part.text,
        "attachments": len(part.attachments),
        "created_at": part.created_at,
    }
