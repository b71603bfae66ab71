"""More…, the shortcuts on a message, and what stands under a link: each as a person does it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness import QUICK, House, OpenHouse
from on_the_screen import option, words
from person import Person
from signing import SEED
from small_office import APP, CHANNELS, scenario

from bot.outbox import settle
from bot.store import audit, intents
from handlers.answer import PATIENCE
from sandbox.slack.model import Channel, Message

LINK = f"https://app.intercom.com/a/apps/{APP}/conversations/1001"


def office(*only: str) -> dict[str, Any]:
    made = scenario(*only)
    made["teams"].append({"id": "78", "name": "Billing", "admin_ids": ["8802"]})
    made["tags"] = [{"id": f"50{n}", "name": name} for n, name in enumerate(("sso", "billing", "refund"), 1)]
    made["ticket_types"] = [
        {"id": "61", "name": "Bug"},
        {"id": "62", "name": "Internal", "category": "Tracker"},
    ]
    return made


async def says(house: House, person: Person, said: str, channel: str = "alerts") -> Message:
    ts = (await house.slack.people.say(person.id, CHANNELS.get(channel, channel), said)).ts
    message = house.slack.message(CHANNELS.get(channel, channel), ts)
    assert message is not None
    if "intercom.com" in said:
        await house.until(lambda: any(_tells_of(each.payload, message) for each in house.slack.delivery.log))
    await house.bot.front.finish()
    return message


def _tells_of(payload: dict[str, Any], message: Message) -> bool:
    event = payload.get("event") or {}
    place = event.get("channel"), event.get("message_ts")
    return event.get("type") == "link_shared" and place == (message.channel, message.ts)


async def shortcut(house: House, person: Person, name: str, message: Message) -> None:
    outcome = await house.slack.people.shortcut(person.id, name, message.channel, message.ts)
    assert outcome.ok, outcome
    await house.bot.front.finish()


async def chooses(house: House, person: Person, deed: str) -> None:
    """More… on one's own claim, and one of its choices."""
    await person.types("/claim 1001")
    await person.presses(person.last, "more_done")
    option = next(
        each
        for block in person.view.blocks
        if block.get("block_id") == "what"
        for each in block["element"]["options"]
        if each["value"] == deed
    )
    await person.submits({"what": {"type": "radio_buttons", "selected_option": option}})
    await house.bot.front.finish()


def picked(view: Any, block_id: str, *names: str) -> dict[str, Any]:
    """What choosing these entries of a select puts into the form."""
    element = next(each["element"] for each in view.blocks if each.get("block_id") == block_id)
    found = [each for each in element["options"] if each["text"]["text"] in names]
    assert len(found) == len(names), element["options"]
    if element["type"].startswith("multi"):
        return {"type": element["type"], "selected_options": found}
    return {"type": element["type"], "selected_option": found[0]}


def tags_of(house: House) -> set[str]:
    return {str(each["name"]) for each in house.intercom.conversation("1001")["tags"]["tags"]}


async def done(house: House) -> list[str]:
    return [each.action for each in reversed(await house.read(audit.latest)) if each.source == "modal"]


async def test_more_closes_and_opens_again(build: OpenHouse):
    house = await build(data=office("1001"))
    await chooses(house, house.ana, "close")
    assert "is not written to" in words(house.ana.view.blocks)
    await house.ana.submits()
    assert "Closing it in Intercom." in words(house.ana.view.blocks)
    await house.settle()
    assert house.intercom.conversation("1001")["state"] == "closed"
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    post = await says(house, house.ana, f"see {LINK}")
    await shortcut(house, house.ana, "more_message", post)
    said = words(house.ana.view.blocks)
    assert "Open again" in said
    assert "nobody is written to" not in said, "what is closed cannot be closed"
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.ana.types("/claim 1001")
    assert "No reply is due any more" in house.ana.heard
    await shortcut(house, house.ana, "more_message", post)
    option = {"text": {"type": "plain_text", "text": "Open again"}, "value": "reopen"}
    await house.ana.submits({"what": {"type": "radio_buttons", "selected_option": option}})
    await house.settle()
    assert house.intercom.conversation("1001")["state"] == "open"
    assert await done(house) == ["close", "reopen"]
    assert house.sent() == []


