"""Erase a person: what is done to the tables, one short transaction after the other, by the bot or beside it.

The marks that keep them from coming back are set first: from then on intake takes nothing of them in. The
contact's own row goes last, so an erasure that was broken off is found and finished by asking for it again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from sqlmodel import Session, col, select

from bot.cards import monday
from bot.clock import Moment
from bot.outbox import kinds, removal
from bot.slack.text import clean
from bot.store import audit, clocks, dossier, erased, exports, intents, outside, privacy, rechecks, spreads
from bot.store.intents import Intent
from bot.store.parts import Part
from bot.store.person import Person, again
from bot.store.posts import Post, get_post, posts_under
from bot.store.rows import row_of
from bot.store.threads import AccountThread, Issue

AT_ONCE = 10
"""Conversations of one transaction."""

_ROWS = 200
_QUOTED = 60
"""Characters of a title that stand wherever it is quoted, shortened or not."""


@dataclass
class Erasure:
    """What went. `outside` are messages from outside Intercom, `accounts` those whose messages the bot draws
    anew.
    """

    conversations: int = 0
    messages: int = 0
    outside: int = 0
    webhooks: int = 0
    dropped_answers: int = 0
    deleted: int = 0
    rewritten: int = 0
    files: int = 0
    accounts: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Step:
    """Something for a transaction of its own; `reads` where it changes nothing. About so many are `left`."""

    do: Callable[[Session], None]
    left: int
    reads: bool = False


def steps(person: Person, at: Moment, done: Erasure, *, by: str, source: str) -> Iterator[Step]:
    """Take a person out of every table, and have what was posted about them deleted or edited in Slack.

    Each step must have been done before the next is asked for. Begun again after it was broken off, it goes
    on from there. `done` counts what went.
    """
    marked: list[Person] = []
    yield Step(lambda session: marked.append(_mark(session, person, at)), 1)
    person = marked[-1]
    ids = person.conversations
    batches = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    left = len(batches) + len(person.elsewhere) + 4
    for batch in batches:
        yield Step(partial(_conversations, person=person, ids=batch, at=at, done=done), left)
        left -= 1
    for each in person.elsewhere:
        yield Step(partial(_elsewhere, person=person, id_=each, at=at, done=done), left)
        left -= 1
    yield Step(partial(_files, person=person, at=at, done=done), 4)
    yield from _posts(person, at, done)
    yield from _webhooks(person, at, done)
    yield Step(partial(_rest, person=person, at=at, done=done, by=by, source=source), 1)


def _rest(session: Session, person: Person, at: Moment, done: Erasure, by: str, source: str) -> None:
    done.outside += privacy.erase_rest(session, person)
    audit.record(
        session,
        person.workspace,
        at=at.now,
        slack_user_id=by,
        admin_id=None,
        action="erase",
        source=source,
        outcome="erased",
        # Counts only: whom it was about is just what is to be forgotten.
        detail=f"{done.conversations} conversations, {done.messages} messages, "
        f"{done.outside} from outside Intercom",
    )


def _mark(session: Session, person: Person, at: Moment) -> Person:
    """From here on nothing more of them comes in; the person as they stand at this moment."""
    person = again(session, person)
    for contact_id in person.contact_ids:
        erased.mark_contact(session, person.workspace, contact_id, now=at.now)
    said = outside.of_person(session, person.workspace, person.contact_ids, person.emails)
    # Who said it in Slack, where addresses are hidden, is known by their id there alone.
    authors = {each.author_id for each in said if each.author_kind == "customer"}
    for address in sorted({*person.emails, *authors}):
        erased.mark_address(session, person.workspace, address, now=at.now)
    for conversation_id in person.conversations:
        erased.mark_conversation(session, person.workspace, conversation_id, now=at.now)
    return person


def _conversations(session: Session, person: Person, ids: Sequence[str], at: Moment, done: Erasure) -> None:
    # In one transaction with the conversations: a bot that judges in between would draw what is left of them.
    _issues(session, person, ids, at, done)
    _spreads(session, person, ids, at, done)
    for conversation_id in ids:
        for post in dossier.posts_about(session, person.workspace, conversation_id):
            done.deleted += removal.take_back(session, post, at)
        for post in dossier.batches_about(session, person.workspace, conversation_id):
            if post.state != "gone":
                _unsay(session, post, person.is_in_own, at, done)
        said = intents.about(session, person.workspace, conversation_id, kinds=kinds.WORDS)
        done.dropped_answers += sum(each.state in ("pending", "uncertain") for each in said)
        done.messages += privacy.erase_conversation(session, person.workspace, conversation_id, at.machine)
        done.conversations += 1


def _elsewhere(session: Session, person: Person, id_: str, at: Moment, done: Erasure) -> None:
    _issues(session, person, [id_], at, done)
    _spreads(session, person, [id_], at, done)
    begins = [_longest_line(part.text) for part in privacy.words_elsewhere(session, person, id_)]

    def quotes(text: str) -> bool:
        return any(each and json.dumps(each)[1:-1] in text for each in begins)

    alive = [
        each.episode for each in clocks.alerts_of(session, person.workspace, id_) if each.state != "over"
    ]
    for post in dossier.posts_about(session, person.workspace, id_):
        told = intents.about(session, person.workspace, post.key, kinds=removal.ON_SLACK)
        if post.state == "gone" or not any(quotes(json.dumps(each.payload)) for each in told):
            continue
        if any(each in post.key for each in alive):
            # Judged anew with its conversation, and drawn then.
            _forget(session, post)
        else:
            _unsay(session, post, quotes, at, done)
    done.messages += privacy.erase_words_elsewhere(session, person, id_, at.machine)


def _longest_line(words: str) -> str:
    """What of somebody's words stands in one piece wherever they are quoted."""
    return max((line.strip() for line in clean(words).split("\n")), key=len, default="")[:_QUOTED].strip()


