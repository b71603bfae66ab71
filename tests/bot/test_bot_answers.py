"""An answer reaches the customer once, as the rep who wrote it, after everything that changed was shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from answers_told import delivery
from harness import CHANNELS, House, OpenHouse, link
from on_the_screen import key_of, option, rich, verbs, words
from small_office import scenario

from bot.store import conversations
from sandbox.slack import payloads
from sandbox.slack.model import Outcome


@pytest.mark.parametrize("http", [False, True], ids=["socket-mode", "signed-http"])
async def test_an_answer_reaches_the_customer_once_as_the_rep_and_the_alert_tells_it(
    build: OpenHouse, http: bool
):
    house = await build(data=scenario("1001"), http=http)
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "answer")
    await house.settle()
    view = house.ana.view
    assert view.title == {"type": "plain_text", "text": "Answer Dana Reyes", "emoji": False}
    assert "To *Dana Reyes*, Northwind Marine, by e-mail" in words(view.blocks)
    assert "Single sign-on sends everyone back" in words(view.blocks)
    assert view.submit is not None
    assert view.submit["text"] == "Send to Dana Reyes"
    outcome = await house.ana.submits({"text": rich("We are on it.")})
    assert outcome.ack == {"response_action": "clear"}
    await house.settle()
    assert house.sent() == [("1001", house.ana.admin, "We are on it.")]
    alert = house.alert("1001")
    assert ":white_check_mark: *Answered by Ana Ruiz, on time" in words(alert.blocks)
    assert verbs(alert.blocks) == []
    told = delivery(house)
    assert told.thread_ts == alert.ts
    assert "*Sent <!date^" in words(told.blocks)
    assert (await house.read(conversations.get, "1001")).claimed_by == house.ana.admin
    await house.later(minutes=5)
    assert len(house.sent()) == 1


async def test_formatting_arrives_and_markup_in_the_text_stays_text(build: OpenHouse):
    house = await build(data=scenario("1001"))
    typed = [
        {"type": "text", "text": "Try "},
        {"type": "text", "text": "this", "style": {"bold": True}},
        {"type": "text", "text": ' <script>alert("1")</script><img src=x onerror=alert(2)> & '},
        {"type": "link", "url": "https://help.small.example/sso?a=1&b=2", "text": "our page"},
        {"type": "link", "url": "javascript:alert(3)", "text": "a trap"},
    ]
    value = rich("")
    value["rich_text_value"]["elements"][0]["elements"] = typed
    await house.ana.opens_answer("1001")
    await house.ana.submits({"text": value})
    await house.settle()
    (part,) = [each for each in house.parts("1001") if each["body"]]
    body = part["body"]
    assert "<strong>this</strong>" in body or "<b>this</b>" in body
    assert 'href="https://help.small.example/sso?a=1&amp;b=2"' in body
    for danger in ("<script", "<img", "javascript:"):
        assert danger not in body
    assert '<script>alert("1")</script>' in house.sent()[0][2]


async def test_persian_and_families_reach_the_customer_as_they_were_typed(build: OpenHouse):
    house = await build(data=scenario("1004"))
    said = "می‌خواهم 👨‍👩‍👧"
    await house.ana.answers("1004", said)
    await house.settle()
    assert [text for _, _, text in house.sent()] == [said]


async def test_without_an_alert_the_rep_is_told_in_a_direct_message(build: OpenHouse):
    house = await build(data=scenario("1004"))
    await house.ana.answers("1004", "Under Import.")
    await house.settle()
    told = delivery(house)
    assert told.channel == house.slack.im_with(house.ana.id).id
    assert "*Sent <!date^" in words(told.blocks)
    assert house.posts("alerts") == []


async def test_a_note_reaches_the_team_and_not_the_customer(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    await house.ana.chooses("note")
    await house.ana.submits({"text": rich("Dana is the owner.")})
    await house.settle()
    assert house.sent() == []
    (part,) = house.parts("1001")
    assert (part["part_type"], part["author"]["id"]) == ("note", house.ana.admin)
    assert "First reply due in 15 min" in words(house.alert("1001").blocks)
    assert "*Saved <!date^" in words(delivery(house).blocks)


async def test_who_and_what_is_mentioned_is_named_to_those_who_do_not_read_slack(build: OpenHouse):
    house = await build(data=scenario("1001"))
    runs = (
        {"type": "text", "text": "Please ask "},
        {"type": "user", "user_id": house.ben.id},
        {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": CHANNELS["alerts"]},
        {"type": "text", "text": " or "},
        {"type": "usergroup", "usergroup_id": "S0UNKNOWN1"},
        {"type": "text", "text": "."},
    )
    said = rich("")
    said["rich_text_value"]["elements"] = [{"type": "rich_text_section", "elements": list(runs)}]
    await house.ana.opens_answer("1001")
    await house.ana.submits({"text": said})
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["Please ask ben in #support-alerts or a group."]


async def test_what_happens_after_sending_happens_after_sending(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"))
    view = await house.ana.opens_answer("1001")
    await house.ana.submits({"text": rich("Solved."), "after": option(view, "after", "close")})
    view = await house.ben.opens_answer("1004")
    await house.ben.submits({"text": rich("Tomorrow."), "after": option(view, "after", "snooze")})
    await house.settle()
    assert [each["part_type"] for each in house.parts("1001")] == ["assignment", "close"]
    assert house.intercom.conversation("1001")["state"] == "closed"
    assert [each["part_type"] for each in house.parts("1004")] == ["assignment", "snoozed"]
    until = house.intercom.conversation("1004")["snoozed_until"]
    assert until == int((house.clock.now() + timedelta(hours=1)).timestamp())


@pytest.mark.parametrize(("chosen", "done"), [("close", "closed"), ("snooze", "snoozed")])
async def test_what_the_customer_wrote_meanwhile_is_not_put_away_with_the_answer(
    build: OpenHouse, chosen: str, done: str
):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.at("09:05")
    view = await house.ana.opens_answer("1001")
    await house.ana.submits({"text": rich("Clear your cache."), "after": option(view, "after", chosen)})
    await house.settle()
    house.tick(3)
    house.intercom.customer_writes("1001", "Wait, it also deleted all our invoices!")
    assert house.sent() == []
    house.clock.machine_ahead = timedelta(seconds=31)
    await house.settle()
    await house.later(seconds=61)
    assert house.intercom.conversation("1001")["state"] == "open"
    told = words(delivery(house).blocks)
    assert "*Sent " in told
    assert f"Not {done}: Dana Reyes wrote meanwhile." in told
    # What was read before the next answer is put away with that one.
    house.tick(5)
    view = await house.ana.opens_answer("1001")
    await house.ana.submits({"text": rich("They are back."), "after": option(view, "after", chosen)})
    house.clock.machine_ahead = timedelta(seconds=62)
    await house.until(lambda: house.intercom.conversation("1001")["state"] == done)


async def test_nothing_is_sent_without_words(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.opens_answer("1001")
    outcome = await house.ana.submits({"text": rich(" \u200b\u202e \n ")})
    assert outcome.error == "validation"
    assert house.ana.view.errors == {"text": "Nothing was sent. Write the reply first."}
    await house.settle()
    assert house.sent() == []


async def test_ten_thousand_characters_arrive_whole(build: OpenHouse):
    house = await build(data=scenario("1001"))
    text = "".join(f"{number}, " for number in range(2100))[:10_000].strip()
    await house.ana.answers("1001", text)
    await house.settle()
    assert house.sent() == [("1001", house.ana.admin, text)]


async def test_when_the_customer_wrote_meanwhile_the_rep_sees_it_and_is_asked_again(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.opens_answer("1001")
    house.tick(60)
    house.intercom.customer_writes("1001", "Forget it, it works again.")
    house.tick(120)
    await house.ana.submits({"text": rich("Please try now.")})
    shown = words(house.ana.view.blocks)
    assert "Dana Reyes wrote 2 min ago. Nothing was sent. Your text is kept below." in shown
    assert "Forget it, it works again." in shown
    assert house.ana.view.submit is not None
    assert house.ana.view.submit["text"] == "Send anyway"
    await house.settle()
    assert house.sent() == []
    assert house.ana.view.state["text"]["wb:text"]["rich_text_value"], "the text is kept"
    assert (await house.ana.submits()).ok
    await house.settle()
    assert house.sent() == [("1001", house.ana.admin, "Please try now.")]


async def test_a_second_change_while_the_rep_looks_at_the_first_is_not_hidden(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.opens_answer("1001")
    house.tick()
    house.intercom.customer_writes("1001", "Forget it.")
    house.tick()
    await house.ana.submits({"text": rich("Please try now.")})
    house.tick()
    house.intercom.admin_replies("1001", house.ben.admin, "Glad to hear.")
    house.tick()
    await house.ana.submits()
    await house.settle()
    assert "Ben Okoro answered" in words(house.ana.view.blocks)
    assert [text for _, _, text in house.sent()] == ["Glad to hear."]


async def test_a_colleagues_answer_claim_or_closing_meanwhile_is_shown_too(build: OpenHouse):
    house = await build(data=scenario("1001", "1002", "1004"))
    await house.ana.opens_answer("1001")
    house.tick()
    house.intercom.admin_replies("1001", house.ben.admin, "Done already.")
    house.tick()
    await house.ana.submits({"text": rich("On it.")})
    assert "Ben Okoro answered" in words(house.ana.view.blocks)
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.ana.opens_answer("1002")
    await house.ben.types("/claim 1002")
    await house.ana.submits({"text": rich("On it.")})
    assert "Ben Okoro has claimed this conversation." in words(house.ana.view.blocks)
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.ana.opens_answer("1004")
    house.tick()
    house.intercom.closes("1004", house.ben.admin)
    house.tick()
    await house.ana.submits({"text": rich("On it.")})
    assert "This conversation was closed. Sending opens it again." in words(house.ana.view.blocks)
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["Done already."]


async def test_sending_anyway_does_not_pass_over_what_came_after_the_warning(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.opens_answer("1001")
    house.tick()
    house.intercom.customer_writes("1001", "Any news?")
    house.tick()
    await house.ana.submits({"text": rich("On it.")})
    assert "Dana Reyes wrote" in words(house.ana.view.blocks)
    await house.ben.types("/claim 1001")
    await house.ana.submits()
    assert "Ben Okoro has claimed this conversation." in words(house.ana.view.blocks)
    house.tick()
    house.intercom.closes("1001", house.ben.admin)
    house.tick()
    await house.ana.submits()
    assert "This conversation was closed. Sending opens it again." in words(house.ana.view.blocks)
    assert house.sent() == []
    await house.ana.submits()
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["On it."], "told of all of it, she sends"


async def test_a_submission_that_arrives_twice_sends_once(build: OpenHouse):
    house = await build(data=scenario("1001"))
    view = await house.ana.opens_answer("1001")
    view.state["text"]["wb:text"] = rich("Only once.")
    again = payloads.view_submission(house.slack, view)
    house.slack.switches.duplicates = 1
    assert (await house.ana.submits()).ok
    # The same submission with another trigger, as a client that tries again would send it.
    reply = await house.slack.delivery.request("interactive", again)
    assert reply.data == {"response_action": "clear"}
    await house.slack.settled()
    await house.settle()
    assert house.sent() == [("1001", house.ana.admin, "Only once.")]


async def test_two_windows_are_two_answers(build: OpenHouse):
    house = await build(data=scenario("1001"))
    for text in ("First.", "Second."):
        await house.ana.answers("1001", text)
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["First.", "Second."]


async def test_a_rep_who_loses_the_seat_while_writing_sends_nothing(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.opens_answer("1001")
    await house.ana.types("/watchbell unlink")
    outcome: Outcome = await house.ana.submits({"text": rich("Hello.")})
    assert outcome.ok
    assert "not linked to an Intercom seat" in words(house.ana.view.blocks)
    await house.settle()
    assert house.sent() == []


async def test_what_intercom_refuses_is_told_with_its_reason_and_is_not_tried_again(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    refusal = {"status": 422, "error": "parameter_invalid", "times": -1}
    fault = house.fault("intercom", "POST /conversations/*/reply", "error", **refusal)
    await house.ana.answers("1001", "Hello.")
    await house.rest(0.5)
    assert fault.hits == 1
    assert house.sent() == []
    assert ":warning: *Not sent*: answer to Dana Reyes." in words(delivery(house).blocks)
    assert "First reply due in 15 min" in words(house.alert("1001").blocks)
    assert "claimed by nobody" in words(house.alert("1001").blocks)


async def test_thread_chatter_and_mentions_never_reach_a_customer(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    people = house.slack.people
    alert = house.alert("1001")
    bot = house.slack.seed.bot_user_id
    await people.say(house.ana.id, CHANNELS["alerts"], "Tell them it is fixed", thread_ts=alert.ts)
    await people.say(house.ana.id, CHANNELS["alerts"], f"<@{bot}> answer them", thread_ts=alert.ts)
    await people.say(house.ana.id, house.slack.im_with(house.ana.id).id, "answer 1001 with hello")
    await house.slack.settled()
    await house.settle()
    assert house.sent() == []
    assert house.parts("1001") == []


async def test_answer_alone_opens_the_most_urgent_of_ones_own(house: House):
    await house.ana.types("/answer")
    await house.settle()
    assert "To *Noor Visser*" in words(house.ana.view.blocks)
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    for line, who in (("/answer northwind", "Dana Reyes"), ("/answer #1004", "Pia Holm")):
        await house.ana.types(line)
        await house.settle()
        assert f"To *{who}*" in words(house.ana.view.blocks)
        await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.ben.types("/answer")
    assert "Nothing of yours waits for an answer." in house.ben.heard
    await house.ben.types("/answer everly")
    assert "Everly Labs waits for no answer." in house.ben.heard


async def test_hostile_words_stay_words_wherever_they_are_shown(build: OpenHouse):
    house = await build(data=scenario("1008"))
    await link(house.lea)
    await house.at("11:40")
    await house.ana.opens_answer("1008")
    await house.lea.presses(house.alert("1008"), "timeline")
    shown: list[Any] = [house.alert("1008").blocks, house.ana.view.blocks, house.lea.view.blocks]
    for blocks in shown:
        assert "your invoice" in words(blocks)
        for kind, markup in _marked_up(blocks):
            assert kind != "mrkdwn" or not {"<!channel>", "<@U0LEA>", "<https://evil"} & set(markup.split())
            assert "\u202e" not in markup
            assert "\x1b" not in markup
    assert "your invoice" not in house.alert("1008").text
    assert key_of(house.alert("1008"))


def _marked_up(value: Any) -> list[tuple[str, str]]:
    """(type, text) of every text object and rich text element."""
    if isinstance(value, list):
        return [found for each in value for found in _marked_up(each)]
    if not isinstance(value, dict):
        return []
    own = [(str(value.get("type")), value["text"])] if isinstance(value.get("text"), str) else []
    return own + [found for each in value.values() for found in _marked_up(each)]
