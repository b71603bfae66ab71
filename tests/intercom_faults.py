"""Intercom's bad days, for whatever sends answers: what the bot can make sure of, and what it cannot.

By name the kind of a fault of the reply call, and what more there is to say of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness import QUICK

PATIENT = replace(QUICK, attempt=1.5, looks=(0.05, 0.4))
"""Short enough for a hang, long enough for a machine that stands still for a moment, and a second look that
comes after what is late has landed.
"""

HANGS = 2.2
"""Longer than an attempt waits."""

Fault = tuple[str, dict[str, Any]]

SURE: dict[str, Fault] = {
    "too many calls": ("rate_limit", {"seconds": 1}),
    "too many calls, twice": ("rate_limit", {"seconds": 1, "times": 2}),
    "cut after the work": ("drop_after", {}),
    "cut, and done a moment later": ("late", {"seconds": 0.25}),
}
DOUBTFUL: dict[str, Fault] = {
    "a fault of Intercom's own": ("error", {"status": 500}),
    "a gateway's fault": ("error", {"status": 502, "error": "bad_gateway"}),
    "cut before the work": ("drop_before", {}),
    "no answer in time": ("hang", {"seconds": HANGS}),
}
