"""Hypothesis strategies for the windows that say why: a promise, and a risk."""

from __future__ import annotations

from card_inputs import accounts, counts, dues, here, instants, many, maybe, not_knowns, texts, urls, zones
from hypothesis import strategies as st

from bot.cards import why, why_risk
from bot.cards.values import Clock, Risk, RiskLevel

whys = st.builds(
    why.WhyCard,
    contact=texts,
    account=maybe,
    **here,
    policy=texts,
    clock=st.sampled_from(Clock),
    target_seconds=counts,
    due=st.none() | dues,
    ended=maybe,
    rule=maybe,
    working_time=st.booleans(),
    calendar=maybe,
    steps=many(st.builds(why.WhyStep, at=instants, what=texts, counted_seconds=st.none() | counts), 200),
    intercom_says=maybe,
    url=urls,
)
points = many(st.builds(why_risk.RiskPoint, points=st.integers(0, 30), reason=texts, fact=maybe), 60)
why_risks = st.builds(
    lambda account, points, known, now, zone, missing: why_risk.WhyRiskCard(
        account,
        Risk(RiskLevel.HIGH, sum(p.points for p in points)) if known else None,
        now,
        zone,
        points,
        missing,
    ),
    accounts,
    points,
    st.booleans(),
    instants,
    zones,
    many(not_knowns),
)
