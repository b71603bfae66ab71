"""Intercom's figures beside ours: agreement, each cause of a difference, and what nothing explains."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.sla.compare import Cause, Happening, Ours, Theirs, Verdict, compare

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def at(minute: int) -> datetime:
    return NINE + timedelta(minutes=minute)


OURS = Ours(at(0), at(40), 40 * 60, 40 * 60, missed=False)
THEIRS = Theirs(at(40), 40 * 60, "hit")
HAPPENED = (Happening(at(0), "customer"), Happening(at(40), "reply"))


def test_the_same_agrees_to_the_minute():
    assert compare(OURS, THEIRS, HAPPENED).verdict is Verdict.AGREES
    late = replace(THEIRS, first_answer_at=at(40) + timedelta(seconds=60), first_answer_seconds=40 * 60 + 60)
    assert compare(OURS, late, HAPPENED).verdict is Verdict.AGREES
    later = replace(THEIRS, first_answer_at=at(40) + timedelta(seconds=61))
    assert compare(OURS, later, HAPPENED).verdict is Verdict.UNEXPLAINED


def test_what_intercom_tells_nothing_about_is_not_called_agreement():
    assert compare(OURS, Theirs(None, None, None), HAPPENED).verdict is Verdict.NOT_COMPARABLE
    nobody = Ours(at(0), None, None, None, missed=None)
    assert compare(nobody, Theirs(None, None, None), ()).verdict is Verdict.NOT_COMPARABLE


@pytest.mark.parametrize(
    ("ours", "theirs", "happened", "what", "cause"),
    [
        pytest.param(
            OURS,
            replace(THEIRS, first_answer_at=at(1), first_answer_seconds=60),
            (*HAPPENED, Happening(at(1), "bot")),
            "first answer",
            Cause.BOT,
            id="a bot",
        ),
        pytest.param(
            replace(OURS, first_answer_at=at(1)),
            THEIRS,
            (*HAPPENED, Happening(at(1), "bot")),
            "first answer",
            Cause.BOT,
            id="a bot that our policy counts",
        ),
        pytest.param(
            replace(OURS, first_answer_at=at(5)),
            THEIRS,
            (*HAPPENED, Happening(at(5), "note")),
            "first answer",
            Cause.NOTE,
            id="a note that our policy counts",
        ),
        pytest.param(
            OURS,
            replace(THEIRS, first_answer_at=at(-10)),
            (*HAPPENED, Happening(at(-10), "reply")),
            "first answer",
            Cause.BEGUN_BY_TEAM,
            id="our team wrote first",
        ),
        pytest.param(
            OURS,
            replace(THEIRS, first_answer_at=None),
            HAPPENED,
            "first answer",
            Cause.NOT_COUNTED_YET,
            id="late",
        ),
        pytest.param(
            replace(OURS, working_seconds=10 * 60),
            THEIRS,
            HAPPENED,
            "time to first answer",
            Cause.OFFICE_HOURS,
            id="other office hours",
        ),
        pytest.param(
            OURS,
            replace(THEIRS, first_answer_seconds=20 * 60),
            (*HAPPENED, Happening(at(5), "snooze")),
            "time to first answer",
            Cause.SNOOZE,
            id="snoozed",
        ),
        pytest.param(
            replace(OURS, missed=True),
            THEIRS,
            (*HAPPENED, Happening(at(90), "open")),
            "promise",
            Cause.REOPENED,
            id="opened again",
        ),
        pytest.param(
            replace(OURS, missed=True, versions=2),
            THEIRS,
            HAPPENED,
            "promise",
            Cause.POLICY_CHANGED,
            id="edited",
        ),
        pytest.param(
            OURS,
            replace(THEIRS, sla_status="missed"),
            (*HAPPENED, Happening(at(30), "no_answer_needed")),
            "promise",
            Cause.NO_ANSWER_NEEDED,
            id="a rep said so",
        ),
        pytest.param(
            OURS, replace(THEIRS, sla_status="missed"), HAPPENED, "promise", None, id="nothing explains"
        ),
        pytest.param(
            OURS, replace(THEIRS, first_answer_at=at(7)), HAPPENED, "first answer", None, id="no such answer"
        ),
        pytest.param(
            OURS,
            replace(THEIRS, first_answer_seconds=50 * 60),
            HAPPENED,
            "time to first answer",
            None,
            id="longer than possible",
        ),
    ],
)
def test_a_difference_is_named_with_the_event_that_explains_it(ours, theirs, happened, what, cause):
    found = compare(ours, theirs, happened)
    assert (found.what, found.cause) == (what, cause)
    assert found.verdict is (Verdict.EXPLAINED if cause is not None else Verdict.UNEXPLAINED)


def test_without_its_event_no_difference_is_explained():
    """Control: the cause comes from what happened, not from the numbers alone."""
    theirs = replace(THEIRS, first_answer_at=at(1), first_answer_seconds=60)
    assert compare(OURS, theirs, HAPPENED).verdict is Verdict.UNEXPLAINED
