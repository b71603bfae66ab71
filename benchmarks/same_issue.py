"""How well conversations of one account are grouped by problem, on every set of a folder shaped like
shared/data.

    python -m benchmarks.same_issue [--data FOLDER] [--model FOLDER] [--json]

Rows with a star are the semantic engine's, measured where `--model` names its folder.

Each set is measured twice:

* *tuned*: accounts are simulated from the set's messages (3 to 8 messages, each repeats an earlier problem
with
  probability .45), once from each half of its intents; the threshold is tuned on one half and measured on the
  other, both ways. This is "the rep accepts what is proposed".
* *shipped*: the set's own accounts with the thresholds as shipped, at the linking level (what the bot does by
  itself) and at the proposing level.

Person, time and named things are not in these sets, so this measures the text engine alone. The background is
the neutral sample plus the set's own messages without their labels, as a workspace's recent messages would
be.

None of these figures is of unseen text. The weights of the text were fitted on the Banking77, NatCS and CLINC
files measured here, and the shipped thresholds were set with these tables in view; only the "tuned" column
takes its threshold from other intents than it measures. The SaaS set was in no fit, but whoever wrote the
vocabulary had read it and saw its figures while weighing concepts: read the SaaS row as an upper bound and
the row "no vocabulary" as the lower one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.accounts.background import Background
from bot.accounts.clusters import Linkage, Rules, cluster
from bot.accounts.lexical import Lexical, probability
from bot.accounts.semantic import Semantic
from bot.clean_text import clean
from bot.likeness import Engine
from bot.semantic import encoder, files

Account = list[tuple[str, str]]
GRID = [step / 50 for step in range(4, 50)]


@dataclass(frozen=True)
class Figures:
    """Pairwise F1, precision and recall, B-cubed F1, share of accounts partitioned exactly."""

    f1: float
    precision: float
    recall: float
    b_cubed: float
    exact: float


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    accounts: int
    tuned: Figures
    threshold: tuple[float, float]
    linked: Figures
    proposed: Figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("WATCHBELL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(default))
    parser.add_argument("--model", type=Path, help="The semantic model's folder: measure that engine too.")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = measure(options.data)
    if options.model:
        rows += measure(options.data, _encoder(options.model))
    if options.json:
        print(json.dumps([row.__dict__ for row in rows], default=lambda value: value.__dict__))
        return
    print(f"{'set':22} {'accounts':>8} | tuned on other intents: F1  B3  exact  at        "
          "| shipped, linked: P     R     | shipped, proposed: F1    P     R")  # fmt: skip
    for row in rows:
        print(
            f"{row.name:22} {row.accounts:8} "
            f"| {row.tuned.f1:26.3f} {row.tuned.b_cubed:.2f} {row.tuned.exact:.2f}"
            f"  {row.threshold[0]:.2f},{row.threshold[1]:.2f} | {row.linked.precision:19.3f} "
            f"{row.linked.recall:.3f} | {row.proposed.f1:23.3f} {row.proposed.precision:.3f} "
            f"{row.proposed.recall:.3f}"
        )


def _encoder(folder: Path) -> Callable[[str], Any]:
    wrong = files.fault(folder)
    if wrong is not None:
        raise SystemExit(f"{wrong}: run `watchbell model install`.")
    return lru_cache(maxsize=None)(encoder.load(folder / files.WEIGHTS, folder / files.VOCABULARY).vector)


def measure(data: Path, encode: Callable[[str], Any] | None = None) -> list[Row]:
    """Every set found in the folder, by the lexical engine or, with vectors, by the semantic one."""
    rows = []
    mark = "" if encode is None else "*"
    for file in sorted((data / "grouping").glob("accounts_*.jsonl")):
        lines = (json.loads(line) for line in file.read_text("utf-8").splitlines())
        accounts = [[(m["text"], m["issue"]) for m in line["messages"]] for line in lines]
        rows.append(_row(file.stem.removeprefix("accounts_") + mark, accounts, encode))
    own = data / "own" / "saas_issues.jsonl"
    if own.exists():
        told = [json.loads(line) for line in own.read_text("utf-8").splitlines()]
        accounts = simulate([(line["text"], line["issue"]) for line in told], 300, seed=3)
        rows.append(_row(f"SaaS{mark}", accounts, encode))
    if own.exists() and encode is None:
        rows.append(_row("SaaS, no vocabulary", accounts, vocabulary=False))
        rows.append(_row("SaaS, neutral sample", accounts, own_background=False))
    return rows


def _row(
    name: str,
    accounts: list[Account],
    encode: Callable[[str], Any] | None = None,
    *,
    vocabulary: bool = True,
    own_background: bool = True,
) -> Row:
    messages = sorted({message for account in accounts for message in account})
    lexical = Lexical(Background.of([text for text, _ in messages] if own_background else ()))
    engine: Engine = lexical if encode is None else Semantic(encode, lexical)
    profiles = {text: engine.profile(clean(text)) for text, _ in messages}
    if not vocabulary:
        profiles = {text: replace(profile, concepts={}) for text, profile in profiles.items()}
    compared = Compared(engine, profiles)
    halves = [simulate([m for m in messages if half(m[1]) == which], 200, seed=7 + which) for which in (0, 1)]
    curves = [[(at, score(side, compared, at)) for at in GRID] for side in halves]
    best = [max(curve, key=lambda point: (point[1].f1, -point[0]))[0] for curve in curves]
    across = [dict(curves[which])[best[1 - which]] for which in (0, 1)]
    return Row(
        name,
        len(accounts),
        Figures(*((one + other) / 2 for one, other in zip(*(vars(f).values() for f in across), strict=True))),
        (best[0], best[1]),
        score(accounts, compared, engine.link),
        score(accounts, compared, engine.propose),
    )


def half(issue: str) -> int:
    """Which half of the intents an intent is in."""
    return int(hashlib.sha256(f"half:{issue}".encode()).hexdigest(), 16) % 2


def simulate(messages: Sequence[tuple[str, str]], count: int, *, seed: int) -> list[Account]:
    """Accounts of 3 to 8 different messages, each repeating an earlier problem with probability .45."""
    chance = random.Random(seed)
    by_issue: dict[str, list[str]] = defaultdict(list)
    for text, issue in sorted(set(messages)):
        by_issue[issue].append(text)
    accounts = []
    for _ in range(count):
        account: Account = []
        wanted = chance.randint(3, 8)
        for _ in range(100):
            if len(account) == wanted:
                break
            begun = sorted({issue for _, issue in account})
            fresh = sorted(by_issue.keys() - set(begun))
            again = begun and (not fresh or chance.random() < 0.45)
            issue = chance.choice(begun if again else fresh)
            text = chance.choice(by_issue[issue])
            if (text, issue) not in account:
                account.append((text, issue))
        accounts.append(account)
    return accounts


class Compared:
    """Probabilities of one set's texts, each pair compared once."""

    def __init__(self, engine: Engine, profiles: dict[str, Any]) -> None:
        self._engine, self._profiles = engine, profiles
        self._known: dict[tuple[str, str], float] = {}

    def __call__(self, a: str, b: str) -> float:
        key = (a, b) if a <= b else (b, a)
        if key not in self._known:
            odds = self._engine.log_odds(self._profiles[key[0]], self._profiles[key[1]])
            self._known[key] = probability(odds)
        return self._known[key]


