"""[[digests]]: what the team, or each of its members, is told at set times of the day."""

from __future__ import annotations

from bot.settings.model import WEEKDAYS, Digest
from bot.settings.policies import read_match
from bot.settings.reader import CHANNEL, Table
from bot.settings.values import nearest, read_time, shown

OWNERS = "owners"
"""The word that sends a digest to every linked rep instead of a channel."""

_WORKDAYS = WEEKDAYS[:5]
_NAMED = 8


def read_digests(top: Table, timezone: str) -> tuple[Digest, ...]:
    """All [[digests]] in their order; `timezone` is the workspace's, for those that name none."""
    found: list[Digest] = []
    for table in top.tables("digests"):
        table.need("name", 'Write name = "morning".')
        table.need("to", 'Write to = "#support", or to = "owners" for a message to each rep.')
        table.need("at", 'Write at = ["09:00"].')
        digest = Digest(
            name=table.text("name"),
            to=table.text("to"),
            at=tuple(sorted(set(table.each("at", read_time, 'Write at = ["09:00"].')))),
            weekdays=tuple(sorted(set(table.each("weekdays", _weekday, _DAYS))))
            if "weekdays" in table
            else tuple(map(WEEKDAYS.index, _WORKDAYS)),
            zone=table.zone("zone", timezone),
            limit=table.integer("limit", _NAMED, 1, 20),
            match=read_match(table.table("match")),
        )
        table.known.append("weekdays")
        table.done()
        if digest.to and digest.to != OWNERS and not CHANNEL.fullmatch(digest.to):
            table.fault("to", f"{shown(digest.to)} is no channel.", 'Write "#support" or "owners".')
        for key, told, mend in (
            ("at", digest.at, 'Write at = ["09:00"].'),
            ("weekdays", digest.weekdays, 'Write weekdays = ["mon", "thu"], or take it out.'),
        ):
            if key in table and not told and not top.report.problems:
                table.fault(key, "is empty: the digest would never come.", mend)
        if any(digest.name.lower() == other.name.lower() for other in found if digest.name):
            table.fault("name", f"{shown(digest.name)} is the name of an earlier digest.", "Give it another.")
        found.append(digest)
    return tuple(found)


_DAYS = f"Write some of {', '.join(WEEKDAYS)}."


def _weekday(text: str) -> int:
    day = text.strip().lower()[:3]
    if day not in WEEKDAYS:
        meant = nearest(text, WEEKDAYS)
        raise ValueError(f"{shown(text)} is no day" + (f'; did you mean "{meant}"?' if meant else "."))
    return WEEKDAYS.index(day)
