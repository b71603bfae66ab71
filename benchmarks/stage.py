"""The stage of every measurement: a small office, and a local Slack and Intercom in a process of their own.

The bot under measurement is the real one, built by `bot.app.build` on a SQLite file, with the pacing, leases
and clock that `watchbell run` has. Slack and Intercom are the sandbox, on the loopback address, in another
process, so that none of their work is counted as the bot's.

    async with stage(conversations=2000) as office:
        bot = await office.bot(database)
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO
from urllib.parse import urlencode

import httpx
import yaml

from bot import app
from bot.clock import SteadyClock, moment
from bot.collector import keep_to_few_heaps, spare_what_stays
from bot.logs import configure
from bot.running import Bot
from bot.settings.file import load_config
from bot.settings.secrets import Secrets
from bot.store import pulse, reps
from sandbox.clock import SandboxClock
from sandbox.faults import Fault, FaultBoard
from sandbox.intercom import IntercomWorld, many
from sandbox.intercom.webhooks import Webhooks, sign
from sandbox.page.page import Page
from sandbox.server import SandboxServer
from sandbox.slack.model import AppManifest, Channel, SlackSeed, User
from sandbox.slack.world import SlackWorld

ROOT = Path(__file__).resolve().parent.parent
SEED = SlackSeed()
INTERCOM_APP = "benchapp"
INTERCOM_TOKEN = "bench-intercom-token"
CLIENT_SECRET = "bench-client-secret"
CHANNELS = {"support-alerts": "C0ALERTS", "support-accounts": "C0ACCOUNTS", "support": "C0SUPPORT"}
REPS = ("U0REP0", "U0REP1", "U0REP2", "U0REP3")
"""Slack people, in the order of the seats that the local Intercom makes."""

TOML = f"""
[workspace]
name = "Load"
timezone = "Europe/Lisbon"
intercom_app = "{INTERCOM_APP}"

[channels]
alerts = "#support-alerts"
accounts = "#support-accounts"
monday = "#support"

[people]
leads = ["rep3@watch.example"]

[calendars.lisbon]
zone = "Europe/Lisbon"
hours.mon = ["08:00-18:00"]
hours.tue = ["08:00-18:00"]
hours.wed = ["08:00-18:00"]
hours.thu = ["08:00-18:00"]
hours.fri = ["08:00-18:00"]

[[policies]]
name = "enterprise"
match = {{ plan = ["Enterprise"] }}
first_response = "1h"
next_response = "2h"
warn = ["15m"]
calendar = "lisbon"
pause_on = ["snoozed"]

[[policies]]
name = "default"
match = {{}}
first_response = "4h"
next_response = "8h"
warn = ["30m"]
calendar = "lisbon"
pause_on = ["snoozed"]
"""


@dataclass(frozen=True, slots=True)
class Notification:
    """A webhook's body and the signature that goes with it."""

    body: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class Window:
    """Milliseconds from a rep's Enter until the window stands there, and until it is filled. None: never."""

    opened: float | None
    filled: float | None


@dataclass
class Stage:
    """The local Slack and Intercom at `url`."""

    url: str
    _process: asyncio.subprocess.Process | None

    @classmethod
    def elsewhere(cls, url: str) -> Stage:
        """The stage that another process has opened."""
        return cls(url, None)

    async def notifications(self, count: int) -> list[Notification]:
        """Have customers write in `count` conversations; what Intercom sends about it, in order."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{count}\n".encode())
        await self._process.stdin.drain()
        told = [await self._process.stdout.readline() for _ in range(count)]
        return [Notification(line[:-1], sign(line[:-1], CLIENT_SECRET)) for line in told]

    async def answered(self, port: int, count: int, slowness: float) -> list[Window]:
        """Have reps type `/answer` so many times, one after the other, to the bot that listens at `port`.

        Intercom answers after `slowness` seconds meanwhile.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"answer {port} {count} {slowness}\n".encode())
        await self._process.stdin.drain()
        told = [await self._process.stdout.readline() for _ in range(count)]
        return [Window(**json.loads(line)) for line in told]

    def secrets(self, database: Path, *, port: int | None = None) -> Secrets:
        """What the bot's environment would hold. In HTTP mode; without a port nothing is listened on."""
        return Secrets(
            slack_bot_token=SEED.bot_token,
            slack_signing_secret=SEED.signing_secret,
            intercom_token=INTERCOM_TOKEN,
            intercom_client_secret=CLIENT_SECRET,
            database_url=f"sqlite:///{database}",
            port=port,
            slack_api_url=f"{self.url}/slack/api/",
            intercom_api_url=f"{self.url}/intercom",
        )


