"""Spreading issues as a Monday brings them, in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from gallery import HOSTILE, ISSUE_ANSWER, LATE, LATER, NOW, PAGE, SOON, UNPARSED, ZONE

from bot.cards import (
    spreading,
)
from bot.cards.values import (
    Due,
)


def _firm(number: int, name: str, due: Due | None, **changes: Any) -> spreading.AccountLine:
    told: dict[str, Any] = {
        "known": True,
        "conversations": 1,
        "waiting": 1,
        "snoozed": 0,
        "closed": False,
        "owners": (),
        "unclaimed": 1,
        "url": f"{PAGE}{number}",
    }
    return spreading.AccountLine(name=name, due=due, **(told | changes))


SPREAD = spreading.SpreadCard(
    3,
    "Invoice export: error 502 every time we try since this morning",
    accounts=4,
    conversations=6,
    waiting=4,
    unclaimed=3,
    since=NOW - timedelta(minutes=52),
    now=NOW,
    zone=ZONE,
    lines=(
        _firm(1, "Alder Freight", SOON, conversations=3, waiting=2),
        _firm(2, "Birch & Sons", LATER, owners=("Priya Nair",), unclaimed=0),
        _firm(3, "Cinder Works", LATER, new=True),
        _firm(4, "Dovetail Health", None, waiting=0, owners=("Priya Nair", "Ben Okoro"), unclaimed=0),
    ),
    due=SOON,
    changed=("1 new conversation", "1 answered"),
    changed_at=NOW - timedelta(minutes=3),
)
"""Four accounts; the newest came with the last edit."""

TWELVE = replace(
    SPREAD,
    accounts=12,
    conversations=31,
    waiting=31,
    lines=tuple(_firm(n, f"Firm number {n}", LATE if n == 1 else LATER) for n in range(1, 11)),
    hidden=2,
    due=LATE,
    changed=(),
)

LONG_NAMES = replace(
    SPREAD,
    title="We have been trying since half past seven to export the invoices of the quarter for our auditor",
    lines=tuple(
        _firm(n, name, SOON, owners=("Maximiliane von Hohenstaufen-Wittelsbach", "Ben Okoro"))
        for n, name in enumerate(
            (
                "Gesellschaft für Hafenbetrieb und Schifffahrt Nordfriesland mbH & Co. KG",
                "The Worshipful Company of Bookbinders, Printers and Stationers of Dunmore",
                UNPARSED,
            )
        )
    ),
)

SPREAD_CLOSED = spreading.SpreadClosed(
    SPREAD.title,
    accounts=4,
    conversations=6,
    since=NOW - timedelta(hours=3),
    until=NOW - timedelta(minutes=5),
    now=NOW,
    zone=ZONE,
    answered_by=("Priya Nair", "Ben Okoro"),
    first_answer=NOW - timedelta(hours=2, minutes=40),
)

SPREAD_TAKEN_BACK = spreading.SpreadTakenBack(SPREAD.title, 3, 3, "Priya Nair")

NOT_THE_SAME = spreading.NotTheSameCard(
    3,
    SPREAD.title,
    tuple(spreading.Apart(str(n), f"Firm number {n}", 1 + n % 3) for n in range(12)),
)

HOSTILE_NOT_THE_SAME = spreading.NotTheSameCard(
    3, HOSTILE, tuple(spreading.Apart(str(n), UNPARSED, n) for n in range(44))
)

ANSWER_SPREAD = replace(
    ISSUE_ANSWER,
    account=None,
    spread=3,
    left_out=12,
    recipients=tuple(
        replace(each, account=("Alder Freight", UNPARSED)[n % 2])
        for n, each in enumerate(ISSUE_ANSWER.recipients)
    ),
)
