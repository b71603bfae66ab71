"""What a failed call to Slack means for the one who made it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

Kind = Literal["not_sent", "unknown", "permanent", "rate_limited"]

# Answers that stay the same however often the same call is made.
PERMANENT = frozenset(
    {
        # the token
        "account_inactive",
        "access_denied",
        "app_not_installed",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        # the place
        "cant_delete_message",
        "cant_update_message",
        "cannot_reply_to_message",
        "channel_is_limited_access",
        "channel_not_found",
        "edit_window_closed",
        "external_channel_migrating",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "messages_tab_disabled",
        "not_in_channel",
        "posting_to_channel_denied",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "team_not_found",
        "thread_not_found",
        "user_disabled",
        "user_not_found",
        "user_not_in_channel",
        "user_not_visible",
        "users_not_found",
        # the content
        "attachment_payload_limit_exceeded",
        "block_mismatch",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_cursor",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "markdown_text_conflict",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "method_not_supported_for_channel_type",
        "msg_blocks_too_long",
        "msg_blocks_too_many",
        "msg_too_long",
        "no_text",
        "only_one_table_allowed",
        "too_many_attachments",
        "unknown_method",
        # views
        "duplicate_external_id",
        "exchanged_trigger_id",
        "expired_trigger_id",
        "hash_conflict",
        "invalid_trigger_id",
        "missing_profile_id",
        "not_enabled",
        "not_found",
        "not_implemented",
        "push_limit_reached",
        "view_too_large",
    }
)
# Of these, what is put right by whoever looks after the app: every call is refused till then.
TOKEN = frozenset(
    {
        "account_inactive",
        "app_not_installed",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
SCOPE = frozenset({"missing_scope", "no_permission"})
# And what is put right in Slack by whoever looks after a channel.
PLACE = frozenset(
    {
        "cant_update_message",
        "channel_is_limited_access",
        "channel_not_found",
        "external_channel_migrating",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "posting_to_channel_denied",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
    }
)
UNREACHABLE = "unreachable"
"""The code of a call that found no way to Slack: nothing else gets there either."""

NOT_REACHED = "Slack cannot be reached"
"""What such a call is told with."""

QUEUE_FULL = "queue_full"
"""The code of a call that our own pacing put off: Slack was not asked."""

RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# Slack says of these that a part of the work may have been done.
_DOUBTFUL = frozenset({"fatal_error", "internal_error"})
_DEFAULT_RETRY_AFTER = 30.0


class SlackError(Exception):
    """A call to Slack that did not succeed.

    `not_sent`: nothing was done, trying again is safe. `rate_limited`: the same, after `retry_after` seconds.
    `permanent`: nothing was done and trying again is useless. `unknown`: it may or may not have been done, so
    look before doing it again. `code` is Slack's own error code where there was one.
    """

    def __init__(
        self, kind: Kind, code: str, message: str, *, method: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(f"{method}: {message}" if method else message)
        self.kind: Kind = kind
        self.code = code
        self.message = message
        self.method = method
        self.retry_after = retry_after


def judge(method: str, error: Exception) -> SlackError:
    """The meaning of whatever the client raised. Anything that is not understood is `unknown`."""
    match error:
        case SlackApiError():
            return _judge_answer(method, error)
        case aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError() | aiohttp.InvalidURL():
            return SlackError("not_sent", UNREACHABLE, f"{NOT_REACHED} ({error})", method=method)
        case TimeoutError() | asyncio.TimeoutError():
            return SlackError("unknown", "timeout", "Slack did not answer in time", method=method)
        case aiohttp.ClientError() | SlackClientError() | OSError():
            told = f"the connection to Slack broke ({type(error).__name__})"
            return SlackError("unknown", "connection_lost", told, method=method)
        case _:
            told = f"Slack's answer could not be read ({type(error).__name__})"
            return SlackError("unknown", "unreadable", told, method=method)


def _judge_answer(method: str, error: SlackApiError) -> SlackError:
    answer = error.response
    # The SDK hands over its own response, or the raw HTTP one when the body was no JSON.
    status = int(getattr(answer, "status_code", None) or getattr(answer, "status", None) or 0)
    data = getattr(answer, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or code in RATE_LIMITED:
        wait = _retry_after(getattr(answer, "headers", {}))
        told = f"Slack asks to wait {wait:.0f} s"
        return SlackError("rate_limited", code or "ratelimited", told, method=method, retry_after=wait)
    if code in PERMANENT:
        return SlackError("permanent", code, _detailed(code, data), method=method)
    if code in _DOUBTFUL or status >= 500 or not code:
        told = f"Slack answered {code or f'with status {status}'}"
        doubtful = code in _DOUBTFUL or status >= 500 or status == 200
        return SlackError(
            "unknown" if doubtful else "not_sent", code or f"http_{status}", told, method=method
        )
    return SlackError("not_sent", code, _detailed(code, data), method=method)


def _detailed(code: str, data: Any) -> str:
    """Slack's code, with what it adds for developers: the missing scope, the faulty block."""
    details: list[str] = []
    if isinstance(data, dict):
        if code == "missing_scope" and data.get("needed"):
            details.append(f"needs {data['needed']}")
        metadata = data.get("response_metadata")
        messages = metadata.get("messages") if isinstance(metadata, dict) else None
        details.extend(str(each) for each in (messages or [])[:3])
    return f"Slack answered {code}" + (f" ({'; '.join(details)})" if details else "")


def _retry_after(headers: Mapping[str, str]) -> float:
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return max(1.0, float(told)) if told is not None else _DEFAULT_RETRY_AFTER
    except ValueError:
        return _DEFAULT_RETRY_AFTER
