"""What `watchbell run` writes: a JSON object a line, and no fault where there was none."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starting import Surroundings, heard, lines, started, stopped

from sandbox.faults import Fault


async def test_a_stop_in_the_middle_of_a_tick_is_no_fault(tmp_path: Path, surroundings: Surroundings):
    slow = surroundings.faults.add(
        Fault("intercom", "POST /conversations/search", "slow", times=-1, seconds=1.5)
    )
    process = await started(tmp_path, surroundings.environment)
    told = await heard(process, "Watchbell is running for Ledgerline")
    async with asyncio.timeout(30):
        while True:
            await asyncio.sleep(0.05)
            if slow.hits:
                break
    code, _, rest = await stopped(process)
    assert code == 0, rest
    logged = lines(told + rest)
    assert [each for each in logged if each["level"] in ("error", "critical")] == []
    assert "CancelledError" not in rest
