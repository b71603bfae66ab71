"""What the cards say, in the words a person reads."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, timedelta

import block_limits
import gallery
import pytest

from bot.cards import (
    account,
    account_view,
    alert,
    atrisk,
    claim,
    inbox,
    issue,
    link,
    monday,
    notices,
    status,
    why_risk,
    words,
)
from bot.cards.account_view import AccountChoice
from bot.cards.message import Message
from bot.cards.values import Account, Better, Clock, ConversationLine, Due, NotKnown, Risk, RiskLevel, Silent

NOW, ZONE = gallery.NOW, gallery.ZONE


def said(message: Message | dict) -> str:
    """All that is read, date tokens by their fallback."""
    blocks = message.blocks if isinstance(message, Message) else message["blocks"]
    text = "\n".join(block_limits.words_of(blocks))
    while "<!date" in text:
        before, _, rest = text.partition("<!date")
        token, _, after = rest.partition(">")
        text = before + token.rpartition("|")[2] + after
    return text


def due(seconds: int, *, wall: int | None = None, working: bool = True) -> Due:
    return Due(
        Clock.FIRST_REPLY, NOW + timedelta(seconds=seconds if wall is None else wall), seconds, working
    )


@pytest.mark.parametrize(
    ("promise", "phrase"),
    [
        (due(14 * 60), "First reply due in 14 min"),
        (due(130 * 60), "First reply due in 2 h 10 min"),
        (due(30 * 60, wall=16 * 3600), "First reply due in 30 min of working time"),
        (due(59), "First reply due now"),
        (due(-6 * 60), "First reply is 6 min late"),
        (due(-3), "First reply is late"),
        (due(-6 * 60, wall=-40 * 3600), "First reply is late by 6 min of working time"),
        (due(-1, wall=-40 * 3600), "First reply is late"),
        (due(-30 * 3600, wall=-200 * 3600), "First reply is late by 30 h of working time"),
        (due(-50 * 3600, working=False), "First reply is 2 days 2 h late"),
        (replace(due(60), clock=Clock.NEXT_REPLY), "Next reply due in 1 min"),
    ],
)
def test_a_promise_is_told_in_two_units_and_working_time_says_so(promise: Due, phrase: str) -> None:
    assert words.due_phrase(promise, NOW) == phrase


def test_an_alert_begins_with_what_is_due_and_by_when() -> None:
    text = said(alert.render(gallery.ALERT))
    assert text.startswith(
        ":hourglass_flowing_sand: *First reply due in 14 min*, by 08:45 · Northwind Robotics · "
        "Enterprise, renews in 21 days"
    )
    assert "claimed by nobody" in text
    assert "2 more open conversations on this issue" in text


@pytest.mark.parametrize(
    ("count", "phrase"),
    [
        (1, "1 more open conversation on this issue"),
        (9, "9 more open conversations on this issue"),
        (10, "10+ more open conversations on this issue"),
        (19, "10+ more open conversations on this issue"),
        (20, "20+ more open conversations on this issue"),
        (1234, "500+ more open conversations on this issue"),
    ],
)
def test_an_alert_counts_the_others_on_its_issue_and_tells_the_extent_of_many(
    count: int, phrase: str
) -> None:
    assert phrase in said(alert.render(replace(gallery.ALERT, same_issue=count)))
    assert "more open" not in said(alert.render(replace(gallery.ALERT, same_issue=0)))


def test_a_late_alert_mentions_who_must_act_and_names_who_was_told() -> None:
    card = replace(
        gallery.ALERT,
        state=alert.AlertState.BREACHED,
        due=gallery.LATE,
        told=("Lena Vogt",),
        mention="U0LEAD",
    )
    text = said(alert.render(card))
    assert text.startswith(":rotating_light: *First reply is 6 min late*, was due 08:25")
    assert "<@U0LEAD>" in text
    assert "told Lena Vogt" in text


@pytest.mark.parametrize("state", ["snoozed", "answered", "closed", "dismissed"])
def test_nobody_is_mentioned_once_nobody_has_to_act(state: str) -> None:
    card = replace(gallery.ALERT, state=alert.AlertState(state), mention="U0LEAD", ended_by="Priya Nair")
    assert "U0LEAD" not in json.dumps(alert.render(card).blocks)


def test_a_settled_alert_has_no_buttons_and_no_quote_left() -> None:
    card = replace(gallery.ALERT, state=alert.AlertState.ANSWERED, ended_by="Priya Nair", due=gallery.LATE)
    message = alert.render(card)
    assert said(message).startswith(":white_check_mark: *Answered by Priya Nair, 6 min late* · Northwind")
    assert {block["type"] for block in message.blocks} == {"section", "context"}
    # Control: a live one has both.
    live = {block["type"] for block in alert.render(gallery.ALERT).blocks}
    assert {"rich_text", "actions"} <= live


def test_claim_is_the_next_thing_until_somebody_claimed_it_then_answer_is() -> None:
    def primary(card: alert.AlertCard) -> list[str]:
        buttons = block_limits.elements_of(alert.render(card).blocks, "button")
        return [each["text"]["text"] for each in buttons if each.get("style") == "primary"]

    assert primary(gallery.ALERT) == ["Claim"]
    assert primary(replace(gallery.ALERT, claimed_by="Priya Nair")) == ["Answer"]


def test_a_long_message_is_quoted_to_300_characters_and_says_where_the_rest_is() -> None:
    message = alert.render(replace(gallery.ALERT, words="word " * 2000))
    quote = message.blocks[1]["elements"][0]["elements"]
    assert len(quote[0]["text"].strip()) <= 300
    assert quote[1]["text"] == "(more under ⋯ Timeline)"


def test_a_message_of_many_lines_stays_small() -> None:
    message = alert.render(replace(gallery.ALERT, words="a\n" * 140))
    assert message.blocks[1]["elements"][0]["elements"][0]["text"].count("\n") < 9


def test_unknown_is_written_as_such_and_zero_as_zero() -> None:
    text = said(account.render(replace(gallery.ANCHOR, account=gallery.BARE, risk=None)))
    assert "plan not known" in text
    assert "risk not known" in text
    quiet = said(monday.render(monday.MondayCard(date(2026, 11, 23), NOW, ZONE, 6, 0, 0, NOW, 0, 6)))
    assert "0 late" in quiet
    assert "6 conversations are waiting on customers" in quiet


def test_what_the_summary_has_no_room_for_says_where_it_is() -> None:
    line = gallery.MONDAY.due[0]
    asleep = replace(line, state="snoozed")

    def more(*hidden: ConversationLine) -> str:
        return said(monday.render(replace(gallery.MONDAY, due=(line,) * 6 + hidden)))

    assert "and 2 more: `/inbox`" in more(line, line)
    assert "and 3 more: 1 in `/inbox`, 2 among the alerts" in more(line, asleep, asleep)
    assert "and 1 more among the alerts" in more(asleep)


def test_a_spend_has_its_currency_and_a_trial_its_end() -> None:
    today = date(2026, 11, 23)
    assert words.spend(Account("1", "A", monthly_spend=4200, currency="€")) == "€4,200 a month"
    assert words.spend(Account("1", "A", monthly_spend=99.5, currency="USD")) == "USD 99.50 a month"
    assert words.spend(Account("1", "A", monthly_spend=0, currency="€")) == "€0 a month"
    assert words.spend(Account("1", "A")) is None
    assert words.renewal(gallery.TRIAL, today) == "trial ends in 2 days"
    assert words.renewal(gallery.NORTHWIND, date(2026, 12, 13)) == "renews tomorrow"
    assert words.renewal(gallery.NORTHWIND, date(2026, 12, 16)) == "renewal was 2 days ago"
    assert words.renewal(gallery.TRIAL, date(2026, 11, 28)) == "trial ended 3 days ago"
    paying = replace(gallery.NORTHWIND, trial_ends_on=date(2025, 10, 1))
    assert words.renewal(paying, today) == "renews in 21 days"
    early = replace(gallery.NORTHWIND, trial_ends_on=date(2026, 11, 25))
    assert words.renewal(early, today) == "trial ends in 2 days"


def test_the_monday_card_leads_with_what_is_late_and_gives_each_reason() -> None:
    text = said(monday.render(gallery.MONDAY))
    assert text.startswith(":rotating_light: *Monday, 23 November*: 5 late · 9 due by 10:00 · 34 open")
    after = monday.render(replace(gallery.MONDAY, now=gallery.MONDAY.due_by, due_soon=0))
    assert said(after).startswith(":rotating_light: *Monday, 23 November*: 5 late · 34 open")
    assert after.text.startswith("Monday: 5 late, 34 open")
    assert "first reply last week 22 min (week before 31 min)" in text
    assert "• 3 people report one issue since Sat\n• third reopen of it (usual 0)\n• CSAT 2 of 5" in text
    assert "Silent: “Trial day 3” has sent nothing since" in text
    assert "(usual 38 a day), 61 people were due" in text
    assert "Not known: usage of 4 accounts (Segment last seen" in text


def test_at_most_three_reasons_are_given() -> None:
    busy = replace(gallery.AT_RISK[0], reasons=tuple(f"reason {n}" for n in range(9)))
    text = said(monday.render(replace(gallery.MONDAY, at_risk=(busy,))))
    assert "reason 2" in text
    assert "reason 3" not in text


def test_sixty_accounts_are_named_by_number_and_where_to_find_them() -> None:
    text = said(monday.render(replace(gallery.MONDAY, at_risk=gallery.AT_RISK * 20)))
    assert "and 55 more accounts at risk: `/atrisk`" in text


def test_no_score_at_all_is_not_called_safe() -> None:
    text = said(atrisk.render(atrisk.AtRiskCard(NOW, ZONE, judged=0)))
    assert text.startswith("Risk is not known")
    assert said(atrisk.render(atrisk.AtRiskCard(NOW, ZONE, judged=4))).startswith(
        "No account is at risk, of 4"
    )


def test_a_bot_that_never_read_intercom_does_not_say_all_well() -> None:
    unread = status.StatusCard(NOW, ZONE, status.Health(None))
    assert "All well" not in said(status.render(unread))
    well = status.StatusCard(NOW, ZONE, status.Health(NOW - timedelta(minutes=3)))
    assert said(status.render(well)) == "All well. Last sweep 3 min ago."


def test_the_points_of_a_score_add_up_or_it_is_not_shown() -> None:
    points = (why_risk.RiskPoint(30, "reopens"), why_risk.RiskPoint(12, "waiting"))
    card = why_risk.WhyRiskCard(gallery.NORTHWIND, Risk(RiskLevel.MEDIUM, 42), NOW, ZONE, points)
    assert "Together 42." in said(why_risk.render(card))
    with pytest.raises(ValueError, match="add up to 42, the score is 43"):
        why_risk.render(replace(card, risk=Risk(RiskLevel.MEDIUM, 43)))


def test_the_inbox_tells_a_person_first_whether_they_must_act() -> None:
    def first(card: inbox.InboxCard) -> str:
        return said(inbox.render(card)).split("\n")[0]

    assert first(gallery.INBOX).startswith(":rotating_light: *1 of your 2 conversations is late*")
    one = replace(gallery.INBOX, mine=gallery.LINES[:1])
    assert first(one).startswith(":rotating_light: *Your one conversation is late*; it was due")
    soon = replace(gallery.INBOX, mine=gallery.LINES[1:2])
    assert first(soon) == ":hourglass_flowing_sand: *First reply due in 14 min*, by 08:45"
    assert first(replace(gallery.INBOX, mine=())).startswith(
        "*Nothing of yours is due.* The team's first reply"
    )
    assert first(gallery.QUIET) == "Nothing is due before 13:31. 6 conversations are waiting on customers."
    taken = replace(gallery.QUIET, next_due_at=gallery.QUIET.now)
    assert first(taken) == "Nothing is due here. 6 conversations are waiting on customers."


def test_an_issue_counts_its_people_and_offers_the_most_urgent_conversation() -> None:
    message = issue.render(gallery.ISSUE)
    text = said(message)
    assert "3 people in 3 conversations since" in text
    assert "claimed by Priya Nair, 2 unclaimed" in text
    buttons = {
        each["action_id"]: each["value"] for each in block_limits.elements_of(message.blocks, "button")
    }
    assert buttons == {"wb:claim_issue": "issue-1", "wb:answer_issue": "conv-1"}


def test_two_hundred_conversations_of_an_issue_are_counted_not_listed() -> None:
    message = issue.render(replace(gallery.ISSUE, conversations=gallery.LINES[:1] * 200))
    assert "and 188 more conversations under ⋯ Timeline" in said(message)


def test_the_second_rep_reads_who_was_first() -> None:
    card = claim.ClaimCard(claim.ClaimOutcome.TAKEN, gallery.LINES[0], NOW, ZONE, "Ben Ito", NOW)
    assert said(claim.render(card)).startswith("*Ben Ito was first* at 08:31. Nothing was changed.")


def test_a_stale_button_answers_with_the_present_state() -> None:
    text = said(notices.stale(notices.Stale(gallery.LINES[1], NOW, ZONE, "Ben Ito")))
    assert text.startswith("Nothing was done: this changed by Ben Ito in the meantime.")
    assert "claimed by Priya Nair" in text


def test_a_failure_says_what_was_not_done_what_happened_and_what_to_do() -> None:
    message = notices.failed("Intercom did not answer.", "Not sent.", "Send it again in a minute.")
    assert message.text == "Not sent. Intercom did not answer. Send it again in a minute."


def test_linking_asks_first_and_names_whose_name_customers_will_read() -> None:
    message = link.render(gallery.LINK)
    (button,) = block_limits.elements_of(message.blocks, "button")
    assert button["value"] == "814"
    assert "under the name Priya Nair" in button["confirm"]["text"]["text"]


def test_names_cannot_format_the_sentence_or_ring_anybody() -> None:
    name = "*x* _y_ `z` :tada: <!channel> https://evil.example"
    (section, *_) = alert.render(replace(gallery.ALERT, account=replace(gallery.NORTHWIND, name=name))).blocks
    assert "∗x∗ ˍyˍ ˋzˋ ꞉tada: &lt;!channel&gt;" in section["text"]["text"]
    assert section["text"]["verbatim"] is True


def test_days_are_told_in_the_workspaces_zone_and_times_in_the_readers() -> None:
    late_evening = NOW.replace(hour=23, minute=30)
    assert words.when_plain(late_evening, late_evening, "Europe/Berlin") == "00:30"
    assert words.when_plain(late_evening, NOW, "Europe/Berlin") == "Tue 00:30"
    assert words.when(NOW, NOW, ZONE) == f"<!date^{int(NOW.timestamp())}^{{time}}|08:31>"
    far = NOW.astimezone(UTC) - timedelta(days=40)
    assert words.when_plain(far, NOW, ZONE) == "14 Oct 09:31"


def test_silence_and_missing_data_have_their_singular() -> None:
    card = replace(
        gallery.MONDAY,
        silent=(Silent("Welcome", None, 1.5, 1),),
        not_known=(NotKnown("usage", 1, "Segment", None),),
        better=(Better("A", 9, 3, "solved"),),
    )
    text = said(monday.render(card))
    assert "“Welcome” has sent nothing so far (usual 1.5 a day), 1 person was due" in text
    assert "usage of 1 account (Segment never seen)" in text


def test_two_accounts_of_one_name_and_plan_are_told_apart_where_one_is_chosen() -> None:
    twin = replace(gallery.NORTHWIND, id="c-twin")
    blocks = account_view.choose(AccountChoice("nor", (gallery.NORTHWIND, twin, gallery.TRIAL))).blocks
    told = [each.get("description", {}).get("text") for each in blocks[1]["elements"][0]["options"]]
    assert told[0] != told[1]
    assert told[1].endswith("c-twin")
    assert gallery.TRIAL.id not in str(told[2])


def test_a_command_in_the_status_can_be_copied_and_nothing_else_is_code() -> None:
    facts = ("lexical; `watchbell model install` adds the semantic one", "named `*x* <!here>` by somebody")
    shown = said(status.render(status.StatusCard(NOW, ZONE, gallery.WELL, facts)))
    assert "lexical; `watchbell model install` adds the semantic one" in shown
    assert shown.count("`") == 2
