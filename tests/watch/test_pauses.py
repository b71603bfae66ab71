"""Which outbound messages were paused and never put live again, read from the activity log."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.watch.pauses import ActivityLog, Pause, every_pause

FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def paused(logs: list[ActivityLog]) -> tuple[Pause, ...]:
    """What is paused still."""
    return tuple(each for each in every_pause(logs) if each.ended_at is None)


def change(
    hours: float,
    before: object,
    after: object,
    *,
    kind: str = "message",
    thing: object = 7,
    title: str | None = "Trial day 3",
    by: str = "Noor Haddad",
) -> ActivityLog:
    activity = {"series": "series_status_change"}.get(kind, f"{kind}_state_change")
    named = {"id": thing, "title": title}
    at = FRIDAY + timedelta(hours=hours)
    return ActivityLog(f"log {hours}", at, activity, by, {kind: named, "before": before, "after": after})


def test_a_pause_is_named_with_who_and_when() -> None:
    (pause,) = paused([change(0, "live", "paused")])
    assert (pause.name, pause.kind, pause.at, pause.by) == ("Trial day 3", "message", FRIDAY, "Noor Haddad")
    assert pause.ended_at is None


def test_one_put_live_again_is_over() -> None:
    logs = [change(0, "live", "paused"), change(2, "paused", "live")]
    assert paused(logs) == ()
    (pause,) = every_pause(logs)
    assert (pause.at, pause.ended_at) == (FRIDAY, FRIDAY + timedelta(hours=2))


def test_paused_again_after_a_restart_counts_from_the_second_time() -> None:
    logs = [change(0, "live", "paused"), change(2, "paused", "live"), change(5, "live", "stopped", by="Kim")]
    (pause,) = paused(logs)
    assert (pause.at, pause.by) == (FRIDAY + timedelta(hours=5), "Kim")


def test_the_first_pause_counts_when_it_is_paused_twice() -> None:
    assert [pause.at for pause in paused([change(3, "live", "paused"), change(0, "live", "paused")])] == [
        FRIDAY
    ]


def test_order_of_the_lines_does_not_matter() -> None:
    logs = [
        change(n, *states, thing=n % 3)
        for n, states in enumerate([("live", "paused"), ("paused", "live")] * 6)
    ]
    expected = paused(logs)
    for seed in range(5):
        random.Random(seed).shuffle(logs)
        assert paused(logs) == expected


def test_campaigns_and_series_are_read_and_told_apart_from_a_message_of_the_same_id() -> None:
    logs = [
        change(0, "live", "paused"),
        change(1, "live", "paused", kind="campaign"),
        change(2, "active", "paused", kind="series"),
    ]
    assert [pause.kind for pause in paused(logs)] == ["message", "campaign", "series"]


def test_a_deleted_message_cannot_be_put_live_and_is_left_out() -> None:
    deletion = ActivityLog(
        "d", FRIDAY + timedelta(hours=1), "message_deletion", "Kim", {"message": {"id": 7}}
    )
    assert paused([change(0, "live", "paused"), deletion]) == ()
    assert [each.gone for each in every_pause([change(0, "live", "paused"), deletion])] == ["deleted"]


@pytest.mark.parametrize(
    "log",
    [
        change(0, "draft", "paused"),
        change(0, "Initial message title", "Eventual message title"),
        ActivityLog("x", FRIDAY, "app_name_change", "Kim", {"before": "live", "after": "paused"}),
        ActivityLog("x", FRIDAY, "message_state_change", "Kim"),
        ActivityLog("x", FRIDAY, "message_state_change", "Kim", {"message": None, "before": 1, "after": {}}),
    ],
)
def test_what_is_no_pause_is_no_pause(log: ActivityLog) -> None:
    assert paused([log]) == ()


def test_without_states_the_description_is_read_and_without_a_title_the_id_is_shown() -> None:
    log = ActivityLog(
        "x",
        FRIDAY,
        "message_state_change",
        "Kim",
        {"message": {"id": 123}},
        "Kim changed the message from live to paused.",
    )
    (pause,) = paused([log])
    assert pause.name == "message 123"
