"""Hypothesis strategies for the cards of spreading issues."""

from __future__ import annotations

from card_inputs import counts, dues, here, instants, many, texts, urls
from hypothesis import strategies as st

from bot.cards import (
    spreading,
)

spread_lines = st.builds(
    spreading.AccountLine,
    name=texts,
    known=st.booleans(),
    conversations=counts,
    waiting=counts,
    snoozed=counts,
    closed=st.booleans(),
    owners=many(texts),
    unclaimed=counts,
    due=st.none() | dues,
    url=urls,
    new=st.booleans(),
)

spreads = st.builds(
    spreading.SpreadCard,
    number=st.integers(1, 10**6),
    title=texts,
    accounts=counts,
    conversations=counts,
    waiting=counts,
    unclaimed=counts,
    since=instants,
    **here,
    lines=many(spread_lines, spreading.MOST),
    hidden=counts,
    due=st.none() | dues,
    changed=many(texts, 6),
    changed_at=st.none() | instants,
)

spreads_closed = st.builds(
    spreading.SpreadClosed,
    title=texts,
    accounts=counts,
    conversations=counts,
    since=instants,
    until=instants,
    **here,
    answered_by=many(texts),
    first_answer=st.none() | instants,
)
