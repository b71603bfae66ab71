"""What pauses a promise, and what gives the time back, told as a support lead would tell it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from clock_stories import MINUTE, MONDAY, POLICY, RESOLVE, K, only, told

from bot.settings.model import ClockName, PauseState
from bot.sla.clock import State
from bot.sla.episodes import Ending
from bot.sla.history import Event, EventKind


def test_reply_clocks_run_through_a_snooze_unless_the_policy_says_otherwise() -> None:
    snooze = Event(MONDAY + 10 * MINUTE, K.SNOOZED, until=MONDAY + 100 * MINUTE)
    assert told(snooze, now=20)[0].due_at == MONDAY + 30 * MINUTE
    pausing = replace(POLICY, pause_on=((ClockName.FIRST_RESPONSE, (PauseState.SNOOZED,)),))
    (state,) = told(snooze, now=20, policy=pausing)
    assert state.due_at == MONDAY + 120 * MINUTE
    assert state.warn_at == (MONDAY + 105 * MINUTE,)
    assert (state.elapsed_seconds, state.paused_since) == (600, MONDAY + 10 * MINUTE)
    assert state.next_change_at == MONDAY + 105 * MINUTE
    (after,) = told(snooze, now=110, policy=pausing)
    assert (after.elapsed_seconds, after.paused_since, after.state) == (1200, None, State.WARNING)


def test_a_snooze_ends_early_when_the_customer_writes() -> None:
    pausing = replace(POLICY, pause_on=((ClockName.FIRST_RESPONSE, (PauseState.SNOOZED,)),))
    snooze = Event(MONDAY + 10 * MINUTE, K.SNOOZED, until=MONDAY + 100 * MINUTE)
    (state,) = told(snooze, (30, K.CUSTOMER_MESSAGE), now=35, policy=pausing)
    assert (state.due_at, state.paused_since) == (MONDAY + 50 * MINUTE, None)


def test_a_reply_that_also_snoozes_is_an_answer() -> None:
    at = MONDAY + 10 * MINUTE
    for events in ((K.TEAMMATE_REPLY, K.SNOOZED), (K.SNOOZED, K.TEAMMATE_REPLY)):
        states = told(*(Event(at, kind) for kind in events), now=500)
        assert states[0].state is State.ACHIEVED
        assert states[0].elapsed_seconds == 600


def test_resolution_waits_while_the_customer_has_the_ball() -> None:
    states = told((30, K.TEAMMATE_REPLY), (30, K.WAITING_ON_CUSTOMER), now=200, policy=RESOLVE)
    resolution = only(states, ClockName.RESOLUTION)
    assert (resolution.due_at, resolution.next_change_at) == (None, None)
    assert resolution.elapsed_seconds == 1800
    back = told(
        (30, K.TEAMMATE_REPLY), (30, K.WAITING_ON_CUSTOMER), (90, K.CUSTOMER_MESSAGE), now=200, policy=RESOLVE
    )
    assert only(back, ClockName.RESOLUTION).due_at == MONDAY + 300 * MINUTE


def test_straight_from_paused_to_closed_credits_the_pause() -> None:
    states = told((60, K.WAITING_ON_CUSTOMER), (400, K.CLOSED), now=400, policy=RESOLVE)
    resolution = only(states, ClockName.RESOLUTION)
    assert (resolution.state, resolution.elapsed_seconds) == (State.ACHIEVED, 3600)
    assert resolution.pauses[0].end == MONDAY + 400 * MINUTE


def test_resolution_ends_with_the_first_close_and_total_resolution_goes_on_without_the_closed_time() -> None:
    states = told((60, K.CLOSED), (300, K.OPENED), now=330, policy=RESOLVE)
    assert only(states, ClockName.RESOLUTION).state is State.ACHIEVED
    total = only(states, ClockName.TOTAL_RESOLUTION)
    assert (total.running, total.elapsed_seconds) == (True, 90 * 60)


def test_closed_time_is_a_pause_for_every_clock_whose_policy_says_so() -> None:
    pausing = replace(POLICY, pause_on=((ClockName.FIRST_RESPONSE, (PauseState.CLOSED,)),))
    (closed,) = told((10, K.CLOSED), now=60, policy=pausing)
    assert not closed.running
    (state,) = told((10, K.CLOSED), (60, K.OPENED), now=65, policy=pausing)
    assert (state.due_at, state.elapsed_seconds) == (MONDAY + 80 * MINUTE, 900)


@pytest.mark.parametrize("opens", [K.OPENED, K.SNOOZED])
def test_what_was_closed_without_an_answer_is_owed_again_once_the_team_takes_it_up(opens: EventKind) -> None:
    (state,) = told((10, K.CLOSED), (20, opens), now=25)
    assert (state.running, state.elapsed_seconds, state.due_at) == (True, 900, MONDAY + 40 * MINUTE)
    (answered,) = told((10, K.CLOSED), (20, opens), (25, K.TEAMMATE_REPLY), now=60)
    assert (answered.state, answered.ending) == (State.ACHIEVED, Ending.ANSWERED)
    waits = told(
        (5, K.TEAMMATE_REPLY), (10, K.CUSTOMER_MESSAGE), (20, K.CLOSED), (30, opens), (90, opens), now=95
    )
    assert [(each.name, each.running, each.elapsed_seconds) for each in waits] == [
        (ClockName.FIRST_RESPONSE, False, 300),
        (ClockName.NEXT_RESPONSE, True, 75 * 60),
    ]


def test_a_first_reply_that_was_cancelled_and_taken_up_is_the_first_one_still() -> None:
    states = told((10, K.CLOSED), (20, K.OPENED), (30, K.CUSTOMER_MESSAGE), now=35)
    assert [(state.name, state.running) for state in states] == [(ClockName.FIRST_RESPONSE, True)]


def test_who_is_promised_a_first_reply_alone_and_was_closed_unanswered_is_promised_it_again() -> None:
    first = replace(POLICY, next_response=None)
    states = told((5, K.CLOSED), (30, K.CUSTOMER_MESSAGE), now=40, policy=first)
    assert [(state.state, state.started_at) for state in states] == [
        (State.CANCELLED, MONDAY),
        (State.PENDING, MONDAY + 30 * MINUTE),
    ]


def test_answered_while_closed_stays_answered_when_reopened() -> None:
    pausing = replace(POLICY, pause_on=((ClockName.FIRST_RESPONSE, (PauseState.CLOSED,)),))
    (state,) = told((10, K.CLOSED), (20, K.TEAMMATE_REPLY), (60, K.OPENED), now=65, policy=pausing)
    assert not state.running


def test_pauses_that_are_not_credited_only_hide_the_deadline() -> None:
    hiding = replace(
        POLICY,
        credit_pauses=False,
        pause_on=((ClockName.FIRST_RESPONSE, (PauseState.SNOOZED,)),),
    )
    snooze = Event(MONDAY + 10 * MINUTE, K.SNOOZED, until=MONDAY + 20 * MINUTE)
    (hidden,) = told(snooze, now=12, policy=hiding)
    assert (hidden.due_at, hidden.warn_at, hidden.next_change_at) == (None, (), MONDAY + 20 * MINUTE)
    (back,) = told(snooze, now=20, policy=hiding)
    assert (back.due_at, back.state, back.elapsed_seconds) == (MONDAY + 30 * MINUTE, State.WARNING, 1200)
