"""What a person decides about an intent: deliver it after all, or never.

Here is what must be true for that, and what the person should know before. The bot may run meanwhile: each
function works in the line of writes, looks at everything again, and changes only what still stands as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.clock import Moment
from bot.outbox import kinds
from bot.outbox.outcome import NOT_SHOWN, UNSEEN
from bot.outbox.overtaken import OVER
from bot.store import audit, calls, clocks, conversations, intents, outside, pulse, rechecks, reps, spreads
from bot.store.intents import Intent
from bot.store.parts import parts_of
from bot.store.posts import Post, children_of, get_post
from bot.store.unread import unread

ABOUT_ALERTS = ("alert", "ring", "call")
"""Kinds of messages about one promise of one conversation."""

SAID_ONCE = {"monday": timedelta(hours=12), "digest": timedelta(hours=2)}
"""Kinds of messages that judging says no second time, and for how long one is still worth saying."""

AGAIN = "again"
"""In the payload of an answer that a person had sent once more."""

SETTLED = ("dead", "unconfirmed")
"""States in which a person decides."""

_NO_MORE = {
    "done": "It was delivered.",
    "dropped": "It was dropped: it is not wanted any more.",
    "sending": "It is being sent in this moment.",
}
_LOOK_FIRST = (
    "Watchbell looks once more, and sends it only if it is not there. Look in Intercom before you say yes: "
    "nobody should read it twice."
)
_UNCONFIRMED = f"Intercom did not say whether it arrived, and did not show it. {_LOOK_FIRST}"
_SENT_BEFORE = f"It was sent again before, and an earlier attempt may have arrived. {_LOOK_FIRST}"
_UNSEEN = "It may have arrived: nobody could look yet. It will not be looked for any more."


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refused` says why it cannot be; `doubts` are sentences that a person should have read before."""

    refused: str | None = None
    doubts: tuple[str, ...] = ()


def may_retry(session: Session, intent: Intent, at: Moment) -> Verdict:
    """Whether an intent that was given up, or that nobody confirmed, can be delivered after all."""
    if intent.state not in SETTLED:
        return Verdict(_NO_MORE.get(intent.state, "It is on its way already: the bot tries it by itself."))
    if intent.cleared_at is not None:
        return Verdict("Its words are not kept any more: do it by hand in Slack or Intercom.")
    if intent.kind == kinds.SLACK_POST:
        return _may_post(session, intent)
    if intent.kind == kinds.SLACK_EDIT:
        return _may_edit(session, intent)
    if intent.kind in kinds.WORDS:
        return Verdict(doubts=tuple(_doubts_about_words(session, intent)))
    if intent.kind == kinds.INTERCOM_START:
        unsure = (intent.error or "").startswith((NOT_SHOWN, UNSEEN))
        return Verdict(doubts=(_UNCONFIRMED,) if unsure else ())
    return _may_act(session, intent, at)


def retry(session: Session, intent: Intent, at: Moment, *, by: str, source: str) -> list[Intent]:
    """Deliver it after all, with the messages that died in its thread; what goes out now, itself first.

    Empty when it is settled otherwise by now. `by` and `source` are for the audit log. Ask `may_retry` first,
    in the same transaction.
    """
    died = [
        each for each in _in_its_thread(session, intent) if each.state == "dead" and each.cleared_at is None
    ]
    revived = [each for each in [intent, *died] if _begin_again(session, each, at)]
    if intent not in revived:
        return []
    for each in revived:
        post = get_post(session, each.workspace, each.subject) if each.kind in _SLACK else None
        if post is not None:
            post.state = "wanted" if post.ts is None else "posted"
            post.wanted_at = at.now
            session.add(post)
            judge_again(session, post, at)
        _note(session, each, "retry", "pending", at, by, source)
    return revived


def may_drop(intent: Intent) -> Verdict:
    """Whether an intent can be forgotten."""
    if intent.state in _NO_MORE:
        return Verdict(_NO_MORE[intent.state])
    doubts = [_UNSEEN] if intent.state == "uncertain" else []
    if intent.kind in kinds.WORDS:
        doubts.append(f"Slack's {intent.payload.get('by', 'author')} wrote it and is not told: tell them.")
    return Verdict(doubts=tuple(doubts))


