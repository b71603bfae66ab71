"""Fixtures that every area shares, and the figures that long runs leave behind."""

import gc
import os
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

import shared_sql

UNTIL = pytest.StashKey[float | None]()
"""Until when (monotonic) tests begin; None for as long as it takes."""

# How long an example takes tells of the machine: speed has a place of its own, `make bench`.
settings.register_profile("watchbell", deadline=None)
# Where a change is judged it meets the same examples as the one before; new ones are found at people's desks.
settings.register_profile("judged", deadline=None, derandomize=True)
settings.load_profile("judged" if os.environ.get("CI") == "true" else "watchbell")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--for-minutes", type=float, help="Skip what is not begun by then.")
    parser.addoption("--mixed-by", default="", help="Words that decide which files come first.")


def pytest_configure() -> None:
    """Tests share what they compile, in a process each."""
    shared_sql.share()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes many minutes begins first, so that nothing goes on long after everything else has ended."""
    mixed_by = config.getoption("--mixed-by")
    if mixed_by:
        items.sort(key=lambda item: _turn(item, mixed_by))
    items.sort(key=_minutes, reverse=True)


def _turn(item: pytest.Item, mixed_by: str) -> tuple[bool, str]:
    """Where time may not suffice for all: kills and replicas first, then whichever files' turn it is."""
    file = item.path.relative_to(Path(__file__).parent)
    return file.parts[0] not in ("chaos", "replicas"), sha256(f"{mixed_by} {file}".encode()).hexdigest()


def pytest_sessionstart(session: pytest.Session) -> None:
    minutes = session.config.getoption("--for-minutes")
    session.config.stash[UNTIL] = time.monotonic() + 60 * minutes if minutes else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    until = item.config.stash[UNTIL]
    if until is not None and time.monotonic() > until:
        pytest.skip(f"not begun within {item.config.getoption('--for-minutes'):g} minutes")


def pytest_collection_finish() -> None:
    """Python's collector of garbage leaves out what every test shares, and comes seldom: a sixth of the time
    of tests was its walking through half a million objects that stay.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _minutes(item: pytest.Item) -> float:
    return max((float(mark.kwargs.get("minutes", 0)) for mark in item.iter_markers("chaos")), default=0.0)


def pytest_sessionfinish() -> None:
    """Databases that tests were copied from are in nobody's way afterwards."""
    databases = sys.modules.get("databases")
    if databases is not None:
        databases.drop_templates()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests noted as user properties named "figures", a line each."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    lines = {
        "  ".join(f"{name} {number}" if name != "what" else f"{number:<36}" for name, number in told.items())
        for report in reports
        for kind, told in getattr(report, "user_properties", ())
        if kind == "figures"
    }
    if lines:
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.line(line)
