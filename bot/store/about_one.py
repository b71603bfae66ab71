"""Which conversation a message of ours is about, where it is about a single one."""

from __future__ import annotations

from sqlmodel import Session

from bot.store import calls, clocks
from bot.store.posts import ABOUT_A_CONVERSATION, Post


def conversation_of(session: Session, post: Post) -> str | None:
    """The conversation in the message's name, or the one of all alerts or calls that share it.

    None where they are of several, and for messages of other kinds.
    """
    kind, _, rest = post.key.partition(":")
    if kind in ABOUT_A_CONVERSATION:
        return rest.partition(":")[0]
    found = set()
    if kind == "burst":
        found = {each.conversation_id for each in clocks.of_burst(session, post.workspace, post.key)}
    elif kind == "calls":
        found = {each.conversation_id for each in calls.in_post(session, post.workspace, post.key)}
    return found.pop() if len(found) == 1 else None
