"""R18: whatever happens to attempts and their owners, the outbox keeps its promises.

The store and the delivery are the real ones; only the receiver is a model, whose answers Hypothesis draws.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import structlog
from databases import sqlite_file
from how_long import long_form
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from outbox_world import FATES, LATE_BY, TIMINGS, TOO_LATE_BY, Clock, Fate, ModelSender, Receiver
from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.logs import configure
from bot.outbox import kinds
from bot.outbox.delivery import Delivery
from bot.store import intents
from bot.store.engine import Store, open_store
from bot.store.intents import OPEN, Intent

TEAM = "T"
LANES = ("first", "second")
KINDS = (kinds.SLACK_POST, kinds.INTERCOM_REPLY, kinds.INTERCOM_ASSIGN)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    configure(io.StringIO())
    yield
    structlog.reset_defaults()


class Outbox(RuleBasedStateMachine):
    """Two owners deliver what is decided, while time moves and attempts end in every way there is."""

    late_by: ClassVar[float] = LATE_BY
    naive: ClassVar[bool] = False

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-", dir=_quick_disk()))
        self.store: Store = open_store(sqlite_file(self.folder), readers=1)
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.receiver = Receiver(self.clock, self.late_by)
        self.owners = [self._owner(), self._owner()]
        self.count = 0
        self.again: Counter[str] = Counter()

    def _owner(self) -> Delivery:
        model = self.receiver
        return Delivery(
            self.store,
            TEAM,
            self.clock,
            {
                # The naive one takes what it does not know for what was not sent.
                kinds.SLACK_POST: ModelSender(model, repeatable=self.naive, resend=True),
                kinds.INTERCOM_REPLY: ModelSender(model, repeatable=self.naive, resend=False),
                kinds.INTERCOM_ASSIGN: ModelSender(model, repeatable=True, resend=True),
                kinds.INTERCOM_TICKET: ModelSender(model, repeatable=self.naive, resend=True),
            },
            hook=lambda *_: None,
            wake=lambda: None,
            counted=lambda *_: None,
            timings=TIMINGS,
            monotonic=self.clock.monotonic,
        )

    @rule(kind=st.sampled_from(KINDS), lane=st.sampled_from(LANES))
    def decide(self, kind: str, lane: str) -> None:
        """Something new is wanted."""
        self.count += 1
        key = f"{kind}:{self.count}"
        self._run(self.store.write(_decide, kind, lane, key, self.clock))

    @rule(owner=st.integers(0, 1), fates=st.lists(st.sampled_from(FATES), max_size=4))
    def deliver(self, owner: int, fates: list[Fate]) -> None:
        """An owner takes what is due and makes its attempts."""
        self._attempt(owner, fates, frozen=0.0)

    @rule(
        owner=st.integers(0, 1),
        fates=st.lists(st.sampled_from(FATES), max_size=3),
        frozen=st.sampled_from([5.0, 15.0, 30.0]),
    )
    def deliver_after_being_frozen(self, owner: int, fates: list[Fate], frozen: float) -> None:
        """An owner takes what is due and is stopped; the other one works meanwhile; then it wakes up."""
        self._attempt(owner, fates, frozen=frozen)

    @rule(seconds=st.sampled_from([0.5, 2.0, 6.0, 21.0]))
    def time_moves(self, seconds: float) -> None:
        self.clock.move(seconds)

    @rule()
    def a_rep_sends_again(self) -> None:
        """What could not be confirmed is sent again on a person's word."""
        for key in self._run(self.store.write(_send_again, self.clock)):
            self.again[key] += 1

    @invariant()
    def words_are_never_sent_twice_by_the_bot(self) -> None:
        for _, key, _ in self._arrived(kinds.INTERCOM_REPLY):
            assert self.receiver.times(key) <= 1 + self.again[key], key

    @invariant()
    def a_post_stands_there_once(self) -> None:
        for _, key, _ in self._arrived(kinds.SLACK_POST):
            assert self.receiver.times(key) <= 1, key

    @invariant()
    def lanes_keep_their_order(self) -> None:
        if not hasattr(self, "store"):
            return
        lanes = self._run(self.store.read(_lanes))
        first: dict[str, list[int]] = defaultdict(list)
        for intent_id, key, _ in sorted(self.receiver.arrived, key=lambda each: each[2]):
            told = first[lanes[intent_id]]
            # Acts may be done twice, and words again on somebody's word: the first time is what has an order.
            if intent_id not in told and not key.startswith(kinds.INTERCOM_ASSIGN) and not self.again[key]:
                told.append(intent_id)
        for lane, order in first.items():
            assert order == sorted(order), (lane, order)

    def teardown(self) -> None:
        """With all well again, everything ends, and what is said to be done is there."""
        if not hasattr(self, "store"):
            return
        try:
            for _ in range(60):
                self._attempt(0, [], frozen=0.0)
                if not self._run(self.store.read(_open)):
                    break
                self.clock.move(7.0)
            assert self._run(self.store.read(_open)) == [], "stuck for ever"
            for key in self._run(self.store.read(_done)):
                assert self.receiver.times(key) >= 1, f"{key} is said to be done"
            self.words_are_never_sent_twice_by_the_bot()
            self.a_post_stands_there_once()
        finally:
            self.store.close()
            self.loop.close()
            shutil.rmtree(self.folder)

    def _attempt(self, owner: int, fates: list[Fate], *, frozen: float) -> None:
        self.receiver.fates.clear()
        self.receiver.fates.extend(fates)
        delivery = self.owners[owner]
        # Started tasks run with the loop only: between these two lines the owner is stopped.
        self._run(delivery.start())
        if frozen:
            self.clock.move(frozen)
            self._run(self.owners[1 - owner].drain())
        self._run(delivery.finish())
        self.receiver.fates.clear()

    def state_of(self, intent_id: int) -> str:
        return str(self.intent(intent_id).state)

    def intent(self, intent_id: int) -> Intent:
        found = self._run(self.store.read(intents.by_id, intent_id))
        assert isinstance(found, Intent)
        return found

    def _arrived(self, kind: str) -> list[tuple[int, str, Any]]:
        receiver = getattr(self, "receiver", None)
        return [] if receiver is None else [each for each in receiver.arrived if each[1].startswith(kind)]

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)


