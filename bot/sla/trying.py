"""Trying other policies on the stored past: what they would have warned of and missed, beside today's.

Nothing here changes what is in force. A lead fills in a window; faults come back at the field that has them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.cards import heat_map
from bot.cards.message import Message
from bot.cards.replay import FIELDS, Asked, Line, PolicyNow, ReplayCard
from bot.clock import Moment
from bot.durations import Duration, parse, plural
from bot.errors import NotAllowed
from bot.office import Office
from bot.outbox.show import show
from bot.settings.file import parse_policies
from bot.settings.model import ClockName, Config, Policy
from bot.settings.policies import leads_of
from bot.settings.reader import FaultyFile
from bot.sla import past
from bot.sla.clock import LABELS
from bot.sla.promises import Promises
from bot.sla.replay import Case, Difference, Outcome, Tally, difference, outcome
from bot.store import audit, pulse

LEADS_ONLY = "Not shown: trying other promises is for leads. Leads are named in watchbell.toml."
_TARGETS = tuple(ClockName(name) for name, _ in FIELDS if name != "warn")


@dataclass(frozen=True, slots=True)
class Tried:
    """The outcome of today's policies and of others over the same stretch, and what changes.

    `reaches_back_to` is when the oldest stored conversation began: nothing before it was counted.
    `tickets_since` is since when tickets are known, None where none can be read.
    """

    since: datetime
    present: Outcome
    other: Outcome
    changed: Difference
    reaches_back_to: datetime | None
    tickets_since: datetime | None = None


class Share:
    """How far a replay has come: a number, written on a reader's thread and read on the loop's."""

    def __init__(self) -> None:
        self.done = 0.0

    def seen(self, share: float) -> None:
        self.done = share


def only_leads(office: Office, slack_user_id: str) -> None:
    """Raises NotAllowed for anybody but a lead."""
    if slack_user_id not in office.leads:
        raise NotAllowed(LEADS_ONLY)


def policies_now(office: Office) -> tuple[PolicyNow, ...]:
    """The policies in force, as the window offers them."""
    return tuple(
        PolicyNow(
            policy.name,
            policy.title,
            {
                **{clock.value: str(target) for clock in _TARGETS if (target := policy.target(clock))},
                "warn": ", ".join(str(lead) for lead in policy.warn),
            },
        )
        for policy in office.config.policies
    )


def policies_asked(office: Office, asked: Asked) -> tuple[tuple[Policy, ...], dict[str, str]]:
    """The policies that were filled in, and the faults by field; with a fault the policies mean nothing."""
    if asked.text:
        try:
            return parse_policies(asked.text, office.config), {}
        except FaultyFile as faulty:
            more = len(faulty.problems) - 1
            said = faulty.problems[0].sentence("Your text") + (f" And {more} more." if more else "")
            return (), {"text": said}
    faults: dict[str, str] = {}
    targets: dict[ClockName, Duration] = {}
    warn: tuple[Duration, ...] | None = None
    for name, typed in asked.typed.items():
        try:
            if name == "warn":
                warn = tuple(parse(each.strip()) for each in typed.split(",") if each.strip())
            else:
                targets[ClockName(name)] = parse(typed)
        except ValueError as error:
            faults[name] = f"{error} Write 30m, 4h, 1d or 2 working days."
    policy = next((each for each in office.config.policies if each.name == asked.policy), None)
    if policy is None:
        faults["policy"] = "This policy is not in force any more. Choose another one."
    elif not faults and not asked.typed:
        faults["first_response"] = "Nothing was changed: write another time here or below."
    made = changed(office.config.policies, asked.policy, targets, warn)
    for each in made if not faults else ():
        calendar = next((one for one in office.config.calendars if one.name == each.calendar), None)
        fault = leads_of(each, calendar) if each.name == asked.policy else None
        if fault is not None:
            faults["warn" if "warn" in asked.typed else next(iter(asked.typed))] = fault
    return made, faults


def changed(
    policies: Sequence[Policy],
    name: str,
    targets: dict[ClockName, Duration],
    warn: tuple[Duration, ...] | None,
) -> tuple[Policy, ...]:
    """The same policies with other promises in one of them; `warn` None leaves its warnings."""
    values = {clock.value: target for clock, target in targets.items()}

    def one(policy: Policy) -> Policy:
        if policy.name != name:
            return policy
        made: Policy = replace(policy, **values)  # type: ignore[arg-type]
        return replace(made, warn=warn) if warn is not None else made

    return tuple(one(policy) for policy in policies)


def attempt(
    session: Session,
    office: Office,
    other: Sequence[Policy],
    reach: timedelta,
    now: datetime,
    seen: Callable[[float], None],
) -> Tried:
    """Replay both sets; `seen` is told the share that is done, from the thread that this runs on."""
    workspace, zone, since = office.workspace, ZoneInfo(office.zone), now - reach
    total = past.count(session, workspace, since) * 2 or 1
    outcomes = []
    for number, config in enumerate((office.config, replace(office.config, policies=tuple(other)))):

        def gone(done: int, base: float = number * total / 2) -> None:
            seen(min(1.0, (base + done) / total))

        outcomes.append(outcome(_cases(session, workspace, config, since, now, gone), zone))
    before, after = outcomes
    return Tried(
        since=since,
        present=before,
        other=after,
        changed=difference(before, after),
        reaches_back_to=past.reaches_back_to(session, workspace),
        tickets_since=pulse.tickets_reached(session, workspace),
    )


def picture(tried: Tried, office: Office, asked: Asked) -> bytes | None:
    """The heat map of what would have been missed, None when that is nothing."""
    total = tried.other.total
    if not total.missed:
        return None
    title = (
        f"{total.missed} of {plural(total.promises, 'promise')} missed in {asked.days} days: {_name(asked)}"
    )
    return heat_map.png(
        heat_map.HeatMap(title, office.zone, tried.other.missed_by_hour, tried.other.promises_by_hour)
    )


def result(
    tried: Tried, office: Office, asked: Asked, now: datetime, file: str | None, *, picture_lost: bool = False
) -> ReplayCard:
    """What the window shows. `file` is the picture's id in Slack."""
    before, after = tried.present, tried.other
    return ReplayCard(
        name=_name(asked),
        now=now,
        zone=office.zone,
        since=tried.since,
        total=_line("all", before.total, after.total),
        clocks=tuple(
            _line(LABELS[clock], dict(before.by_clock).get(clock, Tally()), tally)
            for clock, tally in after.by_clock
        ),
        teams=_lines(before.by_team, after.by_team),
        accounts=_lines(before.by_account, after.by_account),
        newly=tried.changed.newly_missed,
        no_longer=tried.changed.no_longer,
        reaches_back_to=tried.reaches_back_to,
        tickets_since=tried.tickets_since,
        file=file,
        picture_lost=picture_lost,
    )


