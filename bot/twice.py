"""Which mails of a mailbox stand in Intercom too, so that a timeline shows them once.

A shared address often goes to both: the mailbox keeps the mail, and Intercom makes a message of it. Neither
knows the other's id. What tells that they are one is who wrote, when, and the words without quoted mails and
signatures. Each message in Intercom is the double of one mail at most: "Any news?" twice is said twice.
Values in, values out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clean_text import clean, words
from bot.timeline import AuthorKind, Entry

APART = timedelta(minutes=15)
"""A mail arrives in both within minutes, or a quarter of an hour where a server asks to come again later."""

_ALIKE = 0.9
"""Share of words in common. The two make text of the same HTML, with other links and signatures."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its id, who wrote it, when (aware UTC) and what.

    `people` are all ids under which its author is known, as lead and as user; none where nobody knows.
    """

    id: str
    author_kind: AuthorKind
    people: frozenset[str]
    at: datetime
    text: str
    internal: bool = False


def told_twice(inside: Sequence[Entry], mails: Iterable[Mail]) -> frozenset[str]:
    """Ids of the mails whose double is among `inside`, Intercom's messages of the same account."""
    ordered = sorted(inside, key=lambda entry: (entry.at, entry.conversation_id, entry.id))
    times = [entry.at for entry in ordered]
    fitting = []
    for mail in mails:
        start, end = bisect_left(times, mail.at - APART), bisect_right(times, mail.at + APART)
        for number in range(start, end):
            entry = ordered[number]
            if _may_be_one(entry, mail) and _same_words(entry.text, mail.text):
                fitting.append((abs(mail.at - entry.at), mail.at, mail.id, number))
    # The nearest two first, and each only once.
    found: set[str] = set()
    taken: set[int] = set()
    for _, _, mail_id, number in sorted(fitting):
        if mail_id not in found and number not in taken:
            found.add(mail_id)
            taken.add(number)
    return frozenset(found)


def _may_be_one(entry: Entry, mail: Mail) -> bool:
    if entry.internal or mail.internal or entry.author_kind != mail.author_kind:
        return False
    return entry.author_kind != "customer" or not mail.people or entry.author_id in mail.people


def _same_words(first: str, second: str) -> bool:
    one, other = words(clean(first)), words(clean(second))
    if not one or not other:
        return first.split() == second.split()
    shared = (Counter(one) & Counter(other)).total()
    return shared >= _ALIKE * max(len(one), len(other))
