"""The scenario in two worlds, and a whole morning played on them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from truthful_bot import TruthfulBot

from sandbox.clock import SandboxClock
from sandbox.faults import FaultBoard
from sandbox.intercom.world import IntercomWorld
from sandbox.monday.check import Check, Report
from sandbox.monday.loader import load
from sandbox.monday.play import Player, put, slack_seed
from sandbox.monday.scenario import Monday
from sandbox.slack import SlackWorld


@dataclass
class Worlds:
    """The scenario in both services, 08:25, the clock standing still."""

    monday: Monday
    clock: SandboxClock
    slack: SlackWorld
    intercom: IntercomWorld
    player: Player


@dataclass
class Played:
    """A morning that is over: what the check found, and the check itself to compare again."""

    worlds: Worlds
    check: Check
    report: Report
    steps: list[float]


def made(monday: Monday) -> Worlds:
    clock, faults = SandboxClock(monday.start, speed=0.0), FaultBoard()
    slack = SlackWorld(clock, faults, base_url="http://127.0.0.1:1/slack", seed=slack_seed(monday))
    app = monday.intercom["app"]
    intercom = IntercomWorld(
        clock,
        faults,
        token=app["token"],
        client_secret=app["client_secret"],
        app_id=app["id_code"],
        base_url="http://127.0.0.1:1/intercom",
    )
    put(monday, slack, intercom)
    return Worlds(monday, clock, slack, intercom, Player(monday, intercom, clock))


def play(kind: type[TruthfulBot]) -> Played:
    async def whole() -> Played:
        worlds = made(load())
        bot = kind(worlds.monday, worlds.slack, worlds.intercom, worlds.clock, worlds.player)
        steps: list[float] = []
        check = Check(
            worlds.monday, worlds.slack, worlds.intercom, worlds.clock, bot.settle, player=worlds.player
        )
        report = await check.run(lambda label, share: steps.append(share))
        await bot.http.aclose()
        await worlds.slack.close()
        return Played(worlds, check, report, steps)

    return asyncio.run(whole())
