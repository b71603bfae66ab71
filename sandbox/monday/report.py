"""What a check found: a count for each section, and every difference between the morning and its truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

SECTIONS = (
    "promised",
    "alerted",
    "threaded",
    "claimed",
    "refused",
    "answered",
    "noted",
    "snoozed",
    "asked",
    "summarised",
    "harmless",
    "at the end",
)
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that came out otherwise. `subject` names what it is about, in the scenario's own words."""

    section: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Report:
    """`sections` counts the facts compared in each; `began` and `ended` are business time, `elapsed` the real
    seconds it took."""

    began: datetime
    ended: datetime
    elapsed: float
    sections: Mapping[str, int]
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        return not self.differences

    def as_dict(self) -> dict[str, Any]:
        """For `--json`: plain values only."""
        differ = Counter(one.section for one in self.differences)
        return {
            "same": self.same,
            "began": self.began.isoformat(),
            "ended": self.ended.isoformat(),
            "elapsed_seconds": round(self.elapsed, 1),
            "sections": {
                name: {"compared": count, "different": differ[name]} for name, count in self.sections.items()
            },
            "differences": [asdict(one) for one in self.differences],
        }


@dataclass
class Findings:
    """Collects comparisons."""

    _compared: Counter[str] = field(default_factory=Counter)
    _differences: list[Difference] = field(default_factory=list)

    def compare(self, section: str, subject: str, expected: str, found: str) -> bool:
        """Note whether `found` is what was `expected`; both are told to a person as they are."""
        self._compared[section] += 1
        if expected != found:
            self._differences.append(Difference(section, subject, expected, found))
        return expected == found

    def hold(self, section: str, subject: str, holds: bool, expected: str, found: str) -> None:
        """The same for what cannot be told by comparing two words."""
        self.compare(section, subject, expected, expected if holds else found)

    def report(self, began: datetime, ended: datetime, elapsed: float) -> Report:
        order = {name: place for place, name in enumerate(SECTIONS)}
        return Report(
            began,
            ended,
            elapsed,
            {name: self._compared[name] for name in SECTIONS},
            tuple(sorted(self._differences, key=lambda one: order[one.section])),
        )
