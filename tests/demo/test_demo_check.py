"""`watchbell demo --check`: the whole morning against its truth file, and the control that must differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from demo_process import run

import sandbox.monday

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(280)]

TRUTH = Path(sandbox.monday.__file__).with_name("truth.json")


@pytest.mark.chaos
async def test_the_morning_goes_as_the_truth_file_says(tmp_path: Path) -> None:
    code, told = await run(tmp_path, "demo", "--check", "--json")
    report = json.loads(told)
    assert report["differences"] == []
    assert code == 0
    assert all(section["compared"] > 0 for section in report["sections"].values())


async def test_one_changed_fact_is_found_and_ends_with_one(tmp_path: Path) -> None:
    """That nothing else differs says that the whole morning went as the truth file says."""
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    truth["monday"]["open"] += 1
    changed = tmp_path / "truth.json"
    changed.write_text(json.dumps(truth), encoding="utf-8")
    code, told = await run(tmp_path, "demo", "--check", "--truth", str(changed), "--json")
    report = json.loads(told)
    differences = report["differences"]
    assert all(section["compared"] > 0 for section in report["sections"].values())
    assert code == 1
    assert len(differences) == 1
    assert differences[0]["section"] == "summarised"
