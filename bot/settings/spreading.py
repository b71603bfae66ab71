"""[spreading]: when a problem that several accounts tell is announced, and where."""

from __future__ import annotations

from dataclasses import dataclass

from bot.durations import DAY, HOUR
from bot.settings.reader import CHANNEL, Table
from bot.settings.values import shown


@dataclass(frozen=True, slots=True)
class SpreadingConfig:
    """`accounts` must tell the same new problem `within` seconds of plain time.

    `channel` None: where alerts of these conversations stand.
    """

    enabled: bool = True
    accounts: int = 3
    within: int = 4 * HOUR
    channel: str | None = None


def read_spreading(table: Table) -> SpreadingConfig:
    """Read the section."""
    usual = SpreadingConfig()
    found = SpreadingConfig(
        enabled=table.flag("enabled", usual.enabled),
        accounts=table.integer("accounts", usual.accounts, 2, 50),
        within=table.seconds("within", usual.within, least=HOUR // 2, most=DAY),
        channel=table.text("channel") or None,
    )
    if found.channel and not CHANNEL.fullmatch(found.channel):
        table.fault(
            "channel",
            f"{shown(found.channel)} is not a channel.",
            'Write "#incidents" or a channel id such as "C07ABCDEF12", or take it out.',
        )
    table.done()
    return found
