"""What is optional and outside: whoever waits for the heartbeat, and the language model for drafts."""

from __future__ import annotations

import asyncio
import socket
import ssl
from urllib.parse import urlsplit

from bot.doctor.finding import Finding, fails, ok
from bot.doctor.patient import Patient
from bot.llm import chat
from bot.llm.chat import Line, ModelError

_WITHIN = 5.0
"""Seconds; somebody waits at the terminal."""

_QUESTION = (Line("user", "This is a test of the connection. Answer with one word: ready"),)


async def heartbeat(patient: Patient) -> list[Finding]:
    """Whether its address can be connected to. Nothing is asked there: any request counts as a beat, and one
    from here would say that a bot runs. Nothing is said where none is wanted.
    """
    check, url = "Heartbeat", patient.secrets.heartbeat_url
    if url is None:
        return []
    trouble = await _no_connection(url)
    if trouble is None:
        return [ok(check, "its host takes connections; only the bot's first beat shows if the path fits")]
    return [
        fails(
            check,
            f"HEARTBEAT_URL: {trouble}.",
            "Copy the address again from whoever waits for the heartbeat, or let this machine reach it.",
        )
    ]


async def language_model(patient: Patient) -> list[Finding]:
    """One short question, which alone shows that address, key and name fit. Nothing where none is set up."""
    check, secrets = "Language model", patient.secrets
    model = chat.configured(secrets.llm_url, secrets.llm_key, secrets.llm_model)
    if model is None:
        return []
    try:
        await model.ask(_QUESTION)
    except ModelError as error:
        return [fails(check, f"{error}.", error.mend)]
    return [ok(check, f"{model.name} answers")]


async def _no_connection(url: str) -> str | None:
    """Why no connection to the address's host comes about."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    try:
        async with asyncio.timeout(_WITHIN):
            _, writer = await asyncio.open_connection(
                parts.hostname, parts.port or (443 if secure else 80), ssl=secure or None
            )
    except TimeoutError:
        return f"its host does not answer within {_WITHIN:.0f} seconds"
    except socket.gaierror:
        return "no host of its name is known"
    except ssl.SSLCertVerificationError:
        return "the certificate of its host is not accepted"
    except ssl.SSLError:
        return "its host does not speak HTTPS there"
    except (OSError, UnicodeError):
        return "its host takes no connection there"
    writer.close()
    return None
