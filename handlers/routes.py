"""Which handler answers to what, and the guard that stands before all of them.

Buttons share one listener and a table, because each listener costs every click a little. The guard checks
the workspace and the person first, turns refusals into private sentences, and lets no exception out after
the acknowledgement, for Bolt would turn that into an error for the rep.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.cards import kit, modal, notices
from bot.cards.message import Message
from bot.cards.modal import NotOurs
from bot.errors import NotAllowed, UserError
from bot.slack.errors import SlackError
from bot.store import audit
from bot.store.trouble import in_trouble
from handlers.front import Act, Front, Receipt, SeenBefore

log = structlog.get_logger("watchbell.handlers")

Answer = Message | Mapping[str, Any] | None
"""A private message, a view submission's response, or nothing to say."""

RECEIPT = "receipt"
"""Under this name Bolt's context holds a receipt that its command stores."""

_ABOUT = "/watchbell"
"""The one command that is not about conversations."""

NOT_WRITTEN = (
    "Watchbell cannot reach its database at the moment. Look at the card before you try again in a minute."
)

_KEPT = "What you entered is still here: press again in a moment."

_TWICE = "No customer is written to twice."
"""True whether or not it was done after all: what goes to a customer is queued once for each window."""

_GARBLED = "Nothing was done: this window did not say what it is about. Open it again."

_NAME = 40

_NOT_READ = "Watchbell is still reading Intercom for the first time. Ask again in a minute."

Handler = Callable[[Front, Act], Awaitable[Answer]]

Offered = list[tuple[str, str]]
"""What a search field offers: labels with their values."""

Search = Callable[[Front, Act, str], Awaitable[Offered]]


@dataclass
class Routes:
    """Filled by each handler module's `register`. Verbs and views are named without their `wb:` prefix.

    `at_once` are the commands that do all they do in one write (`Front.write`), their receipt with it.
    `words` are what may follow `/watchbell`, one or two of them; their handlers get the rest of the line as
    `act.words`.
    """

    commands: dict[str, Handler] = field(default_factory=dict)
    at_once: set[str] = field(default_factory=set)
    words: dict[str, Handler] = field(default_factory=dict)
    verbs: dict[str, Handler] = field(default_factory=dict)
    views: dict[str, Handler] = field(default_factory=dict)
    shortcuts: dict[str, Handler] = field(default_factory=dict)
    events: dict[str, Handler] = field(default_factory=dict)
    options: dict[str, Search] = field(default_factory=dict)


def attach(app: AsyncApp, routes: Routes, front: Front) -> None:
    """Give Bolt the listeners for everything in `routes`."""
    for command, handler in routes.commands.items():
        app.command(command)(_command(front, handler))
    app.action(re.compile(f"^{kit.PREFIX}"))(_action(front, routes.verbs))
    for callback, handler in routes.views.items():
        app.view(kit.PREFIX + callback)(_view(front, handler))
    for callback, handler in routes.shortcuts.items():
        app.shortcut(callback)(_shortcut(front, handler))
    for event, handler in routes.events.items():
        app.event(event)(_event(front, handler))
    for name, search in routes.options.items():
        app.options(kit.PREFIX + name)(_options(front, search))


