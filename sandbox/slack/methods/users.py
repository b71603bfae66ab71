"""users.* and usergroups.*: people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.model import Json, SlackError
from sandbox.slack.objects import user_object, usergroup_object
from sandbox.slack.paging import page

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld


def info(world: SlackWorld, arguments: Arguments) -> Json:
    user = world.users.get(arguments.required("user", "user_not_found"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_object(world, user)}


def list_(world: SlackWorld, arguments: Arguments) -> Json:
    """The workspace's own people; strangers of shared channels are not among them."""
    own = [user for user in world.users.values() if not user.is_stranger]
    shown, cursor = page(own, arguments, default=1000, most=1000)
    return {
        "members": [user_object(world, user) for user in shown],
        "cache_ts": int(world.clock.now().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def lookup_by_email(world: SlackWorld, arguments: Arguments) -> Json:
    """By email, ignoring case. users_not_found also for deactivated people and strangers."""
    email = arguments.required("email", "users_not_found").strip().lower()
    for user in world.users.values():
        if (user.email or "").lower() == email and not user.deleted and not user.is_stranger:
            return {"user": user_object(world, user)}
    raise SlackError("users_not_found")


def usergroups_list(world: SlackWorld, arguments: Arguments) -> Json:
    users = arguments.flag("include_users")
    groups = world.usergroups.values()
    return {"usergroups": [usergroup_object(world, group, users=users) for group in groups]}


def usergroups_users_list(world: SlackWorld, arguments: Arguments) -> Json:
    group = world.usergroups.get(arguments.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}
