"""The small office's Slack: the app as manifest.yml installs it, its people and channels."""

from __future__ import annotations

from functools import lru_cache

import yaml
from shared_files import ROOT
from signing import SEED
from small_office import CHANNELS, PEOPLE

from sandbox.slack.model import AppManifest, Channel, User
from sandbox.slack.world import SlackWorld


@lru_cache(maxsize=1)
def installed_manifest() -> AppManifest:
    """What the app may and gets, as a workspace that installed manifest.yml has it."""
    asked = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    return AppManifest(
        commands=frozenset(each["command"] for each in asked["features"]["slash_commands"]),
        events=frozenset(asked["settings"]["event_subscriptions"]["bot_events"]),
        scopes=frozenset(asked["oauth_config"]["scopes"]["bot"]),
        unfurl_domains=frozenset(asked["features"]["unfurl_domains"]),
    )


def people_and_places(slack: SlackWorld) -> None:
    for person in PEOPLE:
        slack.add_user(User(**person))
    everybody = {each["id"] for each in PEOPLE}
    team = everybody - {"U0GUS", "U0SID", "U0DORA"}
    for name, channel_id in CHANNELS.items():
        members = everybody if name in ("lobby", "shared") else team
        slack.add_channel(
            Channel(
                channel_id, _CHANNEL_NAMES[name], members | {SEED.bot_user_id}, is_ext_shared=name == "shared"
            )
        )


_CHANNEL_NAMES = {
    "alerts": "support-alerts",
    "accounts": "support-accounts",
    "monday": "support",
    "lobby": "lobby",
    "shared": "ext-northwind",
}
