"""Processor time of a slash command, beside a bare Bolt app that does nothing.

    python -m benchmarks.commands [--quick]

Counted is the processor time of a whole process, all its threads (`time.process_time`), from the signed
request to the last byte of the answer: Starlette, Bolt with all its middleware, the receipt, the guard,
reading and writing the tables and committing, the card. Garbage collection is left on. The bot is the real
one in HTTP mode on SQLite, with a first sweep of all conversations behind it.

The floor is a Bolt `AsyncApp` with the same secret, `process_before_response=True` and a handler that only
acknowledges, behind the same Starlette handler, getting the same signed bodies. Real and floor alternate in
short runs; the figure is the run whose ratio to its neighbouring floor is the median one.

The goal is for what a server spends on a `/claim` with 16 people at once: the bot and the floor each behind
uvicorn in a process of its own, as both are run. Told beside, without a goal: one person alone, where each
claim has a commit to itself; both at the application's door, without the server that is the same for both;
and a list, `/inbox`. What the bare app costs once it keeps its delivery in a table before it acknowledges
(one row, one durable commit by a thread of its own, plain sqlite3) is the least that a claim alone can cost.

Not counted: the local Slack and Intercom, which are another process, and what happens after the answer
(judging, and telling Slack and Intercom), for the ticks stand still meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from starlette.types import ASGIApp, Message, Scope

from benchmarks.command_floor import bare
from benchmarks.figures import Figure, paired, percentile, say
from benchmarks.serving import Served, served, set_free
from benchmarks.stage import Stage, build_bot, link_reps, slash_command, stage
from benchmarks.webhook_floor import FloorWriter
from bot.intake import sweep
from bot.running import Bot

GOAL = 2.5
AT_ONCE = 16
CROWDED_GOAL = 50.0
PORT = 18716
SUBJECT = "Slack command"

Words = Callable[[int], tuple[str, str]]
"""Command and words of the request with this number."""


async def post(app: ASGIApp, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """One request at the application's door; its status and answer."""
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/slack/events",
        "raw_path": b"/slack/events",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    asked = iter(({"type": "http.request", "body": body, "more_body": False},))
    told: list[Message] = []

    async def receive() -> Message:
        return next(asked, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        told.append(message)

    await app(scope, receive, send)
    return told[0]["status"], b"".join(each.get("body", b"") for each in told[1:])


async def timed(
    app: ASGIApp, words: Words, numbers: range, *, expect: bytes = b"", at_once: int = 1
) -> float:
    """Processor milliseconds a command. Every answer must be a 200 with `expect` in it."""
    requests = [slash_command(*words(number), number) for number in numbers]
    waiting = iter(requests)
    answers: list[tuple[int, bytes]] = []

    async def person() -> None:
        for request in waiting:
            answers.append(await post(app, *request))

    began = time.process_time()
    await asyncio.gather(*(person() for _ in range(at_once)))
    spent = time.process_time() - began
    wrong = [answer for answer in answers if answer[0] != 200 or expect not in answer[1]]
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {len(answers)} commands went wrong, such as {wrong[0]}")
    return spent / len(answers) * 1000


async def compare(
    app: ASGIApp,
    floor: ASGIApp,
    words: Words,
    expect: bytes,
    *,
    runs: int,
    size: int,
    what: str,
    at_once: int = 1,
    start: int = 0,
) -> None:
    """Alternate real and floor, and tell the median pair. Requests are numbered from `start`."""
    firsts = itertools.count(start, size)

    def some() -> range:
        return range(first := next(firsts), first + size)

    await timed(app, words, some(), expect=expect, at_once=at_once)
    await timed(floor, words, some(), at_once=at_once)
    real, bare_ones = [], []
    for _ in range(runs):
        real.append(await timed(app, words, some(), expect=expect, at_once=at_once))
        bare_ones.append(await timed(floor, words, some(), at_once=at_once))
    value, beside = paired(real, bare_ones)
    Figure(SUBJECT, what, value, "ms", floor=beside).tell()


async def crowded(app: ASGIApp, words: Words, expect: bytes, numbers: range) -> None:
    """The slowest of a hundred when 16 people wait at once; wall time, so other work on the machine shows."""
    waiting = iter([slash_command(*words(number), number) for number in numbers])
    taken: list[float] = []

    async def person() -> None:
        for request in waiting:
            began = time.perf_counter()
            status, answer = await post(app, *request)
            taken.append((time.perf_counter() - began) * 1000)
            if status != 200 or expect not in answer:
                raise RuntimeError(f"a command went wrong: {status} {answer[:200]!r}")

    await asyncio.gather(*(person() for _ in range(AT_ONCE)))
    note = f"{len(taken)} commands, median {percentile(taken, 50):.1f} ms, slowest {max(taken):.0f} ms"
    what = f"/claim <number>, {AT_ONCE} at once, 99 of 100 within"
    Figure(SUBJECT, what, percentile(taken, 99), "ms", goal=CROWDED_GOAL, note=note).tell()


async def compare_served(office: Stage, folder: Path, *, runs: int, size: int) -> None:
    """The bot and the bare app, each behind the same HTTP server in a process of its own."""
    async with (
        served("swept", office, folder, PORT) as bot,
        served("bare", office, folder, PORT + 1) as floor,
        aiohttp.ClientSession() as web,
    ):
        with sqlite3.connect(f"file:{folder / 'swept.db'}?mode=ro", uri=True) as database:
            free = [row[0] for row in database.execute("SELECT id FROM conversation")]
        numbers = itertools.count()

        async def spent(server: Served, port: int, expect: bytes, at_once: int) -> float:
            """Milliseconds of its processor time a claim."""
            requests = [
                slash_command("/claim", free[number], number) for number in itertools.islice(numbers, size)
            ]
            waiting = iter(requests)

            async def person() -> None:
                for body, headers in waiting:
                    url = f"http://127.0.0.1:{port}/slack/events"
                    async with web.post(url, data=body, headers=headers) as answer:
                        if answer.status != 200 or expect not in await answer.read():
                            raise RuntimeError(f"a command went wrong: {answer.status}")

            before = await server.spent()
            await asyncio.gather(*(person() for _ in range(at_once)))
            return (await server.spent() - before) / size * 1000

        for at_once, who, goal in ((AT_ONCE, f"{AT_ONCE} at once", GOAL), (1, "one by one", None)):
            real, floors = [], []
            for run in range(runs + 1):
                one = await spent(bot, PORT, b"Yours", at_once)
                other = await spent(floor, PORT + 1, b"", at_once)
                if run:
                    real.append(one)
                    floors.append(other)
            value, beside = paired(real, floors)
            what = f"/claim <number>, {who}, processor time of the server"
            Figure(SUBJECT, what, value, "ms", floor=beside, goal=goal).tell()


async def measure(*, quick: bool) -> None:
    runs, size = (7, 20) if quick else (15, 40)
    conversations = 2 * _requests(runs, size) + (10 if quick else 25) * AT_ONCE
    say(f"commands: {conversations} conversations, {runs} pairs of runs")
    async with stage(conversations) as office, aiohttp.ClientSession() as session:
        with TemporaryDirectory(prefix="watchbell-bench-") as name:
            await compare_served(office, Path(name), runs=runs, size=size)
        with TemporaryDirectory(prefix="watchbell-bench-") as name:
            folder = Path(name)
            secrets = office.secrets(folder / "bench.db")
            bot = await build_bot(secrets, folder)
            try:
                await bot.start(ticking=False)
                await bot.front.finish()
                await sweep.sweep(
                    bot.store, bot.office.workspace, bot.reads, timedelta(minutes=10), bot.works.clock
                )
                await link_reps(bot)
                floor = bare(session, secrets.slack_api_url)
                keeping = bare(session, secrets.slack_api_url, FloorWriter(folder / "floor.db"))
                await _measure(bot, floor, keeping, runs=runs, size=size)
            finally:
                await bot.stop()


async def _measure(bot: Bot, floor: ASGIApp, keeping: ASGIApp, *, runs: int, size: int) -> None:
    free = await bot.store.write(set_free, bot.office.workspace)

    def claim(number: int) -> tuple[str, str]:
        return "/claim", free[number]

    def inbox(number: int) -> tuple[str, str]:
        return "/inbox", ""

    await compare(
        bot.web, floor, claim, b"Yours", runs=runs, size=size, what="/claim <number>, without a server"
    )
    used = _requests(runs, size)
    what = f"/claim <number>, {AT_ONCE} at once, without a server"
    await compare(
        bot.web, floor, claim, b"Yours", runs=runs, size=size, what=what, at_once=AT_ONCE, start=used
    )
    least = "the bare handler once it keeps one row, without a server"
    await compare(keeping, floor, claim, b"", runs=runs, size=size, what=least)
    await crowded(bot.web, claim, b"Yours", range(2 * used, len(free)))
    await compare(bot.web, floor, inbox, b"blocks", runs=runs, size=size, what="/inbox, without a server")


def _requests(runs: int, size: int) -> int:
    """How many requests one comparison takes, those to get warm included."""
    return (runs + 1) * 2 * size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Fewer and shorter runs.")
    asyncio.run(measure(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
