"""Replies and notes: each stands in Intercom once, word for word, by the right teammate; Slack says so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from sandbox.monday.evidence import NOTHING, Evidence, Written, one_line, same_words
from sandbox.monday.reading import sections
from sandbox.monday.report import Findings
from sandbox.monday.scenario import NoteFact, SentFact

_CONVERSATION = re.compile(r"/conversations/(\d+)")
_DONE = re.compile(r"\*(Sent|Saved)\b[^*]*\*")

Fact = SentFact | NoteFact


def compare(evidence: Evidence, findings: Findings) -> None:
    written = evidence.written()
    replies, notes = evidence.monday.truth.sent, evidence.monday.truth.notes
    _compare(evidence, findings, "answered", replies, [one for one in written if not one.note])
    _compare(evidence, findings, "noted", notes, [one for one in written if one.note])
    through_slack = [fact for fact in replies if fact.via == "slack"]
    _confirmations(evidence, findings, "answered", "Sent", through_slack)
    _confirmations(evidence, findings, "noted", "Saved", notes)


def _compare(
    evidence: Evidence, findings: Findings, section: str, facts: Sequence[Fact], written: list[Written]
) -> None:
    """What should be written in each conversation against what was."""
    expected: dict[str, list[Fact]] = {}
    for fact in facts:
        expected.setdefault(evidence.id_of(fact.conversation), []).append(fact)
    found: dict[str, list[Written]] = {}
    for each in written:
        found.setdefault(each.conversation, []).append(each)
    for conversation in dict.fromkeys([*expected, *found]):
        for wanted, one in _pairs(expected.get(conversation, []), found.get(conversation, [])):
            _one(evidence, findings, section, evidence.label(conversation), wanted, one)


def _pairs(facts: list[Fact], written: list[Written]) -> list[tuple[Fact | None, Written | None]]:
    """Each fact with what has its words; what is left over in order of time."""
    left = list(written)
    pairs: list[tuple[Fact | None, Written | None]] = []
    unmet: list[Fact] = []
    for fact in facts:
        same = [one for one in left if one.text == same_words(fact.text)]
        if same:
            left.remove(same[0])
            pairs.append((fact, same[0]))
        else:
            unmet.append(fact)
    return [*pairs, *zip_longest(unmet, left)]


def _one(
    evidence: Evidence,
    findings: Findings,
    section: str,
    label: str,
    fact: Fact | None,
    one: Written | None,
) -> None:
    if fact is None:
        shown = f"{evidence.admin(one.admin)}: {one_line(one.text)}" if one else NOTHING
        findings.compare(section, f"{label}: once more", NOTHING, shown)
        return
    subject = f"{fact.event}, {label}"
    if one is None:
        did = evidence.did.get(fact.event)
        trouble = (did.trouble or "\n".join(did.told)) if did else ""
        shown = f"nothing was written. {one_line(trouble)}" if trouble else "nothing was written"
        findings.compare(section, subject, one_line(fact.text), shown)
        return
    same = same_words(fact.text) == one.text
    # Only the words decide: two long texts may read alike where they are cut for the report.
    findings.hold(section, f"{subject}: words", same, one_line(fact.text, 2000), one_line(one.text, 2000))
    findings.compare(section, f"{subject}: as", evidence.admin(fact.admin), evidence.admin(one.admin))
    event = next((each for each in evidence.monday.script.events if each.id == fact.event), None)
    evidence.compare_times(findings, section, f"{subject}: at", event.at if event else None, one.at)


def _confirmations(
    evidence: Evidence, findings: Findings, section: str, word: str, facts: Sequence[Fact]
) -> None:
    """Slack says "Sent" or "Saved" once for each, in the alert's thread or to the rep alone."""
    expected = Counter(evidence.id_of(fact.conversation) for fact in facts)
    found: Counter[str] = Counter()
    for seen in evidence.watch.everything():
        told = "\n".join(sections(seen.last.blocks))
        done, where = _DONE.search(told), _CONVERSATION.search(told)
        if seen.to is None and done and where and done[1] == word:
            found[where[1]] += 1
    for conversation in dict.fromkeys([*expected, *found]):
        subject = f"{evidence.label(conversation)}: “{word}” in Slack"
        wanted, shown = expected[conversation], found[conversation]
        findings.compare(section, subject, _times(wanted), _times(shown))


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
