"""Account threads: one anchor from two open conversations on, quiet in a burst, closed when all is done."""

from __future__ import annotations

from harness import House, OpenHouse, words
from small_office import CHANNELS, scenario


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
    assert "email · Dana Reyes" in words(issue.blocks)
    assert "WhatsApp · Omar Haddad" in words(issue.blocks)


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


async def test_when_all_is_closed_the_anchor_says_so_and_what_comes_then_begins_anew(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())
    house.tick()
    for conversation in ("1001", "1002"):
        house.intercom.admin_replies(conversation, "8801", "Repaired.")
        house.intercom.closes(conversation, "8801")
    await house.later(seconds=61)
    (closed,) = house.posts("accounts", "post:account:")
    assert "Northwind Marine*: nothing open" in words(closed.blocks)
    assert "2 conversations settled" in words(closed.blocks)
    assert "claim_account" not in str(closed.blocks)
    house.tick()
    house.intercom.customer_writes("1001", "It is back.")
    house.intercom.customer_writes("1002", "Me too.")
    await house.later(seconds=61)
    first, second = house.posts("accounts", "post:account:")
    assert "nothing open" in words(first.blocks)
    assert "2 open conversations" in second.text


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
