"""The doctor's questions about version and region: what the local Intercom never answers wrongly."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from doctor_visit import Doctor
from harness import House
from local_server import served

from bot.doctor import of_intercom
from bot.doctor.patient import Patient, admitted
from bot.errors import ConfigError
from bot.settings.secrets import INTERCOM_API_URLS, Region, load_secrets


@pytest.fixture
async def patient(house: House, doctor: Doctor) -> AsyncIterator[Patient]:
    async with admitted(load_secrets(doctor.environment()), house.clock) as made:
        yield made


def told(patient: Patient, **says: str | None) -> Patient:
    """The patient as if Intercom's answer to /me had said something else."""
    assert not isinstance(patient.intercom_me, ConfigError)
    return replace(patient, intercom_me=replace(patient.intercom_me, **says))


def hosted(patient: Patient, region: Region) -> Patient:
    """The patient with one of Intercom's own addresses."""
    address = INTERCOM_API_URLS[region]
    return replace(
        patient, secrets=replace(patient.secrets, intercom_region=region, intercom_api_url=address)
    )


@pytest.mark.parametrize(
    ("asked", "says", "state", "mend"),
    [
        ("us", "US", "ok", ""),
        ("us", "EU", "fails", "Set INTERCOM_REGION=eu."),
        ("eu", "AU", "fails", "Set INTERCOM_REGION=au."),
        ("eu", None, "ok", ""),
        ("us", "somewhere", "ok", ""),
    ],
)
async def test_the_region_is_the_one_that_intercom_tells(
    patient: Patient, asked: Region, says: str | None, state: str, mend: str
) -> None:
    (found,) = await of_intercom.region(told(hosted(patient, asked), region=says))
    assert (found.state, found.mend) == (state, mend)


async def test_an_address_of_ones_own_is_not_judged(patient: Patient) -> None:
    (found,) = await of_intercom.region(told(patient, region="EU"))
    assert found.state == "ok"


async def test_another_version_than_asked_for_fails(patient: Patient) -> None:
    (found,) = await of_intercom.version(told(patient, api_version="2.3"))
    assert found.state == "fails"
    assert "2.14 was asked for and 2.3 came back" in found.told
    (found,) = await of_intercom.version(told(patient, api_version=None))
    assert (found.state, "does not say" in found.told) == ("ok", True)


@pytest.mark.parametrize(
    ("call", "what", "permission"),
    [
        ("POST /conversations/search", "conversations", "Read conversations"),
        ("POST /contacts/search", "contacts", "Read and list users and companies"),
        ("POST /companies/list", "companies", "Read and list users and companies"),
        ("GET /teams", "teams", "Read admins"),
        ("GET /tags", "tags", "Read tags"),
        ("GET /admins/activity_logs", "the activity log", "Read admin activity logs"),
    ],
)
async def test_each_thing_that_the_token_may_not_read_has_its_permission_named(
    house: House, doctor: Doctor, call: str, what: str, permission: str
) -> None:
    assert (await doctor.visits()).of("Intercom permissions")["state"] == "ok"
    house.fault("intercom", call, "error", times=-1, status=403, error="forbidden")
    visit = await doctor.visits()
    assert visit.failing == [f"Intercom permissions {what}"]
    assert permission in visit.of("Intercom permissions", what)["mend"]
    house.faults.clear()
    house.fault("intercom", call, "error", times=-1, status=503, error="service_unavailable")
    assert (await doctor.visits()).of("Intercom permissions", what)["state"] == "not checked"


@pytest.mark.parametrize(("status", "error"), [(401, "unauthorized"), (403, "forbidden"), (404, "not_found")])
async def test_tickets_that_may_not_be_read_are_told_of_and_no_failure(
    house: House, doctor: Doctor, status: int, error: str
) -> None:
    visit = await doctor.visits()
    assert (visit.of("Intercom tickets")["state"], visit.of("Intercom tickets")["told"]) == ("ok", "read")
    house.fault("intercom", "POST /tickets/search", "error", times=-1, status=status, error=error)
    visit = await doctor.visits()
    found = visit.of("Intercom tickets")
    assert found["state"] == "ok"
    assert "not read: the token lacks the permission to read tickets" in found["told"]


@pytest.fixture
async def elsewhere() -> AsyncIterator[str]:
    """A site that is not Intercom's: pages, and one address that answers anything with JSON."""

    async def page(request: web.Request) -> web.Response:
        match request.match_info["what"]:
            case "json":
                return web.json_response({"fine": True})
            case "moved":
                return web.Response(status=301, headers={"Location": "https://intercom.example/"})
            case _:
                return web.Response(status=404, text="<h1>Not here</h1>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{what}/{rest:.*}", page)
    async with served(app) as url:
        yield url


@pytest.mark.parametrize(
    ("path", "answered"),
    [("nowhere", "status 404"), ("moved", "status 301"), ("json", "something else")],
)
async def test_an_address_that_is_not_intercoms_is_told_as_such(
    house: House, doctor: Doctor, elsewhere: str, path: str, answered: str
) -> None:
    visit = await doctor.visits(INTERCOM_API_URL=f"{elsewhere}/{path}")
    found = visit.of("Intercom token")
    assert visit.failing == ["Intercom token"]
    assert found["told"] == (
        "INTERCOM_API_URL: is not the address of Intercom's API: asked whose token it is, it answered with "
        f"{answered}."
    )
    assert found["mend"].startswith("Take it out, or write https://api.intercom.io with nothing behind it.")
    await house.stop_bot()
    with pytest.raises(ConfigError, match="is not the address of Intercom's API"):
        await house.start_bot(intercom_api_url=f"{elsewhere}/{path}")
    with pytest.raises(ConfigError, match="is not the address of Intercom's API"):
        await house.start_bot(intercom_api_url=f"{house.server.url}/intercom/conversations")
