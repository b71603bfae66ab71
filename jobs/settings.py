"""Notice an edited watchbell.toml, and bring it into force if it is without a fault."""

from __future__ import annotations

from jobs.works import Works


async def tick(works: Works) -> int:
    if works.edits is None:
        return 0
    return await works.edits.take(works)
