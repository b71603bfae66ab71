"""Promises and alerts: what was due when the morning began, what rang when, and how it ended."""

from __future__ import annotations

from itertools import zip_longest

from sandbox.monday.evidence import NOTHING, AlertStory, Evidence, Look, unescaped
from sandbox.monday.reading import near
from sandbox.monday.report import Findings
from sandbox.monday.scenario import AlertFact, ClockFact, SnoozeFact

_OVER = ("answered", "closed", "dismissed")


def compare(evidence: Evidence, findings: Findings) -> None:
    clocks = evidence.monday.truth.clocks
    for fact in clocks:
        _clock(evidence, findings, fact, evidence.at_start.get(fact.conversation))
    for conversation in evidence.at_start.keys() - {fact.conversation for fact in clocks}:
        findings.compare("promised", evidence.label(conversation), "not in the truth", "in Intercom")
    _alerts(evidence, findings)
    for snooze in evidence.monday.truth.snoozes:
        _snooze(evidence, findings, snooze)
    _at_end(evidence, findings)


def _clock(evidence: Evidence, findings: Findings, fact: ClockFact, look: Look | None) -> None:
    """A conversation's promise at the start, as the bot told it when asked why."""
    label = evidence.label(fact.conversation)
    if look is None:
        findings.compare("promised", label, "asked", "not asked")
        return
    given = look.given
    told = f"a {given.clock} due {evidence.time(given.due)}" if given.clock else NOTHING
    if fact.clock is None:
        findings.compare("promised", label, NOTHING, told)
        return
    if given.clock is None:
        findings.compare("promised", label, f"a {fact.clock} due {evidence.time(fact.due)}", NOTHING)
        return
    findings.compare("promised", f"{label}: clock", fact.clock, given.clock)
    named = unescaped(given.about).split(" · ")[2:]
    account = named[0] if named else "no account"
    findings.compare("promised", f"{label}: account", evidence.account(fact.account), account)
    findings.compare("promised", f"{label}: policy", fact.policy or NOTHING, given.policy or NOTHING)
    evidence.compare_times(findings, "promised", f"{label}: since", fact.since, given.since)
    evidence.compare_times(findings, "promised", f"{label}: due", fact.due, given.due)
    state = "running"
    if look.state == "snoozed":
        state = "paused"
    elif given.due is not None and given.due <= evidence.monday.start:
        state = "late"
    findings.compare("promised", f"{label}: state", fact.state, state)


def _alerts(evidence: Evidence, findings: Findings) -> None:
    expected: dict[str, list[AlertFact]] = {}
    for each in sorted(evidence.monday.truth.alerts, key=lambda one: one.since):
        expected.setdefault(evidence.id_of(each.conversation), []).append(each)
    found: dict[str, list[AlertStory]] = {}
    for story in evidence.alerts():
        found.setdefault(story.conversation, []).append(story)
    for conversation in dict.fromkeys([*expected, *found, *evidence.monday.truth.never_alerted]):
        label = evidence.label(conversation)
        facts, stories = expected.get(conversation, []), found.get(conversation, [])
        if not facts and not stories:
            findings.compare("alerted", label, "no alert", "no alert")
        for number, (fact, told) in enumerate(_pairs(evidence, facts, stories), start=1):
            subject = label if len(facts) < 2 else f"{label}, alert {number}"
            _alert(evidence, findings, subject, fact, told)


def _pairs(
    evidence: Evidence, facts: list[AlertFact], stories: list[AlertStory]
) -> list[tuple[AlertFact | None, AlertStory | None]]:
    """Each fact with the alert of the same wait; what is left over in order of time."""
    left = list(stories)
    pairs: list[tuple[AlertFact | None, AlertStory | None]] = []
    unmet: list[AlertFact] = []
    for fact in facts:
        same = [
            one for one in left if near(one.steps[0][1].since, fact.since, evidence.monday.truth.tolerance)
        ]
        if same:
            left.remove(same[0])
            pairs.append((fact, same[0]))
        else:
            unmet.append(fact)
    return [*pairs, *zip_longest(unmet, left)]


