"""The morning's script can be played."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from minute_clock import waits

from sandbox.monday.scenario import Monday

OF_THE_WORLD = {
    "customer_writes",
    "customer_starts",
    "admin_replies_in_intercom",
    "admin_assigns_in_intercom",
    "admin_closes_in_intercom",
    "snooze_ends",
}


def test_events_are_in_order_within_the_morning(monday: Monday) -> None:
    times = [event.at for event in monday.script.events]
    assert times == sorted(times)
    assert monday.start < times[0]
    assert times[-1] < monday.end
    assert [event.id for event in monday.script.events] == [f"e{n:02d}" for n in range(1, len(times) + 1)]


def test_everything_is_done_by_somebody_who_can(monday: Monday) -> None:
    contacts = {contact["id"] for contact in monday.intercom["contacts"]}
    admins = {admin["id"] for admin in monday.intercom["admins"]}
    people = {person.id for person in monday.slack.people}
    for event in monday.script.events:
        assert (event.do in OF_THE_WORLD) == (event.actor == "world")
        assert event.label
        if event.do == "snooze_ends":
            assert event.who is None
        elif event.actor == "rep":
            assert event.who in people
        else:
            assert event.who in (contacts if event.do.startswith("customer") else admins)


def test_conversations_exist_when_something_happens_to_them(monday: Monday) -> None:
    known = {raw["id"]: raw for raw in monday.intercom["conversations"]}
    begun: set[str] = set()
    for event in monday.script.events:
        if event.creates:
            begun.add(f"@{event.creates}")
        if event.conversation:
            assert event.conversation in begun | known.keys(), event.id
            assert known.get(event.conversation, {}).get("story") == event.story
        if event.do == "customer_writes":
            assert known[event.conversation or ""]["contact_id"] == event.who


def test_each_deed_has_what_it_needs(monday: Monday) -> None:
    for event in monday.script.events:
        writes = event.do in (
            "customer_writes",
            "customer_starts",
            "answer",
            "note",
            "admin_replies_in_intercom",
        )
        assert bool(event.text) == writes, event.id
        assert bool(event.creates and event.channel) == (event.do == "customer_starts"), event.id
        assert bool(event.minutes) == (event.do == "snooze"), event.id
        assert bool(event.query) == (event.do == "account"), event.id
        assert bool(event.to) == (event.do == "admin_assigns_in_intercom"), event.id
        alone = event.do in ("link", "claim_next", "inbox", "atrisk", "account", "customer_starts")
        assert bool(event.conversation) != alone, event.id


def test_a_rep_links_before_doing_what_needs_a_seat(monday: Monday) -> None:
    linked: set[str] = set()
    for event in monday.script.events:
        if event.do == "link":
            linked.add(event.who or "")
        elif event.do in ("claim", "claim_next", "answer", "note", "snooze"):
            assert (event.who in linked) or event.expect in ("refused", "not linked"), event.id


def test_reps_act_only_on_conversations_whose_alert_is_already_there(monday: Monday) -> None:
    shown: dict[str, object] = {}
    for alert in monday.truth.alerts:
        shown.setdefault(alert.conversation, alert.levels[0].at)
    for event in monday.script.events:
        if event.actor == "rep" and event.conversation:
            assert shown[event.conversation] < event.at, event.id  # type: ignore[operator]


def test_snoozes_of_the_data_and_the_script_end_when_the_script_says_so(monday: Monday) -> None:
    until = {
        raw["id"]: raw["snoozed_until"]
        for raw in monday.intercom["conversations"]
        if raw["state"] == "snoozed"
    }
    ends = {event.conversation: event.at for event in monday.script.events if event.do == "snooze_ends"}
    for event in monday.script.events:
        if event.do == "snooze":
            assert ends[event.conversation] == event.at + timedelta(minutes=event.minutes or 0)
    for conversation in ends.keys() & until.keys():
        assert f"{ends[conversation].astimezone(monday.zone):%Y-%m-%dT%H:%M:%S}" == until[conversation][:19]


def test_the_page_has_enough_to_see_without_any_rep(monday: Monday) -> None:
    deeds = Counter(event.do for event in monday.script.of_the_world())
    assert sum(deeds.values()) >= 18
    assert set(deeds) == OF_THE_WORLD


def test_conditions_of_the_world_hold_when_the_whole_script_is_played(monday: Monday) -> None:
    found = waits(monday)
    conditional = [event for event in monday.script.events if event.only_if]
    assert {event.only_if for event in conditional} == {"waiting", "answered"}
    for event in conditional:
        waiting = any(
            one.conversation == event.conversation
            and one.since < event.at
            and (one.ended is None or one.ended[1] >= event.at)
            for one in found
        )
        assert waiting == (event.only_if == "waiting"), event.id
