"""What a running bot has noted of itself: ticks that fail, webhooks that it misses."""

from __future__ import annotations

from doctor_visit import Doctor
from free_ports import free_port
from harness import House
from signing import CLIENT_SECRET
from sqlmodel import Session


async def test_a_tick_that_fails_in_a_running_bot(lived_in: House, doctor: Doctor) -> None:
    def spoil(session: Session) -> None:
        session.connection().exec_driver_sql("ALTER TABLE slot RENAME TO lost")

    assert (await doctor.visits()).of("Own work")["state"] == "ok"
    await lived_in.bot.store.write(spoil)
    await lived_in.later(minutes=2)
    await lived_in.later(minutes=2)
    told = [each for each in (await doctor.visits()).findings if each["check"] == "Own work"]
    assert "Deleting what is old has failed for 2 min." in [each["told"] for each in told]
    assert all("tick_failed" in each["mend"] for each in told)


async def test_webhooks_that_are_missed_fail(lived_in: House, doctor: Doctor) -> None:
    await lived_in.stop_bot()
    lived_in.port = free_port()
    await lived_in.start_bot()
    for _ in range(2):
        for conversation_id in ("1001", "1002", "1004"):
            lived_in.intercom.customer_writes(conversation_id, "Hello again")
        await lived_in.later(minutes=20)
    await lived_in.later(minutes=20)
    visit = await doctor.visits(INTERCOM_CLIENT_SECRET=CLIENT_SECRET, PORT=str(lived_in.port))
    told = visit.of("Intercom webhooks")
    assert told["state"] == "fails"
    assert told["told"].startswith("No webhook has come from Intercom for 1 h")
    assert "suspended after seven days" in told["mend"]
