"""Whether the mailbox's own server vouches for a sender (Authentication-Results, RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r'"[^"]*"')


def vouched(fields: Iterable[str], server: str, domain: str) -> bool:
    """Whether `server` found that the mail really comes from `domain`.

    `fields` are the mail's Authentication-Results, the topmost first; only the first that bears the server's
    own name counts, since everybody on the way can write one. A DMARC pass for the domain counts, or a DKIM
    pass under it.
    """
    for field in fields:
        plain = _QUOTED.sub('""', _without_comments(field)).lower()
        name, _, rest = plain.partition(";")
        if name.split()[:1] == [server.lower()]:
            return any(_passes(each, domain.lower()) for each in rest.split(";"))
    return False


def _without_comments(field: str) -> str:
    for _ in range(5):
        bare = _COMMENT.sub(" ", field)
        if bare == field:
            break
        field = bare
    return field


def _passes(result: str, domain: str) -> bool:
    first, *properties = result.split() or [""]
    told = dict(each.partition("=")[::2] for each in properties)
    if first == "dmarc=pass":
        return told.get("header.from", "") == domain
    if first == "dkim=pass":
        return domain in (told.get("header.d", ""), told.get("header.i", "").rpartition("@")[2])
    return False
