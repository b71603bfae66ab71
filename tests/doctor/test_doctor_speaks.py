"""How the doctor speaks: lines for people, JSON for machines, exit codes for scripts, secrets for nobody."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from doctor_visit import COLUMN, Doctor
from harness import House
from rich.console import Console

from bot.cli import main
from bot.doctor import examine
from bot.doctor.finding import fails
from bot.doctor.report import Report
from bot.errors import ConfigError
from bot.settings.secrets import load_secrets


async def test_a_line_a_check_and_the_mend_under_the_failure(doctor: Doctor) -> None:
    visit = await doctor.speaks(SLACK_APP_TOKEN="xapp-1-PLANTED")
    lines = visit.text.splitlines()
    assert visit.code == 1
    assert lines[0].startswith("ok          Settings")
    place = next(number for number, line in enumerate(lines) if line.startswith("fails"))
    assert "Slack Socket Mode" in lines[place]
    assert lines[place + 1].startswith("            → Make an app-level token")
    assert sum("→" in line for line in lines) == 1
    assert lines[-1] == "1 thing needs mending."


async def test_all_well_is_said_in_words(doctor: Doctor) -> None:
    visit = await doctor.speaks()
    assert (visit.code, visit.text.splitlines()[-1]) == (0, "All well.")


async def test_sentences_stand_below_each_other_and_begin_with_whom_they_are_about(doctor: Doctor) -> None:
    lines = (await doctor.speaks()).text.splitlines()[:-1]
    assert all(line[COLUMN + 11 : COLUMN + 14].isspace() and line[COLUMN + 14] != " " for line in lines), (
        lines
    )
    assert "ok          Seat                   Ben Okoro: not linked yet" in "\n".join(lines)
    found = (await doctor.visits()).of("Seat", "Ben Okoro")
    assert found["told"].startswith("not linked yet")


async def test_json_says_the_same(doctor: Doctor) -> None:
    spoken, told = await doctor.speaks(), await doctor.visits()
    assert json.loads(told.text)["fine"] is True
    for each in told.findings:
        assert each["check"] in spoken.text


async def test_without_settings_nobody_can_be_asked_but_the_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "watchbell.toml"
    file.write_text("[workspace]\nname = 7\n", encoding="utf-8")
    stream = io.StringIO()
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN"):
        await examine(
            {"WATCHBELL_CONFIG": str(file)},
            as_json=False,
            dotenv=tmp_path / "no.env",
            console=Console(file=stream, width=80),
        )
    assert "watchbell.toml line 2, workspace.name" in stream.getvalue()
    assert "not checked" in stream.getvalue()


async def test_everything_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    stream = io.StringIO()
    with pytest.raises(ConfigError):
        await examine({}, as_json=True, dotenv=tmp_path / "no.env", console=Console(file=stream))
    found = [each for each in json.loads(stream.getvalue())["findings"] if each["check"] == "Settings"]
    assert [each["told"].split(":")[0] for each in found] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "INTERCOM_TOKEN",
    ]


def test_the_command_ends_with_2_when_it_cannot_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "INTERCOM_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    ended = CliRunner().invoke(main, ["doctor", "--json"])
    assert ended.exit_code == 2
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "INTERCOM_TOKEN"):
        assert f"watchbell: {name}: is not set" in ended.output


async def test_the_settings_may_stand_in_a_dotenv_file(house: House, doctor: Doctor, tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    settings = doctor.environment()
    dotenv.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")
    stream = io.StringIO()
    code = await examine({}, as_json=True, dotenv=dotenv, clock=house.clock, console=Console(file=stream))
    assert json.loads(stream.getvalue())["findings"][0]["state"] == "ok"
    assert code in (0, 1)


def test_a_secret_in_a_sentence_is_masked_whoever_wrote_it() -> None:
    secrets = load_secrets(
        {
            "SLACK_BOT_TOKEN": "xoxb-1-PLANTED",
            "SLACK_APP_TOKEN": "xapp-1-PLANTED",
            "INTERCOM_TOKEN": "dG9rPLANTED",
            "DATABASE_URL": "postgresql://bell:PLANTED%2Fword@db.example/bell",
        }
    )
    stream = io.StringIO()
    report = Report(Console(file=stream), as_json=False, secrets=secrets)
    report.add([fails("A check", "xoxb-1-PLANTED and PLANTED%2Fword", "use PLANTED/word, not dG9rPLANTED")])
    assert "PLANTED" not in stream.getvalue()
    assert stream.getvalue().count("•••") == 4


def test_marks_in_what_others_wrote_are_not_obeyed() -> None:
    stream = io.StringIO()
    Report(Console(file=stream), as_json=False).add([fails("A check", "[red]:bell: [link=x]y[/link]", "z")])
    assert "[red]:bell: [link=x]y[/link]" in stream.getvalue()


async def test_a_look_among_many_channels_is_told_beside_the_findings(
    house: House, doctor: Doctor, capsys: pytest.CaptureFixture[str]
) -> None:
    house.fault("slack", "conversations.list", "rate_limit", seconds=1.0)
    visit = await doctor.speaks()
    assert "Channel alerts" in visit.text
    assert capsys.readouterr().err.splitlines() == [
        "Looking for channels by name: 0 channels so far; Slack asks to wait 1 s …"
    ]
