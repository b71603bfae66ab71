"""An account's Slack channel: mapped, read, shown to the team alone, and made a conversation in Intercom."""

from __future__ import annotations

import pytest
from harness import OpenHouse
from in_a_channel import SHARED, by_mail, cards, choose, chosen, kept, known_as, made, says
from on_the_screen import kept as as_it_was
from on_the_screen import verbs, words
from person import Person
from signing import SEED
from small_office import CHANNELS, HOSTILE, scenario

from bot.intake import hearing
from bot.slack.said import Heard, ts_of
from bot.store import audit, erased, mapped

pytestmark = pytest.mark.thorough


async def test_a_customers_words_reach_the_team_and_become_a_conversation_by_one_button(build: OpenHouse):
    house = await build(data=scenario("1001"))
    assert (await choose(house)).ok
    said = await says(house, "U0SID", "The export stands still since this morning.")
    (shown,) = cards(house)
    assert "Waiting in Slack" in words(shown.blocks)
    assert "The export stands still" in words(shown.blocks)
    assert "export" not in shown.text, "a phone's notification names no words"
    # Nothing was written where the customer reads.
    assert [each.user for each in house.slack.messages(SHARED) if each.bot_id] == []

    # Nobody of Intercom's is Sid: the window asks, and offers him as new.
    assert (await house.ana.presses(shown, "make_conversation")).ok
    assert "The export stands still" in words(house.ana.view.blocks)
    refused = await house.ana.submits({})
    assert refused.error == "validation"
    assert "Choose a person" in str(house.ana.view.errors)
    assert (await house.ana.submits({"address": by_mail("sid@northwind.example")})).ok
    await house.settle()
    (new,) = made(house)
    assert new.body.count("The export stands still since this morning.") == 1
    person = house.intercom.contacts[new.contact_ids[0]]
    assert (person.email, person.company_ids) == ("sid@northwind.example", ["c1"])
    assert [part.part_type for part in new.parts] == ["note"]
    assert said.ts.replace(".", "") in str(new.parts[0].body)
    (shown,) = cards(house)
    assert "A conversation in Intercom now" in words(shown.blocks)
    # From now on the shortcuts know what it is about.
    house.slack.views.clear(house.ana.id)
    await house.slack.people.shortcut(house.ana.id, "answer_message", shown.channel, shown.ts)
    await house.bot.front.finish()
    assert "The export stands still" in words(house.ana.view.blocks)
    assert "answer" in verbs(shown.blocks)
    # It stands in the timeline once: as the conversation.
    assert await kept(house) == []
    entries = await house.bot.store.read(audit.latest, SEED.team_id, limit=5)
    assert "make_conversation" in {each.action for each in entries}


async def test_who_is_known_by_address_is_not_asked_for(build: OpenHouse):
    house = await build(data=known_as("GUS@agency.example"))
    house.slack.channels[SHARED].members.add("U0GUS")
    await choose(house)
    await says(house, "U0GUS", "Hello")
    (shown,) = cards(house)
    older = as_it_was(shown)
    assert (await house.ana.presses(shown, "make_conversation")).ok
    assert house.ana.views == []
    await house.settle()
    assert [each.contact_ids for each in made(house)] == [["p1"]]
    # A second press, by a colleague who has an older picture, makes no second one.
    await house.ben.presses(older, "make_conversation", seen=older)
    await house.settle()
    assert len(made(house)) == 1
    assert "already" in house.ben.heard


