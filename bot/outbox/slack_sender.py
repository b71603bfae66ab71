"""Delivers posts and edits to Slack.

A post carries the intent's key as message metadata; a post whose outcome is unknown is looked for by it
before anything is posted again. Whether a channel is shared with another company is asked before each post:
such a channel is never written to.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.clock import Moment
from bot.outbox.kinds import SLACK_DELETE, SLACK_EDIT, SLACK_POST
from bot.outbox.outcome import Barred, Look, NotFound, NotSent, Outcome, Refused, Sent, Unknown
from bot.outbox.show import FOREIGN, NO_PARENT, NOT_THERE, digest
from bot.slack import history
from bot.slack.client import Slack, keyed
from bot.slack.errors import QUEUE_FULL, SCOPE, TOKEN, UNREACHABLE, SlackError
from bot.slack.identity import Identity
from bot.store import intents, pulse
from bot.store.engine import Store
from bot.store.intents import Intent
from bot.store.posts import Post, get_post

_LOOK_BACK = timedelta(seconds=60)
_GONE = ("message_not_found", "cant_update_message", "thread_not_found", "channel_not_found")
_BEFORE_PARENT = 1.0
_SHUT_OUT = 60.0
"""Seconds between two tries while Slack refuses the bot's token."""


class SlackPosts:
    """New messages."""

    repeatable = False
    resend = True

    def __init__(self, store: Store, slack: Slack, identity: Identity) -> None:
        self._store = store
        self._slack = slack
        self._identity = identity

    async def send(self, intent: Intent) -> Outcome:
        async def post() -> Outcome:
            parent = await _parent(self._store, intent)
            if isinstance(parent, (NotSent, Refused)):
                return parent
            channel = parent.channel if parent is not None else str(intent.payload["channel"])
            if await _foreign(self._identity, channel):
                return Refused(_FOREIGN.format(channel))
            posted = await self._slack.post(
                channel,
                intent.payload["text"],
                intent.payload["blocks"],
                thread_ts=parent.ts if parent is not None else None,
                metadata=keyed(intent.key),
            )
            return Sent(posted.ts, facts=posted.channel)

        return await _judged(post)

    async def look(self, intent: Intent) -> Look:
        parent = await _parent(self._store, intent)
        if isinstance(parent, (NotSent, Refused)):
            return NotFound()
        channel = parent.channel if parent is not None else str(intent.payload["channel"])
        try:
            if channel.startswith(("U", "W")):
                channel = await self._slack.open_dm(channel)
            ts = await history.find(
                self._slack,
                channel,
                intent.key,
                intent.decided_at - _LOOK_BACK,
                thread_ts=parent.ts if parent is not None else None,
            )
        except SlackError as error:
            if error.code in TOKEN or error.code == UNREACHABLE:
                return _shut_out(error)
            if error.kind != "permanent":
                return NotSent(error.message, error.retry_after)
            return Barred(error.message)
        return Sent(ts, facts=channel) if ts is not None else NotFound()


class SlackEdits:
    """Edits of messages that are there: doing one twice is doing it once."""

    repeatable = True
    resend = True

    def __init__(self, store: Store, slack: Slack, identity: Identity) -> None:
        self._store = store
        self._slack = slack
        self._identity = identity

    async def send(self, intent: Intent) -> Outcome:
        async def edit() -> Outcome:
            post = await self._store.read(get_post, intent.workspace, intent.subject)
            if post is None or post.state == "gone":
                return Refused(NOT_THERE)
            if post.ts is None:
                return NotSent("the message is not posted yet", _BEFORE_PARENT)
            if await _foreign(self._identity, post.channel):
                return Refused(_FOREIGN.format(post.channel))
            await self._slack.update(
                post.channel,
                post.ts,
                intent.payload["text"],
                intent.payload["blocks"],
                metadata=keyed(f"post:{post.key}"),
            )
            return Sent(post.ts)

        return await _judged(edit)

    async def look(self, intent: Intent) -> Look:
        return NotFound()


class SlackDeletes:
    """Messages taken back: deleting one that is gone already is no failure, so it may be done twice."""

    repeatable = True
    resend = True

    def __init__(self, store: Store, slack: Slack) -> None:
        self._store = store
        self._slack = slack

    async def send(self, intent: Intent) -> Outcome:
        async def delete() -> Outcome:
            post = await self._store.read(get_post, intent.workspace, intent.subject)
            if post is not None and post.ts is not None:
                await self._slack.delete(post.channel, post.ts)
            return Sent(post.ts if post is not None else None)

        return await _judged(delete)

    async def look(self, intent: Intent) -> Look:
        return NotFound()


