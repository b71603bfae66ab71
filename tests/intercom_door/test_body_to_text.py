"""Bodies become the words a person would read, whatever they hold, and quickly."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.html_text import to_text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ('<p class="no-margin">one</p><p class="no-margin">two</p>', "one\ntwo"),
        ("one<br>two<br/><br />three", "one\ntwo\n\nthree"),
        ("<p>Hi   <b>there</b>,\n  you</p>", "Hi there, you"),
        ("<p>un<i>believ</i>able</p>", "unbelievable"),
        ("<ul><li>Coffee</li><li><p>Tea</p></li></ul>after", "- Coffee\n- Tea\nafter"),
        ("<ol><li>first</li><li>second</li></ol>", "1. first\n2. second"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>if x:\n    y()\n</pre><p>ok</p>", "if x:\n    y()\n\nok"),
        ("<p>5 &lt; 6 &amp;&amp; 7 &gt; 6&nbsp;?</p>", "5 < 6 && 7 > 6 ?"),
        ("<!-- hidden --><p>seen</p>", "seen"),
        ("<style>p{}</style><script>alert('<p>x</p>')</script ><p>seen</p>", "seen"),
        ("<p>a<o:p></o:p></p>", "a"),
        ('<p title="a > b">x</p>', "x"),
        ("<p title=it's>x</p>", "x"),
        ("<P>UPPER</P>", "UPPER"),
        ("<p>never closed", "never closed"),
        ("", ""),
        ("<p></p>", ""),
    ],
)
def test_markup_becomes_lines(body: str, text: str) -> None:
    assert to_text(body) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('<a href="https://example.com/a">https://example.com/a</a>', "https://example.com/a"),
        ('<a href="https://www.example.com/">example.com</a>', "example.com"),
        (
            '<a href="https://evil.example">https://bank.example</a>',
            "https://bank.example (https://evil.example)",
        ),
        ('<a href="mailto:a@example.com">a@example.com</a>', "a@example.com"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        (
            '<a href="https://example.com"><img src="x" alt="Our  logo"></a>',
            "[image: Our logo] (https://example.com)",
        ),
        ('<a href="https://example.com"></a>', "https://example.com"),
        ("<p>see <img src='x'></p>", "see [image]"),
        ('<p>read</p><img src="https://t.example/p.gif" width="1" height="1">', "read"),
    ],
)
def test_a_link_shows_where_it_leads_if_its_words_do_not(body: str, text: str) -> None:
    assert to_text(body) == text


@pytest.mark.parametrize(
    "words",
    [
        "Hi <!channel>, see <https://example.com> or <@U1>\n\nBest\n<mara@example.com>",
        "a < b > c and <your name>",
        "an open <!-- comment",
        "a <script without an end",
        "line one\nline two",
    ],
)
def test_plain_text_stays_as_it_is(words: str) -> None:
    assert to_text(words) == words


def test_what_looks_like_a_mention_stays_text_in_markup_too() -> None:
    assert to_text("<p>Hi &lt;!channel&gt; <!channel> <@U1></p>") == "Hi <!channel> <!channel> <@U1>"


def test_marked_history_at_the_end_is_left_out() -> None:
    gmail = '<div>Thanks</div><div class="gmail_quote">On Mon Mara wrote:<div>old</div></div><br>'
    thunderbird = (
        "<p>Thanks</p><div class='moz-cite-prefix'>On Mon:</div><blockquote type=\"cite\">old</blockquote>"
    )
    assert to_text(gmail) == to_text(thunderbird) == "Thanks"


def test_history_with_words_after_it_stays_and_is_marked() -> None:
    inline = '<blockquote type="cite">When?</blockquote><p>Today</p><blockquote type="cite">old</blockquote>'
    assert to_text(inline) == "> When?\n\nToday"
    quote = '<blockquote type="cite"><p>When?</p><p>And<br>where?</p></blockquote>'
    below = f"{quote}Today<blockquote>No seat</blockquote>"
    assert to_text(below) == "> When?\n>\n> And\n> where?\nToday\nNo seat"


def test_control_a_message_that_is_nothing_but_history_is_not_emptied() -> None:
    assert to_text('<div class="gmail_quote">Forwarded: it broke</div>') == "Forwarded: it broke"


def below(*pieces: str) -> str:
    """What Gmail puts below an answer."""
    return '<br><div class="gmail_quote gmail_quote_container">' + "".join(pieces) + "</div>"


def head(line: str) -> str:
    return f'<div dir="ltr" class="gmail_attr">{line}<br></div>'


def quoted(words: str) -> str:
    return f'<blockquote class="gmail_quote" style="margin:0px"><div>{words}</div></blockquote>'


WROTE = head('On Mon, Eva &lt;<a href="mailto:eva@x.example">eva@x.example</a>&gt; wrote:')


def test_a_mail_that_gmail_passes_on_is_no_history() -> None:
    attributes = "From: <b>Bob</b><br>Subject: Invoice"
    passed_on = head(f"---------- Forwarded message ---------<br>{attributes}") + "<div>Error 500</div>"
    text = to_text(f'<div dir="ltr">Can you help?{below(passed_on)}</div>')
    assert text.startswith("Can you help?\n")
    assert text.endswith("From: Bob\nSubject: Invoice\nError 500")
    # What that mail had below it is history still.
    older = passed_on + below(WROTE, quoted("Older words"))
    assert to_text(f'<div dir="ltr">Can you help?{below(older)}</div>') == text


@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ----------",
        "----- Weitergeleitete Nachricht -----",
        "----- Mensaje reenviado -----",
        "Begin forwarded message:",
        "Anfang der weitergeleiteten Nachricht:",
        "Début du message réexpédié :",
    ],
)
@pytest.mark.parametrize(
    "mark",
    ['div class="gmail_quote"', 'blockquote type="cite"', 'div class="yahoo_quoted"'],
)
def test_a_mail_that_is_passed_on_stays_whoever_marks_it(line: str, mark: str) -> None:
    tag = mark.partition(" ")[0]
    text = to_text(f"<div>Can you help?</div><br><{mark}><div>{line}</div><div>Error 500</div></{tag}>")
    assert text.startswith("Can you help?")
    assert text.endswith("Error 500")


def test_answers_between_gmails_quotes_stay() -> None:
    between = (WROTE, quoted("Which browser?"), "<div>Firefox</div>", quoted("Which plan?"), "<div>Pro</div>")
    text = to_text(f"<div>See below.{below(*between, quoted('Regards, Eva'))}</div>")
    assert [each for each in text.splitlines() if each] == [
        "See below.",
        "On Mon, Eva <eva@x.example> wrote:",
        "> Which browser?",
        "Firefox",
        "> Which plan?",
        "Pro",
    ]


def test_gmails_whole_quote_below_an_answer_is_left_out() -> None:
    assert (
        to_text(f"<div>Thanks{below(WROTE, quoted('old' + below(WROTE, quoted('older'))))}</div>") == "Thanks"
    )
    bare = "On Mon, Eva &lt;<a href='mailto:eva@x.example'>eva@x.example</a>&gt; wrote:<br>"
    assert to_text(f"<div>Thanks{below(bare, quoted('old'))}</div>") == "Thanks"
    assert to_text(f"<div>Thanks{below(bare, quoted('old'), '<div>And more</div>')}</div>").endswith(
        "And more"
    )


def test_words_behind_a_quote_in_a_quote_stay() -> None:
    assert to_text(f"<div>See below.{below(below(WROTE, quoted('old')), '<div>Mine</div>')}</div>").endswith(
        "Mine"
    )


own = st.integers(0, 999).map(lambda number: f"<div>own{number}</div>")
theirs = st.sampled_from([WROTE, quoted("history"), quoted("history<br>history" + below(WROTE, quoted("x")))])
passed_on = st.just(below(head("---------- Forwarded message ---------"), "<div>own1000</div>"))
gmails = st.recursive(
    st.lists(own | theirs | passed_on, max_size=5).map("".join),
    lambda inner: st.lists(own | theirs | inner.map(below), max_size=4).map("".join),
    max_leaves=6,
)


@given(own, gmails)
def test_nothing_that_was_written_outside_gmails_quotes_is_lost(first: str, rest: str) -> None:
    written = re.findall(r"own\d+", first + rest)
    text = to_text(first + rest)
    assert re.findall(r"own\d+", text) == written
    assert not text.endswith("history"), "nobody answered that"


def test_an_ordinary_quotation_stays() -> None:
    assert to_text("<p>It says</p><blockquote>No seat left</blockquote>") == "It says\nNo seat left"


def test_control_and_bidi_characters_are_gone_and_joined_emoji_stay() -> None:
    assert to_text("<p>a\u202eb\u2066c\x00d\x1b[31me\u200bf</p>") == "abcd[31mef"
    assert to_text("a&#x202e;b&#0;c") == "ab\ufffdc"
    family = "👩\u200d👩\u200d👧"
    assert to_text(f"<p>{family}</p>") == family


@pytest.mark.parametrize(
    "hostile",
    [
        "<",
        "<a ",
        '<a "',
        "<a \"<a '",
        "<a ' ' ",
        "<script>",
        "<!--",
        "<p>",
        "<ol>",
        "&",
        "&#",
        "<a href",
        "href",
        '<div class="gmail_quote">',
        '<div class="gmail_quote">on wrote <br>',
        '<blockquote class="gmail_quote">----<br>',
        '<div class="gmail_quote"><div class="gmail_attr">a</div>',
    ],
)
def test_a_hundred_thousand_hostile_characters_cost_less_than_a_blink(hostile: str) -> None:
    body = f"<b>x</b><a {hostile}>y</a>" + hostile * (100_000 // len(hostile))
    started = time.perf_counter()
    to_text(body)
    assert time.perf_counter() - started < 0.5


@given(st.lists(st.sampled_from(["<", ">", "/", '"', "'", "p", "a", " ", "&", ";", "<!--", "-->", "<pre>"])))
def test_any_tag_soup_is_read(pieces: list[str]) -> None:
    to_text("".join(pieces))


@given(
    st.text(
        alphabet=st.characters(exclude_characters="<&", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
    )
)
def test_text_without_markup_is_only_trimmed(words: str) -> None:
    assert to_text(words) == words.strip()
