"""Run every measurement, each in a process of its own, one after the other, and show one table.

    python -m benchmarks [--quick] [SUBJECT ...]

Exit code 1 when a goal is not reached or a measurement breaks off.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, heard
from benchmarks.stage import ROOT

SUBJECTS = (
    "webhooks",
    "commands",
    "answer_window",
    "first_sweep",
    "crowd",
    "many_accounts",
    "million",
    "promises",
    "same_issue",
)
WIDTH = 160
"""Columns of the table where it goes into a file."""
PATIENCE = 1200
"""Seconds for one measurement; they end by themselves long before."""


def run(subject: str, *, quick: bool) -> tuple[list[Figure], bool]:
    """A measurement's figures, and whether it came to its end."""
    words = [sys.executable, "-m", f"benchmarks.{subject}", *(["--quick"] if quick else [])]
    try:
        done = subprocess.run(
            words, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return [], False
    found = [heard(line) for line in done.stdout.splitlines()]
    return [each for each in found if each is not None], done.returncode == 0


def table(figures: Sequence[Figure]) -> Table:
    made = Table(title="Watchbell, measured", title_justify="left")
    for name in ("", "figure", "floor", "ratio", "goal", ""):
        made.add_column(name, justify="left" if not name else "right")
    made.columns[0].overflow = "fold"
    made.add_column("")
    subject = ""
    for each in figures:
        if each.subject != subject:
            subject = each.subject
            made.add_section()
            made.add_row(f"[bold]{subject}[/bold]")
        made.add_row(
            each.what,
            _number(each.value, each.unit),
            _number(each.floor, each.unit),
            f"{each.ratio:.2f}" if each.ratio is not None else "",
            _goal(each),
            {True: "[green]ok[/green]", False: "[red]not reached[/red]", None: ""}[each.reached],
            f"[dim]{each.note}[/dim]" if each.note else "",
        )
    return made


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    size = abs(value)
    digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:,.{digits}f} {unit}".strip()


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    of_floor = figure.floor is not None
    number = f"{figure.goal:g}× floor" if of_floor else _number(figure.goal, figure.unit)
    return f"{figure.sense} {number}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="A short form of each; see their docstrings.")
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"Of {', '.join(SUBJECTS)}.")
    asked = parser.parse_args()
    unknown = [each for each in asked.subjects if each not in SUBJECTS]
    if unknown:
        parser.error(f"no such measurement: {', '.join(unknown)}. There are {', '.join(SUBJECTS)}.")
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    figures: list[Figure] = []
    broken: list[str] = []
    for subject in asked.subjects or SUBJECTS:
        found, ended = run(subject, quick=asked.quick)
        figures += found
        if not ended:
            broken.append(subject)
    console.print(table(figures))
    for subject in broken:
        console.print(f"[red]{subject} broke off.[/red] Run `python -m benchmarks.{subject}` by itself.")
    return 1 if broken or any(each.reached is False for each in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