async def build_bot(secrets: Secrets, folder: Path) -> Bot:
    """The bot as `watchbell run` builds it, its log written as always, to nowhere. The reps are linked."""
    configure(_nowhere())
    keep_to_few_heaps()
    config = folder / "watchbell.toml"
    config.write_text(TOML, encoding="utf-8")
    return await app.build(secrets, load_config(config), SteadyClock())


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


@contextlib.asynccontextmanager
async def filled_bot(office: Stage, count: int) -> AsyncIterator[Bot]:
    """A started bot, its ticks standing still, whose tables hold so many open conversations.

    Their promises are taken for those of its policies: nothing is computed anew.
    """
    with TemporaryDirectory(prefix="watchbell-bench-") as name:
        folder = Path(name)
        database = folder / "bench.db"
        filling = [sys.executable, "-m", "benchmarks.filling", str(database), SEED.team_id, str(count)]
        process = await asyncio.create_subprocess_exec(*filling, cwd=ROOT)
        if await process.wait() != 0:
            raise RuntimeError("the tables could not be filled")
        bot = await build_bot(office.secrets(database), folder)
        # As `watchbell run` does.
        sparing = asyncio.create_task(spare_what_stays())
        try:
            await bot.store.write(pulse.set_mark, bot.office.workspace, pulse.POLICIES, bot.office.version)
            await bot.start(ticking=False)
            await bot.front.finish()
            yield bot
        finally:
            sparing.cancel()
            await bot.stop()


async def link_reps(bot: Bot) -> None:
    """Give the office's Slack people their Intercom seats."""
    seats = await bot.store.read(reps.all_admins, bot.office.workspace)
    now = moment(bot.works.clock).now
    for person, seat in zip(REPS, sorted(seats, key=lambda each: each.id), strict=True):
        await bot.store.write(reps.make_link, bot.office.workspace, person, seat.id, by=person, now=now)


