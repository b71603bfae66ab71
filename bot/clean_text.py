"""What a customer's message says once everything around it is taken away.

Greetings, signatures, quoted replies, legal footers and the boilerplate of phones and call notes are shared
by messages that have nothing else in common, so they must go before two texts are compared. Every pattern
works on one short line or is anchored, and what it repeats can be read in one way only, so that hostile text
costs linear time; that is also why no general mail parser is used here: the known ones search a whole message
with nested repeats.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from itertools import islice

from bot.follow_ups import SAYS_NOTHING
from bot.quoted import attribution_at, begins_a_mail, is_divider, is_forwarded
from bot.signatures import without_signature

MOST_CHARACTERS = 6_000
"""Of a longer text only the beginning is read: a problem is told early, a pasted log is long."""
REMEMBERED = 1_000
"""Texts that are not cleaned again: an account's are looked at with each message that comes."""

_LONGEST_LINE = 400
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?", re.UNICODE)

_FOOTER = re.compile(
    r"\W{0,12}(?:confidentiality (?:notice|note)|disclaimer\b|this (?:e-?mail|message|communication)"
    r"(?: and any| is| may| contains| transmission)|the information (?:contained )?in this (?:e-?mail"
    r"|message)"
    r"|if you are not the intended recipient|please consider the environment"
    r"|diese e-?mail (?:enthält|ist|kann)|este (?:mensaje|correo)(?: electrónico)? (?:y|es|contiene|puede)"
    r"|ce (?:message|courriel) (?:et|est|contient)"
    r"|(?:le informazioni contenute in )?questo (?:messaggio|e-?mail)\b"
    r"|dit (?:bericht|e-?mail)(?:bericht)? (?:is|en|kan)"
    r"|esta mensagem (?:e|é|pode)|ta wiadomość (?:jest|i|może)|detta meddelande (?:är|och|kan)"
    r"|denne (?:mail|meddelelse) (?:er|og|kan)|registered in \w+|registergericht|amtsgericht"
    r"|handelsregister)",
    re.IGNORECASE,
)
_PHONE_LINE = re.compile(
    r"\W{0,12}(?:sent from (?:my|mail|outlook|yahoo|samsung)|get outlook for|sent via|von meinem \w+"
    r"|gesendet (?:von|mit)"
    r"|enviado (?:desde|con|do|a partir)|envoyé de(?:puis)?|inviato da|(?:verzonden|verstuurd) vanaf"
    r"|skickat från min|sendt fra min|wysłane z|odesláno z"
    r"|this message was sent from)\b.{0,80}$",
    re.IGNORECASE,
)
_INLINE_PHONE = re.compile(
    r"\|?\s{0,8}\b(?:sent from my \w+|von meinem \w+ gesendet|enviado desde mi \w+|envoyé de mon \w+)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\W{0,12}(?:(?:hi|hello|hey|hiya|howdy|dear|good (?:morning|afternoon|evening|day)|greetings"
    r"|to whom it may concern"
    r"|hallo|guten (?:tag|morgen|abend)|moin|servus|sehr geehrte[r]?|liebe[sr]?|hola|buen(?:os"
    r"|as) (?:días|tardes|noches)"
    r"|estimad[oa]s?|bonjour|bonsoir|salut|ciao|buongiorno|gentile|hej|olá|oi)\b)"
    r"(?:\s+(?:there|again|all|both|everyone|everybody|folks|guys|team|support|sir|madam|und herren"
    r"|damen|zusammen"
    r"|billing|sales|customer (?:service|success|support)|equipo|soporte|a todos|tous|l'équipe|mr\.?"
    r"|ms\.?|mrs\.?|or madam"
    r"|herr|frau|señor|señora|to you(?: all)?|\w{2,15}(?=\s?[,!:–]))){0,5}"
    r"(?:\s*[,!.:;–-]+\s*|\s+|$)",
    re.IGNORECASE,
)
_PLEASANTRY = re.compile(
    r"\W{0,12}(?:(?:i )?(?:hope|trust) (?:you(?:'re| are)?|this|all|everything"
    r"|your)\b[^.,!?\n]{0,70}[.,!?]+\s*"
    r"|how are you(?: (?:doing|today))*\s*\?+\s*|happy (?:monday|friday|new year)\b[^.!?\n]{0,20}[.!?,]+\s*"
    r"|ich hoffe,?\s[^.!?\n]{0,60}(?:gut|wohl)\s*[.!?]+\s*|espero que\s[^.!?\n]{0,60}bien\s*[.!?]+\s*"
    r"|(?:thanks|thank you) for (?:your|the)[^.!?\n]{0,40}[.!?]+\s*)",
    re.IGNORECASE,
)
# A name takes all of its letters, and the next one begins behind a space: "AAAA" can be read in one way only.
_NAME = r"[A-ZÀ-Þ][\w'’-]{0,30}+"
_INTRODUCTION = re.compile(
    r"\W{0,12}(?i:(?:yes|so|ok|okay|well|um|uh),?\s+){0,3}(?i:my name is|this is|i am|i'?m|mein name ist"
    r"|ich heiße|me llamo|mi nombre es"
    rf"|je m'appelle)\s+{_NAME}(?:\s++{_NAME}){{0,2}}\s*+(?:,?(?:from|at|with|von|bei|de|of)\s++"
    r"[A-ZÀ-Þ][\w&'’-]{0,30}+(?:\s++[A-ZÀ-Þ][\w&'’-]{0,30}+){0,3}\s*+)?"
    r"(?:[,.!;:]+|\band\b|\bund\b|\by\b)\s*"
)
# One of these at least: signs alone are the beginning of a number, an amount or a page.
_CALL_OPENER = re.compile(
    r"\W{0,12}((?:phone|call|telephone|voice)\s?(?:call)?\s?(?:summary|note|notes|log)\s?[:\-–]\s*)?"
    r"(caller\s(?:[\w.'’&-]+\s){1,8}?(?:called in|called|rang|phoned)\.?\s*)?"
    r"((?:(?:the )?(?:customer|caller|client|contact|he|she|they) (?:said|says|reports?|reported|states?"
    r"|stated|asked|asks"
    r"|wants to know|explained)(?:\s?(?:that|if|whether))?\s?:?\s*))?"
    r"(called (?:in )?(?:about|regarding|because)\s*)?",
    re.IGNORECASE,
)
# A bullet, or what an opener left behind it. A sign that is joined to a word is the word's.
_LONE_SIGNS = re.compile(r"(?:[^\w\s#€$£¥]{1,12}\s+){1,3}(?=\S)")
_CALL_END = re.compile(
    r"(?:promised (?:to|a|we|them|him|her)|told (?:them|him|her|caller|customer) (?:we|that|i)"
    r"|will (?:call|get|ring) back"
    r"|call ?back (?:promised|requested|agreed)|said (?:we|i)['’]?d (?:get|call))[^.\n]{0,80}[.!]?\s*$",
    re.IGNORECASE,
)
_SLACK_MARKS = re.compile(
    r"(?<!\d):[a-z0-9_+'-]{2,30}:(?!\d)|<[@!#][^>\n]{1,60}>|\b(?:cc|fyi)\b:?\s*(?:@[\w.-]+[ ,]*)+"
    r"|(?<!\S)@[\w-]{2,30}\b(?!\.)"
)
_CHAT_OPENER = re.compile(
    r"\W{0,12}(?:(?:quick|small|short|simple) (?:question|one)\s*[:,.–-]*\s*"
    r"|(?:just )?(?:a )?(?:heads?.?up|question)\s*[:,–-]+\s*"
    r"|(?:so|ok|okay|sorry|um|yes|btw|also|and|urgent|help|sos|yo)\s*[,:!.]+\s*|sorry to (?:bother"
    r"|bug) you\b[^.,!?\n]{0,30}[.,!?]+\s*)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,.!;–-]{0,8}\b(?:many thanks|thanks(?: (?:in advance|a lot|so much|again))?"
    r"|thank you(?: (?:in advance|very much|so much))?"
    r"|thx|ty|cheers|tia|danke(?: schön| im voraus)?|vielen dank|gracias|merci|grazie|please help"
    r"|(?:please )?advise)\b"
    r"\W{0,6}(?=$|\n)",
    re.IGNORECASE,
)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|table|h[1-6]|blockquote)(?![\w.@-])[^<>]{0,300}>", re.IGNORECASE
)
_TAG = re.compile(
    r"</?(?:a|b|i|u|em|strong|span|img|code|pre|font|td|th|tbody|small)(?![\w.@-])[^<>]{0,600}>",
    re.IGNORECASE,
)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SIGNED = re.compile(
    r"(?:^|(?<=[\s.!?,]))(?i:many thanks|thanks(?: again)?|thank you|thx|cheers|best|regards|kind regards"
    r"|danke|lg|gruß|gracias|saludos|merci)\s?[,!.–-]\s?(?:[A-ZÀ-Þ][\w'-]{1,20}\s?){1,2}\W{0,3}$"
)
_NAMED = re.compile(rf"[\s,]{{0,4}}\b[Mm]y name(?:'s| is) {_NAME}(?: {_NAME}){{0,2}} ?(?=[,.;!]|$|\n)")
# How `bot/html_text.py` and `bot/mail/message.py` name what is no words; a picture may lead somewhere.
_SHOWN = re.compile(
    r"\[(?:(?P<picture>image)|attachments?)(?::[^\[\]\n]{0,400})?\](?: \(https?://[^\s()]{1,600}\))?"
)
_REPLY_MARK = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|wg|rv|tr|antw|sv)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_WHITE = re.compile(r"[ \t\u00a0]+")
_BLANKS = re.compile(r"\n{2,}")
_BLANK_LINES = re.compile(r"\n{3,}")