def uncertain(kind: str) -> Outbox:
    """An attempt of unknown outcome that came to nothing, and something behind it in its lane."""
    life = Outbox()
    life.open()
    life.decide(kind, "first")
    life.deliver(0, ["unknown_not_done"])
    life.decide(kind, "first")
    return life


@pytest.mark.parametrize(
    ("kind", "ends"), [(kinds.SLACK_POST, "dead"), (kinds.INTERCOM_REPLY, "unconfirmed")]
)
@pytest.mark.parametrize(("fate", "patience"), [("barred", TIMINGS.barred), ("not_sent", TIMINGS.blind)])
def test_what_cannot_be_looked_for_is_left_to_a_person_and_holds_up_nothing(
    kind: str, ends: str, fate: Fate, patience: float
):
    life = uncertain(kind)
    waited = 0.0
    while life.state_of(1) == "uncertain":
        assert waited < patience + 20, "stuck for ever"
        life.deliver(0, [fate])
        life.clock.move(2.0)
        waited += 2.0
    assert life.state_of(1) == ends
    assert waited >= patience
    life.deliver(0, ["sent"])
    assert life.state_of(2) == "done"
    life.teardown()


@pytest.mark.parametrize("others", [True, False], ids=["others-arrive", "nothing-arrives"])
def test_a_post_that_never_arrives_is_given_up_if_others_do(others: bool):
    life = Outbox()
    life.open()
    life.decide(kinds.SLACK_POST, "first")
    life.decide(kinds.SLACK_POST, "first")
    for _ in range(40):
        if others:
            life.decide(kinds.SLACK_POST, "second")
        # What is decided later is begun later: the last fate is the other lane's.
        life.deliver(0, ["unknown_not_done", "sent"])
        life.clock.move(7.0)
    assert (life.state_of(1) == "dead") is others
    life.teardown()


