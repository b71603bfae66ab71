"""Slack's own markup as one reads it: names for people, addresses for links, no tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TOKEN = re.compile(r"<([@#!]?)([^<|>]*)(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_CHANNEL = re.compile(r"<#(C[A-Z0-9]+|G[A-Z0-9]+)(?:\|([^<>]*))?>")
MOST_NAMES = 10
"""People of one message whose names are looked up."""


def mentioned(said: str) -> list[str]:
    """The ids of the first few people a message mentions, each once."""
    people = (target for kind, target, _ in _TOKEN.findall(said) if kind == "@")
    return list(dict.fromkeys(people))[:MOST_NAMES]


def plain(said: str, names: Mapping[str, str]) -> str:
    """A message as one reads it; `names` of people by their id, others are somebody."""

    def shown(token: re.Match[str]) -> str:
        kind, target, label = token[1], token[2], token[3]
        match kind:
            case "@":
                return names.get(target, "somebody")
            case "#":
                return f"#{label}" if label else "a channel"
            case "!":
                return label or target.partition("^")[0]
        return f"{label} ({target})" if label and label != target else target

    return unescaped(_TOKEN.sub(shown, said))


def unescaped(said: str) -> str:
    """Text as it was typed, where Slack sends `&`, `<` and `>` as entities."""
    for entity, mark in _ENTITIES:
        said = said.replace(entity, mark)
    return said


def channel_in(said: str) -> tuple[str | None, str]:
    """The id of the first channel that is named in a line, and the rest of the line."""
    found = _CHANNEL.search(said)
    if found is None:
        return None, said.strip()
    return found[1], " ".join((said[: found.start()] + said[found.end() :]).split())
