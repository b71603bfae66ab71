"""The `watchbell` command: run, demo, doctor, policies check, and the commands of `bot/operate/`.

Exit codes: 0 fine, 1 found something, 2 cannot run.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn

from bot.clock import SteadyClock
from bot.collector import keep_to_few_heaps, spare_what_stays
from bot.errors import ConfigError
from bot.intake.sweep import Progress as Swept
from bot.logs import clock_corrected, configure, warnings_only
from bot.operate import ground
from bot.operate.audit import audit
from bot.operate.erase import erase
from bot.operate.export import export
from bot.operate.migrate_db import migrate_db
from bot.operate.model import model
from bot.operate.outbox import outbox
from bot.operate.policies import policies
from bot.operate.replay import replay
from bot.settings.file import load_config
from bot.settings.secrets import load_secrets

T = TypeVar("T")


class Watchbell(click.Group):
    """The command with its subcommands: a setting that is wrong is one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            ground.refuse(str(error))


@click.group(cls=Watchbell, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="watchbell")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Rings before a promise to an Intercom customer is broken."""
    ctx.with_resource(warnings_only())


@main.command(short_help="Run the bot against Slack and Intercom.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    callback=ground.filled("Write an address of this machine, or leave it out."),
    help="Address of the HTTP entrance, if PORT is set.",
)
def run(host: str) -> None:
    """Run the bot against Slack and Intercom, with settings from the environment or .env."""
    configure()
    _start(_run(host))


@main.command(short_help="Show a Monday on a local Slack and Intercom.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8710, show_default="8710", help="Port of the web page."
)
@click.option("--keep", is_flag=True, help="Go on where the last demo stopped.")
@click.option(
    "--check", is_flag=True, help="Play the morning without a page and compare it with its truth file."
)
@click.option(
    "--truth",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another truth file for --check.",
)
@click.option("--json", "as_json", is_flag=True, help="With --check: print the result for machines.")
def demo(port: int, keep: bool, check: bool, truth: Path | None, as_json: bool) -> None:
    """Show a Monday morning on a local Slack and Intercom."""
    if not check and (truth is not None or as_json):
        raise click.UsageError(f"{'--truth' if truth is not None else '--json'} needs --check.")
    if not check:
        # With port 0 nobody knows yet which it will be.
        click.echo(f"Starting the Monday{f' on http://127.0.0.1:{port}' if port else ''} …")
    # The sandbox is imported by nothing but this command, and that alone takes seconds.
    from bot.demo import check_morning, show_morning

    if check:
        sys.exit(_start(check_morning(truth, as_json=as_json)))
    _start(show_morning(port, keep=keep))


@main.command(short_help="Check everything, and say how to mend it.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings for machines.")
def doctor(as_json: bool) -> None:
    """Check tokens, permissions, channels, people and database; say how to mend what fails."""
    from bot.doctor import examine

    sys.exit(_start(examine(os.environ, as_json=as_json)))


@main.command(hidden=True)
def status() -> None:
    """A word of Slack's that is typed here as well."""
    ground.refuse("That is `/watchbell status` in Slack; here `watchbell doctor` says how the bot is.")


main.add_command(audit)
main.add_command(outbox)
main.add_command(erase)
main.add_command(export)
main.add_command(migrate_db)
main.add_command(model)
main.add_command(replay)
main.add_command(policies)


async def _run(host: str) -> None:
    # The whole bot takes a second or two to import; the other commands need little of it.
    from bot import app

    keep_to_few_heaps()
    secrets = load_secrets(os.environ, Path(".env"))
    config = load_config(secrets.config)
    stop = stopped_by_signal()
    console = Console(stderr=True)
    bar = SyncBar(console)
    clock = SteadyClock(corrected=clock_corrected)
    bot = await unless_stopped(stop, app.build(secrets, config, clock, progress=bar.seen))
    if bot is None:
        return
    sparing = asyncio.create_task(spare_what_stays())
    try:
        await unless_stopped(stop, bot.start(host=host))
        if not stop.is_set():
            console.print(f"Watchbell is running for {config.workspace.name}. Ctrl-C stops it.")
        await stop.wait()
    finally:
        sparing.cancel()
        bar.close()
        await bot.stop()


def stopped_by_signal() -> asyncio.Event:
    """Set by the first Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` comes to; None if the stop comes first, for then it is broken off."""
    begun, told = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({begun, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
        begun.cancel()
    # Whatever it opened is closed before anything else is.
    await asyncio.wait({begun})
    return None if begun.cancelled() else begun.result()


class SyncBar:
    """A bar for the first reading of Intercom, which is shown only if that takes more than a page."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("Reading Intercom"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f} conversations"),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None
        self._over = False

    def seen(self, swept: Swept) -> None:
        """Take one report of the sweep; the first sweep that ends takes the bar away for good."""
        if self._over or swept.total is None:
            return
        if swept.done >= swept.total:
            self.close()
            return
        if self._task is None:
            self._bar.start()
            self._task = self._bar.add_task("sync", total=swept.total)
        self._bar.update(self._task, completed=swept.done, total=swept.total)

    def close(self) -> None:
        self._over = True
        self._bar.stop()


def _start(work: Coroutine[Any, Any, int | None]) -> int:
    try:
        return asyncio.run(work) or 0
    except KeyboardInterrupt:
        return 130
