"""What makes a delivery of Slack's unique: the same one again has the same id, any other has another."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handlers.receipts import delivery_id

words = st.text(max_size=12)
commands = st.fixed_dictionaries({"command": words, "trigger_id": words, "user_id": words})
clicks = st.fixed_dictionaries(
    {
        "type": words,
        "trigger_id": words,
        "user": st.fixed_dictionaries({"id": words}),
        "actions": st.lists(st.fixed_dictionaries({"action_ts": words}), min_size=1, max_size=1),
        "view": st.fixed_dictionaries({"id": words, "hash": words}),
    }
)
bodies = st.one_of(commands, clicks)


def parts(body: dict[str, Any]) -> tuple[Any, ...]:
    """What Slack tells of it that no other delivery shares, with what is not there as what is empty."""
    view, actions = body.get("view") or {}, body.get("actions") or [{}]
    return (
        body.get("type") or body.get("command"),
        body["trigger_id"],
        actions[0].get("action_ts"),
        view.get("id"),
        view.get("hash"),
        body.get("user_id") or (body.get("user") or {}).get("id"),
    )


@given(bodies, bodies)
def test_one_delivery_has_one_id(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (delivery_id(one) == delivery_id(other)) == (parts(one) == parts(other))


@given(words, words)
def test_words_that_run_into_each_other_are_not_the_same_delivery(first: str, second: str) -> None:
    one = {"command": "/claim", "trigger_id": first + second, "user_id": "U1"}
    other = {"command": "/claim", "trigger_id": first, "user_id": second + "U1"}
    assert (delivery_id(one) == delivery_id(other)) == (second == "")


def test_later_triggers_stand_behind_earlier_ones() -> None:
    triggers = ["9466724123001.1.a", "9466724123002.1.0", "9466724999000.1.f", "9499999999999.1.3"]
    ids = [delivery_id({"command": "/claim", "trigger_id": each, "user_id": "U1"}) for each in triggers]
    assert ids == sorted(ids)


def test_a_body_of_any_length_makes_an_id_that_fits() -> None:
    body = {"command": "/claim", "trigger_id": "7" * 5_000, "user_id": "U1"}
    assert len(delivery_id(body)) <= 60
