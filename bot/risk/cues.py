"""Words that announce an escalation, and the guards that keep everyday words from sounding like one.

"I will cancel" is a threat, "how do I cancel a meeting" is a question about a button. Each cue is a pattern;
each pattern may have guards, which look at the sentence around it: a how-to question, a negation, something
resolved, a product noun ("manager role", "competitor analysis"). English first, German and Spanish for the
obvious ones. The patterns stand in `cue_patterns`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.clean_text import REMEMBERED
from bot.risk.cue_patterns import CueKind, CuePattern, patterns

MOST_CHARACTERS = 6_000

LABELS: dict[CueKind, str] = {
    "leaving": "speaks of leaving",
    "cancel": "wants to cancel",
    "competitor": "looks at competitors",
    "export": "asks to take all data out",
    "payment": "withholds payment",
    "manager": "asks for somebody higher up",
    "legal": "names legal steps",
    "public": "threatens to go public",
    "repeat": "has to write again",
    "outage": "cannot work",
    "deadline": "is against a deadline",
    "security": "fears a security problem",
    "data loss": "has lost data",
    "anger": "is out of patience",
}
"""How a card says that a customer gave this cue: "<person> ..."."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One escalation cue: the customer's own words that gave it and where they stand in the text."""

    kind: CueKind
    quote: str
    start: int
    end: int
    language: str


_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n+")
_HOW_TO = re.compile(
    r"^\W{0,6}(?:\w+[,:]\s)?(?:(?:hi|hello|hey|hallo|hola)\W{1,3})?(?:quick question\W{1,3})?"
    r"(?:how (?:do|can|could|would|to|does|should)|where (?:do|can|is|are)|what(?:'s| is) the (?:best"
    r"|right|easiest)? ?way|is (?:it|there) (?:possible|an?|any)?"
    r"|can (?:we|i|you tell)|could (?:we|i|you tell)|do you (?:have|offer|support)|does (?:the|your|it)"
    r"|which|wie (?:kann|können|geht|mache)|wo (?:kann|finde)|gibt es|kann (?:ich|man)|cómo (?:puedo|se"
    r"|podemos)|dónde|se puede)\b",
    re.IGNORECASE,
)
_RESOLVED = re.compile(
    r"\b(?:(?:that|this|it|which) (?:\w+ ){0,2}(?:fixed|solved|resolved|worked|helped|works)|(?:is|are"
    r"|was|been|got|all) (?:now |all )?(?:fixed|solved|resolved|sorted|working (?:again|now|fine))"
    r"|went away|works (?:now|again|fine|great)|back to normal|problem solved|no longer (?:an issue"
    r"|a problem|happens)|thanks?,? (?:for|that)|erledigt|gelöst|funktioniert (?:wieder|jetzt)|resuelto"
    r"|solucionado|ya funciona)\b",
    re.IGNORECASE,
)
_NOT_RESOLVED = re.compile(
    r"\b(?:not|never|isn't|wasn't|hasn't|haven't|until|unless|till|before|without|nicht|sin|if|when|will"
    r"|would|should|could|must|needs?|wants?|can|to|be|gets?) (?:\w+ ){0,3}$",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|n't|don't|doesn't|didn't|isn't|aren't|wasn't|without|no need to|no plans? to"
    r"|no intention of|nothing|far from|rather than|instead of|kein\w*|nicht|niemals|sin)(?: (?:\w+"
    r"|to be|going)){0,3}\s*$",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\b(?:not (?:a )?(?:blocker|urgent|critical|a big deal|a problem|important)|no (?:rush|hurry"
    r"|worries|big deal)|nothing urgent|about nothing|just wanted to (?:say|let you know)|low priority"
    r"|whenever you (?:have|get)|minor|(?:nicht|kein) (?:dringend|eile)|sin prisa)\b",
    re.IGNORECASE,
)
_HEARSAY = re.compile(
    r"\b(?:(?:my|our|a|one) (?:customers?|clients?|end.?users?|shoppers?|guests?|patients?|tenants?"
    r"|subscribers?) (?:\w+ ){0,2}(?:wants?|would like|asked|asks|wishes|needs?|is"
    r"|are) (?:\w+ )?(?:to )?$|(?:template|macro|canned|example|sample|label|tag|field|column|button"
    r"|rule|filter|survey|report|segment|workflow|dashboard|keyword)\w* (?:\w+ ){0,3}[\"'“‘]?$)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:exports?|imports?|sync|lists?|uploads?|downloads?|reports?|overview|cop(?:y|ies)|backups?|previews?"
    r"|print(?:out)?|search|views?|status|totals?|sum|number|pdfs?|csv|sending|deletion) (?:of|for|from|with)"
    r" $",
    re.IGNORECASE,
)
"""What "all our invoices" are only the content of: it is the export that fails, not the work."""

_SOFT: frozenset[CueKind] = frozenset({"repeat", "anger", "outage", "deadline", "data loss"})


@lru_cache(REMEMBERED)
def cues(text: str) -> tuple[Cue, ...]:
    """The escalation cues of one message in the order of the text, at most one for each kind and sentence.

    Never raises; of a long text the first `MOST_CHARACTERS` are read.
    """
    plain = _plain(text)
    found: dict[tuple[CueKind, int], Cue] = {}
    for start, end in _sentences(plain):
        sentence = plain[start:end]
        asks, mild = bool(_HOW_TO.match(sentence)), bool(_HARMLESS.search(sentence))
        over = _is_resolved(sentence)
        for pattern in patterns():
            if (asks and not pattern.asking) or mild or (over and pattern.kind in _SOFT):
                continue
            match = next(
                (m for m in pattern.words.finditer(sentence) if not _guarded(pattern, sentence, m)), None
            )
            if match is not None and (pattern.kind, start) not in found:
                place = start + match.start()
                quote = " ".join(match.group().split())
                found[pattern.kind, start] = Cue(
                    pattern.kind, quote, place, start + match.end(), pattern.language
                )
    return tuple(sorted(found.values(), key=lambda cue: (cue.start, cue.kind)))


def escalates(text: str) -> bool:
    """Whether one message alone reads like an escalation."""
    return bool(cues(text))


def _guarded(pattern: CuePattern, sentence: str, match: re.Match[str]) -> bool:
    """Whether the words around a match take the threat out of it."""
    before = sentence[max(0, match.start() - 60) : match.start()]
    if _HEARSAY.search(before) or (pattern.kind == "outage" and _ABOUT.search(before)):
        return True
    return not pattern.negated and bool(_NEGATION.search(before))


def _is_resolved(sentence: str) -> bool:
    match = _RESOLVED.search(sentence)
    return match is not None and not _NOT_RESOLVED.search(
        sentence[max(0, match.start() - 40) : match.end()].rsplit(" ", 1)[0] + " "
    )


def _plain(text: str) -> str:
    """Same length kept where possible: typographic quotes made plain, control and bidi characters blanked."""
    cut = text[:MOST_CHARACTERS].replace("’", "'").replace("‘", "'")
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf") and c != "\n" else c for c in cut)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if text[start : match.end()].strip():
            yield start, match.end()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)
