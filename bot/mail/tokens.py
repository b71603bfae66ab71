"""Access tokens, for a mail server that takes no password: OAuth 2.0, asked for by the application itself.

A token is asked for in the application's own name (RFC 6749, section 4.4), or with the refresh token that
somebody gave it (section 6). It is kept in memory only, until a minute before its end.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.mail.errors import MailError
from bot.settings.mailbox import TokenSecrets

MARGIN = 60.0
"""Seconds before its end from which a token is used no more."""

_MOST_BYTES = 64 * 1024
_TOKEN = re.compile(r"[\x21-\x7e]+")
_CODE = re.compile(r"[a-z_]{1,40}")
_MENDS = {
    "invalid_client": "Set MAILBOX_CLIENT_ID and MAILBOX_CLIENT_SECRET anew: a client secret has an end.",
    "unauthorized_client": "Let the application read mailboxes by IMAP, where it is registered.",
    "invalid_grant": "Set MAILBOX_REFRESH_TOKEN anew: whoever owns the mailbox has to agree again.",
    "invalid_scope": "Correct MAILBOX_SCOPE.",
}
"""By the error codes of RFC 6749, section 5.2. The server's own words are shown nowhere."""


class Tokens:
    """Has a token that is good. `patience` is how many seconds the server may take."""

    def __init__(
        self, secrets: TokenSecrets, patience: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._secrets = secrets
        self._patience = patience
        self._monotonic = monotonic
        self._token = ""
        self._ends = 0.0
        self._host = urlsplit(secrets.url).netloc.rpartition("@")[2]

    async def current(self) -> str:
        """The token there is, or a new one. Raises MailError."""
        if not self._token or self._monotonic() >= self._ends:
            self.forget()
            asked = self._monotonic()
            self._token, lasts = await self._ask()
            self._ends = asked + lasts - MARGIN
        return self._token

    def forget(self) -> None:
        """The mail server does not take it: the next one is asked for anew."""
        self._token = ""

    async def _ask(self) -> tuple[str, float]:
        secrets = self._secrets
        form = {"grant_type": "client_credentials", "client_id": secrets.client_id}
        if secrets.refresh_token is not None:
            form |= {"grant_type": "refresh_token", "refresh_token": secrets.refresh_token}
        if secrets.client_secret is not None:
            form["client_secret"] = secrets.client_secret
        if secrets.scope is not None:
            form["scope"] = secrets.scope
        try:
            # It is asked once an hour, and what it is sent goes nowhere else: no redirect is followed.
            async with (
                httpx.AsyncClient(timeout=self._patience, follow_redirects=False) as client,
                client.stream(
                    "POST", secrets.url, data=form, headers={"Accept": "application/json"}
                ) as response,
            ):
                raw = await _read(response)
        except httpx.TimeoutException as error:
            said = f"{self._host} does not answer."
            raise MailError("silent", said, "Check MAILBOX_TOKEN_URL and the network.") from error
        except httpx.HTTPError as error:
            raise self._not_reached(error) from error
        told = _decoded(raw)
        if response.status_code != 200:
            raise self._not_given(response.status_code, told)
        return self._taken(told)

    def _taken(self, told: dict[str, Any]) -> tuple[str, float]:
        token, kind = told.get("access_token"), told.get("token_type", "Bearer")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token) or str(kind).lower() != "bearer":
            raise self._not_understood()
        try:
            lasts = float(told.get("expires_in") or 0)
        except (TypeError, ValueError):
            lasts = 0.0
        return token, lasts

    def _not_given(self, status: int, told: dict[str, Any]) -> MailError:
        if status == 429 or status >= 500:
            said = f"{self._host} gives no access token now ({status})."
            return MailError("unreachable", said, "Watchbell goes on trying.")
        code = told.get("error")
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            return self._not_understood()
        usual = "Check MAILBOX_TOKEN_URL and what is set beside it."
        said = f"{self._host} gives no access token ({code})."
        return MailError("refused", said, _MENDS.get(code, usual))

    def _not_understood(self) -> MailError:
        said = f"{self._host} does not answer as one that gives access tokens."
        return MailError("protocol", said, "Correct MAILBOX_TOKEN_URL.")

    def _not_reached(self, error: httpx.HTTPError) -> MailError:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                said = f"The certificate of {self._host} is not trusted."
                return MailError("certificate", said, "Correct MAILBOX_TOKEN_URL.")
            cause = cause.__cause__ or cause.__context__
        said = f"{self._host} cannot be reached."
        return MailError("unreachable", said, "Check MAILBOX_TOKEN_URL and the network.")


async def _read(response: httpx.Response) -> bytes:
    found = b""
    async for piece in response.aiter_bytes():
        found += piece
        if len(found) > _MOST_BYTES:
            return b""
    return found


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        told = httpx.Response(200, content=raw).json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
