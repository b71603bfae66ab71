"""Which new problem several accounts tell at once. Pure: values in, values out.

Conversations of different accounts are compared two by two, as those of one account are. A pair alone means
nothing here: several accounts must be like one conversation within hours, and what is ordinary for this
workspace, as its last days have it (`bot/accounts/ordinary.py`), is no news however often it is told.
The levels were set with benchmarks/spreading.py in view, which has the figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.accounts import ordinary
from bot.accounts.clusters import Rules
from bot.accounts.entities import Entity, entities
from bot.accounts.lexical import probability
from bot.accounts.ordinary import ASKING, DOUBT, Nearest, Past
from bot.likeness import Engine

LOOKED_AT = 16
"""Of all that are recent, so many that are nearest to a conversation are compared with it in earnest."""

STRICTER = 0.97
"""The likeness at which problems are looked for before they are at the engine's own (`across`)."""
_NAMED = {"error": 1.5, "page": 1.5, "version": 0.7}
_MOST_NAMED = 3.0
_FARTHEST = 0.15
"""A nearness of gists below which nothing is compared."""

Order = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Begun:
    """A conversation that a customer has begun. `text` is cleaned; `title` what it is called in one line.

    `account` None: it is not known; it is told with the others and does not count.
    """

    id: str
    account: str | None
    at: datetime
    text: str
    title: str

    @property
    def order(self) -> Order:
        return self.at, self.id


@dataclass(frozen=True, slots=True)
class Spread:
    """Conversations of several accounts about one new problem, oldest first.

    `middle` is the one that all others are like, `level` how like at least.
    """

    title: str
    middle: str
    level: float
    members: tuple[str, ...]
    accounts: frozenset[str]
    since: datetime

    @property
    def speakers(self) -> tuple[str, ...]:
        """The middle and some others: the past is asked with them."""
        return (self.middle, *(each for each in self.members if each != self.middle))[:ASKING]


@dataclass(frozen=True, slots=True)
class _Known:
    begun: Begun
    profile: Any
    gist: Any
    named: frozenset[Entity]


def _every(_: str) -> bool:
    return True


def _any(_: Spread) -> bool:
    return True


