"""An account's thread stands where the routes lead when it begins, and stays there whatever comes."""

from __future__ import annotations

import pytest
from harness import House, OpenHouse
from in_a_channel import choose, says
from on_the_screen import words
from signing import SEED
from small_office import CHANNELS, TOML, scenario
from test_bot_edits import restarted_with
from test_bot_restored import put_back

from bot.errors import ConfigError
from bot.store import conversations, mapped
from bot.store.posts import get_post
from sandbox.slack.model import Message

pytestmark = pytest.mark.thorough

ROUTE = '\n[[routes]]\nname = "{}"\nmatch = {{ {} }}\n{}\n'
ENTERPRISE = ROUTE.format("enterprise", 'plan = ["Enterprise"]', 'accounts = "#lobby"')
ROUTED = TOML + ENTERPRISE
URGENT = TOML + ROUTE.format("urgent", 'priority = ["high"]', 'accounts = "#lobby"')
LOBBY = CHANNELS["lobby"]
ANCHOR, ISSUE = "post:account:c1:", "post:issue:c1:"


def link(message: Message) -> str:
    return f"/archives/{message.channel}/p{message.ts.replace('.', '')}"


def nothing_for_northwind(house: House, channel: str) -> bool:
    return [house.posts(channel, each) for each in (ANCHOR, ISSUE)] == [[], []]


async def another_writes(house: House) -> None:
    """A second conversation of Brightfen's, whose plan is Growth."""
    house.tick()
    house.intercom.customer_starts("p3", "email", "Please send the invoice of October as a PDF.")
    await house.later(seconds=61)


async def all_closed(house: House) -> None:
    house.tick()
    for conversation in ("1001", "1002"):
        house.intercom.admin_replies(conversation, "8801", "Repaired.")
        house.intercom.closes(conversation, "8801")
    await house.later(seconds=61)


async def both_write(house: House, text: str) -> None:
    house.tick()
    for conversation in ("1001", "1002"):
        house.intercom.customer_writes(conversation, text)
    await house.later(seconds=61)


async def test_an_account_on_a_route_has_its_thread_there_and_any_other_where_accounts_have_theirs(
    build: OpenHouse,
):
    house = await build(data=scenario("1001", "1002", "1003"), toml=ROUTED)
    await another_writes(house)
    anchor = house.post(LOBBY, ANCHOR)
    assert "2 open conversations" in anchor.text
    (issue,) = house.posts(LOBBY, ISSUE)
    assert issue.thread_ts == anchor.ts
    assert nothing_for_northwind(house, "accounts")
    other = house.post("accounts", "post:account:c2:")
    assert {each.thread_ts for each in house.posts("accounts", "post:issue:c2:")} == {other.ts}
    # It says nothing of alerts: these stand where they stood, and lead to the thread.
    await house.at("09:06")
    assert link(anchor) in words(house.alert("1001").blocks)
    assert (await house.ana.types("/account northwind")).ok
    assert link(anchor) in str(house.ana.last.blocks)


async def test_control_without_the_key_a_route_leaves_threads_where_they_are(build: OpenHouse):
    alerts_only = ENTERPRISE.replace("accounts", "channel")
    house = await build(data=scenario("1001", "1002"), toml=TOML + alerts_only)
    await house.at("09:06")
    anchor = house.post("accounts", ANCHOR)
    (issue,) = house.posts("accounts", ISSUE)
    assert issue.thread_ts == anchor.ts
    assert nothing_for_northwind(house, LOBBY)
    assert len(house.posts(LOBBY, "post:alert:1001:")) == 1
    assert house.alerts("1001") == []


async def test_its_buttons_and_the_shortcuts_work_there(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=ROUTED)
    (issue,) = house.posts(LOBBY, ISSUE)
    assert (await house.slack.people.shortcut("U0BEN", "claim_message", issue.channel, issue.ts)).ok
    await house.settle()
    assert (await house.read(conversations.get, "1001")).claimed_by == house.ben.admin
    assert (await house.ana.presses(house.post(LOBBY, ANCHOR), "claim_account")).ok
    assert "You have claimed 1 conversation* · Northwind Marine" in house.ana.heard
    await house.settle()
    assert (await house.read(conversations.get, "1002")).claimed_by == house.ana.admin
    await house.gus.presses(house.post(LOBBY, ANCHOR), "timeline_account")
    assert house.gus.views == [], "a guest of the channel may read what stands there, and do nothing"


