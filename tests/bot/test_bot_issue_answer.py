"""One answer to everybody who told an issue: each gets it once, each has an outcome of their own."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse
from intercom_faults import DOUBTFUL, PATIENT, SURE
from on_the_screen import option, rich, targets, verbs, words
from small_office import CHANNELS, scenario

from sandbox.slack import payloads
from sandbox.slack.model import Message, View


def two_told_it() -> dict[str, Any]:
    """Dana and Omar of Northwind tell one problem in nearly the same words."""
    office = scenario("1001", "1002")
    for each in office["conversations"]:
        each["parts"][0]["text"] = "Single sign-on sends everyone back to the login page."
    return office


def ticks(view: View, *who: str) -> dict[str, Any]:
    """The boxes of these conversations, ticked."""
    boxes = next(block for block in view.blocks if block.get("block_id") == "who0")["element"]["options"]
    return {
        "who0": {"type": "checkboxes", "selected_options": [each for each in boxes if each["value"] in who]}
    }


async def window(house: House) -> View:
    (issue,) = house.posts("accounts", "post:issue:c1:")
    assert (await house.ana.presses(issue, "answer_issue")).ok
    await house.bot.front.finish()
    return house.ana.view


def told(house: House) -> Message:
    found = [each for channel in house.slack.channels for each in house.posts(channel, "post:delivery:")]
    assert len(found) == 1, [each.text for each in found]
    return found[0]


@pytest.fixture
async def many(build: OpenHouse) -> House:
    return await build(data=two_told_it())


async def test_everybody_who_was_ticked_is_greeted_by_name_and_answered_once(many: House):
    view = await window(many)
    shown = words(view.blocks)
    assert "Dana Reyes, e-mail" in shown
    assert "Omar Haddad, WhatsApp" in shown
    assert not any(
        block["element"].get("initial_options") for block in view.blocks if block["type"] == "input"
    ), "nobody is ticked before the rep does"
    values = {**ticks(view, "1001", "1002"), "text": rich("It works again.")}
    assert (await many.ana.submits(values)).ack == {"response_action": "clear"}
    await many.settle()
    assert sorted(many.sent()) == [
        ("1001", many.ana.admin, "Hi Dana,\nIt works again."),
        ("1002", many.ana.admin, "Hi Omar,\nIt works again."),
    ]
    card = told(many)
    assert "*Answer to 2 people: 2 sent*" in words(card.blocks)
    assert card.thread_ts == many.post("accounts", "post:account:c1:").ts
    await many.later(minutes=5)
    assert len(many.sent()) == 2


async def test_only_the_ticked_ones_hear_of_it_and_nothing_goes_without_a_tick_or_words(many: House):
    view = await window(many)
    assert (await many.ana.submits({"text": rich("Hello.")})).error == "validation"
    assert set(many.ana.view.errors) == {"who0"}, "Slack itself asks for a tick"
    # Where Slack does not, as with more than one group of boxes or a form that is no form of Slack's.
    sent = deepcopy(payloads.view_submission(many.slack, many.ana.view))
    sent["view"]["state"]["values"]["text"] = {"wb:text": rich("Hello.")}
    sent["view"]["state"]["values"].pop("who0", None)
    reply = await many.slack.delivery.request("interactive", sent)
    assert reply.data == {
        "response_action": "errors",
        "errors": {"who0": "Nothing was sent. Tick who gets it."},
    }
    assert (await many.ana.submits({**ticks(view, "1002"), "text": rich(" ")})).error == "validation"
    assert (await many.ana.submits({**ticks(view, "1002"), "text": rich("Hello.")})).ok
    await many.settle()
    assert [each[0] for each in many.sent()] == ["1002"]


async def test_one_who_wrote_meanwhile_holds_all_back_until_the_rep_has_seen_it(many: House):
    view = await window(many)
    many.tick(60)
    many.intercom.customer_writes("1002", "Forget it, it works again.")
    many.tick(60)
    await many.ana.submits({**ticks(view, "1001", "1002"), "text": rich("We are on it.")})
    shown = words(many.ana.view.blocks)
    assert "Omar Haddad wrote 1 min ago." in shown
    assert "Forget it, it works again." in shown
    assert "Nothing was sent: 1 conversation changed meanwhile." in shown
    await many.settle()
    assert many.sent() == []
    assert (await many.ana.submits(ticks(many.ana.view, "1001"))).ok
    await many.settle()
    assert [each[0] for each in many.sent()] == ["1001"]


async def test_where_the_card_of_several_cannot_stand_its_author_is_told_directly(many: House):
    view = await window(many)
    many.slack.change_channel(CHANNELS["accounts"], is_archived=True)
    many.fault("intercom", "POST /conversations/1001/reply", "drop_before")
    await many.ana.submits({**ticks(view, "1001", "1002"), "text": rich("It works again.")})
    found = lambda: [each for each in many.slack.channels for each in many.posts(each, "post:delivery:")]  # noqa: E731
    await many.until(lambda: found() and "resend" in verbs(found()[0].blocks))
    (card,) = found()
    assert card.channel.startswith("D")
    assert "1 sent and 1 not confirmed" in words(card.blocks)


async def test_undo_takes_back_all_that_has_not_left(build: OpenHouse):
    house = await build(data=two_told_it(), undo=timedelta(seconds=60))
    view = await window(house)
    await house.ana.submits({**ticks(view, "1001", "1002"), "text": rich("Too early.")})
    await house.settle()
    assert "*Sending to 2 people in 60 s*" in words(told(house).blocks)
    assert (await house.ana.presses(told(house), "undo_all")).ok
    assert "Taken back. Nothing was sent." in house.ana.heard
    await house.settle()
    assert house.sent() == []
    assert "2 taken back" in words(told(house).blocks)
    assert verbs(told(house).blocks) == ["rewrite", "rewrite"]
    await house.ana.presses(told(house), "rewrite")
    await house.settle()
    assert "To *Dana Reyes*" in words(house.ana.view.blocks)
    assert "Hi Dana,\\nToo early." in str(house.ana.view.blocks)


async def test_who_wrote_meanwhile_is_not_closed_with_the_others(build: OpenHouse):
    house = await build(data=two_told_it(), undo=timedelta(seconds=1))
    view = await window(house)
    values = {**ticks(view, "1001", "1002"), "after": option(view, "after", "close")}
    await house.ana.submits({**values, "text": rich("It works again.")})
    house.tick(3)
    house.intercom.customer_writes("1002", "It deleted all our invoices.")
    await house.until(lambda: len(house.sent()) == 2)
    await house.settle()
    states = {each: house.intercom.conversation(each)["state"] for each in ("1001", "1002")}
    assert states == {"1001": "closed", "1002": "open"}
    assert words(told(house).blocks).count("Not closed") == 1
    assert "Not closed: Omar Haddad wrote meanwhile." in words(told(house).blocks)


async def test_each_answer_has_an_outcome_of_its_own(many: House):
    many.fault("intercom", "POST /conversations/1001/reply", "drop_before")
    view = await window(many)
    await many.ana.submits({**ticks(view, "1001", "1002"), "text": rich("It works again.")})
    await many.until(lambda: "resend" in verbs(told(many).blocks))
    assert "1 sent and 1 not confirmed" in words(told(many).blocks)
    assert [each[0] for each in many.sent()] == ["1002"]
    (key,) = targets(told(many).blocks, "resend")
    assert key.endswith(":1001")
    assert (await many.ana.presses(told(many), "resend")).ok
    await many.settle()
    assert sorted(each[0] for each in many.sent()) == ["1001", "1002"]
    assert "2 sent" in words(told(many).blocks)


async def on_a_bad_day(build: OpenHouse, kind: str, **more: Any) -> House:
    """Ana answers both while the first reply call has a fault; what came of it is settled."""
    house = await build(data=two_told_it(), timings=PATIENT)
    house.fault("intercom", "POST /conversations/1001/reply", kind, **more)
    view = await window(house)
    await house.ana.submits({**ticks(view, "1001", "1002"), "text": rich("It works again.")})
    await house.until(lambda: "2 sent" in words(told(house).blocks) or "resend" in verbs(told(house).blocks))
    await house.rest(0.3)
    return house


@pytest.mark.parametrize("fault", SURE, ids=lambda each: each.replace(" ", "-"))
async def test_what_can_be_made_sure_of_reaches_both_once(build: OpenHouse, fault: str):
    kind, more = SURE[fault]
    house = await on_a_bad_day(build, kind, **more)
    assert sorted(each[0] for each in house.sent()) == ["1001", "1002"]
    assert verbs(told(house).blocks) == []


@pytest.mark.parametrize("fault", DOUBTFUL, ids=lambda each: each.replace(" ", "-"))
async def test_what_is_doubtful_for_one_is_asked_about_and_the_other_is_not_told_twice(
    build: OpenHouse, fault: str
):
    kind, more = DOUBTFUL[fault]
    house = await on_a_bad_day(build, kind, **more)
    assert [each[0] for each in house.sent()] == ["1002"]
    assert "1 sent and 1 not confirmed" in words(told(house).blocks)
    await house.ben.presses(told(house), "resend")
    assert "only the person who wrote the answer can do that" in house.ben.heard
    await house.ana.presses(told(house), "resend")
    await house.settle()
    assert sorted(each[0] for each in house.sent()) == ["1001", "1002"]


async def test_a_window_that_is_submitted_twice_answers_once(many: House):
    view = await window(many)
    values = {**ticks(view, "1001", "1002"), "text": rich("It works again.")}
    await many.ana.submits(values)
    sent = many.slack.delivery.log[-1].payload
    assert sent["type"] == "view_submission"
    for _ in range(2):
        await many.slack.delivery.request("interactive", sent)
    await many.settle()
    assert sorted(each[0] for each in many.sent()) == ["1001", "1002"]


async def test_the_seat_is_the_persons_own_whatever_the_window_says(many: House):
    view = await window(many)
    view.private_metadata = view.private_metadata.replace(many.ana.admin, many.ben.admin)
    view.private_metadata = view.private_metadata.replace("{", '{"admin_id": "8802", ', 1)
    await many.ana.submits({**ticks(view, "1001"), "text": rich("Hello.")})
    await many.settle()
    assert {each[1] for each in many.sent()} <= {many.ana.admin}


async def test_a_dropped_confirmation_is_found_in_intercom_and_nobody_reads_it_twice(many: House):
    many.fault("intercom", "POST /conversations/1001/reply", "drop_after")
    view = await window(many)
    await many.ana.submits({**ticks(view, "1001", "1002"), "text": rich("It works again.")})
    await many.until(lambda: "2 sent" in words(told(many).blocks))
    assert sorted(each[0] for each in many.sent()) == ["1001", "1002"]


async def test_what_intercom_refused_waits_for_a_retry(many: House):
    many.fault("intercom", "POST /conversations/1001/reply", "error", status=422)
    view = await window(many)
    await many.ana.submits({**ticks(view, "1001", "1002"), "text": rich("It works again.")})
    await many.until(lambda: "retry" in verbs(told(many).blocks))
    assert (await many.ana.presses(told(many), "retry")).ok
    await many.settle()
    assert sorted(each[0] for each in many.sent()) == ["1001", "1002"]


async def test_a_forged_window_reaches_no_conversation_outside_the_issue(build: OpenHouse):
    office = two_told_it()
    everything = scenario("1001", "1002", "1004")
    office["conversations"].append(next(each for each in everything["conversations"] if each["id"] == "1004"))
    office["contacts"], office["companies"] = everything["contacts"], everything["companies"]
    house = await build(data=office)
    view = await window(house)
    view.private_metadata = view.private_metadata.replace('"1002"', '"1004"')
    forged = {"text": {"type": "plain_text", "text": "x", "emoji": False}, "value": "1004"}
    boxes = {"who0": {"type": "checkboxes", "selected_options": [forged]}}
    await house.ana.submits({**boxes, "text": rich("Hello.")})
    assert "not part of this issue" in house.ana.view.errors["who0"]
    await house.settle()
    assert house.sent() == []


async def test_somebody_who_was_unlinked_meanwhile_sends_nothing(many: House):
    view = await window(many)
    await many.ana.types("/watchbell unlink")
    await many.ana.submits({**ticks(view, "1001"), "text": rich("Hello.")})
    await many.settle()
    assert many.sent() == []
