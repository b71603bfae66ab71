"""The kinds of intents."""

from __future__ import annotations

SLACK_POST = "slack.post"
SLACK_EDIT = "slack.edit"
INTERCOM_REPLY = "intercom.reply"
INTERCOM_NOTE = "intercom.note"
INTERCOM_ASSIGN = "intercom.assign"
INTERCOM_SNOOZE = "intercom.snooze"
INTERCOM_CLOSE = "intercom.close"
INTERCOM_OPEN = "intercom.open"

WORDS = (INTERCOM_REPLY, INTERCOM_NOTE)
"""Kinds that carry a rep's words: never resent blindly."""
