"""A chain of calls in the small office, and what it has posted."""

from __future__ import annotations

from harness import House
from on_the_screen import key_of
from small_office import TOML

from sandbox.slack.model import Message

CHAIN = """
[[escalations]]
name = "urgent"
steps = [
  { after = "10m", tell = ["leads"], times = 2, every = "20m" },
  { after = "1h", tell = ["#lobby", "cem@small.example"] },
]
"""
URGENT = TOML.replace('name = "enterprise"\n', 'name = "enterprise"\nescalation = "urgent"\n') + CHAIN


def calls(house: House, conversation_id: str = "1001") -> list[Message]:
    """Everything that an escalation posted about a conversation, in order of time."""
    found = [
        message
        for channel in house.slack.channels
        for message in house.slack.messages(channel)
        if key_of(message).startswith(f"post:call:{conversation_id}:")
    ]
    return sorted(found, key=lambda message: message.ts)


def direct(house: House, user: str) -> str:
    return house.slack.im_with(user).id
