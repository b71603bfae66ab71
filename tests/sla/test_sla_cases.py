"""The published cases, all of them, and the proof that this runner notices a minute."""

from __future__ import annotations

import copy
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from shared_files import shared
from sla_cases import LEFT_OUT, Case, differences, read_cases, why_left_out

ELSEWHERE = os.environ.get("WATCHBELL_SLA_CASES")
LEFT_OUT_HERE: dict[str, str] = {}
"""Every case of the shared folder that is not played, with the key of its reason in `LEFT_OUT`."""


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return list(read_cases(Path(ELSEWHERE) if ELSEWHERE else shared("sla_cases")))


def test_every_case_passes(cases: list[Case]) -> None:
    faults = {case.id: differences(case) for case in cases if not why_left_out(case)}
    assert {name: found for name, found in faults.items() if found} == {}
    assert cases


def test_no_case_is_left_out_silently(cases: list[Case]) -> None:
    left_out = {case.id: reason for case in cases if (reason := why_left_out(case))}
    for case_id, reason in left_out.items():
        print(f"{case_id} is left out: it {LEFT_OUT[reason][0]}")
    if not ELSEWHERE:
        assert left_out == LEFT_OUT_HERE
        assert len(cases) == 178
    assert len({case.id for case in cases}) == len(cases)


def test_a_value_shifted_by_a_minute_fails(cases: list[Case]) -> None:
    unnoticed = []
    tried = 0
    for case in (case for case in cases if not why_left_out(case)):
        for shifted in _shifted(case):
            tried += 1
            if not differences(shifted):
                unnoticed.append((case.id, shifted.data["expect"]))
    assert unnoticed == []
    assert tried >= len(cases) - sum(bool(why_left_out(case)) for case in cases)


def _shifted(case: Case) -> list[Case]:
    """The case with each expected value moved in turn: by a minute, or turned round if it is no time."""
    found = []
    for key, value in case.data["expect"].items():
        if key == "at":
            continue  # names when the status holds; nothing is computed for it
        data = copy.deepcopy(case.data)
        data["expect"][key] = _moved(value, 1 if key.endswith("minutes") else 60)
        found.append(replace(case, data=data))
    return found


def _moved(value: Any, amount: int) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + amount
        case None:
            return "2021-03-01T14:00:00Z"
        case list():
            first = [_moved(value[0][0], amount), value[0][1]]
            return [first, *value[1:]]
    try:
        at = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return f"not {value}"
    return (at + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
