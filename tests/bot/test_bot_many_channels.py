"""watchbell.toml names channels by #name in a workspace of thousands, where Slack asks to wait."""

from __future__ import annotations

import io
import json

import pytest
from harness import House

from bot.errors import ConfigError
from sandbox.slack.model import Channel

pytestmark = pytest.mark.thorough


def crowded(house: House, channels: int = 2_500) -> None:
    """As many channels, all of them older than the team's."""
    ours = dict(house.slack.channels)
    house.slack.channels.clear()
    for number in range(channels):
        house.slack.add_channel(Channel(f"C0ROOM{number:05}", f"room-{number}", set()))
    house.slack.channels.update(ours)


async def test_the_start_waits_as_slack_asks_and_says_what_it_does(house: House, diary: io.StringIO) -> None:
    await house.stop_bot()
    crowded(house)
    asked = house.fault("slack", "conversations.list", "rate_limit", seconds=1.0)
    await house.start_bot()
    assert asked.hits == 1
    told = [json.loads(line) for line in diary.getvalue().splitlines() if "looking_for_channels" in line]
    assert [(each["read"], each.get("wait")) for each in told] == [(0, 1.0), (999, None), (1998, None)]


async def test_a_start_that_would_have_to_wait_too_long_says_to_write_the_id(house: House) -> None:
    await house.stop_bot()
    house.fault("slack", "conversations.list", "rate_limit", times=-1, seconds=600.0)
    with pytest.raises(ConfigError) as told:
        await house.start_bot()
    assert told.value.setting == "channels.alerts"
    assert told.value.problem.startswith("#support-alerts was not found in time: Slack asks to wait 600 s")
    assert "Write the channel's id" in told.value.mend
