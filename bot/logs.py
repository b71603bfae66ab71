"""Structured logs, one JSON object a line: ids and outcomes, never customer text or tokens."""

from __future__ import annotations

import logging
from typing import TextIO

import structlog


def configure(stream: TextIO, *, level: int = logging.INFO) -> None:
    """Send the bot's logs to `stream`; libraries speak up from warnings on only.

    Libraries are kept quieter because some log whole requests, with their tokens and texts.
    """
    logging.basicConfig(stream=stream, level=logging.WARNING, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    logging.getLogger("slack_sdk").setLevel(logging.ERROR)
    # A tick that still runs when the next is due is what `max_instances` is for.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
