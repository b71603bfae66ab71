"""`watchbell migrate-db`: from the SQLite file of one process to PostgreSQL for several."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.durations import plural
from bot.errors import ConfigError
from bot.operate import ground
from bot.store import beside, look, moving, postgres, sqlite
from bot.store.engine import parse_url
from bot.store.filelock import FileLock
from bot.store.moving import Moved, NotMoved, Seen


@click.command("migrate-db", short_help="Copy the SQLite database to PostgreSQL.")
@click.option(
    "--to",
    "target",
    required=True,
    metavar="URL",
    callback=ground.filled("Write postgresql://user@host/name."),
    help="postgresql://user@host/name, empty.",
)
def migrate_db(target: str) -> None:
    """Copy everything from the SQLite database to an empty PostgreSQL one. Stop the bot first.

    The source is DATABASE_URL, and stays as it is. Without a password in the address PostgreSQL's own places
    count: PGPASSWORD, or ~/.pgpass.
    """
    source = source_file(ground.database_url())
    with _Bar() as bar:
        moved = move(source, target, seen=bar.seen)
    _print(moved)
    shown = make_url(target).render_as_string(hide_password=True)
    ground.say("Every row was compared and is the same there.")
    ground.say(f"Now set DATABASE_URL to {shown} and start Watchbell.")
    ground.say(f"{source} is as it was. Keep it until you have seen the bot run.")


def source_file(url: str) -> Path:
    """The SQLite file that is to be moved. Raises ConfigError when there is none."""
    file = look.sqlite_file(beside.checked(url))
    if file is None:
        problem = "is not a SQLite database."
        raise ConfigError("DATABASE_URL", problem, "Only those are moved; for PostgreSQL use pg_dump.")
    return file


def move(source: Path, target: str, *, seen: Seen) -> list[Moved]:
    """Copy the file into an empty PostgreSQL database, all or nothing.

    Raises ConfigError, which says what is wrong with one of the two.
    """
    with _held(source), _snapshot(source) as rows, _target(target) as engine:
        try:
            moving.make_room(engine)
            return moving.move(rows, engine, seen=seen)
        except NotMoved as reason:
            raise ConfigError("--to", "nothing was copied.", str(reason)) from reason
        except SQLAlchemyError as error:
            told = beside.unreadable(target, error)
            raise ConfigError("--to", f"nothing was copied. {told.problem}", told.mend) from error


@contextlib.contextmanager
def _held(file: Path) -> Iterator[None]:
    """The file, while no bot has it: what that wrote meanwhile would be left behind."""
    lock = FileLock(file.with_name(file.name + ".lock"))
    try:
        holder = lock.acquire()
    except OSError as error:
        raise sqlite.shut(file, error.strerror or "no access") from error
    if holder is not None:
        problem = f"Watchbell runs on {file} ({holder})."
        raise ConfigError("DATABASE_URL", problem, "Stop it first: nothing may be written while it is moved.")
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _snapshot(file: Path) -> Iterator[Connection]:
    """Everything in the file as of one instant, read-only."""
    with beside.reading(f"sqlite:///{file}") as session:
        connection = session.connection()
        connection.exec_driver_sql("BEGIN")
        yield connection


@contextlib.contextmanager
def _target(url: str) -> Iterator[Engine]:
    try:
        parsed = parse_url(url)
        if parsed.get_backend_name() == "sqlite":
            raise ConfigError("", "is not a PostgreSQL database.", "Write postgresql://user@host/name.")
    except ConfigError as error:
        raise ConfigError("--to", error.problem, "Write postgresql://user@host/name.") from error
    engine = postgres.engine(parsed, connections=1)
    try:
        engine.connect().close()
        yield engine
    except SQLAlchemyError as error:
        told = beside.unreadable(url, error)
        raise ConfigError("--to", told.problem, told.mend) from error
    finally:
        engine.dispose()


def _print(moved: list[Moved]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("table")
    table.add_column("rows", justify="right")
    table.add_column("checksum on both sides")
    for each in moved:
        table.add_row(each.table, f"{each.rows:,}", each.checksum[:16])
    Console().print(table)
    for each in moved:
        for column, count in each.nul.items():
            ground.say(
                f"{each.table}.{column}: in {plural(count, 'text')} NUL characters were replaced by "
                f"{moving.INSTEAD}, for PostgreSQL does not keep them."
            )


class _Bar:
    """How far it is, on standard error."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description:<16}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("rows copied and compared"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def seen(self, table: str, done: int, total: int) -> None:
        self._bar.update(self._task, description=table, completed=done, total=total)
