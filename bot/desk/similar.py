"""Which earlier questions read like this one: words and runs of letters, weighed by how rare they are. Pure.

Each text is a vector of word stems and letter runs, weighed (1 + log tf) * log(n / df) and brought to length
1; two texts are as similar as their cosine, 0 to 1.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from bot.clean_text import words

_RUN = 4
_MOST_WORDS = 120


class Index:
    """Texts made ready to be looked through; built once, then only read."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [Counter(_features(text)) for text in texts]
        found: Counter[str] = Counter(feature for each in counted for feature in each)
        total = max(1, len(texts))
        self._rarity = {feature: math.log(1 + total / count) for feature, count in found.items()}
        self._unseen = math.log(1 + total)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, each in enumerate(counted):
            for feature, weight in self._vector(each).items():
                self._postings[feature].append((number, weight))

    def nearest(self, text: str, most: int) -> list[tuple[int, float]]:
        """The most similar texts, (place, similarity), most similar first; of equals the later one first."""
        scores: dict[int, float] = defaultdict(float)
        for feature, weight in self._vector(Counter(_features(text))).items():
            for number, other in self._postings.get(feature, ()):
                scores[number] += weight * other
        return heapq.nlargest(most, scores.items(), key=lambda each: (each[1], each[0]))

    def _vector(self, counted: Counter[str]) -> dict[str, float]:
        weighed = {
            feature: (1 + math.log(count)) * self._rarity.get(feature, self._unseen)
            for feature, count in counted.items()
        }
        length = math.sqrt(math.fsum(value * value for value in weighed.values())) or 1.0
        return {feature: value / length for feature, value in weighed.items()}


def _features(text: str) -> Iterator[str]:
    for word in words(text.lower())[:_MOST_WORDS]:
        yield f"w:{word}"
        padded = f" {word} "
        for at in range(max(1, len(padded) - _RUN + 1)):
            yield padded[at : at + _RUN]
