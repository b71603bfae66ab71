"""A spreading issue: one new problem that several accounts tell, announced once and edited in place.

Nothing on it runs with the clock: times are instants, so that it is edited when something happened only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards import kit, modal, words
from bot.cards.message import Block, Message, View
from bot.cards.values import Due
from bot.durations import human, plural
from bot.slack import rich, text

MOST = 10
"""Accounts that have a line."""

CALLBACK = "wb:not_spreading"
_BOXES, _GROUPS = 10, 9
ALL = "all"


@dataclass(frozen=True)
class AccountLine:
    """How one account stands. `known` False: a person of whom no account is known, by their own name.

    Of its conversations, `waiting` wait for an answer, and `due` is the nearest promise; `unclaimed` counts
    open ones without an owner, and those of `owners` who are not there are `away`. `new`: it came when the
    card was last edited.
    """

    name: str
    known: bool
    conversations: int
    waiting: int
    snoozed: int
    closed: bool
    owners: tuple[str, ...]
    unclaimed: int
    due: Due | None
    url: str | None
    new: bool = False
    away: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpreadCard:
    """`lines` come most urgent first, and `hidden` accounts have none. `title` is a customer's phrase.
    `unclaimed` counts what can be claimed: nobody has it, or somebody who is away.

    `changed` says in plain words what the last edit, at `changed_at`, found different.
    """

    number: int
    title: str
    accounts: int
    conversations: int
    waiting: int
    unclaimed: int
    since: datetime
    now: datetime
    zone: str
    lines: tuple[AccountLine, ...]
    hidden: int = 0
    due: Due | None = None
    changed: tuple[str, ...] = ()
    changed_at: datetime | None = None


@dataclass(frozen=True)
class SpreadClosed:
    """Nothing of it is open any more."""

    title: str
    accounts: int
    conversations: int
    since: datetime
    until: datetime
    now: datetime
    zone: str
    answered_by: tuple[str, ...] = ()
    first_answer: datetime | None = None


@dataclass(frozen=True)
class SpreadTakenBack:
    """A rep said that these are not one problem."""

    title: str
    accounts: int
    conversations: int
    by: str | None


def render(card: SpreadCard) -> Message:
    blocks: list[Block] = [kit.section(_first_line(card)), rich.block(rich.section(rich.title(card.title)))]
    if card.changed and card.changed_at is not None:
        said = ", ".join(text.inline(each, 80) for each in card.changed)
        blocks.append(kit.context(f"Changed {words.when(card.changed_at, card.now, card.zone)}: {said}"))
    if card.lines:
        blocks.append(rich.block(rich.listing([_line(line, card) for line in card.lines])))
    if card.hidden:
        blocks.append(kit.context(f"and {plural(card.hidden, 'more account')}"))
    answer = kit.button("Answer all…", "answer_spread", str(card.number), style="primary")
    claim = kit.Item("Claim all", "claim_spread", str(card.number)) if card.unclaimed else None
    apart = kit.Item("Not the same…", "not_spreading", str(card.number))
    blocks.append(kit.actions(answer, kit.overflow(claim, apart)))
    return Message(_fallback(card), blocks)


def render_closed(card: SpreadClosed) -> Message:
    accounts = plural(card.accounts, "account")
    answered = None
    if card.answered_by:
        answered = words.claimed(card.answered_by).replace("claimed", "answered", 1)
    first = None
    if card.first_answer is not None:
        first = f"first answer after {human(max(0, int((card.first_answer - card.since).total_seconds())))}"
    line = words.dotted(
        f":white_check_mark: *Settled: {accounts} told one problem*",
        plural(card.conversations, "conversation"),
        f"{words.when(card.since, card.now, card.zone)} to {words.when(card.until, card.now, card.zone)}",
    )
    blocks: list[Block] = [kit.section(line), rich.block(rich.section(rich.title(card.title)))]
    told = words.dotted(first, answered)
    if told:
        blocks.append(kit.context(f"{told[:1].upper()}{told[1:]}"))
    return Message(f"Settled: {accounts} told one problem.", blocks)


def render_taken_back(card: SpreadTakenBack) -> Message:
    by = f", says {text.inline(card.by, 60)}" if card.by else ""
    counts = f"{plural(card.conversations, 'conversation')} of {plural(card.accounts, 'account')}"
    line = words.dotted(f"*Not one problem{by}*", counts)
    blocks: list[Block] = [kit.section(line), rich.block(rich.section(rich.title(card.title)))]
    return Message(f"Not one problem after all{by}.", blocks)


def _first_line(card: SpreadCard) -> str:
    emoji, promise = "", None
    if card.due is not None:
        emoji = ":rotating_light: " if words.is_late(card.due) else ":hourglass_flowing_sand: "
        due = words.due_instant(card.due, card.now, card.zone)
        promise = f"{words.lower_first(words.promise(card.due.clock))} {due}"
    waiting = f"{_how_many(card.waiting, card.conversations)} waiting"
    return words.dotted(
        f"{emoji}*{_accounts(card)} one new problem*",
        f"{plural(card.conversations, 'conversation')}, {waiting}",
        f"since {words.when(card.since, card.now, card.zone)}",
        promise,
    )


def _how_many(some: int, of: int) -> str:
    if some == of > 1:
        return "all"
    return str(some) if some else "none"


def _accounts(card: SpreadCard) -> str:
    return f"{plural(card.accounts, 'account')} {'tells' if card.accounts == 1 else 'tell'}"


def _line(line: AccountLine, card: SpreadCard) -> rich.Element:
    """Name, what waits, by when, who has it: none of it parsed."""
    name = text.plain(line.name, 60, empty="(no name)")
    parts = [rich.link(line.url, name) if line.url and text.safe_url(line.url) else rich.text(name)]
    if not line.known:
        parts.append(rich.text(" (no account known)"))
    parts.append(rich.text(f" · {_state(line)}"))
    if line.due is not None:
        parts.append(rich.text(" · was due " if words.is_late(line.due) else " · by "))
        parts.append(kit.rich_when(line.due.at, card.now, card.zone))
    if not line.closed:
        parts.append(rich.text(f" · {_owner(line)}"))
    if line.new and card.changed_at is not None:
        parts.append(rich.text(" · new"))
    return rich.section(*parts)


def _state(line: AccountLine) -> str:
    if line.closed:
        return "closed"
    many = line.conversations > 1
    if line.waiting:
        return f"{line.waiting} of {line.conversations} waiting" if many else "waiting"
    if line.snoozed:
        return f"{line.snoozed} of {line.conversations} snoozed" if many else "snoozed"
    return "answered"


def _owner(line: AccountLine) -> str:
    names = words.joined(
        [text.plain(name, 40) + (" (away)" if name in line.away else "") for name in line.owners[:3]]
    )
    if not names:
        return "unclaimed"
    return f"{names}, {line.unclaimed} unclaimed" if line.unclaimed else names


def _fallback(card: SpreadCard) -> str:
    return f"{_accounts(card)} one new problem, in {plural(card.conversations, 'conversation')}."


@dataclass(frozen=True)
class Apart:
    """One account of a spreading issue, to be ticked. `id` is a conversation of it."""

    id: str
    name: str
    conversations: int


@dataclass(frozen=True)
class NotTheSameCard:
    """`hidden` accounts have no box: the window has room for ninety."""

    number: int
    title: str
    accounts: tuple[Apart, ...]


@dataclass(frozen=True)
class NotTheSame:
    """What was ticked: conversations, one of each account; or `everything`."""

    number: int
    chosen: tuple[str, ...]
    everything: bool


def render_not_the_same(card: NotTheSameCard) -> View:
    blocks: list[Block] = [rich.block(rich.section(rich.title(card.title)))]
    shown = card.accounts[: _BOXES * _GROUPS]
    for start in range(0, len(shown), _BOXES):
        group = start // _BOXES
        options = [
            kit.option(text.plain(each.name, 74, empty="(no name)"), each.id, _count(each))
            for each in shown[start : start + _BOXES]
        ]
        blocks.append(
            modal.boxes(
                f"which{group}",
                "Which of them tell something else?" if group == 0 else "and",
                options,
                optional=True,
            )
        )
    whole = kit.option("None of this is one problem", ALL, "The announcement says so, and its buttons go.")
    blocks.append(modal.boxes("whole", "Or all of it", [whole], optional=True))
    hidden = len(card.accounts) - len(shown)
    blocks.append(
        kit.context(
            words.dotted(
                "Nothing changes in Intercom or for the customers. What you say here is kept.",
                f"and {plural(hidden, 'more account')}: save these first, then open this again"
                if hidden
                else None,
            )
        )
    )
    private = {"spread": card.number}
    return modal.view(CALLBACK, "Not the same problem", blocks, submit="Save", private=private)


def read_not_the_same(view: Mapping[str, Any]) -> NotTheSame:
    """Raises modal.NotOurs for a window that names no spreading issue."""
    number = modal.private(view).get("spread")
    if not isinstance(number, int):
        raise modal.NotOurs("the view names no spreading issue")
    chosen = [value for group in range(_GROUPS) for value in modal.ticked(view, f"which{group}")]
    return NotTheSame(number, tuple(dict.fromkeys(chosen)), ALL in modal.ticked(view, "whole"))


def missing(wanted: NotTheSame) -> dict[str, str] | None:
    """The validation error of a submission in which nothing was ticked."""
    if wanted.chosen or wanted.everything:
        return None
    return {"which0": "Nothing was changed. Tick what tells something else."}


def _count(each: Apart) -> str | None:
    return plural(each.conversations, "conversation") if each.conversations > 1 else None
