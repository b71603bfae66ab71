"""`watchbell erase`: leave no trace of a contact, here and in what was posted to Slack."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from sqlmodel import Session, col, func, select

from bot import checks, erasing
from bot.clock import Clock, Moment, SystemClock, moment
from bot.durations import plural
from bot.erasing import Erasure
from bot.errors import ConfigError
from bot.operate import ground
from bot.operate.people import found, whom
from bot.outbox import kinds, removal
from bot.outbox.delivery import Delivery
from bot.outbox.slack_sender import SlackDeletes, SlackEdits, SlackFileDeletes, note_posts
from bot.outbox.timings import Timings
from bot.settings.secrets import Secrets, load_secrets
from bot.slack import client as slack_client
from bot.slack.client import Slack
from bot.slack.identity import Identity
from bot.store import beside, intents, look, pulse, sqlite
from bot.store.engine import open_store, parse_url
from bot.store.intents import Intent
from bot.store.person import Person, mentioned_in
from bot.watch.recovery import ALIVE

RUNS_WITHIN = timedelta(seconds=90)
"""A bot that showed life so recently runs; on SQLite its file lock tells it for certain."""

PATIENCE = 60.0
"""Seconds that the command waits for Slack. What is left then goes out with the bot."""

_EVERY = 0.2


@click.command(short_help="Erase a contact, in Slack too.")
@whom
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(who: str, yes: bool) -> None:
    """Erase a contact: all that is stored of them, and what stands in Slack. Works beside the running bot.

    Delete the person in Intercom too: Watchbell takes in nothing more of this contact.
    """
    url, clock = ground.database_url(), SystemClock()
    people = find(url, who)
    if not people:
        ground.say(f"Nothing is stored about {who}.")
        raise click.exceptions.Exit(1)
    for person in people:
        ground.say(told(url, person))
    if not ground.agreed("Erase all of this? It cannot be undone.", yes=yes):
        ground.say("Nothing was erased.")
        raise click.exceptions.Exit(1)
    for person in people:
        with _Bar("Erasing") as bar:
            done = from_tables(url, person, clock, bar.seen)
        left = carry_out(url, person.workspace, clock)
        for line in report(done, left):
            ground.say(line)
    overwrite(url)


def from_tables(url: str, person: Person, clock: Clock, progress: Callable[[int, int], None]) -> Erasure:
    """Take a person out of every table; what Slack is to do for it waits then. What went.

    Raises ConfigError when the database is out of reach; asked for again it goes on from there.
    """
    done = Erasure()
    steps = erasing.steps(person, moment(clock), done, by=ground.operator(), source=ground.CLI)
    for number, step in enumerate(steps):
        with (beside.reading if step.reads else beside.changing)(url) as session:
            step.do(session)
        progress(number + 1, number + step.left)
    return done


def find(url: str, who: str) -> list[Person]:
    """The person, once for each workspace that knows them; see `bot/operate/people.py`."""
    with beside.reading(url) as session:
        return found(session, who)


def told(url: str, person: Person) -> str:
    """What is about to go, and what others wrote."""
    with beside.reading(url) as session:
        messages, outside = erasing.count_messages(session, person)
        others = mentioned_in(session, person)
    known = f"contact {', '.join(person.contact_ids)}" if person.contact_ids else "no contact of Intercom's"
    name = " / ".join((*person.names, *person.emails)) or "no name"
    said = (
        f"{name} ({known}): {plural(len(person.conversations), 'conversation')} with "
        f"{plural(messages, 'message')}, {_outside(outside)}, and everything that Watchbell posted about "
        "them."
    )
    elsewhere = sorted({*others, *person.elsewhere})
    if elsewhere:
        said += (
            f"\nThey also appear in {plural(len(elsewhere), 'conversation')} of other people "
            f"({', '.join(elsewhere)}). What they wrote there goes; what others wrote of them stays: edit "
            "that in Intercom."
        )
    return said


def _outside(count: int) -> str:
    return f"{plural(count, 'message')} from outside Intercom"


def report(done: Erasure, left: int) -> list[str]:
    """What was done, in sentences; `left` messages in Slack wait for the bot."""
    lines = [
        f"Erased {plural(done.conversations, 'conversation')} with {plural(done.messages, 'message')}, "
        f"{_outside(done.outside)} and {plural(done.webhooks, 'webhook')}."
    ]
    if done.dropped_answers:
        lines.append(f"{plural(done.dropped_answers, 'answer')} to them will not be sent.")
    files = f", {plural(done.files, 'exported file')} deleted" if done.files else ""
    lines.append(f"Slack: {plural(done.deleted, 'message')} deleted, {done.rewritten} edited{files}.")
    if left:
        lines.append(f"{left} of these wait: the bot sees to them while it runs, or when it starts.")
    if done.accounts:
        lines.append(
            f"The messages of {plural(len(done.accounts), 'account')} are drawn anew by the bot while it "
            "runs, or when it starts."
        )
    lines.append(
        "Delete the person in Intercom too. Whatever is written under this contact from now on is not taken "
        "in, and no promise rings for it. Backups made before now still hold them."
    )
    return lines


def carry_out(url: str, workspace: str, clock: Clock) -> int:
    """Have Slack do what was decided: by the bot if one runs, else here. The number still waiting.

    Raises nothing for a Slack that cannot be asked: what waits survives, and the bot does it.
    """
    total = _waiting(url, workspace)
    if not total:
        return 0
    with _Bar("Slack") as bar:
        return asyncio.run(_carry_out(url, workspace, clock, total, bar))


async def _carry_out(url: str, workspace: str, clock: Clock, total: int, bar: _Bar) -> int:
    if runs(url, workspace, clock):
        give_up = asyncio.get_running_loop().time() + PATIENCE
        while (left := _waiting(url, workspace)) and asyncio.get_running_loop().time() < give_up:
            bar.seen(total - left, total)
            await asyncio.sleep(_EVERY)
        return left
    try:
        secrets = load_secrets(os.environ, Path(".env"))
        return await deliver(secrets, url, workspace, clock, total, bar)
    except ConfigError as error:
        ground.say(f"Slack was not asked: {error}", "yellow")
        return _waiting(url, workspace)


async def deliver(secrets: Secrets, url: str, workspace: str, clock: Clock, total: int, bar: _Bar) -> int:
    """Carry out deletions and edits of messages, and nothing else of the outbox; the number still waiting.

    Raises ConfigError when Slack refuses the token, or the token is another workspace's.
    """
    store = open_store(url)
    try:
        async with slack_client.connections() as session:
            slack = Slack(slack_client.build(secrets.slack_bot_token, secrets.slack_api_url, session))
            me = await checks.slack_me(slack)
            if me.team_id != workspace:
                raise ConfigError(
                    "SLACK_BOT_TOKEN", f"is not of the workspace {workspace}.", "Use that workspace's token."
                )
            delivery = Delivery(
                store,
                workspace,
                clock,
                {
                    kinds.SLACK_DELETE: SlackDeletes(store, slack),
                    kinds.SLACK_FILE_DELETE: SlackFileDeletes(slack),
                    kinds.SLACK_EDIT: SlackEdits(store, slack, Identity(slack, me.team_id)),
                },
                hook=note_posts_only,
                wake=lambda: None,
                counted=lambda _kind, _outcome: None,
                timings=Timings(),
                only=removal.QUEUE,
            )
            give_up = asyncio.get_running_loop().time() + PATIENCE
            while True:
                await delivery.drain()
                left = await store.read(_open_ones, workspace)
                bar.seen(total - left, total)
                if not left or asyncio.get_running_loop().time() > give_up:
                    return left
                await asyncio.sleep(_EVERY)
    finally:
        store.close()


def note_posts_only(session: Session, intent: Intent, state: str, outcome: object, at: Moment) -> None:
    """What an outcome here means for the tables: where a message stands."""
    note_posts(session, intent, state, outcome, at)


def runs(url: str, workspace: str, clock: Clock) -> bool:
    """Whether a bot runs on this database."""
    file = look.sqlite_file(url)
    if file is not None:
        return look.held_by(file) is not None
    with beside.reading(url) as session:
        alive = pulse.last_beat(session, workspace, ALIVE)
    return alive is not None and abs(moment(clock).now - alive.at) < RUNS_WITHIN


def _waiting(url: str, workspace: str) -> int:
    with beside.reading(url) as session:
        return _open_ones(session, workspace)


def _open_ones(session: Session, workspace: str) -> int:
    query = (
        select(func.count())
        .select_from(Intent)
        .where(
            Intent.workspace == workspace,
            Intent.queue == removal.QUEUE,
            col(Intent.state).in_(intents.OPEN),
        )
    )
    return int(session.exec(query).one())


def overwrite(url: str) -> None:
    """Leave nothing in a SQLite file's free pages or in what waits to be written into it.

    Deleted rows are overwritten as they go (`secure_delete`); the log of writes is taken into the file and
    cut to nothing, which a bot that reads in that moment puts off. Without a bot the file is written anew as
    well, for what was deleted before Watchbell overwrote anything.
    """
    file = look.sqlite_file(url)
    if file is None:
        return
    alone = look.held_by(file) is None
    engine = sqlite.engine(parse_url(url), connections=1)
    try:
        sqlite.empty_log(engine, anew=alone)
    finally:
        engine.dispose()


class _Bar:
    """A bar on standard error, gone when it is full."""

    def __init__(self, what: str) -> None:
        self._bar = Bar(
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task(what, total=None)

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def seen(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total)
