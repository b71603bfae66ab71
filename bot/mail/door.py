"""The only door to a mailbox: opened read-only, over TLS unless told otherwise, never waited on by the loop.

Every folder is opened by EXAMINE and every mail fetched by BODY.PEEK, so that reading changes nothing: no
mail becomes seen, none is moved. Of a mail at most `MOST_BYTES` are fetched, which hold its head and its
words; attachments lie behind them. Each call runs in a thread of its own and is cut off when its time is up.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError
from imapclient.imapclient import SENT

from bot.mail.errors import MailError, busy, is_busy, told
from bot.mail.message import EPOCH, Mail, read
from bot.mail.tokens import Tokens
from bot.settings.mailbox import MailboxSecrets

R = TypeVar("R")

MOST_BYTES = 512 * 1024
AT_ONCE = 8 * 1024 * 1024
"""Bytes of mails that are held in memory together."""

BATCH = 50
"""Mails that are fetched, and taken in, together."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for a connection, for an answer to come on, for a whole call, and for the last one."""

    connect: float = 15.0
    read: float = 20.0
    call: float = 60.0
    farewell: float = 3.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail by its number in its folder, and when the server got it (aware UTC, EPOCH where it is silent).

    `mail` is None where the server does not hand it out; `gone`: because it was deleted meanwhile.
    """

    uid: int
    mail: Mail | None
    received: datetime = EPOCH
    gone: bool = False


class Mailbox:
    """A mailbox that can be opened. Build one for each; it holds no connection."""

    def __init__(self, secrets: MailboxSecrets, patience: Patience | None = None) -> None:
        self.secrets = secrets
        self._patience = patience or Patience()
        self._tokens = Tokens(secrets.token, self._patience.read) if secrets.token is not None else None

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[Opened]:
        """A connection that is logged in. Raises MailError."""
        tokens = self._tokens
        token = await tokens.current() if tokens is not None else None
        opened = Opened(self.secrets, self._patience, token)
        try:
            try:
                await opened.enter()
            except MailError as error:
                if tokens is not None and error.kind == "refused":
                    tokens.forget()
                raise
            yield opened
        finally:
            await opened.leave()


class Opened:
    """One connection, by password or by access token. Its calls follow each other; each raises MailError."""

    def __init__(self, secrets: MailboxSecrets, patience: Patience, token: str | None = None) -> None:
        self._secrets = secrets
        self._patience = patience
        self._token = token
        self._client: Any = None  # the library has no types

    async def enter(self) -> None:
        await self._call(self._connect)

    async def leave(self) -> None:
        """Log out, or hang up where that does not work."""
        if self._client is not None:
            with contextlib.suppress(MailError):
                await self._call(self._client.logout, within=self._patience.farewell)
            self._hang_up()

    async def sent_folder(self) -> str | None:
        """The folder that the server marks as the one for what was sent; None where it marks none."""
        return await self._call(self._find_sent)

    async def examine(self, folder: str) -> int:
        """Open a folder for reading; its UIDVALIDITY."""
        return await self._call(self._examine, folder)

    async def numbers(self, after: int, since: date) -> list[int]:
        """The UIDs behind `after` of mails that came on `since` or later, in order; drafts are none."""
        return await self._call(self._search, after, since)

    async def letters(self, numbers: Sequence[int]) -> list[Letter]:
        """The first of these mails, one at least and not more than fit into memory together."""
        return await self._call(self._fetch, numbers[:BATCH])

    # -- in the call's own thread

    def _connect(self) -> None:
        secrets = self._secrets
        context = ssl.create_default_context(cafile=secrets.authority)
        self._client = client = IMAPClient(
            secrets.host,
            secrets.port,
            ssl=secrets.security == "tls",
            ssl_context=context,
            timeout=SocketTimeout(self._patience.connect, self._patience.read),
        )
        client.normalise_times = False
        if secrets.security == "starttls":
            client.starttls(context)
        if self._token is not None:
            # Google and Microsoft know both ways or the first; what is standard is the second (RFC 7628).
            if client.has_capability("AUTH=XOAUTH2") or not client.has_capability("AUTH=OAUTHBEARER"):
                client.oauth2_login(secrets.user, self._token)
            else:
                client.oauthbearer_login(secrets.user, self._token)
        elif secrets.user.isascii() and secrets.password.isascii():
            client.login(secrets.user, secrets.password)
        else:  # LOGIN knows no other letters
            client.plain_login(secrets.user, secrets.password)

    def _find_sent(self) -> str | None:
        found: str | None = self._client.find_special_folder(SENT)
        return found

    def _examine(self, folder: str) -> int:
        try:
            answer = self._client.select_folder(folder, readonly=True)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            if is_busy(error):
                raise
            raise MailError(
                "folder",
                f"The mailbox has no folder “{folder[:80]}”, or does not show it.",
                "Correct its name under [mailbox] in watchbell.toml.",
            ) from error
        return int(answer[b"UIDVALIDITY"])

    def _search(self, after: int, since: date) -> list[int]:
        found = self._client.search(["UID", f"{after + 1}:*", "SINCE", since, "UNDRAFT"])
        # "5:*" means the last mail too where that is the fourth.
        return sorted(number for number in found if number > after)

    def _fetch(self, numbers: Sequence[int]) -> list[Letter]:
        sizes = self._asked(numbers, ["RFC822.SIZE", "INTERNALDATE"])
        chosen: list[int] = []
        room = AT_ONCE
        for number in numbers:
            room -= min(MOST_BYTES, int(sizes.get(number, {}).get(b"RFC822.SIZE", 0)))
            if room < 0 and chosen:
                break
            chosen.append(number)
        bodies = self._asked(chosen, [f"BODY.PEEK[]<0.{MOST_BYTES}>"])
        return [_letter(number, sizes.get(number), bodies.get(number)) for number in chosen]

    def _asked(self, numbers: Sequence[int], what: list[str]) -> dict[int, dict[bytes, Any]]:
        """What the server says of some mails, none of those that are gone.

        One that it stumbles over does not hide the others: nothing is said of it but that it is there. Raises
        where the server answers nothing at all, for then no mail is at fault.
        """
        try:
            return dict(self._client.fetch(numbers, what))
        except (IMAPClientAbortError, OSError):
            raise
        except (IMAPClientError, ValueError) as error:
            if is_busy(error):
                raise
            if len(numbers) == 1:
                return self._still_there(numbers[0])
            found: dict[int, dict[bytes, Any]] = {}
            for number in numbers:
                found |= self._asked([number], what)
            return found

    def _still_there(self, number: int) -> dict[int, dict[bytes, Any]]:
        """Ask for a mail's number alone, over which no server stumbles; what it says of it."""
        try:
            return dict(self._client.fetch([number], ["UID"]))
        except (IMAPClientAbortError, OSError):
            raise
        except (IMAPClientError, ValueError) as error:
            raise busy(self._secrets.host, self._secrets.port) from error

    # -- between loop and thread

    async def _call(self, fn: Callable[..., R], *args: Any, within: float | None = None) -> R:
        """Run `fn` in a thread. Nothing waits for one that hangs beyond its time: it is cut off and left."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        thread = threading.Thread(
            target=_answer,
            args=(asyncio.get_running_loop(), answer, fn, args),
            name="watchbell-mail",
            daemon=True,
        )
        thread.start()
        try:
            async with asyncio.timeout(within or self._patience.call):
                return await answer
        except BaseException as error:
            if not isinstance(error, (MailError, IMAPClientError)):
                self._hang_up()
            by_token = self._token is not None
            found = told(error, self._secrets.host, self._secrets.port, by_token=by_token)
            if found is None:
                raise
            raise found from error

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError, AttributeError):
                client.socket().shutdown(socket.SHUT_RDWR)
            with contextlib.suppress(Exception):
                client.shutdown()


def _answer(
    loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Any], fn: Callable[..., Any], args: Any
) -> None:
    """The thread's work: its result or error goes to the loop, if somebody there still waits."""
    try:
        result, error = fn(*args), None
    except Exception as caught:  # noqa: BLE001 - it is raised where it is awaited
        result, error = None, caught

    def tell() -> None:
        if not answer.done():
            if error is None:
                answer.set_result(result)
            else:
                answer.set_exception(error)

    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
        loop.call_soon_threadsafe(tell)


def _letter(number: int, told: dict[bytes, Any] | None, body: dict[bytes, Any] | None) -> Letter:
    raw = next((each for key, each in (body or {}).items() if key.startswith(b"BODY[")), None)
    if told is None or not isinstance(raw, bytes):
        return Letter(number, None, gone=told is None and body is None)
    received = told.get(b"INTERNALDATE")
    aware = received if isinstance(received, datetime) and received.tzinfo is not None else None
    cut = int(told.get(b"RFC822.SIZE", 0)) > MOST_BYTES
    return Letter(number, read(raw, aware, cut=cut), aware.astimezone(UTC) if aware is not None else EPOCH)
