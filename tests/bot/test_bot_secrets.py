"""What must stay secret is in no log, no table, no number, no message and no error."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from harness import House, OpenHouse
from signing import CLIENT_SECRET, INTERCOM_TOKEN, SECRETS, SEED
from small_office import scenario

from bot.errors import ConfigError
from bot.intercom.errors import IntercomError
from bot.slack.errors import SlackError

pytestmark = pytest.mark.thorough


async def misfortunes(house: House) -> None:
    """A morning on which everything goes wrong once."""
    for kind in ("error", "drop_before", "drop_after", "rate_limit"):
        house.fault("slack", "chat.postMessage", kind)
        house.fault("slack", "chat.update", kind)
    house.fault("slack", "users.info", "error", error="invalid_auth")
    house.fault("slack", "views.open", "error", error="expired_trigger_id")
    await house.at("09:05")
    await house.at("09:21")
    await house.ana.types("/answer 1001")
    await house.settle()
    house.faults.clear()
    for kind in ("error", "drop_before"):
        house.fault("intercom", "POST /conversations/*", kind)
    house.fault("intercom", "GET /conversations/*", "error", status=401, error="unauthorized")
    await house.ana.answers("1001", "The code word is Rosebud.")
    await house.at("09:31")
    house.fault("intercom", "*", "error", status=401, error="unauthorized", times=4)
    await house.at("09:40")
    await house.notify(b"{", signature="sha1=00")
    await house.notify({"topic": "ping", "id": None, "note": "<!channel>"})
    await house.notify({"topic": "conversation.user.created", "data": {"item": {"type": "conversation"}}})
    await house.rest(0.3)


def _everything_shown(house: House) -> str:
    slack = house.slack
    shown = [
        [each.text, each.blocks, each.metadata] for name in slack.channels for each in slack.messages(name)
    ]
    views = [view.blocks for user in slack.users for view in slack.people.open_views(user)]
    return json.dumps([shown, views], default=str, ensure_ascii=False)


@pytest.mark.sqlite  # looks into the file
async def test_no_secret_is_logged_stored_counted_or_shown(
    build: OpenHouse, diary: io.StringIO, caplog: pytest.LogCaptureFixture, tmp_path: Path
):
    house = await build(data=scenario("1001", "1004"))
    await misfortunes(house)
    async with house.client() as client:
        told = [(await client.get(path)).text for path in ("/metrics", "/readyz", "/healthz", "/nothing")]
    told.append(_everything_shown(house))
    told.append(repr(house.secrets()))
    await house.stop_bot()
    stored = b"".join(path.read_bytes() for path in sorted(house.folder.glob("watchbell.db*")))
    for secret in SECRETS:
        for where in (diary.getvalue(), caplog.text, *told):
            assert secret not in where
        assert secret.encode() not in stored
    # The places looked into are the right ones.
    assert "delivery" in diary.getvalue()
    assert "watchbell_outbox" in told[0]
    assert "Northwind Marine" in told[4]
    assert b"Northwind Marine" in stored


async def test_customers_and_reps_words_are_in_no_log_and_no_number(
    build: OpenHouse, diary: io.StringIO, caplog: pytest.LogCaptureFixture
):
    house = await build(data=scenario("1001", "1004"))
    await misfortunes(house)
    async with house.client() as client:
        metrics = (await client.get("/metrics")).text
    for words in ("Single sign-on", "login page", "import my list", "Rosebud", "Dana", "customer.example"):
        for where in (diary.getvalue(), caplog.text, metrics):
            assert words not in where


async def test_a_wrong_token_is_refused_without_being_repeated(build: OpenHouse):
    house = await build(settled=False, linked=())
    await house.stop_bot()
    for setting, value in (
        ("slack_bot_token", "xoxb-wrong-4411"),
        ("intercom_token", "d3Jvbmc-4411"),
        ("database_url", "postgresql://watchbell:hunter-4411@127.0.0.1:1/nothing"),
        ("intercom_api_url", "http://127.0.0.1:1/intercom"),
        ("slack_api_url", "http://127.0.0.1:1/slack/api/"),
    ):
        with pytest.raises(ConfigError) as refusal:
            await house.start_bot(**{setting: value})
        said = f"{refusal.value!s} {refusal.value!r}"
        assert setting.upper() in said
        assert "4411" not in said
        for secret in SECRETS:
            assert secret not in said
    # Each refusal let go of the database: the right settings start.
    await house.start_bot()


async def test_errors_of_both_doors_hold_no_token(build: OpenHouse):
    house = await build(settled=False, linked=())
    house.fault("slack", "chat.postMessage", "drop_before")
    house.fault("intercom", "GET /me", "error", status=401, error="unauthorized")
    with pytest.raises(SlackError) as slack:
        await house.bot.front.slack.post("C0ALERTS", "x", [])
    with pytest.raises(IntercomError) as intercom:
        await house.bot.reads.me()
    for failure in (slack.value, intercom.value):
        said = f"{failure!s} {failure!r} {failure.__dict__} {failure.__cause__!r} {failure.__context__!r}"
        for secret in (SEED.bot_token, INTERCOM_TOKEN, CLIENT_SECRET):
            assert secret not in said
