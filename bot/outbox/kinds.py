"""The kinds of intents."""

from __future__ import annotations

from bot.store.lanes import Overtaking

SLACK_POST = "slack.post"
SLACK_EDIT = "slack.edit"
SLACK_DELETE = "slack.delete"
SLACK_FILE_DELETE = "slack.file_delete"
INTERCOM_REPLY = "intercom.reply"
INTERCOM_NOTE = "intercom.note"
INTERCOM_ASSIGN = "intercom.assign"
INTERCOM_SNOOZE = "intercom.snooze"
INTERCOM_CLOSE = "intercom.close"
INTERCOM_OPEN = "intercom.open"
INTERCOM_TAG = "intercom.tag"
INTERCOM_UNTAG = "intercom.untag"
INTERCOM_TEAM = "intercom.team"
INTERCOM_TICKET = "intercom.ticket"
INTERCOM_START = "intercom.start"

WORDS = (INTERCOM_REPLY, INTERCOM_NOTE)
"""Kinds that carry a rep's words: never resent blindly."""

NEVER_TWICE = (*WORDS, INTERCOM_START, INTERCOM_TICKET)
"""Kinds of which Intercom would have two if they were sent twice."""

INTERCOM_QUEUE = "intercom"
"""The queue of everything for Intercom: a Slack that hangs holds up no answer to a customer."""

OVERTAKING = Overtaking(
    by=WORDS,
    over=(INTERCOM_ASSIGN, INTERCOM_TEAM, INTERCOM_TAG, INTERCOM_UNTAG, INTERCOM_TICKET),
    after=2,
)
"""A customer's answer does not wait for what else is done to their conversation, once that was tried twice in
vain. Closing, snoozing and opening keep their order: an answer opens a conversation again.
"""

NAMES = {
    SLACK_POST: "a message",
    SLACK_EDIT: "an edit",
    SLACK_DELETE: "a deletion",
    SLACK_FILE_DELETE: "a file's deletion",
    INTERCOM_REPLY: "an answer to a customer",
    INTERCOM_NOTE: "a note",
    INTERCOM_ASSIGN: "an assignment",
    INTERCOM_SNOOZE: "a snooze",
    INTERCOM_CLOSE: "a close",
    INTERCOM_OPEN: "a reopening",
    INTERCOM_TAG: "a tag",
    INTERCOM_UNTAG: "a tag to take away",
    INTERCOM_TEAM: "an assignment to a team",
    INTERCOM_TICKET: "a ticket",
    INTERCOM_START: "a conversation of words in Slack",
}
"""What people call them."""
