"""Plays the published SLA cases through the real engine: calendar, episodes, clocks, policy match, merges.

Where the sources differ, a case is run under the option that it was written for (`FAMILIES`, and its own
`boundary` and `semantics`). What cannot be compared at all is left out for one of the reasons in `LEFT_OUT`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.durations import Duration
from bot.settings.model import (
    WEEKDAYS,
    CalendarConfig,
    ClockName,
    Closing,
    Match,
    PauseState,
    Policy,
    Span,
    Spans,
)
from bot.sla.calendar import Calendar
from bot.sla.clock import ClockState, State, clocks
from bot.sla.history import ConversationHistory, Event, EventKind, StartedBy
from bot.sla.policy import PolicyFacts, match
from bot.store.merges import landing

LEFT_OUT: dict[str, tuple[str, Callable[[dict[str, Any]], bool]]] = {
    "known_bug": (
        "describes a fault of its source, kept so that no engine copies it",
        lambda data: data["kind"] == "known_bug",
    ),
    "old_update_clock": (
        "an update clock that starts at creation and restarts at every contact by either side",
        lambda data: data.get("metric") == "update" and data.get("engine") == "A",
    ),
}
"""The only reasons to leave a case out, and how such a case is recognised."""

ALL_STATES = tuple(PauseState)
METRICS = {"any": ClockName.FIRST_RESPONSE, "update": ClockName.NEXT_RESPONSE}


@dataclass(frozen=True)
class Family:
    """What a source's lifecycle cases take for granted."""

    pause_on: tuple[tuple[ClockName, tuple[PauseState, ...]], ...] = ()
    close_counts: bool = False
    next_response_from_start: bool = False


EVERY_CLOCK_PAUSES = tuple((clock, ALL_STATES) for clock in ClockName)
FAMILIES = {
    "zammad": Family(pause_on=EVERY_CLOCK_PAUSES, next_response_from_start=True),
    "frappe": Family(
        pause_on=((ClockName.RESOLUTION, (PauseState.WAITING_ON_CUSTOMER,)),), close_counts=True
    ),
    "rt": Family(pause_on=((ClockName.PERIODIC_UPDATE, (PauseState.WAITING_ON_CUSTOMER,)),)),
}
STATES = {
    "new": EventKind.OPENED,
    "open": EventKind.OPENED,
    "replied": EventKind.WAITING_ON_CUSTOMER,
    "waiting": EventKind.WAITING_ON_CUSTOMER,
    "hold": EventKind.WAITING_ON_CUSTOMER,
    "snoozed": EventKind.SNOOZED,
    "pending": EventKind.WAITING_ON_CUSTOMER,
    "paused": EventKind.WAITING_ON_CUSTOMER,
    "stalled": EventKind.WAITING_ON_CUSTOMER,
    "resolved": EventKind.CLOSED,
    "closed": EventKind.CLOSED,
}
MESSAGES = {
    "customer_message": EventKind.CUSTOMER_MESSAGE,
    "agent_reply": EventKind.TEAMMATE_REPLY,
    "first_response_recorded": EventKind.TEAMMATE_REPLY,
    "internal_note": EventKind.NOTE,
}


@dataclass(frozen=True)
class Case:
    """One case with the schedules of its file."""

    family: str
    data: dict[str, Any]
    schedules: dict[str, dict[str, Any]]

    @property
    def id(self) -> str:
        return str(self.data["id"])


def read_cases(folder: Path) -> Iterator[Case]:
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text())
        for data in content["cases"]:
            yield Case(file.stem, data, content.get("schedules", {}))


def why_left_out(case: Case) -> str | None:
    """The key of the reason to leave the case out; None for a case that is played."""
    return next((key for key, (_, applies) in LEFT_OUT.items() if applies(case.data)), None)


def differences(case: Case) -> list[str]:
    """What the engine makes otherwise than the case expects; empty is a pass."""
    play = PLAYERS.get(case.data["kind"])
    return play(case) if play else [f"the kind {case.data['kind']} is not known to this runner"]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _spans(spans: list[list[str]]) -> Spans:
    return tuple(Span(_minutes(opens), _minutes(closes)) for opens, closes in spans)


def calendar(case: Case) -> Calendar:
    told = case.schedules[case.data["schedule"]]
    weekly = told.get("weekly", {})
    annual = (day.split("-") for day in told.get("annual_holidays", []))
    return Calendar(
        CalendarConfig(
            name=case.data["schedule"],
            zone=told["tz"],
            weekly=tuple(_spans(weekly.get(day, [])) for day in WEEKDAYS),
            extra_holidays=tuple(date.fromisoformat(day) for day in told.get("holidays", [])),
            annual_holidays=tuple((int(month), int(day)) for month, day in annual),
            overrides=tuple(
                (date.fromisoformat(day), _spans(spans))
                for day, spans in told.get("date_overrides", {}).items()
            ),
            breaks=tuple(
                (date.fromisoformat(day), _spans(spans)) for day, spans in told.get("date_breaks", {}).items()
            ),
            always=told.get("always", False),
            due_at_closing=Closing(case.data.get("boundary", "next_open")),
        )
    )


