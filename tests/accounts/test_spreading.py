"""What spreads over several accounts: properties of the pure part, whatever texts come in whatever order."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.accounts.background import Background
from bot.accounts.clusters import Rules
from bot.accounts.lexical import Lexical
from bot.accounts.ordinary import BEFORE, DOUBT, Told, counts_from, is_new, log_odds, told_before
from bot.accounts.spreading import Begun, Recent, Spread

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEXTS = (
    "the invoice export fails with error 502",
    "exporting invoices gives error 502",
    "invoice export stops with error 502",
    "single sign-on sends everybody back to the login page",
    "sso: we land on the login page again after signing in",
    "nobody can sign in, single sign-on returns to the login page",
    "how do i change the language of the menu",
    "where is last year's contract",
    "",
)
ENGINE = Lexical(Background.of())


def _begun(number: int, drawn: tuple[str | None, str, int]) -> Begun:
    account, text, minute = drawn
    return Begun(f"{number:03}", account, MONDAY + timedelta(minutes=minute), text, text[:40])


conversations = st.lists(
    st.tuples(st.sampled_from((None, "a", "b", "c", "d", "e")), st.sampled_from(TEXTS), st.integers(0, 9)),
    max_size=14,
).map(lambda drawn: [_begun(number, each) for number, each in enumerate(drawn)])


def heard(begun: list[Begun], engine: Lexical = ENGINE) -> Recent:
    recent = Recent(engine)
    recent.put_all(begun)
    return recent


def before(recent: Recent, spread: Spread, told: dict[str, str]) -> int:
    """How often the like was told, where this is the past."""
    gists = {name: recent.engine.gist(recent.engine.profile(text)) for name, text in told.items()}
    pasts = [recent.asked(each, recent.nearest(each, gists), told) for each in spread.speakers]
    return recent.told_before(spread, pasts, accounts=3)


def announced(begun: list[Begun], told: dict[str, str], engine: Lexical = ENGINE) -> tuple[Spread, ...]:
    """What three accounts tell within four hours that this past does not explain."""
    recent = heard(begun, engine)

    def holds(spread: Spread) -> bool:
        return is_new(len(spread.accounts), before(recent, spread, told), timedelta(hours=4))

    return recent.spreads(3, holds=holds)


@settings(max_examples=60)
@given(conversations, st.randoms(use_true_random=False), st.integers(2, 4))
def test_the_order_in_which_conversations_come_changes_nothing(
    begun: list[Begun], chance: random.Random, accounts: int
):
    shuffled = list(begun)
    chance.shuffle(shuffled)
    assert heard(begun).spreads(accounts) == heard(shuffled).spreads(accounts)


@settings(max_examples=60)
@given(
    conversations, st.integers(2, 4), st.dictionaries(st.sampled_from("0123456789"), st.sampled_from("xyz"))
)
def test_each_conversation_and_each_problem_is_in_one_at_most_and_none_has_too_few_accounts(
    begun: list[Begun], accounts: int, sorted_as: dict[str, str]
):
    issues = {f"00{number}": issue for number, issue in sorted_as.items()}
    of = {each.id: each.account for each in begun}
    # An issue is of one account.
    issues = {each: f"{of[each]}:{issue}" for each, issue in issues.items() if of.get(each) is not None}
    found = heard(begun).spreads(accounts, issues=issues)
    every = [each for spread in found for each in spread.members]
    assert len(every) == len(set(every))
    told = [{issues[each] for each in spread.members if each in issues} for spread in found]
    assert sum(map(len, told)) == len(set().union(*told))
    for spread in found:
        known = {of[each] for each in spread.members} - {None}
        assert spread.accounts == known
        assert len(known) >= accounts
        assert spread.since == min(each.at for each in begun if each.id in spread.members)


@settings(max_examples=40)
@given(conversations, st.data())
def test_what_is_not_free_or_was_said_apart_stays_out(begun: list[Begun], data: st.DataObject):
    ids = [each.id for each in begun] or ["none"]
    taken = set(data.draw(st.lists(st.sampled_from(ids))))
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=4))
    apart = [(a, b) for a, b in pairs if a != b]
    rules = Rules((a, b, False) for a, b in apart)
    for spread in heard(begun).spreads(2, free=lambda each: each not in taken, rules=rules):
        assert taken.isdisjoint(spread.members)
        assert not [pair for pair in apart if set(pair) <= set(spread.members)]


@given(st.integers(1, 40), st.floats(0, 500), st.floats(0, 500), st.integers(1, 24))
def test_more_accounts_are_never_less_news_and_a_busier_past_never_more(
    accounts: int, before: float, more: float, hours: int
):
    within = timedelta(hours=hours)
    if is_new(accounts, before, within):
        assert is_new(accounts + 1, before, within)
    if is_new(accounts, before + more, within):
        assert is_new(accounts, before, within)


def test_three_that_nobody_told_before_are_news_and_two_a_day_are_not():
    within = timedelta(hours=4)
    assert is_new(3, 0, within)
    assert not is_new(3, 2 * BEFORE.days, within)


def test_texts_that_say_nothing_are_like_nothing():
    begun = [Begun(f"{n}", f"a{n}", MONDAY, "", "") for n in range(5)]
    assert heard(begun).spreads(2) == ()


def test_a_known_thing_with_an_error_that_nobody_has_named_is_not_the_like_of_it():
    recent = heard([_begun(n, (account, TEXTS[n], n)) for n, account in enumerate("abc")])
    (spread,) = recent.spreads(3)
    told = {"p": "how do i export invoices as a spreadsheet", "q": "exporting an invoice gives error 502"}
    assert before(recent, spread, told) == 1


def test_one_that_changed_is_compared_anew_and_one_that_is_dropped_is_forgotten():
    recent = heard([_begun(n, (account, TEXTS[n], n)) for n, account in enumerate("abc")])
    assert len(recent.spreads(3)) == 1
    recent.put(_begun(2, ("c", "how do i change the language of the menu", 2)))
    assert recent.spreads(3) == ()
    recent.put(_begun(2, ("c", TEXTS[2], 2)))
    assert len(recent.spreads(3)) == 1
    assert recent.drop("002") is not None
    assert recent.spreads(3) == ()
    assert recent.joining(["000", "001"], free=lambda _: True) == ()


@settings(max_examples=40)
@given(conversations)
def test_what_was_told_in_these_words_on_each_day_before_is_never_announced(begun: list[Begun]):
    texts = sorted({each.text for each in begun if each.text})
    usual = {f"{time}:{place}": text for time in range(28) for place, text in enumerate(texts)}
    assert announced(begun, usual) == ()


INVOICES = (
    "how do i export my invoices as a spreadsheet",
    "can the invoice export be scheduled for each month",
    "where do exported invoices end up",
    "the exported invoices lack the cost centre",
    "which columns does the invoice export have",
)
BUTTON = (
    "nothing happens when i press export invoices",
    "pressing export invoices does nothing",
    "i press export invoices and nothing happens",
)


def each_day(texts: tuple[str, ...]) -> dict[str, str]:
    """A past in which each of these was asked on every day."""
    return {f"{day}:{text}": text for day in range(BEFORE.days) for text in texts}


def three(accounts: str, texts: tuple[str, ...]) -> list[Begun]:
    told = zip(accounts, texts, strict=True)
    return [_begun(number, (account, text, number)) for number, (account, text) in enumerate(told)]


def test_a_new_problem_is_news_though_its_neighbours_are_told_each_day():
    """All of them write of exporting invoices; only what is very like counts, on both sides."""
    engine = Lexical(Background.of(each_day(INVOICES).values()))
    (found,) = announced(three("abc", BUTTON), each_day(INVOICES), engine)
    assert found.accounts == {"a", "b", "c"}
    neighbour = engine.log_odds(engine.profile(BUTTON[1]), engine.profile(INVOICES[0]))
    assert neighbour > log_odds(engine.ordinary), "what is ordinarily alike would have explained it"


def test_control_it_is_no_news_when_it_was_told_each_day_too_or_by_one_account():
    engine = Lexical(Background.of(each_day(INVOICES).values()))
    assert announced(three("abc", BUTTON), each_day(INVOICES + BUTTON), engine) == ()
    assert announced(three("aaa", BUTTON), each_day(INVOICES), engine) == ()


def test_copies_are_judged_by_what_is_ordinarily_alike():
    """A form's words are as like as can be: that nobody used the form before makes no news of them."""
    engine = Lexical(Background.of(each_day(INVOICES).values()))
    copies = three("abc", (BUTTON[1],) * 3)
    assert len(announced(copies, {}, engine)) == 1
    assert announced(copies, each_day(INVOICES), engine) == ()
    assert counts_from(0.97, 0.8, copied=True) <= counts_from(0.97, 0.8, copied=False)


likes = st.builds(
    lambda name, likeness, within: Told(name, likeness, ord(name) - ord("o"), within, frozenset()),
    st.sampled_from("pqrstuvw"),
    st.floats(1, 6),
    st.integers(1, 400),
)


@given(st.lists(st.lists(likes, max_size=20).map(tuple), max_size=4), st.floats(1, 6), st.floats(0, 3))
def test_a_higher_likeness_or_less_doubt_never_finds_more_of_the_past(
    pasts: list[tuple[Told, ...]], at: float, higher: float
):
    assert told_before(pasts, at + higher, frozenset()) <= told_before(pasts, at, frozenset())
    assert counts_from(0.97, 0.8, copied=False, doubt=DOUBT + higher) <= counts_from(0.97, 0.8, copied=False)
