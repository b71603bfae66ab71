"""The Monday summary: its figures, the accounts it names and why, and what has gone silent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from sandbox.monday.evidence import NOTHING, Evidence, Look, one_line, unescaped
from sandbox.monday.reading import AtRiskSeen, SummarySeen, instants, is_summary, summary
from sandbox.monday.report import Findings
from sandbox.monday.scenario import AtRisk, SilentFact

_KINDS: dict[str, re.Pattern[str]] = {
    "renewal": re.compile(r"\brenew", re.IGNORECASE),
    "reopened": re.compile(r"\breopen", re.IGNORECASE),
    "bad_rating": re.compile(r"\bCSAT\b|\brat(?:ed|ing)\b"),
    "leaving": re.compile(r"\bleaving\b|\bcancel|\bcompetitor|take all data out|withholds", re.IGNORECASE),
    "same_issue": re.compile(r"people report one issue", re.IGNORECASE),
    "late": re.compile(r"\blate\b", re.IGNORECASE),
    "waiting": re.compile(r"\bwait", re.IGNORECASE),
    "trial_ending": re.compile(r"\btrial ends", re.IGNORECASE),
    "low_use": re.compile(r"\blogins?\b|\bsessions?\b|\bwas seen for\b", re.IGNORECASE),
}
"""How each kind of reason is worded. A reason may be of two kinds ("renews in 21 days and 2 late")."""

_QUIET = re.compile(r"“([^”]+)”")
_BY = re.compile(r"paused .*? by (.+?)(?:,|$)")


def compare(evidence: Evidence, findings: Findings) -> None:
    truth = evidence.monday.truth.monday
    local = truth.at.astimezone(evidence.monday.zone)
    posted = [
        seen
        for seen in evidence.watch.messages(evidence.channel("support"))
        if seen.is_top and is_summary(seen.first.text, seen.first.blocks, local)
    ]
    if len(posted) != 1:
        findings.compare("summarised", "the summary", "posted once", f"posted {len(posted)} times")
        return
    evidence.compare_times(findings, "summarised", "the summary", truth.at, posted[0].first.at)
    told = summary(posted[0].first.blocks)
    _figures(evidence, findings, told, posted[0].first.at)
    _accounts(evidence, findings, told)
    _silence(evidence, findings, told)


def _figures(evidence: Evidence, findings: Findings, told: SummarySeen, at: datetime) -> None:
    """The summary gives numbers; which conversations they count is asked of the bot one by one."""
    truth, looks = evidence.monday.truth.monday, evidence.at_summary
    findings.compare("summarised", "open", str(truth.open), str(told.open))
    snoozed = sum(look.state == "snoozed" for look in looks.values())
    findings.compare("summarised", "snoozed in Intercom", str(truth.snoozed), str(snoozed))
    evidence.compare_times(findings, "summarised", "counts what is due by", truth.due_by, told.due_by)

    def those(fits: Callable[[Look], bool]) -> list[str]:
        return [id_ for id_, look in looks.items() if look.state == "open" and fits(look)]

    until = told.due_by or truth.due_by
    late = those(lambda look: look.given.due is not None and look.given.due <= at)
    due = those(lambda look: look.given.due is not None and at < look.given.due <= until)
    for name, wanted, found, number in (
        ("late", truth.late, late, told.late),
        ("due", truth.due, due, told.due),
    ):
        shown = evidence.labels(found)
        if number != len(found):
            shown += f" ({len(found)}, but the summary says {number})"
        findings.compare("summarised", name, evidence.labels(wanted), shown)
    quiet = evidence.labels(those(lambda look: look.given.clock is None))
    waiting = evidence.labels(truth.waiting_on_customer)
    findings.compare("summarised", "waiting on the customer", waiting, quiet)


def _accounts(evidence: Evidence, findings: Findings, told: SummarySeen) -> None:
    truth = evidence.monday.truth.monday
    named: dict[str, AtRiskSeen] = {one.account or "?": one for one in told.at_risk}
    findings.hold(
        "summarised",
        "accounts to handle first",
        len(told.at_risk) <= truth.limit,
        f"at most {truth.limit}",
        str(len(told.at_risk)),
    )
    for must in truth.must_include:
        _must(findings, must, named.get(must.account))
    known = {must.account for must in truth.must_include} | {may.account for may in truth.may_include}
    unwanted = {one.account for one in truth.never} | (named.keys() - known)
    for account in sorted(unwanted):
        told_of = f"named, with: {_reasons(named[account])}" if account in named else "not named"
        findings.compare("summarised", evidence.account(account), "not named", told_of)
    for one in told.at_risk:
        bare = [reason for reason in one.reasons if not re.search(r"\d", reason)]
        few = 1 <= len(one.reasons) <= 3 and not bare
        subject = f"{evidence.account(one.account)}: reasons"
        findings.hold("summarised", subject, few, "one to three, each with a number", _reasons(one))


def _must(findings: Findings, must: AtRisk, shown: AtRiskSeen | None) -> None:
    expected = f"named, with {must.at_least} or more of: {', '.join(sorted(must.kinds))}"
    if shown is None:
        findings.compare("summarised", must.name, expected, "not named")
        return
    fitting = [reason for reason in shown.reasons if any(_KINDS[kind].search(reason) for kind in must.kinds)]
    holds = len(fitting) >= must.at_least and f"*{must.name}*" in unescaped(shown.line)
    findings.hold("summarised", must.name, holds, expected, f"named, with: {_reasons(shown)}")


def _reasons(shown: AtRiskSeen) -> str:
    return unescaped("; ".join(shown.reasons)) or "no reasons"


def _silence(evidence: Evidence, findings: Findings, told: SummarySeen) -> None:
    truth = evidence.monday.truth.monday
    unknown = [line for line in told.rest if re.match(r"Not known: usage", line)]
    counted = re.search(r"of (\d+) account", unknown[0]) if unknown else None
    findings.compare(
        "summarised",
        "accounts without usage data",
        str(len(truth.usage_not_known)),
        counted[1] if counted else "not told",
    )
    for account in truth.usage_not_known:
        said = evidence.risk_told.get(account.account, "")
        honest = "risk not known" in said or "Not known: usage" in said
        findings.hold("summarised", f"{account.name}: risk", honest, "not known", one_line(said))
    quiet: dict[str, str] = {}
    for line in told.rest:
        name = _QUIET.search(unescaped(line))
        if name is not None and line.startswith("Silent"):
            quiet[name[1]] = line
    for fact in truth.silent:
        _silent(evidence, findings, fact, quiet.pop(fact.name, None))
    for title, line in quiet.items():
        findings.compare("summarised", f"“{title}”", "not told as silent", one_line(line))


def _silent(evidence: Evidence, findings: Findings, fact: SilentFact, line: str | None) -> None:
    subject = f"“{fact.name}”"
    if line is None:
        findings.compare("summarised", subject, "told as silent", "not told")
        return
    told = [*instants(line), None, None]
    by = _BY.search(unescaped(re.sub(r"<!date[^>]*>", "@", line)))
    evidence.compare_times(findings, "summarised", f"{subject}: last sent", fact.last_sent_at, told[0])
    evidence.compare_times(findings, "summarised", f"{subject}: paused", fact.paused_at, told[1])
    findings.compare(
        "summarised",
        f"{subject}: paused by",
        evidence.admin(fact.paused_by),
        evidence.name_of(by[1]) if by else NOTHING,
    )
