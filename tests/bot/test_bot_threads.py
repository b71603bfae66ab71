"""Account threads: one anchor from two open conversations on, quiet in a burst, closed when all is done."""

from __future__ import annotations

import re
from typing import Any

from harness import House, OpenHouse
from on_the_screen import words
from small_office import CHANNELS, scenario

from sandbox.slack.model import Message


def anchors(house: House) -> list[str]:
    return [each.text for each in house.posts("accounts", "post:account:")]


async def test_an_account_with_one_open_conversation_has_no_thread_and_with_two_it_has(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    assert house.posts("accounts") == []
    house.tick(60)
    house.intercom.customer_writes("1001", "Hello?")
    house.intercom.load({**scenario("1002"), "admins": [], "teams": []})
    await house.later(seconds=61)
    assert len(anchors(house)) == 1
    assert "2 open conversations" in anchors(house)[0]
    anchor = house.post("accounts", "post:account:c1:")
    (issue,) = house.posts("accounts", "post:issue:")
    assert issue.thread_ts == anchor.ts
    assert "2 people in 2 conversations" in words(issue.blocks)
    assert "e-mail · Dana Reyes" in words(issue.blocks)
    assert "WhatsApp · Omar Haddad" in words(issue.blocks)


async def test_a_trial_that_is_long_over_does_not_hide_the_renewal(build: OpenHouse):
    data = scenario("1001", "1002")
    data["companies"][0]["custom_attributes"]["trial_ends_on"] = "2025-10-01"
    house = await build(data=data, linked=())
    shown = words(house.post("accounts", "post:account:c1:").blocks)
    assert "renews in 20 days" in shown
    assert "trial" not in shown


async def test_another_problem_gets_a_reply_of_its_own(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())
    house.tick()
    house.intercom.customer_starts("p2", "email", "Please send the invoice of October as a PDF.")
    await house.later(seconds=61)
    assert len(house.posts("accounts", "post:issue:")) == 2
    assert len(anchors(house)) == 1
    assert "2 issues" in words(house.post("accounts", "post:account:c1:").blocks)


async def test_a_burst_of_fifty_events_is_a_handful_of_posts_and_edits(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())
    house.webhooks_on()
    changes: list[str] = []

    def heard(kind: str, detail: dict[str, object]) -> None:
        if detail.get("channel") == CHANNELS["accounts"]:
            changes.append(kind)

    house.slack.on_change(heard)
    for number in range(25):
        house.tick()
        house.intercom.customer_writes("1001", f"Still nothing. ({number})")
        house.intercom.admin_notes("1002", "8801", f"Looked again. ({number})")
    await house.settle()
    assert len(house.intercom.webhooks.log) >= 50
    assert 1 <= len(changes) <= 8, changes
    assert len(anchors(house)) == 1


def many_problems(count: int) -> dict[str, Any]:
    """Northwind's people have as many problems, each in words of its own."""
    data = scenario("1001", "1002")
    subjects = (
        "The invoice of October shows the wrong address.",
        "Exporting a report as CSV ends in error E-4417.",
        "How do we add a second office to our plan?",
        "The mobile app crashes when a photo is uploaded.",
        "Please delete the test project of last summer.",
        "Our calendar sync with Outlook is an hour off.",
        "Can we pay by bank transfer instead of by card?",
        "Notifications arrive twice on every phone.",
    )
    (first,) = [each for each in data["conversations"] if each["id"] == "1001"]
    for number, said in enumerate(subjects[:count]):
        part = {**first["parts"][0], "text": said}
        data["conversations"].append({**first, "id": str(2000 + number), "parts": [part]})
    return data


async def test_two_hundred_events_in_a_minute_are_three_posts_and_end_in_the_right_state(build: OpenHouse):
    house = await build(data=scenario("1004"), linked=())
    house.webhooks_on()
    posted: list[str] = []

    def heard(kind: str, detail: dict[str, Any]) -> None:
        if kind == "message" and detail.get("channel") == CHANNELS["accounts"]:
            posted.append(detail["ts"])

    house.slack.on_change(heard)
    house.intercom.load({**many_problems(8), "admins": [], "teams": []})
    for number in range(20):
        house.tick(2)
        for conversation in ("1001", "1002", *(str(2000 + each) for each in range(8))):
            house.intercom.customer_writes(conversation, f"Still nothing. ({number})")
        if number % 5 == 0:
            await house.settle()
    await house.settle()
    assert len(house.intercom.webhooks.log) >= 200
    assert 1 <= len(posted) <= 3, posted
    anchor = house.post("accounts", "post:account:c1:")
    assert "10 open conversations, 9 issues" in words(anchor.blocks)
    for minutes in range(1, 8):
        await house.later(minutes=5)
        assert len(posted) == 3 + minutes
    issues = house.posts("accounts", "post:issue:c1:")
    assert len(issues) == 9
    assert {each.thread_ts for each in issues} == {anchor.ts}
    await house.later(minutes=30)
    assert len(posted) == 10


async def test_an_account_with_many_conversations_tells_how_many_more_are_open_and_how_many_snoozed(
    build: OpenHouse,
):
    data = many_problems(8)
    # Eight of the ten are shown; the latest are this one and 1002.
    asleep = data["conversations"][-1]
    asleep |= {"state": "snoozed", "snoozed_until": "2026-11-25T09:00:00+01:00"}
    house = await build(data=data)
    assert (await house.ana.types("/account northwind")).ok
    assert "and 1 more open conversation and 1 more snoozed conversation" in house.ana.heard


async def test_what_is_solved_while_it_waits_for_its_turn_gets_no_message(build: OpenHouse):
    house = await build(data=many_problems(2), linked=())
    assert len(house.posts("accounts", "post:issue:c1:")) == 2
    house.tick(60)
    house.intercom.closes("2001", "8801")
    await house.later(minutes=1)
    await house.later(minutes=10)
    assert len(house.posts("accounts", "post:issue:c1:")) == 2
    house.intercom.customer_writes("2001", "It is back.")
    await house.later(minutes=1)
    issues = house.posts("accounts", "post:issue:c1:")
    assert len(issues) == 3
    assert all("Nothing open" not in words(each.blocks) for each in issues)


async def test_what_changed_with_the_last_edit_is_marked(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    anchor, issue = "post:account:c1:", "post:issue:c1:"
    assert "Changed" not in words(house.post("accounts", anchor).blocks)
    await house.at("09:03")
    await house.ana.types("/claim 1001")
    await house.settle()
    assert "Changed 09:03: claimed by Ana Ruiz" in plain(house.post("accounts", anchor))
    assert plain(house.post("accounts", issue)).count("changed 09:03") == 1
    house.intercom.customer_starts("p2", "email", "Please send the invoice of October as a PDF.")
    house.intercom.closes("1002", house.ben.admin)
    await house.at("09:05")
    assert "Changed 09:05: 1 new conversation, 1 closed" in plain(house.post("accounts", anchor))


async def test_a_new_episode_leads_to_the_old_one(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())
    for conversation in ("1001", "1002"):
        house.intercom.admin_replies(conversation, house.ana.admin, "Repaired.")
        house.intercom.closes(conversation, house.ben.admin)
    await house.at("09:10")
    (old,) = house.posts("accounts", "post:account:c1:")
    assert "answered by Ana Ruiz" in words(old.blocks)
    assert "first reply in 10 min" in words(old.blocks)
    await house.later(days=3)
    for conversation in ("1001", "1002"):
        house.intercom.customer_writes(conversation, "It is back.")
    await house.later(minutes=2)
    _, new = house.posts("accounts", "post:account:c1:")
    assert "before: 2 conversations, closed 24 November" in words(new.blocks)
    assert f"/archives/{CHANNELS['accounts']}/p{old.ts.replace('.', '')}" in words(new.blocks)


def plain(message: Message) -> str:
    """Its words, with instants as Berlin reads them."""
    return re.sub(r"<!date\^\d+\^[^|]*\|([^>]*)>", r"\1", words(message.blocks))


async def all_closed(build: OpenHouse) -> House:
    """Two conversations answered and closed, and the anchor that says so."""
    house = await build(data=scenario("1001", "1002"), linked=())
    house.tick()
    for conversation in ("1001", "1002"):
        house.intercom.admin_replies(conversation, "8801", "Repaired.")
        house.intercom.closes(conversation, "8801")
    await house.later(seconds=61)
    return house


async def test_when_all_is_closed_the_anchor_says_so_and_what_comes_soon_goes_on_there(build: OpenHouse):
    house = await all_closed(build)
    (closed,) = house.posts("accounts", "post:account:")
    assert "Northwind Marine*: nothing open" in words(closed.blocks)
    assert "2 conversations settled" in words(closed.blocks)
    assert "claim_account" not in str(closed.blocks)
    house.tick()
    house.intercom.customer_writes("1001", "It is back.")
    house.intercom.customer_writes("1002", "Me too.")
    await house.later(seconds=61)
    again = house.post("accounts", "post:account:")
    assert again.ts == closed.ts
    assert "2 open conversations" in again.text
    assert "2 opened again" in plain(again)


async def test_one_conversation_that_opens_again_opens_the_thread_again_and_closes_it_again(build: OpenHouse):
    house = await all_closed(build)
    anchor, issue = "post:account:c1:", "post:issue:c1:"
    before = house.post("accounts", anchor).ts, house.post("accounts", issue).ts
    # Over a weekend's length, and no longer.
    await house.later(days=2, hours=16)
    house.intercom.customer_writes("1001", "It is back.")
    await house.later(seconds=61)
    assert "1 open conversation" in house.post("accounts", anchor).text
    assert "nothing open" not in words(house.post("accounts", anchor).blocks)
    assert "Answer" in words(house.post("accounts", anchor).blocks)
    assert "Nothing open" not in words(house.post("accounts", issue).blocks)
    assert (house.post("accounts", anchor).ts, house.post("accounts", issue).ts) == before
    house.intercom.closes("1001", "8801")
    await house.later(seconds=61)
    assert "nothing open" in words(house.post("accounts", anchor).blocks)
    # Days later it is no episode of several conversations any more.
    await house.later(days=3)
    house.intercom.customer_writes("1002", "Once more.")
    await house.later(seconds=61)
    assert "nothing open" in words(house.post("accounts", anchor).blocks)


async def test_another_conversation_alone_does_not_open_a_closed_thread(build: OpenHouse):
    house = await all_closed(build)
    house.intercom.customer_starts("p2", "email", "Please send the invoice of October as a PDF.")
    await house.later(seconds=61)
    assert "nothing open" in words(house.post("accounts", "post:account:c1:").blocks)
    house.intercom.customer_starts("p1", "email", "And that of September, please.")
    await house.later(seconds=61)
    assert "2 open conversations" in house.post("accounts", "post:account:c1:").text


async def test_an_anchor_that_somebody_deleted_gets_one_successor_when_a_customer_writes(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())

    def standing() -> list[Message]:
        # A message with replies leaves a tombstone.
        return [each for each in house.posts("accounts", "post:account:c1:") if not each.deleted]

    house.slack.remove(standing()[0])
    house.tick()
    house.intercom.admin_assigns("1001", "8801", "8801")
    for _ in range(3):
        await house.later(minutes=2)
    assert standing() == [], "no customer has written since"
    house.intercom.customer_writes("1001", "Hello?")
    await house.later(minutes=2)
    (anchor,) = standing()
    assert {each.thread_ts for each in house.posts("accounts", "post:issue:c1:2:")} == {anchor.ts}
    house.slack.remove(anchor)
    for said in ("Is anybody there?", "It is urgent."):
        await house.later(minutes=40)
        house.intercom.customer_writes("1001", said)
    await house.later(minutes=40)
    assert standing() == [], "who deletes the second one too does not want it"


async def test_a_snoozed_conversation_is_shown_and_wakes_in_place(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())
    house.tick()
    house.intercom.snoozes("1002", "8801", house.clock.now().replace(hour=9, minute=0))
    await house.later(seconds=61)
    issue = house.post("accounts", "post:issue:c1:")
    assert "snoozed until 10:00" in words(issue.blocks)
    await house.at("10:01")
    await house.at("10:03")
    assert "snoozed" not in words(house.post("accounts", "post:issue:c1:").blocks)


async def test_an_alert_names_the_others_on_its_issue_and_leads_to_their_thread(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())
    await house.at("09:05")
    shown = words(house.alert("1001").blocks)
    place = house.post("accounts", "post:account:c1:").ts.replace(".", "")
    assert "1 more open conversation" in shown
    assert f"/archives/{CHANNELS['accounts']}/p{place}" in shown


async def test_an_alert_counts_of_the_others_on_its_issue_those_that_are_open(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())
    await house.at("09:05")
    assert "1 more open conversation" in words(house.alert("1001").blocks)
    house.intercom.closes("1002", "8801")
    await house.later(seconds=61)
    assert "more open" not in words(house.alert("1001").blocks)
    house.intercom.opens("1002", "8801")
    await house.later(seconds=61)
    assert "1 more open conversation" in words(house.alert("1001").blocks)


async def test_claiming_and_answering_show_on_anchor_and_issue(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    await house.ana.presses(house.post("accounts", "post:account:c1:"), "claim_account")
    await house.settle()
    for key in ("post:account:c1:", "post:issue:c1:"):
        assert "claimed by Ana Ruiz" in words(house.post("accounts", key).blocks)
    await house.ana.answers("1001", "Repaired.")
    await house.settle()
    assert "waiting on the customer" in words(house.post("accounts", "post:issue:c1:").blocks)
    assert "claim_account" not in str(house.post("accounts", "post:account:c1:").blocks)
