"""How a part changes its conversation: the one place where Intercom's own bookkeeping happens.

Live calls, the page and the scenario loader all end in `begin` and `append`, so what a loaded conversation
says of itself is what the same events would have made of it live.
"""

from __future__ import annotations

from statistics import median

from sandbox.intercom.model import Assignment, Conversation, Part, Statistics


def begin(conversation: Conversation) -> None:
    """Set what the opening message alone makes of a conversation."""
    conversation.updated_at = conversation.created_at
    if conversation.author.type in ("user", "lead"):
        _contact_wrote(conversation, conversation.created_at)


def append(conversation: Conversation, part: Part) -> None:
    """Add a part and everything that follows from it. Parts come in the order of their time."""
    stats = conversation.statistics
    conversation.parts.append(part)
    conversation.updated_at = max(conversation.updated_at, part.at)
    stats.count_conversation_parts += 1
    if part.assigned_to is not None:
        _assign(conversation, part.assigned_to, part.at)
    if part.is_public and part.by_contact:
        _contact_wrote(conversation, part.at)
    elif part.is_public:
        conversation.read = False
        if part.by_admin:
            _admin_replied(conversation, part)
        elif part.author.from_ai_agent:
            conversation.ai_agent_participated = True
    if part.by_admin and part.author.id not in conversation.teammate_ids:
        conversation.teammate_ids.append(part.author.id)
    _move_state(conversation, part)


def _move_state(conversation: Conversation, part: Part) -> None:
    stats = conversation.statistics
    match part.part_type:
        case "close" | "merged_secondary_conversation":
            if conversation.state != "closed":
                stats.first_close_at = stats.first_close_at or part.at
                stats.last_close_at = part.at
                started = _started(conversation)
                stats.time_to_first_close = stats.first_close_at - started
                stats.time_to_last_close = part.at - started
                stats.last_closed_by_id = part.author.id if part.by_admin else None
            conversation.state, conversation.snoozed_until = "closed", None
        case "snoozed":
            conversation.state, conversation.snoozed_until = "snoozed", part.snoozed_until
        case "open" | "assign_and_reopen" | "note_and_reopen":
            _reopen(conversation)
        case "assign_and_unsnooze" | "note_and_unsnooze" | "timer_unsnooze":
            _reopen(conversation)
        case _ if part.is_public and part.by_contact:
            _reopen(conversation)
    part.state = conversation.state


def _reopen(conversation: Conversation) -> None:
    if conversation.state == "closed":
        conversation.statistics.count_reopens += 1
    conversation.state, conversation.snoozed_until = "open", None


def _contact_wrote(conversation: Conversation, at: int) -> None:
    """A contact's message waits for an admin: `waiting_since` is the latest such message."""
    stats = conversation.statistics
    stats.first_contact_reply_at = stats.first_contact_reply_at or at
    stats.last_contact_reply_at = at
    conversation.waiting_since = at
    conversation.waiting_from = conversation.waiting_from or at
    conversation.read = True


def _admin_replied(conversation: Conversation, part: Part) -> None:
    stats = conversation.statistics
    waited_from = conversation.waiting_from
    if waited_from is not None:
        stats.reply_times.append(part.at - waited_from)
        stats.median_time_to_reply = int(median(stats.reply_times))
    if stats.first_admin_reply_at is None:
        stats.first_admin_reply_at = part.at
        stats.time_to_admin_reply = part.at - _started(conversation)
        if conversation.team_assignee_id is not None and stats.last_assignment_at is not None:
            stats.team_first_response.append(
                (conversation.team_assignee_id, part.at - stats.last_assignment_at)
            )
    if stats.last_assignment_at is not None and _unanswered_since_assignment(stats):
        stats.last_assignment_admin_reply_at = part.at
    stats.last_admin_reply_at = part.at
    conversation.waiting_since = conversation.waiting_from = None


def _unanswered_since_assignment(stats: Statistics) -> bool:
    answered, assigned = stats.last_assignment_admin_reply_at, stats.last_assignment_at
    return answered is None or (assigned is not None and answered < assigned)


def _assign(conversation: Conversation, assignment: Assignment, at: int) -> None:
    """Intercom keeps an admin and a team side by side; an assignment sets one of the two."""
    kind, assignee = assignment
    if kind == "team":
        conversation.team_assignee_id = assignee
    else:
        conversation.admin_assignee_id = assignee
    if assignee is None:
        return
    if kind == "admin" and assignee not in conversation.teammate_ids:
        conversation.teammate_ids.append(assignee)
    stats = conversation.statistics
    stats.count_assignments += 1
    stats.first_assignment_at = stats.first_assignment_at or at
    stats.last_assignment_at = at
    if stats.first_admin_reply_at is None:
        stats.time_to_assignment = at - _started(conversation)


def _started(conversation: Conversation) -> int:
    """What Intercom measures from: the first words of a contact, else the opening of the conversation."""
    return conversation.statistics.first_contact_reply_at or conversation.created_at
