"""`watchbell audit`: where Intercom and Watchbell differ on last week's promises."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table
from sqlmodel import select

from bot.cards.comparisons import CAUSES
from bot.durations import plural
from bot.operate.ground import database_url, refuse, say
from bot.store import beside, comparisons
from bot.store.comparisons import Comparison

SHOWN = 50
"""Rows of the table; `--json` prints all of them."""


@click.command(short_help="Show the last comparison with Intercom.")
@click.option("--json", "as_json", is_flag=True, help="Print everything for machines.")
def audit(as_json: bool) -> None:
    """Show what the last comparison with Intercom found. Exit code 1 when something is unexplained."""
    with beside.reading(database_url()) as session:
        workspace = session.exec(select(Comparison.workspace).limit(1)).first()
        if workspace is None:
            refuse("nothing was compared yet. The bot compares once a day.")
        counts = comparisons.counts(session, workspace)
        rows = comparisons.that_differ(session, workspace, limit=100_000)
    if as_json:
        told = [row.model_dump(mode="json", exclude={"workspace"}) for row in rows]
        click.echo(json.dumps({"counts": counts, "differ": told}, indent=2, ensure_ascii=False))
    else:
        _show(counts, rows)
    raise click.exceptions.Exit(1 if counts.get("unexplained") else 0)


def _show(counts: dict[str, int], rows: list[Comparison]) -> None:
    say(
        f"Of the seven days before the last comparison {counts.get('agrees', 0)} agree, "
        f"{counts.get('explained', 0)} differ for a known reason, "
        f"{counts.get('unexplained', 0)} without one; "
        f"{plural(counts.get('not comparable', 0), 'conversation')} could not be compared."
    )
    if not rows:
        return
    table = Table(box=None, pad_edge=False)
    for name in ("conversation", "what", "Intercom", "Watchbell", "because"):
        table.add_column(
            name, overflow="fold" if name == "because" else "ellipsis", no_wrap=name != "because"
        )
    for row in rows[:SHOWN]:
        because = CAUSES.get(row.cause, row.cause) if row.cause is not None else "no event explains it"
        table.add_row(row.conversation_id, row.what, row.theirs, row.ours, because)
    if len(rows) > SHOWN:
        table.caption = f"and {len(rows) - SHOWN} more: --json prints all"
    Console().print(table)
