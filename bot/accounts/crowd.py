"""How crowded it is around a text: how like it is to those of a sample that are most like it.

Two short questions about cards are alike whatever they ask, for everybody at a bank asks about cards. So what
counts is not how alike two texts are, but how much more alike than either is to its nearest neighbours among
the workspace's messages. The same is done in recognising speakers (adaptive score normalisation) and in
matching word vectors (cross-domain similarity local scaling, Conneau et al. 2018).
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

NEAREST = 0.05
"""The share of the sample that counts as near."""


def crowded(likenesses: Iterable[float], size: int) -> float:
    """The mean of the nearest of a sample of `size` texts, 0 for an empty one."""
    most = min(size, max(2, round(size * NEAREST)))
    nearest = sorted(likenesses, reverse=True)[:most]
    return sum(nearest) / most if most else 0.0


class Crowd:
    """A sample of texts, each with its vector of length 1 by feature."""

    def __init__(self, texts: Sequence[str], vectors: Sequence[Mapping[str, float]]) -> None:
        self._size = len(texts)
        self._at: dict[str, set[int]] = defaultdict(set)
        found: dict[str, tuple[array[int], array[float]]] = {}
        for number, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
            self._at[text].add(number)
            for feature, value in vector.items():
                if feature not in found:
                    found[feature] = (array("H"), array("d"))
                found[feature][0].append(number)
                found[feature][1].append(value)
        self._found = found

    def around(self, text: str, vector: Mapping[str, float]) -> float:
        """How crowded it is around a text, itself not counted where the sample holds it."""
        likenesses = [0.0] * self._size
        for feature, value in vector.items():
            if feature in self._found:
                for number, other in zip(*self._found[feature], strict=True):
                    likenesses[number] += value * other
        for number in self._at.get(text, ()):
            likenesses[number] = 0.0
        return crowded(likenesses, self._size)
