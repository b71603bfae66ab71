"""The bot token's scopes, and what would not work without each. manifest.yml asks for exactly these."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "channels:history": "find a message of its own again in a public channel after a doubtful post",
        "channels:read": "find public channels by name and see whether another company reads them",
        "chat:write": "post, edit and delete its own messages",
        "commands": "slash commands",
        "files:read": "fetch what a rep puts into an answer; see that a picture of its own is ready",
        "files:write": "show the heat map of a replay",
        "groups:history": "find a message of its own again in a private channel after a doubtful post",
        "groups:read": "find private channels by name and see whether another company reads them",
        "im:history": "find a message of its own again in a direct conversation after a doubtful post",
        "im:write": "open a direct conversation with a rep to tell what became of an answer",
        "links:read": "hear of links to Intercom conversations that somebody posts",
        "links:write": "put their state and buttons under such links",
        "usergroups:read": "find a user group that an escalation calls by its handle",
        "users:read": "see whether a person is a member, a guest, a bot or a stranger",
        "users:read.email": "propose the Intercom seat with the same e-mail address, and find leads",
    }
)
