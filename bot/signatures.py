"""Where a message ends and its signature begins, in the languages customers write. Pure.

Two things tell: a closing ("Best regards,") with only short lines below it, and without one a last block that
begins with a name and holds two things that no sentence does: a telephone number, an address, a company.
What a customer lists stays: a block that is announced by a colon, or whose lines are sentences or fields.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

LONGEST_SIGNATURE = 10
"""Lines."""
_LONGEST_CLOSING = 60
_LONGEST_LINE = 90
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?", re.UNICODE)


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(each.split()) for each in text.split("|"))


_BEFORE = _listed(
    """
    many kind kindest best warm warmest with and thanks thank you mit und freundliche freundlichen
    freundlicher freundlichem liebe lieben herzliche herzlichen herzlichem
    beste besten schöne schönen viele vielen un une
    y e et cordial cordiales muchas bien meilleures sincères mes nos met vriendelijke hartelijke en med vänlig
    vänliga bästa venlig venlige vennlig bedste beste och og com os melhores atenciosos s z pozdrowieniami
    przyjacielskim přátelským srdečným distinti cordiali tanti in cu toată ystävällisin
    """
)
"""Words that may stand before one of the closings."""

_CLOSINGS = _phrases(
    """
    thanks | thank you | thanks again | thanks you | thanks so much | thank you so much | thanks a lot
    | thanks in advance | thank you in advance | thx | cheers | ta | regards | rgds | brgds | br | kr | best
    | sincerely | sincerely yours | yours | yours sincerely | yours faithfully | yours truly | respectfully
    | all the best | take care | cordially | wishes | best wishes
    | grüße | grüßen | gruß | gruss | grüsse | grüssen | mfg | lg | vg | bg | danke | danke im voraus
    | danke schön | dank | dank im voraus | hochachtungsvoll
    | saludo | saludos | saludos cordiales | saludo cordial | gracias | gracias de antemano | atentamente
    | atte | abrazo | cordialmente
    | cordialement | bien à vous | à vous | salutations | salutations distinguées | merci | merci d'avance
    | cdlt | bonne journée | bonne soirée | amicalement
    | saluti | cordiali saluti | grazie | grazie mille | buona giornata
    | groet | groeten | groetjes | mvg | hoogachtend | bedankt | dank je wel | alvast bedankt
    | cumprimentos | abraço | abraços | obrigado | obrigada | atenciosamente | att | atensiosamente
    | hälsning | hälsningar | mvh | tack | tack på förhand
    | hilsen | hilsener | hilsner | tak | tak på forhånd
    | takk | vh
    | pozdrawiam | pozdrawiam serdecznie | serdecznie pozdrawiam | pozdrowieniami | pozdrowienia
    | z poważaniem | poważaniem | dziękuję | z góry dziękuję | pozdravem | s pozdravem | pozdravy | děkuji
    | terveisin | kiitos | saygılarımla | iyi çalışmalar | teşekkürler | üdvözlettel | köszönettel | stimă
    | с уважением | спасибо | よろしくお願いします | よろしくお願いいたします | 敬具 | 此致 | 谢谢
    """
)
_BEGINS = _BEFORE | {each.split()[0] for each in _CLOSINGS if each}
_ENDS = " \t,.!–—-。"
_INSIDE = str.maketrans(",.", "  ")

# A number alone may be an order's, or a date.
_PHONE = re.compile(
    r"(?!\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$)"
    r"(?:(?:(?:tel|telefon|telefono|teléfono|telefone|telephone|tél|tlf|phone|mobile?|mob|mobil|móvil|cell"
    r"|office|direct|fax|gsm|m|t|p|d|o|f)\b[.:]?\s{0,3}\(?\+?|\+|\(?\+?0)\d[\d ()./–-]{4,24}\d"
    r"|\d{3}[ .-]\d{3}[ .-]\d{4})$",
    re.IGNORECASE,
)
_SITE = re.compile(r"(?:https?://(?:www\.)?|www\.)[\w-]{1,60}(?:\.[\w-]{1,60}){1,3}/?$", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:e-?mail[.:]?\s{0,3})?[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}$", re.IGNORECASE
)
_COMPANY = re.compile(
    r"\b(?:GmbH|gGmbH|GmbH & Co\.? KG|Inc\.?|Ltd\.?|Limited|LLC|LLP|PLC|plc|Corp\.?|Pty|AG|KG|UG|SE|e\. ?V\."
    r"|B\.?V\.?|N\.?V\.?|AB|A/S|AS|ApS|Oyj?|S\.?A\.?S?\.?|SARL|S\.?L\.?U?\.?|S\.?p\.?A\.?|S\.?r\.?l\.?|Ltda\.?"
    r"|Lda\.?|s\.r\.o\.|a\.s\.|Sp\. ?z ?o\. ?o\.|Kft\.?)$"
)
_KINDS = (
    ("telephone", _PHONE.match),
    ("site", _SITE.match),
    ("address", _ADDRESS.match),
    ("company", _COMPANY.search),
)
_PART = re.compile(r"\s+[|•·]\s+|,\s+")
_PARTICLES = _listed(
    "de da do dos del della di van von der den zu la le y e i. a. ppa. dr. prof. mag. dipl.-ing."
)


def without_signature(lines: Sequence[str]) -> list[str]:
    """Lines, stripped, up to a signature. A closing that more than a signature follows goes alone."""
    kept: list[str] = []
    said = False
    for number, line in enumerate(lines):
        closing = len(line) <= _LONGEST_CLOSING and _is_phrase(line)
        if closing or _is_signed(line):
            following = (each for each in islice(lines, number + 1, None) if each)
            rest = list(islice(following, LONGEST_SIGNATURE + 1))
            short = len(rest) <= LONGEST_SIGNATURE and all(len(each) <= _LONGEST_LINE for each in rest)
            if said and short and (closing or not any(map(_is_sentence, rest))):
                return kept
            if closing:
                continue
        kept.append(line)
        said = said or bool(line)
    return _without_sign_off(_without_card(kept))


def _is_signed(line: str) -> bool:
    """Whether a line is a closing with a name behind its comma: "Best regards, Ines Falk"."""
    if len(line) > _LONGEST_CLOSING or "," not in line:
        return False
    closing, _, name = line.partition(",")
    return _is_phrase(closing) and _is_name(name.strip())


def _is_phrase(line: str) -> bool:
    first = line.split(None, 1)
    if not first or first[0].strip(_ENDS).casefold() not in _BEGINS:
        return False
    found = line.casefold().replace("’", "'").strip(_ENDS).translate(_INSIDE).split()
    for number, word in enumerate(found):
        if " ".join(found[number:]) in _CLOSINGS:
            return True
        if word not in _BEFORE:
            return False
    return False


def _is_name(line: str) -> bool:
    """Whether a line can be a person's name and nothing else."""
    found = line.split()
    if (
        not found
        or len(found) > 5
        or len(line) > 50
        or any(sign.isdigit() or sign in ":?!|@/" for sign in line)
    ):
        return False
    named = [word for word in found if word.casefold() not in _PARTICLES]
    return 0 < len(named) <= 4 and all(word[0].isupper() for word in named) and not _COMPANY.search(line)


