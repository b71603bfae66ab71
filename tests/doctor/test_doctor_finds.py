"""`watchbell doctor` against the local Slack and Intercom: all well, and each thing that can be wrong."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from doctor_visit import Doctor
from harness import House
from signing import CLIENT_SECRET, SEED
from sqlalchemy import create_engine, text
from sqlmodel import Session

from bot.doctor import CHECKS
from bot.errors import ConfigError
from bot.slack.scopes import SCOPES
from bot.store.intents import Intent
from bot.store.reps import Link


async def test_a_house_in_order_is_all_well_and_a_running_bot_is_no_failure(
    lived_in: House, doctor: Doctor
) -> None:
    visit = await doctor.visits()
    assert visit.failing == []
    assert visit.code == 0
    assert "Watchbell runs on it (process " in visit.of("Database")["told"]
    assert "not checked" not in {each["state"] for each in visit.findings}


async def test_each_check_has_a_line_and_a_mend_only_where_it_fails(doctor: Doctor) -> None:
    visit = await doctor.visits(SLACK_APP_TOKEN="xapp-1-wrong")
    assert len(visit.findings) >= len(CHECKS)
    for each in visit.findings:
        assert bool(each["mend"]) == (each["state"] == "fails"), each
        assert each["told"]
        assert "!" not in each["told"] + each["mend"]
        assert "\n" not in each["told"] + each["mend"]


async def test_a_wrong_bot_token_fails_alone_and_everything_else_is_still_looked_at(doctor: Doctor) -> None:
    visit = await doctor.visits(SLACK_BOT_TOKEN="xoxb-PLANTED-wrong")
    assert visit.code == 1
    assert visit.failing == ["Slack bot token"]
    assert "invalid_auth" in visit.of("Slack bot token")["told"]
    assert "OAuth & Permissions" in visit.of("Slack bot token")["mend"]
    assert visit.of("Channel alerts")["state"] == "not checked"
    assert visit.of("Intercom token")["state"] == "ok"
    assert visit.of("Database")["state"] == "ok"


async def test_missing_scopes_are_named_with_what_is_lost(house: House, doctor: Doctor) -> None:
    house.slack.manifest.scopes = frozenset(SCOPES) - {"im:write", "users:read.email"}
    told = (await doctor.visits()).of("Slack scopes")
    assert told["state"] == "fails"
    assert "2 scopes are missing" in told["told"]
    assert f"im:write ({SCOPES['im:write']})" in told["told"]
    assert "users:read.email" in told["told"]
    assert "chat:write" not in told["told"]
    assert "reinstall" in told["mend"]
    house.slack.manifest.scopes = frozenset(SCOPES)
    assert (await doctor.visits()).of("Slack scopes")["state"] == "ok"


async def test_an_app_token_that_opens_no_socket(doctor: Doctor) -> None:
    visit = await doctor.visits(SLACK_APP_TOKEN="xapp-1-PLANTED")
    assert visit.failing == ["Slack Socket Mode"]
    assert "connections:write" in visit.of("Slack Socket Mode")["mend"]


async def test_slack_out_of_order_is_told_as_that_and_not_as_a_bad_token(
    house: House, doctor: Doctor
) -> None:
    house.fault("slack", "auth.test", "error", times=-1, error="internal_error", status=500)
    told = (await doctor.visits()).of("Slack bot token")
    assert told["state"] == "fails"
    assert "cannot be asked now" in told["told"]
    assert "network" in told["mend"]


async def test_http_needs_a_free_port_or_the_running_bot_on_it(house: House, doctor: Doctor) -> None:
    taken = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    http = {"SLACK_APP_TOKEN": None, "SLACK_SIGNING_SECRET": SEED.signing_secret, "PORT": str(port)}
    visit = await doctor.visits(**http)
    assert visit.failing == ["HTTP entrance"]
    assert visit.of("HTTP entrance")["mend"] == "Stop it, or choose another port."
    taken.close()
    await taken.wait_closed()
    assert (await doctor.visits(**http)).of("HTTP entrance")["told"] == f"port {port} is free"
    await house.stop_bot()
    await house.start_bot(port=port)
    assert "a running Watchbell answers" in (await doctor.visits(**http)).of("HTTP entrance")["told"]


@pytest.mark.parametrize(
    ("change", "name", "told", "mend"),
    [
        ({"is_archived": True}, "C0ALERTS", "C0ALERTS is archived", "in use"),
        ({"is_ext_shared": True}, "#support-alerts", "read by another company", "your own team"),
        (
            {"members": {"U0LEA"}},
            "#support-alerts",
            "the bot is not in #support-alerts",
            "/invite @watchbell",
        ),
        ({"name": "elsewhere"}, "#support-alerts", "not a channel that the bot can see", "Invite it"),
    ],
    ids=["archived", "shared", "not a member", "renamed"],
)
async def test_a_channel_that_will_not_do(
    house: House, doctor: Doctor, change: dict[str, Any], name: str, told: str, mend: str
) -> None:
    house.slack.channels["C0ALERTS"] = replace(house.slack.channels["C0ALERTS"], **change)
    file = house.folder / "watchbell.toml"
    file.write_text(house.toml.replace('"#support-alerts"', f'"{name}"'), encoding="utf-8")
    visit = await doctor.visits()
    assert visit.failing == ["Channel alerts"]
    assert told in visit.of("Channel alerts")["told"]
    assert mend in visit.of("Channel alerts")["mend"]
    assert visit.of("Channel accounts")["state"] == visit.of("Channel monday")["state"] == "ok"


@pytest.mark.parametrize(
    ("table", "setting"),
    [
        ('[spreading]\nchannel = "#nowhere"', "spreading.channel"),
        ('[[routes]]\nname = "vip"\nchannel = "#nowhere"\nmatch = { tag = ["VIP"] }', "routes.vip"),
        (
            '[[routes]]\nname = "vip"\naccounts = "#nowhere"\nmatch = { tag = ["VIP"] }',
            "routes.vip.accounts",
        ),
        ('[[digests]]\nname = "noon"\nto = "#nowhere"\nat = ["12:00"]', "digests.noon"),
        (
            '[[escalations]]\nname = "far"\nsteps = [{ after = "1h", tell = ["#nowhere"] }]',
            "escalations.far",
        ),
    ],
)
async def test_where_the_start_would_refuse_the_doctor_finds_it(
    house: House, doctor: Doctor, table: str, setting: str
) -> None:
    toml = f"{house.toml}\n{table}\n"
    (house.folder / "watchbell.toml").write_text(toml, encoding="utf-8")
    check = setting.partition(".")[0].capitalize()
    visit = await doctor.visits()
    assert visit.failing == [f"{check} #nowhere"]
    assert "not a channel that the bot can see" in visit.of(check, "#nowhere")["told"]
    await house.stop_bot()
    house.toml = toml
    with pytest.raises(ConfigError) as refused:
        await house.start_bot()
    assert refused.value.setting == setting


@pytest.mark.parametrize(
    ("lead", "told"),
    [
        ("nobody@small.example", "nobody in this Slack workspace"),
        ("gus@agency.example", "Guests cannot use Watchbell"),
    ],
)
async def test_a_lead_who_cannot_be_told(house: House, doctor: Doctor, lead: str, told: str) -> None:
    file = house.folder / "watchbell.toml"
    file.write_text(house.toml.replace('"lea@small.example"', f'"{lead}"'), encoding="utf-8")
    visit = await doctor.visits()
    assert visit.failing == [f"Lead {lead}"]
    assert told in visit.of("Lead", lead)["told"]


async def test_every_fault_of_the_file_is_a_line_with_its_place(house: House, doctor: Doctor) -> None:
    broken = house.toml.replace('first_response = "30m"', 'first_response = "30 parsecs"')
    broken = broken.replace('timezone = "Europe/Berlin"', 'timezone = "Europe/Berlun"')
    (house.folder / "watchbell.toml").write_text(broken, encoding="utf-8")
    visit = await doctor.visits()
    faults = [each for each in visit.findings if each["check"] == "Policies"]
    assert visit.code == 1
    assert len(faults) == 2
    assert all("watchbell.toml line " in each["told"] and each["mend"] for each in faults)
    assert 'Did you mean "Europe/Berlin"?' in faults[0]["mend"]
    assert visit.of("Channels")["state"] == "not checked"
    assert visit.of("Slack bot token")["state"] == visit.of("Intercom token")["state"] == "ok"


async def test_a_file_that_nothing_names_is_not_said_to_be_named(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "watchbell.toml").unlink(missing_ok=True)
    told = (await doctor.visits(WATCHBELL_CONFIG=None)).of("Policies")
    assert told["told"] == "watchbell.toml: is not there."
    assert told["mend"].startswith("Set WATCHBELL_CONFIG")
    told = (await doctor.visits(WATCHBELL_CONFIG="other.toml")).of("Policies")
    assert told["told"] == "WATCHBELL_CONFIG other.toml: is not there."


async def test_a_wrong_intercom_token_hints_at_the_region(doctor: Doctor) -> None:
    visit = await doctor.visits(INTERCOM_TOKEN="dG9rPLANTED")
    assert visit.failing == ["Intercom token"]
    assert "INTERCOM_REGION" in visit.of("Intercom token")["mend"]
    assert visit.of("Intercom workspace")["state"] == "not checked"
    assert visit.of("Slack bot token")["state"] == "ok"


async def test_a_token_of_another_intercom_workspace(house: House, doctor: Doctor) -> None:
    file = house.folder / "watchbell.toml"
    file.write_text(house.toml.replace('"smal1app"', '"other1app"'), encoding="utf-8")
    visit = await doctor.visits()
    assert visit.failing == ["Intercom workspace"]
    assert "other1app" in visit.of("Intercom workspace")["told"]
    assert "smal1app" in visit.of("Intercom workspace")["told"]


async def test_webhooks_need_both_the_secret_and_the_port(lived_in: House, doctor: Doctor) -> None:
    visit = await doctor.visits(INTERCOM_CLIENT_SECRET=CLIENT_SECRET)
    assert visit.failing == ["Intercom webhooks"]
    assert "PORT" in visit.of("Intercom webhooks")["mend"]
    port = _free_port()
    visit = await doctor.visits(INTERCOM_CLIENT_SECRET=CLIENT_SECRET, PORT=port)
    assert "none has come in yet" in visit.of("Intercom webhooks")["told"]
    lived_in.webhooks_on()
    lived_in.intercom.customer_writes("1001", "Hello again")
    await lived_in.settle()
    visit = await doctor.visits(INTERCOM_CLIENT_SECRET=CLIENT_SECRET, PORT=port)
    assert "the last one came in just now" in visit.of("Intercom webhooks")["told"]
    visit = await doctor.visits(PORT=port)
    assert visit.failing == ["Intercom webhooks"], "they come in, and nothing can verify them"


async def test_a_clock_that_is_wrong_by_more_than_a_minute(doctor: Doctor) -> None:
    assert (await doctor.visits(ahead=timedelta(seconds=50))).of("Clock")["state"] == "ok"
    visit = await doctor.visits(ahead=timedelta(minutes=4))
    assert visit.failing == ["Clock"]
    assert "min ahead of" in visit.of("Clock")["told"]
    assert "NTP" in visit.of("Clock")["mend"]
    assert "behind" in (await doctor.visits(ahead=timedelta(minutes=-4))).of("Clock")["told"]


async def test_no_database_yet_is_no_failure_and_none_is_made(doctor: Doctor, tmp_path: Path) -> None:
    file = tmp_path / "new" / "bell.db"
    visit = await doctor.visits(DATABASE_URL=f"sqlite:///{file}")
    assert visit.failing == []
    assert "the first start makes it" in visit.of("Database")["told"]
    assert not file.parent.exists()


async def test_a_file_that_is_no_database(doctor: Doctor, tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear database, " * 200, encoding="ascii")
    visit = await doctor.visits(DATABASE_URL=f"sqlite:///{file}")
    assert visit.failing == ["Database"]
    assert "backup" in visit.of("Database")["mend"]
    assert visit.of("Last sweep")["state"] == visit.of("Deliveries")["state"] == "not checked"


@pytest.mark.parametrize(
    ("revision", "told", "mend"),
    [
        ("9999", "does not know", "update this one"),
        (None, "is empty", ""),
    ],
)
async def test_tables_of_another_version(
    doctor: Doctor, tmp_path: Path, revision: str | None, told: str, mend: str
) -> None:
    file = tmp_path / "old.db"
    with create_engine(f"sqlite:///{file}").begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:one)"), {"one": revision})
    found = (await doctor.visits(DATABASE_URL=f"sqlite:///{file}")).of("Database")
    assert told in found["told"]
    assert mend in found["mend"]
    assert found["state"] == ("fails" if revision else "ok")


async def test_a_database_that_cannot_be_reached_never_shows_its_password(doctor: Doctor) -> None:
    port = _free_port()
    visit = await doctor.visits(DATABASE_URL=f"postgresql://bell:PLANTED%2Fword@127.0.0.1:{port}/bell")
    assert visit.failing == ["Database"]
    assert "PostgreSQL cannot be reached" in visit.of("Database")["told"]


async def test_the_last_sweep_counts_while_a_bot_runs(lived_in: House, doctor: Doctor) -> None:
    lived_in.clock.jump_to(lived_in.clock.now() + timedelta(hours=2))
    visit = await doctor.visits()
    assert visit.failing == ["Last sweep"]
    assert "2 h" in visit.of("Last sweep")["told"]
    await lived_in.stop_bot()
    visit = await doctor.visits()
    assert visit.failing == []
    assert "not running now" in visit.of("Last sweep")["told"]


async def test_a_part_of_intercom_that_the_token_may_not_read(lived_in: House, doctor: Doctor) -> None:
    lived_in.fault("intercom", "GET /admins/activity_logs", "error", times=-1, status=403)
    await lived_in.later(minutes=2)
    visit = await doctor.visits()
    assert visit.failing == ["Intercom permissions the activity log", "Last sweep"]
    assert visit.of("Last sweep")["told"] == "Intercom's activity log cannot be read."
    assert "does not allow this with the present token" in visit.of("Last sweep")["mend"]


async def test_what_was_given_up_is_told_with_its_reason(lived_in: House, doctor: Doctor) -> None:
    await lived_in.bot.store.write(_given_up, datetime.now(UTC) - timedelta(days=30))
    assert (await doctor.visits()).of("Deliveries")["state"] == "ok"
    await lived_in.bot.store.write(_given_up, datetime.now(UTC))
    told = (await doctor.visits()).of("Deliveries")
    assert told["state"] == "fails"
    assert "1 message was given up" in told["told"]
    assert "an answer to a customer (1001): Intercom refused this (status 422)." in told["told"]


async def test_an_answer_that_nobody_confirmed_is_told(lived_in: House, doctor: Doctor) -> None:
    await lived_in.bot.store.write(_given_up, datetime.now(UTC), "unconfirmed")
    told = (await doctor.visits()).of("Deliveries")
    assert (told["state"], told["told"]) == ("fails", "1 answer is not confirmed by Intercom.")


def _given_up(session: Session, when: datetime, state: str = "dead") -> None:
    session.add(
        Intent(
            key=f"reply:{when.isoformat()}",
            workspace=SEED.team_id,
            kind="intercom.reply",
            lane="intercom:1001",
            subject="1001",
            state=state,
            error="Intercom refused this (status 422).",
            due=when,
            decided_at=when,
            finished_at=when,
        )
    )


async def test_seats_without_a_link_are_told_and_a_link_without_a_seat_fails(
    lived_in: House, doctor: Doctor
) -> None:
    assert (await doctor.visits()).of("Links")["told"] == "4 of 4 Intercom seats linked"
    await lived_in.ben.types("/watchbell unlink")
    await lived_in.bot.store.write(_lose_seat, "U0CEM")
    visit = await doctor.visits()
    assert visit.failing == ["Link U0CEM"]
    assert "9999" in visit.of("Link", "U0CEM")["told"]
    assert "/watchbell link" in visit.of("Link", "U0CEM")["mend"]
    assert "@ben can type /watchbell link" in visit.of("Seat", "Ben Okoro")["told"]
    assert visit.of("Links")["told"] == "2 of 4 Intercom seats linked"


def _lose_seat(session: Session, slack_user_id: str) -> None:
    link = session.get(Link, (SEED.team_id, slack_user_id))
    assert link is not None
    link.admin_id = "9999"


async def test_the_doctor_changes_nothing(lived_in: House, doctor: Doctor) -> None:
    before = await lived_in.facts()
    messages = sum(len(lived_in.slack.messages(channel)) for channel in lived_in.slack.channels)
    await doctor.visits()
    assert await lived_in.facts() == before
    assert sum(len(lived_in.slack.messages(channel)) for channel in lived_in.slack.channels) == messages
    lock = lived_in.folder / "watchbell.db.lock"
    assert lock.read_text("ascii").strip().isdigit()
    await lived_in.restart()


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
