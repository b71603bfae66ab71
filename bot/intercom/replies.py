"""Whether a reply or note has arrived already: same teammate, same words, not before it was sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.html_text import to_text
from bot.intercom.facts import PartFacts
from bot.intercom.values import EPOCH

CLOCKS_APART = timedelta(seconds=30)
"""How far this machine's clock and Intercom's may differ; the doctor complains about more."""


def find_part(
    parts: Sequence[PartFacts],
    admin_id: str,
    body: str,
    since: datetime | None,
    *,
    note: bool = False,
    known: Collection[str] = (),
) -> str | None:
    """The id of the newest matching one of `parts` (oldest first), or None.

    `body` is HTML or text as it was sent, `since` when it was sent (business time), None for any time.
    `known` are ids of parts that were there before, so that the same words said a moment earlier do not pass
    for these.
    """
    wanted = fingerprint(to_text(body))
    earliest = since.replace(microsecond=0) - CLOCKS_APART if since else EPOCH
    for part in reversed(parts):
        if (
            part.author_id == admin_id
            and part.created_at >= earliest
            and part.id not in known
            and _is_sort(part, note=note)
            and fingerprint(part.text) == wanted
        ):
            return part.id
    return None


def fingerprint(text: str) -> str:
    """Letters and digits only, without case: what survives Intercom's own rewriting of a body.

    Words without any (a lone emoji) keep all but the spaces.
    """
    folded = text.casefold()
    kept = "".join(character for character in folded if character.isalnum())
    return kept or "".join(folded.split())


def _is_sort(part: PartFacts, *, note: bool) -> bool:
    return part.author_type == "admin" and part.kind == "note" if note else part.is_public_reply
