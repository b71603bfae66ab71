"""Secrets and addresses from the environment, `.env` and files named by *_FILE. Never shown, never logged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values

from bot.errors import ConfigError, ConfigErrors
from bot.settings.addresses import database_parts, is_web_address
from bot.settings.mailbox import MailboxSecrets, mailbox_secrets
from bot.settings.names import NAMES, Stranger, setting_of, strangers

DEFAULT_DATABASE_URL = "sqlite:///.watchbell/watchbell.db"
DEFAULT_CONFIG = "watchbell.toml"
DEFAULT_MODEL = ".watchbell/model"
SLACK_API_URL = "https://slack.com/api/"
INTERCOM_API_URLS = {
    "us": "https://api.intercom.io",
    "eu": "https://api.eu.intercom.io",
    "au": "https://api.au.intercom.io",
}
MASK = "•••"
_FROM_INTERCOM = "Copy the access token from Configure, Authentication of your Intercom app."
_NOT_SECRET = ("port", "intercom_region", "config", "model", "llm_model", "mailbox", "idle")
_SWITCHES = {
    "LLM_KEY": ("LLM_URL", "LLM_MODEL"),
    "MAILBOX_HOST": tuple(name for name in NAMES if name.startswith("MAILBOX_") and name != "MAILBOX_HOST"),
}
"""Settings without which others do nothing."""

Region = Literal["us", "eu", "au"]


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What the bot needs to reach Slack, Intercom and its database. `repr` and `str` mask every secret.

    `idle` has each setting that is not set, with the names of those that do nothing without it and are set.
    """

    slack_bot_token: str
    intercom_token: str
    slack_app_token: str | None = None
    slack_signing_secret: str | None = None
    port: int | None = None
    intercom_client_secret: str | None = None
    intercom_region: Region = "us"
    database_url: str = DEFAULT_DATABASE_URL
    config: Path = Path(DEFAULT_CONFIG)
    model: Path = Path(DEFAULT_MODEL)
    heartbeat_url: str | None = None
    llm_url: str | None = None
    llm_key: str | None = None
    llm_model: str | None = None
    slack_api_url: str = SLACK_API_URL
    intercom_api_url: str = INTERCOM_API_URLS["us"]
    mailbox: MailboxSecrets | None = None
    idle: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def socket_mode(self) -> bool:
        """Slack over Socket Mode; otherwise over signed HTTP on `port`."""
        return self.slack_app_token is not None

    def hidden(self) -> frozenset[str]:
        """Every value that must not be shown, the database's password included."""
        try:
            password = urlsplit(self.database_url).password
        except ValueError:
            password = None
        values = (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.intercom_token,
            self.intercom_client_secret,
            self.heartbeat_url,
            self.llm_key,
            *(self.mailbox.hidden() if self.mailbox is not None else ()),
            password,
            unquote(password) if password else None,
        )
        return frozenset(value for value in values if value)

    def __repr__(self) -> str:
        shown = ", ".join(f"{field.name}={self._shown(field.name)}" for field in fields(self))
        return f"Secrets({shown})"

    def _shown(self, name: str) -> str:
        value = getattr(self, name)
        if value is None or name in _NOT_SECRET:
            return str(value)
        if name == "database_url":
            return f"{str(value).partition(':')[0]}:{MASK}"
        if name.endswith("_api_url") or name == "llm_url":
            return f"{urlsplit(value).scheme}://{urlsplit(value).hostname}"
        return MASK


def load_secrets(environ: Mapping[str, str], dotenv: Path | None = None) -> Secrets:
    """Read the settings from a mapping such as `os.environ`, after it from the `.env` file at `dotenv`.

    Any setting may stand in a file instead, named by the setting's name with _FILE behind it. Raises
    ConfigError, which names the setting and the mend but never a value that could be secret; of what is
    needed and not set it names all.
    """
    read = _reader(environ, dotenv)
    bot_token = read.required(
        "SLACK_BOT_TOKEN", "Copy the bot token (xoxb-…) from OAuth & Permissions of your Slack app."
    )
    app_token = read.optional("SLACK_APP_TOKEN")
    signing_secret = read.optional("SLACK_SIGNING_SECRET")
    port = _port(read.optional("PORT"))
    if app_token is None and signing_secret is None:
        read.lacks(
            "SLACK_APP_TOKEN",
            "is not set, and SLACK_SIGNING_SECRET is not either.",
            "Set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET and PORT for HTTP.",
        )
    elif app_token is None and port is None:
        read.lacks(
            "PORT",
            "is not set, and SLACK_SIGNING_SECRET asks for HTTP.",
            "Set PORT to the port Slack's requests reach, or SLACK_APP_TOKEN for Socket Mode.",
        )
    intercom_token = read.required("INTERCOM_TOKEN", _FROM_INTERCOM)
    read.complete()
    _check_prefix("SLACK_BOT_TOKEN", bot_token, "xoxb-", "a bot token", "OAuth & Permissions")
    if app_token is not None:
        _check_prefix("SLACK_APP_TOKEN", app_token, "xapp-", "an app-level token", "Basic Information")
    region, intercom_api_url = _intercom(read, intercom_token)
    llm_url, llm_key, llm_model = _language_model(read)
    return Secrets(
        slack_bot_token=bot_token,
        slack_app_token=app_token,
        slack_signing_secret=signing_secret,
        port=port,
        intercom_token=intercom_token,
        intercom_client_secret=read.optional("INTERCOM_CLIENT_SECRET"),
        intercom_region=region,
        database_url=_database_url(read.optional("DATABASE_URL")),
        config=_config_path(read),
        model=Path(read.optional("WATCHBELL_MODEL") or DEFAULT_MODEL),
        heartbeat_url=_optional_url("HEARTBEAT_URL", read.optional("HEARTBEAT_URL")),
        llm_url=llm_url,
        llm_key=llm_key,
        llm_model=llm_model,
        slack_api_url=_url("SLACK_API_URL", read.optional("SLACK_API_URL") or SLACK_API_URL).rstrip("/")
        + "/",
        intercom_api_url=intercom_api_url,
        mailbox=mailbox_secrets(read.optional),
        idle=_idle(read),
    )