async def test_one_conversation_that_matches_is_enough_and_the_first_route_with_a_channel_for_threads_counts(
    build: OpenHouse,
):
    routes = (
        ROUTE.format("alerts", 'plan = ["Enterprise"]', 'channel = "#support"')
        + ROUTE.format("whatsapp", 'channel = ["whatsapp"]', 'accounts = "#lobby"')
        + ROUTE.format("enterprise", 'plan = ["Enterprise"]', 'accounts = "#support"')
    )
    house = await build(data=scenario("1001", "1002"), toml=TOML + routes, linked=())
    assert "2 open conversations" in house.post(LOBBY, ANCHOR).text
    assert nothing_for_northwind(house, "monday")


async def test_what_is_not_open_does_not_choose(build: OpenHouse):
    data = scenario("1001", "1002")
    (_, second) = data["conversations"]
    asleep = {**second, "id": "1011", "channel": "sms", "state": "snoozed"}
    asleep["snoozed_until"] = "2026-11-25T09:00:00+01:00"
    data["conversations"] += [asleep, {**second, "id": "1000", "channel": "sms", "state": "closed"}]
    sms = TOML + ROUTE.format("sms", 'channel = ["sms"]', 'accounts = "#lobby"')
    house = await build(data=data, toml=sms, linked=())
    assert "2 open conversations" in house.post("accounts", ANCHOR).text
    assert nothing_for_northwind(house, LOBBY)


async def test_the_risk_that_counts_is_the_one_that_its_message_shows(build: OpenHouse):
    risky = TOML + ROUTE.format("at-risk", "risk_from = 10", 'accounts = "#lobby"')
    house = await build(data=scenario("1001", "1002"), toml=risky, linked=())
    assert "risk" in words(house.post(LOBBY, ANCHOR).blocks)


async def test_what_begins_to_match_later_moves_nothing(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=URGENT, linked=())
    before = house.post("accounts", ANCHOR).ts
    house.tick()
    house.intercom.prioritises("1001", "8801")
    await both_write(house, "Still nothing.")
    await house.later(minutes=10)
    assert (await house.read(conversations.get, "1001")).priority == "high"
    assert house.post("accounts", ANCHOR).ts == before
    assert nothing_for_northwind(house, LOBBY)


async def test_it_stays_when_the_route_is_gone_with_all_that_comes_to_stand_under_it(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=ROUTED, linked=())
    anchor = house.post(LOBBY, ANCHOR).ts
    await restarted_with(house, TOML)
    house.tick()
    house.intercom.customer_starts("p2", "email", "Please send the invoice of October as a PDF.")
    await house.later(seconds=61)
    assert "3 open conversations" in house.post(LOBBY, ANCHOR).text
    issues = house.posts(LOBBY, ISSUE)
    assert len(issues) == 2
    assert {each.thread_ts for each in issues} == {house.post(LOBBY, ANCHOR).ts} == {anchor}
    (third,) = [each for each in house.intercom.workspace.conversations if each not in ("1001", "1002")]
    house.intercom.closes(third, "8801")
    await all_closed(house)
    assert "nothing open" in words(house.post(LOBBY, ANCHOR).blocks)
    # What opens again within three days goes on there.
    await both_write(house, "It is back.")
    assert "2 open conversations" in house.post(LOBBY, ANCHOR).text
    assert house.post(LOBBY, ANCHOR).ts == anchor
    assert nothing_for_northwind(house, "accounts")


