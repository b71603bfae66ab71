"""reactions.*: the app's emoji on messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.methods.access import readable_channel, shared_message
from sandbox.slack.model import Json, Message, SlackError
from sandbox.slack.objects import message_object

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld


def add(world: SlackWorld, arguments: Arguments) -> Json:
    message, name = _target(world, arguments)
    users = message.reactions.setdefault(name, [])
    if world.seed.bot_user_id in users:
        raise SlackError("already_reacted")
    users.append(world.seed.bot_user_id)
    world.touch(message)
    world.events.reaction("reaction_added", message, world.seed.bot_user_id, name)
    return {}


def remove(world: SlackWorld, arguments: Arguments) -> Json:
    message, name = _target(world, arguments)
    users = message.reactions.get(name, [])
    if world.seed.bot_user_id not in users:
        raise SlackError("no_reaction")
    users.remove(world.seed.bot_user_id)
    if not users:
        del message.reactions[name]
    world.touch(message)
    world.events.reaction("reaction_removed", message, world.seed.bot_user_id, name)
    return {}


def get(world: SlackWorld, arguments: Arguments) -> Json:
    channel = readable_channel(world, arguments)
    message = shared_message(world, channel.id, arguments.text("timestamp"))
    return {"type": "message", "channel": channel.id, "message": message_object(world, message)}


def _target(world: SlackWorld, arguments: Arguments) -> tuple[Message, str]:
    name = arguments.required("name", "invalid_name").strip(":")
    channel = readable_channel(world, arguments)
    if channel.is_archived:
        raise SlackError("is_archived")
    return shared_message(world, channel.id, arguments.required("timestamp", "bad_timestamp")), name
