"""Slack's JSON objects: conversations, users, messages, files and views as answers and payloads show them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sandbox.slack.model import Channel, Json, Message, SlackFile, User, UserGroup, View

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld


def user_object(world: SlackWorld, user: User) -> Json:
    zone = ZoneInfo(user.tz)
    offset = world.clock.now().astimezone(zone).utcoffset()
    team_id = user.team_id or world.seed.team_id
    profile = {
        "real_name": user.real_name,
        "display_name": user.name,
        "title": user.title,
        "team": team_id,
        "image_48": user.image or "",
        "image_72": user.image or "",
    }
    if user.email and not user.is_stranger:
        profile["email"] = user.email
    if user.is_bot:
        profile |= {"bot_id": world.seed.bot_id, "api_app_id": world.seed.app_id}
    shown: Json = {
        "id": user.id,
        "team_id": team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "tz": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted or user.is_ultra_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if user.is_stranger:
        shown["is_stranger"] = True
    return shown


def conversation_object(world: SlackWorld, channel: Channel) -> Json:
    bot = world.seed.bot_user_id
    shared_with = list(channel.shared_team_ids) if channel.is_ext_shared else []
    shown: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_mpim": False,
        "is_org_shared": False,
        "context_team_id": world.seed.team_id,
    }
    if channel.is_im:
        return shown | {"user": channel.user, "is_user_deleted": False, "priority": 0}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_private": channel.is_private,
        "is_general": False,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "shared_team_ids": [world.seed.team_id, *shared_with],
        "conversation_host_id": world.seed.team_id,
        "is_member": bot in channel.members,
        "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
    }


def channel_name(channel: Channel) -> str:
    """The name that slash commands and interactions give a channel."""
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def usergroup_object(world: SlackWorld, group: UserGroup, *, users: bool) -> Json:
    shown: Json = {
        "id": group.id,
        "team_id": world.seed.team_id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": group.description,
        "is_external": False,
        "date_delete": 0,
        "user_count": len(group.members),
    }
    return shown | ({"users": list(group.members)} if users else {})


def message_object(world: SlackWorld, message: Message, *, metadata: bool = False) -> Json:
    """A message as history, answers and payloads show it. Metadata only where it was asked for.

    Of a deleted parent only its thread is left.
    """
    if message.deleted:
        return _tombstone(message) | _thread_of(message)
    shown: Json = {"type": "message", "ts": message.ts, "text": message.text}
    if message.user:
        shown |= {"user": message.user, "team": _team_of(world, message.user)}
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": world.seed.app_id}
        shown["bot_profile"] = bot_profile(world)
    optional: Json = {
        "subtype": message.subtype,
        "username": message.username,
        "blocks": message.blocks,
        "attachments": [*message.attachments, *_unfurled(message)],
        "thread_ts": message.thread_ts,
        "edited": message.edited,
        "files": [file_object(world, file) for file in message.files],
        "metadata": message.metadata if metadata else None,
        "reactions": [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ],
    }
    shown |= {key: value for key, value in optional.items() if value}
    shown |= _thread_of(message)
    if message.is_reply:
        parent = world.message(message.channel, message.thread_ts or "")
        shown["parent_user_id"] = parent.user if parent else None
    return shown


def _tombstone(message: Message) -> Json:
    return {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
        "ts": message.ts,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }


def _thread_of(message: Message) -> Json:
    if not message.reply_count:
        return {}
    return {
        "reply_count": message.reply_count,
        "reply_users": message.reply_users,
        "reply_users_count": len(message.reply_users),
        "latest_reply": message.latest_reply,
        "is_locked": False,
        "subscribed": False,
    }


def bot_profile(world: SlackWorld) -> Json:
    seed = world.seed
    return {
        "id": seed.bot_id,
        "app_id": seed.app_id,
        "user_id": seed.bot_user_id,
        "name": seed.bot_real_name,
        "deleted": False,
        "updated": 0,
        "icons": {},
        "team_id": seed.team_id,
    }


def file_object(world: SlackWorld, file: SlackFile) -> Json:
    url = f"{world.base_url}/files/{file.id}/{quote(file.name, safe='')}"
    shares: dict[str, dict[str, list[Json]]] = {}
    for channel_id, ts in file.shares:
        kind = "private" if world.channels[channel_id].is_private else "public"
        message = world.message(channel_id, ts)
        share: Json = {"ts": ts, "channel_name": world.channels[channel_id].name}
        if message and message.is_reply:
            share["thread_ts"] = message.thread_ts
        shares.setdefault(kind, {}).setdefault(channel_id, []).append(share)
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2] if "." in file.name else "text",
        "user": file.user,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "url_private": url,
        "url_private_download": f"{url}?download=1",
        "permalink": url,
        "shares": shares,
    }


def view_object(world: SlackWorld, view: View) -> Json:
    seed = world.seed
    return {
        "id": view.id,
        "team_id": seed.team_id,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "external_id": view.external_id,
        "state": {"values": view.state},
        "hash": view.hash,
        "title": view.title,
        "submit": view.submit,
        "close": view.close,
        "clear_on_close": view.clear_on_close,
        "notify_on_close": view.notify_on_close,
        "submit_disabled": view.submit_disabled,
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": seed.app_id,
        "app_installed_team_id": seed.team_id,
        "bot_id": seed.bot_id,
    }


def epoch(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp())


def _team_of(world: SlackWorld, user_id: str) -> str:
    user = world.users.get(user_id)
    return (user.team_id if user else None) or world.seed.team_id


def _unfurled(message: Message) -> list[Json]:
    return [{"from_url": url, "original_url": url, **shown} for url, shown in message.unfurls.items()]
