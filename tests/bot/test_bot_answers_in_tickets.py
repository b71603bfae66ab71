"""What reps do to a ticket that never was a conversation is done there, once, and looked for there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from harness import House, OpenHouse
from intercom_faults import PATIENT
from on_the_screen import rich, words
from signing import INTERCOM_TOKEN
from small_office import scenario

from bot.intercom.attempts import OutgoingFile
from bot.intercom.client import build as build_reads
from bot.intercom.errors import IntercomError
from bot.intercom.writes import IntercomWrites, build_writes
from bot.store import conversations
from sandbox.intercom import ticket_acts

WORDS = "The badges do not print."
ANA, BEN, SUPPORT = "8801", "8802", "77"


@pytest.fixture
async def house(build: OpenHouse) -> House:
    office = scenario("1001")
    office["tags"] = [{"id": "501", "name": "badges"}]
    made = await build(data=office, timings=PATIENT)
    made.webhooks_on()
    return made


@pytest.fixture
async def writes(house: House) -> AsyncIterator[IntercomWrites]:
    """The bot's own door to this house's Intercom."""
    url = f"{house.server.url}/intercom"
    reads = build_reads(token=INTERCOM_TOKEN, base_url=url, attempts=1)
    made = build_writes(reads, token=INTERCOM_TOKEN, base_url=url, timeout=3.0)
    yield made
    await made.aclose()
    await reads.aclose()


async def filed(house: House) -> str:
    """Dana files a ticket, and the bot knows it."""
    made = ticket_acts.files(house.intercom, "p1", "Badges", WORDS)
    await house.settle()
    return made.id


async def ringing(house: House) -> str:
    ticket = await filed(house)
    await house.at("09:20")
    assert house.alert(ticket)
    return ticket


def told(house: House) -> str:
    return words(house.post("alerts", "post:delivery:").blocks)


def bodies(house: House, ticket: str) -> list[str | None]:
    return [part.body for part in house.intercom.tickets[ticket].story.parts]


async def failure(attempt: object) -> IntercomError:
    with pytest.raises(IntercomError) as caught:
        await attempt  # type: ignore[misc]
    return caught.value


async def test_an_answer_arrives_in_the_ticket_and_ends_the_wait(house: House):
    ticket = await ringing(house)
    await house.ana.answers(ticket, "It is repaired.")
    await house.until(lambda: house.sent())
    await house.settle()
    assert house.sent() == [(ticket, ANA, "It is repaired.")]
    assert "Answered by Ana Ruiz" in words(house.alert(ticket).blocks)
    assert (await house.read(conversations.get, ticket)).channel == "ticket"


@pytest.mark.parametrize("fault", ["drop_after", "late"])
async def test_an_answer_whose_confirmation_was_lost_is_found_in_the_ticket(house: House, fault: str):
    ticket = await ringing(house)
    house.fault("intercom", "POST /tickets/*/reply", fault, seconds=0.25)
    await house.ana.answers(ticket, "It is repaired.")
    await house.until(lambda: "*Sent " in told(house))
    await house.rest(0.3)
    assert house.sent() == [(ticket, ANA, "It is repaired.")]


async def test_an_answer_whose_fate_is_unknown_never_takes_the_tickets_way(house: House):
    ticket = await ringing(house)
    house.fault("intercom", "POST /conversations/*/reply", "drop_before")
    await house.ana.answers(ticket, "It is repaired.")
    await house.until(lambda: "*Not confirmed*" in told(house))
    assert house.sent() == []


async def test_while_it_is_not_known_to_be_a_ticket_nothing_is_sent_and_later_it_is(house: House):
    ticket = await ringing(house)
    house.fault("intercom", "GET /tickets/*", "error", times=2, status=500)
    await house.ana.answers(ticket, "It is repaired.")
    await house.until(lambda: house.sent())
    await house.rest(0.3)
    assert house.sent() == [(ticket, ANA, "It is repaired.")]


async def test_a_note_is_left_in_the_ticket_and_found_there(house: House, writes: IntercomWrites):
    ticket = await filed(house)
    said = await writes.note(ticket, ANA, "<p>Ask Jonas</p>")
    since = house.clock.now()
    assert await writes.find_note(ticket, ANA, "<p>Ask Jonas</p>", since) == said.part_id is not None
    assert await writes.find_reply(ticket, ANA, "<p>Ask Jonas</p>", since) is None
    assert house.sent() == []


async def test_a_ticket_is_given_snoozed_closed_opened_and_tagged(house: House, writes: IntercomWrites):
    ticket = await filed(house)
    story = house.intercom.tickets[ticket].story
    await writes.assign(ticket, ANA, BEN)
    await writes.assign(ticket, ANA, SUPPORT, team=True)
    assert (story.admin_assignee_id, story.team_assignee_id) == (BEN, SUPPORT)
    await writes.unassign(ticket, ANA)
    assert story.admin_assignee_id is None
    until = house.clock.now().replace(microsecond=0) + timedelta(hours=2)
    await writes.snooze(ticket, ANA, until)
    assert (story.state, story.snoozed_until) == ("snoozed", int(until.timestamp()))
    await writes.close(ticket, ANA)
    assert story.state == "closed"
    opened = await writes.open(ticket, ANA)
    assert opened.ticket is not None
    assert (opened.ticket.id, opened.ticket.open) == (ticket, True)
    assert {part.author.id for part in story.parts} == {ANA}
    await writes.tag(ticket, ANA, "501")
    assert list(story.tags) == ["501"]
    await writes.untag(ticket, ANA, "501")
    assert list(story.tags) == []


async def test_a_ticket_that_intercom_leaves_snoozed_is_told_of(house: House, writes: IntercomWrites):
    ticket = await filed(house)
    until = house.clock.now().replace(microsecond=0) + timedelta(hours=2)
    await writes.snooze(ticket, ANA, until)
    house.intercom.workspace.tickets_stay_snoozed = True
    error = await failure(writes.open(ticket, ANA))
    assert error.kind == "refused"
    assert error.message_for_people == "Intercom left the ticket snoozed. Open it there."
    house.intercom.workspace.tickets_stay_snoozed = False
    opened = await writes.open(ticket, ANA)
    assert opened.ticket is not None
    assert (opened.ticket.open, opened.ticket.snoozed_until) == (True, None)


async def test_files_are_refused_before_anything_is_sent(house: House, writes: IntercomWrites):
    ticket = await filed(house)
    file = OutgoingFile("log.txt", "text/plain", b"data")
    error = await failure(writes.reply(ticket, ANA, "<p>See the log</p>", [file]))
    assert (error.kind, "takes no files" in error.message_for_people) == ("refused", True)
    assert house.sent() == []


async def test_a_ticket_is_not_made_a_ticket(house: House, writes: IntercomWrites):
    ticket = await filed(house)
    assert await writes.find_ticket(ticket) == ticket
    error = await failure(writes.convert_to_ticket(ticket, "2840155"))
    assert (error.kind, error.message_for_people) == ("refused", "It is a ticket already.")


@pytest.mark.parametrize("tickets", [200, 403])
async def test_a_deleted_conversation_is_told_of_as_ever(house: House, writes: IntercomWrites, tickets: int):
    if tickets != 200:
        house.fault("intercom", "* /tickets/*", "error", times=-1, status=tickets, error="forbidden")
    for attempt in (
        writes.reply("404404", ANA, "<p>Hi</p>"),
        writes.close("404404", ANA),
        writes.tag("404404", ANA, "501"),
        writes.convert_to_ticket("404404", "2840155"),
        writes.find_reply("404404", ANA, "<p>Hi</p>", house.clock.now()),
    ):
        error = await failure(attempt)
        assert error.kind == "not_found"
        assert (
            error.message_for_people
            == "Intercom does not know this any more. It may have been deleted or merged."
        )


@pytest.mark.parametrize("apart", [False, True], ids=["its own id", "another id"])
async def test_a_conversation_that_became_a_ticket_is_found_to_be_one(
    house: House, writes: IntercomWrites, apart: bool
):
    house.intercom.workspace.tickets_apart = apart
    assert await writes.find_ticket("1001") is None
    made = await writes.convert_to_ticket("1001", "2840155", {"_default_title_": "Login"})
    assert made.ticket is not None
    assert await writes.find_ticket("1001") == made.ticket.id
    said = await writes.reply("1001", ANA, "<p>On it</p>")
    assert said.conversation is not None
    assert [text for _, _, text in house.sent()] == ["On it"]


async def test_a_colleagues_ticket_about_a_conversation_does_not_make_it_one(
    house: House, writes: IntercomWrites
):
    ticket_acts.files(house.intercom, "p1", "Look", "", category="Back-office", linked_ids=("1001",))
    assert await writes.find_ticket("1001") is None


async def test_what_its_customer_wrote_since_the_window_opened_is_shown_before_it_is_sent(house: House):
    ticket = await filed(house)
    await house.ana.opens_answer(ticket)
    house.intercom.webhooks.aim(None, house.client())
    house.tick()
    house.intercom.customer_writes(ticket, "It prints again, forget it.")
    await house.ana.submits({"text": rich("Please turn it off and on.")})
    assert "It prints again, forget it." in words(house.ana.view.blocks)
    assert house.sent() == []
