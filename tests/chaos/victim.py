"""A bot that is made to die: the real application, alone in a process, with a point at which it ends.

Run as a program this is a nursery. It imports everything once and then, for each order that it reads as a
line of JSON from standard input, forks a process that builds and starts the bot; so a start costs what the
bot's own start costs and not the imports. On standard output it tells, a line of JSON each, of every process
when it was born, ready, stopped and ended. It ends, with all its processes, when standard input ends. A line
`{"rehearse": …}` has it live through an hour itself before it forks any more (`rehearsal.py`).

An order names everything that the bot is given (`Order`). Nothing of the bot is replaced: a bot with another
outbox, which the controls need, is put together from its real parts. That its SQL is compiled once for all
(`tests/shared_sql.py`) changes no statement.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import itertools
import json
import os
import selectors
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import shared_sql
from rehearsal import rehearse

from bot import app
from bot.delivered import after_delivery
from bot.logs import configure
from bot.outbox import kinds
from bot.outbox.delivery import Delivery
from bot.outbox.intercom_sender import IntercomActs, IntercomWords
from bot.outbox.outcome import Look, NotFound, Outcome, Sender
from bot.outbox.slack_sender import SlackEdits, SlackPosts
from bot.outbox.timings import Timings
from bot.running import Bot
from bot.settings.file import load_config
from bot.settings.mailbox import MailboxSecrets
from bot.settings.secrets import Secrets
from bot.slack.files import SlackFiles
from bot.slack.pacing import Pacing
from bot.store.intents import Intent

PARENT_DIED = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


@dataclass(frozen=True)
class Order:
    """What one bot is given. Instants are ISO 8601; `clock` is an instant of business time, the value of the
    monotonic clock at that instant, and how many seconds of business time pass in one.

    `path` is the way to the end: points of `bot/passing.py` that must be passed in this order; at the last
    one, for the `nth` time, the process does `act` to itself: `kill` (-9), `stop` (SIGSTOP) or nothing. With
    `passed` each point's name is appended to that file. `outbox` is `real`, `naive` (what is of unknown
    outcome is simply sent again) or `heedless` (nobody looks at the clock between claim and send).
    """

    number: int
    secrets: dict[str, Any]
    config: str
    clock: tuple[str, float, float]
    timings: dict[str, Any]
    log: str
    undo: float = 0.0
    path: tuple[str, ...] = ()
    nth: int = 1
    act: str = ""
    passed: str = ""
    outbox: str = "real"


class SharedClock:
    """The sandbox's business time, as the order tells it; all processes share the monotonic clock."""

    def __init__(self, instant: str, monotonic: float, speed: float) -> None:
        self._anchor, self._anchored_at, self._speed = datetime.fromisoformat(instant), monotonic, speed

    def now(self) -> datetime:
        return self._anchor + timedelta(seconds=(time.monotonic() - self._anchored_at) * self._speed)

    def machine(self) -> datetime:
        return datetime.now(UTC)


class Passed:
    """Listens at the bot's points, notes their names, and acts when the way to the end has been gone."""

    def __init__(self, order: Order) -> None:
        self._path, self._left, self._act = list(order.path), order.nth, order.act
        self._noted: set[str] = set()
        self._lock = threading.Lock()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._file = os.open(order.passed, flags, 0o600) if order.passed else None

    def __call__(self, point: str) -> None:
        with self._lock:
            if self._file is not None and point not in self._noted:
                self._noted.add(point)
                os.write(self._file, f"{point}\n".encode())
            if not self._path or point != self._path[0]:
                return
            if len(self._path) == 1:
                self._left -= 1
                if self._left > 0:
                    return
            self._path.pop(0)
            if not self._path:
                _ACTS[self._act]()


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


_ACTS: dict[str, Callable[[], None]] = {"kill": _kill, "stop": _stop}


async def live(order: Order, tell: Callable[[str], None]) -> None:
    """One bot from its start to SIGTERM, as `watchbell run` has it."""
    secrets = Secrets(**{**order.secrets, "mailbox": mailbox(order)})
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    bot = await app.build(
        secrets,
        load_config(Path(order.config)),
        SharedClock(*order.clock),
        timings=timings(order),
        undo=timedelta(seconds=order.undo),
        pacing=unhurried_by_slack(),
        passing=Passed(order),
    )
    if order.outbox != "real":
        bot.works.delivery = another_outbox(bot, order)
    try:
        await bot.start()
        tell("ready")
        # What the one before left is begun at once and not at the first beat: lives are short here.
        bot.woken.set()
        await stop.wait()
    finally:
        await bot.stop()


def mailbox(order: Order) -> MailboxSecrets | None:
    told = order.secrets.get("mailbox")
    return MailboxSecrets(**{**told, "authority": Path(told["authority"])}) if told is not None else None


def timings(order: Order) -> Timings:
    return Timings(**{**order.timings, "looks": tuple(order.timings["looks"])})


def unhurried_by_slack() -> Pacing:
    """The bot's own pacing on a clock that runs ahead: Slack's limits are not what is tried here."""
    ticks = itertools.count(0, 120)
    return Pacing(monotonic=lambda: float(next(ticks)))


# -- bots with another outbox, for the controls


