"""What a person does in Slack on this page: write, run a command, click, fill in, pick, close."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.page import state
from sandbox.page.asking import Ask, BadAsk, ended, fine, trouble
from sandbox.page.page import Page
from sandbox.page.people import actors, zone_of
from sandbox.page.reader import JSON
from sandbox.slack.model import Message, View
from sandbox.slack.objects import file_object

_MENTION = re.compile(r"(?<![\w&])([@#])([\w][\w.\-]{0,79})")
MAX_UPLOAD = 20_000_000


async def say(ask: Ask) -> Response:
    """A message, or a slash command where the text begins with one."""
    world, actor = ask.page.slack, ask.actor
    channel, text, thread = ask.text("channel"), ask.text("text").strip(), ask.maybe("thread")
    if text.startswith("/") and not text.startswith("//"):
        command, _, rest = text.partition(" ")
        line = f"{command} {typed(ask.page, rest)}"
        return ended(await world.people.slash(actor.id, channel, line, thread_ts=thread))
    message = await world.people.say(actor.id, channel, typed(ask.page, text), thread)
    return fine(ts=message.ts)


def typed(page: Page, text: str) -> str:
    """What Slack makes of typed text: entities for `&<>`, tokens for names of people, groups and channels."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    world = page.slack
    people = {user.name.lower(): f"<@{user.id}>" for user in world.users.values()}
    people |= {group.handle.lower(): f"<!subteam^{group.id}>" for group in world.usergroups.values()}
    people |= {word: f"<!{word}>" for word in ("here", "channel", "everyone")}
    channels = {
        channel.name.lower(): f"<#{channel.id}>" for channel in world.channels.values() if channel.name
    }

    def token(found: re.Match[str]) -> str:
        name, end = found[2].lower(), ""
        names = people if found[1] == "@" else channels
        while name not in names and name[-1:] in ".-":
            name, end = name[:-1], name[-1] + end
        return names[name] + end if name in names else found[0]

    return _MENTION.sub(token, escaped)


async def click(ask: Ask) -> Response:
    """A button, a menu's entry, or a changed select in a message or a view."""
    people, actor = ask.page.slack.people, ask.actor
    action, block = ask.text("action"), ask.maybe("block")
    view_id = ask.maybe("view")
    if view_id is not None:
        view = _view(ask, view_id)
        picked = _picked(ask, view.blocks, action, block)
        values = state.values(view.blocks, ask.mapping("values"), zone_of(actor))
        outcome = await people.click_view(
            actor.id, view_id, action, block_id=block, chosen=picked, values=values
        )
        return ended(outcome, errors=view.errors)
    channel, ts = ask.text("channel"), ask.text("ts")
    message = _message(ask, channel, ts)
    picked = _picked(ask, message.blocks, action, block)
    return ended(await people.click(actor.id, channel, ts, action, block_id=block, chosen=picked))


async def submit(ask: Ask) -> Response:
    """A modal is sent. Errors come back by block, to be shown under the fields."""
    people, actor = ask.page.slack.people, ask.actor
    view = _view(ask, ask.text("view"))
    values = state.values(view.blocks, ask.mapping("values"), zone_of(actor))
    outcome = await people.submit(actor.id, view.id, values)
    return ended(outcome, errors=view.errors)


async def close(ask: Ask) -> Response:
    """One view of the stack is closed, or with `everything` all of them."""
    everything = bool(ask.body.get("everything"))
    return ended(await ask.page.slack.people.close(ask.actor.id, ask.text("view"), everything=everything))


async def shortcut(ask: Ask) -> Response:
    people = ask.page.slack.people
    return ended(
        await people.shortcut(ask.actor.id, ask.text("callback"), ask.maybe("channel"), ask.maybe("ts"))
    )


async def open_home(ask: Ask) -> Response:
    return ended(await ask.page.slack.people.open_home(ask.actor.id, tab=ask.maybe("tab") or "home"))


