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
    def slow(self) -> bool:
        """Whether a text that was not seen before takes so long that writers should not wait for it."""
        ...

    def profile(self, cleaned: str) -> Any:
        """A text made ready for comparing; any value that the other two take back."""
        ...

    def log_odds(self, a: Any, b: Any) -> float:
        """Log-odds that two profiles tell one problem."""
        ...

    def shared(self, a: Any, b: Any) -> Shared:
        """What two profiles have in common."""
        ...
