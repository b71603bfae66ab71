"""What became of an answer: told on one message that lives from "Sending in 10 s" to "Sent"."""

from __future__ import annotations

from functools import partial
from typing import Literal

from sqlmodel import Session

from bot.cards import delivery as delivery_card
from bot.cards.delivery import DeliveryCard, DeliveryState, LeftOpen, TakenBack
from bot.cards.values import Said
from bot.clock import Moment
from bot.desk import deliveries, readers, writes
from bot.desk.claim import must_know
from bot.desk.directly import show_card
from bot.desk.holding import BY_ITSELF
from bot.desk.on_the_way import on_the_way
from bot.desk.rep import Rep, note_down
from bot.desk.standing import hold, in_the_way
from bot.errors import NotAllowed, UserError
from bot.office import Office
from bot.outbox import kinds, settle
from bot.outbox.overtaken import said_since
from bot.present import contact_name, said, url
from bot.store import clocks, intents, lanes, rechecks
from bot.store.conversations import Conversation, get, move_claim
from bot.store.intents import Intent
from bot.store.posts import get_post

State = Literal["queued", "again", "waiting", "looked_for", "sent", "undone", "failed", "unconfirmed"]
_STATES: dict[str, State] = {
    "done": "sent",
    "dead": "failed",
    "unconfirmed": "unconfirmed",
    "uncertain": "looked_for",
}


def tell(
    session: Session,
    office: Office,
    row: Conversation,
    occurrence: str,
    rep: Rep | str,
    *,
    note: bool,
    state: State,
    at: Moment,
    problem: str | None = None,
    files: int = 0,
    undoable: bool = False,
    words_kept: bool = False,
    since: Said | None = None,
) -> None:
    """Show where an answer stands: in its alert's thread if there is one, else in a direct message.

    `undoable`: one that waits for Intercom can be taken back. `words_kept`: one that did not arrive can be
    written again from its words. `since`: what was said there meanwhile, and stands in its way.
    """
    slack_user = rep if isinstance(rep, str) else rep.slack_user_id
    card = DeliveryCard(
        id=f"{'note' if note else 'reply'}:{occurrence}",
        state=DeliveryState(state),
        contact=contact_name(row),
        also=() if note else readers.also_reading(session, office, row),
        now=at.now,
        zone=office.zone,
        note=note,
        undo_seconds=round(office.undo.total_seconds()),
        sent_at=at.now if state == "sent" else None,
        problem=problem,
        mend=_mend(state, problem, since),
        since=since,
        in_vain=problem in deliveries.IN_VAIN,
        left_open=_left_open(session, note, occurrence) if state == "sent" else None,
        url=url(office, row.id),
        files=files,
        undoable=undoable,
        words_kept=words_kept,
    )
    parent = _alert_post(session, office, row.id)
    show_card(
        session,
        office,
        occurrence,
        delivery_card.render(card),
        at,
        author=slack_user,
        channel=office.channels.alerts,
        parent=parent,
    )


_TOO_LATE = "Too late to undo: it is already on its way."
_TAKEN_BACK = "It was taken back before. Nothing was sent."

_NO_MORE = {
    **dict.fromkeys(intents.OPEN, "It is on its way already."),
    "done": "It is in Intercom already: nothing more was sent.",
    "dropped": "It was taken back: nothing more was sent.",
}
_OTHERWISE = "Nothing more was sent: its own message says how it stands now."

_MENDS = {
    "waiting": "It is tried again by itself.",
    "failed": "Mend it, then press Retry.",
}
_SEND_ANYWAY = "Press Answer… to send it all the same, or something else."


def _mend(state: State, problem: str | None, since: Said | None) -> str | None:
    if problem in deliveries.IN_VAIN:
        return deliveries.IN_VAIN[problem]
    return _SEND_ANYWAY if since is not None else _MENDS.get(state)


