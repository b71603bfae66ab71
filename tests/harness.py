"""The bot as its users meet it: the real application against the local Slack and Intercom, on one database.

Nothing of the bot is replaced. Time stands still until a test moves it, `settle` does whatever is due, and
the only things shortened are the waits of the outbox and the bot's own pacing (both in machine time).
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import httpx
from databases import a_database
from free_ports import free_port
from known_facts import facts
from on_the_screen import key_of
from person import Person
from signing import CLIENT_SECRET, INTERCOM_TOKEN, SEED, signed_by_intercom
from small_office import APP, CHANNELS, TOML, scenario
from small_slack import installed_manifest, people_and_places

from bot import app
from bot.clock import Clock
from bot.intake.sweep import Progress
from bot.outbox.timings import Timings
from bot.running import Bot
from bot.settings.file import load_config
from bot.settings.mailbox import MailboxSecrets
from bot.settings.secrets import Secrets
from bot.slack.pacing import Pacing
from sandbox.clock import SandboxClock
from sandbox.faults import Fault, FaultBoard
from sandbox.intercom import IntercomWorld
from sandbox.page.page import Page
from sandbox.server import SandboxServer
from sandbox.slack.model import Message, UserGroup
from sandbox.slack.model import Timing as SlackTiming
from sandbox.slack.world import SlackWorld

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=BERLIN)
"""A working day without a Monday summary, an hour after the team's hours began."""

QUICK = Timings(
    attempt=5.0,
    settle=0.15,
    looks=(0.05, 0.1),
    searches=(0.05, 0.1, 0.1),
    backoff=0.03,
    backoff_cap=0.2,
    attempts=12,
    lease=60.0,
)
"""The same machine with short waits."""

EVENTS_URL = "http://bot.example/slack/events"
WEBHOOK_URL = "http://bot.example/intercom/webhook"


def hurried() -> Pacing:
    """The bot's own pacing with a clock that runs ahead, so that no test stands in a line."""
    ticks = itertools.count(0, 120)
    return Pacing(monotonic=lambda: float(next(ticks)))


class HouseClock(SandboxClock):
    """The sandbox's clock, with a machine whose time can be moved on as well."""

    machine_ahead = timedelta(0)

    def machine(self) -> datetime:
        return super().machine() + self.machine_ahead


