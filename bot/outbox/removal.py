"""Taking messages back out of Slack: deleted, or edited so that what is left names somebody no more.

Both are intents like everything else that leaves, so they survive a crash and are tried again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlmodel import Session, col, delete, select

from bot.clock import Moment
from bot.outbox.kinds import SLACK_DELETE, SLACK_EDIT, SLACK_FILE_DELETE, SLACK_POST
from bot.outbox.show import digest
from bot.store import intents
from bot.store.intents import Intent
from bot.store.posts import Post, get_post

ON_SLACK = (SLACK_POST, SLACK_EDIT)
QUEUE = "removal"
"""The queue of everything here: it can be delivered without the rest."""

GONE = "This message was taken back."
"""What stands there for a moment where it was not known whether the message is in Slack at all."""

Tells = Callable[[str], bool]
"""Whether a content, written as JSON, tells of somebody."""


def take_back(session: Session, post: Post, at: Moment) -> int:
    """Delete a message and what hangs in its thread; the number of messages that Slack is to delete.

    Its words are gone from the outbox with this transaction. The name stays, so nothing posts it again; for
    what may be said anew there is `forget_taken_back`.
    """
    count = sum(take_back(session, child, at) for child in _replies(session, post))
    open_post = False
    for intent in intents.about(session, post.workspace, post.key, kinds=ON_SLACK):
        if intent.state in ("sending", "uncertain") and intent.kind == SLACK_POST:
            # Perhaps it is in Slack already. It is looked for as ever, and deleted behind that.
            open_post = True
            intent.payload = {**intent.payload, "text": GONE, "blocks": []}
            session.add(intent)
        else:
            session.delete(intent)
    was_gone, post.state = post.state == "gone", "gone"
    session.add(post)
    session.flush()
    if was_gone or (post.ts is None and not open_post):
        return count
    added = intents.add(
        session,
        post.workspace,
        key=f"delete:{post.key}",
        kind=SLACK_DELETE,
        lane=lane(post),
        queue=QUEUE,
        subject=post.key,
        payload={"channel": post.channel},
        now=at.now,
        due=at.machine,
    )
    return count + int(added)


def forget_taken_back(session: Session, workspace: str, key: str) -> None:
    """Forget a message that was taken back, once it is in Slack no more: what comes now may have its name.

    What somebody deleted in Slack, or its place refused, stays away.
    """
    post = get_post(session, workspace, key)
    if post is None or post.state != "gone":
        return
    about = intents.about(session, workspace, key, kinds=(*ON_SLACK, SLACK_DELETE))
    deletion = next((each for each in about if each.kind == SLACK_DELETE), None)
    was_taken_back = deletion.state == "done" if deletion is not None else post.ts is None and not about
    if not was_taken_back or any(each.state in intents.OPEN for each in about):
        return
    for each in (*about, post):
        session.delete(each)
    session.flush()


def take_file_back(session: Session, workspace: str, file_id: str, at: Moment) -> bool:
    """Delete a file of ours. False where that was asked for before."""
    return intents.add(
        session,
        workspace,
        key=f"file:{file_id}",
        kind=SLACK_FILE_DELETE,
        lane=f"file:{file_id}",
        queue=QUEUE,
        subject=file_id,
        payload={},
        now=at.now,
        due=at.machine,
    )


def rewrite(session: Session, post: Post, tells: Tells, at: Moment) -> bool:
    """Edit a message so that it tells of somebody no more. False where nothing of it would be left.

    Only for a message whose content the outbox still has.
    """
    shown = latest(session, post)
    if shown is None:
        return False
    stripped = [_without(block, tells) for block in shown.payload.get("blocks", ())]
    blocks = [block for block in stripped if block is not None]
    if not any(block.get("type") in ("section", "rich_text") for block in blocks):
        return False
    text = shown.payload["text"] if not tells(json.dumps(shown.payload["text"])) else GONE
    payload = {**shown.payload, "text": text, "blocks": blocks}
    _forget(session, post, lambda _: True)
    post.version += 1
    post.wanted, post.wanted_at = digest(text, blocks), at.now
    session.add(post)
    session.flush()
    if not intents.replace_pending(session, f"post:{post.key}", payload):
        intents.add(
            session,
            post.workspace,
            key=f"edit:{post.key}:{post.version}",
            kind=SLACK_EDIT,
            lane=lane(post),
            queue=QUEUE,
            subject=post.key,
            payload=payload,
            now=at.now,
            due=at.machine,
        )
    return True


def forget_contents(session: Session, post: Post, tells: Tells) -> None:
    """Take contents that tell of somebody out of the outbox, for a message that is drawn anew elsewhere."""
    _forget(session, post, tells)


def latest(session: Session, post: Post) -> Intent | None:
    """The intent with the newest content of a message; None where its words are not kept any more."""
    every = intents.about(session, post.workspace, post.key, kinds=ON_SLACK)
    wordy = [each for each in every if each.state != "dropped" and "blocks" in each.payload]
    return wordy[-1] if wordy else None


def lane(post: Post) -> str:
    """The lane of a message: a thread's messages share it, so a deletion waits for its post."""
    return f"slack:{post.parent or post.key}"


def posts_that_tell(
    session: Session, workspace: str, may: Any, tells: Tells, after: int, limit: int
) -> tuple[list[str], int | None]:
    """Keys of messages with any content that tells of somebody, and where to go on; None at the end. A name
    of ours says what a message is about, so it is looked at with the content.

    `may` is a coarse question that the database can answer, of the payload.
    """
    query = (
        select(Intent.id, Intent.subject, Intent.payload)
        .where(
            Intent.workspace == workspace,
            col(Intent.kind).in_(ON_SLACK),
            col(Intent.id) > after,
            may,
        )
        .order_by(col(Intent.id))
        .limit(limit)
    )
    rows = list(session.execute(query))
    keys = dict.fromkeys(subject for _, subject, payload in rows if tells(json.dumps([subject, payload])))
    return list(keys), rows[-1][0] if len(rows) == limit else None


def _replies(session: Session, post: Post) -> list[Post]:
    query = select(Post).where(Post.workspace == post.workspace, Post.parent == post.key)
    return list(session.exec(query))


def _forget(session: Session, post: Post, tells: Tells) -> None:
    for intent in intents.about(session, post.workspace, post.key, kinds=ON_SLACK):
        if not tells(json.dumps(intent.payload)):
            continue
        may_land = intent.kind == SLACK_POST or intent.state in ("sending", "uncertain")
        if intent.state not in intents.OPEN or not may_land:
            session.execute(delete(Intent).where(col(Intent.id) == intent.id))
        else:
            # Its row stays, so that what follows waits in its lane: an edit under way would land on it.
            intent.payload = {**intent.payload, "text": GONE, "blocks": []}
            session.add(intent)
    session.flush()


def _without(block: dict[str, Any], tells: Tells) -> dict[str, Any] | None:
    """A block without the lines that tell of somebody; None where it is nothing else."""
    if not tells(json.dumps(block)):
        return block
    text = block.get("text")
    if block.get("type") != "section" or not isinstance(text, dict):
        return None
    lines = [line for line in str(text.get("text", "")).split("\n") if not tells(json.dumps(line))]
    kept = {**block, "text": {**text, "text": "\n".join(lines)}}
    return kept if any(line.strip() for line in lines) and not tells(json.dumps(kept)) else None
