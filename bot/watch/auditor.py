"""The auditor: compares what should have been said with what was, mends it, and remembers what it found.

The other parts are made so that nothing is lost and nothing said twice. The auditor does not believe it: it
looks at the facts alone. A promise that nobody judged, an alert without a message, a message that does not
show what it should are judged and shown again. Of a post that was sent again after a doubtful attempt, a
late twin may have landed in Slack: the later one is deleted. As long as an audit finds anything, the bot's
heartbeat is withheld, so that somebody outside hears of it.

After Grafana OnCall's check of unfinished escalations: a short grace for fresh rows, and queries that stay
on their indexes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.clock import Clock, Moment, moment
from bot.durations import plural
from bot.office import Office
from bot.outbox import settle
from bot.outbox.kinds import SLACK_EDIT, SLACK_POST
from bot.outbox.show import make_up_for
from bot.present import ALERT_CLOCKS, REPLY_CLOCKS
from bot.slack.client import Slack
from bot.slack.errors import NOT_REACHED, SlackError
from bot.slack.history import ours
from bot.store import gaps, intents, pulse, rechecks
from bot.store.conversations import get
from bot.store.engine import Store
from bot.store.intents import Intent
from bot.store.posts import Post, get_post

log = structlog.get_logger("watchbell.watch")

AUDIT = "audit"
CLEAN = "clean"
EVERY = timedelta(minutes=5)
GRACE = timedelta(seconds=60)
"""What is younger may still be on its way."""

WAITS = timedelta(minutes=5)
"""Work that has waited longer than this is a finding."""

TWINS_REACH = timedelta(minutes=30)
"""How long after a doubtful delivery its twin is looked for (machine time)."""

_MESSAGES_REACH = timedelta(days=2)
_LOOK_BACK = timedelta(seconds=60)
_CLOCKS = tuple(ALERT_CLOCKS)


_WAITING = {
    "intents": ("message on its way", "messages on their way"),
    "rechecks": ("change not judged", "changes not judged"),
    "details": ("conversation not fetched", "conversations not fetched"),
    "receipts": ("webhook not applied", "webhooks not applied"),
}


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found: gaps that it mended, twins that it deleted, and what only waits."""

    mended: int = 0
    twins: int = 0
    waiting: dict[str, int] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return not (self.mended or self.twins or self.waiting)

    def sentence(self) -> str:
        """What was found, in words; "clean" for nothing."""
        found = [f"{plural(count, *_WAITING[name])} for too long" for name, count in self.waiting.items()]
        if self.mended:
            found.append(f"{plural(self.mended, 'gap')} mended")
        if self.twins:
            found.append(f"{plural(self.twins, 'doubled message')} deleted")
        return ", ".join(found) or CLEAN


@dataclass(frozen=True, slots=True)
class Gaps:
    """Conversations that are to be judged and messages (by key) that are to be shown again; what waits.

    `given_up` are messages whose newest edit was refused, and summaries that were refused altogether.
    """

    conversations: tuple[str, ...]
    messages: tuple[str, ...]
    given_up: tuple[str, ...]
    waiting: dict[str, int]


async def audit(store: Store, office: Office, slack: Slack, clock: Clock) -> Audit:
    """One audit: find, mend, note. Slack being out of reach leaves its part to the next."""
    await ask_for_slack(store, office, slack, clock)
    twins = await delete_twins(store, office, slack, clock)
    # Looking is done aside: the writer has other things to do.
    seen = await store.read(find_gaps, office.workspace, moment(clock))
    found = await store.write(_mend, office.workspace, seen, twins, moment(clock))
    say = log.info if found.clean else log.warning
    say("audited", mended=found.mended, twins=found.twins, waiting=found.waiting)
    return found


def is_due(session: Session, workspace: str, now: datetime) -> bool:
    """Whether the last audit is old enough (business time) for another."""
    last = pulse.last_beat(session, workspace, AUDIT)
    return last is None or now - last.at >= EVERY


def last_found(session: Session, workspace: str) -> str | None:
    """What the last audit found: None before the first, "clean" for nothing."""
    last = pulse.last_beat(session, workspace, AUDIT)
    return last.detail if last is not None else None


def find_gaps(session: Session, workspace: str, at: Moment) -> Gaps:
    """Whatever should have been judged or shown by now, or has waited too long."""
    before = at.now - GRACE
    forgotten = {
        *gaps.unjudged(session, workspace, before),
        *gaps.unwatched(session, workspace, _CLOCKS),
        *gaps.unrung(session, workspace, _CLOCKS, tuple(REPLY_CLOCKS)),
        *gaps.unposted(session, workspace, before),
    }
    stranded = gaps.stranded(session, workspace, at.now - _MESSAGES_REACH, before)
    reach = at.now - _MESSAGES_REACH
    given_up = gaps.given_up(session, workspace, reach, before, once=tuple(settle.SAID_ONCE))
    waiting = gaps.waiting(session, workspace, machine=at.machine - WAITS, business=at.now - WAITS)
    return Gaps(
        conversations=tuple(sorted(forgotten)),
        messages=tuple(post.key for post in stranded),
        given_up=tuple(post.key for post in given_up),
        waiting=waiting,
    )


