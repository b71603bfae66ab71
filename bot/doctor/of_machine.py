"""This machine: watchbell.toml, the clock, the database, and what a running bot has written into it."""

from __future__ import annotations

import shlex
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.cards.failing import MEND
from bot.clock import moment
from bot.doctor.finding import Finding, fails, not_checked, of_error, ok
from bot.doctor.patient import Patient
from bot.durations import ago, human, plural
from bot.errors import ConfigError
from bot.outbox import kinds
from bot.semantic import files
from bot.settings.file import version
from bot.settings.model import Config
from bot.settings.reader import FaultyFile
from bot.store import intents, look, postgres, pulse, sqlite
from bot.store.intents import Intent
from bot.watch import readings, ticks

CLOCK_MAY_DIFFER = timedelta(seconds=60)
SWEEPS_MAY_MISS = 3
GIVEN_UP_REACH = timedelta(days=7)
SHOWN = 5

_NO_DATABASE = "there is no database yet."
_NO_TABLES = "the database cannot be read."


async def settings(patient: Patient) -> list[Finding]:
    """The environment was read, or there would be no patient."""
    way = "Socket Mode" if patient.secrets.socket_mode else f"signed HTTP on port {patient.secrets.port}"
    return [ok("Settings", f"the environment is complete, Slack by {way}")]


async def policies(patient: Patient) -> list[Finding]:
    return policies_of(patient.config, patient.secrets.config)


def policies_of(config: Config | ConfigError, path: Path) -> list[Finding]:
    """watchbell.toml: every fault on a line of its own."""
    check = "Policies"
    if isinstance(config, FaultyFile):
        return [fails(check, f"{p.where(config.file)}: {p.problem}", p.mend) for p in config.problems]
    if isinstance(config, ConfigError):
        return [of_error(check, config)]
    count = plural(len(config.policies), "policy", "policies")
    calendars = plural(len(config.calendars), "calendar")
    return [ok(check, f"{path} is fine: {count}, {calendars} (set {version(config)[:8]})")]


async def clock(patient: Patient) -> list[Finding]:
    """This machine's clock against Slack's and Intercom's: deadlines are computed from it."""
    here = patient.clock.machine()
    told = {
        "Slack": _told_at(patient.slack_me),
        "Intercom": _told_at(patient.intercom_me),
    }
    known = {name: at for name, at in told.items() if at is not None}
    if not known:
        return [not_checked("Clock", "neither Slack nor Intercom told the time.")]
    apart = {name: (here - at).total_seconds() for name, at in known.items()}
    worst = max(apart, key=lambda name: abs(apart[name]))
    if abs(apart[worst]) <= CLOCK_MAY_DIFFER.total_seconds():
        return [ok("Clock", f"within {CLOCK_MAY_DIFFER.seconds} s of {' and '.join(known)}")]
    way = "ahead of" if apart[worst] > 0 else "behind"
    return [
        fails(
            "Clock",
            f"this machine is {human(apart[worst])} {way} {worst}: deadlines ring at the wrong time, and "
            "signed requests are refused from five minutes on.",
            "Set the clock, and keep it set with NTP (timedatectl set-ntp true).",
        )
    ]


def _told_at(me: object) -> datetime | None:
    return getattr(me, "told_at", None)


async def database(patient: Patient) -> list[Finding]:
    """It can be read, and its tables are what this version needs. A running bot is no failure."""
    check = "Database"
    if patient.shut is not None:
        return [of_error(check, patient.shut)]
    if patient.engine is None:
        return [_new_file(patient)]
    try:
        found = look.revision(patient.engine)
    except SQLAlchemyError as error:
        return [_unreadable(patient, error)]
    newest = look.newest_revision()
    runs = f"; Watchbell runs on it ({patient.runs})" if patient.runs else ""
    if found is None:
        return [ok(check, f"is empty; the first start makes the tables{runs}")]
    if found == newest:
        return [ok(check, f"the tables are at revision {found}, the newest{runs}")]
    if not look.is_known(found):
        told = f"DATABASE_URL: the tables are at revision {found}, which this version does not know."
        return [fails(check, told, "A newer Watchbell made them: update this one, or restore a backup.")]
    told = f"DATABASE_URL: the tables are at revision {found}, this version needs {newest}{runs}."
    mend = "Restart the running bot; " if patient.runs else "Start Watchbell; "
    return [fails(check, told, f"{mend}it brings them up to date by itself.")]


async def database_file(patient: Patient) -> list[Finding]:
    """What customers said stands in it, for whoever can read it. Nothing is said while that is the owner."""
    file = look.sqlite_file(patient.secrets.database_url)
    if file is None or patient.engine is None or not look.may_be_database(file):
        return []
    others = look.read_by_others(file)
    if others is None:
        return []
    told = f"DATABASE_URL: {others} can read {file}, and all that customers said in it."
    return [fails("Database file", told, f"Type: chmod go-rwx {shlex.quote(str(file))}*")]


async def model(patient: Patient) -> list[Finding]:
    """Which engine decides what is one problem. None installed is a choice, a damaged one is not."""
    check, folder = "Same problem", patient.secrets.model
    if not folder.exists():
        return [ok(check, "the lexical engine decides; `watchbell model install` adds the semantic one")]
    wrong = files.fault(folder)
    if wrong is None:
        return [ok(check, "the semantic engine decides")]
    told = f"WATCHBELL_MODEL: {wrong}. The lexical engine decides meanwhile."
    return [fails(check, told, "Run `watchbell model install`, then restart the bot.")]


