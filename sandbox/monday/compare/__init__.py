"""Comparing what was seen with the truth, a module for each kind of fact."""

from __future__ import annotations

from sandbox.monday.compare import deeds, promises, quiet, summary, threads, written
from sandbox.monday.evidence import Evidence
from sandbox.monday.report import Findings


def compare(evidence: Evidence) -> Findings:
    """Everything that the truth says and that can be seen from outside."""
    findings = Findings()
    for room in (promises, threads, deeds, written, summary, quiet):
        room.compare(evidence, findings)
    return findings
