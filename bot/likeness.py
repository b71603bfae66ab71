"""How alike two texts are: what an engine that compares them can do, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Shared:
    """What two texts have in common, strongest first: words as written in the first, and concepts."""

    words: tuple[str, ...]
    concepts: tuple[str, ...]


class Engine(Protocol):
    """Compares cleaned texts. `link` and `propose` are probabilities, `link` the higher."""

    @property
    def name(self) -> str: ...
    @property
    def link(self) -> float: ...
    @property
    def propose(self) -> float: ...
    @property
    def across(self) -> float:
        """The probability from which conversations of different accounts tell one problem."""
        ...

    @property
    def ordinary(self) -> float:
        """The probability from which something is the like of what was told on other days."""
        ...

    @property
    def slow(self) -> bool:
        """Whether a text that was not seen before takes so long that writers should not wait for it."""
        ...

    def profile(self, cleaned: str) -> Any:
        """A text made ready for comparing; any value that the other two take back."""
        ...

    def log_odds(self, a: Any, b: Any) -> float:
        """Log-odds that two profiles tell one problem."""
        ...

    def expect(self, texts: int) -> None:
        """So many texts will be compared each with each, and again: room is made to keep it."""
        ...

    def gist(self, a: Any) -> Any:
        """What is small enough to keep of a profile by thousands."""
        ...

    def near(self, a: Any, b: Any) -> float:
        """How near two gists are, at most 1: quick, and good enough to choose what to compare."""
        ...

    def shared(self, a: Any, b: Any) -> Shared:
        """What two profiles have in common."""
        ...
