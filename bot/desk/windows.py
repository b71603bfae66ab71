"""What each open window shows in which a rep answers, as long as the bot runs.

A drawing may take seconds and a draft comes later still: both draw what the window shows by then, not what it
showed at the click, or they would take away what was put in or typed meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.cards.answer import Shown, Written

_MOST = 200


@dataclass(frozen=True, slots=True)
class PutIn:
    """Words in the input, and which input it is: a new one each time that words are put in."""

    text_round: int
    draft: Mapping[str, Any]


@dataclass
class Window:
    """One window. `shown` is None once it is done with, or before the first click in it.

    `turn` is held while it is drawn: an older drawing must not land on a newer one. `hash` is Slack's name
    for the last drawing, None where it was not told. `put_in`: what was put in last where several are
    answered at once.
    """

    shown: Shown | None = None
    hash: str | None = None
    put_in: PutIn | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def latest(self, written: Written) -> Shown:
        """What the window shows: as the click found it, or newer where it was changed since."""
        kept = self.shown
        if kept and kept.conversation_id == written.conversation_id and kept.drawn >= written.drawn:
            return kept
        return Shown(
            conversation_id=written.conversation_id,
            mode=written.mode,
            last_part=written.last_part,
            text_round=written.text_round,
            confirmed=written.confirmed,
            drawn=written.drawn,
        )


@dataclass
class Windows:
    """The windows of late, by Slack's id of the view."""

    _kept: OrderedDict[str, Window] = field(default_factory=OrderedDict)

    def of(self, view_id: str) -> Window:
        window = self._kept.setdefault(view_id, Window())
        self._kept.move_to_end(view_id)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return window

    def done(self, view_id: str) -> None:
        """The window was closed by its submission: nothing draws it any more."""
        window = self._kept.pop(view_id, None)
        if window is not None:
            window.shown = None
