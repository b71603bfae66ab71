"""The doctor tries what is optional: the heartbeat's address, without a beat, and the language model."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from doctor_visit import Doctor
from free_ports import free_port
from local_server import served
from model_server import KEY, Model, serving

HEARTBEAT, LANGUAGE_MODEL = "Heartbeat", "Language model"
PATH = "/ping/PLANTED-7a"


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    async with serving() as made:
        yield made


def asking(model: Model, **changes: str) -> dict[str, str]:
    return {"LLM_URL": model.url, "LLM_KEY": KEY, "LLM_MODEL": "plain-7b", **changes}


async def test_nothing_is_said_of_what_is_not_set(doctor: Doctor) -> None:
    checks = {each["check"] for each in (await doctor.visits()).findings}
    assert not checks & {HEARTBEAT, LANGUAGE_MODEL}


async def test_the_heartbeats_host_is_connected_to_and_hears_no_beat(doctor: Doctor) -> None:
    heard: list[str] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(f"{request.method} {request.path}")
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", hear)
    async with served(app) as url:
        visit = await doctor.visits(HEARTBEAT_URL=url + PATH)
    assert visit.of(HEARTBEAT)["state"] == "ok"
    assert heard == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://127.0.0.1:{closed}", "its host takes no connection there"),
        ("http://heartbeat.invalid", "no host of its name is known"),
        ("https://127.0.0.1:{plain}", "its host does not speak HTTPS there"),
    ],
)
async def test_a_wrong_heartbeat_is_told_without_its_address(doctor: Doctor, address: str, told: str) -> None:
    async with served(web.Application()) as url:
        address = address.format(closed=free_port(), plain=url.rpartition(":")[2])
        visit = await doctor.visits(HEARTBEAT_URL=address + PATH)
    assert visit.failing == [HEARTBEAT]
    assert visit.of(HEARTBEAT)["told"] == f"HEARTBEAT_URL: {told}."
    assert visit.of(HEARTBEAT)["mend"].startswith("Copy the address again")
    assert "heartbeat.invalid" not in visit.text
    assert "PLANTED" not in visit.text


async def test_the_language_model_is_asked_once_and_nothing_of_anybody(doctor: Doctor, model: Model) -> None:
    visit = await doctor.visits(**asking(model))
    assert visit.of(LANGUAGE_MODEL)["told"] == "plain-7b answers"
    (asked,) = model.asked
    assert [each["content"] for each in asked["messages"]] == [
        "This is a test of the connection. Answer with one word: ready"
    ]


@pytest.mark.parametrize(
    ("status", "told", "mend"),
    [
        (401, "refused the key (LLM_KEY).", "Copy LLM_KEY again"),
        (
            404,
            "answered with status 404.",
            "Check LLM_URL, which ends before /chat/completions, and LLM_MODEL.",
        ),
        (302, "answered with status 302.", "Check LLM_URL"),
        (429, "is asked too often at the moment.", "Try again in a minute"),
    ],
)
async def test_a_wrong_language_model_is_told_without_its_key(
    doctor: Doctor, model: Model, status: int, told: str, mend: str
) -> None:
    model.status = status
    visit = await doctor.visits(**asking(model))
    assert visit.failing == [LANGUAGE_MODEL]
    assert visit.of(LANGUAGE_MODEL)["told"].endswith(told)
    assert visit.of(LANGUAGE_MODEL)["mend"].startswith(mend)
    assert KEY not in visit.text


async def test_a_language_model_that_is_not_there_is_told(doctor: Doctor, model: Model) -> None:
    visit = await doctor.visits(**asking(model, LLM_URL=f"http://127.0.0.1:{free_port()}/v1?key=PLANTED"))
    assert visit.failing == [LANGUAGE_MODEL]
    assert visit.of(LANGUAGE_MODEL)["told"] == "the language model cannot be reached."
    assert "PLANTED" not in visit.text
