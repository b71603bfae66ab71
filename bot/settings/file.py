"""watchbell.toml: read and checked as a whole. A faulty file is refused with line, key and mend."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

from bot.durations import DAY, HOUR
from bot.errors import ConfigError
from bot.settings.alerting import read_alerts, read_escalations, read_routes
from bot.settings.calendars import read_calendars
from bot.settings.claims import read_claims
from bot.settings.digests import read_digests
from bot.settings.locate import lines_of
from bot.settings.mailbox import read_mailbox
from bot.settings.model import (
    WEEKDAYS,
    AccountsConfig,
    ChannelsConfig,
    Config,
    MondayConfig,
    PeopleConfig,
    Policy,
    RetentionConfig,
    RiskConfig,
    SweepConfig,
    WorkspaceConfig,
)
from bot.settings.policies import read_policies
from bot.settings.reader import CHANNEL, PERSON, FaultyFile, Problem, Report, Table
from bot.settings.secrets import DEFAULT_CONFIG
from bot.settings.spreading import read_spreading
from bot.settings.values import one_bracket, shown

_SYNTAX_PLACE = re.compile(r" \((?:at line (\d+), column \d+|at end of document)\)$")


def load_config(path: Path, given: str | None = None) -> Config:
    """Read the file at `path`. Raises FaultyFile (a ConfigError) with all its faults, or ConfigError when it
    cannot be read at all. `given` is the argument that named it, where the setting did not."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        why = "is not there." if isinstance(error, FileNotFoundError) else "cannot be read."
        if given is not None:
            raise ConfigError(f"{given} {path}", why, "Name a file that you may read.") from error
        mend = "Set WATCHBELL_CONFIG to your watchbell.toml, or copy the example of the repository."
        named = path != Path(DEFAULT_CONFIG)
        raise ConfigError(f"WATCHBELL_CONFIG {path}" if named else str(path), why, mend) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        fault = Problem(line, "", "is not UTF-8 text.", "Save the file as UTF-8.")
        raise FaultyFile(path.name, [fault]) from error
    return parse_config(text, path.name)


