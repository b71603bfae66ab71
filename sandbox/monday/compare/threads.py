"""Account threads: from when they are there, and which conversations stand under one issue."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.monday.evidence import NOTHING, Evidence, unescaped
from sandbox.monday.reading import anchor_account, anchor_name, issue_conversations
from sandbox.monday.report import Findings
from sandbox.monday.scenario import ThreadFact
from sandbox.monday.watch import Seen


def compare(evidence: Evidence, findings: Findings) -> None:
    messages = evidence.watch.messages(evidence.channel("support-accounts"))
    anchors: dict[str, list[Seen]] = {}
    for seen in messages:
        if seen.is_top:
            known = (anchor_account(shot.blocks) for shot in seen.shots)
            anchors.setdefault(next((id_ for id_ in known if id_), "?"), []).append(seen)
    facts = {fact.account: fact for fact in evidence.monday.truth.threads}
    for account in dict.fromkeys([*facts, *anchors]):
        name, found = evidence.account(account), anchors.get(account, [])
        wanted = "1 thread" if account in facts else "no thread"
        shown = {0: "no thread", 1: "1 thread"}.get(len(found), f"{len(found)} threads")
        if findings.compare("threaded", name, wanted, shown) and account in facts:
            replies = [one for one in messages if one.thread_ts == found[0].ts and not one.is_top]
            _thread(evidence, findings, facts[account], found[0], replies)


def _thread(
    evidence: Evidence, findings: Findings, fact: ThreadFact, anchor: Seen, replies: list[Seen]
) -> None:
    name = evidence.account(fact.account)
    shown = unescaped(anchor_name(anchor.last.blocks) or NOTHING)
    findings.compare("threaded", f"{name}: its name", fact.name, shown)
    evidence.compare_times(findings, "threaded", f"{name}: since", fact.since, anchor.first.at)
    wanted = {frozenset(evidence.id_of(one) for one in issue) for issue in fact.issues}
    listed = [issue_conversations(reply.last.blocks) for reply in replies if not reply.last.gone]
    allowed = {evidence.id_of(one) for one in fact.may_also_show}
    found = [issue - allowed for issue in listed if issue - allowed]
    findings.compare("threaded", f"{name}: issues", _told(evidence, wanted), _told(evidence, found))


def _told(evidence: Evidence, issues: Iterable[frozenset[str]]) -> str:
    return " | ".join(sorted(evidence.labels(issue) for issue in issues)) or NOTHING
