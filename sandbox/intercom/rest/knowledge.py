"""Articles, tags and the attributes that companies and contacts can have."""

from __future__ import annotations

from typing import Any

from starlette.routing import BaseRoute

from sandbox.intercom import render, render_customers
from sandbox.intercom.errors import invalid, missing, not_found
from sandbox.intercom.paging import by_number
from sandbox.intercom.rest.gate import Call, Json, route
from sandbox.intercom.text import plain
from sandbox.intercom.world import IntercomWorld

BUILT_IN = {
    "contact": [("name", "string"), ("email", "string"), ("last_seen_at", "date"), ("signed_up_at", "date")],
    "company": [
        ("name", "string"),
        ("plan", "string"),
        ("monthly_spend", "integer"),
        ("user_count", "integer"),
    ],
}


def routes(world: IntercomWorld) -> list[BaseRoute]:
    return [
        route(world, "GET", "/articles", _list),
        route(world, "GET", "/articles/search", _search),
        route(world, "GET", "/articles/{article_id}", _article),
        route(world, "GET", "/tags", _tags),
        route(world, "GET", "/tags/{tag_id}", _tag),
        route(world, "GET", "/data_attributes", _data_attributes),
    ]


def _list(call: Call) -> Json:
    ws = call.world.workspace
    page = by_number(
        list(ws.articles.values()), call.number("page", 1), call.number("per_page", 25, at_most=150)
    )
    return {
        "type": "list",
        "data": [render_customers.article(ws, one) for one in page.rows],
        "pages": page.shape,
        "total_count": page.total,
    }


def _search(call: Call) -> Json:
    """Articles that hold every word of `phrase`, in title or body; those with more in the title first."""
    ws = call.world.workspace
    words = call.query.get("phrase", "").casefold().split()
    state = call.query.get("state", "all")
    if state not in ("published", "draft", "all"):
        raise invalid("state must be published, draft or all", "state")
    ranked = []
    for article in ws.articles.values():
        title, body = article.title.casefold(), plain(article.body).casefold()
        if (state in ("all", article.state)) and all(word in title or word in body for word in words):
            ranked.append((-sum(word in title for word in words), article.id, article))
    found = [article for _, _, article in sorted(ranked, key=lambda each: each[:2])]
    page = by_number(found, call.number("page", 1), call.number("per_page", 10, at_most=150))
    return {
        "type": "list",
        "total_count": page.total,
        "data": {"articles": [render_customers.article(ws, one) for one in page.rows], "highlights": []},
        "pages": page.shape,
    }


def _article(call: Call) -> Json:
    article = call.world.articles.get(call.path["article_id"])
    if article is None:
        raise not_found("Resource Not Found")
    return render_customers.article(call.world.workspace, article)


def _tags(call: Call) -> Json:
    return {"type": "list", "data": [render.tag(one) for one in call.world.tags.values()]}


def _tag(call: Call) -> Json:
    tag = call.world.tags.get(call.path["tag_id"])
    if tag is None:
        raise not_found("Resource Not Found")
    return render.tag(tag)


def _data_attributes(call: Call) -> Json:
    """What the model's objects can have: the built-in ones, and every custom one that some object has."""
    model = call.query.get("model")
    if model is None:
        raise missing("model")
    if model not in BUILT_IN:
        raise invalid("The Data Attribute model field must be either contact or company", "model")
    objects: Any = call.world.companies.values() if model == "company" else call.world.contacts.values()
    custom: dict[str, str] = {}
    for one in objects:
        for name, value in one.custom_attributes.items():
            custom.setdefault(name, _type_of(value))
    rows = [(name, kind, False) for name, kind in BUILT_IN[model]]
    rows += [(name, kind, True) for name, kind in custom.items()]
    return {"type": "list", "data": [_attribute(model, i, *row) for i, row in enumerate(rows, start=1)]}


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return {int: "integer", float: "float"}.get(type(value), "string")


def _attribute(model: str, id_: int, name: str, kind: str, custom: bool) -> Json:
    shape: Json = {
        "type": "data_attribute",
        "model": model,
        "name": name,
        "full_name": f"custom_attributes.{name}" if custom else name,
        "label": name.replace("_", " ").capitalize(),
        "description": "",
        "data_type": kind,
        "api_writable": custom,
        "ui_writable": False,
        "messenger_writable": False,
        "custom": custom,
        "archived": False,
    }
    return {**shape, "id": id_} if custom else shape
