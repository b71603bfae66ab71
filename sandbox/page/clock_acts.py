"""The bar on top: time and trouble."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from sandbox.clock import SPEEDS
from sandbox.page.asking import Ask, BadAsk, fine


async def speed(ask: Ask) -> Response:
    wanted = ask.body.get("speed")
    if not isinstance(wanted, int | float) or float(wanted) not in SPEEDS:
        raise BadAsk("Time stands still, runs, or runs 60 times as fast.")
    ask.page.clock.set_speed(float(wanted))
    return fine()


async def jump(ask: Ask) -> Response:
    """Go forward to the next event; `to` is the instant that the button showed."""
    try:
        to = datetime.fromisoformat(ask.text("to"))
    except ValueError:
        raise BadAsk("That is no moment.") from None
    if to.tzinfo is None:
        raise BadAsk("That is no moment.")
    ask.page.clock.jump_to(to)
    return fine()


async def fault(ask: Ask) -> Response:
    """Switch one trouble on or off."""
    try:
        ask.page.troubles.set(ask.text("key"), bool(ask.body.get("on")))
    except KeyError:
        raise BadAsk("There is no such fault.") from None
    ask.page.hub.publish({"kind": "clock"})
    return fine()
