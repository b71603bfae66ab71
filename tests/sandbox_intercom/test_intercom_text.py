"""Typed words become HTML and come back as words; nothing in them turns into a tag."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sandbox.intercom.text import plain, posted, typed


@given(st.text(max_size=300))
def test_typed_text_holds_no_tag_but_paragraphs_and_breaks(text: str) -> None:
    assert set(re.findall(r"<[^>]*>?", typed(text))) <= {"<p>", "</p>", "<br>"}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]) | st.just(" "), max_size=300))
def test_typed_text_comes_back_as_it_was(text: str) -> None:
    assert plain(typed(text)) == text.strip(" ")


def test_a_posted_body_keeps_formatting_and_loses_scripts() -> None:
    body = posted("<p>Hi <b>you</b><script>alert(1)</script></p>")
    assert body == "<p>Hi <b>you</b></p>"
    assert plain(body) == "Hi you"


def test_a_posted_plain_text_is_wrapped() -> None:
    assert posted("1 < 2\n\n<!channel>") == "<p>1 &lt; 2</p>\n<p>&lt;!channel&gt;</p>"


def test_lists_and_breaks_become_lines() -> None:
    assert plain("<ul><li>Coffee</li><li>Tea</li></ul><p>a<br>b</p>") == "Coffee\nTea\n\na\nb"
