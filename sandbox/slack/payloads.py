"""Interaction payloads: what the app receives when somebody types a command, clicks or submits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.elements import options_of, state_field
from sandbox.slack.model import Block, Channel, Json, Message, View
from sandbox.slack.objects import channel_name, message_object, view_object

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

_TOKEN = "sandbox-verification-token"  # noqa: S105 - deprecated by Slack, checked by nobody
_INITIALS = (
    "initial_option",
    "initial_options",
    "initial_user",
    "initial_date",
    "initial_time",
    "initial_date_time",
    "initial_conversation",
    "initial_channel",
)


def slash_form(world: SlackWorld, user_id: str, channel: Channel, command: str, text: str) -> Json:
    """The form fields of a slash command, all strings."""
    seed, user = world.seed, world.users[user_id]
    return {
        "token": _TOKEN,
        "team_id": seed.team_id,
        "team_domain": seed.team_domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user_id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": seed.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url(world, channel.id, user_id),
        "trigger_id": world.triggers.mint(user_id),
    }


def response_url(world: SlackWorld, channel_id: str, user_id: str, source: Message | None = None) -> str:
    """A new response URL for this person's gesture, on this message if it had one."""
    thread_ts = source.thread_ts if source and source.is_reply else None
    name = world.response_urls.mint(
        channel_id, user_id, source_ts=source.ts if source else None, thread_ts=thread_ts
    )
    return f"{world.base_url}/response/{name}"


def message_actions(world: SlackWorld, user_id: str, message: Message, state: Json, action: Json) -> Json:
    """block_actions from a message. An ephemeral message is not in the payload, only its container."""
    channel = world.channels[message.channel]
    payload = _base(world, "block_actions", user_id)
    payload |= {
        "container": _message_container(message),
        "trigger_id": world.triggers.mint(user_id),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": state},
        "response_url": response_url(world, channel.id, user_id, message),
        "actions": [action],
    }
    if message.ephemeral_to is None:
        payload["message"] = message_object(world, message)
    return payload


def view_actions(world: SlackWorld, user_id: str, view: View, action: Json) -> Json:
    """block_actions from a modal or App Home."""
    return _base(world, "block_actions", user_id) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.triggers.mint(user_id),
        "view": view_object(world, view),
        "actions": [action],
    }


def view_submission(world: SlackWorld, view: View) -> Json:
    return _base(world, "view_submission", view.user) | {
        "trigger_id": world.triggers.mint(view.user),
        "view": view_object(world, view),
        "response_urls": _response_urls(world, view),
    }


def view_closed(world: SlackWorld, view: View, *, cleared: bool) -> Json:
    return _base(world, "view_closed", view.user) | {"view": view_object(world, view), "is_cleared": cleared}


def shortcut(world: SlackWorld, user_id: str, callback_id: str) -> Json:
    return _base(world, "shortcut", user_id) | {
        "callback_id": callback_id,
        "trigger_id": world.triggers.mint(user_id),
        "action_ts": action_ts(world),
    }


def message_shortcut(world: SlackWorld, user_id: str, callback_id: str, message: Message) -> Json:
    channel = world.channels[message.channel]
    return _base(world, "message_action", user_id) | {
        "callback_id": callback_id,
        "trigger_id": world.triggers.mint(user_id),
        "action_ts": action_ts(world),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": message_object(world, message),
        "response_url": response_url(world, channel.id, user_id, message),
    }


def block_suggestion(
    world: SlackWorld, user_id: str, where: View | Message, block: Block, element: Json, query: str
) -> Json:
    """The options request of an external select."""
    payload = _base(world, "block_suggestion", user_id)
    payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": query}
    if isinstance(where, View):
        container = {"type": "view", "view_id": where.id}
        return payload | {"container": container, "view": view_object(world, where)}
    channel = world.channels[where.channel]
    payload |= {
        "container": _message_container(where),
        "channel": {"id": channel.id, "name": channel_name(channel)},
    }
    return payload if where.ephemeral_to else payload | {"message": message_object(world, where)}


def action(world: SlackWorld, block: Block, element: Json, chosen: Json) -> Json:
    """One entry of `actions`: the element, and what was chosen (`chosen` as in `state.values`)."""
    entry: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts(world),
    }
    for key in ("text", "value", "style", "url", "placeholder", *_INITIALS):
        if key in element and not (key == "value" and state_field(element["type"])):
            entry[key] = element[key]
    return entry | {key: value for key, value in chosen.items() if key != "type"}


def resolve_option(element: Json, option: Json | str) -> Json:
    """The option object for an option or its value; an unknown value becomes an option of that name."""
    if isinstance(option, dict):
        return option
    for offered in options_of(element):
        if offered["value"] == option:
            return offered
    return {"text": {"type": "plain_text", "text": option, "emoji": True}, "value": option}


def action_ts(world: SlackWorld) -> str:
    return f"{world.clock.now().timestamp():.6f}"


def _base(world: SlackWorld, kind: str, user_id: str) -> Json:
    seed, user = world.seed, world.users[user_id]
    return {
        "type": kind,
        "user": {
            "id": user_id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id or seed.team_id,
        },
        "api_app_id": seed.app_id,
        "token": _TOKEN,
        "team": {"id": seed.team_id, "domain": seed.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _message_container(message: Message) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def _response_urls(world: SlackWorld, view: View) -> list[Json]:
    """One for each conversation picked in a select that asked for it with `response_url_enabled`."""
    urls = []
    for block in view.blocks:
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        picked = view.state[block["block_id"]][element["action_id"]]
        channel_id = picked.get("selected_conversation") or picked.get("selected_channel")
        if channel_id in world.channels:
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel_id,
                    "response_url": response_url(world, channel_id, view.user),
                }
            )
    return urls
