"""Who was merged with whom, as Intercom tells it: the history of who is left, the refusal of who is gone."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from intercom_door_help import error_list

from bot.intercom.client import IntercomClient, build
from bot.intercom.errors import IntercomError
from bot.intercom.reader_people import read_contact

CONTACT = {"type": "contact", "id": "u1", "role": "user", "name": "Kim", "email": "kim@customer.example"}
HISTORY = [
    {"type": "merge_history", "source_contact_id": "l1", "source_contact_role": "lead", "merged_at": 1},
    {"type": "merge_history", "source_contact_id": 77, "source_contact_role": "user", "merged_at": None},
    {"type": "merge_history", "source_contact_id": "l1"},
    {"type": "merge_history", "source_contact_id": None},
    "x",
]  # fmt: skip
MOVED = error_list("contact_merged", "This contact has been merged.")


def reading(answer: Callable[[httpx.Request], httpx.Response]) -> IntercomClient:
    return build(token="token", http=httpx.AsyncClient(transport=httpx.MockTransport(answer)))


async def test_a_contact_comes_with_those_who_were_merged_into_it() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={**CONTACT, "merge_history": HISTORY})

    assert (await reading(answer).contact("u1")).merged == ("l1", "77")
    (request,) = asked
    assert request.headers["Intercom-Version"] == "2.16"
    assert request.url.params["include_merge_history"] == "true"


async def test_without_that_version_the_contact_is_read_all_the_same() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["Intercom-Version"])
        if asked[-1] == "2.16":
            return httpx.Response(400, json=error_list("intercom_version_invalid", "Not found"))
        return httpx.Response(200, json=CONTACT)

    found = await reading(answer).contact("u1")
    assert (found.name, found.merged, asked) == ("Kim", (), ["2.16", "2.14"])


@pytest.mark.parametrize(
    ("status", "link", "instead"),
    [
        (410, '</contacts/u9>; rel="canonical"', "u9"),
        (410, "</contacts/u9> ; rel=canonical", "u9"),
        (410, '</contacts/u1/notes>; rel="next", </contacts/u9>; rel="canonical"', "u9"),
        (410, None, None),
        (410, "</contacts/>; rel=canonical", None),
        (410, '</contacts/../admins>; rel="canonical"', None),
        (410, '<https://evil.example/contacts/u9>; rel="canonical"', None),
        (410, '</contacts/u9>; rel="next"', None),
        (410, f'</contacts/{"9" * 5000}>; rel="canonical"', None),
        (404, '</contacts/u9>; rel="canonical"', None),
    ],
)
async def test_who_was_merged_away_is_refused_with_who_they_are_now(
    status: int, link: str | None, instead: str | None
) -> None:
    headers = {"Link": link} if link is not None else {}
    with pytest.raises(IntercomError) as refused:
        await reading(lambda _: httpx.Response(status, headers=headers, json=MOVED)).contact("u1")
    assert (refused.value.kind, refused.value.instead) == ("not_found", instead)


@pytest.mark.parametrize("odd", [None, "", 7, {}, {"data": None}, [None], [[]], {"data": [{"id": "x"}]}])
def test_a_history_of_an_odd_shape_is_no_history(odd: object) -> None:
    assert read_contact({**CONTACT, "merge_history": odd}).merged == ()
