"""How much an account uses: where it is known, in the words of people, and not a word where it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from gallery import ANCHOR, BARE, ENTRIES, LINES, NORTHWIND, NOW, ZONE
from hypothesis import given
from hypothesis import strategies as st
from on_the_screen import words as shown

from bot.cards import account, account_view, timeline, words
from bot.cards.values import Account

FULL = replace(BARE, users=140, sessions=1204, last_seen=NOW - timedelta(hours=14, minutes=30))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "140 users · 1,204 sessions so far · last seen 14 h 30 min ago, "),
        ({"users": 1, "sessions": 1}, "1 user · 1 session so far · last seen"),
        ({"users": 0, "sessions": 0, "last_seen": None}, "0 users · 0 sessions so far"),
        ({"users": 1_234_567, "sessions": 98_765_432}, "1,234,567 users · 98,765,432 sessions so far · last"),
        ({"users": None, "last_seen": None}, "1,204 sessions so far"),
        ({"users": None, "sessions": None}, "last seen 14 h 30 min ago, "),
        ({"last_seen": NOW - timedelta(seconds=20)}, "last seen just now, "),
        # A clock that goes ahead of ours.
        ({"last_seen": NOW + timedelta(minutes=5)}, "last seen just now, "),
        ({"last_seen": NOW - timedelta(days=400)}, "last seen 400 days ago, "),
    ],
)  # fmt: skip
def test_numbers_and_instants_read_well(changes: dict[str, object], told: str) -> None:
    found = words.usage(replace(FULL, **changes), NOW, ZONE)  # type: ignore[arg-type]
    assert found is not None
    assert told in found


def test_the_instant_is_exact_in_the_readers_zone_and_plain_where_slack_draws_none() -> None:
    told = words.usage(FULL, NOW, ZONE)
    at = int((NOW - timedelta(hours=14, minutes=30)).timestamp())
    assert told is not None
    assert told.endswith(f"<!date^{at}^Sun {{time}}|Sun 18:01>")


def test_what_is_not_known_is_not_spoken_of() -> None:
    assert words.usage(BARE, NOW, ZONE) is None
    view = account_view.render(account_view.AccountViewCard(replace(ANCHOR, account=BARE), LINES, ENTRIES))
    head = timeline.render(timeline.TimelineCard(BARE.name, NOW, ZONE, ENTRIES, account=BARE))
    for told in (shown(view.blocks), shown(head["blocks"])):
        assert "sessions" not in told
        assert "last seen" not in told


def test_the_window_and_the_timeline_tell_it_and_the_anchor_does_not() -> None:
    anchor = replace(ANCHOR, account=FULL)
    view = account_view.render(account_view.AccountViewCard(anchor, LINES, ENTRIES))
    head = timeline.render(timeline.TimelineCard(FULL.name, NOW, ZONE, ENTRIES, account=FULL))
    assert "1,204 sessions so far" in shown(view.blocks)
    assert "1,204 sessions so far" in shown(head["blocks"])
    assert "sessions" not in shown(account.render(anchor).blocks)
    # A conversation's timeline is a person's, and tells nothing of the account.
    assert "sessions" not in shown(
        timeline.render(timeline.TimelineCard("Dana Reyes", NOW, ZONE, ENTRIES))["blocks"]
    )


KNOWN = st.none() | st.integers(0, 10**9)


@given(KNOWN, KNOWN, st.none() | st.integers(-(10**8), 10**8))
def test_it_says_exactly_what_is_known(users: int | None, sessions: int | None, ago: int | None) -> None:
    seen = NOW - timedelta(seconds=ago) if ago is not None else None
    told = words.usage(Account("a", "A", users=users, sessions=sessions, last_seen=seen), NOW, ZONE)
    known = [each for each in (users, sessions, ago) if each is not None]
    assert (told.count(" · ") + 1 if told is not None else 0) == len(known)
    assert "None" not in (told or "")


def test_the_gallery_has_somebody_who_uses_it() -> None:
    assert words.usage(NORTHWIND, NOW, ZONE) is not None
