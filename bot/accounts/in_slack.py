"""Have Slack show, to the team alone, what customers said in an account's Slack channel."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from bot.cards import in_slack as card
from bot.cards.in_slack import InSlackCard, InSlackState
from bot.cards.values import Said
from bot.clock import Moment
from bot.office import Office
from bot.outbox import removal
from bot.outbox.outcome import NOT_SHOWN, UNSEEN
from bot.outbox.show import show
from bot.present import account_by_id, standing, url
from bot.store import conversations, intents, mapped, outside, reps, threads
from bot.store.outside import OutsideMessage
from bot.store.posts import get_post

_STATES = {
    "done": InSlackState.MADE,
    "dead": InSlackState.FAILED,
    "dropped": InSlackState.WAITING,
}


def start_key(channel_id: str, thread: str) -> str:
    """The name of the intent that makes a conversation of these words: there is one at most."""
    return f"start:{channel_id}:{thread}"


def post_key(channel_id: str, thread: str) -> str:
    """The name under which these words are shown to the team."""
    return f"inslack:{channel_id}:{thread}"


def judge(session: Session, office: Office, subject: str, at: Moment) -> None:
    """Draw what was said in one thread; `subject` is its source and id, with a colon between.

    Nothing is shown of what no customer said, and nothing anew of what was answered before anybody saw it,
    or of a channel that is no account's any more: what stands there of such a one says so.
    """
    source, _, thread = subject.rpartition(":")
    channel_id = outside.slack_channel(source)
    row = mapped.get(session, office.workspace, channel_id) if channel_id is not None else None
    if channel_id is None:
        return
    shown_as = post_key(channel_id, thread)
    stands = get_post(session, office.workspace, shown_as)
    if row is None and (stands is None or stands.state == "gone"):
        return
    said = outside.of_thread(session, office.workspace, source, thread)
    said = outside.without_erased(session, office.workspace, said)
    customers = [each for each in said if each.author_kind == "customer"]
    made = next((each.conversation_id for each in customers if each.conversation_id), None)
    # What became a conversation stays its account's when the channel becomes another one's.
    conversation = conversations.get(session, office.workspace, made) if made is not None else None
    whose = conversation.account_id if conversation is not None else None
    whose_channel = row.account_id if row is not None else said[-1].account_id if said else None
    account = account_by_id(session, office, whose) or account_by_id(session, office, whose_channel)
    if account is None or not customers:
        post = get_post(session, office.workspace, shown_as)
        if post is not None and post.state != "gone":
            removal.take_back(session, post, at)
        return
    # Words that were deleted, and others since: these are shown in a message of their own.
    removal.forget_taken_back(session, office.workspace, shown_as)
    intent = intents.by_key(session, start_key(channel_id, thread))
    answer = _answer(session, office, source, said, customers)
    state = InSlackState.ANSWERED if answer is not None else InSlackState.WAITING
    by, when = (answer.author_name, answer.at) if answer is not None else (None, None)
    problem = None
    if made is not None:
        state, by, when = InSlackState.MADE, None, None
    elif intent is not None and intent.state != "dropped":
        state = _STATES.get(intent.state, InSlackState.MAKING)
        maker = reps.get_admin(session, office.workspace, str(intent.payload.get("admin_id")))
        by, when = (maker.name if maker is not None else None), None
        if state is InSlackState.FAILED:
            problem = intent.error
            if (problem or "").startswith((UNSEEN, NOT_SHOWN)):
                state = InSlackState.DOUBTFUL
    if state is InSlackState.ANSWERED and get_post(session, office.workspace, shown_as) is None:
        return
    if row is None and state in (InSlackState.WAITING, InSlackState.FAILED):
        state, by, when, problem = InSlackState.UNREAD, None, None, None
    unmade = [each for each in customers if each.conversation_id is None]
    told = _since_the_last_answer(said, customers) if state is InSlackState.WAITING else customers
    content = card.render(
        InSlackCard(
            id=f"{channel_id}:{thread}",
            state=state,
            account=account,
            place=customers[0].place,
            said=tuple(Said(each.author_name, each.text, each.at) for each in told[-card.SHOWN :]),
            count=len(told),
            now=at.now,
            zone=office.zone,
            since=told[0].at,
            by=by,
            at=when,
            url=standing(office, channel_id, customers[-1].id),
            conversation_id=made,
            conversation_url=url(office, made) if made is not None else None,
            more_since=len(unmade) if made is not None else 0,
            problem=problem,
            is_read=row is not None,
        )
    )
    show(
        session,
        office.workspace,
        key=shown_as,
        channel=_place(session, office, account.id),
        content=content,
        at=at,
    )


def _place(session: Session, office: Office, account_id: str) -> str:
    """Where the account's thread stands, if it has one; else where accounts have theirs."""
    thread = threads.live_thread(session, office.workspace, account_id)
    anchor = get_post(session, office.workspace, thread.post) if thread is not None else None
    return anchor.channel if anchor is not None and anchor.state == "posted" else office.channels.accounts


def _since_the_last_answer(
    said: Sequence[OutsideMessage], customers: Sequence[OutsideMessage]
) -> Sequence[OutsideMessage]:
    """What customers said in the thread after a colleague last did: what waits for an answer."""
    answered = max((each.at for each in said if each.author_kind == "rep"), default=None)
    return [each for each in customers if answered is None or each.at >= answered]


def _answer(
    session: Session,
    office: Office,
    source: str,
    said: Sequence[OutsideMessage],
    customers: Sequence[OutsideMessage],
) -> OutsideMessage | None:
    """What a colleague said after the customers' last word: in the thread, or in the channel itself."""
    last = customers[-1]
    inside = next((each for each in said if each.author_kind == "rep" and each.at > last.at), None)
    if inside is not None or last.in_thread:
        return inside
    return outside.first_in_the_open(session, office.workspace, source, after=last.at, by="rep")
