"""What the tiny bot shows: an alert, an account, a Home and the answer modal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 11, 23, 7, 25, tzinfo=UTC)  # 08:25 in Berlin


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str) -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def alert_blocks(account: str, words: str, *, late: bool = False) -> list[dict[str, Any]]:
    """The alert of UX.md, with every kind of element a message may hold in its overflow and pickers."""
    mark = (
        ":rotating_light: *First reply is 6 min late*"
        if late
        else ":hourglass_flowing_sand: *First reply due in 14 min*"
    )
    waits_from = int((START - timedelta(hours=42)).timestamp())
    since = f"<!date^{waits_from}^{{date_short_pretty}} at {{time}}|Saturday afternoon>"
    return [
        {
            "type": "section",
            "block_id": "head",
            "text": marked(f"{mark} · {account} · Enterprise, renews in 21 days"),
        },
        {
            "type": "rich_text",
            "block_id": "words",
            "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": words}]}],
        },
        {
            "type": "context",
            "block_id": "who",
            "elements": [marked(f"by Ana Ruiz, WhatsApp, waiting since {since}")],
        },
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [
                {
                    "type": "button",
                    "action_id": "wb:claim",
                    "value": "c1",
                    "style": "primary",
                    "text": plain("Claim"),
                },
                {"type": "button", "action_id": "wb:answer", "value": "c1", "text": plain("Answer")},
                {
                    "type": "overflow",
                    "action_id": "wb:more",
                    "options": [
                        option("Snooze 30 min", "snooze"),
                        option("Why?", "why"),
                        option("Assign…", "assign"),
                        option("Not a promise", "drop"),
                    ],
                },
            ],
        },
    ]


def answer_view(trigger_meta: str = "c1") -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "wb_answer",
        "private_metadata": trigger_meta,
        "title": plain("Answer Ana Ruiz"),
        "submit": plain("Send to Ana"),
        "blocks": [
            {
                "type": "context",
                "block_id": "to",
                "elements": [marked("To *Ana Ruiz*, Northwind, by WhatsApp")],
            },
            {
                "type": "input",
                "block_id": "kind",
                "label": plain("Who reads it"),
                "element": {
                    "type": "radio_buttons",
                    "action_id": "kind",
                    "initial_option": option("Reply to the customer", "reply"),
                    "options": [
                        option("Reply to the customer", "reply"),
                        {
                            "text": plain("Internal note"),
                            "value": "note",
                            "description": plain("Only your team sees it"),
                        },
                    ],
                },
            },
            {
                "type": "input",
                "block_id": "text",
                "label": plain("Message"),
                "hint": plain("Formatting as in Slack"),
                "element": {"type": "rich_text_input", "action_id": "text", "focus_on_load": True},
            },
            {
                "type": "input",
                "block_id": "saved",
                "optional": True,
                "label": plain("Saved reply"),
                "element": {
                    "type": "external_select",
                    "action_id": "saved",
                    "min_query_length": 1,
                    "placeholder": plain("Search"),
                },
            },
            {
                "type": "input",
                "block_id": "after",
                "label": plain("After sending"),
                "element": {
                    "type": "static_select",
                    "action_id": "after",
                    "initial_option": option("Keep open", "open"),
                    "options": [option("Keep open", "open"), option("Close", "close")],
                },
            },
        ],
    }


def account_blocks() -> list[dict[str, Any]]:
    return [
        {"type": "header", "text": plain("Northwind")},
        {
            "type": "section",
            "fields": [
                marked("*Open*\n3"),
                marked("*Plan*\nEnterprise"),
                marked("*Monthly*\n€4,200"),
                marked("*Renews*\n14 Dec"),
            ],
        },
        {
            "type": "table",
            "rows": [
                [{"type": "raw_text", "text": t} for t in row]
                for row in (
                    ("Issue", "People", "Waiting"),
                    ("SSO sends everyone back to the login page", "3", "42 h"),
                    ("Invoice address", "1", "3 h"),
                )
            ],
            "column_settings": [{"is_wrapped": True}, {"align": "right"}, {"align": "right"}],
        },
        {"type": "divider"},
        {
            "type": "section",
            "text": marked("Who takes it?"),
            "accessory": {
                "type": "users_select",
                "action_id": "wb:assign",
                "placeholder": plain("Choose a rep"),
            },
        },
        {
            "type": "actions",
            "elements": [
                {"type": "datepicker", "action_id": "wb:day", "initial_date": "2026-11-24"},
                {"type": "timepicker", "action_id": "wb:time"},
                {
                    "type": "button",
                    "style": "danger",
                    "action_id": "wb:drop",
                    "text": plain("Close all"),
                    "confirm": {
                        "title": plain("Close three conversations?"),
                        "text": marked("The people at *Northwind* are told."),
                        "confirm": plain("Close"),
                        "deny": plain("Keep"),
                        "style": "danger",
                    },
                },
            ],
        },
    ]


def home_blocks() -> list[dict[str, Any]]:
    return [
        {"type": "header", "text": plain("Mine")},
        {
            "type": "section",
            "text": marked("Nothing is due before 14:00. 6 conversations are waiting on customers."),
        },
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "wb:next", "style": "primary", "text": plain("Claim next")}
            ],
        },
        {"type": "context", "elements": [marked("All well. Last sweep 12 s ago.")]},
    ]
