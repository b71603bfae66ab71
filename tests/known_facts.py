"""What the bot knows, in a form that two bots can be compared by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from bot.store.conversations import Conversation
from bot.store.parts import Part


def facts(session: Any) -> dict[str, Any]:
    fetching = {"details_due", "details_tries", "details_absent"}
    conversations = {
        row.id: {key: value for key, value in row.model_dump().items() if key not in fetching}
        for row in session.exec(select(Conversation))
    }
    parts = {f"{row.conversation_id}/{row.id}": row.model_dump() for row in session.exec(select(Part))}
    return {"conversations": conversations, "parts": parts}


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What differs between two `facts`, a line each."""
    found = []
    for table in one:
        for key in sorted(one[table].keys() | other[table].keys()):
            a, b = one[table].get(key), other[table].get(key)
            if a is None or b is None:
                found.append(f"{table} {key}: only in the {'second' if a is None else 'first'}")
                continue
            found.extend(f"{table} {key} {name}: {a[name]} / {b[name]}" for name in a if a[name] != b[name])
    return found
