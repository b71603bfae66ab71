"""Somebody at their Slack: what they type, press and enter, and what they were told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from on_the_screen import option, pressable, rich, words
from small_office import ADMINS, CHANNELS

from sandbox.slack.model import Message, Outcome, View

if TYPE_CHECKING:
    from harness import House


@dataclass(repr=False)
class Person:
    """Somebody at their Slack. `channel` is where they type."""

    house: House
    id: str
    channel: str = CHANNELS["alerts"]

    @property
    def admin(self) -> str:
        return ADMINS[self.id]

    async def types(self, line: str, channel: str | None = None) -> Outcome:
        return await self.house.slack.people.slash(self.id, channel or self.channel, line)

    async def presses(self, message: Message, verb: str, **more: Any) -> Outcome:
        """A button by its verb, or an entry of the message's overflow by its verb."""
        action, chosen = pressable(message.blocks, verb)
        return await self.house.slack.people.click(
            self.id, message.channel, message.ts, action, selected_option=chosen, **more
        )

    async def presses_in(self, view: View, verb: str, **more: Any) -> Outcome:
        action, chosen = pressable(view.blocks, verb)
        return await self.house.slack.people.click_view(
            self.id, view.id, action, selected_option=more.pop("selected_option", chosen), **more
        )

    async def submits(self, values: Mapping[str, Any] | None = None, view: View | None = None) -> Outcome:
        """Press the submit button of the topmost modal with `values` by block."""
        top = view or self.view
        typed = {block: {f"wb:{block}": value} for block, value in (values or {}).items()}
        return await self.house.slack.people.submit(self.id, top.id, typed)

    @property
    def views(self) -> list[View]:
        return self.house.slack.people.open_views(self.id)

    @property
    def view(self) -> View:
        """The modal on top."""
        assert self.views, f"{self.id} has no modal open"
        return self.views[-1]

    @property
    def home(self) -> View:
        view = self.house.slack.people.home(self.id)
        assert view is not None, f"{self.id} has no App Home"
        return view

    def told(self) -> list[Message]:
        """What the bot told this person alone, in the order in which it did."""
        return [message for message in self.house.whispers if message.ephemeral_to == self.id]

    @property
    def last(self) -> Message:
        """What the bot told this person last."""
        assert self.told(), f"{self.id} was told nothing"
        return self.told()[-1]

    @property
    def heard(self) -> str:
        """The words of what the bot told this person last."""
        return words(self.last.blocks) or self.last.text

    async def opens_answer(self, conversation_id: str) -> View:
        """The filled answer modal of a conversation."""
        outcome = await self.types(f"/answer {conversation_id}")
        assert outcome.ok, outcome
        await self.house.bot.front.finish()
        return self.view

    async def chooses(self, mode: str) -> Outcome:
        """Reply or note, in the answer modal on top."""
        chosen = option(self.view, "mode", mode)["selected_option"]["value"]
        return await self.presses_in(self.view, "mode", selected_option=chosen)

    async def answers(self, conversation_id: str, text: str, **more: Any) -> Outcome:
        """The modal opened, the words written, submitted."""
        await self.opens_answer(conversation_id)
        return await self.submits({"text": rich(text), **more})