def after_outcome(session: Session, office: Office, intent: Intent, state: str, at: Moment) -> None:
    """Tell what came of a reply or note once that is settled, and have everything about it judged anew."""
    row = get(session, office.workspace, intent.subject)
    if row is None:
        return
    rechecks.ask_about(session, row, now=at.machine)
    if state in ("pending", "uncertain") and intent.attempts >= deliveries.TOLD_FROM:
        _tell_behind(session, office, row, intent, at)
    # Not at once: what goes out a second later would be told twice.
    waits = state == "pending" and intent.attempts >= deliveries.TOLD_FROM and not intent.payload.get("quiet")
    if intent.kind in kinds.WORDS and (state in _STATES or waits):
        if state == "done":
            writes.follow(session, office, intent, at)
        if state in ("done", "uncertain") and intent.payload.get("quiet"):
            return
        if state == "dead":
            by_itself = Rep(BY_ITSELF, str(intent.payload["admin_id"]), "", "intercom")
            _let_go(session, office, by_itself, row, intent, at)
        if intent.payload.get("batch"):
            deliveries.tell(session, office, intent.payload["batch"], str(intent.payload["by"]), at)
            return
        problem = intents.reason(session, intent) if state in ("dead", "unconfirmed") or waits else None
        _tell_of(session, office, row, intent, _STATES.get(state, "waiting"), problem, at)


def _tell_behind(session: Session, office: Office, row: Conversation, intent: Intent, at: Moment) -> None:
    """Tell of answers that wait because something before them does not get into Intercom."""
    for words in lanes.behind(session, intent, kinds.WORDS):
        first = lanes.held_up_by(session, words, kinds.OVERTAKING)
        if first is None or words.payload.get("quiet"):
            continue
        if words.payload.get("batch"):
            deliveries.tell(session, office, words.payload["batch"], str(words.payload["by"]), at)
            continue
        _tell_of(session, office, row, words, "waiting", deliveries.held_up(first), at)


def _tell_of(
    session: Session,
    office: Office,
    row: Conversation,
    words: Intent,
    state: State,
    problem: str | None,
    at: Moment,
) -> None:
    """Tell how words stand; what is theirs alone is read from them."""
    reply = words.kind == kinds.INTERCOM_REPLY
    since = said_since(session, words) if reply and state == "failed" else None
    tell(
        session,
        office,
        row,
        words.key.partition(":")[2],
        str(words.payload["by"]),
        note=words.kind == kinds.INTERCOM_NOTE,
        state=state,
        at=at,
        problem=problem,
        files=len(words.payload.get("files", ())),
        undoable=not words.payload.get(settle.AGAIN),
        words_kept=bool(words.payload.get("plain")),
        since=said(row, since) if since is not None else None,
    )


def undo(session: Session, office: Office, rep: Rep, key: str, at: Moment) -> TakenBack:
    """Take an answer back before it goes out; its words can be written again.

    Raises UserError when the answer is not the rep's own.
    """
    intent = _own(session, office, rep, key)
    note, kept = intent.kind == kinds.INTERCOM_NOTE, bool(intent.payload.get("plain"))
    if not _take_back(session, office, rep, intent, at):
        taken = intent.state == "dropped"
        return TakenBack(key, _TAKEN_BACK if taken else _TOO_LATE, note, taken and kept)
    tell(
        session,
        office,
        must_know(session, office, intent.subject),
        key.partition(":")[2],
        rep,
        note=note,
        state="undone",
        at=at,
        files=len(intent.payload.get("files", ())),
        words_kept=kept,
    )
    return TakenBack(key, "Taken back. Nothing was sent.", note, kept)


def undo_all(session: Session, office: Office, rep: Rep, key: str, at: Moment) -> str:
    """Take back whatever has not left of an answer to several; a sentence on what came of it.

    Raises UserError when the answer is not the rep's own.
    """
    one = _own(session, office, rep, key)
    batch = one.payload.get("batch")
    answers = deliveries.answers_of(session, batch) if batch else []
    if batch is None or all(each.state == "dropped" for each in answers):
        return _left(session, office, rep, "undo", one, at, "nothing", _TAKEN_BACK if batch else _TOO_LATE)
    taken = sum(_take_back(session, office, rep, each, at) for each in answers)
    deliveries.tell(session, office, batch, rep.slack_user_id, at)
    if not taken:
        return "Too late to undo: they are already on their way."
    if taken == len(answers):
        return "Taken back. Nothing was sent."
    return f"Taken back: {taken} of {len(answers)}. The others were already on their way."