def _new_file(patient: Patient) -> Finding:
    file = look.sqlite_file(patient.secrets.database_url)
    closed = look.closed_folder(file) if file is not None else None
    if file is not None and closed is not None:
        return of_error("Database", sqlite.shut(file, closed))
    return ok("Database", f"{file} is not there yet; the first start makes it")


def _unreadable(patient: Patient, error: SQLAlchemyError) -> Finding:
    file = look.sqlite_file(patient.secrets.database_url)
    if file is not None:
        return of_error("Database", sqlite.unreadable(file, error))
    return of_error("Database", ConfigError("DATABASE_URL", *postgres.closed(error)))


async def sweep(patient: Patient) -> list[Finding]:
    """How long ago Intercom was read to its end. Late only counts while a bot should be reading."""
    check = "Last sweep"
    session = _session(patient)
    if isinstance(session, Finding):
        return [Finding(check, session.state, session.told)]
    workspace, opened = session
    try:
        with opened:
            beat = pulse.last_beat(opened, workspace, pulse.SWEEP)
            unread = readings.noted(opened, workspace)
    except SQLAlchemyError:
        return [not_checked(check, _NO_TABLES)]
    if beat is None:
        return [ok(check, "none yet; the first start reads Intercom")]
    age = patient.clock.now() - beat.at
    if patient.runs is None and look.sqlite_file(patient.secrets.database_url) is not None:
        return [ok(check, f"{ago(age.total_seconds())}; Watchbell is not running now")]
    if age > _patience(patient.config):
        told = f"Intercom has not been read for {human(age.total_seconds())}."
        mend = "See whether Watchbell runs and what its log says (sweep_failed)."
        return [fails(check, told, mend)]
    if unread:
        return [fails(check, f"{what} cannot be read.", why) for what, why in unread]
    return [ok(check, ago(age.total_seconds()))]


def _patience(config: Config | ConfigError) -> timedelta:
    every = timedelta(seconds=config.sweep.every) if isinstance(config, Config) else timedelta(minutes=1)
    return every * SWEEPS_MAY_MISS + timedelta(minutes=1)


async def work(patient: Patient) -> list[Finding]:
    """What a running bot does again and again: each part that fails in any of its processes."""
    check = "Own work"
    session = _session(patient)
    if isinstance(session, Finding):
        return [Finding(check, session.state, session.told)]
    workspace, opened = session
    at = moment(patient.clock)
    try:
        with opened:
            failing = ticks.failing_since(opened, workspace, at)
    except SQLAlchemyError:
        return [not_checked(check, _NO_TABLES)]
    lasting = {ticks.NAMES[name]: human((at.now - since).total_seconds()) for name, since in failing.items()}
    wrong = [fails(check, f"{what} has failed for {length}.", MEND) for what, length in lasting.items()]
    return wrong or [ok(check, "nothing of it is noted as failing")]


async def deliveries(patient: Patient) -> list[Finding]:
    """What was given up, each with the reason that Slack or Intercom gave."""
    check = "Deliveries"
    session = _session(patient)
    if isinstance(session, Finding):
        return [Finding(check, session.state, session.told)]
    workspace, opened = session
    try:
        with opened:
            since = patient.clock.machine() - GIVEN_UP_REACH
            dead = intents.given_up(opened, workspace, since=since)
            unconfirmed = intents.given_up(opened, workspace, since=since, state="unconfirmed")
            depth = intents.depth(opened, workspace)
    except SQLAlchemyError:
        return [not_checked(check, _NO_TABLES)]
    waiting = sum(depth.get(state, 0) for state in intents.OPEN)
    wrong = [*_given_up(check, dead), *_not_confirmed(check, unconfirmed)]
    return wrong or [ok(check, f"{waiting} on the way, none given up in seven days")]


def _given_up(check: str, dead: list[Intent]) -> list[Finding]:
    if not dead:
        return []
    reasons = "; ".join(
        f"{kinds.NAMES.get(one.kind, one.kind)} ({one.subject}): {one.error or 'no reason'}"
        for one in dead[:SHOWN]
    )
    more = f"; and {len(dead) - SHOWN} more" if len(dead) > SHOWN else ""
    what = f"{plural(len(dead), 'message was', 'messages were')} given up in seven days: {reasons}{more}."
    return [
        fails(check, what, "Remove the cause. `watchbell outbox list` names each; then `retry` or `drop`.")
    ]


def _not_confirmed(check: str, answers: list[Intent]) -> list[Finding]:
    if not answers:
        return []
    what = f"{plural(len(answers), 'answer is', 'answers are')} not confirmed by Intercom."
    mend = "Who wrote it looks in Intercom and presses Send again; `watchbell outbox list` names it."
    return [fails(check, what, mend)]


def _session(patient: Patient) -> tuple[str, Session] | Finding:
    """The workspace and an open look into its tables, or why there is none."""
    if isinstance(patient.slack_me, ConfigError):
        return not_checked("", "Slack does not say which workspace it is.")
    if patient.engine is None:
        return not_checked("", _NO_TABLES if patient.shut is not None else _NO_DATABASE)
    return patient.slack_me.team_id, Session(patient.engine)
