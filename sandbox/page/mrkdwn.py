"""Slack's mrkdwn as HTML. Everything is escaped first; only then do the marks we know become elements."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from sandbox.page import dates, emoji
from sandbox.page.html import el, join
from sandbox.page.reader import Reader

# C0 and C1 controls but for tab and newline, and the two private-use characters of our own placeholders.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ue000\ue001]")
_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_TOKEN = re.compile(r"<([^<>\n]{1,4000})>")
_BARE_URL = re.compile(r"(?<![\w@/])(https?://[^\s<>\"'`\ue000\ue001]+[^\s<>\"'`.,;:!?)\]}*_~\ue000\ue001])")
_HELD = re.compile("\ue000(\\d+)\ue001")
_QUOTED = re.compile(r"^(?:&gt;|>) ?")
_STYLES = (
    ("strong", re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])")),
    ("em", re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]*[^\s_])_(?![\w_])")),
    ("s", re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])")),
)


def printable(text: str) -> str:
    """The text without control characters; line ends become `\\n`."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def unescaped(text: str) -> str:
    """Slack's three entities resolved once."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def safe_href(url: str) -> str | None:
    """The address if a click on it can only open a web page or a mail, else None."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and parts.netloc:
        return url
    return url if parts.scheme == "mailto" and parts.path else None


def link(url: str, label: str | Markup) -> Markup:
    """A link that opens beside the page and tells its target nothing; a refused address leaves its label."""
    href = safe_href(url)
    if href is None:
        return escape(label)
    return el("a", label, href=href, target="_blank", rel="noopener noreferrer nofollow", title=href)


def user_mention(user_id: str, reader: Reader) -> Markup:
    name = reader.directory.user_name(user_id)
    mine = " mention-me" if user_id == reader.viewer else ""
    return el("span", f"@{name or user_id}", class_=f"mention{mine}", data_user=user_id)


def channel_mention(channel_id: str, reader: Reader, label: str = "") -> Markup:
    name = reader.directory.channel_name(channel_id) or label
    if not name:
        return el("span", "#private channel", class_="mention")
    return el("button", f"#{name}", type="button", class_="mention", data_open_channel=channel_id)


def usergroup_mention(usergroup_id: str, reader: Reader, label: str = "") -> Markup:
    handle = reader.directory.usergroup_handle(usergroup_id) or label.lstrip("@") or usergroup_id
    return el("span", f"@{handle}", class_="mention")


def broadcast_mention(audience: str) -> Markup:
    return el("span", f"@{audience}", class_="mention mention-me")


def date_mention(seconds: str, layout: str, url: str, fallback: str, reader: Reader) -> Markup:
    """A date token in the reader's zone; its fallback where the instant makes no sense."""
    try:
        at = dates.from_timestamp(int(seconds), reader.zone)
    except (ValueError, OverflowError, OSError):
        return escape(fallback)
    text = dates.formatted(layout, at, reader.local_now)
    shown = el("time", text, datetime=at.isoformat(timespec="seconds"), title=dates.full(at))
    return link(url, shown) if url else shown


def plain(text: str, *, emojis: bool = True) -> Markup:
    """A plain_text object: nothing but emoji names means anything. Entities are resolved, as in mrkdwn."""
    escaped = escape(unescaped(printable(text)))
    return _with_emoji(str(escaped)) if emojis else escaped


def render(text: str, reader: Reader, *, verbatim: bool = False) -> Markup:
    """mrkdwn as block-level HTML: paragraphs by line, quotes, fenced code.

    `verbatim` leaves bare addresses alone, as Slack does.
    """
    pieces: list[Markup] = []
    end = 0
    text = printable(text)
    for fence in _FENCE.finditer(text):
        pieces.append(_lines(text[end : fence.start()], reader, verbatim))
        pieces.append(el("pre", unescaped(fence[1])))
        end = fence.end()
    pieces.append(_lines(text[end:], reader, verbatim))
    return join(pieces)


