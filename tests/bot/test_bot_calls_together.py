"""Many calls at once: whoever is called reads a few messages that name everything, not one for each."""

from __future__ import annotations

from typing import Any

import pytest
from escalating import URGENT, calls, crowd, direct, named, opened_at
from harness import House, OpenHouse
from on_the_screen import key_of, verbs, words
from small_office import CHANNELS, scenario

from sandbox.slack.model import Message, UserGroup

pytestmark = pytest.mark.thorough

BUNDLED = URGENT.replace("burst = 0", "burst = 12")
GROUP = (UserGroup("S0ONCALL1", "oncall", "On call", ("U0BEN",)),)


def stale(count: int) -> dict[str, Any]:
    """A backlog that waits since Friday."""
    data = crowd(count)
    for each in data["conversations"]:
        each["parts"] = [{**each["parts"][0], "at": "2026-11-20T09:00:00+01:00"}]
    return data


def called(house: House, channel: str) -> list[Message]:
    """What escalations said in a channel, alone and together."""
    return house.posts(channel, "post:call")


def everybody(count: int) -> set[str]:
    return {f"{2000 + n}" for n in range(count)}


async def test_a_first_start_on_a_backlog_calls_each_place_a_few_times_and_names_everything(
    build: OpenHouse,
):
    house = await build(data=stale(12), toml=BUNDLED, linked=())
    for channel in (CHANNELS["lobby"], direct(house, "U0CEM")):
        said = called(house, channel)
        assert len(said) <= 3
        assert {each for message in said for each in named(message)} == everybody(12)
    (together,) = [each for each in called(house, "lobby") if key_of(each).startswith("post:calls:")]
    assert "Called by the escalation “urgent”." in words(together.blocks)
    assert verbs(together.blocks)[-1] == "claim_next"
    before = [(each.channel, each.ts) for each in called(house, "lobby")]
    await house.restart()
    await house.later(minutes=5)
    assert [(each.channel, each.ts) for each in called(house, "lobby")] == before, (
        "once each, whatever restarts"
    )


async def test_a_backlog_of_sixty_is_a_few_messages(build: OpenHouse):
    house = await build(data=stale(60), toml=BUNDLED, linked=())
    said = called(house, "lobby")
    assert len(said) <= 4
    assert {each for message in said for each in named(message)} == everybody(60)


async def test_what_is_called_together_says_how_each_of_it_ended(build: OpenHouse):
    house = await build(data=stale(6), toml=BUNDLED, linked=())
    for conversation in sorted(everybody(6))[:5]:
        house.intercom.admin_replies(conversation, "8801", "Mended.")
    await house.later(minutes=2)
    together = next(each for each in called(house, "lobby") if key_of(each).startswith("post:calls:"))
    assert "1 promise in danger at once" in words(together.blocks)
    house.intercom.admin_replies("2005", "8801", "Mended.")
    await house.later(minutes=2)
    said = called(house, "lobby")
    assert all("in danger" not in words(each.blocks) for each in said)
    assert any("promises of this minute are settled" in words(each.blocks) for each in said)


async def test_two_at_once_are_called_singly_and_so_are_those_of_other_minutes(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=BUNDLED, linked=())
    for moment in ("09:05", "09:10", "09:20", "09:25", "09:30", "09:35"):
        await house.at(moment)
    for each in ("1001", "1002"):
        assert [message.channel for message in calls(house, each)] == [direct(house, "U0LEA")]


WIDE = BUNDLED.replace("burst = 12", 'burst = 12\nburst_within = "10m"')


async def test_who_is_called_after_a_message_was_taken_back_is_called(build: OpenHouse):
    house = await build(data=opened_at("08:50:00", "08:50:00", "08:50:00", "08:54:00"), toml=WIDE, linked=())
    lea = direct(house, "U0LEA")
    for moment in ("09:05", "09:09", "09:20", "09:24"):
        await house.at(moment)
    house.fault("slack", "chat.postMessage", "rate_limit", times=-1, seconds=1)
    await house.at("09:30")
    for conversation in ("2000", "2001", "2002"):
        house.intercom.admin_replies(conversation, "8801", "Mended.")
    await house.at("09:32")
    house.faults.clear()
    await house.at("09:34")
    await house.until(lambda: called(house, lea))
    assert [named(each) for each in called(house, lea)] == [{"2003"}]


