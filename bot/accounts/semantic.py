"""The semantic engine: how likely two cleaned texts tell one problem, by their meaning and their letters.

The cosine of two sentence vectors and the lexical engine's log-odds, added with two weights. They were fitted
by logistic regression on pairs of the public banking, assistant and insurance sets, each set counting the
same, and then moved a little towards the letters with the tables of benchmarks/same_issue.py in view. Where
letters alone say more, they decide, unless the meaning is of another field.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from bot.accounts.lexical import Lexical, Profile
from bot.likeness import Shared

_BASE, _MEANING, _LETTERS = -4.5, 9.5, 0.3
_RELATED, _UNRELATED = 0.35, 1.5
"""A cosine from which two texts are of one field, and what is taken off where they are not."""

KEPT = 4_000
"""Vectors kept in memory, 1.5 KB each: what is open is compared again whenever something happens."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One text as the engine compares it: its vector of length 1, and its letters and words."""

    vector: Any
    profile: Profile


class Semantic:
    """Compares texts by their meaning.

    `encode` makes a vector of a text and may take a hundredth of a second; it is asked once for each text
    that is still remembered, on whatever thread comes first.
    """

    name = "semantic"
    link = 0.93
    propose = 0.3
    across = 0.95
    ordinary = 0.75
    slow = True

    def __init__(self, encode: Callable[[str], Any], lexical: Lexical) -> None:
        self._encode, self._lexical = encode, lexical
        self._known: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def profile(self, cleaned: str) -> Meaning:
        """A cleaned text made ready for comparing."""
        return Meaning(self._vector(cleaned), self._lexical.profile(cleaned))

    def log_odds(self, a: Meaning, b: Meaning) -> float:
        """Log-odds that the two tell one problem, before person, time and named things are looked at."""
        alike = float(a.vector @ b.vector)
        letters = self._lexical.log_odds(a.profile, b.profile)
        both = _BASE + _MEANING * alike + _LETTERS * letters
        # Letters alone link what only they see, such as an error's number, unless the meaning is another one.
        return max(both, letters if alike >= _RELATED else letters - _UNRELATED)

    def gist(self, a: Meaning) -> Any:
        """Its vector."""
        return a.vector

    def near(self, a: Any, b: Any) -> float:
        """The cosine of two vectors."""
        return float(a @ b)

    def shared(self, a: Meaning, b: Meaning) -> Shared:
        """What speaks for one problem, in words: a vector has none."""
        return self._lexical.shared(a.profile, b.profile)

    def _vector(self, cleaned: str) -> Any:
        with self._lock:
            if cleaned in self._known:
                self._known.move_to_end(cleaned)
                return self._known[cleaned]
        vector = self._encode(cleaned)
        with self._lock:
            self._known[cleaned] = vector
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return vector
