"""The promises worked out a second time, minute by minute from the data, the script and watchbell.toml.

Slow and plain on purpose: it shares no line with the bot, so the truth file is checked by something that
cannot make the same mistake.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.monday.scenario import Event, Monday

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
CONFIG = Path(__file__).resolve().parents[2] / "watchbell.toml"


@dataclass
class Story:
    """One conversation's messages and pauses in order; `steps`: (instant, customer|team|closed, id)."""

    plan: str | None
    begun_by_us: bool
    steps: list[tuple[datetime, str, str]] = field(default_factory=list)
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)


@dataclass(frozen=True)
class Wait:
    """One stretch in which a customer waited for a teammate."""

    conversation: str
    policy: str
    clock: str
    since: datetime
    warn_at: datetime
    due: datetime
    ended: tuple[str, datetime, str] | None


def config() -> dict[str, Any]:
    return tomllib.loads(CONFIG.read_text(encoding="utf-8"))


def minutes(text: str) -> int:
    parts = {unit: int(number) for number, unit in re.findall(r"(\d+)([dhm])", text)}
    return parts.get("d", 0) * 1440 + parts.get("h", 0) * 60 + parts.get("m", 0)


def policy_of(plan: str | None, policies: list[dict[str, Any]]) -> dict[str, Any]:
    return next(p for p in policies if not p["match"] or plan in p["match"].get("plan", []))


def working(instant: datetime, hours: dict[str, list[str]]) -> bool:
    local = instant.astimezone(BERLIN)
    wall = f"{local:%H:%M}"
    spans = hours.get(f"{local:%a}".lower(), [])
    return any(span.split("-")[0] <= wall < span.split("-")[1] for span in spans)


def waits(monday: Monday) -> list[Wait]:
    """Every stretch of waiting of the conversations that are open or snoozed, or begin during the script."""
    settings = config()
    hours = settings["calendars"]["berlin"]["hours"]
    found = []
    for conversation, story in stories(monday).items():
        policy = policy_of(story.plan, settings["policies"])
        since, clock, met_us = None, "first_response", story.begun_by_us
        for instant, who, admin in sorted(story.steps):
            if who == "customer" and since is None:
                since, clock = instant, "next_response" if met_us else "first_response"
            elif who != "customer":
                if since is not None:
                    how = "answered" if who == "team" else "closed"
                    found.append(
                        wait(conversation, policy, clock, since, story, hours, (how, instant, admin))
                    )
                since, met_us = None, met_us or who == "team"
        if since is not None:
            found.append(wait(conversation, policy, clock, since, story, hours, None))
    return found


def wait(
    conversation: str,
    policy: dict[str, Any],
    clock: str,
    since: datetime,
    story: Story,
    hours: dict[str, list[str]],
    ended: tuple[str, datetime, str] | None,
) -> Wait:
    def counts(instant: datetime) -> bool:
        return working(instant, hours) and not any(start <= instant < end for start, end in story.pauses)

    left, due = minutes(policy[clock]), since
    while left or not counts(due):
        left -= counts(due)
        due += MINUTE
    lead, warn_at = minutes(policy["warn"][0]), due
    while lead:
        warn_at -= MINUTE
        lead -= counts(warn_at)
    return Wait(conversation, policy["name"], clock, since, warn_at, due, ended)


def stories(monday: Monday) -> dict[str, Story]:
    plans = {company["id"]: company["plan"] for company in monday.intercom["companies"]}
    home = {c["id"]: (c["company_ids"] or [None])[0] for c in monday.intercom["contacts"]}
    admins = {admin["email"]: admin["id"] for admin in monday.intercom["admins"]}
    seats = {person.id: admins.get(person.email, "") for person in monday.slack.people}
    told: dict[str, Story] = {}
    for raw in monday.intercom["conversations"]:
        if raw["state"] == "closed":
            continue
        story = Story(plans.get(raw.get("company_id")), raw["delivered_as"] != "customer_initiated")
        for part in raw["parts"]:
            instant = datetime.fromisoformat(part["at"])
            if part["kind"] == "snoozed":
                story.pauses.append((instant, datetime.fromisoformat(raw["snoozed_until"])))
            elif part["kind"] == "close":
                story.steps.append((instant, "closed", part["who"]))
            elif part["kind"] == "comment" and part["by"] in ("contact", "admin"):
                story.steps.append((instant, "customer" if part["by"] == "contact" else "team", part["who"]))
        told[raw["id"]] = story
    for event in monday.script.events:
        _happens(event, told, plans, home, seats)
    return told


def _happens(
    event: Event,
    told: dict[str, Story],
    plans: dict[str, str],
    home: dict[str, str | None],
    seats: dict[str, str],
) -> None:
    who = event.who or ""
    if event.do == "customer_starts":
        told[f"@{event.creates}"] = Story(plans.get(home[who] or ""), False, [(event.at, "customer", who)])
    elif event.do == "customer_writes":
        told[event.conversation or ""].steps.append((event.at, "customer", who))
    elif event.do == "admin_replies_in_intercom":
        told[event.conversation or ""].steps.append((event.at, "team", who))
    elif event.do == "admin_closes_in_intercom":
        told[event.conversation or ""].steps.append((event.at, "closed", who))
    elif event.do == "answer":
        told[event.conversation or ""].steps.append((event.at, "team", seats[who]))
    elif event.do == "snooze":
        until = event.at + timedelta(minutes=event.minutes or 0)
        told[event.conversation or ""].pauses.append((event.at, until))
