"""A real Bolt app on the other side, over signed HTTP and over Socket Mode."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bench import (
    ALERTS,
    MARA,
    MODES,
    SEED,
    actions,
    bolt_app,
    button,
    by_http,
    by_socket,
    client,
    error_of,
    eventually,
    modal,
    served,
    text_input,
    workspace,
)
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from sandbox.slack import SlackWorld, Timing
from sandbox.slack.delivery import SlowAck

BRISK = Timing(ack_deadline_s=0.4, event_retry_delays_s=(0.0, 0.1, 0.2))


@pytest.fixture(params=sorted(MODES))
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextlib.asynccontextmanager
async def running(mode: str, world: SlackWorld, app: AsyncApp) -> AsyncIterator[None]:
    async with MODES[mode](world, app):
        yield


async def test_a_command_is_delivered_and_its_answer_shown_to_one_person(
    world: SlackWorld, mode: str
) -> None:
    app = bolt_app(world)

    @app.command("/claim")
    async def claim(ack: Any, command: dict[str, str]) -> None:
        await ack(f"{command['user_name']} wants {command['text']} in {command['channel_name']}")

    async with running(mode, world, app):
        outcome = await world.people.slash(MARA, ALERTS, "/claim next one")
    assert outcome.ok
    (shown,) = world.messages(ALERTS)
    assert (shown.text, shown.ephemeral_to) == ("mara wants next one in support-alerts", MARA)
    assert world.unread(MARA, ALERTS) == 0


async def test_click_modal_submit_and_edit_go_round(world: SlackWorld, mode: str) -> None:
    app, seen = bolt_app(world), []

    @app.action("wb:answer")
    async def answer(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        seen.append((body["actions"][0]["value"], body["message"]["text"], body["container"]["channel_id"]))
        await client.views_open(
            trigger_id=body["trigger_id"],
            view=modal(text_input("reply"), private_metadata=body["message"]["ts"]),
        )

    @app.view("answer")
    async def submitted(ack: Any, view: dict[str, Any], client: Any) -> None:
        text = view["state"]["values"]["reply"]["text"]["value"]
        if len(text) < 5:
            await ack(response_action="errors", errors={"reply": "Say a little more."})
            return
        await ack()
        await client.chat_update(channel=ALERTS, ts=view["private_metadata"], text=f"answered: {text}")

    async with running(mode, world, app):
        posted = await app.client.chat_postMessage(
            channel=ALERTS, text="late", blocks=[actions(button("wb:answer", value="conv-7"))]
        )
        assert (await world.people.click(MARA, ALERTS, str(posted["ts"]), "wb:answer")).ok
        (view,) = world.people.open_views(MARA)
        short = await world.people.submit(MARA, view.id, {"reply": {"text": {"value": "no"}}})
        assert (short.ok, view.errors) == (False, {"reply": "Say a little more."})
        assert (await world.people.submit(MARA, view.id, {"reply": {"text": {"value": "On it now"}}})).ok
        await world.settled()
    assert seen == [("conv-7", "late", ALERTS)]
    assert world.people.open_views(MARA) == []
    assert [m.text for m in world.messages(ALERTS)] == ["answered: On it now"]
    assert world.messages(ALERTS)[0].edited


async def test_messages_mentions_and_home_reach_the_app_as_events(world: SlackWorld, mode: str) -> None:
    app, heard = bolt_app(world), []

    @app.event("message")
    async def message(event: dict[str, Any]) -> None:
        heard.append(("message", event["text"], event["channel_type"]))

    @app.event("app_mention")
    async def mention(event: dict[str, Any], body: dict[str, Any]) -> None:
        heard.append(("mention", event["text"], body["is_ext_shared_channel"]))

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: Any) -> None:
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        await client.views_publish(user_id=event["user"], view=view)

    async with running(mode, world, app):
        await world.people.say(MARA, ALERTS, f"<@{SEED.bot_user_id}> hello")
        await world.people.say(MARA, world.im_with(MARA).id, "hi")
        await world.people.say(MARA, "C0LOUNGE", "the bot is not in here")
        assert (await world.people.open_home(MARA)).ok
        await world.settled()
    text = f"<@{SEED.bot_user_id}> hello"
    assert sorted(heard) == [("mention", text, False), ("message", text, "channel"), ("message", "hi", "im")]
    home_view = world.people.home(MARA)
    assert home_view is not None
    assert home_view.blocks[0]["block_id"]


async def test_an_external_select_asks_the_app_for_its_options(world: SlackWorld, mode: str) -> None:
    app = bolt_app(world)
    select = {"type": "external_select", "action_id": "saved", "min_query_length": 1}
    label = {"type": "plain_text", "text": "Saved reply"}
    form = modal({"type": "input", "block_id": "s", "label": label, "element": select})
    submitted = []

    @app.options("saved")
    async def saved(ack: Any, payload: dict[str, Any]) -> None:
        text = {"type": "plain_text", "text": f"about {payload['value']}"}
        await ack(options=[{"text": text, "value": "r1"}])

    @app.shortcut("write")
    async def write(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form)

    @app.view("answer")
    async def answer(ack: Any, view: dict[str, Any]) -> None:
        await ack()
        submitted.append(view["state"]["values"]["s"]["saved"]["selected_option"]["text"]["text"])

    async with running(mode, world, app):
        assert (await world.people.shortcut(MARA, "write")).ok
        (view,) = world.people.open_views(MARA)
        assert await world.people.options(MARA, view.id, "saved", "") == []
        (option,) = await world.people.options(MARA, view.id, "saved", "refunds")
        assert option["value"] == "r1"
        assert (await world.people.submit(MARA, view.id, {"s": {"saved": {"selected_option": "r1"}}})).ok
    assert submitted == ["about refunds"]


async def test_an_ack_after_the_deadline_is_what_the_person_sees(mode: str) -> None:
    async with served(workspace(BRISK)) as world:
        app = bolt_app(world)

        @app.command("/claim")
        async def slow(ack: Any) -> None:
            await asyncio.sleep(0.6)
            await ack("too late")

        async with running(mode, world, app):
            began = time.monotonic()
            outcome = await world.people.slash(MARA, ALERTS, "/claim next")
            took = time.monotonic() - began
            await world.settled()
    assert (outcome.ok, outcome.error) == (False, "operation_timeout")
    assert world.people.toasts(MARA) == ['/claim failed with the error "operation_timeout"']
    assert 0.4 <= took < 0.6
    assert world.messages(ALERTS) == []


async def test_the_deadline_is_three_real_seconds_whatever_the_clock_says(world: SlackWorld) -> None:
    assert world.timing.ack_deadline_s == 3.0
    assert world.clock.speed == 0
    app = bolt_app(world)

    @app.command("/claim")
    async def in_time(ack: Any) -> None:
        await asyncio.sleep(0.5)
        await ack("fine")

    async with by_http(world, app):
        world.clock.set_speed(10_000)
        assert (await world.people.slash(MARA, ALERTS, "/claim next")).ok


async def test_an_event_that_is_not_acked_comes_three_times_again(mode: str) -> None:
    async with served(workspace(BRISK)) as world:
        app, tries = bolt_app(world), []

        @app.event("message")
        async def message(event: dict[str, Any], body: dict[str, Any], request: Any) -> None:
            retry = request.headers.get("x-slack-retry-num", ["0"])[0]
            tries.append((body["event_id"], retry, request.headers.get("x-slack-retry-reason", [""])[0]))
            raise RuntimeError("the database is away")

        async with running(mode, world, app):
            await world.people.say(MARA, ALERTS, "help")
            await world.settled()
    assert len({event_id for event_id, _, _ in tries}) == 1
    reason = {"http": "http_error", "socket": "timeout"}[mode]
    assert [(number, why) for _, number, why in tries if number != "0"] == [
        (str(n), reason) for n in (1, 2, 3)
    ]


async def test_an_event_acked_in_time_comes_once(mode: str) -> None:
    async with served(workspace(BRISK)) as world:
        app, tries = bolt_app(world), []

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            tries.append(event["text"])

        async with running(mode, world, app):
            await world.people.say(MARA, ALERTS, "help")
            await world.settled()
    assert tries == ["help"]


async def test_the_last_event_can_be_delivered_again_and_in_double(mode: str) -> None:
    async with served(workspace(BRISK)) as world:
        app, ids = bolt_app(world), []

        @app.event("message")
        async def message(body: dict[str, Any]) -> None:
            ids.append(body["event_id"])

        async with running(mode, world, app):
            world.switches.duplicates = 1
            await world.people.say(MARA, ALERTS, "help")
            await world.settled()
            assert len(ids) == 2
            assert await world.delivery.redeliver_last() is not None
    assert len(ids) == 3
    assert len(set(ids)) == 1


async def test_commands_and_clicks_are_never_sent_again(mode: str) -> None:
    async with served(workspace(BRISK)) as world:
        app, tries = bolt_app(world), []

        @app.command("/claim")
        async def broken(ack: Any) -> None:
            tries.append(1)
            raise RuntimeError("no")

        async with running(mode, world, app):
            outcome = await world.people.slash(MARA, ALERTS, "/claim next")
            await world.settled()
    assert tries == [1]
    assert outcome.error == {"http": "dispatch_failed", "socket": "operation_timeout"}[mode]


async def test_a_slow_ack_of_a_submission_can_be_forced(world: SlackWorld) -> None:
    world.timing.ack_deadline_s = 0.4
    app = bolt_app(world)

    @app.view("answer")
    async def answer(ack: Any) -> None:
        await ack()

    async with by_http(world, app):
        view = world.views.open(MARA, modal(text_input("reply", optional=True)))
        world.switches.slow_acks.append(SlowAck("view_submission", 1))
        outcome = await world.people.submit(MARA, view.id)
        assert outcome.error == "operation_timeout"
        assert world.people.open_views(MARA) == [view]
        assert (await world.people.submit(MARA, view.id)).ok
        assert world.people.open_views(MARA) == []


async def test_forged_and_skewed_signatures_are_refused_by_the_app(world: SlackWorld) -> None:
    app = bolt_app(world)

    @app.command("/claim")
    async def claim(ack: Any) -> None:
        await ack()

    async with by_http(world, app):
        world.switches.forged = 1
        assert (await world.people.slash(MARA, ALERTS, "/claim")).status == 401
        world.switches.clock_skew_s = -301
        assert (await world.people.slash(MARA, ALERTS, "/claim")).status == 401
        world.switches.clock_skew_s = -290
        assert (await world.people.slash(MARA, ALERTS, "/claim")).ok


async def test_no_retry_asked_for_means_no_retry() -> None:
    import httpx

    tries = []

    def refuse(request: httpx.Request) -> httpx.Response:
        tries.append(request.headers.get("X-Slack-Retry-Num"))
        return httpx.Response(500, headers={"X-Slack-No-Retry": "1"} if len(tries) == 2 else {})

    world = workspace(BRISK)
    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as http:
        world.deliver_http("http://bot/slack/events", http)
        await world.people.say(MARA, ALERTS, "help")
        await world.settled()
    assert tries == [None, "1"]


async def test_without_any_app_a_command_says_so_and_messages_still_work(world: SlackWorld) -> None:
    outcome = await world.people.slash(MARA, ALERTS, "/claim next")
    await world.people.say(MARA, ALERTS, "anybody?")
    await world.settled(timeout=0.5)
    assert outcome.error == "no_connection"
    assert world.people.toasts(MARA) == ["/claim failed because the app did not respond."]


async def test_of_two_sockets_each_payload_goes_to_one(world: SlackWorld) -> None:
    heard: list[str] = []
    first, second = bolt_app(world), bolt_app(world)

    async def message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    for app in (first, second):
        app.event("message")(message)
    async with by_socket(world, first):
        from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

        handler = AsyncSocketModeHandler(second, SEED.app_token)
        await handler.connect_async()
        await eventually(lambda: world.sockets.count == 2)
        for number in range(6):
            await world.people.say(MARA, ALERTS, str(number))
        await world.settled()
        await handler.close_async()
    assert sorted(heard) == list("012345")


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", None])
async def test_a_disconnected_app_comes_back_and_hears_what_it_missed(reason: str | None) -> None:
    timing = Timing(event_retry_delays_s=(0.3, 1.0, 2.0))
    async with served(workspace(timing)) as world:
        app, heard = bolt_app(world), []

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            heard.append(event["text"])

        async with by_socket(world, app):
            before = list(world.sockets._connections)
            assert await world.sockets.disconnect(reason) == 1
            await world.people.say(MARA, ALERTS, "while away")
            await eventually(lambda: heard == ["while away"], within=15)
            await eventually(lambda: set(world.sockets._connections) - set(before), within=15)


async def test_a_socket_ticket_works_once(world: SlackWorld) -> None:
    import aiohttp

    url = str((await client(world, SEED.app_token).apps_connections_open(app_token=SEED.app_token))["url"])
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            hello = await socket.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            await socket.ping(b"there?")
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client(world).apps_connections_open(app_token=SEED.bot_token)
    assert await error_of(client(world, "xoxb-other").auth_test()) == "invalid_auth"
