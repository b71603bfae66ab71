"""Many small writes as one: whatever comes while a commit is under way shares the next.

The line of writes commits its group together as well, but each write there has a turn, a session and an
answer between two threads of its own. Where the same small thing comes hundreds of times a second, that is
most of its cost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.store.trouble import in_trouble
from bot.store.writer import GROUP

T = TypeVar("T")
R = TypeVar("R")

UNDER_WAY = 2
"""Writes under way at once: while one is being committed the next is on its way to the writer's thread."""


class Gathered(Generic[T, R]):
    """Gives `write` whatever waits, at most `most` together. It answers each, in their order.

    What is handed to `write` must be right in any grouping: a group that fails for a reason of its own is
    written again one by one, so that what one of them brings with it fails none of the others.
    """

    def __init__(self, write: Callable[[list[T]], Awaitable[list[R]]], *, most: int = GROUP) -> None:
        self._write = write
        self._most = most
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def add(self, item: T) -> R:
        """Answered once it is committed. Raises what `write` raised for it.

        Who stops waiting is not answered, but what they brought may be written all the same.
        """
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._running < UNDER_WAY:
            self._running += 1
            task = asyncio.create_task(self._until_nothing_waits())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _until_nothing_waits(self) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), self._most)
                await self._together([self._waiting.popleft() for _ in range(count)])
        finally:
            # In the same breath as the last look: who comes next must find room for another.
            self._running -= 1

    async def _together(self, group: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._write([item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - each of those who wait is told
            if len(group) > 1 and not in_trouble(error):
                for each in group:
                    await self._together([each])
                return
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), result in zip(group, results, strict=True):
            if not answer.done():
                answer.set_result(result)