def _alert(
    evidence: Evidence, findings: Findings, subject: str, fact: AlertFact | None, told: AlertStory | None
) -> None:
    if fact is None or told is None:
        rings = f"an alert at {evidence.time(fact.levels[0].at)}" if fact else "no alert"
        rang = f"an alert at {evidence.time(told.seen.first.at)}" if told else "no alert"
        findings.compare("alerted", subject, rings, rang)
        return
    at_first = told.steps[0][1]
    why = evidence.asked_of_alerts.get(told.seen.ts)
    findings.compare("alerted", f"{subject}: clock", fact.clock, at_first.clock or NOTHING)
    findings.compare("alerted", f"{subject}: policy", fact.policy, (why and why.policy) or NOTHING)
    evidence.compare_times(findings, "alerted", f"{subject}: waiting since", fact.since, at_first.since)
    evidence.compare_times(findings, "alerted", f"{subject}: due", fact.due, at_first.due)
    for level in ("warn", "late"):
        wanted = next((one.at for one in fact.levels if one.level == level), None)
        shown = told.first(level)
        evidence.compare_times(
            findings, "alerted", f"{subject}: shown as {level}", wanted, shown[0] if shown else None
        )
    _ending(evidence, findings, subject, fact, told)


def _ending(evidence: Evidence, findings: Findings, subject: str, fact: AlertFact, told: AlertStory) -> None:
    over = told.first(*_OVER)
    how, by = "still open", NOTHING
    if over is not None:
        how = over[1].state or NOTHING
        # After the name comes how late it was, and a name may hold a comma.
        names = [one["name"] for one in evidence.monday.intercom["admins"]]
        said = unescaped(over[1].by)
        by = next((name for name in names if said == name or said.startswith(f"{name},")), said)
    wanted = fact.ends
    findings.compare("alerted", f"{subject}: ends", wanted.how if wanted else "still open", how)
    if wanted is None or over is None:
        return
    findings.compare("alerted", f"{subject}: ended by", evidence.admin(wanted.admin), by)
    tolerance, shown = evidence.monday.truth.tolerance, evidence.time(over[0])
    if not near(over[0], over[1].ended, tolerance):
        shown += f", but the alert says {evidence.time(over[1].ended)}"
    same = near(wanted.at, over[0], tolerance) and "but" not in shown
    findings.hold("alerted", f"{subject}: ended at", same, evidence.time(wanted.at), shown)


def _snooze(evidence: Evidence, findings: Findings, fact: SnoozeFact) -> None:
    """A snooze stands on the alert while it lasts: until when, and by whom."""
    label, conversation = evidence.label(fact.conversation), evidence.id_of(fact.conversation)
    stories = [story for story in evidence.alerts() if story.conversation == conversation]
    shown = next((step for story in stories if (step := story.first("snoozed")) is not None), None)
    did = evidence.did.get(fact.event)
    if shown is None:
        trouble = did.trouble if did and did.trouble else "not snoozed"
        findings.compare("snoozed", label, f"snoozed until {evidence.time(fact.until)}", trouble)
        return
    findings.compare("snoozed", f"{label}: by", evidence.admin(fact.admin), shown[1].by or NOTHING)
    evidence.compare_times(findings, "snoozed", f"{label}: until", fact.until, shown[1].until)
    if did is not None:
        evidence.compare_times(findings, "snoozed", f"{label}: since", did.event.at, shown[0])


def _at_end(evidence: Evidence, findings: Findings) -> None:
    """The inbox when the script is over, in Intercom and on the alerts."""
    truth = evidence.monday.truth.at_end
    rows = evidence.intercom.conversations()
    started = evidence.monday.start.timestamp()
    open_now = sum(row["state"] == "open" for row in rows)
    findings.compare("at the end", "open conversations", str(truth.open), str(open_now))
    snoozed = [row["id"] for row in rows if row["state"] == "snoozed"]
    findings.compare("at the end", "snoozed", evidence.labels(truth.snoozed), evidence.labels(snoozed))
    closed = [row["id"] for row in rows if row["state"] == "closed" and row["updated_at"] >= started]
    findings.compare(
        "at the end",
        "closed this morning",
        evidence.labels(truth.closed_this_morning),
        evidence.labels(closed),
    )
    last = {story.conversation: story.last.state for story in evidence.alerts()}
    for name, wanted, states in (("late", truth.late, ("late",)), ("due soon", truth.due_soon, ("warn",))):
        stand = [conversation for conversation, state in last.items() if state in states]
        findings.compare("at the end", f"alerts: {name}", evidence.labels(wanted), evidence.labels(stand))
