"""Intercom: the token, whose workspace it is, the API version, the region, and whether webhooks can come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot import checks
from bot.cards.quiet import Source
from bot.doctor.finding import Finding, fails, not_checked, of_error, ok
from bot.doctor.patient import Patient
from bot.durations import ago, human
from bot.errors import ConfigError
from bot.intercom.door import DEFAULT_VERSION
from bot.intercom.errors import NO_TICKETS, IntercomError
from bot.settings.secrets import INTERCOM_API_URLS
from bot.store import pulse
from bot.watch import quiet

_NOBODY = "nobody@watchbell.invalid"
"""An address that nobody has: asking for it tells nothing of anybody."""

_NO_INTERCOM = "Intercom does not say whose token it is."


async def token(patient: Patient) -> list[Finding]:
    me = patient.intercom_me
    if isinstance(me, ConfigError):
        return [of_error("Intercom token", me)]
    return [ok("Intercom token", f"reads {me.app_name or me.app_id or 'a workspace without a name'}")]


async def workspace(patient: Patient) -> list[Finding]:
    """The token's workspace is the one of watchbell.toml."""
    check, me, config = "Intercom workspace", patient.intercom_me, patient.config
    if isinstance(me, ConfigError):
        return [not_checked(check, _NO_INTERCOM)]
    if isinstance(config, ConfigError):
        return [not_checked(check, "watchbell.toml has faults.")]
    try:
        checks.intercom_app(me, config.workspace.intercom_app)
    except ConfigError as error:
        return [of_error(check, error)]
    if me.app_id is None:
        return [ok(check, "Intercom does not say which it is; workspace.intercom_app is taken on trust")]
    return [ok(check, f"{me.app_id}, as watchbell.toml says")]


async def version(patient: Patient) -> list[Finding]:
    """Intercom answers in the version that is asked for."""
    check, me = "Intercom API version", patient.intercom_me
    if isinstance(me, ConfigError):
        return [not_checked(check, _NO_INTERCOM)]
    if me.api_version in (None, DEFAULT_VERSION):
        said = "" if me.api_version else "; the answer does not say which it has"
        return [ok(check, f"{DEFAULT_VERSION} is asked for{said}")]
    return [
        fails(
            check,
            f"{DEFAULT_VERSION} was asked for and {me.api_version} came back.",
            "Let no proxy change the Intercom-Version header; check INTERCOM_API_URL.",
        )
    ]


async def region(patient: Patient) -> list[Finding]:
    """The workspace lives where INTERCOM_REGION says. An address of one's own is not judged."""
    check, me = "Intercom region", patient.intercom_me
    if isinstance(me, ConfigError):
        return [not_checked(check, _NO_INTERCOM)]
    told, asked = (me.region or "").strip().lower(), patient.secrets.intercom_region
    if patient.secrets.intercom_api_url != INTERCOM_API_URLS[asked]:
        return [ok(check, "INTERCOM_API_URL names the address")]
    if told in INTERCOM_API_URLS and told != asked:
        return [
            fails(
                check, f"the workspace is hosted in {told}, not in {asked}.", f"Set INTERCOM_REGION={told}."
            )
        ]
    return [ok(check, asked)]


async def permissions(patient: Patient) -> list[Finding]:
    """Whether the token may read all that Watchbell reads. What it may write only a write would show."""
    check, reads = "Intercom permissions", patient.intercom
    if isinstance(patient.intercom_me, ConfigError):
        return [not_checked(check, _NO_INTERCOM)]
    now = patient.clock.now()
    asked: tuple[tuple[str, str, Callable[[], Awaitable[object]]], ...] = (
        ("conversations", "Read conversations", lambda: reads.search_conversations(now, per_page=1)),
        ("companies", "Read and list users and companies", reads.companies_page),
        ("contacts", "Read and list users and companies", lambda: reads.contact_with(_NOBODY)),
        ("teams", "Read admins", reads.teams),
        ("tags", "Read tags", reads.tags),
        ("the activity log", "Read admin activity logs", lambda: reads.activity_logs(now)),
    )
    found = []
    for what, permission, ask in asked:
        try:
            await ask()
        except IntercomError as error:
            found.append(_unread(check, what, permission, error))
    return found or [ok(check, f"reads {', '.join(what for what, _, _ in asked[:-1])} and {asked[-1][0]}")]


def _unread(check: str, what: str, permission: str, error: IntercomError) -> Finding:
    if error.kind not in ("unauthorized", "refused"):
        return not_checked(check, error.message_for_people, about=what)
    return fails(
        check,
        "the token may not read this.",
        f'Allow "{permission}" under Configure, Authentication of your Intercom app.',
        about=what,
    )


async def tickets(patient: Patient) -> list[Finding]:
    """Whether tickets are read. A workspace may do without them, so this is told and never fails."""
    check = "Intercom tickets"
    if isinstance(patient.intercom_me, ConfigError):
        return [not_checked(check, _NO_INTERCOM)]
    try:
        await patient.intercom.search_tickets(patient.clock.now(), per_page=1)
    except IntercomError as error:
        if error.kind not in NO_TICKETS:
            return [not_checked(check, error.message_for_people)]
        return [
            ok(
                check,
                "not read: the token lacks the permission to read tickets (and to write them, for answers), "
                "or the workspace has none",
            )
        ]
    return [ok(check, "read")]


async def webhooks(patient: Patient) -> list[Finding]:
    """Both halves are set, or neither: without webhooks the sweep reads Intercom by itself."""
    check, secrets = "Intercom webhooks", patient.secrets
    if secrets.intercom_client_secret is not None and secrets.port is None:
        return [
            fails(
                check,
                "INTERCOM_CLIENT_SECRET is set, but nothing listens for webhooks.",
                "Set PORT and point Intercom to /intercom/webhook there, or take the secret out.",
            )
        ]
    last, talk, missed = _heard(patient)
    if secrets.intercom_client_secret is None:
        if last is not None:
            return [
                fails(
                    check,
                    f"one came in {last}, but INTERCOM_CLIENT_SECRET is no longer set: they are refused.",
                    "Copy the client secret from Basic information of your Intercom app, or delete its "
                    "webhooks.",
                )
            ]
        return [ok(check, "not wanted (no INTERCOM_CLIENT_SECRET); the sweep reads Intercom by itself")]
    if missed is not None:
        source, since = missed
        length = human((patient.clock.now() - since).total_seconds())
        told = f"{source.nothing} for {length}, and conversations changed there meanwhile."
        return [fails(check, told, source.mend)]
    if last is None:
        return [ok(check, "wanted; none has come in yet")]
    of_talk = f"{talk} about a conversation" if talk is not None else "none about a conversation yet"
    return [ok(check, f"the last one came in {last}{'' if talk == last else f', {of_talk}'}")]


def _heard(patient: Patient) -> tuple[str | None, str | None, tuple[Source, datetime] | None]:
    """When a webhook came in last ("2 h ago"), and one about a conversation; None for never and for not
    known. And since when one is missed.
    """
    if patient.engine is None or isinstance(patient.slack_me, ConfigError):
        return None, None, None
    workspace = patient.slack_me.team_id
    try:
        with Session(patient.engine) as session:
            beats = [
                pulse.last_beat(session, workspace, each) for each in (pulse.WEBHOOK, pulse.WEBHOOK_OF_TALK)
            ]
            missed = quiet.webhooks_missed(session, workspace)
    except SQLAlchemyError:
        return None, None, None
    last, talk = (ago((patient.clock.now() - beat.at).total_seconds()) if beat else None for beat in beats)
    return last, talk, missed
