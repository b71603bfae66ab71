"""A doctor who is called to a house: the real checks, with the environment that the house's bot has."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from harness import House
from rich.console import Console
from signing import INTERCOM_TOKEN, SEED

from bot.clock import SystemClock
from bot.doctor import examine

COLUMN = 21
"""Characters of a check's name in the table."""


class ShiftedClock:
    """Business time of the house, this machine's clock moved by `ahead`."""

    def __init__(self, house: House, ahead: timedelta) -> None:
        self._house = house
        self._ahead = ahead

    def now(self) -> datetime:
        return self._house.clock.now()

    def machine(self) -> datetime:
        return SystemClock().machine() + self._ahead


@dataclass
class Visit:
    """What the doctor said, and the code he went with."""

    code: int
    text: str
    findings: list[dict[str, str]] = field(default_factory=list)

    def of(self, check: str, about: str = "") -> dict[str, str]:
        found = [each for each in self.findings if (each["check"], each["about"]) == (check, about)]
        assert len(found) == 1, [(each["check"], each["about"]) for each in self.findings]
        return found[0]

    @property
    def failing(self) -> list[str]:
        failing = [each for each in self.findings if each["state"] == "fails"]
        return [f"{each['check']} {each['about']}".rstrip() for each in failing]


@dataclass
class Doctor:
    """Visits a house with the environment that its bot has; `changes` of None take a variable out."""

    house: House
    folder: Path
    shown: list[str] = field(default_factory=list)

    def environment(self, **changes: str | None) -> dict[str, str]:
        usual: dict[str, str | None] = {
            "SLACK_BOT_TOKEN": SEED.bot_token,
            "SLACK_APP_TOKEN": SEED.app_token,
            "INTERCOM_TOKEN": INTERCOM_TOKEN,
            "DATABASE_URL": self.house.database,
            "WATCHBELL_CONFIG": str(self.house.folder / "watchbell.toml"),
            "SLACK_API_URL": f"{self.house.server.url}/slack/api/",
            "INTERCOM_API_URL": f"{self.house.server.url}/intercom",
        }
        return {name: value for name, value in {**usual, **changes}.items() if value is not None}

    async def visits(self, ahead: timedelta = timedelta(0), **changes: str | None) -> Visit:
        stream = io.StringIO()
        code = await examine(
            self.environment(**changes),
            as_json=True,
            dotenv=self.folder / "no.env",
            clock=ShiftedClock(self.house, ahead),
            console=Console(file=stream),
        )
        self.shown.append(stream.getvalue())
        told: dict[str, Any] = json.loads(stream.getvalue())
        wide = [each["check"] for each in told["findings"] if len(each["check"]) > COLUMN]
        assert not wide, "the column of checks has no room for this"
        return Visit(code, stream.getvalue(), told["findings"])

    async def speaks(self, **changes: str | None) -> Visit:
        """The same as a terminal shows it."""
        stream = io.StringIO()
        code = await examine(
            self.environment(**changes),
            as_json=False,
            dotenv=self.folder / "no.env",
            clock=ShiftedClock(self.house, timedelta(0)),
            console=Console(file=stream, width=80),
        )
        self.shown.append(stream.getvalue())
        return Visit(code, stream.getvalue())