async def test_more_tags_gives_to_a_team_and_makes_one_ticket(build: OpenHouse):
    house = await build(data=office("1001"))
    await chooses(house, house.ana, "tag")
    await house.ana.submits({"tags": picked(house.ana.view, "tags", "sso", "billing")})
    await house.settle()
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.later(seconds=61)
    assert {each["name"] for each in house.intercom.conversation("1001")["tags"]["tags"]} == {
        "sso",
        "billing",
    }
    await chooses(house, house.ana, "tag")
    element = next(each["element"] for each in house.ana.view.blocks if each.get("block_id") == "tags")
    assert len(element["initial_options"]) == 2, "what it has is chosen"
    await house.ana.submits({"tags": picked(house.ana.view, "tags", "sso")})
    await house.settle()
    assert tags_of(house) == {"sso"}
    await house.slack.people.close(house.ana.id, house.ana.view.id)

    await chooses(house, house.ana, "team")
    await house.ana.submits({"team": picked(house.ana.view, "team", "Billing")})
    await house.settle()
    found = house.intercom.conversation("1001")
    assert (found["team_assignee_id"], found["admin_assignee_id"]) == (78, int(house.ana.admin))
    await house.slack.people.close(house.ana.id, house.ana.view.id)

    await chooses(house, house.ana, "ticket")
    assert "Internal" not in words(house.ana.view.blocks), "only what a customer can follow"
    title = {"type": "plain_text_input", "value": "Login loops"}
    house.fault("intercom", "POST /conversations/1001/convert", "drop_after")
    await house.ana.submits({"type": picked(house.ana.view, "type", "Bug"), "title": title})
    await house.until(lambda: house.posts(house.slack.im_with(house.ana.id).id))
    assert len(house.intercom.tickets) == 1, "the answer was lost, the ticket was not made twice"
    (told,) = house.posts(house.slack.im_with(house.ana.id).id)
    assert ":white_check_mark: *Ticket made*: Dana Reyes" in words(told.blocks)
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await chooses(house, house.ana, "ticket")
    await house.ana.submits({"type": picked(house.ana.view, "type", "Bug"), "title": title})
    assert "was made of it here before" in words(house.ana.view.blocks)
    assert await done(house) == ["tag", "tag", "assign_team", "ticket"]


async def test_saving_tags_leaves_alone_what_a_colleague_did_to_them_meanwhile(build: OpenHouse):
    house = await build(data=office("1001"))
    house.intercom.admin_tags("1001", house.ben.admin, "501")
    await house.later(seconds=61)
    await chooses(house, house.ana, "tag")
    house.intercom.admin_tags("1001", house.ben.admin, "503")
    await house.bot.writes.untag("1001", house.ben.admin, "501")
    await house.later(seconds=61)
    assert tags_of(house) == {"refund"}
    await house.ana.submits({"tags": picked(house.ana.view, "tags", "sso", "billing")})
    await house.settle()
    assert tags_of(house) == {"refund", "billing"}, "the one stays, the other is not put back"


async def test_a_ticket_that_intercom_refused_can_be_made_of_another_type(build: OpenHouse):
    house = await build(data=office("1001"))
    title = {"type": "plain_text_input", "value": "Login loops"}
    house.fault("intercom", "POST /conversations/1001/convert", "error", status=422)
    await chooses(house, house.ana, "ticket")
    await house.ana.submits({"type": picked(house.ana.view, "type", "Bug"), "title": title})
    await house.until(lambda: house.posts(house.slack.im_with(house.ana.id).id))
    (told,) = house.posts(house.slack.im_with(house.ana.id).id)
    assert "*Not done: ticket*, Dana Reyes. Intercom refused this (status 422)" in words(told.blocks)
    assert house.intercom.tickets == {}
    await house.slack.people.close(house.ana.id, house.ana.view.id)

    await chooses(house, house.ana, "ticket")
    await house.ana.submits({"type": picked(house.ana.view, "type", "Bug"), "title": title})
    assert "You are told when it is there." in words(house.ana.view.blocks)
    await house.until(
        lambda: "*Ticket made*" in words(house.posts(house.slack.im_with(house.ana.id).id)[0].blocks)
    )
    assert len(house.intercom.tickets) == 1


async def test_a_ticket_that_intercom_never_takes_is_given_up_and_holds_up_no_answer(build: OpenHouse):
    house = await build(data=office("1001"), timings=replace(QUICK, settle=0.8))
    title = {"type": "plain_text_input", "value": "Login loops"}
    down = house.fault("intercom", "POST /conversations/1001/convert", "error", status=500, times=-1)
    await chooses(house, house.ana, "ticket")
    await house.ana.submits({"type": picked(house.ana.view, "type", "Bug"), "title": title})
    await house.until(lambda: down.hits)
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.ana.answers("1001", "We look into it.")
    await house.until(house.sent)
    assert down.hits < QUICK.attempts, "the answer did not wait for the end of it"

    def told() -> str:
        return " ".join(words(each.blocks) for each in house.posts(house.slack.im_with(house.ana.id).id))

    await house.until(lambda: "*Not done: ticket*, Dana Reyes. given up after 12 attempts" in told(), 30)
    assert down.hits == QUICK.attempts
    house.faults.clear()
    await chooses(house, house.ana, "ticket")
    await house.ana.submits({"type": picked(house.ana.view, "type", "Bug"), "title": title})
    await house.until(lambda: "*Ticket made*" in told())
    assert len(house.intercom.tickets) == 1


