"""Requests that Slack did not send, and people who may not act: refused, told why, and without effect."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from harness import House, OpenHouse, link
from on_the_screen import rich, words
from signing import signed_by_intercom, signed_by_slack
from small_office import scenario
from sqlmodel import Session, select

from bot.store import audit, conversations, reps
from bot.store.audit import AuditEntry
from bot.store.receipts import Receipt
from sandbox.slack import payloads

pytestmark = pytest.mark.thorough

Headers = dict[str, str]


def claim_next(house: House) -> bytes:
    """Ana's `/claim next`, as Slack would put it."""
    channel = house.slack.channels[house.ana.channel]
    return urlencode(payloads.slash_form(house.slack, house.ana.id, channel, "/claim", "next")).encode()


async def claimed(house: House) -> list[str]:
    rows = [await house.read(conversations.get, each) for each in ("1001", "1002", "1004")]
    return [row.id for row in rows if row is not None and row.claimed_by]


async def post(house: House, body: bytes, headers: Headers) -> httpx.Response:
    async with house.client() as client:
        return await client.post("/slack/events", content=body, headers=headers)


def forgeries(body: bytes) -> dict[str, tuple[bytes, Headers]]:
    """What somebody without the secret, or with an old request, could send."""
    good = signed_by_slack(body)

    def without(*names: str) -> Headers:
        return {name: value for name, value in good.items() if name not in names}

    def instead(**changed: str) -> Headers:
        return {**good, **{name.replace("_", "-"): value for name, value in changed.items()}}

    signature = good["X-Slack-Signature"]
    return {
        "signed with another secret": (body, signed_by_slack(body, secret="not-the-secret")),
        "signed with an empty secret": (body, signed_by_slack(body, secret="")),
        "301 seconds old": (body, signed_by_slack(body, at=time.time() - 301)),
        "301 seconds ahead": (body, signed_by_slack(body, at=math.ceil(time.time()) + 301)),
        "one byte altered": (body.replace(b"text=next", b"text=nexu"), good),
        "one byte more": (body + b"&", good),
        "another body": (claim_next_for_somebody_else(body), good),
        "no headers": (body, {"Content-Type": good["Content-Type"]}),
        "no signature": (body, without("X-Slack-Signature")),
        "no timestamp": (body, without("X-Slack-Request-Timestamp")),
        "an empty signature": (body, instead(X_Slack_Signature="")),
        "a cut signature": (body, instead(X_Slack_Signature=signature[:-1])),
        "another version": (body, instead(X_Slack_Signature=signature.replace("v0=", "v1="))),
        "a fresher timestamp": (body, instead(X_Slack_Request_Timestamp=str(int(time.time()) + 1))),
        "a timestamp in words": (body, instead(X_Slack_Request_Timestamp="today")),
        "an endless timestamp": (body, instead(X_Slack_Request_Timestamp="1" * 5000)),
    }


def claim_next_for_somebody_else(body: bytes) -> bytes:
    return body.replace(b"U0ANA", b"U0BEN")


async def test_a_request_that_slack_did_not_sign_just_now_is_refused_and_does_nothing(build: OpenHouse):
    house = await build(http=True, data=scenario("1001", "1002", "1004"))
    for how in forgeries(claim_next(house)):
        # Signed just before it is sent: some of them are wrong by one second.
        body, headers = forgeries(claim_next(house))[how]
        response = await post(house, body, headers)
        assert 400 <= response.status_code < 500, how
        assert await claimed(house) == [], how
    body = claim_next(house)
    assert (await post(house, body, signed_by_slack(body))).status_code == 200
    assert await claimed(house) == ["1001"]


MIB = 1024 * 1024


