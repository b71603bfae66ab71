"""The delivery state machine: claim an intent, make one attempt, record what came of it.

*Not sent* backs off and is retried; *refused* is dead and somebody is told; *unknown* is never resent
blindly. A post is looked for by its metadata after a settle time and sent again only if it is not there; a
customer reply, or a conversation begun from words in Slack, is looked for several times and then left to a
person ("Send again?"). What was tried twenty
times and never found is given up, if others of its kind arrived before the last of these. Where looking
itself fails for too long a person is asked too: what is behind it in its lane would wait for ever.

What Intercom would have twice and was decided before this process began is looked for before its first
attempt too: perhaps it was sent, and the database has been replaced by a backup of before that.

Who claimed an intent holds a lease and a fencing token. Before sending, the owner checks a deadline of its
own: a process that was frozen past it gives the intent up unsent.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.clock import Clock, Moment, moment
from bot.outbox.deadline import Deadline, TooLate, before_writing, current
from bot.outbox.kinds import INTERCOM_QUEUE, INTERCOM_START, NEVER_TWICE, OVERTAKING, SLACK_POST, WORDS
from bot.outbox.outcome import (
    GIVEN_UP,
    NOT_SHOWN,
    UNSEEN,
    Barred,
    Look,
    NotFound,
    NotSent,
    Outcome,
    Overtaken,
    Refused,
    Sender,
    Sent,
    Unknown,
)
from bot.outbox.timings import Timings
from bot.store import gaps, intents, lanes, looks
from bot.store.engine import Store
from bot.store.intents import Intent
from bot.store.trouble import in_trouble

log = structlog.get_logger("watchbell.outbox")

Hook = Callable[[Session, Intent, str, Outcome | Look, Moment], None]
"""Called in the transaction that records an outcome: (session, intent, new state, outcome, moment)."""


class _Verdict(NamedTuple):
    """What an outcome makes of an intent: `wait` seconds until it is due again, `looks` how they went."""

    state: str
    wait: float | None = None
    error: str | None = None
    looks: dict[str, Any] | None = None


_SETTLED = ("done", "dead", "unconfirmed", "dropped")

_AGAIN = 0.5
"""Seconds between two tries to write an outcome down."""

_LATELY = 600.0
"""Seconds before an attempt in which something of its kind has arrived for its receiver to count as well."""

_PLACES = 12
_PLACES_IN_A_CHANNEL = 3
_WIDE = ("", INTERCOM_QUEUE)
"""Attempts under way at once: many where no channel sets the pace, for edits and for Intercom. Slack takes
one message a second and channel, after a burst of three."""


class Delivery:
    """Delivers the intents of one workspace. Safe to run in several processes on PostgreSQL.

    `counted` is told the kind and outcome of each attempt. With `only` a single queue is looked after.
    """

    def __init__(
        self,
        store: Store,
        workspace: str,
        clock: Clock,
        senders: Mapping[str, Sender],
        *,
        hook: Hook,
        wake: Callable[[], None],
        counted: Callable[[str, str], None],
        timings: Timings,
        monotonic: Callable[[], float] = time.monotonic,
        only: str | None = None,
    ) -> None:
        self._store = store
        self._workspace = workspace
        self._clock = clock
        self._senders = senders
        self._hook = hook
        self._wake = wake
        self._counted = counted
        self._timings = timings
        self._monotonic = monotonic
        self._only = only
        self._began = clock.now()
        self._running: defaultdict[str, set[asyncio.Task[None]]] = defaultdict(set)

    async def start(self) -> int:
        """Begin an attempt at each intent that is due now, a lane in order, lanes side by side.

        Returns the number begun; they go on in the background until `finish`.
        """
        queues = await self._store.read(lanes.due_queues, self._workspace, self._clock.machine())
        return sum([await self._fill(queue) for queue in queues if self._only in (None, queue)])

    async def finish(self) -> None:
        """Wait for every attempt that has begun."""
        while tasks := [task for running in self._running.values() for task in running]:
            await asyncio.gather(*tasks, return_exceptions=True)

    async def drain(self) -> int:
        """Deliver until nothing is due any more; the number of attempts made."""
        made = 0
        while begun := await self.start():
            made += begun
            await self.finish()
        return made

    async def _fill(self, queue: str) -> int:
        running = self._running[queue]
        room = (_PLACES if queue in _WIDE else _PLACES_IN_A_CHANNEL) - len(running)
        if room <= 0:
            return 0
        token = uuid.uuid4().hex
        started = self._monotonic()
        machine = self._clock.machine()
        taken = await self._store.write(
            lanes.claim_due,
            self._workspace,
            machine,
            queue=queue,
            token=token,
            lease_until=machine + timedelta(seconds=self._timings.lease),
            limit=room,
            overtaking=OVERTAKING,
        )
        # Half a lease leaves the attempt itself time to end before anybody else may take the intent.
        deadline = started + self._timings.lease / 2
        for intent in taken:
            task = asyncio.create_task(self._deliver(intent, token, deadline))
            running.add(task)
            task.add_done_callback(partial(self._ended, queue))
        return len(taken)

    def _ended(self, queue: str, task: asyncio.Task[None]) -> None:
        """Make room, and have the next of that lane begun."""
        self._running[queue].discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("delivery_failed", error=type(task.exception()).__name__)
        self._wake()

    async def _deliver(self, intent: Intent, token: str, deadline: float) -> None:
        sender = self._senders[intent.kind]
        looking = intent.state == "uncertain"
        outcome: Outcome | Look
        if self._monotonic() > deadline:
            outcome = NotSent("this process was stopped for too long")
        else:
            # Of this task alone. What reads before it writes asks once more.
            current.set(Deadline(deadline, self._monotonic))
            outcome = await self._attempt(sender, intent, looking=looking)
        at = moment(self._clock)
        if isinstance(outcome, NotFound) and sender.resend and await self._is_vain(intent):
            why = intent.error or "nothing was found"
            verdict = _Verdict("dead", None, f"{GIVEN_UP} {intent.attempts} attempts: {why}")
        else:
            verdict = self._judge(intent, sender, outcome, at, looking=looking)
        self._counted(intent.kind, type(outcome).__name__)
        recorded = await self._recorded(intent, token, outcome, verdict, at)
        log.info(
            "delivery",
            key=intent.key,
            kind=intent.kind,
            step="look" if looking else "send",
            outcome=type(outcome).__name__,
            state=verdict.state,
            attempts=intent.attempts,
            recorded=recorded,
        )

    def _judge(
        self, intent: Intent, sender: Sender, outcome: Outcome | Look, at: Moment, *, looking: bool
    ) -> _Verdict:
        timings = self._timings
        if isinstance(outcome, Sent):
            return _Verdict("done")
        if isinstance(outcome, Refused):
            return _Verdict("dead", None, outcome.reason)
        if isinstance(outcome, Overtaken):
            return _Verdict("dropped", None, outcome.reason)
        if isinstance(outcome, NotFound):
            return self._not_found(intent, sender)
        if isinstance(outcome, Unknown) and not sender.repeatable:
            wait = timings.settle if sender.resend else self._looks(intent)[0]
            return _Verdict("uncertain", wait, outcome.reason)
        if isinstance(outcome, NotSent) and outcome.shut_out:
            return self._shut_out(intent, outcome, at, looking=looking)
        if looking:
            return self._not_seen(intent, sender, outcome, at)
        waits_its_turn = isinstance(outcome, NotSent) and outcome.retry_after is not None
        if intent.attempts >= timings.attempts and not waits_its_turn:
            return _Verdict("dead", None, f"{GIVEN_UP} {intent.attempts} attempts: {outcome.reason}")
        return _Verdict("pending", self._wait(outcome, intent.attempts), outcome.reason)

    async def _is_vain(self, intent: Intent) -> bool:
        """Whether what was not found once more is given up: its lane waits, and others of its kind arrived
        before its last attempt.

        Where no message arrives that is Slack's trouble, and all of them wait for its end: once Slack takes
        some again, each is sent once more. So is what was begun again. At Intercom somebody waits who can do
        it anew.
        """
        last = intent.last_sent_at
        if intent.attempts < self._timings.attempts or last is None:
            return False
        since = last - timedelta(seconds=_LATELY)
        return intent.kind != SLACK_POST or await self._store.read(
            gaps.was_done, self._workspace, intent.kind, since, last
        )

    def _looks(self, intent: Intent) -> tuple[float, ...]:
        return self._timings.searches if intent.kind == INTERCOM_START else self._timings.looks

    def _not_found(self, intent: Intent, sender: Sender) -> _Verdict:
        if sender.resend:
            return _Verdict("pending", 0.0)
        # Looks that failed before told nothing, so they shorten nothing.
        times, waits = looks.of(intent).get("nothing", 0) + 1, self._looks(intent)
        if times < len(waits):
            return _Verdict("uncertain", waits[times], "not found yet", {"nothing": times})
        return _Verdict(_in_doubt(intent), None, NOT_SHOWN)

    def _shut_out(self, intent: Intent, outcome: NotSent, at: Moment, *, looking: bool) -> _Verdict:
        """Nothing gets there now: it waits as it is, however long that takes."""
        since = (at.machine - (intent.first_sent_at or at.machine)).total_seconds()
        asked = outcome.retry_after
        wait = self._timings.wait_for_a_way(since) if asked is None else asked
        state = "uncertain" if looking else "pending"
        return _Verdict(state, wait, outcome.reason, looks.of(intent) or None)

    def _not_seen(self, intent: Intent, sender: Sender, outcome: Outcome | Look, at: Moment) -> _Verdict:
        """A look that failed tells nothing of what it looked for."""
        reason = getattr(outcome, "reason", "")
        went = looks.of(intent)
        went["failed"] = went.get("failed", 0) + 1
        since = datetime.fromisoformat(went.setdefault("since", at.machine.isoformat()))
        patience = self._timings.barred if isinstance(outcome, Barred) else self._timings.blind
        patient = (at.machine - since).total_seconds() < patience
        if patient or went["failed"] < self._timings.failed_looks:
            return _Verdict("uncertain", self._wait(outcome, went["failed"]), reason, went)
        return _Verdict("dead" if sender.resend else _in_doubt(intent), None, f"{UNSEEN}: {reason}")

    def _wait(self, outcome: Outcome | Look, times: int) -> float:
        asked = outcome.retry_after if isinstance(outcome, NotSent) else None
        return self._timings.wait(times) if asked is None else asked

    async def _attempt(self, sender: Sender, intent: Intent, *, looking: bool) -> Outcome | Look:
        try:
            if looking:
                return await sender.look(intent)
            found = await self._from_before(sender, intent)
            return await sender.send(intent) if isinstance(found, NotFound) else found
        except SQLAlchemyError as error:
            if not in_trouble(error):
                raise
            # Senders ask the store before they call out, so nothing has gone out.
            return NotSent("the database did not answer")

    async def _from_before(self, sender: Sender, intent: Intent) -> Sent | NotSent | NotFound:
        """What a process before this one may have done of it, though the database knows of no attempt."""
        if intent.kind not in NEVER_TWICE or intent.attempts > 1 or intent.decided_at >= self._began:
            return NotFound()
        try:
            async with before_writing():
                found = await sender.look(intent)
        except TooLate as error:
            return NotSent(str(error))
        return NotSent(found.reason) if isinstance(found, Barred) else found

    async def _recorded(self, intent: Intent, token: str, *result: Any) -> bool:
        """Write an outcome down, trying for a while if the database is in trouble.

        Forgetting it would be safe, but what was done would be looked for only when the lease has run out.
        Writing it twice is writing it once: the first time takes the token away.
        """
        give_up = self._monotonic() + self._timings.attempt
        while True:
            try:
                return await self._store.write(self._record, intent, token, *result)
            except SQLAlchemyError as error:
                if not in_trouble(error) or self._monotonic() > give_up:
                    raise
                log.warning("outcome_not_recorded", key=intent.key, error=type(error).__name__)
                await asyncio.sleep(_AGAIN)

    def _record(
        self,
        session: Session,
        intent: Intent,
        token: str,
        outcome: Outcome | Look,
        verdict: _Verdict,
        at: Moment,
    ) -> bool:
        if intent.id is None:
            raise ValueError("an intent without an id was never stored")
        owned = intents.record(
            session,
            intent.id,
            token,
            state=verdict.state,
            due=at.machine + timedelta(seconds=verdict.wait) if verdict.wait is not None else None,
            external_id=outcome.external_id if isinstance(outcome, Sent) else None,
            error=verdict.error,
            finished_at=at.machine if verdict.state in _SETTLED else None,
            uncounted=verdict.state == "pending" and _is_no_attempt(outcome),
        )
        if owned:
            if verdict.looks is not None or looks.of(intent):
                looks.keep(session, intent.id, verdict.looks)
            self._hook(session, intent, verdict.state, outcome, at)
        return owned


def _in_doubt(intent: Intent) -> str:
    """The state in which a person decides: an answer's author is asked, of all else the team is told."""
    return "unconfirmed" if intent.kind in WORDS else "dead"


def _is_no_attempt(outcome: Outcome | Look) -> bool:
    return isinstance(outcome, NotSent) and (outcome.shut_out or outcome.unbegun)
