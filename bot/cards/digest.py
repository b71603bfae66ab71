"""A digest: what is open, account by account, for a channel or for one rep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, words
from bot.cards.message import Block, Message
from bot.cards.values import Due, LastRead, Risk, RiskLevel
from bot.durations import plural
from bot.slack import text

_A_SECTION = 5
"""Lines of a section, which has room for 3,000 characters."""


@dataclass(frozen=True)
class DigestLine:
    """An account with what is open there. `name` None: people without an account. `url`: its thread.

    `late` counts replies; `open_conversations` leaves out those of them, and of other promises, that are
    `snoozed`. `unclaimed`: in how many a customer waits that nobody has, or somebody who is away; these of
    `claimed_by` are named in `away`. `nobodys`: in how many of them nobody has it, be it somebody away.
    """

    name: str | None
    open_conversations: int
    late: int
    due: Due | None = None
    claimed_by: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    unclaimed: int = 0
    nobodys: int = 0
    risk: Risk | None = None
    url: str | None = None
    snoozed: int = 0


@dataclass(frozen=True)
class DigestCard:
    """`late` counts replies. `lines` come most urgent first; `accounts` counts all of them. `rep` is whose
    digest it is, None for the team's. `due_by` ends the time in which `due_soon` falls."""

    name: str
    now: datetime
    zone: str
    open_conversations: int
    late: int
    due_soon: int
    due_by: datetime
    unclaimed: int
    accounts: int
    lines: tuple[DigestLine, ...] = ()
    rep: str | None = None
    last_read: LastRead | None = None
    late_resolutions: int = 0
    late_updates: int = 0


def render(card: DigestCard) -> Message:
    blocks: list[Block] = [kit.section(_first_line(card))]
    if card.last_read is not None:
        blocks.append(kit.context(words.old_facts(card.last_read, card.now, card.zone)))
    for start in range(0, len(card.lines), _A_SECTION):
        shown = card.lines[start : start + _A_SECTION]
        blocks.append(kit.section("\n".join(_line(line, card) for line in shown)))
    hidden = card.accounts - len(card.lines)
    if hidden > 0:
        blocks.append(kit.context(f"and {plural(hidden, 'more account')}: `/inbox`"))
    if card.unclaimed:
        blocks.append(kit.actions(kit.button("Claim next", "claim_next", "digest", style="primary")))
    return Message(_fallback(card), blocks)


def _first_line(card: DigestCard) -> str:
    emoji = ":rotating_light: " if card.late or card.late_resolutions or card.late_updates else ""
    late = words.dotted(*words.late_counts(card.late, card.late_resolutions, card.late_updates))
    by = words.when(card.due_by, card.now, card.zone)
    return emoji + words.dotted(
        f"*{text.inline(card.name, 60)}*: {late}",
        f"{card.due_soon} due by {by}",
        f"{card.open_conversations} open",
        f"{card.unclaimed} unclaimed" if card.unclaimed or card.rep is None else None,
    )


def _line(line: DigestLine, card: DigestCard) -> str:
    name = text.inline(line.name, 60) if line.name else "Without an account"
    shown = text.link(line.url, name) if line.url else f"*{name}*"
    due = words.due_line(line.due, card.now, card.zone) if line.due else "no reply is due"
    more = f" ({line.late} late)" if line.late > 1 else ""
    # A list is read for what sticks out: what is calm about an account is not said.
    risk = (
        f"risk {words.risk_phrase(line.risk)}" if line.risk and line.risk.level is not RiskLevel.LOW else None
    )
    count = f"{line.open_conversations} open" if line.open_conversations > 1 else None
    asleep = f"{line.snoozed} snoozed" if line.snoozed else None
    return "• " + words.dotted(f"{shown}: {due}{more}", count, asleep, _owners(line, card), risk)


def _owners(line: DigestLine, card: DigestCard) -> str | None:
    if card.rep is not None or not line.claimed_by:
        if line.unclaimed == line.open_conversations:
            return "unclaimed"
        return f"{line.unclaimed} unclaimed" if line.unclaimed else None
    # Who is away is named already.
    return words.owners(line.claimed_by, line.away, line.nobodys)


def _fallback(card: DigestCard) -> str:
    name = text.inline(card.name, 60)
    late = ", ".join(words.late_counts(card.late, card.late_resolutions, card.late_updates))
    return f"{name}: {late}, {card.due_soon} due soon, {card.open_conversations} open."
