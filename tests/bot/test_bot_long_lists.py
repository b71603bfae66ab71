"""More tags, teams, types of tickets or colleagues than a select of Slack's holds: they are searched for."""

from __future__ import annotations

from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import option
from small_office import scenario

MANY = 150


def element(house: House, block: str) -> dict[str, Any]:
    """What stands in a block of Ana's window."""
    (found,) = [each["element"] for each in house.ana.view.blocks if each.get("block_id") == block]
    return found


async def offered(house: House, block: str, typed: str) -> list[dict[str, Any]]:
    return await house.slack.people.options(house.ana.id, house.ana.view.id, f"wb:{block}", typed)


async def more(house: House, deed: str) -> None:
    await house.ana.types("/claim 1001")
    await house.ana.presses(house.ana.last, "more_done")
    await house.ana.submits({"what": option(house.ana.view, "what", deed)})
    await house.bot.front.finish()


def long(kind: str, count: int = MANY) -> dict[str, Any]:
    data = scenario("1001")
    names = [(f"9{number:03}", f"{kind} {number:03}") for number in range(count)]
    if kind == "colleague":
        data["admins"] += [{"id": key, "name": name, "email": f"{key}@small.example"} for key, name in names]
    else:
        data[{"tag": "tags", "team": "teams", "type": "ticket_types"}[kind]] = [
            {"id": key, "name": name, **({"admin_ids": []} if kind == "team" else {})} for key, name in names
        ]
    return data


async def test_the_last_of_many_tags_is_found_and_what_was_ticked_stays(build: OpenHouse):
    data = long("tag")
    data["conversations"][0]["tags"] = ["9003"]
    house = await build(data=data)
    await more(house, "tag")
    field = element(house, "tags")
    assert field["type"] == "multi_external_select"
    assert [each["value"] for each in field["initial_options"]] == ["9003"]
    assert len(await offered(house, "tags", "")) == 100
    (last,) = await offered(house, "tags", "G 149")
    chosen = [*field["initial_options"], last]
    assert (await house.ana.submits({"tags": {"type": field["type"], "selected_options": chosen}})).ok
    await house.settle()
    tags = {str(each["name"]) for each in house.intercom.conversation("1001")["tags"]["tags"]}
    assert tags == {"tag 003", "tag 149"}


async def test_the_last_of_many_teams_is_found(build: OpenHouse):
    house = await build(data=long("team"))
    await more(house, "team")
    (last,) = await offered(house, "team", "149")
    assert (await house.ana.submits({"team": {"type": "external_select", "selected_option": last}})).ok
    await house.settle()
    assert str(house.intercom.conversation("1001")["team_assignee_id"]) == "9149"


async def test_the_last_of_many_types_of_tickets_is_found(build: OpenHouse):
    house = await build(data=long("type"))
    await more(house, "ticket")
    (last,) = await offered(house, "type", "149")
    form = {
        "type": {"type": "external_select", "selected_option": last},
        "title": {"type": "plain_text_input", "value": "SSO"},
    }
    assert (await house.ana.submits(form)).ok
    await house.settle()
    (ticket,) = house.intercom.workspace.tickets.values()
    assert "type 149" in str(vars(ticket))


async def test_the_last_of_many_colleagues_is_found(build: OpenHouse):
    house = await build(data=long("colleague"))
    await more(house, "hand_over")
    (last,) = await offered(house, "colleague", "colleague 149")
    assert last["text"]["text"] == "colleague 149 (not in Slack)"
    assert house.ana.admin not in {each["value"] for each in await offered(house, "colleague", "ana")}
    form = {"colleague": {"type": "external_select", "selected_option": last}}
    assert (await house.ana.submits(form)).ok
    await house.settle()
    assert str(house.intercom.conversation("1001")["admin_assignee_id"]) == "9149"


@pytest.mark.parametrize(
    ("kind", "deed", "block"), [("tag", "tag", "tags"), ("team", "team", "team"), ("type", "ticket", "type")]
)
async def test_who_may_not_act_is_offered_nothing(build: OpenHouse, kind: str, deed: str, block: str):
    house = await build(data=long(kind))
    await more(house, deed)
    assert await offered(house, block, "149")
    house.slack.users[house.ana.id].deleted = True
    house.bot.front.identity.forget(user_id=house.ana.id)
    assert await offered(house, block, "149") == []


async def test_a_hundred_stand_in_the_window_itself(build: OpenHouse):
    house = await build(data=long("tag", 100))
    await more(house, "tag")
    field = element(house, "tags")
    assert field["type"] == "multi_static_select"
    assert len(field["options"]) == 100
