"""A port that another program has: told once, as the setting that is wrong."""

from __future__ import annotations

import logging
import socket

import pytest
from harness import House

from bot.errors import ConfigError


async def test_a_port_that_is_taken_is_told_once(house: House, caplog: pytest.LogCaptureFixture):
    await house.stop_bot()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with caplog.at_level(logging.INFO), pytest.raises(ConfigError) as refused:
            await house.start_bot(port=port)
    assert str(refused.value) == f"PORT: {port} is taken by another program. Stop it, or choose another port."
    assert [record for record in caplog.records if "bind" in record.getMessage()] == []
    await house.stop_bot()
    await house.start_bot(port=port)
    assert logging.getLogger("uvicorn.error").filters == []
