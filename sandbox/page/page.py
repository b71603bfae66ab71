"""The page's parts in one value: both services, the clock, what the app offers, who listens for changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sandbox.clock import SandboxClock
from sandbox.faults import FaultBoard
from sandbox.intercom.world import IntercomWorld
from sandbox.page.hub import Hub
from sandbox.page.trouble import TroubleSwitches
from sandbox.slack.world import SlackWorld

NextEvents = Callable[[], Sequence[tuple[datetime, str]]]


@dataclass(frozen=True)
class SlashCommand:
    """A slash command for the composer's completion: `/claim`, what it does, `[next | conversation]`."""

    name: str
    description: str
    usage: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the app: global ones stand in the composer's menu, message ones in a message's."""

    callback_id: str
    name: str
    kind: Literal["global", "message"]


def nothing_due() -> Sequence[tuple[datetime, str]]:
    return ()


@dataclass
class Page:
    """What the page shows and acts on.

    `next_events` answers (aware instant, label) of what will happen; `first_channel` is the id of the channel
    that is open when the address names none.
    """

    slack: SlackWorld
    intercom: IntercomWorld
    clock: SandboxClock
    faults: FaultBoard
    commands: Sequence[SlashCommand] = ()
    shortcuts: Sequence[Shortcut] = ()
    next_events: NextEvents = nothing_due
    first_channel: str = ""
    hub: Hub = field(default_factory=Hub)
    troubles: TroubleSwitches = field(init=False)

    def __post_init__(self) -> None:
        self.troubles = TroubleSwitches(self.faults)
        self.slack.on_change(self._slack_changed)
        self.intercom.on_change(self._intercom_changed)
        self.clock.on_change(lambda: self.hub.publish({"kind": "clock"}))

    def _slack_changed(self, kind: str, detail: dict[str, Any]) -> None:
        known = ("channel", "ts", "thread_ts", "user", "view", "text")
        change = {key: str(detail[key]) for key in known if detail.get(key) is not None}
        if kind in ("message", "message_changed", "message_deleted"):
            # Such a change is everybody's business, whoever wrote it.
            change.pop("user", None)
        self.hub.publish({**change, "kind": kind})

    def _intercom_changed(self, kind: str, conversation_id: str) -> None:
        self.hub.publish({"kind": "intercom", "conversation": conversation_id})
