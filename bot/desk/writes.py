"""Intents for Intercom: what a rep decided, to be carried out as that rep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.cards.delivery import LeftOpen
from bot.clock import Moment
from bot.desk.rep import Rep
from bot.office import Office
from bot.outbox import kinds
from bot.present import NOBODY
from bot.slack.files import ChosenFile
from bot.store import intents
from bot.store.conversations import Conversation
from bot.store.intents import Intent
from bot.store.parts import Part
from bot.store.unread import unread


@dataclass(frozen=True, slots=True)
class Then:
    """The conversation is closed, or snoozed until then: at once, or after words.

    `seen` is the last part that whoever decided it had before their eyes; after words these tell it.
    """

    snooze_until: datetime | None = None
    seen: str = ""

    def stored(self) -> dict[str, str]:
        """As an intent keeps it."""
        until = {"until": self.snooze_until.isoformat()} if self.snooze_until is not None else {}
        return {**until, **({"seen": self.seen} if self.seen else {})}


def say(
    session: Session,
    office: Office,
    rep: Rep,
    conversation_id: str,
    *,
    html: str,
    plain: str,
    note: bool,
    occurrence: str,
    at: Moment,
    after: timedelta = timedelta(0),
    quiet: bool = False,
    batch: dict[str, Any] | None = None,
    files: Sequence[ChosenFile] = (),
    then: Then | None = None,
    seen: str = "",
    confirmed: str = "",
) -> bool:
    """Reply to the customer or note, once per `occurrence`. False when that occurrence was written before.

    `quiet`: who wrote it is told only if it fails. `batch`: what it was written together with.
    `files` are fetched from Slack when it is sent; without them it is not. `then` is done once the words are
    in Intercom, however late that is, and never without them. `seen` is the last part that their author had
    before their eyes. `confirmed`: what stood in the way and was sent over all the same
    (`bot/desk/standing.py`); sent once more, they are not asked about it again.
    """
    return _write(
        session,
        office,
        kinds.INTERCOM_NOTE if note else kinds.INTERCOM_REPLY,
        conversation_id,
        f"{'note' if note else 'reply'}:{occurrence}",
        {
            "admin_id": rep.admin_id,
            "html": html,
            "plain": plain,
            "by": rep.slack_user_id,
            "quiet": quiet,
            **({"batch": batch} if batch else {}),
            **({"files": [each.stored() for each in files]} if files else {}),
            **({"then": then.stored()} if then is not None else {}),
            **({"seen": seen} if seen else {}),
            **({"confirmed": confirmed} if confirmed else {}),
        },
        at,
        after,
    )


def assign(
    session: Session, office: Office, rep: Rep, conversation_id: str, assignee_id: str | None, at: Moment
) -> bool:
    """Assign the conversation in Intercom, or to nobody."""
    return _write(
        session,
        office,
        kinds.INTERCOM_ASSIGN,
        conversation_id,
        f"assign:{conversation_id}:{assignee_id or 'nobody'}:{_stamp(at)}",
        {"admin_id": rep.admin_id, "by": rep.slack_user_id, "assignee_id": assignee_id},
        at,
    )


def snooze(
    session: Session,
    office: Office,
    rep: Rep,
    conversation_id: str,
    then: Then,
    at: Moment,
) -> bool:
    """Snooze the conversation in Intercom until the time that `then` names."""
    return _write(
        session,
        office,
        kinds.INTERCOM_SNOOZE,
        conversation_id,
        f"snooze:{conversation_id}:{_stamp(at)}",
        {"admin_id": rep.admin_id, "by": rep.slack_user_id, **then.stored()},
        at,
    )


def close(session: Session, office: Office, rep: Rep, conversation_id: str, then: Then, at: Moment) -> bool:
    """Close the conversation in Intercom."""
    return _write(
        session,
        office,
        kinds.INTERCOM_CLOSE,
        conversation_id,
        f"close:{conversation_id}:{_stamp(at)}",
        {"admin_id": rep.admin_id, "by": rep.slack_user_id, **then.stored()},
        at,
    )


def follow(session: Session, office: Office, words: Intent, at: Moment) -> None:
    """Close or snooze the conversation of words that have reached Intercom, if their author chose that.

    What the customer wrote meanwhile nobody has read: it stays open then, as when the time to snooze until is
    over; `left_open` tells why.
    """
    chosen = words.payload.get("then")
    if chosen is None or _wrote_meanwhile(session, words) is not None:
        return
    until = chosen.get("until")
    if until is not None and datetime.fromisoformat(until) <= at.now:
        return
    kind = kinds.INTERCOM_SNOOZE if until is not None else kinds.INTERCOM_CLOSE
    own: dict[str, Any] = {
        each: words.payload[each] for each in ("admin_id", "by", "seen") if each in words.payload
    }
    _write(session, office, kind, words.subject, _following(words), {**own, **chosen}, at)


def left_open(session: Session, words: Intent) -> LeftOpen | None:
    """Why a conversation was not closed or snoozed after these words, once `follow` had its turn.

    None where it was, or was not to be.
    """
    chosen = words.payload.get("then")
    if chosen is None:
        return None
    following = intents.by_key(session, _following(words))
    if following is not None and following.state != "dropped":
        return None
    part = _wrote_meanwhile(session, words)
    if part is not None:
        return LeftOpen("snoozed" if "until" in chosen else "closed", part.author_name or NOBODY)
    return LeftOpen("snoozed", None) if "until" in chosen else None


def _following(words: Intent) -> str:
    what = "snooze" if "until" in words.payload["then"] else "close"
    return f"{what}:{words.subject}:{words.key}"


def _wrote_meanwhile(session: Session, words: Intent) -> Part | None:
    """The customer's newest message that the author of these words had not seen."""
    return unread(session, words.workspace, words.subject, words.payload.get("seen"), words.decided_at)


