"""What is said in Slack about an account becomes a fact: in the channels that are an account's, and in the
threads under the bot's own messages about one, which are the team's own talk.

Events and a look through history end in the same function, so an event that never came costs minutes. Of the
threads under the bot's own messages only events tell: that is talk among colleagues, and nothing waits for
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlmodel import Session

from bot.clock import Moment
from bot.office import Office
from bot.slack import markup
from bot.slack.said import Deleted, Heard
from bot.slack.text import clean
from bot.store import about_one, accounts, conversations, erased, mapped, outside, rechecks
from bot.store.mapped import MappedChannel
from bot.store.outside import OutsideMessage
from bot.store.posts import Post, post_at

log = structlog.get_logger("watchbell.intake")

ONE_BREATH = timedelta(minutes=10)
"""What customers say in a channel within so long, and nobody of the team in between, is one thing."""

_ACCOUNTS = ("account", "issue")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said it. `ours`: a member of the team, no guest. `address`: their mail, where Slack tells it."""

    name: str
    address: str | None
    ours: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said. `external`: people of another company read the channel."""

    name: str
    external: bool


def listens(session: Session, office: Office, heard: Heard | Deleted) -> bool:
    """Whether what is said there is anything about an account; of what was taken away, whether it is kept."""
    if isinstance(heard, Deleted):
        source = outside.slack_source(heard.channel)
        return outside.get(session, office.workspace, source, heard.ts) is not None
    if mapped.get(session, office.workspace, heard.channel) is not None:
        return True
    return _talked_about(session, office, heard) is not None


def hear(
    session: Session,
    office: Office,
    heard: Heard,
    speaker: Speaker,
    place: Place,
    names: dict[str, str],
    at: Moment,
    *,
    only_change: bool = False,
) -> bool:
    """Keep a message, or what it was edited to. True when anything changed.

    `names` are those of the people it mentions, by Slack id. With `only_change` what is not kept by now was
    taken away, and stays so.
    """
    source = outside.slack_source(heard.channel)
    words = clean(markup.plain(heard.text, names)).strip() or ("(a file)" if heard.files else "")
    known = outside.get(session, office.workspace, source, heard.ts)
    if known is not None:
        changed = heard.edited_at is not None and outside.edit(
            session, office.workspace, source, heard.ts, words, heard.edited_at
        )
        return changed and _judge_anew(session, office, known, at)
    if only_change:
        return False
    row = mapped.get(session, office.workspace, heard.channel)
    if row is not None and not row.shared and (place.external or not speaker.ours):
        row.shared = True
        session.add(row)
    account_id = row.account_id if row is not None else _talked_about(session, office, heard)
    if account_id is None:
        return False
    known_as = [each for each in (heard.user, speaker.address) if each]
    if erased.addresses_among(session, office.workspace, known_as):
        log.warning("erased_person_ignored", channel=heard.channel)
        return False
    contact_id = None if speaker.ours else _person(session, office, heard, speaker, account_id)
    kept = outside.keep(
        session,
        workspace=office.workspace,
        source=source,
        id=heard.ts,
        account_id=account_id,
        contact_id=contact_id,
        channel="slack",
        place=f"#{clean(place.name)}",
        author_id=heard.user,
        author_name=clean(speaker.name),
        author_kind="rep" if speaker.ours else "customer",
        address=speaker.address.lower() if speaker.address else None,
        internal=speaker.ours and not (row is not None and row.shared),
        thread=_thread(session, office, heard, row),
        in_thread=_is_reply(heard),
        text=words,
        at=heard.at,
        edited_at=heard.edited_at,
    )
    stored = outside.get(session, office.workspace, source, heard.ts) if kept else None
    if stored is None:
        return False
    if row is not None and not stored.in_thread:
        _settle_in(session, office, stored, at)
    return _judge_anew(session, office, stored, at)


def _person(session: Session, office: Office, heard: Heard, speaker: Speaker, account_id: str) -> str | None:
    if speaker.address:
        found = accounts.by_address(session, office.workspace, speaker.address, account_id)
        if found is not None:
            return found.id
    return outside.person_of(session, office.workspace, heard.user)


def forget(session: Session, office: Office, deleted: Deleted, at: Moment) -> bool:
    """A message was taken away in Slack: it goes here too. True when it was known."""
    gone = outside.remove(session, office.workspace, outside.slack_source(deleted.channel), deleted.ts)
    return gone is not None and _judge_anew(session, office, gone, at)


def _thread(session: Session, office: Office, heard: Heard, row: MappedChannel | None) -> str:
    """The thread it belongs to: Slack's; in the open channel the one that a customer began just before."""
    source = outside.slack_source(heard.channel)
    if _is_reply(heard):
        root = outside.get(session, office.workspace, source, heard.thread_ts or "")
        return root.thread if root is not None else heard.thread_ts or heard.ts
    if row is None:
        return heard.ts
    before = outside.last_in_the_open(session, office.workspace, source, before=heard.at)
    # After a colleague's word in the open, which answers what was asked there, something new begins.
    goes_on = before is not None and before.author_kind == "customer" and heard.at - before.at <= ONE_BREATH
    return before.thread if before is not None and goes_on else heard.ts


def _settle_in(session: Session, office: Office, stored: OutsideMessage, at: Moment) -> None:
    """What stands around a new message in the open: what it may answer, and what it turns out to begin.

    Slack's events do not come in the order in which people wrote.
    """
    workspace, source = stored.workspace, stored.source
    if stored.author_kind != "customer":
        before = outside.last_in_the_open(session, workspace, source, before=stored.at)
        if before is not None:
            _judge_anew(session, office, before, at)
        return
    after = outside.first_in_the_open(session, workspace, source, after=stored.at)
    if after is not None and _goes_on(stored, after) and after.thread == after.id:
        _judge_anew(session, office, after, at)
        outside.join_threads(session, workspace, source, after.thread, stored.thread)


def _goes_on(before: OutsideMessage, after: OutsideMessage) -> bool:
    both = before.author_kind == after.author_kind == "customer"
    return both and after.at - before.at <= ONE_BREATH and after.conversation_id is None


def _is_reply(heard: Heard) -> bool:
    return heard.thread_ts is not None and heard.thread_ts != heard.ts


def _talked_about(session: Session, office: Office, heard: Heard) -> str | None:
    """The account that our message is about, in whose thread it was said."""
    if not _is_reply(heard):
        return None
    post = post_at(session, office.workspace, heard.channel, heard.thread_ts or "")
    return _account_of(session, office, post) if post is not None else None


def _account_of(session: Session, office: Office, post: Post) -> str | None:
    kind, _, rest = post.key.partition(":")
    if kind in _ACCOUNTS:
        return rest.partition(":")[0]
    about = about_one.conversation_of(session, post)
    row = conversations.get(session, office.workspace, about) if about is not None else None
    return row.account_id if row is not None else None


def _judge_anew(session: Session, office: Office, row: OutsideMessage, at: Moment) -> bool:
    if row.account_id is not None:
        rechecks.ask(
            session, office.workspace, rechecks.OUTSIDE, f"{row.source}:{row.thread}", now=at.machine
        )
    return True
