"""Whether an address can be meant, before anything is sent there. Pure; what is wrong with one is never told.

What stands in the wrong place is often a part of the password.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError


def database_parts(text: str) -> URL | None:
    """The parts of a database's address, None where one of them cannot be meant."""
    try:
        parts = make_url(text)
    except (SQLAlchemyError, ValueError):
        return None
    # An @ in the host began in the password, and errors name hosts. Whole brackets are taken off.
    if set("@[]") & {*(parts.host or "")} or not (parts.port is None or 1 <= parts.port <= 65535):
        return None
    return parts


def is_web_address(text: str) -> bool:
    """Whether it is one that HTTP can be spoken to."""
    try:
        parts = urlsplit(text)
        # Both read these when they are asked for, and raise for what cannot be meant.
        named = bool(parts.hostname and httpx.URL(text).host)
        return named and parts.scheme in ("http", "https") and parts.port != 0
    except (ValueError, httpx.InvalidURL):
        return False
