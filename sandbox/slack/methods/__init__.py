"""The Web API's methods by name: world and arguments in, the answer without `ok` out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.methods import app, chat, conversations, files, reactions, users, views
from sandbox.slack.model import Json

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

Method = Callable[["SlackWorld", Arguments], Json]

METHODS: dict[str, Method] = {
    "auth.test": app.auth_test,
    "apps.connections.open": app.connections_open,
    "team.info": app.team_info,
    "bots.info": app.bots_info,
    "blocks.validate": app.blocks_validate,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "chat.delete": chat.delete,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.getPermalink": chat.get_permalink,
    "chat.unfurl": chat.unfurl,
    "conversations.list": conversations.list_,
    "conversations.info": conversations.info,
    "conversations.history": conversations.history,
    "conversations.replies": conversations.replies,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_,
    "conversations.join": conversations.join,
    "conversations.leave": conversations.leave,
    "users.info": users.info,
    "users.list": users.list_,
    "users.lookupByEmail": users.lookup_by_email,
    "users.conversations": conversations.of_user,
    "usergroups.list": users.usergroups_list,
    "usergroups.users.list": users.usergroups_users_list,
    "views.open": views.open_,
    "views.push": views.push,
    "views.update": views.update,
    "views.publish": views.publish,
    "reactions.add": reactions.add,
    "reactions.remove": reactions.remove,
    "reactions.get": reactions.get,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.completeUploadExternal": files.complete_upload,
    "files.info": files.info,
    "files.delete": files.delete,
}
