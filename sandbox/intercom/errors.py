"""Refusals as Intercom words them: an `error.list` with a code, a message and sometimes the field."""

from __future__ import annotations

import uuid
from typing import Any


class ApiError(Exception):
    """A call that is answered with an error; `code` and `message` as in Intercom's published examples."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        field: str | None = None,
        *,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.field is not None:
            error["field"] = self.field
        return {"type": "error.list", "request_id": str(uuid.uuid4()), "errors": [error]}


def invalid(message: str, field: str | None = None, *, status: int = 400) -> ApiError:
    return ApiError(status, "parameter_invalid", message, field)


def missing(field: str) -> ApiError:
    return ApiError(400, "parameter_not_found", f"{field} is a required parameter", field)


def not_found(message: str, code: str = "not_found") -> ApiError:
    return ApiError(404, code, message)
