"""Answer an issue once: the same words to each conversation that was ticked, each its own intent.

All or nothing is decided before anything is written: when a ticked conversation changed since the window
opened, nothing goes out and the rep is asked again. After that each answer has its own outcome.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

from sqlmodel import Session

from bot.cards import issue_answer as issue_card
from bot.cards.answer import Mode, Written
from bot.cards.issue_answer import MOST, IssueAnswerCard, Recipient, WrittenToAll
from bot.cards.writing import Conflict
from bot.clock import Moment
from bot.desk import answer, deliveries, readers, spreading, suggestions, whatsapp, wording, writes
from bot.desk.claim import holder_name, must_know
from bot.desk.greeting import greeting
from bot.desk.on_the_way import on_the_way, seen
from bot.desk.rep import Rep, note_down
from bot.desk.standing import hold
from bot.errors import UserError
from bot.office import Office
from bot.present import account_by_id, contact_name, last_words, spoken
from bot.store import accounts, conversations, rechecks, threads
from bot.store.conversations import Conversation
from bot.store.parts import Part, parts_of_many


def members(
    session: Session, office: Office, conversation_id: str, spread: int | None = None
) -> tuple[str, list[Conversation]]:
    """The title of the issue that a conversation belongs to, and all of its conversations, oldest first.

    With `spread` those of that spreading issue, the waiting ones first. Raises UserError for a conversation
    that Watchbell does not know, and for a spreading issue that is over.
    """
    if spread is not None:
        found, everybody = spreading.rows_of(session, office, spread)
        return found.title, everybody
    row = must_know(session, office, conversation_id)
    issue = None
    if row.account_id is not None:
        issue = threads.issue_of_conversation(session, office.workspace, row.account_id, row.id)
    if issue is None:
        return row.title or "", [row]
    rows = conversations.get_many(session, office.workspace, issue.conversation_ids)
    return issue.title, sorted(rows.values(), key=lambda each: (each.created_at, each.id))


def card(
    session: Session,
    office: Office,
    rep: Rep,
    conversation_id: str,
    at: Moment,
    conflicts: tuple[Conflict, ...] = (),
    spread: int | None = None,
) -> IssueAnswerCard:
    """What the window shows. Raises UserError when nothing of the issue is open any more."""
    title, every = members(session, office, conversation_id, spread)
    rows = [row for row in every if row.state != "closed"]
    writable = [row for row in rows if row.channel not in answer.UNWRITTEN]
    if not writable:
        why = "can be answered in writing: all that is open are calls" if rows else "is open any more"
        raise UserError(f"Nothing of this issue {why}. Nothing was sent.")
    shown = writable[:MOST]
    parts = parts_of_many(session, office.workspace, [row.id for row in shown])
    account = account_by_id(session, office, shown[0].account_id)
    known = {row.account_id for row in shown if row.account_id} if spread is not None else set()
    names = accounts.get_names(session, office.workspace, known)
    return IssueAnswerCard(
        conversation_id=shown[0].id if spread is not None else conversation_id,
        title=title,
        account=account.name if account else None,
        recipients=tuple(
            replace(
                _recipient(session, office, row, parts[row.id], at), account=names.get(row.account_id or "")
            )
            for row in shown
        ),
        now=at.now,
        zone=office.zone,
        left_out=len(rows) - len(shown),
        snooze_choices=answer.snooze_choices(at.now, office.zone),
        conflicts=conflicts,
        on_the_way=tuple(_to_whom(row, coming) for row in shown for coming in on_the_way(session, row, rep)),
        spread=spread,
    )


def submit(
    session: Session, office: Office, rep: Rep, written: WrittenToAll, view_id: str, at: Moment
) -> IssueAnswerCard | None:
    """Queue the answer for everybody ticked; or hand back the window with what happened meanwhile.

    Raises UserError, with nothing sent, for a conversation that is not of this issue.
    """
    _, rows = members(session, office, written.conversation_id, written.spread)
    known = {row.id: row for row in rows if row.channel not in answer.UNWRITTEN}
    strangers = [each for each in written.to if each not in known or each not in written.seen]
    if strangers:
        raise UserError(
            "Nothing was sent: what was ticked is not part of this issue any more. Open the window again."
        )
    ones = [_for_one(session, office, rep, written, known[each]) for each in written.to]
    conflicts = []
    for one in ones:
        row = known[one.conversation_id]
        conflict = answer.changed(session, office, rep, row, one, at)
        conflict = conflict or answer.unsaid(session, office, row, one, at)
        if conflict is None:
            continue
        coming = on_the_way(session, row, rep, one.confirmed)
        for each in (conflict, *(other for other in coming if other != conflict)):
            conflicts.append(_to_whom(row, each))
    if conflicts:
        note_down(session, office, rep, "answer_issue", "asked_again", at)
        asked = card(session, office, rep, written.conversation_id, at, tuple(conflicts), written.spread)
        stands = {each: seen(session, known[each], rep) for each in written.to}
        return replace(asked, confirmed={each: what for each, what in stands.items() if what})
    under = f"spread:{written.spread}" if written.spread is not None else None
    batch = deliveries.batch_of(view_id, written.to, under)
    queued = False
    for one in ones:
        row = known[one.conversation_id]
        new = writes.say(
            session,
            office,
            rep,
            row.id,
            html=one.html,
            plain=one.plain,
            note=False,
            occurrence=deliveries.occurrence(view_id, row.id),
            at=at,
            after=office.undo,
            batch=batch,
            files=written.files,
            then=answer.then(one),
            seen=one.last_part,
            confirmed=one.confirmed,
        )
        if not new:
            continue
        queued = True
        hold(session, office, rep, row, at)
        what = "issue" if written.spread is None else "spreading issue"
        note_down(session, office, rep, "reply", "queued", at, conversation_id=row.id, detail=what)
        rechecks.ask_about(session, row, now=at.machine)
    if queued:
        deliveries.tell(session, office, batch, rep.slack_user_id, at)
    return None


def _to_whom(row: Conversation, told: Conflict) -> Conflict:
    """What happened in one of them, with its customer: a colleague's answer or claim does not say to whom."""
    name = contact_name(row)
    return told if told.what.startswith(name) else Conflict(f"{name}: {told.what}", told.said)


