"""What is tried too often: when it is given up, and that it is sent once Slack takes messages again."""

from __future__ import annotations

import pytest
from outbox_world import TIMINGS, Fate
from test_outbox_machine import Outbox, quiet

from bot.outbox import kinds

__all__ = ["quiet"]


def seconds_pass(life: Outbox, seconds: int, fate: Fate) -> None:
    """The owner looks for work each second, and whatever it sends meets this fate."""
    for _ in range(seconds):
        life.deliver(0, [fate, fate])
        life.clock.move(1.0)


@pytest.mark.parametrize("apart", range(7))
def test_what_waited_for_the_end_of_a_long_outage_is_posted_when_it_ends(apart: int):
    life = Outbox()
    life.open()
    life.decide(kinds.SLACK_POST, "first")
    seconds_pass(life, apart, "unknown_not_done")
    life.decide(kinds.SLACK_POST, "second")
    seconds_pass(life, 8 * (TIMINGS.attempts + 3), "unknown_not_done")
    assert all(life.intent(each).attempts > TIMINGS.attempts for each in (1, 2))
    # The first of them that goes through is no reason to give up the other.
    seconds_pass(life, 20, "sent")
    assert [life.state_of(each) for each in (1, 2)] == ["done", "done"]
    life.teardown()


def test_what_its_owners_died_of_is_given_up_with_a_reason():
    life = Outbox()
    life.open()
    life.decide(kinds.SLACK_POST, "first")
    for _ in range(3 * TIMINGS.attempts):
        life.decide(kinds.SLACK_POST, "second")
        life.deliver(0, ["owner_dies_before", "sent"])
        life.clock.move(TIMINGS.lease + 1)
    assert life.state_of(1) == "dead"
    assert life.intent(1).error == f"given up after {TIMINGS.attempts} attempts: nothing was found"
    life.teardown()
