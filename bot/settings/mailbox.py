"""A mailbox outside Intercom: where it is and who may read it (secrets), and what is read ([mailbox])."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from bot.durations import DAY, HOUR, MINUTE
from bot.errors import ConfigError
from bot.settings.reader import Table
from bot.settings.values import shown

Security = Literal["tls", "starttls", "none"]

_PORTS: dict[Security, int] = {"tls": 993, "starttls": 143, "none": 143}
_THIS_MACHINE = ("localhost", "127.0.0.1")
_MASK = "•••"
_OURS = re.compile(r"[^\s@<>]*@[^\s@<>]+\.[^\s@<>]+")
_SERVER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,250}")


@dataclass(frozen=True, slots=True)
class TokenSecrets:
    """Where access tokens come from, for a server that takes no password (OAuth 2.0).

    Without a `refresh_token` the application asks in its own name. Nothing but `url` is shown by `repr`.
    """

    url: str
    client_id: str = field(repr=False)
    client_secret: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scope: str | None = field(default=None, repr=False)

    def hidden(self) -> tuple[str | None, ...]:
        """What must not be shown."""
        return self.client_secret, self.refresh_token


@dataclass(frozen=True, slots=True, repr=False)
class MailboxSecrets:
    """How the mailbox is reached: with a password, or with access tokens. `repr` and `str` mask user and
    password.

    `security`: TLS from the first byte, TLS by STARTTLS, or none. `authority` is a file with the certificate
    that the server's is signed by, where the machine does not know it.
    """

    host: str
    user: str
    password: str
    port: int
    security: Security = "tls"
    authority: Path | None = None
    token: TokenSecrets | None = None

    def hidden(self) -> tuple[str | None, ...]:
        """What must not be shown."""
        return self.password, *(self.token.hidden() if self.token is not None else ())

    def __repr__(self) -> str:
        told = ", ".join(
            f"{each.name}={_MASK if each.name in ('user', 'password') else getattr(self, each.name)}"
            for each in fields(self)
        )
        return f"MailboxSecrets({told})"


@dataclass(frozen=True, slots=True)
class MailboxConfig:
    """[mailbox]: what is read. Lengths are seconds of plain time.

    `folders` hold what came in, `sent` what was sent from the mailbox; None: the folder that the server marks
    as such. `since`: how far back the first reading goes. `ours` are addresses and domains ("@example.com")
    of the team beside the mailbox's own and those of Intercom's teammates. `vouched_by` is the name of the
    server whose Authentication-Results are believed; "": nobody's.
    """

    folders: tuple[str, ...] = ("INBOX",)
    sent: tuple[str, ...] | None = None
    since: int = 90 * DAY
    every: int = 2 * MINUTE
    ours: tuple[str, ...] = ()
    vouched_by: str = ""


def read_mailbox(table: Table) -> MailboxConfig:
    """Read the section."""
    usual = MailboxConfig()
    folders, sent = table.texts("folders"), table.texts("sent")
    config = MailboxConfig(
        folders=folders if "folders" in table else usual.folders,
        sent=sent if "sent" in table else usual.sent,
        since=table.seconds("since", usual.since, least=DAY, most=366 * DAY),
        every=table.seconds("every", usual.every, least=30, most=HOUR),
        ours=tuple(each.lower() for each in table.each("ours", _ours, 'Write "help@example.com".')),
        vouched_by=table.text("vouched_by", usual.vouched_by),
    )
    if not config.folders and config.sent == () and not table.report.problems:
        table.fault("folders", "is empty: nothing would be read.", "Name one, or take the line out.")
    if config.vouched_by and not _SERVER.fullmatch(config.vouched_by):
        told = f"{shown(config.vouched_by)} is not the name of a server."
        table.fault("vouched_by", told, 'Write it as its Authentication-Results begin: "mx.example.com".')
    table.done()
    return config


def _ours(text: str) -> str:
    if not _OURS.fullmatch(text):
        raise ValueError(f"{shown(text)} is neither an address nor a domain with its @.")
    return text


def mailbox_secrets(optional: Callable[[str], str | None]) -> MailboxSecrets | None:
    """The mailbox that the environment names, None without MAILBOX_HOST.

    `optional` reads a setting. Raises ConfigError for one that lacks or cannot be meant.
    """
    host = optional("MAILBOX_HOST")
    user, password = optional("MAILBOX_USER"), optional("MAILBOX_PASSWORD")
    port, authority = optional("MAILBOX_PORT"), optional("MAILBOX_CA")
    security = _security(optional("MAILBOX_SECURITY"))
    by_token = [optional(name) for name in _TOKEN]
    if host is None:
        return None
    token = _token(*by_token)
    if user is None:
        lacks = "is not set, and MAILBOX_HOST is."
        raise ConfigError("MAILBOX_USER", lacks, "Set it, or take MAILBOX_HOST out.")
    if password is None and token is None:
        raise ConfigError(
            "MAILBOX_PASSWORD",
            "is not set, and MAILBOX_HOST is.",
            "Set it, or MAILBOX_TOKEN_URL for a server that takes no password, or take MAILBOX_HOST out.",
        )
    if password is not None and token is not None:
        both = "is set, and MAILBOX_TOKEN_URL is too."
        raise ConfigError("MAILBOX_PASSWORD", both, "Take one of the two out.")
    if not _SERVER.fullmatch(host):
        raise ConfigError("MAILBOX_HOST", "is not the name of a server.", "Write it alone: imap.example.com.")
    if port is not None and not (port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65535):
        raise ConfigError("MAILBOX_PORT", "is not a port number.", "Write 993, or take it out.")
    if authority is not None and not Path(authority).is_file():
        raise ConfigError("MAILBOX_CA", f"names {authority}, which is not there.", "Correct the path.")
    if security == "none" and host not in _THIS_MACHINE:
        raise ConfigError(
            "MAILBOX_SECURITY",
            "is none, and everybody on the way could read the password and the mails.",
            "Write tls or starttls; none is for a server on this machine.",
        )
    return MailboxSecrets(
        host=host,
        user=user,
        password=password or "",
        port=int(port) if port is not None else _PORTS[security],
        security=security,
        authority=Path(authority) if authority is not None else None,
        token=token,
    )


_TOKEN = (
    "MAILBOX_TOKEN_URL",
    "MAILBOX_CLIENT_ID",
    "MAILBOX_CLIENT_SECRET",
    "MAILBOX_REFRESH_TOKEN",
    "MAILBOX_SCOPE",
)


def _token(
    url: str | None, client_id: str | None, secret: str | None, refresh: str | None, scope: str | None
) -> TokenSecrets | None:
    if url is None:
        return None
    if not _is_safe(url):
        raise ConfigError(
            "MAILBOX_TOKEN_URL",
            "is no https:// address.",
            "Copy the address of the token endpoint from where the application is registered.",
        )
    if client_id is None:
        lacks = "is not set, and MAILBOX_TOKEN_URL is."
        raise ConfigError("MAILBOX_CLIENT_ID", lacks, "Set it, or take MAILBOX_TOKEN_URL out.")
    if secret is None and refresh is None:
        raise ConfigError(
            "MAILBOX_CLIENT_SECRET",
            "is not set, and MAILBOX_REFRESH_TOKEN is not either.",
            "Set the first for an application that reads in its own name, else the second, or both.",
        )
    return TokenSecrets(url, client_id, secret, refresh, scope)


def _is_safe(url: str) -> bool:
    """Whether nobody on the way can read what is sent there."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        return False
    if parts.username is not None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)


def _security(text: str | None) -> Security:
    match (text or "tls").lower():
        case "tls":
            return "tls"
        case "starttls":
            return "starttls"
        case "none":
            return "none"
    raise ConfigError("MAILBOX_SECURITY", "is not known.", "Write tls, starttls or none.")
