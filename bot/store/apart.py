"""Do something to each of several subjects, each in a savepoint: one that fails holds up no other.

A database in trouble is no subject's fault: then everything is undone together, and comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog
from sqlmodel import Session

from bot.store.trouble import in_trouble

log = structlog.get_logger("watchbell.store")


def each_apart(
    session: Session, subjects: Iterable[str], work: Callable[[str], None], what: str
) -> list[str]:
    """Run `work` for each subject; the subjects that failed. A failure is logged without anybody's words."""
    failed: list[str] = []
    for subject in subjects:
        try:
            with session.begin_nested():
                work(subject)
        except Exception as error:
            if in_trouble(error):
                raise
            log.exception("left_out", what=what, subject=subject)
            failed.append(subject)
    return failed
