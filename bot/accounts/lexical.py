"""The lexical engine: how likely two cleaned texts tell one problem, from their letters, words and meanings.

Three cosines (runs of letters with and without the words that only hold a sentence together, and word stems)
and the rarity of the concepts both name are added with fixed weights to log-odds. The three text weights were
fitted by logistic regression on public banking, insurance and assistant intents; the concept weights were set
by hand with benchmarks/same_issue.py in view, so that they cost those sets a hundredth at most.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from bot.accounts.background import Background, content, grams
from bot.accounts.vocabulary import concepts, stem
from bot.clean_text import words
from bot.likeness import Shared

_LETTERS = 8.4
_BARE = 5.1
_STEMS = 7.3
_CONCEPTS = 5.0
_BASE = -2.8
_ENOUGH_RARITY = 6.0
_TELLING = 4.0
_OTHER_SUBJECT = -1.0
"""Taken off when each names a telling concept and they share none."""
_REPEATED = 0.5
"""A concept that both name with one word is half counted already, as that word."""

Vector = Mapping[str, float]
Gist = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Profile:
    """One text as the engine compares it; vectors have length 1."""

    text: str
    letters: Vector
    bare: Vector
    stems: Vector
    written: Mapping[str, str]
    concepts: Mapping[str, tuple[str, ...]]


COMPARED = 20_000
"""Pairs of texts whose likeness is kept."""
REMEMBERED = 400
"""Texts whose profiles are kept, for an account is judged at each message: 40 kB each at most."""


class Lexical:
    """Compares texts by their letters, words and meanings. Its two thresholds are probabilities.

    What it made of a text, and how like two are, is remembered for a while, on whatever thread comes first.
    """

    name = "lexical"
    link = 0.94
    propose = 0.25
    across = 0.93
    ordinary = 0.9
    slow = False

    def __init__(self, background: Background) -> None:
        self._background = background
        self._profile = lru_cache(REMEMBERED)(partial(_profile, background))
        self._compared: dict[tuple[str, str], float] = {}

    def profile(self, cleaned: str) -> Profile:
        """A cleaned text made ready for comparing."""
        return self._profile(cleaned)

    def log_odds(self, a: Profile, b: Profile) -> float:
        """Log-odds that the two tell one problem, before person, time and named things are looked at."""
        pair = (a.text, b.text)
        known = self._compared.get(pair)
        if known is None:
            if len(self._compared) >= COMPARED:
                self._compared.clear()
            known = self._compared[pair] = self._compare(a, b)
        return known

    def _compare(self, a: Profile, b: Profile) -> float:
        rarity = math.fsum(
            self._background.rarity(concept) * (_REPEATED if _same_words(a, b, concept) else 1.0)
            for concept in a.concepts.keys() & b.concepts.keys()
        )
        return (
            _BASE
            + (
                0.0
                if a.concepts.keys() & b.concepts.keys()
                else _OTHER_SUBJECT * self._rarest(a) * self._rarest(b)
            )
            + _LETTERS * _cosine(a.letters, b.letters)
            + _BARE * _cosine(a.bare, b.bare)
            + _STEMS * _cosine(a.stems, b.stems)
            + _CONCEPTS * min(1.0, rarity / _ENOUGH_RARITY)
        )

    def _rarest(self, profile: Profile) -> float:
        """0 to 1: how telling the text's most telling concept is; 0 when it names none."""
        return min(1.0, max(map(self._background.rarity, profile.concepts), default=0.0) / _TELLING)

    def gist(self, a: Profile) -> Gist:
        """Its telling stems and concepts, hashed: nobody's words, and small enough to keep by thousands."""
        weighed = {_hashed(root): value for root, value in a.stems.items()}
        weighed |= {_hashed(f"@{each}"): _named(self._background.rarity(each)) for each in a.concepts}
        length = math.sqrt(math.fsum(value * value for value in weighed.values())) or 1.0
        return {feature: value / length for feature, value in weighed.items()}

    def near(self, a: Gist, b: Gist) -> float:
        """The cosine of two gists, 0 to 1."""
        both = a.keys() & b.keys()
        return math.fsum(a[feature] * b[feature] for feature in both) if both else 0.0

    def shared(self, a: Profile, b: Profile) -> Shared:
        """What speaks for one problem."""
        both = sorted(
            a.stems.keys() & b.stems.keys(), key=lambda root: (-a.stems[root] * b.stems[root], root)
        )
        meant = sorted(
            a.concepts.keys() & b.concepts.keys(),
            key=lambda concept: (-self._background.rarity(concept), concept),
        )
        return Shared(tuple(a.written[root] for root in both), tuple(meant))


def _profile(own: Background, cleaned: str) -> Profile:
    tokens = words(cleaned)[:400]
    kept = content(tokens)
    written: dict[str, str] = {}
    counted: dict[str, int] = {}
    for token in kept:
        root = stem(token)
        written.setdefault(root, token)
        counted[root] = counted.get(root, 0) + 1
    return Profile(
        cleaned,
        _vector(grams(tokens), own, own.letters),
        _vector(grams(kept), own, own.bare),
        _vector(counted, own, own.stems),
        written,
        concepts(tokens),
    )


def probability(log_odds: float) -> float:
    """Log-odds as a probability, strictly between 0 and 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def _hashed(feature: str) -> int:
    return zlib.crc32(feature.encode())


def _named(rarity: float) -> float:
    """A concept's weight beside stems, whose vector has length 1."""
    return min(1.0, rarity / _ENOUGH_RARITY)


def _same_words(a: Profile, b: Profile, concept: str) -> bool:
    def stems(profile: Profile) -> set[str]:
        return {stem(word) for phrase in profile.concepts[concept] for word in phrase.split()}

    return bool(stems(a) & stems(b))


def _vector(counts: Mapping[str, int], background: Background, known: Mapping[str, int]) -> Vector:
    weighed = {
        feature: (1 + math.log(count)) * background.weight(known, feature)
        for feature, count in counts.items()
    }
    length = math.sqrt(math.fsum(value * value for value in weighed.values())) or 1.0
    return {feature: value / length for feature, value in weighed.items()}


def _cosine(a: Vector, b: Vector) -> float:
    """Summed exactly, so that the order of words, messages or a set cannot change a score."""
    if len(b) < len(a):
        a, b = b, a
    return math.fsum(value * b[feature] for feature, value in a.items() if feature in b)