async def read(ask: Ask) -> Response:
    """The person has seen the channel."""
    world, channel = ask.page.slack, ask.text("channel")
    if channel not in world.channels:
        raise BadAsk("There is no such channel.")
    world.mark_read(ask.actor.id, channel)
    return fine()


async def join(ask: Ask) -> Response:
    """The person joins a public channel."""
    world, channel = ask.page.slack, world_channel(ask)
    if world.channels[channel].is_private:
        raise BadAsk("A private channel can only be joined by invitation.")
    world.join(ask.actor.id, channel)
    return fine()


def world_channel(ask: Ask) -> str:
    channel = ask.text("channel")
    if channel not in ask.page.slack.channels:
        raise BadAsk("There is no such channel.")
    return channel


async def options(ask: Ask) -> Response:
    """The bot's options for an external select."""
    people, actor = ask.page.slack.people, ask.actor
    view_id = ask.maybe("view")
    query = ask.maybe("query") or ""
    where: str | Message = view_id or _message(ask, ask.text("channel"), ask.text("ts"))
    found = await people.options(actor.id, where, ask.text("action"), query)
    return JSONResponse({"ok": True, "options": found})


def upload(page: Page) -> Callable[[Request], Any]:
    """A file chosen in a file input; the answer is what `state.values` will hold for it."""

    async def endpoint(request: Request) -> Response:
        async with request.form(max_files=1, max_part_size=MAX_UPLOAD) as form:
            file, actor_id = form.get("file"), form.get("as")
            actor = next((user for user in actors(page.slack) if user.id == actor_id), None)
            if actor is None or file is None or isinstance(file, str):
                return trouble("A file and a person are needed.", 400)
            content = await file.read()
            if len(content) > MAX_UPLOAD:
                return trouble("The file is larger than 20 MB.", 413)
            kept = page.slack.people.upload(actor.id, file.filename or "file", content, file.content_type)
        return fine(file=file_object(page.slack, kept))

    return endpoint


def download(page: Page) -> Callable[[Request], Any]:
    """A file of the local Slack, for the people on this page. Only images are shown in place."""

    async def endpoint(request: Request) -> Response:
        file = page.slack.files.get(request.path_params["file"])
        if file is None:
            return trouble("There is no such file.", 404)
        shown = file.mimetype in ("image/png", "image/jpeg", "image/gif", "image/webp")
        headers = {
            "Content-Disposition": "inline" if shown else "attachment",
            # A file is somebody's content, not a page of ours.
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        media_type = file.mimetype if shown else "application/octet-stream"
        return Response(file.content, media_type=media_type, headers=headers)

    return endpoint


def _view(ask: Ask, view_id: str) -> View:
    people, actor = ask.page.slack.people, ask.actor
    home = people.home(actor.id)
    views = [*people.open_views(actor.id), *([home] if home else [])]
    found = next((view for view in views if view.id == view_id), None)
    if found is None:
        raise BadAsk("That window is no longer open.")
    return found


def _message(ask: Ask, channel: str, ts: str) -> Message:
    world = ask.page.slack
    if channel not in world.channels:
        raise BadAsk("There is no such channel.")
    found = next((one for one in world.seen_by(ask.actor.id, channel) if one.ts == ts), None)
    if found is None:
        raise BadAsk("That message is gone.")
    return found


def _picked(ask: Ask, blocks: Sequence[JSON], action: str, block: str | None) -> dict[str, Any] | None:
    """What the element now holds in Slack's words, without its type; None for a button."""
    found = state.find(blocks, action, block)
    if found is None:
        raise BadAsk("That control is gone.")
    element = found[1]
    if element.get("type") in ("button", "workflow_button"):
        return None
    held = state.value(element, ask.body.get("entered"), zone_of(ask.actor))
    if element.get("type") == "overflow" and held["selected_option"] is None:
        raise BadAsk("That menu no longer has this entry.")
    return {key: value for key, value in held.items() if key != "type"}