def drop(session: Session, intent: Intent, at: Moment, *, by: str, source: str) -> list[Intent]:
    """Never deliver it, nor what waits in its thread; what is dropped now, itself first.

    Empty when it is settled otherwise by now. Ask `may_drop` first, in the same transaction.
    """
    waits = [each for each in _in_its_thread(session, intent) if each.state in ("pending", "dead")]
    dropped = [
        each
        for each in [intent, *waits]
        if each.id is not None and intents.drop(session, each.id, was=each.state, now=at.machine)
    ]
    if intent not in dropped:
        return []
    for each in dropped:
        post = get_post(session, each.workspace, each.subject) if each.kind in _SLACK else None
        if post is not None and post.ts is None:
            post.state = "gone"
            session.add(post)
        elif post is not None:
            # It stands as it is until judging wants something else: the auditor need not mend it.
            post.wanted = post.shown = ""
            session.add(post)
        _note(session, each, "drop", "dropped", at, by, source)
    return dropped


def mark_again(session: Session, words: Intent) -> None:
    """From now on nobody can say of an answer that nothing was sent: the attempt before may arrive yet."""
    session.refresh(words)
    words.payload = {**words.payload, AGAIN: True}
    session.add(words)
    session.flush()


def judge_again(session: Session, post: Post, at: Moment) -> None:
    """Have what a message is about judged anew, so that it shows how things stand now.

    Pauses (`bot/watch/paused.py`) are shown anew after each sweep by themselves.
    """
    kind, subject = subject_of(post.key)
    if kind in ABOUT_ALERTS:
        row = conversations.get(session, post.workspace, subject)
        if row is not None:
            rechecks.ask_about(session, row, now=at.machine)
    elif kind == "burst":
        for alert in clocks.of_burst(session, post.workspace, post.key):
            row = conversations.get(session, post.workspace, alert.conversation_id)
            if row is not None:
                rechecks.ask_about(session, row, now=at.machine)
    elif kind == "calls":
        for call in calls.in_post(session, post.workspace, post.key):
            row = conversations.get(session, post.workspace, call.conversation_id)
            if row is not None:
                rechecks.ask_about(session, row, now=at.machine)
    elif kind in ("account", "issue"):
        rechecks.ask(session, post.workspace, rechecks.ACCOUNT, subject, now=at.machine)
    elif kind == "inslack":
        thread = outside.slack_source(post.key.removeprefix("inslack:"))
        rechecks.ask(session, post.workspace, rechecks.OUTSIDE, thread, now=at.machine)
    elif kind == "spread":
        spread = spreads.get(session, post.workspace, int(subject))
        if spread is not None:
            spread.look_at = at.now
            session.add(spread)
    elif kind == "quiet":
        # The next look tells it again, if it is quiet still (`bot/watch/quiet.py`).
        pulse.set_mark(session, post.workspace, pulse.told_quiet(subject), None)
    elif kind in ("unread", "failing"):
        # Told of as it stands now, and taken back if all is well again (`bot/watch/told_once.py`).
        pulse.set_mark(session, post.workspace, pulse.told_of(kind, subject), post.key)


def after_refusal(session: Session, intent: Intent, at: Moment) -> None:
    """What is gone may be wanted once more: judging finds out whether, and when."""
    post = get_post(session, intent.workspace, intent.subject) if intent.kind in _SLACK else None
    if post is not None and post.state == "gone":
        judge_again(session, post, at)


def after_removal(session: Session, intent: Intent, at: Moment) -> None:
    """What customers said in a thread while its message was being deleted is shown in a new one."""
    post = get_post(session, intent.workspace, intent.subject)
    if post is not None and subject_of(post.key)[0] == "inslack":
        judge_again(session, post, at)


def is_too_late(session: Session, post: Post, now: datetime) -> bool:
    """Whether a summary that never got into Slack tells of a time that is over."""
    kind, _ = subject_of(post.key)
    if post.ts is not None or kind not in SAID_ONCE:
        return False
    decided = intents.by_key(session, f"post:{post.key}")
    return decided is None or now - decided.decided_at > SAID_ONCE[kind]


def subject_of(key: str) -> tuple[str, str]:
    """(kind, id) out of a post's key: `alert:1001:…` is ("alert", "1001")."""
    kind, _, rest = key.partition(":")
    return kind, rest.partition(":")[0]


_SLACK = (kinds.SLACK_POST, kinds.SLACK_EDIT)


def _may_post(session: Session, intent: Intent) -> Verdict:
    post = get_post(session, intent.workspace, intent.subject)
    if post is None:
        return Verdict("Nobody wants this message any more.")
    if post.ts is not None:
        return Verdict("The message is in Slack by now.")
    if post.parent is not None:
        parent = get_post(session, intent.workspace, post.parent)
        if parent is None or parent.state == "gone":
            return Verdict(_without_parent(session, post.parent))
    kind, subject = subject_of(post.key)
    if kind in ABOUT_ALERTS:
        alerts = clocks.alerts_of(session, intent.workspace, subject)
        episode = post.key.split(":", 2)[2]
        if not any(episode.startswith(each.episode) and each.state != "over" for each in alerts):
            return Verdict(doubts=("That promise is over by now: the message would tell of the past.",))
    return Verdict()


