"""Reading what stands in Slack as a person reads it: the phrases, times and buttons of the bot's messages.

Nothing here knows how the bot made them; what is not understood comes back as None or empty, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sandbox.slack.elements import walk

Block = dict[str, Any]

State = Literal["warn", "late", "snoozed", "answered", "closed", "dismissed"]

_DATE = re.compile(r"<!date\^(\d+)\^[^>|]*(?:\|[^>]*)?>")
_BOLD = re.compile(r"\*([^*\n]+)\*")
_CONVERSATION = re.compile(r"/conversations?/(\d+)")
_CLOCKS = {"first": "first_response", "next": "next_response"}
_REPLY = re.compile(r"\b(first|next) reply\b", re.IGNORECASE)
_ENDED: tuple[tuple[State, re.Pattern[str]], ...] = (
    ("answered", re.compile(r"^Answered by (?P<by>.+)$")),
    ("closed", re.compile(r"^Closed by (?P<by>.+)$")),
    ("dismissed", re.compile(r"^Not a promise, says (?P<by>.+)$")),
)
_UNTIL = re.compile(r"^Snoozed until (\d\d):(\d\d)")
_PROMISE = re.compile(r"Promise “([^”]+)”")


@dataclass(frozen=True, slots=True)
class AlertSeen:
    """One alert message as it reads. `by` is whoever ended or snoozed it, `owner` who has claimed it."""

    conversation: str | None
    state: State | None
    clock: str | None = None
    due: datetime | None = None
    since: datetime | None = None
    by: str | None = None
    until: datetime | None = None
    ended: datetime | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class WhyGiven:
    """The answer to "why is this due": no clock and no due when nobody waits."""

    policy: str | None = None
    clock: str | None = None
    since: datetime | None = None
    due: datetime | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class AtRiskSeen:
    """An account in a list of those at risk, with the reasons as they are shown."""

    account: str | None
    line: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SummarySeen:
    """The Monday summary. Numbers that are not told are None; `rest` are the lines below the accounts."""

    open: int | None
    late: int | None
    due: int | None
    due_by: datetime | None
    at_risk: tuple[AtRiskSeen, ...]
    rest: tuple[str, ...]


# -- blocks ------------------------------------------------------------------------------------------------


def texts(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """(type, text) of every text object and rich text element in the blocks, in order."""
    for block in blocks:
        yield from _texts_in(block)


def _texts_in(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for each in node:
            yield from _texts_in(each)
    elif isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield str(node.get("type")), node["text"]
        for key, value in node.items():
            if isinstance(value, dict | list) and key != "metadata":
                yield from _texts_in(value)


def words(blocks: Sequence[Block], text: str = "") -> str:
    """Everything that a person reads in the blocks; the fallback where there are none."""
    return "\n".join(said for _, said in texts(blocks)) if blocks else text


def sections(blocks: Sequence[Block], kind: str = "section") -> list[str]:
    """The mrkdwn of each section (or context) block."""
    found = []
    for block in blocks:
        if block.get("type") == kind:
            parts = [block["text"]] if "text" in block else block.get("elements", [])
            found.append("\n".join(str(part.get("text", "")) for part in parts))
    return found


def instants(text: str) -> list[datetime]:
    """The instants of the date tokens in mrkdwn."""
    return [_at(int(found[1])) for found in _DATE.finditer(text)]


def targets(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """(verb, id) of every button and menu entry of the bot: `wb:claim`, or `why:<id>` in an overflow."""
    for _, element in walk(list(blocks)):
        action = str(element.get("action_id", "")).removeprefix("wb:")
        if element.get("type") == "button":
            yield action, str(element.get("value", ""))
        for option in element.get("options") or []:
            verb, colon, target = str(option.get("value", "")).partition(":")
            if colon:
                yield verb, target


def has_button(blocks: Sequence[Block], verb: str, target: str) -> bool:
    return (verb, target) in set(targets(blocks))


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# -- alerts ------------------------------------------------------------------------------------------------


def alert(blocks: Sequence[Block], at: datetime, zone: ZoneInfo) -> AlertSeen:
    """An alert message as it stands at `at`; `zone` is the team's, for times that are told in words."""
    head = next(iter(sections(blocks)), "")
    facts = "\n".join(sections(blocks, "context"))
    bold = _first(_BOLD, head) or ""
    conversation = _conversation(blocks)
    for state, pattern in _ENDED:
        if ended := pattern.match(bold):
            told = instants(facts)
            return AlertSeen(conversation, state, by=ended["by"], ended=told[-1] if told else None)
    clock = _CLOCKS.get((_first(_REPLY, bold) or "").lower())
    since = instants(facts[facts.find("waiting since") :]) if "waiting since" in facts else []
    due = instants(head)
    owner = re.search(r"claimed by ([^·\n]+)", facts)
    common: dict[str, Any] = {
        "due": due[0] if due else None,
        "since": since[0] if since else None,
        "owner": owner[1].strip() if owner and owner[1].strip() != "nobody" else None,
    }
    if until := _UNTIL.match(bold):
        local = at.astimezone(zone)
        moment = local.replace(hour=int(until[1]), minute=int(until[2]), second=0, microsecond=0)
        by = re.match(r" by ([^,\n]+)", head[head.find(bold) + len(bold) + 1 :])
        return AlertSeen(
            conversation,
            "snoozed",
            until=moment.astimezone(UTC),
            by=by[1] if by else None,
            **common,
        )
    if clock is None:
        return AlertSeen(conversation, None)
    is_late = ":rotating_light:" in head or bool(re.search(r"\blate\b", bold))
    return AlertSeen(conversation, "late" if is_late else "warn", clock, **common)


