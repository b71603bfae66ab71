"""A customer deletes what they said in Slack and says it again: the team is shown what stands there."""

from __future__ import annotations

from harness import House, OpenHouse
from in_a_channel import cards, choose, says
from on_the_screen import words
from small_office import scenario

from sandbox.slack.model import Message

DELETIONS = "chat.delete"


async def asked(build: OpenHouse) -> tuple[House, Message]:
    """A channel of Northwind's in which Ana has asked something; the root of that thread."""
    house = await build(data=scenario("1001"))
    await choose(house)
    return house, await says(house, "U0ANA", "How is the export today?")


async def takes_back(house: House, said: Message) -> None:
    house.tick()
    house.slack.remove(said)
    await house.slack.settled()
    await house.settle()


def shown(house: House) -> str:
    (card,) = cards(house)
    return words(card.blocks)


async def test_what_is_said_anew_in_a_thread_whose_words_were_deleted_is_shown_and_stays_current(
    build: OpenHouse,
):
    house, root = await asked(build)
    for said in ("It stands stil", "It stnads still"):
        typo = await says(house, "U0SID", said, thread=root.ts)
        assert said in shown(house)
        await takes_back(house, typo)
        assert cards(house) == []
    await says(house, "U0SID", "It stands still since noon", thread=root.ts)
    assert "It stands still since noon" in shown(house)
    assert "stil\n" not in shown(house)
    await says(house, "U0SID", "Is nobody there?", thread=root.ts)
    assert "Is nobody there?" in shown(house)
    await says(house, "U0ANA", "I am looking.", thread=root.ts)
    assert "Answered in Slack by ana" in shown(house)


async def test_what_is_said_while_the_old_message_is_still_being_deleted_is_shown_when_it_is_gone(
    build: OpenHouse,
):
    house, root = await asked(build)
    typo = await says(house, "U0SID", "It stands stil", thread=root.ts)
    away = house.fault("slack", DELETIONS, "error", error="internal_error", status=503, times=-1)
    await takes_back(house, typo)
    await says(house, "U0SID", "It stands still since noon", thread=root.ts)
    assert away.hits
    house.faults.clear()
    await house.until(lambda: "since noon" in "".join(words(each.blocks) for each in cards(house)))
    assert "It stands stil\n" not in shown(house)


async def test_a_message_that_was_taken_back_before_slack_had_it_leaves_the_thread_open(build: OpenHouse):
    house, root = await asked(build)
    away = house.fault("slack", "chat.postMessage", "rate_limit", times=-1, seconds=0.3)
    typo = await says(house, "U0SID", "It stands stil", thread=root.ts)
    assert away.hits
    await takes_back(house, typo)
    house.faults.clear()
    await says(house, "U0SID", "It stands still since noon", thread=root.ts)
    await house.until(lambda: cards(house))
    assert "It stands still since noon" in shown(house)


async def test_a_message_that_somebody_of_the_team_deleted_stays_away(build: OpenHouse):
    house, root = await asked(build)
    await says(house, "U0SID", "It stands still", thread=root.ts)
    (card,) = cards(house)
    house.slack.remove(card)
    await says(house, "U0SID", "Still so", thread=root.ts)
    await says(house, "U0SID", "And now?", thread=root.ts)
    assert cards(house) == []