def _command(front: Front, handler: Handler) -> Callable[..., Awaitable[BoltResponse]]:
    async def listen(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
        act = Act(
            user_id=body["user_id"],
            team_id=body["team_id"],
            source="slash",
            body=body,
            channel_id=body.get("channel_id"),
            trigger_id=body.get("trigger_id"),
            words=(body.get("text") or "").strip(),
            name=str(body.get("command") or "").lstrip("/"),
            receipt=context.get(RECEIPT),
        )
        answer = await _guarded(front, handler, act)
        if act.receipt is not None and not act.receipt.kept:
            # Nothing was written, or nobody knows whether it was.
            answer = await _kept(act.receipt, answer)
        return _to_one(answer) if isinstance(answer, Message) else await ack()

    return listen


def _to_one(message: Message) -> BoltResponse:
    """What `ack` would make of a private answer; a card in JSON takes the standard library seven times as
    long.
    """
    told = {"text": message.text, "blocks": message.blocks, "response_type": "ephemeral"}
    return BoltResponse(status=200, body=msgspec.json.encode(told).decode())


def _action(front: Front, verbs: Mapping[str, Handler]) -> Callable[..., Awaitable[None]]:
    async def listen(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        pressed = kit.pressed(action)
        container, message = body.get("container") or {}, body.get("message") or {}
        act = Act(
            user_id=body["user"]["id"],
            team_id=_team(body),
            source="home" if (body.get("view") or {}).get("type") == "home" else "button",
            body=body,
            channel_id=(body.get("channel") or {}).get("id") or container.get("channel_id"),
            thread_ts=_thread(message, container),
            trigger_id=body.get("trigger_id"),
            pressed=pressed,
            name=pressed.verb,
        )
        answer = await _guarded(front, verbs.get(pressed.verb, _outdated), act)
        if isinstance(answer, Message):
            await _tell(front, act, answer)
        await ack()
        if act.in_home and front.redraw_home is not None:
            front.spawn(front.redraw_home(act.user_id, act.team_id))

    return listen


def _view(front: Front, handler: Handler) -> Callable[..., Awaitable[None]]:
    async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
        act = Act(
            user_id=body["user"]["id"],
            team_id=_team(body),
            source="modal",
            body=body,
            trigger_id=body.get("trigger_id"),
            name=str((body.get("view") or {}).get("callback_id") or "").removeprefix(kit.PREFIX),
        )
        answer = await _guarded(front, handler, act)
        if isinstance(answer, Message):
            await ack(response_action="update", view=notices.window(answer))
        elif answer is not None:
            await ack(**answer)
        else:
            await ack()

    return listen


def _shortcut(front: Front, handler: Handler) -> Callable[..., Awaitable[None]]:
    async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
        message = body.get("message") or {}
        act = Act(
            user_id=body["user"]["id"],
            team_id=_team(body),
            source="shortcut",
            body=body,
            channel_id=(body.get("channel") or {}).get("id"),
            thread_ts=_thread(message, {}),
            trigger_id=body.get("trigger_id"),
            name=str(body.get("callback_id") or ""),
        )
        answer = await _guarded(front, handler, act)
        if isinstance(answer, Message):
            await _tell(front, act, answer)
        await ack()

    return listen


def _event(front: Front, handler: Handler) -> Callable[..., Awaitable[None]]:
    async def listen(body: dict[str, Any], event: dict[str, Any]) -> None:
        act = Act(
            user_id=str(event.get("user") or ""),
            team_id=str(body.get("team_id") or ""),
            source="event",
            body=body,
        )
        await handler(front, act)

    return listen


def _options(front: Front, search: Search) -> Callable[..., Awaitable[None]]:
    async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
        act = Act(user_id=body["user"]["id"], team_id=_team(body), source="modal", body=body)
        offered: Offered = []
        try:
            # Slack shows a search field no sentence: who may not act is offered nothing.
            if await front.identity.may_act(act.user_id, act.team_id) is None:
                offered = await search(front, act, str(body.get("value") or ""))
        except UserError:
            pass
        except Exception:
            log.exception("search_failed")
        await ack(options=[kit.option(label, value) for label, value in offered])

    return listen


async def _guarded(front: Front, handler: Handler, act: Act) -> Answer:
    try:
        refusal = await front.identity.may_act(act.user_id, act.team_id)
        if refusal is not None:
            await _refused(front, act)
            return notices.refused(refusal)
        if act.source == "slash" and act.body.get("command") != _ABOUT and not await front.has_read():
            return notices.info(_NOT_READ)
        return await handler(front, act)
    except SeenBefore:
        return None
    except NotAllowed as error:
        await _refused(front, act)
        return notices.refused(error.message)
    except UserError as error:
        return _beside(act, error.message) or notices.refused(error.message)
    except NotOurs:
        return notices.refused(_GARBLED)
    except SlackError as error:
        log.warning("slack_failed", method=error.method, code=error.code)
        # Forms ask Slack before they write, never afterwards.
        kept = _beside(act, f"Nothing was sent or changed: Slack could not be asked. {_KEPT}")
        return kept or notices.failed("Slack did not take it.", "Not shown.", "Try again in a moment.")
    except Exception as error:
        if in_trouble(error):
            log.error("delivery_not_stored", topic=act.source, error=type(error).__name__)
            kept = _beside(act, f"Watchbell cannot reach its database at the moment. {_KEPT} {_TWICE}")
            return kept or notices.refused(NOT_WRITTEN)
        reference = uuid.uuid4().hex[:8]
        log.exception("handler_failed", reference=reference, source=act.source)
        again = f"If it fails again, tell your admin the reference {reference}."
        kept = _beside(act, f"Not completed: Watchbell met a fault of its own. {_KEPT} {_TWICE} {again}")
        return kept or notices.failed(
            "Watchbell met a fault of its own.",
            "This was not completed.",
            f"Look at the card before you try again; tell your admin the reference {reference}.",
        )
    finally:
        front.wake()


def _beside(act: Act, said: str) -> Answer:
    """The sentence beside the first field of a form that was submitted, which so keeps what was typed."""
    return modal.beside_first(act.view, said) if act.source == "modal" else None


async def _kept(receipt: Receipt, answer: Answer) -> Answer:
    """Store a receipt before its command is acknowledged; the answer, or why there is none."""
    try:
        await receipt.keep(receipt.row)
    except SQLAlchemyError as error:
        log.error("delivery_not_stored", topic=receipt.row["topic"], error=type(error).__name__)
        return notices.refused(NOT_WRITTEN)
    return answer


async def _refused(front: Front, act: Act) -> None:
    """Keep in the audit log who tried what without being allowed to. The refusal stands in any case."""
    try:
        await front.write(
            act,
            audit.record,
            front.office.workspace,
            at=front.at().now,
            slack_user_id=act.user_id,
            admin_id=None,
            action=act.name[:_NAME] or "unknown",
            source=act.source,
            outcome="refused",
        )
    except SQLAlchemyError as error:
        log.error("delivery_not_stored", topic=act.source, error=type(error).__name__)


async def _tell(front: Front, act: Act, message: Message) -> None:
    try:
        await front.private(act, message)
    except SlackError as error:
        log.warning("answer_not_shown", code=error.code)


async def _outdated(front: Front, act: Act) -> Answer:
    return notices.info("Nothing was done: this button is from an older Watchbell. Type `/inbox` instead.")


def _thread(message: Mapping[str, Any], container: Mapping[str, Any]) -> str | None:
    """The thread in which something was pressed; None in the channel itself.

    A message that has replies names its own thread. It is mostly pressed in the channel, where what is told
    in its thread is not seen; Slack does not say which of the two was open.
    """
    thread = message.get("thread_ts") or container.get("thread_ts")
    return None if thread in (message.get("ts"), container.get("message_ts")) else thread


def _team(body: Mapping[str, Any]) -> str:
    """The workspace of the person who acts, which in a shared channel need not be ours."""
    user, team = body.get("user") or {}, body.get("team") or {}
    return str(user.get("team_id") or team.get("id") or "")
