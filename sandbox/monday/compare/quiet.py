"""What must not be: mentions and links out of customers' words, posts in the wrong place, repeated posts."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sandbox.monday.evidence import NOTHING, Evidence, one_line
from sandbox.monday.report import Findings
from sandbox.monday.watch import Seen


def compare(evidence: Evidence, findings: Findings) -> None:
    watch = evidence.watch
    hazards = "; ".join(f"{one.what} in {one.where}" for one in watch.hazards)
    findings.compare("harmless", "what was shown", NOTHING, hazards or NOTHING)
    for channel in evidence.monday.slack.channels:
        if channel.is_ext_shared or channel.is_archived:
            count = len(watch.messages(channel.id))
            findings.compare("harmless", f"posts in #{channel.name}", "0", str(count))
    _twice(evidence, findings)
    _rings(evidence, findings)


def _twice(evidence: Evidence, findings: Findings) -> None:
    """No two messages in one place say the same."""
    standing = [one for one in evidence.watch.everything() if one.to is None and not one.last.gone]
    copies = Counter(_content(one) for one in standing)
    told = [one_line(one.last.text) for one in standing if copies.pop(_content(one), 1) > 1]
    findings.compare("harmless", "each message once", NOTHING, "; ".join(told) or NOTHING)


def _rings(evidence: Evidence, findings: Findings) -> None:
    """Whoever must act is called once for each broken promise, not each time the card changes."""
    messages = evidence.watch.messages(evidence.channel("support-alerts"))
    for story in evidence.alerts():
        calls = [
            one
            for one in messages
            if one.thread_ts == story.seen.ts and not one.is_top and "<@" in json.dumps(one.first.blocks)
        ]
        if calls:
            findings.compare("harmless", f"{evidence.label(story.conversation)}: calls", "1", str(len(calls)))


def _content(seen: Seen) -> tuple[str, str, str, str]:
    """What stands in a message and where, without the ids that Slack gives blocks."""
    return seen.channel, seen.thread_ts or "", seen.last.text, json.dumps(_bare(seen.last.blocks))


def _bare(node: Any) -> Any:
    if isinstance(node, list):
        return [_bare(each) for each in node]
    if isinstance(node, dict):
        return {key: _bare(value) for key, value in node.items() if key != "block_id"}
    return node
