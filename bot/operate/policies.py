"""`watchbell policies`: check watchbell.toml, also against what is open; print Intercom's office hours."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from bot import checks
from bot.clock import SystemClock
from bot.durations import plural
from bot.errors import ConfigError
from bot.intercom import client as intercom_client
from bot.intercom.errors import IntercomError
from bot.intercom.office_hours import Schedule, Spans
from bot.operate.ground import config_path, database_url, filled, refuse, say
from bot.settings.file import load_config
from bot.settings.locate import lines_of
from bot.settings.model import WEEKDAYS, Config, Match
from bot.settings.reader import FaultyFile
from bot.settings.secrets import load_intercom
from bot.sla.promises import Promises
from bot.sla.uncovered import uncovered
from bot.store import look
from bot.store.conversations import Conversation

_IDS = 8


@click.group()
def policies() -> None:
    """Look after watchbell.toml."""


@policies.command("check", short_help="Name every fault of a watchbell.toml.")
@click.argument("file", type=click.Path(path_type=Path), required=False)
def check(file: Path | None) -> None:
    """Check a watchbell.toml and name every fault with its line and mend. Without FILE it is the one that
    WATCHBELL_CONFIG names, as for the bot.

    Where the bot has stored conversations, those that no policy covers are named too.
    """
    given = "FILE" if file is not None else None
    try:
        file = file or config_path()
        config = load_config(file, given)
    except FaultyFile as faulty:
        for problem in faulty.problems:
            say(problem.sentence(faulty.file), "red")
        sys.exit(1)
    except ConfigError as error:
        refuse(str(error))
    names = ", ".join(policy.name for policy in config.policies)
    say(f"{file}: fine. Policies in order: {names}.")
    if any(policy.match == Match() for policy in config.policies):
        return
    open_ones = _uncovered(config)
    line = lines_of(file.read_text("utf-8-sig")).get(("policies", len(config.policies) - 1))
    where = f"{file} line {line}, policies[{len(config.policies)}]"
    mend = "Add a last policy without a match, or widen one of them."
    if open_ones:
        ids = ", ".join(row.id for row in open_ones[:_IDS])
        more = f" and {len(open_ones) - _IDS} more" if len(open_ones) > _IDS else ""
        found = plural(
            len(open_ones), "open conversation matches none and has", "open conversations match none and have"
        )
        say(f"{where}: behind it {found} no promise: {ids}{more}. {mend}", "red")
        sys.exit(1)
    say(
        f"{where}: it is the last, and not every conversation matches: one that does not never rings. {mend}",
        "yellow",
    )


@policies.command("hours", short_help="Print Intercom's office hours as calendars.")
@click.option(
    "--name",
    callback=filled("Write a schedule's name or id, or leave it out."),
    help="Only the schedule of this name or id.",
)
def hours(name: str | None) -> None:
    """Print Intercom's office hours as calendars for watchbell.toml. Changes nothing."""
    schedules = asyncio.run(_schedules())
    if name is not None:
        schedules = [each for each in schedules if name in (each.id, each.name)]
    if not schedules:
        refuse("Intercom has no office hours" + (f" named {name}." if name else "."))
    click.echo("\n\n".join("\n".join(_toml(schedule)) for schedule in schedules))


def _uncovered(config: Config) -> list[Conversation]:
    """What the store has of them; nothing where there is no store yet."""
    url = database_url()
    file = look.sqlite_file(url)
    try:
        if file is not None and not look.is_there(file):
            return []
    except ConfigError as error:
        say(f"The stored conversations cannot be read; only the file was checked. {error}")
        return []
    engine = look.open_for_reading(url)
    try:
        with Session(engine) as session:
            workspace = session.exec(select(Conversation.workspace).limit(1)).first()
            if workspace is None:
                return []
            return uncovered(session, workspace, Promises(config), datetime.now(UTC))
    except SQLAlchemyError as error:
        say(f"The stored conversations cannot be read ({type(error).__name__}); only the file was checked.")
        return []
    finally:
        engine.dispose()


async def _schedules() -> list[Schedule]:
    token, address = load_intercom(os.environ, Path(".env"))
    client = intercom_client.build(token=token, base_url=address, clock=SystemClock(), attempts=2)
    try:
        return list(await client.office_hours())
    except IntercomError as error:
        if error.kind == "not_found":
            # Where nobody knows whose token it is either, the address is wrong.
            await checks.intercom_me(client)
        refuse(f"Intercom's office hours cannot be read: {error.message_for_people}")
    finally:
        await client.aclose()


def _toml(schedule: Schedule) -> Iterator[str]:
    """A calendar with the same hours. Exceptions with hours of their own that come every year are told."""
    key = re.sub(r"[^a-z0-9]+", "-", schedule.name.lower()).strip("-") or f"hours-{schedule.id}"
    yield f"# Intercom's office hours {_quoted(schedule.name)} ({schedule.id})."
    yield f"[calendars.{key}]"
    if schedule.always:
        yield "always = true"
        return
    yield f"zone = {_quoted(schedule.zone)}"
    for day, spans in zip(WEEKDAYS, schedule.weekly, strict=True):
        if spans:
            yield f"hours.{day} = [{_spelled(spans)}]"
    closed = sorted({each.on for each in schedule.exceptions if not each.spans and not each.annual})
    yearly = sorted({f"{each.on:%m-%d}" for each in schedule.exceptions if not each.spans and each.annual})
    other = {each.on: each for each in schedule.exceptions if each.spans}
    if closed:
        yield f"extra_holidays = [{', '.join(_quoted(day.isoformat()) for day in closed)}]"
    if yearly:
        yield f"annual_holidays = [{', '.join(_quoted(day) for day in yearly)}]"
    if other:
        dates = ", ".join(f'"{day}" = [{_spelled(each.spans)}]' for day, each in sorted(other.items()))
        yield f"overrides = {{ {dates} }}"
    for each in other.values():
        if each.annual:
            yield f"# {each.on:%m-%d} has these hours every year in Intercom; here it is told year by year."


def _spelled(spans: Spans) -> str:
    return ", ".join(f'"{_time(begin)}-{_time(end)}"' for begin, end in spans)


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _quoted(words: str) -> str:
    kept = "".join(each for each in words if each.isprintable())
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'
