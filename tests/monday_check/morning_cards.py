"""Block Kit in a few lines, shaped like the bot's cards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

Json = dict[str, Any]


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> Json:
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Json:
    return {"type": "context", "elements": [mrkdwn(text)]}


def button(verb: str, target: str) -> Json:
    label = {"type": "plain_text", "text": verb}
    return {"type": "button", "action_id": f"wb:{verb}", "value": target, "text": label}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def menu(*values: str) -> Json:
    options = [{"text": {"type": "plain_text", "text": value}, "value": value} for value in values]
    return {"type": "overflow", "action_id": "wb:more", "options": options}


def token(at: datetime) -> str:
    return f"<!date^{int(at.timestamp())}^{{time}}|{at:%H:%M}>"


def link(conversation: str) -> str:
    return f"https://app.intercom.com/a/apps/lg4r7x2k/conversations/{conversation}"


def rich(*sections: list[Json]) -> Json:
    items = [{"type": "rich_text_section", "elements": elements} for elements in sections]
    listing = {"type": "rich_text_list", "style": "bullet", "elements": items}
    return {"type": "rich_text", "elements": [listing]}
