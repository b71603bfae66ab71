"""Which open conversations of one account are about the same problem.

Texts are cleaned first, then compared by an engine; named things (order numbers, error codes, pages), the
person and the time add to or take from what the text says. Two levels: at the upper one conversations are
linked, between the two a rep is asked. What a rep said about a pair always holds. Nothing is merged in
Intercom.

The result depends on the messages only, not on their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.accounts.clusters import Linkage, Pair, Rules, cluster, pair
from bot.accounts.entities import Entity, entities
from bot.accounts.lexical import probability
from bot.clean_text import clean, clean_title, says_nothing, shows
from bot.likeness import Engine

TITLE_LENGTH = 80
NEAR = timedelta(days=2)
FAR = timedelta(days=30)

_SAME = {"number": 4.0, "error": 1.5, "page": 1.5, "amount": 1.5, "address": 1.0, "version": 0.7}
_MOST_FOR_NAMED = 5.0
_OTHER_NUMBERS = -2.0
_SAME_PERSON = 0.5
_SAME_TIME = 0.3
_LONG_APART = -1.0
_LONGEST_TEXT = 2_000
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class IssueMessage:
    """Something a customer wrote (never a rep's or a bot's words). `title` is the conversation's subject."""

    conversation_id: str
    person_id: str
    channel: str
    text: str
    at: datetime
    title: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a rep said about two conversations: one issue, or not. Later ones stand later in the tuple."""

    a: str
    b: str
    same: bool


@dataclass(frozen=True, slots=True)
class Issue:
    """Conversations about one problem, oldest first. `id` is the oldest conversation's."""

    id: str
    title: str
    conversations: tuple[str, ...]
    people: tuple[str, ...]
    channels: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two conversations of different issues that may be one: a rep is asked. `a` is the older."""

    a: str
    b: str
    score: float


@dataclass(frozen=True, slots=True)
class Why:
    """What spoke for and against one problem, with its figures. `sentence` is for a card."""

    score: float
    engine: str
    words: tuple[str, ...]
    concepts: tuple[str, ...]
    named: tuple[Entity, ...]
    differing: tuple[Entity, ...]
    same_person: bool
    apart: timedelta
    said: bool | None
    follow_up: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class _Conversation:
    id: str
    people: frozenset[str]
    channels: tuple[str, ...]
    since: datetime
    last: datetime
    title: str
    empty: bool
    profile: Any
    named: frozenset[Entity]


@dataclass(frozen=True, slots=True)
class Grouping:
    """A partition of the account's conversations. `set_aside` are corrections that later ones contradict."""

    groups: tuple[Issue, ...]
    proposals: tuple[Proposal, ...]
    engine: str
    set_aside: tuple[Correction, ...] = ()
    _conversations: Mapping[str, _Conversation] = field(default_factory=dict, repr=False, compare=False)
    _engine: Engine | None = field(default=None, repr=False, compare=False)
    _rules: Rules | None = field(default=None, repr=False, compare=False)
    _joined: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def issue_of(self, conversation_id: str) -> Issue:
        """The issue a conversation belongs to. Raises KeyError for a conversation that was not handed in."""
        for issue in self.groups:
            if conversation_id in issue.conversations:
                return issue
        raise KeyError(conversation_id)

    def why(self, a: str, b: str) -> Why:
        """Why two conversations were linked, proposed or kept apart. Raises KeyError for an unknown one."""
        one, other = self._conversations[a], self._conversations[b]
        if self._engine is None or self._rules is None:
            raise KeyError(a)
        follow_up = self._joined.get(a) == b or self._joined.get(b) == a
        said = True if self._rules.together(a, b) else False if self._rules.apart((a,), (b,)) else None
        return _why(one, other, self._engine, said=said, follow_up=follow_up)


def group(
    messages: Iterable[IssueMessage], *, engine: Engine, corrections: Sequence[Correction] = ()
) -> Grouping:
    """Groups one account's conversations by problem; every conversation is in exactly one group.

    Groups come oldest first, proposals likeliest first (at most one for two groups).
    """
    rules = Rules((said.a, said.b, said.same) for said in corrections)
    conversations = _conversations(messages, engine)
    telling = {key: value for key, value in conversations.items() if not value.empty}
    joined = _follow_ups(conversations, telling, rules)

    scores = _scores(telling, engine)
    held = Rules([*((a, b, True) for a, b in joined.items()), *((c.a, c.b, c.same) for c in corrections)])
    bunches = held.bunches(conversations)
    linkage = Linkage(bunches, scores)
    groups = cluster(linkage, held, engine.link)
    issues = tuple(
        sorted(
            (
                _issue([conversations[key] for number in numbers for key in bunches[number]])
                for numbers in groups
            ),
            key=lambda issue: (issue.since, issue.id),
        )
    )
    proposals = _proposals(groups, linkage, held, scores, conversations, engine)
    return Grouping(
        issues,
        proposals,
        engine.name,
        tuple(Correction(*said) for said in rules.set_aside),
        conversations,
        engine,
        rules,
        joined,
    )


