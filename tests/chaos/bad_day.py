"""A bad day at Slack and Intercom: about half of all posts and replies go wrong, in one of several ways."""

from __future__ import annotations

from typing import Any

from sandbox.faults import Fault, FaultBoard, Kind, Service

LATE = 0.4
"""How long after its connection broke a late request is still carried out, seconds."""

HANG = 0.9
"""Longer than an attempt may take."""

Troubles = tuple[tuple[Kind, float, dict[str, Any]], ...]
"""(what goes wrong, with what share of all calls, further fields of the fault)"""

HALF: Troubles = (
    ("drop_after", 0.14, {}),
    ("late", 0.12, {"seconds": LATE}),
    ("error", 0.07, {"error": "internal_error", "status": 500}),
    ("drop_before", 0.06, {}),
    ("hang", 0.05, {"seconds": HANG}),
    ("rate_limit", 0.04, {"seconds": 1}),
)
"""26 % are carried out though nobody is told, 22 % are not."""

SOME: Troubles = (
    ("drop_after", 0.04, {}),
    ("drop_before", 0.03, {}),
    ("error", 0.03, {"error": "internal_error", "status": 500}),
)

CALLS: tuple[tuple[Service, str, Troubles], ...] = (
    ("slack", "chat.postMessage", HALF),
    ("slack", "chat.update", SOME),
    ("slack", "conversations.history", SOME),
    ("slack", "conversations.replies", SOME),
    ("intercom", "POST /conversations/*/reply", HALF),
    ("intercom", "POST /conversations/*/parts", SOME),
    ("intercom", "GET /conversations/*", SOME),
)


def begin(board: FaultBoard) -> None:
    """From now on the day is bad; `board.clear()` ends it."""
    for service, call, troubles in CALLS:
        left = 1.0
        for kind, share, more in troubles:
            # The board asks one fault after the other: each is met only by what the ones before let pass.
            probability = share / left
            left -= share
            board.add(Fault(service, call, kind, times=-1, probability=probability, **more))
