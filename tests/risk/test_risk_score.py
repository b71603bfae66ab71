"""The risk score: a sum one can check, reasons with figures, and no health without data."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.risk.facts import AccountFacts, OpenConversation, Rating
from bot.risk.score import HIGH_FROM, MEDIUM_FROM, Score, compare, eased, score, top_reasons
from bot.risk.signals import Limits

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)

CALM = AccountFacts(
    account_id="a1",
    name="Brannock",
    plan="Pro",
    spend=900.0,
    renewal_on=date(2027, 8, 1),
    signed_up_at=NOW - timedelta(days=400),
    user_count=20,
    session_count=900,
    last_seen_at=NOW - timedelta(hours=3),
    messages_30d=4,
    messages_90d=12,
    sla_misses_30d=0,
    reopens_30d=0,
    ratings=(),
    unanswered_outreach=0,
    owner="ana",
)
HELVION = replace(
    CALM,
    name="Helvion",
    plan="Enterprise",
    spend=4_200.0,
    renewal_on=date(2026, 12, 14),
    open_conversations=(
        OpenConversation("101", NOW - timedelta(hours=47), ("SSO sends nobody in",)),
        OpenConversation("102", NOW - timedelta(hours=42), ("login loops",)),
        OpenConversation("103", NOW - timedelta(hours=19), ("Can't get in",)),
    ),
    people_same_issue=3,
    same_issue_since=datetime(2026, 11, 21, 9, 10, tzinfo=UTC),
    reopens_30d=3,
    ratings=(Rating(2, datetime(2026, 11, 12, 10, tzinfo=UTC)),),
    sla_misses_30d=1,
)
TRIAL = replace(
    CALM,
    plan="Trial",
    spend=0.0,
    renewal_on=None,
    trial_ends_on=date(2026, 11, 25),
    signed_up_at=NOW - timedelta(days=12),
    session_count=1,
)


def names(given_score: Score) -> set[str]:
    return {points.signal for points in given_score.points}


class TestReading:
    def test_a_calm_account_is_low_with_nothing_shown(self) -> None:
        found = score(CALM, NOW)
        assert (found.total, found.level, found.points) == (0, "low", ())

    def test_the_enterprise_account_of_the_morning_is_high_with_its_reasons(self) -> None:
        found = score(HELVION, NOW, zone=ZoneInfo("Europe/Berlin"))
        assert found.level == "high"
        reasons = " ".join(points.reason for points in found.points)
        assert "3 people report one issue since Sat 10:10 (usual 1)" in reasons
        assert "CSAT 2 of 5 on 12 Nov" in reasons
        assert "Renews in 21 days" in reasons
        assert "3 reopens in 30 days" in reasons
        assert {"renewal near, trouble open", "renewal near, replies late"} <= names(found)

    def test_the_trial_with_one_login_is_named_by_its_rule(self) -> None:
        found = score(TRIAL, NOW)
        assert "trial ends unused" in names(found)
        assert found.level == "medium"
        assert "1 login in 12 days since signing up" in " ".join(top_reasons(found))

    def test_one_day_is_one_day(self) -> None:
        limits = Limits(
            trial_near=timedelta(days=1), renewal_near=timedelta(days=1), unseen=timedelta(days=1)
        )
        tomorrow = (NOW + timedelta(days=1)).date()
        unseen = replace(TRIAL, trial_ends_on=tomorrow, last_seen_at=NOW - timedelta(days=1, hours=2))
        reasons = " ".join(points.reason for points in score(unseen, NOW, limits=limits).points)
        assert "The trial ends tomorrow (counts from 1 day)" in reasons
        assert "was seen for 1 day (counts from 1)" in reasons
        renews = replace(HELVION, renewal_on=tomorrow)
        reasons = " ".join(points.reason for points in score(renews, NOW, limits=limits).points)
        assert "(counts up to 1 day) with" in reasons

    def test_threats_count_once_however_often_they_are_written(self) -> None:
        angry = OpenConversation("1", NOW, ("We will cancel our contract.", "We will cancel our contract."))
        found = score(replace(CALM, open_conversations=(angry,)), NOW)
        (points,) = [one for one in found.points if one.signal == "leaving words"]
        assert points.reason.startswith("1 message in 30 days")
        assert points.quotes == ("cancel our contract",)
        assert not any("cancel our contract" in one.reason for one in found.points)

    def test_a_spike_and_a_silence_are_told_apart(self) -> None:
        assert "more messages" in names(score(replace(CALM, messages_30d=14, messages_90d=22), NOW))
        assert "went quiet" in names(score(replace(CALM, messages_30d=0, messages_90d=16), NOW))
        assert not {"more messages", "went quiet"} & names(
            score(replace(CALM, messages_30d=8, messages_90d=24), NOW)
        )

    def test_an_account_that_did_not_exist_before_has_no_usual(self) -> None:
        young = NOW - timedelta(days=89)
        calmer = replace(CALM, signed_up_at=young, messages_30d=0, messages_90d=16, reopens_30d=1)
        busy = replace(CALM, signed_up_at=young, messages_30d=7, messages_90d=7)
        for each, then in ((calmer, "quiet after trouble"), (busy, "more messages")):
            found = score(each, NOW)
            assert not names(found) - {"reopens"}
            assert any("usual number of messages" in missing.what for missing in found.unknown)
            assert found.level == "low"
            assert then in names(score(replace(each, signed_up_at=NOW - timedelta(days=90)), NOW))

    def test_an_old_bad_rating_and_one_made_good_do_not_count(self) -> None:
        old = replace(CALM, ratings=(Rating(1, NOW - timedelta(days=90)),))
        good = replace(CALM, ratings=(Rating(1, NOW - timedelta(days=9)), Rating(5, NOW - timedelta(days=2))))
        assert not names(score(old, NOW))
        assert not names(score(good, NOW))

    @pytest.mark.parametrize("reason", [p.reason for f in (HELVION, TRIAL) for p in score(f, NOW).points])
    def test_every_reason_holds_a_number(self, reason: str) -> None:
        assert re.search(r"\d", reason)
        assert "!" not in reason


class TestNotKnown:
    def test_no_usage_data_is_never_low(self) -> None:
        found = score(replace(CALM, last_seen_at=None, session_count=None), NOW)
        assert found.level == "not known"
        assert found.unknown[0].what == "usage data"

    def test_a_silent_source_is_unknown_since_then_and_gives_no_points(self) -> None:
        friday = datetime(2026, 11, 6, 18, 4, tzinfo=UTC)
        stale = replace(CALM, usage_source="Segment", usage_seen_at=friday, last_seen_at=friday)
        found = score(stale, NOW)
        assert (found.unknown[0].source, found.unknown[0].since) == ("Segment", friday)
        assert "not seen" not in names(found)
        assert found.level == "not known"

    def test_the_control_fresh_usage_of_the_same_account_is_judged(self) -> None:
        seen = NOW - timedelta(days=17)
        found = score(replace(CALM, last_seen_at=seen, usage_seen_at=NOW), NOW)
        assert "not seen" in names(found)
        assert found.level == "low"

    def test_an_account_of_which_nothing_is_known_says_so(self) -> None:
        found = score(AccountFacts("a", "Nobody"), NOW)
        assert found.level == "not known"
        assert len(found.unknown) == 7

    def test_what_follows_a_renewal_or_a_trial_that_is_over_is_not_known(self) -> None:
        day = NOW.date()
        over = replace(CALM, renewal_on=day - timedelta(days=1), trial_ends_on=day - timedelta(days=30))
        (missing,) = (one.what for one in score(over, NOW).unknown if "renewal" in one.what)
        assert missing == f"renewal date after {over.renewal_on:%-d %b %Y}"
        for ahead in (replace(over, renewal_on=day), replace(over, trial_ends_on=day)):
            assert not [one.what for one in score(ahead, NOW).unknown if "renewal" in one.what]

    def test_trouble_outweighs_missing_usage(self) -> None:
        assert score(replace(HELVION, last_seen_at=None), NOW).level == "high"


class TestReasonsAndDeltas:
    def test_top_reasons_tell_facts_before_their_combinations(self) -> None:
        reasons = top_reasons(score(HELVION, NOW))
        assert len(reasons) == 3
        assert reasons[0].startswith("3 people report one issue")
        assert not any(" with " in reason for reason in reasons)

    def test_changes_add_up_to_the_difference(self) -> None:
        before, after = score(HELVION, NOW), score(replace(HELVION, people_same_issue=0, ratings=()), NOW)
        delta = compare(after, before)
        assert delta is not None
        assert delta.total == after.total - before.total < 0
        assert sum(change.after - change.before for change in delta.changes) == delta.total
        assert compare(after, None) is None

    def test_what_eased_is_what_lost_most_and_not_what_is_left(self) -> None:
        day = date(2026, 11, 16)

        def told(**changes: Any) -> str:
            now = replace(HELVION, **changes)
            delta = compare(score(now, NOW), score(HELVION, NOW))
            assert delta is not None
            return eased(delta, day)

        solved = "no longer as on 16 Nov: 3 people report one issue since Sat 09:10 (usual 1)"
        assert told(people_same_issue=0, ratings=()) == solved
        assert told(reopens_30d=1) == "less than on 16 Nov: 1 reopen in 30 days (usual 0)"
        # A rule that repeats its parts stands behind them, whatever it lost.
        later = told(renewal_on=date(2026, 12, 30))
        assert later == "less than on 16 Nov: Renews in 37 days (counts from 90 days)"


TEXTS = st.sampled_from(
    ("hello", "We will cancel our contract", "Nobody can work", "third time", "speak to your manager")
)
INSTANTS = st.integers(0, 120 * 24).map(lambda hours: NOW - timedelta(hours=hours))
MAYBE = st.none() | st.integers(0, 40)
FACTS = st.builds(
    AccountFacts,
    account_id=st.just("a"),
    name=st.just("n"),
    spend=st.none() | st.floats(0, 1e5),
    renewal_on=st.none() | st.dates(date(2026, 10, 1), date(2027, 6, 1)),
    trial_ends_on=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 24)),
    signed_up_at=st.none() | INSTANTS,
    user_count=MAYBE,
    session_count=MAYBE,
    last_seen_at=st.none() | INSTANTS,
    open_conversations=st.lists(
        st.builds(
            OpenConversation,
            st.just("c"),
            st.none() | INSTANTS,
            st.lists(TEXTS, max_size=3).map(tuple),
            reopens=st.integers(0, 3),
        ),
        max_size=4,
    ).map(tuple),
    messages_30d=MAYBE,
    messages_90d=MAYBE,
    sla_misses_30d=MAYBE,
    reopens_30d=MAYBE,
    ratings=st.none() | st.lists(st.builds(Rating, st.integers(1, 5), INSTANTS), max_size=4).map(tuple),
    people_same_issue=st.integers(0, 6),
    bot_only_answered=st.integers(0, 4),
    unanswered_outreach=MAYBE,
    owner=st.none() | st.just("ana"),
    usage_seen_at=st.none() | INSTANTS,
)


class TestAlways:
    @given(FACTS)
    def test_the_total_is_exactly_the_sum_of_the_points_shown(self, facts: AccountFacts) -> None:
        found = score(facts, NOW)
        assert found.total == sum(points.points for points in found.points)
        assert 0 <= found.total <= 100
        assert all(0 <= points.points <= points.of for points in found.points)
        raw = sum(points.of for points in found.points)
        assert found.total == min(100, raw)
        assert (found.level == "high") == (found.total >= HIGH_FROM)
        assert (found.level == "medium") == (MEDIUM_FROM <= found.total < HIGH_FROM)
        assert len({points.signal for points in found.points}) == len(found.points)

    @given(FACTS)
    def test_one_more_of_anything_bad_never_lowers_the_score(self, facts: AccountFacts) -> None:
        base = score(facts, NOW).total
        worse = [
            replace(facts, sla_misses_30d=(facts.sla_misses_30d or 0) + 1),
            replace(facts, reopens_30d=(facts.reopens_30d or 0) + 1),
            replace(facts, people_same_issue=facts.people_same_issue + 1),
            replace(facts, bot_only_answered=facts.bot_only_answered + 1),
            replace(facts, unanswered_outreach=(facts.unanswered_outreach or 0) + 1),
            replace(facts, ratings=(*(facts.ratings or ()), Rating(1, NOW))),
            replace(facts, recent_texts=("We will cancel our contract.",)),
            replace(
                facts,
                open_conversations=(
                    *facts.open_conversations,
                    OpenConversation("x", NOW - timedelta(days=5)),
                ),
            ),
        ]
        assert all(score(changed, NOW).total >= base for changed in worse)

    @given(FACTS)
    def test_low_means_that_usage_was_seen(self, facts: AccountFacts) -> None:
        found = score(facts, NOW)
        if found.level == "low":
            assert facts.last_seen_at is not None
            assert "usage data" not in {unknown.what for unknown in found.unknown}

    @given(FACTS)
    def test_a_score_shown_with_one_point_less_is_caught(self, facts: AccountFacts) -> None:
        """The control: the sum test sees a total that hides a point."""
        found = score(facts, NOW)
        wrong = replace(found, total=found.total + 1)
        assert wrong.total != sum(points.points for points in wrong.points)

    @given(FACTS, FACTS)
    def test_changes_always_add_up(self, one: AccountFacts, other: AccountFacts) -> None:
        delta = compare(score(one, NOW), score(other, NOW))
        assert delta is not None
        assert sum(change.after - change.before for change in delta.changes) == delta.total
