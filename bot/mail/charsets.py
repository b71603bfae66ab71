"""Text out of bytes of which somebody says which charset they are in, rightly or not."""

from __future__ import annotations

import codecs
import re

# Only charsets of letters. Python knows others under the same roof (punycode, idna, unicode_escape), some of
# which take quadratic time.
_LETTERS = re.compile(
    r"ascii|utf[-_]?(?:7|8|16|32)(?:[-_](?:be|le|sig))?|iso8859[-_]\d+|cp\d+|koi8[-_][a-z]+|gb(?:2312|k|18030)"
    r"|big5(?:hkscs)?|euc_[a-z0-9_]+|shift_jis(?:x0213|_2004)?|iso2022_[a-z0-9_]+|mac[-_][a-z0-9_]+|hz"
    r"|tis[-_]620|johab|ptcp154|kz1048|hp[-_]roman8"
)


def decoded(raw: bytes, charset: str | None) -> str:
    """The text of `raw`. Never raises: what the charset does not know becomes a replacement character.

    Without a charset that is known, UTF-8 is tried and then Windows-1252, which is also what those mostly
    write who say ISO 8859-1 or US-ASCII (as browsers read them, WHATWG Encoding).
    """
    name = _known(charset)
    if name in (None, "ascii", "iso8859-1"):
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("cp1252", "replace")
    return raw.decode(name, "replace")


def _known(charset: str | None) -> str | None:
    try:
        name = codecs.lookup((charset or "").strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return name if _LETTERS.fullmatch(name) else None
