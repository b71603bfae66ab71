"""`watchbell outbox` and the message that shows what customers said in an account's Slack channel."""

from __future__ import annotations

from command_line import watchbell
from given_up import the_dead
from harness import OpenHouse
from on_the_screen import words
from small_office import CHANNELS, scenario

from bot.slack.said import ts_of
from bot.store import mapped


async def test_words_in_slack_that_were_given_up_come_back_with_all_that_was_said_since(
    build: OpenHouse, database: str
):
    house = await build(database=database, data=scenario("1001"))
    now = house.clock.now()
    await house.bot.store.write(
        mapped.map_channel,
        house.workspace,
        CHANNELS["shared"],
        name="shared",
        account_id="c1",
        shared=True,
        by="U0ANA",
        read_to=ts_of(now),
        now=now,
    )
    house.fault("slack", "chat.postMessage", "error", error="msg_too_long")
    for said in ("The export stands still.", "Is anybody there?"):
        house.tick()
        await house.slack.people.say("U0SID", CHANNELS["shared"], said)
        await house.slack.settled()
        await house.settle()
    lost = await the_dead(house, "post:inslack:")
    told = await watchbell(database, "outbox", "list")
    assert f"words in channel {CHANNELS['shared']}" in told.out
    assert "export" not in told.out
    assert (await watchbell(database, "outbox", "retry", str(lost.id))).code == 0
    await house.settle()
    shown = house.post("accounts", "post:inslack:")
    assert "Is anybody there?" in words(shown.blocks)
