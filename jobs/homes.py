"""Draw the App Homes that people have open again, when something that they may show has changed.

Nothing is drawn because time has passed. What changes within a few seconds is drawn once, and by the replica
that judged it, so that a busy minute costs a few calls to Slack for each person and not hundreds. What Slack
does not take is drawn in the next round, and what a bot judged and did not draw before it stopped, by the
next that starts.
"""

from __future__ import annotations

import time

from jobs.works import Works

PACE = 3.0
"""Seconds of machine time between two rounds."""


async def tick(works: Works) -> int:
    if works.redraw is None or not works.changed:
        return 0
    now = time.monotonic()
    if works.redrawn is not None and now - works.redrawn < PACE:
        return 0
    works.changed, works.redrawn, drawn = False, now, False
    try:
        drawn = await works.redraw()
    finally:
        # Something may have changed while it was drawn.
        works.changed = works.changed or not drawn
    return 0
