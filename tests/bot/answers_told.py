"""Where a rep reads what became of an answer."""

from __future__ import annotations

from harness import House

from sandbox.slack.model import Message


def delivery(house: House) -> Message:
    """The one message about answers, wherever it stands."""
    found = [
        message for channel in house.slack.channels for message in house.posts(channel, "post:delivery:")
    ]
    assert len(found) == 1, [each.text for each in found]
    return found[0]
