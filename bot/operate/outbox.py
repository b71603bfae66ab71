"""`watchbell outbox`: what could not be delivered and what waits, and a person's word on it.

It works beside the running bot, which delivers within a second what is retried here. Words of customers and
reps are shown by `show --words` only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlmodel import Session

from bot.clock import Moment, SystemClock, moment
from bot.durations import human, plural
from bot.operate import ground
from bot.outbox import kinds, settle
from bot.outbox.settle import Verdict
from bot.slack import text
from bot.store import beside, gaps, intents
from bot.store.intents import Intent
from bot.watch.auditor import WAITS

SHOWN = 50
"""Rows of a table; `--json` prints all of them."""

_ABOUT = {
    "alert": "alert, conversation {}",
    "inslack": "words in channel {}",
    "spread": "spreading issue {}",
    "ring": "call to the leads, conversation {}",
    "call": "escalation, conversation {}",
    "calls": "several calls of an escalation to {}",
    "burst": "several alerts in {}",
    "account": "account {}",
    "issue": "one problem of account {}",
    "hold": "reminder of a claim, conversation {}",
    "handover": "news of a hand-over, conversation {}",
    "outcome": "what became of a change in Intercom",
    "delivery": "what became of an answer",
    "replay": "what other promises would have asked of the past",
    "settings": "how watchbell.toml is, {}",
    "monday": "Monday summary of {}",
    "digest": "digest {}",
    "pause": "an outbound {} that was paused",
    "pauses": "what was paused when the bot came",
    "quiet": "what has gone quiet",
    "unread": "what is not read ({})",
    "failing": "a tick that fails ({})",
    "dead_letters": "what could not be delivered, {}",
}
_WHICH = "Write the id or the key of one; `watchbell outbox list` names them."
_STYLES = {"dead": "red", "unconfirmed": "yellow"}


@dataclass(frozen=True, slots=True)
class Line:
    """An intent as it is listed: no words of a customer or rep."""

    id: int
    key: str
    kind: str
    about: str
    state: str
    since: str
    due: str | None
    attempts: int
    reason: str | None
    workspace: str


@click.group(short_help="See, send again or forget what is stuck.")
def outbox() -> None:
    """Show what could not be delivered, send it again, or forget it. Works beside the running bot."""


@outbox.command("list", short_help="List what waits for a person, or too long.")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(intents.STATES), help="Everything in this state."
)
@click.option("--json", "as_json", is_flag=True, help="Print it for machines.")
def list_(states: tuple[str, ...], as_json: bool) -> None:
    """List what waits for a person, and what has waited for too long.

    Exit code 1 says that there is something. With --state it is a list like any other.
    """
    at = moment(SystemClock())
    with beside.reading(ground.database_url()) as session:
        most = None if as_json else SHOWN + 1
        found = intents.in_states(session, states, limit=most) if states else waiting(session, at)
        lines = [line(each) for each in found]
    if as_json:
        click.echo(json.dumps({"intents": [_dict(each) for each in lines]}, indent=2, ensure_ascii=False))
    elif lines:
        _print(lines, at)
    else:
        ground.say(_nothing(states))
    raise click.exceptions.Exit(1 if lines and not states else 0)


@outbox.command(short_help="Show one of them; its words with --words.")
@click.argument("which", metavar="ID|KEY", callback=ground.filled(_WHICH))
@click.option("--words", is_flag=True, help="Also what it says: words of customers and reps.")
@click.option("--json", "as_json", is_flag=True, help="Print it for machines.")
def show(which: str, words: bool, as_json: bool) -> None:
    """Show one of them; what it says only with --words."""
    with beside.reading(ground.database_url()) as session:
        intent = find(session, which)
        told = details(intent)
        said = spoken(intent) if words else None
    if as_json:
        click.echo(json.dumps(told | ({"words": said} if words else {}), indent=2, ensure_ascii=False))
        return
    for name, value in told.items():
        ground.say(f"{name.replace('_', ' '):<12} {'-' if value is None else text.one_line(str(value))}")
    if said is not None:
        ground.say("")
        ground.say(text.clean(said) or "Its words are not kept any more.")


@outbox.command(short_help="Deliver what was given up, after all.")
@click.argument("which", metavar="ID|KEY", callback=ground.filled(_WHICH))
@click.option("--yes", is_flag=True, help="Ask nothing.")
def retry(which: str, yes: bool) -> None:
    """Deliver something that was given up, or that nobody confirmed, after all."""
    url, at = ground.database_url(), moment(SystemClock())
    with beside.reading(url) as session:
        asked = settle.may_retry(session, find(session, which), at)
    _ask(asked, "Send it again?", yes=yes)
    with beside.changing(url) as session:
        intent = find(session, which)
        _same(settle.may_retry(session, intent, at), asked)
        revived = settle.retry(session, intent, at, by=ground.operator(), source=ground.CLI)
        where = f"{intent.id}, {about(intent)}"
    _settled(
        revived,
        f"{where}: on its way. The running bot sends it within seconds.",
        "goes with it",
        "go with it",
    )


@outbox.command(short_help="Forget something: it is never delivered.")
@click.argument("which", metavar="ID|KEY", callback=ground.filled(_WHICH))
@click.option("--yes", is_flag=True, help="Ask nothing.")
def drop(which: str, yes: bool) -> None:
    """Forget something that was given up or that waits: it is never delivered."""
    url, at = ground.database_url(), moment(SystemClock())
    with beside.reading(url) as session:
        intent = find(session, which)
        asked = settle.may_drop(intent)
        what = f"Forget {kinds.NAMES.get(intent.kind, intent.kind)} ({about(intent)})?"
    _ask(asked, what, yes=yes, always=True)
    with beside.changing(url) as session:
        intent = find(session, which)
        _same(settle.may_drop(intent), asked)
        dropped = settle.drop(session, intent, at, by=ground.operator(), source=ground.CLI)
        where = f"{intent.id}, {about(intent)}"
    _settled(dropped, f"{where}: dropped.", "was dropped with it", "were dropped with it")


def waiting(session: Session, at: Moment) -> list[Intent]:
    """What needs a person, and what has waited for longer than the auditor finds right."""
    late = at.machine - WAITS
    found = intents.in_states(session, (*settle.SETTLED, *intents.OPEN))
    return [each for each in found if _needs_somebody(each) or _is_overdue(each, late)]


def _needs_somebody(intent: Intent) -> bool:
    # Of what is long over only ids are left: nobody can do anything about it.
    return intent.state in settle.SETTLED and intent.cleared_at is None


def _is_overdue(intent: Intent, late: datetime) -> bool:
    return intent.state in intents.OPEN and gaps.waits_since(intent) < late


def find(session: Session, which: str) -> Intent:
    """The intent with this number or key; a sentence and exit code 2 when there is none."""
    # Python refuses to read a number of thousands of digits.
    number = int(which[:20]) if which.isascii() and which.isdigit() else None
    intent = intents.by_id(session, number) if number is not None else None
    intent = intent or intents.by_key(session, which)
    if intent is None:
        ground.refuse(f'there is no "{which}" in the outbox. `watchbell outbox list` names what there is.')
    return intent


def about(intent: Intent) -> str:
    """What it is about, by ids alone."""
    if intent.kind == kinds.INTERCOM_START:
        return f"words in channel {intent.subject.partition(':')[0]}"
    if intent.kind.startswith("intercom."):
        return f"conversation {intent.subject}"
    if intent.kind == kinds.SLACK_FILE_DELETE:
        return f"exported file {intent.subject}"
    kind, subject = settle.subject_of(intent.subject)
    return _ABOUT.get(kind, kind).format(subject)


def line(intent: Intent) -> Line:
    return Line(
        id=intent.id or 0,
        key=intent.key,
        kind=intent.kind,
        about=about(intent),
        state=intent.state,
        since=(intent.finished_at or gaps.waits_since(intent)).isoformat(),
        due=intent.due.isoformat() if intent.state in intents.OPEN else None,
        attempts=intent.attempts,
        reason=intent.error,
        workspace=intent.workspace,
    )


def details(intent: Intent) -> dict[str, Any]:
    """All there is to an intent but its words."""
    return _dict(line(intent)) | {
        "lane": intent.lane,
        "decided_at": intent.decided_at.isoformat(),
        "first_sent_at": intent.first_sent_at.isoformat() if intent.first_sent_at else None,
        "looks": intent.looks,
        "external_id": intent.external_id,
        "by": intent.payload.get("by"),
        "channel": intent.payload.get("channel"),
    }


def spoken(intent: Intent) -> str:
    """What it says: a rep's words, or a message with what it quotes. Empty when nothing is kept."""
    if intent.kind in kinds.WORDS:
        return str(intent.payload.get("plain", ""))
    return "\n".join([str(intent.payload.get("text", "")), *_texts(intent.payload.get("blocks", []))])


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in _texts(each)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [found for key, each in value.items() if key != "text" or not own for found in _texts(each)]


