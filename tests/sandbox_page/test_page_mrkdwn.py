"""mrkdwn, markdown and emoji: what they become, and that no text can become more than text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from some_reader import reader

from sandbox.page import editor, markdown, mrkdwn, richtext
from sandbox.page.emoji import EMOJI

ALLOWED = {
    "a",
    "b",
    "blockquote",
    "br",
    "button",
    "code",
    "div",
    "em",
    "h4",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
}
ALLOWED |= {"span", "strong", "table", "tbody", "td", "th", "thead", "time", "tr", "u", "ul"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<javascript:alert(1)|click me>",
    "<data:text/html,<script>alert(1)</script>|x>",
    '<https://evil.example/" onmouseover="alert(1)|x>',
    "<https://evil.example|<b>bold</b>>",
    '<@U1"><img src=x onerror=alert(1)>',
    "<!date^1^{date}^javascript:alert(1)|fallback>",
    "<!date^99999999999999999999^{date}|<script>>",
    "<!subteam^S1|<script>>",
    "*<script>*_<img>_~<svg onload=alert(1)>~`</code><script>`",
    "```</pre><script>alert(1)</script>```",
    "> <script>alert(1)</script>\n>>> </blockquote><script>",
    ':"><script>:',
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;script&amp;gt;",
    '[x](javascript:alert(1)) ![x](data:text/html,x) [x](https://e.example"onclick=alert(1))',
    "https://evil.example/<script>alert(1)</script>",
    "\ue0000\ue001 \ue00099\ue001",
    "\x00\x07\x1b[31m\x9b",
    "\u202e\u2066<b>",
    "|a|<script>|\n|---|---|\n|<img src=x onerror=1>|b|",
    "- <script>\n1. <img onerror=x>\n- [x] <svg/onload=1>",
    "a" * 10_000,
    "*" * 3000 + "_" * 3000 + "<" * 3000,
]


class Tags(HTMLParser):
    """What a browser would make of it: element names, and attributes that do something."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.active: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        for name, value in attrs:
            harmless = name != "href" or (value or "").startswith(("https://", "http://", "mailto:"))
            if name.startswith("on") or name in ("style", "src", "srcdoc") or not harmless:
                self.active.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data


def tags(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    found.close()
    return found


def drawn(text: str) -> list[str]:
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": text, "style": {"bold": True, "code": True}},
                    {"type": "link", "url": text, "text": text},
                    {"type": "emoji", "name": text},
                    {"type": "date", "timestamp": 1, "format": text, "url": text, "fallback": text},
                    {"type": "user", "user_id": text},
                    {"type": "channel", "channel_id": text},
                    {"type": "broadcast", "range": text},
                ],
            }
        ],
    }
    return [
        str(mrkdwn.render(text, reader())),
        str(mrkdwn.plain(text)),
        str(markdown.render(text)),
        str(richtext.render(rich, reader())),
        str(richtext.render(editor.from_text(text) or {}, reader())),
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:24].encode("unicode_escape").decode())
def test_hostile_text_stays_text(text: str) -> None:
    for html in drawn(text):
        found = tags(html)
        assert found.names <= ALLOWED
        assert found.active == []


@given(st.text(alphabet=st.sampled_from("<>&\"'*_~`|!@#^:/\n \\[](){}-.aU1\ue000\ue001\u202e"), max_size=80))
def test_no_mixture_of_marks_becomes_markup(text: str) -> None:
    for html in drawn(text):
        found = tags(html)
        assert found.names <= ALLOWED
        assert found.active == []


def test_the_check_above_would_notice_markup_that_slipped_through() -> None:
    assert tags("<script>x</script>").names - ALLOWED
    assert tags('<a href="javascript:x">x</a><b onclick="x">y</b>').active


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*b* _i_ ~s~ `c`", "<strong>b</strong> <em>i</em> <s>s</s> <code>c</code>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("*not bold *", "*not bold *"),
        ("`*kept*`", "<code>*kept*</code>"),
        ("a &amp; b &lt;c&gt;", "a &amp; b &lt;c&gt;"),
        ("one\ntwo", "one<br>two"),
    ],
)
def test_mrkdwn_marks(text: str, expected: str) -> None:
    assert str(mrkdwn.inline(text, reader())) == expected


