"""How the looks for an intent of unknown outcome have gone; kept in its payload until that is known."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from bot.store import intents
from bot.store.intents import Intent

_LOOKS = "looks"


def of(intent: Intent) -> dict[str, Any]:
    """`nothing` was found so many times; since then so many `failed`, the first at `since` (machine time)."""
    return dict(intent.payload.get(_LOOKS) or {})


def keep(session: Session, intent_id: int, looks: dict[str, Any] | None) -> None:
    """Remember how the looks went; None forgets it."""
    intent = intents.by_id(session, intent_id)
    if intent is None:
        return
    # Its words may have been erased since a sender was handed them.
    session.refresh(intent)
    rest = {name: value for name, value in intent.payload.items() if name != _LOOKS}
    intent.payload = rest if looks is None else {**rest, _LOOKS: looks}
    session.add(intent)
    session.flush()