def parse_config(text: str, file: str = "watchbell.toml") -> Config:
    """Read the text of a watchbell.toml; `file` names it in faults. Raises FaultyFile."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FaultyFile(file, [_syntax_problem(str(error), text)]) from error
    report = Report(lines_of(text))
    top = Table(report, (), data)
    workspace = _workspace(top)
    calendars = read_calendars(top, workspace.timezone)
    escalations = read_escalations(top)
    config = Config(
        workspace=workspace,
        channels=_channels(top),
        calendars=calendars,
        policies=read_policies(top, calendars, escalations),
        people=_people(top.table("people")),
        accounts=_accounts(top.table("accounts")),
        monday=_monday(top.table("monday")),
        risk=_risk(top.table("risk")),
        claims=read_claims(top.table("claims")),
        sweep=_sweep(top.table("sweep")),
        retention=_retention(top.table("retention")),
        mailbox=read_mailbox(top.table("mailbox")),
        alerts=read_alerts(top.table("alerts"), calendars),
        routes=read_routes(top),
        escalations=escalations,
        digests=read_digests(top, workspace.timezone),
        spreading=read_spreading(top.table("spreading")),
    )
    top.done()
    if report.problems:
        raise FaultyFile(file, report.problems)
    return config


def parse_policies(text: str, known: Config) -> tuple[Policy, ...]:
    """Read [[policies]] alone, against the calendars and escalations of a config. Raises FaultyFile."""
    file = "your text"
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FaultyFile(file, [_syntax_problem(str(error), text)]) from error
    report = Report(lines_of(text))
    top = Table(report, (), data)
    policies = read_policies(top, known.calendars, known.escalations)
    top.done()
    if report.problems:
        raise FaultyFile(file, report.problems)
    return policies


def version(config: Config) -> str:
    """Names the policies and calendars, whatever else the file says. Stored with every closed clock."""
    return hashlib.sha256(repr((config.policies, config.calendars)).encode()).hexdigest()[:12]


_AGAIN = ("Cannot declare", "Cannot overwrite", "Cannot mutate")
_ALONE = re.compile(r"^\s*\[\s*(policies|routes|escalations|digests)\s*\]", re.MULTILINE)
"""One bracket around what there may be several of: TOML takes the first, and tells of the second."""


def _syntax_problem(message: str, text: str) -> Problem:
    alone = _ALONE.search(text) if message.startswith(_AGAIN) else None
    if alone is not None:
        return Problem(text.count("\n", 0, alone.start(1)) + 1, alone[1], *one_bracket(alone[1]))
    found = _SYNTAX_PLACE.search(message)
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    what = message[: found.start()] if found else message
    what = what.replace("Illegal character '\\n'", "the line ends inside a text")
    mend = "Mend the line; a common cause is a missing quote, comma or bracket on it or the line before."
    return Problem(line, "", f"is not valid TOML: {what[:1].lower()}{what[1:]}.", mend)


def _workspace(top: Table) -> WorkspaceConfig:
    table = top.table("workspace")
    table.need("name", 'Write name = "Your company".')
    table.need("timezone", 'Write timezone = "Europe/Berlin".')
    table.need("intercom_app", "Write the part after /apps/ in an inbox address of your Intercom.")
    workspace = WorkspaceConfig(
        name=table.text("name"),
        timezone=table.zone("timezone", "UTC"),
        intercom_app=table.text("intercom_app"),
        currency=table.text("currency"),
    )
    table.done()
    return workspace


def _channels(top: Table) -> ChannelsConfig:
    table = top.table("channels")
    names = []
    for key, example in (
        ("alerts", "#support-alerts"),
        ("accounts", "#support-accounts"),
        ("monday", "#support"),
    ):
        table.need(key, f'Write {key} = "{example}".')
        name = table.text(key)
        if name and not CHANNEL.fullmatch(name):
            table.fault(
                key,
                f"{shown(name)} is not a channel.",
                f'Write "{example}" or a channel id such as "C07ABCDEF12".',
            )
        names.append(name)
    table.done()
    return ChannelsConfig(*names)


def _people(table: Table) -> PeopleConfig:
    def person(text: str) -> str:
        if not PERSON.fullmatch(text):
            raise ValueError(f"{shown(text)} is neither an e-mail address nor a Slack user id.")
        return text

    leads = table.each("leads", person, 'Write "mara@example.com" or "U07ABCDEF12".')
    table.done()
    return PeopleConfig(tuple(leads))


def _accounts(table: Table) -> AccountsConfig:
    usual = AccountsConfig()
    accounts = AccountsConfig(
        renewal_attribute=table.text("renewal_attribute", usual.renewal_attribute),
        trial_ends_attribute=table.text("trial_ends_attribute", usual.trial_ends_attribute),
        owner_attribute=table.text("owner_attribute", usual.owner_attribute),
        segment_attribute=table.text("segment_attribute", usual.segment_attribute),
        new_message_every=table.seconds("new_message_every", usual.new_message_every, least=60, most=DAY),
        public_domains=tuple(each.lower().lstrip("@") for each in table.texts("public_domains")),
    )
    table.done()
    return accounts


def _monday(table: Table) -> MondayConfig:
    usual = MondayConfig()
    written = table.text("weekday", WEEKDAYS[usual.weekday])
    day = written.lower()
    if day not in WEEKDAYS:
        table.unknown(("monday", "weekday"), written, WEEKDAYS)
    monday = MondayConfig(
        weekday=WEEKDAYS.index(day) if day in WEEKDAYS else usual.weekday,
        at=table.clock_time("at", usual.at),
        limit=table.integer("limit", usual.limit, 1, 10),
        due_by=table.clock_time("due_by", usual.due_by),
    )
    table.done()
    return monday


def _risk(table: Table) -> RiskConfig:
    usual = RiskConfig()
    risk = RiskConfig(
        renewal_within=table.seconds("renewal_within", usual.renewal_within, DAY),
        trial_ends_within=table.seconds("trial_ends_within", usual.trial_ends_within, DAY),
        quiet_after=table.seconds("quiet_after", usual.quiet_after, DAY),
        csat_at_most=table.integer("csat_at_most", usual.csat_at_most, 1, 5),
        csat_within=table.seconds("csat_within", usual.csat_within),
        reopens_from=table.integer("reopens_from", usual.reopens_from, 1, 100),
    )
    table.done()
    return risk


def _sweep(table: Table) -> SweepConfig:
    usual = SweepConfig()
    sweep = SweepConfig(
        every=table.seconds("every", usual.every, least=15, most=HOUR),
        overlap=table.seconds("overlap", usual.overlap, least=60, most=24 * HOUR),
    )
    table.done()
    return sweep


def _retention(table: Table) -> RetentionConfig:
    """The least of each is what the bot itself still reads: see the comments of watchbell.toml."""
    usual, year = RetentionConfig(), 366 * DAY
    retention = RetentionConfig(
        webhooks=table.seconds("webhooks", usual.webhooks, least=HOUR, most=year),
        receipts=table.seconds("receipts", usual.receipts, least=9 * DAY, most=year),
        messages=table.seconds("messages", usual.messages, least=3 * DAY, most=year),
        conversations=table.seconds("conversations", usual.conversations, least=7 * DAY, most=year),
        activity=table.seconds("activity", usual.activity, least=15 * DAY, most=year),
        risk=table.seconds("risk", usual.risk, least=14 * DAY, most=year),
        audit=table.seconds("audit", 0, least=30 * DAY, most=year) or None,
    )
    if retention.webhooks > retention.receipts:
        table.fault(
            "webhooks",
            "is longer than receipts: the whole receipt, body included, is gone by then.",
            "Write a shorter time here, or a longer one for receipts.",
        )
    table.done()
    return retention
