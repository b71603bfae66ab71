"""[claims]: how long a claim may stay without an answer, and how many one person may hold."""

from __future__ import annotations

from dataclasses import dataclass

from bot.durations import DAY, HOUR, MINUTE
from bot.settings.reader import Table


@dataclass(frozen=True, slots=True)
class ClaimsConfig:
    """Both lengths are seconds of working time, counted while a customer waits for the claim's holder.

    `expire` False: nobody is reminded and nothing goes back. `at_most` None: no limit.
    """

    expire: bool = True
    remind_after: int = HOUR
    free_after: int = 2 * HOUR
    at_most: int | None = None


def read_claims(table: Table) -> ClaimsConfig:
    """Read the section. A claim must be able to remind before it goes back."""
    usual = ClaimsConfig()
    claims = ClaimsConfig(
        expire=table.flag("expire", usual.expire),
        remind_after=table.seconds("remind_after", usual.remind_after, least=5 * MINUTE, most=10 * DAY),
        free_after=table.seconds("free_after", usual.free_after, least=10 * MINUTE, most=20 * DAY),
        at_most=table.integer("at_most", 0, 1, 500) or None,
    )
    if claims.free_after <= claims.remind_after:
        table.fault(
            "free_after",
            "is not longer than remind_after: the claim would go back before its holder is reminded.",
            "Write a longer time here, or a shorter one for remind_after.",
        )
    table.done()
    return claims
