"""Webhooks that come in: how many a second, and how fast each is answered.

    python -m benchmarks.webhooks [--quick]

Three processes: this one sends, another is the bot behind its own uvicorn, a third the local Intercom, in
which customers write and which makes the notifications (about 3 kB, in the shapes of captured ones, each with
an id of its own, signed). They come over real HTTP on the loopback address, on 20 connections kept alive.

* **Throughput**: the time in which 20 senders, each of them one request after the other, get a few hundred
  notifications answered. Measured is the entrance: signature, body, receipt in the tables with its commit,
  acknowledgement; the bot's ticks stand still. The floor is a bare Starlette endpoint on the same uvicorn
  with the same settings, which checks the same signature, decodes the same JSON and inserts the same body
  into a table with one unique key, by one writer thread that commits up to as many together as the bot's
  (plain sqlite3, WAL, synchronous=FULL). Floor and bot alternate on bodies of their own; the figure is the
  run whose ratio to its neighbouring floor is the median one.
* **Paced**: 200 a second for a minute (quick: ten seconds), sent at their times whatever came of those
  before. The bot ticks as always: it applies the notifications, asks the local Intercom for each conversation
  (which another process answers, on the same machine), judges, and posts to the local Slack. Time counts from
  when a notification should have gone out, so that a sender who is late makes it worse, not better. Every
  answer must be a 200, and afterwards every notification must be in the tables.
* **Storm**: a few hundred at once, as after an outage. The time from the first of them until every one is
  applied and every conversation and account of which something changed is judged, and so decided what Slack
  is to show; what Slack's own limits hold up afterwards is not in it.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, paired, percentile, say
from benchmarks.serving import served
from benchmarks.stage import Notification, Stage, stage

SUBJECT = "Webhooks"
THROUGHPUT_GOAL = 0.6
PACED_GOAL = 100.0
RATE = 200
CONNECTIONS = 20


class Sender:
    """A connection kept alive, one request at a time; as little work as can be on this side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def connect(cls, port: int) -> Sender:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, told: Notification) -> int:
        head = (
            "POST /intercom/webhook HTTP/1.1\r\nHost: bot.example\r\nContent-Type: application/json\r\n"
            f"X-Hub-Signature: {told.signature}\r\nContent-Length: {len(told.body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + told.body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await self._reader.readexactly(length)
        return int(answer[9:12])

    def close(self) -> None:
        self._writer.close()


async def throughput(port: int, batch: Sequence[Notification]) -> float:
    """Notifications answered a second. Raises when one is not answered with 200."""
    waiting = deque(batch)
    senders = [await Sender.connect(port) for _ in range(CONNECTIONS)]

    async def send(sender: Sender) -> None:
        while waiting:
            status = await sender.post(waiting.popleft())
            if status != 200:
                raise RuntimeError(f"answered {status}")

    began = time.perf_counter()
    await asyncio.gather(*(send(sender) for sender in senders))
    spent = time.perf_counter() - began
    for sender in senders:
        sender.close()
    return len(batch) / spent


async def pace(port: int, office: Stage, seconds: int) -> tuple[list[float], int]:
    """Send RATE a second: milliseconds of each answer, and how many were not 200."""
    # One after the other, for the server closes a connection that is not used for some seconds.
    free: asyncio.Queue[Sender] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await Sender.connect(port))
    taken: list[float] = []
    wrong = 0

    async def send(told: Notification, at: float) -> None:
        nonlocal wrong
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        sender = await free.get()
        wrong += await sender.post(told) != 200
        taken.append((time.perf_counter() - at) * 1000)
        free.put_nowait(sender)

    tasks = []
    began = time.perf_counter() + 0.5
    for number in range(seconds * 10):
        # They are made as late as possible, for what has happened already is no news to the bot.
        batch = await office.notifications(RATE // 10)
        start = began + number / 10
        tasks += [asyncio.create_task(send(told, start + i / RATE)) for i, told in enumerate(batch)]
        await asyncio.sleep(max(0.0, start - time.perf_counter()))
    await asyncio.gather(*tasks)
    while not free.empty():
        free.get_nowait().close()
    return taken, wrong


def kept(database: Path) -> tuple[int, int]:
    """Receipts of Intercom in a bot's tables, and how many of them are applied."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        query = "SELECT count(*), sum(state = 'done') FROM receipt WHERE source = 'intercom'"
        total, done = connection.execute(query).fetchone()
    return int(total), int(done or 0)


async def measure_throughput(office: Stage, folder: Path, *, quick: bool) -> None:
    runs, size = (5, 300) if quick else (11, 600)
    say(f"webhooks: {runs} pairs of runs of {size}")
    real, floor = [], []
    async with served("bot", office, folder, 18711), served("floor", office, folder, 18712):
        for port in (18711, 18712):
            await throughput(port, await office.notifications(200))
        for _ in range(runs):
            real.append(await throughput(18711, await office.notifications(size)))
            floor.append(await throughput(18712, await office.notifications(size)))
    total, _ = kept(folder / "bot.db")
    if total != 200 + runs * size:
        raise RuntimeError(f"{200 + runs * size} were answered, {total} are in the tables")
    value, beside = paired(real, floor)
    Figure(
        SUBJECT, "answered a second", value, "/s", floor=beside, goal=THROUGHPUT_GOAL, sense="at least"
    ).tell()


async def measure_paced(office: Stage, folder: Path, *, quick: bool) -> None:
    seconds = 10 if quick else 60
    say(f"webhooks: {RATE} a second for {seconds} seconds")
    async with served("ticking", office, folder, 18713):
        taken, wrong = await pace(18713, office, seconds)
        total, done = kept(folder / "ticking.db")
    note = (
        f"median {percentile(taken, 50):.1f} ms, slowest {max(taken):.0f} ms; {done:,} of {total:,} applied"
    )
    figure = f"99th of 100 answers at {RATE}/s, the bot ticking"
    Figure(SUBJECT, figure, percentile(taken, 99), "ms", goal=PACED_GOAL, note=note).tell()
    lost = wrong + len(taken) - total
    Figure(SUBJECT, "not answered with 200, or not in the tables", lost, "", goal=0).tell()


def judged(database: Path) -> bool:
    """Whether everything that came is applied, and nothing is left to be judged."""
    total, done = kept(database)
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        query = "SELECT count(*) FROM recheck WHERE kind IN ('conversation', 'account')"
        (waiting,) = connection.execute(query).fetchone()
    return total == done and waiting == 0


async def measure_storm(office: Stage, folder: Path, *, quick: bool) -> None:
    size = 200 if quick else 600
    say(f"webhooks: a storm of {size}")
    async with served("ticking", office, folder, 18714):
        batch = await office.notifications(size)
        began = time.perf_counter()
        await throughput(18714, batch)
        while not judged(folder / "ticking.db"):
            await asyncio.sleep(0.05)
        spent = time.perf_counter() - began
    note = f"{size} messages at once, judged after {spent:.1f} s"
    Figure(SUBJECT, "applied and judged a second in a storm", size / spent, "/s", note=note).tell()


async def measure(*, quick: bool) -> None:
    with TemporaryDirectory(prefix="watchbell-bench-") as name:
        async with stage(400) as office:
            await measure_throughput(office, Path(name), quick=quick)
        async with stage(400) as office:
            await measure_paced(office, Path(name), quick=quick)
    with TemporaryDirectory(prefix="watchbell-bench-") as name:
        async with stage(400) as office:
            await measure_storm(office, Path(name), quick=quick)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Fewer runs, ten seconds in place of a minute.")
    asyncio.run(measure(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
