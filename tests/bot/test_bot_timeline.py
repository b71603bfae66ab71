"""An account's timeline: found while a name is typed, turned page by page, and handed over in a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import verbs, words
from signing import SEED
from small_office import a_long_story, scenario
from sqlmodel import Session

from bot.store import audit, outside


async def opened(house: House) -> Any:
    await house.ana.types("/account northwind marine")
    assert (await house.ana.presses(house.ana.last, "timeline_account")).ok
    return house.ana.view


async def export(house: House) -> None:
    assert (await house.ana.presses_in(house.ana.view, "export_account")).ok
    await house.bot.front.finish()


def files(house: House) -> list[tuple[str, Any]]:
    """Every message that has a file: where it stands, and the message."""
    return [
        (channel, message)
        for channel in house.slack.channels
        for message in house.slack.messages(channel)
        if message.files
    ]


async def test_pages_are_turned_to_the_first_message_and_back(build: OpenHouse):
    house = await build(data=a_long_story())
    view = await opened(house)
    assert "48 messages · page 1 of 3" in words(view.blocks)
    assert "Message number 44." in words(view.blocks)
    assert "Message number 20." not in words(view.blocks)
    assert "timeline_newer" not in verbs(view.blocks)
    assert (await house.ana.presses_in(house.ana.view, "timeline_older")).ok
    assert "page 2 of 3" in words(house.ana.view.blocks)
    assert (await house.ana.presses_in(house.ana.view, "timeline_older")).ok
    assert "Message number 0." in words(house.ana.view.blocks)
    assert "timeline_older" not in verbs(house.ana.view.blocks)
    for _ in range(2):
        assert (await house.ana.presses_in(house.ana.view, "timeline_newer")).ok
    assert "page 1 of 3" in words(house.ana.view.blocks)


async def test_what_is_only_for_the_team_is_marked_and_customers_words_ring_nobody(build: OpenHouse):
    house = await build(data=a_long_story())
    view = await opened(house)
    assert "Ana Ruiz\n (note)" in words(view.blocks)
    assert "<!channel>" not in str([each for each in view.blocks if each["type"] != "rich_text"])


async def test_what_was_said_outside_intercom_stands_in_its_place_and_is_named(build: OpenHouse):
    house = await build(data=scenario("1001"))

    def said(session: Session) -> None:
        for number, (said_words, internal) in enumerate(
            (("Any news, <!channel>?", False), ("Ask Kim first", True))
        ):
            outside.keep(
                session,
                workspace=SEED.team_id,
                source="slack:C0CUST",
                id=f"179600000{number}.000100",
                thread="1796000000.000100",
                account_id="c1",
                channel="slack",
                place="#northwind",
                author_id=f"U{number}",
                author_name=("Dana Reyes", "Ana Ruiz")[number],
                author_kind=("customer", "rep")[number],
                internal=internal,
                text=said_words,
                at=house.clock.now() + timedelta(minutes=number),
            )

    await house.bot.store.write(said)
    view = await opened(house)
    shown = words(view.blocks)
    assert "Dana Reyes\n (Slack #northwind)" in shown
    assert "Ana Ruiz\n (internal, Slack #northwind)" in shown
    # The control for the order: what Intercom knows is older than either.
    assert shown.index("Single sign-on") < shown.index("Any news") < shown.index("Ask Kim first")
    assert "<!channel>" not in str([each for each in view.blocks if each["type"] != "rich_text"])
    await export(house)
    ((_, message),) = files(house)
    assert "of 1 conversation, and 2 from outside Intercom" in message.text
    content = message.files[0].content.decode()
    assert "(internal, Slack, #northwind)" in content


async def test_a_conversation_has_pages_too_and_no_export(build: OpenHouse):
    house = await build(data=a_long_story())
    assert (await house.ana.presses(house.alert("1001"), "timeline")).ok
    assert "47 messages · page 1 of 3" in words(house.ana.view.blocks)
    assert "export_account" not in verbs(house.ana.view.blocks)
    assert (await house.ana.presses_in(house.ana.view, "timeline_older")).ok
    assert "page 2 of 3" in words(house.ana.view.blocks)


async def test_what_opened_a_conversation_stands_before_an_answer_of_the_same_second(build: OpenHouse):
    office = scenario("1001")
    (first,) = office["conversations"]
    # Ids of opening messages are of their own, and can be longer than those of parts.
    first["source_id"] = "21634472180000000000"
    answer = {"by": "bot", "at": first["parts"][0]["at"], "text": "Somebody will be with you soon."}
    first["parts"].append(answer)
    house = await build(data=office)
    shown = words((await opened(house)).blocks)
    assert shown.index("Single sign-on sends") < shown.index("Somebody will be with you")
    await export(house)
    ((_, message),) = files(house)
    told = message.files[0].content.decode()
    assert told.index("Single sign-on sends") < told.index("Somebody will be with you")


async def test_accounts_are_offered_while_a_name_is_typed(build: OpenHouse):
    house = await build()
    ana = house.ana
    await ana.types("/account")
    where = ana.last
    assert "Which account?" in words(where.blocks)
    offered = await house.slack.people.options(ana.id, where, "wb:account", "nor")
    assert [each["text"]["text"] for each in offered] == ["Northwind Marine"]
    assert await house.slack.people.options(ana.id, where, "wb:account", "zebra") == []
    every = await house.slack.people.options(ana.id, where, "wb:account", "")
    assert len(every) > 3
    chosen = offered[0]["value"]
    await house.slack.people.click(ana.id, where.channel, where.ts, "wb:account", selected_option=chosen)
    assert "Northwind Marine" in ana.heard


async def test_namesakes_are_told_apart(build: OpenHouse):
    office = scenario()
    twin = {**office["companies"][0], "id": "c99", "company_id": "acct-c99", "plan": "Free"}
    office["companies"].append(twin)
    office["contacts"].append({**office["contacts"][0], "id": "p99", "company_ids": ["c99"], "email": None})
    office["conversations"].append({**office["conversations"][0], "id": "1999", "contact_id": "p99"})
    house = await build(data=office)
    await house.ana.types("/account")
    offered = await house.slack.people.options(house.ana.id, house.ana.last, "wb:account", "northwind")
    assert len({each["text"]["text"] for each in offered}) == len(offered) == 2
    assert {each["value"] for each in offered} == {"c1", "c99"}


async def test_the_whole_timeline_comes_in_a_file_to_the_one_who_asked_and_nobody_else(build: OpenHouse):
    house = await build(data=a_long_story())
    await opened(house)
    await export(house)
    ((channel, message),) = files(house)
    assert house.slack.channels[channel].members == {house.ana.id, house.slack.seed.bot_user_id}
    assert message.text == "Timeline of Northwind Marine: 48 messages of 2 conversations."
    (file,) = message.files
    assert file.name == "northwind-marine-timeline-2026-11-24.md"
    told = file.content.decode()
    for number in range(45):
        assert f"> Message number {number}.\n" in told
    assert told.index("Message number 3.") < told.index("Message number 12.")
    assert "**13:50 Ana Ruiz** (note, e-mail, conversation 1001)" in told
    assert "Omar Haddad" in told
    assert "\u202e" not in told
    assert "\x1b" not in told
    assert f"{file.name} is in your direct conversation with Watchbell" in words(house.ana.view.blocks)
    entries = await house.bot.store.read(lambda session: audit.page(session, house.workspace, limit=5))
    assert ("export_timeline", "c1", house.ana.id) in [
        (each.action, each.detail, each.slack_user_id) for each in entries
    ]


async def test_who_is_not_linked_gets_no_file(build: OpenHouse):
    house = await build(data=a_long_story())
    view = await opened(house)
    await house.ana.types("/watchbell unlink")
    await house.ana.presses_in(view, "export_account")
    await house.bot.front.finish()
    assert files(house) == []


async def test_slack_that_takes_no_file_is_told_and_it_can_be_tried_again(build: OpenHouse):
    house = await build(data=a_long_story())
    await opened(house)
    house.fault("slack", "files.completeUploadExternal", "error", error="restricted_action")
    await export(house)
    assert "The file was not written: Slack did not take it." in words(house.ana.view.blocks)
    assert files(house) == []
    await export(house)
    assert len(files(house)) == 1


async def test_a_file_of_which_slack_says_nothing_is_not_called_unwritten(build: OpenHouse):
    house = await build(data=a_long_story())
    await opened(house)
    house.fault("slack", "files.completeUploadExternal", "drop_after")
    await export(house)
    shown = words(house.ana.view.blocks)
    assert "Slack did not say whether it has the file." in shown
    assert "was not written" not in shown
    assert len(files(house)) == 1


@pytest.mark.parametrize(
    ("kind", "told"),
    [("error", "The file was not written: Slack did not take it."), ("drop_after", "Slack did not say")],
)
async def test_what_became_of_a_file_is_told_though_the_window_was_closed(
    build: OpenHouse, kind: str, told: str
):
    office = a_long_story()
    office["companies"][0]["name"] = "Salt & <!channel>"
    house = await build(data=office)
    await house.ana.types("/account channel")
    assert (await house.ana.presses(house.ana.last, "timeline_account")).ok
    view = house.ana.view
    refused = {"error": "restricted_action"} if kind == "error" else {}
    house.fault("slack", "files.completeUploadExternal", kind, **refused)
    assert (await house.ana.presses_in(view, "export_account")).ok
    await house.slack.people.close(house.ana.id, view.id)
    await house.bot.front.finish()
    said = house.slack.messages(house.slack.im_with(house.ana.id).id)[-1].text
    assert said.startswith(f"Timeline of Salt &amp; &lt;!channel&gt;. {told}")


async def test_an_accounts_name_is_harmless_in_the_message_with_the_file(build: OpenHouse):
    office = a_long_story()
    office["companies"][0]["name"] = "<!channel> & <@U0LEA>"
    house = await build(data=office)
    await house.ana.types("/account channel")
    assert (await house.ana.presses(house.ana.last, "timeline_account")).ok
    await export(house)
    ((_, message),) = files(house)
    assert "<!channel>" not in message.text
    assert "<@U0LEA>" not in message.text
    assert message.text.startswith("Timeline of &lt;!channel&gt; &amp; &lt;@U0LEA&gt;: 48 messages")


async def test_an_account_is_found_by_letters_that_only_some_databases_know(build: OpenHouse):
    office = scenario()
    office["companies"][0]["name"] = "Ökofarm Süd"
    house = await build(data=office)
    for typed in ("ökof", "ÖKOFARM", "süd", "SÜD"):
        await house.ana.types(f"/account {typed}")
        assert "*Ökofarm Süd*" in house.ana.heard, typed


async def test_an_account_is_found_by_a_sign_that_slack_sends_as_an_entity(build: OpenHouse):
    data = scenario("1001", "1004")
    data["companies"][0]["name"] = "AT&T <North>"
    house = await build(data=data)
    for typed in ("AT&amp;T", "at&amp;t &lt;north&gt;", "AT&T"):
        await house.ana.types(f"/account {typed}")
        assert "AT&amp;T &lt;North&gt;" in house.ana.heard, typed
        assert "Why this risk?" in house.ana.heard, "the account itself, and no choice"
    await house.ana.types("/account R&amp;D")
    assert "No account is called “R&amp;D”." in house.ana.heard
    await house.ana.types("/claim at&amp;t")
    assert "You have claimed 1 conversation" in house.ana.heard
    assert "AT&amp;T" in house.ana.heard


async def test_a_forged_timeline_shows_nothing(build: OpenHouse):
    house = await build(data=a_long_story())
    view = await opened(house)
    view.private_metadata = view.private_metadata.replace('"account"', '"secrets"', 1)
    await house.ana.presses_in(view, "timeline_older")
    assert "did not say what it is about" in house.ana.heard or "did not say what it is about" in words(
        house.ana.view.blocks
    )


def told(*said: str) -> dict[str, Any]:
    """Dana's conversation: a message for each, and Ana's "Yes." after each short one."""
    office = scenario("1001")
    (first,) = office["conversations"]
    parts: list[dict[str, Any]] = []
    for each in said:
        parts.append({"by": "contact", "who": "p1", "text": each})
        if len(each) < 50:
            parts.append({"by": "admin", "who": "8801", "text": "Yes."})
    for minute, part in enumerate(parts):
        part["at"] = f"2026-11-24T07:{minute:02}:00+01:00"
    first["parts"] = parts
    return office


async def shown(house: House) -> str:
    await house.ana.types("/claim 1001")
    assert (await house.ana.presses(house.ana.last, "timeline")).ok
    return words(house.ana.view.blocks)


async def test_what_short_messages_leave_is_there_for_long_ones(build: OpenHouse):
    long = [f"Message {number}: {'it stands still ' * 50}end of {number}." for number in range(12)]
    house = await build(data=told(*["So?"] * 4, *long))
    said = await shown(house)
    for number in range(12):
        assert f"Message {number}:" in said
        assert f"end of {number}." in said
    assert "20 messages" in said
    assert "cut" not in said.lower()


async def test_what_is_cut_says_so_and_where_the_rest_is(build: OpenHouse):
    house = await build(data=told("So?", f"The log: {'it stands still ' * 2000}THE END"))
    said = await shown(house)
    assert "THE END" not in said
    assert "3 messages · too long to be shown whole, cut where marked · " in said
    (marked,) = [line for line in said.splitlines() if line.startswith("Cut here, ")]
    assert "characters before the end. <http" in marked
    assert "|Read all of it in Intercom>" in marked
    left = int(marked.removeprefix("Cut here, ").split()[0].replace(",", ""))
    assert 32_000 + len("The log: THE END") - left in range(14_900, 15_001)
