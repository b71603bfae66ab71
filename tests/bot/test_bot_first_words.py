"""What is said at the start, by libraries too: nothing of it is about a call of Watchbell's own."""

from __future__ import annotations

import pytest
from harness import House
from signing import SEED

pytestmark = pytest.mark.thorough


async def test_a_start_with_the_token_in_the_environment_warns_of_nothing(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", SEED.bot_token)
    await house.restart()
    assert [each.message for each in caplog.records if each.name.startswith("slack")] == []
    await house.ana.types("/watchbell")
    assert house.ana.heard
