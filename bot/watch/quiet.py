"""What speaks all the time and has gone quiet: a channel on which customers write, a sequence, the webhooks.

The team is told once, in the alerts channel, and the message is edited when it speaks again. A channel or a
sequence is judged by its own earlier weeks (`bot/watch/rhythm.py`), the webhooks by what the sweep finds
changed without them, usage data in `bot/watch/usage.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import freshness
from bot.cards import quiet as card
from bot.cards import words
from bot.cards.quiet import QuietCard, Source
from bot.cards.status import Problem
from bot.clock import Moment
from bot.durations import plural
from bot.office import Office
from bot.outbox.show import show, withdraw
from bot.store import pulse, rhythms
from bot.store.posts import Post
from bot.store.pulse import WEBHOOK, WEBHOOK_OF_TALK
from bot.store.rhythms import Speaker
from bot.watch import usage
from bot.watch.paused import pauses
from bot.watch.pauses import Pause
from bot.watch.rhythm import REACH, Span, shared, silent

EVERY = timedelta(minutes=5)
"""Business time between two looks."""

WEBHOOKS = "webhooks"

_PREFIX = "quiet:"
_NEVER = "never"
"""In a message's name: what it tells of had not been heard so far."""
_STAMP = "%Y%m%dT%H%M%S"
_CHANGED = 3
"""So many conversations must have changed without a webhook: one may change by what none is told of."""

_ON_ITS_WAY = timedelta(minutes=5)
"""A webhook comes within seconds; what changed just now may still be told."""

_SUBSCRIPTION = (
    "Look at Webhooks in the Developer Hub, under Configure of your Intercom app: a subscription is "
    "suspended after seven days of errors. The sweep goes on reading Intercom meanwhile."
)


_OF_WEBHOOKS = Source(
    "No webhook has come from Intercom",
    "Intercom's webhooks come",
    _SUBSCRIPTION,
    given_up="Webhooks from Intercom are not taken any more",
)
_OF_TALK = replace(
    _OF_WEBHOOKS,
    nothing="No webhook about a conversation has come from Intercom",
    comes="Intercom's webhooks about conversations come",
    mend="Others have come. Look at Webhooks in the Developer Hub, under Configure of your Intercom app: "
    "choose every topic of conversations and tickets. The sweep goes on reading Intercom meanwhile.",
)


