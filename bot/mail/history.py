"""A mail's own words, without the mails before it that were quoted below them.

These stand in the timeline already. Only what certainly is history goes: an answer that was written between
quoted lines stays, with the lines around it.
"""

from __future__ import annotations

import re

from bot.html_text import ATTRIBUTION, FORWARDED

_DIVIDER = re.compile(
    r"[-_—\s]{2,}\s?(?:original message|ursprüngliche nachricht|original-nachricht"
    r"|mensaje original|message d'origine|messaggio originale)\b.{0,20}$",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"\*?(?:from|sent|to|cc|date|subject|von|gesendet|an|datum|betreff|de|enviado|para|fecha|asunto|envoyé|à|objet)"
    r"\s?:\*?\s",
    re.IGNORECASE,
)
_RULER = re.compile(r"_{20,}$")
_LONGEST = 400


def own_part(text: str, *, forwarded: bool = False) -> str:
    """`text` up to the history at its end; all of it where nothing else would be left, and of a mail that
    was `forwarded`, for there the mail before is what the sender wants to say.

    History is a quoted block to which nothing was added, or what mail programs write below an answer: a line
    "Original message", or the head of the mail before. A ruler alone may stand in a form. Linear in the
    length of the text.
    """
    lines = text.split("\n")
    end = len(lines) if forwarded else _before_a_copied_head(lines)
    end = _before_a_quoted_end(lines[:end])
    return "\n".join(lines[:end]).strip() or text.strip()


def _before_a_copied_head(lines: list[str]) -> int:
    said = False
    for number, line in enumerate(lines):
        short = line.strip()[:_LONGEST]
        if FORWARDED.match(short):
            return len(lines)
        if said and _DIVIDER.match(short):
            return number
        if said and (_HEAD.match(short) or _RULER.match(short)):
            following = [each.strip()[:_LONGEST] for each in lines[number + 1 : number + 4]]
            if sum(bool(_HEAD.match(each)) for each in following) >= 2:
                return number
        said = said or bool(short)
    return len(lines)


def _before_a_quoted_end(lines: list[str]) -> int:
    """Where the quoted block begins that nothing but blank lines follows, its attribution with it."""
    start = len(lines)
    quoted = False
    while start > 0:
        line = lines[start - 1].strip()
        if line.startswith(">"):
            quoted = True
        elif line:
            break
        start -= 1
    if not quoted:
        return len(lines)
    # "On Tuesday Ana wrote:" may be broken over two lines.
    for count in (1, 2):
        if start >= count and ATTRIBUTION.fullmatch(
            " ".join(lines[start - count : start]).strip()[:_LONGEST]
        ):
            return start - count
    return start