def _lines(text: str, reader: Reader, verbatim: bool) -> Markup:
    """Consecutive lines with `>` become one quote; `>>>` quotes all that follows."""
    if not text.strip("\n"):
        return Markup("")
    head, long_quote, tail = _cut_long_quote(text)
    pieces: list[Markup] = []
    run: list[str] = []
    quoted = False
    for line in [*head.strip("\n").split("\n"), None] if head.strip("\n") else [None]:
        is_quote = line is not None and bool(_QUOTED.match(line))
        if run and (line is None or is_quote != quoted):
            body = inline("\n".join(run), reader, verbatim=verbatim)
            pieces.append(el("blockquote", body) if quoted else el("span", body, class_="line"))
            run = []
        if line is not None:
            quoted = is_quote
            run.append(_QUOTED.sub("", line) if is_quote else line)
    if long_quote:
        pieces.append(el("blockquote", inline(tail.strip("\n"), reader, verbatim=verbatim)))
    return join(pieces)


def _cut_long_quote(text: str) -> tuple[str, bool, str]:
    found = re.search(r"(?m)^(?:&gt;|>){3} ?", text)
    return (text, False, "") if found is None else (text[: found.start()], True, text[found.end() :])


def inline(text: str, reader: Reader, *, verbatim: bool = False) -> Markup:
    """One run of mrkdwn without block structure; newlines become `<br>`."""
    held: list[Markup] = []

    def hold(markup: Markup) -> str:
        held.append(markup)
        return f"\ue000{len(held) - 1}\ue001"

    def release(markup: str) -> Markup:
        filled = _HELD.sub(lambda found: str(held[int(found[1])]), markup)
        return Markup(filled)  # noqa: S704 - escaped below, before any mark is turned into an element

    text = printable(text)
    text = _CODE.sub(lambda found: hold(el("code", unescaped(found[1]))), text)
    text = _TOKEN.sub(lambda found: hold(_token(found[1], reader)), text)
    text = unescaped(text)
    if not verbatim:
        text = _BARE_URL.sub(lambda found: hold(link(found[1], found[1])), text)
    escaped = str(escape(text))
    for tag, pattern in _STYLES:
        escaped = pattern.sub(rf"<{tag}>\1</{tag}>", escaped)
    return release(str(_with_emoji(escaped)).replace("\n", "<br>"))


def _with_emoji(escaped: str) -> Markup:
    """Emoji names in text that is already escaped."""

    def swap(found: re.Match[str]) -> str:
        shown = emoji.picture(found[1])
        return found[0] if shown is None else str(shown)

    return Markup(emoji.NAME.sub(swap, escaped))  # noqa: S704 - the argument is escaped, the pictures are ours


def _token(body: str, reader: Reader) -> Markup:
    """What stands between `<` and `>`; a token that means nothing is shown as written."""
    target, _, label = body.partition("|")
    label = unescaped(label)
    kinds: tuple[tuple[str, Callable[[], Markup]], ...] = (
        ("@", lambda: user_mention(target[1:], reader)),
        ("#", lambda: channel_mention(target[1:], reader, label)),
        ("!date^", lambda: _date_token(body, reader)),
        ("!subteam^", lambda: usergroup_mention(target.removeprefix("!subteam^"), reader, label)),
    )
    for prefix, draw in kinds:
        if target.startswith(prefix) and len(target) > len(prefix):
            return draw()
    if target in ("!here", "!channel", "!everyone"):
        return broadcast_mention(target[1:])
    url = unescaped(target)
    if safe_href(url) is None:
        return escape(f"<{unescaped(body)}>") if not label else escape(label)
    return link(url, _with_emoji(str(escape(label))) if label else url.removeprefix("mailto:"))


def _date_token(body: str, reader: Reader) -> Markup:
    head, _, fallback = body.partition("|")
    _, seconds, layout, url = [*head.split("^", 3), "", "", ""][:4]
    return date_mention(seconds, unescaped(layout), unescaped(url), unescaped(fallback), reader)