class SlackFileDeletes:
    """Files taken back: may be done twice."""

    repeatable = True
    resend = True

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def send(self, intent: Intent) -> Outcome:
        async def delete() -> Outcome:
            try:
                await self._slack.delete_file(intent.subject)
            except SlackError as error:
                # Messages may go out all the same.
                if error.code in SCOPE:
                    return Refused(error.message)
                raise
            return Sent(intent.subject)

        return await _judged(delete)

    async def look(self, intent: Intent) -> Look:
        return NotFound()


_FOREIGN = f"{{}} {FOREIGN}"


async def _foreign(identity: Identity, channel: str) -> bool:
    """Whether people of another company read the channel; a direct message has one reader of our own.

    Raises SlackError; whatever became of the question, nothing was sent.
    """
    if channel.startswith(("U", "W", "D")):
        return False
    try:
        return await identity.is_external(channel)
    except SlackError as error:
        if error.kind != "unknown":
            raise
        raise SlackError("not_sent", error.code, error.message) from error


def note_posts(session: Session, intent: Intent, state: str, outcome: object, at: Moment) -> None:
    """Keep where a post stands, in the transaction that records its outcome."""
    if intent.kind not in (SLACK_POST, SLACK_EDIT, SLACK_DELETE):
        return
    note_shut_out(session, intent.workspace, outcome, at.now)
    post = get_post(session, intent.workspace, intent.subject)
    if post is None:
        return
    if intent.kind == SLACK_DELETE:
        # It may have been found, and taken for posted, only after it was to be deleted.
        post.state = "gone"
        session.add(post)
        return
    if state == "done":
        # Found by looking after several attempts: any of them may have put its own content there.
        sure = intent.state != "uncertain" or intent.attempts < 2
        post.shown = digest(intent.payload["text"], intent.payload["blocks"]) if sure else None
        if post.shown == post.wanted:
            # What was given up on the way to this nobody need decide about any more.
            intents.drop_dead(session, post.workspace, post.key, kind=SLACK_EDIT, now=at.machine)
    if state == "done" and intent.kind == SLACK_POST and isinstance(outcome, Sent):
        post.ts, post.state = outcome.external_id, "posted"
        post.channel = str(outcome.facts or post.channel)
    elif state == "dead" and (intent.kind == SLACK_POST or _is_gone(outcome)):
        post.state, post.wanted_at = "gone", at.now
    session.add(post)


def note_shut_out(session: Session, workspace: str, outcome: object, now: datetime) -> None:
    """Keep since when Slack takes nothing from the bot, and that it does again."""
    shut_out = outcome.reason if isinstance(outcome, NotSent) and outcome.shut_out else None
    known = pulse.last_beat(session, workspace, pulse.SHUT_OUT)
    before = known.detail if known is not None else None
    if shut_out != before and (shut_out is not None or isinstance(outcome, Sent)):
        since = known.at if known is not None and before is not None and shut_out is not None else now
        pulse.beat(session, workspace, pulse.SHUT_OUT, now=since, detail=shut_out)


def _is_gone(outcome: object) -> bool:
    return isinstance(outcome, Refused) and any(code in outcome.reason for code in _GONE)


async def _parent(store: Store, intent: Intent) -> Post | NotSent | Refused | None:
    """The post in whose thread this one belongs, once it stands in Slack."""
    key = intent.payload.get("parent")
    if key is None:
        return None
    parent = await store.read(get_post, intent.workspace, key)
    if parent is None or parent.state == "gone":
        return Refused(NO_PARENT)
    if parent.ts is None:
        return NotSent("the message it belongs under is not posted yet", _BEFORE_PARENT)
    return parent


def _shut_out(error: SlackError) -> NotSent:
    """Nothing at all gets to Slack: no fault of this attempt."""
    # The way may be there again in a second; whoever mends a token takes longer.
    wait = None if error.code == UNREACHABLE else _SHUT_OUT
    return NotSent(error.message, wait, shut_out=True)


async def _judged(attempt: Callable[[], Awaitable[Outcome]]) -> Outcome:
    try:
        return await attempt()
    except SlackError as error:
        if error.code in TOKEN or error.code in SCOPE or error.code == UNREACHABLE:
            return _shut_out(error)
        match error.kind:
            case "permanent":
                return Refused(error.message)
            case "unknown":
                return Unknown(error.message)
            case _:
                return NotSent(error.message, error.retry_after, unbegun=error.code == QUEUE_FULL)
