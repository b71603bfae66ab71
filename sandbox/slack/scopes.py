"""Which scopes a call needs: one about a kind of conversation needs the scope of that kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.limits import METHODS
from sandbox.slack.model import Channel

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
"""What a kind of conversation is called in scopes, by what it is called in `types`."""

_LISTS = frozenset({"conversations.list", "users.conversations"})


def missing(world: SlackWorld, method: str, arguments: Arguments) -> tuple[str, ...]:
    """What Slack says is needed where the app was not granted all of it; else nothing.

    Of a conversation that the app does not see only the method knows what to say: there any scope will do.
    """
    granted, scopes = world.manifest.scopes, METHODS[method]["scopes"]
    if granted is None or not scopes:
        return ()
    kinds = _kinds(world, method, arguments) if len(scopes) > 1 else None
    if kinds is None:
        return () if granted & set(scopes) else (scopes[0],)
    needed = tuple(scope for scope in scopes if scope.partition(":")[0] in kinds)
    return () if granted >= set(needed) else needed


def kind_of(channel: Channel) -> str:
    """The kind of a conversation, as `types` has it."""
    if channel.is_im:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def _kinds(world: SlackWorld, method: str, arguments: Arguments) -> set[str] | None:
    """The kinds of conversation that a call is about; None where that cannot be told."""
    if method in _LISTS:
        types = {name.strip() for name in arguments.text("types", "public_channel").split(",")}
        return {KINDS[each] for each in types} if types <= KINDS.keys() else None
    channel = world.channels.get(arguments.text("channel"))
    if channel is not None and (not channel.is_private or world.seed.bot_user_id in channel.members):
        return {KINDS[kind_of(channel)]}
    if "users" in arguments:
        return {"mpim" if "," in arguments.text("users") else "im"}
    return None