async def test_a_repetition_is_no_edit_of_what_was_called_before(build: OpenHouse):
    toml = WIDE.replace('times = 2, every = "20m"', 'times = 3, every = "5m"')
    house = await build(data=crowd(3), toml=toml, linked=())
    lea = direct(house, "U0LEA")
    said = 0
    for moment in ("09:05", "09:20", "09:30", "09:35", "09:40"):
        await house.at(moment)
        before, said = said, len(called(house, lea))
        new = called(house, lea)[before:]
        whom = everybody(3) if moment >= "09:30" else set()
        assert {each for message in new for each in named(message)} == whom, moment


async def test_a_repetition_is_no_edit_of_what_was_called_after_the_call_before_it_either(build: OpenHouse):
    toml = WIDE.replace('times = 2, every = "20m"', 'times = 3, every = "5m"')
    house = await build(data=opened_at("08:50:00", "08:50:20", "08:50:40"), toml=toml, linked=())
    lea = direct(house, "U0LEA")
    for moment in ("09:05", "09:06", "09:20", "09:21", "09:30", "09:30:20", "09:30:40"):
        await house.at(moment)
    assert [named(each) for each in called(house, lea)] == [{"2000"}, {"2001"}, {"2002"}]
    for moment, whom in (("09:35", "2000"), ("09:35:20", "2001"), ("09:35:40", "2002"), ("09:40", "2000")):
        before = len(called(house, lea))
        await house.at(moment)
        assert [named(each) for each in called(house, lea)[before:]] == [{whom}], moment


async def test_a_message_takes_calls_in_for_as_long_as_it_was_just_read(build: OpenHouse):
    times = [f"08:5{n // 60}:{n % 60:02}" for n in range(0, 150, 25)]
    house = await build(data=opened_at(*times), toml=BUNDLED, linked=())
    lea = direct(house, "U0LEA")
    for moment in ("09:05", "09:08", "09:20", "09:23"):
        await house.at(moment)
    for time in times:
        await house.at(time.replace("08:5", "09:3"))
    # The third shares a message with those of the minute after it; the sixth calls anew.
    found = [named(each) for each in called(house, lea)]
    assert found == [{"2000"}, {"2001"}, {"2002", "2003", "2004"}, {"2005"}]


async def test_a_message_for_several_that_tells_of_one_reads_like_any_other_call(build: OpenHouse):
    house = await build(data=opened_at("08:50:00", "08:50:10", "08:50:20", "08:50:30"), toml=BUNDLED)
    house.webhooks_on()
    lea = direct(house, "U0LEA")
    for moment in ("09:05", "09:06", "09:20", "09:21", "09:30", "09:30:10", "09:30:20"):
        await house.at(moment)
    *alone, third = called(house, lea)
    assert [key_of(each).startswith("post:calls:") for each in (*alone, third)] == [False, False, True]
    assert third.text == "Northwind Marine: first reply is 10 min late, nobody has claimed it."
    told = words(third.blocks)
    assert "*First reply is 10 min late*" in told
    assert "Called by the escalation “urgent”." in told
    assert "|The alert>" in told
    assert verbs(third.blocks) == verbs(alone[0].blocks)
    house.intercom.admin_replies("2002", "8801", "Mended.")
    await house.at("09:30:25")
    *alone, third = called(house, lea)
    assert "*Answered by Ana Ruiz" in words(third.blocks)
    assert verbs(third.blocks) == []
    await house.at("09:30:30")
    *alone, third = called(house, lea)
    assert "*1 promise in danger at once*" in words(third.blocks)
    assert named(third) == {"2002", "2003"}


async def test_with_bursts_off_each_call_stands_by_itself(build: OpenHouse):
    house = await build(data=stale(5), toml=URGENT, linked=())
    assert len(called(house, "lobby")) == 5


async def test_a_group_is_called_once_about_many(build: OpenHouse):
    toml = BUNDLED.replace('tell = ["#lobby", "cem@small.example"]', 'tell = ["@oncall"]')
    house = await build(data=stale(12), toml=toml, groups=GROUP, linked=())
    said = called(house, "alerts")
    mentions = [each for each in said if "<!subteam^S0ONCALL1>" in words(each.blocks)]
    assert 1 <= len(mentions) <= 3
    assert {each for message in said for each in named(message)} == everybody(12)
