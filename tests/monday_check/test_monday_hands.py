"""Reps act through Slack, and what stands in their way is told in a sentence."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from monday_worlds import Worlds
from morning_cards import section
from truthful_bot import TruthfulBot

from sandbox.monday.hands import Did, Hands
from sandbox.monday.scenario import Event
from sandbox.monday.watch import Watch

SSO_MAIL = "215470003627"
JONAS, DILAN = "U07LGJONAS", "U07LGDILAN"


@dataclass
class Desk:
    """A bot with the first alerts posted, and somebody's hands on the keyboard."""

    worlds: Worlds
    bot: TruthfulBot
    hands: Hands
    watch: Watch

    async def do(self, do: str, who: str = JONAS, text: str | None = None) -> Did:
        at = self.worlds.clock.now()
        alone = do in ("link", "claim_next", "inbox")
        event = Event(
            "e",
            at,
            "rep",
            do,
            "",
            who,
            conversation=None if alone else SSO_MAIL,
            text=text,  # type: ignore[arg-type]
        )
        return await self.hands.do(event)


@pytest.fixture
async def desk(worlds: Worlds) -> AsyncIterator[Desk]:
    bot = TruthfulBot(worlds.monday, worlds.slack, worlds.intercom, worlds.clock, worlds.player)
    watch = Watch(worlds.slack, worlds.clock, ("app.intercom.com",))
    hands = Hands(worlds.monday, worlds.slack, watch, worlds.player, bot.settle, patience=0.05)
    await bot.settle()
    yield Desk(worlds, bot, hands, watch)
    await bot.http.aclose()
    await worlds.slack.close()


async def test_a_rep_links_claims_and_answers(desk: Desk) -> None:
    assert "act as Jonas Weidner" in (await desk.do("link")).told[-1]
    assert (await desk.do("claim")).told == ("*Yours now*",)
    assert desk.bot.holder(SSO_MAIL) == "7104202"
    did = await desk.do("answer", text="On it.\n\nJonas")
    assert did.trouble is None
    assert desk.worlds.intercom.sent_to_customers() == [(SSO_MAIL, "7104202", "On it.\n\nJonas")]
    assert desk.worlds.slack.people.open_views(JONAS) == []


async def test_a_note_is_no_answer(desk: Desk) -> None:
    await desk.do("link")
    assert (await desk.do("note", text="Ask Oskar first.")).trouble is None
    assert desk.worlds.intercom.sent_to_customers() == []
    parts = desk.worlds.intercom.conversation(SSO_MAIL)["conversation_parts"]["conversation_parts"]
    assert parts[-1]["part_type"] == "note"


async def test_the_button_of_a_moment_ago_is_pressed_when_it_is_gone(desk: Desk) -> None:
    await desk.do("link")
    await desk.do("claim")
    did = await desk.do("claim", who=DILAN)
    assert did.told == ("Guests cannot use Watchbell.",)


async def test_next_tells_which_conversation_was_taken(desk: Desk) -> None:
    did = await desk.do("claim_next")
    assert did.conversation in next(iter(desk.worlds.monday.truth.claims[3:])).any_of


async def test_without_an_alert_the_command_is_typed(worlds: Worlds) -> None:
    typed: list[str] = []

    class Deaf(TruthfulBot):
        async def settle(self) -> None:
            pass

        def command(self, who: str, command: str, text: str) -> list[dict[str, object]]:
            typed.append(f"{command} {text}")
            return [section("heard")]

    bot = Deaf(worlds.monday, worlds.slack, worlds.intercom, worlds.clock, worlds.player)
    watch = Watch(worlds.slack, worlds.clock, ())
    desk = Desk(worlds, bot, Hands(worlds.monday, worlds.slack, watch, worlds.player, bot.settle), watch)
    await desk.do("claim")
    assert typed == [f"/claim {SSO_MAIL}"]
    assert (await desk.do("snooze")).trouble == "No alert of the conversation offers “snoozeNone”."
    assert (await desk.do("answer", text="Hello")).trouble == "No modal opened."
    await bot.http.aclose()


async def test_a_modal_that_never_fills_is_trouble(desk: Desk) -> None:
    async def never(view_id: str, conversation: str) -> None:
        await asyncio.sleep(0)

    desk.bot.fill = never  # type: ignore[method-assign]
    did = await desk.do("answer", text="Hello")
    assert did.trouble == "The modal was still loading after 0.05 s."
    assert desk.worlds.slack.people.open_views(JONAS) == []


async def test_a_bot_that_is_not_there_is_trouble(desk: Desk) -> None:
    desk.worlds.slack.deliver_http(None)
    did = await desk.do("inbox")
    assert did.trouble == "Slack says no_connection."
    assert did.told == ("/inbox failed because the app did not respond.",)


async def test_the_watch_sees_dangers_in_messages_of_the_bot_only(desk: Desk) -> None:
    slack = desk.worlds.slack
    alerts = desk.bot.channels["support-alerts"]
    slack.post(alerts, user=JONAS, text="<!channel> lunch?")
    desk.bot.show("fine", alerts, "fine", [section("a &lt;!channel&gt; in words <@U07LGMARA1>")])
    assert list(desk.watch.hazards) == []
    broadcast = {"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}
    desk.bot.show("bad", alerts, "bad", [{"type": "rich_text", "elements": [broadcast]}])
    desk.bot.show(
        "worse", alerts, "worse", [section("<@U08NWNADIA> <https://evil.example/a|app.intercom.com>")]
    )
    assert [one.what for one in desk.watch.hazards] == [
        "a mention of here",
        "<@U08NWNADIA> rings somebody from outside",
        "a live link to evil.example",
    ]
    json.dumps([one.where for one in desk.watch.hazards])
