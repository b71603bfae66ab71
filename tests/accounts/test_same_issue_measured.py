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


@pytest.mark.parametrize("messages_each", [2, 4, 40])
def test_accounts_repeat_a_problem_as_often_as_is_said_however_few_its_messages(
    bench: ModuleType, messages_each: int
) -> None:
    messages = [
        (f"{issue} told in way {way}", issue) for issue in "abcdefghijkl" for way in range(messages_each)
    ]
    found = bench.simulate(messages, 2_000, seed=5)
    assert {len(account) for account in found} == set(range(3, 9))
    assert all(len(set(account)) == len(account) for account in found)
    later = again = 0
    for account in found:
        for position, (_, issue) in enumerate(account[1:], 1):
            told = [before for _, before in account[:position]]
            # Whether one could be told again: with two messages each often none is left.
            if any(told.count(each) < messages_each for each in told):
                later += 1
                again += issue in told
    assert again / later == pytest.approx(0.45, abs=0.015)


def test_few_messages_make_smaller_accounts(bench: ModuleType) -> None:
    found = bench.simulate([("one", "a"), ("two", "a"), ("three", "b")], 20, seed=5)
    assert all(len(account) == 3 for account in found)
