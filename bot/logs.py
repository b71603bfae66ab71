"""Structured logs, one JSON object a line: ids and outcomes, never customer text or tokens."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from typing import TextIO, cast

import structlog


class StandardError:
    """Standard error as it is at the moment of writing: a progress bar takes it over while it is shown."""

    def write(self, said: str) -> int:
        return sys.stderr.write(said)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send all logs to `stream`, else to standard error; libraries speak up from warnings on only.

    Libraries are kept quieter because some log whole requests, with their tokens and texts.
    """
    stream = stream or cast(TextIO, StandardError())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written()],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.captureWarnings(True)
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    logging.getLogger("slack_sdk").setLevel(logging.ERROR)
    # It warns of words that it cannot read, with the words.
    logging.getLogger("imapclient").setLevel(logging.ERROR)
    # A tick that still runs when the next is due is what `max_instances` is for.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_written(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )


def _written() -> tuple[structlog.typing.Processor, structlog.typing.Processor]:
    """How a line ends: an exception without local variables, then everything as JSON."""
    transformer = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return structlog.processors.ExceptionRenderer(transformer), structlog.processors.JSONRenderer()


@contextlib.contextmanager
def warnings_only() -> Iterator[None]:
    """Warnings, for a command whose words are for people. Who has set up logging already keeps it so."""
    if structlog.is_configured():
        yield
        return
    configure(level=logging.WARNING)
    try:
        yield
    finally:
        structlog.reset_defaults()


def clock_corrected(seconds: float) -> None:
    """Note that the machine's clock had jumped, and that the word of others was taken for it."""
    structlog.get_logger("watchbell.clock").warning("clock_corrected", seconds=round(seconds, 1))


def looking_for_channels(read: int, wait: float) -> None:
    """Note that channels are looked for by name among many, and that Slack asks to wait if it does."""
    structlog.get_logger("watchbell.channels").info(
        "looking_for_channels", read=read, **({"wait": round(wait, 1)} if wait else {})
    )
