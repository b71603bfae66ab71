"""What is said at the start, by libraries too: nothing of it is about a call of Watchbell's own."""

from __future__ import annotations

import os

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


async def test_an_oauth_client_in_the_environment_takes_nobody_for_a_stranger(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.ana.types("/watchbell")
    told = house.ana.heard
    monkeypatch.setenv("SLACK_CLIENT_ID", "1111.2222")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "another program's")
    await house.restart()
    await house.ana.types("/watchbell")
    assert house.ana.heard == told != ""
    assert os.environ["SLACK_CLIENT_ID"] == "1111.2222"
