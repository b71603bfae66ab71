"""[alerts], [[routes]], [[escalations]]: where alerts and threads stand, when they speak, whom they call."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.durations import DAY, HOUR, PLAIN_FORMS
from bot.settings.model import (
    AlertsConfig,
    CalendarConfig,
    Config,
    Escalation,
    EscalationStep,
    Match,
    Route,
    Stop,
)
from bot.settings.policies import read_match
from bot.settings.reachable import implies
from bot.settings.reader import CHANNEL, GROUP, PERSON, Table
from bot.settings.values import nearest, shown

ROLES = ("assignee", "leads", "owner")
"""Whom a step may tell without naming them: who holds the claim, the leads, the account's owner."""

MOST_TIMES = 20
_LONGEST = 30 * DAY


def read_alerts(table: Table, calendars: Sequence[CalendarConfig]) -> AlertsConfig:
    """The [alerts] table."""
    usual = AlertsConfig()
    names = [calendar.name for calendar in calendars]
    alerts = AlertsConfig(
        hours=table.text("hours") or None,
        burst=table.integer("burst", usual.burst, 0, 100),
        burst_within=table.seconds("burst_within", usual.burst_within, least=10, most=HOUR),
    )
    if alerts.hours is not None and alerts.hours not in names:
        table.unknown_name("hours", alerts.hours, names, "a calendar")
    table.done()
    return alerts


def read_routes(top: Table) -> tuple[Route, ...]:
    """All [[routes]] in their order."""
    routes: list[Route] = []
    for table in top.tables("routes"):
        table.need("name", 'Write name = "billing".')
        if "accounts" not in table:
            table.need(
                "channel", f"Write channel = {_ROUTED['channel']}, or accounts = {_ROUTED['accounts']}."
            )
        route = Route(
            name=table.text("name"),
            channel=table.text("channel"),
            accounts=table.text("accounts"),
            match=read_match(table.table("match")),
        )
        table.done()
        named = {key: name for key in _ROUTED if (name := getattr(route, key))}
        for key, name in named.items():
            if not CHANNEL.fullmatch(name):
                mend = f'Write {_ROUTED[key]} or a channel id such as "C07ABCDEF12".'
                table.fault(key, f"{shown(name)} is not a channel.", mend)
        if any(route.name.lower() == other.name.lower() for other in routes if route.name):
            table.fault("name", f"{shown(route.name)} is the name of an earlier route.", "Give it another.")
        if not top.report.problems:
            _in_vain(table, route, named, routes)
        if route.match == Match() and not top.report.problems:
            usual, are = " and ".join(_USUAL[key] for key in named), "is" if len(named) == 1 else "are"
            table.fault(
                "match",
                f"holds for every conversation: that is what {usual} {are} for.",
                f"Give it conditions, or take the route out and change {usual}.",
            )
        routes.append(route)
    return tuple(routes)


_ROUTED = {"channel": '"#billing-alerts"', "accounts": '"#billing-accounts"'}
"""What a route may name a channel for, with an example of each."""
_USUAL = {"channel": "channels.alerts", "accounts": "channels.accounts"}


def _in_vain(table: Table, route: Route, named: Collection[str], earlier: Sequence[Route]) -> None:
    """Fault what never comes to choose, because an earlier route takes everything it would."""
    wider = {
        key: other.name
        for key in named
        for other in reversed(earlier)
        if getattr(other, key) and implies(route.match, other.match)
    }
    if wider.keys() == set(named) and len(set(wider.values())) == 1:
        name = shown(next(iter(wider.values())))
        table.fault(
            None,
            f"is never reached: {name} before it takes everything it would.",
            f"Move it above {name}, or give that one a narrower match.",
        )
        return
    for key, other in wider.items():
        table.fault(
            key,
            f"is never used: {shown(other)} before it takes everything it would.",
            f"Move the route above {shown(other)}, give that one a narrower match, or take this line out.",
        )


def read_escalations(top: Table) -> tuple[Escalation, ...]:
    """All [[escalations]] in their order."""
    found: list[Escalation] = []
    for table in top.tables("escalations"):
        table.need("name", 'Write name = "urgent".')
        steps = _steps(table)
        name = table.text("name")
        texts = table.texts("stopped_by") if "stopped_by" in table else tuple(Stop)
        table.known.append("stopped_by")
        path = (*table.path, "stopped_by")
        stops = tuple(
            stop
            for number, text in enumerate(texts)
            if (stop := table.known_word((*path, number), text, Stop)) is not None
        )
        table.done()
        if any(name.lower() == other.name.lower() for other in found if name):
            table.fault("name", f"{shown(name)} is the name of an earlier escalation.", "Give it another.")
        if Stop.CLAIM in stops and any("assignee" in step.tell for step in steps):
            table.fault(
                "stopped_by",
                "ends it with a claim, so that there is never an assignee to tell.",
                'Write stopped_by = ["snooze"], or tell somebody else.',
            )
        found.append(Escalation(name, steps, stops))
    return tuple(found)


def called_by(config: Config) -> list[tuple[str, str]]:
    """Whom the escalations name in Slack, each once, with the setting that does."""
    found = {
        name: f"escalations.{escalation.name}"
        for escalation in config.escalations
        for step in escalation.steps
        for name in step.tell
        if name not in ROLES
    }
    return [(setting, name) for name, setting in found.items()]


def _steps(table: Table) -> tuple[EscalationStep, ...]:
    tables = table.tables("steps")
    if "steps" not in table:
        table.fault(
            None, "has no step.", 'Write steps = [{ after = "15m", tell = ["leads"] }] below its name.'
        )
    steps: list[EscalationStep] = []
    for each in tables:
        step = _step(each)
        if steps and step.after < steps[-1].after:
            each.fault(
                "after",
                "is earlier than the step before it: each counts from the deadline.",
                "Put the steps in order of time.",
            )
        steps.append(step)
    return tuple(steps)


def _step(table: Table) -> EscalationStep:
    table.need("after", 'Write after = "15m": so long after the deadline.')
    table.need("tell", 'Write tell = ["leads"].')
    times = table.integer("times", 1, 1, MOST_TIMES)
    step = EscalationStep(
        after=table.seconds("after", 0, most=_LONGEST),
        tell=tuple(dict.fromkeys(table.each("tell", _target, _TARGETS))),
        times=times,
        every=table.seconds("every", 0, least=60, most=_LONGEST),
        in_hours=table.flag("in_hours", default=True),
    )
    if "tell" in table and not table.data["tell"]:
        table.fault("tell", "names nobody.", _TARGETS)
    if times > 1 and "every" not in table:
        table.fault("times", "repeats the step without saying when.", f'Add every = "30m". {PLAIN_FORMS}')
    if times == 1 and "every" in table:
        table.fault("every", "has no effect on a step that is told once.", "Add times = 3, or take it out.")
    table.done()
    return step


_TARGETS = (
    'Write "assignee", "leads", "owner", a channel such as "#support-leads", a user group such as '
    '"@support-oncall", or a person such as "mara@example.com".'
)


def _target(text: str) -> str:
    if text.lower() in ROLES:
        return text.lower()
    if any(form.fullmatch(text) for form in (CHANNEL, GROUP, PERSON)):
        return text
    meant = nearest(text, ROLES)
    raise ValueError(f"{shown(text)} is nobody" + (f'; did you mean "{meant}"?' if meant else "."))
