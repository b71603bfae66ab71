"""An account's Slack channel in the small office: mapping it, writing in it, and what the team sees of it."""

from __future__ import annotations

from typing import Any

from harness import House
from signing import SEED
from small_office import CHANNELS, scenario

from bot.store import outside
from bot.store.outside import OutsideMessage
from sandbox.intercom.model import Conversation
from sandbox.slack.model import Message, Outcome

SHARED = CHANNELS["shared"]


async def choose(house: House, channel: str = SHARED, account: str = "c1") -> Outcome:
    assert (await house.ana.types(f"/watchbell map <#{channel}|there>")).ok
    done: Outcome = await house.ana.submits(
        {"account": {"type": "external_select", "selected_option": option(account)}}
    )
    await house.settle()
    for view in house.ana.views:
        await house.slack.people.close(house.ana.id, view.id)
    return done


def option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value}, "value": value}


def chosen(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": option(value)}


def by_mail(address: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": address}


def known_as(address: str) -> dict[str, Any]:
    """The office in which Dana's contact has this address."""
    office = scenario("1001")
    office["contacts"][0]["email"] = address
    return office


def made(house: House) -> list[Conversation]:
    """The conversations that Intercom did not have at the beginning."""
    return [each for each in house.intercom.workspace.conversations.values() if each.id != "1001"]


async def says(
    house: House, who: str, what: str, *, thread: str | None = None, channel: str = SHARED
) -> Message:
    house.tick()
    message = await house.slack.people.say(who, channel, what, thread_ts=thread)
    await house.slack.settled()
    await house.settle()
    return message


def cards(house: House) -> list[Message]:
    """What the team was shown of words in Slack."""
    return house.posts("accounts", "post:inslack:")


async def kept(house: House) -> list[OutsideMessage]:
    found: list[OutsideMessage] = await house.bot.store.read(outside.of_account, SEED.team_id, "c1")
    return found
