"""A mail's own words, without the mails before it that were quoted below them.

These stand in the timeline already. Only what certainly is history goes: an answer that was written between
quoted lines stays, with the lines around it.
"""

from __future__ import annotations

from bot.quoted import LONGEST, begins_a_mail, is_attribution, is_divider, is_forwarded

_QUOTE_KEPT = 2
"""Lines above an answer that was written below a quote."""


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


def without_quotes(text: str) -> str:
    """The same for somebody who is about to answer: of a long quote, too, only its end stays above what was
    written below it.
    """
    kept: list[str] = []
    quote: list[str] = []
    for line in [*own_part(text).split("\n"), None]:
        if line is not None and line.lstrip().startswith(">"):
            quote.append(line)
            continue
        kept.extend(quote if len(quote) <= _QUOTE_KEPT + 1 else ["> …", *quote[-_QUOTE_KEPT:]])
        quote = []
        if line is not None:
            kept.append(line)
    return "\n".join(kept)


def _before_a_copied_head(lines: list[str]) -> int:
    said = False
    for number, line in enumerate(lines):
        short = line.strip()[:LONGEST]
        if is_forwarded(short):
            return len(lines)
        if said and (is_divider(short) or begins_a_mail(lines, number, certainly=True)):
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
        if start >= count and is_attribution(" ".join(lines[start - count : start]).strip()):
            return start - count
    return start
