"""What a card builder hands over: a message, or a view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]
View = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """Blocks, and `text`: the sentence a phone notification shows. It holds no customer words."""

    text: str
    blocks: list[Block]
