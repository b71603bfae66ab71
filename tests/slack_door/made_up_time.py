"""Machine time that passes only when somebody sleeps."""

from __future__ import annotations


class Time:
    """Tells seconds like `time.monotonic`; `slept` are the sleeps, in their order."""

    def __init__(self) -> None:
        self.at = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds
