"""Where each key of a TOML file stands: `tomllib` gives lines for syntax errors only."""

from __future__ import annotations

import tomllib

Path = tuple[str | int, ...]
"""A key's way from the top: ("policies", 2, "first_response"); elements are counted from 0."""


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every table, key and array element of a text that `tomllib` has accepted."""
    return _Scanner(text).scan()


class _Scanner:
    """Walks over a valid TOML text, reading keys and values only as far as their ends must be found."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.elements: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip():
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self.lines

    def _skip(self) -> bool:
        """Pass blanks, line ends and comments; False at the end of the text."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in " \t\n":
                self.at += 1
            else:
                return True
        return False

    def _note(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, at) + 1)

    def _header(self) -> Path:
        start = self.at
        many = self.text.startswith("[[", start)
        self.at += 2 if many else 1
        path: Path = ()
        words = self._key()
        for left, word in zip(range(len(words) - 1, -1, -1), words, strict=True):
            path = (*path, word)
            self._note(path, start)
            if path in self.elements and (left or not many):
                path = (*path, self.elements[path])
        if many:
            self.elements[path] = self.elements.get(path, -1) + 1
            path = (*path, self.elements[path])
            self._note(path, start)
        self._skip()
        self.at += 2 if many else 1
        return path

    def _pair(self, table: Path) -> None:
        start = self.at
        path = table
        for word in self._key():
            path = (*path, word)
            self._note(path, start)
        self._skip()
        self.at += 1  # the equals sign
        self._skip()
        self._value(path)

    def _key(self) -> list[str]:
        """A key in its words: a.b."c d" is three."""
        words = []
        while True:
            self._skip()
            start = self.at
            if self.text[start] in "\"'":
                self._string()
                words.append(str(tomllib.loads(f"value = {self.text[start : self.at]}")["value"]))
            else:
                while self.text[self.at] not in " \t.=]\n":
                    self.at += 1
                words.append(self.text[start : self.at])
            self._skip()
            if self.text[self.at] != ".":
                return words
            self.at += 1

    def _value(self, path: Path) -> None:
        match self.text[self.at]:
            case '"' | "'":
                self._string()
            case "[":
                self._members("]", path)
            case "{":
                self._members("}", path)
            case _:
                while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                    self.at += 1

    def _members(self, end: str, path: Path) -> None:
        """An array (elements by number) or an inline table (elements by key)."""
        self.at += 1
        count = 0
        while self._skip() and self.text[self.at] != end:
            if end == "}":
                self._pair(path)
            else:
                self._note((*path, count), self.at)
                self._value((*path, count))
            count += 1
            self._skip()
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(mark)
        while not self.text.startswith(mark, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(mark)
        while len(mark) == 3 and self.text.startswith(quote, self.at):
            self.at += 1  # a multi-line string may end in up to two quotes of its own
