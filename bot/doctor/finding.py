"""What a check found: one line, and under a failure the mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from bot.errors import ConfigError

State = Literal["ok", "fails", "not checked"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names what was looked at, `told` says what was seen, `mend` what to do about a failure.

    `check` is one of few short names, for a column; `about` is which person, channel or thing of that kind.
    """

    check: str
    state: State
    told: str
    mend: str = ""
    about: str = ""

    def as_dict(self) -> Mapping[str, str]:
        return asdict(self)


def ok(check: str, told: str, *, about: str = "") -> Finding:
    return Finding(check, "ok", told, about=about)


def fails(check: str, told: str, mend: str, *, about: str = "") -> Finding:
    return Finding(check, "fails", told, mend, about)


def not_checked(check: str, why: str, *, about: str = "") -> Finding:
    """Something else is in the way, which has a finding of its own."""
    return Finding(check, "not checked", why, about=about)


def of_error(check: str, error: ConfigError, *, about: str = "") -> Finding:
    """A check that raised: its sentence and its mend."""
    return fails(check, f"{error.setting}: {error.problem}", error.mend, about=about)
