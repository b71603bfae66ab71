"""Text that is safe to put into Slack: cleaning, escaping, shortening and the few tokens we write ourselves.

Everything a customer can influence (words, names, account names) passes through here or through
`bot.slack.rich`. In mrkdwn only `&`, `<` and `>` can be escaped; emphasis and emoji codes cannot, so names
that stand inside our own sentences go through `inline`, and longer customer text belongs into rich text.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, tzinfo
from urllib.parse import urlsplit

ELLIPSIS = "…"
_NEWLINES = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_EMOJI_CODE = re.compile(r":(?=[a-z0-9_+'-]+:)")
_HARMLESS = re.compile(r"[A-Za-z0-9.,?…'+-]+(?: [A-Za-z0-9.,?…'+-]+)*")
"""Most names and labels: nothing in them means anything to Slack, so nothing is to be done."""
_EDGE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{1,30}")
_GROUP = re.compile(r"S[A-Z0-9]{1,30}")
_MARKS_IN_A_ROW = 4
# Controls, format characters (zero-width, bidi), lone surrogates and unassigned code points.
_JOINERS = frozenset("\u200c\u200d")
_VIRAMA = 9
"""Its combining class: the sign that takes a letter's vowel away."""
_REMOVED = frozenset({"Cc", "Cf", "Cs", "Cn"})
# Runs with anything else than what is common, kept, and no combining mark: a look at each character takes
# Python a thousand times as long as passing it over.
_UNCOMMON = re.compile(
    "[^\n\t\x20-\x7e\xa0-\xac\xae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e"
    "\u20a0-\u20bf\u2190-\u21ff\u4e00-\u9fff\uac00-\ud7a3\U0001f300-\U0001f64f]+"
)
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_DATE_TOKENS = {
    "{date_num}": "%Y-%m-%d",
    "{date}": "%-d %B",
    "{date_pretty}": "%a %-d %b",
    "{date_short}": "%-d %b",
    "{date_long}": "%A, %-d %B %Y",
    "{time}": "%H:%M",
    "{time_secs}": "%H:%M:%S",
}


def clean(text: str) -> str:
    """Text without control, zero-width and bidi control characters; line ends become `\\n`, tabs stay.

    Joiners stay where they spell a word, as in Persian and Hindi, or tie emoji to one sign. Stacks of
    combining marks are cut after the fourth, so that they cannot paint over other lines.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return _UNCOMMON.sub(_cleaned, _NEWLINES.sub("\n", text))


def _cleaned(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    before = run.string[run.start() - 1 : run.start()]
    for place, char in enumerate(run[0], start=run.start() + 1):
        if char in _JOINERS:
            after = run.string[place : place + 1]
            # It begins no new stack of marks.
            if _joins(kept[-1] if kept else before, after) and not (
                marks >= _MARKS_IN_A_ROW and unicodedata.combining(after)
            ):
                kept.append(char)
            continue
        if unicodedata.category(char) in _REMOVED:
            continue
        if unicodedata.combining(char):
            marks += 1
            if marks > _MARKS_IN_A_ROW:
                continue
        else:
            marks = 0
        kept.append(char)
    return "".join(kept)


def _joins(before: str, after: str) -> bool:
    """Whether a joiner between these two changes what is read; behind a virama also at a word's end."""
    return before != "" and (
        unicodedata.combining(before) == _VIRAMA
        or (after != "" and _takes_joiners(before) and _takes_joiners(after))
    )


def _takes_joiners(char: str) -> bool:
    """Letters and marks of scripts from Arabic to Mongolian, emoji, their skins and their variants."""
    category = unicodedata.category(char)
    script = "\u0600" <= char <= "\u1cff" and category[0] in "LM"
    return script or category == "So" or "\U0001f3fb" <= char <= "\U0001f3ff" or char == "\ufe0f"


def escape(text: str) -> str:
    """Cleaned text with `&`, `<` and `>` as entities: no token in it is parsed by Slack."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str) -> str:
    """Cleaned text with every run of white space as one space."""
    cleaned = clean(text)
    # Most names and all labels are one line already: seeing that costs a tenth of making it so.
    if cleaned.isprintable() and cleaned.isascii() and "  " not in cleaned:
        return cleaned.strip()
    return _SPACES.sub(" ", cleaned).strip()


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word's end with an ellipsis; a long single word is cut inside."""
    if limit < 1:
        raise ValueError("limit must be at least 1")
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if not text[limit - 1].isspace() and not head[-1:].isspace():
        words = head.rsplit(None, 1)
        # A cut at the word's start must not throw most of the text away.
        if len(words) == 2 and len(words[0]) >= limit // 2:
            head = words[0]
    return head.rstrip(" \t\n,;:.-") + ELLIPSIS


