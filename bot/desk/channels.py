"""An account's Slack channels: whose a channel is, and what is said there made a conversation in Intercom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.cards.channels import MapCard, Whom, WhomCard
from bot.clock import Moment
from bot.desk import writes
from bot.desk.rep import Rep, note_down
from bot.errors import UserError
from bot.office import Office
from bot.outbox import kinds
from bot.present import standing
from bot.slack import rich_input
from bot.slack.said import ts_of
from bot.store import accounts, intents, mapped, outside, rechecks, reps, threads
from bot.store.accounts import Contact
from bot.store.intents import Intent
from bot.store.outside import OutsideMessage
from bot.store.posts import posts_under

BEHIND = timedelta(days=7)
"""How far back a channel is read when it becomes an account's."""

_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Words:
    """What is to become a conversation: the customers' words of one thread."""

    channel_id: str
    thread: str
    messages: tuple[OutsideMessage, ...]
    account_id: str

    @property
    def first(self) -> OutsideMessage:
        return self.messages[0]

    @property
    def id(self) -> str:
        return f"{self.channel_id}:{self.thread}"

    @property
    def text(self) -> str:
        """One after the other; others than the first are named."""
        told = [
            each.text if each.author_id == self.first.author_id else f"{each.author_name}: {each.text}"
            for each in self.messages
        ]
        return "\n\n".join(told)[:_LONGEST]


def map_card(session: Session, office: Office, channel_id: str) -> MapCard:
    """The window that asks whose a channel is."""
    known = mapped.all_of(session, office.workspace)
    names = accounts.get_names(session, office.workspace, {row.account_id for row in known})
    gone = accounts.deleted_among(session, office.workspace, set(names))
    names |= {each: f"{names[each]} (deleted in Intercom)" for each in gone}
    return MapCard(channel_id, tuple((row.channel_id, names.get(row.account_id, "?")) for row in known))


def map_channel(
    session: Session,
    office: Office,
    rep: Rep,
    channel_id: str,
    name: str,
    account_id: str,
    *,
    shared: bool,
    at: Moment,
) -> str:
    """Have a channel be an account's; the sentence for the rep. Raises UserError, with nothing changed."""
    account = accounts.get_account(session, office.workspace, account_id)
    if account is None:
        raise UserError("Nothing was changed: Watchbell does not know that account any more.")
    if channel_id in office.all_channels or threads.stand_in(session, office.workspace, channel_id):
        raise UserError(
            "Nothing was changed: Watchbell posts there about other accounts too. Choose another channel."
        )
    mapped.map_channel(
        session,
        office.workspace,
        channel_id,
        name=name,
        account_id=account.id,
        shared=shared,
        by=rep.slack_user_id,
        read_to=ts_of(at.now - BEHIND),
        now=at.now,
    )
    outside.belongs_to(session, office.workspace, outside.slack_source(channel_id), account.id)
    # What was shown of it names whose it was before.
    _draw_anew(session, office, channel_id, at)
    note_down(session, office, rep, "map_channel", "mapped", at, detail=f"{channel_id} to {account.id}")
    return f"#{name} is {account.name[:60]}'s now. What was said there in the last 7 days is being read."


def unmap_channel(session: Session, office: Office, rep: Rep, channel_id: str, at: Moment) -> str:
    """Read a channel no more; what was read stays. The sentence for the rep."""
    row = mapped.get(session, office.workspace, channel_id)
    name = row.name if row is not None else ""
    if not mapped.unmap(session, office.workspace, channel_id):
        raise UserError("Nothing was changed: that channel is no account's.")
    # What was shown of it offers what cannot be done any more.
    _draw_anew(session, office, channel_id, at)
    note_down(session, office, rep, "unmap_channel", "unmapped", at, detail=channel_id)
    return f"Watchbell reads #{name} no more. What was read stays in the timeline."


def _draw_anew(session: Session, office: Office, channel_id: str, at: Moment) -> None:
    """Have what the team was shown of a channel judged once more."""
    source = outside.slack_source(channel_id)
    shown = {post.key for post in posts_under(session, office.workspace, f"inslack:{channel_id}:")}
    said = outside.threads_of(session, office.workspace, source)
    told = [f"{source}:{each}" for each in said if f"inslack:{channel_id}:{each}" in shown]
    rechecks.ask_all(session, office.workspace, rechecks.OUTSIDE, told, now=at.machine)


def words_of(session: Session, office: Office, id_: str) -> Words:
    """The customers' words under a button. Raises UserError when they are not there, or are made already."""
    channel_id, _, thread = id_.partition(":")
    row = mapped.get(session, office.workspace, channel_id)
    if row is None:
        raise UserError("Nothing was made: that channel is no account's any more.")
    said = outside.of_thread(session, office.workspace, outside.slack_source(channel_id), thread)
    messages = tuple(each for each in said if each.author_kind == "customer")
    if not messages:
        raise UserError("Nothing was made: the message is not in Slack any more.")
    if any(each.conversation_id for each in messages):
        raise UserError("Nothing was done: it is a conversation in Intercom already.")
    return Words(channel_id, thread, messages, row.account_id)