@pytest.mark.parametrize("ends", ["dead", "done"])
def test_a_ticket_that_never_arrives_is_given_up_and_holds_up_nothing(ends: str):
    life = Outbox()
    life.open()
    life.decide(kinds.INTERCOM_TICKET, "first")
    life.decide(kinds.INTERCOM_ASSIGN, "first")
    for _ in range(2 * TIMINGS.attempts if ends == "dead" else 3):
        life.deliver(0, ["unknown_not_done"])
        life.clock.move(7.0)
    for _ in range(4):
        life.deliver(0, [])
        life.clock.move(7.0)
    assert life.state_of(1) == ends
    assert life.state_of(2) == "done"
    life.teardown()


def test_a_look_that_failed_does_not_count_as_one_that_found_nothing():
    life = uncertain(kinds.INTERCOM_REPLY)
    for _ in range(8):
        life.clock.move(4.0)
        life.deliver(0, ["not_sent"])
    waited = 0.0
    while life.state_of(1) == "uncertain":
        life.clock.move(1.0)
        waited += 1.0
        life.deliver(0, [])
    assert life.state_of(1) == "unconfirmed"
    assert waited >= sum(TIMINGS.looks[1:])
    life.teardown()


def _quick_disk() -> str | None:
    """A disk in memory if there is one: what is tested here is order, not durability."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _decide(session: Session, kind: str, lane: str, key: str, clock: Clock) -> None:
    intents.add(
        session,
        TEAM,
        key=key,
        kind=kind,
        lane=f"{kind.partition('.')[0]}:{lane}",
        subject=lane,
        payload={},
        now=clock.now(),
        due=clock.machine(),
    )


def _send_again(session: Session, clock: Clock) -> list[str]:
    found = session.exec(select(Intent).where(Intent.state == "unconfirmed")).all()
    session.execute(
        update(Intent)
        .where(col(Intent.state) == "unconfirmed")
        .values(state="pending", due=clock.machine() + timedelta(0), looks=0)
    )
    return [each.key for each in found]


def _open(session: Session) -> list[str]:
    return [each.key for each in session.exec(select(Intent).where(col(Intent.state).in_(OPEN)))]


def _done(session: Session) -> list[str]:
    return [each.key for each in session.exec(select(Intent).where(Intent.state == "done"))]


def _lanes(session: Session) -> dict[int, str]:
    return {each.id: each.lane for each in session.exec(select(Intent)) if each.id is not None}


class Naive(Outbox):
    """The control: whatever was not acknowledged is sent again."""

    naive = True


class TooLate(Outbox):
    """The known limit (F1): a receiver that carries out a post after it was looked for."""

    late_by = TOO_LATE_BY


def lived(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )


def test_the_outbox_keeps_its_promises():
    run_state_machine_as_test(Outbox, settings=lived(50, 30))


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_the_outbox_keeps_its_promises_for_long():
    run_state_machine_as_test(Outbox, settings=lived(long_form(300, 1_000), 50))


@pytest.mark.chaos
def test_control_a_sender_that_simply_tries_again_is_caught():
    # That it is found counts, not the smallest way to it.
    hasty = settings(lived(300, 30), phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Naive, settings=hasty)


@pytest.mark.parametrize(("machine", "doubled"), [(Outbox, False), (TooLate, True)])
def test_control_a_post_that_lands_after_the_settle_time_stands_there_twice(
    machine: type[Outbox], doubled: bool
):
    """The limit of what looking first can do; the auditor takes the second one away."""
    life = machine()
    life.open()
    life.decide(kinds.SLACK_POST, "first")
    life.deliver(0, ["late"])
    if doubled:
        with pytest.raises(AssertionError, match=kinds.SLACK_POST):
            life.teardown()
    else:
        life.teardown()
