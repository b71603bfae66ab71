"""Turn what Intercom tells about a conversation into facts. Newer wins; nothing known is forgotten.

This is the one function behind webhooks, the sweep, fetched details and the answers to our own writes, so
losing every webhook costs minutes, not truth.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.clock import Moment
from bot.intercom.facts import ConversationFacts, PartFacts
from bot.outbox.kinds import INTERCOM_ASSIGN, INTERCOM_REPLY
from bot.store import intents, rechecks
from bot.store.accounts import get_contact
from bot.store.conversations import Conversation, Part, get
from bot.store.intents import Intent


def apply_conversation(
    session: Session, workspace: str, facts: ConversationFacts, at: Moment
) -> Conversation:
    """Bring the tables up to `facts` and ask for everything that depends on them to be judged anew.

    Facts older than what is stored only add parts that were missing. Facts without all parts (webhooks,
    search rows) leave a wish for details behind unless they bring nothing new.
    """
    stored = get(session, workspace, facts.id)
    newer = stored is None or facts.updated_at >= stored.updated_at
    before = _gist(stored) if stored is not None else None
    row = stored or Conversation(
        workspace=workspace,
        id=facts.id,
        channel=facts.channel,
        started_by=facts.started_by,
        state=facts.state,
        created_at=facts.created_at,
        updated_at=facts.updated_at,
    )
    changed = False
    if newer:
        _take_fields(session, row, facts)
        changed = _gist(row) != before
        if facts.parts_complete:
            row.details_due, row.details_tries = None, 0
        elif changed:
            row.details_due, row.details_tries = at.machine, 0
    _take_people(session, row, facts, at)
    session.add(row)
    session.flush()
    added = _take_parts(session, workspace, facts)
    if changed or added or facts.parts_complete:
        rechecks.ask_about(session, row, now=at.machine)
    return row


def _gist(row: Conversation) -> tuple[object, ...]:
    """What promises and cards hang on. `updated_at` alone has whole seconds, and more can happen in one."""
    return (
        row.updated_at,
        row.state,
        row.waiting_since,
        row.snoozed_until,
        row.priority,
        row.admin_assignee_id,
        row.team_assignee_id,
        row.rating,
    )


def ask_details(session: Session, workspace: str, conversation_id: str, at: Moment) -> None:
    """Have a conversation fetched whole: something happened to it that was not shown."""
    row = get(session, workspace, conversation_id)
    if row is not None:
        row.details_due, row.details_tries = at.machine, 0
        session.add(row)


def forget_conversation(session: Session, workspace: str, conversation_id: str, at: Moment) -> None:
    """A conversation was deleted in Intercom: it is over, its clocks stop, its words stay for the story."""
    row = get(session, workspace, conversation_id)
    if row is None:
        return
    row.state = "closed"
    row.waiting_since, row.snoozed_until, row.details_due = None, None, None
    row.last_close_at = row.last_close_at or at.now
    session.add(row)
    rechecks.ask_about(session, row, now=at.machine)


def _take_fields(session: Session, row: Conversation, facts: ConversationFacts) -> None:
    stats = facts.statistics
    row.title = facts.title or row.title
    row.channel = facts.channel
    row.delivered_as = facts.delivered_as or row.delivered_as
    row.started_by = facts.started_by
    row.state = facts.state
    row.priority = facts.priority
    row.created_at, row.updated_at = facts.created_at, facts.updated_at
    row.waiting_since, row.snoozed_until = facts.waiting_since, facts.snoozed_until
    row.team_assignee_id = facts.team_assignee_id
    row.tags = list(facts.tags)
    row.attributes = dict(facts.custom_attributes)
    row.sla_name, row.sla_status = facts.sla_name, facts.sla_status
    if facts.company_id:
        row.account_id = facts.company_id
    row.first_admin_reply_at = stats.first_admin_reply_at or row.first_admin_reply_at
    row.last_admin_reply_at = stats.last_admin_reply_at or row.last_admin_reply_at
    row.last_contact_reply_at = stats.last_contact_reply_at or row.last_contact_reply_at
    row.last_close_at = stats.last_close_at or row.last_close_at
    row.reopens = stats.count_reopens if stats.count_reopens is not None else row.reopens
    if facts.rating is not None:
        row.rating, row.rating_remark, row.rating_at = (
            facts.rating.score,
            facts.rating.remark,
            facts.rating.at,
        )
    if facts.admin_assignee_id != row.admin_assignee_id:
        row.admin_assignee_id = facts.admin_assignee_id
        if not _overtaken(session, row, facts.admin_assignee_id):
            # An assignment made in Intercom wins over a claim that is still on its way there.
            _take_assignment(row, facts)
            intents.drop_pending(session, row.workspace, row.id, kinds=(INTERCOM_ASSIGN,))


def _take_assignment(row: Conversation, facts: ConversationFacts) -> None:
    if row.claimed_by != facts.admin_assignee_id:
        row.claimed_by = facts.admin_assignee_id
        since = facts.statistics.last_assignment_at or facts.updated_at
        row.claimed_at = since if facts.admin_assignee_id else None


def _overtaken(session: Session, row: Conversation, admin_id: str | None) -> bool:
    """Whether this assignment is our own that has only now arrived, with a later one of ours behind it.

    A reply to a conversation that nobody has assigns as well.
    """
    ours = intents.about(session, row.workspace, row.id, kinds=(INTERCOM_ASSIGN, INTERCOM_REPLY))
    begun = max((place for place, intent in enumerate(ours) if intent.attempts), default=None)
    if begun is None or _assignee(ours[begun]) != admin_id:
        return False
    return any(each.kind == INTERCOM_ASSIGN and each.state in intents.OPEN for each in ours[begun + 1 :])


def _assignee(intent: Intent) -> str | None:
    name = "assignee_id" if intent.kind == INTERCOM_ASSIGN else "admin_id"
    found: str | None = intent.payload.get(name)
    return found


def _take_people(session: Session, row: Conversation, facts: ConversationFacts, at: Moment) -> None:
    if row.contact_id is None and facts.contact_ids:
        row.contact_id = facts.contact_ids[0]
    opener = facts.opener
    if row.contact_name is None and opener is not None and opener.type == "contact":
        row.contact_name = opener.name or opener.email
    contact = get_contact(session, row.workspace, row.contact_id)
    if contact is None:
        if row.contact_id is not None and row.details_due is None and row.details_tries == 0:
            row.details_due = at.machine
        return
    row.contact_name = contact.name or contact.email or row.contact_name
    if row.account_id is None:
        row.account_id = contact.account_id


def _take_parts(session: Session, workspace: str, facts: ConversationFacts) -> int:
    added = 0
    source_id = facts.source.id if facts.source is not None else None
    for part in facts.all_parts:
        stored = session.get(Part, (workspace, facts.id, part.id))
        if stored is None:
            raw_kind = "source" if part.id == source_id else part.raw_kind
            session.add(_part(workspace, facts.id, part, raw_kind))
            added += 1
        elif stored.text != part.text and (part.text or facts.parts_complete):
            # Redacted or edited in Intercom: what Intercom says now is what may be shown.
            stored.text = part.text
            session.add(stored)
            added += 1
    session.flush()
    return added


def _part(workspace: str, conversation_id: str, part: PartFacts, raw_kind: str) -> Part:
    return Part(
        workspace=workspace,
        conversation_id=conversation_id,
        id=part.id,
        kind=part.kind,
        raw_kind=raw_kind,
        author_type=part.author_type,
        author_id=part.author_id,
        author_name=part.author_name or part.author_email,
        automatic=part.automatic,
        public_reply=part.is_public_reply,
        customer_message=part.is_customer_message,
        text=part.text,
        attachments=len(part.attachments),
        created_at=part.created_at,
    )
