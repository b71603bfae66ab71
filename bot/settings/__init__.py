"""The settings: secrets from the environment, policies from watchbell.toml, both checked at start."""

from __future__ import annotations

from bot.settings.file import load_config, parse_config, version
from bot.settings.model import CalendarConfig, ClockName, Closing, Config, Match, PauseState, Policy, Span
from bot.settings.reader import FaultyFile, Problem
from bot.settings.secrets import Secrets, load_secrets

__all__ = [
    "CalendarConfig",
    "ClockName",
    "Closing",
    "Config",
    "FaultyFile",
    "Match",
    "PauseState",
    "Policy",
    "Problem",
    "Secrets",
    "Span",
    "load_config",
    "load_secrets",
    "parse_config",
    "version",
]
