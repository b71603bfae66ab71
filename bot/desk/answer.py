"""Answer a customer or note for the team: what the modal shows, and what submitting it does.

Everything is checked again on submit: who is acting, whether the customer wrote or a colleague answered
since the modal opened, whether somebody else holds the conversation. The words become one intent under the
view's own id, so a submit that arrives twice sends once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.cards import answer as answer_card
from bot.cards import writing
from bot.cards.answer import AnswerCard, Mode, Written
from bot.cards.issue_answer import WrittenToAll
from bot.cards.readers import Also
from bot.cards.writing import Conflict, Seen, SnoozeChoice
from bot.clock import Moment
from bot.desk import delivery, readers, whatsapp, wording, writes
from bot.desk.claim import holder_name, must_know
from bot.desk.on_the_way import on_the_way, seen
from bot.desk.rep import Rep, note_down
from bot.desk.standing import hold, in_the_way, newer, since, taken, wrote
from bot.desk.suggestions import reader_of
from bot.errors import UserError
from bot.office import Office
from bot.outbox.overtaken import landed
from bot.present import account_by_id, contact_name, due, risk_of, running_clock, said, spoken, to_read, url
from bot.store import rechecks
from bot.store.conversations import Conversation
from bot.store.parts import parts_of

UNWRITTEN = frozenset({"phone"})
"""Channels on which nobody can be written to."""

_A_CALL = "A call cannot be answered in writing from here: call back, or write from Intercom."


@dataclass(frozen=True, slots=True)
class Queued:
    """The words are on their way, to `contact` and to whoever `also` reads them. `again` says that this
    submission had been taken before.
    """

    conversation_id: str
    contact: str
    note: bool
    again: bool
    also: tuple[Also, ...] = ()


def card(
    session: Session,
    office: Office,
    rep: Rep,
    conversation_id: str,
    at: Moment,
    *,
    mode: Mode = Mode.REPLY,
    conflict: Conflict | None = None,
) -> AnswerCard:
    """What the modal shows. Raises UserError for a conversation that Watchbell does not know."""
    row = must_know(session, office, conversation_id)
    every = parts_of(session, office.workspace, row.id)
    parts = spoken(every)
    return AnswerCard(
        conversation_id=row.id,
        contact=contact_name(row),
        channel=row.channel,
        now=at.now,
        zone=office.zone,
        account=account_by_id(session, office, row.account_id),
        risk=risk_of(session, office, row.account_id) if row.account_id else None,
        messages=to_read(row, parts),
        due=due(office, running_clock(session, office, row.id), at.now),
        claimed_by=holder_name(session, office, row),
        mode=mode,
        last_part=parts[-1].id if parts else "",
        reply_refused=_A_CALL if row.channel in UNWRITTEN else None,
        snooze_choices=snooze_choices(at.now, office.zone),
        conflict=conflict,
        on_the_way=tuple(on_the_way(session, row, rep)),
        url=url(office, row.id),
        also=readers.also_reading(session, office, row),
        template_only=whatsapp.template_only(row, every, at),
    )


def snooze_choices(now: datetime, zone: str) -> tuple[SnoozeChoice, ...]:
    """In an hour, tomorrow and next Monday at nine, as the team's zone has it."""
    local = now.astimezone(ZoneInfo(zone))
    nine = time(9, 0, tzinfo=local.tzinfo)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), nine)
    monday = datetime.combine(local.date() + timedelta(days=7 - local.weekday()), nine)
    choices = [
        SnoozeChoice(f"{local + timedelta(hours=1):%H:%M}, in one hour", now + timedelta(hours=1)),
        SnoozeChoice("tomorrow 09:00", tomorrow),
    ]
    if monday != tomorrow:
        label = "Monday 09:00" if local.weekday() else "next Monday 09:00"
        choices.append(SnoozeChoice(label, monday))
    return tuple(choices)