def _dict(shown: Line) -> dict[str, Any]:
    return {name: getattr(shown, name) for name in Line.__slots__}


def _print(lines: list[Line], at: Moment) -> None:
    # Two lines each, so that nothing but words is wrapped in a terminal of 80 columns.
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("id", justify="right", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("attempts", justify="right", no_wrap=True)
    table.add_column("what", overflow="fold")
    for each in lines[:SHOWN]:
        state = Text(each.state, style=_STYLES.get(each.state, ""))
        what = Text(text.one_line(each.about)).append(f"\n{each.kind}", style="dim")
        if each.reason:
            what.append(f": {text.one_line(each.reason)}", style="not dim")
        table.add_row(str(each.id), state.append(f"\n{_since(each.since, at)}"), str(each.attempts), what)
    Console().print(table)
    if len(lines) > SHOWN:
        ground.say(f"More than {SHOWN}; --json prints all of them.")
    if any(each.state in settle.SETTLED for each in lines):
        ground.say("`watchbell outbox retry ID` sends one again.")
        ground.say("`watchbell outbox drop ID` forgets it.")


def _since(instant: str, at: Moment) -> str:
    age = at.machine - datetime.fromisoformat(instant)
    return f"{human(age.total_seconds())} ago" if age >= timedelta(0) else f"in {human(age.total_seconds())}"


def _nothing(states: tuple[str, ...]) -> str:
    if states:
        return f"Nothing is {' or '.join(states)}."
    return "Nothing waits for a person, and nothing is late."


def _ask(verdict: Verdict, question: str, *, yes: bool, always: bool = False) -> None:
    """Say what speaks against it and ask; ends the command unless the answer is yes."""
    if verdict.refused is not None:
        ground.say(f"Nothing was changed. {verdict.refused}")
        raise click.exceptions.Exit(1)
    for doubt in verdict.doubts:
        ground.say(doubt)
    if (verdict.doubts or always) and not ground.agreed(question, yes=yes):
        ground.say("Nothing was changed.")
        raise click.exceptions.Exit(1)


def _same(verdict: Verdict, asked: Verdict) -> None:
    """What was agreed to is still what there is."""
    if verdict.refused is not None or set(verdict.doubts) - set(asked.doubts):
        why = verdict.refused or " ".join(each for each in verdict.doubts if each not in asked.doubts)
        ground.say(f"Nothing was changed, for something else was meanwhile. {why}")
        raise click.exceptions.Exit(1)


def _settled(changed: list[Intent], told: str, one: str, many: str) -> None:
    if not changed:
        ground.say("Nothing was changed: it was settled in this moment.")
        raise click.exceptions.Exit(1)
    ground.say(told)
    if len(changed) > 1:
        ground.say(
            f"{plural(len(changed) - 1, f'message in its thread {one}', f'messages in its thread {many}')}."
        )
