"""Addresses that cannot be meant: a sentence that names the setting, and nothing of what stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from databases import sqlite_file
from small_office import TOML

from bot.cli import main

SECRET = "s3cr3t"
DATABASES = [
    f"postgresql://bot:{SECRET}@host:port/name",
    f"postgresql://bot:{SECRET}@host:99999/name",
    f"postgresql://bot:{SECRET}@host:0/name",
    f"postgresql://bot:x@{SECRET}@host/name",
    f"postgresql://bot:{SECRET}/name",
    f"postgresql://bot:{SECRET}@[host/name",
    f"sqlite://{SECRET}/bot.db",
    "sqlite://",
]
WEB = [
    f"https://bot:{SECRET}@[bad",
    "https://[bad",
    "https://host:99999",
    "https://host:port",
    "https://host:0",
    "https://xn--",
    "https://",
    "ftp://host",
]
NAMES = ["INTERCOM_API_URL", "SLACK_API_URL", "HEARTBEAT_URL"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "watchbell.toml").write_text(TOML, "utf-8")
    monkeypatch.chdir(tmp_path)


def refused(environment: dict[str, str], *words: str) -> str:
    """What a command says that cannot run: one sentence, without anything of a password."""
    usual = {
        "COLUMNS": "400",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "INTERCOM_TOKEN": "a-token",
        "SLACK_API_URL": "http://127.0.0.1:9/",
        "INTERCOM_API_URL": "http://127.0.0.1:9/",
        "DATABASE_URL": "sqlite:///none.db",
    }
    done = CliRunner(env={**usual, **environment}).invoke(main, words)
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 2, done.output
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert SECRET not in done.output + done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize("address", DATABASES)
@pytest.mark.parametrize("words", [("run",), ("doctor",), ("outbox", "list")], ids=lambda words: words[0])
def test_a_database_address_that_cannot_be_meant(words: tuple[str, ...], address: str) -> None:
    told = refused({"DATABASE_URL": address}, *words)
    assert told.startswith("watchbell: DATABASE_URL: is not an address that can be read. Write sqlite:///")


def test_where_to_move_the_database_is_checked_alike(tmp_path: Path) -> None:
    source = sqlite_file(tmp_path)
    for address in (each for each in DATABASES if each.startswith("postgresql")):
        told = refused({"DATABASE_URL": source}, "migrate-db", "--to", address)
        assert told.startswith("watchbell: --to: ")


@pytest.mark.parametrize("address", WEB)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_a_web_address_that_cannot_be_meant(command: str, name: str, address: str) -> None:
    told = refused({name: address}, command)
    assert told.startswith(f"watchbell: {name}: is not a web address.")


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (("--until", "0001-01-01"), "--until: 0001-01-01 is no day"),
        (("--until", "9999-12-31"), "--until: 9999-12-31 is no day"),
        (("--since", "999999999999999d"), "--since: "),
    ],
)
def test_a_stretch_that_no_calendar_has(tmp_path: Path, more: tuple[str, ...], named: str) -> None:
    environment = {"DATABASE_URL": sqlite_file(tmp_path)}
    told = refused(environment, "replay", "--policies", "watchbell.toml", "--stored", *more)
    assert named in told
