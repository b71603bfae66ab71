"""Whatever a customer is called or writes, however much there is of it, Slack takes every card."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import block_limits
import card_inputs as inputs
import card_inputs_spreading as inputs_spreading
import card_inputs_why as inputs_why
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from messages_shown import messages
from windows_shown import views

from bot.cards import (
    account,
    account_view,
    alert,
    answer,
    assign,
    atrisk,
    burst,
    claim,
    delivery,
    digest,
    home,
    inbox,
    issue,
    link,
    monday,
    notices,
    snooze,
    spreading,
    status,
    timeline,
    why,
    why_risk,
)

MESSAGES = {
    "alert": (inputs.alerts, alert.render),
    "burst": (inputs.bursts, burst.render),
    "account": (inputs.anchors, account.render),
    "account closed": (inputs.closed, account.render_closed),
    "issue": (inputs.issues, issue.render),
    "spreading issue": (inputs_spreading.spreads, spreading.render),
    "spreading issue, settled": (inputs_spreading.spreads_closed, spreading.render_closed),
    "monday": (inputs.mondays, monday.render),
    "digest": (inputs.digests, digest.render),
    "inbox": (inputs.inboxes, inbox.render),
    "account view": (inputs.views, account_view.render),
    "account choice": (
        st.builds(
            account_view.AccountChoice,
            query=inputs.texts,
            accounts=st.integers(0, 130).flatmap(
                lambda n: inputs.accounts.map(
                    lambda one: tuple(account_view.Account(str(i), one.name, one.plan) for i in range(n))
                )
            ),
        ),
        account_view.choose,
    ),
    "at risk": (inputs.at_risk_cards, atrisk.render),
    "claim": (inputs.claims, claim.render),
    "claimed many": (inputs.claimed_many, claim.render_many),
    "delivery": (inputs.deliveries, delivery.render),
    "link": (inputs.links, link.render),
    "status": (
        st.builds(status.StatusCard, **inputs.here, health=inputs.healths, facts=inputs.many(inputs.texts)),
        status.render,
    ),
    "stale": (inputs.stales, notices.stale),
    "notice": (inputs.texts, notices.info),
    "failure": (inputs.texts, lambda words: notices.failed(words, words, words)),
}
VIEWS = {
    "answer": (inputs.answers, answer.render),
    "answer loading": (inputs.maybe, answer.loading),
    "answer error": (
        st.builds(
            answer.AnswerError,
            contact=inputs.texts,
            message=inputs.texts,
            url=inputs.urls,
            words=inputs.texts,
        ),
        answer.error,
    ),
    "home": (inputs.homes, home.render),
    "why": (inputs_why.whys, why.render),
    "why risk": (inputs_why.why_risks, why_risk.render),
    "assign": (inputs.assigns, assign.render),
    "snooze": (inputs.snoozes, snooze.render),
    "timeline": (inputs.timelines, timeline.render),
    "notice": (inputs.texts, lambda words: notices.modal(words, words)),
}
MESSAGES_SHOWN = messages()
VIEWS_SHOWN = views()
# Tokens of ours. Anything else in angle brackets would be somebody else's.
_OURS = re.compile(r"<!date\^\d+\^[^|<>^]+\|[^<>]+>|<https?://[^|<> ]+\|[^<>|]+>|<@U0LEAD>")
# Cards are cheap to read as they fall: shrinking hundreds of rows costs minutes.
few = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@cache
def limits() -> dict:
    return block_limits.limits()


@pytest.mark.parametrize("name", MESSAGES_SHOWN)
def test_every_message_of_the_gallery_is_accepted(name: str) -> None:
    message = MESSAGES_SHOWN[name]
    assert block_limits.message_problems(message.text, message.blocks, limits()) == []


@pytest.mark.parametrize("name", MESSAGES_SHOWN)
def test_every_message_of_the_gallery_may_stand_in_a_window(name: str) -> None:
    assert block_limits.view_problems(notices.window(MESSAGES_SHOWN[name]), limits()) == []


@pytest.mark.parametrize("name", VIEWS_SHOWN)
def test_every_view_of_the_gallery_is_accepted(name: str) -> None:
    assert block_limits.view_problems(VIEWS_SHOWN[name], limits()) == []


@pytest.mark.parametrize("name", MESSAGES)
@few
@given(data=st.data())
def test_a_message_fits_and_parses_nothing_of_a_customers(name: str, data: st.DataObject) -> None:
    strategy, render = MESSAGES[name]
    message = render(data.draw(strategy))
    assert block_limits.message_problems(message.text, message.blocks, limits()) == []
    for parsed in [message.text, *block_limits.mrkdwn_of(message.blocks)]:
        assert not set("<>") & set(_OURS.sub("", parsed)), parsed
    assert "<" not in message.text


@pytest.mark.parametrize("name", VIEWS)
@few
@given(data=st.data())
def test_a_view_fits_and_parses_nothing_of_a_customers(name: str, data: st.DataObject) -> None:
    strategy, render = VIEWS[name]
    view = render(data.draw(strategy))
    assert block_limits.view_problems(view, limits()) == []
    for parsed in block_limits.mrkdwn_of(view):
        assert not set("<>") & set(_OURS.sub("", parsed)), parsed


@pytest.mark.parametrize("name", MESSAGES)
@settings(few, max_examples=4)
@given(data=st.data())
def test_the_same_card_is_drawn_the_same_twice(name: str, data: st.DataObject) -> None:
    strategy, render = MESSAGES[name]
    card = data.draw(strategy)
    assert render(card) == render(card)


@few
@given(card=inputs.bursts)
def test_a_burst_names_or_counts_every_alert(card: burst.BurstCard) -> None:
    numbered = [replace(each, url=f"https://intercom.example/{n}") for n, each in enumerate(card.alerts)]
    message = burst.render(replace(card, alerts=tuple(numbered)))
    shown = "\n".join(block_limits.mrkdwn_of(message.blocks))
    named = set(re.findall(r"<https://intercom\.example/(\d+)\|", shown))
    more = re.compile(r"^and (\d+) more(?: settled|: `/inbox` shows what is left)?$", re.MULTILINE)
    assert len(named) + sum(map(int, more.findall(shown))) == len(numbered), shown
