"""What must hold before the bot may run. Each check asks Slack or Intercom and raises ConfigError otherwise.

The start stops at the first that fails; the doctor goes through all of them.
"""

from __future__ import annotations

import errno
import socket

from bot.errors import ConfigError
from bot.intercom import facts_people
from bot.intercom.client import IntercomClient
from bot.intercom.errors import IntercomError
from bot.settings.reader import CHANNEL, GROUP
from bot.settings.secrets import INTERCOM_API_URLS
from bot.slack.answers import Me
from bot.slack.channel_names import TOO_MANY
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.slack.identity import Channel, Identity, Person

_AGAIN = "Check the network and try again."
_BY_ID = (
    "Write the channel's id in place of its name, such as C07ABCDEF12: Slack shows it at the end of the "
    "channel's details, and asks for no look."
)
_OPENS_SOCKETS = (
    "Make an app-level token with connections:write under Basic Information, and turn on Socket Mode for the "
    "app."
)


def _mend(error: SlackError) -> str:
    if error.code == "missing_scope":
        return "Add the scope under OAuth & Permissions of your Slack app and reinstall the app."
    return _AGAIN


async def slack_me(slack: Slack) -> Me:
    """Who the bot token belongs to."""
    try:
        return await slack.me()
    except SlackError as error:
        if error.kind == "permanent":
            raise ConfigError(
                "SLACK_BOT_TOKEN",
                f"Slack refuses it ({error.code}).",
                "Copy the bot token again from OAuth & Permissions of your Slack app.",
            ) from error
        raise ConfigError("SLACK_API_URL", f"Slack cannot be asked now: {error.message}.", _AGAIN) from error


async def slack_socket(slack: Slack, app_token: str) -> SlackError | None:
    """That Slack lets the app-level token open a socket. Why Slack cannot be asked now, if it cannot: that
    may pass, a refusal does not.
    """
    try:
        await slack.try_socket(app_token)
    except SlackError as error:
        if error.kind == "permanent":
            raise ConfigError(
                "SLACK_APP_TOKEN", f"Slack refuses it ({error.code}).", _OPENS_SOCKETS
            ) from error
        return error
    return None


def not_listening(port: int, error: OSError | None, host: str = "127.0.0.1") -> ConfigError:
    """Why the HTTP entrance cannot be opened there."""
    code = error.errno if error is not None else None
    if code == errno.EADDRINUSE:
        return ConfigError("PORT", f"{port} is taken by another program.", "Stop it, or choose another port.")
    if code in (errno.EACCES, errno.EPERM):
        return ConfigError(
            "PORT", f"this user may not listen on {port}.", "Choose 1024 or more: ports below need a right."
        )
    if code == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return ConfigError(
            "--host",
            f"{host} is no address of this machine.",
            "Leave it out, or write 0.0.0.0 for all.",
        )
    return ConfigError("PORT", f"{port} cannot be listened on.", "Choose another port.")


async def intercom_me(reads: IntercomClient) -> facts_people.Me:
    """Whose Intercom token it is, and for which workspace."""
    try:
        me = await reads.me()
    except IntercomError as error:
        if error.status == 401:
            raise ConfigError(
                "INTERCOM_TOKEN",
                "Intercom does not accept it.",
                "Copy the access token again from Configure, Authentication of your Intercom app. A "
                "workspace that is hosted in the EU or in Australia also needs INTERCOM_REGION=eu or au.",
            ) from error
        if error.kind in ("not_found", "refused"):
            raise not_intercom(f"status {error.status}") from error
        setting = "INTERCOM_TOKEN" if error.kind == "unauthorized" else "INTERCOM_API_URL"
        raise ConfigError(setting, error.message_for_people, "Then try again.") from error
    if not me.admin.id:
        raise not_intercom("something else")
    return me


def not_intercom(answered: str) -> ConfigError:
    """Whoever answers where Intercom tells anybody whose token it has is somebody else."""
    return ConfigError(
        "INTERCOM_API_URL",
        f"is not the address of Intercom's API: asked whose token it is, it answered with {answered}.",
        f"Take it out, or write {INTERCOM_API_URLS['us']} with nothing behind it. A workspace that is hosted "
        "in the EU or in Australia needs INTERCOM_REGION=eu or au.",
    )


def intercom_app(me: facts_people.Me, wanted: str) -> None:
    """The token must be the configured workspace's: `wanted` is workspace.intercom_app."""
    if me.app_id is not None and me.app_id != wanted:
        raise ConfigError(
            "workspace.intercom_app",
            f"is {wanted}, but the token belongs to the Intercom workspace {me.app_id}.",
            "Correct one of the two.",
        )


async def channel(identity: Identity, setting: str, name: str) -> Channel:
    """A channel that watchbell.toml names under `setting`: in use, the team's own, the bot in it."""
    try:
        found = await identity.channel(name)
    except SlackError as error:
        if error.code == TOO_MANY:
            raise ConfigError(setting, f"{name} was not found in time: {error.message}.", _BY_ID) from error
        raise ConfigError(
            setting, f"Slack cannot be asked for {name}: {error.message}.", _mend(error)
        ) from error
    if found is None:
        raise ConfigError(
            setting,
            f"{name} is not a channel that the bot can see.",
            f"Invite it to {name}, or correct the name; archived channels are not seen.",
        )
    fault = _unfit(name, found)
    if fault is not None:
        # It may be put right in Slack: whoever looks again then is not to be told what is remembered.
        identity.forget(channel_id=found.id)
        raise ConfigError(setting, *fault)
    return found


def _unfit(name: str, found: Channel) -> tuple[str, str] | None:
    """What keeps the bot from using a channel, and the mend."""
    if found.is_archived:
        return f"{name} is archived.", "Choose a channel that is in use."
    if found.is_external:
        return f"{name} is read by another company too.", "Choose a channel of your own team only."
    if not found.is_member:
        return f"the bot is not in {name}.", f"Type /invite @watchbell in {name}."
    return None


async def lead(identity: Identity, name: str) -> Person:
    """The person whom people.leads names, by e-mail address or Slack id."""
    return await person(identity, "people.leads", name)


async def person(identity: Identity, setting: str, name: str) -> Person:
    """A person whom watchbell.toml names under `setting`, by e-mail address or Slack id."""
    try:
        found = await (identity.person_by_email(name) if "@" in name else identity.person(name))
    except SlackError as error:
        raise ConfigError(
            setting, f"Slack cannot be asked for {name}: {error.message}.", _mend(error)
        ) from error
    if found is None:
        raise ConfigError(
            setting,
            f"nobody in this Slack workspace is {name}.",
            "Write the e-mail address or the Slack id of a member.",
        )
    return found


async def user_group(identity: Identity, setting: str, name: str) -> str:
    """The id of a user group that watchbell.toml names under `setting`, by handle or id."""
    try:
        found = await identity.group(name)
    except SlackError as error:
        raise ConfigError(
            setting, f"Slack cannot be asked for {name}: {error.message}.", _mend(error)
        ) from error
    if found is None:
        raise ConfigError(
            setting,
            f"no user group of this Slack workspace is {name}.",
            "Write the handle of one that is in use, such as @support-oncall.",
        )
    return found


async def called(identity: Identity, setting: str, name: str) -> str:
    """The Slack id of whom a step of an escalation names: a channel, a user group or a person."""
    if CHANNEL.fullmatch(name):
        return (await channel(identity, setting, name)).id
    if GROUP.fullmatch(name):
        return await user_group(identity, setting, name)
    return (await person(identity, setting, name)).id
