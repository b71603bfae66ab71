"""The bad days one can switch on from the page."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from sandbox.faults import Fault, FaultBoard


@dataclass(frozen=True)
class Trouble:
    """A switch of the faults menu: what it says, and the faults it puts on the board while it is on."""

    key: str
    label: str
    about: str
    faults: tuple[Fault, ...]


TROUBLES: tuple[Trouble, ...] = (
    Trouble(
        "slack-hangs",
        "Slack does not answer",
        "Posts and updates hang for 10 s, then the connection breaks",
        (Fault("slack", "chat.*", "hang", times=-1, seconds=10),),
    ),
    Trouble(
        "slack-drops",
        "Slack hangs up after the work",
        "A message is posted, yet its answer never arrives",
        (Fault("slack", "chat.*", "drop_after", times=-1),),
    ),
    Trouble(
        "slack-429",
        "Slack is rate limited",
        "Every call gets 429, come back in 5 s",
        (Fault("slack", "*", "rate_limit", times=-1, status=429, seconds=5),),
    ),
    Trouble(
        "intercom-slow",
        "Intercom is slow",
        "Every answer takes 2 s",
        (Fault("intercom", "*", "slow", times=-1, seconds=2),),
    ),
    Trouble(
        "intercom-500",
        "Intercom answers 500",
        "Every call fails and does nothing",
        (Fault("intercom", "*", "error", times=-1, error="server_error", status=500),),
    ),
    Trouble(
        "intercom-drops",
        "Intercom hangs up after the reply",
        "The customer has the reply, the caller does not know",
        (Fault("intercom", "POST /conversations/*/reply", "drop_after", times=-1),),
    ),
    Trouble(
        "intercom-429",
        "Intercom is rate limited",
        "Every call gets 429, come back in 10 s",
        (Fault("intercom", "*", "rate_limit", times=-1, status=429, seconds=10),),
    ),
)


@dataclass(frozen=True)
class Switch:
    """A trouble as it stands now: `hits` counts the calls it has met since it was switched on."""

    key: str
    label: str
    about: str
    on: bool
    hits: int


class TroubleSwitches:
    """Which troubles are on. Faults that others put on the board are left alone."""

    def __init__(self, board: FaultBoard) -> None:
        self._board = board
        self._on: dict[str, list[Fault]] = {}

    def set(self, key: str, on: bool) -> None:
        """KeyError for a trouble that does not exist."""
        trouble = {one.key: one for one in TROUBLES}[key]
        for fault in self._on.pop(key, []):
            # By identity: two faults that say the same are still two.
            self._board.faults[:] = [known for known in self._board.faults if known is not fault]
        if on:
            self._on[key] = [self._board.add(dataclasses.replace(fault)) for fault in trouble.faults]

    def switches(self) -> list[Switch]:
        live = {id(fault) for fault in self._board.faults}
        shown = []
        for trouble in TROUBLES:
            mine = [fault for fault in self._on.get(trouble.key, []) if id(fault) in live]
            hits = sum(fault.hits for fault in mine)
            shown.append(Switch(trouble.key, trouble.label, trouble.about, bool(mine), hits))
        return shown