@dataclass(repr=False)
class House:
    """The bot, both services, the clock and the people."""

    folder: Path
    clock: HouseClock
    faults: FaultBoard
    slack: SlackWorld
    intercom: IntercomWorld
    server: SandboxServer
    http: bool
    database: str
    undo: timedelta
    timings: Timings
    toml: str
    progress: Callable[[Progress], None] | None = None
    bot_clock: Clock | None = None
    pacing: Callable[[], Pacing] = hurried
    mailbox: MailboxSecrets | None = None
    port: int | None = None
    whispers: list[Message] = field(default_factory=list)
    _bots: list[Bot] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slack.on_change(self._overhear)
        self.ana, self.ben, self.cem = Person(self, "U0ANA"), Person(self, "U0BEN"), Person(self, "U0CEM")
        self.lea = Person(self, "U0LEA")
        self.uma = Person(self, "U0UMA")
        self.gus, self.sid = (
            Person(self, "U0GUS", CHANNELS["lobby"]),
            Person(self, "U0SID", CHANNELS["lobby"]),
        )
        self.dora = Person(self, "U0DORA", CHANNELS["lobby"])

    def _overhear(self, kind: str, detail: dict[str, Any]) -> None:
        """Keep private messages in order: in time that stands still their ts do not tell it."""
        message = self.slack.message(detail["channel"], detail["ts"]) if kind == "ephemeral" else None
        if message is not None:
            self.whispers.append(message)

    # -- the bot

    @property
    def bot(self) -> Bot:
        assert self._bots, "no bot is running"
        return self._bots[-1]

    @property
    def bots(self) -> list[Bot]:
        """Every bot that runs, the newest last."""
        return list(self._bots)

    @property
    def workspace(self) -> str:
        return SEED.team_id

    def secrets(self) -> Secrets:
        return Secrets(
            slack_bot_token=SEED.bot_token,
            slack_app_token=None if self.http else SEED.app_token,
            slack_signing_secret=SEED.signing_secret if self.http else None,
            intercom_token=INTERCOM_TOKEN,
            intercom_client_secret=CLIENT_SECRET,
            database_url=self.database,
            config=self.folder / "watchbell.toml",
            model=self.folder / "model",
            slack_api_url=f"{self.server.url}/slack/api/",
            intercom_api_url=f"{self.server.url}/intercom",
            mailbox=self.mailbox,
            port=self.port,
        )

    def edits(self, toml: str) -> None:
        """Somebody saves another watchbell.toml while the bot runs."""
        self.toml = toml
        file = self.folder / "watchbell.toml"
        before = file.stat().st_mtime_ns
        file.write_text(toml, encoding="utf-8")
        os.utime(file, ns=(before + 1_000_000, before + 1_000_000))

    async def start_bot(self, *, ticking: bool = False, **changes: Any) -> Bot:
        """Build and start a bot on this house's database; `changes` are of the secrets."""
        config_file = self.folder / "watchbell.toml"
        config_file.write_text(self.toml, encoding="utf-8")
        bot = await app.build(
            replace(self.secrets(), **changes),
            load_config(config_file),
            self.bot_clock or self.clock,
            timings=self.timings,
            undo=self.undo,
            pacing=self.pacing(),
            progress=self.progress,
        )
        self._bots.append(bot)
        await bot.start(ticking=ticking)
        if self.http:
            client = self.client()
            self.slack.deliver_http(EVENTS_URL, client)
        return bot

    async def stop_bot(self) -> None:
        if self._bots:
            await self._bots.pop().stop()

    async def stop_all(self) -> None:
        while self._bots:
            await self.stop_bot()

    async def restart(self) -> None:
        await self.stop_bot()
        await self.start_bot()

    def client(self) -> httpx.AsyncClient:
        """An HTTP client whose requests reach this bot's web application."""
        transport = httpx.ASGITransport(app=self.bot.web, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://bot.example")

    def webhooks_on(self) -> None:
        """Have Intercom send its notifications to the bot."""
        self.intercom.webhook_target(WEBHOOK_URL, self.client())

    async def notify(
        self, notification: Mapping[str, Any] | bytes, *, signature: str | bytes | None = None
    ) -> httpx.Response:
        """Post a notification to the webhook address as Intercom would, signed unless told otherwise."""
        raw = notification if isinstance(notification, bytes) else json.dumps(notification).encode()
        found = signed_by_intercom(raw) if signature is None else signature
        header = found if isinstance(found, bytes) else found.encode()
        async with self.client() as client:
            return await client.post("/intercom/webhook", content=raw, headers=[(b"X-Hub-Signature", header)])

    # -- time

    async def settle(self) -> None:
        """Everything that is due has been done, webhooks under way included."""
        await self.intercom.webhooks.settle()
        await self.bot.settle()

    async def at(self, when: str | datetime) -> None:
        """Move to `HH:MM[:SS]` of the current Berlin day, or to an instant, and settle."""
        if isinstance(when, str):
            day = self.clock.now().astimezone(BERLIN).date()
            when = datetime.fromisoformat(f"{day.isoformat()}T{when}").replace(tzinfo=BERLIN)
        self.clock.jump_to(when)
        await self.settle()

    async def later(self, **delta: float) -> None:
        """Move on by a timedelta's arguments, and settle."""
        self.clock.jump_to(self.clock.now() + timedelta(**delta))
        await self.settle()

    def tick(self, seconds: float = 1) -> None:
        """Let business time pass without anybody doing anything."""
        self.clock.jump_to(self.clock.now() + timedelta(seconds=seconds))

    async def until(self, holds: Callable[[], object], seconds: float = 8.0) -> None:
        """Settle again and again (retries wait in machine time) until `holds`."""
        give_up = time.monotonic() + seconds
        while True:
            await self.settle()
            if holds():
                return
            assert time.monotonic() < give_up, "it never came about"
            await asyncio.sleep(0.02)

    async def hit(self, fault: Fault, seconds: float = 20.0) -> None:
        """Somebody's call has met the fault."""
        give_up = time.monotonic() + seconds
        while True:
            if fault.hits:
                return
            assert time.monotonic() < give_up, f"nobody called {fault.call}"
            await asyncio.sleep(0.02)

    async def rest(self, seconds: float) -> None:
        """Let machine time pass: what is retried by then has been retried."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            await self.settle()
            await asyncio.sleep(0.02)
        await self.settle()

    # -- looking

    async def read(self, fn: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """A question to the store, of this workspace."""
        return await self.bot.store.read(fn, self.workspace, *args, **more)

    def posts(self, channel: str, prefix: str = "") -> list[Message]:
        """What the bot posted for everybody in a channel (`alerts`, `accounts`, `monday`), by key."""
        return [
            message
            for message in self.slack.messages(CHANNELS.get(channel, channel))
            if message.ephemeral_to is None and message.bot_id and key_of(message).startswith(prefix)
        ]

    def post(self, channel: str, prefix: str) -> Message:
        """The one message with such a key."""
        found = self.posts(channel, prefix)
        assert len(found) == 1, [key_of(each) for each in found] or "no such message"
        return found[0]

    def alert(self, conversation_id: str) -> Message:
        """The one alert message about a conversation."""
        return self.post("alerts", f"post:alert:{conversation_id}:")

    def alerts(self, conversation_id: str) -> list[Message]:
        return self.posts("alerts", f"post:alert:{conversation_id}:")

    def sent(self) -> list[tuple[str, str, str]]:
        """(conversation, admin, text) of every public message a customer got since the start."""
        return self.intercom.sent_to_customers()

    def parts(self, conversation_id: str) -> list[dict[str, Any]]:
        """A conversation's parts as Intercom has them."""
        found: list[dict[str, Any]] = self.intercom.conversation(conversation_id)["conversation_parts"][
            "conversation_parts"
        ]
        return found

    def fault(self, service: Any, call: str, kind: Any, **more: Any) -> Fault:
        return self.faults.add(Fault(service, call, kind, **more))

    async def facts(self) -> dict[str, Any]:
        """Everything known about conversations, but what belongs to fetching."""
        return await self.bot.store.read(facts)


class OpenHouse(Protocol):
    """Opens another house, with the settings of `open_house`; the fixture `build` closes it."""

    async def __call__(self, **settings: Any) -> House: ...


@contextlib.asynccontextmanager
async def open_house(
    folder: Path,
    *,
    start: datetime = TUESDAY,
    data: dict[str, Any] | None = None,
    intercom_app: str = APP,
    http: bool = False,
    database: str | None = None,
    undo: timedelta = timedelta(0),
    timings: Timings = QUICK,
    toml: str = TOML,
    progress: Callable[[Progress], None] | None = None,
    linked: Sequence[str] = ("ana", "ben"),
    settled: bool = True,
    groups: Sequence[UserGroup] = (),
    mailbox: MailboxSecrets | None = None,
    entrance: bool = False,
) -> AsyncIterator[House]:
    """A house with a bot that has done its first sync, and people who linked their seats. With an `entrance`
    the bot listens for HTTP on a port: only then it misses webhooks."""
    clock, faults = HouseClock(start, speed=0), FaultBoard()
    timing = SlackTiming(event_retry_delays_s=(0.0, 0.05, 0.1), trigger_ttl_s=20.0, ack_deadline_s=20.0)
    slack = SlackWorld(
        clock,
        faults,
        base_url="http://unset.example/slack",
        seed=SEED,
        timing=timing,
        manifest=installed_manifest(),
    )
    slack.limits.enabled = False
    people_and_places(slack)
    for group in groups:
        slack.add_usergroup(group)
    intercom = IntercomWorld(
        clock,
        faults,
        token=INTERCOM_TOKEN,
        client_secret=CLIENT_SECRET,
        app_id=intercom_app,
        base_url="http://unset.example/intercom",
    )
    intercom.webhooks.retries = (0.02, 0.05)
    intercom.load(data or scenario())
    server = SandboxServer(0)
    await server.start(Page(slack, intercom, clock, faults))
    standing = contextlib.ExitStack()
    url = database or standing.enter_context(a_database(folder))
    settings = toml.replace(f'"{APP}"', f'"{intercom_app}"')
    house = House(
        folder, clock, faults, slack, intercom, server, http, url, undo, timings, settings, progress
    )
    house.mailbox, house.port = mailbox, free_port() if entrance else None
    try:
        await house.start_bot()
        if settled:
            await house.settle()
        for name in linked:
            await link(getattr(house, name))
        yield house
    finally:
        faults.clear()
        await house.stop_all()
        await server.stop()
        standing.close()


async def link(person: Person) -> None:
    """Somebody links their own seat, as on their first day."""
    await person.types("/watchbell link")
    await person.presses(person.last, "link")
    assert "Linked." in person.heard, person.heard


def utc(text: str) -> datetime:
    """`2026-11-24T09:05` in Berlin, as aware UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def dumped(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)
