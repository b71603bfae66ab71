"""Points that a running bot passes, told to whoever wants to know: around each commit and each call.

Between two of these points a crash changes what is known but not what was done, so these are the places at
which crashes are worth trying. Names: "before commit <function>", "after commit <function>", "before call
<service> <what>", "after call <service> <what>". In production nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable

Passing = Callable[[str], None]
"""Called with the point's name, on whatever thread passes it."""


def unseen(point: str) -> None:
    """Nobody listens."""
