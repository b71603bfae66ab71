"""Writing to Intercom: one attempt on the wire, and its outcome told exactly, over a real socket."""

from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from intercom import AsyncIntercom
from intercom.core.api_error import ApiError
from intercom_door_help import Answer, FakeIntercom, error_list, fake_intercom

from bot.errors import ConfigError
from bot.intercom.attempts import OutgoingFile
from bot.intercom.client import build
from bot.intercom.errors import IntercomError
from bot.intercom.writes import IntercomWrites, build_writes

TOKEN = "a-token-of-a-test"
SENT_AT = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)


@asynccontextmanager
async def door(
    timeout: float = 10.0, url: str | None = None
) -> AsyncIterator[tuple[FakeIntercom, IntercomWrites]]:
    async with fake_intercom() as fake:
        reads = build(token=TOKEN, base_url=url or fake.url, attempts=1)
        writes = build_writes(reads, token=TOKEN, base_url=url or fake.url, timeout=timeout)
        try:
            yield fake, writes
        finally:
            await writes.aclose()
            await reads.aclose()


def conversation(*parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    listed = {"conversation_parts": list(parts), "total_count": len(parts)}
    return {"type": "conversation", "id": 58, "conversation_parts": listed, "state": "open", **changes}


def part(
    part_id: int, body: str | None, kind: str = "comment", admin: str = "7", **changes: Any
) -> dict[str, Any]:
    at = int(SENT_AT.timestamp()) + part_id
    author = {"type": "admin", "id": admin}
    return {"id": part_id, "part_type": kind, "body": body, "author": author, "created_at": at, **changes}


async def test_a_reply_is_one_post_with_the_teammate_and_returns_its_part() -> None:
    async with door() as (fake, writes):
        answer = conversation(
            part(1, "<p>On it</p>", admin="8"), part(2, "<p>On it</p>", "assignment"), part(3, None, "close")
        )
        fake.next_answers(Answer(body=answer))
        result = await writes.reply("58", "7", "<p>On it</p>")
        assert result.part_id == "2"
        assert result.conversation is not None
        assert result.conversation.id == "58"
        (request,) = fake.requests
        assert (request.method, request.path) == ("POST", "/conversations/58/reply")
        assert request.body == {
            "message_type": "comment",
            "type": "admin",
            "admin_id": "7",
            "body": "<p>On it</p>",
        }
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        assert request.headers["intercom-version"] == "2.14"


async def test_a_note_is_a_note_and_finds_the_note_and_not_the_reply() -> None:
    async with door() as (fake, writes):
        answer = conversation(part(1, "<p>ask Jonas</p>", "note"), part(2, "<p>ask Jonas</p>"))
        fake.next_answers(Answer(body=answer))
        assert (await writes.note("58", "7", "ask Jonas")).part_id == "1"
        assert fake.requests[0].body["message_type"] == "note"


async def test_files_go_along_whole() -> None:
    async with door() as (fake, writes):
        fake.next_answers(Answer(body=conversation()))
        await writes.reply("58", "7", "", [OutgoingFile("log.txt", "text/plain", b"\x00\xffdata")])
        (sent,) = fake.requests[0].body["attachment_files"]
        assert (sent["name"], sent["content_type"]) == ("log.txt", "text/plain")
        assert base64.b64decode(sent["data"]) == b"\x00\xffdata"


async def test_nothing_and_too_much_are_refused_before_anything_is_sent() -> None:
    async with door() as (fake, writes):
        for html, files in (("<p> </p>", []), ("<p>Hi</p>", [OutgoingFile("a", "text/plain", b"")] * 11)):
            with pytest.raises(IntercomError) as told:
                await writes.reply("58", "7", html, files)
            assert told.value.kind == "refused"
        assert fake.requests == []


async def test_every_change_of_a_conversation_is_the_documented_body() -> None:
    until = SENT_AT + timedelta(hours=2)
    async with door() as (fake, writes):
        fake.next_answers(Answer(body=conversation(part(4, None, "close"), state="closed")))
        await writes.assign("58", "7", "8")
        await writes.assign("58", "7", "5", team=True)
        await writes.unassign("58", "7")
        await writes.snooze("58", "7", until)
        await writes.open("58", "7")
        result = await writes.close("58", "7")
        assert result.part_id == "4"
        assert result.conversation is not None
        assert result.conversation.state == "closed"
        assignment = {"message_type": "assignment", "type": "admin", "admin_id": "7"}
        assert [request.body for request in fake.requests] == [
            {**assignment, "assignee_id": "8"},
            {**assignment, "type": "team", "assignee_id": "5"},
            {**assignment, "assignee_id": "0"},
            {"message_type": "snoozed", "admin_id": "7", "snoozed_until": int(until.timestamp())},
            {"message_type": "open", "admin_id": "7"},
            {"message_type": "close", "type": "admin", "admin_id": "7"},
        ]
        assert {(request.method, request.path) for request in fake.requests} == {
            ("POST", "/conversations/58/parts")
        }


async def test_tags_and_tickets() -> None:
    async with door() as (fake, writes):
        fake.next_answers(
            Answer(body={"type": "tag", "id": 9}), Answer(body={"type": "tag"}), Answer(body={"id": 3})
        )
        await writes.tag("58", "7", "9")
        await writes.untag("58", "7", "9")
        result = await writes.convert_to_ticket("58", "53", {"_default_title_": "SSO"})
        assert result.ticket is not None
        assert result.ticket.id == "3"
        assert [(r.method, r.path, r.body) for r in fake.requests] == [
            ("POST", "/conversations/58/tags", {"id": "9", "admin_id": "7"}),
            ("DELETE", "/conversations/58/tags/9", {"admin_id": "7"}),
            (
                "POST",
                "/conversations/58/convert",
                {"ticket_type_id": "53", "attributes": {"_default_title_": "SSO"}},
            ),
        ]


async def test_a_reply_to_an_id_with_a_slash_goes_nowhere_else() -> None:
    async with door() as (fake, writes):
        fake.next_answers(Answer(body=conversation()))
        await writes.reply("../contacts/5", "7", "Hi")
        assert fake.requests[0].path == "/conversations/..%2Fcontacts%2F5/reply"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(cut=True), "unknown"),
        (Answer(status=500, body=b"oops"), "unknown"),
        (Answer(status=503, body=error_list("service_unavailable", "later")), "unknown"),
        (Answer(status=408), "unknown"),
        (Answer(hang=3.0), "unknown"),
        (
            Answer(status=429, body=error_list("rate_limit_exceeded", "x"), headers={"Retry-After": "3"}),
            "rate_limited",
        ),
        (Answer(status=400, body=error_list("parameter_invalid", "admin is gone")), "refused"),
        (Answer(status=422, body=error_list("parameter_invalid", "admin is gone")), "refused"),
        (Answer(status=401, body=error_list("unauthorized", "x")), "unauthorized"),
        (Answer(status=403, body=error_list("forbidden", "x")), "unauthorized"),
        (Answer(status=404, body=error_list("not_found", "x")), "not_found"),
        (Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}), "refused"),
    ],
    ids=lambda value: (
        str(value.status) + ("cut" if value.cut else "") if isinstance(value, Answer) else value
    ),
)
async def test_a_failed_reply_is_posted_once_and_its_outcome_is_exact(answer: Answer, kind: str) -> None:
    async with door(timeout=0.5) as (fake, writes):
        fake.next_answers(answer)
        with pytest.raises(IntercomError) as told:
            await writes.reply("58", "7", "<p>Hi</p>")
        assert told.value.kind == kind
        assert fake.hits("POST") == 1
        assert "Hi" not in told.value.message_for_people
        assert TOKEN not in repr(told.value) + str(told.value)
        if kind == "rate_limited":
            assert told.value.retry_after == 3.0
        if answer.status in (400, 422):
            assert "admin is gone" in told.value.message_for_people


