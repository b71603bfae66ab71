"""Reading from Intercom: what is asked, what is tried again, and what a failure says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import yaml
from intercom_door_help import Answer, Naps, error_list, fake_intercom
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from shared_files import shared

from bot.errors import ConfigError
from bot.intercom.client import IntercomClient, build
from bot.intercom.errors import IntercomError

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TOKEN = "a-token-of-a-test"


class Stopped:
    """A clock that moves only while somebody naps."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def machine(self) -> datetime:
        return self.time


class Script:
    """Answers in order (the last one for ever) and remembers the requests."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests]


def client(
    script: Callable[[httpx.Request], httpx.Response], naps: Naps | None = None, **options: Any
) -> IntercomClient:
    clock = Stopped()

    def advance(seconds: float) -> None:
        clock.time += timedelta(seconds=seconds)

    sleep = naps or Naps()
    sleep.on_nap = advance
    http = httpx.AsyncClient(transport=httpx.MockTransport(script))
    return build(token=TOKEN, http=http, clock=clock, sleep=sleep, **options)


def rows(*ids: object) -> dict[str, Any]:
    return {"type": "conversation.list", "total_count": 5, "conversations": [{"id": i} for i in ids]}


def page(after: object, *ids: object) -> httpx.Response:
    return httpx.Response(200, json=rows(*ids) | {"pages": {"next": {"starting_after": after}}})


async def test_each_call_carries_token_and_version_and_goes_under_the_base_address() -> None:
    script = Script(httpx.Response(200, json={"id": 58}))
    reads = client(script, base_url="http://127.0.0.1:8710/intercom/")
    assert (await reads.conversation("58")).id == "58"
    (request,) = script.requests
    assert str(request.url) == "http://127.0.0.1:8710/intercom/conversations/58"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["intercom-version"] == "2.14"


async def test_a_search_is_paged_by_hand_to_its_end() -> None:
    script = Script(page("A", 1, 2), page("B", 3, "x"), httpx.Response(200, json=rows(4)))
    reads = client(script)
    found: list[str] = []
    cursor = None
    while True:
        got = await reads.search_conversations(NOON, cursor, states=["open", "snoozed"])
        found += [row.id for row in got.items]
        cursor = got.next_cursor
        if cursor is None:
            break
    assert found == ["1", "2", "3", "x", "4"]
    assert got.total == 5
    assert not got.items[0].parts_complete
    sent = script.bodies()
    assert [body["pagination"] for body in sent] == [
        {"per_page": 150},
        {"per_page": 150, "starting_after": "A"},
        {"per_page": 150, "starting_after": "B"},
    ]
    assert all(body["sort"] == {"field": "updated_at", "order": "ascending"} for body in sent)


async def test_a_cursor_that_does_not_move_and_a_next_that_is_a_link() -> None:
    link = "https://api.intercom.io/conversations/search?starting_after=Q%3D&per_page=5"
    script = Script(page("A", 1), httpx.Response(200, json=rows(2) | {"pages": {"next": link}}))
    reads = client(script)
    assert (await reads.search_conversations(NOON, "A")).next_cursor is None
    assert (await reads.search_conversations(NOON, "A")).next_cursor == "Q="


@pytest.mark.parametrize(
    "answer", [{}, {"pages": None, "conversations": None}, {"conversations": [1, {}, None]}]
)
async def test_a_page_of_an_odd_shape_is_an_empty_page(answer: dict[str, Any]) -> None:
    got = await client(Script(httpx.Response(200, json=answer))).search_conversations(NOON)
    assert (got.items, got.next_cursor) == ((), None)


@pytest.mark.parametrize("states", [(), ("open", "snoozed")])
async def test_search_bodies_are_clean_by_the_published_schema(states: tuple[Any, ...]) -> None:
    spec = yaml.load(shared("specs/intercom-2.14.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    registry: Registry[Any] = Registry().with_resource("urn:intercom", Resource(spec, DRAFT4))
    schema = {"$ref": "urn:intercom#/components/schemas/search_request"}
    validator = OAS30Validator(schema, registry=registry)
    script = Script(httpx.Response(200, json=rows()))
    await client(script).search_conversations(NOON, "A", states=states)
    (body,) = script.bodies()
    body.pop("sort")  # works, but is in no published description
    assert validator.is_valid(body)
    leaf = {"field": "open", "operator": "=", "value": "true"}
    mixed = {"query": {"operator": "AND", "value": [leaf, body["query"]]}}
    assert not validator.is_valid(mixed)  # control: a leaf beside a group, as often seen


FAILURES: list[tuple[str, httpx.Response | Exception, str]] = [
    ("429", httpx.Response(429, json=error_list("rate_limit_exceeded", "x")), "rate_limited"),
    ("500", httpx.Response(500, text="oops"), "unknown"),
    ("502", httpx.Response(502, text="<html>"), "unknown"),
    ("timeout", httpx.ReadTimeout("slow"), "unknown"),
    ("reset", httpx.ReadError("reset"), "unknown"),
    ("refused", httpx.ConnectError("refused"), "not_sent"),
    ("pool", httpx.PoolTimeout("busy"), "not_sent"),
    ("not json", httpx.Response(200, text="<html>hello</html>"), "unknown"),
]


@pytest.mark.parametrize(("name", "failure", "kind"), FAILURES, ids=[name for name, *_ in FAILURES])
async def test_a_passing_failure_is_tried_again(
    name: str, failure: httpx.Response | Exception, kind: str
) -> None:
    naps = Naps()
    script = Script(failure, failure, httpx.Response(200, json={"id": 1}))
    assert (await client(script, naps).conversation("1")).id == "1"
    assert len(script.requests) == 3
    assert len(naps.taken) == 2
    assert 0.25 <= naps.taken[0] <= 0.5 <= naps.taken[1] <= 1.0


@pytest.mark.parametrize(("name", "failure", "kind"), FAILURES, ids=[name for name, *_ in FAILURES])
async def test_a_lasting_failure_is_told_after_four_tries(
    name: str, failure: httpx.Response | Exception, kind: str
) -> None:
    script = Script(failure)
    with pytest.raises(IntercomError) as told:
        await client(script).conversation("1")
    assert told.value.kind == kind
    assert len(script.requests) == 4


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, "refused"),
        (400, "refused"),
        (401, "unauthorized"),
        (403, "unauthorized"),
        (404, "not_found"),
        (409, "refused"),
        (410, "not_found"),
        (413, "refused"),
        (422, "refused"),
    ],
)
async def test_a_refusal_is_final_and_says_why(status: int, kind: str) -> None:
    script = Script(httpx.Response(status, json=error_list("some_code", "Because \u202eof\n this.")))
    with pytest.raises(IntercomError) as told:
        await client(script).contact("1")
    error = told.value
    assert (error.kind, error.status, error.code, error.request_id) == (kind, status, "some_code", "req-1")
    assert len(script.requests) == 1
    assert error.message_for_people.endswith(".")
    assert "!" not in error.message_for_people
    assert TOKEN not in error.message_for_people + repr(error)
    if kind == "refused":
        assert "Because of this" in error.message_for_people


async def test_retry_after_is_kept_to_the_second() -> None:
    naps = Naps()
    script = Script(httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(200, json={"id": 1}))
    await client(script, naps).conversation("1")
    assert naps.taken == [7.0]


async def test_the_end_of_the_window_is_measured_by_the_servers_own_clock() -> None:
    naps = Naps()
    theirs = NOON + timedelta(hours=3)  # our clock is three hours slow
    headers = {
        "X-RateLimit-Reset": str(int(theirs.timestamp()) + 4),
        "Date": format_datetime(theirs, usegmt=True),
    }
    script = Script(httpx.Response(429, headers=headers), httpx.Response(200, json={"id": 1}))
    await client(script, naps).conversation("1")
    assert naps.taken == [4.0]


async def test_a_pause_beyond_all_patience_is_the_callers_to_keep() -> None:
    naps = Naps()
    script = Script(httpx.Response(429, headers={"Retry-After": "600"}))
    with pytest.raises(IntercomError) as told:
        await client(script, naps).conversation("1")
    assert (told.value.kind, told.value.retry_after, naps.taken) == ("rate_limited", 600.0, [])


def limited(remaining: int) -> httpx.Response:
    headers = {
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(int(NOON.timestamp()) + 10),
        "Date": format_datetime(NOON, usegmt=True),
    }
    return httpx.Response(200, json={"id": 1}, headers=headers)


@pytest.mark.parametrize(("remaining", "naps_taken"), [(60, []), (11, []), (4, [2.0]), (0, [10.0])])
async def test_calls_slow_down_before_the_window_is_used_up(remaining: int, naps_taken: list[float]) -> None:
    naps = Naps()
    reads = client(Script(limited(remaining)), naps)
    await reads.conversation("1")
    assert naps.taken == []
    await reads.conversation("1")
    assert naps.taken == naps_taken


async def test_absent_or_senseless_rate_limit_headers_change_nothing() -> None:
    naps = Naps()
    odd = {"X-RateLimit-Limit": "many", "X-RateLimit-Remaining": "", "X-RateLimit-Reset": "soon", "Date": "x"}
    reads = client(
        Script(httpx.Response(200, json={"id": 1}, headers=odd), httpx.Response(200, json={"id": 1})), naps
    )
    for _ in range(3):
        await reads.conversation("1")
    assert naps.taken == []


async def test_companies_are_listed_to_the_last_page_each_once() -> None:
    def listed(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        data = [{"type": "company", "id": f"c{number}"}, {"type": "company", "id": "c1"}]
        return httpx.Response(200, json={"data": data, "total_count": 6, "pages": {"total_pages": 3}})

    assert [company.id async for company in client(listed).companies()] == ["c1", "c2", "c3"]


@pytest.mark.parametrize(
    "ending", [httpx.Response(200, json={"data": [], "scroll_param": "s"}), httpx.Response(404)]
)
async def test_beyond_ten_thousand_companies_are_scrolled(ending: httpx.Response) -> None:
    def company(*ids: str) -> httpx.Response:
        return httpx.Response(200, json={"data": [{"id": i} for i in ids], "scroll_param": "s"})

    many = httpx.Response(200, json={"data": [], "total_count": 10_001})
    script = Script(many, company("a", "b"), company("c"), ending)
    assert [found.id async for found in client(script).companies()] == ["a", "b", "c"]
    assert [r.url.params.get("scroll_param") for r in script.requests[1:]] == [None, "s", "s"]


async def test_a_scroll_that_breaks_starts_again_without_doubles() -> None:
    steps = iter(["a", "b", "break", "a", "b", "c", ""])

    def scroll(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/list"):
            return httpx.Response(200, json={"data": [], "total_count": 20_000})
        step = next(steps)
        if step == "break":
            return httpx.Response(400, json=error_list("scroll_exists", "lost"))
        return httpx.Response(200, json={"data": [{"id": step}] if step else [], "scroll_param": "s"})

    assert [found.id async for found in client(scroll).companies()] == ["a", "b", "c"]


async def test_people_teams_tags_and_oneself() -> None:
    answers = {
        "/admins": {"admins": [{"id": 1, "name": "Mara Lindqvist", "away_mode_enabled": True}, None]},
        "/teams": {"teams": [{"id": 5, "name": "Support", "admin_ids": [1]}]},
        "/tags": {"data": [{"id": 9, "name": "vip"}]},
        "/me": {"id": 1, "app": {"id_code": "k7m2p9xqz", "region": "EU", "timezone": "Europe/Berlin"}},
        "/tickets/7": {"id": 7, "ticket_parts": {"ticket_parts": [{"id": 1}], "total_count": 1}},
        "/companies/c": {"id": "c", "plan": {"name": "Pro"}},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answers[request.url.path], headers={"Intercom-Version": "2.14"})

    reads = client(answer)
    (admin,) = await reads.admins()
    assert (admin.id, admin.away) == ("1", True)
    (team,) = await reads.teams()
    assert team.admin_ids == ("1",)
    (tag,) = await reads.tags()
    assert (tag.id, tag.name) == ("9", "vip")
    me = await reads.me()
    assert (me.admin.id, me.app_id, me.region, me.api_version) == ("1", "k7m2p9xqz", "EU", "2.14")
    assert (await reads.ticket("7")).parts_complete
    assert (await reads.company("c")).plan == "Pro"


async def test_the_audit_log_follows_parameters_of_links_and_never_the_links() -> None:
    def log(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "api.intercom.io"
        second = request.url.params.get("page") == "2"
        link = None if second else "https://elsewhere.example/admins/activity_logs?page=2"
        entry = {
            "id": "b" if second else "a",
            "created_at": 1 if second else 2,
            "activity_type": "app_name_change",
        }
        return httpx.Response(200, json={"activity_logs": [entry], "pages": {"next": link}})

    assert [entry.id for entry in await client(log).activity_logs(NOON)] == ["b", "a"]


@pytest.mark.parametrize("identifier", ["../admins", "a/b", "1?x=2", "1#x", "..", "", "é\n"])
async def test_no_id_reaches_another_address(identifier: str) -> None:
    script = Script(httpx.Response(404))
    with pytest.raises(IntercomError) as told:
        await client(script).conversation(identifier)
    assert told.value.kind == "not_found"
    for request in script.requests:
        assert request.url.raw_path.startswith(b"/conversations/%") or request.url.raw_path.count(b"/") == 2
        assert b"?" not in request.url.raw_path


@pytest.mark.parametrize(
    ("token", "url", "setting"),
    [
        ("", "https://api.intercom.io", "INTERCOM_TOKEN"),
        ("  ", "https://api.intercom.io", "INTERCOM_TOKEN"),
        ("a\nb", "https://api.intercom.io", "INTERCOM_TOKEN"),
        ("t", "api.intercom.io", "INTERCOM_API_URL"),
        ("t", "ftp://api.intercom.io", "INTERCOM_API_URL"),
        ("t", "https://", "INTERCOM_API_URL"),
    ],
)
def test_a_bad_token_or_address_is_named_before_any_call(token: str, url: str, setting: str) -> None:
    with pytest.raises(ConfigError) as told:
        build(token=token, base_url=url)
    assert told.value.setting == setting


async def test_over_a_real_socket_a_cut_read_is_read_again() -> None:
    async with fake_intercom() as fake:
        fake.next_answers(Answer(cut=True), Answer(cut_in_body=True, body={"id": 1}), Answer(body={"id": 1}))
        reads = build(token=TOKEN, base_url=fake.url, sleep=Naps())
        assert (await reads.conversation("1")).id == "1"
        assert fake.hits("GET") == 3
        await reads.aclose()
