"""Calls go out no faster than Slack allows, in the order of asking. Time is made up here."""

from __future__ import annotations

import pytest

from bot.slack.errors import SlackError
from bot.slack.pacing import Pacing


class Time:
    """Machine time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def time() -> Time:
    return Time()


def paced(time: Time, longest: float = 1e9) -> Pacing:
    return Pacing(longest=longest, monotonic=time.monotonic, sleep=time.sleep)


async def starts(pacing: Pacing, time: Time, calls: list[tuple[str, str | None]]) -> list[float]:
    times = []
    for method, channel in calls:
        await pacing.turn(method, channel)
        times.append(round(time.at - 1000.0, 3))
    return times


async def test_three_posts_at_once_then_one_a_second(time: Time) -> None:
    calls = [("chat.postMessage", "C1")] * 6
    assert await starts(paced(time), time, calls) == [0, 0, 0, 1, 2, 3]


async def test_channels_do_not_wait_for_each_other(time: Time) -> None:
    calls = [("chat.postMessage", f"C{n}") for n in range(50)]
    assert await starts(paced(time), time, calls) == [0] * 50


async def test_the_burst_comes_back_after_a_pause(time: Time) -> None:
    pacing = paced(time)
    await starts(pacing, time, [("chat.postMessage", "C1")] * 4)
    time.at += 60
    before = time.at
    await starts(pacing, time, [("chat.postMessage", "C1")] * 3)
    assert time.at == before


@pytest.mark.parametrize(
    ("method", "per_minute"),
    [("chat.update", 50), ("views.open", 100), ("conversations.list", 20), ("new.one", 20)],
)
async def test_a_method_stays_within_its_tier_in_any_minute(time: Time, method: str, per_minute: int) -> None:
    times = await starts(paced(time), time, [(method, None)] * 300)
    for at in times:
        assert sum(at <= each < at + 60 for each in times) <= per_minute * 1.25


async def test_retry_after_holds_the_method_back(time: Time) -> None:
    pacing = paced(time)
    pacing.hold("chat.update", 7)
    assert await starts(pacing, time, [("views.open", None), ("chat.update", "C1")]) == [0, 7]


async def test_retry_after_of_a_post_holds_its_channel_only(time: Time) -> None:
    pacing = paced(time)
    pacing.hold("chat.postMessage", 7, "C1")
    calls = [("chat.postMessage", "C2"), ("chat.postMessage", "C1")]
    assert await starts(pacing, time, calls) == [0, 7]


async def test_nobody_stands_in_line_for_longer_than_allowed(time: Time) -> None:
    pacing = paced(time, longest=2)
    await starts(pacing, time, [("chat.postMessage", "C1")] * 5)
    time.at = 1000.0
    with pytest.raises(SlackError) as refused:
        await pacing.turn("chat.postMessage", "C1")
    assert refused.value.kind == "rate_limited"
    assert refused.value.retry_after == pytest.approx(3)
    # Being refused took no turn away.
    time.at += 3
    assert await starts(pacing, time, [("chat.postMessage", "C1")]) == [3]
