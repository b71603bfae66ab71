"""The semantic engine: how likely two cleaned texts tell one problem, by their meaning and their letters.

Its signals are how far the cosine of two sentence vectors stands out from the crowd
(`bot/accounts/crowd.py`), the cosine of their letters, and the concepts both name. Their weights make
log-odds of them; `benchmarks/same_issue_fit.py` fitted them, on the same texts as the lexical engine's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any, NamedTuple

from bot.accounts.crowd import crowded
from bot.accounts.lexical import Lexical, Profile, weighed
from bot.accounts.pairs import Pairs
from bot.likeness import Shared


class Signals(NamedTuple):
    """What two texts have in common, each part about 0 to 1; and the weight of each part.

    `meaning` is the cosine of the vectors less the mean of how crowded it is around the two, the others are
    the lexical engine's.
    """

    meaning: float
    letters: float
    concepts: float
    other_subject: float


BASE = 1.2
WEIGHTS = Signals(meaning=20.43, letters=0.95, concepts=2.51, other_subject=-0.63)

KEPT = 4_000
"""Vectors kept in memory, 1.5 KB each: what is open is compared again whenever something happens."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One text as the engine compares it: its vector of length 1, how crowded it is there, its words."""

    vector: Any
    crowded: float
    profile: Profile


class Semantic:
    """Compares texts by their meaning.

    `encode` makes a vector of a text and may take a hundredth of a second; it is asked once for each text
    that is still remembered, on whatever thread comes first. The first text of all has the sample encoded,
    which takes seconds.
    """

    name = "semantic"
    link = 0.97
    propose = 0.4
    across = 0.95
    ordinary = 0.75
    slow = True

    def __init__(self, encode: Callable[[str], Any], lexical: Lexical) -> None:
        self._encode, self._lexical = encode, lexical
        self._known: OrderedDict[str, tuple[Any, float]] = OrderedDict()
        self._compared = Pairs()
        self._sample: list[tuple[str, Any]] | None = None
        self._lock, self._sampling = Lock(), Lock()

    def profile(self, cleaned: str) -> Meaning:
        """A cleaned text made ready for comparing."""
        return Meaning(*self._placed(cleaned), self._lexical.profile(cleaned))

    def log_odds(self, a: Meaning, b: Meaning) -> float:
        """Log-odds that the two tell one problem, before person, time and named things are looked at."""
        return self._compared.get(a.profile.text, b.profile.text, partial(self._compare, a, b))

    def expect(self, texts: int) -> None:
        """So many texts will be compared each with each."""
        self._compared.expect(texts)

    def _compare(self, a: Meaning, b: Meaning) -> float:
        return weighed(BASE, WEIGHTS, self.signals(a, b))

    def signals(self, a: Meaning, b: Meaning) -> Signals:
        """What the two have in common."""
        return Signals(
            float(a.vector @ b.vector) - (a.crowded + b.crowded) / 2,
            self._lexical.letters(a.profile, b.profile),
            *self._lexical.concepts(a.profile, b.profile),
        )

    def gist(self, a: Meaning) -> Any:
        """Its vector."""
        return a.vector

    def near(self, a: Any, b: Any) -> float:
        """The cosine of two vectors."""
        return float(a @ b)

    def shared(self, a: Meaning, b: Meaning) -> Shared:
        """What speaks for one problem, in words: a vector has none."""
        return self._lexical.shared(a.profile, b.profile)

    def _placed(self, cleaned: str) -> tuple[Any, float]:
        """The text's vector, and how crowded it is around it."""
        with self._lock:
            if cleaned in self._known:
                self._known.move_to_end(cleaned)
                return self._known[cleaned]
        vector, sample = self._encode(cleaned), self._sampled()
        likenesses = (float(vector @ other) for text, other in sample if text != cleaned)
        placed = (vector, crowded(likenesses, len(sample)))
        with self._lock:
            self._known[cleaned] = placed
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return placed

    def _sampled(self) -> list[tuple[str, Any]]:
        with self._sampling:
            if self._sample is None:
                self._sample = [(text, self._encode(text)) for text in self._lexical.background.cohort]
            return self._sample
