"""What goes wrong on purpose: dropped connections, limits, hangs."""

from __future__ import annotations

import time

import pytest
from aiohttp import ClientConnectionError
from slack_bench import ALERTS, LOUNGE, client, error_of
from slack_sdk.errors import SlackApiError

from sandbox.faults import Fault
from sandbox.slack import SlackWorld


def texts(world: SlackWorld, channel: str = ALERTS) -> list[str]:
    return [message.text for message in world.messages(channel)]


async def test_the_sdks_own_retry_posts_twice_when_the_answer_is_lost(world: SlackWorld) -> None:
    world.faults.add(Fault("slack", "chat.postMessage", "drop_after"))
    await client(world).chat_postMessage(channel=ALERTS, text="late by 5 min")
    assert texts(world) == ["late by 5 min", "late by 5 min"]


async def test_without_retry_handlers_it_is_posted_once_and_the_caller_hears_of_it(world: SlackWorld) -> None:
    world.faults.add(Fault("slack", "chat.postMessage", "drop_after"))
    with pytest.raises(ClientConnectionError):
        await client(world, retry_handlers=[]).chat_postMessage(channel=ALERTS, text="late by 5 min")
    assert texts(world) == ["late by 5 min"]


async def test_a_connection_dropped_before_the_work_posts_nothing(world: SlackWorld) -> None:
    world.faults.add(Fault("slack", "chat.*", "drop_before"))
    with pytest.raises(ClientConnectionError):
        await client(world, retry_handlers=[]).chat_postMessage(channel=ALERTS, text="x")
    assert texts(world) == []


async def test_a_hang_cuts_in_the_end_and_posts_nothing(world: SlackWorld) -> None:
    world.faults.add(Fault("slack", "chat.postMessage", "hang", seconds=0.2))
    began = time.monotonic()
    with pytest.raises(ClientConnectionError):
        await client(world, retry_handlers=[]).chat_postMessage(channel=ALERTS, text="x")
    assert time.monotonic() - began >= 0.2
    assert texts(world) == []


async def test_a_slow_answer_comes_late_and_whole(world: SlackWorld) -> None:
    world.faults.add(Fault("slack", "chat.postMessage", "slow", seconds=0.2))
    began = time.monotonic()
    await client(world, retry_handlers=[]).chat_postMessage(channel=ALERTS, text="x")
    assert time.monotonic() - began >= 0.2
    assert texts(world) == ["x"]


async def test_late_work_is_done_after_the_connection_was_cut(world: SlackWorld) -> None:
    world.faults.add(Fault("slack", "chat.postMessage", "late", seconds=0.1))
    with pytest.raises(ClientConnectionError):
        await client(world, retry_handlers=[]).chat_postMessage(channel=ALERTS, text="x")
    assert texts(world) == []
    await world.settled()
    assert texts(world) == ["x"]


async def test_an_error_is_slacks_own_code_and_hits_as_often_as_asked(world: SlackWorld) -> None:
    world.faults.add(Fault("slack", "chat.update", "error", times=2, error="edit_window_closed"))
    web = client(world)
    ts = str((await web.chat_postMessage(channel=ALERTS, text="x"))["ts"])
    for _ in range(2):
        with pytest.raises(SlackApiError) as failed:
            await web.chat_update(channel=ALERTS, ts=ts, text="y")
        assert (failed.value.response["error"], failed.value.response.status_code) == (
            "edit_window_closed",
            200,
        )
    await web.chat_update(channel=ALERTS, ts=ts, text="y")
    assert texts(world) == ["y"]


async def test_slack_unwell_answers_with_the_status_of_the_fault(world: SlackWorld) -> None:
    world.faults.add(Fault("slack", "auth.test", "error", status=503, error="service_unavailable"))
    with pytest.raises(SlackApiError) as failed:
        await client(world).auth_test()
    assert failed.value.response.status_code == 503


async def test_a_forced_limit_says_how_long_to_wait(world: SlackWorld) -> None:
    world.faults.add(Fault("slack", "views.open", "rate_limit", seconds=7))
    with pytest.raises(SlackApiError) as failed:
        await client(world).views_open(trigger_id="x", view={})
    assert failed.value.response.status_code == 429
    assert failed.value.response.headers["Retry-After"] == "7"


async def test_posting_is_one_a_second_and_channel_with_bursts_of_three(world: SlackWorld) -> None:
    web = client(world)
    await web.conversations_join(channel=LOUNGE)
    for number in range(3):
        await web.chat_postMessage(channel=ALERTS, text=str(number))
    with pytest.raises(SlackApiError) as failed:
        await web.chat_postMessage(channel=ALERTS, text="3")
    assert failed.value.response.status_code == 429
    assert failed.value.response["error"] == "ratelimited"
    assert int(failed.value.response.headers["Retry-After"]) == 1
    await web.chat_postMessage(channel=LOUNGE, text="another channel is free")
    assert texts(world) == ["0", "1", "2"]


async def test_a_method_has_its_tiers_calls_a_minute(world: SlackWorld) -> None:
    web = client(world)
    for _ in range(20):
        await web.users_list()
    assert await error_of(web.users_list()) == "ratelimited"
    await web.users_info(user="U0MARA")


async def test_limits_can_be_switched_off(world: SlackWorld) -> None:
    world.limits.enabled = False
    for number in range(9):
        await client(world).chat_postMessage(channel=ALERTS, text=str(number))
    assert len(texts(world)) == 9
