"""What every handler is handed, and what it knows of the person in front of it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlmodel import Session

from bot.cards import notices
from bot.cards.kit import Pressed
from bot.cards.message import Message, View
from bot.cards.modal import Begun
from bot.clock import Clock, Moment, moment
from bot.desk.drafting import Drafts
from bot.desk.rep import Rep, rep_for
from bot.desk.saved import Macros
from bot.desk.suggestions import Suggestions
from bot.desk.windows import Windows
from bot.errors import UserError
from bot.intercom.lists import Lists
from bot.office import Office
from bot.slack.answers import OpenView
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.slack.identity import Identity
from bot.store import pulse, receipts
from bot.store.engine import Store

log = structlog.get_logger("watchbell.handlers")

_NO_PLACE = frozenset({"channel_not_found", "is_archived", "not_in_channel", "user_not_in_channel"})
"""Slack's words for a channel in which the bot cannot show one person something."""

P = ParamSpec("P")
R = TypeVar("R")


class SeenBefore(Exception):
    """What is being done was done before, when the same delivery came for the first time."""


@dataclass
class Receipt:
    """A delivery's receipt that is still to be stored: by its handler's first write, in the same transaction
    (`Front.write`), or alone by `keep`, which tells whether it is new.
    """

    row: Mapping[str, Any]
    keep: Callable[[Mapping[str, Any]], Awaitable[bool]]
    kept: bool = False


@dataclass(frozen=True)
class Act:
    """One thing a person did. `source` is slash, button, modal, shortcut, home or event; `name` is the
    command, the button's verb, the window's or the shortcut's name. `receipt`: None where it is stored
    already.
    """

    user_id: str
    team_id: str
    source: str
    body: Mapping[str, Any]
    channel_id: str | None = None
    thread_ts: str | None = None
    trigger_id: str | None = None
    words: str = ""
    pressed: Pressed = field(default_factory=lambda: Pressed("", ""))
    name: str = ""
    receipt: Receipt | None = None

    @property
    def view(self) -> Mapping[str, Any]:
        """The view in which it happened; empty outside modals and App Home."""
        return self.body.get("view") or {}

    @property
    def said(self) -> str:
        """The text of the message on which a shortcut was used, in Slack's own markup."""
        return str((self.body.get("message") or {}).get("text") or "")

    @property
    def under(self) -> str | None:
        """The thread in which the message stands on which it was done; None for one that heads a thread."""
        container = self.body.get("container") or {}
        own = (self.body.get("message") or {}).get("ts") or container.get("message_ts")
        return self.thread_ts if self.thread_ts != own else None

    @property
    def in_home(self) -> bool:
        return self.view.get("type") == "home"

    @property
    def begun(self) -> Begun:
        """What a window remembers that is opened now and may end in an answer: there Undo is told."""
        return Begun(at_home=self.in_home) if self.view else Begun(self.channel_id, self.under)


Refresh = Callable[[str], Awaitable[bool]]
"""Bring one conversation up to date from Intercom; whatever goes wrong, what is known stays. False where
Intercom does not know it.
"""


@dataclass
class Front:
    """The parts of the running bot that handlers use. `wake` has what was written judged and sent at once.

    `drawing`: who draws somebody's App Home, by Slack id, one at a time.
    """

    store: Store
    office: Office
    slack: Slack
    identity: Identity
    clock: Clock
    refresh: Refresh
    wake: Callable[[], None]
    lists: Lists
    suggestions: Suggestions
    macros: Macros
    drafts: Drafts = field(default_factory=Drafts)
    windows: Windows = field(default_factory=Windows)
    redraw_home: Callable[[str, str], Coroutine[Any, Any, None]] | None = None
    drawing: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _has_read: bool = False

    def at(self) -> Moment:
        return moment(self.clock)

    async def rep(self, act: Act) -> Rep:
        """The rep who acts. Raises UserError when the person is not linked."""
        return await self.store.read(rep_for, self.office, act.user_id, act.source)

    async def write(
        self, act: Act, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """`Store.write`, with the receipt in the same transaction where the act still has one to be stored.

        Raises SeenBefore, nothing being written, when the receipt was there before.
        """
        receipt = act.receipt
        if receipt is None or receipt.kept:
            return await self.store.write(fn, *args, **kwargs)
        row = receipt.row

        def with_receipt(session: Session) -> list[R]:
            return [fn(session, *args, **kwargs)] if receipts.keep(session, row) else []

        # By this name a fault is set between its work and its commit, and found in the log.
        with_receipt.__qualname__ = fn.__qualname__
        done = await self.store.write(with_receipt)
        receipt.kept = True
        if not done:
            raise SeenBefore
        return done[0]

    async def has_read(self) -> bool:
        """Whether Intercom was ever read to its end: before that "nothing" would mean "no data"."""
        if not self._has_read:
            swept = await self.store.read(pulse.last_beat, self.office.workspace, "sweep")
            self._has_read = swept is not None
        return self._has_read

    async def private(self, act: Act, message: Message) -> None:
        """Tell one person something where they are: beside the message, or in a modal.

        Where the bot is no member it is a modal too; when Slack takes none any more, a direct message.
        """
        if act.channel_id and not act.view:
            try:
                await self.slack.ephemeral(
                    act.channel_id, act.user_id, message.text, message.blocks, thread_ts=act.thread_ts
                )
            except SlackError as error:
                if error.code not in _NO_PLACE:
                    raise
                await self._elsewhere(act, message)
        elif act.trigger_id:
            await self._on_top(act, act.trigger_id, notices.window(message))

    async def _elsewhere(self, act: Act, message: Message) -> None:
        # Not by response_url: an address that comes with a payload is never asked.
        if act.trigger_id:
            try:
                await self.slack.open_view(act.trigger_id, notices.window(message))
            except SlackError as error:
                # The trigger's three seconds are over, or it has opened a window already.
                log.warning("notice_not_opened", code=error.code)
            else:
                return
        direct = await self.slack.open_dm(act.user_id)
        await self.slack.post(direct, message.text, message.blocks)

    async def show(self, act: Act, view: View) -> OpenView:
        """Open a modal, on top of the one in which it was asked for. Raises UserError without a trigger."""
        if act.trigger_id is None:
            raise UserError("Slack sent no way to open a window. Press the button again.")
        return await self._on_top(act, act.trigger_id, view)

    async def _on_top(self, act: Act, trigger_id: str, view: View) -> OpenView:
        if act.view.get("type") != "modal":
            return await self.slack.open_view(trigger_id, view)
        try:
            return await self.slack.push_view(trigger_id, view)
        except SlackError as error:
            if error.code != "push_limit_reached" or act.view.get("callback_id") != notices.CALLBACK:
                raise
        # Slack holds three windows. An answer of ours gives way: nothing is typed in it.
        return await self.slack.update_view(str(act.view["id"]), view)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on after the acknowledgement; a failure is logged, and `finish` waits for the end."""
        task = asyncio.create_task(_logged(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def finish(self) -> None:
        """Wait for everything that was spawned."""
        while self.tasks:
            await asyncio.gather(*self.tasks)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except SlackError as error:
        log.warning("afterwork_failed", method=error.method, code=error.code)
    except Exception:
        log.exception("afterwork_failed")