def plain(text: str, limit: int, *, empty: str = "(empty)") -> str:
    """One line for a plain_text object: cleaned, shortened, never empty. Nothing is parsed there."""
    if len(text) <= limit and _HARMLESS.fullmatch(text):
        return text
    return shorten(one_line(text), limit) or empty


def inline(text: str, limit: int = 80, *, empty: str = "(no name)") -> str:
    """A name inside a mrkdwn sentence: one short line, escaped, its emphasis and emoji codes disarmed."""
    if len(text) <= limit and _HARMLESS.fullmatch(text):
        return text
    short = shorten(one_line(text), limit) or empty
    short = _EMOJI_CODE.sub("꞉", short.translate(_LOOKALIKES))
    # Escaping makes letters longer; a name of nothing but ampersands must not fill a message.
    return cut(escape(_EDGE_UNDERSCORE.sub("ˍ", short)), 2 * max(limit, len(empty)))


def cut(markup: str, limit: int) -> str:
    """Finished mrkdwn, shortened to `limit` without half a token or entity at its end."""
    if len(markup) <= limit:
        return markup
    head = markup[: limit - 1]
    if head.rfind("<") > head.rfind(">"):
        head = head[: head.rfind("<")]
    if head.rfind("&") > head.rfind(";"):
        head = head[: head.rfind("&")]
    return head.rstrip() + ELLIPSIS


def mention_user(user_id: str) -> str:
    """A mention that rings the person. Raises ValueError for anything that is not a user id."""
    return f"<@{_checked(_USER, user_id, 'user')}>"


def mention_channel(channel_id: str) -> str:
    """A link to a channel. Raises ValueError for anything that is not a channel id."""
    return f"<#{_checked(_CHANNEL, channel_id, 'channel')}>"


def mention_group(group_id: str) -> str:
    """A mention that rings a user group. Raises ValueError for anything that is not a group id."""
    return f"<!subteam^{_checked(_GROUP, group_id, 'user group')}>"


def is_user_id(value: str) -> bool:
    return _USER.fullmatch(value) is not None


def is_channel_id(value: str) -> bool:
    return _CHANNEL.fullmatch(value) is not None


def date(instant: datetime, fmt: str, zone: tzinfo) -> str:
    """A date token shown in each reader's own zone; `zone` serves the plain fallback.

    `fmt` holds at least one of Slack's tokens ({time}, {date_pretty}, {date_num}, …) and may hold plain
    words. Raises ValueError for a naive instant or a format without a token.
    """
    if not any(token in fmt for token in _DATE_TOKENS) or set("^|<>") & set(fmt):
        raise ValueError(f"not a Slack date format: {fmt!r}")
    return f"<!date^{seconds_of(instant)}^{fmt}|{date_plain(instant, fmt, zone)}>"


def date_plain(instant: datetime, fmt: str, zone: tzinfo) -> str:
    """The same format in words of the given zone, for fallbacks and plain_text."""
    local = instant.astimezone(zone)
    for token, pattern in _DATE_TOKENS.items():
        if token in fmt:
            fmt = fmt.replace(token, local.strftime(pattern))
    return fmt


def seconds_of(instant: datetime) -> int:
    """Unix seconds of an aware instant. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("instants must be aware")
    return int(instant.timestamp())


def safe_url(url: str) -> str | None:
    """The address if it is a plain http or https one, with the characters that end a Slack link encoded."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(url) > 3000:
        return None
    if clean(url) != url or _SPACES.search(url):
        return None
    return url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E")


def link(url: str, text: str) -> str:
    """A mrkdwn link of ours. Anything but http and https leaves the words without a link."""
    address = safe_url(url)
    label = inline(text).replace("|", "¦")  # a bar would end the address
    return label if address is None else f"<{address.replace('&', '&amp;')}|{label}>"


def _checked(pattern: re.Pattern[str], value: str, kind: str) -> str:
    if pattern.fullmatch(value) is None:
        raise ValueError(f"not a Slack {kind} id: {value!r}")
    return value