def a_closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(
    "url",
    [f"http://127.0.0.1:{a_closed_port()}", "http://no-such-host.invalid"],
    ids=["a closed port", "an unknown host"],
)
async def test_what_never_left_is_not_sent(url: str) -> None:
    async with door(url=url) as (fake, writes):
        with pytest.raises(IntercomError) as told:
            await writes.reply("58", "7", "<p>Hi</p>")
        assert told.value.kind == "not_sent"
        assert fake.requests == []


async def test_a_connection_that_is_never_accepted_is_not_sent() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(address)
        async with door(timeout=0.3, url=f"http://127.0.0.1:{address[1]}") as (_, writes):
            with pytest.raises(IntercomError) as told:
                await writes.reply("58", "7", "<p>Hi</p>")
        for one in crowd:
            one.close()
    assert told.value.kind == "not_sent"


@pytest.mark.parametrize(
    "answer", [Answer(cut_in_body=True, body=conversation()), Answer(body=b"<html>"), Answer(body=[])]
)
async def test_an_accepted_reply_is_accepted_even_if_its_confirmation_cannot_be_read(answer: Answer) -> None:
    async with door() as (fake, writes):
        fake.next_answers(answer)
        result = await writes.reply("58", "7", "<p>Hi</p>")
        assert (result.part_id, result.conversation) == (None, None)
        assert fake.hits("POST") == 1


