"""Putting the scenario into the two worlds, and letting the world's part of the script happen.

What customers do, and what teammates do in Intercom itself, happens when the sandbox clock reaches it. What
reps do through Slack is in `hands`.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.intercom.world import IntercomWorld
from sandbox.monday.scenario import Event, Monday
from sandbox.slack import Channel, SlackSeed, SlackWorld, User, UserGroup

_LOOK_S = 0.25
"""Real seconds between two looks at the clock when it may have been moved without notice."""


def slack_seed(monday: Monday) -> SlackSeed:
    """The workspace and the app of the scenario, for building its SlackWorld."""
    return SlackSeed(**monday.slack.seed)


def put(monday: Monday, slack: SlackWorld, intercom: IntercomWorld) -> None:
    """Fill both worlds with what is there when the morning begins. The app hears nothing of it."""
    cast = monday.slack
    for person in cast.people:
        slack.add_user(
            User(
                person.id,
                person.name,
                person.real_name,
                person.email,
                person.tz,
                title=person.title,
                is_admin=person.is_admin,
                is_restricted=person.is_restricted,
                is_stranger=person.is_stranger,
                team_id=person.team_id,
            )
        )
    for channel in cast.channels:
        slack.add_channel(
            Channel(
                channel.id,
                channel.name,
                set(channel.members),
                topic=channel.topic,
                is_archived=channel.is_archived,
                is_ext_shared=channel.is_ext_shared,
                shared_team_ids=channel.shared_team_ids,
            )
        )
    for group in cast.usergroups:
        slack.add_usergroup(UserGroup(group.id, group.handle, group.name, group.members))
    for said in cast.messages:
        slack.post(said.channel, user=said.who, text=said.text, at=said.at, silent=True)
    intercom.load(monday.intercom)


class Player:
    """Plays the world's events of the script, each once and in order.

    `names` maps `@name` to the id of the conversation that the event creating that name has begun.
    """

    def __init__(self, monday: Monday, intercom: IntercomWorld, clock: SandboxClock) -> None:
        self._monday = monday
        self._intercom = intercom
        self._clock = clock
        self._waiting = list(monday.script.of_the_world())
        self.names: dict[str, str] = {}

    def remembered(self) -> dict[str, Any]:
        """What must outlive the process; `recall` takes it back."""
        return {"names": self.names, "waiting": [event.id for event in self._waiting]}

    def recall(self, told: dict[str, Any]) -> None:
        self.names = told["names"]
        self._waiting = [event for event in self._waiting if event.id in told["waiting"]]

    def id_of(self, conversation: str) -> str | None:
        """Intercom's id of a conversation of the script; None for one that has not begun."""
        return self.names.get(conversation) if conversation.startswith("@") else conversation

    def next_events(self) -> list[tuple[datetime, str]]:
        """What is still to come, in order: (instant, label), the Monday summary among it.

        An event that would not happen as things stand (`only_if`) is left out.
        """
        now = self._clock.now()
        coming = [(event.at, event.label) for event in self._waiting if event.at > now and self._holds(event)]
        if (summary := self._monday.truth.monday.at) > now:
            coming.append((summary, "The Monday summary"))
        return sorted(coming, key=lambda one: one[0])

    def play_due(self) -> list[Event]:
        """Let happen what the clock has reached; the events that did happen."""
        played = []
        while self._waiting and self._waiting[0].at <= self._clock.now():
            event = self._waiting.pop(0)
            if self._holds(event):
                self._happen(event)
                played.append(event)
        return played

    async def run(self) -> None:
        """Play each event when the sandbox clock reaches it, also by a jump, until none is left."""
        moved = asyncio.Event()
        self._clock.on_change(moved.set)
        while self._waiting:
            self.play_due()
            moved.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await moved.wait()

    def _holds(self, event: Event) -> bool:
        """Whether the event makes sense now: on the page nobody knows what the reps will have done."""
        if event.conversation is None:
            return True
        id_ = self.id_of(event.conversation)
        found = self._intercom.workspace.conversations.get(id_ or "")
        if found is None:
            return False
        if event.do == "admin_closes_in_intercom":
            return found.state != "closed"
        waits = found.waiting_from is not None and found.state != "closed"
        return event.only_if is None or waits == (event.only_if == "waiting")

    def _happen(self, event: Event) -> None:
        world, who, text = self._intercom, event.who or "", event.text or ""
        conversation = self.id_of(event.conversation or "") or ""
        match event.do:
            case "customer_starts":
                begun = world.customer_starts(who, event.channel or "conversation", text)
                self.names[f"@{event.creates}"] = str(begun["id"])
            case "customer_writes":
                world.customer_writes(conversation, text, contact_id=who)
            case "admin_replies_in_intercom":
                world.admin_replies(conversation, who, text)
            case "admin_assigns_in_intercom":
                world.admin_assigns(conversation, who, event.to)
            case "admin_closes_in_intercom":
                world.closes(conversation, who)
            case "snooze_ends":
                world.wake()
            case _:
                raise ValueError(f"{event.id}: {event.do} is not done by the world")
