"""How well a new problem of several accounts is told from an ordinary day, on the sets of shared/data.

    python -m benchmarks.spreading [--data FOLDER] [--model FOLDER] [--days 200] [--json]

A day is four hours of a workspace: 40 conversations about ordinary things, asked as often as on the 14
days before, and on each day with an outage 3 to 8 accounts that tell one thing which nobody asked before.
What is announced there should be that thing (precision, recall; `members` are those of its conversations);
on the days without an outage nothing should be.

Each set's intents are halved. `at` is how much the past gets the benefit of the doubt
(`bot/accounts/ordinary.py`): the best of one half (the fewest wrong announcements, then the highest recall)
is measured on the other half, both ways: *tuned*. *Shipped* is the bot's own, on all intents; it was chosen
with 40 days of every set in view. The rows of SaaS have the project's own twelve problems as outages, four
messages each, amid ordinary questions of another set. Rows with a star are the semantic engine's.

CLINC has few wordings of each question, so that half of them do not tell what the other half asks: its
ordinary days are noisier than any workspace's two weeks would be.

The last lines are the price: one look of a workspace with `--size` conversations in its window.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.same_issue_fit import vectors
from bot.accounts.background import Background
from bot.accounts.lexical import Lexical
from bot.accounts.ordinary import DOUBT, Past, is_new
from bot.accounts.semantic import Semantic
from bot.accounts.spreading import Begun, Recent, Spread
from bot.clean_text import clean
from bot.likeness import Engine

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
WITHIN = timedelta(hours=4)
ACCOUNTS = 3
IN_A_WINDOW, BEFORE = 40, 1_200
GRID = (0.0, 0.4, 0.8, 1.2, 1.6, 2.4)

Told = dict[str, list[str]]
"""Texts by what they are about."""


@dataclass(frozen=True)
class Day:
    """What was begun, what it is about by conversation, and what had been asked before. `outage`: which."""

    begun: tuple[Begun, ...]
    about: dict[str, str]
    before: tuple[str, ...]
    outage: str | None


@dataclass
class Figures:
    """Announcements and days, counted."""

    outages: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0
    calm: int = 0
    noise: int = 0
    members: int = 0
    true: int = 0
    hit: int = 0

    def add(self, other: Figures) -> Figures:
        return Figures(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def precision(self) -> float:
        told = self.right + self.wrong
        return self.right / told if told else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.outages if self.outages else 1.0

    def as_row(self) -> dict[str, float]:
        return {
            "precision": self.precision,
            "recall": self.recall,
            "members_precision": self.hit / self.members if self.members else 1.0,
            "members_recall": self.hit / self.true if self.true else 1.0,
            "announced_on_ordinary_days": self.noise,
            "ordinary_days": self.calm,
        }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("WATCHBELL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(default))
    parser.add_argument("--model", type=Path, help="The semantic model's folder: measure that engine too.")
    parser.add_argument("--days", type=int, default=100, help="Days with and without an outage, each.")
    parser.add_argument("--size", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    encode = vectors(options.model) if options.model else None
    rows = measure(options.data, options.days)
    prices = [price(options.data, options.size)]
    if encode is not None:
        rows += measure(options.data, options.days, encode)
        prices.append(price(options.data, options.size, encode))
    if options.json:
        print(json.dumps({"rows": rows, "prices": prices}))
        return
    for row in rows:
        for kind in ("tuned", "shipped"):
            told = row[kind]
            print(
                f"{row['set']:18} {kind:8} at {row['at'][kind]:12} P {told['precision']:.2f} "
                f"R {told['recall']:.2f}  members P {told['members_precision']:.2f} "
                f"R {told['members_recall']:.2f}  ordinary days: {told['announced_on_ordinary_days']} "
                f"announced on {told['ordinary_days']}"
            )
    for told in prices:
        print(
            f"{told['engine']}: a look with one new conversation among {told['size']}: "
            f"{told['median_ms']:.1f} ms, at most {told['worst_ms']:.1f}"
        )


def measure(data: Path, days: int, encode: Callable[[str], Any] | None = None) -> list[dict[str, Any]]:
    """Every set of the folder, by one engine."""
    mark = "" if encode is None else "*"
    sets = read(data)
    rows = []
    for name, told in sets.items():
        engine = _engine(told, encode)
        sides = [{k: v for k, v in told.items() if half(k) == which} for which in (0, 1)]
        made = [simulate(side, days, seed=11 + which) for which, side in enumerate(sides)]
        rows.append(_row(f"{name}{mark}", engine, made))
    saas = read_saas(data)
    for name, told in sets.items():
        engine = _engine(told, encode)
        halves = [{k: v for k, v in saas.items() if half(k) == which} for which in (0, 1)]
        made = [simulate(told, days, seed=21 + which, outages=each) for which, each in enumerate(halves)]
        rows.append(_row(f"SaaS in {name}{mark}", engine, made))
    return rows


def half(intent: str) -> int:
    """Which half of the intents an intent is in."""
    return int(hashlib.sha256(f"half:{intent}".encode()).hexdigest(), 16) % 2


def read(data: Path) -> dict[str, Told]:
    sets: dict[str, Told] = {}
    for name in ("b77", "natcs"):
        told: Told = defaultdict(list)
        for line in (data / "trending" / f"{name}_utterances.jsonl").read_text("utf-8").splitlines():
            each = json.loads(line)
            told[f"{each.get('domain', '')}:{each['intent']}"].append(each["text"])
        sets[name] = told
    told = defaultdict(list)
    for line in (data / "grouping" / "accounts_clinc.jsonl").read_text("utf-8").splitlines():
        for each in json.loads(line)["messages"]:
            told[each["issue"]].append(each["text"])
    sets["clinc"] = told
    return {
        name: {k: sorted(set(v)) for k, v in told.items() if len(set(v)) >= 8} for name, told in sets.items()
    }


def read_saas(data: Path) -> Told:
    told: Told = defaultdict(list)
    for line in (data / "own" / "saas_issues.jsonl").read_text("utf-8").splitlines():
        each = json.loads(line)
        told[each["issue"]].append(each["text"])
    return told


def _engine(past: Told, encode: Callable[[str], Any] | None) -> Engine:
    """As the bot has it: the background is the neutral sample and what was asked before."""
    before = sorted(text for each in past.values() for text in each[: len(each) // 2])
    lexical = Lexical(Background.of(before))
    return lexical if encode is None else Semantic(encode, lexical)


def simulate(told: Told, days: int, *, seed: int, outages: Told | None = None) -> list[Day]:
    """Days with and without an outage, alternating. Of an intent's texts half are the past's."""
    chance = random.Random(seed)
    made = []
    for number in range(2 * days):
        intents = sorted(told)
        chance.shuffle(intents)
        new = None
        if number % 2 == 0:
            new = chance.choice(sorted(outages)) if outages else intents.pop()
        weights = [1 / (place + 1) for place in range(len(intents))]
        cut = {each: len(told[each]) // 2 for each in intents}
        before = [
            chance.choice(told[each][: cut[each]]) for each in chance.choices(intents, weights, k=BEFORE)
        ]
        today = [
            (each, chance.choice(told[each][cut[each] :]))
            for each in chance.choices(intents, weights, k=IN_A_WINDOW)
        ]
        accounts = [f"a{chance.randrange(400)}" for _ in today]
        if new is not None:
            texts = (outages or told)[new]
            count = min(len(texts), chance.randint(ACCOUNTS, 8))
            today += [(new, text) for text in chance.sample(texts, count)]
            accounts += [f"b{each}" for each in range(count)]
        places = list(range(len(today)))
        chance.shuffle(places)
        begun = tuple(
            Begun(
                id=f"{place:03}",
                account=account,
                at=MONDAY + WITHIN * place / len(today),
                text=clean(text),
                title=text,
            )
            for place, (_, text), account in zip(places, today, accounts, strict=True)
        )
        about = {f"{place:03}": intent for place, (intent, _) in zip(places, today, strict=True)}
        made.append(Day(begun, about, tuple(clean(text) for text in before), new))
    return made


class Heard:
    """One day as an engine hears it, with any doubt in favour of the past."""

    def __init__(self, day: Day, engine: Engine, gists: dict[str, Any]) -> None:
        self.day = day
        self._recent = Recent(engine)
        self._recent.put_all(day.begun)
        self._told = {str(number): text for number, text in enumerate(day.before)}
        self._past = {name: gists[text] for name, text in self._told.items()}
        self._asked: dict[str, Past] = {}

    def at(self, doubt: float) -> Figures:
        """What is announced."""

        def is_news(found: Spread) -> bool:
            pasts = [self._past_of(each) for each in found.speakers]
            before = self._recent.told_before(found, pasts, ACCOUNTS, doubt=doubt)
            return is_new(len(found.accounts), before, WITHIN)

        found = self._recent.spreads(ACCOUNTS, holds=is_news)
        figures = Figures()
        day = self.day
        figures.calm, figures.outages = int(day.outage is None), int(day.outage is not None)
        figures.noise = len(found) if day.outage is None else 0
        every = {each for each, about in day.about.items() if about == day.outage}
        for each in found if day.outage is not None else ():
            true = every.intersection(each.members)
            if len(true) >= ACCOUNTS and 2 * len(true) > len(each.members):
                figures.right += 1
                figures.members += len(each.members)
                figures.true += len(every)
                figures.hit += len(true)
                figures.found = 1
            else:
                figures.wrong += 1
        return figures

    def _past_of(self, conversation_id: str) -> Past:
        if conversation_id not in self._asked:
            nearest = self._recent.nearest(conversation_id, self._past)
            self._asked[conversation_id] = self._recent.asked(conversation_id, nearest, self._told)
        return self._asked[conversation_id]


def _row(name: str, engine: Engine, made: list[list[Day]]) -> dict[str, Any]:
    gists: dict[str, Any] = {}
    for text in {text for days in made for day in days for text in day.before}:
        gists[text] = engine.gist(engine.profile(text))
    heard = [[Heard(day, engine, gists) for day in days] for days in made]
    curves = [{at: _sum(each.at(at) for each in days) for at in GRID} for days in heard]
    best = [max(GRID, key=lambda at, curve=curve: (-curve[at].noise - curve[at].wrong, curve[at].recall))
            for curve in curves]  # fmt: skip
    tuned = curves[0][best[1]].add(curves[1][best[0]])
    shipped = _sum(each.at(DOUBT) for days in heard for each in days)
    return {
        "set": name,
        "at": {"tuned": f"{best[1]},{best[0]}", "shipped": f"{DOUBT}"},
        "tuned": tuned.as_row(),
        "shipped": shipped.as_row(),
        "curve": {at: _sum(curve[at] for curve in curves).as_row() for at in GRID},
    }


def _sum(figures: Any) -> Figures:
    total = Figures()
    for each in figures:
        total = total.add(each)
    return total


def price(data: Path, size: int, encode: Callable[[str], Any] | None = None) -> dict[str, Any]:
    """Milliseconds of putting one more conversation in, and asking what spreads, the vector made before."""
    sets = read(data)
    told: Told = {}
    for each in sets.values():
        told |= each
    engine = _engine(told, encode)
    chance = random.Random(5)
    texts = [clean(text) for group in told.values() for text in group]
    begun = [
        Begun(f"{n:05}", f"a{chance.randrange(10_000)}", MONDAY + timedelta(seconds=n), chance.choice(texts),
              "")
        for n in range(size)
    ]  # fmt: skip
    recent = Recent(engine)
    for each in begun[:-100]:
        recent.put(each)
    for each in begun[-100:]:
        engine.profile(each.text)
    taken = []
    for each in begun[-100:]:
        start = time.perf_counter()
        recent.put(each)
        recent.spreads(ACCOUNTS, among=[each.id])
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    return {"engine": engine.name, "size": size, "median_ms": taken[50], "worst_ms": taken[-1]}


if __name__ == "__main__":
    main()
