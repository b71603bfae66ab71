"""Which policy is a conversation's: the first, in the order of watchbell.toml, whose conditions all hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.durations import DAY, human
from bot.settings.model import Match, Policy


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What is known of a conversation and its account. None and empty mean "not known", which matches no
    condition that asks for it."""

    channel: str | None = None
    priority: str | None = None
    tags: Sequence[str] = ()
    team: str | None = None
    plan: str | None = None
    segment: str | None = None
    accounts: Sequence[str] = ()
    """Name and ids of the account, each of which a policy may use."""
    attributes: Mapping[str, object] = field(default_factory=dict)
    """Custom attributes of the conversation and its account."""
    spend: float | None = None
    """Monthly, in the currency of the workspace."""
    risk: int | None = None
    trial_days_left: int | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """A policy and, in words, the rule that made it this conversation's."""

    policy: Policy
    rule: str


def match(facts: PolicyFacts, policies: Iterable[Policy]) -> Matched | None:
    """The first policy that matches, or None: a conversation without a policy has no clock."""
    for policy in policies:
        if holds(policy.match, facts):
            return Matched(policy, describe(policy.match))
    return None


def holds(conditions: Match, facts: PolicyFacts) -> bool:
    """Whether all conditions hold. Words are compared without regard to case and outer space."""
    return (
        _one_of(conditions.plan, (facts.plan,))
        and _one_of(conditions.segment, (facts.segment,))
        and _one_of(conditions.tag, facts.tags)
        and _one_of(conditions.channel, (facts.channel,))
        and _one_of(conditions.team, (facts.team,))
        and _one_of(conditions.priority, (facts.priority,))
        and _one_of(conditions.account, facts.accounts)
        and all(
            _one_of(wanted, _values(facts.attributes.get(name))) for name, wanted in conditions.attributes
        )
        and _at_least(facts.spend, conditions.spend_from)
        and _at_least(facts.risk, conditions.risk_from)
        and _within(facts.trial_days_left, conditions.trial_ends_within)
    )


def describe(conditions: Match) -> str:
    """The conditions as a rep reads them: "plan is Enterprise and tag is vip or urgent"."""
    parts = [
        f"{name} is {' or '.join(wanted)}"
        for name, wanted in (
            ("plan", conditions.plan),
            ("segment", conditions.segment),
            ("tag", conditions.tag),
            ("channel", conditions.channel),
            ("team", conditions.team),
            ("priority", conditions.priority),
            ("account", conditions.account),
            *conditions.attributes,
        )
        if wanted
    ]
    if conditions.spend_from is not None:
        parts.append(f"monthly spend is {conditions.spend_from:,.10g} or more")
    if conditions.risk_from is not None:
        parts.append(f"risk is {conditions.risk_from} or more")
    if conditions.trial_ends_within is not None:
        parts.append(f"trial ends within {human(conditions.trial_ends_within)}")
    return " and ".join(parts) or "every conversation"


def _one_of(wanted: Sequence[str], known: Iterable[str | None]) -> bool:
    if not wanted:
        return True
    folded = {_fold(word) for word in wanted}
    return any(word is not None and _fold(word) in folded for word in known)


def _values(value: object) -> tuple[str | None, ...]:
    """An attribute's value as the words that a policy can name: lists by element, true and false in words."""
    if value is None:
        return ()
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(word for item in value for word in _values(item))
    if isinstance(value, bool):
        return (str(value),)
    if isinstance(value, float) and value.is_integer():
        return (str(int(value)),)
    return (str(value),)


def _at_least(known: float | None, least: float | None) -> bool:
    return least is None or (known is not None and known >= least)


def _within(days_left: int | None, seconds: int | None) -> bool:
    """A trial that is over no longer ends within anything."""
    return seconds is None or (days_left is not None and 0 <= days_left * DAY <= seconds)


def _fold(word: str) -> str:
    return " ".join(word.casefold().split())
