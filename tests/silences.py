"""What is told of silences, and an office in which customers wrote at given times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from harness import House
from on_the_screen import words
from small_office import scenario


def quiet(house: House) -> list[str]:
    return [words(each.blocks) for each in house.posts("alerts", "post:quiet:")]


def written(channel: str, instants: Iterable[datetime], **more: Any) -> dict[str, Any]:
    """The small office, where conversations came in on a channel at these instants, and nothing else did."""
    made = scenario("1001")
    made["conversations"] = [
        {
            "id": f"7{number:03}",
            "contact_id": "p1",
            "channel": channel,
            "state": "closed",
            "parts": [
                {"by": "contact", "who": "p1", "at": at.isoformat(), "text": f"Question {number}?"},
                {"by": "admin", "who": "8802", "at": at.isoformat(), "kind": "close"},
            ],
            **more,
        }
        for number, at in enumerate(instants)
    ]
    return made


def written_until(
    last: datetime, channel: str, *, every: timedelta = timedelta(hours=5), **more: Any
) -> dict[str, Any]:
    """A month of them, one each five hours."""
    return written(channel, (last - number * every for number in range(timedelta(days=29) // every)), **more)
