"""One attempt a call, and every way of failing is told apart: safe to repeat, useless, or doubtful."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import aiohttp
import pytest
import slack_stub
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_stub import SlackStub

from bot.slack.answers import Me, OpenView, Posted
from bot.slack.client import Slack, build, keyed
from bot.slack.errors import PERMANENT, SlackError
from bot.slack.history import find

POSTED = {"ok": True, "channel": "C1", "ts": "1795419900.000100"}
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]
OLD = datetime(2026, 11, 23, 7, tzinfo=UTC)


async def refusal(slack: Slack) -> SlackError:
    with pytest.raises(SlackError) as caught:
        await slack.post("C1", "Hello", BLOCKS)
    return caught.value


async def test_a_post_unfurls_nothing_and_turns_no_name_into_a_mention(stub: SlackStub, slack: Slack) -> None:
    stub.replies["chat.postMessage"] = POSTED
    posted = await slack.post("C1", "Hello", BLOCKS, thread_ts="1.2", metadata=keyed("sla:1"))
    assert posted == Posted("C1", "1795419900.000100")
    sent = stub.last("chat.postMessage")
    assert sent["unfurl_links"] is False
    assert sent["unfurl_media"] is False
    assert sent["thread_ts"] == "1.2"
    assert sent["metadata"] == {"event_type": "watchbell_outbox", "event_payload": {"key": "sla:1"}}
    assert "link_names" not in sent
    assert "parse" not in sent


async def test_a_connection_cut_after_the_work_is_unknown_and_hits_once(
    stub: SlackStub, slack: Slack
) -> None:
    stub.replies["chat.postMessage"] = slack_stub.cut
    error = await refusal(slack)
    assert error.kind == "unknown"
    assert stub.count("chat.postMessage") == 1


async def test_control_the_default_client_would_post_twice(
    stub: SlackStub, session: aiohttp.ClientSession
) -> None:
    stub.replies["chat.postMessage"] = slack_stub.cut
    client = AsyncWebClient(token="xoxb-test", base_url=stub.url, session=session)
    client.proxy = None
    with pytest.raises((aiohttp.ClientError, SlackClientError)):
        await client.chat_postMessage(channel="C1", text="Hello")
    assert stub.count("chat.postMessage") == 2


async def test_no_answer_in_time_is_unknown(stub: SlackStub, slack: Slack) -> None:
    stub.replies["chat.postMessage"] = slack_stub.hang
    error = await refusal(slack)
    assert (error.kind, error.code) == ("unknown", "timeout")


async def test_nobody_listening_means_nothing_was_sent(session: aiohttp.ClientSession) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    slack = Slack(build("xoxb-test", f"http://127.0.0.1:{port}/api/", session), timeout=0.5)
    error = await refusal(slack)
    assert (error.kind, error.code) == ("not_sent", "unreachable")


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        ({"ok": False, "error": "channel_not_found"}, "permanent", "channel_not_found"),
        ({"ok": False, "error": "invalid_blocks"}, "permanent", "invalid_blocks"),
        ({"ok": False, "error": "token_revoked"}, "permanent", "token_revoked"),
        ({"ok": False, "error": "internal_error"}, "unknown", "internal_error"),
        ({"ok": False, "error": "fatal_error"}, "unknown", "fatal_error"),
        ({"ok": False, "error": "service_unavailable"}, "not_sent", "service_unavailable"),
        ({"ok": False, "error": "something_new"}, "not_sent", "something_new"),
        ({"ok": False, "error": "message_limit_exceeded"}, "rate_limited", "message_limit_exceeded"),
        ({"ok": True}, "unknown", "unreadable"),
        (slack_stub.status(500), "unknown", "http_500"),
        (slack_stub.status(503), "unknown", "http_503"),
        (slack_stub.status(403), "not_sent", "http_403"),
        (slack_stub.nonsense, "unknown", None),
        (slack_stub.words, "unknown", None),
    ],
)
async def test_each_failure_has_its_meaning(
    stub: SlackStub, slack: Slack, reply: slack_stub.Reply, kind: str, code: str | None
) -> None:
    stub.replies["chat.postMessage"] = reply
    error = await refusal(slack)
    assert error.kind == kind
    assert code is None or error.code == code
    assert stub.count("chat.postMessage") == 1


async def test_slacks_wait_is_passed_on_and_kept(stub: SlackStub, slack: Slack) -> None:
    stub.replies["chat.postMessage"] = slack_stub.status(429, Retry_After="17")
    error = await refusal(slack)
    assert (error.kind, error.retry_after) == ("rate_limited", 17.0)
    # The next one is not even sent: it would only be refused again.
    again = await refusal(slack)
    assert again.kind == "rate_limited"
    assert again.retry_after == pytest.approx(17, abs=1)
    assert stub.count("chat.postMessage") == 1


async def test_a_missing_scope_is_named(stub: SlackStub, slack: Slack) -> None:
    stub.replies["chat.postMessage"] = {"ok": False, "error": "missing_scope", "needed": "chat:write"}
    error = await refusal(slack)
    assert error.message == "Slack answered missing_scope (needs chat:write)"


async def test_the_faulty_block_is_named(stub: SlackStub, slack: Slack) -> None:
    told = "[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/text]"
    stub.replies["chat.postMessage"] = {
        "ok": False,
        "error": "invalid_blocks",
        "response_metadata": {"messages": [told]},
    }
    assert told in (await refusal(slack)).message


def test_no_permanent_error_is_a_passing_one() -> None:
    passing = {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"}
    assert not PERMANENT & {*passing, "request_timeout", "team_added_to_org"}


async def test_a_message_is_found_again_by_its_key_over_pages(stub: SlackStub, slack: Slack) -> None:
    foreign = {"ts": "1.0", "metadata": {"event_type": "other", "event_payload": {"key": "k2"}}}
    ours = {"ts": "2.0", "metadata": keyed("k2")}
    first = {"ok": True, "messages": [foreign, {"ts": "1.5"}], "response_metadata": {"next_cursor": "more"}}
    second = {"ok": True, "messages": [ours], "response_metadata": {"next_cursor": ""}}

    async def history(request: object, arguments: dict) -> object:
        return slack_stub.web.json_response(second if arguments.get("cursor") == "more" else first)

    stub.replies["conversations.history"] = history  # type: ignore[assignment]
    assert await find(slack, "C1", "k2", OLD) == "2.0"
    asked = stub.last("conversations.history")
    assert asked["include_all_metadata"] in ("1", "true", True)
    assert float(asked["oldest"]) == OLD.timestamp()
    assert await find(slack, "C1", "k3", OLD) is None


async def test_a_reply_is_looked_for_in_its_thread(stub: SlackStub, slack: Slack) -> None:
    stub.replies["conversations.replies"] = {"ok": True, "messages": [{"ts": "3.0", "metadata": keyed("k")}]}
    assert await find(slack, "C1", "k", OLD, "1.0") == "3.0"
    assert stub.last("conversations.replies")["ts"] == "1.0"


@pytest.mark.thorough
async def test_a_busy_channel_is_read_far_enough(stub: SlackStub, slack: Slack) -> None:
    async def history(request: object, arguments: dict) -> object:
        page = int(arguments.get("cursor") or 0)
        ours = [{"ts": "2.0", "metadata": keyed("k")}] if page == 24 else []
        answer = {"ok": True, "messages": ours, "response_metadata": {"next_cursor": str(page + 1)}}
        return slack_stub.web.json_response(answer)

    stub.replies["conversations.history"] = history  # type: ignore[assignment]
    assert await find(slack, "C1", "k", OLD) == "2.0"


@pytest.mark.thorough
async def test_a_look_that_did_not_reach_the_end_does_not_say_absent(stub: SlackStub, slack: Slack) -> None:
    endless = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}}
    stub.replies["conversations.history"] = endless
    with pytest.raises(SlackError) as caught:
        await find(slack, "C1", "k", OLD)
    assert caught.value.code == "look_incomplete"


async def test_views_come_back_with_their_hash(stub: SlackStub, slack: Slack) -> None:
    for method in ("views.open", "views.push", "views.update", "views.publish"):
        stub.replies[method] = {"ok": True, "view": {"id": "V1", "hash": "h1"}}
    view = {"type": "modal"}
    assert await slack.open_view("t.1", view) == OpenView("V1", "h1")
    assert await slack.push_view("t.1", view) == OpenView("V1", "h1")
    assert await slack.update_view("V1", view, hash="h0") == OpenView("V1", "h1")
    assert await slack.publish_home("U1", {"type": "home"}) == OpenView("V1", "h1")
    assert stub.last("views.update")["hash"] == "h0"
    assert "hash" not in stub.last("views.publish")


async def test_deleting_what_is_gone_is_no_error(stub: SlackStub, slack: Slack) -> None:
    stub.replies["chat.delete"] = {"ok": False, "error": "message_not_found"}
    await slack.delete("C1", "1.0")
    stub.replies["chat.delete"] = {"ok": False, "error": "cant_delete_message"}
    with pytest.raises(SlackError, match="cant_delete_message"):
        await slack.delete("C1", "1.0")


async def test_the_other_calls_hand_back_what_is_needed(stub: SlackStub, slack: Slack) -> None:
    stub.replies["chat.update"] = POSTED
    stub.replies["chat.postEphemeral"] = {"ok": True, "message_ts": "9.0"}
    stub.replies["chat.getPermalink"] = {"ok": True, "permalink": "https://slack.example/p1"}
    stub.replies["conversations.open"] = {"ok": True, "channel": {"id": "D1"}}
    assert await slack.update("C1", "1795419900.000100", "Hello", BLOCKS) == Posted("C1", POSTED["ts"])
    assert await slack.ephemeral("C1", "U1", "Hello", BLOCKS) == "9.0"
    assert await slack.permalink("C1", "1.0") == "https://slack.example/p1"
    assert await slack.open_dm("U1") == "D1"


async def test_whose_token_it_is_and_what_it_may_do(stub: SlackStub, slack: Slack) -> None:
    async def answer(request: object, arguments: dict) -> object:
        body = {
            "ok": True,
            "team_id": "T1",
            "team": "W",
            "user_id": "UB",
            "bot_id": "B1",
            "url": "https://w/",
        }
        return slack_stub.web.json_response(body, headers={"X-OAuth-Scopes": "chat:write, commands"})

    stub.replies["auth.test"] = answer  # type: ignore[assignment]
    scopes = frozenset({"chat:write", "commands"})
    assert await slack.me() == Me("T1", "W", "UB", "B1", "https://w/", scopes)


async def test_a_proxy_of_the_environment_is_not_used_for_loopback(
    stub: SlackStub, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert build("xoxb-test", stub.url, session).proxy is None
    assert build("xoxb-test", "https://slack.com/api/", session).proxy == "http://127.0.0.1:9"
