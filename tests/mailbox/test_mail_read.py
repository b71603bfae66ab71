"""Bytes of a mail as a plain value: what ordinary and hostile programs send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.headers import Address
from bot.mail.history import own_part
from bot.mail.message import EPOCH, MOST_CHARACTERS, Mail, read
from bot.mail.verdict import vouched

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HEAD = "From: Dana <Dana@Customer.example>\r\nTo: s@small.example\r\nMessage-ID: <a@b.example>\r\n"


def mail(head: str = "", body: str | bytes = "Hello.") -> Mail:
    raw = (HEAD + head + "\r\n").encode() + (body if isinstance(body, bytes) else body.encode())
    return read(raw, NOW)


def test_an_ordinary_mail() -> None:
    found = mail("Subject: A question\r\nDate: Tue, 24 Nov 2026 08:59:30 +0100\r\n")
    assert found == Mail(
        id="a@b.example",
        sender=Address("Dana", "dana@customer.example"),
        reply_to=(),
        recipients=(Address("", "s@small.example"),),
        subject="A question",
        at=NOW - timedelta(seconds=30),
        references=(),
        text="Hello.",
    )


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("", NOW),
        ("Date: yesterday\r\n", NOW),
        ("Date: Tue, 24 Nov 2026 07:00:00 -0000\r\n", NOW - timedelta(hours=1)),
        # Nobody writes a mail after it has come.
        ("Date: Tue, 24 Nov 2026 23:00:00 +0000\r\n", NOW),
        # A clock of another decade, and a number that is no date.
        ("Date: Mon, 01 Jan 1990 00:00:00 +0000\r\n", NOW),
        ("Date: Tue, 99 Foo 99999 99:99:99 +9999\r\n", NOW),
        # Sent over night, and kept waiting by a server.
        ("Date: Sat, 21 Nov 2026 08:00:00 +0000\r\n", NOW - timedelta(days=3)),
    ],
)
def test_when_it_was_sent(date: str, at: datetime) -> None:
    assert mail(date).at == at


def test_a_server_that_does_not_say_when_it_got_a_mail_is_no_reason_to_lose_it() -> None:
    assert read((HEAD + "Date: Sat, 21 Nov 2026 08:00:00 +0000\r\n\r\nx").encode(), None).at.day == 21
    assert read((HEAD + "\r\nx").encode(), None).at == EPOCH


def test_letters_of_every_charset() -> None:
    def one(charset: str, raw: bytes) -> str:
        return mail(f"Content-Type: text/plain; charset={charset}\r\n", raw).text

    assert one("iso-8859-1", "Grüße für 5 €".encode("cp1252")) == "Grüße für 5 €"
    assert one("utf-8", "Grüße".encode()) == "Grüße"
    assert one("us-ascii", "Grüße".encode()) == "Grüße"
    assert one("koi8-r", "Привет".encode("koi8-r")) == "Привет"
    assert one("iso-2022-jp", "こんにちは".encode("iso-2022-jp")) == "こんにちは"
    assert one("gb2312", "你好".encode("gb2312")) == "你好"
    assert one("none-such", "Grüße".encode()) == "Grüße"
    assert one("utf-8", b"caf\xe9") == "caf�"
    # Codecs that are no charsets are not asked.
    assert one("unicode_escape", rb"\u0041") == r"\u0041"
    assert one("idna", b"xn--a") == "xn--a"
    assert one("rot13", b"uryyb") == "uryyb"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?w7Zr?= plain", "Grüßeök plain"),
        ("=?iso-8859-1?q?=80?= 5", "€ 5"),
        ("Grüße unencoded", "Grüße unencoded"),
        ("=?utf-8?b?!!!?=", "=?utf-8?b?!!!?="),
        ("=?none?q?a=FF?=", "aÿ"),
        ("folded\r\n over\r\n\tlines", "folded over lines"),
        ("with \x00\x1b[31m \u202econtrols", "with [31m controls"),
    ],
)
def test_subjects(raw: str, subject: str) -> None:
    assert mail(f"Subject: {raw}\r\n").subject == subject


def test_an_encoded_name_brings_no_address_along() -> None:
    raw = b'From: "=?utf-8?q?ana=40small=2Eexample=3E=2C?=" <dana@customer.example>\r\n\r\nx'
    found = read(raw, NOW)
    assert found.sender == Address("ana@small.example>,", "dana@customer.example")


def test_the_plain_part_is_read_and_html_where_there_is_none() -> None:
    both = EmailMessage()
    both.set_content("Plain words.")
    both.add_alternative("<p>HTML <b>words</b></p>", subtype="html")
    assert read(both.as_bytes(), NOW).text == "Plain words."
    blank = EmailMessage()
    blank.set_content(" \n")
    blank.add_alternative(
        "<style>p{}</style><p>HTML <b>words</b></p><script>alert(1)</script>", subtype="html"
    )
    assert read(blank.as_bytes(), NOW).text == "HTML words"


def test_a_plain_part_that_only_points_to_the_html_is_none() -> None:
    def both(plain: str, html: str) -> str:
        made = EmailMessage()
        made["From"] = "dana@customer.example"
        made.set_content(plain)
        made.add_alternative(html, subtype="html")
        return read(made.as_bytes(), NOW).text

    hint = "This message is in HTML format. Please use an HTML capable mail program to read this message."
    assert both(hint, "<p>We cancel.</p>") == "We cancel."
    # The control: a customer may ask about HTML.
    asked = "How do I put HTML into a template?"
    assert both(asked, f"<p>{asked}</p><p><img src='logo.png' alt='logo'></p>") == asked


def test_attachments_are_named_and_nothing_more() -> None:
    made = EmailMessage()
    made.set_content("See below.")
    for name in ("a.pdf", "b\u202efdp.exe", "c.txt", "d.png"):
        made.add_attachment(b"secret bytes", maintype="application", subtype="octet-stream", filename=name)
    text = read(made.as_bytes(), NOW).text
    assert text == "See below.\n[attachments: a.pdf, bfdp.exe, c.txt and 1 more]"
    forwarded = EmailMessage()
    forwarded.set_content("This came.")
    forwarded.add_attachment(message_from_bytes(made.as_bytes()))
    assert read(forwarded.as_bytes(), NOW).text == "This came.\n[attachment: a mail]"


def test_pictures_that_the_text_shows_are_no_attachments() -> None:
    made = EmailMessage()
    made.set_content("<p>Regards <img src='cid:logo' alt='Logo'></p>", subtype="html")
    made.add_related(b"png", maintype="image", subtype="png", cid="<logo>")
    assert read(made.as_bytes(), NOW).text == "Regards [image: Logo]"


def test_lines_that_a_program_broke_are_joined() -> None:
    found = mail(
        "Content-Type: text/plain; format=flowed\r\n", "One sentence \r\ngoes on.\r\n\r\n-- \r\nDana"
    )
    assert found.text == "One sentence goes on.\n\n-- \nDana"


FORM = "Order form, please fill in\n________________________\nProduct: Gold plan, 40 seats\nWe need it."
SPAN = "Please export the data\nFrom: 1 November\nTo: 30 November\nWe need it today or we cancel."

HISTORY = [
    (FORM, FORM),
    (SPAN, SPAN),
    (
        "Yes.\n\n________________________\nFrom: Ana\nSent: Monday\nTo: Dana\nSubject: May we\n\nMay we?",
        "Yes.",
    ),
    ("Yes.\n\nOn Mon, 23 Nov 2026 at 10:00, Ana Ruiz <a@small.example> wrote:\n> May we?\n> Ana", "Yes."),
    ("Ja.\n\nAm 23.11.2026 um 10:00 schrieb Ana Ruiz\n<a@small.example>:\n> Dürfen wir?\n\n", "Ja."),
    (
        "Yes.\n\n-----Original Message-----\nFrom: Ana\nSent: Monday\nTo: Dana\nSubject: May we\n\nMay we?",
        "Yes.",
    ),
    ("Yes.\n\nFrom: Ana Ruiz\nSent: Monday\nTo: Dana\nSubject: May we\n\nMay we?", "Yes."),
    # Answers between the lines stay, and so does what only looks like the head of a mail.
    ("> May we?\nYes.\n> And tomorrow?\nNo.", "> May we?\nYes.\n> And tomorrow?\nNo."),
    ("From: here\nwe go on.", "From: here\nwe go on."),
    ("I wrote on Monday:\nnothing came.", "I wrote on Monday:\nnothing came."),
    ("> only quoted", "> only quoted"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "own"), HISTORY)
def test_history_below_goes_and_nothing_else(text: str, own: str) -> None:
    assert own_part(text) == own


def test_what_was_forwarded_is_what_the_sender_wants_to_say() -> None:
    text = "See below.\n\nFrom: Jo\nSent: Monday\nTo: Dana\nSubject: Broken\n\nIt is broken."
    assert mail("Subject: Fwd: Broken\r\n", text).text == text
    assert mail("Subject: Re: Broken\r\n", text).text == "See below."
    marked = text.replace("From: Jo", "---------- Forwarded message ---------\nFrom: Jo")
    assert mail("Subject: Broken\r\n", marked).text == marked


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied\r\n",
        "Auto-Submitted: auto-generated (by a rule)\r\n",
        "Precedence: auto_reply\r\n",
        "X-Autoreply: yes\r\n",
        "Return-Path: <>\r\n",
        "Content-Type: multipart/report; boundary=x\r\n",
        "X-Auto-Response-Suppress: All\r\nSubject: Abwesenheitsnotiz: Re: Export\r\n",
        "X-Auto-Response-Suppress: OOF, AutoReply\r\nSubject: Automatic reply: Export\r\n",
        "X-Auto-Response-Suppress: All\r\nSubject: =?utf-8?q?R=C3=A9ponse_automatique_:_Export?=\r\n",
    ],
)
def test_machines_are_known(head: str) -> None:
    assert mail(head).automatic
    assert not mail("Auto-Submitted: no\r\n").automatic


def test_people_who_write_about_automatic_replies_are_no_machines() -> None:
    assert not mail("Subject: Out of office: how do I set it up?\r\n").automatic
    assert not mail("X-Auto-Response-Suppress: All\r\nSubject: Export fails\r\n").automatic
    assert not mail("X-Auto-Response-Suppress: All\r\nSubject: RE: Automatic reply: Export\r\n").automatic


def invitation(method: str, words: str) -> Mail:
    made = EmailMessage()
    made["From"], made["Subject"] = "dana@customer.example", "Angenommen: Demo"
    made.set_content(words)
    made.add_alternative("BEGIN:VCALENDAR\nEND:VCALENDAR\n", subtype="calendar", params={"method": method})
    return read(made.as_bytes(), NOW)


def test_an_answer_to_an_invitation_is_a_programs_unless_somebody_says_something() -> None:
    accepted = invitation("REPLY", "\n")
    assert accepted.automatic
    assert accepted.text == ""
    late = invitation("REPLY", "I will be ten minutes late.")
    assert not late.automatic
    assert late.text == "I will be ten minutes late."


def test_a_calendar_beside_the_words_is_no_attachment() -> None:
    assert invitation("REQUEST", "Shall we meet?").text == "Shall we meet?"
    bare = invitation("REQUEST", "\n")
    assert bare.text == "[attachment: an invitation]"
    assert not bare.automatic
    attached = EmailMessage()
    attached.set_content("This file does not open.")
    attached.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="team.ics")
    assert read(attached.as_bytes(), NOW).text == "This file does not open.\n[attachment: team.ics]"


def test_bulk_and_lists_are_known() -> None:
    assert mail("Precedence: Bulk\r\n").bulk
    assert mail("List-Id: News <news.customer.example>\r\n").lists == ("news.customer.example",)
    assert mail("Precedence: list\r\n").lists == ("",)
    assert mail().lists == ()


def test_a_mail_without_an_id_has_one_of_its_own_that_stays() -> None:
    raw = b"From: dana@customer.example\r\nSubject: x\r\n\r\nHello."
    travelled = b"Received: by somebody\r\n" + raw
    assert read(raw, NOW).id == read(travelled, NOW + timedelta(days=1)).id
    assert read(raw, NOW).id != read(raw + b" More.", NOW).id
    assert read(b"Message-ID: <" + b"x" * 5000 + b"@y>\r\n" + raw, NOW).id.startswith("none-")


def test_references_come_oldest_first_and_are_bounded() -> None:
    ids = " ".join(f"<{number}@x>" for number in range(500))
    found = mail(f"References: {ids}\r\nIn-Reply-To: <499@x>\r\n").references
    assert found[-1] == "499@x"
    assert len(found) == 50


def test_long_texts_are_shortened_and_say_so() -> None:
    text = mail("", "word " * 20_000).text
    assert len(text) <= MOST_CHARACTERS + 20
    assert text.endswith("\n[shortened]")


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(2000)
        ),
        b"From: " + b"(" * 200_000 + b"\r\n\r\nx",
        b"To: " + b"<a@b.c>," * 20_000 + b"\r\n\r\nx",
        b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\r\n\r\nx",
        b"Content-Type: text/html\r\n\r\n" + b"<div " * 50_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n\r\n" * 50_000,
        b"\r\n\r\n" + b"\n" * 30_000 + b"From: x\n" * 30_000,
        b"\r\n\r\n" + b"> x\n" * 60_000 + b"y",
        b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"x-" * 200_000,
        b"Authentication-Results: " + b"(" * 100_000 + b"\r\n\r\nx",
    ],
    ids=range(10),
)
def test_hostile_mails_cost_little(raw: bytes) -> None:
    """Each is read in about a second; what takes quadratic time ends in the suite's timeout."""
    found = read(HEAD.encode() + raw, NOW)
    vouched(found.vouchers, "mx.small.example", "small.example")
    assert found.sender is not None


