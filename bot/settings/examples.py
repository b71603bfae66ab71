"""What may stand behind a setting of watchbell.toml, for whoever wrote something of another kind there."""

from __future__ import annotations

from bot.durations import DAY, HOUR, MINUTE

TEXT, TRUTH, WHOLE, NUMBER = "text", "true or false", "a whole number", "a number"
LIST, TABLE, TABLES = "a list of texts", "a table", "a list of tables"
"""The kinds, as they are told."""

_HOURS, _STATES = '["08:00-18:00"]', '["snoozed"]'

_TEXTS = {
    "channel": '"#incidents"',
    "country": '"DE"',
    "currency": '"€"',
    "escalation": '"urgent"',
    "hours": '"office"',
    "label": '"Office hours"',
    "subdivision": '"BE"',
    "vouched_by": '"mx.example.com"',
}
_LISTS = {
    "account": '["Northwind"]',
    "annual_holidays": '["12-24"]',
    "at": '["09:00"]',
    "channel": '["email"]',
    "extra_holidays": '["2026-12-24"]',
    "first_response": _STATES,
    "folders": '["INBOX"]',
    "leads": '["mara@example.com"]',
    "next_response": _STATES,
    "ours": '["help@example.com"]',
    "pause_on": _STATES,
    "periodic_update": _STATES,
    "plan": '["Enterprise"]',
    "priority": '["high"]',
    "public_domains": '["example.com"]',
    "resolution": _STATES,
    "segment": '["smb"]',
    "sent": '["Sent"]',
    "stopped_by": '["claim", "snooze"]',
    "tag": '["vip"]',
    "team": '["Billing"]',
    "tell": '["leads"]',
    "total_resolution": _STATES,
    "warn": '["15m", "5m"]',
    "weekdays": '["mon", "thu"]',
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), _HOURS),
}
_TABLES = {
    "attribute": '{ tier = ["gold"] }',
    "breaks": '{ "2026-11-24" = ["12:00-13:00"] }',
    "holidays": '{ country = "DE", subdivision = "BE" }',
    "hours": '{ mon = ["08:00-18:00"] }',
    "match": '{ plan = ["Enterprise"] }',
    "overrides": '{ "2026-12-24" = ["08:00-12:00"] }',
    "people": '{ leads = ["mara@example.com"] }',
}
_OTHERS = {TRUTH: "true or false", WHOLE: "5", NUMBER: "1000"}


def example(key: str, wanted: str) -> str | None:
    """A value of the wanted kind as it is written in the file; None for a table that has a header."""
    match wanted:
        case "text":
            return _TEXTS.get(key, '"gold"')
        case "a list of texts":
            # Keys of one's own stand in calendars, by date, and among a company's attributes.
            return _LISTS.get(key, _HOURS if key[:2].isdigit() else '["gold"]')
        case "a table":
            return _TABLES.get(key)
        case _:
            return _OTHERS.get(wanted)


def one_of(key: str) -> str:
    """An element of such a list."""
    return str(example(key, LIST)).strip("[]").partition(",")[0]


def written(seconds: int) -> str:
    """A length as it is written in the file, in the largest unit that divides it."""
    for unit, letter in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        if seconds and seconds % unit == 0:
            return f'"{seconds // unit}{letter}"'
    return f'"{seconds}s"'
