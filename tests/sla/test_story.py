"""From stored parts to clocks: whatever opened a conversation or ended its snooze, its promises go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.durations import Duration
from bot.intercom.reader_parts import part_kind
from bot.settings.model import CalendarConfig, ClockName, PauseState, Policy
from bot.sla import story
from bot.sla.calendar import Calendar
from bot.sla.clock import ClockState, clocks
from bot.sla.policy import Matched
from bot.store.conversations import Conversation
from bot.store.parts import Part

BEGIN = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ALWAYS = Calendar(CalendarConfig(name="always", zone="UTC", always=True))
KINDS = {
    "comment": "open",
    "snoozed": "snoozed",
    "close": "closed",
    "open": "open",
    "timer_unsnooze": "open",
    "assign_and_reopen": "open",
    "note_and_reopen": "open",
    "assign_and_unsnooze": "open",
    "note_and_unsnooze": "open",
    "note": None,
    "assignment": None,
    "a_kind_of_next_year": None,
}
"""What Intercom calls a part, and the state that it leaves a conversation in (None: the one it was in)."""


def promised(*pauses: PauseState) -> Policy:
    return Policy(
        name="all",
        calendar="always",
        next_response=Duration(3600),
        resolution=Duration(3600),
        pause_on=tuple((clock, pauses) for clock in ClockName),
    )


def told(state: str, *kinds: str, every: int = 60) -> tuple[Conversation, list[Part]]:
    """A customer's conversation with a part a minute, as it is stored; it was changed last with the last."""
    parts = [_part("comment", BEGIN)]
    parts += [_part(kind, BEGIN + (n + 1) * timedelta(seconds=every)) for n, kind in enumerate(kinds)]
    row = Conversation(
        workspace="T",
        id="1",
        channel="email",
        started_by="contact",
        state=state,
        created_at=BEGIN,
        updated_at=parts[-1].created_at,
    )
    return row, parts


def _part(raw_kind: str, at: datetime) -> Part:
    theirs = raw_kind == "comment"
    return Part(
        workspace="T",
        conversation_id="1",
        id=at.isoformat(),
        kind=part_kind(raw_kind),
        raw_kind=raw_kind,
        author_type="contact" if theirs else "admin",
        customer_message=theirs,
        created_at=at,
    )


def clock_of(
    row: Conversation, parts: list[Part], policy: Policy, name: ClockName, now: datetime
) -> ClockState:
    states = clocks(story.history(row, parts), Matched(policy, "all"), ALWAYS, now)
    return [state for state in states if state.name is name][-1]


@pytest.mark.parametrize("kind", ["assign_and_unsnooze", "note_and_unsnooze", "timer_unsnooze", "open"])
def test_a_snooze_ends_with_whatever_woke_the_conversation(kind: str):
    row, parts = told("open", "snoozed", kind)
    row.updated_at += timedelta(minutes=30)
    state = clock_of(row, parts, promised(PauseState.SNOOZED), ClockName.NEXT_RESPONSE, row.updated_at)
    assert state.paused_since is None
    assert state.due_at == BEGIN + timedelta(hours=1, minutes=1)


@pytest.mark.parametrize("kind", ["assign_and_reopen", "note_and_reopen", "open"])
def test_a_close_ends_with_whatever_opened_the_conversation(kind: str):
    row, parts = told("open", "close", kind)
    row.updated_at += timedelta(minutes=30)
    policy = promised(PauseState.CLOSED)
    for name in (ClockName.NEXT_RESPONSE, ClockName.RESOLUTION):
        state = clock_of(row, parts, policy, name, row.updated_at)
        assert state.running
        assert state.due_at == BEGIN + timedelta(hours=1, minutes=1)


@pytest.mark.parametrize(("before", "name"), [("snoozed", "a snooze"), ("close", "a close")])
def test_what_no_part_ended_ended_when_the_conversation_changed_last(before: str, name: str):
    row, parts = told("open", before)
    row.updated_at += timedelta(minutes=10)
    policy = promised(PauseState.SNOOZED, PauseState.CLOSED)
    state = clock_of(row, parts, policy, ClockName.NEXT_RESPONSE, row.updated_at)
    assert state.running, name
    assert state.paused_since is None, name
    assert state.due_at == BEGIN + timedelta(hours=1, minutes=10)


@pytest.mark.parametrize("opens", ["comment", "open", "snoozed"])
def test_what_went_on_after_the_close_that_is_known_was_closed_again(opens: str):
    row, parts = told("closed", "close", opens)
    row.last_close_at = parts[1].created_at
    policy = promised(PauseState.CLOSED)
    state = clock_of(row, parts, policy, ClockName.RESOLUTION, row.updated_at + timedelta(hours=1))
    assert state.stopped_at is not None


def test_a_customer_who_waits_in_a_closed_conversation_waits():
    row, parts = told("closed", "close", "comment")
    row.last_close_at, row.waiting_since = parts[1].created_at, parts[2].created_at
    assert clock_of(row, parts, promised(), ClockName.NEXT_RESPONSE, row.updated_at).running


@given(kinds=st.lists(st.sampled_from(sorted(KINDS)), max_size=8), unknown=st.none() | st.just("open"))
def test_clocks_stand_as_the_conversation_does(kinds: list[str], unknown: str | None):
    """`unknown`: it was opened in the end by something of which no part tells."""
    state = "open"
    for kind in kinds:
        left = KINDS[kind]
        wakes = kind == "timer_unsnooze" or kind.endswith("_and_unsnooze")
        if left is not None and not (wakes and state == "closed"):
            state = left
    state = unknown or state
    row, parts = told(state, *kinds)
    policy = promised(PauseState.SNOOZED, PauseState.CLOSED)
    now = row.updated_at + timedelta(seconds=1)
    for name in (ClockName.NEXT_RESPONSE, ClockName.RESOLUTION):
        found = clock_of(row, parts, policy, name, now)
        assert found.running == (state != "closed")
        assert (found.paused_since is not None) == (state == "snoozed")
        assert (found.due_at is None) == (state == "snoozed")
