"""`watchbell demo`: the bot, unmodified, against a local Slack and Intercom in which a Monday begins.

The one module of the bot that knows the sandbox. The bot gets the sandbox's addresses and its clock; all it
does is what it would do anywhere.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import shutil
import signal
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click
import yaml
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bot import app
from bot.durations import plural
from bot.errors import ConfigError
from bot.logs import configure
from bot.running import Bot
from bot.settings.file import load_config
from bot.settings.secrets import Secrets, load_secrets
from bot.slack.pacing import Pacing
from bot.store.filelock import FileLock
from bot.store.sqlite import make_folder
from sandbox.clock import SandboxClock
from sandbox.faults import FaultBoard
from sandbox.intercom import IntercomWorld
from sandbox.monday.check import Check, Report
from sandbox.monday.loader import load
from sandbox.monday.memory import Memory
from sandbox.monday.play import Player, put, slack_seed
from sandbox.monday.scenario import Monday
from sandbox.page.page import Page, Shortcut, SlashCommand
from sandbox.server import PortTaken, SandboxServer
from sandbox.slack.model import AppManifest
from sandbox.slack.world import SlackWorld

ROOT = Path(__file__).resolve().parent.parent
STATE = Path(".watchbell") / "demo"
"""What a demo keeps: apart from the database and the model of a bot that runs in the same folder."""

LOCK = STATE.with_name("demo.lock")
"""Held by the demo that runs in the folder, whose `STATE` nobody else may take away: so it lies beside it."""


@dataclass
class Morning:
    """The sandbox with the Monday in it, served."""

    monday: Monday
    clock: SandboxClock
    slack: SlackWorld
    intercom: IntercomWorld
    player: Player
    server: SandboxServer

    def secrets(self, database: Path) -> Secrets:
        """What the environment of a bot that serves this sandbox would hold."""
        return load_secrets(
            {
                "SLACK_BOT_TOKEN": self.slack.seed.bot_token,
                "SLACK_APP_TOKEN": self.slack.seed.app_token,
                "INTERCOM_TOKEN": self.intercom.token,
                "SLACK_API_URL": f"{self.server.url}/slack/api/",
                "INTERCOM_API_URL": f"{self.server.url}/intercom",
                "DATABASE_URL": f"sqlite:///{database}",
                "WATCHBELL_CONFIG": str(ROOT / "watchbell.toml"),
            }
        )


async def show_morning(port: int, *, keep: bool) -> int:
    """Serve the page and let the morning run until Ctrl-C."""
    configure(level=logging.WARNING)
    lock = _alone_in_the_folder()
    try:
        return await _show(port, keep=keep)
    finally:
        lock.release()


async def _show(port: int, *, keep: bool) -> int:
    console = Console()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    morning = await _open(port, speed=1.0)
    memory = Memory(STATE / "sandbox.state", morning.slack, morning.intercom, morning.player, morning.clock)
    if not (keep and memory.load()):
        shutil.rmtree(STATE, ignore_errors=True)
    bot: Bot | None = None
    playing = asyncio.create_task(morning.player.run())
    keeping = asyncio.create_task(memory.run())
    try:
        bot = await _bot(morning, STATE / "watchbell.db")
        await bot.start()
        began = morning.clock.now().astimezone(morning.monday.zone)
        console.print(f"Monday {began:%H:%M} at {morning.server.url}  (Ctrl-C stops it)", highlight=False)
        await stop.wait()
    finally:
        playing.cancel()
        keeping.cancel()
        if bot is not None:
            await bot.stop()
            memory.save()
        await morning.server.stop()
    return 0


async def check_morning(truth: Path | None, *, as_json: bool) -> int:
    """Play the same morning in compressed time and compare it with its truth file. 1 when they differ."""
    configure(level=logging.WARNING)
    console = Console()
    morning = await _open(0, speed=0.0, truth=truth)
    morning.slack.limits.enabled = False
    with tempfile.TemporaryDirectory(prefix="watchbell-check-") as folder:
        bot = await _bot(
            morning, Path(folder) / "check.db", undo=timedelta(0), pacing=Pacing(monotonic=_Hurried())
        )
        try:
            await bot.start(ticking=False)
            report = await _play(morning, bot, console, quiet=as_json)
        finally:
            await bot.stop()
            await morning.server.stop()
    if as_json:
        click.echo(json.dumps(report.as_dict(), indent=2, ensure_ascii=False))
    else:
        _print(console, report)
    return 1 if report.differences else 0


class _Hurried:
    """A clock on which an hour passes between two looks: nobody has to wait for a turn."""

    def __init__(self) -> None:
        self._hours = itertools.count()

    def __call__(self) -> float:
        return 3600.0 * next(self._hours)


async def _play(morning: Morning, bot: Bot, console: Console, *, quiet: bool) -> Report:
    check = Check(
        morning.monday, morning.slack, morning.intercom, morning.clock, bot.settle, player=morning.player
    )
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("…", total=1.0)

        def seen(label: str, done: float) -> None:
            bar.update(task, description=label or "…", completed=done)

        return await check.run(seen)


def _print(console: Console, report: Report) -> None:
    for section, count in report.sections.items():
        wrong = [each for each in report.differences if each.section == section]
        mark = "[red]differs[/red]" if wrong else "[green]ok[/green]"
        console.print(f"{section:<12} {count:>4} checked  {mark}", highlight=False)
        for each in wrong:
            console.print(f"    {each.subject}", highlight=False, markup=False)
            console.print(f"        expected {each.expected}", highlight=False, markup=False)
            console.print(f"        found    {each.found}", highlight=False, markup=False)
    differ = plural(len(report.differences), "difference")
    ended = differ if report.differences else "As the truth file says"
    console.print(f"{ended}, in {report.elapsed:.0f} s.", highlight=False)


async def _open(port: int, *, speed: float, truth: Path | None = None) -> Morning:
    monday = load(truth=truth)
    clock = SandboxClock(monday.start, speed=speed)
    faults = FaultBoard()
    try:
        server = SandboxServer(port)
    except PortTaken as error:
        raise ConfigError("PORT", f"{port} is taken by another program.", _OTHER_PORT) from error
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    commands = manifest["features"]["slash_commands"]
    shortcuts = manifest["features"].get("shortcuts", [])
    slack = SlackWorld(
        clock,
        faults,
        base_url=f"{server.url}/slack",
        seed=slack_seed(monday),
        manifest=AppManifest(
            commands=frozenset(each["command"] for each in commands),
            events=frozenset(manifest["settings"]["event_subscriptions"]["bot_events"]),
            scopes=frozenset(manifest["oauth_config"]["scopes"]["bot"]),
            unfurl_domains=frozenset(manifest["features"].get("unfurl_domains", [])),
        ),
    )
    told = monday.intercom["app"]
    intercom = IntercomWorld(
        clock,
        faults,
        token=told["token"],
        client_secret=told["client_secret"],
        app_id=told["id_code"],
        base_url=f"{server.url}/intercom",
    )
    put(monday, slack, intercom)
    player = Player(monday, intercom, clock)
    page = Page(
        slack,
        intercom,
        clock,
        faults,
        commands=[
            SlashCommand(each["command"], each["description"], each.get("usage_hint", ""))
            for each in commands
        ],
        shortcuts=[Shortcut(each["callback_id"], each["name"], each["type"]) for each in shortcuts],
        next_events=player.next_events,
        first_channel=next(each.id for each in monday.slack.channels if each.name == "support-alerts"),
    )
    await server.start(page)
    return Morning(monday, clock, slack, intercom, player, server)


def _alone_in_the_folder() -> FileLock:
    """Raises ConfigError where another demo runs in this folder."""
    lock = FileLock(LOCK)
    try:
        make_folder(LOCK.parent)
        held_by = lock.acquire()
    except OSError as error:
        raise ConfigError(
            str(LOCK.parent),
            f"cannot be written to ({error.strerror}).",
            "Start the demo in a folder that you may write to.",
        ) from error
    if held_by is not None:
        raise ConfigError(str(STATE), f"is in use by another demo ({held_by}).", _OTHER_FOLDER)
    return lock


_OTHER_FOLDER = (
    "Stop that one first, or start this one in another folder and on another port: "
    "watchbell demo --port 8711."
)
_OTHER_PORT = "Stop it, or choose another port: make demo PORT=8711."


async def _bot(
    morning: Morning, database: Path, *, undo: timedelta | None = None, pacing: Pacing | None = None
) -> Bot:
    secrets = morning.secrets(database)
    return await app.build(secrets, load_config(secrets.config), morning.clock, undo=undo, pacing=pacing)
