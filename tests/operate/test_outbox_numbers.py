"""Numbers that no message has, and what an error may show, on both databases."""

from __future__ import annotations

import pytest
from command_line import watchbell
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.store.look import open_for_reading

NUMBERS = ("215470002591", str(2**31), str(2**31 - 1), "9" * 5000)


@pytest.mark.parametrize("what", ["show", "retry", "drop"])
@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:12])
async def test_a_number_that_is_too_great_is_said_not_to_be_there(database: str, what: str, number: str):
    told = await watchbell(database, "outbox", what, number)
    assert told.code == 2
    assert told.err.startswith(f'watchbell: there is no "{number}" in the outbox.')


async def test_an_error_while_reading_shows_no_words(database: str):
    engine = open_for_reading(database)
    try:
        with engine.connect() as connection, pytest.raises(SQLAlchemyError) as caught:
            connection.execute(text("SELECT :words FROM nothing_like_it"), {"words": "what a customer said"})
    finally:
        engine.dispose()
    assert "what a customer said" not in str(caught.value)
