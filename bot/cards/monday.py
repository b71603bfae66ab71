"""The Monday summary: what waits, who is due, which accounts may leave and why, what went quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.cards import kit, rows, silence, words
from bot.cards.message import Block, Message
from bot.cards.values import AtRisk, Better, ConversationLine, LastRead, NotKnown, Silent
from bot.durations import human, plural
from bot.slack import text

_DUE_SHOWN = 6
_REASON_LIMIT = 140
_SILENT_SHOWN = 4
_LONG = timedelta(days=90)
"""Whoever leaves something paused for so long means it; every Monday it would stand before what is new."""


@dataclass(frozen=True)
class ReplyTime:
    """Last week's median first reply and the week's before, in seconds; None where nothing was answered."""

    last_week: int | None
    week_before: int | None


@dataclass(frozen=True)
class MondayCard:
    """`late` counts replies; each conversation counts once, as that, a late resolution or a late update.
    `due_by` ends the window in which `due_soon` falls. `due` and `at_risk` come most urgent first; `limit` of
    the latter are named. `judged` counts all accounts that have a score."""

    day: date
    now: datetime
    zone: str
    open_conversations: int
    late: int
    due_soon: int
    due_by: datetime
    unclaimed: int
    waiting_on_customers: int
    next_due_at: datetime | None = None
    reply_time: ReplyTime | None = None
    due: tuple[ConversationLine, ...] = ()
    at_risk: tuple[AtRisk, ...] = ()
    limit: int = 5
    better: tuple[Better, ...] = ()
    not_known: tuple[NotKnown, ...] = ()
    silent: tuple[Silent, ...] = ()
    last_read: LastRead | None = None
    judged: int = 0
    late_resolutions: int = 0
    late_updates: int = 0

    @property
    def calm(self) -> bool:
        """Nothing is open, and nothing that is snoozed is due."""
        return self.open_conversations == 0 and not self.due


def render(card: MondayCard) -> Message:
    blocks: list[Block] = [kit.section(_first_line(card))]
    if card.last_read is not None:
        blocks.append(kit.context(words.old_facts(card.last_read, card.now, card.zone)))
    blocks += [*_due(card), *_at_risk(card)]
    blocks.extend(_footer(card))
    return Message(_fallback(card), blocks)


def _first_line(card: MondayCard) -> str:
    day = f"*{card.day:%A}, {card.day:%-d %B}*"
    if card.calm:
        return words.dotted(f"{day}: nothing is open", _reply_time(card.reply_time))
    by = words.when(card.due_by, card.now, card.zone)
    late = words.dotted(*words.late_counts(card.late, card.late_resolutions, card.late_updates))
    emoji = ":rotating_light: " if card.late or card.late_resolutions or card.late_updates else ""
    return emoji + words.dotted(
        f"{day}: {late}",
        f"{card.due_soon} due by {by}" if card.now < card.due_by else None,
        f"{card.open_conversations} open",
        f"{card.unclaimed} unclaimed",
        _reply_time(card.reply_time),
    )


def _reply_time(reply: ReplyTime | None) -> str | None:
    if reply is None:
        return None
    if reply.last_week is None:
        return f"first reply last week {words.NOT_KNOWN}"
    told = f"first reply last week {human(reply.last_week)}"
    if reply.week_before is None:
        return told
    return f"{told} (week before {human(reply.week_before)})"


def _due(card: MondayCard) -> list[Block]:
    if not card.due:
        return [
            kit.context(rows.nothing_due(card.waiting_on_customers, card.next_due_at, card.now, card.zone))
        ]
    lines = []
    for line in card.due[:_DUE_SHOWN]:
        lines.append(_due_line(line, card))
    hidden = card.due[_DUE_SHOWN:]
    if hidden:
        lines.append(_hidden(hidden))
    claim = kit.button("Claim next", "claim_next", "monday", style="primary") if card.unclaimed else None
    return [kit.section("Due first\n" + "\n".join(lines), claim)]


def _hidden(lines: Sequence[ConversationLine]) -> str:
    """How many more there are, and where: what is snoozed, or waits for no reply, is in no queue."""
    queued = sum(each.state == "open" and each.due is not None and each.due.clock.is_reply for each in lines)
    if queued == len(lines):
        return f"and {queued} more: `/inbox`"
    if not queued:
        return f"and {len(lines)} more among the alerts"
    return f"and {len(lines)} more: {queued} in `/inbox`, {len(lines) - queued} among the alerts"


def _due_line(line: ConversationLine, card: MondayCard) -> str:
    what = f": {words.due_line(line.due, card.now, card.zone)}" if line.due else ""
    owner = text.inline(line.owner, 40) if line.owner else "unclaimed"
    owner += ", who is away" if line.owner_away else ""
    asleep = "snoozed" if line.state == "snoozed" else None
    return words.dotted(f"{begins(line.account or line.contact)}{what}", owner, asleep)


def begins(who: str) -> str:
    """How the line of an account begins, or of a person without one, who is found by nothing else in it."""
    return f"• {text.inline(who, 50)}"


def _at_risk(card: MondayCard) -> list[Block]:
    if not card.at_risk:
        return [kit.context(rows.nobody_at_risk(card.judged))]
    blocks: list[Block] = [kit.divider(), kit.section("Handle first")]
    for place, entry in enumerate(card.at_risk[: card.limit], start=1):
        blocks.extend(rows.at_risk(place, entry, card.now, card.zone))
    hidden = len(card.at_risk) - card.limit
    if hidden > 0:
        blocks.append(kit.context(f"and {plural(hidden, 'more account')} at risk: `/atrisk`"))
    return blocks


def _footer(card: MondayCard) -> list[Block]:
    lines = [_better(entry) for entry in card.better[:3]]
    lines += [silence.not_known(entry, card.now, card.zone) for entry in card.not_known[:4]]
    lines += _silent(card)
    return [kit.divider(), kit.section("\n".join(lines))] if lines else []


def _silent(card: MondayCard) -> list[str]:
    """What was paused lately, the latest first; what has been for long is only counted."""
    lately = [each for each in card.silent if each.paused_at is None or card.now - each.paused_at <= _LONG]
    shown, older = lately[:_SILENT_SHOWN], len(card.silent) - len(lately)
    lines = [silence.silent(entry, card.now, card.zone) for entry in shown]
    hidden = len(card.silent) - len(shown)
    if not hidden:
        return lines
    since = f"paused for more than {_LONG.days} days"
    if hidden == older:
        more = f"and {older} {since}" if shown else f"Silent: {plural(older, 'outbound message')} {since}"
    else:
        more = f"and {hidden} more that {'is' if hidden == 1 else 'are'} paused"
        more += f", {older} of them for more than {_LONG.days} days" if older else ""
    return [*lines, f"{more}: `/watchbell status`"]


def _better(entry: Better) -> str:
    return (
        f"Getting better: {text.inline(entry.account, 60)} {entry.before} → {entry.after} "
        f"({text.inline(entry.reason, _REASON_LIMIT)})"
    )


def _fallback(card: MondayCard) -> str:
    if card.calm:
        return f"{card.day:%A}: nothing is open."
    soon = ""
    if card.now < card.due_by:
        soon = f", {card.due_soon} due by {words.when_plain(card.due_by, card.now, card.zone)}"
    risk = f", {plural(len(card.at_risk), 'account')} at risk" if card.at_risk else ""
    late = ", ".join(words.late_counts(card.late, card.late_resolutions, card.late_updates))
    return f"{card.day:%A}: {late}{soon}, {card.open_conversations} open{risk}."
