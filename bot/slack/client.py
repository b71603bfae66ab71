"""The only door to Slack: one attempt a call, ten seconds at most, and every failure judged.

Retries belong to the outbox. The SDK's own would post a message a second time after a dropped connection,
so the client is built without them and shares one session for all calls.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.passing import Passing, unseen
from bot.slack.answers import (
    Me,
    OpenView,
    Posted,
    Raw,
    need,
    next_cursor,
    object_in,
    open_view_in,
    server_time,
)
from bot.slack.errors import SlackError, judge
from bot.slack.pacing import Pacing

TIMEOUT = 10.0
EVENT_TYPE = "watchbell_outbox"
_LOOK_LIMIT = 100
_PAGE = 999  # of channels, Slack's most: it counts calls, twenty a minute, and some workspaces have thousands

Blocks = Sequence[dict[str, Any]]


class Redirected(aiohttp.ClientError):
    """Something that spoke for Slack pointed elsewhere: a call carries a token and people's words."""


def connections() -> aiohttp.ClientSession:
    """A session for calls to Slack, which follows no redirect. The caller closes it.

    Slack's API never redirects. aiohttp would leave the token behind on the way to another host, but would
    take the message along.
    """

    async def refuse(_session: object, _context: object, told: aiohttp.TraceRequestRedirectParams) -> None:
        raise Redirected(f"a redirect from {told.url.host}")

    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(refuse)
    return aiohttp.ClientSession(trace_configs=[trace])