def _unsay(session: Session, post: Post, tells: removal.Tells, at: Moment, done: Erasure) -> None:
    """Have a message tell something no more: in what it shows, and in what it has shown.

    One whose words are not kept any more is deleted.
    """
    shown = removal.latest(session, post)
    if shown is not None and not tells(json.dumps(shown.payload)):
        # What it shows now is without it; only older contents have to go.
        removal.forget_contents(session, post, tells)
    elif removal.rewrite(session, post, tells, at):
        done.rewritten += 1
    else:
        done.deleted += removal.take_back(session, post, at)


def _issues(session: Session, person: Person, ids: Sequence[str], at: Moment, done: Erasure) -> None:
    """A problem that they alone told is gone; one that others told too is drawn anew, or cleared."""
    for thread, issue in privacy.issues_of(session, person, ids):
        post = get_post(session, person.workspace, _issue_key(issue))
        _questions(session, thread, issue, at, done)
        empty = privacy.erase_from_issue(session, person, issue)
        if post is None:
            continue
        if empty or thread.closed_at is not None:
            # Nothing draws it now; where the thread opens again, the anchor tells of it.
            done.deleted += removal.take_back(session, post, at)
        else:
            _draw_anew(session, person, thread, post, at, done)


def _questions(session: Session, thread: AccountThread, issue: Issue, at: Moment, done: Erasure) -> None:
    """Another problem's message may ask whether it is the same one, and quotes its title then."""
    quoted = " ".join(clean(issue.title).split())[:_QUOTED]
    begins = json.dumps(quoted)[:-1]
    for post in posts_under(session, thread.workspace, f"issue:{thread.account_id}:{thread.episode}:"):
        told = intents.about(session, thread.workspace, post.key, kinds=removal.ON_SLACK)
        asks = any(begins in json.dumps(each.payload) for each in told)
        if not quoted or not asks or post.state == "gone" or post.key == _issue_key(issue):
            continue
        if removal.rewrite(session, post, lambda text: begins in text, at):
            done.rewritten += 1
        else:
            done.deleted += removal.take_back(session, post, at)
        if thread.closed_at is None:
            rechecks.ask(session, thread.workspace, rechecks.ACCOUNT, thread.account_id, now=at.machine)
            done.accounts.add(thread.account_id)


def _spreads(session: Session, person: Person, ids: Sequence[str], at: Moment, done: Erasure) -> None:
    """A spreading issue that others tell too is drawn anew without them; one of theirs alone goes."""
    for spread in spreads.erase(session, person.workspace, ids, person.conversations, now=at.now):
        post = get_post(session, person.workspace, spread.post)
        if post is None:
            continue
        if spreads.members(session, person.workspace, spread.number):
            _forget(session, post)
            done.rewritten += 1
        else:
            done.deleted += removal.take_back(session, post, at)


def _issue_key(issue: Issue) -> str:
    return f"issue:{issue.account_id}:{issue.episode}:{issue.id}"


def _draw_anew(
    session: Session, person: Person, thread: AccountThread, post: Post, at: Moment, done: Erasure
) -> None:
    _forget(session, post)
    rechecks.ask(session, person.workspace, rechecks.ACCOUNT, thread.account_id, now=at.machine)
    done.accounts.add(thread.account_id)


def _forget(session: Session, post: Post) -> None:
    removal.forget_contents(session, post, lambda _: True)
    # What it shows is to differ from whatever is drawn, so that it is edited for sure.
    post.wanted = post.shown = ""
    session.add(post)


def _files(session: Session, person: Person, at: Moment, done: Erasure) -> None:
    """Exported timelines of their accounts: nobody takes single words out of a file."""
    for file in exports.of_accounts(session, person.workspace, privacy.accounts_told(session, person)):
        done.files += removal.take_file_back(session, person.workspace, file.file_id, at)
        session.delete(file)


def _posts(person: Person, at: Moment, done: Erasure) -> Iterator[Step]:
    """Every other message with a word of them: summaries, anchors, words in Slack, other people's alerts."""
    keys: set[str] = set()

    def look(session: Session) -> None:
        keys.update(_telling(session, person), _anchors(session, person))
        keys.update(_summaries(session, person), _in_slack(session, person))

    yield Step(look, 3, reads=True)
    rest = iter(sorted(keys))
    while batch := list(islice(rest, AT_ONCE)):
        yield Step(partial(_settle_all, person=person, keys=batch, at=at, done=done), 2)


