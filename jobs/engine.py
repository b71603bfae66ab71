"""Compare texts by what this workspace's customers ordinarily write, as that changes."""

from __future__ import annotations

from dataclasses import replace

import structlog

from jobs.works import Works

log = structlog.get_logger("watchbell.engine")


async def tick(works: Works) -> int:
    if works.engines is None or works.edits is None:
        return 0
    chosen = await works.engines.renewed(works.store, works.office.workspace, works.at().now)
    if chosen is None:
        return 0
    office = replace(works.office, engine=chosen.engine, engine_why=chosen.why)
    works.edits.moved_in(office, works.promises)
    log.info("engine_renewed", engine=chosen.engine.name)
    return 1
