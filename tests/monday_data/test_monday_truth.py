"""The truth file says what follows from the data, the script and the example watchbell.toml."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minute_clock import Wait, config, waits

from sandbox.monday.loader import HERE, ScenarioError, load
from sandbox.monday.scenario import AlertFact, Ending, Level, Monday


@pytest.fixture(scope="session")
def worked_out(monday: Monday) -> list[Wait]:
    return waits(monday)


def alerts_of(found: list[Wait], monday: Monday) -> set[AlertFact]:
    """What must ring between start and end; a deadline missed before the start shows as late at once."""
    alerts = set()
    for one in found:
        stopped = one.ended[1] if one.ended else monday.end
        if stopped <= monday.start:
            continue
        levels = []
        if one.warn_at < stopped and one.warn_at < monday.end and one.due > monday.start:
            levels.append(Level("warn", max(one.warn_at, monday.start).astimezone(UTC)))
        if one.due < stopped and one.due < monday.end:
            levels.append(Level("late", max(one.due, monday.start).astimezone(UTC)))
        if levels:
            how, at, admin = one.ended or ("", monday.end, "")
            ends = Ending(how, at.astimezone(UTC), admin) if one.ended else None  # type: ignore[arg-type]
            since, due = one.since.astimezone(UTC), one.due.astimezone(UTC)
            clock = one.clock
            alerts.add(AlertFact(one.conversation, one.policy, clock, since, due, tuple(levels), ends))  # type: ignore[arg-type]
    return alerts


def test_every_alert_follows_from_the_data(monday: Monday, worked_out: list[Wait]) -> None:
    assert {replace(alert, story=None) for alert in monday.truth.alerts} == alerts_of(worked_out, monday)


def test_control_a_moved_deadline_is_noticed(monday: Monday, worked_out: list[Wait]) -> None:
    told = {replace(alert, story=None) for alert in monday.truth.alerts}
    first = next(iter(told))
    moved = (told - {first}) | {replace(first, due=first.due + timedelta(minutes=1))}
    assert moved != alerts_of(worked_out, monday)


def test_every_clock_at_the_start_follows_from_the_data(monday: Monday, worked_out: list[Wait]) -> None:
    running = {
        one.conversation: one
        for one in worked_out
        if one.since < monday.start and (one.ended is None or one.ended[1] > monday.start)
    }
    states = {raw["id"]: raw["state"] for raw in monday.intercom["conversations"] if raw["state"] != "closed"}
    assert {fact.conversation for fact in monday.truth.clocks} == states.keys()
    for fact in monday.truth.clocks:
        one = running.get(fact.conversation)
        if one is None:
            assert (fact.state, fact.clock, fact.due) == ("none", None, None)
            continue
        assert (fact.policy, fact.clock, fact.since) == (one.policy, one.clock, one.since)
        assert fact.due == one.due
        running_or_late = "late" if one.due <= monday.start else "running"
        assert fact.state == ("paused" if states[fact.conversation] == "snoozed" else running_or_late)


def test_monday_counts_follow_from_the_clocks_at_half_past_eight(
    monday: Monday, worked_out: list[Wait]
) -> None:
    told = monday.truth.monday
    states = {raw["id"]: raw["state"] for raw in monday.intercom["conversations"]}
    waiting = {
        one.conversation: one.due
        for one in worked_out
        if one.since < told.at
        and (one.ended is None or one.ended[1] > told.at)
        and states[one.conversation] == "open"
    }
    assert told.late == {id_ for id_, due in waiting.items() if due <= told.at}
    assert told.due == {id_ for id_, due in waiting.items() if told.at < due <= told.due_by}
    still_open = {id_ for id_, state in states.items() if state == "open"}
    assert told.waiting_on_customer == still_open - waiting.keys()
    assert (told.open, told.snoozed) == (len(still_open), 3)
    assert len(told.late) == 6
    assert len(told.due) == 14


def test_the_summary_is_due_as_the_example_file_says(monday: Monday) -> None:
    told, settings = monday.truth.monday, config()["monday"]
    local = told.at.astimezone(monday.zone)
    assert (f"{local:%a}".lower(), f"{local:%H:%M}") == (settings["weekday"], settings["at"])
    assert f"{told.due_by.astimezone(monday.zone):%H:%M}" == settings["due_by"]
    assert told.limit == settings["limit"]


def test_no_deadline_lies_where_a_minute_would_change_the_result(monday: Monday) -> None:
    for alert in monday.truth.alerts:
        assert abs(alert.due - monday.end) > monday.truth.tolerance
        assert abs(alert.due - monday.truth.monday.due_by) > monday.truth.tolerance
        if alert.ends:
            assert abs(alert.due - alert.ends.at) >= monday.truth.tolerance


def test_a_thread_for_each_account_with_more_than_one_open_conversation(monday: Monday) -> None:
    homes = {contact["id"]: contact["company_ids"] for contact in monday.intercom["contacts"]}
    at_end: dict[str, set[str]] = {}
    woken = {event.conversation for event in monday.script.events if event.do == "snooze_ends"}
    for raw in monday.intercom["conversations"]:
        if raw.get("company_id") and (raw["state"] == "open" or raw["id"] in woken):
            at_end.setdefault(raw["company_id"], set()).add(raw["id"])
    for event in monday.script.events:
        if event.creates:
            at_end.setdefault(homes[event.who or ""][0], set()).add(f"@{event.creates}")
    told = {thread.account: set().union(*thread.issues) for thread in monday.truth.threads}
    assert told == {account: stories for account, stories in at_end.items() if len(stories) > 1}
    for thread in monday.truth.threads:
        assert sum(map(len, thread.issues)) == len(told[thread.account])
        assert not thread.may_also_show & told[thread.account]


def test_three_people_tell_one_problem_through_three_channels(monday: Monday) -> None:
    by_id = {raw["id"]: raw for raw in monday.intercom["conversations"]}
    thread = next(thread for thread in monday.truth.threads if thread.name == "Halvorsen Freight")
    largest = max(thread.issues, key=len)
    reports = [by_id[id_] for id_ in largest if not id_.startswith("@")]
    assert {raw["channel"] for raw in reports} == {"email", "conversation", "whatsapp"}
    assert len({raw["contact_id"] for raw in reports}) == 3


def test_claims_answers_notes_and_refusals_are_the_scripts(monday: Monday) -> None:
    truth = monday.truth
    events = {event.id: event for event in monday.script.events}
    did = {
        do: {e.id for e in events.values() if e.do == do and not e.expect}
        for do in ("claim", "claim_next", "note")
    }
    assert {claim.event for claim in truth.claims} == did["claim"] | did["claim_next"]
    assert {note.event for note in truth.notes} == did["note"]
    assert {refusal.event for refusal in truth.refusals} == {e.id for e in events.values() if e.expect}
    said = {e.id for e in events.values() if e.do in ("answer", "admin_replies_in_intercom")}
    assert {sent.event for sent in truth.sent} == said
    for fact in (*truth.sent, *truth.notes):
        assert (fact.conversation, fact.text) == (events[fact.event].conversation, events[fact.event].text)
    for claim in truth.claims:
        if events[claim.event].conversation:
            assert claim.any_of == {events[claim.event].conversation}
    assert {refusal.why for refusal in truth.refusals} == {"refused", "not linked", "taken"}


def test_every_id_in_the_truth_exists(monday: Monday) -> None:
    truth = monday.truth
    known = {raw["id"] for raw in monday.intercom["conversations"]}
    known |= {f"@{event.creates}" for event in monday.script.events if event.creates}
    companies = {company["id"]: company["name"] for company in monday.intercom["companies"]}
    summary, end = truth.monday, truth.at_end
    named: set[str] = set(truth.hostile.values()) | truth.never_alerted | end.late | end.due_soon
    named |= end.snoozed | end.closed_this_morning | summary.late | summary.due | summary.waiting_on_customer
    assert named <= known
    for account in (*summary.must_include, *summary.may_include, *summary.never, *summary.usage_not_known):
        assert companies[account.account] == account.name
    assert not truth.never_alerted & {alert.conversation for alert in truth.alerts}
    assert len(summary.must_include) <= summary.limit
    chosen = {account.account for account in (*summary.must_include, *summary.may_include)}
    assert not chosen & {account.account for account in summary.never}


def test_the_inbox_at_the_end_is_counted_right(monday: Monday) -> None:
    end = monday.truth.at_end
    begun = sum(bool(event.creates) for event in monday.script.events)
    woken = 3 - len(end.snoozed)
    assert end.open == 34 + begun + woken - len(end.closed_this_morning)
    unfinished = {
        alert.conversation: alert.levels[-1].level for alert in monday.truth.alerts if not alert.ends
    }
    assert end.late == {id_ for id_, level in unfinished.items() if level == "late"}
    assert end.due_soon == {id_ for id_, level in unfinished.items() if level == "warn"}


def test_the_reasons_named_for_the_first_accounts_are_in_the_data(monday: Monday) -> None:
    companies = {company["name"]: company for company in monday.intercom["companies"]}
    today = monday.start.date()

    def days(name: str, key: str) -> int:
        return (datetime.fromisoformat(companies[name]["custom_attributes"][key]).date() - today).days

    assert days("Brightwell Clinics", "renewal_on") == 21
    assert days("Pixelhof Studio", "trial_ends_on") == 2
    assert companies["Pixelhof Studio"]["session_count"] == 1
    rated = [raw for raw in monday.intercom["conversations"] if raw.get("rating", {}).get("score", 5) <= 2]
    assert [(raw["story"], raw["rating"]["at"][:10]) for raw in rated] == [
        ("brightwell-double", "2026-11-12")
    ]
    assert sum(part["kind"] == "close" for part in rated[0]["parts"]) == 3


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the scenario in which `old`, which must be there, was replaced in one file."""
    for path in HERE.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        if path.name == name:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def test_a_truth_file_from_elsewhere_takes_the_place_of_the_own(tmp_path: Path, monday: Monday) -> None:
    raw = json.loads((HERE / "truth.json").read_text(encoding="utf-8"))
    raw["monday"]["open"] = 33
    other = tmp_path / "other.json"
    other.write_text(json.dumps(raw), encoding="utf-8")
    assert load(truth=other).truth.monday.open == 33
    assert load(truth=other).script == monday.script


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("script.json", '"do": "link"', '"doo": "link"', "unknown key 'doo' in 'e01'"),
        ("script.json", "08:26:00+01:00", "08:26:00", "has no offset from UTC"),
        ("slack.json", '"viewer"', '"watcher"', "'viewer' is missing"),
        ("truth.json", "{", "{{", "not JSON"),
    ],
)
def test_a_broken_file_is_named_with_the_place(
    tmp_path: Path, name: str, old: str, new: str, says: str
) -> None:
    with pytest.raises(ScenarioError, match=name) as refused:
        load(changed(tmp_path, name, old, new))
    assert says in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load(tmp_path)