def _take_back(session: Session, office: Office, rep: Rep, intent: Intent, at: Moment) -> bool:
    """Whether it was still to be had: not sent yet, and no earlier attempt may have arrived."""
    again = intent.payload.get(settle.AGAIN)
    if again or intent.id is None or not intents.drop(session, intent.id, was="pending", now=at.machine):
        told = "nothing" if intent.state == "dropped" else "too_late"
        note_down(session, office, rep, "undo", told, at, conversation_id=intent.subject)
        return False
    row = must_know(session, office, intent.subject)
    note_down(session, office, rep, "undo", "undone", at, conversation_id=row.id)
    _let_go(session, office, rep, row, intent, at)
    return True


def send_again(session: Session, office: Office, rep: Rep, key: str, at: Moment) -> str:
    """Send an unconfirmed answer once more, on the rep's word; a sentence on what came of it.

    Words for the customer stay where they are when something stands in their way (`_unsendable`).
    """
    intent = _own(session, office, rep, key)
    left = partial(_left, session, office, rep, "send_again", intent, at)
    if intent.state != "unconfirmed":
        return left("too_late", _NO_MORE.get(intent.state, _OTHERWISE))
    row = must_know(session, office, intent.subject)
    unsendable = _unsendable(session, office, rep, row, intent)
    if unsendable is not None:
        return left("not_sent", unsendable)
    attempts = max(intent.attempts, 1)
    if intent.id is None or not intents.begin_again(
        session, intent.id, was="unconfirmed", attempts=attempts, due=at.machine
    ):
        return left("too_late", _OTHERWISE)
    settle.mark_again(session, intent)
    _tell_queued(session, office, rep, intent, at)
    note_down(session, office, rep, "send_again", "queued", at, conversation_id=intent.subject)
    return "Sending it again."


def words_of(session: Session, office: Office, rep: Rep, key: str) -> tuple[str, bool, str]:
    """The conversation of an answer that did not arrive, whether it is a note, and its words.

    Raises UserError when the answer is not the rep's own, or its words are not kept any more. They are the
    person's, whatever seat they have by now.
    """
    intent = _own(session, office, rep, key, by_any_seat=True)
    plain = str(intent.payload.get("plain") or "")
    if not plain:
        raise UserError(f"Its words are not kept any more. Type `/answer {intent.subject}` to write it anew.")
    return intent.subject, intent.kind == kinds.INTERCOM_NOTE, plain


def retry(session: Session, office: Office, rep: Rep, key: str, at: Moment) -> str:
    """Send once more what Intercom had refused; a sentence on what came of it.

    Words for the customer stay where they are when something stands in their way (`_unsendable`).
    """
    intent = _own(session, office, rep, key)
    left = partial(_left, session, office, rep, "retry", intent, at)
    if intent.state != "dead":
        return left("too_late", _NO_MORE.get(intent.state, _OTHERWISE))
    row = must_know(session, office, intent.subject)
    if not intent.payload.get("html"):
        anew = f"Nothing was sent: its words are not kept any more. Type `/answer {row.id}` to write it anew."
        return left("not_sent", anew)
    unsendable = _unsendable(session, office, rep, row, intent)
    if unsendable is not None:
        return left("not_sent", unsendable)
    # It may have been tried more than once, so it is looked for before it is sent.
    again = max(intent.attempts, 1)
    if intent.id is None or not intents.begin_again(
        session, intent.id, was="dead", attempts=again, due=at.machine
    ):
        return left("too_late", _OTHERWISE)
    settle.mark_again(session, intent)
    if intent.kind == kinds.INTERCOM_REPLY:
        hold(session, office, rep, row, at)
    _tell_queued(session, office, rep, intent, at)
    note_down(session, office, rep, "retry", "queued", at, conversation_id=row.id)
    return "Sending it again."


