"""A chain of calls in the small office, and what it has posted."""

from __future__ import annotations

import re
from typing import Any

from harness import House
from on_the_screen import key_of, words
from small_office import TOML, scenario

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


def told_to(tell: str) -> str:
    """The chain with these words in the place of the leads, which a claim does not end."""
    return URGENT.replace('tell = ["leads"], times = 2, every = "20m"', f"tell = {tell}").replace(
        'name = "urgent"\nsteps', 'name = "urgent"\nstopped_by = ["snooze"]\nsteps'
    )


def speaking_until(closes: str, toml: str = TOML) -> str:
    """The same settings, with hours of alerts that end while the team still works."""
    days = "".join(f'hours.{day} = ["08:00-{closes}"]\n' for day in ("tue", "wed"))
    calendar = f'[calendars.early]\nzone = "Europe/Berlin"\n{days}\n[[policies]]'
    return toml.replace("[[policies]]", calendar, 1).replace("burst = 0", 'burst = 0\nhours = "early"')


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


def crowd(count: int) -> dict[str, Any]:
    """The customer of 1001 asks that often, in conversations from 2000 on."""
    data = scenario("1001")
    first = data["conversations"][0]
    data["conversations"] = [{**first, "id": f"{2000 + n}"} for n in range(count)]
    return data


def opened_at(*moments: str) -> dict[str, Any]:
    """The crowd of as many, who wrote at these times of the morning."""
    data = crowd(len(moments))
    for each, moment in zip(data["conversations"], moments, strict=True):
        each["parts"] = [{**each["parts"][0], "at": f"2026-11-24T{moment}+01:00"}]
    return data


def named(message: Message) -> set[str]:
    """The conversations that a message names, each by its link."""
    return set(re.findall(r"/conversations/(\d+)\|", words(message.blocks)))
