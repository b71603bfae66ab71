"""Reading the bot's messages as a person does, from cards as it draws them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from morning_cards import actions, button, context, link, menu, rich, section, token

from sandbox.monday import reading

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 7, 25, tzinfo=UTC)
DUE = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SINCE = datetime(2026, 11, 21, 8, 10, tzinfo=UTC)
ID = "215470003627"


def live(head: str, facts: str = "", *more: dict[str, Any]) -> list[dict[str, Any]]:
    waiting = f"Ingrid Solheim, email, waiting since {token(SINCE)}{facts}"
    buttons = actions(button("claim", ID), button("answer", ID), menu(f"snooze30:{ID}", f"why:{ID}"))
    return [section(head), context(waiting), *more, buttons]


def test_an_alert_that_is_due_soon() -> None:
    head = f":hourglass_flowing_sand: *First reply due in 5 min*, by {token(DUE)} · Halvorsen Freight"
    seen = reading.alert(live(head, " · claimed by Jonas Weidner · <https://x|2 more>"), NOW, BERLIN)
    assert seen == reading.AlertSeen(
        ID, "warn", "first_response", due=DUE, since=SINCE, owner="Jonas Weidner"
    )


@pytest.mark.parametrize(
    ("head", "state"),
    [
        (":rotating_light: *Next reply is 6 min late*, was due", "late"),
        (":rotating_light: *First reply is late by 1 h 15 min of working time*, was due", "late"),
        (":hourglass_flowing_sand: *First reply due now*, by", "warn"),
    ],
)
def test_late_is_what_is_called_late(head: str, state: str) -> None:
    assert reading.alert(live(f"{head} {token(DUE)}"), DUE, BERLIN).state == state


def test_claimed_by_nobody_is_no_owner() -> None:
    head = f":rotating_light: *First reply is 6 min late*, was due {token(DUE)}"
    assert reading.alert(live(head, " · claimed by nobody"), NOW, BERLIN).owner is None


def test_a_snoozed_alert_tells_until_when_and_by_whom() -> None:
    head = f"*Snoozed until 10:05* by Mara Lindqvist, reply due {token(DUE)} · Oakhurst"
    seen = reading.alert(live(head), NOW, BERLIN)
    assert (seen.state, seen.by) == ("snoozed", "Mara Lindqvist")
    assert seen.until == datetime(2026, 11, 23, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("bold", "state"),
    [
        ("Answered by Jonas Weidner, on time, 2 min to spare", "answered"),
        ("Closed by Jonas Weidner, no reply is due", "closed"),
        ("Not a promise, says Jonas Weidner", "dismissed"),
    ],
)
def test_an_ended_alert_is_known_by_its_link(bold: str, state: str) -> None:
    facts = f"Ingrid Solheim, email, {token(NOW)} · <{link(ID)}|Open in Intercom>"
    seen = reading.alert([section(f":white_check_mark: *{bold}* · Halvorsen"), context(facts)], NOW, BERLIN)
    assert (seen.conversation, seen.state, seen.ended) == (ID, state, NOW)
    assert (seen.by or "").startswith("Jonas Weidner")


def test_a_message_that_is_no_alert_has_no_state() -> None:
    assert reading.alert([section("*Hello* there")], NOW, BERLIN).state is None
    assert reading.alert([], NOW, BERLIN) == reading.AlertSeen(None, None)


def test_why_gives_policy_clock_start_and_deadline() -> None:
    step = {"type": "date", "timestamp": int(SINCE.timestamp()), "format": "{time}", "fallback": ""}
    later = {**step, "timestamp": int(NOW.timestamp())}
    blocks = [
        section(f"*First reply due in 5 min*, by {token(DUE)} · Emre Yıldız · Pixelhof Studio"),
        section("Promise “Trial ending”: 1 h of working time, counted by “Berlin hours”."),
        rich([step, {"type": "text", "text": "Emre wrote"}], [later]),
    ]
    given = reading.why(blocks)
    assert (given.policy, given.clock, given.since, given.due) == (
        "trial-ending",
        "first_response",
        SINCE,
        DUE,
    )


def test_why_nothing_is_due() -> None:
    blocks = [section("*No reply is due* · Odalys Ferro · Quillon Media\nA teammate answered.")]
    given = reading.why(blocks)
    assert (given.clock, given.due) == (None, None)
    assert reading.why([]) == reading.WhyGiven()


def test_an_issue_lists_the_conversations_its_lines_lead_to() -> None:
    blocks = [
        section("*First reply due*"),
        rich(
            [{"type": "link", "url": link("11"), "text": "email"}],
            [{"type": "link", "url": link("12"), "text": "chat"}],
            [{"type": "text", "text": f"no link {link('13')}"}],
        ),
        actions(button("answer", "14")),
    ]
    assert reading.issue_conversations(blocks) == {"11", "12"}


def test_an_anchor_names_its_account() -> None:
    buttons = actions(button("claim_account", "acc-1"), button("answer", ID))
    assert reading.anchor_account([section("*Hazelnut*: open"), buttons]) == "acc-1"
    assert reading.anchor_name([section(":hourglass: *Hazelnut*: open")]) == "Hazelnut"
    assert reading.anchor_account([section("*Hazelnut*: nothing open")]) is None


def test_the_summary_is_read_with_its_accounts_and_what_is_silent() -> None:
    due_by = NOW + timedelta(hours=1)
    blocks = [
        section(
            f":rotating_light: *Monday, 23 November*: 6 late · 14 due by {token(due_by)} · 34 open · 22 free"
        ),
        section("Due first\n• Orbis Travel: first reply is late"),
        section("Handle first"),
        section("1. *Brightwell Clinics* · high 62\n• Renews in 21 days\n• CSAT 2 of 5 on 12 Nov"),
        actions(button("account", "acc-3"), button("claim_account", "acc-3")),
        section("2. *Pixelhof Studio* · medium 34"),
        actions(button("account", "acc-5")),
        section("Not known: usage data of 1 account (Intercom)\nSilent: “Trial day 3” has sent nothing"),
    ]
    seen = reading.summary(blocks)
    assert (seen.open, seen.late, seen.due, seen.due_by) == (34, 6, 14, due_by)
    assert [one.account for one in seen.at_risk] == ["acc-3", "acc-5"]
    assert seen.at_risk[0].reasons == ("Renews in 21 days", "CSAT 2 of 5 on 12 Nov")
    assert seen.at_risk[1].reasons == ()
    assert seen.rest[-2:] == (
        "Not known: usage data of 1 account (Intercom)",
        "Silent: “Trial day 3” has sent nothing",
    )
    assert reading.is_summary("", blocks, NOW.astimezone(BERLIN))
    assert not reading.is_summary("", blocks, NOW.astimezone(BERLIN) + timedelta(days=7))


def test_times_are_near_within_the_tolerance_only() -> None:
    two = timedelta(minutes=2)
    assert reading.near(NOW, NOW + two, two)
    assert not reading.near(NOW, NOW + two + timedelta(seconds=1), two)
    assert reading.near(None, None, two)
    assert not reading.near(None, NOW, two)
