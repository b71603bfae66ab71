"""The control API: faults, clock and switches over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from slack_bench import ALERTS, MARA, bolt_app, by_socket, client, error_of, modal, section

from sandbox.slack import SlackWorld


@pytest.fixture
async def control(world: SlackWorld) -> AsyncIterator[httpx.AsyncClient]:
    base = world.base_url.removesuffix("/slack") + "/control"
    async with httpx.AsyncClient(base_url=base) as http:
        yield http


async def test_a_fault_can_be_switched_on_looked_at_and_off(
    world: SlackWorld, control: httpx.AsyncClient
) -> None:
    fault = {"service": "slack", "call": "chat.*", "kind": "error", "times": -1, "error": "fatal_error"}
    assert (await control.post("/faults", json=fault)).status_code == 201
    web = client(world)
    assert await error_of(web.chat_postMessage(channel=ALERTS, text="x")) == "fatal_error"
    (listed,) = (await control.get("/faults")).json()["faults"]
    assert (listed["call"], listed["hits"]) == ("chat.*", 1)
    assert (await control.delete("/faults")).json() == {"faults": []}
    await web.chat_postMessage(channel=ALERTS, text="x")


async def test_the_clock_is_paused_sped_up_and_moved(world: SlackWorld, control: httpx.AsyncClient) -> None:
    assert (await control.get("/clock")).json() == {
        "now": "2026-11-23T07:25:00+00:00",
        "speed": 0,
        "paused": True,
    }
    assert (await control.post("/clock", json={"forward_s": 300})).json()[
        "now"
    ] == "2026-11-23T07:30:00+00:00"
    target = "2026-11-23T09:00:00+01:00"
    assert (await control.post("/clock", json={"jump_to": target})).json()[
        "now"
    ] == "2026-11-23T08:00:00+00:00"
    assert (await control.post("/clock", json={"speed": 60})).json()["paused"] is False
    assert world.clock.speed == 60
    assert (await control.post("/clock", json={"paused": True})).json()["speed"] == 0
    assert (await control.post("/clock", json={"paused": False})).json()["speed"] == 1


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [
        ("/faults", {"service": "slack", "call": "x", "kind": "explode"}, "explode"),
        ("/faults", {"service": "teams", "call": "x", "kind": "error"}, "teams"),
        ("/faults", {"service": "slack", "kind": "error"}, "call"),
        ("/faults", {"service": "slack", "call": "x", "kind": "hang", "seconds": -1}, "seconds"),
        ("/faults", {"service": "slack", "call": "x", "kind": "hang", "probability": 2}, "probability"),
        ("/faults", {"service": "slack", "call": "x", "kind": "hang", "colour": 1}, "colour"),
        ("/clock", {}, "name one of"),
        ("/clock", {"jump_to": "2026-11-20T08:00:00+00:00"}, "past"),
        ("/clock", {"jump_to": "2026-11-24T08:00:00"}, "offset"),
        ("/clock", {"jump_to": "tomorrow"}, "jump_to"),
        ("/clock", {"speed": -1}, "speed"),
        ("/clock", {"forward_s": -1}, "forward_s"),
        ("/switches", {"forged": -1}, "negative"),
        ("/switches", {"explode": True}, "explode"),
        ("/switches", {"disconnect_sockets": "please"}, "please"),
        ("/switches", {"rate_limits": {"scale": 0}}, "scale"),
    ],
)
async def test_what_is_not_understood_is_said_and_changes_nothing(
    world: SlackWorld, control: httpx.AsyncClient, path: str, body: dict[str, Any], why: str
) -> None:
    before = (world.clock.now(), world.clock.speed, list(world.faults.faults), vars(world.switches).copy())
    answer = await control.post(path, json=body)
    assert answer.status_code == 400
    assert why in answer.json()["error"]
    after = (world.clock.now(), world.clock.speed, list(world.faults.faults), vars(world.switches))
    assert after == before


async def test_a_body_that_is_not_json_is_said_so(control: httpx.AsyncClient) -> None:
    answer = await control.post("/switches", content=b"{")
    assert answer.status_code == 400
    assert "not understood" in answer.json()["error"]


async def test_pages_of_other_sites_are_refused(world: SlackWorld, control: httpx.AsyncClient) -> None:
    own = await control.post("/clock", json={"speed": 1}, headers={"Origin": "http://127.0.0.1:8710"})
    foreign = await control.post("/clock", json={"speed": 9}, headers={"Origin": "https://evil.example"})
    assert (own.status_code, foreign.status_code, world.clock.speed) == (200, 403, 1)


async def test_switches_reach_the_local_slack(world: SlackWorld, control: httpx.AsyncClient) -> None:
    trigger = world.triggers.mint(MARA)
    asked = {
        "slow_ack": {"kind": "view_submission", "seconds": 4},
        "clock_skew_s": -400,
        "forged": 1,
        "duplicates": 2,
        "hash_conflicts": 3,
        "rate_limits": {"enabled": False},
        "expire_triggers": True,
    }
    shown = (await control.post("/switches", json=asked)).json()
    assert (shown["clock_skew_s"], shown["duplicates"], shown["rate_limits"]["enabled"]) == (-400, 2, False)
    assert shown["slow_acks"] == [{"kind": "view_submission", "seconds": 4, "times": 1}]
    assert await error_of(client(world).views_open(trigger_id=trigger, view=modal(section("x")))) == (
        "expired_trigger_id"
    )
    reset = (await control.post("/switches", json={"reset": True})).json()
    assert (reset["clock_skew_s"], reset["slow_acks"], reset["forged"]) == (0, [], 0)
    assert (await control.get("/switches")).json() == reset


async def test_sockets_are_disconnected_and_the_last_event_redelivered(
    world: SlackWorld, control: httpx.AsyncClient
) -> None:
    app, heard = bolt_app(world), []

    @app.event("message")
    async def message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    assert (await control.post("/switches", json={"redeliver_last_event": True})).json()[
        "redelivered"
    ] is False
    async with by_socket(world, app):
        await world.people.say(MARA, ALERTS, "hello")
        await world.settled()
        answer = await control.post("/switches", json={"redeliver_last_event": True})
        assert answer.json()["redelivered"] is True
        assert (await control.get("/switches")).json()["sockets"] == 1
        answer = await control.post("/switches", json={"disconnect_sockets": "link_disabled"})
        assert answer.json()["disconnected"] == 1
    assert heard == ["hello", "hello"]
