"""`watchbell doctor`: look at everything the bot needs, say what fails and how to mend it.

It changes nothing: no lock is taken, no table is touched, nothing is posted, and a running bot goes on. The
language model, if there is one, is asked a question that holds nobody's words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from rich.console import Console

from bot.clock import Clock, SystemClock
from bot.doctor import of_intercom, of_links, of_machine, of_mailbox, of_names, of_outside, of_slack
from bot.doctor.finding import Finding, not_checked, of_error
from bot.doctor.patient import Patient, admitted, read_config
from bot.doctor.report import Report
from bot.durations import plural
from bot.errors import ConfigError
from bot.settings.secrets import load_config_path, load_secrets

Check = Callable[[Patient], Awaitable[list[Finding]]]

CHECKS: tuple[Check, ...] = (
    of_machine.settings,
    of_machine.policies,
    of_slack.token,
    of_slack.scopes,
    of_slack.entrance,
    of_slack.channels,
    of_slack.leads,
    of_slack.called,
    of_intercom.token,
    of_intercom.workspace,
    of_intercom.version,
    of_intercom.region,
    of_intercom.permissions,
    of_intercom.tickets,
    of_intercom.webhooks,
    of_machine.clock,
    of_machine.database,
    of_machine.database_file,
    of_machine.model,
    of_machine.sweep,
    of_machine.work,
    of_machine.deliveries,
    of_links.links,
    of_mailbox.mailbox,
    of_outside.heartbeat,
    of_outside.language_model,
    of_names.idle,
)


async def examine(
    environ: Mapping[str, str],
    *,
    as_json: bool,
    dotenv: Path = Path(".env"),
    clock: Clock | None = None,
    console: Console | None = None,
) -> int:
    """Run every check and print what it found; 0 when all is well, 1 when something needs mending.

    Raises ConfigError when the environment cannot be read: without it nobody can be asked. watchbell.toml is
    looked at all the same.
    """
    console = console or Console()
    try:
        secrets = load_secrets(environ, dotenv)
    except ConfigError as error:
        path = _config_path(environ, dotenv)
        report = Report(console, as_json=as_json)
        report.add(of_names.unknown(environ, dotenv))
        _only_the_file(report, path, error, as_json=as_json)
        raise
    report = Report(console, as_json=as_json, secrets=secrets)
    async with admitted(secrets, clock or SystemClock(), _looking) as patient:
        for check in CHECKS:
            report.add(await check(patient))
    report.add(of_names.unknown(environ, dotenv))
    report.close()
    return 1 if report.failures else 0


def _looking(read: int, wait: float) -> None:
    """Say on standard error, beside the findings, what takes long."""
    pause = f"; Slack asks to wait {wait:.0f} s" if wait else ""
    told = f"Looking for channels by name: {plural(read, 'channel')} so far{pause} …"
    Console(stderr=True).print(told, highlight=False, markup=False, soft_wrap=True)


def _config_path(environ: Mapping[str, str], dotenv: Path) -> Path | ConfigError:
    try:
        return load_config_path(environ, dotenv)
    except ConfigError as error:
        return error


def _only_the_file(report: Report, path: Path | ConfigError, error: ConfigError, *, as_json: bool) -> None:
    if as_json:
        # On a terminal the command itself says this, as its last line.
        report.add([of_error("Settings", each) for each in error.each])
    if isinstance(path, Path):
        report.add(of_machine.policies_of(read_config(path), path))
    elif str(path) != str(error):
        report.add([of_error("Policies", path)])
    report.add([not_checked("Everything else", "the settings in the environment come first.")])
    if as_json:
        report.close()


__all__ = ["CHECKS", "Check", "examine"]