def submit(
    session: Session, office: Office, rep: Rep, written: Written, view_id: str, at: Moment
) -> Queued | AnswerCard:
    """Queue what the rep wrote, or hand back the modal with what happened meanwhile.

    Raises UserError for a conversation that Watchbell does not know, and for a reply to a call.
    """
    row = must_know(session, office, written.conversation_id)
    note = written.mode is Mode.NOTE
    if note:
        conflict = _put_away(session, office, rep, row, written)
    elif row.channel in UNWRITTEN:
        raise UserError(f"Nothing was sent. {_A_CALL}")
    else:
        conflict = changed(session, office, rep, row, written, at)
        conflict = conflict or unsaid(session, office, row, written, at)
    if conflict is not None:
        action = "note" if note else "answer"
        note_down(session, office, rep, action, "asked_again", at, conversation_id=row.id)
        asked = card(session, office, rep, row.id, at, mode=written.mode, conflict=conflict)
        return replace(asked, confirmed=seen(session, row, rep))
    html, plain = (written.html, written.plain) if note else filled(session, office, rep, row, written)
    queued = writes.say(
        session,
        office,
        rep,
        row.id,
        html=html,
        plain=plain,
        note=note,
        occurrence=view_id,
        at=at,
        after=office.undo,
        files=written.files,
        then=then(written),
        seen=written.last_part,
        confirmed=written.confirmed,
    )
    if queued:
        if not note:
            hold(session, office, rep, row, at)
        delivery.tell(
            session, office, row, view_id, rep, note=note, state="queued", at=at, files=len(written.files)
        )
        note_down(session, office, rep, written.mode.value, "queued", at, conversation_id=row.id)
        rechecks.ask_about(session, row, now=at.machine)
    also = () if note else readers.also_reading(session, office, row)
    return Queued(row.id, contact_name(row), note, again=not queued, also=also)


def filled(
    session: Session, office: Office, rep: Rep, row: Conversation, written: Written | WrittenToAll
) -> tuple[str, str]:
    """The words for who reads them, as HTML and plain. Raises UserError for what is not known of them."""
    reader = reader_of(session, office, row, rep.name)
    if reader.email is None and wording.asks_for_email(written.html):
        # For everything else there is a general word, such as "your company".
        who = contact_name(row)[:60]
        raise UserError(
            f"Nothing was sent. The e-mail address of {who} is not known: write it without {{email}}."
        )
    return wording.fill_typed(written.html, written.plain, reader)


def unsaid(
    session: Session, office: Office, row: Conversation, written: Written, at: Moment
) -> Conflict | None:
    """What the window did not say of the words' way: who else reads them, or that they do not arrive."""
    every = parts_of(session, office.workspace, row.id)
    others = readers.changed(session, office, row, written.readers)
    return others or whatsapp.changed(row, every, written.template_only, at)


def then(written: Written) -> writes.Then | None:
    """What is to happen to the conversation once the words are in Intercom."""
    if written.after == "close":
        return writes.Then()
    if written.after == "snooze" and written.snooze_until is not None:
        return writes.Then(written.snooze_until)
    return None


def changed(
    session: Session, office: Office, rep: Rep, row: Conversation, written: Written, at: Moment
) -> Conflict | None:
    """What happened since the rep last saw the conversation that they should know before sending."""
    found = newer(spoken(parts_of(session, office.workspace, row.id)), written.last_part)
    told = landed(session, office.workspace, row.id, written.confirmed)
    for part in reversed(found):
        if part.customer_message:
            return wrote(row, part, at)
        if part.public_reply and part.author_id != rep.admin_id and part.id not in told:
            return Conflict(
                f"{part.author_name or 'A colleague'} answered {since(part, at)}.", said(row, part)
            )
    coming = on_the_way(session, row, rep, written.confirmed)
    if coming:
        return coming[0]
    stands = in_the_way(session, office, row, rep, written.confirmed)
    if stands is None:
        return None
    if row.state == "closed":
        return Conflict("This conversation was closed. Sending opens it again.")
    return Conflict(f"{stands}.")


def _put_away(
    session: Session, office: Office, rep: Rep, row: Conversation, written: Written
) -> Conflict | None:
    """Who has what is to be put away after a note. The note alone is in nobody's way."""
    if written.after == "open" or (written.after == "close" and row.state == "closed"):
        return None
    return taken(session, office, row, rep, Seen(written.last_part, written.confirmed))


def empty(written: Written) -> dict[str, str] | None:
    """The validation error of a submission without words, or with a gap that nobody fills; else None."""
    if not written.plain:
        return answer_card.empty_text(written)
    if written.mode is Mode.REPLY:
        unfilled = wording.unfilled(written.plain) or wording.unknown_in_html(written.html)
        if unfilled is not None:
            return {written.text_block: unfilled}
    return writing.refused_files(written.files, note=written.mode is Mode.NOTE)
