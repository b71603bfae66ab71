"""Plain text from a message body, whichever door it came through.

Intercom's bodies are HTML (up to API version 2.14) or plain text (webhooks from 2.15 on, `display_as`), and
nothing says which. So only names that HTML knows count as tags; `<https://example.com>`, `<!channel>` or
`<your name>` are a customer's words and stay. Runs in linear time on hostile input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from bot.quoted import is_attribution, is_forwarded

# Controls except tab and line feed, bidi controls, invisible joiners of nothing, tags, lone surrogates.
# ZWJ and ZWNJ stay: emoji and several scripts need them. U+0000 would be refused by PostgreSQL.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
# A tag with its attributes: quote-aware for up to 64 attributes, else up to the next bracket. Possessive
# quantifiers keep a failed match from backtracking, the count keeps many failed matches from adding up.
_TOKEN = re.compile(
    r"""<(?:
          (?P<comment>!--)
        | (?P<declaration>!doctype\b[^<>]*+|!\[[^<>]*+|\?xml[^<>]*+)>
        | (?P<close>/)?(?P<name>[a-z][a-z0-9:]*+)(?=\s|/?>)
          (?P<attributes>(?:(?:[^<>"']++|"[^"]*+"|'[^']*+'){0,64}+(?=>))|[^<>]*+)>
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""(?<![a-z-])([a-z][a-z-]*+)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE
)
_SPACE = re.compile(r"\s+")
_OFFICE = re.compile(r"(?:[ovwmx]|st\d|u\d):", re.IGNORECASE)


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _names(
    "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr html main nav ol pre section table tbody tfoot thead tr ul"
)
_DROPPED = _names("script style title template object svg math")
_INLINE = _names(
    "a abbr acronym b base bdi bdo big br button cite code col colgroup data del dfn em embed font head i "
    "iframe img input ins kbd label li link mark meta noscript option p param q s samp select small source "
    "span strike strong sub summary details sup td textarea th time tt u var video audio wbr"
)
_KNOWN = _BLOCKS | _DROPPED | _INLINE
_LINES = _BLOCKS | _names("p li br")
_QUOTES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix")
_GMAIL, _GMAIL_HEAD = "gmail_quote", "gmail_attr"
_LONGEST_HEAD = 400

_SHOWN_LINKS = ("http://", "https://", "mailto:", "tel:")


def clean(text: str) -> str:
    """`text` without control, bidi control and invisible characters; line breaks become line feeds."""
    return _UNWANTED.sub("", _BREAKS.sub("\n", text))


def to_text(body: str) -> str:
    """The words of `body`: blocks as lines, paragraphs apart by an empty line, lists as `- ` or `1. `.

    A link is its label followed by the address in brackets where the two differ. Images become `[image]` with
    their description. Scripts, styles, control and bidi control characters are gone. E-mail history is left
    out only where the mail program marked it as such and nothing follows it; one that is passed on is none.
    Where words follow, each line of what is quoted begins with `> `, as in plain mails.
    """
    if "<" not in body:
        return clean(unescape(body)).strip()
    writer = _Writer()
    if not _walk(body, writer):
        return clean(unescape(body)).strip()
    return clean(writer.finish()).strip()


def _walk(body: str, writer: _Writer) -> bool:
    """Feed the writer; False if no tag was found, in which case the body is plain text."""
    found = False
    position = 0
    absent: set[str] = set()  # endings known not to come any more
    token = _TOKEN.search(body)
    while token:
        name = (token["name"] or "").lower()
        resume = token.end()
        if token["comment"]:
            resume = _skip(body, "-->", resume, absent)
            if resume < 0:
                token = _TOKEN.search(body, token.end())
                continue
        elif name and name not in _KNOWN and not _OFFICE.match(name):
            token = _TOKEN.search(body, token.start() + 1)
            continue
        found = True
        writer.text(body[position : token.start()])
        if name in _DROPPED and not token["close"]:
            end = _skip(body, rf"</{name}\b[^<>]*+>", resume, absent)
            resume = end if end >= 0 else resume
        elif token["close"]:
            writer.close(name)
        elif name:
            writer.open(name, token["attributes"])
        position = resume
        token = _TOKEN.search(body, resume)
    if found:
        writer.text(body[position:])
    return found


def _skip(body: str, ending: str, start: int, absent: set[str]) -> int:
    """Where the pattern `ending` is over, or -1. An ending once not found is not looked for again."""
    if ending in absent:
        return -1
    match = re.compile(ending, re.IGNORECASE).search(body, start)
    if match is None:
        absent.add(ending)
        return -1
    return match.end()


class _Writer:
    """Collects text; line breaks and spaces are owed until the next word comes."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._gap = 0
        self._space = False
        self._prefix = ""
        self._verbatim = 0
        self._lists: list[int] = []
        self._link: tuple[str, int] | None = None
        self._history = _History(self._out)

    def text(self, raw: str) -> None:
        if not raw:
            return
        words = unescape(raw) if "&" in raw else raw
        if self._verbatim:
            words = words.strip("\n") if self._gap or not self._out else words
            if words:
                self._put(words)
            return
        words = _SPACE.sub(" ", words)
        if words[0] == " ":
            self._space = True
        core = words.strip(" ")
        if core:
            self._put(core)
            self._space = words[-1] == " "

    def _put(self, words: str) -> None:
        self._history.words()
        if self._out:
            if self._gap:
                self._out.append("\n" * self._gap)
            elif self._space:
                self._out.append(" ")
        if self._prefix:
            self._out.append(self._prefix)
        self._out.append(words)
        self._gap, self._space, self._prefix = 0, False, ""

    def _block(self, lines: int) -> None:
        self._gap = max(self._gap, lines)
        self._space = False

    def open(self, name: str, attributes: str) -> None:
        self._history.open(name, attributes)
        if name == "br":
            self._gap = min(self._gap + 1, 2)
        elif name == "p":
            self._block(1 if self._lists or "no-margin" in attributes else 2)
        elif name == "li":
            self._item()
        elif name == "a":
            self._link = (_attribute(attributes, "href"), len(self._out))
        elif name == "img":
            self._image(attributes)
        elif name in ("td", "th"):
            self._space = True
        elif name in _BLOCKS:
            self._block(1)
            if name in ("ul", "ol"):
                self._lists.append(1 if name == "ol" else 0)
            self._verbatim += name == "pre"

    def close(self, name: str) -> None:
        if name == "p":
            self._block(1)
        elif name == "a":
            self._end_link()
        elif name in _BLOCKS or name == "li":
            self._block(1)
            if name in ("ul", "ol") and self._lists:
                self._lists.pop()
            self._verbatim -= name == "pre" and self._verbatim > 0
        self._history.close(name)

    def _item(self) -> None:
        self._block(1)
        self._prefix = "- "
        if self._lists and self._lists[-1]:
            self._prefix = f"{self._lists[-1]}. "
            self._lists[-1] += 1

    def _end_link(self) -> None:
        address, since = self._link or ("", 0)
        self._link = None
        if not address.lower().startswith(_SHOWN_LINKS):
            return
        label = "".join(self._out[since:]).strip()
        if not label:
            self._put(address)
        elif _bare(label) != _bare(address):
            self._out.append(f" ({address})")

    def _image(self, attributes: str) -> None:
        if {_attribute(attributes, "width"), _attribute(attributes, "height")} & {"0", "1"}:
            return  # a tracking pixel
        described = _SPACE.sub(" ", _attribute(attributes, "alt")).strip()
        self._put(f"[image: {described}]" if described else "[image]")

    def finish(self) -> str:
        self._history.line()
        end = self._history.began if self._history.began > 0 else len(self._out)
        if self._history.began == 0:
            return "".join(self._out)
        for first, behind in self._history.quotes:
            if behind <= end:
                self._out[first:behind] = _quoted(self._out[first:behind])
        return "".join(self._out[:end])


@dataclass(slots=True)
class _Below:
    """A `div.gmail_quote`: everything below an answer, and answers that were written between its quotes.

    `level` is how many divs are open with it. `bare`: it begins without a mark at what is quoted, which was
    usual once, and up to the first one its words are the other one's.
    """

    level: int
    bare: bool = True


class _History:
    """Where the mails before begin in the output, as far as the mail program marked them."""

    def __init__(self, out: list[str]) -> None:
        self._out = out
        self.began = -1  # length of the output there; -1 if other words follow
        self.quotes: list[tuple[int, int]] = []  # where quoted blocks begin and end in the output
        self._since = 0  # where the one that is open begins
        self._quote: tuple[str, int] | None = None  # the element that holds another's words, and its depth
        self._below: list[_Below] = []
        self._divs = 0
        self._head = -1  # length of the output where the first line of what was opened last begins

    def words(self) -> None:
        """Words are about to be put out."""
        if self._quote is None and not (self._below and self._below[-1].bare):
            self.began = -1

    def open(self, name: str, attributes: str) -> None:
        if name in _LINES:
            self.line()
        self._divs += name == "div"
        if self._quote is not None:
            if self._quote[0] == name:
                self._quote = (name, self._quote[1] + 1)
            return
        if name not in ("div", "blockquote") or not attributes:
            return
        classes = _attribute(attributes, "class").split()
        if name == "div" and _GMAIL in classes:
            self._begin()
            self._below.append(_Below(self._divs))
        elif (_GMAIL_HEAD in classes and self._below) or _is_history(name, attributes, classes):
            self._begin()
            self._quote, self._since = (name, 1), len(self._out)

    def _begin(self) -> None:
        if self._below:
            self._below[-1].bare = False
        self._head = len(self._out)
        if self.began < 0:
            self.began = len(self._out)

    def close(self, name: str) -> None:
        if name in _LINES:
            self.line()
        if self._quote is not None and self._quote[0] == name:
            depth = self._quote[1] - 1
            self._quote = (name, depth) if depth else None
            if not depth and name == "blockquote" and self._since < len(self._out):
                self.quotes.append((self._since, len(self._out)))
        if name == "div":
            self._divs = max(0, self._divs - 1)
            while self._below and self._below[-1].level > self._divs:
                self._below.pop()

    def line(self) -> None:
        """A line is over. The first one of a quote tells whether it is one."""
        if not 0 <= self._head < len(self._out):
            return
        head = "".join(self._out[self._head :]).strip()[:_LONGEST_HEAD]
        self._head = -1
        forwarded = is_forwarded(head)
        bare = self._quote is None and bool(self._below) and self._below[-1].bare
        if bare and (forwarded or not is_attribution(head)):
            self._below[-1].bare, self.began = False, -1
        elif forwarded:
            self._quote, self.began = None, -1


def _quoted(pieces: list[str]) -> list[str]:
    """As many pieces with a quote mark before each line. The first may begin with the breaks before it."""
    words = "".join(pieces)
    bare = words.lstrip("\n")
    marked = "\n".join(f"> {line}".rstrip() for line in bare.split("\n"))
    return ["\n" * (len(words) - len(bare)) + marked, *([""] * (len(pieces) - 1))]


def _attribute(attributes: str, name: str) -> str:
    for match in _ATTRIBUTE.finditer(attributes):
        if match[1].lower() == name:
            return unescape(match[2] or match[3] or match[4] or "").strip()
    return ""


def _is_history(name: str, attributes: str, classes: list[str]) -> bool:
    if name == "blockquote" and _attribute(attributes, "type").lower() == "cite":
        return True
    return any(mark in classes for mark in _QUOTES)


def _bare(address: str) -> str:
    address = address.lower()
    for scheme in _SHOWN_LINKS:
        address = address.removeprefix(scheme)
    return address.removeprefix("www.").rstrip("/")
