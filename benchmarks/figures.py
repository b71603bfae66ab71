"""A figure, the floor it is held against, its goal, and how it travels from a measurement to the table."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Literal

_MARK = "figure: "
"""Before each figure on standard output; everything else there is for people who look at one measurement."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. Without a goal it is told for information.

    `judged` says which number the goal is about: the figure itself, or its ratio to the floor. `sense` is
    where the good numbers are. `better` decides nothing else.
    """

    subject: str
    what: str
    value: float | None
    unit: str
    floor: float | None = None
    goal: float | None = None
    sense: Literal["at most", "at least"] = "at most"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor and self.value is not None else None

    @property
    def reached(self) -> bool | None:
        """None where nothing was to be reached."""
        judged = self.ratio if self.floor is not None else self.value
        if self.goal is None or judged is None:
            return None
        return judged <= self.goal if self.sense == "at most" else judged >= self.goal

    @staticmethod
    def lacking(subject: str, what: str, mend: str) -> Figure:
        """A line that says what could not be measured, and what to do about it."""
        return Figure(subject, what, None, "", note=mend)

    def tell(self) -> None:
        """Hand it to whoever runs this measurement."""
        print(_MARK + json.dumps(asdict(self)), flush=True)


def heard(line: str) -> Figure | None:
    """The figure that a line of a measurement's output tells, if it tells one."""
    return Figure(**json.loads(line.removeprefix(_MARK))) if line.startswith(_MARK) else None


def say(words: str) -> None:
    """A word to whoever waits."""
    print(words, file=sys.stderr, flush=True)


def memory(kind: Literal["VmRSS", "VmHWM"] = "VmRSS") -> float:
    """This process's resident memory in MB, now (VmRSS) or at its peak (VmHWM)."""
    gc.collect()
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(kind):
                return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/self/status tells no {kind}")


def percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def paired(real: Sequence[float], floor: Sequence[float]) -> tuple[float, float]:
    """The pair of runs whose ratio is the median one: neighbours in time shared the same noise."""
    pairs = sorted(zip(real, floor, strict=True), key=lambda pair: pair[0] / pair[1])
    return pairs[len(pairs) // 2]


def middle(values: Sequence[float]) -> float:
    return median(values)