async def test_who_was_named_once_is_known_from_then_on(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    await says(house, "U0SID", "Hello")
    assert (await house.ana.presses(cards(house)[0], "make_conversation")).ok
    assert (await house.ana.submits({"person": chosen("p1")})).ok
    await house.settle()
    assert [each.contact_ids for each in made(house)] == [["p1"]]
    await house.later(minutes=30)
    await says(house, "U0SID", "And another thing")
    assert (await house.ben.presses(cards(house)[-1], "make_conversation")).ok
    assert house.ben.views == []
    await house.settle()
    assert [each.contact_ids for each in made(house)] == [["p1"], ["p1"]]


async def test_words_are_taken_by_a_shortcut_too_and_a_colleagues_are_not(build: OpenHouse):
    house = await build(data=known_as("gus@agency.example"))
    house.slack.channels[SHARED].members.add("U0GUS")
    await choose(house)
    asked = await says(house, "U0GUS", "Hello")
    answered = await says(house, "U0BEN", "Hello Gus")
    people = house.slack.people
    house.slack.channels[SHARED].members.add("U0ANA")
    assert (await people.shortcut("U0ANA", "conversation_message", SHARED, answered.ts)).ok
    assert "A colleague said this" in house.ana.heard
    assert (await people.shortcut("U0ANA", "conversation_message", SHARED, asked.ts)).ok
    await house.settle()
    assert len(made(house)) == 1
    lobby = await says(house, "U0BEN", "Lunch?", channel=CHANNELS["lobby"])
    assert (await people.shortcut("U0ANA", "conversation_message", CHANNELS["lobby"], lobby.ts)).ok
    assert "no account's" in house.ana.heard
    assert len(made(house)) == 1


async def test_a_refusal_is_told_and_can_be_tried_again(build: OpenHouse):
    house = await build(data=known_as("gus@agency.example"))
    house.slack.channels[SHARED].members.add("U0GUS")
    await choose(house)
    await says(house, "U0GUS", "Hello")
    house.fault("intercom", "POST /conversations", "error", status=403, error="api_plan_restricted")
    assert (await house.ana.presses(cards(house)[0], "make_conversation")).ok
    await house.settle()
    (shown,) = cards(house)
    assert "Intercom did not take it" in words(shown.blocks)
    assert made(house) == []
    assert (await house.ana.presses(shown, "make_conversation")).ok
    await house.settle()
    assert len(made(house)) == 1


async def test_what_is_said_in_one_breath_is_one_message_and_an_answer_ends_the_wait(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    for number in range(200):
        house.tick()
        await house.slack.people.say("U0SID", SHARED, f"Line {number}")
        if number % 20 == 19:
            await house.slack.settled()
    await house.slack.settled()
    await house.settle()
    (shown,) = cards(house)
    assert "200 messages" in words(shown.blocks)
    assert "Line 199" in words(shown.blocks)
    assert "Line 100" not in words(shown.blocks)
    await says(house, "U0BEN", "We look at it.")
    (shown,) = cards(house)
    assert "Answered in Slack by ben" in words(shown.blocks) or "Answered in Slack by Ben" in words(
        shown.blocks
    )
    await says(house, "U0SID", "Thanks, but it is back again.")
    assert len(cards(house)) == 2, "what comes after an answer waits anew"


async def test_the_wait_begins_with_what_came_after_the_last_answer_in_the_thread(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    first = await says(house, "U0SID", "The export stands still.")
    await says(house, "U0BEN", "We look at it.", thread=first.ts)
    assert "Answered in Slack" in words(cards(house)[0].blocks)
    await house.later(minutes=40)
    again = await says(house, "U0SID", "It still does.", thread=first.ts)
    await says(house, "U0SID", "Hello?", thread=first.ts)
    (shown,) = cards(house)
    assert "Waiting in Slack" in words(shown.blocks)
    assert f"waiting since <!date^{again.ts.partition('.')[0]}^" in words(shown.blocks)
    assert "It still does." in words(shown.blocks)
    assert "Hello?" in words(shown.blocks)
    assert "The export stands still." not in words(shown.blocks)


async def test_threads_edits_and_deletions_are_followed(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    first = await says(house, "U0SID", "Wrong word")
    house.tick()
    house.slack.edit(first, text="Right word")
    await says(house, "U0ANA", "On it", thread=first.ts)
    rows = {each.text: each for each in await kept(house)}
    assert set(rows) == {"Right word", "On it"}
    assert rows["On it"].author_kind == "rep"
    assert not rows["On it"].internal, "the customer reads it"
    assert "Answered in Slack" in words(cards(house)[0].blocks)
    house.slack.remove(first)
    await house.slack.settled()
    await house.settle()
    assert [each.text for each in await kept(house)] == ["On it"]


async def test_a_deletion_that_no_event_told_of_is_read_from_history(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    first = await says(house, "U0SID", "My password is swordfish")
    await says(house, "U0SID", "And a word in its thread", thread=first.ts)
    house.slack.manifest = house.slack.manifest.__class__(
        **{**vars(house.slack.manifest), "events": frozenset()}
    )
    house.slack.remove(first)
    await house.settle()
    assert len(await kept(house)) == 2
    await house.later(minutes=3)
    assert [each.text for each in await kept(house)] == ["And a word in its thread"]
    assert not [each for each in cards(house) if "swordfish" in words(each.blocks)]


async def test_what_was_taken_away_without_an_event_goes_at_the_next_look(build: OpenHouse):
    """Of a message without replies nothing is left in the history that would tell of it."""
    house = await build(data=scenario("1001"))
    await choose(house)
    first = await says(house, "U0SID", "My password is swordfish")
    other = await says(house, "U0ANA", "Please say it again")
    await says(house, "U0SID", "This stays", thread=other.ts)
    reply = await says(house, "U0SID", "My number is 4417", thread=other.ts)
    await house.stop_bot()
    house.slack.remove(first)
    house.slack.remove(reply)
    await house.slack.settled()
    house.tick(5 * 3600)
    await house.start_bot()
    await house.settle()
    await house.later(minutes=3)
    assert {each.text for each in await kept(house)} == {"Please say it again", "This stays"}
    assert not [each for each in cards(house) if "swordfish" in words(each.blocks)]


async def test_what_is_taken_away_while_the_channel_is_read_stays_away(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    first = await says(house, "U0SID", "My password is swordfish")
    works = house.bot.works
    heard = Heard(SHARED, first.ts, "U0SID", None, "My password is swordfish")
    house.slack.remove(first)
    await house.slack.settled()
    await house.settle()
    assert await kept(house) == []
    told = (works.store, works.office, works.identity, heard, works.clock)
    assert not await hearing.take_in(*told, known=True)
    assert await kept(house) == []
    # The control: what nobody knew before is taken in.
    assert await hearing.take_in(*told)
    assert len(await kept(house)) == 1


async def test_what_no_event_told_is_read_from_history_threads_included(build: OpenHouse):
    house = await build(data=scenario("1001"))
    early = await house.slack.people.say("U0SID", SHARED, "Said before it was mapped")
    house.tick()
    await house.slack.people.say("U0SID", SHARED, "And in its thread", thread_ts=early.ts)
    await choose(house)
    assert {each.text for each in await kept(house)} == {"Said before it was mapped", "And in its thread"}
    # The control: with events lost, only the look through history brings the next one.
    house.slack.manifest = house.slack.manifest.__class__(
        **{**vars(house.slack.manifest), "events": frozenset()}
    )
    await says(house, "U0SID", "Said while nobody listened", thread=early.ts)
    assert len(await kept(house)) == 2
    await house.later(minutes=3)
    assert len(await kept(house)) == 3


async def test_a_teams_own_channel_and_the_threads_under_our_messages_are_internal(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    await choose(house, channel=CHANNELS["lobby"])
    await says(house, "U0BEN", "They ring every day", channel=CHANNELS["lobby"])
    anchor = next(each for each in house.slack.messages(CHANNELS["accounts"]) if each.bot_id)
    await says(house, "U0ANA", "I call them at ten", thread=anchor.ts, channel=CHANNELS["accounts"])
    await says(house, "U0ANA", "Who brings cake?", channel=CHANNELS["accounts"])
    rows = await kept(house)
    assert [(each.text, each.internal) for each in rows] == [
        ("They ring every day", True),
        ("I call them at ten", True),
    ]
    assert cards(house) == []
    # A guest in it reads along: from then on nothing there is internal.
    house.slack.channels[CHANNELS["lobby"]].members.add("U0GUS")
    await says(house, "U0GUS", "May I join?", channel=CHANNELS["lobby"])
    await says(house, "U0BEN", "Sure", channel=CHANNELS["lobby"])
    assert not (await kept(house))[-1].internal


async def test_a_channel_that_is_nobodys_is_not_kept(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await says(house, "U0SID", "Is anybody here?")
    await choose(house, account="c1")
    assert (await house.ana.types(f"/watchbell unmap <#{SHARED}|shared>")).ok
    assert house.ana.last.text.startswith("Watchbell reads #ext-northwind no more.")
    await says(house, "U0SID", "Still?")
    assert [each.text for each in await kept(house)] == ["Is anybody here?"]
    assert (await house.ana.types(f"/watchbell unmap <#{SHARED}|shared>")).ok
    assert "no account's" in house.ana.last.text


@pytest.mark.parametrize("word", ["map", "unmap"])
async def test_a_mistyped_channel_does_not_stand_for_the_one_it_was_typed_in(build: OpenHouse, word: str):
    house = await build(data=scenario("1001"))
    await choose(house)
    before = await house.read(mapped.get, SHARED)
    assert (await house.ana.types(f"/watchbell {word} #nordwind-old", SHARED)).ok
    assert "Nothing was changed: “#nordwind-old” is no channel that Slack knows." in house.ana.heard
    assert "use the command alone in the channel itself" in house.ana.heard
    assert house.ana.views == []
    assert await house.read(mapped.get, SHARED) == before
    # Alone it is about the channel in which it is typed.
    assert (await house.ana.types("/watchbell unmap", SHARED)).ok
    assert await house.read(mapped.get, SHARED) is None


async def test_a_channel_without_the_bot_is_refused_with_what_to_do(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.slack.channels[SHARED].members.discard(SEED.bot_user_id)
    await house.ana.types(f"/watchbell map <#{SHARED}|there>")
    assert "/invite @watchbell" in house.ana.heard
    assert house.ana.views == []


async def test_what_an_erased_person_goes_on_saying_is_not_kept(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    await house.bot.store.write(erased.mark_address, SEED.team_id, "U0SID", now=house.clock.now())
    await says(house, "U0SID", "Still here")
    await house.later(minutes=3)
    assert await kept(house) == []
    assert cards(house) == []


async def test_who_may_not_act_maps_nothing_and_makes_nothing(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    await says(house, "U0SID", "Hello")
    (shown,) = cards(house)
    before = len(house.intercom.workspace.conversations)
    house.slack.channels[CHANNELS["alerts"]].members.add("U0GUS")
    house.slack.channels[CHANNELS["accounts"]].members.add("U0GUS")
    for who in (Person(house, "U0UMA"), Person(house, "U0GUS")):
        await who.types("/watchbell map")
        assert who.views == []
        await who.presses(shown, "make_conversation")
        assert who.views == []
    await house.settle()
    assert len(house.intercom.workspace.conversations) == before


@pytest.mark.parametrize("name", ["alerts", "accounts", "monday"])
async def test_the_bots_own_channels_are_nobodys(build: OpenHouse, name: str):
    house = await build(data=scenario("1001"))
    done = await choose(house, channel=CHANNELS[name])
    assert "posts there about other accounts too" in str(done.ack)
    assert await house.bot.store.read(mapped.all_of, SEED.team_id) == []


async def test_hostile_words_are_harmless_and_reach_intercom_as_they_were_said(build: OpenHouse):
    house = await build(data=known_as("gus@agency.example"))
    house.slack.channels[SHARED].members.add("U0GUS")
    await choose(house)
    await says(house, "U0GUS", HOSTILE + "x" * 9000)
    (shown,) = cards(house)
    assert "<!channel>" not in str([each for each in shown.blocks if each["type"] != "rich_text"])
    assert (await house.ana.presses(shown, "make_conversation")).ok
    await house.settle()
    (new,) = made(house)
    assert "<script" not in new.body


async def test_a_channel_that_cannot_be_read_is_told(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await choose(house)
    house.slack.channels[SHARED].members.discard(SEED.bot_user_id)
    await house.later(minutes=3)
    assert (await house.ana.types("/watchbell status")).ok
    assert "cannot be read" in words(house.ana.last.blocks)
    house.slack.channels[SHARED].members.add(SEED.bot_user_id)
    await house.later(minutes=3)
    assert (await house.ana.types("/watchbell status")).ok
    assert "cannot be read" not in words(house.ana.last.blocks)


def test_an_instant_and_its_ts_are_the_same():
    from datetime import UTC, datetime

    from bot.slack.said import instant

    at = datetime(2026, 11, 24, 8, 0, 1, 250_000, tzinfo=UTC)
    assert instant(ts_of(at)) == at
