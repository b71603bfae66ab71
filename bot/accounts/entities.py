"""The exact things a text names: error codes, order and invoice numbers, pages, addresses, amounts, versions.

Two messages that name the same order are nearly always about the same problem however differently they are
worded; two that name different orders nearly never are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "error", "page", "address", "amount", "version"]


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """A named thing in its normal form, for example ("number", "inv-2041") or ("error", "429")."""

    kind: Kind
    value: str


_NUMBERED = re.compile(
    r"\b(?:order|invoice|ticket|case|booking|transaction|payment|shipment|contract|subscription|account|customer|job"
    r"|import|export|run|request|rechnung|bestellung|vertrag|auftrag|kundennummer|factura|pedido|facture|commande)"
    r"(?:[ -]?(?:id|no|nr|num|number|nummer|n[úu]mero))?\.?\s?[:#]?\s?#?"
    r"([a-z]{0,6}[-_/]?\d[\w/-]{2,30})",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"(?<![\w/&])#(\d{3,12})\b|(?<![\w-])([A-Z]{2,6}-\d{2,}(?:-\d+)*)(?![\w-])")
_ERROR_NAME = re.compile(
    r"(?<!\w)(AADSTS\d{4,6}|ORA-\d{4,5}|ERR_[A-Z_]{3,40}|E(?:TIMEDOUT|CONNREFUSED|CONNRESET|NOTFOUND)"
    r"|0x[0-9A-Fa-f]{4,16}|[A-Z]{1,5}[-_]?E\d{2,6}|[A-Z][A-Za-z]{2,40}(?:Exception|Error))(?!\w)"
)
_ERROR_NUMBER = re.compile(
    r"\b(?:error|errors|err|code|status|http|fehler|fehlercode|errores?|erreur)(?:\s(?:code|number|status|a|an|mit|is))?"
    r"\s?[:#]?\s?\(?(\d{3,6})\b",
    re.IGNORECASE,
)
_HTTP_STATUS = re.compile(
    r"(?<![\w.,$€£/-])(40[0-9]|41[0-9]|422|429|50[0-4])(?:s|ers?)?\b(?![.,]\d|\s?(?:€|\$|£|%|eur|usd|gbp|people|users|rows|"
    r"employees|contacts|items|orders|records|times|days|seats|licen|calls|euro|dollar|a month|per))",
    re.IGNORECASE,
)
_URL = re.compile(r"\bhttps?://([^\s<>()\"'|]{3,300})", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w/.:])(/(?:[a-z][\w-]{1,40})(?:/[\w-]{1,40}){0,6})(?![\w])", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![\w.+-])([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4})")
_AMOUNT = re.compile(
    r"(?:(€|\$|£|eur|usd|gbp|chf)\s?(\d{1,3}(?:[.,' ]\d{3}){0,6}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)"
    r"|(?<![\w.,])(\d{1,3}(?:[.,']\d{3}){0,6}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)\s?(€|\$|£|eur|usd|gbp|chf|euros?|dollars?)\b)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\b(?:v|version|release|build)\s?(\d{1,4}(?:\.\d{1,5}){1,3})\b", re.IGNORECASE)
_IDENTIFIER_PART = re.compile(r"^(?:\d+|[0-9a-f-]{8,})$")
_CURRENCIES = {
    "€": "eur",
    "euro": "eur",
    "euros": "eur",
    "$": "usd",
    "dollar": "usd",
    "dollars": "usd",
    "£": "gbp",
}


def entities(text: str) -> frozenset[Entity]:
    """Every exact thing that the text names, in normal form. Never raises."""
    found: set[Entity] = set()
    for match in _URL.finditer(text):
        page = _page(match.group(1))
        if page:
            found.add(Entity("page", page))
    rest = _URL.sub(" ", text)
    for match in _ADDRESS.finditer(rest):
        found.add(Entity("address", match.group(1).casefold()))
    rest = _ADDRESS.sub(" ", rest)
    found.update(Entity("page", match.group(1).casefold()) for match in _PATH.finditer(rest))
    found.update(Entity("number", _number(match.group(1))) for match in _NUMBERED.finditer(rest))
    for match in _BARE_NUMBER.finditer(rest):
        found.add(Entity("number", _number(match.group(1) or match.group(2))))
    found.update(Entity("error", match.group(1).casefold()) for match in _ERROR_NAME.finditer(rest))
    for pattern in (_ERROR_NUMBER, _HTTP_STATUS):
        found.update(Entity("error", match.group(1)) for match in pattern.finditer(rest))
    found.update(Entity("version", match.group(1)) for match in _VERSION.finditer(rest))
    for match in _AMOUNT.finditer(rest):
        amount = _amount(match.group(2) or match.group(3), match.group(1) or match.group(4))
        if amount:
            found.add(Entity("amount", amount))
    return frozenset(found)


def of_kind(found: Iterable[Entity], kind: Kind) -> frozenset[Entity]:
    """Those of one kind."""
    return frozenset(entity for entity in found if entity.kind == kind)


def _number(raw: str) -> str:
    return raw.casefold().strip("-_/").lstrip("0")


def _page(address: str) -> str:
    """Host and path without query, fragment and parts that only identify one record."""
    bare = re.split(r"[?#]", address.rstrip(".,;:!"), maxsplit=1)[0].casefold()
    host, *parts = [part for part in bare.split("/") if part]
    kept = [part for part in parts if not _IDENTIFIER_PART.match(part)]
    return "/".join((host.removeprefix("www."), *kept[:6])) if kept else ""


def _amount(raw: str, unit: str) -> str:
    """ "1,240 EUR", "1.240 €" and "€1240.00" are one amount; small ones say nothing."""
    digits = re.sub(r"[ ']", "", raw)
    head, cents = digits, ""
    match = re.search(r"[.,](\d{1,2})$", digits)
    if match:
        head, cents = digits[: match.start()], match.group(1).ljust(2, "0")
    whole = re.sub(r"\D", "", head)
    if not whole or int(whole) < 10:
        return ""
    currency = unit.casefold()
    return f"{int(whole)}.{cents or '00'} {_CURRENCIES.get(currency, currency)}"