async def test_the_next_episode_chooses_anew_and_leads_to_where_the_last_one_stands(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=ROUTED, linked=())
    await all_closed(house)
    old = house.post(LOBBY, ANCHOR)
    house.edits(TOML)
    await house.settle()
    await house.later(days=3)
    await both_write(house, "It is back.")
    new = house.post("accounts", ANCHOR)
    assert "before: 2 conversations, closed 24 November" in words(new.blocks)
    assert link(old) in words(new.blocks)
    assert house.post(LOBBY, ANCHOR).ts == old.ts


async def test_a_route_that_is_added_while_the_bot_runs_counts_for_threads_that_begin_then(build: OpenHouse):
    house = await build(data=scenario("1001", "1002", "1003"), toml=TOML, linked=())
    house.edits(TOML + ROUTE.format("all", 'plan = ["Enterprise", "Growth"]', 'accounts = "#lobby"'))
    await house.settle()
    await another_writes(house)
    assert "2 open conversations" in house.post(LOBBY, "post:account:c2:").text
    assert nothing_for_northwind(house, LOBBY)
    assert "2 open conversations" in house.post("accounts", ANCHOR).text


async def test_where_the_bot_is_no_member_it_is_told_and_the_thread_comes_once_it_is(build: OpenHouse):
    house = await build(data=scenario("1001", "1003"), toml=ROUTED)
    members = house.slack.channels[LOBBY].members
    members.discard(SEED.bot_user_id)
    house.tick()
    house.intercom.customer_starts("p1", "email", "Please send the invoice of October as a PDF.")
    await house.later(seconds=61)
    assert nothing_for_northwind(house, LOBBY)
    assert nothing_for_northwind(house, "accounts"), "nothing goes where no rule leads"
    told = words(house.post("alerts", "post:dead_letters:").blocks)
    assert f"in <#{LOBBY}>: Slack answered not_in_channel" in told
    await house.ana.types("/watchbell status")
    assert "3 messages could not be delivered" in house.ana.heard
    members.add(SEED.bot_user_id)
    for _ in range(20):
        await house.later(minutes=1)
    anchor = house.post(LOBBY, ANCHOR)
    issues = house.posts(LOBBY, ISSUE)
    assert issues
    assert {each.thread_ts for each in issues} == {anchor.ts}
    assert "settled" in words(house.post("alerts", "post:dead_letters:").blocks)


async def test_what_is_refused_under_a_thread_is_told_with_the_channel_in_which_that_stands(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=ROUTED)
    house.edits(TOML)
    await house.settle()
    house.slack.channels[LOBBY].members.discard(SEED.bot_user_id)
    house.tick()
    house.intercom.customer_starts("p2", "email", "Please send the invoice of October as a PDF.")
    await house.later(seconds=61)
    told = words(house.post("alerts", "post:dead_letters:").blocks)
    assert f"a message in <#{LOBBY}>: Slack answered not_in_channel" in told
    assert f"<#{CHANNELS['accounts']}>" not in told


async def archived(build: OpenHouse) -> House:
    """The channel of the thread is archived, and no route leads there any more."""
    house = await build(data=scenario("1001", "1002"), toml=ROUTED, linked=())
    house.slack.change_channel(LOBBY, is_archived=True)
    await house.slack.settled()
    house.edits(TOML)
    await both_write(house, "Still nothing.")
    assert f"an edit in <#{LOBBY}>" in words(house.post("alerts", "post:dead_letters:").blocks)
    assert nothing_for_northwind(house, "accounts")
    return house


async def test_a_thread_whose_channel_is_in_use_again_goes_on_there(build: OpenHouse):
    house = await archived(build)
    house.slack.change_channel(LOBBY, is_archived=False)
    await house.slack.settled()
    await house.at("09:30")
    for _ in range(6):
        await house.later(minutes=5)
    assert "40 min late" in house.post(LOBBY, ANCHOR).text
    assert nothing_for_northwind(house, "accounts")


async def test_a_thread_that_its_channel_refused_for_good_is_followed_by_one_where_the_rules_lead_now(
    build: OpenHouse,
):
    house = await archived(build)
    for _ in range(24):
        await house.later(hours=1)
    assert "2 open conversations" in house.post("accounts", ANCHOR).text


