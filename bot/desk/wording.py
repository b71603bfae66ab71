"""Words that were written for one person, made fit for another. Pure.

`scrub` takes everything out that may belong to the first reader: what can be known of the next one becomes
a placeholder (`{name}`, `{account}`, `{email}`, `{rep}`), everything else a gap that a person has to fill
(`[name]`, `[e-mail]`, `[number]`, `[link]`). `fill` puts the next reader in. `gaps` names what is still open.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from html import escape, unescape

from bot.desk.greeting import first_name


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


GAPS = ("[name]", "[e-mail]", "[number]", "[link]")

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']{1,2000}", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_SPACED_NUMBER = re.compile(r"\+?\(?\d[\d ().\-/]{5,30}\d")
_TOKEN = re.compile(r"[^\s]{1,200}")
_MONEY = re.compile(r"[€$£¥]\s?\d|\d\s?[€$£¥]|\b(?:EUR|USD|GBP|CHF)\b")
_HELLO = r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten tag|liebe[r]?|hola|bonjour)"
_GREETS = re.compile(
    rf"^([ \t]*{_HELLO}"
    r"(?:[ \t]+(?:mr|mrs|ms|dr|herr|frau)\.?)?)[ \t]+[^\W\d_][\w'’.-]*(?:[ \t]+[^\W\d_][\w'’.-]*){0,2}"
    r"(?=[ \t]*(?:[,!:.\n]|$))",
    re.IGNORECASE | re.MULTILINE,
)
_GREETED = re.compile(rf"\s*{_HELLO}\b[^\n]{{0,60}}?(?:[,!:]|\n|$)", re.IGNORECASE)
_NOT_NAMES = frozenset({"all", "everyone", "everybody", "team", "there", "again", "folks", "both"})
_COMMON = _listed(
    """
    an art banks best bill black blue bond book books bright brown can case chance chase close cook cross day
    do drew fair faith field fields fine fox good grace grant gray green grey ground hall hand hill home hope
    house hunt in joy jung key king klein kurz lake land lane lang law light little long love major mark max
    may miles mills moon my neu new no north on open page park parks pat pope power price read reed rich ring
    rivers rose sage sharp short small snow so south stark stone storm street strong sue summer summers swift
    to true wall waters wells west white will winter wise wolf wood woods work young
    """
)
"""Names that are words as well, in small letters; those that the team's own answers hold are found there."""
_PARTICLES = _listed("af al av bin da de del dem den der di do dos du el la le ten ter van von zu zum zur")
_SMALL = re.compile(r"(?<![\w@./+-])[^\W\d_A-ZÀ-Þ]{2,30}(?![\w@])")
_AFTER = r"(?:hi|hello|hey|dear|thanks|thank you|sorry|bye|best|regards|cheers|hallo|liebe[r]?|danke)"
KNOWN = "{name}, {account}, {email} and {rep}"
"""The placeholders there are. They are known in large letters and in two braces too."""
_PLACEHOLDER = re.compile(r"\{{1,2}\s{0,3}(name|account|rep|email)\s{0,3}\}{1,2}", re.IGNORECASE)
_IN_BRACES = re.compile(r"\{{1,2}\s{0,3}[^\W\d_][^{}<>\n]{0,60}\}{1,2}")
_MARKUP = re.compile(r"<(code|pre)>.*?</\1>|<[^<>]*>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_TOLD = 3
_TRAILING = ".,;:!?)]}»”\"'"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the words, where they work, and who writes them."""

    name: str | None = None
    account: str | None = None
    email: str | None = None
    rep: str | None = None


def links_in(text: str) -> list[str]:
    """The links of a text, each once."""
    return list(dict.fromkeys(_trimmed(found) for found in _URL.findall(text)))


def scrub(
    text: str,
    reader: Reader,
    *,
    others: Iterable[str | None] = (),
    kept: Collection[str] = (),
    ordinary: Collection[str] = (),
) -> str | None:
    """The words without anything of the person they were written for; None where nobody can say which words
    are their name.

    `others` are names of more people of that customer. `kept` are links that several customers were given,
    such as a help page; they stay. `ordinary` are words, in small letters, that are no names only.
    """
    held: list[str] = []

    def link(found: re.Match[str]) -> str:
        address = _trimmed(found.group())
        tail = found.group()[len(address) :]
        if address not in kept:
            return f"[link]{tail}"
        held.append(address)
        return f"\x00{chr(0xE000 + len(held) - 1)}\x00{tail}"

    def address(found: re.Match[str]) -> str:
        return "{email}" if found.group().lower() == (reader.email or "").lower() else "[e-mail]"

    text = text.replace("\x00", "").replace("{", "(").replace("}", ")")
    text = _EMAIL.sub(address, _URL.sub(link, text))
    text = _GREETS.sub(_greeted, text)
    words = _COMMON.union(ordinary)
    text = _named(_signed(text, reader.rep), reader.rep, "{rep}", words)
    theirs = [(reader.account, "{account}"), (reader.name, "{name}"), *((each, "[name]") for each in others)]
    for name, instead in theirs:
        text = _named(text, name, instead, words, parts=instead != "{account}")
        if _perhaps_named(text, name, words, parts=instead != "{account}"):
            return None
    text = _SPACED_NUMBER.sub(lambda found: _number(found.group()), text)
    text = _TOKEN.sub(lambda found: _number(found.group()), text)
    for number, url in enumerate(held):
        text = text.replace(f"\x00{chr(0xE000 + number)}\x00", url)
    return text.strip()


def small_words(text: str) -> set[str]:
    """The words that stand in small letters in it, and in no address."""
    return set(_SMALL.findall(text))


def fill(text: str, reader: Reader) -> str:
    """The words for this reader; what is not known of them becomes a gap or a general word."""
    return _put_in(text, _told(reader)).strip()


def fill_typed(html: str, plain: str, reader: Reader) -> tuple[str, str]:
    """The same for what was typed, as HTML and plain; what is formatted as code stays as it is.

    What is put into the HTML is escaped.
    """
    safe = Reader(**{name: escape(value, quote=False) for name, value in asdict(reader).items() if value})
    stays: list[bool] = []
    made, at = "", 0
    for found in _MARKUP.finditer(html):
        stays += [False] * len(_PLACEHOLDER.findall(html[at : found.start()]))
        stays += [True] * len(_PLACEHOLDER.findall(_TAG.sub("", found.group())))
        made += _put_in(html[at : found.start()], _told(safe)) + found.group()
        at = found.end()
    made += _put_in(html[at:], _told(safe))
    # They stand in both in the same order.
    return made, _put_in(plain, _told(reader), stays)


def _told(reader: Reader) -> dict[str, str]:
    return {
        "name": first_name(reader.name) or "there",
        "account": reader.account or "your company",
        "rep": reader.rep or "",
        "email": reader.email or "[e-mail]",
    }


def _put_in(text: str, told: Mapping[str, str], stays: Iterable[bool] = ()) -> str:
    left = iter(stays)
    return _PLACEHOLDER.sub(
        lambda found: found.group() if next(left, False) else told[found.group(1).lower()], text
    )


def for_several(text: str, rep: str) -> str:
    """The words for several readers: who writes them is put in, who reads them stays open."""
    return _PLACEHOLDER.sub(
        lambda found: rep if found.group(1).lower() == "rep" else found.group(), text
    ).strip()


def greets(text: str) -> bool:
    """Whether the words begin with a greeting of their own."""
    return _GREETED.match(text) is not None


def gaps(text: str) -> list[str]:
    """The gaps that nobody has filled yet, each once."""
    return [gap for gap in GAPS if gap in text]


def unfilled(text: str) -> str | None:
    """What is told of words that cannot be sent for their gaps; None of words without one."""
    found = gaps(text)
    return f"Nothing was sent. Fill in {' and '.join(found)} first." if found else None


def asks_for_email(html: str) -> bool:
    """Whether the words name the reader's address, for which there is no general word."""
    return any(found.lower() == "email" for found in _PLACEHOLDER.findall(_MARKUP.sub("", html)))


def unknown(text: str) -> str | None:
    """Which placeholders nobody fills in, and what there is instead; None of words without one."""
    known = {found.group() for found in _PLACEHOLDER.finditer(text)}
    strange = [each for each in dict.fromkeys(_IN_BRACES.findall(text)) if each not in known]
    if not strange:
        return None
    told = " and ".join(strange[:_TOLD])
    return f"{told} would stay as {'it is' if len(strange) == 1 else 'they are'}. Filled in are {KNOWN}."


def unknown_in_html(html: str) -> str | None:
    """The same of words with their formatting; what is formatted as code is meant as it stands."""
    told = unknown(unescape(_MARKUP.sub("", html)))
    return f"Nothing was sent. {told} Format it as code if it is meant." if told else None


def alike(template: str) -> str:
    """The same for two templates that say the same: for counting how often words were used."""
    body = re.sub(r"\{(name|rep)\}|\[name\]", "", template.lower())
    return " ".join(re.findall(r"[^\W_]+|\[[a-z-]+\]", body))


def _greeted(found: re.Match[str]) -> str:
    said = found.group()[len(found.group(1)) :].strip().lower()
    return found.group() if said in _NOT_NAMES else f"{found.group(1)} {{name}}"


def _named(
    text: str, name: str | None, instead: str, ordinary: Collection[str], *, parts: bool = True
) -> str:
    """The name, and each of its parts, replaced where they stand as words.

    One that is an ordinary word too is replaced where somebody is addressed by it, with its capital.
    """
    told = _name(name)
    if not told:
        return text
    if " " in told:
        text = _word(told, re.IGNORECASE).sub(instead, text)
    for part in _parts(told, parts=parts):
        if part.lower() in ordinary:
            text = _addressed(part).sub(lambda found: f"{found.group(1)}{instead}", text)
        else:
            text = _word(part, re.IGNORECASE).sub(instead, text)
    doubled = re.escape(instead)
    return re.sub(rf"{doubled}(?:\s+{doubled})+", instead, text)


def _perhaps_named(text: str, name: str | None, ordinary: Collection[str], *, parts: bool) -> bool:
    """Whether a word is left that is part of the name or an ordinary one: it has a capital, nobody is
    addressed by it.
    """
    capital = (part for part in _parts(_name(name), parts=parts) if part.lower() in ordinary)
    return any(_word(part, 0).search(text) or _word(part.upper(), 0).search(text) for part in capital)


def _signed(text: str, rep: str | None) -> str:
    """The rep's name at the end replaced: as a line of its own, or behind the last sentence."""
    parts = _parts(_name(rep), parts=True)
    if not parts:
        return text
    name = "|".join(re.escape(part) for part in parts)
    line = re.compile(
        rf"(?m)^([ \t–—-]{{0,5}})(?:{name})(?:[ \t]+(?:{name}))*[ \t]*[.,!]?[ \t]*$", re.IGNORECASE
    )
    end = re.compile(rf"([.,!?–—-][ \t]+)(?:{name})(?:[ \t]+(?:{name}))*[ \t]*\.?\s*\Z")
    return end.sub(r"\g<1>{rep}", line.sub(r"\g<1>{rep}", text))


def _name(name: str | None) -> str:
    """A name as it can be looked for; empty for an address, a letter or nothing."""
    told = " ".join((name or "").split())
    return told if len(told) >= 2 and "@" not in told else ""


def _parts(told: str, *, parts: bool) -> list[str]:
    """The parts of a name, or a name of one word; "de" and its like are none."""
    every = [each.strip(".,'’") for each in told.split()]
    if len(every) > 1 and not parts:
        return []
    return [each for each in dict.fromkeys(every) if len(each) >= 2 and each not in _PARTICLES]


def _addressed(part: str) -> re.Pattern[str]:
    return re.compile(
        rf"((?:^|[.!?]\s|\b{_AFTER},?[ \t])[ \t]{{0,3}})(?-i:{re.escape(part)})(?=[ \t]*(?:[,!.:]|$))",
        re.IGNORECASE | re.MULTILINE,
    )


def _word(told: str, flags: int) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w{{\[]){re.escape(told)}(?![\w}}\]])", flags)


def _number(token: str) -> str:
    """A run of characters, or a gap where it may name an order, an amount, a date or a telephone."""
    if "\x00" in token or token.startswith("["):
        return token
    body = token.rstrip(_TRAILING)
    digits = sum(each.isdigit() for each in body)
    letters = any(each.isalpha() for each in body)
    if digits >= 4 or (digits >= 2 and letters and not _ordinary(body)) or (digits and _MONEY.search(body)):
        return f"[number]{token[len(body) :]}"
    return token


def _ordinary(body: str) -> bool:
    """`30-day`, `24h`, `10th`: a small count with its unit."""
    return re.fullmatch(r"\d{1,3}[-–]?[a-zäöü%]{1,9}", body.lower()) is not None


def _trimmed(url: str) -> str:
    return url.rstrip(_TRAILING)