def _without_card(lines: list[str]) -> list[str]:
    """Drops the last block that is a person's card: a name with a telephone number, a site or a company."""
    if "" not in lines:
        return lines
    filled = [number for number, line in enumerate(lines) if line]
    told: set[str] = set()
    start = len(lines)
    for number in reversed(filled[-LONGEST_SIGNATURE:]):
        line = lines[number]
        if len(line) > _LONGEST_LINE or line.endswith(("?", "!", ":")) or _is_sentence(line):
            break
        told.update(_told(line))
        if len(told) >= 2 and number > 0 and not lines[number - 1] and _is_name(line):
            start = number
    before = next((line for line in reversed(lines[:start]) if line), "")
    return lines[:start] if before and not before.endswith(":") else lines


def _is_sentence(line: str) -> bool:
    found = _WORD.findall(line)
    return len(found) >= 5 and sum(word[0].islower() for word in found) * 2 > len(found)


def _told(line: str) -> list[str]:
    """What of a card stands on a line, or between its marks."""
    return [kind for part in _PART.split(line) for kind, fits in _KINDS if fits(part)]


def _without_sign_off(lines: list[str]) -> list[str]:
    """Drops a last paragraph that is only a name or a desk ("Privacy Office, Brannock plc")."""
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    lines = lines[:end]
    if len(lines) >= 3 and not lines[-2] and len(lines[-1]) <= 60:
        last = lines[-1]
        found = _WORD.findall(last)
        capitals = sum(word[0].isupper() for word in found)
        if (
            found
            and not last.endswith(("?", "!", "."))
            and capitals >= max(1, len(found) - 1)
            and len(found) <= 7
        ):
            return lines[:-2]
    return lines