def words(text: str) -> list[str]:
    """The words of a text in small letters, digits included."""
    return [word.replace("’", "'") for word in _WORD.findall(text.casefold())]


@lru_cache(REMEMBERED)
def clean(text: str) -> str:
    """The message's own words on as few lines as possible; empty when it says nothing of its own.

    Pictures and files are no words. Never raises. At most `MOST_CHARACTERS` of the text are read.
    """
    plain = _plain(text)[:MOST_CHARACTERS]
    lines = (_SHOWN.sub(" ", plain) if "[" in plain else plain).split("\n")
    body = without_signature(_own_lines(lines))
    joined = "\n".join(body).strip()
    joined = _CALL_END.sub("", joined[-_LONGEST_LINE:]).join((joined[:-_LONGEST_LINE], ""))
    joined = _without_openers(joined)
    joined = _NAMED.sub("", _INLINE_PHONE.sub(" ", joined))
    joined = _TAIL.sub("", _SIGNED.sub("", joined))
    return _BLANKS.sub("\n", _WHITE.sub(" ", joined)).strip()


@lru_cache(REMEMBERED)
def own_words(text: str) -> str:
    """The message for a reader: quoted replies, footers and signature gone, its lines as they were.

    The whole text where nothing would be left.
    """
    kept = _BLANK_LINES.sub("\n\n", "\n".join(without_signature(_own_lines(text.split("\n"))))).strip()
    return kept or text


