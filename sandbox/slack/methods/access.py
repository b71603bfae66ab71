"""Who may touch which channel and message: the checks that methods share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.model import Channel, Message, SlackError

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld


def find_channel(world: SlackWorld, channel_id: str) -> Channel:
    """A channel the app can see: a private one only as a member. Raises SlackError channel_not_found."""
    channel = world.channels.get(channel_id)
    if channel is None or (channel.is_private and world.seed.bot_user_id not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def writable_channel(world: SlackWorld, arguments: Arguments) -> Channel:
    """The channel to post to; a user id means the DM with them.

    Raises SlackError channel_not_found, not_in_channel, is_archived.
    """
    name = arguments.required("channel", "channel_not_found")
    user = world.users.get(name)
    if user is not None and not user.is_bot:
        if user.deleted:
            raise SlackError("channel_not_found")
        return world.im_with(user.id)
    channel = find_channel(world, name)
    if channel.is_archived:
        raise SlackError("is_archived")
    if world.seed.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def readable_channel(world: SlackWorld, arguments: Arguments) -> Channel:
    """The channel to read the history of. Raises SlackError channel_not_found, not_in_channel."""
    channel = find_channel(world, arguments.required("channel", "channel_not_found"))
    if world.seed.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def shared_message(world: SlackWorld, channel_id: str, ts: str) -> Message:
    """A message that is there for all. Raises SlackError message_not_found."""
    message = world.message(channel_id, ts)
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    return message


def own_message(world: SlackWorld, arguments: Arguments, not_mine: str) -> Message:
    """One of the app's own messages. Raises SlackError message_not_found, `not_mine`, …"""
    channel = find_channel(world, arguments.required("channel", "channel_not_found"))
    message = shared_message(world, channel.id, arguments.required("ts", "message_not_found"))
    if message.bot_id != world.seed.bot_id or channel.is_archived:
        raise SlackError(not_mine)
    return message
