"""The page over HTTP: what it shows, what can be done on it, and what it refuses."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import httpx
import pytest
from served_page import Served
from small_world import ACCOUNTS, ALERTS, GENERAL, GUEST, JONAS, MAYA, OLD, PRIYA, STRANGER, small_page

from sandbox.faults import Fault
from sandbox.page.security import CONTENT_SECURITY_POLICY
from sandbox.server import PortTaken, SandboxServer


async def test_the_page_shows_channels_messages_and_conversations(served: Served) -> None:
    answer = await served.http.get("/", params={"as": MAYA, "channel": ALERTS, "conversation": "5001"})
    assert answer.status_code == 200
    for hook in (
        f'data-testid="channel-{ALERTS}"',
        'data-testid="message"',
        f'data-ts="{served.alert_ts}"',
        'data-testid="composer"',
        'data-testid="clock"',
        'data-testid="intercom-conversation-5001"',
        'data-testid="intercom-parts"',
        'data-action-id="wb:claim"',
    ):
        assert hook in answer.text
    assert "2 replies" in answer.text
    assert "08:25:00" in answer.text


async def test_every_id_on_the_page_is_there_once(served: Served) -> None:
    query = {"as": MAYA, "channel": ALERTS, "thread": served.alert_ts, "conversation": "5001"}
    ids = re.findall(r'\sid="([^"]+)"', (await served.http.get("/", params=query)).text)
    assert len(ids) > 20
    assert sorted(set(ids)) == sorted(ids)


async def test_customer_words_are_never_markup_anywhere_on_the_page(served: Served) -> None:
    for conversation in ("5003", "5001"):
        query = {"as": MAYA, "channel": ALERTS, "conversation": conversation}
        html = (await served.http.get("/", params=query)).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;" in html


async def test_the_page_and_its_parts_forbid_everything_foreign(served: Served) -> None:
    for path in ("/", "/page/messages", "/static/page.js", "/page/nothing"):
        headers = (await served.http.get(path)).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    html = (await served.http.get("/")).text
    assert " style=" not in html
    assert "http://" not in html.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {"Host": "rebound.example"},
    ],
    ids=str,
)
async def test_another_sites_page_can_do_nothing(served: Served, headers: dict[str, str]) -> None:
    body = {"as": MAYA, "channel": ALERTS, "text": "forged"}
    answer = await served.http.post("/page/say", json=body, headers=headers)
    assert answer.status_code == 403
    control = await served.http.post(
        "/control/faults", json={"service": "slack", "call": "*", "kind": "hang"}, headers=headers
    )
    assert control.status_code == 403
    assert all(message.text != "forged" for message in served.page.slack.messages(ALERTS))
    assert served.page.faults.faults == []


async def test_the_page_itself_may_act(served: Served) -> None:
    headers = {"Origin": served.url, "Sec-Fetch-Site": "same-origin"}
    body = {"as": MAYA, "channel": ALERTS, "text": "real"}
    answer = await served.http.post("/page/say", json=body, headers=headers)
    assert answer.json()["ok"] is True
    assert served.page.slack.messages(ALERTS)[-1].text == "real"


async def test_typed_text_is_escaped_and_names_become_mentions(served: Served) -> None:
    text = "@jonas & <b> see #support-accounts, @support. mail me@jonas"
    await served.act("say", **{"as": MAYA, "channel": ALERTS, "text": text})
    said = served.page.slack.messages(ALERTS)[-1].text
    expected = f"<@{JONAS}> &amp; &lt;b&gt; see <#{ACCOUNTS}>, <!subteam^S0SUPPORT>. mail me@jonas"
    assert said == expected


async def test_a_slash_command_is_answered_only_to_its_sender(served: Served) -> None:
    answer = await served.act("say", **{"as": JONAS, "channel": ALERTS, "text": "/claim next"})
    assert answer["ok"] is True
    mine = (await served.http.get("/page/messages", params={"as": JONAS, "channel": ALERTS})).text
    others = (await served.http.get("/page/messages", params={"as": MAYA, "channel": ALERTS})).text
    assert "Only visible to you" in mine
    assert "Claimed Northwind" in mine
    assert "Claimed Northwind" not in others


async def test_what_follows_a_command_is_escaped_as_in_a_message(served: Served) -> None:
    await served.act("say", **{"as": JONAS, "channel": ALERTS, "text": "/account AT&T <b> @maya"})
    sent = [each.payload for each in served.page.slack.delivery.log if "command" in each.payload]
    assert sent[-1]["command"] == "/account"
    assert sent[-1]["text"] == f"AT&amp;T &lt;b&gt; <@{MAYA}>"


async def test_a_late_answer_shows_what_slack_would_say(served: Served) -> None:
    answer = await served.act("say", **{"as": JONAS, "channel": ALERTS, "text": "/slow"})
    assert answer == {"ok": False, "error": "operation_timeout"}
    assert served.page.slack.people.toasts(JONAS) == ['/slow failed with the error "operation_timeout"']


async def test_a_click_reaches_the_bot_and_changes_the_message(served: Served) -> None:
    where = {"as": JONAS, "channel": ALERTS, "ts": served.alert_ts, "block": "acts"}
    assert (await served.act("click", **where, action="wb:claim"))["ok"] is True
    html = (await served.http.get("/page/messages", params={"as": MAYA, "channel": ALERTS})).text
    assert "Claimed by" in html
    assert "(edited)" in html
    gone = await served.act("click", **where, action="wb:claim")
    assert gone == {"ok": False, "message": "That control is gone."}


async def test_an_overflow_menu_sends_the_option_it_offers_and_no_other(served: Served) -> None:
    where = {"as": JONAS, "channel": ALERTS, "ts": served.alert_ts, "block": "acts", "action": "wb:more"}
    assert (await served.act("click", **where, entered="why"))["ok"] is True
    html = (await served.http.get("/page/messages", params={"as": JONAS, "channel": ALERTS})).text
    assert "You chose Why?" in html
    assert (await served.act("click", **where, entered="forged"))["ok"] is False


async def test_a_modal_shows_errors_then_closes(served: Served) -> None:
    where = {"as": JONAS, "channel": ALERTS, "ts": served.alert_ts}
    await served.act("click", **where, action="wb:answer")
    html = (await served.http.get("/page/modal", params={"as": JONAS})).text
    assert "Answer Ana Ruiz" in html
    assert (await served.http.get("/page/modal", params={"as": MAYA})).text == ""
    view = served.page.slack.people.open_views(JONAS)[0].id

    short = await served.act("submit", **{"as": JONAS, "view": view, "values": {"text": {"text": "short"}}})
    assert short["error"] == "validation"
    assert short["errors"] == {"text": "Write at least ten characters."}
    long = {"text": {"text": "We are *on it*, Ana."}}
    assert (await served.act("submit", **{"as": JONAS, "view": view, "values": long}))["ok"] is True
    assert (await served.http.get("/page/modal", params={"as": JONAS})).text == ""
    again = await served.act("submit", **{"as": JONAS, "view": view, "values": long})
    assert again["message"] == "That window is no longer open."


async def test_options_of_a_search_come_from_the_bot(served: Served) -> None:
    where = {"as": JONAS, "channel": ALERTS, "ts": served.alert_ts}
    await served.act("click", **where, action="wb:answer")
    view = served.page.slack.people.open_views(JONAS)[0].id
    found: Any = await served.act(
        "options", **{"as": JONAS, "view": view, "action": "saved", "query": "reset"}
    )
    assert [one["value"] for one in found["options"]] == ["Reset SSO", "Reset a password"]


async def test_nobody_can_act_as_somebody_who_is_not_there(served: Served) -> None:
    answer = await served.http.post("/page/say", json={"as": "U404", "channel": ALERTS, "text": "hi"})
    assert answer.status_code == 400
    assert (await served.http.post("/page/say", content=b"{")).status_code == 400
    assert (await served.http.post("/page/say", json=[])).status_code == 400


async def test_refusals_of_slack_are_sentences(served: Served) -> None:
    archived = await served.act("say", **{"as": MAYA, "channel": OLD, "text": "hi"})
    assert archived["message"] == "This channel is archived. Nobody can write here."
    outside = await served.act("say", **{"as": GUEST, "channel": ALERTS, "text": "hi"})
    assert outside["ok"] is False


async def test_outsiders_see_only_their_own_channels(served: Served) -> None:
    for person in (GUEST, STRANGER):
        html = (await served.http.get("/page/sidebar", params={"as": person})).text
        assert f"channel-{ALERTS}" not in html
        peek = (await served.http.get("/page/messages", params={"as": person, "channel": ALERTS})).text
        assert "First reply" not in peek
    assert f"channel-{GENERAL}" in (await served.http.get("/page/sidebar", params={"as": GUEST})).text


async def test_unread_marks_go_when_the_channel_is_read(served: Served) -> None:
    before = (await served.http.get("/page/sidebar", params={"as": PRIYA})).text
    assert 'aria-label="1 unread"' in before
    await served.act("read", **{"as": PRIYA, "channel": ACCOUNTS})
    after = (await served.http.get("/page/sidebar", params={"as": PRIYA})).text
    assert 'aria-label="1 unread"' not in after


async def test_the_inbox_is_lived_in_from_both_sides(served: Served) -> None:
    world = served.page.intercom
    talk = {"as": JONAS, "conversation": "5004"}
    for mode, text, extra in (
        ("customer", "Hello? <b>Anyone</b>", {"contact": "ct4"}),
        ("reply", "Settings, then People.", {"admin": "902"}),
        ("note", "Trial ends Wednesday", {"admin": "903"}),
    ):
        assert (await served.act("inbox/write", **talk, mode=mode, text=text, **extra))["ok"] is True
    html = (await served.http.get("/page/conversation", params={"as": JONAS, "conversation": "5004"})).text
    assert "&lt;b&gt;Anyone&lt;/b&gt;" in html
    assert "part-note" in html
    assert world.sent_to_customers() == [("5004", "902", "Settings, then People.")]
    await served.act("inbox/assign", **talk, to="901")
    assert world.conversation("5004")["admin_assignee_id"] == 901
    assert (await served.act("inbox/snooze", **talk, until="2026-11-23T12:00:00+01:00"))["ok"] is True
    assert world.conversation("5004")["state"] == "snoozed"
    assert (await served.act("inbox/snooze", **talk, until="2020-01-01T12:00:00+01:00"))["ok"] is False
    await served.act("inbox/close", **talk)
    assert world.conversation("5004")["state"] == "closed"
    await served.act("inbox/open", **talk)
    assert world.conversation("5004")["state"] == "open"
    made = await served.act(
        "inbox/start", **{"as": JONAS, "contact": "ct1", "channel": "email", "text": "One more thing"}
    )
    assert made["ok"] is True
    assert "One more thing" in (await served.http.get("/page/inbox", params={"as": JONAS})).text


async def test_without_a_chosen_teammate_the_persons_own_seat_acts(served: Served) -> None:
    await served.act("inbox/write", **{"as": JONAS, "conversation": "5004", "mode": "reply", "text": "Hi"})
    assert served.page.intercom.sent_to_customers()[-1][1] == "902"


async def test_the_clock_is_driven_from_the_bar(served: Served) -> None:
    clock = served.page.clock
    assert (await served.act("clock/speed", speed=60))["ok"] is True
    assert clock.speed == 60
    assert (await served.act("clock/speed", speed=7))["ok"] is False
    await served.act("clock/speed", speed=0)
    bar = (await served.http.get("/page/clock", params={"as": MAYA})).text
    assert "First reply due, Northwind" in bar
    await served.act("clock/jump", to="2026-11-23T07:30:00+00:00")
    assert clock.now().isoformat().startswith("2026-11-23T07:30:00")
    bar = (await served.http.get("/page/clock", params={"as": MAYA})).text
    assert "Monday summary" in bar
    assert "First reply due" not in bar


async def test_a_fault_switched_on_goes_off_without_touching_others(served: Served) -> None:
    board = served.page.faults
    mine = board.add(Fault("slack", "chat.update", "rate_limit", times=3))
    assert (await served.act("fault", key="intercom-500", on=True))["ok"] is True
    failed = await served.http.get("/intercom/admins", headers={"Authorization": "Bearer sandbox"})
    assert failed.status_code == 500
    assert "1 so far" in (await served.http.get("/page/clock", params={"as": MAYA})).text
    await served.act("fault", key="intercom-500", on=False)
    assert board.faults == [mine]
    assert (await served.act("fault", key="weather", on=True))["ok"] is False


async def test_a_dropped_connection_is_dropped_not_answered(served: Served) -> None:
    served.page.faults.add(Fault("intercom", "*", "drop_before"))
    with pytest.raises(httpx.RemoteProtocolError):
        await served.http.get("/intercom/admins", headers={"Authorization": "Bearer sandbox"})


async def test_files_are_given_out_as_content_not_as_pages(served: Served) -> None:
    page = b"<script>alert(1)</script>"
    form = {"as": MAYA}
    answer = await served.http.post("/page/upload", data=form, files={"file": ("x.html", page, "text/html")})
    file = answer.json()["file"]["id"]
    got = await served.http.get(f"/page/files/{file}")
    assert got.content == page
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"] == "attachment"
    assert "sandbox" in got.headers["content-security-policy"]
    assert (await served.http.get("/page/files/F404")).status_code == 404


async def next_changes(lines: Any) -> list[dict[str, str]]:
    async with asyncio.timeout(3):
        async for line in lines:
            if line.startswith("data: ["):
                found: list[dict[str, str]] = json.loads(line.removeprefix("data: "))
                return found
    raise AssertionError("the stream ended")


async def test_many_changes_in_a_moment_are_one_event(served: Served) -> None:
    async with served.http.stream("GET", "/page/events", params={"as": MAYA}) as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        for n in range(40):
            served.page.slack.post(ALERTS, user=JONAS, text=f"message {n}", silent=True)
            served.page.intercom.customer_writes("5004", f"again {n}")
        changes = await next_changes(lines)
    assert sum(1 for change in changes if change["kind"] == "message") == 40
    assert sum(1 for change in changes if change["kind"] == "intercom") == 1


async def test_nobody_hears_what_is_for_one_person(served: Served) -> None:
    async with served.http.stream("GET", "/page/events", params={"as": MAYA}) as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        await served.act("say", **{"as": JONAS, "channel": ALERTS, "text": "/slow"})
        await served.act("say", **{"as": JONAS, "channel": ALERTS, "text": "/claim"})
        await served.act("say", **{"as": JONAS, "channel": ALERTS, "text": "hello"})
        changes = await next_changes(lines)
    assert {change["kind"] for change in changes} == {"message"}


async def test_a_taken_port_is_said_in_one_sentence() -> None:
    first = SandboxServer(0)
    with pytest.raises(PortTaken) as caught:
        SandboxServer(first.port)
    assert str(caught.value) == f"Port {first.port} is taken. Stop what uses it, or set another PORT."
    assert isinstance(caught.value, OSError)
    await first.stop()
    await SandboxServer(first.port).stop()


async def test_stopping_ends_open_streams_at_once() -> None:
    server = SandboxServer(0)
    await server.start(small_page())
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        http.stream("GET", "/page/events", params={"as": MAYA}) as stream,
    ):
        lines = stream.aiter_lines()
        await anext(lines)
        async with asyncio.timeout(1.5):
            await server.stop()
        await server.stop()
