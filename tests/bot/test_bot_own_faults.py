"""What happens when the bot itself meets something it cannot judge: that one waits, all others go on."""

from __future__ import annotations

import pytest
from harness import OpenHouse
from small_office import scenario
from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.accounts.threads import judge_account
from bot.clock import moment
from bot.store import pulse, rechecks, threads
from bot.store.accounts import Account
from bot.store.apart import each_apart
from bot.store.conversations import Conversation
from bot.store.threads import Issue
from bot.watch.pulse import health


async def test_one_conversation_that_cannot_be_judged_holds_up_no_other(build: OpenHouse) -> None:
    house = await build()
    store, office = house.bot.store, house.bot.office

    def spoil(session: Session) -> None:
        session.execute(update(Account).where(col(Account.id) == "c3").values(trial_ends_on="soon"))
        for conversation_id in ("1004", "1001", "1002"):
            kind = rechecks.CONVERSATION
            rechecks.ask(session, office.workspace, kind, conversation_id, now=house.clock.machine())

    await store.write(spoil)
    await house.at("09:11")
    assert len(house.posts("alerts", "post:alert:")) == 2
    told = await store.read(health, office, moment(house.clock))
    assert any("could not be judged" in problem.what for problem in told.problems)


async def test_an_issue_that_splits_gives_each_part_an_id_of_its_own(build: OpenHouse) -> None:
    house = await build(data=scenario("1001", "1002"))
    store, office = house.bot.store, house.bot.office

    def entangle(session: Session) -> None:
        """As if the later one's issue had taken the earlier one in, and a rep now sets them apart."""
        (issue,) = session.exec(select(Issue).where(Issue.account_id == "c1")).all()
        assert issue.conversation_ids == ["1001", "1002"]
        session.delete(issue)
        session.flush()
        session.add(Issue(**{**issue.model_dump(), "id": "1002"}))
        threads.correct(
            session, office.workspace, "1001", "1002", same=False, by="U0ANA", now=house.clock.now()
        )

    await store.write(entangle)
    await store.write(
        judge_account,
        office,
        "c1",
        moment(house.clock),
        place=lambda *_: office.channels.accounts,
    )

    def ids(session: Session) -> dict[str, list[str]]:
        found = session.exec(select(Issue).where(Issue.account_id == "c1")).all()
        return {issue.id: issue.conversation_ids for issue in found}

    assert await store.read(ids) == {"1001": ["1001"], "1002": ["1002"]}


async def test_a_failing_subject_rolls_back_only_itself(build: OpenHouse) -> None:
    house = await build()
    store, workspace = house.bot.store, house.bot.office.workspace

    def work(session: Session) -> list[str]:
        def one(subject: str) -> None:
            pulse.set_mark(session, workspace, subject, "written")
            if subject == "bad":
                raise ValueError("cannot be judged")

        return each_apart(session, ["first", "bad", "last"], one, "subject")

    assert await store.write(work) == ["bad"]
    kept = [await store.read(pulse.get_mark, workspace, name) for name in ("first", "bad", "last")]
    assert kept == ["written", None, "written"]


async def test_an_error_of_the_database_carries_nobodys_words(build: OpenHouse) -> None:
    house = await build()

    def twice(session: Session) -> None:
        for _ in range(2):
            session.add(
                Conversation(
                    workspace="T",
                    id="1",
                    channel="email",
                    started_by="contact",
                    state="open",
                    title="planted customer words",
                    created_at=house.clock.now(),
                    updated_at=house.clock.now(),
                )
            )
            session.flush()
            session.expunge_all()

    with pytest.raises(Exception, match=r"UNIQUE|unique|duplicate") as caught:
        await house.bot.store.write(twice)
    assert "planted" not in str(caught.value)
