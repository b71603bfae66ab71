"""What was seen during the morning, and the names to tell it by."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.intercom.world import IntercomWorld
from sandbox.monday.hands import Did
from sandbox.monday.play import Player
from sandbox.monday.reading import AlertSeen, WhyGiven, alert, near
from sandbox.monday.report import Findings
from sandbox.monday.scenario import Monday
from sandbox.monday.watch import Seen, Watch

NOTHING = "nothing"
_TAGS = re.compile(r"<[^>]+>")
_BREAKS = re.compile(r"<br\s*/?>|</p>|</div>|</li>|\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """What the bot said when asked why a reply is due, and the conversation's state in Intercom then."""

    given: WhyGiven
    said: str
    state: str


@dataclass(frozen=True, slots=True)
class Written:
    """Words of a teammate in Intercom since the start. `note` ones the customer cannot read."""

    conversation: str
    admin: str
    text: str
    at: datetime
    note: bool


@dataclass(frozen=True, slots=True)
class AlertStory:
    """One alert message: which conversation it is about, and how it read at each time."""

    conversation: str
    seen: Seen
    steps: tuple[tuple[datetime, AlertSeen], ...]

    def first(self, *states: str) -> tuple[datetime, AlertSeen] | None:
        """The first time that it read like that."""
        return next((step for step in self.steps if step[1].state in states), None)

    @property
    def last(self) -> AlertSeen:
        return self.steps[-1][1]


@dataclass
class Evidence:
    """Filled while the morning is played. `holders`: event → (assignee before, after, shown on the alert)."""

    monday: Monday
    intercom: IntercomWorld
    watch: Watch
    player: Player
    did: dict[str, Did] = field(default_factory=dict)
    holders: dict[str, tuple[str | None, str | None, str | None]] = field(default_factory=dict)
    at_start: dict[str, Look] = field(default_factory=dict)
    at_summary: dict[str, Look] = field(default_factory=dict)
    risk_told: dict[str, str] = field(default_factory=dict)
    """By account without usage data: what is said of its risk when the summary is posted."""
    asked_of_alerts: dict[str, WhyGiven] = field(default_factory=dict)
    """By the alert message's ts: why it rings, asked when it appeared."""
    _read: dict[tuple[str, int], AlertSeen] = field(default_factory=dict)

    # -- what stands where

    def channel(self, name: str) -> str:
        return next(one.id for one in self.monday.slack.channels if one.name == name)

    def alerts(self) -> list[AlertStory]:
        """Every alert message, in order of appearance. One whose conversation cannot be told is `?`."""
        stories = []
        for seen in self.watch.messages(self.channel("support-alerts")):
            if not seen.is_top:
                continue
            steps = tuple(self._steps(seen))
            if not any(step.state for _, step in steps):
                continue
            named = (step.conversation for _, step in steps if step.conversation)
            stories.append(AlertStory(next(named, "?"), seen, steps))
        return stories

    def _steps(self, seen: Seen) -> Iterator[tuple[datetime, AlertSeen]]:
        for number, shot in enumerate(seen.shots):
            if not shot.gone:
                if (seen.ts, number) not in self._read:
                    self._read[seen.ts, number] = alert(shot.blocks, shot.at, self.monday.zone)
                yield shot.at, self._read[seen.ts, number]

    def written(self) -> list[Written]:
        """What teammates wrote in Intercom since the start, in order."""
        found = []
        for row in self.intercom.conversations():
            parts = self.intercom.conversation(row["id"])["conversation_parts"]["conversation_parts"]
            for part in parts:
                at = datetime.fromtimestamp(part["created_at"], self.monday.start.tzinfo)
                if part["author"]["type"] == "admin" and part["body"] and at >= self.monday.start:
                    note = part["part_type"] == "note"
                    admin = str(part["author"]["id"])
                    found.append(Written(row["id"], admin, plain(part["body"]), at, note))
        return sorted(found, key=lambda one: one.at)

    def holder(self, conversation: str | None) -> str | None:
        """The admin whom Intercom has the conversation assigned to."""
        if conversation is None:
            return None
        assignee = self.intercom.conversation(conversation)["admin_assignee_id"]
        return None if assignee is None else str(assignee)

    def shown_holder(self, conversation: str | None) -> str | None:
        """Who has claimed it, as its newest alert says now."""
        told = [story.last.owner for story in self.alerts() if story.conversation == conversation]
        return told[-1] if told else None

    # -- names

    def id_of(self, conversation: str) -> str:
        """Intercom's id for a name of the truth; the name itself while it has none."""
        return self.player.id_of(conversation) or conversation

    def label(self, conversation: str | None) -> str:
        """How the scenario calls a conversation."""
        for name, id_ in self.player.names.items():
            if id_ == conversation:
                return name
        for raw in self.monday.intercom["conversations"]:
            if raw["id"] == conversation:
                return str(raw["story"])
        return conversation or "no conversation"

    def labels(self, conversations: Iterable[str]) -> str:
        return ", ".join(sorted(self.label(self.id_of(one)) for one in conversations)) or NOTHING

    def admin(self, id_: str | None) -> str:
        found = (one["name"] for one in self.monday.intercom["admins"] if one["id"] == id_)
        return next(found, id_ or "nobody")

    def name_of(self, said: str) -> str:
        """The name of the admin who is called by name or by address; what was said where nobody is."""
        found = (one["name"] for one in self.monday.intercom["admins"] if said in (one["name"], one["email"]))
        return next(found, said)

    def person(self, id_: str | None) -> str:
        return next((one.real_name for one in self.monday.slack.people if one.id == id_), id_ or "nobody")

    def account(self, id_: str | None) -> str:
        found = (one["name"] for one in self.monday.intercom["companies"] if one["id"] == id_)
        return next(found, id_ or "no account")

    def time(self, at: datetime | None) -> str:
        """`08:30`, with the day where it is not this Monday."""
        if at is None:
            return "never"
        local = at.astimezone(self.monday.zone)
        today = self.monday.start.astimezone(self.monday.zone).date()
        return f"{local:%H:%M}" if local.date() == today else f"{local:%a} {local.day} {local:%b %H:%M}"

    def compare_times(
        self,
        findings: Findings,
        section: str,
        subject: str,
        expected: datetime | None,
        found: datetime | None,
    ) -> None:
        """Compare two instants within the truth's tolerance."""
        same = near(expected, found, self.monday.truth.tolerance)
        findings.hold(section, subject, same, self.time(expected), self.time(found))


def plain(body: str) -> str:
    """The words of an HTML body, a line for each paragraph and break."""
    return same_words(html.unescape(_TAGS.sub("", _BREAKS.sub("\n", body))))


def same_words(text: str) -> str:
    """A text without what HTML does not keep: empty lines, and space at the ends of lines."""
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def one_line(text: str, limit: int = 160) -> str:
    """A text for a report."""
    joined = " / ".join(line.strip() for line in text.split("\n") if line.strip())
    return joined if len(joined) <= limit else joined[: limit - 1] + "…"


def unescaped(mrkdwn: Any) -> str:
    return html.unescape(str(mrkdwn))
