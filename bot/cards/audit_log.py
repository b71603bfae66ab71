"""The modal with who did what, when, from where and with what outcome; newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards import kit, modal, words
from bot.cards.message import Block, View
from bot.slack import text

CALLBACK = "wb:audit_log"
PAGE = 15
_DETAIL = 120

_DONE = {
    "answer": "answer",
    "answer_issue": "answer to an issue",
    "assign_team": "assign to a team",
    "choose_account": "account chosen for a person",
    "claim": "claim",
    "claim_account": "claim of an account",
    "claim_issue": "claim of an issue",
    "claim_next": "claim of the next one",
    "free_claim": "claim gone back to the team",
    "delete_reply": "saved reply deleted",
    "export_timeline": "timeline exported",
    "hand_over": "hand-over",
    "link": "link",
    "no_promise": "“not a promise”",
    "note": "note",
    "reply": "reply",
    "retry": "sent again after a refusal",
    "save_reply": "saved reply written",
    "send_again": "sent again",
    "set_aside": "alert snoozed",
    "take_over": "take-over",
    "unlink": "unlink",
}
_FROM = {
    "slash": "command",
    "button": "button",
    "modal": "window",
    "home": "Home",
    "shortcut": "shortcut",
    "clock": "the clock",
    "slack": "Slack",
    "intercom": "Intercom",
    "cli": "the command line",
}


@dataclass(frozen=True)
class Entry:
    """`by` is a Slack id, or `watchbell` for the clock; `seat` the Intercom seat's name."""

    at: datetime
    by: str
    seat: str | None
    action: str
    source: str
    outcome: str
    conversation_id: str | None = None
    detail: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Wanted:
    """What of the log is shown: of one person, about one conversation, or all; and which page.

    `before` and `after` are entries' ids, 0 for none.
    """

    person: str = ""
    conversation: str = ""
    before: int = 0
    after: int = 0


@dataclass(frozen=True)
class AuditLogCard:
    """`older` and `newer`: the ids from which the next page in that direction begins, None at an end."""

    wanted: Wanted
    entries: tuple[Entry, ...]
    now: datetime
    zone: str
    older: int | None = None
    newer: int | None = None


def render(card: AuditLogCard) -> View:
    blocks: list[Block] = [kit.context(_about(card.wanted))]
    if not card.entries:
        blocks.append(kit.section("Nothing was done yet. What somebody does appears here at once."))
    blocks.extend(kit.section(_entry(each, card)) for each in card.entries)
    buttons = [
        kit.button("Newer", "audit_newer", str(card.newer)) if card.newer is not None else None,
        kit.button("Older", "audit_older", str(card.older)) if card.older is not None else None,
    ]
    if any(buttons):
        blocks.append(kit.actions(*buttons))
    private = {"person": card.wanted.person, "conversation": card.wanted.conversation}
    return modal.view(CALLBACK, "Audit log", blocks, private=private)


def read(view: Mapping[str, Any]) -> Wanted:
    """The filter that a shown page has. Raises modal.NotOurs for a view of another kind."""
    held = modal.private(view)
    return Wanted(str(held.get("person") or ""), str(held.get("conversation") or ""))


def _about(wanted: Wanted) -> str:
    by = f" by {_person(wanted.person)}" if wanted.person else ""
    about = f" about conversation {text.inline(wanted.conversation, 40)}" if wanted.conversation else ""
    return f"Everything that was done{by}{about}, newest first. Nobody can change or delete it."


def _entry(entry: Entry, card: AuditLogCard) -> str:
    # A person's own name stands there already; the clock acts for somebody.
    clock = not text.is_user_id(entry.by) and entry.seat
    seat = f" for {text.inline(entry.seat or '', 60)}" if clock else ""
    what = _DONE.get(entry.action, entry.action.replace("_", " "))
    where = None
    if entry.conversation_id:
        number = entry.conversation_id
        where = text.link(entry.url, number) if entry.url else text.inline(number, 40)
    first = words.dotted(
        f"{words.when(entry.at, card.now, card.zone)} {_person(entry.by)}{seat}",
        f"{text.inline(what, 60)}: {text.inline(entry.outcome.replace('_', ' '), 40)}",
        where,
        f"from {_FROM.get(entry.source, entry.source)}",
    )
    return f"{first}\n{_detail(entry.detail)}" if entry.detail else first


def _detail(said: str) -> str:
    word, _, whom = said.partition(" ")
    if word == "for" and text.is_user_id(whom):
        return f"for {text.mention_user(whom)}"
    return text.inline(said, _DETAIL)


def _person(slack_user_id: str) -> str:
    """A name for an id: Slack writes it, and inside a window a mention rings nobody."""
    if text.is_user_id(slack_user_id):
        return text.mention_user(slack_user_id)
    return "Watchbell" if slack_user_id == "watchbell" else text.inline(slack_user_id, 40)
