"""What people do with the bot, each in a house that shows it to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness import House, link
from many_firms import boxes, outage, spreads
from on_the_screen import option, rich, verbs, words
from small_office import APP, CHANNELS, scenario
from sqlmodel import Session

from bot.store import comparisons
from bot.store.comparisons import Comparison
from bot.store.conversations import Conversation


async def on_the_alert(house: House) -> None:
    ana, ben = house.ana, house.ben
    await house.at("09:05")
    for verb, expected in (("snooze30", "Snoozed until 09:35"), ("wake", "First reply due in 15 min")):
        assert (await ana.presses(house.alert("1001"), verb)).ok
        await house.settle()
        assert expected in words(house.alert("1001").blocks)
    for verb, expected in (("why", "Promise “Enterprise”"), ("timeline", "Single sign-on")):
        assert (await ana.presses(house.alert("1001"), verb)).ok
        assert expected in words(ana.view.blocks)
        await house.slack.people.close(ana.id, ana.view.id)
    assert (await ana.presses(house.alert("1001"), "claim")).ok
    assert "Yours now" in ana.heard
    assert (await ana.presses(ana.last, "snooze")).ok
    assert (await ana.submits({"until": option(ana.view, "until", "17")})).ok
    await house.settle()
    assert house.intercom.conversation("1001")["state"] == "snoozed"
    house.intercom.opens("1001", ana.admin)
    await house.later(seconds=61)
    assert (await ana.presses(house.alert("1001"), "release")).ok
    assert "Released" in ana.heard
    await house.settle()
    assert (await ana.presses(house.alert("1001"), "assign")).ok
    assert (await ana.submits({"colleague": option(ana.view, "colleague", ben.admin)})).ok
    await house.settle()
    assert house.intercom.conversation("1001")["admin_assignee_id"] == int(ben.admin)
    assert (await ben.presses(house.alert("1001"), "dismiss")).ok
    await house.settle()
    assert "Not a promise, says Ben Okoro" in words(house.alert("1001").blocks)


async def on_the_account(house: House) -> None:
    ana = house.ana
    anchor = house.post("accounts", "post:account:c1:")
    assert (await ana.presses(anchor, "timeline_account")).ok
    assert "Single sign-on" in words(ana.view.blocks)
    await house.slack.people.close(ana.id, ana.view.id)
    assert (await ana.presses(anchor, "claim_account")).ok
    assert "You have claimed 1 conversation" in ana.heard
    await house.settle()
    assert (await ana.types("/claim 1002")).ok
    assert "Already yours" in ana.heard
    assert (await ana.presses(ana.last, "release")).ok
    await house.settle()
    issue = house.post("accounts", "post:issue:c1:1:1001")
    assert (await ana.presses(issue, "claim_issue")).ok
    assert "You have claimed 1 conversation" in ana.heard


async def in_lists(house: House) -> None:
    ana = house.ana
    assert (await ana.types("/answer e")).ok
    assert (await ana.presses(ana.last, "answer_account", value="c1")).ok
    await house.settle()
    await house.slack.people.close(ana.id, ana.view.id)
    for line, expected in (
        ("/watchbell", "/claim next"),
        ("/watchbell status", "open conversations"),
        ("/inbox", "Yours: 2"),
        ("/account north", "Northwind Marine"),
        ("/atrisk", "Dunmore Books"),
    ):
        assert (await ana.types(line)).ok
        assert expected in ana.heard, line
        if line == "/inbox":
            assert (await ana.presses(ana.last, "answer")).ok
            await house.settle()
            assert "To *Omar Haddad*" in words(ana.view.blocks)
            await house.slack.people.close(ana.id, ana.view.id)
    assert (await ana.types("/watchbell why 1002")).ok
    assert "Promise “Enterprise”" in words(ana.view.blocks)
    await house.slack.people.close(ana.id, ana.view.id)
    at_risk = ana.last
    assert (await ana.presses(at_risk, "why_risk")).ok
    assert "Dunmore Books" in words(ana.view.blocks)
    await house.slack.people.close(ana.id, ana.view.id)
    assert (await ana.presses(at_risk, "account")).ok
    assert "Dunmore Books" in ana.heard
    assert (await house.slack.people.open_home(ana.id)).ok
    await house.settle()
    assert (await ana.presses_in(ana.home, "claim_next")).ok
    await house.settle()


async def with_answers(house: House) -> None:
    ana = house.ana
    house.undo = timedelta(seconds=30)
    await house.restart()
    assert (await ana.types("/answer 1002")).ok
    await house.settle()
    note = option(ana.view, "mode", "note")["selected_option"]["value"]
    assert (await ana.presses_in(ana.view, "mode", selected_option=note)).ok
    assert "Only your team sees this." in words(ana.view.blocks)
    reply = option(ana.view, "mode", "reply")["selected_option"]["value"]
    assert (await ana.presses_in(ana.view, "mode", selected_option=reply)).ok
    assert (await ana.submits({"text": rich("One moment.")})).ok
    await house.settle()
    sending = delivery_card(house, "undo")
    assert (await ana.presses(sending, "undo")).ok
    await house.settle()
    assert house.sent() == []
    house.undo = timedelta(0)
    await house.restart()
    house.fault("intercom", "POST /conversations/1002/reply", "drop_before")
    await ana.answers("1002", "It is repaired.")
    await house.until(lambda: "resend" in verbs(delivery_card(house).blocks))
    assert house.sent() == []
    assert (await ana.presses(delivery_card(house), "resend")).ok
    await house.settle()
    assert house.sent() == [("1002", ana.admin, "It is repaired.")]


async def with_saved_words(house: House) -> None:
    """In a house where a refund was asked for before."""
    ana = house.ana
    assert (await ana.types("/watchbell replies")).ok
    assert (await ana.presses_in(ana.view, "reply_new")).ok
    form = {
        "title": {"type": "plain_text_input", "value": "Refund"},
        "words": {"type": "plain_text_input", "value": "Hi {name}, in five days."},
    }
    assert (await ana.submits(form)).ok
    await house.bot.front.finish()
    assert (await ana.presses_in(ana.view, "reply_edit")).ok
    assert (await ana.submits(form)).ok
    await house.bot.front.finish()
    await house.slack.people.close(ana.id, ana.view.id)
    view = await ana.opens_answer("1004")
    assert (await ana.presses_in(view, "use")).ok
    (saved,) = await house.slack.people.options(ana.id, ana.view.id, "wb:saved", "five days")
    assert (await ana.presses_in(ana.view, "saved", selected_option=saved["value"])).ok
    await house.slack.people.close(ana.id, ana.view.id)
    assert (await ana.types("/watchbell replies")).ok
    assert (await ana.presses_in(ana.view, "reply_delete")).ok


async def with_somebody_of_no_company(house: House) -> None:
    """In a house where Intercom names no company of the one who wrote 1001."""
    ana = house.ana
    await ana.types("/claim 1001")
    assert (await ana.presses(ana.last, "more_done")).ok
    assert (await ana.submits({"what": option(ana.view, "what", "account")})).ok
    (found,) = await house.slack.people.options(ana.id, ana.view.id, "wb:account", "bright")
    chosen = {"account": {"type": "external_select", "selected_option": found}}
    assert (await ana.submits(chosen)).ok


async def in_a_long_timeline(house: House) -> None:
    """In a house where an account has more to tell than a page holds."""
    ana = house.ana
    assert (await ana.types("/account northwind")).ok
    assert (await ana.presses(ana.last, "timeline_account")).ok
    for verb in ("timeline_older", "timeline_newer", "export_account"):
        assert (await ana.presses_in(ana.view, verb)).ok
    await house.bot.front.finish()


async def with_saved_words_for_two(house: House) -> None:
    """In a house where two of one firm ask for their refund."""
    ana = house.ana
    (issue,) = [
        each for each in house.posts("accounts", "post:issue:") if "answer_issue" in verbs(each.blocks)
    ]
    assert (await ana.presses(issue, "answer_issue")).ok
    await house.bot.front.finish()
    assert (await ana.presses_in(ana.view, "use_all")).ok
    (saved,) = await house.slack.people.options(ana.id, ana.view.id, "wb:saved_all", "policy")
    assert (await ana.presses_in(ana.view, "saved_all", selected_option=saved["value"])).ok


async def to_all_at_once(house: House) -> None:
    """In a house where two people told one problem."""
    ana = house.ana
    (issue,) = house.posts("accounts", "post:issue:c1:")
    assert (await ana.presses(issue, "answer_issue")).ok
    await house.settle()
    (boxes,) = [each["element"] for each in ana.view.blocks if each.get("block_id") == "who0"]
    ticked = {"type": "checkboxes", "selected_options": boxes["options"]}
    assert (await ana.submits({"who0": ticked, "text": rich("Too early.")})).ok
    await house.settle()
    assert (await ana.presses(delivery_card(house, "undo_all"), "undo_all")).ok
    await house.settle()
    assert house.sent() == []
    assert (await ana.presses(issue, "split")).ok
    (which,) = [each["element"] for each in ana.view.blocks if each.get("block_id") == "which"]
    one = {"type": "checkboxes", "selected_options": which["options"][:1]}
    assert (await ana.submits({"which": one})).ok
    await house.settle()
    assert (await ana.presses(issue, "join")).ok
    assert (await ana.submits({"other": option(ana.view, "other", "")})).ok
    await house.settle()


async def with_a_spreading_issue(house: House) -> None:
    """In a house of many firms: three tell one outage."""
    ana = house.ana
    await outage(house, 3)
    (message,) = spreads(house)
    assert (await ana.presses(message, "claim_spread")).ok
    await house.settle()
    assert (await ana.presses(message, "answer_spread", seen=message)).ok
    await house.settle()
    await house.slack.people.close(ana.id, ana.view.id)
    assert (await ana.presses(message, "not_spreading", seen=message)).ok
    assert (await ana.submits(boxes(ana.view, block="whole", starts=("None of this",)))).ok
    await house.settle()


async def about_likeness(house: House, verb: str) -> None:
    """In a house where two problems may be one."""
    (question,) = [each for each in house.posts("accounts", "post:issue:c1:") if verb in verbs(each.blocks)]
    assert (await house.ana.presses(question, verb)).ok
    await house.settle()
    assert verb not in str([each.blocks for each in house.posts("accounts", "post:issue:c1:")])


def delivery_card(house: House, verb: str | None = None) -> Any:
    """The newest message about an answer."""
    found = [
        message
        for channel in house.slack.channels
        for message in house.posts(channel, "post:delivery:")
        if verb is None or verb in verbs(message.blocks)
    ]
    assert found, "nothing tells of an answer"
    return max(found, key=lambda message: message.ts)


async def at_the_seat(house: House) -> None:
    ana = house.ana
    await ana.types("/watchbell link")
    assert (await ana.presses(ana.last, "unlink")).ok
    assert "Unlinked." in ana.heard
    await link(ana)


async def with_colleagues(house: House) -> None:
    ana = house.ana
    assert (await ana.types("/claim 1001")).ok
    assert "*Ben Okoro was first*" in ana.heard
    assert (await ana.presses(ana.last, "take_over")).ok
    assert (await ana.submits({"reason": {"type": "plain_text_input", "value": "Ben is ill."}})).ok
    assert "Yours now." in words(ana.view.blocks)
    await house.slack.people.close(ana.id, ana.view.id)
    await house.settle()


async def in_the_log(house: House) -> None:
    lea = house.lea
    await link(lea)
    for number in range(20):
        await house.ana.types(f"/claim {1001 + number % 2}")
    assert (await lea.types("/watchbell audit log")).ok
    for verb in ("audit_older", "audit_newer"):
        assert (await lea.presses_in(lea.view, verb)).ok
    await house.slack.people.close(lea.id, lea.view.id)


async def beside_intercom(house: House) -> None:
    """The pages of what Intercom says otherwise."""

    def differ(session: Session) -> None:
        mine, now = {"workspace": house.workspace}, house.clock.now()
        old = {"channel": "email", "state": "closed", "started_by": "contact", "created_at": now}
        for number in range(7000, 7012):
            session.add(Conversation(**mine, **old, id=str(number), updated_at=now))
            odd = {"verdict": "unexplained", "what": "promise", "compared_at": now}
            comparisons.keep(session, Comparison(**mine, **odd, conversation_id=str(number)))

    await house.bot.store.write(differ)
    assert (await house.ana.types("/watchbell audit")).ok
    for verb in ("comparisons", "comparisons_back"):
        assert (await house.ana.presses_in(house.ana.view, verb)).ok
    await house.slack.people.close(house.ana.id, house.ana.view.id)


async def on_the_past(house: House) -> None:
    """A replay, and its result for the team."""
    lea = house.lea
    assert (await lea.types("/watchbell replay")).ok
    form = {"policy": option(lea.view, "policy", "enterprise")}
    form |= {
        "first_response": {"type": "plain_text_input", "value": "1m"},
        "warn": {"type": "plain_text_input", "value": "30s"},
    }
    assert (await lea.submits(form)).ok
    await house.bot.front.finish()
    assert (await lea.presses_in(lea.view, "replay_post")).ok
    await house.slack.people.close(lea.id, lea.view.id)


async def with_more(house: House) -> None:
    """Every entry of More…, from each way to it, and every shortcut."""
    ana = house.ana
    said = await house.slack.people.say(
        ana.id, ana.channel, f"https://app.intercom.com/a/apps/{APP}/conversations/1002"
    )
    place = (ana.channel, said.ts)
    await house.until(lambda: house.slack.message(*place).unfurls)
    await ana.types("/claim 1002")
    assert (await ana.presses(ana.last, "more_done")).ok
    await house.slack.people.close(ana.id, ana.view.id)
    for deed, form in (("close", {}), ("tag", {}), ("team", None), ("ticket", None)):
        assert (await house.slack.people.shortcut(ana.id, "more_message", *place)).ok
        assert (await ana.submits({"what": option(ana.view, "what", deed)})).ok
        await house.bot.front.finish()
        if form is None:
            block = "team" if deed == "team" else "type"
            choice = next(
                each["element"]["options"][0] for each in ana.view.blocks if each["block_id"] == block
            )
            form = {block: {"type": "static_select", "selected_option": choice}}
            form |= {"title": {"type": "plain_text_input", "value": "SSO"}} if deed == "ticket" else {}
        assert (await ana.submits(form)).ok
        await house.slack.people.close(ana.id, ana.view.id)
        await house.settle()
    for name in ("claim_message", "answer_message", "note_message", "ask_message"):
        assert (await house.slack.people.shortcut(ana.id, name, *place)).ok
        await house.settle()
        if name == "note_message":
            assert (await ana.submits({"named": {"type": "plain_text_input", "value": "1002"}})).ok
        for view in ana.views:
            await house.slack.people.close(ana.id, view.id)


async def with_words_in_slack(house: House) -> None:
    """A channel becomes an account's; of two things said there one is made by the button, one by shortcut."""
    ana, shared, people = house.ana, CHANNELS["shared"], house.slack.people
    house.slack.channels[shared].members.add(ana.id)
    assert (await ana.types("/watchbell map", channel=shared)).ok
    account_ = {"type": "external_select", "selected_option": {"value": "c1"} | named("Northwind")}
    assert (await ana.submits({"account": account_})).ok
    await people.close(ana.id, ana.view.id)
    for by_button in (True, False):
        said = await people.say("U0SID", shared, "The export stands still.")
        await house.slack.settled()
        await house.settle()
        if by_button:
            card = house.posts("accounts", "post:inslack:")[-1]
            assert (await ana.presses(card, "make_conversation")).ok
            assert (await ana.submits({"person": option(ana.view, "person", "p1")})).ok
            await people.close(ana.id, ana.view.id)
        else:
            assert (await people.shortcut(ana.id, "conversation_message", shared, said.ts)).ok
        await house.later(minutes=30)
    assert len(house.intercom.workspace.conversations) == 3
    assert (await ana.types(f"/watchbell unmap <#{shared}|shared>")).ok


def named(label: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": label}}


async def in_a_long_home(house: House) -> None:
    """Filters and pages, with more than a page of each list."""
    ana = house.ana
    for number in range(2001, 2012):
        await ana.types(f"/claim {number}")
    assert (await house.slack.people.open_home(ana.id)).ok
    for verb in ("home_mine_later", "home_mine_earlier", "home_next_later", "home_next_earlier"):
        await house.bot.front.finish()
        assert (await ana.presses_in(ana.home, verb)).ok
    for verb, choice in (("home_team", "none"), ("home_show", "late")):
        await house.bot.front.finish()
        assert (await ana.presses_in(ana.home, verb, selected_option=choice)).ok
    await house.bot.front.finish()


def a_busy_office() -> dict[str, Any]:
    office = scenario("1001")
    first = office["conversations"][0]
    office["conversations"] += [{**first, "id": str(2001 + number)} for number in range(25)]
    return office
