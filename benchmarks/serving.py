"""A server under measurement, in a process of its own: the bot or a floor, each behind the same uvicorn.

Asked on its standard input, it tells how much processor time it has taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import uvicorn
from sqlalchemy import update
from sqlmodel import Session, col, select
from starlette.types import ASGIApp

from benchmarks.command_floor import bare
from benchmarks.stage import ROOT, Stage, build_bot, link_reps
from benchmarks.webhook_floor import floor_app
from bot.collector import spare_what_stays
from bot.intake import sweep
from bot.running import Bot
from bot.store import conversations, pulse, rechecks
from bot.store.conversations import Conversation


async def serve(kind: str, url: str, folder: Path, port: int) -> None:
    """The other process: serves until its standard input ends."""
    office = Stage.elsewhere(url)
    if kind == "floor":
        async with _listening(floor_app(folder / "floor.db"), port):
            await _asked()
        return
    if kind == "bare":
        async with (
            aiohttp.ClientSession() as session,
            _listening(bare(session, office.secrets(folder / "bare.db").slack_api_url), port),
        ):
            await _asked()
        return
    bot = await build_bot(office.secrets(folder / f"{kind}.db", port=port), folder)
    await bot.start(ticking=False)
    await link_reps(bot)
    sparing: asyncio.Task[None] | None = None
    if kind == "ticking":
        await bot.stop()
        # Once more, as `watchbell run` starts it.
        bot = await build_bot(office.secrets(folder / f"{kind}.db", port=port), folder)
        sparing = asyncio.create_task(spare_what_stays())
        await bot.start()
        while not await bot.store.read(_is_at_rest, bot):
            await asyncio.sleep(0.5)
    if kind == "swept":
        await bot.front.finish()
        whole = timedelta(minutes=10)
        await sweep.sweep(bot.store, bot.office.workspace, bot.reads, whole, bot.works.clock)
        await bot.store.write(set_free, bot.office.workspace)
        # As `watchbell run` does a while after its start.
        await spare_what_stays((0.0,))
    await _asked()
    if sparing is not None:
        sparing.cancel()
    await bot.stop()


@contextlib.asynccontextmanager
async def _listening(app: ASGIApp, port: int) -> AsyncIterator[None]:
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await serving


async def _asked() -> None:
    """Say that it serves, and answer each line with the seconds of processor time so far, till they end."""
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(time.process_time(), flush=True)


def set_free(session: Session, workspace: str) -> list[str]:
    """Every conversation open and nobody's, so that every claim is one that wins."""
    mine = col(Conversation.workspace) == workspace
    session.execute(update(Conversation).where(mine).values(state="open", claimed_by=None))
    return list(session.exec(select(Conversation.id).where(mine)))


def _is_at_rest(session: Session, bot: Bot) -> bool:
    """Whether the first reading of Intercom is over, with all that came of it but what Slack paces."""
    workspace, at = bot.office.workspace, bot.works.at()
    return (
        pulse.last_beat(session, workspace, "sweep") is not None
        and not conversations.lacking_details(session, workspace, at.machine, limit=1)
        and not rechecks.any_asked(session, workspace)
    )


class Served:
    """A server in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def spent(self) -> float:
        """Seconds of processor time that it has taken."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        return float(await self._process.stdout.readline())


@contextlib.asynccontextmanager
async def served(kind: str, office: Stage, folder: Path, port: int) -> AsyncIterator[Served]:
    """Have one serve: the bot at rest ("bot"), after a sweep ("swept") or at work ("ticking").

    Or a floor: the least that stores a webhook ("floor"), the least that answers a command ("bare").
    """
    words = [sys.executable, "-m", "benchmarks.serving", kind, office.url, str(folder), str(port)]
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if not await process.stdout.readline():
            raise RuntimeError(f"the {kind} server did not start")
        yield Served(process)
    finally:
        process.stdin.close()
        await process.wait()


def main() -> None:
    kind, url, folder, port = sys.argv[1:]
    asyncio.run(serve(kind, url, Path(folder), int(port)))


if __name__ == "__main__":
    main()
