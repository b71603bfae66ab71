"""A mail as a plain value, out of its bytes. Pure, and it never raises, whatever the bytes are.

Mails are strangers' words: parts nested without end, charsets that do not exist, heads without a sender.
What cannot be read is left out and the rest stands.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime

from bot.html_text import clean, to_text
from bot.mail.charsets import decoded
from bot.mail.headers import Address, Head, one_line, words
from bot.mail.history import own_part

MOST_CHARACTERS = 20_000
"""Of a longer text the beginning is kept."""

EPOCH = datetime.fromtimestamp(0, UTC)
"""Stands for an instant that neither the mail nor its server tells."""

CLOCKS_DIFFER = timedelta(days=7)
"""A Date further than this from when the mail was received is a wrong clock's, or a lie."""

_MOST_REFERENCES = 50
_DEEPEST = 20
_MOST_PARTS = 200
_NAMED = 3
_LONGEST_PLACEHOLDER = 200
_FORWARD = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|i|vs)\s*:", re.IGNORECASE)
_LIST = re.compile(r"<([^<>\s]{1,250})>")
# How programs begin the subject of an answer that nobody wrote. People ask about such answers in these words
# too, so the mail must also ask not to be answered by a program.
_AWAY = re.compile(
    r"\s*(?:auto(?:matic)?[ -]?reply|automatische antwort|abwesenheitsnotiz|abwesend|out of (?:the )?office"
    r"|réponse automatique|absence du bureau|respuesta automática|fuera de la oficina|risposta automatica"
    r"|fuori sede|automatisch antwoord|afwezigheid\w*|resposta automática|autosvar|automatiskt svar"
    r"|odpowiedź automatyczna|automatická odpověď|automaattinen vastaus|自動応答|自动答复)\b.{0,3}[:：]",
    re.IGNORECASE,
)
_REPLIES = ("reply", "counter", "refresh")
"""Methods of a calendar with which a program answers an invitation (RFC 5546)."""
_PRECEDENCE = ("bulk", "junk", "auto_reply", "list")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. Addresses are in small letters, `at` is aware UTC, ids are without their brackets.

    `id` is its Message-ID, or a hash of what tells it apart where there is none. `references` are the mails
    before it, the oldest first. `automatic`: a machine answered or reported. `bulk`: sent to many. `lists`:
    the mailing lists it came over, by their ids. `vouchers` are its Authentication-Results as they stand.
    """

    id: str
    sender: Address | None
    reply_to: tuple[Address, ...]
    recipients: tuple[Address, ...]
    subject: str
    at: datetime
    references: tuple[str, ...]
    text: str
    automatic: bool = False
    bulk: bool = False
    lists: tuple[str, ...] = ()
    vouchers: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[Address, ...]:
        """Everybody on it."""
        return (*((self.sender,) if self.sender is not None else ()), *self.reply_to, *self.recipients)


def read(raw: bytes, received: datetime | None, *, cut: bool = False) -> Mail:
    """The mail in `raw`. `received` is when the server got it (aware), `cut` that the end is missing."""
    head = Head(raw)
    try:
        message = message_from_bytes(raw)
    except Exception:  # noqa: BLE001 - a stranger's bytes: whatever the parser stumbles over, the head stands
        message = Message()
    subject = head.line("subject")[:500]
    found = _Found()
    for each in _pieces(message, found, 0):
        found.texts.append(each)
    text = own_part(_joined(found.texts), forwarded=bool(_FORWARD.match(subject)))
    if not text:
        found.attachments += ["an invitation"] * (found.calendars and not found.answered)
    sender = next(iter(head.addresses("from")), None)
    return Mail(
        id=_id(head, text),
        sender=sender,
        reply_to=head.addresses("reply-to"),
        recipients=head.addresses("to", "cc"),
        subject=subject,
        at=_at(head.raw("date"), received),
        references=head.ids("references", "in-reply-to")[-_MOST_REFERENCES:],
        text=_shown(text, found.attachments, cut=cut),
        # With words beside it, an answer to an invitation is somebody's.
        automatic=(found.answered and not text) or _is_automatic(head, sender, message.get_content_type()),
        bulk=_precedence(head) in ("bulk", "junk"),
        lists=tuple(each.lower() for each in _LIST.findall(head.raw("list-id")))
        or (("",) if "list-id" in head or _precedence(head) == "list" else ()),
        vouchers=head.every("authentication-results"),
    )


@dataclass
class _Found:
    """What was found on the way through the parts. `calendars` are those that nobody attached: the mail told
    to a calendar. `answered`: one of them answers an invitation.
    """

    texts: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    parts: int = 0
    calendars: int = 0
    answered: bool = False


def _pieces(part: Message, found: _Found, depth: int) -> Iterator[str]:
    """The texts of a part, in reading order; its attachments are noted."""
    found.parts += 1
    if depth > _DEEPEST or found.parts > _MOST_PARTS:
        return
    kind = part.get_content_type()
    children = part.get_payload() if part.is_multipart() else None
    if kind == "message/rfc822" or (children is not None and part.get_content_maintype() == "message"):
        found.attachments.append("a mail")
    elif isinstance(children, list):
        inner = [list(_pieces(each, found, depth + 1)) for each in children if isinstance(each, Message)]
        if kind == "multipart/alternative":
            # The plain one comes first; a blank one, or one that only says "use another program", is none.
            said = [text for each in inner if (text := _joined(each))]
            inner = [[text] for text in said[1 if _is_placeholder(said) else 0 :][:1]]
        for each in inner:
            yield from each
    elif _is_text(part, kind):
        yield _text(part, kind)
    elif kind == "text/calendar" and not _is_attached(part):
        found.calendars += 1
        found.answered |= str(part.get_param("method") or "").lower() in _REPLIES
    elif not (kind.startswith("image/") and part.get("content-id")):  # pictures that a text shows
        found.attachments.append(_name(part) or kind)


def _is_placeholder(said: list[str]) -> bool:
    """Whether the first of several texts only tells that another one is in HTML."""
    if len(said) < 2 or len(said[0]) >= _LONGEST_PLACEHOLDER or "html" not in said[0].lower():
        return False
    return " ".join(said[0].split()) not in " ".join(said[1].split())


def _is_text(part: Message, kind: str) -> bool:
    return kind in ("text/plain", "text/html", "text/enriched") and not _is_attached(part)


def _is_attached(part: Message) -> bool:
    return (part.get_content_disposition() or "") == "attachment" or bool(_name(part))


def _text(part: Message, kind: str) -> str:
    try:
        payload = part.get_payload(decode=True)
        raw = payload if isinstance(payload, bytes) else b""
        charset, flowed = part.get_content_charset(), part.get_param("format")
    except Exception:  # noqa: BLE001 - see `read`
        return ""
    told = decoded(raw, charset)
    if kind == "text/html":
        return to_text(told)
    plain = clean(told)
    return _unfolded(plain) if str(flowed or "").lower() == "flowed" else plain


def _unfolded(text: str) -> str:
    """Lines that a mail program broke are joined again (format=flowed, RFC 3676)."""
    lines: list[str] = []
    open_line = False
    for line in text.split("\n"):
        bare = line[1:] if line.startswith(" ") else line
        if open_line and not bare.startswith(">") and bare != "-- ":
            lines[-1] += bare
        else:
            lines.append(bare)
        open_line = bare.endswith(" ") and bare != "-- " and not bare.startswith(">")
    return "\n".join(lines)


def _joined(texts: list[str]) -> str:
    return "\n\n".join(each.strip() for each in texts if each.strip())[: 10 * MOST_CHARACTERS]


def _name(part: Message) -> str:
    try:
        name = part.get_filename()
    except Exception:  # noqa: BLE001 - see `read`
        return ""
    return one_line(words(str(name or "")))[:120]


def _shown(text: str, attachments: list[str], *, cut: bool) -> str:
    """The words, and behind them what was attached by its name."""
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS].rstrip() + "\n[shortened]"
    if not attachments and not cut:
        return text
    named = ", ".join(attachments[:_NAMED])
    hidden = len(attachments) - _NAMED
    more = f" and {hidden} more" if hidden > 0 else ""
    if attachments:
        told = f"[{'attachment' if len(attachments) == 1 else 'attachments'}: {named}{more}]"
    else:
        told = "[a large mail, of which the beginning was read]"
    return f"{text}\n{told}".strip()


def _id(head: Head, text: str) -> str:
    own = head.ids("message-id")
    if own:
        return own[0]
    telling = "\n".join([*(head.raw(name) for name in ("from", "to", "cc", "date", "subject")), text])
    return f"none-{hashlib.sha256(telling.encode('utf-8', 'replace')).hexdigest()[:40]}"


def _at(date: str, received: datetime | None) -> datetime:
    """When it was sent, as its Date says; when it was received, where that says nothing to go by."""
    sent = _date(date)
    if received is None:
        return sent or EPOCH
    received = received.astimezone(UTC)
    # Nobody's mail was sent after it had come.
    near = sent is not None and abs(sent - received) <= CLOCKS_DIFFER
    return min(sent, received) if sent is not None and near else received


def _date(text: str) -> datetime | None:
    try:
        sent = parsedate_to_datetime(text)
        return sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _precedence(head: Head) -> str:
    told = head.raw("precedence").strip().lower()
    return told if told in _PRECEDENCE else ""


def _is_automatic(head: Head, sender: Address | None, kind: str) -> bool:
    """A machine's: out of office, bounces, reports (RFC 3834, RFC 3464, and what came before them)."""
    told = re.split(r"[\s;(]", head.raw("auto-submitted").strip().lower(), maxsplit=1)[0]
    return (
        told not in ("", "no")
        or _precedence(head) == "auto_reply"
        or any(name in head for name in ("x-autoreply", "x-autorespond", "x-failed-recipients"))
        or head.raw("return-path").strip() == "<>"
        or kind == "multipart/report"
        or ("x-auto-response-suppress" in head and _AWAY.match(head.line("subject")) is not None)
        or (sender is not None and sender.address.partition("@")[0] in ("mailer-daemon", "postmaster"))
    )
