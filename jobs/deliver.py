"""Begin an attempt at everything in the outbox that is due."""

from __future__ import annotations

from jobs.works import Works


async def tick(works: Works) -> int:
    return await works.delivery.start()
