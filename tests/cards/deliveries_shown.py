"""Every message about an answer on its way, by name, made of the gallery's values."""

from __future__ import annotations

from dataclasses import replace

from gallery import DELIVERIES, DELIVERY, HOSTILE, LEAVING, NOW, outcomes

from bot.cards import deliveries, delivery
from bot.cards.message import Message
from bot.cards.readers import Also
from bot.cards.values import Said

_OTHERS = (Also("p8", "Jo Lind"), Also("p9", "Victor Outsider", "no account"))


def of_deliveries() -> dict[str, Message]:
    sent = {"sent_at": NOW}
    return {
        **{
            f"delivery, {state}": delivery.render(
                replace(DELIVERY, state=state, undoable=True, words_kept=True, **sent)
            )
            for state in delivery.DeliveryState
        },
        "answer, leaving": delivery.leaving(LEAVING),
        "answer, leaving for several": delivery.leaving(replace(LEAVING, also=_OTHERS)),
        "delivery, for several": delivery.render(
            replace(DELIVERY, state=delivery.DeliveryState.UNCONFIRMED, also=_OTHERS)
        ),
        "deliveries, for several": deliveries.render(
            replace(
                DELIVERIES,
                answers=tuple(replace(each, also=_OTHERS) for each in outcomes("sent", "unconfirmed")),
            )
        ),
        "note, leaving": delivery.leaving(replace(LEAVING, note=True, contact=HOSTILE)),
        "deliveries, on their way": deliveries.render(
            replace(DELIVERIES, answers=outcomes("queued", "queued"))
        ),
        "deliveries, all sent": deliveries.render(
            replace(DELIVERIES, answers=outcomes("sent", "sent", "sent"))
        ),
        "deliveries, mixed": deliveries.render(
            replace(DELIVERIES, answers=outcomes(*delivery.DeliveryState))
        ),
        "deliveries, thirty": deliveries.render(
            replace(DELIVERIES, answers=outcomes(*["unconfirmed", "failed", "queued"] * 10))
        ),
        "delivery, left open": delivery.render(
            replace(
                DELIVERY,
                state=delivery.DeliveryState.SENT,
                left_open=delivery.LeftOpen("closed", HOSTILE),
            )
        ),
        "deliveries, left open": deliveries.render(
            replace(
                DELIVERIES,
                answers=tuple(
                    replace(each, left_open=delivery.LeftOpen("snoozed", writer))
                    for each, writer in zip(outcomes("sent", "sent"), (HOSTILE, None), strict=True)
                ),
            )
        ),
        "delivery, refused": delivery.render(
            replace(
                DELIVERY,
                state=delivery.DeliveryState.FAILED,
                problem="Intercom refused the attachment (12 MB, the limit is 10).",
                mend="Remove it and send again.",
            )
        ),
        "delivery, overtaken": delivery.render(
            replace(
                DELIVERY,
                state=delivery.DeliveryState.FAILED,
                problem="Omar Haddad wrote meanwhile.",
                mend="Press Answer… to send it all the same, or something else.",
                files=2,
                words_kept=True,
                since=Said("Omar Haddad", HOSTILE, NOW),
            )
        ),
    }
