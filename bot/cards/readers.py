"""Who reads an answer: the person it is written to, and everybody else whom Intercom sends it to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack import text

ERASED, UNKNOWN = "somebody who was erased here", "somebody whose name is not known yet"
_NAMED = 3


@dataclass(frozen=True)
class Also:
    """Somebody else who reads a conversation. `id` is Intercom's, empty for somebody who was erased here.

    `of`: where they belong, where that is not the account it is about: another one's name, or "no account".
    """

    id: str
    name: str
    of: str | None = None


def digest(also: Sequence[Also]) -> str:
    """What a window keeps of them, to be compared when it is submitted; empty for nobody."""
    ids = "\n".join(sorted(each.id for each in also))
    return hashlib.sha256(ids.encode()).hexdigest()[:10] if also else ""


def leaves(also: Sequence[Also]) -> bool:
    """Whether words go to somebody of another account, or of none."""
    return any(each.of is not None for each in also)


def audience(contact: str, account: str | None, also: Sequence[Also], channel: str) -> str:
    """`To *Dana Reyes* (Northwind) and Victor Outsider (no account), by e-mail`, and that words leave the
    account where they do. `channel` as it is called in a sentence.
    """
    to = f"*{text.inline(contact)}*"
    if not also:
        return f"To {to}{f', {text.inline(account)}' if account else ''}, by {channel}"
    told = [f"{to} ({text.inline(account)})" if account else to]
    named = sorted(also, key=lambda each: each.of is None)
    told += [
        text.inline(each.name) + (f" ({text.inline(each.of, 40)})" if each.of else "")
        for each in named[:_NAMED]
    ]
    if len(named) > _NAMED:
        told.append(f"{len(named) - _NAMED} more")
    line = f"To {', '.join(told[:-1])} and {told[-1]}, by {channel}"
    if not leaves(also):
        return line
    own = text.inline(account) if account else "one account"
    return f"{line}. Not everybody is of {own}."


def briefly(contact: str, also: Sequence[Also], limit: int) -> str:
    """The same on a label, which parses nothing; the name of each has `limit` characters."""
    name = text.plain(contact, limit, empty="(no name)")
    if len(also) == 1:
        of = f" ({text.plain(also[0].of, 20)})" if also[0].of else ""
        return f"{name} and {text.plain(also[0].name, limit)}{of}"
    return f"{name}{more(also)}"


def more(also: Sequence[Also]) -> str:
    """` and 2 more (1 from elsewhere)` behind the first reader's name, nothing where nobody else reads it.

    The others are counted on a message that stays in Slack: a name there would outlast what is kept of them.
    """
    if not also:
        return ""
    elsewhere = sum(each.of is not None for each in also)
    some = "" if elsewhere == len(also) else f"{elsewhere} "
    return f" and {len(also)} more{f' ({some}from elsewhere)' if elsewhere else ''}"


def submit(contact: str, also: Sequence[Also]) -> str:
    """The label of the button that sends."""
    if also:
        return f"Send to {len(also) + 1} people"
    return text.plain(f"Send to {text.one_line(contact) or 'customer'}", 24)