def _left(
    session: Session,
    office: Office,
    rep: Rep,
    action: str,
    words: Intent,
    at: Moment,
    outcome: str,
    told: str,
) -> str:
    """Nothing was sent once more: that is in the audit log as well. `told` is handed back."""
    note_down(session, office, rep, action, outcome, at, conversation_id=words.subject)
    return told


def _unsendable(session: Session, office: Office, rep: Rep, row: Conversation, intent: Intent) -> str | None:
    """Why words for the customer are not sent once more unseen: somebody wrote there since, or is about to,
    has it, or closed it, and the rep did not send them over just that before. None for what may go, and for
    any note.
    """
    if intent.kind != kinds.INTERCOM_REPLY:
        return None
    why = "somebody has written there since"
    if said_since(session, intent) is None:
        confirmed = str(intent.payload.get("confirmed") or "")
        coming = on_the_way(session, row, rep, confirmed)
        stands = in_the_way(session, office, row, rep, confirmed)
        if not coming and stands is None:
            return None
        why = coming[0].what.rstrip(".") if coming else str(stands)
    # The card of several has no room for the button of each where many did not arrive.
    typed = f", or type `/answer {intent.subject}`," if intent.payload.get("batch") else ""
    return f"Nothing was sent: {why}. Press Answer…{typed} to see it first."


def _tell_queued(session: Session, office: Office, rep: Rep, intent: Intent, at: Moment) -> None:
    if intent.payload.get("batch"):
        deliveries.tell(session, office, intent.payload["batch"], rep.slack_user_id, at)
        return
    row = must_know(session, office, intent.subject)
    note = intent.kind == kinds.INTERCOM_NOTE
    occurrence = intent.key.partition(":")[2]
    tell(session, office, row, occurrence, rep, note=note, state="again", at=at)


def _let_go(
    session: Session, office: Office, rep: Rep, row: Conversation, intent: Intent, at: Moment
) -> None:
    """A claim that only this reply would have told Intercom of ends with it: Intercom shows nobody.

    `rep` took it back, or is the clock.
    """
    admin_id = str(intent.payload["admin_id"])
    if intent.kind != kinds.INTERCOM_REPLY or row.admin_assignee_id == admin_id:
        return
    told = intents.about(session, office.workspace, row.id, kinds=(kinds.INTERCOM_ASSIGN,))
    if any(each.state in intents.OPEN for each in told):
        return
    if move_claim(session, office.workspace, row.id, held_by=admin_id, to=None, now=at.now):
        rechecks.ask_about(session, row, now=at.machine)
        said = f"of {admin_id}, whose answer was not sent"
        note_down(session, office, rep, "free_claim", "done", at, conversation_id=row.id, detail=said)


def _left_open(session: Session, note: bool, occurrence: str) -> LeftOpen | None:
    intent = intents.by_key(session, f"{'note' if note else 'reply'}:{occurrence}")
    return writes.left_open(session, intent) if intent is not None else None


def _own(session: Session, office: Office, rep: Rep, key: str, *, by_any_seat: bool = False) -> Intent:
    intent = intents.by_key(session, key)
    if intent is None or intent.workspace != office.workspace or intent.kind not in kinds.WORDS:
        raise UserError("Nothing was changed: Watchbell does not know that answer any more.")
    same_person = by_any_seat and intent.payload.get("by") == rep.slack_user_id
    if intent.payload.get("admin_id") != rep.admin_id and not same_person:
        raise NotAllowed("Nothing was changed: only the person who wrote the answer can do that.")
    return intent


def _alert_post(session: Session, office: Office, conversation_id: str) -> str | None:
    """The newest alert message about the conversation that Slack has or is about to have."""
    for alert in reversed(clocks.alerts_of(session, office.workspace, conversation_id)):
        post = get_post(session, office.workspace, alert.post)
        if post is not None and post.state != "gone":
            return alert.post
    return None
