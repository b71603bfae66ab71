"""Arguments of a Web API call, however they were sent: query, form, multipart or JSON."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from sandbox.slack.model import SlackError

_TRUE = frozenset({"true", "1", "yes", "on"})


class Arguments:
    """Reads arguments with Slack's leniency: numbers and booleans may be strings, objects JSON text."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str, code: str = "invalid_arguments") -> str:
        """A text that must be there. Raises SlackError(code) with Slack's hint otherwise."""
        value = self.text(name)
        if not value:
            hint = f"[ERROR] missing required field: {name}"
            raise SlackError(code, response_metadata={"messages": [hint]})
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        return value if isinstance(value, bool) else str(value).lower() in _TRUE

    def number(self, name: str, default: int, *, most: int | None = None) -> int:
        """A whole number of at least 1, cut at `most`. Raises SlackError invalid_limit."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(str(value))
        except ValueError:
            raise SlackError("invalid_limit") from None
        if number < 1:
            raise SlackError("invalid_limit")
        return number if most is None else min(number, most)

    def nested(self, name: str, code: str = "invalid_arguments") -> Any:
        """An object or array, sent as such or as JSON text; None if absent. Raises SlackError(code)."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(code) from None


async def read_arguments(request: Request) -> Arguments:
    """Query and body together; the body wins. Raises SlackError invalid_json, json_not_object."""
    values: dict[str, Any] = dict(request.query_params)
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST":
        if content_type == "application/json":
            values |= _json_object(await request.body())
        elif content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            async with request.form() as form:
                values |= {name: value for name, value in form.items() if isinstance(value, str)}
    return Arguments(values)


def _json_object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        data = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(data, dict):
        raise SlackError("json_not_object")
    return data