def reopen(session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment) -> bool:
    """Open the conversation in Intercom."""
    key = f"open:{conversation_id}:{_stamp(at)}"
    payload = {"admin_id": rep.admin_id, "by": rep.slack_user_id}
    return _write(session, office, kinds.INTERCOM_OPEN, conversation_id, key, payload, at)


def tag(
    session: Session,
    office: Office,
    rep: Rep,
    conversation_id: str,
    tag_id: str,
    at: Moment,
    *,
    away: bool = False,
) -> bool:
    """Put a tag on the conversation, or take it away."""
    kind = kinds.INTERCOM_UNTAG if away else kinds.INTERCOM_TAG
    key = f"{'untag' if away else 'tag'}:{conversation_id}:{tag_id}:{_stamp(at)}"
    payload = {"admin_id": rep.admin_id, "by": rep.slack_user_id, "tag_id": tag_id}
    return _write(session, office, kind, conversation_id, key, payload, at)


def give_to_team(
    session: Session, office: Office, rep: Rep, row: Conversation, team_id: str, at: Moment
) -> bool:
    """Assign the conversation to a team; who holds it goes on holding it."""
    key = f"team:{row.id}:{team_id}:{_stamp(at)}"
    payload = {
        "admin_id": rep.admin_id,
        "by": rep.slack_user_id,
        "team_id": team_id,
        "from_team": row.team_assignee_id,
    }
    return _write(session, office, kinds.INTERCOM_TEAM, row.id, key, payload, at)


def ticket(
    session: Session, office: Office, rep: Rep, conversation_id: str, type_id: str, title: str, at: Moment
) -> bool:
    """Make a ticket of the conversation. False when that was decided before: it is done once.

    After Intercom refused it, another type or title may be tried.
    """
    payload = {"admin_id": rep.admin_id, "by": rep.slack_user_id, "type_id": type_id, "title": title}
    key = f"ticket:{conversation_id}"
    if _write(session, office, kinds.INTERCOM_TICKET, conversation_id, key, payload, at):
        return True
    payload = {"conversation_id": conversation_id, **payload}
    return intents.decide_anew(session, key, payload, due=at.machine)


def _write(
    session: Session,
    office: Office,
    kind: str,
    conversation_id: str,
    key: str,
    payload: dict[str, Any],
    at: Moment,
    after: timedelta = timedelta(0),
) -> bool:
    # One lane a conversation: what a rep does to it reaches Intercom in the order it was done.
    return intents.add(
        session,
        office.workspace,
        key=key,
        kind=kind,
        lane=f"intercom:{conversation_id}",
        queue=kinds.INTERCOM_QUEUE,
        subject=conversation_id,
        payload={"conversation_id": conversation_id, **payload},
        now=at.now,
        due=at.machine + after,
    )


def _stamp(at: Moment) -> str:
    return at.machine.isoformat()