PIECES = st.sampled_from(
    [
        *(b"From: ", b"To: ", b"Date: ", b"Content-Type: ", b"multipart/mixed; boundary=", b"text/html"),
        *(
            b"\r\n",
            b"\n\n",
            b"--b",
            b"b",
            b"--b--",
            b"<a@b.c>",
            b"=?utf-8?b?",
            b"?=",
            b";",
            b'"',
            b"=",
            b"\x00",
        ),
        *(
            b"charset=",
            b"\xff\xfe",
            b"Content-Transfer-Encoding: base64",
            b"message/rfc822",
            b"filename*0*=x''%",
        ),
        *(
            b"References: ",
            b"List-Id: <",
            b"Authentication-Results: mx; dkim=pass header.d=",
            b"\xe2\x80\xae",
        ),
    ]
)


@given(st.one_of(st.binary(max_size=400), st.lists(PIECES, max_size=40).map(b"".join)))
def test_whatever_the_bytes_are_a_mail_comes_out(raw: bytes) -> None:
    found = read(raw, NOW)
    vouched(found.vouchers, "mx", "small.example")
    assert found.id
    assert found.at <= NOW
    assert "\x00" not in found.text + found.subject + "".join(each.name for each in found.people)
    assert "\u202e" not in found.text + found.subject
    assert "\n" not in found.subject
    for each in found.people:
        assert each.address == each.address.lower()
        assert each.address.count("@") == 1


