"""The replay window: which promises to try, how far it has come, what they would have asked of the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards import kit, modal, words
from bot.cards.message import Block, Message, View
from bot.durations import human, plural
from bot.slack import text

CALLBACK = "wb:replay"
TITLE = "Try other promises"
REACHES = (
    (7, "the last 7 days"),
    (30, "the last 30 days"),
    (90, "the last 90 days"),
    (180, "the last half year"),
    (365, "the last year"),
)
FIELDS = (
    ("first_response", "First reply within"),
    ("next_response", "Next reply within"),
    ("resolution", "Resolved within"),
    ("warn", "Warn before the deadline"),
)
LONGEST = 2_900
_SHOWN = 6
_BARS = 20


@dataclass(frozen=True)
class PolicyNow:
    """A policy as it is in force; `promises` in words, by the field's name."""

    name: str
    title: str
    promises: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One row of the result. Counts of promises, of those warned of and missed, then the same today."""

    label: str
    promises: int
    warned: int
    missed: int
    missed_now: int
    warned_now: int
    late: int
    """Working seconds by which the missed ones were usually late."""


@dataclass(frozen=True)
class ReplayCard:
    """What came of it. `newly` and `no_longer` are conversation ids; `file` is the heat map's Slack id.

    `picture_lost`: there is one, and Slack did not take it.
    """

    name: str
    now: datetime
    zone: str
    since: datetime
    total: Line
    clocks: tuple[Line, ...] = ()
    teams: tuple[Line, ...] = ()
    accounts: tuple[Line, ...] = ()
    newly: tuple[str, ...] = ()
    no_longer: tuple[str, ...] = ()
    reaches_back_to: datetime | None = None
    tickets_since: datetime | None = None
    file: str | None = None
    picture_lost: bool = False


def form(policies: Sequence[PolicyNow], chosen: str | None = None) -> View:
    """The questions. What is left empty stays as it is."""
    options = [kit.option(policy.title, policy.name, _now(policy)) for policy in policies]
    blocks: list[Block] = [
        kit.context("Nothing is changed: what would have been warned of and missed is counted on the past."),
        modal.field(
            "policy", "Policy", kit.select("policy", options, "Choose a policy", chosen or policies[0].name)
        ),
    ]
    blocks += [_line(name, label) for name, label in FIELDS]
    reaches = [kit.option(label, str(days)) for days, label in REACHES]
    blocks.append(modal.radio("reach", "On", reaches, 1))
    blocks.append(
        modal.words_input(
            "text",
            "Or whole policies, as in watchbell.toml",
            LONGEST,
            optional=True,
            hint="[[policies]] tables, in order. They take the place of everything above but the days.",
        )
    )
    return modal.view(CALLBACK, TITLE, blocks, submit="Replay")


def _now(policy: PolicyNow) -> str:
    said = ", ".join(
        f"{label.lower()} {policy.promises[name]}" for name, label in FIELDS if policy.promises.get(name)
    )
    return text.shorten(said, 74) or "nothing promised"


def _line(block_id: str, label: str) -> Block:
    element = {
        "type": "plain_text_input",
        "action_id": kit.PREFIX + block_id,
        "max_length": 60,
        "placeholder": kit.plain_text("as it is" if block_id != "warn" else "as it is; 15m, 5m"),
    }
    return modal.field(block_id, label, element, optional=True)


def running(share: float) -> View:
    """How far it has come; no colleague waits for a window that says nothing."""
    return modal.view(CALLBACK, TITLE, [kit.section(f"Replaying the past  {_bar(share)}  {share:.0%}")])


def fetching(done: int, total: int | None) -> View:
    """How much of the older history has come from Intercom."""
    if total:
        share = min(1.0, done / total)
        count = f"{_bar(share)}  {done:,} of {plural(total, 'conversation')}"
    else:
        count = plural(done, "conversation") if done else "asking Intercom"
    later = "You may close this window: what is fetched is kept, and the next replay finds it."
    said = [kit.section(f"Fetching older history  {count}"), kit.context(later)]
    return modal.view(CALLBACK, TITLE, said)


def _bar(share: float) -> str:
    full = round(share * _BARS)
    return "▓" * full + "░" * (_BARS - full)


def render(card: ReplayCard) -> View:
    """The result, with the picture and a button that shows it to the team."""
    blocks = [
        *_result(card),
        kit.actions(kit.button("Show the team", "replay_post", "replay", style="primary")),
    ]
    return modal.view(CALLBACK, TITLE, blocks, private={"head": _head(card)})


def shared(view: Mapping[str, Any], by: str) -> Message:
    """A shown result as a message for a channel. The window is ours, and Slack signs what it held."""
    head = str(modal.private(view).get("head") or TITLE)
    kept = ("section", "image", "context")
    blocks = [
        {key: value for key, value in block.items() if key != "block_id"}
        for block in view.get("blocks", ())
        if block.get("type") in kept
    ]
    said = kit.context(f"Tried by {text.mention_user(by)}; nothing was changed.")
    return Message(text.escape(head), [*blocks, said])


def posted(view: Mapping[str, Any]) -> View:
    """The same window once the team has it."""
    blocks = [block for block in view.get("blocks", ()) if block.get("type") != "actions"]
    return modal.view(CALLBACK, TITLE, [*blocks, kit.context("The team can see it where alerts stand.")])


def _head(card: ReplayCard) -> str:
    return text.shorten(f"{card.name} on the past: {card.total.missed} of {card.total.promises} missed.", 300)


def _result(card: ReplayCard) -> list[Block]:
    if not card.total.promises:
        return [kit.section("No promise began in that time, under either set.")]
    since = words.when(card.since, card.now, card.zone)
    blocks: list[Block] = [
        kit.section(
            f"*{_missed(card.total)}* under {text.inline(card.name, 120)}; {card.total.missed_now} as it is. "
            f"Since {since}"
        ),
        kit.section("\n".join(_row(line) for line in card.clocks) or _row(card.total)),
    ]
    if card.file:
        blocks.append(
            {
                "type": "image",
                "slack_file": {"id": card.file},
                "alt_text": f"{card.total.missed} missed promises by weekday and hour",
            }
        )
    if card.picture_lost:
        blocks.append(kit.context("Slack did not take the heat map. Try again for the picture."))
    for title, lines in (("Teams", card.teams), ("Accounts", card.accounts)):
        missed = [line for line in lines if line.missed or line.missed_now][:_SHOWN]
        if missed:
            blocks.append(kit.section("\n".join([f"{title}:", *(_row(line) for line in missed)])))
    blocks.append(kit.context(words.dotted(*_changes(card))))
    if card.tickets_since is not None and card.tickets_since > card.since:
        begin = words.when(card.tickets_since, card.now, card.zone)
        blocks.append(kit.context(f"Tickets closed before {begin} are not counted."))
    return blocks


def _row(line: Line) -> str:
    late = f", usually by {human(line.late, days=False)}" if line.missed else ""
    warned = f"{line.warned} warned ({line.warned_now} as it is)"
    return f"• {text.inline(line.label, 60)}: {_missed(line)} ({line.missed_now} as it is){late}, {warned}"


def _missed(line: Line) -> str:
    return f"{line.missed} of {plural(line.promises, 'promise')} missed"


def _changes(card: ReplayCard) -> list[str | None]:
    found = [
        f"newly missed: {_ids(card.newly)}" if card.newly else None,
        f"no longer missed: {_ids(card.no_longer)}" if card.no_longer else None,
    ]
    if not any(found):
        found = ["the same conversations are missed under both"]
    if card.reaches_back_to is not None and card.reaches_back_to > card.since:
        found.append(f"stored conversations begin {words.when(card.reaches_back_to, card.now, card.zone)}")
    return found


def _ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return ", ".join(text.inline(each, 40) for each in ids[:_SHOWN]) + more


@dataclass(frozen=True)
class Asked:
    """What somebody filled in; `typed` by field, only where something was."""

    policy: str
    typed: Mapping[str, str]
    days: int
    text: str


def read(view: Mapping[str, Any]) -> Asked:
    days = modal.chosen(view, "reach") or "30"
    typed = {name: str(modal.state(view, name).get("value") or "").strip() for name, _ in FIELDS}
    return Asked(
        policy=modal.chosen(view, "policy") or "",
        typed={name: value for name, value in typed.items() if value},
        days=int(days) if days in {str(number) for number, _ in REACHES} else 30,
        # Not `modal.words`, which would take the line breaks out that TOML needs.
        text=str(modal.state(view, "text").get("value") or "").strip()[:LONGEST],
    )