async def test_a_ticket_that_was_dropped_can_be_made_after_all(build: OpenHouse):
    house = await build(data=office("1001"))
    title = {"type": "plain_text_input", "value": "Login loops"}
    house.fault("intercom", "POST /conversations/1001/convert", "rate_limit", seconds=3600, times=-1)
    await chooses(house, house.ana, "ticket")
    await house.ana.submits({"type": picked(house.ana.view, "type", "Bug"), "title": title})
    await house.settle()
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    (waiting,) = await house.bot.store.read(intents.open_ones, house.workspace)
    assert await house.bot.store.write(settle.drop, waiting, house.bot.works.at(), by="root", source="cli")
    house.faults.clear()
    await chooses(house, house.ana, "ticket")
    await house.ana.submits({"type": picked(house.ana.view, "type", "Bug"), "title": title})
    assert "You are told when it is there." in words(house.ana.view.blocks)
    await house.until(lambda: house.intercom.tickets)
    assert len(house.intercom.tickets) == 1


async def test_the_first_tag_and_ticket_type_are_offered_as_soon_as_they_are_made(build: OpenHouse):
    made = office("1001")
    house = await build(data={**made, "tags": [], "ticket_types": []})
    for deed, none in (("tag", "it appears here at once"), ("ticket", "no ticket type for customers")):
        await chooses(house, house.ana, deed)
        assert none in words(house.ana.view.blocks)
        house.slack.views.clear(house.ana.id)
    other = await build(data=made)
    for kind in ("tags", "ticket_types"):
        getattr(house.intercom.workspace, kind).update(getattr(other.intercom.workspace, kind))
    for deed, block, name in (("tag", "tags", "sso"), ("ticket", "type", "Bug")):
        await chooses(house, house.ana, deed)
        assert picked(house.ana.view, block, name)
        house.slack.views.clear(house.ana.id)


async def test_what_there_is_to_choose_stands_in_the_window_that_answers_the_choice(build: OpenHouse):
    house = await build(data=office("1001"))
    # Nothing that is drawn later can come too early.
    drawn = house.fault("slack", "views.update", "error", error="not_found", times=-1)
    for deed, block, name in (("tag", "tags", "sso"), ("ticket", "type", "Bug"), ("tag", "tags", "sso")):
        await chooses(house, house.ana, deed)
        assert picked(house.ana.view, block, name)
        house.slack.views.clear(house.ana.id)
    assert drawn.hits == 0


async def test_a_slow_intercom_is_waited_for_in_a_window_that_says_so(build: OpenHouse):
    house = await build(data=office("1001"))
    house.fault("intercom", "GET /tags", "slow", seconds=PATIENCE + 0.3)
    await house.ana.types("/claim 1001")
    await house.ana.presses(house.ana.last, "more_done")
    await house.ana.submits({"what": option(house.ana.view, "what", "tag")})
    assert "Asking Intercom what there is" in words(house.ana.view.blocks)
    await house.bot.front.finish()
    assert picked(house.ana.view, "tags", "sso")


async def test_what_intercom_refuses_for_good_is_told_to_who_decided_it(build: OpenHouse):
    house = await build(data=office("1001"))
    await chooses(house, house.ana, "close")
    house.fault("intercom", "POST /conversations/1001/parts", "error", times=9, status=404)
    await house.ana.submits()

    def told() -> list[str]:
        return [words(each.blocks) for each in house.posts(house.slack.im_with(house.ana.id).id)]

    await house.until(lambda: any(":warning: *Not done: close*, Dana Reyes." in said for said in told()))


async def test_a_message_is_saved_as_a_note_in_a_chosen_conversation(build: OpenHouse):
    house = await build(data=office("1001", "1004"))
    post = await says(
        house, house.ben, "Their <@U0ANA> admin says: a &lt; b, see <https://okta.example|Okta>"
    )
    await shortcut(house, house.ana, "note_message", post)
    assert "a < b" in str(house.ana.view.blocks)
    await house.ana.submits()
    assert house.ana.view.errors == {
        "named": "Nothing was saved. Choose a conversation, or write its number."
    }
    await house.ana.submits({"named": {"type": "plain_text_input", "value": "1004"}})
    await house.settle()
    assert house.sent() == []
    (note,) = [each for each in house.parts("1004") if each["part_type"] == "note"]
    assert "says: a &lt; b, see Okta (https://okta.example)" in note["body"]
    assert note["author"]["id"] == house.ana.admin
    assert "<@U0ANA>" not in note["body"]


