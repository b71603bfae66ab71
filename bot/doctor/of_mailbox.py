"""The mailbox outside Intercom: whether the server lets Watchbell in, and every folder can be read."""

from __future__ import annotations

from bot.doctor.finding import Finding, fails, not_checked, ok
from bot.doctor.patient import Patient
from bot.errors import ConfigError
from bot.mail.door import Mailbox, Opened, Patience
from bot.mail.errors import MailError
from bot.settings.mailbox import MailboxConfig

_CHECK = "Mailbox"
_PATIENCE = Patience(connect=5.0, read=10.0, call=20.0)
"""Somebody waits at the terminal."""


async def mailbox(patient: Patient) -> list[Finding]:
    """Log in and open each folder, read-only: a line for each that fails, one when all is well."""
    secrets, config = patient.secrets.mailbox, patient.config
    if secrets is None:
        return [ok(_CHECK, "none is set up (no MAILBOX_HOST)")]
    if isinstance(config, ConfigError):
        return [not_checked(_CHECK, "watchbell.toml has faults.")]
    try:
        async with Mailbox(secrets, _PATIENCE).opened() as opened:
            return await _folders(opened, config.mailbox, secrets.host)
    except MailError as error:
        return [fails(_CHECK, error.what, error.mend)]


async def _folders(opened: Opened, config: MailboxConfig, host: str) -> list[Finding]:
    marked = await opened.sent_folder() if config.sent is None else None
    sent = config.sent if config.sent is not None else (marked,) if marked is not None else ()
    readable, found = [], []
    for folder in dict.fromkeys((*sent, *config.folders)):
        try:
            await opened.examine(folder)
            readable.append(f"“{folder}”")
        except MailError as error:
            if error.kind != "folder":
                raise
            found.append(fails(_CHECK, error.what, error.mend))
    if found:
        return found
    told = f"reads {' and '.join(readable)} at {host}"
    if not sent:
        told += "; it marks no folder of sent mails, so what the team wrote from there is not seen"
    return [ok(_CHECK, told)]