def _idle(read: _Reader) -> tuple[tuple[str, tuple[str, ...]], ...]:
    off = (switch for switch in _SWITCHES if read.optional(switch) is None)
    found = ((switch, tuple(name for name in _SWITCHES[switch] if read.optional(name))) for switch in off)
    return tuple((switch, names) for switch, names in found if names)


def _language_model(read: _Reader) -> tuple[str | None, str | None, str | None]:
    """Address, key and name of the model for drafts: all three, or none of them. The key switches it on."""
    url, key, model = (read.optional(name) for name in ("LLM_URL", "LLM_KEY", "LLM_MODEL"))
    if key is None:
        return None, None, None
    if url is None or model is None:
        raise ConfigError(
            "LLM_URL" if url is None else "LLM_MODEL",
            "is not set, and LLM_KEY is.",
            "Set LLM_URL and LLM_MODEL as the model's server names them, or take LLM_KEY out.",
        )
    _check_plain("LLM_KEY", key, "from where the model's server gives it")
    return _url("LLM_URL", url).rstrip("/"), key, model


def _intercom(read: _Reader, token: str) -> tuple[Region, str]:
    """The region and the address, for a token that can be one."""
    _check_plain("INTERCOM_TOKEN", token, "from Configure, Authentication of your Intercom app")
    region = _region(read.optional("INTERCOM_REGION"))
    address = read.optional("INTERCOM_API_URL") or INTERCOM_API_URLS[region]
    return region, _url("INTERCOM_API_URL", address).rstrip("/")


def load_intercom(environ: Mapping[str, str], dotenv: Path | None = None) -> tuple[str, str]:
    """Intercom's token and address, from where `load_secrets` has them: for commands that need no Slack."""
    read = _reader(environ, dotenv)
    token = read.required("INTERCOM_TOKEN", _FROM_INTERCOM)
    read.complete()
    return token, _intercom(read, token)[1]


def load_database_url(environ: Mapping[str, str], dotenv: Path | None = None) -> str:
    """The database's address alone, from where `load_secrets` has it: for commands that need no token."""
    return _database_url(_reader(environ, dotenv).optional("DATABASE_URL"))


def load_model_folder(environ: Mapping[str, str], dotenv: Path | None = None) -> Path:
    """Where the semantic model is, from where `load_secrets` has it: for commands that need no token."""
    return Path(_reader(environ, dotenv).optional("WATCHBELL_MODEL") or DEFAULT_MODEL)


def load_config_path(environ: Mapping[str, str], dotenv: Path | None = None) -> Path:
    """Where watchbell.toml is, from where `load_secrets` has it: for commands that need no token."""
    return _config_path(_reader(environ, dotenv))


def unknown_names(environ: Mapping[str, str], dotenv: Path | None = None) -> list[Stranger]:
    """What the environment has that is no setting, but begins or is written like one: another's, or a slip.

    It counts as close only if the setting that may be meant is not set, there or in the file at `dotenv`.
    """
    try:
        given = {setting_of(name) for name in (*environ, *_dotenv(dotenv))}
    except ConfigError:
        given = {setting_of(name) for name in environ}
    found = [
        replace(each, close=each.close and setting_of(each.meant or "") not in given)
        for each in strangers(environ)
    ]
    return [each for each in found if each.prefix is not None or each.close]


def _config_path(read: _Reader) -> Path:
    return Path(read.optional("WATCHBELL_CONFIG") or DEFAULT_CONFIG)


_NEVER_INSIDE = re.compile(r"[\s\x00-\x1f\x7f]")
_NO_LINE = re.compile(r"[\x00-\x1f\x7f]")
_AMISS = {"MAILBOX_PASSWORD": _NO_LINE, "MAILBOX_SCOPE": _NO_LINE}
"""What no value may hold, and where spaces belong: in what people choose themselves or are given in groups of
letters, and between several scopes."""