def test_mentions_name_people_channels_and_groups() -> None:
    html = str(mrkdwn.render("<@U1> in <#C1> for <!subteam^S1> <!here>", reader()))
    assert tags(html).text == "@Maya Lindqvist in #support-alerts for @support @here"
    assert 'class="mention mention-me"' in html  # U1 reads it herself


def test_an_unknown_person_is_shown_by_id_and_a_private_channel_by_no_name() -> None:
    text = tags(str(mrkdwn.render("<@U404> <#C404>", reader()))).text
    assert text == "@U404 #private channel"


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("<!date^1795417200^{date_num} {time}|x>", "2026-11-23 08:00"),
        ("<!date^1795417200^{date_short_pretty} at {time_secs}|x>", "today at 08:00:00"),
        ("<!date^1795330800^{date_pretty}|x>", "yesterday"),
        ("<!date^1795417200^{date}|x>", "November 23rd, 2026"),
        ("<!date^1795417200^{date_long} {unknown}|x>", "Monday, November 23rd, 2026 {unknown}"),
        ("<!date^1795417200^{ago}|x>", "25 minutes ago"),
        ("<!date^soon^{date}|the fallback>", "the fallback"),
    ],
)
def test_date_tokens_in_the_readers_zone(token: str, shown: str) -> None:
    assert tags(str(mrkdwn.inline(token, reader()))).text == shown


def test_links_show_their_label_and_open_apart() -> None:
    html = str(mrkdwn.inline("<https://a.example/?x=1&amp;y=2|the *page*> and https://b.example.", reader()))
    assert 'href="https://a.example/?x=1&amp;y=2"' in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert 'href="https://b.example"' in html


def test_bare_addresses_stay_text_in_verbatim_and_in_rich_text() -> None:
    assert "<a" not in mrkdwn.render("https://b.example", reader(), verbatim=True)
    block = {
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "https://b.example"}]}
        ]
    }
    assert "<a" not in richtext.render(block, reader())


def test_quotes_and_fences_are_blocks() -> None:
    html = str(mrkdwn.render("before\n> one\n> two\nafter\n```\nx = *1*\n```", reader()))
    assert "<blockquote>one<br>two</blockquote>" in html
    assert "<pre>x = *1*</pre>" in html


def test_emoji_are_drawn_by_name_and_unknown_names_stay() -> None:
    text = tags(str(mrkdwn.inline(":rotating_light: :no_such_thing: 10:30:45", reader()))).text
    assert text == "🚨 :no_such_thing: 10:30:45"
    assert {"hourglass_flowing_sand", "white_check_mark", "warning", "rotating_light"} <= EMOJI.keys()


def test_markdown_block() -> None:
    text = "# Title\n\n**bold** and *it* `c`\n\n- one\n  - two\n\n1. first\n\n> quote\n\n|a|b|\n|-|-|\n|1|2|\n\n[t](https://x.example)"
    html = str(markdown.render(text))
    for piece in (
        "<h4",
        "<strong>bold</strong>",
        "<em>it</em>",
        "indent-1",
        "<ol",
        "<blockquote>",
        "<td>2</td>",
    ):
        assert piece in html
    assert 'href="https://x.example"' in html


def test_typed_text_becomes_rich_text_and_comes_back() -> None:
    text = "Hello *Ana*, see `x`\n- one\n- two\n> quoted\nhttps://help.example"
    block = editor.from_text(text)
    assert block is not None
    kinds = [part["type"] for part in block["elements"]]
    assert kinds == ["rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_section"]
    assert editor.to_text(block) == text
    assert editor.from_text("  \n") is None


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60)
)
def test_words_typed_are_never_lost(text: str) -> None:
    block = editor.from_text(text)
    if block is None:
        assert not mrkdwn.printable(text).strip()
        return
    back = editor.to_text(block)
    wanted = [c for c in mrkdwn.printable(text) if c.isalnum()]
    # A list's own numbers may be counted anew; every other letter and digit is there, in order.
    kept = iter(back)
    assert all(c in kept for c in wanted if not c.isdigit())
