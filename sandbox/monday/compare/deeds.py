"""What reps did: claims, attempts that must fail, and questions."""

from __future__ import annotations

import re

from sandbox.monday.evidence import NOTHING, Evidence, one_line
from sandbox.monday.hands import Did
from sandbox.monday.report import Findings
from sandbox.monday.scenario import ClaimFact, Event, RefusalFact

_QUESTIONS = ("link", "inbox", "atrisk", "account", "why")
_REFUSALS = (
    ("refused", re.compile(r"\bguests?\b", re.IGNORECASE)),
    ("not linked", re.compile(r"not linked|/watchbell link", re.IGNORECASE)),
    ("taken", re.compile(r"was first|has claimed|claimed by|already taken", re.IGNORECASE)),
)


def compare(evidence: Evidence, findings: Findings) -> None:
    for fact in evidence.monday.truth.claims:
        _claim(evidence, findings, fact)
    for refusal in evidence.monday.truth.refusals:
        _refusal(evidence, findings, refusal)
    for event in evidence.monday.script.events:
        if event.actor == "rep" and event.do in _QUESTIONS:
            _question(evidence, findings, event)


def _claim(evidence: Evidence, findings: Findings, fact: ClaimFact) -> None:
    """The conversation that was taken has its holder in Intercom and on the alert."""
    did = evidence.did.get(fact.event)
    subject = f"{fact.event}, {evidence.person(fact.who)}"
    expected = evidence.labels(fact.any_of)
    if did is None or did.trouble or did.conversation is None:
        findings.compare("claimed", subject, expected, _trouble(did))
        return
    allowed = {evidence.id_of(one) for one in fact.any_of}
    label = evidence.label(did.conversation)
    findings.hold("claimed", subject, did.conversation in allowed, expected, label)
    _, after, shown = evidence.holders[fact.event]
    findings.compare("claimed", f"{subject}: in Intercom", evidence.admin(fact.admin), evidence.admin(after))
    findings.compare("claimed", f"{subject}: on the alert", evidence.person(fact.who), shown or "nobody")


def _refusal(evidence: Evidence, findings: Findings, fact: RefusalFact) -> None:
    """The person was told why, and nothing has changed."""
    did = evidence.did.get(fact.event)
    subject = f"{fact.event}, {evidence.label(evidence.id_of(fact.conversation))}"
    if did is None:
        findings.compare("refused", subject, fact.why, "not tried")
        return
    tried = f"{evidence.person(did.event.who)} on {evidence.label(did.conversation)}"
    wanted = f"{evidence.person(fact.who)} on {evidence.label(evidence.id_of(fact.conversation))}"
    findings.compare("refused", f"{fact.event}: who tried", wanted, tried)
    told = did.trouble or "\n".join(did.told)
    reason = next((why for why, pattern in _REFUSALS if pattern.search(told)), one_line(told) or NOTHING)
    findings.compare("refused", subject, fact.why, reason)
    before, after, _ = evidence.holders[fact.event]
    unchanged = f"still held by {evidence.admin(before)}"
    findings.hold(
        "refused", f"{subject}: holder", before == after, unchanged, f"held by {evidence.admin(after)}"
    )


def _question(evidence: Evidence, findings: Findings, event: Event) -> None:
    """Who asks is answered; a link names the seat, an account's page its name."""
    did = evidence.did.get(event.id)
    subject = f"{event.id}, {event.label}"
    if did is None or did.trouble or not did.told:
        findings.compare("asked", subject, "an answer", _trouble(did))
        return
    told = "\n".join(did.told)
    wanted = {"link": evidence.person(event.who), "account": event.query or ""}.get(event.do, "")
    holds = wanted in told and ":warning:" not in told
    findings.hold("asked", subject, holds, f"an answer{f' with {wanted}' * bool(wanted)}", one_line(told))


def _trouble(did: Did | None) -> str:
    if did is None:
        return "not tried"
    return one_line(did.trouble or "\n".join(did.told)) or "no answer"
