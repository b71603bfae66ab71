"""Slack: the token, its scopes, how requests arrive, the channels, the leads."""

from __future__ import annotations

import errno
import socket

import httpx

from bot import checks
from bot.doctor.finding import Finding, fails, not_checked, of_error, ok
from bot.doctor.patient import Patient
from bot.durations import plural
from bot.errors import ConfigError
from bot.settings.places import further_places, team_channels
from bot.slack.errors import SlackError
from bot.slack.scopes import SCOPES

_NO_SLACK = "Slack does not say whose token it is."
_NO_FILE = "watchbell.toml has faults."


async def token(patient: Patient) -> list[Finding]:
    me = patient.slack_me
    if isinstance(me, ConfigError):
        return [of_error("Slack bot token", me)]
    return [ok("Slack bot token", f"acts in {me.team or me.team_id} ({me.team_id})")]


async def scopes(patient: Patient) -> list[Finding]:
    """What the token may do, against what manifest.yml asks for."""
    check, me = "Slack scopes", patient.slack_me
    if isinstance(me, ConfigError):
        return [not_checked(check, _NO_SLACK)]
    missing = sorted(SCOPES.keys() - me.scopes)
    if not missing:
        return [ok(check, f"all {len(SCOPES)} are there")]
    lost = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
    return [
        fails(
            check,
            f"{plural(len(missing), 'scope is', 'scopes are')} missing: {lost}.",
            "Add what is missing under OAuth & Permissions, Bot Token Scopes, then reinstall the app.",
        )
    ]


async def entrance(patient: Patient) -> list[Finding]:
    """How Slack's requests reach the bot: by a socket, or signed to a port."""
    if patient.secrets.slack_app_token is not None:
        return [await _socket_mode(patient, patient.secrets.slack_app_token), *await _port(patient)]
    told = "signed HTTP: SLACK_SIGNING_SECRET and PORT are set; only a request from Slack shows if they fit"
    return [ok("Slack requests", told), *await _port(patient)]


async def _socket_mode(patient: Patient, app_token: str) -> Finding:
    check = "Slack Socket Mode"
    try:
        trouble = await checks.slack_socket(patient.slack, app_token)
    except ConfigError as error:
        return of_error(check, error)
    if trouble is not None:
        return fails(
            check, f"Slack cannot be asked now: {trouble.message}.", "Check the network and try again."
        )
    return ok(check, "the app-level token opens a connection")


async def _port(patient: Patient) -> list[Finding]:
    """Whether PORT can be listened on, or the bot already does."""
    check, port = "HTTP entrance", patient.secrets.port
    if port is None:
        return []
    trouble = _trouble(port)
    if trouble is None:
        return [ok(check, f"port {port} is free")]
    if trouble.errno in (errno.EACCES, errno.EPERM):
        return [of_error(check, checks.not_listening(port, trouble))]
    if await _watchbell_answers(port):
        return [ok(check, f"a running Watchbell answers on port {port}")]
    return [of_error(check, checks.not_listening(port, trouble))]


def _trouble(port: int) -> OSError | None:
    """Why the port cannot be listened on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error
    return None


async def _watchbell_answers(port: int) -> bool:
    """Only Watchbell answers /readyz with a JSON object that has "ready"."""
    try:
        async with httpx.AsyncClient(timeout=2.0, trust_env=False) as http:
            answer = await http.get(f"http://127.0.0.1:{port}/readyz")
            found = answer.json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(found, dict) and "ready" in found


async def channels(patient: Patient) -> list[Finding]:
    """Each channel: there, in use, the bot in it, nobody else's."""
    config, identity = patient.config, patient.identity
    if isinstance(config, ConfigError):
        return [not_checked("Channels", _NO_FILE)]
    named = {_team_channel(setting): (setting, name) for setting, name in team_channels(config).items()}
    if identity is None:
        return [not_checked(check, _NO_SLACK) for check in named]
    found = []
    for check, (setting, name) in named.items():
        try:
            channel = await checks.channel(identity, setting, name)
        except ConfigError as error:
            found.append(of_error(check, error))
        else:
            found.append(ok(check, f"#{channel.name}, the bot is in it"))
    return found


async def called(patient: Patient) -> list[Finding]:
    """Where routes, digests and spreading issues lead and whom escalations name: the bot may speak there."""
    config, identity = patient.config, patient.identity
    if isinstance(config, ConfigError) or not (wanted := further_places(config)):
        return []
    if identity is None:
        return [not_checked("Other places", _NO_SLACK)]
    found = []
    for setting, name in wanted:
        check = setting.partition(".")[0].capitalize()
        try:
            await checks.called(identity, setting, name)
        except ConfigError as error:
            found.append(of_error(check, error, about=name))
        else:
            found.append(ok(check, f"named by {setting}", about=name))
    return found


async def leads(patient: Patient) -> list[Finding]:
    """Each lead: a member of the workspace who may use the bot."""
    config, identity, me = patient.config, patient.identity, patient.slack_me
    if isinstance(config, ConfigError):
        return [not_checked("Leads", _NO_FILE)]
    if identity is None or isinstance(me, ConfigError):
        return [not_checked("Leads", _NO_SLACK)]
    if not config.people.leads:
        return [ok("Leads", "nobody is named: a late reply that nobody has claimed mentions no one")]
    check, found = "Lead", []
    for name in config.people.leads:
        try:
            person = await checks.lead(identity, name)
            refusal = await identity.may_act(person.id, me.team_id)
        except ConfigError as error:
            found.append(of_error(check, error, about=name))
        except SlackError as error:
            told = f"Slack cannot be asked: {error.message}."
            found.append(fails(check, told, "Try again in a minute.", about=name))
        else:
            if refusal:
                found.append(fails(check, refusal, "Name another member under people.leads.", about=name))
            else:
                found.append(ok(check, f"is @{person.name} in Slack", about=name))
    return found


def _team_channel(setting: str) -> str:
    return f"Channel {setting.partition('.')[2]}"
