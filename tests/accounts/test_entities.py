"""The exact things that a text names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.entities import Entity, entities, of_kind


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Invoice no. INV-2041 is wrong", "number", "inv-2041"),
        ("about order #0041877", "number", "41877"),
        ("Rechnung Nr. 20260413", "number", "20260413"),
        ("see PRJ-118", "number", "prj-118"),
        ("we get error 500 at checkout", "error", "500"),
        ("HTTP 429 all day", "error", "429"),
        ("a 503 from the API", "error", "503"),
        ("AADSTS50011: reply URL", "error", "aadsts50011"),
        ("raises PermissionError", "error", "permissionerror"),
        ("Fehlercode 4711", "error", "4711"),
        ("https://app.example.com/settings/sso?x=1#top fails", "page", "app.example.com/settings/sso"),
        ("open /settings/billing", "page", "/settings/billing"),
        ("mail to kim@corvanta.example bounces", "address", "kim@corvanta.example"),
        ("two debits of 1,240 EUR", "amount", "1240.00 eur"),
        ("€1.240,50 zu viel", "amount", "1240.50 eur"),
        ("since version 5.2 it crashes", "version", "5.2"),
    ],
)
def test_named_things_are_found_in_normal_form(text: str, kind: str, value: str) -> None:
    assert Entity(kind, value) in entities(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["500 people cannot log in", "it costs 429 EUR", "on 3 June", "in 2026", "we have 404 users"]
)
def test_ordinary_figures_are_no_error_codes(text: str) -> None:
    assert not of_kind(entities(text), "error")


def test_pages_of_two_records_are_one_page() -> None:
    one = entities("https://app.example.com/orders/118/edit")
    assert one == entities("https://app.example.com/orders/9921/edit")


@given(st.text(max_size=300))
def test_finding_never_raises(text: str) -> None:
    entities(text)


def test_a_figure_without_an_end_is_no_amount() -> None:
    """The control beside it: a long one that people write is read whole."""
    assert not of_kind(entities(f"it costs {'1,' + '000,' * 1400}000 EUR"), "amount")
    assert Entity("amount", "1240000000.00 eur") in entities("it costs 1,240,000,000 EUR")
