"""A rep's word on what is one problem: kept, used from the next grouping on, and changed again at any time.

Nothing is merged in Intercom. The word holds between each two conversations of the two sides, so that it
stands whatever else is said later, and the latest word on a pair counts.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.sorting import JoinCard, Other, Sorted, SplitCard
from bot.clock import Moment
from bot.desk.claim import must_know
from bot.desk.rep import Rep, note_down
from bot.errors import UserError
from bot.office import Office
from bot.present import lines, running_clock
from bot.store import conversations, rechecks, threads
from bot.store.conversations import Conversation
from bot.store.threads import Issue

_GONE = "Nothing was changed: this problem has been regrouped meanwhile. Look at the thread again."
_ALL = (
    "Nothing was changed: leave at least one unticked. What you tick becomes another problem than the rest."
)
_NONE = "Nothing was changed: tick what is another problem."
_ANSWERED = "Nothing was changed: somebody has answered this already. ⋯ on the card has what changes it."


def split_card(session: Session, office: Office, conversation_id: str, at: Moment) -> SplitCard:
    """The open conversations of an issue, to tick those that are another one.

    Raises UserError where there is nothing to split.
    """
    issue = _issue(session, office, conversation_id)
    rows = _open(session, office, issue)
    if len(rows) < 2:
        raise UserError("Nothing to split: this problem has one open conversation.")
    entries = [(row, running_clock(session, office, row.id)) for row in rows]
    return SplitCard(conversation_id, issue.title, lines(session, office, entries, at.now), at.now)


def join_card(session: Session, office: Office, conversation_id: str) -> JoinCard:
    """The other open issues of the account. Raises UserError when the issue is gone."""
    issue = _issue(session, office, conversation_id)
    others = [
        each
        for each in threads.issues_of(session, office.workspace, issue.account_id, issue.episode)
        if each.id != issue.id and _open(session, office, each)
    ]
    return JoinCard(
        conversation_id,
        issue.title,
        tuple(Other(each.conversation_ids[0], each.title, len(each.conversation_ids)) for each in others),
    )


def split(session: Session, office: Office, rep: Rep, wanted: Sorted, at: Moment) -> None:
    """Say that the chosen conversations are another problem than the rest. Raises UserError."""
    issue = _issue(session, office, wanted.id)
    if not wanted.chosen:
        raise UserError(_NONE)
    mine = set(issue.conversation_ids)
    apart = [each for each in wanted.chosen if each in mine]
    rest = sorted(mine - set(apart))
    if not apart or len(apart) < len(wanted.chosen):
        raise UserError(_GONE)
    if not rest:
        raise UserError(_ALL)
    _say(session, office, rep, apart, rest, at, same=False)
    note_down(
        session, office, rep, "split_issue", "done", at, conversation_id=wanted.id, detail=" ".join(apart)
    )


def join(session: Session, office: Office, rep: Rep, wanted: Sorted, at: Moment) -> None:
    """Say that two issues of one account are the same problem. Raises UserError."""
    issue = _issue(session, office, wanted.id)
    if len(wanted.chosen) != 1:
        raise UserError(_GONE)
    other = _issue(session, office, wanted.chosen[0])
    if other.account_id != issue.account_id or other.id == issue.id:
        raise UserError(_GONE)
    _say(session, office, rep, issue.conversation_ids, other.conversation_ids, at, same=True)
    note_down(
        session, office, rep, "join_issue", "done", at, conversation_id=wanted.id, detail=wanted.chosen[0]
    )


def answer(session: Session, office: Office, rep: Rep, pair: str, at: Moment, *, same: bool) -> None:
    """What a rep says to the question whether two issues are one. Raises UserError when that is settled."""
    mine, _, asked_about = pair.partition(" ")
    if threads.corrections_among(session, office.workspace, [mine, asked_about]):
        raise UserError(_ANSWERED)
    issue, other = _issue(session, office, mine), _issue(session, office, asked_about)
    if other.account_id != issue.account_id or other.id == issue.id:
        raise UserError(_GONE)
    _say(session, office, rep, issue.conversation_ids, other.conversation_ids, at, same=same)
    note_down(
        session,
        office,
        rep,
        "join_issue" if same else "other_issue",
        "done",
        at,
        conversation_id=issue.conversation_ids[0],
        detail=other.conversation_ids[0],
    )


def _say(
    session: Session,
    office: Office,
    rep: Rep,
    one: list[str],
    other: list[str],
    at: Moment,
    *,
    same: bool,
) -> None:
    for first in one:
        for second in other:
            threads.correct(
                session, office.workspace, first, second, same=same, by=rep.slack_user_id, now=at.now
            )
    rows = conversations.get_many(session, office.workspace, [*one, *other])
    rechecks.ask_about(session, *rows.values(), now=at.machine)


def _issue(session: Session, office: Office, conversation_id: str) -> Issue:
    row = must_know(session, office, conversation_id)
    issue = None
    if row.account_id is not None:
        issue = threads.issue_of_conversation(session, office.workspace, row.account_id, row.id)
    if issue is None:
        raise UserError(_GONE)
    return issue


def _open(session: Session, office: Office, issue: Issue) -> list[Conversation]:
    rows = conversations.get_many(session, office.workspace, issue.conversation_ids)
    return [rows[each] for each in issue.conversation_ids if each in rows and rows[each].state != "closed"]