def _conversations(messages: Iterable[IssueMessage], engine: Engine) -> dict[str, _Conversation]:
    threads: dict[str, list[IssueMessage]] = {}
    for message in messages:
        threads.setdefault(message.conversation_id, []).append(message)
    return {key: _conversation(key, threads[key], engine) for key in sorted(threads)}


@dataclass(frozen=True, slots=True)
class Told:
    """What a conversation tells: a title of one line, and its cleaned text, empty where it says nothing."""

    title: str
    text: str


def told(thread: Iterable[IssueMessage]) -> Told:
    """What one conversation's messages tell together, oldest first whatever order they come in."""
    thread = sorted(thread, key=_as_said)
    subject = next((title for title in (clean_title(m.title) for m in thread) if not says_nothing(title)), "")
    said = [text for text in (clean(m.text) for m in thread) if not says_nothing(text)]
    parts = ([subject] if subject and not any(subject in text for text in said) else []) + said
    return Told(_headline(subject, said, thread), "\n".join(dict.fromkeys(parts))[:_LONGEST_TEXT])


def _as_said(message: IssueMessage) -> tuple[Any, ...]:
    return message.at, message.text, message.person_id, message.channel, message.title


def _conversation(key: str, thread: list[IssueMessage], engine: Engine) -> _Conversation:
    thread = sorted(thread, key=_as_said)
    found = told(thread)
    return _Conversation(
        id=key,
        people=frozenset(m.person_id for m in thread),
        channels=tuple(dict.fromkeys(m.channel for m in thread)),
        since=thread[0].at,
        last=thread[-1].at,
        title=found.title,
        empty=not found.text,
        profile=engine.profile(found.text),
        named=entities(found.text),
    )


