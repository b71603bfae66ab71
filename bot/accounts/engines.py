"""Which engine compares texts: the semantic one where its model is whole, else the lexical one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.accounts.background import Background
from bot.accounts.lexical import Lexical
from bot.accounts.semantic import Semantic
from bot.likeness import Engine
from bot.semantic import files


@dataclass(frozen=True, slots=True)
class Chosen:
    """The engine, and a phrase that says why it is this one, as status and doctor show it."""

    engine: Engine
    why: str


def choose(folder: Path) -> Chosen:
    """The best engine that can run. Takes half a second where a model is in place: its files are hashed."""
    lexical = Lexical(Background.of())
    if not folder.is_dir():
        return Chosen(lexical, "lexical; `watchbell model install` adds the semantic one")
    if files.fault(folder) is not None:
        return Chosen(lexical, "lexical, the semantic model is not whole: run `watchbell model install`")
    # The numbers' library takes 25 MB and a tenth of a second: only who has a model pays for it.
    from bot.semantic import encoder

    model = encoder.load(folder / files.WEIGHTS, folder / files.VOCABULARY)
    return Chosen(Semantic(model.vector, lexical), "semantic")
