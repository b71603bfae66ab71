"""Whatever a customer repeats is read in linear time: one message must not hold up everybody else's.

A pattern holds Python's lock while it searches, so a slow one stops the whole bot, and again after a restart.
"""

from __future__ import annotations

import inspect
import time
import unicodedata
from collections.abc import Callable
from types import ModuleType

import pytest
from hostile_text import attacks, patterns_of, text_of

from bot import clean_text, html_text, quoted, signatures
from bot.accounts import entities
from bot.desk import wording
from bot.mail import headers, history, message, verdict
from bot.risk import cue_patterns, cues
from bot.slack import markup, rich, rich_input, text

LONG = 6_000
"""Characters that are read of a message."""
SHORT = LONG // 4
STEEPEST = 8
"""Four times the text takes about four times as long; where each is compared with each, sixteen times."""
QUICK = 60
"""So many looks at each character are no time worth measuring."""

READER = wording.Reader("Ann Lee", "Acme", "ann@acme.example", "Kim")


def a_mail(words: str) -> message.Mail:
    """A mail whose head and body are made of these words."""
    line = " ".join(words.split())
    head = "".join(f"{name}: {line}\n" for name in ("From", "To", "Subject", "References", "List-Id"))
    return message.read(f"{head}\n{words}".encode(), None)


READS: list[tuple[list[ModuleType], list[Callable[[str], object]]]] = [
    (
        [clean_text, quoted, signatures],
        [inspect.unwrap(clean_text.clean), clean_text.own_words, clean_text.clean_title],
    ),
    ([entities], [entities.entities]),
    ([html_text, history, quoted], [html_text.to_text, html_text.clean, history.own_part]),
    ([message, headers], [a_mail]),
    ([verdict], [lambda words: verdict.vouched([words], "mx", "acme.example")]),
    (
        [wording],
        [lambda words: wording.scrub(words, READER, others=["Bo Cy"]), wording.greets, wording.gaps],
    ),
    ([markup], [lambda words: markup.plain(words, {}), markup.mentioned, markup.channel_in]),
    ([text, rich, rich_input], [text.inline, text.escape, rich.customer_words, rich_input.plain_to_html]),
    ([cues], [inspect.unwrap(cues.cues)]),
]
PIECES = (
    "a", "A", "1", " ", "\n", "\t", "> ", "Hi ", "-", "_", "_\n", "thanks ", "thanks\n", "My name is ",
    "On x ", "<@", ":a", "I hope ", "caller A ", "we ", "nobody ", "not ", "can't ", "all our ", "cancel my ",
    "two weeks ", "1,", "1,000", "a@", "a.", "/a", "http://", "order ", "E", "1 ", "<", "<p>", "<a ", "(",
)  # fmt: skip


@pytest.mark.parametrize(("modules", "functions"), READS, ids=[modules[0].__name__ for modules, _ in READS])
def test_hostile_repetition_is_read_in_linear_time(
    modules: list[ModuleType], functions: list[Callable[[str], object]]
) -> None:
    made = {each for module in modules for pattern in patterns_of(module) for each in attacks(pattern)}
    slow = [
        (beginning, piece)
        for beginning, piece in sorted(made | {("", piece) for piece in PIECES})
        for function in functions
        if steep(function, text_of(beginning, piece, SHORT), text_of(beginning, piece, LONG))
    ]
    assert not slow


def test_every_cue_reads_hostile_repetition_in_linear_time() -> None:
    slow = [
        (pattern.kind, beginning, piece)
        for pattern in cue_patterns.patterns()
        for beginning, piece in sorted(attacks(pattern.words))
        if steep(
            lambda words, pattern=pattern: list(pattern.words.finditer(words)),
            text_of(beginning, piece, SHORT),
            text_of(beginning, piece, LONG),
        )
    ]
    assert not slow


def test_a_name_without_an_end_is_read_in_linear_time() -> None:
    for beginning in ("hello my name is ", "This is Ann from ", "It stops. My name is "):
        for piece in ("A", "A ", "Aa", "A'"):
            assert not steep(
                inspect.unwrap(clean_text.clean),
                text_of(beginning, piece, SHORT),
                text_of(beginning, piece, LONG),
            )


def steep(function: Callable[[str], object], short: str, long: str) -> bool:
    """Whether the long text takes far more than its share of the short one's processor time."""
    long_time = taken(function, long)
    if long_time < QUICK * taken(each_character, long) or long_time <= STEEPEST * taken(function, short):
        return False
    # Whatever else the machine did in between is not the text's: the best of several tells.
    short_time = min(taken(function, short) for _ in range(3))
    return min(taken(function, long) for _ in range(3)) > STEEPEST * short_time


def taken(function: Callable[[str], object], words: str) -> float:
    started = time.thread_time()
    function(words)
    return time.thread_time() - started


def each_character(words: str) -> None:
    for each in words:
        unicodedata.category(each)
