"""Slack-shaped identifiers."""

from __future__ import annotations

import secrets
import string

_LETTERS = string.ascii_uppercase + string.digits


class Ids:
    """Mints identifiers; readable and unique in one world."""

    def __init__(self) -> None:
        self.given = 0

    def next(self, prefix: str) -> str:
        """`D0000000007`: prefix and a running number, 11 characters as Slack's own."""
        self.given += 1
        return f"{prefix}{self.given:0{11 - len(prefix)}d}"

    def short(self) -> str:
        """A generated block_id or action_id: five characters, as Slack makes them."""
        return "".join(secrets.choice(_LETTERS) for _ in range(5))

    def secret(self) -> str:
        return secrets.token_hex(16)
