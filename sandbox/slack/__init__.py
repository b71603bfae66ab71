"""A local Slack: Web API, Socket Mode and signed HTTP, and what persons do in it."""

from __future__ import annotations

from sandbox.slack.model import (
    AppManifest,
    Channel,
    Message,
    Outcome,
    Refused,
    SlackSeed,
    Timing,
    User,
    UserGroup,
    View,
)
from sandbox.slack.web_api import routes
from sandbox.slack.world import SlackWorld

__all__ = [
    "AppManifest",
    "Channel",
    "Message",
    "Outcome",
    "Refused",
    "SlackSeed",
    "SlackWorld",
    "Timing",
    "User",
    "UserGroup",
    "View",
    "routes",
]
