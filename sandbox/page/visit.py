"""One person's look at the page: who they act as, and which channel, thread and conversation they see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from starlette.requests import Request

from sandbox.page.inbox import FILTERS, Filter
from sandbox.page.page import Page
from sandbox.page.people import WorldDirectory, actors, visible_channels, zone_of
from sandbox.page.reader import Reader
from sandbox.slack.model import User

ACTOR_COOKIE = "sandbox_actor"
HOME, MESSAGES = "home", "messages"


class NobodyToActAs(Exception):
    """The local Slack has no people yet."""


@dataclass(frozen=True)
class Place:
    """What is open. `channel` is the id in the address: a channel's, or `home`."""

    kind: Literal["channel", "im", "home"]
    channel: str
    title: str
    private: bool = False
    shared: bool = False
    archived: bool = False
    topic: str = ""
    members: int = 0
    member_names: str = ""
    can_write: bool = True
    thread: str = ""
    thread_where: str = ""
    conversation: str = ""


@dataclass(frozen=True)
class Visit:
    page: Page
    actor: User
    place: Place
    filter: Filter

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.actor)

    def reader(self, surface: Literal["message", "modal", "home"] = "message", scope: str = "x") -> Reader:
        directory = WorldDirectory(self.page.slack, self.actor.id)
        return Reader(directory, self.actor.id, self.zone, self.page.clock.now(), surface, scope)


def visit(page: Page, request: Request) -> Visit:
    """From the address, then the browser's cookie, then the first of everything."""
    asked = request.query_params
    actor = actor_of(page, asked.get("as") or request.cookies.get(ACTOR_COOKIE))
    wanted: Filter = next((name for name in FILTERS if name == asked.get("filter")), "open")
    return Visit(page, actor, _place(page, actor, asked), wanted)


def actor_of(page: Page, user_id: str | None) -> User:
    """That person, or the first one where the id is nobody's. NobodyToActAs in an empty workspace."""
    people = actors(page.slack)
    if not people:
        raise NobodyToActAs
    return next((user for user in people if user.id == user_id), people[0])


def _place(page: Page, actor: User, asked: Mapping[str, str]) -> Place:
    world = page.slack
    channels = visible_channels(world, actor.id)
    own_channels = [channel.id for channel in channels if actor.id in channel.members]
    first = page.first_channel if page.first_channel in own_channels else next(iter(own_channels), HOME)
    wanted = asked.get("channel") or first
    conversation = asked.get("conversation", "")
    app_name = world.users[world.seed.bot_user_id].real_name
    if wanted == MESSAGES and not actor.is_stranger:
        wanted = world.im_with(actor.id).id
    own = [one for one in world.channels.values() if one.is_im and one.user == actor.id]
    channel = next((one for one in (*channels, *own) if one.id == wanted), None)
    if channel is None:
        return Place("home", HOME, app_name, conversation=conversation)
    names = [world.users[user].real_name for user in channel.members if user in world.users]
    thread = asked.get("thread", "")
    return Place(
        kind="im" if channel.is_im else "channel",
        channel=channel.id,
        title=app_name if channel.is_im else channel.name,
        private=channel.is_private,
        shared=channel.is_ext_shared,
        archived=channel.is_archived,
        topic=channel.topic,
        members=len(names),
        member_names=", ".join(sorted(names)),
        can_write=actor.id in channel.members,
        thread=thread if world.message(channel.id, thread) or _is_tombstone(page, channel.id, thread) else "",
        thread_where=app_name if channel.is_im else f"#{channel.name}",
        conversation=conversation,
    )


def _is_tombstone(page: Page, channel_id: str, ts: str) -> bool:
    return bool(ts) and any(message.ts == ts for message in page.slack.messages(channel_id))
