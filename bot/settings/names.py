"""Which names the environment's settings have, and which look like one of them and are none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.settings.values import nearest

NAMES = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "INTERCOM_TOKEN",
    "INTERCOM_CLIENT_SECRET",
    "INTERCOM_REGION",
    "INTERCOM_API_URL",
    "DATABASE_URL",
    "WATCHBELL_CONFIG",
    "WATCHBELL_MODEL",
    "HEARTBEAT_URL",
    "PORT",
    "LLM_URL",
    "LLM_KEY",
    "LLM_MODEL",
    "MAILBOX_HOST",
    "MAILBOX_USER",
    "MAILBOX_PASSWORD",
    "MAILBOX_PORT",
    "MAILBOX_SECURITY",
    "MAILBOX_CA",
    "MAILBOX_TOKEN_URL",
    "MAILBOX_CLIENT_ID",
    "MAILBOX_CLIENT_SECRET",
    "MAILBOX_REFRESH_TOKEN",
    "MAILBOX_SCOPE",
)
"""Every setting. Each may stand in a file as well, named by the same with _FILE behind it."""

_PREFIXES = ("SLACK_", "INTERCOM_", "MAILBOX_", "LLM_", "WATCHBELL_", "HEARTBEAT_")
"""How settings begin that are hardly another program's."""

_CLOSE = 0.81
"""Likeness from which a name is one of ours with a slip: HEARTBEAT for HEARTBEAT_URL, not EXPORT for PORT."""

_KNOWN = (*NAMES, *(f"{name}_FILE" for name in NAMES))


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name that is no setting. `meant` is the setting it resembles; `close`: so much that it is a slip."""

    name: str
    meant: str | None
    close: bool

    @property
    def prefix(self) -> str | None:
        """What it has in common with settings: None where nothing but a likeness does."""
        return next((prefix for prefix in _PREFIXES if self.name.upper().startswith(prefix)), None)


def strangers(names: Iterable[str]) -> list[Stranger]:
    """Those that begin like a setting, or are written nearly like one. What else there is is not ours."""
    found = (_stranger(name) for name in names if name not in _KNOWN)
    return [each for each in found if each.prefix is not None or each.close]


def setting_of(name: str) -> str:
    """The setting that a name gives, itself or by a file."""
    return name.removesuffix("_FILE")


def _stranger(name: str) -> Stranger:
    lower = [each.lower() for each in _KNOWN]
    meant, close = nearest(name, lower), nearest(name, lower, _CLOSE)
    return Stranger(name, meant.upper() if meant else None, close is not None)
