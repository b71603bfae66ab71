"""A mailbox whose server takes no password is read with access tokens, asked for anew before they end."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import post_office
import pytest
import token_office
from harness import OpenHouse
from post_office import Box, PostOffice, mail
from reading import read_again, status, stored, timeline
from token_office import GIVEN, REFRESH, SECRET, TokenOffice

from bot.mail.door import Mailbox, Patience
from bot.mail.errors import MailError
from bot.mail.tokens import MARGIN, Tokens
from bot.settings.mailbox import MailboxSecrets
from jobs.mailbox import AFTER_A_REFUSAL

pytestmark = pytest.mark.thorough


@pytest.fixture
async def tokens() -> AsyncIterator[TokenOffice]:
    async with token_office.opened() as opened:
        yield opened


@pytest.fixture
async def strict(tokens: TokenOffice) -> AsyncIterator[PostOffice]:
    """A mail server that takes the tokens of this office."""
    with post_office.opened(judge=tokens.judge) as opened:
        yield opened


@pytest.fixture
def box(strict: PostOffice, tokens: TokenOffice) -> Box:
    made = strict.box()
    tokens.user = made.user
    return made


def by_token(box: Box, tokens: TokenOffice, **changes: Any) -> MailboxSecrets:
    return box.secrets(password="", token=tokens.secrets(**changes))


async def test_mails_are_read_in_the_applications_own_name(
    build: OpenHouse, box: Box, tokens: TokenOffice, diary: io.StringIO
):
    box.put(mail("The first."))
    house = await build(mailbox=by_token(box, tokens))
    box.put(mail("The second."))
    await read_again(house)
    assert [row.text for row in await stored(house)] == ["The first.", "The second."]
    assert "The second." in await timeline(house)
    assert len(tokens.asked) == 1, "one token is good for an hour"
    assert tokens.asked[0]["grant_type"] == "client_credentials"
    for planted in (SECRET, GIVEN):
        assert planted not in diary.getvalue()


async def test_with_a_refresh_token_it_is_read_in_its_owners_name(
    build: OpenHouse, box: Box, tokens: TokenOffice
):
    box.put(mail("The first."))
    house = await build(mailbox=by_token(box, tokens, refresh_token=REFRESH, scope=None))
    assert [row.text for row in await stored(house)] == ["The first."]
    asked = tokens.asked[0]
    assert (asked["grant_type"], asked["refresh_token"]) == ("refresh_token", REFRESH)
    assert "scope" not in asked


async def test_a_token_that_was_taken_back_is_asked_for_anew(
    build: OpenHouse, box: Box, tokens: TokenOffice, diary: io.StringIO
):
    house = await build(mailbox=by_token(box, tokens))
    tokens.owners.clear()
    box.put(mail("Meanwhile."))
    await read_again(house)
    assert await stored(house) == []
    assert "mailbox_not_read" in diary.getvalue()
    # After a refusal a quarter of an hour passes, in machine time too.
    house.clock.machine_ahead += 2 * AFTER_A_REFUSAL
    await read_again(house)
    assert [row.text for row in await stored(house)] == ["Meanwhile."]
    assert len(tokens.asked) == 2
    assert "1 mail" in await status(house)


async def test_a_token_is_used_until_a_minute_before_its_end(tokens: TokenOffice):
    now = 1000.0
    held = Tokens(tokens.secrets(), 5.0, lambda: now)
    tokens.lasts = 300
    first = await held.current()
    now += 300 - MARGIN - 1
    assert await held.current() == first
    now += 1
    assert await held.current() != first
    tokens.lasts = None
    now += 300
    second = await held.current()
    assert await held.current() != second, "of an unknown end: good for once"


@pytest.mark.parametrize(
    ("changes", "answer", "kind", "what", "mend"),
    [
        ({"client_secret": "wrong"}, None, "refused", "(invalid_client)", "a client secret has an end"),
        ({"refresh_token": "old"}, None, "refused", "(invalid_grant)", "MAILBOX_REFRESH_TOKEN"),
        ({}, (400, {"error": "invalid_scope"}), "refused", "(invalid_scope)", "MAILBOX_SCOPE"),
        ({}, (400, {"error": "Ask <me> why"}), "protocol", "does not answer as one", "MAILBOX_TOKEN_URL"),
        ({}, (503, "down"), "unreachable", "gives no access token now (503)", "goes on trying"),
        ({}, (429, {}), "unreachable", "(429)", "goes on trying"),
        ({}, (200, "<html>"), "protocol", "does not answer as one", "MAILBOX_TOKEN_URL"),
        ({}, (200, "x" * 100_000), "protocol", "does not answer as one", "MAILBOX_TOKEN_URL"),
        ({}, (200, {"access_token": "a\x01b"}), "protocol", "does not answer as one", "MAILBOX_TOKEN_URL"),
        ({}, (200, {"access_token": "a", "token_type": "mac"}), "protocol", "as one", "MAILBOX_TOKEN_URL"),
        ({}, (307, ""), "protocol", "does not answer as one", "MAILBOX_TOKEN_URL"),
        ({"url": "http://127.0.0.1:9/token"}, None, "unreachable", "cannot be reached", "the network"),
    ],
)
async def test_what_goes_wrong_is_told_in_a_sentence_without_a_secret(
    tokens: TokenOffice, changes: dict[str, Any], answer: Any, kind: str, what: str, mend: str
):
    tokens.answer = answer
    with pytest.raises(MailError) as caught:
        await Tokens(tokens.secrets(**changes), 5.0).current()
    assert (caught.value.kind, what in caught.value.what, mend in caught.value.mend) == (kind, True, True)
    for planted in (SECRET, REFRESH, "Ask", "down", "html"):
        assert planted not in str(caught.value)
    assert tokens.elsewhere == [], "what was sent there goes nowhere else"


async def test_who_falls_silent_is_not_waited_for(tokens: TokenOffice):
    tokens.hold.clear()
    with pytest.raises(MailError) as caught:
        async with asyncio.timeout(10):
            await Tokens(tokens.secrets(), 0.2).current()
    assert caught.value.kind == "silent"
    tokens.hold.set()


async def test_a_mail_server_that_takes_no_tokens_is_told_of(tokens: TokenOffice, office: PostOffice):
    box = office.box()
    with pytest.raises(MailError) as caught:
        async with Mailbox(by_token(box, tokens), Patience()).opened():
            pass
    assert (caught.value.kind, caught.value.what) == ("refused", "The mail server refuses the access token.")
    assert "MAILBOX_USER" in caught.value.mend
