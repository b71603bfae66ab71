"""views.*: modals and App Homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.model import Json, SlackError
from sandbox.slack.objects import view_object
from sandbox.slack.rules import check_view

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld


def open_(world: SlackWorld, arguments: Arguments) -> Json:
    """Open a modal with a fresh trigger id. The view is checked first: a bad one costs no trigger."""
    spec = _modal(arguments)
    user_id = world.triggers.spend(arguments.text("trigger_id"))
    return {"view": view_object(world, world.views.open(user_id, spec))}


def push(world: SlackWorld, arguments: Arguments) -> Json:
    spec = _modal(arguments)
    user_id = world.triggers.spend(arguments.text("trigger_id"))
    return {"view": view_object(world, world.views.push(user_id, spec))}


def update(world: SlackWorld, arguments: Arguments) -> Json:
    """Change an open view by view_id or external_id; a stale `hash` is a hash_conflict."""
    spec = _spec(arguments)
    if "view_id" not in arguments and "external_id" not in arguments:
        arguments.required("view_id")
    view = world.views.find(arguments.text("view_id"), arguments.text("external_id"))
    if view is None:
        raise SlackError("not_found")
    return {"view": view_object(world, world.views.update(view, spec, arguments.text("hash")))}


def publish(world: SlackWorld, arguments: Arguments) -> Json:
    user_id = arguments.required("user_id")
    spec = _spec(arguments)
    user = world.users.get(user_id)
    if user is None or user.deleted or user.is_stranger:
        hint = "[ERROR] no such user [json-pointer:/user_id]"
        raise SlackError("invalid_arguments", response_metadata={"messages": [hint]})
    return {"view": view_object(world, world.views.publish(user_id, spec, arguments.text("hash")))}


def _spec(arguments: Arguments) -> Json:
    spec = arguments.nested("view")
    check_view(spec)
    checked: Json = spec
    return checked


def _modal(arguments: Arguments) -> Json:
    spec = _spec(arguments)
    if spec["type"] != "modal":
        hint = "[ERROR] only a modal can be opened [json-pointer:/view/type]"
        raise SlackError("invalid_arguments", response_metadata={"messages": [hint]})
    return spec
