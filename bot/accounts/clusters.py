"""Grouping by average linkage under must-link and cannot-link rules, whatever order things come in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

Pair = tuple[str, str]
Bunch = tuple[str, ...]


def pair(a: str, b: str) -> Pair:
    """The two ids in one order."""
    return (a, b) if a <= b else (b, a)


class Rules:
    """What people said about pairs: the latest word on a pair wins, and follows through chains.

    `said` is oldest first. A word that contradicts later ones (a = b, b = c, but a != c) is set aside, kept
    in `set_aside`. Ids that no longer exist still hold chains together.
    """

    def __init__(self, said: Iterable[tuple[str, str, bool]]) -> None:
        self._parent: dict[str, str] = {}
        self._apart: set[Pair] = set()
        self.set_aside: list[tuple[str, str, bool]] = []
        decided: set[Pair] = set()
        for a, b, same in reversed(tuple(said)):
            key = pair(a, b)
            if a == b or key in decided:
                continue
            decided.add(key)
            one, other = self.root(a), self.root(b)
            if same and one != other and not self._are_apart(one, other):
                self._parent[max(one, other)] = min(one, other)
            elif not same and one != other:
                self._apart.add(key)
            elif same != (one == other):
                self.set_aside.append((a, b, same))
        self.set_aside.reverse()

    def root(self, item: str) -> str:
        """The representative of everything that must stay with `item`."""
        while item in self._parent:
            item = self._parent[item]
        return item

    def together(self, a: str, b: str) -> bool:
        """Whether the two must be in one group."""
        return self.root(a) == self.root(b)

    def apart(self, one: Iterable[str], other: Iterable[str]) -> bool:
        """Whether any of one group must not meet any of the other."""
        left, right = {self.root(item) for item in one}, {self.root(item) for item in other}
        return any(
            (self.root(a) in left and self.root(b) in right)
            or (self.root(b) in left and self.root(a) in right)
            for a, b in self._apart
        )

    def bunches(self, items: Iterable[str]) -> list[Bunch]:
        """The items with those that must stay together already in one bunch."""
        found: dict[str, list[str]] = {}
        for item in sorted(items):
            found.setdefault(self.root(item), []).append(item)
        return [tuple(members) for members in found.values()]

    def _are_apart(self, one: str, other: str) -> bool:
        return any({self.root(a), self.root(b)} == {one, other} for a, b in self._apart)


class Linkage:
    """Probabilities between bunches. Within a bunch that people made, the likeliest member speaks for all.

    Where no pair has a score, nothing speaks for one problem: 0.
    """

    def __init__(self, bunches: Sequence[Bunch], scores: Mapping[Pair, float]) -> None:
        self.bunches = list(bunches)
        owner = {member: number for number, bunch in enumerate(bunches) for member in bunch}
        self._between: dict[tuple[int, int], float] = {}
        for (a, b), score in scores.items():
            one, other = sorted((owner[a], owner[b]))
            if one != other:
                self._between[one, other] = max(score, self._between.get((one, other), 0.0))

    def average(self, one: Sequence[int], other: Sequence[int]) -> float:
        """The mean probability between two groups of bunches, summed in a fixed order."""
        if len(one) == len(other) == 1:
            i, j = one[0], other[0]
            return self._between.get((i, j) if i < j else (j, i), 0.0)
        total = sum(sorted(self._between.get((min(i, j), max(i, j)), 0.0) for i in one for j in other))
        return total / (len(one) * len(other))


def cluster(linkage: Linkage, rules: Rules, threshold: float) -> list[list[int]]:
    """Groups of bunch numbers: the likeliest two join until none reach the threshold. Ties by number."""
    groups: dict[int, list[int]] = {number: [number] for number in range(len(linkage.bunches))}
    serial = len(groups)
    queue: list[tuple[float, int, int]] = []

    def members(group: Sequence[int]) -> list[str]:
        return [member for number in group for member in linkage.bunches[number]]

    def consider(one: int, other: int) -> None:
        score = linkage.average(groups[one], groups[other])
        if score >= threshold and not rules.apart(members(groups[one]), members(groups[other])):
            first, second = sorted((groups[one][0], groups[other][0]))
            heappush(queue, (-score, first * len(linkage.bunches) + second, one * 10**9 + other))

    numbers = list(groups)
    for position, one in enumerate(numbers):
        for other in numbers[position + 1 :]:
            consider(one, other)
    heapify(queue)
    while queue:
        _, _, packed = heappop(queue)
        one, other = divmod(packed, 10**9)
        if one not in groups or other not in groups:
            continue
        groups[serial] = sorted(groups.pop(one) + groups.pop(other))
        for rest in list(groups):
            if rest != serial:
                consider(rest, serial)
        serial += 1
    return sorted(groups.values())