def post(
    session: Session, office: Office, slack_user_id: str, view_id: str, content: Message, at: Moment
) -> None:
    """Show the team what came of it, once for each window."""
    show(
        session,
        office.workspace,
        key=f"replay:{view_id}",
        channel=office.channels.alerts,
        content=content,
        at=at,
    )
    audit.record(
        session,
        office.workspace,
        at=at.now,
        slack_user_id=slack_user_id,
        admin_id=None,
        action="replay_post",
        source="modal",
        outcome="queued",
    )


def _name(asked: Asked) -> str:
    if asked.text:
        return "other policies"
    labels = dict(FIELDS)
    return f"{asked.policy} with " + ", ".join(
        f"{labels[name].lower()} {value}" for name, value in asked.typed.items()
    )


def _lines(before: Sequence[tuple[str, Tally]], after: Sequence[tuple[str, Tally]]) -> tuple[Line, ...]:
    known = dict(before)
    return tuple(_line(name, known.get(name, Tally()), tally) for name, tally in after)


def _line(label: str, before: Tally, after: Tally) -> Line:
    return Line(
        label,
        after.promises,
        after.warned,
        after.missed,
        missed_now=before.missed,
        warned_now=before.warned,
        late=after.median_late,
    )


def _cases(
    session: Session,
    workspace: str,
    config: Config,
    since: datetime,
    now: datetime,
    seen: Callable[[int], None],
) -> list[Case]:
    return list(past.cases(session, workspace, Promises(config), since, now, seen=seen))
