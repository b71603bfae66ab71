"""What one place says, no other place contradicts: who waits since when, what is free, what comes first."""

from __future__ import annotations

from datetime import datetime

from harness import BERLIN, OpenHouse
from on_the_screen import option, verbs, words
from small_office import TOML, scenario


async def test_who_asks_again_waits_since_their_first_question_everywhere(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    await house.at("09:05")
    house.intercom.customer_writes("1001", "Anybody there?")
    await house.later(minutes=2)
    assert "|08:50>" in words(house.alert("1001").blocks)
    shown = words(house.post("accounts", "post:issue:c1:").blocks)
    assert "waiting 17 min" in shown


async def test_what_was_closed_without_words_is_no_wait_for_the_risk_either(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.later(days=1)
    house.intercom.closes("1001", house.ana.admin)
    await house.later(days=2)
    house.intercom.customer_writes("1001", "One more thing.")
    await house.later(minutes=2)
    assert "|09:02>" not in words(house.alerts("1001")[-1].blocks)
    await house.ana.types("/account Northwind")
    await house.ana.presses(house.ana.last, "why_risk")
    assert "longest wait" not in words(house.ana.view.blocks)


async def test_claim_all_says_what_is_new_what_was_yours_and_what_is_taken(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    anchor = house.post("accounts", "post:account:c1:")
    before = [dict(block) for block in anchor.blocks]
    await house.ana.types("/claim 1001")
    await house.ana.presses(anchor, "claim_account")
    assert "You have claimed 1 conversation* · Northwind Marine. 1 was yours already." in house.ana.heard
    await house.settle()
    assert "claim_issue" not in verbs(house.post("accounts", "post:issue:c1:").blocks)
    assert "claim_account" not in verbs(house.post("accounts", "post:account:c1:").blocks)
    anchor.blocks[:] = before
    await house.ana.presses(anchor, "claim_account")
    assert "Nothing was claimed for Northwind Marine. 2 were yours already." in house.ana.heard
    await house.ben.presses(anchor, "claim_account")
    assert "Nothing was claimed for Northwind Marine. 2 are already taken (Ana Ruiz)." in house.ben.heard


async def test_at_risk_offers_to_claim_only_what_is_free(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    for each in ("1001", "1002"):
        house.intercom.customer_writes(each, "Nothing works. We want to cancel our contract.")
    await house.later(hours=50)
    await house.ana.types("/atrisk")
    assert "Northwind Marine" in house.ana.heard
    assert verbs(house.ana.last.blocks).count("claim_account") == 1
    for each in ("1001", "1002"):
        await house.ana.types(f"/claim {each}")
    await house.ana.types("/atrisk")
    assert "Northwind Marine" in house.ana.heard
    assert "claim_account" not in verbs(house.ana.last.blocks)


async def test_an_account_shows_what_is_due_first_first(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    await house.at("09:10")
    await house.ana.answers("1001", "Have a look now.")
    await house.settle()
    await house.ana.types("/account northwind marine")
    shown = words(house.ana.last.blocks)
    assert shown.index("Omar Haddad") < shown.index("Waiting on the customer"), "the older one is answered"


async def test_what_somebody_who_is_away_holds_is_unclaimed_in_the_summary_too(build: OpenHouse):
    start = datetime.fromisoformat("2026-11-30T08:20").replace(tzinfo=BERLIN)
    house = await build(start=start, data=scenario("1001"))
    await house.ben.types("/claim 1001")
    house.intercom.admins[house.ben.admin].away = True
    await house.later(minutes=11)
    shown = words(house.post("monday", "post:monday:2026-11-30").blocks)
    assert "1 unclaimed" in shown
    assert "Ben Okoro, who is away" in shown


async def test_a_digest_counts_as_unclaimed_what_monday_does(build: OpenHouse):
    start = datetime.fromisoformat("2026-11-30T08:20").replace(tzinfo=BERLIN)
    morning = '[[digests]]\nname = "Morning"\nto = "#support"\nat = ["08:30"]\n'
    house = await build(start=start, data=scenario("1001", "1003", "1004"), toml=TOML + morning)
    house.intercom.admin_replies("1004", house.ana.admin, "Under Settings.")
    await house.ben.types("/claim 1001")
    house.intercom.admins[house.ben.admin].away = True
    await house.later(minutes=11)
    for key in ("post:monday:2026-11-30", "post:digest:"):
        shown = words(house.post("monday", key).blocks)
        assert "3 open · 1 unclaimed" in shown
        assert "Ben Okoro, who is away" in shown
        assert "away, unclaimed" not in shown


async def test_a_digest_counts_beside_who_is_away_what_nobody_has(build: OpenHouse):
    morning = '[[digests]]\nname = "Morning"\nto = "#support"\nat = ["09:10"]\n'
    house = await build(data=scenario("1001", "1002"), toml=TOML + morning)
    await house.ben.types("/claim 1001")
    house.intercom.admins[house.ben.admin].away = True
    await house.at("09:10")
    shown = words(house.post("monday", "post:digest:").blocks)
    assert "2 open · 2 unclaimed" in shown
    assert "2 open · claimed by Ben Okoro, who is away, 1 unclaimed" in shown


async def test_the_minutes_of_a_warning_are_never_ten_too_many(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    assert "First reply due in 15 min" in words(house.alert("1001").blocks)
    await house.later(minutes=5)
    assert "First reply due in 10 min" in words(house.alert("1001").blocks)
    await house.later(minutes=5)
    assert "First reply due in 5 min" in words(house.alert("1001").blocks)


async def test_snoozing_in_intercom_is_confirmed(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.types("/claim 1001")
    await house.ana.presses(house.ana.last, "snooze")
    await house.ana.submits({})
    assert "Dana Reyes is being snoozed in Intercom until " in words(house.ana.view.blocks)


async def test_a_hand_over_is_confirmed_and_says_whether_the_colleague_hears_of_it(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    for number, seat, told in (
        ("1001", house.ben.admin, "Handed over to Ben Okoro, who is told in Slack."),
        ("1002", "8803", "Handed over to Cem Aydin, who is not in Slack: a note in Intercom says so."),
    ):
        await house.ana.types(f"/claim {number}")
        await house.ana.presses(house.ana.last, "assign")
        await house.ana.submits({"colleague": option(house.ana.view, "colleague", seat)})
        assert told in words(house.ana.view.blocks)
        await house.slack.people.close(house.ana.id, house.ana.view.id)


async def test_who_needs_no_answer_waits_nowhere_though_intercom_says_so(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"))
    await house.at("09:10")
    await house.ana.presses(house.alert("1001"), "dismiss")
    await house.settle()
    await house.slack.people.open_home(house.ana.id)
    assert "Next: 1 unclaimed" in words(house.ana.home.blocks)
    # Whatever else happens there, Intercom tells of the same message.
    house.tick()
    house.intercom.admin_notes("1001", house.ben.admin, "Only a thank-you.")
    await house.later(seconds=61)
    assert house.intercom.conversation("1001")["waiting_since"] is not None
    await house.ana.types("/inbox")
    assert "1 unclaimed" in house.ana.heard
    await house.ana.types("/claim next")
    assert "Pia" in house.ana.heard
    await house.ben.types("/claim next")
    assert "Northwind" not in house.ben.heard
    house.intercom.customer_writes("1001", "One thing more: it stopped working.")
    await house.later(seconds=61)
    await house.ben.types("/claim next")
    assert "Northwind" in house.ben.heard


async def test_what_somebody_who_is_away_holds_is_offered_on_every_card_that_shows_it(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    for each in ("1001", "1002"):
        await house.ben.types(f"/claim {each}")
    await house.settle()
    anchor, issue = house.post("accounts", "post:account:c1:"), house.post("accounts", "post:issue:c1:")
    assert "away" not in words(anchor.blocks)
    assert "claim_account" not in verbs(anchor.blocks)
    house.intercom.admin_away(house.ben.admin, True)
    await house.later(seconds=61)
    for post, verb in ((anchor, "claim_account"), (issue, "claim_issue")):
        assert "claimed by Ben Okoro, who is away" in words(post.blocks)
        assert "unclaimed" not in words(post.blocks), "who holds it is named"
        assert verb in verbs(post.blocks)
    await house.ana.types("/inbox")
    assert "2 unclaimed" in house.ana.heard
    await house.ana.types("/account northwind marine")
    assert "claimed by Ben Okoro, who is away" in words(house.ana.last.blocks)
    assert verbs(house.ana.last.blocks).count("claim") == 2
    await house.ana.presses(anchor, "claim_account")
    assert "You have claimed 2 conversations" in house.ana.heard
    await house.settle()
    assert "claimed by Ana Ruiz" in words(anchor.blocks)
    assert "away" not in words(anchor.blocks)
    assert "claim_account" not in verbs(anchor.blocks)


async def test_an_account_tells_who_is_away_from_who_is_there(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    await house.ben.types("/claim 1001")
    await house.ana.types("/claim 1002")
    house.intercom.admin_away(house.ben.admin, True)
    await house.later(seconds=61)
    anchor = house.post("accounts", "post:account:c1:")
    assert "Ben Okoro (away)" in words(anchor.blocks)
    assert "Ana Ruiz (away)" not in words(anchor.blocks)
    assert "claim_account" in verbs(anchor.blocks)
    house.intercom.admin_away(house.ben.admin, False)
    await house.later(seconds=61)
    assert "away" not in words(anchor.blocks)
    assert "claim_account" not in verbs(anchor.blocks)
