"""What one rep has claimed, what the team should take next, and what will come (the answer to /inbox)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.cards import kit, rows, words
from bot.cards.message import Block, Message
from bot.cards.values import ConversationLine, Due
from bot.durations import plural
from bot.slack import text

PAGE = 10
_NEXT_SHOWN = 5


class Show(StrEnum):
    """Which lists a person wants to see."""

    ALL = "all"
    MINE = "mine"
    FREE = "free"
    LATE = "late"


SHOWS = {
    Show.ALL: "Everything",
    Show.MINE: "Mine only",
    Show.FREE: "Unclaimed only",
    Show.LATE: "Late only",
}


@dataclass(frozen=True)
class Choice:
    """A team by its id."""

    id: str
    name: str


@dataclass(frozen=True)
class Look:
    """How a person left it. `team` is an id, `none` for no team, empty for all; pages count from 0."""

    show: Show = Show.ALL
    team: str = ""
    mine_page: int = 0
    next_page: int = 0


@dataclass(frozen=True)
class InboxCard:
    """`mine` and `next`, which are unclaimed, hold a page each of what the filter lets through, by deadline.

    Behind `mine` on its page stands `also`: claims of this person in which no customer waits. Of these the
    filter lets `snoozed` and `on_customers` through; `also_total` counts them all.
    `mine_listed` and `next_listed` count all that it lets through; the other numbers, `first_due` and
    `team_due` tell of everything. None: the same as is told of everything, or as the lists hold.
    `next_due_at` is the first deadline to come when nothing is due yet. `away`: nothing is offered.
    """

    now: datetime
    zone: str
    mine: tuple[ConversationLine, ...] = ()
    next: tuple[ConversationLine, ...] = ()
    unclaimed: int = 0
    waiting_on_customers: int = 0
    next_due_at: datetime | None = None
    mine_total: int | None = None
    mine_late: int | None = None
    mine_listed: int | None = None
    next_listed: int | None = None
    first_due: Due | None = None
    team_due: Due | None = None
    look: Look = field(default_factory=Look)
    teams: tuple[Choice, ...] = ()
    away: bool = False
    also: tuple[ConversationLine, ...] = ()
    also_total: int = 0
    snoozed: int = 0
    on_customers: int = 0

    @property
    def count(self) -> int:
        """In how many of mine a customer waits."""
        return len(self.mine) if self.mine_total is None else self.mine_total

    @property
    def late(self) -> int:
        """How many of mine are late."""
        if self.mine_late is not None:
            return self.mine_late
        return sum(words.is_late(line.due) for line in self.mine)

    @property
    def first(self) -> Due | None:
        """The first promise among mine."""
        return self.first_due or _first(self.mine)

    @property
    def team(self) -> Due | None:
        """The first promise among what is unclaimed."""
        return self.team_due or _first(self.next)

    @property
    def listed(self) -> tuple[int, int]:
        """How many of mine, and how many unclaimed, the filter lets through."""
        mine = self.count if self.mine_listed is None else self.mine_listed
        return mine, self.unclaimed if self.next_listed is None else self.next_listed

    @property
    def paged(self) -> int:
        """How many of mine the pages hold, whether a customer waits there or not."""
        return self.listed[0] + self.snoozed + self.on_customers


def _first(lines: Sequence[ConversationLine]) -> Due | None:
    return min((line.due for line in lines if line.due), key=lambda due: due.at, default=None)


def render(card: InboxCard) -> Message:
    blocks: list[Block] = [kit.section(headline(card))]
    told = filter_line(card)
    if told:
        blocks.append(kit.context(f"{told} The Home tab changes that."))
    mine, free = card.listed
    if card.mine:
        blocks.append(kit.context(f"Yours: {mine}"))
        blocks.extend(rows.conversations(card.mine, card.now, card.zone, "answer", PAGE, ""))
    blocks.extend(also(card))
    hidden = card.paged - len(card.mine) - len(card.also)
    if hidden > 0:
        blocks.append(kit.context(f"and {hidden} more on the Home tab"))
    if card.next:
        blocks.append(kit.divider())
        blocks.append(kit.context(f"Next for the team: {free} unclaimed"))
        # `/claim next` shows no more of them: it takes one.
        blocks.extend(
            rows.conversations(
                card.next, card.now, card.zone, "claim", _NEXT_SHOWN, " on the Home tab", total=free
            )
        )
    return Message(_fallback(card), blocks)


def also(card: InboxCard) -> list[Block]:
    """What is this person's besides, in a line, and those of it on this page; nothing of none."""
    kinds = []
    if card.snoozed:
        kinds.append(f"{card.snoozed} snoozed")
    if card.on_customers:
        whose = "its customer" if card.on_customers == 1 else "their customers"
        kinds.append(f"{card.on_customers} waiting on {whose}")
    if not kinds:
        return []
    told = kit.context(f"Also yours: {card.snoozed + card.on_customers} ({', '.join(kinds)})")
    return [told, *(rows.resting(line, card.now, card.zone) for line in card.also)]


def filter_line(card: InboxCard) -> str:
    """What is left out, empty when nothing is."""
    parts = filtered(card)
    said = f"Filter: {', '.join(parts)}." if parts else ""
    if card.away:
        said = f"{said} You are away in Intercom, so nothing is offered to you.".strip()
    return said


def filtered(card: InboxCard) -> tuple[str, ...]:
    """What the filter is, in words: `late only`, `Support`."""
    parts = []
    if card.look.show is not Show.ALL:
        parts.append(words.lower_first(SHOWS[card.look.show]))
    if card.look.team:
        name = next((each.name for each in card.teams if each.id == card.look.team), "no team")
        parts.append(text.inline(name, 60))
    return tuple(parts)


def headline(card: InboxCard) -> str:
    """Whether this person has to act, and by when. The App Home begins with the same line."""
    first = card.first
    if card.late and first is not None:
        said = f"{_of_yours(card.late, card.count + card.also_total)} late"
        which = "the oldest" if card.late > 1 else "it"
        return f":rotating_light: *{said}*; {which} {_was(first.at, card)}"
    if first is not None:
        phrase = words.due_phrase(first, card.now)
        return f":hourglass_flowing_sand: *{phrase}*, {words.due_instant(first, card.now, card.zone)}"
    if card.team is not None:
        due = words.due_line(card.team, card.now, card.zone)
        return f"*Nothing of yours is due.* The team's {due}."
    return rows.nothing_due(card.waiting_on_customers, card.next_due_at, card.now, card.zone)


def _of_yours(late: int, mine: int) -> str:
    if mine == 1:
        return "Your one conversation is"
    return f"{late} of your {mine} conversations {'is' if late == 1 else 'are'}"


def _was(instant: datetime, card: InboxCard) -> str:
    return f"was due {words.when(instant, card.now, card.zone)}"


def _fallback(card: InboxCard) -> str:
    mine = f"You have {plural(card.count, 'conversation')}, {card.late} late"
    if card.also_total:
        mine += f", and {card.also_total} in which no customer waits"
    return f"{mine}; {card.unclaimed} unclaimed in the team."
