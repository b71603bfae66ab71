"""What is different about an account since its card was last drawn, in words that a rep reads at a glance.

Pure. What was seen is kept as plain JSON beside the thread, so that a restart forgets nothing; it holds ids,
states and reps' names, never a customer's words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.durations import plural

OPEN, SNOOZED, CLOSED = "open", "snoozed", "closed"
_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """How one conversation stands: its state, its owner's name, and whether its customer waits."""

    state: str
    owner: str | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """Conversations that are new and those that changed, and both in words."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words)


def seen(conversations: Mapping[str, Standing], *, late: bool, risk: str | None) -> dict[str, Any]:
    """What is kept of a drawing, to tell the next one from it."""
    return {
        "conversations": {
            each: [standing.state, standing.owner, standing.waits] for each, standing in conversations.items()
        },
        "late": late,
        "risk": risk,
    }


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """What happened between two drawings, both as `seen` made them. Nothing before: nothing is marked."""
    if not before:
        return Changes()
    old, now = before["conversations"], after["conversations"]
    new = [each for each in now if each not in old]
    moved = [each for each in now if each in old and now[each] != old[each]]
    words = [
        *([plural(len(new), "new conversation")] if new else ()),
        *_states([(old[each][0], now[each][0]) for each in moved]),
        *_waits([(old[each], now[each]) for each in moved]),
        *_owners([(old[each][1], now[each][1]) for each in moved]),
    ]
    if after["late"] and not before["late"]:
        words.append("a reply is late")
    if None not in (before["risk"], after["risk"]) and after["risk"] != before["risk"]:
        words.append(f"risk now {after['risk']}")
    return Changes(tuple(new), tuple(moved), tuple(words[:_MOST_WORDS]))


def completed(before: Mapping[str, Any], after: Mapping[str, Any], ids: Iterable[str]) -> Mapping[str, Any]:
    """What was seen, and what it does not hold of these, which were closed and kept no more: what is open
    again as closed, what is closed still as it stands now."""
    if not before:
        return before
    now = after["conversations"]
    closed = {each: now[each] if now[each][0] == CLOSED else [CLOSED, None, False] for each in ids}
    return {**before, "conversations": {**closed, **before["conversations"]}}


def alive(before: Mapping[str, Any]) -> set[str]:
    """What was not closed when it was seen."""
    return {each for each, standing in before.get("conversations", {}).items() if standing[0] != CLOSED}


def _states(moves: Sequence[tuple[str, str]]) -> list[str]:
    told = Counter(now if now != OPEN else "opened again" for old, now in moves if old != now)
    return [f"{told[each]} {each}" for each in (CLOSED, SNOOZED, "opened again") if told[each]]


def _waits(moves: Sequence[tuple[Sequence[Any], Sequence[Any]]]) -> list[str]:
    wrote = sum(now[2] and not old[2] for old, now in moves)
    answered = sum(old[2] and not now[2] and now[0] == OPEN for old, now in moves)
    words = []
    if wrote:
        words.append("the customer wrote again" if wrote == 1 else f"{wrote} customers wrote again")
    if answered:
        words.append(f"{answered} answered")
    return words


def _owners(moves: Sequence[tuple[str | None, str | None]]) -> list[str]:
    taken = dict.fromkeys(now for old, now in moves if now is not None and now != old)
    given_back = sum(now is None and old is not None for old, now in moves)
    words = [f"claimed by {' and '.join(taken)}"] if 0 < len(taken) <= 2 else []
    if len(taken) > 2:
        words.append(f"claimed by {len(taken)} people")
    if given_back:
        words.append(f"{given_back} given back")
    return words


def marked(before: Mapping[str, Any], found: Changes, now: datetime) -> dict[str, Any]:
    """What is kept of changes that were found, as plain JSON. What is found in one moment is one change."""
    at_once = before if before.get("at") == now.isoformat() else {}
    return {
        "at": now.isoformat(),
        "new": _both(at_once.get("new", ()), found.new),
        "changed": _both(at_once.get("changed", ()), found.changed),
        "words": _both(at_once.get("words", ()), found.words),
    }


def _both(one: Sequence[str], other: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*one, *other)))
