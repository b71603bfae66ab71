"""Which conversation a Slack message is about: one of ours by its place, any other by a link in it.

Of one that was merged away it is the one in which it goes on: nobody waits in the other any more.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.desk import find, queue
from bot.office import Office
from bot.store import about_one, conversations, intents, outside, spreads, threads
from bot.store.posts import DIRECT, Post, post_at


def conversation_at(
    session: Session, office: Office, channel: str, ts: str, thread_ts: str | None, said: str
) -> str | None:
    """The conversation that `said` links to, else that of the message at `ts`, else of its thread."""
    found = _about(session, office, channel, ts, thread_ts, said)
    row = find.going_on(session, office, found) if found is not None else None
    return row.id if row is not None else found


def _about(
    session: Session, office: Office, channel: str, ts: str, thread_ts: str | None, said: str
) -> str | None:
    linked = find.linked(said)
    if linked is not None and conversations.get(session, office.workspace, linked) is not None:
        return linked
    for place in (ts, thread_ts):
        post = post_at(session, office.workspace, channel, place) if place else None
        found = _of_post(session, office, post) if post is not None else None
        if found is not None:
            return found
    return None


def _of_post(session: Session, office: Office, post: Post) -> str | None:
    about = about_one.conversation_of(session, post)
    if about is not None:
        return about
    kind, _, rest = post.key.partition(":")
    names = rest.split(":")
    if kind in ("delivery", "outcome"):
        return _of_write(session, rest.removesuffix(DIRECT), kind) or _of_post_above(session, office, post)
    if kind == "inslack":
        # Of words in Slack that are none yet there is no conversation to act on.
        said = outside.of_thread(session, office.workspace, outside.slack_source(names[0]), names[-1])
        return next((each.conversation_id for each in said if each.conversation_id), None)
    if kind == "issue":
        issue = threads.issue_of_conversation(session, office.workspace, names[0], names[-1])
        ids = issue.conversation_ids if issue is not None else [names[-1]]
        waiting = [row.id for row, _ in queue.of_account(session, office, names[0]) if row.id in ids]
        return waiting[0] if waiting else ids[0]
    if kind == "account":
        waiting = [row.id for row, _ in queue.of_account(session, office, names[0])]
        return waiting[0] if waiting else None
    if kind == "spread" and rest.isdecimal():
        told = spreads.members(session, office.workspace, int(rest))
        rows = conversations.get_many(session, office.workspace, [each.conversation_id for each in told])
        opened = [row for row in rows.values() if row.state != "closed"]
        opened.sort(key=lambda row: (row.waiting_since is None, row.created_at, row.id))
        return opened[0].id if opened else None
    return _of_post_above(session, office, post)


def _of_write(session: Session, name: str, kind: str) -> str | None:
    """What was written to Intercom. One answer to several is about no single conversation."""
    keys = (name,) if kind == "outcome" else (f"reply:{name}", f"note:{name}")
    found = (intents.by_key(session, key) for key in keys)
    return next((each.subject for each in found if each is not None), None)


def _of_post_above(session: Session, office: Office, post: Post) -> str | None:
    """A line in a thread without a conversation in its name belongs to what the thread hangs on."""
    kind, _, rest = (post.parent or "").partition(":")
    return rest.partition(":")[0] if kind == "alert" else None
