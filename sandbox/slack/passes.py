"""Short-lived passes Slack hands to the app: trigger ids and response URLs."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from sandbox.slack.model import SlackError, Timing


@dataclass
class Trigger:
    id: str
    user: str
    born: float
    used: bool = False


class Triggers:
    """Trigger ids: `ttl` seconds of real time, good for one view."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._triggers: dict[str, Trigger] = {}

    def mint(self, user: str) -> str:
        name = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[name] = Trigger(name, user, time.monotonic())
        self._forget()
        return name

    def spend(self, name: object) -> str:
        """The person the trigger came from. Raises SlackError invalid_, expired_ or exchanged_trigger_id."""
        trigger = self._triggers.get(name) if isinstance(name, str) else None
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.born > self._timing.trigger_ttl_s:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def expire_all(self) -> None:
        """Make every trigger that is out expired."""
        for trigger in self._triggers.values():
            trigger.born = float("-inf")

    def _forget(self) -> None:
        while len(self._triggers) > 10_000:
            self._triggers.pop(next(iter(self._triggers)))


@dataclass
class ResponsePass:
    """Where a response URL leads: the channel and person of the gesture, and the message it came from."""

    id: str
    channel: str
    user: str
    source_ts: str | None
    thread_ts: str | None
    born: float = field(default_factory=time.monotonic)
    uses: int = 0


class ResponseUrls:
    """Response URLs: five uses in thirty minutes of real time."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._passes: dict[str, ResponsePass] = {}

    def mint(
        self, channel: str, user: str, *, source_ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        """The last part of a new response URL."""
        entry = ResponsePass(secrets.token_hex(12), channel, user, source_ts, thread_ts)
        self._passes[entry.id] = entry
        return entry.id

    def use(self, name: str) -> ResponsePass:
        """Count one use. Raises SlackError invalid_url, expired_url or used_url."""
        entry = self._passes.get(name)
        if entry is None:
            raise SlackError("invalid_url")
        if time.monotonic() - entry.born > self._timing.response_url_ttl_s:
            raise SlackError("expired_url")
        if entry.uses >= self._timing.response_url_uses:
            raise SlackError("used_url")
        entry.uses += 1
        return entry

    def expire_all(self) -> None:
        for entry in self._passes.values():
            entry.born = float("-inf")