async def test_a_message_becomes_a_question_that_is_looked_at_before_it_leaves(build: OpenHouse):
    house = await build(data=office("1001"))
    await house.at("09:05")
    post = await says(house, house.ben, "Which browser do they use?")
    await shortcut(house, house.ana, "ask_message", post)
    await house.ana.submits({"named": {"type": "plain_text_input", "value": LINK}})
    assert "To *Dana Reyes*" in words(house.ana.view.blocks)
    assert "Which browser do they use?" in str(house.ana.view.blocks)
    assert house.sent() == []
    await house.ana.submits()
    await house.settle()
    assert house.sent() == [("1001", house.ana.admin, "Which browser do they use?")]


async def test_a_link_of_the_teams_names_the_conversation_and_stays_out_of_the_question(build: OpenHouse):
    house = await build(data=office("1001"))
    await house.at("09:05")
    post = await says(
        house, house.ben, f"Which browser? <{LINK}>\nSee <{LINK}|Intercom> and <https://status.example|this>"
    )
    await shortcut(house, house.ana, "ask_message", post)
    await house.ana.submits()
    assert "To *Dana Reyes*" in words(house.ana.view.blocks)
    await house.ana.submits()
    await house.settle()
    asked = "Which browser?\nSee Intercom and this (https://status.example)"
    assert house.sent() == [("1001", house.ana.admin, asked)]


async def test_shortcuts_work_on_alerts_and_in_their_threads_and_say_where_they_do_not(build: OpenHouse):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await shortcut(house, house.ana, "claim_message", house.alert("1001"))
    assert "*Yours now*" in house.ana.heard
    await shortcut(house, house.ben, "claim_message", house.alert("1001"))
    assert "*Ana Ruiz was first*" in house.ben.heard
    ts = (
        await house.slack.people.say(
            house.ben.id, CHANNELS["alerts"], "who has it?", thread_ts=house.alert("1001").ts
        )
    ).ts
    reply = house.slack.message(CHANNELS["alerts"], ts)
    assert reply is not None
    await shortcut(house, house.ben, "answer_message", reply)
    assert "To *Dana Reyes*" in words(house.ben.view.blocks)
    chatter = await says(house, house.ben, "Lunch?")
    for name in ("claim_message", "answer_message", "more_message"):
        await shortcut(house, house.ana, name, chatter)
        assert "about no conversation that Watchbell knows" in house.ana.heard
    await shortcut(house, house.uma, "claim_message", house.alert("1001"))
    assert "You can read here, not act" in house.uma.heard


async def test_a_link_shows_state_and_buttons_and_nothing_where_others_read(build: OpenHouse):
    house = await build(data=office("1001"))
    post = await says(house, house.ben, f"Look: {LINK}")
    (shown,) = post.unfurls.values()
    said = words(shown["blocks"])
    assert "First reply due in 20 min" in said
    assert "claimed by nobody" in said
    outcome = await house.slack.people.click(house.ana.id, post.channel, post.ts, "wb:claim")
    assert outcome.ok
    assert "*Yours now*" in house.ana.heard
    other = await says(house, house.ben, f"Look: {LINK.replace(APP, 'elsewhere')}")
    assert other.unfurls == {}
    unknown = await says(house, house.ben, LINK.replace("1001", "9999"))
    assert unknown.unfurls == {}
    for person, channel in ((house.ben, "shared"), (house.gus, "lobby"), (house.sid, "shared")):
        assert (await says(house, person, f"Look: {LINK}", channel)).unfurls == {}, person.id


async def test_a_link_shows_nothing_where_the_bot_was_not_invited(build: OpenHouse):
    house = await build(data=office("1001"))
    pilot = Channel("C0PILOT", "acme-pilot", {house.ben.id, house.gus.id})
    house.slack.add_channel(pilot)
    direct = house.slack.im_between(house.ana.id, house.ben.id)
    for channel in (pilot.id, direct.id):
        assert (await says(house, house.ben, f"Look: {LINK}", channel)).unfurls == {}, channel
    pilot.members.add(SEED.bot_user_id)
    invited = await says(house, house.ben, f"Look: {LINK}", pilot.id)
    await house.until(lambda: invited.unfurls)


async def test_why_alone_asks_for_a_conversation(build: OpenHouse):
    house = await build(data=office("1001"))
    await house.ana.types("/watchbell why")
    assert house.ana.heard == ("Name one conversation: `/watchbell why 215470002591`, or paste its link.")
    assert house.ana.views == []
