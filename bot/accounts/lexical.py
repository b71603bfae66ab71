"""The lexical engine: how likely two cleaned texts tell one problem, from their letters, words and meanings.

Its signals are three cosines (runs of letters with and without the words that only hold a sentence together,
and word stems), two of them again as far as they stand out from the crowd (`bot/accounts/crowd.py`), and the
rarity of the concepts both name. Their weights make log-odds of them. `benchmarks/same_issue_fit.py` fitted
them, by logistic regression, on public banking, assistant and insurance questions and on support messages
written for it.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

from bot.accounts.background import Background, content, grams
from bot.accounts.crowd import Crowd
from bot.accounts.pairs import Pairs
from bot.accounts.vocabulary import concepts, stem
from bot.clean_text import words
from bot.likeness import Shared


class Signals(NamedTuple):
    """What two texts have in common, each part about 0 to 1; and the weight of each part.

    `letters_apart` and `stems_apart` are the cosines less the mean of how crowded it is around the two,
    `other_subject` grows where each names a telling concept and they share none.
    """

    letters: float
    bare: float
    stems: float
    letters_apart: float
    stems_apart: float
    concepts: float
    other_subject: float


BASE = -0.16
WEIGHTS = Signals(
    letters=-0.09,
    bare=3.15,
    stems=3.46,
    letters_apart=12.69,
    stems_apart=4.74,
    concepts=4.99,
    other_subject=-1.01,
)

_ENOUGH_RARITY = 6.0
_TELLING = 4.0
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


REMEMBERED = 1_000
"""Texts whose profiles are kept, for an account is judged at each message: about 1 kB for each word."""


class Lexical:
    """Compares texts by their letters, words and meanings. Its two thresholds are probabilities.

    What it made of a text, and how like two are, is remembered for a while, on whatever thread comes first.
    """

    name = "lexical"
    link = 0.995
    propose = 0.24
    across = 0.93
    ordinary = 0.8
    slow = False

    def __init__(self, background: Background) -> None:
        self.background = background
        self._profile = lru_cache(REMEMBERED)(partial(_profile, background))
        self._crowded = lru_cache(REMEMBERED * 4)(self._crowding)
        self._compared = Pairs()

    def profile(self, cleaned: str) -> Profile:
        """A cleaned text made ready for comparing."""
        return self._profile(cleaned)

    def log_odds(self, a: Profile, b: Profile) -> float:
        """Log-odds that the two tell one problem, before person, time and named things are looked at."""
        return self._compared.get(a.text, b.text, partial(self._compare, a, b))

    def expect(self, texts: int) -> None:
        """So many texts will be compared each with each."""
        self._compared.expect(texts)

    def _compare(self, a: Profile, b: Profile) -> float:
        return weighed(BASE, WEIGHTS, self.signals(a, b))

    def signals(self, a: Profile, b: Profile) -> Signals:
        """What the two have in common."""
        letters, stems = self.letters(a, b), _cosine(a.stems, b.stems)
        (letters_a, stems_a), (letters_b, stems_b) = self._crowded(a.text), self._crowded(b.text)
        concepts, other_subject = self.concepts(a, b)
        return Signals(
            letters,
            _cosine(a.bare, b.bare),
            stems,
            letters - (letters_a + letters_b) / 2,
            stems - (stems_a + stems_b) / 2,
            concepts,
            other_subject,
        )

    def letters(self, a: Profile, b: Profile) -> float:
        """The cosine of their runs of letters."""
        return _cosine(a.letters, b.letters)

    def concepts(self, a: Profile, b: Profile) -> tuple[float, float]:
        """How telling the concepts are that both name, and how telling those are that part them; 0 to 1."""
        both = a.concepts.keys() & b.concepts.keys()
        if not both:
            return 0.0, self._rarest(a) * self._rarest(b)
        rarity = math.fsum(
            self.background.rarity(concept) * (_REPEATED if _same_words(a, b, concept) else 1.0)
            for concept in both
        )
        return min(1.0, rarity / _ENOUGH_RARITY), 0.0

    def _crowding(self, cleaned: str) -> tuple[float, float]:
        """How crowded it is around a text, by letters and by stems."""
        profile, (letters, stems) = self._profile(cleaned), _crowds(self.background)
        return letters.around(cleaned, profile.letters), stems.around(cleaned, profile.stems)

    def _rarest(self, profile: Profile) -> float:
        """0 to 1: how telling the text's most telling concept is; 0 when it names none."""
        return min(1.0, max(map(self.background.rarity, profile.concepts), default=0.0) / _TELLING)

    def gist(self, a: Profile) -> Gist:
        """Its telling stems and concepts, hashed: nobody's words, and small enough to keep by thousands."""
        weighed = {_hashed(root): value for root, value in a.stems.items()}
        weighed |= {_hashed(f"@{each}"): _named(self.background.rarity(each)) for each in a.concepts}
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
            key=lambda concept: (-self.background.rarity(concept), concept),
        )
        return Shared(tuple(a.written[root] for root in both), tuple(meant))


@lru_cache(maxsize=2)
def _crowds(background: Background) -> tuple[Crowd, Crowd]:
    """The sample by letters and by stems. Made when first asked for: the semantic engine never asks."""
    sample = [_profile(background, text) for text in background.cohort]
    texts = [each.text for each in sample]
    return Crowd(texts, [each.letters for each in sample]), Crowd(texts, [each.stems for each in sample])


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


def weighed(base: float, weights: Sequence[float], signals: Sequence[float]) -> float:
    """Log-odds of signals, summed exactly."""
    return math.fsum((base, *(weight * signal for weight, signal in zip(weights, signals, strict=True))))


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
    # Most features are as rare and as frequent as another: each weight is reckoned, and kept, once.
    reckoned: dict[tuple[int, int], float] = {}
    weighed: dict[str, float] = {}
    for feature, count in counts.items():
        rare = known.get(feature, 0), count
        value = reckoned.get(rare)
        if value is None:
            value = reckoned[rare] = (1 + math.log(count)) * background.weight(known, feature)
        weighed[feature] = value
    length = math.sqrt(math.fsum(value * value for value in weighed.values())) or 1.0
    shares = {value: value / length for value in reckoned.values()}
    return {feature: shares[value] for feature, value in weighed.items()}


def _cosine(a: Vector, b: Vector) -> float:
    """Summed exactly, so that the order of words, messages or a set cannot change a score."""
    if len(b) < len(a):
        a, b = b, a
    return math.fsum(value * b[feature] for feature, value in a.items() if feature in b)
