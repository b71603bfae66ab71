"""Macros: Intercom's own saved replies (REST API from version 2.16 on).

Intercom writes a macro's placeholders as `<attribute key="user.name" default="there"/>` in its HTML. Those
whose value Watchbell knows become placeholders of ours, the others their default or a gap to be filled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.html_text import to_text
from bot.intercom.values import as_dict, as_id, as_ids, as_line, as_markup

VERSION = "2.16"
_ATTRIBUTE = re.compile(r"<attribute\b([^<>]{0,500}?)/?>(?:\s*</attribute>)?", re.IGNORECASE)
_FIELD = re.compile(r"(key|default)\s*=\s*\"([^\"]{0,200})\"", re.IGNORECASE)
_KNOWN = {
    "name": "{name}",
    "first_name": "{name}",
    "email": "{email}",
    "company.name": "{account}",
    "teammate.name": "{rep}",
    "teammate.first_name": "{rep}",
    "admin.name": "{rep}",
}
_OF_THE_READER = ("user.", "contact.", "lead.")


@dataclass(frozen=True, slots=True)
class Macro:
    """`words` is plain text with placeholders. `teams` are ids of teams that may see it; None: everybody."""

    id: str
    name: str
    words: str
    teams: frozenset[str] | None = None


def read_macro(raw: object) -> Macro | None:
    """One macro; None for one without an id or words."""
    row = as_dict(raw)
    macro_id = as_id(row.get("id"))
    body = as_markup(row.get("body")) or ""
    words = to_text(_ATTRIBUTE.sub(_placeholder, body.replace("{", "(").replace("}", ")")))
    if macro_id is None or not words.strip():
        return None
    teams = None
    if row.get("visible_to") == "specific_teams":
        teams = frozenset(as_ids(row.get("visible_to_team_ids")))
    return Macro(macro_id, as_line(row.get("name")) or "(no name)", words.strip(), teams)


def _placeholder(found: re.Match[str]) -> str:
    fields = {name.lower(): value for name, value in _FIELD.findall(found.group(1))}
    key = fields.get("key", "")
    for start in _OF_THE_READER:
        key = key.removeprefix(start)
    known = _KNOWN.get(key)
    if known is not None:
        return known
    return fields.get("default") or "[number]"
