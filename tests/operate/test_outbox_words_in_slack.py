"""`watchbell outbox` and the message that shows what customers said in an account's Slack channel."""

from __future__ import annotations

from datetime import timedelta

from command_line import watchbell
from given_up import the_dead
from harness import OpenHouse
from on_the_screen import words
from small_office import CHANNELS, scenario
from sqlmodel import Session

from bot.clock import Moment
from bot.outbox import kinds
from bot.slack.said import ts_of
from bot.store import intents, mapped
from bot.store.intents import Intent


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


async def test_a_conversation_that_may_be_there_is_looked_for_whoever_tries_it_again_and_how_often(
    build: OpenHouse, database: str
):
    house = await build(database=database, data=scenario("1001"))
    at = house.bot.works.at()
    for key, state in (("start:button", "dead"), ("start:dropped", "dropped"), ("start:operator", "dead")):
        # It was begun again, and then Intercom could not be read any more: no look is counted.
        await house.bot.store.write(_stuck, house.workspace, key, state, at)
    due = at.machine + timedelta(hours=1)
    for key in ("start:button", "start:dropped"):
        assert await house.bot.store.write(intents.decide_anew, key, {}, due=due)
    lost = await house.bot.store.read(intents.by_key, "start:operator")
    assert (await watchbell(database, "outbox", "retry", str(lost.id), "--yes")).code == 0
    for key in ("start:button", "start:dropped", "start:operator"):
        again = await house.bot.store.read(intents.by_key, key)
        assert (again.state, again.attempts) == ("pending", 1), f"{key}: the second attempt looks first"


async def test_control_what_was_refused_at_once_is_not_looked_for(build: OpenHouse, database: str):
    house = await build(database=database, data=scenario("1001"))
    at = house.bot.works.at()
    await house.bot.store.write(_stuck, house.workspace, "start:refused", "dead", at, attempts=1)
    assert await house.bot.store.write(intents.decide_anew, "start:refused", {}, due=at.machine)
    assert (await house.bot.store.read(intents.by_key, "start:refused")).attempts == 0


def _stuck(session: Session, workspace: str, key: str, state: str, at: Moment, *, attempts: int = 20) -> None:
    session.add(
        Intent(
            key=key,
            workspace=workspace,
            kind=kinds.INTERCOM_START,
            lane=f"intercom:{key}",
            subject=key,
            state=state,
            attempts=attempts,
            payload={"contact_id": "p1", "plain": "Hello"},
            due=at.machine,
            decided_at=at.now,
            finished_at=at.machine,
        )
    )
