"""chat.*: posting, changing and removing the app's messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.elements import complete_ids
from sandbox.slack.methods.access import find_channel, own_message, writable_channel
from sandbox.slack.model import Json, Message, SlackError
from sandbox.slack.objects import message_object
from sandbox.slack.rules import check_message
from sandbox.slack.shapes import LIMITS

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

_LIMITS: dict[str, int] = LIMITS["message"]


def post_message(world: SlackWorld, arguments: Arguments) -> Json:
    """Post. Text above 40,000 characters is cut, as Slack does. A user id as channel opens the DM."""
    channel = writable_channel(world, arguments)
    text, blocks, attachments = _content(arguments)
    metadata = _metadata(arguments)
    _need_something(text, blocks, attachments)
    thread_ts = arguments.text("thread_ts") or None
    message = world.post(
        channel.id,
        user=world.seed.bot_user_id,
        bot_id=world.seed.bot_id,
        text=text[: _LIMITS["text_truncated_above"]],
        blocks=blocks or [],
        attachments=attachments or [],
        thread_ts=thread_ts,
        metadata=metadata or None,
        subtype="thread_broadcast" if thread_ts and arguments.flag("reply_broadcast") else None,
        username=arguments.text("username") or None,
        icon_emoji=arguments.text("icon_emoji") or None,
    )
    return _answer(world, message)


def update(world: SlackWorld, arguments: Arguments) -> Json:
    """Change one of the app's own messages. Blocks, attachments and metadata that are not sent stay."""
    message = own_message(world, arguments, "cant_update_message")
    text, blocks, attachments = _content(arguments)
    _check_text_length(text, blocks)
    changes: dict[str, Any] = {}
    if "text" in arguments:
        changes["text"] = text
    if blocks is not None:
        changes["blocks"] = blocks
    if attachments is not None:
        changes["attachments"] = attachments
    if "metadata" in arguments:
        changes["metadata"] = _metadata(arguments) or None
    after = {"text": message.text, "blocks": message.blocks, "attachments": message.attachments} | changes
    _need_something(after["text"], after["blocks"], after["attachments"])
    world.edit(message, **changes)
    return _answer(world, message) | {"text": message.text}


def delete(world: SlackWorld, arguments: Arguments) -> Json:
    message = own_message(world, arguments, "cant_delete_message")
    world.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(world: SlackWorld, arguments: Arguments) -> Json:
    """Show a message to one member of the channel. Only a response URL can change it later."""
    channel = writable_channel(world, arguments)
    user_id = arguments.required("user")
    text, blocks, attachments = _content(arguments)
    _check_text_length(text, blocks)
    _need_something(text, blocks, attachments)
    if user_id not in channel.members or user_id not in world.users:
        raise SlackError("user_not_in_channel")
    message = world.post(
        channel.id,
        user=world.seed.bot_user_id,
        bot_id=world.seed.bot_id,
        text=text,
        blocks=blocks or [],
        attachments=attachments or [],
        thread_ts=arguments.text("thread_ts") or None,
        ephemeral_to=user_id,
    )
    return {"message_ts": message.ts}


def get_permalink(world: SlackWorld, arguments: Arguments) -> Json:
    channel = find_channel(world, arguments.required("channel"))
    message = world.message(channel.id, arguments.required("message_ts"))
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    host = f"https://{world.seed.team_domain}.slack.com"
    link = f"{host}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def unfurl(world: SlackWorld, arguments: Arguments) -> Json:
    """Attach previews to links in somebody's message."""
    channel_id, ts = arguments.text("channel"), arguments.text("ts")
    if not channel_id and (unfurl_id := arguments.text("unfurl_id")):
        channel_id, _, ts = unfurl_id.partition("-")
    if not channel_id:
        raise SlackError("missing_channel")
    if not ts:
        raise SlackError("missing_ts")
    unfurls = arguments.nested("unfurls", "invalid_unfurls_format")
    if not unfurls:
        raise SlackError("missing_unfurls")
    if not isinstance(unfurls, dict) or not all(isinstance(shown, dict) for shown in unfurls.values()):
        raise SlackError("invalid_unfurls_format")
    if channel_id not in world.channels:
        raise SlackError("cannot_find_channel")
    message = world.message(channel_id, ts)
    if message is None:
        raise SlackError("cannot_find_message")
    for url, shown in unfurls.items():
        if url not in message.text:
            raise SlackError("cannot_unfurl_url")
        check_message(None, [shown])
    message.unfurls |= {
        url: {**shown, "blocks": complete_ids(shown["blocks"], world.ids)} if shown.get("blocks") else shown
        for url, shown in unfurls.items()
    }
    world.touch(message)
    return {}


def _content(arguments: Arguments) -> tuple[str, Any, Any]:
    blocks = arguments.nested("blocks", "invalid_blocks_format")
    attachments = arguments.nested("attachments", "invalid_attachments")
    check_message(blocks, attachments)
    return arguments.text("text"), blocks, attachments


def _check_text_length(text: str, blocks: object) -> None:
    if not blocks and len(text) > _LIMITS["text_of_update_or_ephemeral"]:
        raise SlackError("msg_too_long")


def _need_something(text: str, blocks: object, attachments: object) -> None:
    if not text and not blocks and not attachments:
        raise SlackError("no_text")


def _metadata(arguments: Arguments) -> Json | None:
    metadata = arguments.nested("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(event_type, str) or not event_type or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(payload, ensure_ascii=False).encode()) > _LIMITS["metadata_bytes"]:
        raise SlackError("metadata_too_large")
    return metadata


def _answer(world: SlackWorld, message: Message) -> Json:
    shown = message_object(world, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "message": shown}
