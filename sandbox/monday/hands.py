"""What reps do in Slack: slash commands, clicks on the bot's messages, modals, and what they read then.

A rep uses what stands there. Where an alert has lost its button since the rep looked, the button of before is
pressed, as happens to people; where there was none at all, the rep types the command.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox.monday.play import Player
from sandbox.monday.reading import Block, has_button, targets, words
from sandbox.monday.scenario import Event, Monday
from sandbox.monday.watch import Seen, Watch
from sandbox.slack import Outcome, Refused, SlackWorld, View
from sandbox.slack.elements import find

PATIENCE_S = 5.0
"""Real seconds that a person looks at a loading modal."""

Settle = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Did:
    """A deed and what came of it for the person.

    `told` is what they read afterwards, newest last: private messages, Slack's own complaints, a notice in a
    modal. `blocks` are those of the last private message. `trouble` says why it could not be done at all.
    """

    event: Event
    conversation: str | None
    told: tuple[str, ...]
    blocks: tuple[Block, ...]
    trouble: str | None = None


class Trouble(Exception):
    """The deed could not be done: the sentence says what stood in the way."""


class Hands:
    """Plays the reps' events, each to its end. `patience` is in real seconds."""

    def __init__(
        self,
        monday: Monday,
        slack: SlackWorld,
        watch: Watch,
        player: Player,
        settle: Settle,
        *,
        patience: float = PATIENCE_S,
    ) -> None:
        self._slack = slack
        self._people = slack.people
        self._watch = watch
        self._player = player
        self._settle = settle
        self._patience = patience
        self._alerts = next(one.id for one in monday.slack.channels if one.name == "support-alerts")
        self._changed = asyncio.Event()
        slack.on_change(lambda kind, detail: self._changed.set())

    async def do(self, event: Event) -> Did:
        """Do it, let the bot finish, and take down what the person was told."""
        who = event.who or ""
        private, toasts = len(self._watch.private(who)), len(self._people.toasts(who))
        conversation = self._player.id_of(event.conversation) if event.conversation else None
        trouble = None
        try:
            await self._act(event, who, conversation)
        except (Trouble, Refused) as stood_in_the_way:
            trouble = str(stood_in_the_way)
        await self._settle()
        told = self._watch.private(who)[private:]
        notices = await self._put_away(who)
        said = [words(one.last.blocks, one.last.text) for one in told]
        return Did(
            event,
            _taken(told) if event.do == "claim_next" else conversation,
            (*said, *notices, *self._people.toasts(who)[toasts:]),
            tuple(told[-1].last.blocks) if told else (),
            trouble,
        )

    async def ask_why(self, who: str, conversation: str) -> tuple[list[Block], str]:
        """The blocks of the "why" modal for a conversation, or none and what was said instead."""
        before = len(self._watch.private(who))
        try:
            await self._type(who, f"/watchbell why {conversation}")
        except Trouble as trouble:
            return [], str(trouble)
        stack = self._people.open_views(who)
        if not stack:
            told = self._watch.private(who)[before:]
            return [], "\n".join(words(one.last.blocks, one.last.text) for one in told)
        blocks = stack[-1].blocks
        await self._put_away(who)
        return blocks, ""

    async def ask_risk(self, who: str, account: str, name: str) -> str:
        """What is said of an account's risk: its page, and behind "Why this risk?" what it comes from."""
        before = len(self._watch.private(who))
        try:
            await self._type(who, f"/account {name}")
            told = self._watch.private(who)[before:]
            if told and has_button(told[-1].last.blocks, "why_risk", account):
                choice, page = f"why_risk:{account}", told[-1]
                _must(await self._people.click(who, page.channel, page.ts, "wb:more", selected_option=choice))
        except Trouble as trouble:
            return str(trouble)
        behind = await self._put_away(who)
        return "\n".join([*(words(one.last.blocks) for one in told), *behind])

    async def _act(self, event: Event, who: str, conversation: str | None) -> None:
        match event.do:
            case "link":
                await self._type(who, "/watchbell link")
                await self._press_private(who, "link")
            case "claim_next":
                await self._type(who, "/claim next")
            case "inbox" | "atrisk":
                await self._type(who, f"/{event.do}")
            case "account":
                await self._type(who, f"/account {event.query}")
            case _ if conversation is None:
                raise Trouble("The conversation has not begun.")
            case "claim":
                await self._press(who, conversation, "claim")
            case "answer" | "note":
                await self._press(who, conversation, "answer")
                await self._write(event, who)
            case "snooze":
                await self._press(who, conversation, f"snooze{event.minutes}")
            case "why":
                await self._press(who, conversation, "why")
            case _:
                raise Trouble(f"Nobody does {event.do} in Slack.")

    # -- commands and buttons

    async def _type(self, who: str, line: str) -> None:
        _must(await self._people.slash(who, self._alerts, line))

    async def _press(self, who: str, conversation: str, verb: str) -> None:
        """Press the alert's button or menu entry; failing that, type the command of that name."""
        for seen in reversed(self._watch.messages(self._alerts)):
            for shot in reversed(seen.shots):
                if seen.is_top and has_button(shot.blocks, verb, conversation):
                    await self._click(who, seen, shot.blocks, verb, conversation)
                    return
        if verb not in ("claim", "answer"):
            raise Trouble(f"No alert of the conversation offers “{verb}”.")
        await self._type(who, f"/{verb} {conversation}")

    async def _click(self, who: str, seen: Seen, blocks: list[Block], verb: str, target: str) -> None:
        message = self._slack.message(seen.channel, seen.ts)
        if message is None:
            raise Trouble("The alert is gone.")
        as_seen = dataclasses.replace(message, blocks=blocks)
        action, option = f"wb:{verb}", None
        if find(blocks, action) is None:
            action, option = "wb:more", f"{verb}:{target}"
        _must(
            await self._people.click(who, seen.channel, seen.ts, action, selected_option=option, seen=as_seen)
        )

    async def _press_private(self, who: str, verb: str) -> None:
        """Press a button of the last thing that only this person was told, if it has it."""
        told = self._watch.private(who)
        if told and any(each == verb for each, _ in targets(told[-1].last.blocks)):
            last = told[-1]
            _must(await self._people.click(who, last.channel, last.ts, f"wb:{verb}"))

    # -- the answer modal

    async def _write(self, event: Event, who: str) -> None:
        view = await self._filled(who)
        mode = "note" if event.do == "note" else "reply"
        value = _typed(view, event.text or "")
        offered = find(view.blocks, "wb:mode")
        options = offered[1].get("options", []) if offered else []
        if mode not in [option.get("value") for option in options]:
            raise Trouble(f"The modal offers no {mode}: {words(view.blocks[:2])}")
        if view.state["mode"]["wb:mode"]["selected_option"]["value"] != mode:
            _must(await self._people.click_view(who, view.id, "wb:mode", selected_option=mode))
        await self._submit(who, view, {"text": {"wb:text": value}})
        for left in self._people.open_views(who):
            # Asked again, because something happened meanwhile: the rep has read it and sends.
            if left.id == view.id and left.submit is not None:
                await self._submit(who, left, {"text": {"wb:text": value}})

    async def _submit(self, who: str, view: View, values: dict[str, Any]) -> None:
        outcome = await self._people.submit(who, view.id, values)
        if outcome.error == "validation":
            raise Trouble("; ".join(view.errors.values()))
        _must(outcome)

    async def _filled(self, who: str) -> View:
        """The modal on top, once it can be submitted."""
        try:
            async with asyncio.timeout(self._patience):
                while True:
                    self._changed.clear()
                    stack = self._people.open_views(who)
                    if not stack:
                        raise Trouble("No modal opened.")
                    if stack[-1].submit is not None:
                        return stack[-1]
                    if ":warning:" in words(stack[-1].blocks):
                        raise Trouble(words(stack[-1].blocks))
                    await self._changed.wait()
        except TimeoutError:
            raise Trouble(f"The modal was still loading after {self._patience:g} s.") from None

    async def _put_away(self, who: str) -> list[str]:
        """Close what is open; the words of it."""
        said = [words(view.blocks) for view in self._people.open_views(who)]
        for view in self._people.open_views(who)[:1]:
            await self._people.close(who, view.id, everything=True)
        return said


def _typed(view: View, text: str) -> dict[str, Any]:
    """The state of the modal's text field after typing, as Slack's editor leaves it."""
    found = find(view.blocks, "wb:text")
    if found is None:
        raise Trouble("The modal has no field to write in.")
    if found[1]["type"] == "plain_text_input":
        return {"type": "plain_text_input", "value": text}
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text_input", "rich_text_value": {"type": "rich_text", "elements": [line]}}


def _taken(told: list[Seen]) -> str | None:
    """Which conversation the answer to `/claim next` offers to answer or release."""
    offered = (target for one in told for verb, target in targets(one.last.blocks) if verb == "release")
    return next(offered, None)


def _must(outcome: Outcome) -> None:
    """Slack itself complained: the person saw it, and so must the report."""
    if not outcome.ok:
        raise Trouble(f"Slack says {outcome.error}.")