def id_at(session: Session, office: Office, channel_id: str, ts: str) -> str:
    """What the button of the words at a place in Slack would carry. Raises UserError for no such words."""
    if mapped.get(session, office.workspace, channel_id) is None:
        raise UserError(
            "This channel is no account's, so Watchbell does not know whose words these are. "
            "`/watchbell map` says whose it is."
        )
    row = outside.get(session, office.workspace, outside.slack_source(channel_id), ts)
    if row is None:
        raise UserError("Watchbell has not read this message yet. Try again in a minute.")
    if row.author_kind != "customer":
        raise UserError("A colleague said this. Use it on a customer's message.")
    return f"{channel_id}:{row.thread}"


def whom_card(session: Session, office: Office, words: Words) -> WhomCard:
    """The window that asks who it was."""
    people = accounts.people_of(session, office.workspace, words.account_id)
    return WhomCard(
        id=words.id,
        words=words.text,
        people=tuple((each.id, _called(each)) for each in people),
        address=words.first.address,
    )


def known_person(session: Session, office: Office, words: Words) -> str | None:
    """The Intercom person who said it, if they are known."""
    row = accounts.get_contact(session, office.workspace, words.first.contact_id)
    if row is None and words.first.address:
        row = accounts.by_address(session, office.workspace, words.first.address, words.account_id)
    return row.id if row is not None else None


def make_conversation(
    session: Session, office: Office, rep: Rep, words: Words, who: Whom, key: str, at: Moment
) -> str:
    """Queue it, once for each thread; `key` is the intent's. Who it was is remembered of who said it.

    Raises UserError, with nothing queued, for a person who is not the account's.
    """
    first = words.first
    payload: dict[str, Any] = {
        "admin_id": rep.admin_id,
        "by": rep.slack_user_id,
        "plain": words.text,
        "channel": words.channel_id,
        "thread": words.thread,
        "messages": [each.id for each in words.messages],
        "account_id": words.account_id,
    }
    contact = accounts.get_contact(session, office.workspace, who.contact_id)
    if contact is None and who.address:
        contact = accounts.by_address(session, office.workspace, who.address, words.account_id)
    elif contact is not None and contact.account_id != words.account_id and contact.id != first.contact_id:
        contact = None
    if contact is not None:
        payload["contact_id"] = contact.id
        outside.is_person(session, office.workspace, first.author_id, contact.id)
    elif who.address:
        payload |= {"contact_id": None, "address": who.address, "name": first.author_name}
    else:
        raise UserError("Nothing was made: that person is not of this account any more. Choose again.")
    queued = intents.add(
        session,
        office.workspace,
        key=key,
        kind=kinds.INTERCOM_START,
        lane=f"intercom:{key}",
        queue=kinds.INTERCOM_QUEUE,
        subject=words.id,
        payload=payload,
        now=at.now,
        due=at.machine,
    )
    # After a refusal a rep may try once more, for another person too.
    if not queued and not intents.decide_anew(session, key, payload, due=at.machine):
        return "Nothing was done: a colleague has it made a conversation already."
    _draw(session, office, words.channel_id, words.thread, at.machine)
    note_down(session, office, rep, "make_conversation", "queued", at, detail=words.id)
    return "Making it a conversation in Intercom. The message shows when it is there."


def after_outcome(
    session: Session, office: Office, intent: Intent, state: str, made: str | None, at: Moment
) -> None:
    """It is there as `made`, or will not be: the words are tied to it, and the message is drawn anew."""
    if intent.kind != kinds.INTERCOM_START:
        return
    told = intent.payload
    channel_id, thread = str(told.get("channel")), str(told.get("thread"))
    if state == "done" and made is not None:
        source = outside.slack_source(channel_id)
        outside.became(session, office.workspace, source, told.get("messages") or [], made)
        admin = reps.get_admin(session, office.workspace, str(told.get("admin_id")))
        rep = Rep(str(told.get("by")), str(told.get("admin_id")), admin.name if admin else "", "button")
        place = standing(office, channel_id, thread)
        writes.say(
            session,
            office,
            rep,
            made,
            html=rich_input.plain_to_html(f"Said in Slack: {place}"),
            plain=f"Said in Slack: {place}",
            note=True,
            occurrence=intent.key,
            at=at,
            quiet=True,
        )
    _draw(session, office, channel_id, thread, at.machine)


def _draw(session: Session, office: Office, channel_id: str, thread: str, now: datetime) -> None:
    subject = f"{outside.slack_source(channel_id)}:{thread}"
    rechecks.ask(session, office.workspace, rechecks.OUTSIDE, subject, now=now)


def _called(row: Contact) -> str:
    return ", ".join(each for each in (row.name, row.email) if each) or row.id
