"""Lengths of time, read and told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.durations import Duration, ago, human, parse, plain_seconds, plural


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("30m", Duration(1800)),
        ("1h30m", Duration(5400)),
        ("1h 30m", Duration(5400)),
        ("4H", Duration(14400)),
        ("1d", Duration(86400)),
        ("45s", Duration(45)),
        ("2 working days", Duration(working_days=2)),
        ("1 working day", Duration(working_days=1)),
    ],
)
def test_what_people_write_is_read(text: str, duration: Duration) -> None:
    assert parse(text) == duration


@pytest.mark.parametrize(
    "text",
    ["", " ", "30", "30 minuts", "minutes", "1.5h", "-5m", "0m", "0 working days", "30m1h", "٣m"],
)
def test_what_is_no_duration_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration|is no time at all") as refused:
        parse(text)
    assert f'"{text}"' in str(refused.value)


@pytest.mark.parametrize("text", ["367d", "999999999d", "400 working days"])
def test_more_than_a_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="longer than a year"):
        parse(text)


def test_working_days_are_no_plain_time() -> None:
    assert plain_seconds("60s") == 60
    with pytest.raises(ValueError, match="working time"):
        plain_seconds("2 working days")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (899, "14 min"),
        (7800, "2 h 10 min"),
        (7200, "2 h"),
        (86400, "1 day"),
        (3 * 86400, "3 days"),
        (3 * 86400 + 4 * 3600 + 600, "3 days 4 h"),
        (-360, "6 min"),
    ],
)
def test_a_length_is_told_in_two_units_at_most(seconds: int, told: str) -> None:
    assert human(seconds) == told


def test_working_time_is_told_in_hours() -> None:
    assert human(30 * 3600, days=False) == "30 h"
    assert str(Duration(86400)) == "24 h"
    assert str(Duration(working_days=2)) == "2 working days"


@given(st.integers(1, 366 * 86400))
def test_seconds_written_out_are_read_back(seconds: int) -> None:
    text = f"{seconds // 3600}h{seconds % 3600 // 60}m{seconds % 60}s"
    assert parse(text) == Duration(seconds)


def test_small_words() -> None:
    assert [ago(3), ago(840)] == ["just now", "14 min ago"]
    assert [plural(1, "conversation"), plural(2, "conversation")] == ["1 conversation", "2 conversations"]
    assert [plural(0, "reply", "replies"), plural(1200, "reply", "replies")] == ["0 replies", "1,200 replies"]
