"""What the app answers with: messages to a response URL or in an ack, and a view submission's response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.model import Json, Message, SlackError, View
from sandbox.slack.passes import ResponsePass
from sandbox.slack.rules import check_message

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld


def respond(world: SlackWorld, place: ResponsePass, body: Json) -> Message | None:
    """Carry out a response: ephemeral unless `in_channel`, or replace or delete the message it answers.

    Raises SlackError no_text, invalid_blocks, message_not_found, … and changes nothing then.
    """
    source = world.message(place.channel, place.source_ts) if place.source_ts else None
    if (body.get("delete_original") or body.get("replace_original")) and source is None:
        raise SlackError("message_not_found")
    if body.get("delete_original") and source:
        world.remove(source)
        return None
    text, blocks, attachments = body.get("text") or "", body.get("blocks"), body.get("attachments")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    check_message(blocks, attachments)
    if body.get("replace_original") and source:
        return world.edit(source, text=text, blocks=blocks or [], attachments=attachments or [])
    return world.post(
        place.channel,
        user=world.seed.bot_user_id,
        bot_id=world.seed.bot_id,
        text=text,
        blocks=blocks or [],
        attachments=attachments or [],
        thread_ts=body.get("thread_ts"),
        metadata=body.get("metadata"),
        ephemeral_to=None if body.get("response_type") == "in_channel" else place.user,
    )


def apply_submission(world: SlackWorld, view: View, ack: Json | None) -> dict[str, str]:
    """Do what the ack of a view submission says; the errors to show, if any.

    Without a response_action the view closes and the one below shows again. Raises SlackError for a response
    Slack would not accept.
    """
    action = (ack or {}).get("response_action")
    if ack is None or action is None:
        world.views.close(view)
    elif action == "clear":
        world.views.clear(view.user)
    elif action == "errors":
        return _errors(view, ack.get("errors"))
    elif action == "update":
        world.views.update(view, _spec(ack))
    elif action == "push":
        world.views.push(view.user, _spec(ack))
    else:
        raise SlackError("invalid_response")
    return {}


def _spec(ack: Json) -> Json:
    spec = ack.get("view")
    if not isinstance(spec, dict):
        raise SlackError("invalid_response")
    return spec


def _errors(view: View, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise SlackError("invalid_response")
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise SlackError("invalid_response")
    return dict(errors)
