"""One account's conversations grouped by problem, as a rep would expect to find them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from issue_messages import (
    ACCOUNT,
    BY_MEANING,
    ENGINE,
    INVOICE,
    PASSWORD,
    SATURDAY,
    SSO_CHAT,
    SSO_MAIL,
    SSO_WHATSAPP,
    said,
)

from bot.accounts.same_issue import Correction, Grouping, IssueMessage, group
from bot.likeness import Engine


def grouped(*messages: IssueMessage, corrections: tuple[Correction, ...] = ()) -> Grouping:
    return group(messages, engine=ENGINE, corrections=corrections)


def together(result: Grouping, *conversations: str) -> bool:
    return len({result.issue_of(conversation).id for conversation in conversations}) == 1


class TestTheSsoMorning:
    def test_three_people_on_three_channels_stand_in_one_issue(self) -> None:
        issue = grouped(*ACCOUNT).issue_of("101")
        assert issue.conversations == ("101", "102", "103")
        assert issue.people == ("marta", "jonas", "petra")
        assert issue.channels == ("email", "conversation", "whatsapp")
        assert issue.since == SATURDAY
        assert issue.id == "101"
        assert issue.title == "SSO sends everyone back to the login page"

    def test_the_confusable_neighbours_do_not(self) -> None:
        result = grouped(*ACCOUNT)
        assert [issue.conversations for issue in result.groups] == [("101", "102", "103"), ("104",), ("105",)]

    def test_a_setup_question_about_sso_is_not_the_outage(self) -> None:
        question = said("107", "How do we set up SSO with Azure for a second domain?", hours=9)
        result = grouped(*ACCOUNT, question)
        assert result.issue_of("107").conversations == ("107",)

    def test_german_and_spanish_reports_are_grouped_too(self) -> None:
        result = grouped(
            said("1", "Guten Tag, der Export der Rechnungen bricht seit heute ab, Fehlercode 4711."),
            said("2", "Unser Rechnungs-Export bricht ab mit Fehler 4711", hours=2),
            said("3", "¿Dónde puedo cambiar la dirección de la empresa?", hours=3),
        )
        assert together(result, "1", "2")
        assert not together(result, "1", "3")


class TestFollowUps:
    def test_any_news_joins_its_persons_thread(self) -> None:
        result = grouped(*ACCOUNT, said("106", "any news??", person="jonas", hours=40))
        assert together(result, "102", "106")
        assert result.why("106", "102").follow_up
        assert "follows" in result.why("106", "102").sentence

    def test_it_joins_what_the_person_began_last_before_it(self) -> None:
        result = grouped(
            said("1", "The calendar shows meetings in the wrong time zone", person="kim"),
            said("2", "Please add our VAT number to the invoice", person="kim", hours=10),
            said("3", "Hello? Any update?", person="kim", hours=12),
            said("4", "Our webhook stopped firing", person="kim", hours=20),
        )
        assert together(result, "2", "3")
        assert len(result.groups) == 3

    def test_a_stranger_who_only_asks_for_news_joins_nobody(self) -> None:
        result = grouped(*ACCOUNT, said("106", "any news??", person="somebody else", hours=40))
        assert result.issue_of("106").conversations == ("106",)


@pytest.mark.parametrize("engine", [ENGINE, BY_MEANING], ids=lambda engine: engine.name)
@pytest.mark.parametrize("silent", ["Hello?", "", "👍", "any news??"])
def test_who_says_nothing_and_is_nobody_known_is_like_nothing(silent: str, engine: Engine) -> None:
    strangers = (said("106", silent, person="una", hours=40), said("107", silent, person="vic", hours=41))
    with_them = group((*ACCOUNT, *strangers), engine=engine)
    without = group(ACCOUNT, engine=engine)
    assert {"106", "107"} & {each.id for each in with_them.groups} == {"106", "107"}
    assert [each for each in with_them.groups if each.id not in ("106", "107")] == list(without.groups)
    assert with_them.proposals == without.proposals
    why = with_them.why("101", "106")
    assert why.score == 0.0
    assert why.sentence.startswith("What says nothing of its own is like nothing")


@pytest.mark.parametrize("engine", [ENGINE, BY_MEANING], ids=lambda engine: engine.name)
def test_a_rep_may_put_together_what_says_nothing(engine: Engine) -> None:
    silent = (said("106", "Hello?", person="una", hours=40), said("107", "", person="vic", hours=41))
    links = (Correction("106", "107", True), Correction("107", "104", True))
    result = group((*ACCOUNT, *silent), engine=engine, corrections=links)
    assert together(result, "104", "106", "107")
    assert not together(result, "101", "106")


class TestNamedThings:
    ONE = said("1", "Order #48213 still shows as open although we paid it")
    OTHER = said("2", "Where is 48213? Ordered two weeks ago, order #48213", hours=3)
    THIRD = said("3", "Order #50777 still shows as open although we paid it", hours=3)

    def test_one_order_number_joins_different_words(self) -> None:
        assert together(grouped(self.ONE, self.OTHER), "1", "2")

    def test_two_order_numbers_keep_equal_words_apart(self) -> None:
        result = grouped(self.ONE, self.THIRD)
        alike = grouped(self.ONE, said("3", "The order still shows as open although we paid it", hours=3))
        assert result.why("1", "3").score < alike.why("1", "3").score
        assert [entity.value for entity in result.why("1", "3").differing] == ["48213", "50777"]


class TestProposals:
    ONE = said("1", "The report shows wrong totals for October")
    OTHER = said("2", "numbers in the dashboard do not add up this month", hours=4)

    def test_between_the_thresholds_a_rep_is_asked(self) -> None:
        result = grouped(self.ONE, self.OTHER)
        assert not together(result, "1", "2")
        (proposal,) = result.proposals
        assert (proposal.a, proposal.b) == ("1", "2")
        assert ENGINE.propose <= proposal.score < ENGINE.link

    def test_yes_links_and_no_stops_the_asking(self) -> None:
        yes = grouped(self.ONE, self.OTHER, corrections=(Correction("1", "2", True),))
        no = grouped(self.ONE, self.OTHER, corrections=(Correction("1", "2", False),))
        assert together(yes, "1", "2")
        assert not yes.proposals
        assert not together(no, "1", "2")
        assert not no.proposals

    def test_unlike_things_are_not_proposed(self) -> None:
        assert not grouped(INVOICE, said("9", "The mobile app crashes when I open a task")).proposals


class TestCorrections:
    def test_an_unlinked_conversation_stays_out_and_can_come_back(self) -> None:
        out = Correction("103", "101", False)
        assert not together(grouped(*ACCOUNT, corrections=(out,)), "101", "103")
        back = (out, Correction("101", "103", True))
        assert together(grouped(*ACCOUNT, corrections=back), "101", "103")

    def test_a_rep_may_link_what_no_text_would(self) -> None:
        result = grouped(*ACCOUNT, corrections=(Correction("104", "105", True),))
        assert together(result, "104", "105")
        assert result.why("104", "105").said is True
        assert result.why("104", "105").sentence.startswith("A rep said these are one issue")

    def test_a_word_against_later_words_is_set_aside_and_named(self) -> None:
        early = Correction("101", "104", False)
        later = (Correction("101", "105", True), Correction("105", "104", True))
        result = grouped(*ACCOUNT, corrections=(early, *later))
        assert together(result, "101", "104", "105")
        assert result.set_aside == (early,)

    def test_saying_a_thing_twice_over_changes_nothing(self) -> None:
        """Three links in a ring, the last of which says nothing new."""
        ring = (
            Correction("104", "105", True),
            Correction("105", "101", True),
            Correction("104", "101", True),
        )
        result = grouped(*ACCOUNT, corrections=ring)
        assert together(result, "101", "104", "105")
        assert result.set_aside == ()

    def test_links_through_a_closed_conversation_hold(self) -> None:
        chain = (Correction("104", "closed", True), Correction("closed", "105", True))
        assert together(grouped(INVOICE, PASSWORD, corrections=chain), "104", "105")

    def test_a_follow_up_obeys_too(self) -> None:
        follow_up = said("106", "any news??", person="jonas", hours=40)
        result = grouped(*ACCOUNT, follow_up, corrections=(Correction("106", "102", False),))
        assert not together(result, "102", "106")


class TestWhy:
    def test_it_names_words_meanings_and_figures(self) -> None:
        why = grouped(*ACCOUNT).why("101", "102")
        assert {"sso", "login"} <= set(why.words)
        assert {"sso", "login", "loop"} <= set(why.concepts)
        assert why.engine == "lexical"
        assert why.apart == timedelta(hours=5)
        assert f"{why.score:.2f}" in why.sentence

    def test_it_is_the_same_from_both_sides(self) -> None:
        result = grouped(*ACCOUNT)
        assert result.why("101", "104").score == result.why("104", "101").score

    def test_an_unknown_conversation_is_a_key_error(self) -> None:
        with pytest.raises(KeyError):
            grouped(*ACCOUNT).why("101", "nowhere")


class TestTitles:
    def test_a_headline_is_short_and_on_one_line(self) -> None:
        long = "The invoice export stops at fifty percent and shows nothing else. " * 3
        for text in (long, "a" * 500, "<!channel> click\nhttps://evil.example", "\u202eabc"):
            title = grouped(said("1", text)).groups[0].title
            assert 0 < len(title) <= 80
            assert "\n" not in title
            assert "\u202e" not in title

    def test_a_message_without_words_still_has_one(self) -> None:
        assert grouped(said("1", "")).groups[0].title == "No words"
        assert grouped(said("1", "[image: Screenshot]")).groups[0].title == "A picture"
        assert grouped(said("1", "[attachments: a.pdf, b.pdf]")).groups[0].title == "A file"
        later = (said("1", ""), said("1", "[image]", hours=1), said("1", "Hello?", hours=2))
        assert grouped(*later).groups[0].title == "A picture"


SENTENCES = (
    "SSO login loops",
    "the export fails with error 500",
    "any news??",
    "invoice INV-7 is wrong",
    "",
    "push alerts stopped",
    "login via SSO keeps redirecting",
    "Error 500 when we export",
    "Rechnung INV-7 falsch",
    "how do I add a user",
    "ping",
)
MESSAGES = st.lists(
    st.builds(
        said,
        st.sampled_from("abcdefgh"),
        st.sampled_from(SENTENCES) | st.text(max_size=30),
        person=st.sampled_from(("kim", "lee", "mia")),
        channel=st.sampled_from(("email", "conversation")),
        hours=st.integers(0, 1_000),
    ),
    min_size=1,
    max_size=12,
)
CORRECTIONS = st.lists(
    st.builds(Correction, st.sampled_from("abcdefghz"), st.sampled_from("abcdefghz"), st.booleans()),
    max_size=6,
).map(tuple)


class TestAlways:
    @settings(max_examples=60, deadline=None)
    @given(MESSAGES, CORRECTIONS)
    def test_every_conversation_is_in_exactly_one_group(
        self, messages: list[IssueMessage], corrections: tuple[Correction, ...]
    ) -> None:
        result = grouped(*messages, corrections=corrections)
        members = [conversation for issue in result.groups for conversation in issue.conversations]
        assert sorted(members) == sorted({message.conversation_id for message in messages})
        for issue in result.groups:
            oldest = min(
                (m.at, m.conversation_id) for m in messages if m.conversation_id in issue.conversations
            )
            assert (issue.since, issue.id) == oldest

    @settings(max_examples=60, deadline=None)
    @given(MESSAGES, CORRECTIONS, st.randoms(use_true_random=False))
    def test_the_order_of_messages_changes_nothing(
        self, messages: list[IssueMessage], corrections: tuple[Correction, ...], chance: object
    ) -> None:
        shuffled = list(messages)
        chance.shuffle(shuffled)  # type: ignore[attr-defined]
        assert grouped(*messages, corrections=corrections) == grouped(*shuffled, corrections=corrections)

    @settings(max_examples=60, deadline=None)
    @given(MESSAGES, CORRECTIONS)
    def test_corrections_not_set_aside_are_obeyed(
        self, messages: list[IssueMessage], corrections: tuple[Correction, ...]
    ) -> None:
        result = grouped(*messages, corrections=corrections)
        known = {message.conversation_id for message in messages}
        latest = {frozenset((c.a, c.b)): c for c in corrections if c.a != c.b}
        for said_last in latest.values():
            if said_last in result.set_aside or not {said_last.a, said_last.b} <= known:
                continue
            assert together(result, said_last.a, said_last.b) is said_last.same
        for proposal in result.proposals:
            assert not together(result, proposal.a, proposal.b)
            assert latest.get(frozenset((proposal.a, proposal.b))) is None or result.set_aside

    def test_the_control_a_deaf_grouping_would_be_caught(self) -> None:
        """Without the correction the three stand together, so the obedience above is not vacuous."""
        assert together(grouped(SSO_MAIL, SSO_CHAT, SSO_WHATSAPP), "101", "102", "103")
        parted = grouped(SSO_MAIL, SSO_CHAT, SSO_WHATSAPP, corrections=(Correction("101", "102", False),))
        assert not together(parted, "101", "102")


def test_two_hundred_conversations_of_one_account_are_grouped_in_seconds() -> None:
    topics = (
        "export {0} fails with error {0}",
        "invoice {0} is wrong",
        "user {0} cannot log in",
        "webhook {0} is late",
    )
    messages = [said(f"{n:04}", topics[n % 4].format(n // 4 % 9), hours=n) for n in range(200)]
    assert len(grouped(*messages).groups) < 200
