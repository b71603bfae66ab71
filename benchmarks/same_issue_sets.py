"""The sets on which grouping by problem is fitted and measured, as accounts of messages with known problems.

A folder shaped like the shared one holds `grouping/accounts_<set>.jsonl` (an account a line: `messages`, each
with `text` and `issue`) and `own/saas_issues.jsonl` (a message a line: `text`, `issue`), of which accounts
are simulated. Beside them stands a set written for the fit alone, `issues_seen.jsonl`: messages to a software
company on problems that are not those of `saas_issues.jsonl`.
"""

from __future__ import annotations

import json
import os
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Account = list[tuple[str, str]]
"""The messages of an account: text and problem."""

ACCOUNTS = 3_000
"""Accounts of a simulated set: with a few hundred, figures and fits change by a hundredth with the draw."""
AGAIN = 0.45
"""How often a message of a simulated account tells a problem once more that was told before."""
SEEN = "seen"
SAAS = "SaaS"
NAMES = {"b77": "Banking77", "b77_wrapped": "Banking77 wrapped", "clinc": "CLINC", "natcs": "NatCS"}
"""The sets whose figures have a goal, as the table names them."""


@dataclass(frozen=True)
class Group:
    """A set: its accounts, and the set whose problems it shares."""

    name: str
    accounts: list[Account]
    family: str

    @property
    def messages(self) -> Account:
        """Each message once."""
        return sorted({message for account in self.accounts for message in account})


def folder() -> Path:
    """`WATCHBELL_DATA`, or the folder that stands beside this checkout."""
    named = os.environ.get("WATCHBELL_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"


def measured(data: Path) -> list[Group]:
    """Every set that the folder holds."""
    found = []
    for file in sorted((data / "grouping").glob("accounts_*.jsonl")):
        accounts = [[(m["text"], m["issue"]) for m in line["messages"]] for line in _lines(file)]
        key = file.stem.removeprefix("accounts_")
        found.append(Group(NAMES.get(key, key), accounts, key.removesuffix("_wrapped")))
    own = data / "own" / "saas_issues.jsonl"
    return [*found, _simulated(SAAS, own)] if own.exists() else found


def seen() -> Group:
    """The set that was written for the fit."""
    return _simulated(SEEN, Path(__file__).with_name("issues_seen.jsonl"))


def simulate(messages: Sequence[tuple[str, str]], count: int, *, seed: int) -> list[Account]:
    """Accounts of 3 to 8 different messages, each repeating an earlier problem with probability .45.

    So are the accounts of the folder's own sets made. A problem whose messages are all in the account cannot
    be repeated once more; the draw is then among the others, or with few messages it would be repeated far
    less often than it is said to be.
    """
    chance = random.Random(seed)
    by_issue: dict[str, list[str]] = defaultdict(list)
    for text, issue in sorted(set(messages)):
        by_issue[issue].append(text)
    accounts = []
    for _ in range(count):
        account: Account = []
        left = {issue: list(texts) for issue, texts in by_issue.items()}
        wanted = min(chance.randint(3, 8), sum(map(len, left.values())))
        while len(account) < wanted:
            told = {issue for _, issue in account}
            begun = sorted(issue for issue in told if left[issue])
            fresh = sorted(issue for issue in left.keys() - told if left[issue])
            again = begun and (not fresh or chance.random() < AGAIN)
            issue = chance.choice(begun if again else fresh)
            account.append((left[issue].pop(chance.randrange(len(left[issue]))), issue))
        accounts.append(account)
    return accounts


def _simulated(name: str, file: Path) -> Group:
    messages = [(line["text"], line["issue"]) for line in _lines(file)]
    return Group(name, simulate(messages, ACCOUNTS, seed=3), name)


def _lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
