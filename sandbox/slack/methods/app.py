"""The app itself: who it is, its sockets, and the block check it may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.model import Json, SlackError
from sandbox.slack.objects import bot_profile
from sandbox.slack.rules import message_problems, view_problems
from sandbox.slack.validate import Problem

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld


def auth_test(world: SlackWorld, arguments: Arguments) -> Json:
    seed = world.seed
    return {
        "url": f"https://{seed.team_domain}.slack.com/",
        "team": seed.team_name,
        "user": seed.bot_name,
        "team_id": seed.team_id,
        "user_id": seed.bot_user_id,
        "bot_id": seed.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(world: SlackWorld, arguments: Arguments) -> Json:
    return {"url": world.sockets.open_url()}


def team_info(world: SlackWorld, arguments: Arguments) -> Json:
    seed = world.seed
    if arguments.text("team", seed.team_id) != seed.team_id:
        raise SlackError("team_not_found")
    team = {"id": seed.team_id, "name": seed.team_name, "domain": seed.team_domain, "email_domain": ""}
    return {"team": team | {"icon": {"image_default": True}}}


def bots_info(world: SlackWorld, arguments: Arguments) -> Json:
    if arguments.text("bot", world.seed.bot_id) != world.seed.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": bot_profile(world)}


def blocks_validate(world: SlackWorld, arguments: Arguments) -> Json:
    """Check without sending. Raises SlackError invalid_blocks, invalid_message or invalid_view."""
    if "view" in arguments:
        _report("invalid_view", view_problems(arguments.nested("view")))
    elif "message" in arguments:
        message = arguments.nested("message")
        if not isinstance(message, dict):
            raise SlackError("invalid_message")
        _report("invalid_message", message_problems(message.get("blocks") or [], "/message/blocks"))
    elif "blocks" in arguments:
        _report("invalid_blocks", message_problems(arguments.nested("blocks")))
    else:
        raise SlackError("invalid_arguments")
    return {}


def _report(code: str, problems: list[Problem]) -> None:
    if problems:
        raise SlackError(code, errors=[vars(problem) for problem in problems])
