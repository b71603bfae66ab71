"""`watchbell replay`: what other policies would have promised and missed, from the stored past."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlmodel import select

from bot.durations import human, plain_seconds, plural
from bot.intake import history
from bot.operate.ground import config_path, database_url, refuse
from bot.settings.file import load_config
from bot.sla import past
from bot.sla.clock import LABELS
from bot.sla.promises import Promises
from bot.sla.replay import Difference, Outcome, Tally, difference, outcome
from bot.store import beside, pulse
from bot.store.conversations import Conversation

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHADES = "·░▒▓█"
_MOST = 10
_IDS = 8
_LOOK = 0.5
"""Seconds between two looks at how far the fetching is."""
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between these every instant can be told in every time zone."""
_PATIENCE = 10.0
"""Seconds without any progress after which what is stored must do."""


@click.command(short_help="Try policies on the past.")
@click.option("--policies", type=click.Path(path_type=Path), required=True, help="The file to try out.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    help="The file that is in force. Default: the one that WATCHBELL_CONFIG names.",
)
@click.option("--since", default="30d", show_default=True, help="How far back to go, such as 30d.")
@click.option("--stored", is_flag=True, help="Count what is stored; have no older history fetched.")
@click.option("--until", type=click.DateTime(), help="The end of the stretch, in UTC. Default: now.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def replay(
    policies: Path, against: Path | None, since: str, stored: bool, until: datetime | None, as_json: bool
) -> None:
    """Try policies on the past before anybody is held to them.

    Changes nothing that is in force. History that is older than what is stored is fetched by the running bot,
    once, and kept.
    """
    tried = load_config(policies, "--policies")
    present = load_config(against, "--against") if against is not None else load_config(config_path())
    try:
        reach = timedelta(seconds=plain_seconds(since))
    except ValueError as error:
        refuse(f"--since: {error}")
    now = until.replace(tzinfo=UTC) if until is not None else datetime.now(UTC)
    if not _EARLIEST <= now <= _LATEST:
        refuse(f"--until: {now.date()} is no day to count to. Write one such as {datetime.now(UTC).date()}.")
    console = Console(stderr=True)
    if not stored:
        _reach_back(now - reach, console)
    with beside.reading(database_url()) as session:
        workspace = session.exec(select(Conversation.workspace).limit(1)).first()
        if workspace is None:
            refuse("no conversation is stored yet. Let the bot read Intercom first.")
        zone = ZoneInfo(tried.workspace.timezone)
        outcomes = []
        with Progress(TextColumn("Replaying"), BarColumn(), console=console, transient=True) as bar:
            total = past.count(session, workspace, now - reach) * 2
            task = bar.add_task("replay", total=total or 1)
            for number, config in enumerate((present, tried)):
                base = number * total / 2

                def seen(done: int, base: float = base) -> None:
                    bar.update(task, completed=base + done)

                cases = past.cases(session, workspace, Promises(config), now - reach, now, seen=seen)
                outcomes.append(outcome(cases, zone))
        oldest, tickets = (
            past.reaches_back_to(session, workspace),
            pulse.tickets_reached(session, workspace),
        )
    changed = difference(outcomes[0], outcomes[1])
    if as_json:
        click.echo(json.dumps(as_dict(outcomes[0], outcomes[1], changed), indent=2, ensure_ascii=False))
        return
    if oldest is not None and oldest > now - reach:
        console.print(
            f"Stored conversations begin {oldest.astimezone(zone):%d %b %Y}; nothing before is counted.",
            highlight=False,
        )
    if tickets is not None and tickets > now - reach:
        console.print(
            f"Tickets closed before {tickets.astimezone(zone):%d %b %Y} are not counted.",
            highlight=False,
        )
    show(Console(), policies.name, outcomes[0], outcomes[1], changed, zone)


