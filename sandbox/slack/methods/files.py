"""files.*: the three steps of an upload, looking a file up, and taking it away."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.methods.access import writable_channel
from sandbox.slack.model import Channel, Json, SlackError, SlackFile
from sandbox.slack.objects import epoch, file_object
from sandbox.slack.rules import check_message

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld


def get_upload_url(world: SlackWorld, arguments: Arguments) -> Json:
    """Step 1: an address to send the bytes to."""
    name = arguments.required("filename")
    length = arguments.number("length", 0)
    if length == 0:
        arguments.required("length")
    file = SlackFile(
        id=world.ids.next("F"),
        name=name.replace("/", "_"),
        title=name,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        content=b"",
        user=world.seed.bot_user_id,
        created=epoch(world.clock.now()),
        declared_length=length,
    )
    world.files[file.id] = file
    return {"upload_url": f"{world.base_url}/upload/{file.id}", "file_id": file.id}


def complete_upload(world: SlackWorld, arguments: Arguments) -> Json:
    """Step 3: make the files real and share them. The message comes after the answer, as in Slack."""
    wanted = arguments.nested("files")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(item, dict) for item in wanted):
        hint = "[ERROR] missing required field: files"
        raise SlackError("invalid_arguments", response_metadata={"messages": [hint]})
    files = [_uploaded(world, item) for item in wanted]
    channels = _channels(world, arguments)
    blocks = arguments.nested("blocks", "invalid_blocks")
    check_message(blocks)
    for file, item in zip(files, wanted, strict=True):
        file.completed = True
        file.title = str(item.get("title") or file.title)
    for channel in channels:
        world.background.spawn(_share(world, channel, files, blocks, arguments))
    return {"files": [file_object(world, file) for file in files]}


def info(world: SlackWorld, arguments: Arguments) -> Json:
    file = world.files.get(arguments.required("file", "file_not_found"))
    if file is None or not file.uploaded:
        raise SlackError("file_not_found")
    return {"file": file_object(world, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(world: SlackWorld, arguments: Arguments) -> Json:
    """Take a file of the bot's own away from everywhere it is shown; the messages stay."""
    file = world.files.get(arguments.required("file", "file_not_found"))
    if file is None or not file.uploaded:
        raise SlackError("file_not_found")
    if file.user != world.seed.bot_user_id:
        raise SlackError("cant_delete_file")
    del world.files[file.id]
    for channel, ts in file.shares:
        message = world.message(channel, ts)
        if message is not None:
            message.files = [each for each in message.files if each.id != file.id]
            world.touch(message)
    return {}


async def _share(
    world: SlackWorld, channel: Channel, files: list[SlackFile], blocks: Any, arguments: Arguments
) -> None:
    world.post(
        channel.id,
        user=world.seed.bot_user_id,
        bot_id=world.seed.bot_id,
        text=arguments.text("initial_comment"),
        blocks=blocks or [],
        thread_ts=arguments.text("thread_ts") or None,
        files=files,
    )


def _uploaded(world: SlackWorld, item: Json) -> SlackFile:
    file = world.files.get(str(item.get("id")))
    if file is None or not file.uploaded or file.completed:
        raise SlackError("file_not_found")
    return file


def _channels(world: SlackWorld, arguments: Arguments) -> list[Channel]:
    names = arguments.text("channel_id") or arguments.text("channels")
    channels = []
    for name in names.split(",") if names else []:
        channels.append(writable_channel(world, Arguments({"channel": name.strip()})))
    if arguments.text("thread_ts") and len(channels) > 1:
        raise SlackError("invalid_arguments")
    if arguments.text("thread_ts") and channels:
        parent = world.message(channels[0].id, arguments.text("thread_ts"))
        if parent is None or parent.is_reply:
            raise SlackError("thread_not_found")
    return channels
