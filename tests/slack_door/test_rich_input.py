"""What a rep types into the modal reaches the customer as typed, and as nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import rich_input


def section(*runs: dict) -> dict:
    return {"type": "rich_text_section", "elements": list(runs)}


def value(*blocks: dict) -> dict:
    return {"type": "rich_text", "elements": list(blocks)}


def run(words: str, **style: bool) -> dict:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def listing(style: str, indent: int, *items: str, **more: int) -> dict:
    rows = [section(run(item)) for item in items]
    return {"type": "rich_text_list", "style": style, "indent": indent, "elements": rows, **more}


@pytest.mark.parametrize(
    ("typed", "html", "plain"),
    [
        (value(section(run("Hello Dana"))), "<p>Hello Dana</p>", "Hello Dana"),
        (value(section(run("one\ntwo\n\nthree"))), "<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"),
        (
            value(
                section(run("be "), run("bold", bold=True), run(" and "), run("both", bold=True, italic=True))
            ),
            "<p>be <b>bold</b> and <b><i>both</i></b></p>",
            "be bold and both",
        ),
        (
            value(section(run("gone", strike=True), run(" code", code=True))),
            "<p>gone<code> code</code></p>",
            "gone code",
        ),
        (value(section(run("<script>alert(1)</script> & <b>"))), None, "<script>alert(1)</script> & <b>"),
        (
            value(section({"type": "link", "url": "https://a.example/?a=1&b=2", "text": "here"})),
            '<p><a href="https://a.example/?a=1&amp;b=2">here</a></p>',
            "here",
        ),
        (
            value(section({"type": "link", "url": "javascript:alert(1)", "text": "here"})),
            "<p>here</p>",
            "here",
        ),
        (value(section({"type": "link", "url": "https://a.example"})), None, "https://a.example"),
        (value(listing("bullet", 0, "a", "b")), "<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        (
            # Slack lets a list go on behind a paragraph, and the customer reads the number that was typed.
            value(
                listing("ordered", 0, "Log out."),
                section(run("Wait a minute.")),
                listing("ordered", 0, "Log in <again>.", "Say so.\nBoth.", offset=1),
                listing("bullet", 1, "by mail"),
            ),
            "<ol><li>Log out.</li></ol><p>Wait a minute.</p>"
            "<p>2. Log in &lt;again&gt;.<br>3. Say so.<br>Both.<br>&nbsp;&nbsp;- by mail</p>",
            "1. Log out.\nWait a minute.\n2. Log in <again>.\n3. Say so.\nBoth.\n  - by mail",
        ),
        (
            value(
                listing("ordered", 0, "a"), listing("bullet", 1, "b"), listing("ordered", 0, "c", offset=1)
            ),
            "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>",
            "1. a\n  - b\n2. c",
        ),
        (value(listing("ordered", 0, "a", "b")), "<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        (
            value(listing("bullet", 0, "a"), listing("ordered", 1, "b", "c"), listing("bullet", 0, "d")),
            "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>",
            "- a\n  1. b\n  2. c\n- d",
        ),
        (
            value(listing("bullet", 0, "a"), listing("ordered", 0, "b")),
            "<ul><li>a</li></ul><ol><li>b</li></ol>",
            "- a\n1. b",
        ),
        (
            value({**section(run("said")), "type": "rich_text_quote"}),
            "<blockquote><p>said</p></blockquote>",
            "> said",
        ),
        (
            value({**section(run("x = 1\ny")), "type": "rich_text_preformatted"}),
            "<pre>x = 1\ny</pre>",
            "x = 1\ny",
        ),
        (value(section({"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd"})), "<p>👋🏽</p>", "👋🏽"),
        (value(section({"type": "emoji", "name": "own"})), "<p>:own:</p>", ":own:"),
        (value(section({"type": "broadcast", "range": "channel"})), "<p>channel</p>", "channel"),
        (value(section(run("hi "), {"type": "user", "user_id": "U9"})), "<p>hi Lena</p>", "hi Lena"),
        (value(section(run("hi"), {"type": "unheard_of"})), "<p>hi</p>", "hi"),
        (value(section(run("\u202ehi\x00"))), "<p>hi</p>", "hi"),
        (None, "", ""),
        (value(), "", ""),
    ],
)
def test_formatting_becomes_html_and_plain_text(typed: dict | None, html: str | None, plain: str) -> None:
    names = {"U9": "Lena"}
    if html is not None:
        assert rich_input.to_html(typed, names) == html
    assert rich_input.to_plain(typed, names) == plain


runs = st.one_of(
    st.builds(run, st.text(max_size=20), bold=st.booleans(), code=st.booleans()),
    st.builds(lambda u, t: {"type": "link", "url": u, "text": t}, st.text(max_size=30), st.text(max_size=9)),
    st.sampled_from(["javascript:x", "https://a.example", 'https://a.example/"onclick="x']).map(
        lambda url: {"type": "link", "url": url}
    ),
)
sections = st.lists(runs, max_size=4).map(lambda many: section(*many))
lists = st.builds(
    lambda style, indent, rows: {
        "type": "rich_text_list",
        "style": style,
        "indent": indent,
        "elements": rows,
    },
    st.sampled_from(["bullet", "ordered"]),
    st.integers(0, 9),
    st.lists(sections, max_size=3),
)
_TAG = re.compile(r"</?(p|b|i|code|pre|ul|ol|li|blockquote)>|<br>|<a href=\"https?://[^\"<>]*\">|</a>|<a>")


@given(st.lists(st.one_of(sections, lists), max_size=5))
def test_no_other_tag_or_attribute_can_be_typed_and_all_are_closed(blocks: list) -> None:
    html = rich_input.to_html(value(*blocks))
    assert "<" not in _TAG.sub("", html)
    for tag in ("p", "ul", "ol", "li", "b", "a"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>")


def test_plain_words_become_paragraphs() -> None:
    assert rich_input.plain_to_html("one\ntwo\n\n<three>") == "<p>one<br>two</p><p>&lt;three&gt;</p>"
    assert rich_input.plain_to_html(" \u200b ") == ""


@pytest.mark.parametrize("said", ["سلام، می‌خواهم کمک کنم", "क्‍ष", "👨‍👩‍👧"])
def test_words_are_spelled_to_the_customer_as_they_were_typed(said: str) -> None:
    assert rich_input.plain_to_html(said) == f"<p>{said}</p>"
    assert rich_input.to_html(value(section({"type": "text", "text": said}))) == f"<p>{said}</p>"
