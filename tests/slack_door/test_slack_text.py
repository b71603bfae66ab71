"""Whatever a customer writes, Slack parses nothing of it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import rich, text

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "escaped"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U123|boss>", "&lt;@U123|boss&gt;"),
        ("<https://evil.example|https://intercom.com>", "&lt;https://evil.example|https://intercom.com&gt;"),
        ("&lt;!channel>", "&amp;lt;!channel&gt;"),
        ("a & b", "a &amp; b"),
        ("one\r\ntwo\u2028three\x0bfour", "one\ntwo\nthree\nfour"),
        ("\u202edlrow\u202c\u2066x\u2069\u200b\ufeff\x00\x1b[1m", "dlrowx[1m"),
        ("*_~`", "*_~`"),
        ("naïve 日本語 🙂", "naïve 日本語 🙂"),
    ],
)
def test_only_the_three_characters_are_escaped_and_control_characters_go(said: str, escaped: str) -> None:
    assert text.escape(said) == escaped


@given(st.text())
def test_escaped_text_holds_no_token_and_no_invisible_character(said: str) -> None:
    escaped = text.escape(said)
    assert "<" not in escaped
    assert ">" not in escaped
    assert not re.search(r"&(?!amp;|lt;|gt;)", escaped)
    bare = re.sub("(?<=[^\x00-\u02ff])[\u200c\u200d]", "", escaped)
    assert all(c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Cn"} for c in bare)


@given(st.text())
def test_cleaning_twice_changes_nothing(said: str) -> None:
    assert text.clean(text.clean(said)) == text.clean(said)


@given(st.text(alphabet=st.sampled_from("a bcdé🙂\n.,"), max_size=80), st.integers(1, 40))
def test_shortened_text_keeps_its_beginning_within_the_limit(said: str, limit: int) -> None:
    short = text.shorten(said, limit)
    assert len(short) <= limit
    if len(said) <= limit:
        assert short == said
    else:
        assert short.endswith(text.ELLIPSIS)
        assert said.startswith(short.removesuffix(text.ELLIPSIS))


def test_a_cut_falls_between_words_and_inside_one_only_when_it_must() -> None:
    assert text.shorten("please look at the invoice", 20) == "please look at the…"
    assert text.shorten("a" * 30, 10) == "a" * 9 + "…"
    assert text.shorten("ab " + "c" * 30, 10) == "ab cccccc…"
    with pytest.raises(ValueError, match="limit"):
        text.shorten("a", 0)


def _joined(char: str) -> bool:
    if char in "\ufe0f🏻🏼🏽🏾🏿":
        return True
    return unicodedata.category(char) in (
        ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "So") if "\u0600" <= char <= "\u1cff" else ("So",)
    )


def looked_at_one_by_one(said: str) -> str:
    """What cleaning is to come to, the long way."""
    kept, marks = "", 0
    said = re.sub("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", said)
    for char, after in zip(said, f"{said[1:]}\n", strict=False):
        if char in "\u200c\u200d":
            spells = kept and (unicodedata.combining(kept[-1]) == 9 or (_joined(kept[-1]) and _joined(after)))
            kept += char if spells and not (marks >= 4 and unicodedata.combining(after)) else ""
            continue
        if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Cn"):
            continue
        marks = marks + 1 if unicodedata.combining(char) else 0
        kept += char if marks <= 4 else ""
    return kept


@given(
    st.text(
        alphabet=st.one_of(
            st.characters(), st.sampled_from("aé\n\t\u0301\u200b\u00ad\u0483日🙂\u200c\u200d\u200dمक\u094d")
        )
    )
)
def test_what_is_passed_over_is_what_nothing_would_be_done_to(said: str) -> None:
    assert text.clean(said) == looked_at_one_by_one(said)


@pytest.mark.parametrize("said", ["می‌خواهم", "👨‍👩‍👧", "🏳️‍🌈 👩🏽‍💻 ❤️‍🔥", "क्‍ष", "ന്‍ അവന്‍", "ක්‍ෂ", "র‍্যাব"])
def test_joiners_that_spell_a_word_or_tie_emoji_stay(said: str) -> None:
    assert text.clean(said) == said
    assert text.one_line(said) == said


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("pay\u200dpal", "paypal"),
        ("\u200c\u200dم", "م"),
        ("م\u200c\u200c\u200cی", "م\u200cی"),
        ("م\u200c <", "م <"),
        ("م\u202e\u2066ی", "می"),
        ("👩\u200d\u200d", "👩"),
        ("e\u0301\u0301\u0301\u0301\u200d\u0301\u200d\u0301", "e\u0301\u0301\u0301\u0301"),
        ("م" + "\u0651\u200d" * 9, "م" + "\u0651\u200d" * 3 + "\u0651"),
    ],
)
def test_joiners_that_join_nothing_go(said: str, left: str) -> None:
    assert text.clean(said) == left


def test_every_character_there_is_alone_and_with_marks_around_it() -> None:
    every = [chr(point) for point in range(0x110000)]
    assert text.clean(" ".join(every)) == looked_at_one_by_one(" ".join(every))
    common = [char for char in every if unicodedata.category(char) not in ("Cs", "Cn", "Co")]
    piled = "".join(f"e\u0301\u0302{char}\u0303\u0304\u0305\u0306" for char in common)
    assert text.clean(piled) == looked_at_one_by_one(piled)


def test_combining_marks_cannot_pile_up_over_other_lines() -> None:
    assert text.clean("e" + "\u0301" * 50) == "e" + "\u0301" * 4
    assert text.clean("e\u0301") == "e\u0301"


@given(st.text(max_size=200))
def test_a_name_in_a_sentence_formats_nothing(name: str) -> None:
    shown = text.inline(name)
    assert shown
    assert "\n" not in shown
    assert not set("*~`<>") & set(shown)
    assert not re.search(r":[a-z0-9_+'-]+:", shown)
    assert not re.search(r"(?<!\w)_|_(?!\w)", shown)


def test_a_name_of_ampersands_stays_short_and_whole() -> None:
    shown = text.inline("&" * 500, 80)
    assert len(shown) <= 160
    assert re.fullmatch(r"(&amp;)+…", shown)


def test_ids_make_mentions_and_nothing_else_does() -> None:
    assert text.mention_user("U0ABC") == "<@U0ABC>"
    assert text.mention_channel("C0ABC") == "<#C0ABC>"
    assert text.mention_group("S0ABC") == "<!subteam^S0ABC>"
    for bad in ("", "U", "channel", "U1> <!channel", "u123", "U1|x", "C123", "U1\n"):
        with pytest.raises(ValueError, match="not a Slack user id"):
            text.mention_user(bad)
    with pytest.raises(ValueError, match="channel"):
        text.mention_channel("U123")
    with pytest.raises(ValueError, match="group"):
        text.mention_group("!here")


def test_an_instant_is_a_token_with_a_fallback_in_the_given_zone() -> None:
    assert text.date(NOON, "{time}", BERLIN) == f"<!date^{int(NOON.timestamp())}^{{time}}|12:00>"
    assert text.date(NOON, "{date_pretty} {time}", BERLIN).endswith("|Mon 23 Nov 12:00>")
    with pytest.raises(ValueError, match="aware"):
        text.date(datetime(2026, 1, 1), "{time}", BERLIN)  # noqa: DTZ001
    for bad in ("no token", "{time}|x", "{time}>", "{time}^"):
        with pytest.raises(ValueError, match="date format"):
            text.date(NOON, bad, BERLIN)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.example",
        "//a.example",
        "https://",
        "https:// a.example",
        "https://a.example/\u202etxt",
        "ftp://a.example",
        "http://[::1",
        "https://a.example/" + "b" * 3000,
        "",
    ],
)
def test_an_address_that_is_not_plain_web_is_no_link(url: str) -> None:
    assert text.link(url, "here") == "here"
    assert rich.link(url, "here") == {"type": "text", "text": "here"}


def test_a_link_cannot_be_broken_out_of() -> None:
    made = text.link("https://a.example/?x=1&y=<b>|z", "see > all | of *it*")
    assert made == "<https://a.example/?x=1&amp;y=%3Cb%3E%7Cz|see &gt; all ¦ of ∗it∗>"


def test_customer_words_are_bare_text_in_rich_text() -> None:
    words = "<!channel> https://evil.example *now* <@U123>"
    assert rich.customer_words(words) == {
        "type": "rich_text_quote",
        "elements": [{"type": "text", "text": words}],
    }


def test_an_empty_message_is_told_as_such() -> None:
    (run,) = rich.customer_words(" \u200b\n ")["elements"]
    assert run["text"] == "no text (an attachment or an empty message)"


@given(st.from_regex(r"[ -~…é]{1,90}", fullmatch=True), st.sampled_from([20, 60, 80]))
def test_names_that_are_passed_over_quickly_read_as_those_that_are_not(name: str, limit: int) -> None:
    """Behind a sign that has to be looked for, every name takes the long way."""
    long_way = text.inline(f"{name} é", limit + 2)
    if text.inline(name, limit) == name:
        assert long_way == f"{name} é"
    if text.plain(name, limit) == name:
        assert text.plain(f"{name} é", limit + 2) == f"{name} é"