def _without_parent(session: Session, key: str) -> str:
    first = intents.by_key(session, f"post:{key}")
    if first is not None and first.state == "dead":
        return (
            f"It belongs under message {first.id}, which was not delivered either. Retry that one: it takes "
            "this one along."
        )
    return "The message it belongs under is not in Slack any more."


def _may_edit(session: Session, intent: Intent) -> Verdict:
    post = get_post(session, intent.workspace, intent.subject)
    if post is None or post.ts is None:
        return Verdict("The message that it would edit is not in Slack.")
    if intent.key != f"edit:{post.key}:{post.version}":
        return Verdict("A newer content has taken its place.")
    return Verdict()


def _doubts_about_words(session: Session, intent: Intent) -> list[str]:
    doubts = []
    if intent.state == "unconfirmed":
        doubts.append(_UNCONFIRMED)
    elif intent.payload.get(AGAIN):
        doubts.append(_SENT_BEFORE)
    row = conversations.get(session, intent.workspace, intent.subject)
    if row is None:
        return [*doubts, "Watchbell does not know the conversation any more."]
    decided = intent.decided_at
    ours = intents.about(session, intent.workspace, intent.subject, kinds=(intent.kind,))
    if any((each.id or 0) > (intent.id or 0) and each.state in (*intents.OPEN, "done") for each in ours):
        doubts.append("The same was written once more since, and sent.")
    elif intent.kind == kinds.INTERCOM_REPLY and _after(row.last_admin_reply_at, decided):
        doubts.append("The team has answered in that conversation since.")
    if unread(session, intent.workspace, intent.subject, intent.payload.get("seen"), decided) is not None:
        doubts.append("The customer has written since.")
    if intent.kind == kinds.INTERCOM_REPLY and row.state == "closed":
        doubts.append("The conversation is closed; an answer opens it again.")
    seat = reps.linked_admin(session, intent.workspace, str(intent.payload.get("by")))
    if seat is None or seat.id != intent.payload.get("admin_id"):
        doubts.append("Its author is not linked with that Intercom seat any more.")
    return doubts


def _may_act(session: Session, intent: Intent, at: Moment) -> Verdict:
    until = intent.payload.get("until")
    if until is not None and datetime.fromisoformat(until) <= at.now:
        return Verdict("The time until which it was to sleep is over.")
    row = conversations.get(session, intent.workspace, intent.subject)
    if row is not None and _after(row.updated_at, intent.decided_at):
        return Verdict(doubts=("The conversation has changed since that was decided.",))
    return Verdict()


def _after(instant: datetime | None, decided: datetime) -> bool:
    return instant is not None and instant > decided


def _in_its_thread(session: Session, intent: Intent) -> list[Intent]:
    """Messages that belong under this one and are not in Slack either, oldest first."""
    if intent.kind not in _SLACK:
        return []
    under = children_of(session, intent.workspace, intent.subject)
    posts = [intents.by_key(session, f"post:{each.key}") for each in under if each.ts is None]
    return sorted((each for each in posts if each is not None), key=lambda each: each.id or 0)


def _begin_again(session: Session, intent: Intent, at: Moment) -> bool:
    # What was given up is certainly not there. What nobody could confirm may be: it is looked for first.
    doubtful = intent.state == "unconfirmed" or intent.looks > 0
    state = "uncertain" if doubtful and intent.kind == kinds.SLACK_POST else "pending"
    attempts = max(intent.attempts, 1) if doubtful else 0
    if intent.kind in (*kinds.WORDS, kinds.INTERCOM_START):
        # What was not confirmed may have been begun again and given up only then: they are always looked for.
        attempts = 1
    if intent.id is None or not intents.begin_again(
        session, intent.id, was=intent.state, attempts=attempts, due=at.machine, state=state
    ):
        return False
    if intent.kind in kinds.WORDS:
        mark_again(session, intent)
        _send_over(session, intent)
    return True


def _send_over(session: Session, words: Intent) -> None:
    """What was said there since was told before this was decided: it stands in the way no more."""
    parts = parts_of(session, words.workspace, words.subject)
    if parts:
        words.payload = {**words.payload, OVER: parts[-1].id}
        session.add(words)
        session.flush()


def _note(
    session: Session, intent: Intent, action: str, outcome: str, at: Moment, by: str, source: str
) -> None:
    audit.record(
        session,
        intent.workspace,
        at=at.now,
        slack_user_id=by,
        admin_id=None,
        action=action,
        source=source,
        outcome=outcome,
        conversation_id=intent.subject if intent.kind.startswith("intercom.") else None,
        detail=f"{intent.key}, {intent.state} before",
    )
