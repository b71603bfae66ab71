"""The App Home: mine, next, at risk, what went silent, and how the bot itself is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.cards import inbox, kit, rows, silence, status, words
from bot.cards.message import Block, View
from bot.cards.values import AtRisk, Due, NotKnown, Silent

CALLBACK = "wb:home"
_EPOCH = datetime.fromtimestamp(0, UTC)
_ALL_TEAMS = "all"
NO_TEAM = "none"
TEAM = "home_team"
_RISK_SHOWN = 5
_QUIET_SHOWN = 5


@dataclass(frozen=True)
class HomeCard:
    """`inbox` is what /inbox tells the same person; `notice` a sentence near the top (no seat linked).
    `judged` counts the accounts that have a score."""

    inbox: inbox.InboxCard
    health: status.Health
    at_risk: tuple[AtRisk, ...] = ()
    silent: tuple[Silent, ...] = ()
    not_known: tuple[NotKnown, ...] = ()
    notice: str | None = None
    judged: int = 0


def render(card: HomeCard) -> View:
    now, zone = card.inbox.now, card.inbox.zone
    blocks: list[Block] = [kit.section(inbox.headline(card.inbox))]
    if card.notice:
        blocks.append(kit.context(kit.sentence(card.notice)))
    blocks.append(_filters(card.inbox))
    filtered = inbox.filter_line(card.inbox)
    if filtered:
        blocks.append(kit.context(filtered))
    blocks.extend([*_mine(card.inbox), *_next(card.inbox), *_at_risk(card), *_quiet(card)])
    blocks.extend([kit.divider(), kit.context(status.line(card.health, now, zone))])
    return {"type": "home", "callback_id": CALLBACK, "blocks": blocks}


def gist(card: HomeCard) -> str:
    """What tells one content from another, whatever the time is: then a view is drawn again by itself."""
    shown = replace(card.inbox, now=_EPOCH, mine=(), also=(), next=(), first_due=None, team_due=None)
    told = (*card.inbox.mine, *card.inbox.also, *card.inbox.next)
    lines = [(replace(line, due=None), _gist(line.due)) for line in told]
    first = _gist(card.inbox.first_due), _gist(card.inbox.team_due)
    problems = [problem.mend for problem in card.health.problems]
    nobody = card.judged == 0
    rest = (first, card.at_risk, card.silent, card.not_known, problems, card.notice, nobody)
    return hashlib.sha256(repr((shown, lines, *rest)).encode()).hexdigest()


def _gist(due: Due | None) -> tuple[datetime, bool] | None:
    return (due.at, words.is_late(due)) if due is not None else None


def teams_offered(teams: Sequence[inbox.Choice]) -> list[tuple[str, str]]:
    """What the filter of teams offers: a label each, and what chooses it."""
    every = [("All teams", _ALL_TEAMS), ("No team", NO_TEAM)]
    return every + [(team.name, team.id) for team in teams]


def _filters(card: inbox.InboxCard) -> Block:
    """What is shown, and of which team; both stay as they were left."""
    shows = [kit.option(label, show.value) for show, label in inbox.SHOWS.items()]
    teams = [kit.option(label, value) for label, value in teams_offered(card.teams)]
    return kit.actions(
        kit.select("home_show", shows, "Show", card.look.show.value),
        kit.choice(TEAM, teams, "team", card.look.team or _ALL_TEAMS),
        block_id="filters",
    )


def _pages(verb: str, page: int, total: int) -> list[Block]:
    """Earlier and later, where there is more than a page."""
    last = max(0, total - 1) // inbox.PAGE
    if not last:
        return []
    first = page * inbox.PAGE + 1
    buttons = [
        kit.button("Earlier", f"{verb}_earlier", str(page - 1)) if page else None,
        kit.button("Later", f"{verb}_later", str(page + 1)) if page < last else None,
    ]
    told = f"{first} to {min(total, first + inbox.PAGE - 1)} of {total}"
    return [kit.context(told), kit.actions(*buttons)]


def _mine(card: inbox.InboxCard) -> list[Block]:
    if card.look.show is inbox.Show.FREE:
        return []
    listed, _ = card.listed
    lines: list[Block] = list(rows.conversations(card.mine, card.now, card.zone, "answer", inbox.PAGE, ""))
    if not card.paged and card.count + card.also_total:
        lines = [kit.context("Nothing of yours passes the filter.")]
    elif not card.count:
        lines = [kit.context("No customer waits for you. What you claim stands here, by deadline.")]
    pages = _pages("home_mine", card.look.mine_page, card.paged)
    return [kit.heading(f"Mine: {listed}" if listed else "Mine"), *lines, *inbox.also(card), *pages]


def _next(card: inbox.InboxCard) -> list[Block]:
    if card.look.show is inbox.Show.MINE or card.away:
        return []
    if not card.next:
        empty = rows.nothing_due(card.waiting_on_customers, card.next_due_at, card.now, card.zone)
        if card.unclaimed:
            empty = "Nothing unclaimed passes the filter."
        return [kit.heading("Next"), kit.context(empty)]
    _, listed = card.listed
    return [
        kit.heading(f"Next: {listed} unclaimed"),
        *rows.conversations(card.next, card.now, card.zone, "claim", inbox.PAGE, ""),
        *_pages("home_next", card.look.next_page, listed),
        kit.actions(kit.button("Claim next", "claim_next", "home", style="primary")),
    ]


def _at_risk(card: HomeCard) -> list[Block]:
    blocks = [kit.heading("At risk")]
    if not card.at_risk:
        return [*blocks, kit.context(rows.nobody_at_risk(card.judged))]
    for place, entry in enumerate(card.at_risk[:_RISK_SHOWN], start=1):
        blocks.extend(rows.at_risk(place, entry, card.inbox.now, card.inbox.zone))
    if len(card.at_risk) > _RISK_SHOWN:
        blocks.append(kit.context(f"and {len(card.at_risk) - _RISK_SHOWN} more: `/atrisk`"))
    return blocks


def _quiet(card: HomeCard) -> list[Block]:
    now, zone = card.inbox.now, card.inbox.zone
    lines = [silence.silent(entry, now, zone) for entry in card.silent[:_QUIET_SHOWN]]
    lines += [silence.not_known(entry, now, zone) for entry in card.not_known[:_QUIET_SHOWN]]
    if not lines:
        return []
    return [kit.heading("Pulse"), kit.section("\n".join(lines))]


def refused(sentence: str) -> View:
    """For somebody who may not use the bot: why, and nothing of the customers."""
    return {"type": "home", "callback_id": CALLBACK, "blocks": [kit.section(kit.sentence(sentence))]}
