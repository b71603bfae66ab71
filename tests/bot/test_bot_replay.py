"""A lead tries other promises on the past in Slack: the window, its faults, the picture, the post."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from harness import House, OpenHouse, link
from on_the_screen import option, verbs, words
from PIL import Image
from small_office import scenario

from bot.cards import heat_map
from jobs import schedule
from sandbox.slack.model import Outcome

pytestmark = pytest.mark.thorough


async def lived(build: OpenHouse) -> House:
    """1001 (due 09:20) is answered at 09:40, 1002 (due 09:25) at 09:10; the rest waits to 12:30."""
    house = await build(data=scenario("1001", "1002", "1004"))
    await link(house.lea)
    await house.at("09:10")
    house.intercom.admin_replies("1002", "8801", "Mended.")
    await house.at("09:40")
    house.intercom.admin_replies("1001", "8801", "Mended too.")
    await house.at("12:30")
    return house


async def tries(house: House, **fields: str) -> Outcome:
    """Open the window and submit it; the counting has ended afterwards."""
    lea = house.lea
    await lea.types("/watchbell replay")
    values: dict[str, Any] = {
        name: {"type": "plain_text_input", "value": value}
        for name, value in fields.items()
        if name != "policy"
    }
    values["policy"] = option(lea.view, "policy", fields.get("policy", "enterprise"))
    outcome = await lea.submits(values)
    await house.bot.front.finish()
    return outcome


async def test_a_gentler_promise_is_counted_beside_todays_and_shown_to_the_team(build: OpenHouse):
    house = await lived(build)
    assert (await tries(house, first_response="2h")).ok
    shown = words(house.lea.view.blocks)
    assert "*1 of 3 promises missed* under enterprise with first reply within 2h; 2 as it is." in shown
    assert "no longer missed: 1001" in shown
    assert "newly missed" not in shown
    before = [file.id for file in house.slack.files.values()]
    assert len(before) == 1
    await house.lea.presses_in(house.lea.view, "replay_post")
    await house.settle()
    (posted,) = house.posts("alerts", "post:replay:")
    assert "1 of 3 promises missed" in words(posted.blocks)
    assert f"Tried by <@{house.lea.id}>" in words(posted.blocks)
    assert [block["slack_file"]["id"] for block in posted.blocks if block["type"] == "image"] == before
    assert "replay_post" not in verbs(house.lea.view.blocks)


async def test_the_same_policies_differ_in_nothing(build: OpenHouse):
    house = await lived(build)
    await tries(house, first_response="30m")
    assert "*2 of 3 promises missed*" in words(house.lea.view.blocks)
    assert "the same conversations are missed under both" in words(house.lea.view.blocks)


async def test_pasted_policies_take_the_place_of_all(build: OpenHouse):
    house = await lived(build)
    await tries(
        house,
        text='[[policies]]\nname = "all"\ncalendar = "berlin"\nfirst_response = "10m"\nwarn = ["5m"]\n',
    )
    assert "*3 of 3 promises missed* under other policies; 2 as it is." in words(house.lea.view.blocks)
    assert "newly missed: 1002" in words(house.lea.view.blocks)


@pytest.mark.parametrize(
    ("fields", "block", "said"),
    [
        ({"first_response": "soon"}, "first_response", '"soon" is not a duration.'),
        ({"warn": "2h"}, "warn", "2 h is not before the deadline"),
        ({}, "first_response", "Nothing was changed"),
        (
            {"text": '[[policies]]\nname = "a"\ncalendar = "nowhere"\nfirst_response = "1h"\n'},
            "text",
            "Your text line 3, policies[1].calendar",
        ),
        ({"text": "[[policies]\n"}, "text", "is not valid TOML"),
    ],
)
async def test_a_fault_stands_at_its_field_and_nothing_runs(
    build: OpenHouse, fields: dict[str, str], block: str, said: str
):
    house = await build(data=scenario("1001"))
    before = house.bot.office
    outcome = await tries(house, **fields)
    assert outcome.ack is not None
    assert said in outcome.ack["errors"][block]
    assert house.bot.office is before
    assert house.slack.files == {}


async def test_a_year_back_is_fetched_while_the_window_tells_how_far_it_is(build: OpenHouse):
    data = scenario("1001")
    said = {"by": "contact", "who": "p1", "text": "Old trouble."}
    for number in range(200):
        data["conversations"].append(
            {
                "id": f"{5000 + number}",
                "contact_id": "p1",
                "channel": "email",
                "state": "closed",
                "parts": [
                    {**said, "at": "2026-04-14T09:00:00+02:00"},
                    {**said, "by": "admin", "who": "8801", "at": "2026-04-14T11:00:00+02:00"},
                    {"by": "admin", "who": "8801", "at": "2026-04-14T11:05:00+02:00", "kind": "close"},
                ],
            }
        )
    house = await build(data=data)
    await link(house.lea)
    await house.at("12:30")
    assert len((await house.facts())["conversations"]) == 1
    lea = house.lea
    await lea.types("/watchbell replay")
    await lea.submits(
        {
            "policy": option(lea.view, "policy", "enterprise"),
            "reach": option(lea.view, "reach", "365"),
            "first_response": {"type": "plain_text_input", "value": "3h"},
        }
    )
    counting = asyncio.create_task(house.bot.front.finish())
    await asyncio.sleep(0.5)
    assert "Fetching older history  asking Intercom" in words(lea.view.blocks)
    await history(house)
    await asyncio.sleep(1.5)
    assert "150 of 200 conversations" in words(lea.view.blocks)
    await history(house)
    await counting
    shown = words(lea.view.blocks)
    assert "*1 of 201 promises missed* under enterprise with first reply within 3h; 201 as it is." in shown
    assert "Tickets closed before <!date^" in shown


async def history(house: House) -> None:
    """One beat of the tick that goes back."""
    await schedule.run_tick(house.bot.works, "history", schedule.SLOW["history"])


async def test_only_leads_may_try(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.types("/watchbell replay")
    assert house.ana.views == []
    assert "is for leads" in house.ana.heard


async def test_an_upload_that_slack_refuses_is_told_and_nothing_is_posted(build: OpenHouse):
    house = await lived(build)
    house.fault("slack", "files.completeUploadExternal", "error", times=1)
    await tries(house, first_response="45m")
    shown = words(house.lea.view.blocks)
    assert "2 of 3 promises missed" in shown
    assert "Slack did not take the heat map" in shown
    assert house.posts("alerts", "post:replay:") == []


def counts(**cells: int) -> list[list[int]]:
    rows = [[0] * 24 for _ in range(7)]
    for cell, count in cells.items():
        day, hour = cell[1:].split("_")
        rows[int(day)][int(hour)] = count
    return rows


def test_the_picture_is_dark_where_most_was_missed_light_where_none_and_white_where_nothing_was():
    heat = heat_map.HeatMap(
        "5 of 9 promises missed", "Europe/Berlin", counts(c0_9=4, c2_14=1), counts(c0_9=4, c2_14=1, c4_16=4)
    )
    image = Image.open(io.BytesIO(heat_map.png(heat))).convert("RGB")
    assert image.size == heat_map.size()

    def shade(day: int, hour: int) -> tuple[int, ...]:
        left, top, _, _ = heat_map.cell(day, hour)
        pixel = image.getpixel((left + 8, top + 8))
        assert isinstance(pixel, tuple)
        return pixel

    assert shade(0, 9) == heat_map.colour(4, 4)
    assert shade(2, 14) == heat_map.colour(1, 4)
    assert shade(4, 16) == heat_map.colour(0, 4)
    assert shade(5, 3) == (255, 255, 255)
    lightness = [sum(shade(*each)) for each in ((0, 9), (2, 14), (4, 16), (5, 3))]
    assert lightness == sorted(lightness), "the scale reads without colours"