class Poured:
    """A body that comes piece by piece, and how much of it was taken."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.taken = raw, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self.raw), 65536):
            self.taken += 65536
            yield self.raw[start : start + 65536]


@pytest.mark.parametrize("announced", [True, False])
async def test_what_is_too_large_is_not_read_before_its_signature_is_checked(
    build: OpenHouse, announced: bool
):
    house = await build(http=True, data=scenario("1001", "1002", "1004"))
    long = claim_next(house) + b"&pad="
    webhook = b'{"topic": "ping", "id": "notif_long", "pad": "' + b"x" * 8 * MIB + b'"}'

    async def poured(path: str, raw: bytes, headers: Headers) -> tuple[int, int]:
        body = Poured(raw)
        length = {"Content-Length": str(len(raw))} if announced else {}
        async with house.client() as client:
            response = await client.post(path, content=body, headers=headers | length)
        return response.status_code, body.taken

    most = 0 if announced else MIB + 65536
    huge = long.ljust(8 * MIB, b"x")
    assert await poured("/slack/events", huge, signed_by_slack(huge)) == (413, most)
    signature = {"X-Hub-Signature": signed_by_intercom(webhook)}
    assert await poured("/intercom/webhook", webhook, signature) == (413, most)
    over = long.ljust(MIB + 1, b"x")
    assert (await poured("/slack/events", over, signed_by_slack(over)))[0] == 413
    assert await claimed(house) == []
    just = long.ljust(MIB, b"x")
    assert (await poured("/slack/events", just, signed_by_slack(just)))[0] == 200
    assert await claimed(house) == ["1001"]


async def test_a_signed_request_that_is_replayed_has_one_effect(build: OpenHouse):
    house = await build(http=True, data=scenario("1001", "1002", "1004"))
    body = claim_next(house)
    headers = signed_by_slack(body)
    for _ in range(3):
        assert (await post(house, body, headers)).status_code == 200
    assert await claimed(house) == ["1001"]
    # The same words typed again are another request.
    again = claim_next(house)
    await post(house, again, signed_by_slack(again))
    assert await claimed(house) == ["1001", "1002"]


async def test_a_signed_claim_that_comes_several_times_at_once_has_one_effect(build: OpenHouse):
    house = await build(http=True, data=scenario("1001", "1002", "1004"))
    body = claim_next(house)
    headers = signed_by_slack(body)
    answers = await asyncio.gather(*(post(house, body, headers) for _ in range(6)))
    assert [each.status_code for each in answers] == [200] * 6
    # One is told what came of it; to Slack the others are acknowledged without a word.
    assert sorted(bool(each.content) for each in answers) == [False] * 5 + [True]
    assert await claimed(house) == ["1001"]


async def test_a_refused_claim_that_is_replayed_is_written_down_once(build: OpenHouse):
    house = await build(http=True, data=scenario("1001"), linked=())
    body = claim_next(house).replace(b"text=next", b"text=1001")
    headers = signed_by_slack(body)
    for _ in range(3):
        assert (await post(house, body, headers)).status_code == 200
    assert len(await house.read(refusals)) == 1
    again = claim_next(house).replace(b"text=next", b"text=1001")
    await post(house, again, signed_by_slack(again))
    assert len(await house.read(refusals)) == 2


async def test_a_claim_that_names_nothing_has_its_receipt_before_it_is_answered(build: OpenHouse):
    house = await build(http=True, data=scenario("1001"))
    before = len(await house.read(deliveries))
    body = claim_next(house).replace(b"text=next", b"text=999999")
    assert b"does not know conversation 999999" in (await post(house, body, signed_by_slack(body))).content
    assert len(await house.read(deliveries)) == before + 1


def refusals(session: Session, workspace: str) -> list[AuditEntry]:
    return [each for each in audit.latest(session, workspace) if each.outcome == "refused"]


def deliveries(session: Session, workspace: str) -> list[Receipt]:
    mine = (Receipt.workspace == workspace, Receipt.source == "slack", Receipt.state == "done")
    return list(session.exec(select(Receipt).where(*mine)))


async def test_without_slacks_signature_there_is_no_entrance_in_socket_mode(build: OpenHouse):
    house = await build(settled=False, linked=())
    body = claim_next(house)
    assert (await post(house, body, signed_by_slack(body))).status_code == 404


@pytest.fixture
async def guarded(build: OpenHouse) -> AsyncIterator[House]:
    """A house with an alert on 1001; in the end no customer got anything and nothing is claimed."""
    house = await build(data=scenario("1001", "1002", "1004"))
    await house.at("09:05")
    yield house
    await house.settle()
    assert house.sent() == []
    assert await claimed(house) == []


def as_sent_by(house: House, user_id: str, payload: dict[str, Any], team_id: str | None = None) -> Any:
    """A payload with another person in it."""
    team = team_id or house.slack.users[user_id].team_id or house.workspace
    if "user_id" in payload:
        return {**payload, "user_id": user_id, "team_id": team}
    return {**payload, "user": {**payload["user"], "id": user_id, "team_id": team}, "team": {"id": team}}


async def try_everything(house: House, user_id: str, team_id: str | None = None) -> list[str]:
    """Somebody types, presses and submits; what each was answered with."""
    deliver = house.slack.delivery.request
    channel = house.slack.channels[house.ana.channel]
    channel.members.add(user_id)
    slash = payloads.slash_form(house.slack, house.ana.id, channel, "/claim", "next")
    told = [await deliver("slash_commands", as_sent_by(house, user_id, slash, team_id))]

    before = len(house.slack.messages(channel.id))
    alert = house.alert("1001")
    (button,) = [each for each in alert.blocks[-1]["elements"] if each["action_id"] == "wb:claim"]
    action = payloads.action(house.slack, alert.blocks[-1], button, {"type": "button"})
    click = payloads.message_actions(house.slack, house.ana.id, alert, {}, action)
    await deliver("interactive", as_sent_by(house, user_id, click, team_id))
    private = house.slack.messages(channel.id)[before:]
    assert {each.ephemeral_to for each in private} == {user_id}

    view = await house.ana.opens_answer("1001")
    view.state["text"]["wb:text"] = rich("Nothing to see here")
    submission = payloads.view_submission(house.slack, view)
    told.append(await deliver("interactive", as_sent_by(house, user_id, submission, team_id)))
    return [json.dumps(reply.data) for reply in told] + [words(each.blocks) for each in private]


async def test_a_guest_is_told_and_does_nothing(guarded: House):
    for answer in await try_everything(guarded, "U0GUS"):
        assert "Guests cannot use Watchbell." in answer


async def test_somebody_of_another_company_is_told_and_does_nothing(guarded: House):
    for answer in await try_everything(guarded, "U0SID"):
        assert "This workspace is not the one Watchbell serves." in answer
    # Slack names our own team where a stranger acts in a shared channel: their profile tells.
    for answer in await try_everything(guarded, "U0SID", guarded.workspace):
        assert "You belong to another workspace" in answer


async def test_a_deactivated_person_is_told_and_does_nothing(guarded: House):
    guarded.slack.users["U0DORA"].deleted = True
    for answer in await try_everything(guarded, "U0DORA"):
        assert "This Slack account is deactivated." in answer


async def test_a_rep_whose_request_names_another_workspace_does_nothing(guarded: House):
    for answer in await try_everything(guarded, guarded.ana.id, "T0ELSEWHERE"):
        assert "This workspace is not the one Watchbell serves." in answer


async def test_a_colleague_without_a_seat_reads_and_does_not_act(guarded: House):
    for answer in await try_everything(guarded, "U0UMA"):
        assert "You can read here, not act" in answer
    assert (await guarded.uma.types("/inbox")).ok
    assert "Dana Reyes" in guarded.uma.heard


async def test_somebody_nobody_knows_is_told_and_does_nothing(guarded: House):
    channel = guarded.slack.channels[guarded.ana.channel]
    slash = payloads.slash_form(guarded.slack, guarded.ana.id, channel, "/claim", "next")
    reply = await guarded.slack.delivery.request("slash_commands", {**slash, "user_id": "U0NOBODY"})
    assert "Slack does not know who you are here." in json.dumps(reply.data)


GARBAGE = (
    *("", "{", "[]", "null", "\x00", "{}" * 900),
    *('{"conversation":null}', '{"conversation":["1001"]}', '{"conversation":"../../1004"}'),
)


async def test_an_answer_modal_with_garbage_inside_sends_nothing_and_says_so(guarded: House):
    for garbage in GARBAGE:
        view = await guarded.ana.opens_answer("1001")
        view.private_metadata = garbage
        await guarded.ana.submits({"text": rich("Hello")})
        told = f"{words(guarded.ana.view.blocks)} {guarded.ana.view.errors}"
        assert "this window did not say what it is about" in told or "does not know" in told, (garbage, told)
        await guarded.slack.people.close(guarded.ana.id, guarded.ana.view.id, everything=True)


async def test_an_answer_modal_turned_to_another_conversation_asks_again_and_names_the_reader(
    guarded: House,
):
    view = await guarded.ana.opens_answer("1001")
    held = json.loads(view.private_metadata)
    view.private_metadata = json.dumps({**held, "conversation": "1004"})
    assert (await guarded.ana.submits({"text": rich("Your password is 1234")})).ok
    shown = words(guarded.ana.view.blocks)
    assert "Nothing was sent." in shown
    assert "To *Pia Holm*" in shown


@pytest.mark.parametrize("place", ["private_metadata", "state"])
async def test_whose_name_an_answer_goes_out_in_is_not_the_windows_to_say(
    build: OpenHouse, place: str
) -> None:
    house = await build(data=scenario("1001"))
    view = await house.ana.opens_answer("1001")
    forged = {"admin_id": "8804", "rep": {"admin_id": "8804"}, "slack_user_id": "U0LEA", "by": "U0LEA"}
    if place == "private_metadata":
        view.private_metadata = json.dumps({**json.loads(view.private_metadata), **forged})
    else:
        for name, value in forged.items():
            view.state[name] = {f"wb:{name}": {"type": "plain_text_input", "value": str(value)}}
    view.state["text"]["wb:text"] = rich("In whose name?")
    submission = payloads.view_submission(house.slack, view)
    submission["admin_id"] = submission["user"]["admin_id"] = "8804"
    await house.slack.delivery.request("interactive", submission)
    await house.settle()
    assert house.sent() == [("1001", house.ana.admin, "In whose name?")]


FORGED_VALUES = (
    "",
    "9999",
    "1001 OR 1=1",
    "../1001",
    "1001\x00",
    "x" * 3000,
    "reply:1",
    '{"id":"1001"}',
    "None",
)


async def test_a_button_with_a_forged_value_does_nothing_and_says_so(guarded: House):
    alert = guarded.alert("1001")
    (block,) = [each for each in alert.blocks if each["type"] == "actions"]
    verbs = ("claim", "release", "answer", "undo", "send_again", "assign", "claim_account", "nothing_known")
    for verb in verbs:
        for value in FORGED_VALUES:
            element = {**block["elements"][0], "action_id": f"wb:{verb}", "value": value}
            action = payloads.action(guarded.slack, block, element, {"type": "button"})
            click = payloads.message_actions(guarded.slack, guarded.ana.id, alert, {}, action)
            reply = await guarded.slack.delivery.request("interactive", click)
            assert reply.error is None, (verb, value)
            await guarded.bot.front.finish()
    assert await claimed(guarded) == []
    assert "tick_failed" not in str(guarded.bot.works.failed)


async def test_a_stolen_seat_is_not_linked(guarded: House):
    await guarded.ana.types("/watchbell unlink")
    await guarded.ana.types("/watchbell link")
    offer = guarded.ana.last
    for thief in ("U0UMA", "U0CEM"):
        before = len(guarded.slack.people.toasts(thief))
        (block,) = [each for each in offer.blocks if each["type"] == "actions"]
        action = payloads.action(guarded.slack, block, block["elements"][0], {"type": "button"})
        click = payloads.message_actions(guarded.slack, guarded.ana.id, offer, {}, action)
        reply = await guarded.slack.delivery.request("interactive", as_sent_by(guarded, thief, click))
        assert reply.error is None
        told = [each for each in guarded.slack.messages(offer.channel) if each.ephemeral_to == thief][-1]
        assert "that Intercom seat has another e-mail address" in words(told.blocks)
        assert await guarded.read(reps.linked_admin, thief) is None
        assert len(guarded.slack.people.toasts(thief)) == before


async def test_nobody_but_a_lead_links_somebody_else(guarded: House):
    await guarded.ana.types("/watchbell link <@U0CEM>")
    assert "only a lead can link other people" in guarded.ana.heard
    assert await guarded.read(reps.linked_admin, "U0CEM") is None
    await link(guarded.lea)
    await guarded.lea.types("/watchbell link <@U0CEM>")
    assert "now acts as Cem Aydin" in guarded.lea.heard