@pytest.mark.parametrize(
    ("fields", "vouches"),
    [
        (("mx.small.example; dmarc=pass header.from=small.example",), True),
        (("mx.small.example 1; spf=fail; dkim=pass (2048 bit) header.i=@small.example",), True),
        (("mx.small.example; dmarc=fail header.from=small.example",), False),
        (("mx.small.example; dmarc=pass header.from=evil.example",), False),
        (("mx.small.example; none",), False),
        (("evil.example; dmarc=pass header.from=small.example",), False),
        # A comment says nothing, nor does a text in quotes.
        (("mx.small.example; spf=none (dmarc=pass header.from=small.example)",), False),
        (('mx.small.example; spf=none reason="; dmarc=pass header.from=small.example"',), False),
        # The server writes on top of what came in; what stands below was written by anybody.
        (
            (
                "mx.small.example; dmarc=fail header.from=small.example",
                "mx.small.example; dmarc=pass header.from=small.example",
            ),
            False,
        ),
        ((), False),
    ],
)
def test_whom_the_server_vouches_for(fields: tuple[str, ...], vouches: bool) -> None:
    assert vouched(fields, "mx.small.example", "small.example") is vouches


def test_without_a_server_that_is_believed_nobody_is_vouched_for() -> None:
    assert not vouched(("; dmarc=pass header.from=small.example",), "", "small.example")
