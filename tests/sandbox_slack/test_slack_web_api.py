"""The Web API as a client meets it: how arguments travel, who may do what, what comes back."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bench import (
    ALERTS,
    BOT,
    GONE,
    GUEST,
    JONAS,
    LOUNGE,
    MARA,
    OLD,
    PARTNER,
    SECRET,
    SEED,
    STRANGER,
    client,
    error_of,
    section,
    workspace,
)
from slack_sdk.errors import SlackApiError

from sandbox.slack import AppManifest, SlackWorld

HEADERS = {"Authorization": f"Bearer {SEED.bot_token}"}


@pytest.mark.parametrize("way", ["query", "query on POST", "form", "json", "multipart"])
async def test_arguments_may_come_in_every_way(world: SlackWorld, way: str) -> None:
    blocks: Any = [section("hello")]
    flat = {"channel": ALERTS, "text": "hi", "blocks": json.dumps(blocks)}
    url = f"{world.base_url}/api/chat.postMessage"
    async with httpx.AsyncClient(headers=HEADERS) as http:
        answer = {
            "query": http.get(url, params=flat),
            "query on POST": http.post(url, params=flat),
            "form": http.post(url, data=flat),
            "json": http.post(url, json={**flat, "blocks": blocks}),
            "multipart": http.post(url, files={key: (None, value) for key, value in flat.items()}),
        }
        body = (await answer.pop(way)).json()
        for unused in answer.values():
            unused.close()
    assert body["ok"], body
    assert body["message"]["blocks"][0]["text"] == {"type": "mrkdwn", "text": "hello"}
    assert body["message"]["blocks"][0]["block_id"]


async def test_unreadable_bodies_have_their_own_codes(world: SlackWorld) -> None:
    url = f"{world.base_url}/api/chat.postMessage"
    kind = {"Content-Type": "application/json"}
    async with httpx.AsyncClient(headers=HEADERS) as http:
        codes = [
            (await http.post(url, content=b"{", headers=kind)).json()["error"],
            (await http.post(url, content=b"[]", headers=kind)).json()["error"],
            (await http.post(url, data={"channel": ALERTS, "blocks": "[{"})).json()["error"],
            (await http.post(f"{world.base_url}/api/chat.whisper")).json()["error"],
        ]
    assert codes == ["invalid_json", "json_not_object", "invalid_blocks_format", "unknown_method"]


async def test_the_token_is_looked_at(world: SlackWorld) -> None:
    assert (await client(world).auth_test())["user_id"] == BOT
    assert await error_of(client(world, "").auth_test()) == "not_authed"
    assert await error_of(client(world, "xoxb-other").auth_test()) == "invalid_auth"
    assert await error_of(client(world, SEED.app_token).users_list()) == "not_allowed_token_type"


async def test_scopes_are_checked_where_they_are_set(world: SlackWorld) -> None:
    world.manifest = AppManifest(scopes=frozenset({"chat:write", "channels:read"}))
    web = client(world)
    assert (await web.auth_test()).headers["X-OAuth-Scopes"] == "channels:read,chat:write"
    await web.conversations_list()
    with pytest.raises(SlackApiError) as failed:
        await web.users_list()
    assert (failed.value.response["error"], failed.value.response["needed"]) == (
        "missing_scope",
        "users:read",
    )


async def test_where_the_bot_may_not_post(world: SlackWorld) -> None:
    web = client(world)
    for channel, code in (
        ("C0NOWHERE", "channel_not_found"),
        (SECRET, "channel_not_found"),
        (LOUNGE, "not_in_channel"),
        (OLD, "is_archived"),
        (GONE, "channel_not_found"),
    ):
        assert await error_of(web.chat_postMessage(channel=channel, text="x")) == code, channel
    assert await error_of(web.api_call("chat.postMessage", json={"channel": ALERTS})) == "no_text"
    await web.conversations_join(channel=LOUNGE)
    await web.chat_postMessage(channel=LOUNGE, text="x")
    assert await error_of(web.conversations_join(channel=SECRET)) == "channel_not_found"
    assert await error_of(web.conversations_join(channel=OLD)) == "is_archived"


async def test_an_external_channel_says_so_and_takes_posts(world: SlackWorld) -> None:
    web = client(world)
    shown = (await web.conversations_info(channel=PARTNER))["channel"]
    assert (shown["is_ext_shared"], shown["is_shared"], shown["shared_team_ids"]) == (
        True,
        True,
        [SEED.team_id, "T0ALDER"],
    )
    await web.chat_postMessage(channel=PARTNER, text="x")
    assert not (await web.conversations_info(channel=ALERTS))["channel"]["is_ext_shared"]


async def test_guests_strangers_and_the_departed_are_told_apart(world: SlackWorld) -> None:
    web = client(world)
    users = {u["id"]: u for u in (await web.users_list())["members"]}
    assert STRANGER not in users
    assert users[GUEST]["is_ultra_restricted"]
    assert users[GONE]["deleted"]
    assert users[JONAS]["tz_offset"] == 9 * 3600
    stranger = (await web.users_info(user=STRANGER))["user"]
    assert (stranger["is_stranger"], stranger["team_id"]) == (True, "T0ALDER")
    assert "email" not in stranger["profile"]
    found = await web.users_lookupByEmail(email="MARA@copperleaf.example")
    assert found["user"]["id"] == MARA
    for email in ("nobody@x.example", "ravi@copperleaf.example", "elsa@alder.example"):
        assert await error_of(web.users_lookupByEmail(email=email)) == "users_not_found"
    assert await error_of(web.users_info(user="U0NOBODY")) == "user_not_found"


async def test_threads_count_and_survive_their_parent(world: SlackWorld) -> None:
    world.limits.enabled = False
    web = client(world)
    parent = str((await web.chat_postMessage(channel=ALERTS, text="late"))["ts"])
    replies = [
        str((await web.chat_postMessage(channel=ALERTS, thread_ts=parent, text=t))["ts"]) for t in ("a", "b")
    ]
    await world.people.say(MARA, ALERTS, "on it", thread_ts=parent)
    assert (
        await error_of(web.chat_postMessage(channel=ALERTS, thread_ts="1.2", text="x")) == "thread_not_found"
    )
    nested = web.chat_postMessage(channel=ALERTS, thread_ts=replies[0], text="x")
    assert await error_of(nested) == "cannot_reply_to_message"
    (top,) = (await web.conversations_history(channel=ALERTS))["messages"]
    assert (top["reply_count"], top["reply_users"], top["thread_ts"]) == (3, [BOT, MARA], parent)
    await web.chat_delete(channel=ALERTS, ts=replies[1])
    await web.chat_delete(channel=ALERTS, ts=parent)
    thread = (await web.conversations_replies(channel=ALERTS, ts=parent))["messages"]
    assert [m["text"] for m in thread] == ["This message was deleted.", "a", "on it"]
    assert (thread[0]["subtype"], thread[0]["user"]) == ("tombstone", "USLACKBOT")
    assert thread[0]["reply_count"] == 2
    assert await error_of(web.conversations_replies(channel=ALERTS, ts="1.2")) == "thread_not_found"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["reply", "delete", "post"]), st.integers(0, 9)), max_size=25))
def test_a_parent_counts_exactly_the_replies_that_are_there(steps: list[tuple[str, int]]) -> None:
    world = workspace()
    world.post(ALERTS, user=MARA, text="parent", silent=True)
    for step, pick in steps:
        there = [m for m in world.messages(ALERTS) if not m.deleted]
        parents = [m for m in there if not m.is_reply]
        if step == "post":
            world.post(ALERTS, user=JONAS, text="parent", silent=True)
        elif step == "reply" and parents:
            world.post(ALERTS, user=BOT, thread_ts=parents[pick % len(parents)].ts, silent=True)
        elif step == "delete" and there:
            world.remove(there[pick % len(there)])
    everything = world.messages(ALERTS, include_deleted=True)
    for parent in (m for m in everything if not m.is_reply):
        left = [m for m in everything if m.is_reply and m.thread_ts == parent.ts and not m.deleted]
        assert parent.reply_count == len(left)
        assert parent.latest_reply == (left[-1].ts if left else None)
        assert (parent in world.messages(ALERTS)) == (not parent.deleted or bool(left))


async def test_only_own_messages_can_be_changed(world: SlackWorld) -> None:
    web = client(world)
    theirs = await world.people.say(MARA, ALERTS, "hello")
    shown = await web.chat_postEphemeral(channel=ALERTS, user=MARA, text="psst")
    assert await error_of(web.chat_update(channel=ALERTS, ts=theirs.ts, text="x")) == "cant_update_message"
    assert await error_of(web.chat_delete(channel=ALERTS, ts=theirs.ts)) == "cant_delete_message"
    ephemeral = web.chat_update(channel=ALERTS, ts=str(shown["message_ts"]), text="x")
    assert await error_of(ephemeral) == "message_not_found"
    assert await error_of(web.chat_update(channel=ALERTS, ts="1.000001", text="x")) == "message_not_found"
    stranger = web.chat_postEphemeral(channel=ALERTS, user=STRANGER, text="x")
    assert await error_of(stranger) == "user_not_in_channel"


async def test_an_update_keeps_the_blocks_it_does_not_name(world: SlackWorld) -> None:
    web = client(world)
    ts = str((await web.chat_postMessage(channel=ALERTS, text="a", blocks=[section("a")]))["ts"])
    await web.chat_update(channel=ALERTS, ts=ts, text="b")
    (message,) = world.messages(ALERTS)
    assert (message.text, len(message.blocks)) == ("b", 1)
    await web.chat_update(channel=ALERTS, ts=ts, text="b", blocks=[])
    assert message.blocks == []
    assert await error_of(web.chat_update(channel=ALERTS, ts=ts, text="x" * 4001)) == "msg_too_long"


async def test_long_text_is_cut_at_forty_thousand(world: SlackWorld) -> None:
    await client(world).chat_postMessage(channel=ALERTS, text="x" * 40_001)
    assert len(world.messages(ALERTS)[0].text) == 40_000


async def test_metadata_is_kept_and_shown_only_on_request(world: SlackWorld) -> None:
    web = client(world)
    metadata = {"event_type": "outbox", "event_payload": {"id": "7f3"}}
    await web.chat_postMessage(channel=ALERTS, text="x", metadata=metadata)
    (plain,) = (await web.conversations_history(channel=ALERTS))["messages"]
    (full,) = (await web.conversations_history(channel=ALERTS, include_all_metadata=True))["messages"]
    assert "metadata" not in plain
    assert full["metadata"] == metadata
    for wrong, code in (
        ("no json", "invalid_metadata_format"),
        ({"event_type": "outbox"}, "invalid_metadata_schema"),
        ({"event_type": "outbox", "event_payload": {"id": "x" * 5000}}, "metadata_too_large"),
    ):
        sent = web.api_call("chat.postMessage", json={"channel": ALERTS, "text": "x", "metadata": wrong})
        world.limits.reset()
        assert await error_of(sent) == code


async def test_cursors_walk_through_everything_once(world: SlackWorld) -> None:
    for number in range(25):
        world.post(ALERTS, user=MARA, text=str(number), silent=True)
    web, seen, cursor = client(world), [], ""
    while True:
        page = await web.conversations_history(channel=ALERTS, limit=10, cursor=cursor)
        seen += [m["text"] for m in page["messages"]]
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert seen == [str(number) for number in range(24, -1, -1)]
    found = [
        m async for part in await web.conversations_members(channel=ALERTS, limit=1) for m in part["members"]
    ]
    assert sorted(found) == sorted({MARA, JONAS, GUEST, BOT})
    bad = web.conversations_history(channel=ALERTS, cursor="bmV4dDp4")
    assert await error_of(bad) == "invalid_cursor"


async def test_history_can_be_bounded_by_time(world: SlackWorld) -> None:
    stamps = [world.post(ALERTS, user=MARA, text=str(number), silent=True).ts for number in range(4)]
    web = client(world)

    async def texts(**bounds: Any) -> list[str]:
        answer = await web.conversations_history(channel=ALERTS, **bounds)
        return [m["text"] for m in answer["messages"]]

    assert await texts(oldest=stamps[1]) == ["3", "2"]
    assert await texts(oldest=stamps[1], latest=stamps[2], inclusive=True) == ["2", "1"]
    assert (
        await error_of(web.conversations_history(channel=ALERTS, oldest="yesterday")) == "invalid_ts_oldest"
    )


def test_ts_are_unique_and_increasing_while_the_clock_stands(world: SlackWorld) -> None:
    stamps = [world.post(ALERTS, user=MARA, text="x", silent=True).ts for _ in range(50)]
    assert stamps == sorted(set(stamps))
    assert float(stamps[0]) == pytest.approx(world.clock.now().timestamp(), abs=0.001)


async def test_channels_are_listed_by_kind(world: SlackWorld) -> None:
    web = client(world)

    async def names(**arguments: Any) -> set[str]:
        return {c.get("name", c["id"]) for c in (await web.conversations_list(**arguments))["channels"]}

    assert await names() == {"support-alerts", "lounge", "ext-alder", "support-2025"}
    assert await names(exclude_archived=True) == {"support-alerts", "lounge", "ext-alder"}
    assert await names(types="private_channel") == set()
    dm = str((await web.conversations_open(users=MARA))["channel"]["id"])
    assert await names(types="im") == {dm}
    assert await error_of(web.conversations_list(types="secret")) == "invalid_types"
    mine = await web.users_conversations(user=JONAS)
    assert {c["name"] for c in mine["channels"]} == {"support-alerts", "lounge"}


async def test_a_dm_is_opened_by_user_and_reused(world: SlackWorld) -> None:
    web = client(world)
    first = (await web.conversations_open(users=MARA))["channel"]["id"]
    posted = await web.chat_postMessage(channel=MARA, text="for you alone")
    assert posted["channel"] == first
    assert await error_of(web.conversations_open(users="")) == "users_list_not_supplied"
    assert await error_of(web.conversations_open(users=GONE)) == "user_disabled"


async def test_user_groups_and_reactions(world: SlackWorld) -> None:
    web = client(world)
    (group,) = (await web.usergroups_list(include_users=True))["usergroups"]
    assert (group["handle"], group["users"]) == ("reps", [MARA, JONAS])
    assert (await web.usergroups_users_list(usergroup="S0REPS"))["users"] == [MARA, JONAS]
    assert await error_of(web.usergroups_users_list(usergroup="S0NONE")) == "no_such_subteam"
    message = await world.people.say(MARA, ALERTS, "x")
    await web.reactions_add(channel=ALERTS, timestamp=message.ts, name="eyes")
    again = web.reactions_add(channel=ALERTS, timestamp=message.ts, name="eyes")
    assert await error_of(again) == "already_reacted"
    assert message.reactions == {"eyes": [BOT]}
    await web.reactions_remove(channel=ALERTS, timestamp=message.ts, name="eyes")
    gone = web.reactions_remove(channel=ALERTS, timestamp=message.ts, name="eyes")
    assert await error_of(gone) == "no_reaction"


async def test_a_file_goes_up_in_three_steps_and_comes_down_with_the_token(world: SlackWorld) -> None:
    web = client(world)
    answer = await web.files_upload_v2(
        channel=ALERTS,
        content="a,b\n1,2\n",
        filename="late? 100%.csv",
        title="Late",
        initial_comment="The list",
    )
    await world.settled()
    (message,) = world.messages(ALERTS)
    assert (message.text, [f.title for f in message.files]) == ("The list", ["Late"])
    info = (await web.files_info(file=answer["file"]["id"]))["file"]
    assert info["shares"]["public"][ALERTS][0]["ts"] == message.ts
    async with httpx.AsyncClient() as http:
        right = await http.get(info["url_private_download"], headers=HEADERS)
        wrong = await http.get(info["url_private"], headers={"Authorization": "Bearer xoxb-other"})
    assert (right.text, right.headers["content-type"]) == ("a,b\n1,2\n", "text/csv; charset=utf-8")
    assert (wrong.status_code, wrong.headers["content-type"]) == (200, "text/html; charset=utf-8")
    unknown = web.files_completeUploadExternal(files=[{"id": "F0NONE"}], channel_id=ALERTS)
    assert await error_of(unknown) == "file_not_found"


async def test_links_are_unfurled_where_they_were_written(world: SlackWorld) -> None:
    web = client(world)
    url = "https://app.intercom.example/a/1"
    message = await world.people.say(MARA, ALERTS, f"look at <{url}>")
    await web.chat_unfurl(channel=ALERTS, ts=message.ts, unfurls={url: {"text": "Conversation 1"}})
    assert message.unfurls == {url: {"text": "Conversation 1"}}
    other = web.chat_unfurl(channel=ALERTS, ts=message.ts, unfurls={"https://x.example": {"text": "x"}})
    assert await error_of(other) == "cannot_unfurl_url"


async def test_a_permalink_leads_into_the_thread(world: SlackWorld) -> None:
    web = client(world)
    parent = await world.people.say(MARA, ALERTS, "x")
    reply = await world.people.say(JONAS, ALERTS, "y", thread_ts=parent.ts)
    link = (await web.chat_getPermalink(channel=ALERTS, message_ts=reply.ts))["permalink"]
    assert link.endswith(
        f"/archives/{ALERTS}/p{reply.ts.replace('.', '')}?thread_ts={parent.ts}&cid={ALERTS}"
    )
    missing = web.chat_getPermalink(channel=ALERTS, message_ts="1.2")
    assert await error_of(missing) == "message_not_found"
