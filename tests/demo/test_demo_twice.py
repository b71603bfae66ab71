"""A second demo in the same folder is refused, and the first goes on with all it has."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from demo_process import run, running_demo

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(180)]


@pytest.mark.parametrize("keep", [[], ["--keep"]], ids=["anew", "kept"])
async def test_the_second_one_says_what_to_do_and_the_first_goes_on(tmp_path: Path, keep: list[str]):
    async with running_demo(tmp_path) as first:
        state = tmp_path / ".watchbell" / "demo"
        database = (state / "watchbell.db").stat().st_ino
        code, told = await run(tmp_path, "demo", "--port", "0", *keep)
        assert code == 2
        assert f".watchbell/demo: is in use by another demo (process {first.process.pid})." in told
        assert "another folder and on another port: watchbell demo --port 8711." in told
        assert "Traceback" not in told
        assert (state / "watchbell.db").stat().st_ino == database
        async with httpx.AsyncClient() as client:
            assert (await client.get(first.url)).status_code == 200
    assert (first.process.returncode, (state / "sandbox.state").exists()) == (0, True)
    async with running_demo(tmp_path, "--keep"):
        assert (state / "watchbell.db").stat().st_ino == database
