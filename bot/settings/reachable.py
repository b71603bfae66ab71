"""Rules that can never match, because an earlier one takes everything they would take."""

from __future__ import annotations

from collections.abc import Sequence

from bot.settings.model import Match, Policy


def taken_by(policies: Sequence[Policy], later: Policy) -> Policy | None:
    """The first of `policies` that matches whatever `later` matches, or None.

    Rules are compared two by two: several that only together leave nothing over are not found.
    """
    return next((policy for policy in policies if implies(later.match, policy.match)), None)


def implies(narrow: Match, wide: Match) -> bool:
    """Whether everything that `narrow` matches is matched by `wide` too."""
    attributes = dict(narrow.attributes)
    return (
        all(_within(getattr(narrow, name), getattr(wide, name)) for name in _LISTS)
        and all(_within(attributes.get(name, ()), wanted) for name, wanted in wide.attributes)
        and _at_least(narrow.spend_from, wide.spend_from)
        and _at_least(narrow.risk_from, wide.risk_from)
        and _at_least(_negative(narrow.trial_ends_within), _negative(wide.trial_ends_within))
    )


_LISTS = ("plan", "segment", "tag", "channel", "team", "priority", "account")


def _within(narrow: Sequence[str], wide: Sequence[str]) -> bool:
    """Of a list one value is enough, so fewer values are narrower, and no list at all is the widest."""
    if not wide:
        return True
    folded = {_fold(word) for word in wide}
    return bool(narrow) and all(_fold(word) in folded for word in narrow)


def _at_least(narrow: float | None, wide: float | None) -> bool:
    return wide is None or (narrow is not None and narrow >= wide)


def _negative(number: int | None) -> int | None:
    return -number if number is not None else None


def _fold(word: str) -> str:
    return " ".join(word.casefold().split())
