"""What persons can and cannot do, and the response URLs of their gestures."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest
from slack_bench import (
    ALERTS,
    BOT,
    GUEST,
    JONAS,
    LOUNGE,
    MARA,
    OLD,
    PARTNER,
    SECRET,
    SEED,
    STRANGER,
    actions,
    bolt_app,
    button,
    by_http,
    client,
    section,
)
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from sandbox.slack import AppManifest, Refused, SlackWorld
from sandbox.slack.model import Channel


def listening(world: SlackWorld, heard: list[dict[str, Any]]) -> AsyncApp:
    app = bolt_app(world)

    @app.command("/claim")
    @app.action("wb:claim")
    @app.shortcut("claim_this")
    async def acted(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body)

    return app


async def test_commands_unknown_from_threads_or_from_outside_never_reach_the_app(world: SlackWorld) -> None:
    world.manifest = AppManifest(commands=frozenset({"/claim"}))
    heard: list[dict[str, Any]] = []
    async with by_http(world, listening(world, heard)):
        people = world.people
        assert (await people.slash(MARA, ALERTS, "/clam")).error == "invalid_command"
        parent = await people.say(MARA, ALERTS, "x")
        assert (await people.slash(MARA, ALERTS, "/claim", thread_ts=parent.ts)).error == "not_in_threads"
        assert (await people.slash(STRANGER, PARTNER, "/claim")).error == "invalid_command"
        assert heard == []
        assert (await people.slash(GUEST, ALERTS, "/claim")).ok
    assert [body["user_id"] for body in heard] == [GUEST]
    assert world.people.toasts(MARA) == [
        "/clam is not a valid command.",
        "Slash commands are not supported in threads.",
    ]


async def test_nobody_writes_where_they_are_not_or_where_nobody_may(world: SlackWorld) -> None:
    for user, channel, why in (
        (JONAS, SECRET, "not in this channel"),
        (GUEST, LOUNGE, "Join this channel"),
        (MARA, OLD, "archived"),
        ("U0GONE", ALERTS, "no such"),
    ):
        with pytest.raises(Refused, match=why):
            await world.people.say(user, channel, "x")
        with pytest.raises(Refused, match=why):
            await world.people.slash(user, channel, "/claim")
    with pytest.raises(Refused):
        world.seen_by(JONAS, SECRET)
    await world.people.say(MARA, SECRET, "x")


async def test_a_strangers_click_arrives_with_their_own_team(world: SlackWorld) -> None:
    heard: list[dict[str, Any]] = []
    async with by_http(world, listening(world, heard)):
        posted = await client(world).chat_postMessage(
            channel=PARTNER, text="x", blocks=[actions(button("wb:claim"))]
        )
        assert (await world.people.click(STRANGER, PARTNER, str(posted["ts"]), "wb:claim")).ok
    assert heard[0]["user"]["team_id"] == "T0ALDER"
    assert heard[0]["team"]["id"] == SEED.team_id


async def test_events_of_a_shared_channel_say_so(world: SlackWorld) -> None:
    app, heard = bolt_app(world), []

    @app.event("message")
    async def message(body: dict[str, Any]) -> None:
        heard.append((body["is_ext_shared_channel"], body["event"]["user_team"]))

    async with by_http(world, app):
        await world.people.say(STRANGER, PARTNER, "hello")
        await world.settled()
        await world.people.say(MARA, ALERTS, "hello")
        await world.settled()
    assert heard == [(True, "T0ALDER"), (False, SEED.team_id)]


async def test_sharing_and_archiving_a_channel_are_events(world: SlackWorld) -> None:
    app, heard = bolt_app(world), []

    @app.event("channel_shared")
    @app.event("channel_archive")
    async def changed(event: dict[str, Any]) -> None:
        heard.append(event["type"])

    async with by_http(world, app):
        world.change_channel(ALERTS, is_ext_shared=True)
        world.change_channel(ALERTS, is_archived=True)
        await world.settled()
    assert sorted(heard) == ["channel_archive", "channel_shared"]


async def test_only_subscribed_events_are_sent(world: SlackWorld) -> None:
    world.manifest = AppManifest(events=frozenset({"message.im"}))
    app, heard = bolt_app(world), []

    @app.event("message")
    async def message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    async with by_http(world, app):
        await world.people.say(MARA, ALERTS, "x")
        await world.people.say(MARA, world.im_with(MARA).id, "y")
        await world.settled()
    assert heard == ["y"]


async def test_links_to_registered_domains_are_reported_from_every_channel(world: SlackWorld) -> None:
    world.manifest = AppManifest(unfurl_domains=frozenset({"intercom.example"}))
    world.add_channel(Channel("C0NOBOT", "lunch", {MARA, JONAS}))
    app, links = bolt_app(world), []

    @app.event("link_shared")
    async def shared(event: dict[str, Any]) -> None:
        links.extend((link["url"], event["is_bot_user_member"]) for link in event["links"])

    async with by_http(world, app):
        text = "<https://app.intercom.example/1|one> https://notintercom.example/2"
        for channel in (ALERTS, "C0NOBOT"):
            await world.people.say(MARA, channel, text)
        await world.settled()
    assert sorted(links) == [
        ("https://app.intercom.example/1", False),
        ("https://app.intercom.example/1", True),
    ]


async def test_a_stale_click_carries_what_the_person_saw(world: SlackWorld) -> None:
    heard: list[dict[str, Any]] = []
    async with by_http(world, listening(world, heard)):
        web = client(world)
        blocks = [actions(button("wb:claim", value="7"))]
        ts = str((await web.chat_postMessage(channel=ALERTS, text="late", blocks=blocks))["ts"])
        seen = copy.deepcopy(world.messages(ALERTS)[0])
        await web.chat_update(channel=ALERTS, ts=ts, text="done", blocks=[section("done")])
        assert (await world.people.click(MARA, ALERTS, ts, "wb:claim")).error == "element_not_found"
        assert (await world.people.click(MARA, ALERTS, ts, "wb:claim", seen=seen)).ok
    assert [body["message"]["text"] for body in heard] == ["late"]


async def test_an_ephemeral_message_is_seen_and_clicked_by_one(world: SlackWorld) -> None:
    heard: list[dict[str, Any]] = []
    async with by_http(world, listening(world, heard)):
        shown = await client(world).chat_postEphemeral(
            channel=ALERTS, user=MARA, text="x", blocks=[actions(button("wb:claim"))]
        )
        ts = str(shown["message_ts"])
        with pytest.raises(Refused, match="gone"):
            await world.people.click(JONAS, ALERTS, ts, "wb:claim")
        assert (await world.people.click(MARA, ALERTS, ts, "wb:claim")).ok
        assert len(world.seen_by(MARA, ALERTS)) == 1
        assert world.seen_by(JONAS, ALERTS) == []
        async with httpx.AsyncClient() as http:
            await http.post(heard[0]["response_url"], json={"replace_original": True, "text": "done"})
    assert heard[0]["container"]["is_ephemeral"]
    assert "message" not in heard[0]
    assert [m.text for m in world.messages(ALERTS)] == ["done"]


async def test_a_message_shortcut_brings_the_message(world: SlackWorld) -> None:
    heard: list[dict[str, Any]] = []
    async with by_http(world, listening(world, heard)):
        message = await world.people.say(JONAS, ALERTS, "please look")
        assert (await world.people.shortcut(MARA, "claim_this", ALERTS, message.ts)).ok
        await world.settled()
    assert (heard[0]["type"], heard[0]["message"]["text"]) == ("message_action", "please look")


async def test_a_response_url_works_five_times(world: SlackWorld) -> None:
    heard: list[dict[str, Any]] = []
    async with by_http(world, listening(world, heard)), httpx.AsyncClient() as http:
        await world.people.slash(MARA, ALERTS, "/claim next")
        url = heard[0]["response_url"]
        answers = [await http.post(url, json={"text": f"{n}"}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[5].json()["error"] == "used_url"
    assert [m.ephemeral_to for m in world.messages(ALERTS)] == [MARA] * 5


async def test_a_response_url_ends_after_half_an_hour(world: SlackWorld) -> None:
    heard: list[dict[str, Any]] = []
    async with by_http(world, listening(world, heard)), httpx.AsyncClient() as http:
        await world.people.slash(MARA, ALERTS, "/claim next")
        world.response_urls.expire_all()
        late = await http.post(heard[0]["response_url"], json={"text": "x"})
        forged = await http.post(f"{world.base_url}/response/made-up", json={"text": "x"})
    assert (late.json()["error"], forged.json()["error"]) == ("expired_url", "invalid_url")
    assert world.timing.response_url_ttl_s == 1800
    assert world.messages(ALERTS) == []


async def test_a_response_replaces_deletes_or_speaks_to_all(world: SlackWorld) -> None:
    heard: list[dict[str, Any]] = []
    async with by_http(world, listening(world, heard)), httpx.AsyncClient() as http:
        blocks = [actions(button("wb:claim"))]
        ts = str((await client(world).chat_postMessage(channel=ALERTS, text="late", blocks=blocks))["ts"])
        await world.people.click(MARA, ALERTS, ts, "wb:claim")
        url = heard[0]["response_url"]
        await http.post(url, json={"response_type": "in_channel", "text": "to all", "thread_ts": ts})
        await http.post(url, json={"replace_original": True, "text": "claimed"})
        assert [(m.text, m.ephemeral_to, m.is_reply) for m in world.messages(ALERTS)] == [
            ("claimed", None, False),
            ("to all", None, True),
        ]
        bad = await http.post(url, json={"text": "x", "blocks": [section("")]})
        empty = await http.post(url, json={})
        await http.post(url, json={"delete_original": True})
    assert (bad.json()["error"], empty.json()["error"]) == ("invalid_blocks", "no_text")
    assert [m.text for m in world.messages(ALERTS) if not m.deleted] == ["to all"]


async def test_a_bad_answer_to_a_command_is_what_the_person_sees(world: SlackWorld) -> None:
    app = bolt_app(world)

    @app.command("/claim")
    async def claim(ack: Any) -> None:
        await ack(text="x", blocks=[section("")])

    async with by_http(world, app):
        assert not (await world.people.slash(MARA, ALERTS, "/claim")).ok
    assert world.people.toasts(MARA) == ['/claim failed with the error "invalid_blocks"']


async def test_unread_counts_what_others_said_outside_threads(world: SlackWorld) -> None:
    parent = await world.people.say(MARA, ALERTS, "one")
    await world.people.say(JONAS, ALERTS, "two")
    await world.people.say(JONAS, ALERTS, "in the thread", thread_ts=parent.ts)
    await client(world).chat_postEphemeral(channel=ALERTS, user=MARA, text="x")
    assert (world.unread(MARA, ALERTS), world.unread(JONAS, ALERTS), world.unread(GUEST, ALERTS)) == (1, 0, 2)
    world.mark_read(GUEST, ALERTS)
    assert world.unread(GUEST, ALERTS) == 0


async def test_listeners_hear_of_every_change(world: SlackWorld) -> None:
    told: list[str] = []
    world.on_change(lambda kind, detail: told.append(kind))
    web = client(world)
    ts = str((await web.chat_postMessage(channel=ALERTS, text="x"))["ts"])
    await web.chat_update(channel=ALERTS, ts=ts, text="y")
    await web.reactions_add(channel=ALERTS, timestamp=ts, name="eyes")
    await web.chat_postEphemeral(channel=ALERTS, user=MARA, text="x")
    await web.chat_delete(channel=ALERTS, ts=ts)
    await web.views_publish(user_id=MARA, view={"type": "home", "blocks": [section("x")]})
    await web.views_open(trigger_id=world.triggers.mint(MARA), view=_modal())
    await world.people.close(MARA, world.people.open_views(MARA)[0].id)
    await world.people.slash(MARA, ALERTS, "/claim")
    assert told == [
        "message",
        "message_changed",
        "message_changed",
        "ephemeral",
        "message_deleted",
        "home_published",
        "view_opened",
        "view_closed",
        "toast",
    ]


def _modal() -> dict[str, Any]:
    title = {"type": "plain_text", "text": "Hello"}
    return {"type": "modal", "title": title, "blocks": [section("x")]}


async def test_a_reaction_and_a_file_are_events_too(world: SlackWorld) -> None:
    app, heard = bolt_app(world), []

    @app.event("reaction_added")
    @app.event({"type": "message", "subtype": "file_share"})
    async def happened(event: dict[str, Any]) -> None:
        heard.append(event.get("reaction") or event["files"][0]["name"])

    async with by_http(world, app):
        file = world.people.upload(MARA, "log.txt", b"boom")
        message = await world.people.say(MARA, ALERTS, "see", files=[file])
        await world.settled()
        await world.people.react(JONAS, ALERTS, message.ts, "eyes")
        await world.settled()
    assert heard == ["log.txt", "eyes"]
    assert BOT not in message.reactions["eyes"]


async def test_the_app_is_not_where_two_people_talk_and_hears_their_shortcuts(world: SlackWorld) -> None:
    heard: list[dict[str, Any]] = []
    async with by_http(world, listening(world, heard)):
        direct = world.im_between(MARA, JONAS)
        assert world.im_with(MARA) is not direct
        said = await world.people.say(MARA, direct.id, "Lunch?")
        await world.settled()
        assert [each for each in world.delivery.log if each.payload.get("event")] == []
        assert (await world.people.shortcut(JONAS, "claim_this", direct.id, said.ts)).ok
        assert heard[0]["channel"] == {"id": direct.id, "name": "directmessage"}
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await client(world).chat_postEphemeral(channel=direct.id, user=JONAS, text="x")
        with pytest.raises(Refused, match="not in this channel"):
            await world.people.shortcut(GUEST, "claim_this", direct.id, said.ts)


async def test_a_deleted_message_is_told_as_gone_or_as_a_tombstone(world: SlackWorld) -> None:
    app, heard = bolt_app(world), []

    @app.event({"type": "message", "subtype": "message_deleted"})
    async def gone(event: dict[str, Any]) -> None:
        heard.append((event["deleted_ts"], event["previous_message"]["text"]))

    @app.event({"type": "message", "subtype": "message_changed"})
    async def changed(event: dict[str, Any]) -> None:
        left, before = event["message"], event["previous_message"]
        assert (left["subtype"], left["user"], left["hidden"]) == ("tombstone", "USLACKBOT", True)
        assert (before["user"], before["text"], before.get("subtype")) == (MARA, "a question", None)
        heard.append((left["ts"], left["text"]))

    @app.event("message")
    async def said(event: dict[str, Any]) -> None:
        assert event.get("subtype") is None

    async with by_http(world, app):
        parent = await world.people.say(MARA, ALERTS, "a question")
        reply = await world.people.say(MARA, ALERTS, "a reply", thread_ts=parent.ts)
        await world.people.say(MARA, ALERTS, "another", thread_ts=parent.ts)
        await world.settled()
        world.remove(reply)
        world.remove(parent)
        await world.settled()
    assert sorted(heard) == [(parent.ts, "This message was deleted."), (reply.ts, "a reply")]