def _mend(session: Session, workspace: str, seen: Gaps, twins: int, at: Moment) -> Audit:
    """Have all of it judged and shown again, and note what was found."""
    for conversation_id in seen.conversations:
        row = get(session, workspace, conversation_id)
        if row is not None:
            rechecks.ask_about(session, row, now=at.machine)
    for key in seen.messages:
        post = get_post(session, workspace, key)
        if post is not None and not _on_its_way(session, post):
            _show_again(session, workspace, post, at)
    refused = filter(None, (get_post(session, workspace, key) for key in seen.given_up))
    again = [
        post
        for post in refused
        if not settle.is_too_late(session, post, at.now) and make_up_for(session, post, at)
    ]
    found = Audit(len(seen.conversations) + len(seen.messages) + len(again), twins, seen.waiting)
    pulse.beat(session, workspace, AUDIT, now=at.now, detail=found.sentence())
    return found


def _on_its_way(session: Session, post: Post) -> bool:
    """Whether somebody has seen to it since it was found."""
    told = intents.about(session, post.workspace, post.key, kinds=(SLACK_POST, SLACK_EDIT))
    return any(each.state in intents.OPEN for each in told)


def _show_again(session: Session, workspace: str, post: Post, at: Moment) -> None:
    """Forget what the message was to show, so that judging its subject shows it again."""
    if post.ts is None:
        # Nothing of it is in Slack and nothing is on its way: judging makes it anew.
        last = intents.by_key(session, f"post:{post.key}")
        if last is not None:
            session.delete(last)
        session.delete(post)
    else:
        # What judging wants it to show differs from nothing; what it draws no more stands as it is.
        post.wanted = post.shown = ""
        session.add(post)
    settle.judge_again(session, post, at)


async def ask_for_slack(store: Store, office: Office, slack: Slack, clock: Clock) -> None:
    """Note that Slack can be reached again, where nothing that is to be sent would find out."""
    known = await store.read(pulse.last_beat, office.workspace, pulse.SHUT_OUT)
    if known is None or known.detail is None or not known.detail.startswith(NOT_REACHED):
        return
    try:
        await slack.me()
    except SlackError as error:
        log.warning("audit_incomplete", code=error.code)
        return
    await store.write(pulse.beat, office.workspace, pulse.SHUT_OUT, now=clock.now())


async def delete_twins(store: Store, office: Office, slack: Slack, clock: Clock) -> int:
    """Delete what landed twice; the number deleted."""
    suspects = await store.read(_suspects, office.workspace, clock.machine() - TWINS_REACH)
    deleted = 0
    for (channel, thread_ts), expected in suspects.items():
        try:
            deleted += await _delete_twins_at(slack, channel, thread_ts, expected)
        except SlackError as error:
            log.warning("audit_incomplete", channel=channel, code=error.code)
    return deleted


_Places = dict[tuple[str, str | None], dict[str, tuple[str, datetime]]]
"""By place (channel, thread): the key of each suspect, its true ts, and when it was decided."""


def _suspects(session: Session, workspace: str, since: datetime) -> _Places:
    places: _Places = defaultdict(dict)
    for intent in gaps.doubtful(session, workspace, SLACK_POST, since):
        place = _place(session, intent)
        if place is not None and intent.external_id is not None:
            places[place][intent.key] = (intent.external_id, intent.decided_at)
    return dict(places)


def _place(session: Session, intent: Intent) -> tuple[str, str | None] | None:
    post = get_post(session, intent.workspace, intent.subject)
    if post is None or post.ts is None:
        return None
    parent = get_post(session, intent.workspace, post.parent)
    return post.channel, parent.ts if parent is not None else None


async def _delete_twins_at(
    slack: Slack, channel: str, thread_ts: str | None, expected: dict[str, tuple[str, datetime]]
) -> int:
    oldest = min(decided for _, decided in expected.values()) - _LOOK_BACK
    standing: dict[str, list[str]] = defaultdict(list)
    async for message in ours(slack, channel, oldest, thread_ts):
        if message.key in expected:
            standing[message.key].append(message.ts)
    deleted = 0
    for key, places in standing.items():
        true, _ = expected[key]
        # Without the one that is known to be edited from now on, nothing is deleted.
        for ts in places if true in places else ():
            if ts != true:
                await slack.delete(channel, ts)
                log.warning("twin_deleted", key=key, channel=channel)
                deleted += 1
    return deleted