def slash_command(command: str, words: str, number: int) -> tuple[bytes, dict[str, str]]:
    """The body and signed headers of a slash command as Slack posts it; `number` makes it one of its own."""
    body = urlencode(
        {
            "token": "bench",
            "team_id": SEED.team_id,
            "team_domain": SEED.team_domain,
            "channel_id": CHANNELS["support-alerts"],
            "channel_name": "support-alerts",
            "user_id": REPS[0],
            "user_name": "rep0",
            "command": command,
            "text": words,
            "api_app_id": SEED.app_id,
            "is_enterprise_install": "false",
            "response_url": f"https://hooks.slack.com/commands/{SEED.team_id}/{number}/bench",
            "trigger_id": f"{number}.{number}.bench",
        }
    ).encode()
    stamp = str(int(time.time()))
    mac = hmac.new(SEED.signing_secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return body, {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": "v0=" + mac.hexdigest(),
    }


@contextlib.asynccontextmanager
async def stage(conversations: int = 0) -> AsyncIterator[Stage]:
    """Serve the sandbox with so many plausible conversations until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.stage",
        str(conversations),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        if not url:
            raise RuntimeError("the sandbox did not start")
        yield Stage(url, process)
    finally:
        # It ends with its standard input, also when we are killed.
        process.stdin.close()
        await process.wait()


class _Kept(Webhooks):
    """Keeps what Intercom would send, for those who send it themselves."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret)
        self.kept: list[dict[str, Any]] = []

    def send(self, notification: dict[str, Any]) -> None:
        self.kept.append(notification)


async def _serve(conversations: int) -> None:
    """The other process: prints its address, answers each number on standard input, ends with it."""
    now = datetime.now(UTC)
    clock, faults = SandboxClock(now), FaultBoard()
    slack = SlackWorld(clock, faults, base_url="http://unset.example", seed=SEED, manifest=_manifest())
    slack.limits.enabled = False
    for number, person in enumerate(REPS):
        slack.add_user(User(person, f"rep{number}", f"Rep {number}", f"rep{number}@watch.example"))
    for name, channel_id in CHANNELS.items():
        slack.add_channel(Channel(channel_id, name, {*REPS, SEED.bot_user_id}))
    intercom = IntercomWorld(
        clock,
        faults,
        token=INTERCOM_TOKEN,
        client_secret=CLIENT_SECRET,
        app_id=INTERCOM_APP,
        base_url="http://unset.example",
    )
    intercom.load(many.scenario(conversations, 7, now))
    intercom.webhooks = kept = _Kept(CLIENT_SECRET)
    server = SandboxServer(0)
    await server.start(Page(slack, intercom, clock, faults))
    print(server.url, flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    rng = random.Random(3)
    ids = sorted(intercom.workspace.conversations)
    answering = _Answering(slack)
    while line := await reader.readline():
        if line.startswith(b"answer"):
            _, port, count, slowness = line.split()
            async with httpx.AsyncClient(timeout=10) as client:
                slack.deliver_http(f"http://127.0.0.1:{int(port)}/slack/events", client)
                slow = faults.add(Fault("intercom", "*", "slow", times=-1, seconds=float(slowness)))
                await answering.times(ids, int(count))
                slow.times = 0
                slack.deliver_http(None)
            continue
        wanted = int(line)
        while len(kept.kept) < wanted:
            intercom.customer_writes(rng.choice(ids), rng.choice(many.PROBLEMS))
        told, kept.kept = kept.kept[:wanted], kept.kept[wanted:]
        for notification in told:
            sys.stdout.buffer.write(json.dumps(notification, ensure_ascii=False).encode() + b"\n")
        sys.stdout.buffer.flush()
    await server.stop()


class _Answering:
    """Reps who open the answer window, one after the other, and look at the clock."""

    def __init__(self, slack: SlackWorld) -> None:
        self._slack = slack
        self._seen: dict[str, float] = {}
        self._filled = asyncio.Event()
        slack.on_change(self._hear)

    def _hear(self, kind: str, _: dict[str, Any]) -> None:
        if kind in ("view_opened", "view_updated"):
            self._seen.setdefault(kind, time.perf_counter())
        if kind == "view_updated":
            self._filled.set()

    async def times(self, conversations: Sequence[str], count: int) -> None:
        """Print how long each waited for what."""
        for number in range(count):
            told = await self._one(REPS[number % len(REPS)], conversations[number % len(conversations)])
            print(json.dumps(asdict(told)), flush=True)

    async def _one(self, rep: str, conversation: str) -> Window:
        self._seen.clear()
        self._filled.clear()
        began = time.perf_counter()
        await self._slack.people.slash(rep, CHANNELS["support-alerts"], f"/answer {conversation}")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._filled.wait(), 10)
        for view in self._slack.people.open_views(rep):
            await self._slack.people.close(rep, view.id)
        opened, filled = self._seen.get("view_opened"), self._seen.get("view_updated")
        return Window(
            opened=(opened - began) * 1000 if opened is not None else None,
            filled=(filled - began) * 1000 if filled is not None else None,
        )


def _manifest() -> AppManifest:
    asked = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    return AppManifest(
        commands=frozenset(each["command"] for each in asked["features"]["slash_commands"]),
        events=frozenset(asked["settings"]["event_subscriptions"]["bot_events"]),
        scopes=frozenset(asked["oauth_config"]["scopes"]["bot"]),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("conversations", type=int)
    asyncio.run(_serve(parser.parse_args(arguments).conversations))


if __name__ == "__main__":
    main()