class SendsAgain:
    """What many a bot does: an attempt that told nothing is made again, and nobody looks first."""

    repeatable = True
    resend = True

    def __init__(self, real: Sender) -> None:
        self._real = real

    async def send(self, intent: Intent) -> Outcome:
        # As if for the first time: the real senders of words look before every later attempt.
        return await self._real.send(Intent(**{**intent.model_dump(), "attempts": 1}))

    async def look(self, intent: Intent) -> Look:
        return NotFound()


def another_outbox(bot: Bot, order: Order) -> Delivery:
    """The real state machine over the real senders, but for what a control leaves out."""
    identity, slack = bot.front.identity, bot.front.slack
    posts: Sender = SlackPosts(bot.store, slack, identity)
    files = SlackFiles(bot.session, bot.secrets.slack_bot_token, bot.secrets.slack_api_url, 10.0)
    words: Sender = IntercomWords(bot.store, bot.writes, files, bot.front.refresh)
    if order.outbox == "naive":
        posts, words = SendsAgain(posts), SendsAgain(words)
    acts, edits = IntercomActs(bot.store, bot.writes), SlackEdits(bot.store, slack, identity)
    return Delivery(
        bot.store,
        bot.office.workspace,
        bot.works.clock,
        {
            kinds.SLACK_POST: posts,
            kinds.SLACK_EDIT: edits,
            kinds.INTERCOM_REPLY: words,
            kinds.INTERCOM_NOTE: words,
            kinds.INTERCOM_ASSIGN: acts,
            kinds.INTERCOM_SNOOZE: acts,
            kinds.INTERCOM_CLOSE: acts,
            kinds.INTERCOM_OPEN: acts,
        },
        hook=lambda session, *told: after_delivery(session, bot.office, *told),
        wake=bot.woken.set,
        counted=_uncounted,
        timings=timings(order),
        monotonic=(lambda: 0.0) if order.outbox == "heedless" else time.monotonic,
    )


def _uncounted(kind: str, outcome: str) -> None:
    """Nobody reads this process's metrics."""


# -- the nursery


def nurse() -> None:
    """Take orders from standard input until it ends."""
    told = os.dup(1)
    # What is said in a rehearsal is no line for whoever listens.
    os.dup2(2, 1)
    configure(sys.stderr)
    shared_sql.share()
    warm()
    waking, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: dict[int, int] = {}
    ready = selectors.DefaultSelector()
    ready.register(0, selectors.EVENT_READ)
    ready.register(waking, selectors.EVENT_READ)
    _tell(told, state="warm")
    begun = b""
    while True:
        for key, _ in ready.select():
            read = os.read(key.fd, 1 << 20)
            if key.fd == waking:
                _reap(children, told)
                continue
            if not read:
                _end(children)
                return
            *lines, begun = (begun + read).split(b"\n")
            for line in lines:
                told_to = json.loads(line)
                if "rehearse" in told_to:
                    rehearse(told_to["rehearse"])
                    _freeze()
                    _tell(told, state="rehearsed")
                    continue
                order = Order(**{**told_to, "clock": tuple(told_to["clock"])})
                pid = os.fork()
                if pid == 0:
                    _child(order, told)
                children[pid] = order.number
                _tell(told, state="born", number=order.number, pid=pid)


def warm() -> None:
    """Import what the bot imports only when it first needs it, and have no thread left afterwards."""
    from bot.intercom import client, writes
    from bot.store.migrate import config as migrations

    async def calls() -> None:
        # The SDK imports half of itself with the first call of each kind.
        reads = client.build(token="nobody", base_url="http://127.0.0.1:9", clock=_Never())
        made = writes.build_writes(reads, token="nobody", base_url="http://127.0.0.1:9")
        await made.warm()
        await made.aclose()
        await reads.aclose()

    asyncio.run(calls())
    migrations()
    _freeze()


def _freeze() -> None:
    """What stands here now stands in every process that is forked, and in none a thread is missing."""
    assert threading.active_count() == 1, threading.enumerate()
    gc.collect()
    gc.freeze()


class _Never:
    """A clock for a rehearsal."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    machine = now


def _child(order: Order, told: int) -> None:
    """The forked process, to its end; it never returns."""
    code = 70
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(PARENT_DIED, signal.SIGKILL)
        log = os.open(order.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for mine, theirs in ((0, nothing), (1, log), (2, log)):
            os.dup2(theirs, mine)
        configure(sys.stderr)
        asyncio.run(live(order, lambda state: _tell(told, state=state, number=order.number, pid=os.getpid())))
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it was, the parent hears of the end
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


def _reap(children: dict[int, int], told: int) -> None:
    """Tell of every process that has ended or stopped."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if os.WIFSTOPPED(status):
            _tell(told, state="stopped", number=children[pid], pid=pid)
        else:
            code = os.waitstatus_to_exitcode(status)
            _tell(told, state="ended", number=children.pop(pid), pid=pid, code=code)


def _end(children: dict[int, int]) -> None:
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)


def _tell(told: int, **news: Any) -> None:
    # One short write is one line, whoever else writes.
    os.write(told, json.dumps(news).encode() + b"\n")


if __name__ == "__main__":
    nurse()