async def test_each_write_has_a_connection_of_its_own() -> None:
    """A kept connection that dies between two replies would make the second one's outcome unknown."""
    opened = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        while await reader.readuntil(b"}"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with door(url=f"http://127.0.0.1:{port}") as (_, writes):
        for _ in range(3):
            await writes.reply("58", "7", "Hi")
    server.close()
    assert opened == 3


async def test_writes_at_the_same_time_keep_their_outcomes_apart() -> None:
    async with door() as (fake, writes):
        fake.next_answers(
            *[Answer(status=status, hang=0.05) for status in (500, 429, 422)], Answer(body=conversation())
        )
        outcomes = await asyncio.gather(
            *(writes.reply("58", "7", f"Hi {n}") for n in range(4)), return_exceptions=True
        )
        told = [o.kind if isinstance(o, IntercomError) else "done" for o in outcomes]
        assert sorted(told) == ["done", "rate_limited", "refused", "unknown"]
        assert fake.hits("POST") == 4


async def test_writes_feed_the_rate_gauge_of_the_reads() -> None:
    async with fake_intercom() as fake:
        reads = build(token=TOKEN, base_url=fake.url)
        writes = build_writes(reads, token=TOKEN, base_url=fake.url)
        headers = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "1"}
        fake.next_answers(Answer(body=conversation(), headers=headers))
        await writes.reply("58", "7", "Hi")
        assert (reads.gauge.limit, reads.gauge.remaining) == (100, 3)
        await writes.aclose()
        await reads.aclose()


async def test_warming_up_calls_nobody() -> None:
    async with door() as (fake, writes):
        await writes.warm()
        assert fake.requests == []


async def test_an_empty_token_is_named() -> None:
    reads = build(token=TOKEN)
    with pytest.raises(ConfigError):
        build_writes(reads, token="")
    await reads.aclose()


async def test_an_answer_to_a_write_counts_as_whole_only_by_intercoms_own_count() -> None:
    async with door() as (fake, writes):
        for counted, whole in ((None, False), (2, True), (9, False)):
            statistics = {"count_conversation_parts": counted}
            fake.next_answers(Answer(body=conversation(part(1, "Hi"), statistics=statistics)))
            result = await writes.reply("58", "7", "Hi")
            assert result.conversation is not None
            assert result.conversation.parts_complete is whole


WORDS = "<p>Hello Ines,</p><p>it <b>works</b> again: https://example.com/a</p>"
REWRITTEN = (
    '<p class="no-margin">Hello Ines,</p>\n<p class="no-margin">it works again: '
    '<a href="https://example.com/a" target="_blank">https://example.com/a</a></p>'
)


async def test_an_unknown_reply_that_arrived_is_found_though_intercom_rewrote_it() -> None:
    async with door() as (fake, writes):
        fake.next_answers(Answer(cut=True), Answer(body=conversation(part(1, "other"), part(2, REWRITTEN))))
        with pytest.raises(IntercomError):
            await writes.reply("58", "7", WORDS)
        assert await writes.find_reply("58", "7", WORDS, SENT_AT) == "2"
        assert fake.hits("POST") == 1


@pytest.mark.parametrize(
    "there",
    [
        part(2, "<p>Something else</p>"),
        part(2, REWRITTEN, admin="8"),
        part(2, REWRITTEN, "note"),
        part(2, REWRITTEN, author={"type": "bot", "id": "7"}),
        part(2, REWRITTEN, author={"type": "user", "id": "7"}),
        part(2, REWRITTEN, created_at=int(SENT_AT.timestamp()) - 600),
    ],
    ids=["other words", "another teammate", "a note", "a bot", "the customer", "ten minutes earlier"],
)
async def test_control_what_is_not_that_reply_is_not_found(there: dict[str, Any]) -> None:
    async with door() as (fake, writes):
        fake.next_answers(Answer(body=conversation(there)))
        assert await writes.find_reply("58", "7", WORDS, SENT_AT) is None


async def test_the_same_words_said_before_do_not_pass_for_the_new_ones() -> None:
    async with door() as (fake, writes):
        fake.next_answers(Answer(body=conversation(part(2, "On it"))))
        assert await writes.find_reply("58", "7", "On it", SENT_AT, known={"2"}) is None
        assert await writes.find_reply("58", "7", "On it", SENT_AT) == "2"


async def test_a_note_and_a_lone_emoji_are_found_too() -> None:
    async with door() as (fake, writes):
        fake.next_answers(
            Answer(body=conversation(part(1, "<p>👍</p>", "note"), part(2, "<p>👎</p>", "note")))
        )
        assert await writes.find_note("58", "7", "👍", SENT_AT) == "1"


async def test_control_the_sdks_own_retries_would_send_a_reply_twice() -> None:
    async with fake_intercom() as fake, httpx.AsyncClient() as http:
        fake.next_answers(Answer(status=500, headers={"Retry-After": "1"}))
        sdk = AsyncIntercom(token=TOKEN, base_url=fake.url, httpx_client=http)
        request: Any = {"message_type": "comment", "type": "admin", "admin_id": "7", "body": "Hi"}
        with pytest.raises(ApiError):
            await sdk.conversations.reply("58", request=request, request_options={"max_retries": 3})
        assert fake.hits("POST") == 2
