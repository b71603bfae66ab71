"""A webhook counts only with Intercom's signature over exactly its bytes."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from intercom_door_help import captures_folder

from bot.errors import ConfigError
from bot.intercom.signature import verify

SECRET = "client-secret-of-a-test"


def sign(raw: bytes, secret: str = SECRET, algorithm: str = "sha1") -> str:
    return f"{algorithm}=" + hmac.new(secret.encode(), raw, algorithm).hexdigest()


def test_every_capture_signed_is_accepted_and_changed_by_one_byte_refused() -> None:
    for file in captures_folder().glob("*.json"):
        raw = file.read_bytes()
        header = sign(raw)
        assert verify(raw, header, SECRET)
        assert not verify(raw + b" ", header, SECRET)
        assert not verify(bytes([raw[0] ^ 1]) + raw[1:], header, SECRET)


def test_the_same_json_written_again_is_refused() -> None:
    raw = b'{"a": 1}'
    assert not verify(json.dumps(json.loads(raw), separators=(",", ":")).encode(), sign(raw), SECRET)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha1=",
        sign(b"body")[5:],
        sign(b"body").upper(),
        sign(b"body")[:-1],
        sign(b"body") + "0",
        sign(b"body", "other secret"),
        sign(b"body", algorithm="sha256"),
        sign(b"body").replace("sha1=", "SHA1="),
        " " + sign(b"body"),
        "sha1=\u00e9\ud800",
    ],
)
def test_a_forged_signature_is_refused(header: str | None) -> None:
    assert not verify(b"body", header, SECRET)


def test_control_the_right_signature_is_accepted() -> None:
    assert verify(b"body", "sha1=" + hmac.new(SECRET.encode(), b"body", hashlib.sha1).hexdigest(), SECRET)


def test_without_a_secret_nothing_is_checked_and_the_setting_is_named() -> None:
    with pytest.raises(ConfigError) as error:
        verify(b"body", sign(b"body", ""), "")
    assert error.value.setting == "INTERCOM_CLIENT_SECRET"