def _compare(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Also a fault: an expectation that nothing was found for."""
    return [
        f"{key}: expected {value}, found {found.get(key, 'nothing to compare')}"
        for key, value in expected.items()
        if key not in found or found[key] != value
    ]


def _shown(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _clock(case: Case) -> list[str]:
    """A single clock: once through a conversation's events, and once more by calendar arithmetic alone."""
    data, hours = case.data, calendar(case)
    start, target = _instant(data["start"]), data.get("target_seconds")
    stop = _instant(data["stop"]) if "stop" in data else None
    pauses = [(_instant(pause["from"]), _instant(pause["to"])) for pause in data.get("pauses", [])]
    found = _arithmetic(hours, start, stop, target, pauses)
    faults = _compare(data["expect"], found)
    if stop is None or stop >= start:
        metric = METRICS.get(data.get("metric", "any")) or ClockName(data["metric"])
        state = _by_events(hours, metric, start, stop, target, pauses)
        told = _figures(state, target)
        faults += [f"by events, {fault}" for fault in _compare(data["expect"], told)]
    return faults


def _arithmetic(
    hours: Calendar,
    start: datetime,
    stop: datetime | None,
    target: int | None,
    pauses: list[tuple[datetime, datetime]],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if stop is not None:
        held = sum(hours.business_between(a, min(b, stop)) for a, b in pauses)
        elapsed = hours.business_between(start, stop) - held
        found = {"elapsed_seconds": elapsed, "elapsed_minutes": elapsed // 60}
        if target is not None:
            found["margin_minutes"] = target // 60 - elapsed // 60
    if target is not None:
        credited, due = 0, hours.add_business(start, target)
        for a, b in pauses:
            if a < due:
                credited += hours.business_between(a, b)
                due = hours.add_business(start, target + credited)
        found["due"] = _shown(due)
    return found


def _by_events(
    hours: Calendar,
    metric: ClockName,
    start: datetime,
    stop: datetime | None,
    target: int | None,
    pauses: list[tuple[datetime, datetime]],
) -> ClockState:
    """The clock of a conversation in which just this happens."""
    events = []
    started_by, created = StartedBy.CUSTOMER, start
    if metric is ClockName.NEXT_RESPONSE:
        started_by, created = StartedBy.TEAMMATE, start - timedelta(days=1)
        events.append(Event(start, EventKind.CUSTOMER_MESSAGE))
    for a, b in pauses:
        events += [Event(a, EventKind.SNOOZED), Event(b, EventKind.UNSNOOZED)]
    if stop is not None:
        ends = EventKind.CLOSED if metric is ClockName.RESOLUTION else EventKind.TEAMMATE_REPLY
        events.append(Event(stop, ends))
    policy = Policy(name="case", calendar=hours.name, pause_on=EVERY_CLOCK_PAUSES)
    policy = replace(policy, **{metric.value: Duration(seconds=target if target is not None else 1)})
    history = ConversationHistory(created, started_by, tuple(events))
    now = max((event.at for event in events), default=start)
    states = clocks(history, match(PolicyFacts(), [policy]), hours, now)
    return next(state for state in states if state.name is metric)


def _figures(state: ClockState, target: int | None) -> dict[str, Any]:
    return {
        "due": _shown(state.due_at),
        "elapsed_seconds": state.elapsed_seconds,
        "elapsed_minutes": state.elapsed_seconds // 60,
        "margin_minutes": None if target is None else target // 60 - state.elapsed_seconds // 60,
    }


def _lifecycle(case: Case) -> list[str]:
    """Everything that happens to a conversation, and the deadlines or the status after the last event."""
    data, hours = case.data, calendar(case)
    family = FAMILIES.get(case.family, Family())
    ignored = data.get("semantics", {}).get("ignore_states", [])
    policy = Policy(
        name="case",
        calendar=hours.name,
        match=Match(),
        pause_on=((*EVERY_CLOCK_PAUSES,) if ignored else family.pause_on),
        close_counts=family.close_counts,
        next_response_from_start=family.next_response_from_start,
        credit_pauses=data.get("semantics", {}).get("exclude_time", True),
        **_targets(data["targets_minutes"]),
    )
    events, priority = [], None
    told = data["events"]
    for event in told:
        at = _instant(event["at"])
        match event["type"]:
            case "created":
                if event.get("priority"):
                    priority = event["priority"]
                    policy = replace(policy, match=Match(priority=(priority,)))
            case "priority_change":
                priority = event["to"]
            case "policy_change":
                policy = replace(policy, **_targets(event["targets_minutes"]))
            case "state":
                events.append(Event(at, STATES[event["to"]]))
            case "evaluate" | "created_by_agent":
                pass
            case kind:
                events.append(Event(at, MESSAGES[kind]))
    by_agent = told[0]["type"] == "created_by_agent"
    started_by = StartedBy.TEAMMATE if by_agent else StartedBy.CUSTOMER
    history = ConversationHistory(_instant(told[0]["at"]), started_by, tuple(events))
    states = clocks(history, match(PolicyFacts(priority=priority), [policy]), hours, _instant(told[-1]["at"]))
    found: dict[str, Any] = {"status": _status(states), "at": told[-1]["at"]}
    for clock in ClockName:
        last = next((state for state in reversed(states) if state.name is clock), None)
        found[f"{clock}_due"] = _shown(last.due_at) if last is not None and last.running else None
        found[f"{clock}_elapsed_seconds"] = None if last is None else last.elapsed_seconds
    return _compare(data["expect"], found)


def _targets(minutes: dict[str, int]) -> dict[str, Any]:
    return {name: Duration(seconds=amount * 60) for name, amount in minutes.items()}


def _status(states: tuple[ClockState, ...]) -> str:
    """The one word that a ticket has for all its clocks, in frappe's order of weight."""
    running = {state.name for state in states if state.running}
    if any(state.state is State.BREACHED for state in states):
        return "Failed"
    if any(state.paused_since for state in states):
        return "Paused"
    if ClockName.FIRST_RESPONSE in running:
        return "First Response Due"
    if ClockName.RESOLUTION in running:
        return "Resolution Due"
    return "Fulfilled" if all(state.state is State.ACHIEVED for state in states) else "Cancelled"


def _in_hours(case: Case) -> list[str]:
    return _compare(case.data["expect"], {"in_hours": calendar(case).is_open(_instant(case.data["at"]))})


def _open_spans(case: Case) -> list[str]:
    """The first open spans from an instant on, as many as the case names."""
    start = _instant(case.data["from"])
    wanted = case.data["expect"]["spans"]
    spans = calendar(case).open_spans(start, start + timedelta(days=60))[: len(wanted)]
    return _compare(case.data["expect"], {"spans": [[_shown(a), _shown(b)] for a, b in spans]})


def _working_days(case: Case) -> list[str]:
    """Which days of the week have hours; how many dates do; or when so many of them have passed."""
    hours, data = calendar(case), case.data
    week = [day for day, spans in zip(WEEKDAYS, hours.config.weekly, strict=True) if spans]
    found: dict[str, Any] = {"weekdays": week, "working_days": week}
    start = data.get("start") or data.get("from")
    stop = data.get("stop") or data.get("to")
    if start and stop:
        spans = hours.open_spans(_instant(start), _instant(stop))
        dates = {at.astimezone(hours.zone).date() for at, _ in spans}
        found |= {
            "days": len(dates),
            "working_days": len(dates),
            "dates": [str(day) for day in sorted(dates)],
        }
    elif start:
        target = Duration(working_days=data["days"])
        due = hours.add_business(_instant(start), hours.target_seconds(target, _instant(start)))
        found["due"] = _shown(due)
    return _compare(data["expect"], found)


def _merge(case: Case) -> list[str]:
    """A is merged into B while its customer waits: A stops, the reply lands on B, a ring loses nothing."""
    hours = Calendar(CalendarConfig(name="always", zone="UTC", always=True))
    policy = Policy(name="case", calendar="always", first_response=Duration(seconds=7200))
    noon = datetime(2021, 3, 1, 12, tzinfo=UTC)
    merged = noon + timedelta(minutes=10)
    source = ConversationHistory(
        noon,
        events=(
            Event(merged, EventKind.MERGED_AWAY),
            Event(merged + timedelta(minutes=5), EventKind.CUSTOMER_MESSAGE),
        ),
    )
    states = clocks(source, match(PolicyFacts(), [policy]), hours, merged + timedelta(minutes=6))
    stays = all(state.state is State.CANCELLED and state.stopped_at == merged for state in states)
    found = {
        "A": "stays closed and merged" if stays and landing("B", {"A": "B"}) == "B" else "runs on",
        "reply_lands_on": landing("A", {"A": "B"}),
    }
    faults = _compare(case.data["expect"], found)
    ring = landing("A", {"A": "B", "B": "A"})
    return faults if ring == "A" else [*faults, f"in a ring the reply lands on {ring}"]


PLAYERS: dict[str, Callable[[Case], list[str]]] = {
    "clock": _clock,
    "lifecycle": _lifecycle,
    "in_hours": _in_hours,
    "open_spans": _open_spans,
    "working_days": _working_days,
    "merge": _merge,
}