def _headline(subject: str, said: Sequence[str], thread: Sequence[IssueMessage]) -> str:
    """The subject, or the first sentence that says something, at most `TITLE_LENGTH` characters."""
    sentences = [part.strip() for text in said for part in _SENTENCE.split(text)]
    telling = [part for part in sentences if len(part.split()) >= 3 and not says_nothing(part)]
    title = subject or next(iter(telling or sentences), "") or _of_few_words(thread)
    title = " ".join(title.split())
    title = title[:1].upper() + title[1:]
    if len(title) > TITLE_LENGTH:
        title = title[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–") + "…"
    return title.rstrip(".")


def _of_few_words(thread: Sequence[IssueMessage]) -> str:
    """What to call a conversation in which nothing is said: its first words, or what it shows."""
    found = (name for message in thread if (name := clean(message.text) or shows(message.text)))
    return next(found, "No words")


def _follow_ups(
    conversations: Mapping[str, _Conversation], telling: Mapping[str, _Conversation], rules: Rules
) -> dict[str, str]:
    """Conversations that say nothing, each with the one of the same person that it asks about.

    The newest begun before it, else the first begun after it.
    """
    joined: dict[str, str] = {}
    for key, asking in conversations.items():
        if not asking.empty:
            continue
        own = [other for other in telling.values() if other.people & asking.people]
        before = [other for other in own if other.since <= asking.since]
        after = [other for other in own if other.since > asking.since]
        wanted = [
            *sorted(before, key=lambda c: (c.since, c.id), reverse=True),
            *sorted(after, key=lambda c: (c.since, c.id)),
        ]
        target = next((other for other in wanted if not rules.apart((key,), (other.id,))), None)
        if target is not None:
            joined[key] = target.id
    return joined


def _scores(telling: Mapping[str, _Conversation], engine: Engine) -> dict[Pair, float]:
    keys = sorted(telling)
    engine.expect(len(keys))
    return {
        (a, b): probability(_log_odds(telling[a], telling[b], engine))
        for position, a in enumerate(keys)
        for b in keys[position + 1 :]
    }


def _log_odds(a: _Conversation, b: _Conversation, engine: Engine) -> float:
    return engine.log_odds(a.profile, b.profile) + _beside_text(a, b)


def _beside_text(a: _Conversation, b: _Conversation) -> float:
    """What named things, person and time add to the log-odds."""
    same, differing = a.named & b.named, _differing(a, b)
    total = min(_MOST_FOR_NAMED, sum(sorted(_SAME[entity.kind] for entity in same)))
    total += _OTHER_NUMBERS if differing else 0.0
    total += _SAME_PERSON if a.people & b.people else 0.0
    apart = abs(a.since - b.since)
    return total + (_SAME_TIME if apart <= NEAR else _LONG_APART if apart > FAR else 0.0)


def _differing(a: _Conversation, b: _Conversation) -> tuple[Entity, ...]:
    """Order or invoice numbers when both name some and share none."""
    left = {entity for entity in a.named if entity.kind == "number"}
    right = {entity for entity in b.named if entity.kind == "number"}
    return tuple(sorted(left | right)) if left and right and not left & right else ()


def _issue(members: Sequence[_Conversation]) -> Issue:
    ordered = sorted(members, key=lambda c: (c.since, c.id))
    telling = [member for member in ordered if not member.empty] or ordered
    clearest = min(telling, key=lambda c: (abs(len(c.title) - 45), c.since, c.id))
    return Issue(
        id=ordered[0].id,
        title=clearest.title,
        conversations=tuple(member.id for member in ordered),
        people=tuple(dict.fromkeys(person for member in ordered for person in sorted(member.people))),
        channels=tuple(dict.fromkeys(channel for member in ordered for channel in member.channels)),
        since=ordered[0].since,
    )


def _proposals(
    groups: Sequence[Sequence[int]],
    linkage: Linkage,
    rules: Rules,
    scores: Mapping[Pair, float],
    conversations: Mapping[str, _Conversation],
    engine: Engine,
) -> tuple[Proposal, ...]:
    found: list[Proposal] = []
    names = [[key for number in numbers for key in linkage.bunches[number]] for numbers in groups]
    for position, one in enumerate(groups):
        for offset, other in enumerate(groups[position + 1 :], start=position + 1):
            score = linkage.average(one, other)
            if score < engine.propose or rules.apart(names[position], names[offset]):
                continue
            best = max(
                ((scores.get(pair(a, b), 0.0), a, b) for a in names[position] for b in names[offset]),
                key=lambda found: (found[0], found[1], found[2]),
            )
            a, b = sorted(best[1:], key=lambda key: (conversations[key].since, key))
            found.append(Proposal(a, b, score))
    return tuple(sorted(found, key=lambda proposal: (-proposal.score, proposal.a, proposal.b)))


def _why(a: _Conversation, b: _Conversation, engine: Engine, *, said: bool | None, follow_up: bool) -> Why:
    shared = engine.shared(a.profile, b.profile)
    named = tuple(sorted(a.named & b.named))
    apart = abs(a.since - b.since)
    silent = a.empty or b.empty
    score = 0.0 if silent else probability(_log_odds(a, b, engine))
    reasons: list[str] = []
    if said is not None:
        reasons.append("A rep said these are one issue" if said else "A rep said these are different issues")
    elif follow_up:
        reasons.append("Says nothing of its own, so it follows the same person's other conversation")
    elif silent:
        reasons.append("What says nothing of its own is like nothing")
    if named:
        reasons.append("both name " + ", ".join(entity.value for entity in named[:3]))
    if differing := _differing(a, b):
        reasons.append("they name different numbers: " + ", ".join(entity.value for entity in differing[:4]))
    if shared.words:
        reasons.append("shared words: " + ", ".join(shared.words[:5]))
    if shared.concepts:
        reasons.append("both about " + ", ".join(shared.concepts[:4]))
    if a.people & b.people:
        reasons.append("same person")
    likeness = f"Likeness {_told(score)} ({engine.name}; linked from {_told(engine.link)})"
    text = "; ".join(reasons) or "Nothing in common was found"
    return Why(
        score=score,
        engine=engine.name,
        words=shared.words,
        concepts=shared.concepts,
        named=named,
        differing=differing,
        same_person=bool(a.people & b.people),
        apart=apart,
        said=said,
        follow_up=follow_up,
        sentence=f"{text[:1].upper()}{text[1:]}. {likeness}.",
    )


def _told(probability: float) -> str:
    """Two places, and a third where it tells something: from 0.995 on is not the same as from 0.99."""
    return f"{probability:.3f}".removesuffix("0")