class Recent:
    """The conversations begun of late, each compared with those before it as it comes.

    Holds `len(self)` profiles, 40 kB each at most.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._known: dict[str, _Known] = {}
        self._scores: dict[str, dict[str, float]] = {}

    def __contains__(self, conversation_id: object) -> bool:
        return conversation_id in self._known

    def __len__(self) -> int:
        return len(self._known)

    def __getitem__(self, conversation_id: str) -> Begun:
        return self._known[conversation_id].begun

    def ids(self) -> list[str]:
        return list(self._known)

    def put_all(self, begun: Iterable[Begun]) -> None:
        """Take in several at once, by their beginning, whatever order they come in."""
        for each in sorted(begun, key=lambda each: each.order):
            self.put(each)

    def put(self, begun: Begun) -> None:
        """Take a conversation in, or what has become of it. One that says nothing is like nothing."""
        before = self._known.get(begun.id)
        if before is not None and before.begun.text == begun.text and before.begun.account == begun.account:
            self._known[begun.id] = _Known(begun, before.profile, before.gist, before.named)
            return
        self.drop(begun.id)
        profile = self.engine.profile(begun.text)
        one = _Known(begun, profile, self.engine.gist(profile), entities(begun.text))
        scores = self._scores.setdefault(begun.id, {})
        for other in self._nearest(one) if begun.text else ():
            score = self._score(one, other)
            if score >= self.engine.across:
                scores[other.begun.id] = self._scores[other.begun.id][begun.id] = score
        self._known[begun.id] = one

    def drop(self, conversation_id: str) -> Any:
        """Forget a conversation; its gist, None where it was not known."""
        known = self._known.pop(conversation_id, None)
        for other in self._scores.pop(conversation_id, ()):
            self._scores[other].pop(conversation_id, None)
        return known.gist if known is not None else None

    def gist(self, conversation_id: str) -> Any:
        return self._known[conversation_id].gist

    def nearest(self, conversation_id: str, past: Mapping[str, Any]) -> Nearest:
        """Of the past, by gists, the conversations that are nearest to one."""
        return ordinary.nearest(self.engine, self.gist(conversation_id), past)

    def asked(self, conversation_id: str, near: Nearest, texts: Mapping[str, str]) -> Past:
        """What the past has of a conversation; `texts` are the cleaned ones of the nearest."""
        return ordinary.asked(self.engine, self._known[conversation_id].profile, near, texts)

    def told_before(
        self, spread: Spread, pasts: Sequence[Past], accounts: int, *, doubt: float = DOUBT
    ) -> int:
        """How many conversations of the past tell the like of a problem; `pasts` are those of its speakers.

        `accounts`: so many must tell it, so in so many wordings.
        """
        known = [self._known[each] for each in spread.members]
        copied = len({each.begun.text for each in known}) < accounts
        at = ordinary.counts_from(spread.level, self.engine.ordinary, copied=copied, doubt=doubt)
        return ordinary.told_before(pasts, at, _shared_errors(known))

    def touching(self, members: Iterable[str], level: float) -> set[str]:
        """Conversations that are as like as `level` to any of these."""
        return {
            other for each in members for other, score in self._scores.get(each, {}).items() if score >= level
        }

    def around(self, conversations: Iterable[str]) -> set[str]:
        """These, what is like them, and what is like that: all that a problem of theirs can be made of."""
        near = {other for each in conversations for other in (each, *self._scores.get(each, ()))}
        return near.union(*(self._scores.get(each, ()) for each in near))

    def spreads(
        self,
        accounts: int,
        *,
        free: Callable[[str], bool] = _every,
        rules: Rules | None = None,
        issues: Mapping[str, str] | None = None,
        among: Iterable[str] | None = None,
        holds: Callable[[Spread], bool] = _any,
    ) -> tuple[Spread, ...]:
        """Problems that at least so many accounts tell, among the conversations that are `free`.

        No conversation is in two of them. Each is one conversation with those that tell the same as it: a
        chain of half likenesses makes no problem. They are looked for at each level, the strictest first, and
        at each the one with the most accounts is taken first; what `holds` says no to may be part of another
        one at the next. `issues` names the problem of its own account that a conversation belongs to: those
        go together. With `among`, only problems around these and what is like them: what has come since the
        last look.
        """
        held = rules or Rules(())
        problems = _Problems(issues or {})
        left = {each for each in self._known if free(each)}
        problems.take(left)
        beside = self._beside(among, left)
        found: list[Spread] = []
        for level in (STRICTER, self.engine.across):
            for spread in self._at(level, accounts, left, beside, held, problems):
                if holds(spread):
                    found.append(spread)
                    left.difference_update(spread.members)
        return tuple(sorted(found, key=lambda spread: (spread.since, spread.members)))

    def _at(
        self,
        level: float,
        accounts: int,
        free: set[str],
        beside: set[str],
        rules: Rules,
        problems: _Problems,
    ) -> list[Spread]:
        """The problems at one level."""
        left = set(free)
        # A problem's middle is linked with one conversation of every other account at least.
        heard = {
            each: self._around(each, left, rules, level, problems)
            for each in sorted(beside & left)
            if len(self._scores[each]) >= accounts - 1
        }
        found: list[Spread] = []
        while heard:
            middle = min(heard, key=lambda each: (-len(self._accounts(heard[each])), self[each].order))
            members = heard[middle]
            if len(self._accounts(members)) < accounts:
                break
            found.append(self._spread(middle, level, members))
            left -= members
            heard = {
                each: around
                if around.isdisjoint(members)
                else self._around(each, left, rules, level, problems)
                for each, around in heard.items()
                if each in left
            }
        return found

    def joining(
        self, members: Iterable[str], *, free: Callable[[str], bool], rules: Rules | None = None
    ) -> tuple[str, ...]:
        """Which of the free ones tell the problem of these members too, oldest first."""
        held = rules or Rules(())
        inside = set(members)
        known = [each for each in inside if each in self._known]
        heard: dict[str, int] = defaultdict(int)
        for each in known:
            for other, score in self._scores[each].items():
                if score >= self.engine.across and other not in inside and free(other):
                    heard[other] += 1
        # One likeness may be a chance, and of a large problem the nearest alone were looked at.
        enough = 2 if len(known) > 2 else 1
        found = [each for each, count in heard.items() if count >= enough and not held.apart((each,), inside)]
        return tuple(sorted(found, key=lambda each: self[each].order))

    def _beside(self, among: Iterable[str] | None, left: set[str]) -> set[str]:
        if among is None:
            return left
        new = [each for each in among if each in self._known]
        return left.intersection({*new, *(other for each in new for other in self._scores[each])})

    def _nearest(self, one: _Known) -> list[_Known]:
        """Those worth comparing with it: of other accounts, the nearest first."""
        account, near = one.begun.account, self.engine.near
        found = []
        for other in self._known.values():
            if account is not None and account == other.begun.account:
                continue
            how_near = near(one.gist, other.gist)
            if how_near >= _FARTHEST:
                found.append((-how_near, other.begun.id))
        return [self._known[each] for _, each in sorted(found)[:LOOKED_AT]]

    def _around(
        self, middle: str, left: set[str], rules: Rules, across: float, problems: _Problems
    ) -> set[str]:
        """A conversation with those that tell the same, without any that a rep keeps apart from it."""
        near = sorted(
            (-score, self[other].order, other)
            for other, score in self._scores[middle].items()
            if score >= across and other in left
        )
        members = {middle}
        for _, _, other in near:
            if not rules.apart((other,), members):
                members.add(other)
        for other in sorted(problems.beside(members) & left):
            if not rules.apart((other,), members):
                members.add(other)
        return members

    def _spread(self, middle: str, level: float, members: set[str]) -> Spread:
        ordered = sorted(members, key=lambda each: self[each].order)
        return Spread(
            title=self[middle].title,
            middle=middle,
            level=level,
            members=tuple(ordered),
            accounts=self._accounts(members),
            since=self[ordered[0]].at,
        )

    def _accounts(self, members: Iterable[str]) -> frozenset[str]:
        named = (self[each].account for each in members)
        return frozenset(each for each in named if each is not None)

    def _score(self, a: _Known, b: _Known) -> float:
        # Two customers' order numbers differ anyway; an error or a page that both name is telling.
        named = min(_MOST_NAMED, sum(sorted(_NAMED.get(each.kind, 0.0) for each in a.named & b.named)))
        return probability(self.engine.log_odds(a.profile, b.profile) + named)


class _Problems:
    """The conversations of each account's own problems."""

    def __init__(self, issues: Mapping[str, str]) -> None:
        self._issues = issues
        self._of: dict[str, set[str]] = defaultdict(set)

    def take(self, conversations: Iterable[str]) -> None:
        for each in conversations:
            if each in self._issues:
                self._of[self._issues[each]].add(each)

    def beside(self, members: Iterable[str]) -> set[str]:
        """The others of the members' problems."""
        found: set[str] = set()
        for each in members:
            found |= self._of.get(self._issues.get(each, ""), set())
        return found - set(members)


def _shared_errors(members: Sequence[_Known]) -> frozenset[Entity]:
    """Errors that most of these name."""
    named = Counter(each for known in members for each in known.named if each.kind == "error")
    return frozenset(each for each, count in named.items() if 2 * count > len(members))