async def test_the_start_refuses_a_channel_without_the_bot_and_says_which_key_names_it(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=ROUTED, linked=())
    await house.stop_bot()
    house.slack.channels[LOBBY].members.discard(SEED.bot_user_id)
    with pytest.raises(ConfigError, match="the bot is not in #lobby") as refused:
        await house.start_bot()
    assert refused.value.setting == "routes.enterprise.accounts"


async def test_a_channel_that_another_company_comes_to_read_is_written_to_no_more(build: OpenHouse):
    house = await build(data=scenario("1001", "1002", "1003"), toml=TOML, linked=())
    house.edits(TOML + ROUTE.format("all", 'plan = ["Enterprise", "Growth"]', 'accounts = "#lobby"'))
    await house.settle()
    house.slack.change_channel(LOBBY, is_ext_shared=True)
    await house.slack.settled()
    await another_writes(house)
    await house.later(minutes=10)
    assert [each for each in house.slack.messages(LOBBY) if each.bot_id] == []
    assert house.posts("accounts", "post:account:c2:") == []
    assert "is read by another company" in words(house.post("alerts", "post:dead_letters:").blocks)
    house.slack.change_channel(LOBBY, is_ext_shared=False)
    await house.slack.settled()
    for _ in range(30):
        await house.later(minutes=1)
    assert "2 open conversations" in house.post(LOBBY, "post:account:c2:").text


async def test_what_a_customer_says_in_slack_stands_where_the_thread_of_the_account_does(build: OpenHouse):
    house = await build(data=scenario("1001", "1002", "1003"), toml=ROUTED)
    await choose(house)
    await says(house, "U0SID", "The export stands still since this morning.")
    shown = house.post(LOBBY, "post:inslack:")
    assert "Waiting in Slack" in words(shown.blocks)
    assert house.posts("accounts", "post:inslack:") == []
    # Where that thread is over they stand where accounts have theirs.
    await all_closed(house)
    await house.later(hours=1)
    await says(house, "U0SID", "And the import too.")
    assert "And the import too" in words(house.post("accounts", "post:inslack:").blocks)


@pytest.mark.parametrize("toml", [ROUTED, TOML], ids=["named", "named before"])
async def test_a_channel_with_threads_of_accounts_becomes_no_accounts_channel(build: OpenHouse, toml: str):
    house = await build(data=scenario("1001", "1002"), toml=ROUTED)
    house.edits(toml)
    await house.settle()
    done = await choose(house, channel=LOBBY)
    assert "posts there about other accounts too" in str(done.ack)
    assert await house.bot.store.read(mapped.all_of, SEED.team_id) == []


async def test_control_where_no_thread_goes_on_any_more_it_becomes_one(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=ROUTED)
    await all_closed(house)
    house.edits(TOML)
    await house.settle()
    assert (await choose(house, channel=LOBBY)).ok
    assert [each.channel_id for each in await house.bot.store.read(mapped.all_of, SEED.team_id)] == [LOBBY]


@pytest.mark.sqlite
async def test_after_the_database_is_lost_its_thread_is_found_there(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=ROUTED, linked=())
    anchor = house.post(LOBBY, ANCHOR).ts
    await put_back(house, None)
    await house.settle()
    await both_write(house, "Still nothing.")
    assert house.post(LOBBY, ANCHOR).ts == anchor
    post = await house.read(get_post, "account:c1:1")
    assert (post.channel, post.ts) == (LOBBY, anchor)
    assert nothing_for_northwind(house, "accounts")


async def test_a_route_named_like_the_setting_of_another_one_takes_no_channel_from_it(build: OpenHouse):
    routes = ENTERPRISE + ROUTE.format("enterprise.accounts", 'plan = ["Trial"]', 'channel = "#support"')
    house = await build(data=scenario("1001", "1002", "1004"), toml=TOML + routes, linked=())
    await house.at("11:45")
    assert "2 open conversations" in house.post(LOBBY, ANCHOR).text
    assert len(house.posts("monday", "post:alert:1004:")) == 1
