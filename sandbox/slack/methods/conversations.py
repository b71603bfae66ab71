"""conversations.*: channels, their members and their history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.methods.access import find_channel, readable_channel
from sandbox.slack.model import Channel, Json, Message, SlackError
from sandbox.slack.objects import conversation_object, message_object
from sandbox.slack.paging import page
from sandbox.slack.scopes import KINDS, kind_of

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

_TS = re.compile(r"\d+(\.\d+)?")


def list_(world: SlackWorld, arguments: Arguments) -> Json:
    bot = world.seed.bot_user_id
    visible = [c for c in world.channels.values() if not c.is_private or bot in c.members]
    return _listing(world, visible, arguments)


def of_user(world: SlackWorld, arguments: Arguments) -> Json:
    """users.conversations: those of a person that the app can see, or its own."""
    bot = world.seed.bot_user_id
    user_id = arguments.text("user", bot)
    if user_id not in world.users:
        raise SlackError("user_not_found")
    shared = [c for c in world.channels.values() if not c.is_private or bot in c.members]
    return _listing(world, [c for c in shared if user_id in c.members], arguments)


def info(world: SlackWorld, arguments: Arguments) -> Json:
    channel = find_channel(world, arguments.required("channel", "channel_not_found"))
    shown = conversation_object(world, channel)
    if not arguments.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def history(world: SlackWorld, arguments: Arguments) -> Json:
    """The newest messages first, without thread replies (but for broadcast ones)."""
    channel = readable_channel(world, arguments)
    found = [
        m
        for m in _between(world.messages(channel.id), arguments)
        if not m.is_reply or m.subtype == "thread_broadcast"
    ]
    shown, cursor = page(found[::-1], arguments, default=100, most=999)
    return _messages(world, shown, cursor, arguments) | {"pin_count": 0}


def replies(world: SlackWorld, arguments: Arguments) -> Json:
    """A thread, the parent first. Raises SlackError thread_not_found."""
    channel = readable_channel(world, arguments)
    ts = arguments.required("ts", "thread_not_found")
    everything = [m for m in world.messages(channel.id) if m.ephemeral_to is None]
    parent = next((m for m in everything if m.ts == ts), None)
    if parent is None:
        raise SlackError("thread_not_found")
    thread = [m for m in everything if m.is_reply and m.thread_ts == ts]
    shown, cursor = page([parent, *_between(thread, arguments)], arguments, default=1000, most=1000)
    return _messages(world, shown, cursor, arguments)


def members(world: SlackWorld, arguments: Arguments) -> Json:
    channel = find_channel(world, arguments.required("channel", "channel_not_found"))
    found, cursor = page(sorted(channel.members), arguments, default=100, most=999)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


def open_(world: SlackWorld, arguments: Arguments) -> Json:
    """Open the DM with one person. Raises SlackError user_not_found, users_list_not_supplied, …"""
    if "channel" in arguments:
        channel = find_channel(world, arguments.text("channel"))
    else:
        user_ids = [name.strip() for name in arguments.text("users").split(",") if name.strip()]
        if not user_ids:
            raise SlackError("users_list_not_supplied")
        if len(user_ids) > 1:
            raise SlackError("invalid_user_combination")
        user = world.users.get(user_ids[0])
        if user is None:
            raise SlackError("user_not_found")
        if user.deleted:
            raise SlackError("user_disabled")
        channel = world.im_with(user.id)
    if not channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    full = arguments.flag("return_im")
    return {"channel": conversation_object(world, channel) if full else {"id": channel.id}}


def join(world: SlackWorld, arguments: Arguments) -> Json:
    channel = find_channel(world, arguments.required("channel", "channel_not_found"))
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    already = world.seed.bot_user_id in channel.members
    world.join(world.seed.bot_user_id, channel.id)
    answer: Json = {"channel": conversation_object(world, channel)}
    return answer | ({"warning": "already_in_channel"} if already else {})


def leave(world: SlackWorld, arguments: Arguments) -> Json:
    channel = find_channel(world, arguments.required("channel", "channel_not_found"))
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    if world.seed.bot_user_id not in channel.members:
        return {"not_in_channel": True}
    channel.members.discard(world.seed.bot_user_id)
    world.tell("channel", {"channel": channel.id})
    return {}


def _listing(world: SlackWorld, channels: list[Channel], arguments: Arguments) -> Json:
    types = {name.strip() for name in arguments.text("types", "public_channel").split(",")}
    if not types <= KINDS.keys():
        raise SlackError("invalid_types")
    without_archived = arguments.flag("exclude_archived")
    wanted = [c for c in channels if kind_of(c) in types and not (without_archived and c.is_archived)]
    shown, cursor = page(wanted, arguments, default=100, most=999)
    listed = [conversation_object(world, channel) for channel in shown]
    return {"channels": listed, "response_metadata": {"next_cursor": cursor}}


def _between(messages: list[Message], arguments: Arguments) -> list[Message]:
    oldest = _timestamp(arguments, "oldest", "invalid_ts_oldest", 0.0)
    latest = _timestamp(arguments, "latest", "invalid_ts_latest", float("inf"))
    inclusive = arguments.flag("inclusive")
    return [
        m
        for m in messages
        if m.ephemeral_to is None
        and (oldest < float(m.ts) < latest or (inclusive and float(m.ts) in (oldest, latest)))
    ]


def _timestamp(arguments: Arguments, name: str, code: str, default: float) -> float:
    value = arguments.text(name)
    if not value:
        return default
    if not _TS.fullmatch(value):
        raise SlackError(code)
    return float(value)


def _messages(world: SlackWorld, messages: list[Message], cursor: str, arguments: Arguments) -> Json:
    metadata = arguments.flag("include_all_metadata")
    answer: Json = {
        "messages": [message_object(world, m, metadata=metadata) for m in messages],
        "has_more": bool(cursor),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})