def shows(text: str) -> str:
    """What a message that may have no words shows, for a title: a picture, a file, or nothing."""
    found = _SHOWN.search(text[:MOST_CHARACTERS])
    if found is None:
        return ""
    return "A picture" if found["picture"] else "A file"


def clean_title(title: str) -> str:
    """A subject without its reply and forward marks, on one line."""
    return _WHITE.sub(" ", _REPLY_MARK.sub("", _plain(title)[:300].replace("\n", " "))).strip()


def says_nothing(cleaned: str) -> bool:
    """Whether a cleaned text only asks for news, thanks or repeats that it waits ("any news??")."""
    return all(word in SAYS_NOTHING or word.isdigit() for word in words(cleaned))


def _plain(text: str) -> str:
    """Tags gone, compatibility forms joined, line ends made one, control and bidi characters dropped."""
    cut = text[: MOST_CHARACTERS * 2]
    bare = _TAG.sub("", _BLOCK_TAG.sub("\n", cut))
    joined = unicodedata.normalize("NFKC", bare if bare == cut else html.unescape(bare))
    joined = joined.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c if c in "\n\t" or unicodedata.category(c) not in _UNSEEN else " " for c in joined)
    return _SLACK_MARKS.sub(" ", kept).replace("’", "'")


def _own_lines(lines: list[str]) -> list[str]:
    """Lines up to the first quoted reply or footer, without quoted lines and phone boilerplate.

    Of a mail that was answered below what it quotes, or between the lines, the answers.
    """
    own: list[str] = []
    said = False
    begin = 0
    for number, raw in enumerate(lines):
        line = raw.strip()
        if not line or number < begin:
            own.append("")
            continue
        start = line[:_LONGEST_LINE]
        if introduced := attribution_at(lines, number):
            begin = number + introduced
            if not _is_quoted(lines, begin) or not _says_nothing_yet(own):
                break
            said = True
            continue
        if is_forwarded(start) or is_divider(start) or begins_a_mail(lines, number):
            break
        if said and (line in ("--", "—", "-- ") or _FOOTER.match(start)):
            break
        if line.startswith((">", "|>")) or _PHONE_LINE.match(start):
            continue
        own.append(line)
        said = True
    return own


def _says_nothing_yet(own: list[str]) -> bool:
    """Whether no more than "Hello, see my answers below" stands above a quoted mail."""
    above = "\n".join(own).strip()
    return len(above) <= _LONGEST_LINE and says_nothing(_without_openers(above))


def _is_quoted(lines: list[str], begin: int) -> bool:
    """Whether the first words from a line on stand behind a quote mark."""
    first = next((line for line in islice(lines, begin, None) if line.strip()), "")
    return first.lstrip().startswith(">")


def _without_openers(text: str) -> str:
    """The text without greetings, pleasantries, introductions and call-note openers at its beginning."""
    for _ in range(6):
        before = text
        for opener in (_GREETING, _PLEASANTRY, _INTRODUCTION, _CALL_OPENER, _CHAT_OPENER):
            match = opener.match(text)
            if match and (match.lastindex or opener is not _CALL_OPENER):
                rest = text[match.end() :].lstrip()
                if rest or opener is not _CALL_OPENER:
                    text = rest
        if text == before:
            break
    signs = _LONE_SIGNS.match(text)
    return text[signs.end() :] if signs else text
