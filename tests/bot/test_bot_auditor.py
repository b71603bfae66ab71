"""The auditor: what should have been said and was not is found within one period; late twins go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from harness import House, OpenHouse
from on_the_screen import key_of, words
from small_office import CHANNELS, TOML, scenario
from sqlmodel import Session, delete, select

from bot.outbox.timings import Timings
from bot.slack.client import keyed
from bot.store import pulse
from bot.store.clocks import Alert, SlaClock
from bot.store.intents import Intent
from bot.store.posts import Post
from bot.watch import auditor
from jobs import audit as audit_job
from jobs.schedule import run_tick

pytestmark = pytest.mark.thorough

PERIOD = {"minutes": 5, "seconds": 1}
WARNED_EARLY = TOML.replace('warn = ["30m"]', 'warn = ["1h"]')
"""An hour before their deadline: forty minutes in which no card has to be drawn anew."""


async def audited(house: House) -> str:
    """What the newest audit found."""
    found = await house.read(auditor.last_found)
    assert found is not None
    return found


async def in_peace(build: OpenHouse) -> House:
    """Two alerts stand, and nothing changes by itself for the next quarter of an hour."""
    house = await build(data=scenario("1004", "1008"), linked=(), toml=WARNED_EARLY)
    await house.at("11:11")
    await house.later(**PERIOD)
    assert await audited(house) == "clean"
    assert len(house.posts("alerts", "post:alert:")) == 2
    return house


def no_alert(session: Session) -> None:
    """The alerts of both conversations and their messages were lost."""
    session.exec(delete(Alert))
    session.exec(delete(Post).where(Post.key.startswith("alert:")))  # type: ignore[attr-defined]
    session.exec(delete(Intent).where(Intent.kind == "slack.post"))  # type: ignore[arg-type]


def no_message(session: Session) -> None:
    """Their messages were lost before they went out."""
    session.exec(delete(Post).where(Post.key.startswith("alert:")))  # type: ignore[attr-defined]
    session.exec(delete(Intent).where(Intent.kind == "slack.post"))  # type: ignore[arg-type]


def no_intent(session: Session) -> None:
    """They were to be posted, and what was to post them is gone."""
    session.exec(delete(Intent).where(Intent.kind == "slack.post"))  # type: ignore[arg-type]
    for post in session.exec(select(Post).where(Post.key.startswith("alert:"))):  # type: ignore[attr-defined]
        post.ts, post.state = None, "wanted"
        session.add(post)


def not_watched(session: Session) -> None:
    """Nothing would ever have looked at the promises again."""
    session.exec(delete(Alert))
    session.exec(delete(Post).where(Post.key.startswith("alert:")))  # type: ignore[attr-defined]
    session.exec(delete(Intent).where(Intent.kind == "slack.post"))  # type: ignore[arg-type]
    for clock in session.exec(select(SlaClock)):
        clock.next_change_at, clock.state = None, "pending"
        session.add(clock)


def another_content(session: Session) -> None:
    """Slack was never told the newest state, and nothing is on its way."""
    for post in session.exec(select(Post).where(Post.key.startswith("alert:"))):  # type: ignore[attr-defined]
        post.shown = "something older"
        session.add(post)


@pytest.mark.parametrize("gap", [no_alert, no_message, no_intent, not_watched])
async def test_what_was_lost_is_said_within_one_period(build: OpenHouse, gap: Callable[[Session], None]):
    house = await in_peace(build)
    for message in house.posts("alerts"):
        await house.bot.front.slack.delete(message.channel, message.ts)
    await house.bot.store.write(gap)
    assert house.posts("alerts") == []
    await house.later(**PERIOD)
    assert len(house.posts("alerts", "post:alert:")) == 2
    assert "mended" in await audited(house)
    await house.later(**PERIOD)
    assert await audited(house) == "clean"
    assert len(house.posts("alerts", "post:alert:")) == 2


async def test_control_without_the_auditor_it_stays_unsaid(build: OpenHouse):
    house = await in_peace(build)
    for message in house.posts("alerts"):
        await house.bot.front.slack.delete(message.channel, message.ts)
    await house.bot.store.write(not_watched)
    await house.read(_beat_far_ahead)
    await house.bot.store.write(
        pulse.beat, house.workspace, auditor.AUDIT, now=house.clock.now() + timedelta(9)
    )
    await house.later(minutes=20)
    assert house.posts("alerts") == []


def _beat_far_ahead(session: Session, workspace: str) -> None:
    assert pulse.last_beat(session, workspace, auditor.AUDIT) is not None


async def test_a_message_that_shows_something_older_is_drawn_anew(build: OpenHouse):
    house = await in_peace(build)
    for message in house.posts("alerts"):
        await house.bot.front.slack.update(
            message.channel, message.ts, "older", [], metadata=keyed(key_of(message))
        )
    await house.bot.store.write(another_content)
    await house.later(**PERIOD)
    assert all("reply due" in words(each.blocks).lower() for each in house.posts("alerts"))
    assert "mended" in await audited(house)
    await house.later(**PERIOD)
    assert await audited(house) == "clean"


@pytest.mark.parametrize("gaps", [25, pytest.param(100, marks=pytest.mark.chaos)])
async def test_a_hundred_gaps_are_found_in_one_period(build: OpenHouse, gaps: int):
    """R15."""
    data = scenario("1004")
    data["conversations"] = [{**data["conversations"][0], "id": str(5000 + n)} for n in range(gaps)]
    house = await build(data=data, linked=())
    await house.at("11:41")
    await house.later(**PERIOD)
    posted = Counter(key_of(each) for each in house.posts("alerts", "post:alert:"))
    assert len(posted) == gaps
    for message in house.posts("alerts", "post:alert:"):
        await house.bot.front.slack.delete(message.channel, message.ts)
    await house.bot.store.write(no_alert)
    await house.later(**PERIOD)
    assert Counter(key_of(each) for each in house.posts("alerts", "post:alert:")) == posted
    assert set(posted.values()) == {1}


SHORT = Timings(
    attempt=5.0, settle=1.0, looks=(0.05,), backoff=0.03, backoff_cap=0.2, attempts=12, lease=60.0
)


def ours(house: House) -> Counter[str]:
    """How often each message stands in the accounts channel."""
    return Counter(key_of(each) for each in house.slack.messages(CHANNELS["accounts"]) if key_of(each))


async def test_a_twin_that_lands_long_after_the_settle_time_is_deleted_within_a_period(build: OpenHouse):
    """R4: at half the settle time no double; at twice the settle time one, for as long as a period."""
    house = await build(data=scenario("1001", "1002"), linked=(), timings=SHORT, settled=False)
    fault = house.fault("slack", "chat.postMessage", "late", times=1, seconds=2 * SHORT.settle)
    await house.settle()
    await house.at("09:12")
    await house.rest(2.5 * SHORT.settle)
    assert fault.hits == 1
    assert max(ours(house).values()) == 2, "the control: it did land twice"
    await house.later(**PERIOD)
    assert set(ours(house).values()) == {1}
    # The one that is left is the one that is edited from now on.
    house.intercom.closes("1001", "8801")
    house.intercom.closes("1002", "8801")
    await house.later(minutes=2)
    assert set(ours(house).values()) == {1}
    assert "nothing open any more" in house.post("accounts", "post:account:").text


async def test_what_lands_within_the_settle_time_is_found_and_not_repeated(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=(), timings=SHORT, settled=False)
    fault = house.fault("slack", "chat.postMessage", "late", times=2, seconds=0.5 * SHORT.settle)
    await house.settle()
    await house.at("09:12")
    await house.rest(2.5 * SHORT.settle)
    assert fault.hits == 2
    assert set(ours(house).values()) == {1}
    assert {len(house.alerts("1001")), len(house.alerts("1002"))} == {1}


async def test_work_that_waits_too_long_is_a_finding_and_is_told(build: OpenHouse):
    house = await build(data=scenario("1004"), linked=("ana",), toml=WARNED_EARLY)
    house.fault("slack", "chat.postMessage", "rate_limit", times=-1, seconds=3600)
    await house.at("11:11")
    await house.later(**PERIOD)
    assert await audited(house) == "clean"
    # An hour and more of machine time passes without anybody at work.
    house.clock.machine_ahead = timedelta(minutes=70)
    house.clock.jump_to(house.clock.now() + timedelta(**PERIOD))
    await run_tick(house.bot.works, "audit", audit_job.tick)
    assert await audited(house) == "1 message on its way for too long"
    await house.ana.types("/watchbell status")
    assert "The last check of its own messages found" in house.ana.heard
    house.faults.clear()

    def arrived() -> object:
        house.clock.machine_ahead += timedelta(minutes=70)
        return house.posts("alerts", "post:alert:1004:")

    # Both Slack and the bot's own pacing have it wait for hours: it is a finding until it is there.
    await house.until(arrived)
    await house.later(**PERIOD)
    assert await audited(house) == "clean"