def score(accounts: list[Account], compared: Compared, threshold: float) -> Figures:
    """Pairs over all accounts (micro), B-cubed over all messages, exact partitions over accounts."""
    hit = wrong = missed = exact = messages = 0
    b_precision = b_recall = 0.0
    for account in accounts:
        labels = _labels([text for text, _ in account], compared, threshold)
        truth = [issue for _, issue in account]
        size = range(len(account))
        together = [(labels[i] == labels[j], truth[i] == truth[j]) for i in size for j in range(i)]
        hit += sum(found and true for found, true in together)
        wrong += sum(found and not true for found, true in together)
        missed += sum(true and not found for found, true in together)
        exact += all(found == true for found, true in together)
        for i in size:
            found = {j for j in size if labels[j] == labels[i]}
            true = {j for j in size if truth[j] == truth[i]}
            b_precision += len(found & true) / len(found)
            b_recall += len(found & true) / len(true)
        messages += len(account)
    precision = hit / (hit + wrong) if hit + wrong else 1.0
    recall = hit / (hit + missed) if hit + missed else 1.0
    b_precision, b_recall = b_precision / messages, b_recall / messages
    return Figures(
        _harmonic(precision, recall),
        precision,
        recall,
        _harmonic(b_precision, b_recall),
        exact / len(accounts),
    )


def _labels(texts: list[str], compared: Compared, threshold: float) -> list[int]:
    names = [f"{number:02}" for number in range(len(texts))]
    scores = {
        (names[i], names[j]): compared(texts[i], texts[j])
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
    }
    groups = cluster(Linkage([(name,) for name in names], scores, 0.0), Rules(()), threshold)
    labels = [0] * len(texts)
    for label, members in enumerate(groups):
        for member in members:
            labels[member] = label
    return labels


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


if __name__ == "__main__":
    main()
