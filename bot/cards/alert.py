"""One message per conversation and episode: a promise that is due soon, late, or settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.cards import kit, words
from bot.cards.message import Block, Message
from bot.cards.values import Account, Due, LastRead
from bot.durations import human, plural
from bot.slack import rich, text


class AlertState(StrEnum):
    WARNING = "warning"
    BREACHED = "breached"
    SNOOZED = "snoozed"
    PAUSED = "paused"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    CLOSED = "closed"
    OVERTAKEN = "overtaken"
    DISMISSED = "dismissed"
    MERGED = "merged"
    UNCOVERED = "uncovered"


@dataclass(frozen=True)
class AlertCard:
    """`id` is what the buttons carry; those that are about the promise and not its conversation name it too.

    `due.seconds_left` is measured at `now` while the promise is open, and at the answer once it is answered.
    One that is paused has no deadline: `due` only names it, and `paused_by_snooze` says what it waits for.
    `holder_away`: who claimed it is away, so it may be claimed by others.
    `mention` is the Slack id of the person who must act now, never of the one who just acted; `told` are the
    names of people who were told of a late reply. `ended_by` answered, closed or dismissed it.
    `same_issue` counts other open conversations on the issue; `thread_url` leads to their thread.
    """

    id: str
    state: AlertState
    due: Due
    now: datetime
    zone: str
    contact: str
    channel: str
    words: str
    account: Account | None = None
    waiting_since: datetime | None = None
    claimed_by: str | None = None
    holder_away: bool = False
    told: tuple[str, ...] = ()
    mention: str | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str | None = None
    paused_by_snooze: bool = False
    ended_by: str | None = None
    ended_at: datetime | None = None
    same_issue: int = 0
    thread_url: str | None = None
    url: str | None = None
    last_read: LastRead | None = None

    @property
    def live(self) -> bool:
        """Whether something is owed still."""
        return self.state in {
            AlertState.WARNING,
            AlertState.BREACHED,
            AlertState.SNOOZED,
            AlertState.PAUSED,
        }


def render(card: AlertCard) -> Message:
    live = card.live
    blocks: list[Block] = [kit.section(first_line(card))]
    if live:
        blocks.append(rich.block(rich.customer_words(card.words, more="more under ⋯ Timeline")))
    blocks.append(kit.context(facts(card, live=live)))
    if live:
        blocks.append(buttons(card))
    return Message(fallback(card), blocks)


def headline(card: AlertCard) -> tuple[str, str]:
    """The emoji (or nothing) and the one phrase in bold."""
    by = text.inline(card.ended_by, 60) if card.ended_by else "somebody"
    match card.state:
        case AlertState.SNOOZED:
            until = card.snoozed_until
            told = f" until {words.when_plain(until, card.now, card.zone)}" if until else ""
            return "", f"Snoozed{told}"
        case AlertState.PAUSED:
            return "", f"{words.promise(card.due.clock)} {_pause(card)}"
        case AlertState.ANSWERED:
            return ":white_check_mark: ", f"Answered by {by}, {_margin(card)}"
        case AlertState.RESOLVED:
            return ":white_check_mark: ", f"Resolved by {by}, {_margin(card)}"
        case AlertState.CLOSED:
            owed = ", no reply is due" if card.due.clock.is_reply else ""
            return ":white_check_mark: ", f"Closed by {by}{owed}"
        case AlertState.OVERTAKEN:
            return "", "The customer wrote: a reply is due in place of the update"
        case AlertState.DISMISSED:
            return "", f"Not a promise, says {by}"
        case AlertState.MERGED:
            return "", "Merged into another conversation, where the wait goes on"
        case AlertState.UNCOVERED:
            return "", f"{words.promise(card.due.clock)} promised no more"
        case _:
            emoji = ":rotating_light: " if words.is_late(card.due) else ":hourglass_flowing_sand: "
            phrase = words.due_phrase(card.due, card.now)
            return emoji, f"{phrase}, {_pause(card)}" if card.due.paused else phrase


def _pause(card: AlertCard) -> str:
    return f"paused {'while it is snoozed' if card.paused_by_snooze else 'until the customer writes'}"


def _margin(card: AlertCard) -> str:
    left = card.due.seconds_left
    working = words.runs_on_working_time(card.due, card.ended_at or card.now)
    if left < 0:
        if not working:
            return f"{human(left)} late"
        return f"late by {words.amount(left, working=True)}" if left <= -60 else "late"
    if left < 60:
        return "on time"
    return f"on time, {words.amount(left, working=working)} to spare"


def first_line(card: AlertCard) -> str:
    """What is owed to whom and by when, or how it ended: the line that says whether to act."""
    emoji, phrase = headline(card)
    line = f"{emoji}*{phrase}*"
    if card.state in {AlertState.WARNING, AlertState.BREACHED}:
        line += f", {words.due_instant(card.due, card.now, card.zone)}"
    elif card.state is AlertState.SNOOZED:
        by = f" by {text.inline(card.snoozed_by, 60)}" if card.snoozed_by else ""
        line += f"{by}, {_owed(card)} due {words.when(card.due.at, card.now, card.zone)}"
    account = text.inline(card.account.name) if card.account else "no account"
    today = card.now.astimezone(words.zone_of(card.zone)).date()
    state = words.account_short(card.account, today) if card.account else ""
    mention = text.mention_user(card.mention) if card.mention and _needs_somebody(card) else None
    return words.dotted(line, account, state, mention)


def _owed(card: AlertCard) -> str:
    return "reply" if card.due.clock.is_reply else words.lower_first(words.promise(card.due.clock))


def _needs_somebody(card: AlertCard) -> bool:
    return card.state in {AlertState.WARNING, AlertState.BREACHED}


def facts(card: AlertCard, *, live: bool) -> str:
    """Who waits since when, and who has it."""
    who = f"{text.inline(card.contact)}, {words.channel_name(card.channel)}"
    if live and card.waiting_since is not None and card.state is not AlertState.PAUSED:
        who += f", waiting since {words.when(card.waiting_since, card.now, card.zone)}"
    if not live and card.ended_at is not None:
        who += f", {words.when(card.ended_at, card.now, card.zone)}"
    owner = None
    if live:
        claimed_by = (card.claimed_by,) if card.claimed_by else ()
        owner = words.owners(claimed_by, claimed_by if card.holder_away else (), 0)
    told = None
    if card.told and card.state is AlertState.BREACHED:
        told = f"told {words.joined([text.inline(name, 60) for name in card.told[:5]])}"
    read = words.last_read(card.last_read, card.now, card.zone) if live and card.last_read else None
    return words.dotted(who, owner, told, _same_issue(card), read, kit.open_in_intercom(card.url))


def _same_issue(card: AlertCard) -> str | None:
    if card.same_issue < 1:
        return None
    count, at_least = words.told_count(card.same_issue)
    more = "more open conversation"
    more = f"{count}+ {more}s on this issue" if at_least else f"{plural(count, more)} on this issue"
    return text.link(card.thread_url, more) if card.thread_url else more


def buttons(card: AlertCard) -> Block:
    """What a rep can do about it."""
    held = card.claimed_by is not None and not card.holder_away
    answer = kit.button("Answer", "answer", card.id, style="primary" if held else None)
    if card.state is AlertState.SNOOZED:
        first = kit.button("Wake now", "wake", _named(card))
        snooze = None
    else:
        snooze = kit.Item("Snooze 30 min", "snooze30", _named(card))
        first = kit.button("Claim", "claim", card.id, style="primary")
        if held:
            first, answer = answer, kit.button("Release", "release", card.id)
    return kit.actions(
        first,
        answer,
        kit.overflow(
            snooze,
            why_item(card),
            kit.Item("Assign…", "assign", card.id),
            kit.Item("Timeline", "timeline", card.id),
            kit.Item("Not a promise", "dismiss", card.id) if card.due.clock.is_reply else None,
        ),
    )


def why_item(card: AlertCard) -> kit.Item:
    """Asks about the promise of this alert."""
    return kit.Item("Why?", "why", _named(card))


def _named(card: AlertCard) -> str:
    """The promise of this alert, as its buttons carry it; one that names none means the reply."""
    return card.id if card.due.clock.is_reply else f"{card.id}:{card.due.clock}"


def fallback(card: AlertCard) -> str:
    """A sentence for a phone; names, but none of the customer's words."""
    whose = text.inline(card.account.name if card.account else card.contact)
    _, phrase = headline(card)
    if card.state in {AlertState.WARNING, AlertState.BREACHED}:
        owner = (
            f"claimed by {text.inline(card.claimed_by, 60)}" if card.claimed_by else "nobody has claimed it"
        )
        return f"{whose}: {words.lower_first(phrase)}, {owner}."
    return f"{whose}: {words.lower_first(phrase)}."
