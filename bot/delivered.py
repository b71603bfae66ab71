"""What came of a delivery, for the facts and for whoever waits for it: in the transaction that records it."""

from __future__ import annotations

from sqlmodel import Session

from bot.accounts import spreads, threads
from bot.clock import Moment
from bot.desk import channels, directly, outcomes
from bot.desk import delivery as answers
from bot.intake.apply import apply_conversation
from bot.intercom.facts import ConversationFacts
from bot.office import Office
from bot.outbox import kinds, settle
from bot.outbox.outcome import Look, Outcome, Sent
from bot.outbox.slack_sender import note_posts
from bot.store.conversations import ask_details
from bot.store.intents import Intent
from bot.store.threads import ANCHOR
from bot.watch import dead_letters


def after_delivery(
    session: Session, office: Office, intent: Intent, state: str, outcome: Outcome | Look, at: Moment
) -> None:
    """Have everybody who is concerned know that an intent is in `state` now, by that `outcome`."""
    note_posts(session, intent, state, outcome, at)
    if state == "done" and intent.kind == kinds.SLACK_POST:
        if intent.subject.startswith(spreads.POST):
            spreads.posted(session, office, intent.subject, at)
        elif intent.subject.startswith(ANCHOR):
            threads.posted(session, office, intent.subject, at)
    if state == "done" and intent.kind == kinds.SLACK_DELETE:
        settle.after_removal(session, intent, at)
    if isinstance(outcome, Sent) and isinstance(outcome.facts, ConversationFacts):
        apply_conversation(session, office.workspace, outcome.facts, at)
    elif isinstance(outcome, Sent) and intent.kind.startswith("intercom."):
        # Found by looking, or confirmed without a word on what the conversation has become.
        ask_details(session, office.workspace, intent.subject, at.machine)
    if state == "dead":
        dead_letters.tell(session, office, at)
        directly.after_outcome(session, office, intent, at)
        settle.after_refusal(session, intent, at)
    if intent.kind.startswith("intercom."):
        answers.after_outcome(session, office, intent, state, at)
        outcomes.after_outcome(session, office, intent, state, at)
        made = outcome.external_id if isinstance(outcome, Sent) else None
        channels.after_outcome(session, office, intent, state, made, at)
