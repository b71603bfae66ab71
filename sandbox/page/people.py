"""The persons on the page: names, faces, zones, and what Slack's tokens point at."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.page.reader import JSON
from sandbox.slack.model import Channel, User
from sandbox.slack.world import SlackWorld

TONES = 10


@dataclass(frozen=True)
class Face:
    """A name and the small square beside it. `tone` is one of ten colours, always the same for one id."""

    name: str
    initials: str
    tone: int
    is_bot: bool = False


def face(ident: str, name: str, *, is_bot: bool = False) -> Face:
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    initials = (
        "".join(word[0] for word in (words[0], words[-1])) if len(words) > 1 else (words or ["?"])[0][:1]
    )
    return Face(name, initials.upper(), zlib.crc32(ident.encode()) % TONES, is_bot)


def user_face(user: User) -> Face:
    return face(user.id, user.real_name or user.name, is_bot=user.is_bot)


def role(user: User) -> str:
    """What one must know of a person before acting as them: their work, and whether they are an outsider."""
    if user.deleted:
        standing = "deactivated"
    elif user.is_stranger:
        standing = "from another company"
    elif user.is_ultra_restricted:
        standing = "guest of one channel"
    else:
        standing = "guest" if user.is_restricted else ""
    return ", ".join(part for part in (user.title, standing) if part)


def actors(world: SlackWorld) -> list[User]:
    """Everybody one can act as: people, in the order they were added."""
    return [user for user in world.users.values() if not user.is_bot and not user.deleted]


def zone_of(user: User) -> ZoneInfo:
    try:
        return ZoneInfo(user.tz)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def visible_channels(world: SlackWorld, viewer: str) -> list[Channel]:
    """Channels in the person's list: those they are in; public ones too, unless they are an outsider."""
    user = world.users[viewer]
    outsider = user.is_stranger or user.is_restricted or user.is_ultra_restricted
    found = [
        channel
        for channel in world.channels.values()
        if not channel.is_im and (viewer in channel.members or not (channel.is_private or outsider))
    ]
    return sorted(found, key=lambda channel: (channel.is_archived, channel.name))


class WorldDirectory:
    """A `Directory` over the local Slack, as one person sees it."""

    def __init__(self, world: SlackWorld, viewer: str) -> None:
        self._world = world
        self._viewer = viewer

    def user_name(self, user_id: str) -> str | None:
        user = self._world.users.get(user_id)
        return (user.real_name or user.name) if user else None

    def channel_name(self, channel_id: str) -> str | None:
        channel = self._world.channels.get(channel_id)
        if channel is None or (channel.is_private and self._viewer not in channel.members):
            return None
        return channel.name

    def usergroup_handle(self, usergroup_id: str) -> str | None:
        group = self._world.usergroups.get(usergroup_id)
        return group.handle if group else None

    def people(self) -> Sequence[tuple[str, str]]:
        return [(user.id, user.real_name or user.name) for user in actors(self._world)]

    def channels(self) -> Sequence[tuple[str, str]]:
        return [(channel.id, channel.name) for channel in visible_channels(self._world, self._viewer)]

    def image_address(self, block: JSON) -> str | None:
        file: Any = block.get("slack_file")
        wanted = file if isinstance(file, dict) else {"url": block.get("image_url")}
        for known in self._world.files.values():
            if wanted.get("id") == known.id or known.id in str(wanted.get("url") or "").split("/"):
                return f"/page/files/{known.id}"
        return None
