"""What people do with what Intercom did not take."""

from __future__ import annotations

from gestures import delivery_card
from harness import House
from on_the_screen import verbs


async def with_a_refusal(house: House) -> None:
    ana = house.ana
    house.fault("intercom", "POST /conversations/1002/reply", "error", status=422)
    await ana.answers("1002", "And for all of you.")
    await house.until(lambda: "retry" in verbs(delivery_card(house).blocks))
    assert (await ana.presses(delivery_card(house, "retry"), "rewrite")).ok
    await house.settle()
    assert "And for all of you." in str(ana.view.blocks)
    await house.slack.people.close(ana.id, ana.view.id)
    assert (await ana.presses(delivery_card(house, "retry"), "retry")).ok
    assert "Sending it again." in ana.heard
    await house.settle()
    assert house.sent()[-1] == ("1002", ana.admin, "And for all of you.")
