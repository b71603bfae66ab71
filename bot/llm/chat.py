"""One question to a language model, one text back. What comes back is a stranger's text like a customer's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import httpx

PATIENCE = 25.0
"""Seconds for an answer; a rep who waits longer has written the reply."""

LONGEST = 3_000
"""Characters of an answer that are kept, as many as the input of a Slack window takes."""

_MOST_BYTES = 1_000_000
_TOKENS = 700

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the question."""

    role: Role
    text: str


class ModelError(Exception):
    """No answer, and why, as a rep reads it; `mend` is for whoever set the model up.

    Neither holds the key or the address, nor anything the model's server said.
    """

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.mend = mend


_ADDRESS = "Check LLM_URL, which ends before /chat/completions, and LLM_MODEL."
_REACH = "Check LLM_URL, and whether the model's server runs."


@dataclass(frozen=True, slots=True, repr=False)
class LanguageModel:
    """Where the model is and what it is called. `url` ends before `/chat/completions`."""

    url: str
    key: str
    name: str

    async def ask(self, lines: Sequence[Line]) -> str:
        """The model's answer, cut to `LONGEST` characters. Asked once. Raises ModelError."""
        body = {
            "model": self.name,
            "messages": [{"role": each.role, "content": each.text} for each in lines],
            "temperature": 0.2,
            "max_tokens": _TOKENS,
        }
        try:
            # Redirects are not followed: the key goes nowhere but to the address that was set.
            async with httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False) as client:
                answer = await client.post(
                    f"{self.url}/chat/completions",
                    json=body,
                    headers={"Authorization": f"Bearer {self.key}"},
                )
        except httpx.TimeoutException as error:
            raise ModelError(
                f"the language model has not answered within {PATIENCE:.0f} seconds", _REACH
            ) from error
        except httpx.HTTPError as error:
            raise ModelError("the language model cannot be reached", _REACH) from error
        return _words(answer)


def configured(url: str | None, key: str | None, name: str | None) -> LanguageModel | None:
    """The model that is set up, None unless all three are."""
    return LanguageModel(url, key, name) if url and key and name else None


def _words(answer: httpx.Response) -> str:
    if answer.status_code in (401, 403):
        raise ModelError(
            "the language model refused the key (LLM_KEY)",
            "Copy LLM_KEY again, from where the model's server gives it.",
        )
    if answer.status_code == 429:
        raise ModelError(
            "the language model is asked too often at the moment",
            "Try again in a minute; if it stays so, the key's allowance is used up.",
        )
    if answer.status_code != 200 or len(answer.content) > _MOST_BYTES:
        raise ModelError(f"the language model's server answered with status {answer.status_code}", _ADDRESS)
    try:
        found: Any = answer.json()["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ModelError(
            "the language model's server answered in a form that is not OpenAI's", _ADDRESS
        ) from error
    words = found.strip() if isinstance(found, str) else ""
    if not words:
        raise ModelError("the language model had nothing to say", "Try another LLM_MODEL.")
    return words[:LONGEST]
