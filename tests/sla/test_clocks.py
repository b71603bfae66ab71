"""What starts, pauses and stops a promise, told as a support lead would tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from clock_stories import BERLIN, MINUTE, MONDAY, OFFICE, POLICY, RESOLVE, SATURDAY, K, only, told
from hypothesis import given
from hypothesis import strategies as st

from bot.durations import Duration, parse
from bot.settings.model import ClockName, Closing, PauseState
from bot.sla.calendar import Calendar
from bot.sla.clock import State, clocks, next_change
from bot.sla.episodes import Ending
from bot.sla.history import ConversationHistory, Event, EventKind, StartedBy
from bot.store.merges import landing


def test_a_message_of_saturday_is_due_on_monday_and_the_reason_says_so() -> None:
    (state,) = told(now=42 * 60, start=SATURDAY)
    assert state.due_at == MONDAY + 30 * MINUTE
    assert state.effective_start == MONDAY
    assert state.warn_at == (MONDAY + 15 * MINUTE,)
    assert state.reason == (
        "30 min first reply, Enterprise, Berlin hours: waiting since Sat 14:02, clock started Mon 08:00"
    )
    assert (state.policy, state.rule, state.target_seconds) == ("Enterprise", "plan is Enterprise", 1800)


def test_a_promise_goes_from_pending_to_warning_to_breached_at_the_named_instants() -> None:
    expected = {0: State.PENDING, 14: State.PENDING, 15: State.WARNING, 29: State.WARNING, 30: State.BREACHED}
    assert {minute: told(now=minute)[0].state for minute in expected} == expected
    changes = {minute: told(now=minute)[0].next_change_at for minute in (0, 15, 30)}
    assert changes == {0: MONDAY + 15 * MINUTE, 15: MONDAY + 30 * MINUTE, 30: None}
    late = told(now=36)[0]
    assert (late.late_by_seconds, late.left_seconds) == (360, -360)
    assert late.reason.endswith("waiting since Mon 08:00, 6 min late")


def test_the_next_change_of_several_clocks_is_the_nearest() -> None:
    assert next_change(told(now=0, policy=RESOLVE)) == MONDAY + 15 * MINUTE
    assert next_change([]) is None


@pytest.mark.parametrize(("minute", "state"), [(30, State.ACHIEVED), (31, State.BREACHED)])
def test_an_answer_in_the_minute_it_is_due_is_in_time_and_a_minute_later_is_late(
    minute: int, state: State
) -> None:
    answered = told((minute, K.TEAMMATE_REPLY), now=60)[0]
    assert answered.state is state
    assert answered.stopped_at == MONDAY + minute * MINUTE
    assert answered.late_by_seconds == (minute - 30) * 60
    assert answered.next_change_at is None


def test_notes_bots_and_reassignment_answer_nothing() -> None:
    (state,) = told((5, K.NOTE), (6, K.BOT_REPLY), (6, K.FIN_REPLY), (7, K.ASSIGNED), now=10)
    assert state.running
    assert state.due_at == MONDAY + 30 * MINUTE


@pytest.mark.parametrize(
    ("kind", "option"), [(K.NOTE, "note_counts"), (K.BOT_REPLY, "bot_counts"), (K.FIN_REPLY, "fin_counts")]
)
def test_a_policy_may_let_notes_or_bots_answer(kind: EventKind, option: str) -> None:
    policy = replace(POLICY, **{option: True})
    assert told((5, kind), now=10, policy=policy)[0].state is State.ACHIEVED


def test_a_conversation_that_a_rep_began_owes_no_first_reply_but_the_next_one() -> None:
    assert told(now=500, by=StartedBy.TEAMMATE) == []
    state = only(told((10, K.CUSTOMER_MESSAGE), now=20, by=StartedBy.TEAMMATE), ClockName.NEXT_RESPONSE)
    assert state.started_at == MONDAY + 10 * MINUTE


def test_an_answer_to_a_sequence_is_a_first_message() -> None:
    assert told(now=500, by=StartedBy.AUTOMATION) == []
    state = only(told((10, K.CUSTOMER_MESSAGE), now=20, by=StartedBy.AUTOMATION), ClockName.FIRST_RESPONSE)
    assert state.started_at == MONDAY + 10 * MINUTE


def test_the_next_reply_counts_from_the_oldest_unanswered_message() -> None:
    states = told(
        (5, K.TEAMMATE_REPLY),
        (10, K.CUSTOMER_MESSAGE),
        (40, K.CUSTOMER_MESSAGE),
        (60, K.TEAMMATE_REPLY),
        (90, K.CUSTOMER_MESSAGE),
        now=95,
    )
    waits = [state for state in states if state.name is ClockName.NEXT_RESPONSE]
    assert [state.started_at for state in waits] == [MONDAY + 10 * MINUTE, MONDAY + 90 * MINUTE]
    assert [state.state for state in waits] == [State.ACHIEVED, State.PENDING]
    assert len({state.episode for state in states}) == 3


def test_without_a_promised_first_reply_the_next_reply_covers_the_first_message() -> None:
    (state,) = told(now=5, policy=replace(POLICY, first_response=None))
    assert (state.name, state.started_at) == (ClockName.NEXT_RESPONSE, MONDAY)


def test_a_follow_up_with_nobody_waiting_starts_nothing() -> None:
    states = told((5, K.TEAMMATE_REPLY), (50, K.TEAMMATE_REPLY), now=60)
    assert [state.running for state in states] == [False]


def test_a_closing_thanks_owes_nothing_once_the_conversation_is_closed() -> None:
    states = told((5, K.TEAMMATE_REPLY), (10, K.CUSTOMER_MESSAGE), (20, K.CLOSED), now=500)
    assert [(state.state, state.running) for state in states] == [
        (State.ACHIEVED, False),
        (State.CANCELLED, False),
    ]
    assert states[-1].reason.endswith("waiting since Mon 08:10, closed without an answer Mon 08:20")


def test_closing_late_and_unanswered_does_not_hide_that_it_was_late() -> None:
    (state,) = told((45, K.CLOSED), now=60)
    assert (state.state, state.ending, state.late_by_seconds) == (State.BREACHED, Ending.CLOSED, 900)


def test_a_policy_may_let_closing_answer() -> None:
    (state,) = told((10, K.CLOSED), now=60, policy=replace(POLICY, close_counts=True))
    assert state.state is State.ACHIEVED


def test_a_message_after_the_close_opens_the_conversation_and_starts_the_next_reply() -> None:
    states = told((10, K.CLOSED), (60, K.CUSTOMER_MESSAGE), now=70)
    assert [(state.name, state.state) for state in states] == [
        (ClockName.FIRST_RESPONSE, State.CANCELLED),
        (ClockName.NEXT_RESPONSE, State.PENDING),
    ]
    assert states[1].started_at == MONDAY + 60 * MINUTE


def test_a_message_that_needs_no_answer_is_cancelled_also_when_it_was_late() -> None:
    (state,) = told((45, K.NO_ANSWER_NEEDED), now=60)
    assert state.state is State.CANCELLED


@given(
    read=st.integers(0, 20),
    unread=st.integers(1, 40),
    pressed=st.integers(0, 30),
    since=st.integers(0, 90),
    covering=st.booleans(),
)
def test_what_nobody_had_read_waits_as_if_the_rest_had_been_settled_before(
    read: int, unread: int, pressed: int, since: int, covering: bool
) -> None:
    policy = replace(POLICY, first_response=None) if covering else POLICY
    wrote = [(read, K.CUSTOMER_MESSAGE), (read + unread, K.CUSTOMER_MESSAGE)]
    at = MONDAY + (read + unread + pressed) * MINUTE
    said = Event(at, K.NO_ANSWER_NEEDED, waiting_since=MONDAY + read * MINUTE)
    before = Event(MONDAY + read * MINUTE, K.NO_ANSWER_NEEDED)
    now = read + unread + pressed + since
    runs, should = (
        [state for state in told(*wrote, each, now=now, policy=policy) if state.running]
        for each in (said, before)
    )
    assert runs == should
    assert [state.started_at for state in runs] == [MONDAY + (read + unread) * MINUTE]


def test_an_answer_between_the_read_and_the_unread_message_leaves_the_clock_of_the_unread_one_alone() -> None:
    said = Event(MONDAY + 20 * MINUTE, K.NO_ANSWER_NEEDED, waiting_since=MONDAY)
    states = told((5, K.TEAMMATE_REPLY), (10, K.CUSTOMER_MESSAGE), said, now=30)
    assert [(state.name, state.state) for state in states] == [
        (ClockName.FIRST_RESPONSE, State.ACHIEVED),
        (ClockName.NEXT_RESPONSE, State.PENDING),
    ]
    assert states[1].started_at == MONDAY + 10 * MINUTE


def test_a_merged_conversation_stops_and_hands_its_oldest_wait_on() -> None:
    (source,) = told((40, K.MERGED_AWAY), (50, K.CUSTOMER_MESSAGE), now=60)
    assert (source.state, source.ending) == (State.CANCELLED, Ending.MERGED)
    merge = Event(MONDAY + 40 * MINUTE, K.MERGED_IN, waiting_since=MONDAY)
    answered = told((5, K.TEAMMATE_REPLY), merge, now=50)
    wait = only(answered, ClockName.NEXT_RESPONSE)
    assert wait.started_at == MONDAY
    younger = told((5, K.TEAMMATE_REPLY), (30, K.CUSTOMER_MESSAGE), merge, now=50)
    handed = only(younger, ClockName.NEXT_RESPONSE)
    assert (handed.started_at, handed.due_at) == (MONDAY, MONDAY + 60 * MINUTE)
    before = told((5, K.TEAMMATE_REPLY), (30, K.CUSTOMER_MESSAGE), now=35)
    assert handed.episode == only(before, ClockName.NEXT_RESPONSE).episode


def test_a_wait_that_is_handed_on_ends_the_pause_while_the_customer_was_to_write() -> None:
    policy = replace(POLICY, resolution=parse("2h"))
    waits = ((5, K.TEAMMATE_REPLY), (5, K.WAITING_ON_CUSTOMER))
    merge = Event(MONDAY + 40 * MINUTE, K.MERGED_IN, waiting_since=MONDAY + 30 * MINUTE)
    assert only(told(*waits, now=50, policy=policy), ClockName.RESOLUTION).due_at is None
    resumed = only(told(*waits, merge, now=50, policy=policy), ClockName.RESOLUTION)
    assert resumed.due_at == MONDAY + (120 + 35) * MINUTE


def test_a_reply_follows_merges_and_a_ring_keeps_it_where_it_was_written() -> None:
    assert landing("a", {"a": "b", "b": "c"}) == "c"
    assert landing("c", {"a": "b"}) == "c"
    assert landing("a", {"a": "b", "b": "a"}) == "a"
    assert landing("a", {"a": "b", "b": "c", "c": "b"}) == "a"


def test_a_promised_update_runs_between_replies_and_yields_to_a_waiting_customer() -> None:
    policy = replace(POLICY, periodic_update=parse("4h"))
    states = told(
        (10, K.TEAMMATE_REPLY), (70, K.TEAMMATE_REPLY), (80, K.CUSTOMER_MESSAGE), now=90, policy=policy
    )
    updates = [state for state in states if state.name is ClockName.PERIODIC_UPDATE]
    assert [state.state for state in updates] == [State.ACHIEVED, State.CANCELLED]
    assert updates[1].due_at == MONDAY + 310 * MINUTE


@pytest.mark.parametrize(
    ("closing", "due"),
    [(Closing.NEXT_OPEN, datetime(2026, 11, 24, 7, tzinfo=UTC)), (Closing.AT_CLOSE, MONDAY + 600 * MINUTE)],
)
def test_time_used_up_exactly_at_closing_is_due_as_the_calendar_says(closing: Closing, due: datetime) -> None:
    calendar = Calendar(replace(OFFICE, due_at_closing=closing))
    (state,) = told(
        now=575, start=MONDAY, calendar=calendar, policy=replace(POLICY, first_response=parse("10h"))
    )
    assert state.due_at == due
    assert state.warn_at == (MONDAY + 585 * MINUTE,)


def test_a_pause_at_closing_time_moves_the_deadline_behind_itself() -> None:
    pausing = replace(
        POLICY, first_response=parse("2h"), pause_on=((ClockName.FIRST_RESPONSE, (PauseState.SNOOZED,)),)
    )
    pause = Event(MONDAY + 60 * MINUTE, K.SNOOZED, until=MONDAY + 540 * MINUTE)
    (state,) = told(pause, now=100, policy=pausing)
    assert state.due_at == datetime(2026, 11, 24, 7, tzinfo=UTC)


def test_two_working_days_end_at_the_same_local_time() -> None:
    policy = replace(POLICY, first_response=parse("2 working days"), warn=(parse("1h"),))
    (state,) = told(now=60, start=SATURDAY, policy=policy)
    assert state.due_at == datetime(2026, 11, 25, 7, tzinfo=UTC)
    (state,) = told(now=60, start=MONDAY + 123 * MINUTE, policy=policy)
    assert state.due_at == MONDAY + timedelta(days=2) + 123 * MINUTE
    assert state.warn_at == (state.due_at - 60 * MINUTE,)
    assert state.reason.startswith("2 working days first reply, ")


def test_another_policy_recomputes_from_the_original_start() -> None:
    assert told(now=20, policy=replace(POLICY, first_response=parse("10m")))[0].state is State.BREACHED
    assert told(now=20, policy=replace(POLICY, first_response=parse("4h")))[0].state is State.PENDING


def test_the_order_in_which_events_become_known_does_not_matter() -> None:
    events = [
        (5, K.TEAMMATE_REPLY),
        (10, K.CUSTOMER_MESSAGE),
        (20, K.SNOOZED),
        (40, K.OPENED),
        (50, K.CLOSED),
    ]
    assert told(*events, now=60, policy=RESOLVE) == told(*reversed(events), now=60, policy=RESOLVE)


def test_what_has_not_happened_yet_is_not_known() -> None:
    assert told((20, K.TEAMMATE_REPLY), now=10) == told(now=10)


def test_a_conversation_without_a_policy_has_no_clock() -> None:
    assert clocks(ConversationHistory(MONDAY), None, BERLIN, MONDAY) == ()


def test_a_warning_as_long_as_the_promise_is_left_out() -> None:
    assert told(now=0, policy=replace(POLICY, warn=(Duration(1800), Duration(60))))[0].warn_at == (
        MONDAY + 29 * MINUTE,
    )
