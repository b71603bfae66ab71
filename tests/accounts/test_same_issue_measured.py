"""The grouping keeps its measured level on the shared sets; a damaged engine would not."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType

import pytest
from shared_files import ROOT, shared

from bot.accounts.background import Background
from bot.accounts.lexical import Lexical
from bot.clean_text import clean


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_same_issue", ROOT / "benchmarks" / "same_issue.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def accounts(bench: ModuleType, file: Path, count: int) -> list[list[tuple[str, str]]]:
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    if "messages" in lines[0]:
        return [[(m["text"], m["issue"]) for m in line["messages"]] for line in lines[:count]]
    found: list[list[tuple[str, str]]] = bench.simulate(
        [(line["text"], line["issue"]) for line in lines], count, seed=3
    )
    return found


@pytest.mark.parametrize(
    ("name", "f1", "precision"),
    [
        ("own/saas_issues.jsonl", 0.70, 0.95),
        ("grouping/accounts_b77.jsonl", 0.73, 0.94),
        ("grouping/accounts_b77_wrapped.jsonl", 0.73, 0.94),
    ],
)
def test_proposed_groups_and_automatic_links_keep_their_level(
    bench: ModuleType, name: str, f1: float, precision: float
) -> None:
    found = accounts(bench, shared(f"data/{name}"), 120)
    texts = sorted({text for account in found for text, _ in account})
    engine = Lexical(Background.of(texts))
    compared = bench.Compared(engine, {text: engine.profile(clean(text)) for text in texts})
    assert bench.score(found, compared, engine.propose).f1 >= f1
    assert bench.score(found, compared, engine.link).precision >= precision

    shuffled = list(texts)
    random.Random(1).shuffle(shuffled)
    damaged = {text: engine.profile(clean(other)) for text, other in zip(texts, shuffled, strict=True)}
    control = bench.Compared(engine, damaged)
    assert bench.score(found, control, engine.propose).f1 < f1 - 0.3
