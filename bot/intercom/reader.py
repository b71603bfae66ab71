"""The readers in one place: raw JSON in, facts out, no I/O, and no exception but `ReadError`."""

from __future__ import annotations

from bot.html_text import to_text
from bot.intercom.reader_conversation import read_conversation
from bot.intercom.reader_parts import part_kind, read_part
from bot.intercom.reader_people import (
    read_activity_log,
    read_admin,
    read_company,
    read_contact,
    read_me,
    read_tag,
    read_team,
    read_ticket_type,
)
from bot.intercom.reader_ticket import read_ticket
from bot.intercom.values import EPOCH, ReadError, decode
from bot.intercom.webhook import read_notification

__all__ = [
    "EPOCH",
    "ReadError",
    "decode",
    "part_kind",
    "read_activity_log",
    "read_admin",
    "read_company",
    "read_contact",
    "read_conversation",
    "read_me",
    "read_notification",
    "read_part",
    "read_tag",
    "read_team",
    "read_ticket",
    "read_ticket_type",
    "to_text",
]
