"""The audit log: leads read it a page at a time, and nobody changes it, not even at the database's prompt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from answers_told import delivery
from harness import House, OpenHouse
from intercom_faults import PATIENT
from on_the_screen import kept, verbs, words
from small_office import scenario
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.store import audit
from bot.store.audit import AuditEntry


def fill(session: Session, workspace: str, house: House, count: int) -> None:
    for number in range(count):
        audit.record(
            session,
            workspace,
            at=house.clock.now(),
            slack_user_id="U0ANA" if number % 2 else "U0BEN",
            admin_id=None,
            action="claim",
            source="button",
            outcome="claimed",
            conversation_id=f"7{number:03}",
        )


async def test_a_lead_reads_it_page_by_page_and_nobody_else_does(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "lea"))
    await house.bot.store.write(fill, house.workspace, house, 40)
    await house.ana.types("/watchbell audit log")
    assert "the audit log is for leads" in house.ana.heard
    assert house.ana.views == []
    assert (await house.lea.types("/watchbell audit log")).ok
    # What Ana was refused is the newest entry.
    assert "<@U0ANA> · watchbell: refused · from command" in words(house.lea.view.blocks)
    seen = [shown(house)]
    for verb in ("audit_older", "audit_older", "audit_newer", "audit_newer"):
        assert (await house.lea.presses_in(house.lea.view, verb)).ok
        seen.append(shown(house))
    first, second, third, again, top = seen
    assert (first[0], first[-1], second[0], third[0]) == ("7039", "7026", "7025", "7010")
    assert again == second
    assert top == first


def shown(house: House) -> list[str]:
    said = words(house.lea.view.blocks)
    return [part for part in said.replace("|", " ").replace(">", " ").split() if part.startswith("70")]


async def test_it_can_be_narrowed_to_a_person_and_a_conversation(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "lea"))
    await house.bot.store.write(fill, house.workspace, house, 6)
    await house.ana.types("/claim 1001")
    await house.lea.types("/watchbell audit log <@U0ANA|ana>")
    said = words(house.lea.view.blocks)
    assert "<@U0ANA>" in said
    assert "<@U0BEN>" not in said
    await house.slack.people.close(house.lea.id, house.lea.view.id)
    await house.lea.types("/watchbell audit log 1001")
    said = words(house.lea.view.blocks)
    assert "claim: claimed" in said
    assert "from command" in said
    assert "7003" not in said
    await house.lea.types("/watchbell audit log everything please")
    assert "Name a person" in house.lea.heard
    await house.lea.types("/watchbell audit log 9999")
    assert "Nothing was done yet" in words(house.lea.view.blocks)


async def entries(house: House) -> list[tuple[str, str, str]]:
    """Who did what, with what more there is to say of it, oldest first."""
    found = await house.read(audit.latest)
    return [(each.slack_user_id, each.action, each.detail or "") for each in reversed(found)]


async def test_a_claim_by_answering_and_its_end_by_undo_are_in_it(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=60), linked=("ana",))
    await house.at("09:05")
    await house.ana.answers("1001", "Sorry.")
    await house.settle()
    await house.ana.presses(delivery(house), "undo")
    assert (await entries(house))[1:] == [
        ("U0ANA", "claim", "by answering"),
        ("U0ANA", "reply", ""),
        ("U0ANA", "undo", ""),
        ("U0ANA", "free_claim", f"of {house.ana.admin}, whose answer was not sent"),
    ]


async def test_the_end_of_a_claim_by_a_refusal_and_its_beginning_by_retry_are_in_it(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT, linked=("ana",))
    await house.at("09:05")
    house.fault("intercom", "POST /conversations/*/reply", "error", status=422)
    await house.ana.answers("1001", "It is repaired.")
    await house.until(lambda: "retry" in verbs(delivery(house).blocks))
    await house.ana.presses(delivery(house), "retry")
    assert (await entries(house))[3:] == [
        ("watchbell", "free_claim", f"of {house.ana.admin}, whose answer was not sent"),
        ("U0ANA", "claim", "by answering"),
        ("U0ANA", "retry", ""),
    ]


STATEMENTS = ("DELETE FROM audit_entry", "UPDATE audit_entry SET outcome = 'nothing'")


async def refuses(house: House, statements: tuple[str, ...]) -> None:
    await house.ana.types("/claim 1001")
    before = [each.model_dump() for each in await house.read(audit.latest)]
    assert before
    for statement in statements:
        with pytest.raises(DBAPIError, match="stays as it was written"):
            await house.bot.store.write(lambda session, said=statement: session.execute(text(said)))

    def slip(session: Session) -> None:
        for entry in audit.latest(session, house.workspace):
            session.delete(entry)
        session.flush()

    with pytest.raises(DBAPIError, match="stays as it was written"):
        await house.bot.store.write(slip)
    assert [each.model_dump() for each in await house.read(audit.latest)] == before

    def allowed(session: Session) -> None:
        with audit.opened(session, house.workspace):
            session.delete(session.get(AuditEntry, before[0]["id"]))

    await house.bot.store.write(allowed)
    assert len(await house.read(audit.latest)) == len(before) - 1
    with pytest.raises(DBAPIError, match="stays as it was written"):
        await house.bot.store.write(slip)


async def test_the_database_refuses_to_change_or_delete_an_entry(build: OpenHouse):
    await refuses(await build(data=scenario("1001")), STATEMENTS)


async def test_so_does_postgresql_which_could_empty_the_table_as_well(build: OpenHouse, postgres: str):
    house = await build(data=scenario("1001"), database=postgres)
    await refuses(house, (*STATEMENTS, "TRUNCATE audit_entry"))


async def tried(house: House, person: str) -> list[tuple[str, str]]:
    """What somebody tried and what came of it, oldest first, after their link."""
    found = await house.read(audit.latest)
    return [(each.action, each.outcome) for each in reversed(found) if each.slack_user_id == person][1:]


async def test_what_changed_no_hands_is_in_it(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "ben", "lea"))
    await house.at("09:05")
    await house.ana.types("/claim 1001")
    await house.ben.types("/claim 1001")
    await house.ben.presses(house.ben.last, "take_over")
    await house.bot.front.finish()
    window, taking = house.ben.view, {"reason": {"type": "plain_text_input", "value": "She is away."}}
    mine = kept(house.ana.last)
    await house.ana.presses(mine, "assign")
    giving = {"colleague": {"type": "static_select", "selected_option": {"value": "8803"}}}
    given = house.ana.view
    await house.ana.presses(mine, "release", seen=mine)
    await house.lea.types("/claim 1001")
    await house.ben.submits(taking, view=window)
    await house.ana.submits(giving, view=given)
    await house.ana.presses(mine, "release", seen=mine)
    assert await tried(house, "U0BEN") == [("claim", "held"), ("take_over", "held")]
    assert await tried(house, "U0ANA") == [
        ("claim", "claimed"),
        ("release", "released"),
        ("hand_over", "held"),
        ("release", "held"),
    ]


async def test_what_could_not_be_taken_back_or_sent_once_more_is_in_it(build: OpenHouse):
    ten = timedelta(seconds=10)
    house = await build(data=scenario("1001"), timings=PATIENT, linked=("ana", "ben"), undo=ten)
    await house.at("09:05")
    house.fault("intercom", "POST /conversations/*/reply", "error", status=422)
    await house.ana.answers("1001", "It is repaired.")
    await house.settle()
    waiting = kept(delivery(house))
    house.clock.machine_ahead += ten
    await house.until(lambda: "retry" in verbs(delivery(house).blocks))
    await house.ana.presses(waiting, "undo", seen=waiting)
    await house.ben.types("/claim 1001")
    await house.settle()
    await house.ana.presses(delivery(house), "retry")
    assert await tried(house, "U0ANA") == [
        ("claim", "claimed"),
        ("reply", "queued"),
        ("undo", "too_late"),
        ("retry", "not_sent"),
    ]
