"""The morning on disk, so that `KEEP=1` goes on where the last demo stopped.

The bot's database is worth nothing without the Slack and Intercom it was made with: all is kept together, or
all begins anew. Written whole beside the old file and then put in its place: a kill leaves one of the two.
"""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.intercom.world import IntercomWorld
from sandbox.monday.play import Player
from sandbox.slack.world import SlackWorld

VERSION = 3
EVERY_S = 5.0


class Memory:
    """Keeps the worlds, the clock and the script's place in the file at `path`."""

    def __init__(
        self, path: Path, slack: SlackWorld, intercom: IntercomWorld, player: Player, clock: SandboxClock
    ) -> None:
        self._path = path
        self._slack = slack
        self._intercom = intercom
        self._player = player
        self._clock = clock

    def save(self) -> None:
        told = {
            "version": VERSION,
            "now": self._clock.now(),
            "slack": self._slack.remembered(),
            "intercom": self._intercom.workspace,
            "player": self._player.remembered(),
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_bytes(pickle.dumps(told))
        beside.replace(self._path)

    def load(self) -> bool:
        """Take back what was kept. False, and nothing changed, where there is nothing that can be read."""
        told = self._read()
        if told is None:
            return False
        self._clock.jump_to(told["now"])
        self._slack.recall(told["slack"])
        self._intercom.workspace = told["intercom"]
        self._player.recall(told["player"])
        return True

    async def run(self) -> None:
        """Save every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            self.save()

    def _read(self) -> dict[str, Any] | None:
        try:
            # The file is this program's own, written in the user's own folder.
            told = pickle.loads(self._path.read_bytes())  # noqa: S301
        except (OSError, pickle.UnpicklingError, AttributeError, ImportError, EOFError, IndexError):
            return None
        return told if isinstance(told, dict) and told.get("version") == VERSION else None
