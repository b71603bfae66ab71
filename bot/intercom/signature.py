"""Whether a webhook really comes from Intercom."""

from __future__ import annotations

import hashlib
import hmac

from bot.errors import ConfigError

_PREFIX = "sha1="


def verify(raw: bytes, header: str | None, secret: str) -> bool:
    """Whether `header` (X-Hub-Signature) is `sha1=` and the raw body's HMAC-SHA1 under the client secret.

    Compares in constant time. There is no time in the signature: a replay is told only by the notification's
    id. Raises `ConfigError` for an empty secret, which would let anybody sign.
    """
    if not secret:
        raise ConfigError(
            "INTERCOM_CLIENT_SECRET",
            "is empty, so webhooks cannot be checked.",
            "Copy the client secret from your app's Basic information page in Intercom's Developer Hub.",
        )
    expected = _PREFIX + hmac.new(secret.encode(), raw, hashlib.sha1).hexdigest()
    return hmac.compare_digest(expected.encode(), (header or "").encode("utf-8", "surrogatepass"))
