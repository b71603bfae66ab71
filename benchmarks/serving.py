"""A server under measurement, in a process of its own: the bot or the floor, each behind the same uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from sqlmodel import Session

from benchmarks.stage import ROOT, Stage, build_bot, link_reps
from benchmarks.webhook_floor import floor_app
from bot.collector import spare_what_stays
from bot.running import Bot
from bot.store import conversations, pulse, rechecks


async def serve(kind: str, url: str, folder: Path, port: int) -> None:
    """The other process: serves until its standard input ends."""
    if kind == "floor":
        config = uvicorn.Config(
            floor_app(folder / "floor.db"), host="127.0.0.1", port=port, log_config=None, access_log=False
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.should_exit = True
        await serving
        return
    office = Stage.elsewhere(url)
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
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    if sparing is not None:
        sparing.cancel()
    await bot.stop()


def _is_at_rest(session: Session, bot: Bot) -> bool:
    """Whether the first reading of Intercom is over, with all that came of it but what Slack paces."""
    workspace, at = bot.office.workspace, bot.works.at()
    return (
        pulse.last_beat(session, workspace, "sweep") is not None
        and not conversations.lacking_details(session, workspace, at.machine, limit=1)
        and not rechecks.any_asked(session, workspace)
    )


@contextlib.asynccontextmanager
async def served(kind: str, office: Stage, folder: Path, port: int) -> AsyncIterator[None]:
    """A server in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.serving", kind, office.url, str(folder), str(port)]
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if not await process.stdout.readline():
            raise RuntimeError(f"the {kind} server did not start")
        yield
    finally:
        process.stdin.close()
        await process.wait()


def main() -> None:
    kind, url, folder, port = sys.argv[1:]
    asyncio.run(serve(kind, url, Path(folder), int(port)))


if __name__ == "__main__":
    main()
