"""Text as the token ids of an uncased BERT vocabulary.

The algorithm is the published one: clean, lower case, accents off, split at space, punctuation and Chinese
characters, then the longest pieces of the vocabulary from the left (Devlin et al. 2018; Wu et al. 2016). It
is written here because the library for it brings a downloader and its network stack along.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

CLS, SEP, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_LONGEST_WORD = 100
_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def read_vocabulary(file: Path) -> dict[str, int]:
    """Token to id: one token a line, its number is its id. Raises OSError and UnicodeDecodeError."""
    return {token.rstrip("\n"): number for number, token in enumerate(file.open(encoding="utf-8"))}


def token_ids(text: str, vocabulary: Mapping[str, int], most: int) -> list[int]:
    """At most `most` ids, the first and last of which stand for the beginning and the end."""
    found = [vocabulary[CLS]]
    for word in words(text):
        found.extend(_pieces(word, vocabulary))
        if len(found) >= most:
            break
    return [*found[: most - 1], vocabulary[SEP]]


def words(text: str) -> Iterator[str]:
    """Lower-case words without accents; each sign of punctuation and each Chinese character is one."""
    spaced = "".join(f" {char} " if _is_chinese(char) else char for char in _cleaned(text))
    plain = unicodedata.normalize("NFD", spaced.lower())
    bare = "".join(char for char in plain if unicodedata.category(char) != "Mn")
    for run in bare.split():
        word = ""
        for char in run:
            if _is_punctuation(char):
                if word:
                    yield word
                yield char
                word = ""
            else:
                word += char
        if word:
            yield word


def _pieces(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    if len(word) > _LONGEST_WORD:
        return [vocabulary[UNKNOWN]]
    found: list[int] = []
    start = 0
    while start < len(word):
        end = len(word)
        while end > start:
            piece = ("##" if start else "") + word[start:end]
            if piece in vocabulary:
                found.append(vocabulary[piece])
                break
            end -= 1
        else:
            return [vocabulary[UNKNOWN]]
        start = end
    return found


def _cleaned(text: str) -> str:
    """Every kind of space is a space; what has no width and no meaning is gone."""
    kept = []
    for char in text:
        if char in "\t\n\r" or unicodedata.category(char) == "Zs":
            kept.append(" ")
        elif char not in "\x00\ufffd" and not unicodedata.category(char).startswith("C"):
            kept.append(char)
    return "".join(kept)


def _is_chinese(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _CHINESE)


def _is_punctuation(char: str) -> bool:
    """Everything of ASCII that is no letter, digit or space counts, and what Unicode calls so."""
    if char.isascii():
        return not char.isalnum() and not char.isspace()
    return unicodedata.category(char).startswith("P")
