"""Say that Slack should show a message: posted the first time, edited in place from then on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlmodel import Session

from bot.clock import Moment
from bot.outbox.kinds import SLACK_EDIT, SLACK_POST
from bot.outbox.outcome import GIVEN_UP, UNSEEN
from bot.slack.errors import PLACE
from bot.store import intents
from bot.store.intents import Intent
from bot.store.posts import Post, children_of, get_post

_DETAIL = 1
"""What stands in a channel is posted before what stands in a thread."""


class Content(Protocol):
    """Anything with a fallback text and Block Kit blocks, as the card builders make."""

    @property
    def text(self) -> str: ...

    @property
    def blocks(self) -> list[dict[str, object]]: ...


def show(
    session: Session,
    workspace: str,
    *,
    key: str,
    channel: str,
    content: Content,
    at: Moment,
    parent: str | None = None,
    comes_back: bool = False,
) -> Post:
    """Make Slack show `content` as the message named `key`, in `parent`'s thread if one is named.

    The same content again does nothing. An edit that has not begun is replaced by the newer one, and a post
    that is not in Slack yet is posted with the newer content at once. A thread's messages share a lane, so a
    reply never overtakes its parent.

    What its place refused stays away. With `comes_back` it is tried again, from `back_at` on.
    """
    wanted = digest(content.text, content.blocks)
    post = get_post(session, workspace, key)
    if post is not None:
        # Where it stands, or is to stand, was decided when it was first shown.
        channel, parent = post.channel, post.parent
    payload: dict[str, Any] = {
        "channel": channel,
        "parent": parent,
        "text": content.text,
        "blocks": content.blocks,
    }
    lane = f"slack:{parent or key}"
    if post is None:
        post = Post(
            workspace=workspace, key=key, channel=channel, parent=parent, wanted=wanted, wanted_at=at.now
        )
        session.add(post)
        intents.add(
            session,
            workspace,
            key=f"post:{key}",
            kind=SLACK_POST,
            lane=lane,
            queue=channel,
            rank=_DETAIL if parent else 0,
            subject=key,
            payload=payload,
            now=at.now,
            due=at.machine,
        )
        return post
    if post.state == "gone" and comes_back:
        _try_again(session, post, payload, wanted, at)
    if post.wanted == wanted or post.state == "gone":
        return post
    post.version += 1
    post.wanted, post.wanted_at = wanted, at.now
    session.add(post)
    if post.ts is None and intents.replace_pending(session, f"post:{key}", payload):
        # Nothing of it is in Slack yet, however often it was tried; what was to edit it is older than this.
        intents.drop_pending(session, workspace, key, kinds=(SLACK_EDIT,), tried=True)
        return post
    intents.drop_pending(session, workspace, key, kinds=(SLACK_EDIT,))
    intents.add(
        session,
        workspace,
        key=f"edit:{key}:{post.version}",
        kind=SLACK_EDIT,
        lane=lane,
        subject=key,
        payload=payload,
        now=at.now,
        due=at.machine,
    )
    return post


FOREIGN = "is read by another company, or not visible to the bot."
NO_PARENT = "The message it belongs under is not there any more."
NOT_THERE = "The message is not there any more."
_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=1)
_MOST = 18
"""Attempts after which a place that refuses everything is left alone."""
_MOST_IN_ALL = 40
"""Attempts after which what was tried too often is left to a person: delivery makes twenty by itself
(`Timings.attempts`), one an hour the other twenty.
"""


def refusal(session: Session, post: Post | None) -> Intent | None:
    """The post, or the edit, that its place refused or that was tried too often, where it may be tried again.

    What somebody deleted is not among it, nor what was taken back.
    """
    return _refused(session, post) if post is not None and post.state == "gone" else None


def _refused(session: Session, post: Post) -> Intent | None:
    key = f"post:{post.key}" if post.ts is None else f"edit:{post.key}:{post.version}"
    last = intents.by_key(session, key)
    if last is None or last.state != "dead" or last.cleared_at is not None:
        return None
    parent = get_post(session, post.workspace, post.parent)
    if parent is not None and parent.state == "gone":
        return None
    return last if last.attempts < _patience(last.error or "") else None


def _patience(error: str) -> int:
    """How many attempts in all something is worth that was given up with this; 0 where another is in vain."""
    if error.startswith((GIVEN_UP, UNSEEN)):
        return _MOST_IN_ALL
    refused = error.endswith(FOREIGN) or error in (NO_PARENT, NOT_THERE)
    return _MOST if refused or any(f"Slack answered {code}" in error for code in PLACE) else 0


def back_at(session: Session, post: Post | None) -> datetime | None:
    """From when on (business time) a message that its place refused may be tried again; None for others."""
    last = refusal(session, post)
    if post is None or last is None:
        return None
    return _again_at(post, last)


def make_up_for(session: Session, post: Post, at: Moment) -> bool:
    """Try once more what its place refused of a message: its newest edit, or the message as a whole.

    True when its time has come. For messages that judging may not draw again: nothing newer follows.
    """
    if post.ts is not None and post.shown == post.wanted:
        return False
    last = _refused(session, post)
    if last is None or _again_at(post, last) > at.now or not _begin_again(session, last, at):
        return False
    post.state, post.wanted_at = "wanted" if post.ts is None else "posted", at.now
    session.add(post)
    return True


def _again_at(post: Post, last: Intent) -> datetime:
    return post.wanted_at + min(_WAIT * max(last.attempts, 1), _LONGEST_WAIT)


def _try_again(session: Session, post: Post, payload: dict[str, Any], wanted: str, at: Moment) -> None:
    last, since = refusal(session, post), back_at(session, post)
    if last is None or since is None or since > at.now:
        return
    last.payload = payload
    session.add(last)
    session.flush()
    if _begin_again(session, last, at):
        post.state = "wanted" if post.ts is None else "posted"
        post.wanted, post.wanted_at = wanted, at.now
        session.add(post)


def _begin_again(session: Session, last: Intent, at: Moment) -> bool:
    # Of what may be there all the same it is looked for first. Where nobody could look nothing was sent last
    # time, and nothing was counted.
    state = "uncertain" if last.looks else "pending"
    again = last.attempts + (1 if (last.error or "").startswith(UNSEEN) else 0)
    return last.id is not None and intents.begin_again(
        session, last.id, was="dead", attempts=again, due=at.machine, state=state
    )


def adopt(
    session: Session,
    workspace: str,
    *,
    key: str,
    channel: str,
    ts: str,
    at: Moment,
    parent: str | None = None,
) -> bool:
    """Take over a message that is in Slack under this name, though the tables do not know it. True if so.

    What it shows is not known: if it is to show something, an edit is sent in place of the post.
    """
    post = get_post(session, workspace, key)
    if post is None:
        post = Post(
            workspace=workspace,
            key=key,
            channel=channel,
            parent=parent,
            ts=ts,
            wanted="",
            shown="",
            state="posted",
            wanted_at=at.now,
        )
        session.add(post)
        session.flush()
        return True
    if post.ts is not None:
        return False
    post.ts, post.channel, post.state, post.shown = ts, channel, "posted", ""
    session.add(post)
    waiting = intents.by_key(session, f"post:{key}")
    if waiting is None:
        return True
    wanted = waiting.state in intents.OPEN
    waiting.state, waiting.external_id, waiting.finished_at = "done", ts, at.machine
    waiting.token, waiting.lease_until = None, None
    session.add(waiting)
    if wanted:
        intents.add(
            session,
            workspace,
            key=f"edit:{key}:{post.version}",
            kind=SLACK_EDIT,
            lane=waiting.lane,
            subject=key,
            payload=waiting.payload,
            now=at.now,
            due=at.machine,
        )
    return True


def forget_withdrawn(session: Session, workspace: str, key: str) -> None:
    """Forget that a message was taken back before it was in Slack, so that it may be shown after all."""
    post = get_post(session, workspace, key)
    if post is None or post.ts is not None:
        return
    last = intents.by_key(session, f"post:{key}")
    if last is None or last.state != "dropped":
        return
    session.delete(last)
    session.delete(post)
    session.flush()


def digest(text: str, blocks: Sequence[object]) -> str:
    """What tells one content from another."""
    return hashlib.sha256(json.dumps([text, blocks], sort_keys=True).encode()).hexdigest()


def withdraw(session: Session, workspace: str, key: str) -> bool:
    """Take back a message that is certainly not in Slack yet. True when it will not appear.

    One in whose thread something is to be told stays: without it, that would reach nobody.
    """
    post = get_post(session, workspace, key)
    if post is None or post.ts is not None:
        return False
    if any(each.state != "gone" for each in children_of(session, workspace, key)):
        return False
    if intents.drop_pending(session, workspace, key, kinds=(SLACK_POST,), tried=True) == 0:
        return False
    intents.drop_pending(session, workspace, key, kinds=(SLACK_EDIT,), tried=True)
    post.state = "gone"
    session.add(post)
    return True
