"""Which engine compares texts: the semantic one where its model is whole, else the lexical one.

Either is told what this workspace's customers ordinarily write, so that what all of them write weighs little.
That is read when the bot starts, anew each week, and sooner while there is little of it. It ends where the
week began: replicas that start on different days compare by the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlmodel import Session

from bot.accounts.background import FEWEST_TEXTS, MOST_TEXTS, Background
from bot.accounts.lexical import Lexical
from bot.accounts.semantic import Semantic
from bot.likeness import Engine
from bot.semantic import files
from bot.store.beginnings import opening_words
from bot.store.engine import Store

LOOKED_AGAIN = timedelta(hours=1)
"""How long until it is asked again whether there is enough to read."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The engine, and a phrase that says why it is this one, as status and doctor show it."""

    engine: Engine
    why: str


def choose(folder: Path, said: Sequence[str] = ()) -> Chosen:
    """The best engine that can run, told what customers wrote here.

    Takes half a second where a model is in place: its files are hashed.
    """
    lexical = Lexical(Background.of(said))
    if not folder.is_dir():
        return Chosen(lexical, "lexical; `watchbell model install` adds the semantic one")
    if files.fault(folder) is not None:
        return Chosen(lexical, "lexical, the semantic model is not whole: run `watchbell model install`")
    # The numbers' library takes 25 MB and a tenth of a second: only who has a model pays for it.
    from bot.semantic import encoder

    model = encoder.load(folder / files.WEIGHTS, folder / files.VOCABULARY)
    return Chosen(Semantic(model.vector, lexical), "semantic")


@dataclass
class Engines:
    """Makes the engine that fits the present, from a model's folder and what was written in a workspace."""

    folder: Path
    _week: datetime | None = field(default=None, init=False)
    _looked: datetime | None = field(default=None, init=False)
    _read: int = field(default=0, init=False)

    async def first(self, store: Store, workspace: str, now: datetime) -> Chosen:
        """The engine to start with. A slow one reads the sample when first asked, beside the writers."""
        said = await store.read(heard, workspace, now)
        self._note(now, len(said))
        chosen = await asyncio.to_thread(choose, self.folder, said)
        return chosen if chosen.engine.slow else await asyncio.to_thread(_made_ready, chosen)

    async def renewed(self, store: Store, workspace: str, now: datetime) -> Chosen | None:
        """Another engine, ready to compare, where a week began or much more was written; mostly None."""
        new_week = self._week != week_of(now)
        little = self._read < MOST_TEXTS
        if not new_week and (not little or self._looked is None or now - self._looked < LOOKED_AGAIN):
            return None
        said = await store.read(heard, workspace, now)
        if len(said) < max(FEWEST_TEXTS, 1 if new_week else 2 * self._read):
            self._looked, self._week = now, week_of(now)
            return None
        self._note(now, len(said))
        chosen = await asyncio.to_thread(choose, self.folder, said)
        return await asyncio.to_thread(_made_ready, chosen)

    def _note(self, now: datetime, read: int) -> None:
        self._week, self._looked, self._read = week_of(now), now, read


def _made_ready(chosen: Chosen) -> Chosen:
    """The first text of all waits until the sample is read: no customer's does then."""
    blank = chosen.engine.profile("")
    chosen.engine.log_odds(blank, blank)
    return chosen


def week_of(now: datetime) -> datetime:
    """Midnight UTC of the week's Monday."""
    return datetime.combine(now.date() - timedelta(days=now.weekday()), time(), now.tzinfo)


def heard(session: Session, workspace: str, now: datetime) -> list[str]:
    """What customers began conversations with before this week; until now where that is too little."""
    before = opening_words(session, workspace, before=week_of(now), most=MOST_TEXTS)
    if len(before) >= MOST_TEXTS // 2:
        return before
    return opening_words(session, workspace, before=now, most=MOST_TEXTS)
