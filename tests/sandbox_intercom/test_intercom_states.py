"""Any sequence of events keeps a conversation's bookkeeping true, however people and machines interleave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from intercom_workspace import MONDAY, SCENARIO, TOKEN

from sandbox.clock import SandboxClock
from sandbox.faults import FaultBoard
from sandbox.intercom.load import load
from sandbox.intercom.model import Conversation, Workspace
from sandbox.intercom.world import IntercomWorld

MARA, JONAS = "8412056", "8412057"
admins = st.sampled_from([MARA, JONAS])
COUNTS = ("count_reopens", "count_assignments", "count_conversation_parts")


def waits(conversation: Conversation) -> bool:
    """Whether the last words between customer and team are the customer's, read from the parts alone."""
    waiting = conversation.author.type in ("user", "lead")
    for part in conversation.parts:
        if part.is_public and part.author.type != "bot":
            waiting = part.by_contact
    return waiting


class ConversationLife(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.clock = SandboxClock(MONDAY, speed=0)
        self.world = IntercomWorld(
            self.clock, FaultBoard(), token=TOKEN, client_secret="s", app_id="a", base_url="http://x"
        )
        self.world.load({**SCENARIO, "conversations": []})
        self.id = self.world.customer_starts("u0", "email", "It broke")["id"]
        self.counts = dict.fromkeys(COUNTS, 0)
        self.replies = 0

    @property
    def conversation(self) -> Conversation:
        return self.world.workspace.conversations[self.id]

    @rule(minutes=st.integers(0, 600))
    def time_passes(self, minutes: int) -> None:
        self.clock.jump_to(self.clock.now() + timedelta(minutes=minutes))

    @rule()
    def customer(self) -> None:
        self.world.customer_writes(self.id, "Hello?")
        assert self.conversation.state == "open"

    @rule(admin=admins)
    def reply(self, admin: str) -> None:
        unowned = self.conversation.admin_assignee_id is None
        part = self.world.admin_replies(self.id, admin, "On it")
        self.replies += 1
        assert part["part_type"] == ("assignment" if unowned else "comment")
        assert self.conversation.admin_assignee_id is not None

    @rule(admin=admins)
    def note(self, admin: str) -> None:
        before = self.conversation.waiting_since
        self.world.admin_notes(self.id, admin, "hm")
        assert self.conversation.waiting_since == before

    @rule(ai=st.booleans())
    def bot(self, ai: bool) -> None:
        before = self.conversation.waiting_since
        self.world.bot_replies(self.id, "We are on it", ai=ai)
        assert self.conversation.waiting_since == before

    @rule(by=admins, to=st.sampled_from([MARA, JONAS, "5017691", None]))
    def assign(self, by: str, to: str | None) -> None:
        self.world.admin_assigns(self.id, by, to)
        assert self.conversation.state == "open"

    @rule(admin=admins, minutes=st.integers(1, 2000))
    def snooze(self, admin: str, minutes: int) -> None:
        self.world.snoozes(self.id, admin, self.clock.now() + timedelta(minutes=minutes))
        assert self.conversation.state == "snoozed"

    @rule(admin=admins)
    def close(self, admin: str) -> None:
        self.world.closes(self.id, admin)
        assert self.conversation.state == "closed"

    @precondition(lambda self: self.conversation.state != "open")
    @rule(admin=admins)
    def open(self, admin: str) -> None:
        self.world.opens(self.id, admin)

    @invariant()
    def waiting_is_told_by_the_last_public_words(self) -> None:
        assert (self.conversation.waiting_since is not None) == waits(self.conversation)

    @invariant()
    def counts_never_go_back(self) -> None:
        numbers = self.conversation.statistics
        now = {name: getattr(numbers, name) for name in COUNTS}
        assert all(now[name] >= self.counts[name] for name in COUNTS)
        assert numbers.count_conversation_parts == len(self.conversation.parts) + 1
        self.counts = now

    @invariant()
    def times_are_in_order(self) -> None:
        one, numbers = self.conversation, self.conversation.statistics
        times = [one.created_at, *(part.at for part in one.parts)]
        assert times == sorted(times)
        assert one.updated_at == times[-1]
        for first, last in (
            (numbers.first_close_at, numbers.last_close_at),
            (numbers.first_assignment_at, numbers.last_assignment_at),
            (numbers.first_admin_reply_at, numbers.last_admin_reply_at),
            (numbers.first_contact_reply_at, numbers.last_contact_reply_at),
        ):
            assert (first is None) == (last is None)
            assert first is None or last is None or first <= last

    @invariant()
    def a_snooze_has_an_end_that_lies_ahead(self) -> None:
        shown = self.world.conversation(self.id)
        assert (shown["state"] == "snoozed") == (shown["snoozed_until"] is not None)
        if shown["snoozed_until"] is not None:
            assert shown["snoozed_until"] > int(self.clock.now().timestamp())

    @invariant()
    def every_reply_went_out_once(self) -> None:
        assert len(self.world.sent_to_customers()) == self.replies


TestConversationLife = ConversationLife.TestCase
TestConversationLife.settings = settings(
    max_examples=100, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_control_the_invariant_notices_a_reply_that_leaves_the_wait(world: IntercomWorld) -> None:
    conversation = world.workspace.conversations["1001"]
    waiting = conversation.waiting_since
    world.admin_replies("1001", MARA, "On it")
    conversation.waiting_since = waiting
    assert (conversation.waiting_since is not None) != waits(conversation)


def as_story(conversation: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in conversation.items() if key not in ("source", "conversation_parts")}


def test_a_loaded_conversation_is_what_the_same_events_make_of_it_live(clock: SandboxClock) -> None:
    def at(minutes: int) -> str:
        return (MONDAY + timedelta(minutes=minutes)).isoformat()

    scenario = {
        **SCENARIO,
        "conversations": [
            {
                "id": "5",
                "contact_id": "u0",
                "channel": "email",
                "parts": [
                    {"by": "contact", "who": "u0", "at": at(0), "text": "It broke"},
                    {"by": "admin", "who": MARA, "at": at(4), "kind": "note", "text": "hm"},
                    {"by": "admin", "who": MARA, "at": at(9), "text": "On it"},
                    {"by": "admin", "who": MARA, "at": at(10), "kind": "close"},
                    {"by": "contact", "who": "u0", "at": at(30), "text": "Broke again"},
                    {"by": "admin", "who": MARA, "at": at(31), "kind": "assignment", "to": JONAS},
                ],
            }
        ],
    }
    loaded, live = (
        IntercomWorld(clock, FaultBoard(), token=TOKEN, client_secret="s", app_id="a", base_url="http://x")
        for _ in range(2)
    )
    loaded.load(scenario)
    live.load({**SCENARIO, "conversations": []})
    made = live.customer_starts("u0", "email", "It broke")["id"]
    steps = [
        (4, lambda: live.admin_notes(made, MARA, "hm")),
        (9, lambda: live.admin_replies(made, MARA, "On it")),
        (10, lambda: live.closes(made, MARA)),
        (30, lambda: live.customer_writes(made, "Broke again")),
        (31, lambda: live.admin_assigns(made, MARA, JONAS)),
    ]
    for minutes, step in steps:
        clock.jump_to(MONDAY + timedelta(minutes=minutes))
        step()
    first, second = as_story(loaded.conversation("5")), as_story(live.conversation(made))
    assert first | {"id": made} == second


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ({"contact_id": "nobody"}, "contact nobody"),
        ({"parts": []}, "conversation 5"),
        ({"parts": [{"by": "contact", "who": "u0", "at": "2026-11-21T09:10:00", "text": "x"}]}, "offset"),
        ({"state": "snoozed"}, "snoozed_until"),
    ],
)
def test_a_scenario_that_makes_no_sense_names_the_conversation(spoil: dict[str, Any], says: str) -> None:
    part = {"by": "contact", "who": "u0", "at": MONDAY.isoformat(), "text": "x"}
    conversation = {"id": "5", "contact_id": "u0", "parts": [part], **spoil}
    with pytest.raises(ValueError, match="conversation 5") as refused:
        load(Workspace("a"), {**SCENARIO, "conversations": [conversation]})
    assert says in str(refused.value)


def test_the_same_seed_makes_the_same_workspace(clock: SandboxClock) -> None:
    def made(seed: int) -> list[dict[str, Any]]:
        world = IntercomWorld(
            clock, FaultBoard(), token=TOKEN, client_secret="s", app_id="a", base_url="http://x"
        )
        world.generate(200, seed)
        return world.conversations()

    assert made(1) == made(1)
    assert made(1) != made(2)
    states = [one["state"] for one in made(1)]
    assert {"open", "snoozed", "closed"} == set(states)
