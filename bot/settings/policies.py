"""[[policies]]: promises and their conditions, read and checked against the calendars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.durations import DAY, FORMS, Duration, parse
from bot.settings.calendars import longest_day, open_days_a_year, open_seconds_a_year
from bot.settings.model import (
    CHANNELS,
    PRIORITIES,
    CalendarConfig,
    ClockName,
    Escalation,
    Match,
    PauseState,
    Policy,
)
from bot.settings.reachable import taken_by
from bot.settings.reader import Table
from bot.settings.values import shown

REACH_YEARS = 5
"""A promise that takes a calendar longer than this is a mistake in one of the two."""

Pauses = tuple[tuple[ClockName, tuple[PauseState, ...]], ...]


def read_policies(
    top: Table, calendars: Sequence[CalendarConfig], escalations: Sequence[Escalation]
) -> tuple[Policy, ...]:
    """All policies in their order."""
    tables = top.tables("policies")
    if not tables and not any(problem.key == "policies" for problem in top.report.problems):
        top.fault(
            "policies", "has no promise at all.", "Add a [[policies]] with a name and a first_response."
        )
    by_name = {calendar.name: calendar for calendar in calendars}
    policies: list[Policy] = []
    for table in tables:
        policy = _policy(table, by_name, [escalation.name for escalation in escalations])
        if policy.name and any(policy.name.lower() == other.name.lower() for other in policies):
            table.fault(
                "name", f"{shown(policy.name)} is the name of an earlier policy.", "Give it another name."
            )
        policies.append(policy)
    if not top.report.problems:
        # A faulty match reads as an empty one, which takes everything.
        _check_reachable(tables, policies)
    return tuple(policies)


def _check_reachable(tables: Sequence[Table], policies: Sequence[Policy]) -> None:
    for number, (table, policy) in enumerate(zip(tables, policies, strict=True)):
        first = taken_by(policies[:number], policy)
        if first is not None:
            table.fault(
                None,
                f"is never reached: {shown(first.name)} before it takes everything it would.",
                f"Move it above {shown(first.name)}, or give that one a narrower match.",
            )


def _policy(table: Table, calendars: Mapping[str, CalendarConfig], escalations: Sequence[str]) -> Policy:
    table.need("name", 'Write name = "enterprise".')
    table.need("calendar", f"Name one of your calendars: {', '.join(calendars) or 'there is none yet'}.")
    targets = {clock: table.duration(clock.value) for clock in ClockName}
    policy = Policy(
        name=table.text("name"),
        calendar=table.text("calendar"),
        match=read_match(table.table("match")),
        first_response=targets[ClockName.FIRST_RESPONSE],
        next_response=targets[ClockName.NEXT_RESPONSE],
        resolution=targets[ClockName.RESOLUTION],
        total_resolution=targets[ClockName.TOTAL_RESOLUTION],
        periodic_update=targets[ClockName.PERIODIC_UPDATE],
        warn=_warnings(table, targets, calendars.get(table.text("calendar"))),
        pause_on=_pause_on(table),
        note_counts=table.flag("note_counts"),
        bot_counts=table.flag("bot_counts"),
        fin_counts=table.flag("fin_counts"),
        close_counts=table.flag("close_counts"),
        credit_pauses=table.flag("credit_pauses", default=True),
        next_response_from_start=table.flag("next_response_from_start"),
        escalation=table.text("escalation") or None,
    )
    table.done()
    if not any(clock.value in table for clock in ClockName):
        table.fault(None, "promises nothing.", 'Write first_response = "30m", or another promise.')
    if policy.escalation is not None and policy.escalation not in escalations:
        table.unknown_name("escalation", policy.escalation, escalations, "an escalation")
    calendar = calendars.get(policy.calendar)
    if calendar is not None:
        _check_reach(table, calendar, targets)
    elif policy.calendar:
        table.unknown_name("calendar", policy.calendar, list(calendars), "a calendar")
    return policy


def _check_reach(
    table: Table, calendar: CalendarConfig, targets: Mapping[ClockName, Duration | None]
) -> None:
    seconds, days = open_seconds_a_year(calendar), open_days_a_year(calendar)
    if not seconds:
        return
    for clock, target in targets.items():
        if target is None:
            continue
        years = target.working_days / days if target.working_days else target.seconds / seconds
        if years > REACH_YEARS:
            table.fault(
                clock.value,
                f'is out of reach: the calendar "{calendar.name}" is open {seconds / 3600:,.0f} h a year, '
                f"so it would take {years:,.0f} years.",
                "Write a shorter promise, or name a calendar with more hours.",
            )


def _shortest(targets: Iterable[Duration | None], calendar: CalendarConfig | None) -> int | None:
    """Working seconds of the shortest promise. One of working days takes as many of the longest at most."""
    day = longest_day(calendar) if calendar is not None else 0
    lengths = (each.seconds or each.working_days * day for each in targets if each is not None)
    return min((each for each in lengths if each), default=None)


def leads_of(policy: Policy, calendar: CalendarConfig | None) -> str | None:
    """What is wrong with a policy's warnings, a sentence; None: nothing. `calendar` is the policy's."""
    shortest = _shortest((policy.target(clock) for clock in ClockName), calendar)
    for lead in policy.warn:
        if lead.working_days:
            return f"{lead} cannot be a warning; it needs hours or minutes."
        if shortest is not None and lead.seconds >= shortest:
            return f"{lead} is not before the deadline: the shortest promise here is no longer."
    return None


def _warnings(
    table: Table, targets: Mapping[ClockName, Duration | None], calendar: CalendarConfig | None
) -> tuple[Duration, ...]:
    shortest = _shortest(targets.values(), calendar)

    def lead(text: str) -> Duration:
        found = parse(text)
        if found.working_days:
            raise ValueError(f"{shown(text)} cannot be a warning; it needs hours or minutes.")
        if shortest is not None and found.seconds >= shortest:
            raise ValueError(
                f"{shown(text)} is not before the deadline: the shortest promise here is no longer."
            )
        return found

    leads = table.each("warn", lead, FORMS.replace(" or 2 working days", "").replace("4h, 1d", "4h or 1d"))
    return tuple(sorted(set(leads), key=lambda found: -found.seconds))


def _pause_on(table: Table) -> Pauses:
    """A list is for every clock; a table names the states clock by clock.

    An update is promised for the time in which the customer is silent: a list that pauses all clocks then
    does not mean it.
    """
    if not isinstance(table.data.get("pause_on"), dict):
        if "pause_on" not in table:
            table.known.append("pause_on")
            return ()
        states = _states(table, "pause_on")
        silent = tuple(state for state in states if state is not PauseState.WAITING_ON_CUSTOMER)
        return tuple((clock, silent if clock is ClockName.PERIODIC_UPDATE else states) for clock in ClockName)
    section = table.table("pause_on")
    found = tuple((clock, _states(section, clock.value)) for clock in ClockName if clock.value in section)
    section.known.extend(clock.value for clock in ClockName)
    section.done()
    return found


def _states(table: Table, key: str) -> tuple[PauseState, ...]:
    texts = table.texts(key)
    path = (*table.path, key)
    found = (table.known_word((*path, number), text, PauseState) for number, text in enumerate(texts))
    return tuple(state for state in found if state is not None)


def read_match(table: Table) -> Match:
    """The conditions of a policy or route."""
    attributes = table.table("attribute")
    match = Match(
        plan=table.texts("plan", one_too=True),
        segment=table.texts("segment", one_too=True),
        tag=table.texts("tag", one_too=True),
        channel=_words(table, "channel", CHANNELS),
        team=table.texts("team", one_too=True),
        priority=_words(table, "priority", PRIORITIES),
        account=table.texts("account", one_too=True),
        attributes=tuple((name, attributes.texts(name, one_too=True)) for name in attributes.data),
        spend_from=table.amount("spend_from"),
        risk_from=table.integer("risk_from", 0, 0, 100) if "risk_from" in table else None,
        trial_ends_within=table.seconds("trial_ends_within", 0, DAY) or None,
    )
    table.known.append("risk_from")
    table.done()
    return match


def _words(table: Table, key: str, known: Sequence[str]) -> tuple[str, ...]:
    texts = table.texts(key, one_too=True)
    for number, text in enumerate(texts):
        if text.lower() not in known:
            table.unknown((*table.path, key, number), text, known)
    return tuple(text.lower() for text in texts)
