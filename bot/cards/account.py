"""The anchor of an account's thread: its state at a glance, edited in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.cards import kit, words
from bot.cards.message import Block, Message
from bot.cards.values import Account, Due, Risk
from bot.durations import human, plural
from bot.slack import rich, text

_SHOWN = 5
_SPREADING = 2


@dataclass(frozen=True)
class AccountIssue:
    """`title` may be a customer's phrase; `channels` are Intercom source types; open conversations count."""

    id: str
    title: str
    people: int
    conversations: int
    channels: tuple[str, ...]
    since: datetime


@dataclass(frozen=True)
class Changed:
    """What was different when the card was drawn last: phrases in plain words."""

    at: datetime
    words: tuple[str, ...]


@dataclass(frozen=True)
class Earlier:
    """The episode before this one, and where its message stands."""

    closed_on: date
    conversations: int
    url: str


@dataclass(frozen=True)
class Spreading:
    """A problem that other accounts tell too, and where it is announced."""

    title: str
    url: str


@dataclass(frozen=True)
class AccountCard:
    """`due` is the most urgent promise of the account; `answer_id` the conversation it belongs to.

    `unclaimed` counts open conversations without an owner, `claimed_by` names the owners of the others. Of
    these `away` are not there, and the `of_away` conversations that they hold can be claimed as well.
    """

    account: Account
    now: datetime
    zone: str
    open_conversations: int
    issues: tuple[AccountIssue, ...] = ()
    due: Due | None = None
    answer_id: str | None = None
    unclaimed: int = 0
    claimed_by: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    of_away: int = 0
    risk: Risk | None = None
    url: str | None = None
    changed: Changed | None = None
    earlier: Earlier | None = None
    spreading: tuple[Spreading, ...] = ()


@dataclass(frozen=True)
class AccountClosed:
    """What the anchor says when nothing is open any more. Reply times are seconds of the wall clock.

    Without any conversation, all that it told of belongs elsewhere by now.
    """

    account: Account
    now: datetime
    zone: str
    conversations: int
    issues: int
    first_reply_seconds: int | None = None
    usual_first_reply_seconds: int | None = None
    answered_by: tuple[str, ...] = ()
    url: str | None = None


def render(card: AccountCard) -> Message:
    today = card.now.astimezone(words.zone_of(card.zone)).date()
    risk = f"risk {words.risk_phrase(card.risk)}" if card.risk else f"risk {words.NOT_KNOWN}"
    blocks: list[Block] = [
        kit.section(_first_line(card)),
        kit.context(
            words.dotted(words.account_state(card.account, today), risk, kit.open_in_intercom(card.url))
        ),
    ]
    marks = words.dotted(_changed(card), _earlier(card))
    if marks:
        blocks.append(kit.context(marks))
    blocks.extend(_spreading(each) for each in card.spreading[:_SPREADING])
    if card.issues:
        blocks.append(rich.block(rich.listing([_issue(issue, card) for issue in card.issues[:_SHOWN]])))
    hidden = len(card.issues) - _SHOWN
    if hidden > 0:
        blocks.append(kit.context(f"and {plural(hidden, 'more issue')} in the thread"))
    if card.open_conversations:
        blocks.append(_buttons(card))
    return Message(_fallback(card), blocks)


def _spreading(spreading: Spreading) -> Block:
    link = rich.link(spreading.url, "Other accounts tell this too")
    return rich.block(rich.section(link, rich.text(": "), rich.title(spreading.title)))


def _changed(card: AccountCard) -> str | None:
    if card.changed is None:
        return None
    said = ", ".join(text.inline(each, 80) for each in card.changed.words)
    return f"Changed {words.when(card.changed.at, card.now, card.zone)}: {said}"


def _earlier(card: AccountCard) -> str | None:
    if card.earlier is None:
        return None
    count = plural(card.earlier.conversations, "conversation")
    return text.link(card.earlier.url, f"before: {count}, closed {card.earlier.closed_on:%-d %B}")


def render_closed(card: AccountClosed) -> Message:
    name = text.inline(card.account.name)
    if not card.conversations:
        return Message(f"{name}: nothing open any more.", [kit.section(f"*{name}*: nothing open any more")])
    answered = words.claimed(card.answered_by).replace("claimed", "answered") if card.answered_by else None
    line = words.dotted(
        f":white_check_mark: *{name}*: nothing open",
        f"{plural(card.conversations, 'conversation')} settled, {plural(card.issues, 'issue')}",
        _reply_time(card),
        answered,
    )
    today = card.now.astimezone(words.zone_of(card.zone)).date()
    facts = words.dotted(words.account_state(card.account, today), kit.open_in_intercom(card.url))
    return Message(f"{name}: nothing open any more.", [kit.section(line), kit.context(facts)])


def _reply_time(card: AccountClosed) -> str | None:
    if card.first_reply_seconds is None:
        return None
    usual = card.usual_first_reply_seconds
    baseline = "" if usual is None else f" (usual {human(usual)})"
    return f"first reply in {human(card.first_reply_seconds)}{baseline}"


def _first_line(card: AccountCard) -> str:
    name = f"*{text.inline(card.account.name)}*"
    if card.open_conversations == 0:
        return f"{name}: nothing open"
    counts = [plural(card.open_conversations, "open conversation")]
    if card.issues:
        counts.append(plural(len(card.issues), "issue"))
    owners = words.owners(card.claimed_by, card.away, card.unclaimed)
    return words.dotted(f"{_emoji(card)}{name}: {_urgency(card)}", ", ".join(counts), owners)


def _emoji(card: AccountCard) -> str:
    if card.due is None:
        return ""
    return ":rotating_light: " if words.is_late(card.due) else ":hourglass_flowing_sand: "


def _urgency(card: AccountCard) -> str:
    if card.due is None:
        return "no reply is due"
    return words.due_line(card.due, card.now, card.zone)


def _issue(issue: AccountIssue, card: AccountCard) -> rich.Element:
    channels = words.joined([words.channel_plain(channel) for channel in issue.channels[:6]])
    people = plural(issue.people, "person", "people")
    told = f" — {people}{f': {channels}' if channels else ''}, since "
    since = kit.rich_when(issue.since, card.now, card.zone)
    return rich.section(rich.title(issue.title), rich.text(told), since)


def _buttons(card: AccountCard) -> Block:
    claim = None
    free = card.unclaimed + card.of_away
    if free:
        label = "Claim all" if free > 1 else "Claim"
        claim = kit.button(label, "claim_account", card.account.id, style="primary")
    answer = None
    if card.answer_id is not None:
        style = None if claim else "primary"
        label = "Answer the first" if card.open_conversations > 1 else "Answer"
        answer = kit.button(label, "answer", card.answer_id, style=style)  # type: ignore[arg-type]
    why = kit.Item("Why this risk?", "why_risk", card.account.id) if card.risk else None
    more = kit.overflow(kit.Item("Timeline", "timeline_account", card.account.id), why)
    return kit.actions(claim, answer, more)


def _fallback(card: AccountCard) -> str:
    name = text.inline(card.account.name)
    if card.open_conversations == 0:
        return f"{name}: nothing open."
    if card.due is None:
        return f"{name}: {plural(card.open_conversations, 'open conversation')}, no reply is due."
    phrase = words.due_phrase(card.due, card.now)
    return f"{name}: {phrase[0].lower()}{phrase[1:]}, {plural(card.open_conversations, 'open conversation')}."
