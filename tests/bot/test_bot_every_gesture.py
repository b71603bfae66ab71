"""Everything a person can do is done at least once, from what the bot really shows them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from gestures import (
    a_busy_office,
    about_likeness,
    at_the_seat,
    beside_intercom,
    in_a_long_home,
    in_a_long_timeline,
    in_lists,
    in_the_log,
    on_the_account,
    on_the_alert,
    on_the_past,
    to_all_at_once,
    with_a_spreading_issue,
    with_answers,
    with_colleagues,
    with_more,
    with_saved_words,
    with_saved_words_for_two,
    with_somebody_of_no_company,
    with_words_in_slack,
)
from gestures_refused import with_a_refusal
from harness import OpenHouse
from many_firms import firms
from model_server import serving, with_model
from small_office import CHANNELS, a_long_story, perhaps_the_same, refunds, refunds_for_two, scenario

from bot import app


def driven(log: Iterable[Any]) -> dict[str, set[str]]:
    """The names of what was delivered to the bot."""
    found: dict[str, set[str]] = {
        "commands": set(),
        "verbs": set(),
        "views": set(),
        "shortcuts": set(),
        "events": set(),
    }
    for each in log:
        payload = each.payload
        match payload.get("type") or each.kind:
            case "slash_commands":
                found["commands"].add(payload["command"])
            case "block_actions":
                for action in payload["actions"]:
                    chosen = (action.get("selected_option") or {}).get("value", "")
                    verb = action["action_id"].removeprefix("wb:")
                    found["verbs"].add(chosen.partition(":")[0] if verb == "more" else verb)
            case "view_submission":
                found["views"].add(payload["view"]["callback_id"].removeprefix("wb:"))
            case "shortcut" | "message_action":
                found["shortcuts"].add(payload["callback_id"])
            case "event_callback":
                found["events"].add(payload["event"]["type"])
    return found


async def test_every_command_button_modal_and_event_is_driven_and_none_fails(
    build: OpenHouse, diary: io.StringIO
):
    office = scenario()
    office["teams"].append({"id": "78", "name": "Billing", "admin_ids": []})
    office["tags"] = [{"id": "501", "name": "sso"}]
    house = await build(data=office)
    log = house.slack.delivery.log
    await on_the_alert(house)
    await on_the_account(house)
    await in_lists(house)
    await with_answers(house)
    await with_a_refusal(house)
    await at_the_seat(house)
    await with_colleagues(house)
    await in_the_log(house)
    await with_more(house)
    await beside_intercom(house)
    await on_the_past(house)
    busy = await build(data=a_busy_office())
    await in_a_long_home(busy)
    log = [*log, *busy.slack.delivery.log]
    data = scenario("1001", "1002")
    data["conversations"][1]["parts"][0]["text"] = data["conversations"][0]["parts"][0]["text"]
    told_twice = await build(data=data, undo=timedelta(seconds=30))
    await to_all_at_once(told_twice)
    many = await build(data=firms())
    await with_a_spreading_issue(many)
    asked_before = await build(data=refunds())
    await with_saved_words(asked_before)
    asked_by_two = await build(data=refunds_for_two())
    await with_saved_words_for_two(asked_by_two)
    long_story = await build(data=a_long_story())
    await in_a_long_timeline(long_story)
    alone = scenario("1001", "1003")
    alone["contacts"][0]["company_ids"] = []
    nobodys = await build(data=alone)
    await with_somebody_of_no_company(nobodys)
    heard = await build(data=scenario("1001"))
    await with_words_in_slack(heard)
    for still in (False, True):
        heard.slack.change_channel(CHANNELS["shared"], is_ext_shared=still)
        await heard.slack.settled()
    for each in (told_twice, many, asked_before, asked_by_two, long_story, nobodys, heard):
        log = [*log, *each.slack.delivery.log]
    for verb in ("same_issue", "other_issue"):
        alike = await build(data=perhaps_the_same())
        await about_likeness(alike, verb)
        log = [*log, *alike.slack.delivery.log]
    async with serving() as model:
        helped = await with_model(build, model)
        assert (await helped.ana.presses_in(await helped.ana.opens_answer("1001"), "draft")).ok
        await helped.bot.front.finish()
        assert (await helped.ana.presses_in(helped.ana.view, "use_draft")).ok
        log = [*log, *helped.slack.delivery.log]
    registered = app.routes()
    assert driven(log) == {
        "commands": set(registered.commands),
        "verbs": set(registered.verbs),
        "views": set(registered.views),
        "shortcuts": set(registered.shortcuts),
        "events": set(registered.events),
    }
    assert [each.reply.error for each in log if each.reply.error] == []
    for failure in ("handler_failed", "afterwork_failed", "tick_failed", "answer_not_shown", "slack_failed"):
        assert failure not in diary.getvalue()