def _reach_back(since: datetime, console: Console) -> None:
    """Have the running bot fetch what lacks since then, and wait for it as long as it gets on."""
    url = database_url()
    with beside.reading(url) as session:
        workspace = session.exec(select(Conversation.workspace).limit(1)).first()
        reached = pulse.reached(session, workspace) if workspace is not None else None
    if workspace is None or reached is None or since >= reached:
        return
    with beside.changing(url) as session:
        history.want(session, workspace, since)
    columns = (TextColumn("Fetching older history"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("history", total=None)
        before, moved = None, time.monotonic()
        while time.monotonic() - moved < _PATIENCE:
            with beside.reading(url) as session:
                now = history.reading(session, workspace)
            if now is None:
                return
            if now != before:
                before, moved = now, time.monotonic()
                bar.update(task, completed=now.done, total=now.total)
            time.sleep(_LOOK)
    console.print(
        "Older history is not here yet. The bot fetches it while it runs: start it if it does not run, "
        "and try again later.",
        highlight=False,
        soft_wrap=True,
    )


def show(
    console: Console, name: str, present: Outcome, tried: Outcome, changed: Difference, zone: ZoneInfo
) -> None:
    """Print the outcome beside what is in force."""
    if not tried.total.promises and not present.total.promises:
        console.print("No promise began in that time, under either file.")
        return
    console.print(_clocks(name, present, tried))
    for title, before, after in (
        ("Policy", present.by_policy, tried.by_policy),
        ("Account", present.by_account, tried.by_account),
        ("Team", present.by_team, tried.by_team),
    ):
        if after:
            console.print(_group(title, dict(before), after))
    if tried.total.missed:
        _heat(console, tried, zone)
    for one, many, ids in (
        (
            "conversation would be missed and was not",
            "conversations would be missed and were not",
            changed.newly_missed,
        ),
        (
            "conversation was missed and would not be",
            "conversations were missed and would not be",
            changed.no_longer,
        ),
    ):
        if ids:
            more = f" and {len(ids) - _IDS} more" if len(ids) > _IDS else ""
            said = f"{plural(len(ids), one, many)}: {', '.join(ids[:_IDS])}{more}."
            console.print(said, highlight=False, soft_wrap=True)
    if not changed.newly_missed and not changed.no_longer:
        console.print("The same conversations are missed under both files.")


def as_dict(present: Outcome, tried: Outcome, changed: Difference) -> dict[str, object]:
    """The result for machines; lengths in working seconds."""
    return {"in_force": _plain(present), "tried": _plain(tried), "difference": asdict(changed)}


def _plain(counted: Outcome) -> dict[str, object]:
    return {
        "total": asdict(counted.total),
        "by_clock": {name.value: asdict(each) for name, each in counted.by_clock},
        "by_policy": {name: asdict(each) for name, each in counted.by_policy},
        "by_account": {name: asdict(each) for name, each in counted.by_account},
        "by_team": {name: asdict(each) for name, each in counted.by_team},
        "missed_by_weekday_and_hour": [list(row) for row in counted.missed_by_hour],
        "missed": sorted(counted.missed),
    }


def _clocks(name: str, present: Outcome, tried: Outcome) -> Table:
    table = _table("Promise")
    before = dict(present.by_clock)
    rows = [(LABELS[clock], before.get(clock, Tally()), each) for clock, each in tried.by_clock]
    table.title = f"{name} on the past, in brackets what is in force"
    for label, old, new in (*rows, ("all", present.total, tried.total)):
        _row(table, label, old, new)
    return table


def _group(title: str, before: dict[str, Tally], after: tuple[tuple[str, Tally], ...]) -> Table:
    table = _table(title)
    for label, new in after[:_MOST]:
        _row(table, label, before.get(label, Tally()), new)
    if len(after) > _MOST:
        table.caption = f"and {len(after) - _MOST} more"
    return table


def _table(first: str) -> Table:
    table = Table(box=None, pad_edge=False, title_justify="left", caption_justify="left")
    table.add_column(first, max_width=40, no_wrap=True, overflow="ellipsis")
    for name in ("promises", "warned", "missed", "kept", "usually late by"):
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _row(table: Table, label: str, old: Tally, new: Tally) -> None:
    def both(fresh: str, before: str) -> str:
        return fresh if fresh == before else f"{fresh} ({before})"

    table.add_row(
        label,
        both(str(new.promises), str(old.promises)),
        both(str(new.warned), str(old.warned)),
        both(str(new.missed), str(old.missed)),
        both(_share(new), _share(old)),
        both(_late(new), _late(old)),
    )


def _share(counted: Tally) -> str:
    return f"{counted.kept_share:.0%}" if counted.promises else "–"


def _late(counted: Tally) -> str:
    return human(counted.median_late) if counted.missed else "–"


def _heat(console: Console, tried: Outcome, zone: ZoneInfo) -> None:
    """When the missed ones began: a row a day, a sign an hour."""
    most = max(max(row) for row in tried.missed_by_hour)
    console.print(f"When missed promises began, {zone.key}, darkest {most}:", highlight=False)
    console.print("     0     6     12    18", highlight=False)
    for day, row in zip(DAYS, tried.missed_by_hour, strict=True):
        signs = "".join(_SHADES[-(-count * (len(_SHADES) - 1) // most)] for count in row)
        console.print(f"{day}  {signs}  {sum(row) or ''}", highlight=False)
