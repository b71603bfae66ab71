"""Fixtures of the command: a Monday's Slack and Intercom, and the environment that names them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starting import Surroundings

from sandbox.clock import SandboxClock
from sandbox.faults import FaultBoard
from sandbox.intercom import IntercomWorld
from sandbox.monday import play
from sandbox.monday.loader import load
from sandbox.page.page import Page
from sandbox.server import SandboxServer
from sandbox.slack.world import SlackWorld

EXAMPLE = Path(__file__).resolve().parents[2] / "watchbell.toml"


@pytest.fixture
async def surroundings(tmp_path: Path) -> AsyncIterator[Surroundings]:
    monday = load()
    clock, faults = SandboxClock(monday.start, speed=0), FaultBoard()
    server = SandboxServer(0)
    slack = SlackWorld(clock, faults, base_url=f"{server.url}/slack", seed=play.slack_seed(monday))
    told = monday.intercom["app"]
    intercom = IntercomWorld(
        clock,
        faults,
        token=told["token"],
        client_secret=told["client_secret"],
        app_id=told["id_code"],
        base_url=f"{server.url}/intercom",
    )
    play.put(monday, slack, intercom)
    await server.start(Page(slack, intercom, clock, faults))
    (tmp_path / "watchbell.toml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "COLUMNS": "400",
        "SLACK_BOT_TOKEN": slack.seed.bot_token,
        "SLACK_APP_TOKEN": slack.seed.app_token or "",
        "INTERCOM_TOKEN": told["token"],
        "SLACK_API_URL": f"{server.url}/slack/api/",
        "INTERCOM_API_URL": f"{server.url}/intercom",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
    }
    try:
        yield Surroundings(environment, slack, faults)
    finally:
        await server.stop()


@pytest.fixture
def environment(surroundings: Surroundings) -> dict[str, str]:
    return surroundings.environment
