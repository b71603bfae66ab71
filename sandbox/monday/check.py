"""The whole morning in compressed time: play everything, look on, compare with the truth.

The sandbox clock stands still but for our own steps of one minute, and the bot finishes everything that is
due at each of them; so every time that is seen is exact to the minute.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sandbox.clock import SandboxClock
from sandbox.intercom.world import IntercomWorld
from sandbox.monday.compare import compare
from sandbox.monday.evidence import Evidence, Look
from sandbox.monday.hands import Hands
from sandbox.monday.play import Player
from sandbox.monday.reading import why
from sandbox.monday.report import Difference, Report
from sandbox.monday.scenario import Event, Monday
from sandbox.monday.watch import Watch
from sandbox.slack import SlackWorld

__all__ = ["Check", "Difference", "Report"]

STEP = timedelta(minutes=1)


class Check:
    """Plays the morning on worlds that hold the scenario (`play.put`), with a bot that is connected to them.

    `settle` returns when the bot has nothing due at the present sandbox time. The bot must not act by itself
    in between, or the minutes at which things are seen would be chance. `evidence` is what was seen so far.
    """

    def __init__(
        self,
        monday: Monday,
        slack: SlackWorld,
        intercom: IntercomWorld,
        clock: SandboxClock,
        settle: Callable[[], Awaitable[None]],
        *,
        player: Player,
    ) -> None:
        self._monday = monday
        self._slack = slack
        self._intercom = intercom
        self._clock = clock
        self._settle = settle
        self._player = player
        self._watch = Watch(slack, clock, ("app.intercom.com", f"{slack.seed.team_domain}.slack.com"))
        self._hands = Hands(monday, slack, self._watch, player, settle)
        self.evidence = Evidence(monday, intercom, self._watch, player)
        # Somebody who may only read: asking changes nothing.
        self._reader = next(one.id for one in monday.slack.people if one.name == "lena")

    async def run(self, progress: Callable[[str, float], None] | None = None) -> Report:
        """Play from `monday.start` to `monday.end` and compare; `progress(what, share of the morning)`."""
        began, monday = time.monotonic(), self._monday
        self._clock.set_speed(0)
        reps = [event for event in monday.script.events if event.actor == "rep"]
        now, length = monday.start, monday.end - monday.start
        while now <= monday.end:
            self._clock.jump_to(now)
            await self._settle()
            await self._look(now)
            happened = [event.label for event in self._player.play_due()]
            if happened:
                await self._settle()
            while reps and reps[0].at <= now:
                happened.append(reps[0].label)
                await self._do(reps.pop(0))
            if progress is not None:
                progress(happened[-1] if happened else "", (now - monday.start) / length)
            now += STEP
        return compare(self.evidence).report(monday.start, monday.end, time.monotonic() - began)

    async def _do(self, event: Event) -> None:
        evidence = self.evidence
        named = self._player.id_of(event.conversation) if event.conversation else None
        before = evidence.holder(named)
        did = await self._hands.do(event)
        evidence.did[event.id] = did
        after, shown = evidence.holder(did.conversation), evidence.shown_holder(did.conversation)
        evidence.holders[event.id] = (before, after, shown)

    async def _look(self, now: datetime) -> None:
        """Ask why, for every new alert, and for all conversations at the start and for the summary."""
        if now == self._monday.start:
            self.evidence.at_start = await self._ask_all()
        if now == self._monday.truth.monday.at:
            self.evidence.at_summary = await self._ask_all()
            for one in self._monday.truth.monday.usage_not_known:
                told = await self._hands.ask_risk(self._reader, one.account, one.name)
                self.evidence.risk_told[one.account] = told
        asked = self.evidence.asked_of_alerts
        for story in self.evidence.alerts():
            if story.seen.ts not in asked and story.conversation != "?":
                blocks, _ = await self._hands.ask_why(self._reader, story.conversation)
                asked[story.seen.ts] = why(blocks)

    async def _ask_all(self) -> dict[str, Look]:
        looks = {}
        for row in self._intercom.conversations():
            if row["state"] != "closed":
                blocks, said = await self._hands.ask_why(self._reader, row["id"])
                looks[row["id"]] = Look(why(blocks), said, row["state"])
        return looks