class _Reader:
    def __init__(self, environ: Mapping[str, str], dotenv: Mapping[str, str]) -> None:
        self.sources = (environ, dotenv)
        self._missing: list[ConfigError] = []

    def required(self, name: str, mend: str) -> str:
        """The setting's value; without one a stand-in, so that `complete` can tell of all that is missing."""
        value = self.optional(name)
        if value is None:
            self.lacks(name, "is not set.", mend)
        return value or ""

    def lacks(self, name: str, problem: str, mend: str) -> None:
        self._missing.append(ConfigError(name, problem, mend))

    def complete(self) -> None:
        """Raise ConfigError if something that is needed is missing."""
        if self._missing:
            raise ConfigErrors(self._missing)

    def optional(self, name: str) -> str | None:
        """The setting's value without outer space; None if absent or empty. The environment goes first."""
        for source in self.sources:
            value, file = source.get(name, "").strip(), source.get(f"{name}_FILE", "").strip()
            if value and file:
                raise ConfigError(name, f"is set twice, also as {name}_FILE.", "Take one of the two out.")
            if file:
                value = _from_file(f"{name}_FILE", Path(file))
            if value:
                if _AMISS.get(name, _NEVER_INSIDE).search(value):
                    raise ConfigError(
                        name, "has a space or line break in it.", "Copy the value again, alone."
                    )
                return value
        return None


def _reader(environ: Mapping[str, str], path: Path | None) -> _Reader:
    """Raises ConfigError for names in the file that look like settings and are none: nobody reads them."""
    dotenv = _dotenv(path)
    slips = [_slip(each, path) for each in strangers(dotenv)]
    if slips:
        raise ConfigErrors(slips)
    return _Reader(environ, dotenv)


def _slip(stranger: Stranger, path: Path | None) -> ConfigError:
    if stranger.meant is not None:
        mend = f"Did you mean {stranger.meant}?"
    else:
        mend = f"Take it out: what begins with {stranger.prefix} is taken for Watchbell's there."
    return ConfigError(stranger.name, f"is in {path} and is not a setting of Watchbell.", mend)


def _dotenv(path: Path | None) -> dict[str, str]:
    try:
        if path is None or not path.is_file():
            return {}
    except PermissionError:
        # A folder that cannot be looked into, such as that of whoever called sudo, holds no settings for us.
        return {}
    try:
        found = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), "cannot be read.", "Save it as UTF-8 text that you may read.") from error
    return {name: value for name, value in found.items() if value is not None}


def _from_file(setting: str, path: Path) -> str:
    try:
        value = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(setting, f"names {path}, which cannot be read.", "Correct the path.") from error
    if not value:
        raise ConfigError(setting, f"names {path}, which is empty.", "Put the value into it, alone.")
    return value


def _check_prefix(name: str, value: str, prefix: str, kind: str, page: str) -> None:
    if not re.fullmatch(rf"{prefix}[A-Za-z0-9-]+", value):
        raise ConfigError(
            name,
            f"is not {kind}, which begins with {prefix}.",
            f"Copy it from {page} of your Slack app; tokens of other kinds do not work here.",
        )


def _check_plain(name: str, value: str, where: str) -> None:
    """What travels in a header is plain letters; an ellipsis stands where somebody copied a shortened one."""
    if not value.isascii():
        raise ConfigError(name, "holds characters that no key has.", f"Copy it whole, {where}.")


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or not 1 <= int(text) <= 65535:
        raise ConfigError("PORT", "is not a port number.", "Write a number from 1 to 65535, such as 3000.")
    return int(text)


def _region(text: str | None) -> Region:
    match (text or "us").lower():
        case "us":
            return "us"
        case "eu":
            return "eu"
        case "au":
            return "au"
    raise ConfigError("INTERCOM_REGION", "is not a region of Intercom.", "Write us, eu or au.")


def _database_url(text: str | None) -> str:
    if text is None:
        return DEFAULT_DATABASE_URL
    scheme = text.partition("://")[0].partition("+")[0]
    if "://" not in text or scheme not in ("sqlite", "postgresql", "postgres"):
        raise ConfigError(
            "DATABASE_URL",
            "is not the address of a database that Watchbell knows.",
            f"Write {DEFAULT_DATABASE_URL} or postgresql://user:password@host/name.",
        )
    parts = database_parts(text)
    if parts is None or (scheme == "sqlite" and (parts.host or not parts.database)):
        raise ConfigError(
            "DATABASE_URL",
            "is not an address that can be read.",
            f"Write {DEFAULT_DATABASE_URL} or postgresql://user:password@host:5432/name, and in a password "
            "%40 for @, %3A for : and %2F for /.",
        )
    return text


def _optional_url(name: str, text: str | None) -> str | None:
    return _url(name, text) if text is not None else None


def _url(name: str, text: str) -> str:
    if not is_web_address(text):
        raise ConfigError(name, "is not a web address.", "Write it with http:// or https://, or take it out.")
    return text