def empty(written: WrittenToAll) -> dict[str, str] | None:
    """The validation errors of a submission without words or readers, or with a gap that nobody fills."""
    unfilled = wording.unfilled(written.plain) or wording.unknown_in_html(written.html)
    if unfilled is not None:
        return {written.text_block: unfilled}
    return issue_card.missing(written)


def not_known(session: Session, office: Office, rep: Rep, written: WrittenToAll) -> dict[str, str] | None:
    """The validation error of words that ask for what is not known of one of the readers."""
    # For everything else there is a general word, such as "your company".
    if not wording.asks_for_email(written.html):
        return None
    for row in conversations.get_many(session, office.workspace, written.to).values():
        if not suggestions.reader_of(session, office, row, rep.name).email:
            who = contact_name(row)[:60]
            told = f"Nothing was sent. The e-mail address of {who} is not known: write it without {{email}}."
            return {written.text_block: told}
    return None


def _for_one(session: Session, office: Office, rep: Rep, written: WrittenToAll, row: Conversation) -> Written:
    html, plain = answer.filled(session, office, rep, row, written)
    if written.greet and not wording.greets(plain):
        first = greeting(row.contact_name)
        html, plain = f"<p>{escape(first, quote=False)}</p>{html}", f"{first}\n{plain}"
    return Written(
        conversation_id=row.id,
        last_part=written.seen.get(row.id, ""),
        mode=Mode.REPLY,
        html=html,
        plain=plain,
        after=written.after,
        snooze_until=written.snooze_until,
        confirmed=written.confirmed.get(row.id, ""),
        readers=written.readers.get(row.id, ""),
        template_only=row.id in written.template_only,
    )


def _recipient(
    session: Session, office: Office, row: Conversation, parts: list[Part], at: Moment
) -> Recipient:
    said = spoken(parts)
    return Recipient(
        conversation_id=row.id,
        contact=contact_name(row),
        channel=row.channel,
        greeting=greeting(row.contact_name),
        words=last_words(parts),
        last_part=said[-1].id if said else "",
        owner=holder_name(session, office, row),
        state=row.state,
        also=readers.also_reading(session, office, row),
        template_only=whatsapp.template_only(row, parts, at) is not None,
    )
