"""How soon a rep who types `/answer` has a window before them, with an Intercom that takes its time.

    python -m benchmarks.answer_window [--quick]

Three processes: this one, the bot behind its own uvicorn with its ticks running, and the local Slack and
Intercom, in which reps type `/answer <number>`, one after the other, and look at the clock: from their Enter
(the signed request goes out over HTTP) until Slack has opened the window, and until it is filled. Intercom
answers every call after two seconds meanwhile; the window must not wait for that.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, percentile, say
from benchmarks.serving import served
from benchmarks.stage import stage

SUBJECT = "Answer window"
GOAL = 300.0
SLOWNESS = 2.0
PORT = 18714


async def measure(*, quick: bool) -> None:
    count = 12 if quick else 100
    say(f"answer window: {count} times")
    with TemporaryDirectory(prefix="watchbell-bench-") as name:
        async with stage(60) as office, served("ticking", office, Path(name), PORT):
            windows = await office.answered(PORT, count, SLOWNESS)
    opened = [each.opened for each in windows if each.opened is not None]
    filled = [each.filled for each in windows if each.filled is not None]
    if len(opened) < count or len(filled) < count:
        raise RuntimeError(f"of {count} windows {len(opened)} were opened and {len(filled)} filled")
    note = f"median {percentile(opened, 50):.0f} ms, slowest {max(opened):.0f} ms of {count}"
    what = "it stands there, 99 of 100 within"
    Figure(SUBJECT, what, percentile(opened, 99), "ms", goal=GOAL, note=note).tell()
    Figure(SUBJECT, "it is filled, 99 of 100 within", percentile(filled, 99), "ms").tell()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Twelve windows in place of a hundred.")
    asyncio.run(measure(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
