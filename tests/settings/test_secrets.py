"""Secrets: where they come from, what is refused, and that none is ever shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigError
from bot.settings import Secrets, load_secrets
from bot.settings.names import NAMES, setting_of
from bot.settings.secrets import load_config_path, load_database_url, load_model_folder

BOT = "xoxb-1111-PLANTED-bot"
APP = "xapp-1-PLANTED-app"
SIGNING = "PLANTEDsigning0123456789abcdef"
TOKEN = "dG9rOlBMQU5URUQ_PLANTED="
CLIENT = "PLANTED-client-secret"
DATABASE = "postgresql://bell:PLANTEDpassword@db.example/watchbell"
FULL = {
    "SLACK_BOT_TOKEN": BOT,
    "SLACK_APP_TOKEN": APP,
    "SLACK_SIGNING_SECRET": SIGNING,
    "INTERCOM_TOKEN": TOKEN,
    "INTERCOM_CLIENT_SECRET": CLIENT,
    "DATABASE_URL": DATABASE,
    "PORT": "3000",
    "MAILBOX_HOST": "imap.example.com",
    "MAILBOX_USER": "PLANTED@example.com",
    "MAILBOX_PASSWORD": "PLANTED in four words",
}
BY_TOKEN = {
    **{key: value for key, value in FULL.items() if key != "MAILBOX_PASSWORD"},
    "MAILBOX_TOKEN_URL": "https://login.example.com/tenant/token",
    "MAILBOX_CLIENT_ID": "PLANTED-client",
    "MAILBOX_CLIENT_SECRET": "PLANTED~client.secret",
    "MAILBOX_REFRESH_TOKEN": "PLANTED//refresh",
    "MAILBOX_SCOPE": "https://mail.example.com/.default offline_access",
}
SOCKET = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "INTERCOM_TOKEN": TOKEN}


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in FULL.items() if key != name}


def test_three_tokens_are_enough_and_the_rest_has_defaults() -> None:
    secrets = load_secrets(SOCKET)
    assert secrets.socket_mode
    assert secrets.database_url == "sqlite:///.watchbell/watchbell.db"
    assert secrets.config == Path("watchbell.toml")
    assert secrets.slack_api_url == "https://slack.com/api/"
    assert secrets.intercom_api_url == "https://api.intercom.io"
    assert secrets.intercom_client_secret is None


def test_the_region_chooses_the_address_and_an_address_overrules_it() -> None:
    assert load_secrets({**SOCKET, "INTERCOM_REGION": "EU"}).intercom_api_url == "https://api.eu.intercom.io"
    local = {
        **SOCKET,
        "INTERCOM_API_URL": "http://127.0.0.1:8710/intercom",
        "SLACK_API_URL": "http://127.0.0.1:8710/slack/api",
    }
    assert load_secrets(local).intercom_api_url == "http://127.0.0.1:8710/intercom"
    assert load_secrets(local).slack_api_url == "http://127.0.0.1:8710/slack/api/"


def test_http_needs_the_signing_secret_and_a_port() -> None:
    http = {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SIGNING, "PORT": "3000", "INTERCOM_TOKEN": TOKEN}
    secrets = load_secrets(http)
    assert not secrets.socket_mode
    assert (secrets.slack_signing_secret, secrets.port) == (SIGNING, 3000)


@pytest.mark.parametrize(
    ("environ", "setting", "mend"),
    [
        (without("SLACK_BOT_TOKEN"), "SLACK_BOT_TOKEN", "xoxb-"),
        (without("INTERCOM_TOKEN"), "INTERCOM_TOKEN", "access token"),
        ({**FULL, "SLACK_BOT_TOKEN": "  "}, "SLACK_BOT_TOKEN", "xoxb-"),
        ({**FULL, "SLACK_BOT_TOKEN": APP}, "SLACK_BOT_TOKEN", "OAuth & Permissions"),
        ({**FULL, "SLACK_APP_TOKEN": BOT}, "SLACK_APP_TOKEN", "Basic Information"),
        ({**FULL, "INTERCOM_TOKEN": "PLANTED PLANTED"}, "INTERCOM_TOKEN", "alone"),
        (
            {"SLACK_BOT_TOKEN": BOT, "INTERCOM_TOKEN": TOKEN},
            "SLACK_APP_TOKEN",
            "SLACK_SIGNING_SECRET and PORT",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT, "INTERCOM_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SIGNING},
            "PORT",
            "SLACK_APP_TOKEN",
        ),
        ({**FULL, "PORT": "PLANTED"}, "PORT", "65535"),
        ({**FULL, "PORT": "70000"}, "PORT", "65535"),
        ({**FULL, "INTERCOM_REGION": "PLANTED"}, "INTERCOM_REGION", "us, eu or au"),
        ({**FULL, "DATABASE_URL": "mysql://PLANTED"}, "DATABASE_URL", "postgresql://"),
        ({**FULL, "SLACK_API_URL": "PLANTED"}, "SLACK_API_URL", "https://"),
        (without("MAILBOX_USER"), "MAILBOX_USER", "MAILBOX_HOST"),
        (without("MAILBOX_PASSWORD"), "MAILBOX_PASSWORD", "MAILBOX_HOST"),
        ({**FULL, "MAILBOX_HOST": "imaps://PLANTED"}, "MAILBOX_HOST", "imap.example.com"),
        ({**FULL, "MAILBOX_PORT": "PLANTED"}, "MAILBOX_PORT", "993"),
        ({**FULL, "MAILBOX_PORT": "99999"}, "MAILBOX_PORT", "993"),
        ({**FULL, "MAILBOX_SECURITY": "PLANTED"}, "MAILBOX_SECURITY", "tls, starttls or none"),
        ({**FULL, "MAILBOX_SECURITY": "none"}, "MAILBOX_SECURITY", "on this machine"),
        ({**FULL, "MAILBOX_CA": "/nowhere"}, "MAILBOX_CA", "path"),
        ({**BY_TOKEN, "MAILBOX_PASSWORD": "PLANTED"}, "MAILBOX_PASSWORD", "one of the two"),
        ({**BY_TOKEN, "MAILBOX_CLIENT_ID": ""}, "MAILBOX_CLIENT_ID", "MAILBOX_TOKEN_URL"),
        (
            {**BY_TOKEN, "MAILBOX_CLIENT_SECRET": "", "MAILBOX_REFRESH_TOKEN": ""},
            "MAILBOX_CLIENT_SECRET",
            "the second",
        ),
        *(
            ({**BY_TOKEN, "MAILBOX_TOKEN_URL": url}, "MAILBOX_TOKEN_URL", "token endpoint")
            for url in (
                "http://PLANTED.example/token",
                "PLANTED",
                "https://",
                "https://PLANTED:PLANTED@login.example/token",
                "https://login.example:PLANTED/token",
            )
        ),
        ({**FULL, "INTERCOM_TOKEN_FILE": "/nowhere"}, "INTERCOM_TOKEN", "one of the two"),
        ({**without("INTERCOM_TOKEN"), "INTERCOM_TOKEN_FILE": "/nowhere"}, "INTERCOM_TOKEN_FILE", "path"),
    ],
)
def test_a_faulty_setting_is_named_with_its_mend_and_without_its_value(
    environ: dict[str, str], setting: str, mend: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load_secrets(environ)
    error = refused.value
    assert error.setting == setting
    assert mend in error.mend
    for text in (str(error), repr(error)):
        assert "PLANTED" not in text


def test_no_secret_is_in_any_text_of_the_settings() -> None:
    secrets = load_secrets(FULL)
    for text in (
        repr(secrets),
        str(secrets),
        f"{secrets}",
        f"{secrets!r:>10}",
        repr([secrets]),
        repr({1: secrets}),
    ):
        assert "PLANTED" not in text
        assert "slack_bot_token=" in text
    assert secrets.slack_bot_token == BOT


def test_the_check_for_planted_secrets_can_fail() -> None:
    assert "PLANTED" in str(FULL)


def test_a_mailbox_is_reached_over_tls_unless_told_otherwise() -> None:
    found = load_secrets(FULL).mailbox
    assert found is not None
    assert (found.host, found.port, found.security) == ("imap.example.com", 993, "tls")
    assert found.password == "PLANTED in four words"
    starttls = load_secrets({**FULL, "MAILBOX_SECURITY": "STARTTLS"}).mailbox
    assert starttls is not None
    assert (starttls.port, starttls.security) == (143, "starttls")
    local = load_secrets({**FULL, "MAILBOX_HOST": "127.0.0.1", "MAILBOX_SECURITY": "none"}).mailbox
    assert local is not None
    assert local.security == "none"


def test_without_a_host_there_is_no_mailbox() -> None:
    assert load_secrets(without("MAILBOX_HOST")).mailbox is None
    assert load_secrets(SOCKET).mailbox is None


def test_the_mailboxs_password_is_masked_alone_too() -> None:
    found = load_secrets(FULL)
    assert "PLANTED" not in repr(found.mailbox)
    assert "PLANTED in four words" in found.hidden()


def test_a_mailbox_may_be_read_with_access_tokens_and_none_of_its_secrets_shows() -> None:
    found = load_secrets(BY_TOKEN)
    assert found.mailbox is not None
    assert found.mailbox.token is not None
    assert found.mailbox.token.scope == "https://mail.example.com/.default offline_access"
    assert found.mailbox.token.url == "https://login.example.com/tenant/token"
    for text in (repr(found), repr(found.mailbox), repr(found.mailbox.token), str(found.mailbox.token)):
        assert "PLANTED" not in text
    assert {"PLANTED~client.secret", "PLANTED//refresh"} <= found.hidden()
    alone = {**BY_TOKEN, "MAILBOX_CLIENT_SECRET": "", "MAILBOX_SCOPE": ""}
    token = getattr(load_secrets(alone).mailbox, "token", None)
    assert (token.client_secret, token.refresh_token, token.scope) == (None, "PLANTED//refresh", None)
    local = {**BY_TOKEN, "MAILBOX_TOKEN_URL": "http://127.0.0.1:8080/token"}
    assert load_secrets(local).mailbox is not None


def test_an_absent_secret_shows_as_absent() -> None:
    assert "intercom_client_secret=None" in repr(load_secrets(SOCKET))


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    secrets = load_secrets({**without("INTERCOM_TOKEN"), "INTERCOM_TOKEN_FILE": str(tmp_path / "token")})
    assert secrets.intercom_token == TOKEN


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n")
    with pytest.raises(ConfigError, match="which is empty"):
        load_secrets({**without("INTERCOM_TOKEN"), "INTERCOM_TOKEN_FILE": str(tmp_path / "token")})


def test_the_dotenv_file_fills_in_what_the_environment_lacks(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN='{APP}'\nINTERCOM_TOKEN=$HOME-{TOKEN}\n")
    secrets = load_secrets({"SLACK_BOT_TOKEN": f"{BOT}-newer"}, dotenv)
    assert secrets.slack_bot_token == f"{BOT}-newer"
    assert secrets.slack_app_token == APP
    assert secrets.intercom_token == f"$HOME-{TOKEN}"
    assert isinstance(load_secrets(SOCKET, tmp_path / "absent"), Secrets)


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("SLACK_BOT_TOKENS", "Did you mean SLACK_BOT_TOKEN?"),
        ("INTERCOM_REGON", "Did you mean INTERCOM_REGION?"),
        ("INTERCOM_CLIENTSECRET", "Did you mean INTERCOM_CLIENT_SECRET?"),
        ("intercom_region", "Did you mean INTERCOM_REGION?"),
        ("MAIL_BOX_HOST", "Did you mean MAILBOX_HOST?"),
        ("HEARTBEAT", "Did you mean HEARTBEAT_URL?"),
        ("DATABSE_URL_FILE", "Did you mean DATABASE_URL_FILE?"),
        ("LLM_TEMPERATURE_OF_ALL", "Take it out"),
    ],
)
@pytest.mark.parametrize("load", [load_secrets, load_database_url, load_config_path, load_model_folder])
def test_a_name_in_the_dotenv_file_that_nobody_reads_is_refused(
    tmp_path: Path, load: Callable[[Mapping[str, str], Path], object], name: str, mend: str
) -> None:
    (tmp_path / ".env").write_text(f"{name}=PLANTED\n")
    with pytest.raises(ConfigError) as refused:
        load(SOCKET, tmp_path / ".env")
    assert (refused.value.setting, "PLANTED" in str(refused.value)) == (name, False)
    assert mend in refused.value.mend


def test_every_such_name_is_a_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKENS=x\nINTERCOM_REGIONS=eu\n")
    with pytest.raises(ConfigError) as refused:
        load_secrets({}, tmp_path / ".env")
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        "SLACK_BOT_TOKENS",
        "INTERCOM_REGIONS",
    ]


def test_names_of_other_programs_may_stand_in_the_dotenv_file(tmp_path: Path) -> None:
    others = ("COMPOSE_PROJECT_NAME", "POSTGRES_PASSWORD", "TZ", "REPORT", "EXPORT", "API_URL", "DB_HOST")
    names = (*others, *(f"{name}_FILE" for name in NAMES if name not in SOCKET))
    (tmp_path / ".env").write_text("".join(f"{name}=\n" for name in names))
    assert load_secrets(SOCKET, tmp_path / ".env").slack_bot_token == BOT


def test_every_setting_that_is_asked_for_is_known() -> None:
    asked = Asked(SOCKET)
    load_secrets(asked)
    assert {setting_of(name) for name in asked.names} == set(NAMES)


@pytest.mark.parametrize(
    ("empty", "missing"),
    [
        ({}, ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "INTERCOM_TOKEN"]),
        ({"SLACK_SIGNING_SECRET": SIGNING}, ["SLACK_BOT_TOKEN", "PORT", "INTERCOM_TOKEN"]),
        ({"SLACK_APP_TOKEN": APP, "INTERCOM_TOKEN": TOKEN}, ["SLACK_BOT_TOKEN"]),
    ],
)
def test_all_that_is_missing_is_named_at_once(empty: dict[str, str], missing: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        load_secrets(empty)
    assert [each.setting for each in refused.value.each] == missing
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == missing


def test_what_is_set_and_waits_for_another_setting_is_known() -> None:
    assert load_secrets({**SOCKET, "LLM_URL": "http://x", "LLM_MODEL": "m"}).idle == (
        ("LLM_KEY", ("LLM_URL", "LLM_MODEL")),
    )
    assert load_secrets(without("MAILBOX_HOST")).idle == (
        ("MAILBOX_HOST", ("MAILBOX_USER", "MAILBOX_PASSWORD")),
    )
    assert load_secrets(FULL).idle == ()


def test_a_dotenv_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00SLACK")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_secrets(SOCKET, tmp_path / ".env")
