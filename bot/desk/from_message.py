"""Words of a Slack message on their way to a conversation: as a note, or as the draft of a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.cards.pick import LONGEST, PickCard, Purpose
from bot.cards.words import zone_of
from bot.clock import Moment
from bot.desk import delivery, find, writes
from bot.desk.claim import must_know
from bot.desk.inbox import inbox
from bot.desk.rep import Rep, note_down
from bot.durations import plural
from bot.office import Office
from bot.present import line
from bot.slack import rich_input
from bot.slack.text import shorten
from bot.store import conversations, rechecks


@dataclass(frozen=True, slots=True)
class InSlack:
    """A message in Slack as one reads it. `place` says where, as in `#support`; `url` leads there."""

    by: str
    place: str
    at: datetime
    url: str
    words: str
    files: int = 0


def card(
    session: Session, office: Office, rep: Rep, purpose: Purpose, said: InSlack, found: str | None, at: Moment
) -> PickCard:
    """What one can choose: the conversation that the message is about, one's own, what waits."""
    # A customer is to read a question: a link of the team's names the conversation here, and no more.
    words = find.without_links(said.words) if purpose == "ask" else quoted(office, said, at)
    shown = inbox(session, office, rep.admin_id, at, limit=45)
    lines = {each.id: each for each in (*shown.mine, *shown.next)}
    row = conversations.get(session, office.workspace, found) if found else None
    if row is not None:
        lines = {row.id: line(session, office, row, at.now), **lines}
    chosen, files = row.id if row is not None else None, said.files if purpose == "ask" else 0
    return PickCard(purpose, words, tuple(lines.values()), chosen, files)


def quoted(office: Office, said: InSlack, at: Moment) -> str:
    """A message as a note: who said it, where and when in the office's zone, its files' number and its words.

    Intercom shows the note under the name of whoever saves it, who need not have said any of it.
    """
    local, today = (each.astimezone(zone_of(office.zone)) for each in (said.at, at.now))
    day = "" if local.date() == today.date() else f"{local:%-d %b} "
    if local.year != today.year:
        day = f"{local:%-d %b %Y} "
    files = f" ({plural(said.files, 'file stays', 'files stay')} in Slack)" if said.files else ""
    head = f"{said.by[:60]} in {said.place[:90]}, {day}{local:%H:%M}{files}:\n{said.url}\n\n"
    return head + shorten(said.words, LONGEST - len(head))


def which(session: Session, office: Office, conversation_id: str, named: str) -> str | None:
    """The conversation that was meant; what was written counts before what was chosen. Raises UserError."""
    if named:
        return find.to_answer(session, office, find.find(session, office, named))
    return must_know(session, office, conversation_id).id if conversation_id else None


def save_note(
    session: Session, office: Office, rep: Rep, conversation_id: str, words: str, view_id: str, at: Moment
) -> None:
    """Queue the note, once for each window."""
    row = must_know(session, office, conversation_id)
    html = rich_input.plain_to_html(words)
    queued = writes.say(
        session,
        office,
        rep,
        row.id,
        html=html,
        plain=words,
        note=True,
        occurrence=view_id,
        at=at,
        after=office.undo,
    )
    if queued:
        delivery.tell(session, office, row, view_id, rep, note=True, state="queued", at=at)
        note_down(session, office, rep, "note", "queued", at, conversation_id=row.id)
        rechecks.ask_about(session, row, now=at.machine)