def build(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client without retries on a session that the caller closes. A proxy is never used for loopback."""
    client = AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])
    if _is_loopback(base_url):
        client.proxy = None
    return client


def keyed(key: str) -> dict[str, Any]:
    """The metadata by which a message is found again after a doubtful post."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


class Slack:
    """Calls to Slack. Each raises SlackError and nothing else for a failure; see `SlackError.kind`."""

    def __init__(
        self,
        client: AsyncWebClient,
        pacing: Pacing | None = None,
        *,
        timeout: float = TIMEOUT,
        passing: Passing = unseen,
        waited: Callable[[str, float], None] | None = None,
        heard: Callable[[datetime], None] | None = None,
    ) -> None:
        self._heard = heard
        self._passing = passing
        self._waited = waited
        self._client = client
        self._pacing = pacing or Pacing()
        self._timeout = timeout

    async def post(
        self,
        channel: str,
        text: str,
        blocks: Blocks,
        *,
        thread_ts: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> Posted:
        """Post a message. No unfurls, no names turned into mentions. `metadata`: see `keyed`."""
        answer = await self._call(
            "chat.postMessage",
            lambda: self._client.chat_postMessage(
                channel=channel,
                text=text,
                blocks=blocks,
                thread_ts=thread_ts,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
            ),
            channel,
        )
        return Posted(need(answer, "channel"), need(answer, "ts"))

    async def update(
        self,
        channel: str,
        ts: str,
        text: str,
        blocks: Blocks,
        *,
        metadata: dict[str, Any] | None = None,
    ) -> Posted:
        """Edit a message of ours. Doing it twice is harmless."""
        answer = await self._call(
            "chat.update",
            lambda: self._client.chat_update(
                channel=channel, ts=ts, text=text, blocks=blocks, metadata=metadata
            ),
            channel,
        )
        return Posted(need(answer, "channel"), need(answer, "ts"))

    async def ephemeral(
        self, channel: str, user: str, text: str, blocks: Blocks, *, thread_ts: str | None = None
    ) -> str:
        """Show something to one person in a channel. Returns its ts, which no other call takes."""
        answer = await self._call(
            "chat.postEphemeral",
            lambda: self._client.chat_postEphemeral(
                channel=channel, user=user, text=text, blocks=blocks, thread_ts=thread_ts
            ),
            channel,
        )
        return need(answer, "message_ts")

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message of ours; one that is gone already is no error."""
        try:
            await self._call("chat.delete", lambda: self._client.chat_delete(channel=channel, ts=ts), channel)
        except SlackError as error:
            if error.code != "message_not_found":
                raise

    async def unfurl(self, channel: str, ts: str, unfurls: Mapping[str, dict[str, Any]]) -> None:
        """Put something under links in somebody's message; by address, as Slack told it."""
        await self._call(
            "chat.unfurl",
            lambda: self._client.chat_unfurl(channel=channel, ts=ts, unfurls=dict(unfurls)),
            channel,
        )

    async def open_view(self, trigger_id: str, view: dict[str, Any]) -> OpenView:
        """Open a modal; the trigger lives three seconds and works once."""
        answer = await self._call(
            "views.open", lambda: self._client.views_open(trigger_id=trigger_id, view=view)
        )
        return open_view_in(answer)

    async def push_view(self, trigger_id: str, view: dict[str, Any]) -> OpenView:
        """Put a modal on top of an open one; three fit on a stack."""
        answer = await self._call(
            "views.push", lambda: self._client.views_push(trigger_id=trigger_id, view=view)
        )
        return open_view_in(answer)

    async def update_view(self, view_id: str, view: dict[str, Any], *, hash: str | None = None) -> OpenView:
        """Change an open modal. With `hash`: SlackError `hash_conflict` if it changed meanwhile."""
        answer = await self._call(
            "views.update", lambda: self._client.views_update(view_id=view_id, view=view, hash=hash)
        )
        return open_view_in(answer)

    async def publish_home(self, user: str, view: dict[str, Any], *, hash: str | None = None) -> OpenView:
        """Show a person their App Home."""
        answer = await self._call(
            "views.publish", lambda: self._client.views_publish(user_id=user, view=view, hash=hash)
        )
        return open_view_in(answer)

    async def history_page(
        self, channel: str, oldest: datetime, thread_ts: str | None = None, cursor: str | None = None
    ) -> tuple[Sequence[Raw], str | None]:
        """One page of a channel's messages (of one thread's with `thread_ts`), and the cursor of the next."""
        since = f"{oldest.timestamp():.6f}"
        if thread_ts is not None:
            answer = await self._call(
                "conversations.replies",
                lambda: self._client.conversations_replies(
                    channel=channel,
                    ts=thread_ts,
                    oldest=since,
                    inclusive=True,
                    include_all_metadata=True,
                    limit=_LOOK_LIMIT,
                    cursor=cursor,
                ),
            )
        else:
            answer = await self._call(
                "conversations.history",
                lambda: self._client.conversations_history(
                    channel=channel,
                    oldest=since,
                    inclusive=True,
                    include_all_metadata=True,
                    limit=_LOOK_LIMIT,
                    cursor=cursor,
                ),
            )
        return list(answer.get("messages") or []), next_cursor(answer)

    async def permalink(self, channel: str, ts: str) -> str:
        answer = await self._call(
            "chat.getPermalink", lambda: self._client.chat_getPermalink(channel=channel, message_ts=ts)
        )
        return need(answer, "permalink")

    async def open_dm(self, user: str) -> str:
        """The channel id of the direct conversation with a person."""
        answer = await self._call("conversations.open", lambda: self._client.conversations_open(users=user))
        return need(answer.get("channel") or {}, "id")

    async def me(self) -> Me:
        """Whose token this is. Its scopes come with every answer's header."""
        answer = await self._call("auth.test", self._client.auth_test)
        headers = {name.lower(): str(value) for name, value in answer.headers.items()}
        told = headers.get("x-oauth-scopes", "")
        return Me(
            team_id=need(answer, "team_id"),
            team=str(answer.get("team") or ""),
            user_id=need(answer, "user_id"),
            bot_id=str(answer.get("bot_id") or ""),
            url=str(answer.get("url") or ""),
            scopes=frozenset(scope.strip() for scope in told.split(",") if scope.strip()),
            told_at=server_time(headers),
        )

    async def try_socket(self, app_token: str) -> None:
        """Ask for a Socket Mode address with the app-level token, and connect to nothing."""
        answer = await self._call(
            "apps.connections.open", lambda: self._client.apps_connections_open(app_token=app_token)
        )
        need(answer, "url")

    async def user_info(self, user: str) -> Raw:
        """The raw `user` object."""
        answer = await self._call("users.info", lambda: self._client.users_info(user=user))
        return object_in(answer, "user")

    async def user_by_email(self, email: str) -> Raw:
        """The raw `user` object. SlackError code `users_not_found` for nobody."""
        answer = await self._call(
            "users.lookupByEmail", lambda: self._client.users_lookupByEmail(email=email)
        )
        return object_in(answer, "user")

    async def channel_info(self, channel: str) -> Raw:
        """The raw `channel` object."""
        answer = await self._call(
            "conversations.info", lambda: self._client.conversations_info(channel=channel)
        )
        return object_in(answer, "channel")

    async def channels_page(self, cursor: str | None = None) -> tuple[Sequence[Raw], str | None]:
        """One page of public and private channels that are not archived, and the cursor of the next."""
        answer = await self._call(
            "conversations.list",
            lambda: self._client.conversations_list(
                types="public_channel,private_channel", exclude_archived=True, limit=_PAGE, cursor=cursor
            ),
        )
        return list(answer.get("channels") or []), next_cursor(answer)

    async def upload(self, name: str, content: bytes) -> str:
        """Put a file into Slack that stands in no channel yet; its id, once it can be shown in a message.

        Doing it again leaves a second file that nobody sees.
        """
        file_id, address = await self.new_file(name, content)
        await self._fill(file_id, address, name, content)
        for pause in (0.0, 0.3, 0.6, 1.2, 2.4):
            # A picture cannot be named in a message before Slack has looked at it.
            await asyncio.sleep(pause)
            told = await self._call("files.info", lambda: self._client.files_info(file=file_id))
            if object_in(told, "file").get("mimetype"):
                break
        return file_id

    async def new_file(self, name: str, content: bytes) -> tuple[str, str]:
        """Ask for a file; its id, and the address that takes its content. Nothing of it is in Slack yet."""
        answer = await self._call(
            "files.getUploadURLExternal",
            lambda: self._client.files_getUploadURLExternal(filename=name, length=len(content)),
        )
        return need(answer, "file_id"), need(answer, "upload_url")

    async def share(
        self, file_id: str, address: str, channel: str, name: str, content: bytes, said: str
    ) -> None:
        """Fill a new file and put it into a conversation, with a sentence."""
        await self._fill(file_id, address, name, content, channel, said)

    async def delete_file(self, file_id: str) -> None:
        """Delete a file of ours wherever it stands; one that is gone already is no error."""
        try:
            await self._call("files.delete", lambda: self._client.files_delete(file=file_id))
        except SlackError as error:
            if error.code not in ("file_not_found", "file_deleted"):
                raise

    async def _fill(
        self,
        file_id: str,
        address: str,
        name: str,
        content: bytes,
        channel: str | None = None,
        said: str | None = None,
    ) -> None:
        await self._send_bytes(address, content)
        await self._call(
            "files.completeUploadExternal",
            lambda: self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": name}], channel_id=channel, initial_comment=said
            ),
        )

    async def _send_bytes(self, url: str, content: bytes) -> None:
        """The upload itself. The address holds its own permission, so the token stays here."""
        session = self._client.session
        if session is None:
            raise SlackError("permanent", "no_session", "there is no session", method="files.upload")
        try:
            async with asyncio.timeout(self._timeout):
                async with session.post(url, data=content, allow_redirects=False) as answer:
                    status = answer.status
        except Exception as error:
            raise judge("files.upload", error) from error
        if status != 200:
            told = f"the upload was answered {status}"
            raise SlackError("not_sent", f"http_{status}", told, method="files.upload")

    async def user_groups(self) -> Sequence[Raw]:
        """Every raw `usergroup` that is in use."""
        answer = await self._call("usergroups.list", lambda: self._client.usergroups_list())
        return list(answer.get("usergroups") or [])

    async def _call(
        self, method: str, request: Callable[[], Awaitable[AsyncSlackResponse]], channel: str | None = None
    ) -> AsyncSlackResponse:
        waited = await self._pacing.turn(method, channel)
        if waited and self._waited is not None:
            self._waited(method, waited)
        self._passing(f"before call slack {method}")
        try:
            async with asyncio.timeout(self._timeout):
                answer = await request()
        except Exception as error:
            judged = judge(method, error)
            if judged.kind == "rate_limited" and judged.retry_after is not None:
                self._pacing.hold(method, judged.retry_after, channel)
            raise judged from error
        finally:
            self._passing(f"after call slack {method}")
        self._hear(answer)
        return answer

    def _hear(self, answer: AsyncSlackResponse) -> None:
        """Pass on what Slack says the time is."""
        if self._heard is not None:
            told = server_time({name.lower(): str(value) for name, value in answer.headers.items()})
            if told is not None:
                self._heard(told)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