def _settle_all(session: Session, person: Person, keys: Sequence[str], at: Moment, done: Erasure) -> None:
    for key in keys:
        _settle(session, person, key, at, done)


def _telling(session: Session, person: Person) -> set[str]:
    found: set[str] = set()
    may = person.may_be_in(Intent.payload)
    after: int | None = 0
    while after is not None:
        keys, after = removal.posts_that_tell(session, person.workspace, may, person.is_in, after, _ROWS)
        found.update(keys)
    return found


def _anchors(session: Session, person: Person) -> set[str]:
    """Anchors of their accounts: they quote the titles of problems, which are customers' words."""
    query = select(AccountThread).where(
        AccountThread.workspace == person.workspace,
        col(AccountThread.account_id).in_(privacy.accounts_told(session, person)),
    )
    return {thread.post for thread in session.exec(query)}


def _summaries(session: Session, person: Person) -> set[str]:
    """Monday summaries with a line of theirs. Of somebody without an account also those whose words are not
    kept any more: they may have one.
    """
    has_line = _has_line(person)
    found: set[str] = set()
    for post in posts_under(session, person.workspace, "monday:"):
        told = intents.about(session, person.workspace, post.key, kinds=removal.ON_SLACK)
        forgotten = not person.accounts and removal.latest(session, post) is None
        if forgotten or any(has_line(json.dumps(each.payload)) for each in told):
            found.add(post.key)
    return found


def _has_line(person: Person) -> removal.Tells:
    """Whether a summary, or a line of it, is of them as of somebody without an account.

    Such a line has no id beside the name; its place tells that it is a customer's, whoever else bears it.
    """
    begins = [re.escape(json.dumps(monday.begins(name))[1:-1]) for name in person.names]
    ends = re.escape(json.dumps(" ·")[1:-1])
    line = re.compile(rf"(?:{'|'.join(begins)})(?=:|{ends})")
    return lambda text: bool(begins) and line.search(text) is not None


def _in_slack(session: Session, person: Person) -> set[str]:
    """What the team was shown of threads in Slack in which they said something."""
    said = outside.of_person(session, person.workspace, person.contact_ids, person.emails)
    return {
        f"inslack:{channel}:{each.thread}"
        for each in said
        if (channel := outside.slack_channel(each.source)) is not None
    }


def _others_said(session: Session, person: Person, channel: str, thread: str) -> bool:
    """Whether another customer said something in a thread in Slack."""
    addresses = {each.lower() for each in person.emails}
    return any(
        each.author_kind == "customer"
        and each.contact_id not in person.contact_ids
        and each.address not in addresses
        for each in outside.of_thread(session, person.workspace, outside.slack_source(channel), thread)
    )


def _settle(session: Session, person: Person, key: str, at: Moment, done: Erasure) -> None:
    post = get_post(session, person.workspace, key)
    if post is None or post.state == "gone":
        return
    kind, _, rest = key.partition(":")
    # Of words in Slack: the channel and the thread.
    account_id, _, episode = rest.partition(":")
    if kind in ("account", "issue"):
        thread = row_of(session, AccountThread, person.workspace, account_id, int(episode.partition(":")[0]))
        if thread is not None and thread.closed_at is None:
            _draw_anew(session, person, thread, post, at, done)
            return
    if kind == "spread" and rest.isdecimal():
        spread = spreads.get(session, person.workspace, int(rest))
        if spread is not None:
            spreads.forget_words(session, spread)
            _forget(session, post)
            done.rewritten += 1
            return
    if kind == "inslack" and not _others_said(session, person, account_id, episode):
        done.deleted += removal.take_back(session, post, at)
        return
    if kind == "account" and removal.latest(session, post) is None:
        # The anchor of a closed thread shows numbers.
        return
    shown = removal.latest(session, post)
    whole = json.dumps([key, shown.payload if shown is not None else None])
    tells = [person.telling(whole), *([_has_line(person)] if kind == "monday" else ())]
    _unsay(session, post, lambda text: any(each(text) for each in tells), at, done)


def _webhooks(person: Person, at: Moment, done: Erasure) -> Iterator[Step]:
    after: int | None = 0
    found: list[int] = []

    def look(session: Session) -> None:
        nonlocal after
        if after is not None:
            found[:], after = privacy.receipts_about(session, person, after, _ROWS)

    def empty(session: Session) -> None:
        done.webhooks += privacy.erase_receipts(session, person.workspace, found, at.now)

    while after is not None:
        yield Step(look, 2, reads=True)
        if found:
            yield Step(empty, 2)


def count_messages(session: Session, person: Person) -> tuple[int, int]:
    """How many messages their conversations hold, and how many from outside Intercom are theirs."""
    query = select(Part.id).where(
        Part.workspace == person.workspace, col(Part.conversation_id).in_(person.conversations)
    )
    beside = outside.of_person(session, person.workspace, person.contact_ids, person.emails)
    return len(list(session.exec(query))), len(beside)
