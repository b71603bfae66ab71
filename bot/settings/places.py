"""Where in Slack watchbell.toml has the bot speak: the start asks for each, the doctor goes through them."""

from __future__ import annotations

from bot.settings.alerting import called_by
from bot.settings.digests import OWNERS
from bot.settings.model import Config
from bot.settings.reader import CHANNEL


def team_channels(config: Config) -> dict[str, str]:
    """The three channels that no team does without: setting to name."""
    return {f"channels.{key}": getattr(config.channels, key) for key in ("alerts", "accounts", "monday")}


def further_channels(config: Config) -> list[tuple[str, str]]:
    """(setting, name) of the channels that other tables name, if they do. Digests to owners name none."""
    found = [(f"routes.{route.name}", route.channel) for route in config.routes]
    found += [(f"routes.{route.name}.accounts", route.accounts) for route in config.routes]
    found += [(f"digests.{digest.name}", digest.to) for digest in config.digests if digest.to != OWNERS]
    found.append(("spreading.channel", config.spreading.channel or ""))
    return [(setting, name) for setting, name in found if name]


def further_places(config: Config) -> list[tuple[str, str]]:
    """(setting, name) of all beside the three: further channels, and whom escalations call there."""
    return [*further_channels(config), *called_by(config)]


def all_channels(config: Config) -> list[str]:
    """Every channel that is named anywhere, as it is written there."""
    return [
        *team_channels(config).values(),
        *(name for _, name in further_channels(config)),
        *(name for _, name in called_by(config) if CHANNEL.fullmatch(name)),
    ]
