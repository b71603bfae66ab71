"""A mail server of a few lines on loopback, which refuses what a test wants refused, in its words."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from bot.settings.mailbox import MailboxSecrets

Mood = Callable[[str], str | None]
"""From a command to the refusal it gets (`NO …` or `BAD …`), or HANGS_UP; None: it is answered."""

HANGS_UP = "hangs up"


@dataclass(eq=False)
class MoodyServer:
    """An inbox with mails numbered from 1, and a mood. `heard` are the commands, without their tags; `gone`
    are mails that were moved elsewhere."""

    mails: list[bytes]
    mood: Mood = lambda command: None
    heard: list[str] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    port: int = 0

    def secrets(self) -> MailboxSecrets:
        return MailboxSecrets(
            host="127.0.0.1", user="support@small.example", password="x", port=self.port, security="none"
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        with contextlib.suppress(ConnectionError):
            while line := (await reader.readline()).decode("ascii").strip():
                tag, command = line.split(" ", 1)
                self.heard.append(command)
                refusal = self.mood(command)
                if refusal == HANGS_UP:
                    break
                if refusal is None:
                    writer.write(self._answer(command))
                writer.write(f"{tag} {refusal or 'OK done'}\r\n".encode())
                await writer.drain()
        writer.close()

    def _answer(self, command: str) -> bytes:
        match command.split(" ")[:2]:
            case ["CAPABILITY", *_]:
                return b"* CAPABILITY IMAP4rev1\r\n"
            case ["EXAMINE", *_]:
                return b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] named\r\n" % len(self._there())
            case ["UID", "SEARCH"]:
                numbers = " ".join(str(each) for each in self._there())
                return f"* SEARCH {numbers}\r\n".encode()
            case ["UID", "FETCH"]:
                return b"".join(self._one(number, command) for number in uids(command))
        return b""

    def _there(self) -> list[int]:
        return [each for each in range(1, len(self.mails) + 1) if each not in self.gone]

    def _one(self, number: int, command: str) -> bytes:
        if number not in self._there():
            return b""
        told = b"UID %d" % number
        if "RFC822.SIZE" in command:
            date = b"24-Nov-2026 08:00:%02d +0000" % (number % 60)
            told += b' RFC822.SIZE %d INTERNALDATE "%s"' % (len(self.mails[number - 1]), date)
        if "BODY.PEEK" in command:
            raw = self.mails[number - 1]
            told += b" BODY[]<0> {%d}\r\n%s" % (len(raw), raw)
        return b"* %d FETCH (%s)\r\n" % (number, told)


def uids(command: str) -> list[int]:
    """The mails that a FETCH is about."""
    found = re.match(r"UID FETCH ([\d,:]+)", command)
    numbers: list[int] = []
    for each in found[1].split(",") if found is not None else ():
        first, _, last = each.partition(":")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


@contextlib.asynccontextmanager
async def moody(mails: list[bytes]) -> AsyncIterator[MoodyServer]:
    made = MoodyServer(mails)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