def _conversation(blocks: Sequence[Block]) -> str | None:
    """Which conversation a message is about: what its buttons carry, else where its link leads."""
    for _, target in targets(blocks):
        if target.isdigit():
            return target
    found = [_first(_CONVERSATION, text) for _, text in texts(blocks)]
    return next((id_ for id_ in found if id_), None)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[1] if found else None


# -- account threads ---------------------------------------------------------------------------------------


def anchor_account(blocks: Sequence[Block]) -> str | None:
    """Which account an anchor message is about; None for a message without its buttons."""
    for verb, target in targets(blocks):
        if verb in ("claim_account", "timeline_account", "why_risk"):
            return target
    return None


def anchor_name(blocks: Sequence[Block]) -> str | None:
    return _first(_BOLD, next(iter(sections(blocks)), ""))


def issue_conversations(blocks: Sequence[Block]) -> frozenset[str]:
    """The conversations that an issue's message lists, by where their lines lead."""
    return frozenset(id_ for url in _links(blocks) if (id_ := _first(_CONVERSATION, url)) is not None)


def _links(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _links(each)
    elif isinstance(node, dict):
        if node.get("type") == "rich_text":
            yield from (link["url"] for link in _rich(node, "link") if isinstance(link.get("url"), str))
        else:
            for value in node.values():
                yield from _links(value)


def _rich(node: Any, kind: str) -> Iterator[Block]:
    if isinstance(node, list):
        for each in node:
            yield from _rich(each, kind)
    elif isinstance(node, dict):
        if node.get("type") == kind:
            yield node
        yield from _rich(node.get("elements"), kind)


# -- modals and the summary --------------------------------------------------------------------------------


def why(blocks: Sequence[Block]) -> WhyGiven:
    """The modal that tells why a reply is due, or that none is."""
    told = sections(blocks)
    head, rest = (told[0] if told else ""), "\n".join(told[1:])
    bold = _first(_BOLD, head) or ""
    policy = _first(_PROMISE, rest)
    reply = _first(_REPLY, bold)
    if "No reply is due" in bold or reply is None:
        return WhyGiven(policy=policy, about=head)
    steps = sorted(_at(int(one["timestamp"])) for one in _rich(list(blocks), "date"))
    due = instants(head)
    return WhyGiven(
        policy.lower().replace(" ", "-") if policy else None,
        _CLOCKS[reply.lower()],
        steps[0] if steps else None,
        due[0] if due else None,
        head,
    )


def at_risk(blocks: Sequence[Block]) -> tuple[AtRiskSeen, ...]:
    """The accounts of a list: a section "1. *Name* …" with reasons below, and its buttons after it."""
    found: list[AtRiskSeen] = []
    for place, block in enumerate(blocks):
        if block.get("type") != "section" or not re.match(r"\d+\. ", str(block["text"].get("text", ""))):
            continue
        head, _, reasons = block["text"]["text"].partition("\n")
        after = targets(blocks[place + 1 : place + 2])
        account = next((target for verb, target in after if verb == "account"), None)
        listed = tuple(line.removeprefix("• ") for line in reasons.splitlines() if line)
        found.append(AtRiskSeen(account, head, listed))
    return tuple(found)


def summary(blocks: Sequence[Block]) -> SummarySeen:
    """The Monday summary's first line, its accounts, and the lines below them."""
    told = sections(blocks)
    head = told[0] if told else ""
    accounts = at_risk(blocks)
    names = {one.line for one in accounts}
    rest = [line for said in told[1:] for line in said.split("\n") if said.partition("\n")[0] not in names]
    spoken = _DATE.sub("@", head)
    due_by = instants(head)
    return SummarySeen(
        _number(r"(\d+) open\b", spoken),
        _number(r"(\d+) late\b", spoken),
        _number(r"(\d+) due by\b", spoken),
        due_by[0] if due_by else None,
        accounts,
        tuple(rest),
    )


def is_summary(text: str, blocks: Sequence[Block], day: datetime) -> bool:
    """Whether a message is the summary of that (local) day."""
    return f"*{day:%A}, {day.day} {day:%B}*" in next(iter(sections(blocks)), text)


def _number(pattern: str, text: str) -> int | None:
    found = re.search(pattern, text)
    return int(found[1]) if found else None


def near(one: datetime | None, other: datetime | None, tolerance: timedelta) -> bool:
    """Whether two instants are the same within `tolerance`; two missing ones are."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= tolerance
