"""A small workspace for the page's tests: five people, six channels, five conversations."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from small_cards import START, account_blocks, alert_blocks

from sandbox.clock import SandboxClock
from sandbox.faults import FaultBoard
from sandbox.intercom.world import IntercomWorld
from sandbox.page.page import Page, Shortcut, SlashCommand
from sandbox.slack.model import Channel, SlackSeed, Timing, User, UserGroup
from sandbox.slack.world import SlackWorld

MAYA, JONAS, PRIYA, GUEST, STRANGER = "U0MAYA", "U0JONAS", "U0PRIYA", "U0GUEST", "U0STRANGER"
ALERTS, ACCOUNTS, GENERAL, SHARED, OLD = "C0ALERTS", "C0ACCOUNTS", "C0GENERAL", "C0SHARED", "C0OLD"
HOSTILE = (
    "<!channel> please click <https://evil.example|https://your-bank.example> \u202egnp.exe "
    "<script>alert(1)</script><img src=x onerror=alert(1)>\x07\x1b[31m"
)
COMMANDS = (
    SlashCommand("/claim", "Take a conversation", "[next | account]"),
    SlashCommand("/answer", "Answer a customer", "[conversation]"),
    SlashCommand("/inbox", "What waits, by deadline"),
    SlashCommand("/account", "Everything about one account", "<name>"),
    SlashCommand("/slow", "Answers too late"),
)
SHORTCUTS = (
    Shortcut("wb_link", "Link my Intercom seat", "global"),
    Shortcut("wb_answer", "Answer this customer", "message"),
    Shortcut("wb_why", "Why this alert?", "message"),
)


def slack_world(clock: SandboxClock, faults: FaultBoard) -> SlackWorld:
    seed = SlackSeed(team_name="Harbour Support")
    timing = Timing(ack_deadline_s=0.8, event_retry_delays_s=(0.0,))
    world = SlackWorld(clock, faults, base_url="http://127.0.0.1:1/slack", seed=seed, timing=timing)
    world.limits.enabled = False
    world.add_user(User(MAYA, "maya", "Maya Lindqvist", "maya@harbour.example", title="Support lead"))
    world.add_user(User(JONAS, "jonas", "Jonas Weber", "jonas@harbour.example", title="Support rep"))
    world.add_user(User(PRIYA, "priya", "Priya Raman", "priya@harbour.example", title="Support rep"))
    world.add_user(User(GUEST, "tomas", "Tomás Silva", "tomas@agency.example", is_restricted=True))
    world.add_user(
        User(STRANGER, "ed", "Ed Marsh", "ed@northwind.example", is_stranger=True, team_id="T0NORTHWIND")
    )
    bot = seed.bot_user_id
    team = {MAYA, JONAS, PRIYA, bot}
    world.add_channel(Channel(ALERTS, "support-alerts", set(team), topic="What must be answered now"))
    world.add_channel(Channel(ACCOUNTS, "support-accounts", set(team), topic="One thread an account"))
    world.add_channel(Channel(GENERAL, "general", {MAYA, JONAS, PRIYA, GUEST}))
    world.add_channel(Channel(SHARED, "ext-northwind", {MAYA, STRANGER, bot}, is_ext_shared=True))
    world.add_channel(Channel(OLD, "zz-launch-2025", {MAYA}, is_archived=True))
    world.add_channel(Channel("G0LEADS", "leads", {MAYA}, is_private=True))
    world.add_usergroup(UserGroup("S0SUPPORT", "support", "Support", (MAYA, JONAS, PRIYA)))
    return world


def talk(world: SlackWorld) -> str:
    """What was said before the page is opened. Answers with the ts of the alert."""
    bot = world.seed.bot_user_id
    friday, monday = START - timedelta(days=3, hours=-8), START - timedelta(minutes=12)
    world.post(
        ALERTS, user=MAYA, text="Have a good weekend. I look in on Saturday :wave:", at=friday, silent=True
    )
    world.post(
        ALERTS,
        user=JONAS,
        text="You too. `sso-callback` is back to normal, _fingers crossed_",
        at=friday + timedelta(minutes=2),
        silent=True,
    )
    bot_post: dict[str, Any] = {"user": bot, "bot_id": world.seed.bot_id, "silent": True}
    world.post(
        ALERTS, text="Late", blocks=alert_blocks("Meridian Labs", HOSTILE, late=True), at=monday, **bot_post
    )
    alert = world.post(
        ALERTS,
        text="Due",
        blocks=alert_blocks(
            "Northwind", "Nobody here can log in since this morning. We have a board meeting at ten."
        ),
        at=monday + timedelta(minutes=4),
        **bot_post,
    )
    world.post(
        ALERTS,
        user=PRIYA,
        text=f"I look at it, <@{MAYA}>",
        thread_ts=alert.ts,
        at=monday + timedelta(minutes=5),
        silent=True,
    )
    world.post(
        ALERTS,
        text="Claimed by nobody for 5 min",
        thread_ts=alert.ts,
        at=monday + timedelta(minutes=9),
        **bot_post,
    )
    world.post(ACCOUNTS, text="Northwind", at=monday, blocks=account_blocks(), **bot_post)
    return alert.ts


def intercom_world(clock: SandboxClock, faults: FaultBoard) -> IntercomWorld:
    """The conversations of small_intercom.json, whose times are minutes before the page is opened."""
    world = IntercomWorld(
        clock,
        faults,
        token="sandbox",
        client_secret="sandbox",
        app_id="sandbox",
        base_url="http://127.0.0.1:1",
    )
    data = json.loads(Path(__file__).with_name("small_intercom.json").read_text(encoding="utf-8"))
    for conversation in data["conversations"]:
        for part in conversation["parts"]:
            part["at"] = (START - timedelta(minutes=part.pop("minutes_ago"))).isoformat()
            part["text"] = part.get("text", "").replace("{hostile}", HOSTILE) or None
        conversation["created_at"] = conversation["parts"][0]["at"]
        conversation["delivered_as"] = "customer_initiated"
    world.load(data)
    return world


def small_page() -> Page:
    clock, faults = SandboxClock(START, speed=0.0), FaultBoard()
    slack, intercom = slack_world(clock, faults), intercom_world(clock, faults)
    return Page(
        slack,
        intercom,
        clock,
        faults,
        commands=COMMANDS,
        shortcuts=SHORTCUTS,
        next_events=lambda: [
            (START + timedelta(minutes=5), "First reply due, Northwind"),
            (START + timedelta(minutes=35), "Monday summary"),
        ],
    )
