"""The published description 2.14 as a checker of what the local Intercom answers and of what clients send.

What the API has from 2.16 on, office hours, macros and merging, is checked against the description of 2.16.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import httpx
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from shared_files import shared

URI = "urn:intercom"


class Spec:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.registry = Registry().with_resource(URI, Resource.from_contents(document, DRAFT4))
        self._validators: dict[str, OAS30Validator] = {}
        # A path without parameters is matched before one with: /contacts/search before /contacts/{id}.
        templates = sorted(document["paths"], key=lambda path: path.count("{"))
        self._templates = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"), path) for path in templates
        ]

    def problems(self, pointer: str, value: Any) -> list[str]:
        """What is wrong with `value` according to the schema at a JSON pointer."""
        if pointer not in self._validators:
            self._validators[pointer] = OAS30Validator({"$ref": URI + "#" + pointer}, registry=self.registry)
        errors = self._validators[pointer].iter_errors(value)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]

    def operation(self, method: str, path: str) -> str | None:
        """The pointer of the operation that serves `path`."""
        for pattern, template in self._templates:
            if pattern.fullmatch(path) and method.lower() in self.document["paths"][template]:
                return f"/paths/{template.replace('/', '~1')}/{method.lower()}"
        return None

    def response_problems(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer. An error whose status the operation does not list is checked as an
        error all the same; a success that is not described is a problem."""
        operation = self.operation(method, path)
        if status >= 400:
            return self.problems("/components/schemas/error", body)
        if operation is None:
            return [f"{method} {path} is not described"]
        return self.problems(f"{operation}/responses/{status}/content/application~1json/schema", body)

    def request_problems(self, method: str, path: str, body: Any) -> list[str]:
        operation = self.operation(method, path)
        return self.problems(f"{operation}/requestBody/content/application~1json/schema", body)

    async def check(self, response: httpx.Response) -> None:
        """An httpx hook: fails the test on an answer that the description does not allow."""
        await response.aread()
        path = response.request.url.path.removeprefix("/intercom")
        found = self.response_problems(response.request.method, path, response.status_code, response.json())
        assert not found, f"{response.request.method} {path} {response.status_code}: {found[:5]}"


@lru_cache(maxsize=1)
def _spec() -> Spec:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document, newer = (
        yaml.load(shared(f"specs/intercom-{version}.yaml").read_bytes(), Loader=loader)
        for version in ("2.14", "2.16")
    )
    document["paths"] |= {
        path: described
        for path, described in newer["paths"].items()
        if path not in document["paths"] and path.startswith(_NEWER)
    }
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = newer["components"]["schemas"] | schemas
    return Spec(document)


_NEWER = ("/office_hours_schedules", "/macros", "/conversations/{id}/merge")


def spec() -> Spec:
    """The description, read once; skips the test where it is absent."""
    shared("specs/intercom-2.14.yaml")
    return _spec()