@dataclass(frozen=True, slots=True)
class Quiet:
    """What is quiet since `since`, by its id, and a sentence on what would be `usual`. `never`: it was not
    heard so far, and `since` is since when it is listened for.
    """

    id: str
    since: datetime
    usual: str
    never: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What is quiet; and by id all that speaks, with when it was heard last. Nothing is expected any more of
    what is `given_up`.
    """

    quiet: tuple[Quiet, ...]
    speaks: Mapping[str, Source]
    heard: Mapping[str, datetime]
    given_up: frozenset[str]


def look(session: Session, office: Office, now: datetime, webhooks_since: datetime | None) -> Look:
    """Judge everything that speaks. `webhooks_since`: since when the bot takes webhooks; None: it takes none.

    On a holiday of the whole team's customers are quiet too, and a sequence is while it is paused: such hours
    count as no silence, then and later. While Intercom is not read nothing is heard of them: then only the
    webhooks are judged.
    """
    found = list(_webhooks(session, office, now, webhooks_since))
    speaks, heard = {WEBHOOKS: _of_webhooks(session, office.workspace)}, {}
    last = pulse.last_beat(session, office.workspace, WEBHOOK_OF_TALK)
    if last is not None:
        heard[WEBHOOKS] = last.at
    known_since = now - REACH
    free = _free(office, known_since, now)
    deaf = freshness.is_old(session, office, pulse.SWEEP, now) or any(end > now for _, end in free)
    using = usage.heard(session, office.workspace)
    if using is not None:
        speaks[usage.USAGE], heard[usage.USAGE] = usage.SOURCE, using
        unused = None if deaf else usage.silence(session, office, now, free)
        found += [Quiet(usage.USAGE, *unused)] if unused is not None else []
    known = pauses(session, office.workspace)
    given_up = {WEBHOOKS} if webhooks_since is None else set()
    for speaker in rhythms.speakers(session, office.workspace, known_since):
        stops = [pause for pause in known if pause.name == speaker.title]
        if any(pause.ended_at is None for pause in stops):
            # It is told as that (`bot/watch/paused.py`).
            continue
        id_ = _id(speaker)
        speaks[id_], heard[id_] = _source(speaker), speaker.last
        if _is_deleted(speaker, stops):
            given_up.add(id_)
        elif not deaf:
            over = ((pause.at, pause.ended_at) for pause in stops if pause.ended_at is not None)
            found += _silent(session, office, speaker, now, [*free, *over])
    return Look(tuple(found), speaks, heard, frozenset(given_up))


def _free(office: Office, since: datetime, until: datetime) -> list[Span]:
    """The holidays of the whole team, by every calendar that a policy uses: on one office's alone the
    customers of the others write."""
    used = {policy.calendar for policy in office.config.policies}
    return shared(office.hours[name].holidays(since, until) for name in used)


def _is_deleted(speaker: Speaker, stops: Iterable[Pause]) -> bool:
    """Whether it was deleted while it was paused, or archived, and nothing of its name has spoken since."""
    ends = (pause.ended_at for pause in stops if pause.gone)
    return any(end is not None and speaker.last <= end for end in ends)


def _silent(
    session: Session, office: Office, speaker: Speaker, now: datetime, excused: Iterable[Span]
) -> Iterator[Quiet]:
    count = partial(rhythms.spoke, session, office.workspace, speaker)
    zone = ZoneInfo(office.zone)
    silence = silent(speaker.first, speaker.last, now, count, zone, excused=excused)
    if silence is not None:
        left_out = "holidays" if speaker.title is None else "holidays and pauses"
        usual = (
            f"In the same hours of the {silence.weeks} weeks before there were "
            f"{silence.usual:.0f} on average{'' if silence.whole else f', {left_out} left out'}."
        )
        yield Quiet(_id(speaker), silence.since, usual)


def is_news(session: Session, workspace: str, seen: Look) -> bool:
    """Whether the alerts channel should learn something of it. For who only reads."""
    pulse.know_all(session, workspace)
    untold = any(_told_in(session, workspace, each.id) is None for each in seen.quiet)
    return untold or any(True for _ in _over(session, workspace, seen))


def tell(session: Session, office: Office, seen: Look, at: Moment) -> int:
    """Tell what is quiet, each once, and what speaks again or is given up. How many it were."""
    over = list(_over(session, office.workspace, seen))
    for id_, key, again in over:
        pulse.set_mark(session, office.workspace, pulse.told_quiet(id_), None)
        if again is None:
            pulse.set_mark(session, office.workspace, pulse.given_up(id_), f"{at.now:{_STAMP}}")
        if not withdraw(session, office.workspace, key):
            _show(session, office, key, seen.speaks[id_], at, again=again, given_up=again is None)
    fresh = [each for each in seen.quiet if _told_in(session, office.workspace, each.id) is None]
    for each in fresh:
        key = _name(session, office.workspace, each)
        post = _show(session, office, key, seen.speaks[each.id], at, usual=each.usual)
        if post.state != "gone":
            pulse.set_mark(session, office.workspace, pulse.told_quiet(each.id), key)
    return len(over) + len(fresh)


def problems(session: Session, office: Office, at: Moment) -> list[Problem]:
    """That no webhook comes, as the alerts channel was told: it is the bot that does not hear."""
    missed = webhooks_missed(session, office.workspace)
    if missed is None:
        return []
    source, since = missed
    return [Problem(f"{source.nothing} since {words.when_plain(since, at.now, office.zone)}.", source.mend)]


def webhooks_missed(session: Session, workspace: str) -> tuple[Source, datetime] | None:
    """How the webhooks are called and since when none comes, where the team was told so."""
    key = _told_in(session, workspace, WEBHOOKS)
    return (_of_webhooks(session, workspace), _since(key)) if key is not None else None


def _show(
    session: Session,
    office: Office,
    key: str,
    source: Source,
    at: Moment,
    *,
    usual: str = "",
    again: datetime | None = None,
    given_up: bool = False,
) -> Post:
    never = f":{_NEVER}:" in key
    content = card.render(QuietCard(source, _since(key), at.now, office.zone, usual, again, given_up, never))
    channel = office.channels.alerts
    return show(session, office.workspace, key=key, channel=channel, content=content, comes_back=True, at=at)


def _name(session: Session, workspace: str, quiet: Quiet) -> str:
    """How the message about it is called. One silence is told anew when it was given up and is minded again:
    an edit of what stands far up the channel is read by nobody.
    """
    since = f"{quiet.since:{_STAMP}}"
    given_up = pulse.get_mark(session, workspace, pulse.given_up(quiet.id)) or ""
    occurrence = f"{given_up}:" if given_up > since else ""
    never = f"{_NEVER}:" if quiet.never else ""
    return f"{_PREFIX}{quiet.id}:{occurrence}{never}{since}"


def _told_in(session: Session, workspace: str, id_: str) -> str | None:
    """The name of the message that tells of it; None where none does."""
    return pulse.get_mark(session, workspace, pulse.told_quiet(id_))


def _since(key: str) -> datetime:
    return datetime.strptime(f"{key.rpartition(':')[2]}+0000", f"{_STAMP}%z")


def _over(session: Session, workspace: str, seen: Look) -> Iterator[tuple[str, str, datetime | None]]:
    """(id, message, when heard) of what was told to be quiet and has spoken since; when heard is None where
    it is given up."""
    for id_ in seen.speaks:
        key, heard = _told_in(session, workspace, id_), seen.heard.get(id_)
        if key is None:
            continue
        if heard is not None and heard > _since(key) + timedelta(seconds=1):
            yield id_, key, heard
        elif id_ in seen.given_up:
            yield id_, key, None


def _webhooks(session: Session, office: Office, now: datetime, since: datetime | None) -> Iterator[Quiet]:
    """The webhooks, where the sweep has found changes that none of them told. One of another topic than
    conversations and tickets is none of these."""
    if since is None:
        return
    last = pulse.last_beat(session, office.workspace, WEBHOOK_OF_TALK)
    begins, before = max(last.at, since) if last is not None else since, now - _ON_ITS_WAY
    changed = rhythms.changed(session, office.workspace, begins + _ON_ITS_WAY, before)
    if changed >= _CHANGED:
        usual = f"{plural(changed, 'conversation')} changed in Intercom without one."
        yield Quiet(WEBHOOKS, last.at if last is not None else since, usual, never=last is None)


def _of_webhooks(session: Session, workspace: str) -> Source:
    """How they are called: only those about conversations, where others have come since."""
    last = pulse.last_beat(session, workspace, WEBHOOK)
    talk = pulse.last_beat(session, workspace, WEBHOOK_OF_TALK)
    others = last is not None and not pulse.is_of_talk(last.detail) and (talk is None or last.at > talk.at)
    return _OF_TALK if others else _OF_WEBHOOKS


def _source(speaker: Speaker) -> Source:
    if speaker.channel is None:
        return Source(
            "Nobody has been reached by",
            "People are reached by",
            "Look in Intercom whether it is live, and whether its audience is still the right one.",
            name=f"“{speaker.title}”",
            given_up="Nothing is expected any more of",
        )
    by = words.channel_plain(speaker.channel)
    return Source(
        f"No customer has begun a conversation by {by}",
        f"Conversations by {by} come in",
        "Look in Intercom's settings whether that channel is still connected.",
    )


def _id(speaker: Speaker) -> str:
    """Names it for good, as a part of a message's own name: its own is anybody's words."""
    kind, name = ("sequence", speaker.title) if speaker.channel is None else ("channel", speaker.channel)
    return f"{kind}.{hashlib.sha256((name or '').encode()).hexdigest()[:16]}"
