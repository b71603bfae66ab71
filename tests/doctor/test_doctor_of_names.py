"""The doctor finds settings that do nothing, and names that nobody reads."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from doctor_visit import Doctor
from rich.console import Console

from bot.doctor import examine
from bot.errors import ConfigError


async def test_all_is_well_where_every_name_is_known(doctor: Doctor) -> None:
    checks = {each["check"] for each in (await doctor.visits()).findings}
    assert not checks & {"Unknown settings", "Unused settings"}


async def test_settings_that_wait_for_another_one_fail(doctor: Doctor) -> None:
    visit = await doctor.visits(LLM_URL="http://127.0.0.1:1/v1")
    assert visit.failing == ["Unused settings"]
    assert visit.of("Unused settings")["told"] == "LLM_URL is set and does nothing: LLM_KEY is not set."
    visit = await doctor.visits(LLM_URL="http://127.0.0.1:1/v1", LLM_MODEL="m")
    assert visit.of("Unused settings")["told"].startswith("LLM_URL and LLM_MODEL are set and do nothing")
    assert visit.of("Unused settings")["mend"] == "Set LLM_KEY, or take them out."


async def test_a_slip_in_the_environment_fails_and_other_programs_names_are_only_told(doctor: Doctor) -> None:
    visit = await doctor.visits(INTERCOM_REGIONS="PLANTED")
    assert visit.failing == ["Unknown settings"]
    assert visit.of("Unknown settings")["told"].startswith("INTERCOM_REGIONS is in the environment")
    assert visit.of("Unknown settings")["mend"] == "Did you mean INTERCOM_REGION?"
    # The setting that the second is like is set: it is no slip.
    visit = await doctor.visits(SLACK_WEBHOOK_URL="PLANTED", SLACK_API_TOKEN="PLANTED", SUPPORT="PLANTED")
    assert visit.failing == []
    told = visit.of("Unknown settings")["told"]
    assert told == "in the environment, and not read by Watchbell: SLACK_WEBHOOK_URL, SLACK_API_TOKEN"


async def test_a_slip_in_the_dotenv_file_keeps_the_bot_from_running_and_is_told_once(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("SLACK_BOT_TOKENS=PLANTED\n", encoding="utf-8")
    stream = io.StringIO()
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKENS"):
        await examine({}, as_json=True, dotenv=dotenv, console=Console(file=stream))
    findings = json.loads(stream.getvalue())["findings"]
    assert [each["state"] for each in findings] == ["fails", "not checked"]
    assert findings[0]["mend"] == "Did you mean SLACK_BOT_TOKEN?"
    assert "PLANTED" not in stream.getvalue()
