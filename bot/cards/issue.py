"""One issue of an account: a reply in the account's thread, each conversation on its own line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, words
from bot.cards.message import Block, Message
from bot.cards.values import ConversationLine, Due
from bot.durations import plural
from bot.slack import rich, text

SHOWN = 12
_LAST_WORDS = 90


@dataclass(frozen=True)
class Question:
    """Whether this issue is the same problem as an older one of the account.

    `mine` and `other` are conversations, one of each; `reason` says why it is asked, with its figures.
    """

    mine: str
    other: str
    title: str
    reason: str


@dataclass(frozen=True)
class IssueCard:
    """`conversations` come most urgent first, `more` counts closed ones that are not among them; `people`
    counts distinct persons in all; `due` is the nearest promise.

    `solved_by` ends the card: its buttons go. `new` and `changed` are ids of conversations that the last edit
    brought or found different, at `changed_at`.
    """

    id: str
    title: str
    account: str
    conversations: tuple[ConversationLine, ...]
    people: int
    since: datetime
    now: datetime
    zone: str
    due: Due | None = None
    claimed_by: tuple[str, ...] = ()
    solved_by: str | None = None
    new: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    changed_at: datetime | None = None
    question: Question | None = None
    more: int = 0

    @property
    def count(self) -> int:
        """How many conversations it is of, in all."""
        return len(self.conversations) + self.more


def render(card: IssueCard) -> Message:
    open_lines = [line for line in card.conversations if line.state != "closed"]
    blocks: list[Block] = [
        kit.section(_first_line(card, len(open_lines))),
        rich.block(rich.section(rich.title(card.title))),
    ]
    shown = card.conversations[:SHOWN]
    if shown:
        blocks.append(rich.block(rich.listing([_line(line, card) for line in shown])))
    hidden = card.count - len(shown)
    if hidden:
        blocks.append(kit.context(f"and {plural(hidden, 'more conversation')} under ⋯ Timeline"))
    if open_lines and card.solved_by is None:
        blocks.append(_buttons(card, open_lines))
        blocks += _asked(card.question)
    return Message(_fallback(card, len(open_lines)), blocks)


def _asked(question: Question | None) -> list[Block]:
    """Its two buttons go with the answer, whoever gives it."""
    if question is None:
        return []
    pair = f"{question.mine} {question.other}"
    said = rich.section(rich.text("Is it the same problem as "), rich.title(question.title), rich.text("?"))
    return [
        rich.block(said),
        kit.context(text.inline(question.reason, 300)),
        kit.actions(kit.button("Yes, the same", "same_issue", pair), kit.button("No", "other_issue", pair)),
    ]


def _headline(card: IssueCard, open_count: int) -> tuple[str, str]:
    if card.solved_by is not None:
        return ":white_check_mark: ", f"Solved by {text.inline(card.solved_by, 60)}"
    if open_count == 0:
        return ":white_check_mark: ", "Nothing open on this issue"
    if card.due is None:
        return "", "No reply is due"
    emoji = ":rotating_light: " if words.is_late(card.due) else ":hourglass_flowing_sand: "
    return emoji, words.due_phrase(card.due, card.now)


def _first_line(card: IssueCard, open_count: int) -> str:
    emoji, headline = _headline(card, open_count)
    people = plural(card.people, "person", "people")
    count = plural(card.count, "conversation")
    since = f"since {words.when(card.since, card.now, card.zone)}"
    claimed = None
    if open_count and card.solved_by is None:
        away = {line.owner for line in card.conversations if line.owner and line.owner_away}
        unclaimed = sum(line.owner is None for line in card.conversations if line.state != "closed")
        claimed = words.owners(card.claimed_by, away, unclaimed)
    line = f"{emoji}*{headline}*"
    if open_count and card.due is not None and card.solved_by is None:
        line += f", {words.due_instant(card.due, card.now, card.zone)}"
    return words.dotted(line, f"{people} in {count} {since}", claimed)


def _line(line: ConversationLine, card: IssueCard) -> rich.Element:
    """Channel, person, waiting time, owner, last words: none of it parsed."""
    start = f"{words.channel_plain(line.channel)} · {text.plain(line.contact, 60, empty='(no name)')}"
    parts = [rich.link(line.url, start) if line.url else rich.text(start), rich.text(_state(line, card))]
    said = text.one_line(line.words)
    if said:
        parts.append(rich.text(f" · “{text.shorten(said, _LAST_WORDS)}”"))
    mark = "new" if line.id in card.new else "changed" if line.id in card.changed else None
    if mark is not None and card.changed_at is not None:
        parts.append(rich.text(f" · {mark} {words.when_plain(card.changed_at, card.now, card.zone)}"))
    return rich.section(*parts)


def _state(line: ConversationLine, card: IssueCard) -> str:
    owner = f" · {text.plain(line.owner, 60)}" if line.owner else " · unclaimed"
    owner += ", who is away" if line.owner_away else ""
    if line.state == "closed":
        return " · closed"
    if line.state == "snoozed":
        until = line.snoozed_until
        told = f" until {words.when_plain(until, card.now, card.zone)}" if until else ""
        return f" · snoozed{told}{owner}"
    if line.waiting_since is None:
        return f" · waiting on the customer{owner}"
    return f" · waiting {words.waited(line.waiting_since, card.now)}{owner}"


def _buttons(card: IssueCard, open_lines: list[ConversationLine]) -> Block:
    many, free = len(open_lines) > 1, sum(line.free for line in open_lines)
    claim = None
    if free:
        claim = kit.button("Claim all" if free > 1 else "Claim", "claim_issue", card.id, style="primary")
    verb = "answer_issue" if many else "answer"
    answer = kit.button("Answer issue…" if many else "Answer", verb, open_lines[0].id)
    first = kit.Item("Answer the first", "answer", open_lines[0].id) if many else None
    split = kit.Item("Not the same problem…", "split", open_lines[0].id) if many else None
    join = kit.Item("Same as another…", "join", open_lines[0].id)
    more = kit.overflow(kit.Item("Timeline", "timeline", open_lines[0].id), first, split, join)
    return kit.actions(claim, answer, more)


def _fallback(card: IssueCard, open_count: int) -> str:
    _, headline = _headline(card, open_count)
    return (
        f"{text.inline(card.account)}: {words.lower_first(headline)}, "
        f"one issue in {plural(card.count, 'conversation')}."
    )
