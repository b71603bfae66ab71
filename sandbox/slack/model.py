"""What the local Slack is made of: people, channels, messages, views, files. Plain values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Block = dict[str, Any]
ViewType = Literal["modal", "home"]


class Refused(Exception):
    """Slack itself would not let this person do that; the text is the sentence they would read."""


class SlackError(Exception):
    """A Web API answer with `ok: false`. `code` is Slack's error code, `extra` goes beside it."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


@dataclass(frozen=True)
class SlackSeed:
    """The workspace and the one app installed in it. The tokens open nothing outside this process."""

    team_id: str = "T0WATCHBELL"
    team_name: str = "Sandbox"
    team_domain: str = "sandbox"
    app_id: str = "A0WATCHBELL"
    bot_user_id: str = "U0WATCHBELL"
    bot_id: str = "B0WATCHBELL"
    bot_token: str = "xoxb-sandbox"  # noqa: S105 - the sandbox's own, made up
    app_token: str = "xapp-sandbox"  # noqa: S105 - the sandbox's own, made up
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - the sandbox's own, made up
    bot_name: str = "watchbell"
    bot_real_name: str = "Watchbell"


@dataclass
class Timing:
    """Seconds of real time; tests shorten them, everything else keeps Slack's own.

    `event_retry_delays_s` is Slack's "at once, after 1 minute, after 5 minutes", compressed.
    """

    ack_deadline_s: float = 3.0
    trigger_ttl_s: float = 3.0
    response_url_ttl_s: float = 1800.0
    response_url_uses: int = 5
    event_retry_delays_s: tuple[float, ...] = (0.0, 2.0, 5.0)
    socket_ticket_ttl_s: float = 30.0


@dataclass
class AppManifest:
    """What the app registered. None means "anything goes"; events are named as in a manifest."""

    commands: frozenset[str] | None = None
    events: frozenset[str] | None = None
    scopes: frozenset[str] | None = None
    unfurl_domains: frozenset[str] = frozenset()


@dataclass
class User:
    """A person or bot. `tz` is an IANA name. `team_id` None means this workspace; strangers have another."""

    id: str
    name: str
    real_name: str
    email: str | None = None
    tz: str = "Europe/Berlin"
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    team_id: str | None = None
    title: str = ""
    image: str | None = None
    is_admin: bool = False


@dataclass
class Channel:
    """A channel or, with `is_im`, the direct conversation of `user` with the bot.

    With `is_im` and without `user` it is one of two people, in which the bot is not.
    """

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_im: bool = False
    user: str | None = None
    topic: str = ""
    purpose: str = ""
    created: int = 0
    shared_team_ids: tuple[str, ...] = ()


@dataclass
class UserGroup:
    id: str
    handle: str
    name: str
    members: tuple[str, ...] = ()
    description: str = ""


@dataclass
class SlackFile:
    """A file; `shares` are (channel, ts) of the messages that show it."""

    id: str
    name: str
    title: str
    mimetype: str
    content: bytes
    user: str
    created: int
    shares: list[tuple[str, str]] = field(default_factory=list)
    declared_length: int = 0
    uploaded: bool = False
    completed: bool = False


@dataclass
class Message:
    """One message. `ts` is Slack's id: unique and increasing in its channel.

    `thread_ts` equals `ts` on a parent that has replies. `ephemeral_to` is the one person who sees it.
    `deleted` stays visible only as the tombstone of a parent whose replies remain.
    """

    ts: str
    channel: str
    user: str | None
    text: str = ""
    bot_id: str | None = None
    blocks: list[Block] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    reply_count: int = 0
    reply_users: list[str] = field(default_factory=list)
    latest_reply: str | None = None
    edited: Json | None = None
    deleted: bool = False
    metadata: Json | None = None
    ephemeral_to: str | None = None
    files: list[SlackFile] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    subtype: str | None = None
    unfurls: dict[str, Json] = field(default_factory=dict)
    username: str | None = None
    icon_emoji: str | None = None

    @property
    def is_reply(self) -> bool:
        """True for a message that lives inside somebody's thread."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class View:
    """A modal or an App Home. `state` is what the person has typed or chosen: block_id -> action_id -> value.

    `errors` (block_id -> sentence) are what the person sees under the fields now. `title`, `submit`, `close`
    are the plain_text objects the bot sent.
    """

    id: str
    type: ViewType
    user: str
    blocks: list[Block]
    hash: str
    title: Json | None = None
    submit: Json | None = None
    close: Json | None = None
    private_metadata: str = ""
    callback_id: str = ""
    external_id: str = ""
    clear_on_close: bool = False
    notify_on_close: bool = False
    submit_disabled: bool = False
    root_view_id: str = ""
    previous_view_id: str | None = None
    state: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a person's gesture ended.

    `ok` False with `error` one of: operation_timeout, dispatch_failed, no_connection, invalid_command,
    validation (the form shows errors, see the view), element_not_found, view_not_found, invalid_response,
    or Slack's code for a bad ack. `ack` is what the bot answered; `status` its HTTP status (200 by socket).
    """

    ok: bool
    error: str | None = None
    ack: Json | None = None
    status: int | None = None
