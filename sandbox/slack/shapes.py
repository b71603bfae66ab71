"""The limits of Block Kit as data: `limits.json`, usable by the validator and by the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LIMITS: dict[str, Any] = json.loads(Path(__file__).with_name("limits.json").read_text("utf-8"))
SHAPES: dict[str, dict[str, Any]] = LIMITS["shapes"]
GROUPS: dict[str, dict[str, str]] = {
    name: members if isinstance(members, dict) else {member: member for member in members}
    for name, members in LIMITS["groups"].items()
}
INTERACTIVE: frozenset[str] = frozenset(name for name, shape in SHAPES.items() if shape.get("interactive"))


def limit(shape: str, field: str) -> tuple[int, int | None]:
    """(least, most) characters or items that `field` of a block or element may have; most None is no limit.

    >>> limit("button", "text")
    (1, 75)
    """
    spec = SHAPES[shape]["fields"][field]
    low, high = next(spec[kind] for kind in ("text", "str", "list", "int") if kind in spec)
    return low, high
