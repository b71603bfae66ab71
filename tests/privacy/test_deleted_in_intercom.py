"""Whoever is deleted in Intercom for good is erased here, a week later and not sooner."""

from __future__ import annotations

import io

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from planted_person import (
    EMAIL,
    ID,
    NEEDLES,
    everything_in_slack,
    everything_stored,
    hits,
    live,
    nights,
    planted,
)
from sqlmodel import Session, select

from bot.store.accounts import Contact
from bot.store.audit import AuditEntry

pytestmark = pytest.mark.thorough


async def deleted(build: OpenHouse) -> House:
    house = await build(data=planted())
    house.webhooks_on()
    await live(house)
    house.intercom.removes_contact(ID)
    await house.settle()
    return house


def found(house: House, diary: io.StringIO) -> dict[str, list[str]]:
    return {
        "database": hits(everything_stored(house.database), NEEDLES),
        "Slack": hits(everything_in_slack(house), NEEDLES),
        "log": hits(diary.getvalue(), [each for each in NEEDLES if each != ID]),
    }


async def marked(house: House) -> list[str]:
    def ask(session: Session) -> list[str]:
        return [row.id for row in session.exec(select(Contact)) if row.deleted_at is not None]

    return await house.bot.store.read(ask)


async def test_after_a_week_nothing_of_them_is_left(build: OpenHouse, diary: io.StringIO):
    house = await deleted(build)
    assert await marked(house) == [ID]
    await nights(house, 6)
    assert set(found(house, diary)["database"]) >= {ID, EMAIL}
    await nights(house, 2)
    await house.settle()
    assert found(house, diary) == {"database": [], "Slack": [], "log": []}
    (entry,) = await house.bot.store.read(
        lambda session: list(session.exec(select(AuditEntry).where(AuditEntry.action == "erase")))
    )
    assert (entry.slack_user_id, entry.source, entry.outcome) == ("watchbell", "intercom", "erased")
    await house.lea.types("/watchbell audit log")
    assert "from Intercom" in words(house.lea.view.blocks)


async def test_told_again_and_late_it_brings_nobody_back(build: OpenHouse, diary: io.StringIO):
    house = await deleted(build)
    await nights(house, 8)
    for topic in ("contact.deleted", "contact.archived"):
        house.intercom.notify(topic, {"type": "contact", "id": ID, "deleted": True})
    await house.settle()
    assert hits(everything_stored(house.database), NEEDLES) == []
    assert await marked(house) == []


@pytest.mark.parametrize("back", ["restored", "anew", "unreachable", "another topic"])
async def test_who_is_there_after_all_stays(build: OpenHouse, diary: io.StringIO, back: str):
    house = await build(data=planted())
    house.webhooks_on()
    await live(house)
    zelda = house.intercom.contacts[ID]
    if back == "another topic":
        house.intercom.notify("contact.user.tag.deleted", {"type": "contact_tag", "contact": {"id": ID}})
    else:
        house.intercom.removes_contact(ID)
    await house.settle()
    if back == "restored":
        house.intercom.contacts[ID] = zelda
    elif back == "anew":
        zelda.id = "pz-the-second"
        house.intercom.contacts[zelda.id] = zelda
        house.intercom.customer_starts(zelda.id, "email", "It is me again.")
    elif back == "unreachable":
        house.fault("intercom", f"GET /contacts/{ID}", "error", times=-1, status=401, error="unauthorized")
    await nights(house, 9)
    assert ID in hits(everything_stored(house.database), NEEDLES)
    assert await marked(house) == ([ID] if back == "unreachable" else [])


async def test_nobody_is_erased_for_being_put_away(build: OpenHouse):
    house = await build(data=planted())
    house.webhooks_on()
    await live(house)
    house.intercom.removes_contact(ID, "contact.archived")
    await house.settle()
    await nights(house, 9)
    assert ID in hits(everything_stored(house.database), NEEDLES)
    assert await marked(house) == []
