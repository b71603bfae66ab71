"""What a running process counts for itself: waits, latencies and outcomes, for /metrics.

What stands in the tables is not counted here but read from them (`bot/metrics.py`), so that every replica
tells the same. These are each replica's own. Built in `bot/app.py`; the parts are handed the one method they
need.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)
"""Seconds. Slack gives up after 3, Intercom puts slower ones than 0.5 behind and repeats them after 5."""


class Meters:
    """The counters of one process. Labels are few and never a person's or customer's."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._sends = Counter(
            "watchbell_sends_total", "Attempts at deliveries", ["kind", "outcome"], registry=self.registry
        )
        self._waits = Counter(
            "watchbell_rate_limit_wait_seconds_total",
            "Time that calls stood in line for a rate limit",
            ["service", "call"],
            registry=self.registry,
        )
        self._acks = Histogram(
            "watchbell_ack_seconds",
            "From a delivery's arrival to its acknowledgement",
            ["source"],
            buckets=_ACK_BUCKETS,
            registry=self.registry,
        )
        # Looked up once: it is told at every click.
        self._acks_of = {source: self._acks.labels(source) for source in ("slack", "intercom")}

    def sent(self, kind: str, outcome: str) -> None:
        """An attempt at an intent came to an outcome, named as its class in `bot/outbox/outcome.py`."""
        self._sends.labels(kind, outcome).inc()

    def waited_for_slack(self, call: str, seconds: float) -> None:
        self._waits.labels("slack", call).inc(seconds)

    def waited_for_intercom(self, call: str, seconds: float) -> None:
        self._waits.labels("intercom", call).inc(seconds)

    def acknowledged(self, source: str, seconds: float) -> None:
        """A delivery from slack or intercom was answered."""
        self._acks_of[source].observe(seconds)

    def exposition(self) -> bytes:
        """All of it as Prometheus text."""
        return generate_latest(self.registry)
