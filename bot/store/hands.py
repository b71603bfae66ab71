"""Threads that work for callers on an event loop, and how those get their answer.

As an executor with its futures does it, at a third of the price: there a caller is told through two futures,
each with a lock and a condition of its own, and here through one wake-up of the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

R = TypeVar("R")


class Answer(Generic[R]):
    """What a caller on the running event loop waits for (`await answer.future`) and a thread tells once."""

    def __init__(self) -> None:
        self.future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self.told = False
        """Whether the thread has answered; the caller may not have heard of it yet."""

    @property
    def unwanted(self) -> bool:
        """Whether the caller has given up."""
        return self.future.cancelled()

    def tell(self, value: R) -> None:
        tell_all([(self, value)])

    def fail(self, error: BaseException) -> None:
        self.told = True
        _on_its_loop(self.future.get_loop(), _fail, self.future, error)


def tell_all(answers: Iterable[tuple[Answer[Any], Any]]) -> None:
    """Tell several callers, with one wake-up for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for answer, value in answers:
        answer.told = True
        by_loop.setdefault(answer.future.get_loop(), []).append((answer.future, value))
    for loop, told in by_loop.items():
        _on_its_loop(loop, _settle, told)


def _on_its_loop(loop: asyncio.AbstractEventLoop, tell: Callable[..., None], *what: object) -> None:
    # A loop that ends meanwhile has nobody left who waits.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(tell, *what)


def _settle(told: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, value in told:
        if not future.done():
            future.set_result(value)


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


class Hands:
    """So many threads, each of which does one thing at a time, in the order in which it came."""

    def __init__(self, count: int, name: str) -> None:
        self._waiting: queue.SimpleQueue[tuple[Callable[[], Any], Answer[Any]] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[], R]) -> Answer[R]:
        """Have it done; from an event loop."""
        answer: Answer[R] = Answer()
        self._waiting.put((work, answer))
        return answer

    def close(self) -> None:
        """Finish what was submitted and end the threads."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (job := self._waiting.get()) is not None:
            work, answer = job
            if answer.unwanted:
                continue
            try:
                value = work()
            except BaseException as error:  # noqa: BLE001 - it is the caller's
                answer.fail(error)
            else:
                answer.tell(value)
            # A thread that waits holds on to nothing.
            del job, work, answer
