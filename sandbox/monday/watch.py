"""Looking on: every message of the bot, as it was when it appeared and after each change.

An alert's message says "in 14 min" at one time and "answered" at another; what matters is when. The clock is
the sandbox's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sandbox.clock import SandboxClock
from sandbox.monday.reading import Block, texts
from sandbox.slack import Message, SlackWorld, View

_TOKEN = re.compile(r"<([^<>]*)>")
_RINGS = re.compile(r"^!(?:channel|here|everyone|subteam\^)")
_USER = re.compile(r"^@([UW][A-Z0-9]+)")
_LINK = re.compile(r"^(https?://[^|]+)")


@dataclass(frozen=True, slots=True)
class Shot:
    """A message at one time. `gone` tells that it was deleted then."""

    at: datetime
    text: str
    blocks: list[Block]
    gone: bool = False


@dataclass(slots=True)
class Seen:
    """One message of the bot with all its states, the latest last."""

    channel: str
    ts: str
    thread_ts: str | None
    to: str | None
    shots: list[Shot] = field(default_factory=list)

    @property
    def first(self) -> Shot:
        return self.shots[0]

    @property
    def last(self) -> Shot:
        return self.shots[-1]

    @property
    def is_top(self) -> bool:
        """In the channel itself and for everybody, neither in a thread nor for one person."""
        return self.to is None and (self.thread_ts is None or self.thread_ts == self.ts)


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something of the bot's that would ring people or lead away; `where` names the place."""

    where: str
    what: str


class Watch:
    """Takes down what the bot shows, from now on. `safe_hosts` are the addresses its links may lead to."""

    def __init__(self, slack: SlackWorld, clock: SandboxClock, safe_hosts: Sequence[str]) -> None:
        self._slack = slack
        self._clock = clock
        self._safe = frozenset(safe_hosts)
        self._seen: dict[tuple[str, str], Seen] = {}
        self.hazards: dict[Hazard, None] = {}
        slack.on_change(self._changed)

    def messages(self, channel: str) -> list[Seen]:
        """The bot's messages in a channel for everybody, threads' replies too, in order of appearance."""
        return [one for one in self._seen.values() if one.channel == channel and one.to is None]

    def private(self, user: str) -> list[Seen]:
        """What only this person was told: ephemeral messages, and those of the direct conversation."""
        return [
            one
            for one in self._seen.values()
            if one.to == user or self._slack.channels[one.channel].user == user
        ]

    def channels(self) -> set[str]:
        """Where the bot has written anything at all."""
        return {one.channel for one in self._seen.values()}

    def everything(self) -> Iterator[Seen]:
        return iter(self._seen.values())

    def _changed(self, kind: str, detail: dict[str, Any]) -> None:
        if kind in ("message", "message_changed", "ephemeral"):
            message = self._slack.message(detail["channel"], detail["ts"])
            if message is not None and message.bot_id is not None:
                self._take(message)
        elif kind == "message_deleted":
            seen = self._seen.get((detail["channel"], detail["ts"]))
            if seen is not None:
                seen.shots.append(Shot(self._clock.now(), "", [], gone=True))
        elif kind in ("view_opened", "view_updated", "home_published"):
            view = self._slack.views.find(detail["view"])
            if view is not None:
                self._check_view(view)

    def _take(self, message: Message) -> None:
        key = (message.channel, message.ts)
        seen = self._seen.get(key)
        if seen is None:
            seen = Seen(message.channel, message.ts, message.thread_ts, message.ephemeral_to)
            self._seen[key] = seen
        seen.thread_ts = message.thread_ts
        seen.shots.append(Shot(self._clock.now(), message.text, list(message.blocks)))
        channel = self._slack.channels[message.channel]
        where = f"#{channel.name}" if channel.name else "a direct message"
        self._judge(where, message.blocks, message.text)

    def _check_view(self, view: View) -> None:
        title = str((view.title or {}).get("text", "Home"))
        self._judge(f"the view “{title}”", view.blocks, "")

    def _judge(self, where: str, blocks: Sequence[Block], text: str) -> None:
        marked = [said for kind, said in texts(blocks) if kind == "mrkdwn"]
        for said in [*marked, text]:
            for token in _TOKEN.findall(said):
                self._judge_token(where, token)
        for element in _elements(list(blocks)):
            kind = element.get("type")
            if kind in ("broadcast", "usergroup"):
                self._add(where, f"a mention of {element.get('range') or element.get('usergroup_id')}")
            elif kind == "user":
                self._judge_token(where, f"@{element.get('user_id')}")
            elif kind == "link" or "url" in element:
                self._judge_token(where, str(element.get("url")))

    def _judge_token(self, where: str, token: str) -> None:
        if _RINGS.match(token):
            self._add(where, f"<{token}> rings many")
        elif person := _USER.match(token):
            user = self._slack.users.get(person[1])
            if user is None or user.is_stranger or user.is_restricted:
                self._add(where, f"<{token}> rings somebody from outside")
        elif link := _LINK.match(token):
            host = urlsplit(link[1]).hostname or ""
            if host not in self._safe:
                self._add(where, f"a live link to {host}")

    def _add(self, where: str, what: str) -> None:
        self.hazards[Hazard(where, what)] = None


def _elements(node: Any) -> Iterator[Block]:
    """Every object in the blocks that has a type."""
    if isinstance(node, list):
        for each in node:
            yield from _elements(each)
    elif isinstance(node, dict):
        if "type" in node:
            yield node
        for value in node.values():
            yield from _elements(value)
