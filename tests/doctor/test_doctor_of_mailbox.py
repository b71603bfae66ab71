"""The doctor at the mailbox: all well, and each thing that is wrong with its mend."""

from __future__ import annotations

from collections.abc import Iterator

import post_office
import pytest
import token_office
from doctor_visit import Doctor
from free_ports import free_port
from harness import House
from post_office import PASSWORD, Box
from token_office import CLIENT, SCOPE, SECRET

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with post_office.opened() as office:
        yield office.box()


def variables(box: Box, **changes: str | None) -> dict[str, str | None]:
    usual: dict[str, str | None] = {
        "MAILBOX_HOST": "127.0.0.1",
        "MAILBOX_PORT": str(box.office.tls_port),
        "MAILBOX_USER": box.user,
        "MAILBOX_PASSWORD": PASSWORD,
        "MAILBOX_CA": str(box.office.certificate),
    }
    return {**usual, **changes}


async def test_without_a_mailbox_nothing_is_wrong(doctor: Doctor) -> None:
    assert (await doctor.visits()).of("Mailbox")["told"] == "none is set up (no MAILBOX_HOST)"


async def test_a_mailbox_that_can_be_read(doctor: Doctor, box: Box) -> None:
    found = (await doctor.visits(**variables(box))).of("Mailbox")
    assert found["state"] == "ok"
    assert found["told"] == "reads “Sent” and “INBOX” at 127.0.0.1"
    starttls = variables(box, MAILBOX_SECURITY="starttls", MAILBOX_PORT=str(box.office.plain_port))
    assert (await doctor.visits(**starttls)).of("Mailbox")["state"] == "ok"


@pytest.mark.parametrize(
    ("changes", "told", "mend"),
    [
        ({"MAILBOX_PASSWORD": "PLANTED-wrong"}, "refuses user and password", "MAILBOX_PASSWORD"),
        ({"MAILBOX_CA": None}, "is not trusted (self-signed certificate)", "MAILBOX_CA"),
        ({"MAILBOX_HOST": "localhost"}, "is not trusted (Hostname mismatch", "Correct MAILBOX_HOST"),
        ({"MAILBOX_HOST": "nowhere.invalid"}, "There is no server named nowhere.invalid", "MAILBOX_HOST"),
        ({"MAILBOX_PORT": "plain"}, "does not speak TLS from the first byte", "MAILBOX_SECURITY=starttls"),
        ({"MAILBOX_PORT": "free"}, "Nobody listens at 127.0.0.1:", "MAILBOX_PORT"),
    ],
)
async def test_each_thing_that_can_be_wrong(
    doctor: Doctor, box: Box, changes: dict[str, str | None], told: str, mend: str
) -> None:
    ports = {"plain": str(box.office.plain_port), "free": str(free_port())}
    if changes.get("MAILBOX_PORT") in ports:
        changes = {"MAILBOX_PORT": ports[str(changes["MAILBOX_PORT"])]}
    visit = await doctor.visits(**variables(box, **changes))
    assert visit.failing == ["Mailbox"]
    found = visit.of("Mailbox")
    assert told in found["told"]
    assert mend in found["mend"]
    assert PASSWORD not in visit.text


async def test_a_mailbox_that_is_read_with_access_tokens(doctor: Doctor) -> None:
    async with token_office.opened() as tokens:
        with post_office.opened(judge=tokens.judge) as office:
            box = office.box()
            tokens.user = box.user
            by_token = variables(
                box,
                MAILBOX_PASSWORD=None,
                MAILBOX_TOKEN_URL=f"{tokens.url}/token",
                MAILBOX_CLIENT_ID=CLIENT,
                MAILBOX_CLIENT_SECRET=SECRET,
                MAILBOX_SCOPE=SCOPE,
            )
            visit = await doctor.visits(**by_token)
            assert visit.of("Mailbox")["told"] == "reads “Sent” and “INBOX” at 127.0.0.1"
            wrong = await doctor.visits(**{**by_token, "MAILBOX_CLIENT_SECRET": "PLANTED-wrong"})
            assert wrong.failing == ["Mailbox"]
            assert "gives no access token (invalid_client)" in wrong.of("Mailbox")["told"]
            assert "MAILBOX_CLIENT_SECRET" in wrong.of("Mailbox")["mend"]
            tokens.user = "somebody@else.example"
            other = await doctor.visits(**by_token)
            assert other.of("Mailbox")["told"] == "The mail server refuses the access token."
            assert SECRET not in visit.text + wrong.text + other.text


async def test_a_folder_that_is_not_there_is_named(doctor: Doctor, house: House, box: Box) -> None:
    house.edits(house.toml + '\n[mailbox]\nfolders = ["INBOX", "Ablage"]\n')
    found = (await doctor.visits(**variables(box))).of("Mailbox")
    assert found["told"] == "The mailbox has no folder “Ablage”, or does not show it."
    assert "[mailbox] in watchbell.toml" in found["mend"]
    assert b"\\Seen" not in {flag for flags in box.flags() for flag in flags}
