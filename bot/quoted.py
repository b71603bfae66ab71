"""How mail programs introduce an earlier mail that they put below an answer. Pure.

In the languages in which they do: "On Monday Ana wrote:", the head of the mail ("From: … Sent: …"), a line
that says "Original message". Each line is looked at by its first `LONGEST` characters, in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 400
_COLONS = (":", "：")

_WROTE = (
    r"wrote|writes|schrieb|escribió|a écrit|ha scritto|schreef|escreveu|skrev|napisał\(a\)|napisała?|pisze"
    r"|napsala?|napsal\(a\)|kirjoitti|написала?|写道|寫道|님이 작성"
)
_ATTRIBUTION = re.compile(
    rf"(?:on|am|el|le|il|op|em|den|dnia|w dniu|dne)\s.{{4,200}}\b(?:{_WROTE})(?!\w).{{0,80}}[:：]",
    re.IGNORECASE,
)
# Where it begins as in none of these: an address in brackets, a date and a time, and nothing or "wrote" last.
_ADDRESS = re.compile(r"<\s?[^\s<>@]{1,64}@[^\s<>]{1,190}>")
_LAST = re.compile(rf"(?:>|{_WROTE})\s?[:：]$", re.IGNORECASE)
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_DATE = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d\d)")

_FORWARDED = re.compile(
    r"[-–—_]{2,}\s*(?:forwarded message|weitergeleitete nachricht|mensaje reenviado|message transféré"
    r"|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|vidarebefordrat meddelande"
    r"|videresendt meddelelse)\b"
    r"|(?:begin forwarded message|anfang der weitergeleiteten nachricht|inicio del mensaje reenviado"
    r"|début du message (?:réexpédié|transféré)|inizio (?:del )?messaggio inoltrato"
    r"|begin doorgestuurd bericht|início da mensagem (?:re)?encaminhada)\s?:",
    re.IGNORECASE,
)
_FORWARDS = frozenset("-–—_bBaAiIdDíÍ")
"""How each of these begins."""

_DIVIDER = re.compile(
    r"[-_—]{2,}\s{0,3}(?:original message|ursprüngliche nachricht|original-?nachricht|mensaje original"
    r"|message d'origine|messaggio originale|oorspronkelijk bericht|mensagem original"
    r"|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|wiadomość oryginalna"
    r"|původní zpráva)\b.{0,20}$",
    re.IGNORECASE,
)
_RULER = re.compile(r"_{12,}$")
_NAMES = {
    "by": "from von de van da från fra od lähettäjä от kimden 差出人 发件人 寄件者",
    "sent": "sent gesendet enviado enviada envoyé verzonden inviato inviata skickat sendt wysłano lähetetty"
    " odesláno отправлено gönderildi gönderilen 送信日時 发送时间",
    "date": "date datum fecha data dato päiväys päivämäärä дата tarih 日付 日期",
    "to": "to an para à a aan till til do komu vastaanottaja кому kime 宛先 收件人",
    "copy": "cc kopia kopi kopie dw копия 抄送",
    "about": "subject betreff asunto objet onderwerp oggetto assunto ämne emne temat předmět aihe тема konu"
    " 件名 主题 主旨",
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
_BEHIND = (" em", " el", " le")
"""What may stand between the name of a field and its colon ("Enviado el:")."""
_AT = re.compile(r"[^\s@]@[^\s@]")
_AFTER_COLON = ("", " ", "*", "\t", "\u00a0")
_LONGEST_NAME = 24
"""Of a field in a head, its marks with it."""
_SHORTEST_WRAPPED = 40


def is_attribution(line: str) -> bool:
    """Whether a whole line, stripped, says whose the mail below it is: "On Monday Ana wrote:"."""
    if not line.endswith(_COLONS) or len(line) > LONGEST:
        return False
    if _ATTRIBUTION.fullmatch(line):
        return True
    return all(each.search(line) for each in (_LAST, _ADDRESS, _CLOCK, _DATE))


def attribution_at(lines: Sequence[str], number: int) -> int:
    """How many lines, 1 or 2, an attribution has that begins at this line; 0 where none does.

    Programs break a long one. What is no more than the end of a sentence above "Ana wrote:" is none.
    """
    first = lines[number].strip()
    if first.endswith(_COLONS):
        return 1 if is_attribution(first) else 0
    second = lines[number + 1].rstrip() if number + 1 < len(lines) else ""
    if not second.endswith(_COLONS) or first.endswith((".", "!", "?", ";")):
        return 0
    if len(first) < _SHORTEST_WRAPPED and not first.endswith("<"):
        return 0
    second = second.lstrip()
    both = f"{first} {second}"
    told = _ADDRESS.search(both) or _CLOCK.search(both)
    return 2 if told and is_attribution(both) else 0


def is_forwarded(line: str) -> bool:
    """Whether a line, stripped, is the one below which somebody passes on a mail: their own words."""
    return line[:1] in _FORWARDS and _FORWARDED.match(line[:LONGEST]) is not None


def is_divider(line: str) -> bool:
    """Whether a line, stripped, says that the original message is below it."""
    return line.startswith(("-", "_", "—")) and _DIVIDER.match(line[:LONGEST]) is not None


def begins_a_mail(lines: Sequence[str], number: int, *, certainly: bool = False) -> bool:
    """Whether the head of an earlier mail begins at this line, perhaps with a ruler above it.

    A form has rulers too, "From: 1 November" with a "To:" below it is a span of time, and with a "Date:" a
    journey: a head names a sender, and when it was sent, what it is about, or an address. `certainly`: three
    of its fields at least.
    """
    line = lines[number].strip()[:LONGEST]
    if ":" not in line and "：" not in line and not line.startswith("_"):
        return False
    ruler = line.startswith("_") and _RULER.match(line) is not None
    if not ruler and not _field(line):
        return False
    following = (each.strip()[:LONGEST] for each in lines[number + 1 : number + 6])
    below = [each for each in following if each][:4]
    heads = [] if ruler else [line]
    for each in below:
        if not _field(each):
            break
        heads.append(each)
    fields = {_field(each) for each in heads}
    if "by" not in fields or len(heads) < (3 if certainly else 2):
        return False
    addressed = any(_AT.search(each) for each in heads)
    if len(heads) >= 3:
        dated = "date" in fields and "to" not in fields
        return addressed or dated or bool(fields & {"sent", "about"})
    if ruler:
        return addressed or bool(fields & {"sent", "about"})
    return addressed or any(_CLOCK.search(each) for each in heads if _field(each) in ("sent", "date"))


def _field(line: str) -> str:
    """Which field of a head a line, stripped, is; empty where it is none."""
    name, colon, rest = line.partition(":")
    if not colon:
        name, colon, rest = line.partition("：")
    if not colon or len(name) > _LONGEST_NAME or rest[:1] not in _AFTER_COLON:
        return ""
    name = name.strip("* \u00a0").casefold()
    return _FIELDS.get(name) or _FIELDS.get(name[:-3] if name.endswith(_BEHIND) else "", "")
